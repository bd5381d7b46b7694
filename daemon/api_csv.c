/* SPDX-License-Identifier: MIT */
/* Any list of the API as CSV: RFC 4180, UTF-8 with a byte order mark, which Excel wants to see. */
#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/api_private.h"

#define COLUMN_MAX 200 /* characters of a column's name */
#define DEPTH_MAX 6
#define V1 "/api/v1/"

/* Which member of an answer is its table. */
static const struct {
	const char *path, *array;
} tables[] = {
	{ V1 "targets", "targets" },	     { V1 "units", "units" },
	{ V1 "cells", "cells" },	     { V1 "history", "points" },
	{ V1 "events", "events" },	     { V1 "alerts", "alerts" },
	{ V1 "alerts/log", "alerts" },	     { V1 "slips", "slips" },
	{ V1 "series", "rows" },	     { V1 "lights", "lights" },
	{ V1 "reports", "reports" },	     { V1 "narratives", "narratives" },
	{ V1 "problems", "problems" },	     { V1 "inspections", "inspections" },
	{ V1 "meetings", "meetings" },	     { V1 "decisions", "decisions" },
	{ V1 "portfolio", "portfolio" },     { V1 "contacts", "contacts" },
	{ V1 "reporters", "reporters" },     { V1 "holds", "holds" },
	{ V1 "flags", "flags" },	     { V1 "objects", "objects" },
	{ V1 "months", "months" },
	{ V1 "reconciliation", "rows" },
};

const char *api_csv_array(const struct api_endpoint *e)
{
	for (size_t i = 0; e->method == HTTP_GET && i < sizeof(tables) / sizeof(tables[0]); i++)
		if (strcmp(tables[i].path, e->path) == 0)
			return tables[i].array;
	return NULL;
}

/* --- flattening ------------------------------------------------------------------------------- */

static int flatten(json_t *flat, json_t *value, const char *name, unsigned depth);

static int flatten_object(json_t *flat, json_t *object, const char *name, unsigned depth)
{
	const char *key;
	json_t *value;
	int failed = 0;

	json_object_foreach(object, key, value) {
		char inner[COLUMN_MAX];

		snprintf(inner, sizeof(inner), "%s%s%s", name, name[0] ? "." : "", key);
		failed |= flatten(flat, value, inner, depth + 1);
	}
	return failed;
}

/* Lists inside of a row stay what they are: JSON in one field. */
static int flatten(json_t *flat, json_t *value, const char *name, unsigned depth)
{
	char *text;
	int failed;

	if (json_is_object(value) && depth < DEPTH_MAX)
		return flatten_object(flat, value, name, depth);
	if (!json_is_array(value) && !json_is_object(value))
		return json_object_set(flat, name, value);
	text = json_dumps(value, JSON_COMPACT);
	if (text == NULL)
		return -1;
	failed = json_object_set_new(flat, name, json_string(text));
	free(text);
	return failed;
}

/* --- writing ---------------------------------------------------------------------------------- */

static bool is_number(const char *s)
{
	bool digits = false;

	if (*s == '-')
		s++;
	for (; isdigit((unsigned char)*s) || *s == '.'; s++)
		digits |= *s != '.';
	return digits && *s == '\0';
}

/* A text that a spreadsheet would take for a formula gets an apostrophe. */
static void put_text(struct buf *out, const char *s)
{
	bool quote = strpbrk(s, "\",\r\n") != NULL;

	if (quote)
		buf_put_u8(out, '"');
	if (s[0] != '\0' && strchr("=+-@\t\r", s[0]) != NULL && !is_number(s))
		buf_put_u8(out, '\'');
	for (; *s != '\0'; s++) {
		if (*s == '"')
			buf_put_u8(out, '"');
		buf_put_u8(out, (uint8_t)*s);
	}
	if (quote)
		buf_put_u8(out, '"');
}

static void put_value(struct buf *out, const json_t *v)
{
	if (json_is_string(v))
		put_text(out, json_string_value(v));
	else if (json_is_integer(v))
		buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	else if (json_is_real(v))
		buf_printf(out, "%.10g", json_real_value(v));
	else if (json_is_boolean(v))
		buf_put_string(out, json_is_true(v) ? "true" : "false");
}

static void put_row(struct buf *out, json_t *columns, json_t *flat)
{
	const char *name, *comma = "";
	json_t *unused;

	json_object_foreach(columns, name, unused) {
		buf_put_string(out, comma);
		comma = ",";
		if (flat == NULL)
			put_text(out, name);
		else
			put_value(out, json_object_get(flat, name));
	}
	buf_put_string(out, "\r\n");
}

static enum err write_table(json_t *rows, struct buf *out)
{
	json_t *columns = json_object(), *list = json_array(), *row;
	int failed = columns == NULL || list == NULL;
	size_t i;

	json_array_foreach(rows, i, row) {
		json_t *flat = json_object();

		failed |= flat == NULL || flatten(flat, row, "", 0) != 0 ||
			  json_object_update_missing(columns, flat) != 0;
		failed |= json_array_append_new(list, flat) != 0;
	}
	buf_clear(out);
	buf_put_string(out, "\xEF\xBB\xBF");
	put_row(out, columns, NULL);
	json_array_foreach(list, i, row)
		put_row(out, columns, row);
	json_decref(columns);
	json_decref(list);
	return failed ? ERR_NOMEM : buf_error(out);
}

/* minsheng-alerts-log.csv */
static void name_file(const struct api_call *call)
{
	char name[120];
	size_t n = (size_t)snprintf(name, sizeof(name), "attachment; filename=\"minsheng-%s.csv\"",
				    call->endpoint->path + sizeof(V1) - 1);

	for (size_t i = 0; i < n && i < sizeof(name); i++)
		if (name[i] == '/')
			name[i] = '-';
	http_set_header(*call->x, "Content-Disposition", name);
}

enum err api_csv_answer(struct api_call *call)
{
	struct buf *body = &call->api->body;
	json_t *answer = json_loadb((const char *)body->data, body->len, 0, NULL);
	enum err e;

	if (answer == NULL)
		return ERR_NOMEM;
	e = write_table(json_object_get(answer, api_csv_array(call->endpoint)), body);
	json_decref(answer);
	if (e != ERR_OK)
		return e;
	name_file(call);
	http_set_header(*call->x, "Cache-Control", "private, no-cache");
	http_answer(call->x, 200, "text/csv; charset=utf-8; header=present", buf_bytes(body));
	return ERR_OK;
}
