/* SPDX-License-Identifier: MIT */
#include "aggregator/office/object_checks.h"

#include <stdio.h>

#include "base/decimal.h"

const char *object_checks_name(enum object_checks_state s)
{
	static const char *const names[OBJECT_CHECKS_STATES] = { "none", "open", "failed",
								 "accepted" };

	return (unsigned)s < OBJECT_CHECKS_STATES ? names[s] : "";
}

struct lang_text object_checks_word(enum object_checks_state s)
{
	static const struct lang_text words[OBJECT_CHECKS_STATES] = {
		{ "未验收", "not checked" },
		{ "验收未完", "check not complete" },
		{ "验收未通过", "failed" },
		{ "验收通过", "accepted" },
	};

	return words[(unsigned)s < OBJECT_CHECKS_STATES ? s : 0];
}

bool object_checks_value(const struct universe_check *c, const json_t *j, int64_t *out)
{
	if (!c->number) {
		*out = json_is_true(j);
		return json_is_boolean(j);
	}
	if (json_is_integer(j))
		return decimal_mul(json_integer_value(j), decimal_pow10(c->decimals), out);
	return json_is_string(j) &&
	       decimal_parse(bytes_of(json_string_value(j), json_string_length(j)), c->decimals,
			     out) == ERR_OK;
}

enum object_checks_state object_checks_of(const struct universe *u, const json_t *record)
{
	const json_t *values = json_object_get(record, "values");
	enum object_checks_state state = OBJECT_CHECKS_ACCEPTED;

	if (!record)
		return OBJECT_CHECKS_NONE;
	for (size_t i = 0; i < u->check_count; i++) {
		const struct universe_check *c = &u->checks[i];
		int64_t value;

		if (!c->must)
			continue;
		if (!object_checks_value(c, json_object_get(values, c->id), &value))
			state = OBJECT_CHECKS_OPEN;
		else if (!universe_check_holds(c, value))
			return OBJECT_CHECKS_FAILED;
	}
	return state;
}

/* Numbers of measures never change, and are short. */
static struct bytes key_of(uint16_t measure, struct bytes object, char out[RECORDS_ID_MAX + 1])
{
	int n = snprintf(out, RECORDS_ID_MAX + 1, "%u/%.*s", measure, (int)object.len,
			 (const char *)object.data);

	return bytes_of(out, n < 0 || n > RECORDS_ID_MAX ? 0 : (size_t)n);
}

enum err object_checks_read(struct store_txn *t, uint16_t measure, struct bytes object,
			    json_t **out)
{
	char id[RECORDS_ID_MAX + 1];

	return records_get(t, RECORDS_OBJECT, key_of(measure, object, id), out);
}

enum err object_checks_write(struct store_txn *t, uint16_t measure, struct bytes object,
			     const json_t *check)
{
	char id[RECORDS_ID_MAX + 1];
	struct bytes key = key_of(measure, object, id);
	enum err e = records_put(t, RECORDS_OBJECT, key, check);

	return e == ERR_OK ? records_step(t, RECORDS_OBJECT, key, check, NULL) : e;
}

enum err object_checks_steps(struct store_txn *t, uint16_t measure, struct bytes object,
			     bool (*fn)(void *ctx, uint32_t number, json_t *step), void *ctx)
{
	char id[RECORDS_ID_MAX + 1];

	return records_steps(t, RECORDS_OBJECT, key_of(measure, object, id), fn, ctx);
}
