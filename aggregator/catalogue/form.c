/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/form.h"

#include <limits.h>
#include <string.h>

#include "base/date.h"

bool form_is_reading(const struct form *f)
{
	return !f->out;
}

void form_unsigned(struct form *f, uint64_t max, uint64_t *v)
{
	if (!form_is_reading(f)) {
		buf_put_varint(f->out, *v);
		return;
	}
	*v = reader_varint(&f->in);
	if (*v > max) {
		f->bad = true;
		*v = 0;
	}
}

void form_int64(struct form *f, int64_t *v)
{
	if (form_is_reading(f))
		*v = reader_zigzag(&f->in);
	else
		buf_put_zigzag(f->out, *v);
}

void form_u16(struct form *f, uint16_t *v)
{
	uint64_t wide = *v;

	form_unsigned(f, UINT16_MAX, &wide);
	*v = (uint16_t)wide;
}

void form_small(struct form *f, unsigned max, unsigned *v)
{
	uint64_t wide = *v;

	form_unsigned(f, max, &wide);
	*v = (unsigned)wide;
}

void form_bool(struct form *f, bool *v)
{
	uint64_t wide = *v;

	form_unsigned(f, 1, &wide);
	*v = wide;
}

void form_day(struct form *f, int32_t *v)
{
	int64_t wide = *v;

	form_int64(f, &wide);
	f->bad |= wide < INT32_MIN || wide > INT32_MAX;
	*v = (int32_t)wide;
}

void form_int(struct form *f, int *v)
{
	int32_t n = *v;

	form_day(f, &n);
	*v = n;
}

void form_text(struct form *f, const char **v)
{
	uint64_t size = *v ? strlen(*v) + 1 : 0;
	struct bytes text;

	form_unsigned(f, UINT32_MAX, &size);
	if (!form_is_reading(f)) {
		if (size)
			buf_put(f->out, bytes_of_string(*v));
		return;
	}
	*v = NULL;
	if (!size)
		return;
	text = reader_take(&f->in, size - 1);
	f->bad |= f->in.failed || !bytes_is_text(text);
	if (f->bad)
		return;
	*v = arena_strndup(f->arena, (const char *)text.data, text.len);
	f->no_memory |= !*v;
}

void form_word(struct form *f, const char **v)
{
	form_text(f, v);
	if (!*v) {
		f->bad |= form_is_reading(f);
		*v = "";
	}
}

void form_name(struct form *f, struct lang_text *v)
{
	form_word(f, &v->zh);
	form_word(f, &v->en);
}

void *form_array(struct form *f, const void *items, size_t *count, size_t size)
{
	uint64_t n = *count;
	void *room;

	/* no item is shorter than a byte */
	form_unsigned(f, form_is_reading(f) ? reader_left(&f->in) : UINT64_MAX, &n);
	*count = n;
	if (!form_is_reading(f))
		return (void *)(uintptr_t)items;
	room = arena_calloc(f->arena, n ? n : 1, size);
	if (!room) {
		f->no_memory = true;
		*count = 0;
	}
	return room;
}

void form_numbers(struct form *f, const uint16_t **numbers, size_t *count)
{
	uint16_t *room = form_array(f, *numbers, count, sizeof(*room));

	for (size_t i = 0; i < *count; i++)
		form_u16(f, &room[i]);
	*numbers = room;
}

void form_days(struct form *f, const int32_t **days, size_t *count)
{
	int32_t *room = form_array(f, *days, count, sizeof(*room));

	for (size_t i = 0; i < *count; i++)
		form_day(f, &room[i]);
	*days = room;
}
