/* SPDX-License-Identifier: MIT */
/* A store, an aggregator on the real catalogue, and reporters who send batches: what the tests of
 * the aggregator share. */
#ifndef TESTS_WORLD_H
#define TESTS_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "aggregator/aggregator.h"
#include "base/date.h"
#include "base/fs.h"
#include "base/log.h"
#include "proto/codec.h"

#define WORLD_CATALOGUE "catalogue/jining-2022.yaml"
#define WORLD_ROWS 64
#define WORLD_OBJECTS 8

struct world {
	char folder[64];
	struct store *store;
	struct aggregator *a;
	struct arena *arena;
	int64_t now;
	struct buf message;
	unsigned lines; /* of the log */
	unsigned acts;
	uint64_t map_bytes;   /* of the store; 0: as usual */
	int64_t yellow_enter; /* not 0: the catalogue that is brought differs in this */
	void (*change)(struct catalogue *c); /* not NULL: and in this */
};

struct world_row {
	const char *measure, *unit;
	enum event_kind kind;
	int64_t value, denominator;
	const char *as_of; /* "2022-06-30" */
	uint32_t revision;
	const char *stage, *reason, *ref, *withdraw;
	const char *uom;   /* NULL: the catalogue's */
	int decimals;      /* 0: the catalogue's; else so many more */
	bool bad_kind;
	const char *objects; /* ids, with ; between them; WORLD_OBJECTS at most */
};

static inline void world_log(enum log_level level, const char *line, void *ctx)
{
	(void)level;
	((struct world *)ctx)->lines++;
	if (getenv("WORLD_LOG"))
		fprintf(stderr, "%s\n", line);
}

static inline int32_t world_day(const char *text)
{
	int32_t day;

	assert_int_equal(date_parse(bytes_of_string(text), &day), ERR_OK);
	return day;
}

/* The clock at a civil time of the programme. */
static inline int64_t world_time(const char *day, int hour)
{
	return date_begin_ms(world_day(day), 480) + hour * INT64_C(3600000);
}

static inline void world_open(struct world *w, bool with_catalogue)
{
	const struct store_options options = { .no_sync = true, .map_bytes = w->map_bytes };
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL;
	char path[96];

	snprintf(path, sizeof(path), "%s/store", w->folder);
	if (with_catalogue)
		assert_int_equal(catalogue_load(WORLD_CATALOGUE, &diags, &c), ERR_OK);
	if (with_catalogue && w->yellow_enter)
		c->profile.yellow_enter = w->yellow_enter;
	if (with_catalogue && w->change)
		w->change(c);
	assert_int_equal(store_open(path, &options, &w->store), ERR_OK);
	assert_int_equal(aggregator_open(w->store, with_catalogue ? &c : NULL, w->now, &diags,
					 &w->a), ERR_OK);
	assert_null(c);
	diag_free(&diags);
}

static inline void world_close(struct world *w)
{
	aggregator_close(w->a);
	store_close(w->store);
	w->a = NULL;
	w->store = NULL;
}

static inline struct world *world_new(const char *day)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	log_set_sink(world_log, w);
	snprintf(w->folder, sizeof(w->folder), "/tmp/minsheng-world-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	w->arena = arena_new(64 << 20);
	w->now = world_time(day, 9);
	world_open(w, true);
	return w;
}

static inline void world_free(struct world *w)
{
	world_close(w);
	assert_int_equal(fs_remove_tree(w->folder), ERR_OK);
	arena_free(w->arena);
	buf_free(&w->message);
	log_set_sink(NULL, NULL);
	free(w);
}

static inline void world_begin(struct world *w)
{
	assert_int_equal(aggregator_begin(w->a), ERR_OK);
	assert_int_equal(aggregator_tick(w->a, w->now), ERR_OK);
}

static inline void world_commit(struct world *w)
{
	assert_int_equal(aggregator_commit(w->a, NULL), ERR_OK);
}

/* --- keys and acts ---------------------------------------------------------------------------- */

/* The key of a unit: its id, repeated. n tells several keys of one unit apart. */
static inline void world_key(const char *unit, unsigned n, uint8_t key[32])
{
	size_t len = strlen(unit);

	for (size_t i = 0; i < 32; i++)
		key[i] = (uint8_t)unit[i % len];
	key[31] = (uint8_t)n;
}

/* In an open group. "%s" in the text stands for the act's id. */
static inline enum err world_act(struct world *w, struct bytes *answer, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static inline enum err world_act(struct world *w, struct bytes *answer, const char *format, ...)
{
	char text[1024], rest[900];
	struct bytes unheard;
	va_list args;

	va_start(args, format);
	vsnprintf(rest, sizeof(rest), format, args);
	va_end(args);
	snprintf(text, sizeof(text), "{\"id\":\"act-%u\",%s}", w->acts++, rest);
	return aggregator_act(w->a, bytes_of_string(text), "tester", w->now, w->arena,
			      answer ? answer : &unheard);
}

static inline void world_add_key_n(struct world *w, const char *unit, unsigned n,
				   const char *items)
{
	uint8_t key[32];
	char hex[65];

	world_key(unit, n, key);
	bytes_to_hex(bytes_of(key, 32), hex);
	assert_int_equal(world_act(w, NULL, "\"act\":\"key.add\",\"key\":\"%s\",\"unit\":\"%s\","
				   "\"items\":[%s]", hex, unit, items), ERR_OK);
}

static inline void world_add_key(struct world *w, const char *unit)
{
	world_add_key_n(w, unit, 0, "");
}

/* --- batches ---------------------------------------------------------------------------------- */

struct world_columns {
	struct event_target targets[WORLD_ROWS];
	struct bytes units[WORLD_ROWS];
	uint32_t index[WORLD_ROWS], kind[WORLD_ROWS];
	int64_t value[WORLD_ROWS], denominator[WORLD_ROWS];
	int32_t as_of[WORLD_ROWS];
	struct event_number revision[WORLD_ROWS];
	struct event_text stage[WORLD_ROWS], reason[WORLD_ROWS], ref[WORLD_ROWS],
		withdraw[WORLD_ROWS];
	struct event_text object[WORLD_ROWS * WORLD_OBJECTS];
};

static inline void world_text(struct event_texts *list, struct event_text *items, uint32_t row,
			      const char *text)
{
	list->items = items;
	if (text)
		items[list->count++] = (struct event_text){ row, bytes_of_string(text) };
}

static inline void world_objects(struct event_texts *list, struct event_text *items, uint32_t row,
				 const char *objects)
{
	list->items = items;
	for (unsigned i = 0; objects && i < WORLD_OBJECTS; i++) {
		const char *end = strchr(objects, ';');
		size_t len = end ? (size_t)(end - objects) : strlen(objects);

		items[list->count++] = (struct event_text){ row, bytes_of(objects, len) };
		objects = end ? end + 1 : NULL;
	}
}

static inline void world_fill(const struct world *w, const struct world_row *rows, uint32_t n,
			      struct world_columns *c, struct event_batch *b)
{
	static const int64_t zero = 0;
	const struct catalogue *catalogue = aggregator_catalogue(w->a);

	*b = (struct event_batch){ .rows = n, .targets = c->targets, .target_count = n,
				   .units = c->units, .unit_count = n };
	for (uint32_t i = 0; i < n; i++) {
		const struct world_row *r = &rows[i];
		uint16_t m = catalogue_measure_number(catalogue, bytes_of_string(r->measure));
		const struct catalogue_measure *measure =
			m == CATALOGUE_NONE ? NULL : &catalogue->measures[m];

		c->targets[i] = (struct event_target){
			bytes_of_string(r->measure),
			bytes_of_string(r->uom ? r->uom : measure ? measure->uom : "x"),
			(measure ? measure->decimals : 0) + (unsigned)r->decimals };
		c->units[i] = bytes_of_string(r->unit);
		c->index[i] = i;
		c->kind[i] = r->bad_kind ? 77 : r->kind;
		c->value[i] = r->value;
		c->denominator[i] = r->denominator;
		c->as_of[i] = r->as_of ? world_day(r->as_of) : 0;
		if (r->revision)
			c->revision[b->revision.count++] =
				(struct event_number){ i, r->revision };
		world_text(&b->stage, c->stage, i, r->stage);
		world_text(&b->reason, c->reason, i, r->reason);
		world_text(&b->ref, c->ref, i, r->ref);
		world_text(&b->withdraw, c->withdraw, i, r->withdraw);
		world_objects(&b->object, c->object, i, r->objects);
	}
	b->revision.items = c->revision;
	b->target = b->unit = event_u32_of(c->index, 1);
	b->kind = event_u32_of(c->kind, 1);
	b->value = (struct event_i64){ c->value, 1 };
	b->denominator = (struct event_i64){ c->denominator, 1 };
	b->as_of = (struct event_i32){ c->as_of, 1 };
	b->observed = (struct event_i64){ &zero, 0 };
}

static inline struct envelope world_header(uint8_t epoch, uint64_t first, uint32_t rows)
{
	struct envelope h = { .version = 1, .type = ENVELOPE_BATCH, .rows = rows,
			      .first_sequence = first };

	memset(h.epoch, epoch, sizeof(h.epoch));
	return h;
}

static inline struct aggregator_outcome world_send_raw(struct world *w, const uint8_t key[32],
						       const struct envelope *h,
						       struct bytes message)
{
	const struct aggregator_from from = { key, w->now };
	struct aggregator_outcome out;

	assert_int_equal(aggregator_batch(w->a, &from, h, message, w->arena, &out), ERR_OK);
	return out;
}

/* Header and body, in w->message. */
static inline struct envelope world_build(struct world *w, uint8_t epoch, uint64_t first,
					  const struct world_row *rows, uint32_t n)
{
	struct envelope h = world_header(epoch, first, n);
	struct world_columns *c = calloc(1, sizeof(*c));
	struct event_batch b;

	assert_non_null(c);
	assert_in_range(n, 1, WORLD_ROWS);
	world_fill(w, rows, n, c, &b);
	buf_clear(&w->message);
	envelope_encode(&h, buf_extend(&w->message, 32));
	assert_int_equal(codec_batch_encode(&b, &w->message), ERR_OK);
	free(c);
	return h;
}

/* In an open group. */
static inline struct aggregator_outcome world_send(struct world *w, const char *unit,
						   uint8_t epoch, uint64_t first,
						   const struct world_row *rows, uint32_t n)
{
	struct envelope h = world_build(w, epoch, first, rows, n);
	uint8_t key[32];

	world_key(unit, 0, key);
	return world_send_raw(w, key, &h, buf_bytes(&w->message));
}

/* The verdict and code of a row of a receipt. */
static inline void world_verdict(const struct message_receipt *r, uint32_t row, unsigned *verdict,
				 unsigned *code)
{
	*verdict = *code = 0;
	for (size_t i = 0; i < r->exception_count; i++)
		if (r->exceptions[i].row == row) {
			*verdict = r->exceptions[i].verdict;
			*code = r->exceptions[i].code;
		}
}

#endif
