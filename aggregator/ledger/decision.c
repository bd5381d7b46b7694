/* SPDX-License-Identifier: MIT */
#include "aggregator/ledger/decision.h"

#include <stdlib.h>

#include "base/reader.h"

#define FORM_VERSION 1

void decision_runs_free(struct decision_runs *runs)
{
	free(runs->items);
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

enum err decision_encode(const struct decision *d, struct buf *out)
{
	uint32_t next = 0;

	buf_put_u8(out, FORM_VERSION);
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
	return buf_error(out);
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
	enum err e = version == FORM_VERSION && n <= rows && on_time <= rows && late <= rows ?
			     ERR_OK : ERR_CORRUPT;

	decision_runs_clear(runs);
	for (uint64_t i = 0; e == ERR_OK && i < n; i++)
		e = read_run(&r, rows, &next, runs);
	*out = (struct decision){ .on_time = (uint32_t)on_time, .late = (uint32_t)late,
				  .runs = runs->items, .run_count = runs->count };
	out->judge = reader_block(&r);
	if (e == ERR_OK && !reader_done(&r))
		e = ERR_CORRUPT;
	return e;
}
