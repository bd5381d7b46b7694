/* SPDX-License-Identifier: MIT */
#include "aggregator/receipt.h"

#include <stdio.h>

#include "proto/codec.h"
#include "proto/envelope.h"

static struct bytes text_of(unsigned code, struct arena *arena)
{
	struct lang_text text = event_code_text(code);
	size_t cap;
	char *both;

	if (!text.zh || !text.en)
		return (struct bytes){ 0 };
	cap = strlen(text.zh) + strlen(text.en) + 2;
	if (!(both = arena_alloc(arena, cap)))
		return (struct bytes){ 0 };
	snprintf(both, cap, "%s %s", text.zh, text.en);
	return bytes_of(both, cap - 1);
}

/* The same of one object. */
static struct bytes text_of_object(unsigned code, struct bytes id, struct arena *arena)
{
	struct lang_text text = event_code_text(code);
	size_t cap;
	char *both;

	if (!text.zh || !text.en)
		return (struct bytes){ 0 };
	cap = strlen(text.zh) + strlen(text.en) + 2 * id.len + 8;
	if (!(both = arena_alloc(arena, cap)))
		return (struct bytes){ 0 };
	snprintf(both, cap, "%.*s：%s %.*s: %s", (int)id.len, (const char *)id.data, text.zh,
		 (int)id.len, (const char *)id.data, text.en);
	return bytes_of(both, strlen(both));
}

static size_t count_exceptions(const struct decision *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->run_count; i++)
		n += d->runs[i].count;
	return n;
}

static void count_verdicts(const struct entry *entry, const struct decision *d,
			   struct message_receipt *out)
{
	out->counts[EVENT_ADMITTED] = entry->rows;
	for (size_t i = 0; i < d->run_count; i++) {
		out->counts[EVENT_ADMITTED] -= d->runs[i].count;
		out->counts[d->runs[i].verdict] += d->runs[i].count;
	}
}

static void fill(const struct decision *d, struct arena *arena, struct message_exception *to)
{
	bool told[UINT8_MAX + 1] = { false };

	for (size_t i = 0; i < d->run_count; i++) {
		const struct decision_run *run = &d->runs[i];

		for (uint32_t k = 0; k < run->count; k++) {
			*to = (struct message_exception){ .row = run->first + k,
							  .verdict = run->verdict,
							  .code = run->code };
			if (!told[run->code])
				to->text = text_of(run->code, arena);
			told[run->code] = true;
			to++;
		}
	}
}

/* The id with this number in the row; empty where there is none. */
static struct bytes object_of(const struct event_texts *objects, const struct decision_name *name)
{
	uint32_t number = 0;

	for (size_t i = 0; i < objects->count && objects->items[i].row <= name->row; i++)
		if (objects->items[i].row == name->row && number++ == name->object)
			return objects->items[i].text;
	return (struct bytes){ 0 };
}

/* Rows that are about an object say which: the decision has its number, the body its id. */
static enum err name_objects(const struct entry *entry, const struct decision *d,
			     struct arena *arena, struct message_exception *exceptions, size_t n)
{
	struct codec_fault fault;
	struct event_batch batch;
	struct envelope header;
	struct bytes body, id;
	enum err e;

	if (d->name_count == 0)
		return ERR_OK;
	if (envelope_decode(entry->body, &header, &body) != ERR_OK)
		return ERR_CORRUPT;
	if ((e = codec_batch_decode(body, entry->rows, arena, &batch, &fault)) != ERR_OK)
		return e == ERR_INVALID ? ERR_CORRUPT : e;
	for (size_t i = 0, k = 0; i < n && k < d->name_count; i++) {
		if (exceptions[i].row != d->names[k].row)
			continue;
		id = object_of(&batch.object, &d->names[k++]);
		if (id.len)
			exceptions[i].text = text_of_object(exceptions[i].code, id, arena);
	}
	return ERR_OK;
}

enum err receipt_of(const struct entry *entry, const struct decision *d, struct arena *arena,
		    struct message_receipt *out)
{
	size_t n = count_exceptions(d);
	struct message_exception *exceptions = NULL;

	*out = (struct message_receipt){
		.first_sequence = entry->first_sequence,
		.through_sequence = entry->first_sequence + entry->rows - 1,
		.first_position = entry->position,
		.through_position = entry->position,
		.received_ms = entry->time_ms,
		.on_time = d->on_time,
		.late = d->late,
	};
	count_verdicts(entry, d, out);
	if (n == 0)
		return ERR_OK;
	if (!(exceptions = arena_calloc(arena, n, sizeof(*exceptions))))
		return ERR_NOMEM;
	fill(d, arena, exceptions);
	out->exceptions = exceptions;
	out->exception_count = n;
	return name_objects(entry, d, arena, exceptions, n);
}
