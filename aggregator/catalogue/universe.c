/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/universe.h"

#include <string.h>

static int compare(const char *id, struct bytes with)
{
	return bytes_compare(bytes_of_string(id), with);
}

const struct universe_object *universe_find(const struct universe *u, struct bytes id)
{
	size_t low = 0, high = u ? u->object_count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(u->objects[middle].id, id);

		if (order == 0)
			return &u->objects[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct universe_known *universe_find_known(const struct universe *u, struct bytes id)
{
	size_t low = 0, high = u ? u->known_count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(u->known[middle].id, id);

		if (order == 0)
			return &u->known[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct universe_check *universe_find_check(const struct universe *u, struct bytes id)
{
	for (size_t i = 0; u && i < u->check_count; i++)
		if (compare(u->checks[i].id, id) == 0)
			return &u->checks[i];
	return NULL;
}

size_t universe_base_count(const struct universe *u)
{
	size_t n = 0;

	for (size_t i = 0; u && i < u->known_count; i++)
		n += u->known[i].year == 0;
	return n;
}

static bool begins(struct bytes id, const char *with)
{
	size_t n = strlen(with);

	return id.len >= n && memcmp(id.data, with, n) == 0;
}

static bool ends(struct bytes id, const char *with)
{
	size_t n = strlen(with);

	return id.len >= n && memcmp(id.data + id.len - n, with, n) == 0;
}

static bool has(struct bytes id, const char *part)
{
	for (size_t i = 0; i < id.len; i++)
		if (begins(bytes_of(id.data + i, id.len - i), part))
			return true;
	return false;
}

bool universe_id_is_sound(struct bytes id)
{
	static const char *const blanks[] = { " ", "　" };
	static const char *const marks[] = { ";", "；", "、" };

	if (id.len == 0 || id.len > UNIVERSE_ID_MAX || !bytes_is_text(id))
		return false;
	for (size_t i = 0; i < id.len; i++)
		if (id.data[i] < 0x20 || id.data[i] == 0x7f)
			return false;
	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++)
		if (begins(id, blanks[i]) || ends(id, blanks[i]))
			return false;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (has(id, marks[i]))
			return false;
	return true;
}

bool universe_check_holds(const struct universe_check *c, int64_t value)
{
	if (!c->number)
		return value == 1;
	return !(c->has_min && value < c->min) && !(c->has_max && value > c->max);
}
