/* SPDX-License-Identifier: MIT */
/* Any list as CSV: what an endpoint writes as JSON, an object a row. */
#include "daemon/api_private.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "daemon/csv_sheet.h"

#define ROWS_MAX 10000
#define PAGE_ROWS 1000
#define V1 "/api/v1"

/* Matrix is no table of rows (its cells are V1 "/cells"); papers have formats of their own. */
static const struct {
	const char *path, *array;
} tables[] = {
	{ V1 "/targets", "targets" },
	{ V1 "/series", "rows" },
	{ V1 "/units", "units" },
	{ V1 "/units/{id}", "figures" },
	{ V1 "/cells", "cells" },
	{ V1 "/history", "points" },
	{ V1 "/events", "events" },
	{ V1 "/alerts", "alerts" },
	{ V1 "/alerts/log", "alerts" },
	{ V1 "/slips", "slips" },
	{ V1 "/reconciliation", "rows" },
	{ V1 "/lights", "lights" },
	{ V1 "/plans", "targets" },
	{ V1 "/ranking", "units" },
	{ V1 "/months", "months" },
	{ V1 "/months/{period}", "units" },
	{ V1 "/reports", "reports" },
	{ V1 "/narratives", "narratives" },
	{ V1 "/problems", "problems" },
	{ V1 "/inspections", "inspections" },
	{ V1 "/meetings", "meetings" },
	{ V1 "/decisions", "decisions" },
	{ V1 "/portfolio", "portfolio" },
	{ V1 "/contacts", "contacts" },
	{ V1 "/reporters", "reporters" },
	{ V1 "/holds", "holds" },
	{ V1 "/flags", "flags" },
	{ V1 "/objects", "objects" },
	{ V1 "/samples", "samples" },
	{ V1 "/year", "measures" },
	{ V1 "/links", "links" },
};

const char *api_csv_array(const struct api_endpoint *e)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (e->method == HTTP_GET && strcmp(e->path, tables[i].path) == 0)
			return tables[i].array;
	return NULL;
}

bool api_csv_wanted(struct api_call *call)
{
	const char *format = api_parameter(call, "format");

	if (format == NULL || api_csv_array(call->endpoint) == NULL)
		return false;
	if (strcmp(format, "csv") == 0)
		return true;
	if (strcmp(format, "json") != 0)
		api_fail(call, API_BAD_CHOICE, "format", "json csv");
	return false;
}

/* --- pages ------------------------------------------------------------------------------------ */

/* The endpoint's answer, from which the rows are taken. */
static void take_page(struct api_call *call, struct csv_sheet *sheet)
{
	struct buf *body = &call->api->body;

	buf_clear(body);
	call->json = jwrite_to(body);
	jwrite_object(&call->json, NULL);
	call->endpoint->answer(call);
	if (*call->x == NULL || call->problem != API_OK)
		return;
	jwrite_end(&call->json);
	if (api_failed(call, buf_error(body)))
		return;
	csv_sheet_add(sheet, buf_bytes(body), api_csv_array(call->endpoint));
}

/* Page after page. A limit that was asked for is kept to. */
static void take_pages(struct api_call *call, struct csv_sheet *sheet)
{
	bool one = !(call->endpoint->needs & API_PAGE) || api_parameter(call, "limit") != NULL;
	char cursor[API_CURSOR];

	if (!one)
		call->limit = PAGE_ROWS;
	for (;;) {
		call->next[0] = '\0';
		take_page(call, sheet);
		if (call->problem != API_OK || *call->x == NULL || call->next[0] == '\0' || one ||
		    csv_sheet_rows(sheet) + PAGE_ROWS > ROWS_MAX)
			return;
		memcpy(cursor, call->next, sizeof(cursor));
		call->cursor = cursor;
		arena_reset(call->arena);
	}
}

/* --- the answer ------------------------------------------------------------------------------- */

/* What a file's name and a header can hold; all else becomes a line. */
static void put_plain(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++)
		buf_put_u8(out, isalnum((unsigned char)*text) || strchr("._-", *text) ?
					(uint8_t)*text :
					(uint8_t)'-');
}

/* jining-2022-reports-2022-07-20-yutai.csv; with -part where rows are left. */
static void set_name(struct api_call *call)
{
	static const char *const marks[] = { "target", "unit", "period" };
	struct buf name = { 0 };
	char day[11];

	buf_put_string(&name, "attachment; filename=\"");
	if (call->catalogue != NULL) {
		put_plain(&name, call->catalogue->id);
		buf_put_u8(&name, '-');
	}
	put_plain(&name, http_path(*call->x) + strlen(V1 "/"));
	if (call->catalogue != NULL) {
		date_format(call->endpoint->needs & API_WHEN ? call->when.valid : call->head.today,
			    day);
		buf_printf(&name, "-%s", day);
	}
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const char *value = api_parameter(call, marks[i]);

		if (value != NULL) {
			buf_put_u8(&name, '-');
			put_plain(&name, value);
		}
	}
	buf_printf(&name, "%s.csv\"", call->next[0] ? "-part" : "");
	if (buf_error(&name) == ERR_OK)
		http_set_header(*call->x, "Content-Disposition", buf_cstring(&name));
	buf_free(&name);
}

static void set_rows(struct api_call *call, const struct csv_sheet *sheet)
{
	char rows[24];

	snprintf(rows, sizeof(rows), "%zu", csv_sheet_rows(sheet));
	http_set_header(*call->x, "X-Minsheng-Rows", rows);
	if (call->next[0] != '\0')
		http_set_header(*call->x, "X-Minsheng-Cut", "yes");
}

void api_csv_answer(struct api_call *call)
{
	struct csv_sheet *sheet = csv_sheet_new();

	if (sheet == NULL) {
		api_fail(call, API_NO_MEMORY, NULL, NULL);
		return;
	}
	take_pages(call, sheet);
	if (call->problem == API_OK && *call->x != NULL) {
		buf_clear(&call->api->body);
		if (csv_sheet_write(sheet, &call->api->body) != ERR_OK) {
			api_fail(call, API_NO_MEMORY, NULL, NULL);
		} else {
			call->content_type = "text/csv; charset=utf-8; header=present";
			set_name(call);
			set_rows(call, sheet);
		}
	}
	csv_sheet_free(sheet);
}
