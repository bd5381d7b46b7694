/* SPDX-License-Identifier: MIT */
#include "aggregator/ledger/decision.h"

#include <stdlib.h>

#include "base/reader.h"

#define FORM_VERSION 1
#define FORM_NAMES 2 /* 1, and names of objects behind it */

void decision_runs_free(struct decision_runs *runs)
{
	free(runs->items);
	free(runs->names);
	*runs = (struct decision_runs){ 0 };
}

static bool extends(const struct decision_run *last, uint32_t row, uint8_t verdict, uint8_t code)
{
	return last->verdict == verdict && last->code == code && last->first + last->count == row;
}

enum err decision_runs_add(struct decision_runs *runs, uint32_t row, uint32_t count,
			   uint8_t verdict, uint8_t code)
{
	if (runs->count && extends(&runs->items[runs->count - 1], row, verdict, code)) {
		runs->items[runs->count - 1].count += count;
		return ERR_OK;
	}
	if (runs->count == runs->cap) {
		size_t cap = runs->cap ? runs->cap * 2 : 64;
		struct decision_run *grown = realloc(runs->items, cap * sizeof(*grown));

		if (!grown)
			return ERR_NOMEM;
		runs->items = grown;
		runs->cap = cap;
	}
	runs->items[runs->count++] = (struct decision_run){ row, count, verdict, code };
	return ERR_OK;
}

enum err decision_runs_name(struct decision_runs *runs, uint32_t row, uint32_t object)
{
	if (runs->name_count == DECISION_NAMES_MAX)
		return ERR_OK;
	if (!runs->names && !(runs->names = calloc(DECISION_NAMES_MAX, sizeof(*runs->names))))
		return ERR_NOMEM;
	runs->names[runs->name_count++] = (struct decision_name){ row, object };
	return ERR_OK;
}

static void put_names(const struct decision *d, struct buf *out)
{
	buf_put_varint(out, d->name_count);
	for (size_t i = 0; i < d->name_count; i++) {
		buf_put_varint(out, d->names[i].row);
		buf_put_varint(out, d->names[i].object);
	}
}

enum err decision_encode(const struct decision *d, struct buf *out)
{
	uint32_t next = 0;

	buf_put_u8(out, d->name_count ? FORM_NAMES : FORM_VERSION);
	buf_put_varint(out, d->on_time);
	buf_put_varint(out, d->late);
	buf_put_varint(out, d->run_count);
	for (size_t i = 0; i < d->run_count; i++) {
		const struct decision_run *run = &d->runs[i];

		buf_put_varint(out, run->first - next);
		buf_put_varint(out, run->count);
		buf_put_u8(out, run->verdict);
		buf_put_u8(out, run->code);
		next = run->first + run->count;
	}
	buf_put_block(out, d->judge);
	if (d->name_count)
		put_names(d, out);
	return buf_error(out);
}

static enum err read_names(struct reader *r, uint32_t rows, struct decision_runs *runs)
{
	uint64_t n = reader_varint(r);
	enum err e = n > 0 && n <= DECISION_NAMES_MAX ? ERR_OK : ERR_CORRUPT;

	for (uint64_t i = 0; e == ERR_OK && i < n; i++) {
		uint64_t row = reader_varint(r), object = reader_varint(r);

		if (r->failed || row >= rows || object > UINT32_MAX ||
		    (i && row <= runs->names[i - 1].row))
			return ERR_CORRUPT;
		e = decision_runs_name(runs, (uint32_t)row, (uint32_t)object);
	}
	return e;
}

static enum err read_run(struct reader *r, uint32_t rows, uint32_t *next,
			 struct decision_runs *runs)
{
	uint64_t skip = reader_varint(r), count = reader_varint(r);
	uint8_t verdict = reader_u8(r), code = reader_u8(r);
	enum err e;

	if (r->failed || verdict >= EVENT_VERDICT_COUNT || count == 0 || skip > rows - *next ||
	    count > rows - *next - skip)
		return ERR_CORRUPT;
	*next += (uint32_t)skip;
	e = decision_runs_add(runs, *next, (uint32_t)count, verdict, code);
	*next += (uint32_t)count;
	return e;
}

enum err decision_decode(struct bytes form, uint32_t rows, struct decision_runs *runs,
			 struct decision *out)
{
	struct reader r = reader_of(form);
	uint8_t version = reader_u8(&r);
	uint64_t on_time = reader_varint(&r), late = reader_varint(&r), n = reader_varint(&r);
	uint32_t next = 0;
	enum err e = (version == FORM_VERSION || version == FORM_NAMES) && n <= rows && on_time <= rows && late <= rows ?
			     ERR_OK : ERR_CORRUPT;

	decision_runs_clear(runs);
	for (uint64_t i = 0; e == ERR_OK && i < n; i++)
		e = read_run(&r, rows, &next, runs);
	*out = (struct decision){ .on_time = (uint32_t)on_time, .late = (uint32_t)late,
				  .runs = runs->items, .run_count = runs->count };
	out->judge = reader_block(&r);
	if (e == ERR_OK && version == FORM_NAMES)
		e = read_names(&r, rows, runs);
	out->names = runs->names;
	out->name_count = runs->name_count;
	if (e == ERR_OK && !reader_done(&r))
		e = ERR_CORRUPT;
	return e;
}
