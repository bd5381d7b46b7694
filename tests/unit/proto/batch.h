/* SPDX-License-Identifier: MIT */
/* Two batches to begin with, and a place to encode and decode them in. */
#ifndef TESTS_UNIT_PROTO_BATCH_H
#define TESTS_UNIT_PROTO_BATCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/codec.h"
#include "proto/limits.h"

#define T(s)                                                                                       \
	{                                                                                          \
		(const uint8_t *)(s), sizeof(s) - 1                                                \
	}

static const struct event_target targets[] = { { T("canteens"), T("处"), 0 },
					       { T("public-kindergarten-rate"), T("%"), 2 } };
static const struct bytes units[] = { T("rencheng"), T("yutai"), T("weishan") };
static const uint32_t zero_u32;
static const int32_t zero_i32;
static const int64_t zero_i64, day_ms = 1656604800000;

/* Three rows with every column and list in use. */
static const uint32_t target[] = { 0, 1, 0 }, unit[] = { 0, 1, 2 }, kind[] = { 0, 0, 1 };
static const int64_t value[] = { 3, -5600, INT64_MAX }, denominator[] = { 0, 10000, INT64_MIN };
static const int32_t as_of[] = { 19173, -1, INT32_MAX };
static const struct event_text stage[] = { { 0, T("completed") } };
static const struct event_text note[] = { { 1, T("补报") }, { 2, T("x") } };
static const struct event_text reason[] = { { 0, T("核实后更正") } };
static const struct event_text evidence[] = { { 2, T("https://example.org/1") } };
static const struct event_text ref[] = { { 2, T("2022-06/17") } };
static const struct event_text object[] = { { 0, T("c-1") }, { 0, T("c-2") }, { 2, T("c-3") } };
static const struct event_text withdraw[] = { { 2, T("2022-05/3") } };
static const struct event_number revision[] = { { 0, 2 }, { 1, UINT32_MAX } };

#define LIST(a)                                                                                    \
	{                                                                                          \
		a, sizeof(a) / sizeof(*(a))                                                        \
	}

static inline struct event_batch full(void)
{
	return (struct event_batch){
		.rows = 3,
		.targets = targets,
		.target_count = 2,
		.units = units,
		.unit_count = 3,
		.target = { target, 1 },
		.unit = { unit, 1 },
		.kind = { kind, 1 },
		.value = { value, 1 },
		.denominator = { denominator, 1 },
		.as_of = { as_of, 1 },
		.observed = { &day_ms, 0 },
		.revision = LIST(revision),
		.stage = LIST(stage),
		.note = LIST(note),
		.reason = LIST(reason),
		.evidence = LIST(evidence),
		.ref = LIST(ref),
		.object = LIST(object),
		.withdraw = LIST(withdraw),
	};
}

/* One target, one unit, all columns zero. */
static inline struct event_batch plain(uint32_t rows)
{
	return (struct event_batch){
		.rows = rows,
		.targets = targets,
		.target_count = 1,
		.units = units,
		.unit_count = 1,
		.target = { &zero_u32, 0 },
		.unit = { &zero_u32, 0 },
		.kind = { &zero_u32, 0 },
		.value = { &zero_i64, 0 },
		.denominator = { &zero_i64, 0 },
		.as_of = { &zero_i32, 0 },
		.observed = { &zero_i64, 0 },
	};
}

struct fixture {
	struct arena *arena;
	struct buf body;
	struct event_batch got;
	struct codec_fault fault;
};

static inline int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	f->arena = arena_new(CODEC_BATCH_BUDGET);
	*state = f;
	return f->arena ? 0 : -1;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	buf_free(&f->body);
	free(f);
	return 0;
}

static inline enum err decode(struct fixture *f, uint32_t rows)
{
	arena_reset(f->arena);
	return codec_batch_decode(buf_bytes(&f->body), rows, f->arena, &f->got, &f->fault);
}

static inline void encode(struct fixture *f, const struct event_batch *b)
{
	buf_clear(&f->body);
	assert_int_equal(codec_batch_encode(b, &f->body), ERR_OK);
}

static inline void expect_fault(struct fixture *f, const struct event_batch *b,
				enum event_code code)
{
	encode(f, b);
	assert_int_equal(decode(f, b->rows), ERR_INVALID);
	assert_int_equal(f->fault.code, code);
	assert_non_null(f->fault.what);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
