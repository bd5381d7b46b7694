/* SPDX-License-Identifier: MIT */
#include "aggregator/office/records.h"

#include <stdlib.h>

#include "aggregator/ledger/keys.h"

#define DUMP (JSON_COMPACT | JSON_SORT_KEYS)

const char *records_kind_name(enum records_kind kind)
{
	static const char *const names[RECORDS_KIND_END] = {
		[RECORDS_NARRATIVE] = "narrative", [RECORDS_PROBLEM] = "problem",
		[RECORDS_INSPECTION] = "inspection", [RECORDS_MEETING] = "meeting",
		[RECORDS_PORTFOLIO] = "portfolio", [RECORDS_CONTACT] = "contact",
		[RECORDS_SLIP] = "slip", [RECORDS_DECISION] = "decision",
		[RECORDS_MONTH] = "month",
		[RECORDS_EXTENSION] = "extension",
		[RECORDS_OBJECTION] = "objection",
		[RECORDS_YEAR] = "year",
		[RECORDS_OBJECT] = "object-check",
		[RECORDS_PROSE] = "prose",
		[RECORDS_SIGNATURE] = "signature",
	};

	return kind > 0 && kind < RECORDS_KIND_END ? names[kind] : "";
}

static bool is_id(struct bytes id)
{
	return id.len > 0 && id.len <= RECORDS_ID_MAX && !memchr(id.data, 0, id.len);
}

char *records_dump(const json_t *object)
{
	size_t len = json_dumpb(object, NULL, 0, DUMP);
	char *text = len ? malloc(len + 1) : NULL;

	if (text && json_dumpb(object, text, len, DUMP) != len) {
		free(text);
		return NULL;
	}
	if (text)
		text[len] = '\0';
	return text;
}

/* Where memory runs out in the middle of a text, the library may leave a character out, or call the
 * text wrong, and say nothing of memory: what was read has to give the same text again. */
static enum err read_back(struct bytes value, json_t **out)
{
	char *text;
	enum err e;

	*out = json_loadb((const char *)value.data, value.len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(*out))
		return ERR_CORRUPT;
	text = records_dump(*out);
	e = !text ? ERR_NOMEM : bytes_equal(bytes_of_string(text), value) ? ERR_OK : ERR_CORRUPT;
	free(text);
	return e;
}

static enum err parse(struct bytes value, json_t **out)
{
	enum err e = ERR_CORRUPT;

	for (int tries = 0; tries < 2 && e == ERR_CORRUPT; tries++) {
		e = read_back(value, out);
		if (e == ERR_OK)
			return ERR_OK;
		json_decref(*out);
		*out = NULL;
	}
	return e;
}

static enum err put(struct store_txn *t, enum store_table table, const struct keys *key,
		    const json_t *object)
{
	char *text = records_dump(object);
	enum err e = text ? store_put(t, table, keys_bytes(key), bytes_of_string(text)) :
			    ERR_NOMEM;

	free(text);
	return e;
}

enum err records_get(struct store_txn *t, enum records_kind kind, struct bytes id, json_t **out)
{
	struct bytes value;
	struct keys key;
	enum err e;

	*out = NULL;
	if (!is_id(id))
		return ERR_NOTFOUND;
	keys_record(&key, (uint8_t)kind, id);
	e = store_get(t, STORE_RECORDS, keys_bytes(&key), &value);
	return e == ERR_OK ? parse(value, out) : e;
}

enum err records_put(struct store_txn *t, enum records_kind kind, struct bytes id,
		     const json_t *record)
{
	struct keys key;

	if (!is_id(id))
		return ERR_INVALID;
	keys_record(&key, (uint8_t)kind, id);
	return put(t, STORE_RECORDS, &key, record);
}

enum err records_walk(struct store_txn *t, enum records_kind kind, struct bytes from,
		      bool (*fn)(void *ctx, struct bytes id, json_t *record), void *ctx)
{
	struct bytes found, value;
	struct store_cursor *c;
	struct keys key;
	bool go_on = true;
	json_t *record;
	enum err e;

	if ((e = store_cursor_open(t, STORE_RECORDS, &c)) != ERR_OK)
		return e;
	keys_record(&key, (uint8_t)kind, from);
	for (e = store_cursor_seek(c, keys_bytes(&key), &found, &value);
	     e == ERR_OK && go_on && found.len > 1 && found.data[0] == kind;) {
		if ((e = parse(value, &record)) == ERR_OK) {
			go_on = fn(ctx, bytes_of(found.data + 1, found.len - 1), record);
			e = store_cursor_next(c, &found, &value);
		}
		json_decref(record);
	}
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err records_ids(struct store_txn *t, enum records_kind kind, struct bytes from,
		     bool (*fn)(void *ctx, struct bytes id), void *ctx)
{
	struct bytes found, value;
	struct store_cursor *c;
	struct keys key;
	enum err e;

	if ((e = store_cursor_open(t, STORE_RECORDS, &c)) != ERR_OK)
		return e;
	keys_record(&key, (uint8_t)kind, from);
	e = store_cursor_seek(c, keys_bytes(&key), &found, &value);
	while (e == ERR_OK && found.len > 1 && found.data[0] == kind &&
	       fn(ctx, bytes_of(found.data + 1, found.len - 1)))
		e = store_cursor_next(c, &found, &value);
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* Number of the newest step, or 0. */
static enum err newest_step(struct store_txn *t, enum records_kind kind, struct bytes id,
			    uint32_t *out)
{
	struct bytes found, value;
	struct store_cursor *c;
	struct keys first, end;
	enum err e;

	*out = 0;
	keys_step(&first, (uint8_t)kind, id, 0);
	keys_step(&end, (uint8_t)kind, id, UINT32_MAX);
	if ((e = store_cursor_open(t, STORE_STEPS, &c)) != ERR_OK)
		return e;
	e = store_cursor_before(c, keys_bytes(&end), &found, &value);
	if (e == ERR_OK && found.len == first.len &&
	    memcmp(found.data, first.data, first.len - 4) == 0)
		*out = bytes_load32(found.data + found.len - 4);
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err records_step(struct store_txn *t, enum records_kind kind, struct bytes id,
		      const json_t *step, uint32_t *number)
{
	struct keys key;
	uint32_t newest;
	enum err e;

	if (!is_id(id))
		return ERR_INVALID;
	if ((e = newest_step(t, kind, id, &newest)) != ERR_OK)
		return e;
	keys_step(&key, (uint8_t)kind, id, newest + 1);
	if (number)
		*number = newest + 1;
	return put(t, STORE_STEPS, &key, step);
}

enum err records_steps(struct store_txn *t, enum records_kind kind, struct bytes id,
		       bool (*fn)(void *ctx, uint32_t number, json_t *step), void *ctx)
{
	struct bytes found, value;
	struct store_cursor *c;
	struct keys key, prefix;
	bool go_on = true;
	json_t *step;
	enum err e;

	if (!is_id(id))
		return ERR_OK;
	keys_step(&key, (uint8_t)kind, id, 0);
	prefix = key;
	prefix.len -= 4;
	if ((e = store_cursor_open(t, STORE_STEPS, &c)) != ERR_OK)
		return e;
	for (e = store_cursor_seek(c, keys_bytes(&key), &found, &value);
	     e == ERR_OK && go_on && found.len == key.len && keys_begin(found, &prefix);) {
		if ((e = parse(value, &step)) == ERR_OK) {
			go_on = fn(ctx, bytes_load32(found.data + found.len - 4), step);
			e = store_cursor_next(c, &found, &value);
		}
		json_decref(step);
	}
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}
