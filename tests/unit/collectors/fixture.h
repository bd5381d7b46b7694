/* SPDX-License-Identifier: MIT */
/* What the tests of the collectors share: a folder that goes away, rows, slices, receipts. */
#ifndef TESTS_COLLECTORS_FIXTURE_H
#define TESTS_COLLECTORS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/date.h"
#include "base/fs.h"
#include "collectors/outbox.h"
#include "proto/codec.h"
#include "proto/limits.h"

struct fixture {
	char folder[64];
	struct outbox *outbox;
};

static inline int fixture_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->folder, "/tmp/minsheng-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	*state = f;
	return 0;
}

static inline int fixture_down(void **state)
{
	struct fixture *f = *state;

	outbox_close(f->outbox);
	fs_remove_tree(f->folder);
	free(f);
	return 0;
}

static inline void fixture_open(struct fixture *f, uint64_t max_bytes, uint32_t batch_rows)
{
	struct outbox_options o = { f->folder, max_bytes, batch_rows };

	assert_int_equal(outbox_open(&o, 1000, &f->outbox), ERR_OK);
}

static inline void fixture_reopen(struct fixture *f, uint32_t batch_rows)
{
	outbox_close(f->outbox);
	f->outbox = NULL;
	fixture_open(f, 0, batch_rows);
}

static inline struct row fixture_row(const char *target, int64_t value)
{
	return (struct row){ .target = bytes_of_string(target), .value = value,
			     .as_of = date_from_civil(2022, 6, 30) };
}

/* Submits n rows with values from, from + 1 ... */
static inline uint64_t fixture_submit(struct outbox *o, int64_t from, size_t n)
{
	struct row *rows = calloc(n, sizeof(*rows));
	uint64_t first = 0;

	for (size_t i = 0; i < n; i++)
		rows[i] = fixture_row("canteens", from + (int64_t)i);
	assert_int_equal(outbox_submit(o, rows, n, 2000, &first), ERR_OK);
	free(rows);
	return first;
}

static inline struct slice *fixture_slice(uint64_t version)
{
	const struct bytes units[] = { bytes_of_string("rencheng") };
	const struct message_stage stages[] = {
		{ bytes_of_string("started"), bytes_of_string("开工"), bytes_of_string("started") }
	};
	const struct message_measure measures[] = {
		{ .id = bytes_of_string("canteens"), .item = bytes_of_string("1.1"),
		  .name_zh = bytes_of_string("老年人食堂"), .name_en = bytes_of_string("Canteens"),
		  .uom = bytes_of_string("处"), .kind = bytes_of_string("quantity"),
		  .units = units, .unit_count = 1, .stages = stages, .stage_count = 1 },
		{ .id = bytes_of_string("public-share"), .item = bytes_of_string("2.3"),
		  .name_zh = bytes_of_string("公办率"), .name_en = bytes_of_string("Public share"),
		  .uom = bytes_of_string("%"), .kind = bytes_of_string("ratio"),
		  .units = units, .unit_count = 1 },
		{ .id = bytes_of_string("area"), .item = bytes_of_string("5.1"),
		  .name_zh = bytes_of_string("建筑面积"), .name_en = bytes_of_string("Floor area"),
		  .uom = bytes_of_string("平方米"), .kind = bytes_of_string("quantity"),
		  .decimals = 2, .units = units, .unit_count = 1 },
	};
	const struct message_slice m = { version, bytes_of_string("jining-2022"), measures, 3 };
	struct slice *slice;
	struct envelope head;
	struct bytes body;
	struct buf b = { 0 };

	assert_int_equal(message_slice_encode(&m, &b), ERR_OK);
	assert_int_equal(envelope_decode(buf_bytes(&b), &head, &body), ERR_OK);
	assert_int_equal(slice_new(body, &slice), ERR_OK);
	buf_free(&b);
	return slice;
}

static inline void fixture_seal(struct outbox *o)
{
	struct slice *slice = fixture_slice(1);
	const struct seal_terms terms = { slice, bytes_of_string("rencheng"), 0, 0 };

	assert_int_equal(outbox_seal(o, &terms), ERR_OK);
	slice_release(slice);
}

/* A receipt for rows that were all admitted, by sequence. */
static inline enum err fixture_settle(struct outbox *o, uint64_t first, uint64_t through,
				      struct outbox_settled *settled)
{
	const struct message_receipt item = { .first_sequence = first,
					      .through_sequence = through,
					      .received_ms = 3000,
					      .counts = { (uint32_t)(through - first + 1) } };
	const struct message_receipts r = { through + 1, 1000, &item, 1 };

	return outbox_settle(o, &r, settled);
}

#endif
