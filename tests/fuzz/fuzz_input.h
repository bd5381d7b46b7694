/* SPDX-License-Identifier: MIT */
/* What the targets of input share: whatever was read must be fit to be sealed, and each fault fit
 * to be printed. */
#ifndef TESTS_FUZZ_INPUT_H
#define TESTS_FUZZ_INPUT_H

#include <stdio.h>
#include <stdlib.h>

#include "collectors/input.h"
#include "collectors/row.h"
#include "collectors/seal.h"
#include "proto/codec.h"
#include "proto/limits.h"

static inline struct slice *fuzz_slice(void)
{
	const struct bytes units[] = { bytes_of_string("rencheng"), bytes_of_string("yutai") };
	const struct message_stage stages[] = {
		{ bytes_of_string("started"), bytes_of_string("开工"), bytes_of_string("started") }
	};
	const struct message_measure measures[] = {
		{ .id = bytes_of_string("canteens"), .item = bytes_of_string("1.1"),
		  .name_zh = bytes_of_string("老年人食堂"), .name_en = bytes_of_string("Canteens"),
		  .uom = bytes_of_string("处"), .kind = bytes_of_string("quantity"),
		  .units = units, .unit_count = 2, .stages = stages, .stage_count = 1 },
		{ .id = bytes_of_string("public-share"), .item = bytes_of_string("2.3"),
		  .name_zh = bytes_of_string("公办率"), .name_en = bytes_of_string("Public share"),
		  .uom = bytes_of_string("%"), .kind = bytes_of_string("ratio"), .decimals = 2,
		  .units = units, .unit_count = 1 },
	};
	const struct message_slice m = { 1, bytes_of_string("jining-2022"), measures, 2 };
	struct slice *slice = NULL;
	struct envelope head;
	struct bytes body;
	struct buf b = { 0 };

	if (message_slice_encode(&m, &b) || envelope_decode(buf_bytes(&b), &head, &body) ||
	    slice_new(body, &slice))
		abort();
	buf_free(&b);
	return slice;
}

static inline void fuzz_print_faults(const struct diag_list *faults)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	if (to) {
		diag_print(faults, LANG_ZH, to);
		diag_print(faults, LANG_EN, to);
		fclose(to);
	}
	free(text);
}

/* A batch of what was read has to decode. */
static inline void fuzz_seal(const struct input *in, const struct slice *slice)
{
	const struct seal_terms terms = { slice, bytes_of_string("rencheng"), 1000,
					  LIMITS_BATCH_BYTES };
	struct row *rows = malloc((in->count + 1) * sizeof(*rows));
	struct arena *a = arena_new(SIZE_MAX);
	size_t done = 0, taken;

	if (!rows || !a)
		abort();
	for (size_t i = 0; i < in->count; i++) {
		struct minsheng_fault fault;

		if (row_check(&in->rows[i].row, &rows[i], &fault))
			abort();
	}
	for (; done < in->count; done += taken) {
		struct buf body = { 0 };
		struct event_batch batch;
		struct codec_fault fault;

		if (seal_rows(&terms, rows + done, in->count - done, &taken, &body) || !taken ||
		    codec_batch_decode(buf_bytes(&body), (uint32_t)taken, a, &batch, &fault))
			abort();
		buf_free(&body);
	}
	arena_free(a);
	free(rows);
}

/* Reads with and without a slice. */
static inline void fuzz_input(enum err (*read)(struct input *in, struct bytes file),
			      const uint8_t *data, size_t size)
{
	struct slice *slice = fuzz_slice();

	for (int known = 0; known < 2; known++) {
		struct input in = { .file = "input", .slice = known ? slice : NULL,
				    .reporter = "rencheng", .reporter_name = "任城区" };

		if (input_begin(&in))
			abort();
		if (read(&in, bytes_of(data, size)) || in.faults.errors < in.bad)
			abort();
		fuzz_print_faults(&in.faults);
		fuzz_seal(&in, in.slice);
		input_free(&in);
	}
	slice_release(slice);
}

#endif
