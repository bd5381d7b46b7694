/* SPDX-License-Identifier: MIT */
/* What became of the rows in the ledger, line by line. */
#include <jansson.h>
#include <stdlib.h>

#include "daemon/import.h"

/* The n-th line that went. */
static struct import_line *line_at(struct import *i, size_t *at)
{
	while (*at < i->line_count && !import_goes(&i->lines[*at]))
		++*at;
	return *at < i->line_count ? &i->lines[(*at)++] : NULL;
}

static const struct {
	const char *name;
	enum event_verdict verdict;
} verdicts[] = { { "admitted", EVENT_ADMITTED },   { "hold", EVENT_HOLD },
		 { "reject", EVENT_REJECT },	   { "duplicate", EVENT_DUPLICATE },
		 { "conflict", EVENT_CONFLICT } };

static enum event_verdict verdict_named(const char *name)
{
	for (size_t k = 0; name && k < sizeof(verdicts) / sizeof(*verdicts); k++)
		if (strcmp(event_verdict_name(verdicts[k].verdict), name) == 0)
			return verdicts[k].verdict;
	return EVENT_ADMITTED;
}

static enum event_code code_named(const char *name)
{
	for (unsigned code = 1; name && *name && code < 256; code++)
		if (event_code_name(code) && strcmp(event_code_name(code), name) == 0)
			return (enum event_code)code;
	return EVENT_CODE_NONE;
}

static void take_run(struct import *i, json_t *run, struct import_line **of, size_t count)
{
	json_int_t first = json_integer_value(json_array_get(run, 0));
	json_int_t n = json_integer_value(json_array_get(run, 1));
	enum event_verdict v = verdict_named(json_string_value(json_array_get(run, 2)));
	enum event_code code = code_named(json_string_value(json_array_get(run, 3)));

	for (json_int_t k = first; k >= 0 && k < first + n && (size_t)k < count; k++) {
		of[k]->verdict = v;
		of[k]->code = code;
	}
	if (v != EVENT_ADMITTED && n > 0) {
		i->verdicts[v] += (uint32_t)n;
		i->verdicts[EVENT_ADMITTED] -= (uint32_t)n;
	}
}

static enum err take_part(struct import *i, json_t *part, size_t *at)
{
	size_t count = (size_t)json_integer_value(json_object_get(part, "rows")), k;
	struct import_line **of = calloc(count + 1, sizeof(struct import_line *));
	json_t *run;

	if (!of)
		return ERR_NOMEM;
	for (k = 0; k < count && (of[k] = line_at(i, at)); k++) {
		of[k]->verdict = EVENT_ADMITTED;
		of[k]->code = EVENT_CODE_NONE;
	}
	i->verdicts[EVENT_ADMITTED] += (uint32_t)k;
	count = k;
	json_array_foreach(json_object_get(part, "runs"), k, run)
		take_run(i, run, of, count);
	i->last = (uint64_t)json_integer_value(json_object_get(part, "position"));
	i->on_time += (uint32_t)json_integer_value(json_object_get(part, "on_time"));
	i->late += (uint32_t)json_integer_value(json_object_get(part, "late"));
	free(of);
	return ERR_OK;
}

enum err import_settle(struct import *i, struct bytes answer)
{
	json_t *said = json_loadb((const char *)answer.data, answer.len, 0, NULL), *part;
	size_t at = 0, n;
	enum err e = said ? ERR_OK : ERR_NOMEM;

	i->stored = e == ERR_OK;
	i->repeated = json_is_true(json_object_get(said, "repeated"));
	i->position = (uint64_t)json_integer_value(json_object_get(said, "position"));
	json_array_foreach(json_object_get(said, "parts"), n, part)
		if (e == ERR_OK)
			e = take_part(i, part, &at);
	json_decref(said);
	if (e == ERR_OK)
		import_count(i);
	return e;
}
