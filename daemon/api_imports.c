/* SPDX-License-Identifier: MIT */
/* Sheets that people hand in over HTTP: tried or stored on a thread of its own (imports.h), answered
 * when it is done. */
#include "daemon/api_imports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/date.h"
#include "daemon/imports.h"

/* Somebody who waits. */
struct waiter {
	struct api_imports *imports;
	struct http_exchange *x; /* NULL: the client left */
	enum lang lang;
	char unit[72];
	struct waiter *next;
};

struct api_imports {
	struct api *api;
	struct imports *imports;
	struct waiter *waiters;
};

/* --- answering ------------------------------------------------------------------------------------ */

static void unlink_waiter(struct waiter *w)
{
	struct waiter **at = &w->imports->waiters;

	while (*at && *at != w)
		at = &(*at)->next;
	if (*at)
		*at = w->next;
	free(w);
}

static void on_gone(void *ctx)
{
	struct waiter *w = ctx;

	imports_forget(w->imports->imports, w);
	unlink_waiter(w);
}

static void answer_table(struct http_exchange **x, enum lang lang, const struct imports_table *t)
{
	http_set_header(*x, "Content-Language", lang == LANG_ZH ? "zh" : "en");
	http_set_header(*x, "Cache-Control", "no-store");
	http_answer(x, t->faulty ? 422 : 200,
		    t->faulty ? "application/problem+json; charset=utf-8" :
				"application/json; charset=utf-8",
		    buf_bytes(&t->json));
}

static void answer_failure(struct waiter *w, const struct imports_table *t)
{
	static const struct {
		enum err err;
		enum api_problem problem;
	} of[] = { { ERR_NOTFOUND, API_NO_SUCH_UNIT }, { ERR_FULL, API_STORE_FULL },
		   { ERR_TIMEOUT, API_NO_ANSWER },     { ERR_CLOSED, API_NO_ANSWER },
		   { ERR_BUSY, API_TOO_BUSY },	       { ERR_NOMEM, API_NO_MEMORY } };
	enum api_problem problem = API_DAMAGED;

	if (t->json.len) { /* the aggregator says why */
		api_answer_refused(&w->x, 422, w->lang, buf_bytes(&t->json), &w->imports->api->body);
		return;
	}
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (of[i].err == t->why)
			problem = of[i].problem;
	api_answer_problem(&w->x, problem, w->lang, problem == API_NO_SUCH_UNIT ? "unit" : NULL,
			   w->unit, &w->imports->api->body);
}

static void on_done(void *ctx, const struct imports_table *t)
{
	struct waiter *w = ctx;

	if (t->found)
		answer_table(&w->x, w->lang, t);
	else
		answer_failure(w, t);
	unlink_waiter(w);
}

/* --- who ------------------------------------------------------------------------------------------ */

bool api_may_import(struct api_call *call, const char *unit, char *by, size_t cap)
{
	if (!api_caller_may_about(call, "import", unit))
		return false;
	snprintf(by, cap, "%s", call->caller.by);
	return true;
}

/* --- asking --------------------------------------------------------------------------------------- */

static bool flag(struct api_call *call, const char *name, bool otherwise)
{
	const char *text = api_parameter(call, name);

	if (text == NULL)
		return otherwise;
	if (strcmp(text, "true") == 0 || strcmp(text, "1") == 0)
		return true;
	if (strcmp(text, "false") != 0 && strcmp(text, "0") != 0)
		api_fail(call, API_BAD_CHOICE, name, "true, false");
	return false;
}

/* "unit,,target,-,+": by column; nothing: by its heading; -: left out; +: part of the note. */
static void read_columns(struct api_call *call, struct import_request *r)
{
	const char *text = api_parameter(call, "columns");
	size_t c = 0;

	for (size_t i = 0; i < INPUT_COLUMNS_MAX; i++)
		r->mapping.field[i] = INPUT_COLUMN_BY_HEADING;
	r->mapped = text != NULL;
	while (text && *text && c < INPUT_COLUMNS_MAX) {
		size_t n = strcspn(text, ",");
		struct bytes word = bytes_of(text, n);
		int f = n ? input_field_of(word) : INPUT_COLUMN_BY_HEADING;

		if (n == 1 && *text == '-')
			f = INPUT_COLUMN_IGNORED;
		else if (n == 1 && *text == '+')
			f = INPUT_COLUMN_NOTED;
		else if (n && f < 0)
			api_fail(call, API_BAD_CHOICE, "columns",
				 "unit, item, target, as_of, value, kind, uom, numerator, denominator, "
				 "stage, note, correction_reason, evidence_url, ref, withdraw, revision, "
				 "object, -, +");
		r->mapping.field[c++] = (int16_t)f;
		text += n + (text[n] == ',');
	}
}

static void copy(struct api_call *call, const char *name, char *to, size_t cap)
{
	const char *text = api_parameter(call, name);

	if (text && strlen(text) >= cap)
		api_fail(call, API_BAD_CHOICE, name, "...");
	else if (text)
		snprintf(to, cap, "%s", text);
}

static void read_day(struct api_call *call, struct import_request *r)
{
	const char *text = api_parameter(call, "day");

	if (text && date_parse(bytes_of_string(text), &r->day) != ERR_OK &&
	    date_period_parse(bytes_of_string(text), &r->day) != ERR_OK)
		api_fail(call, API_BAD_DATE, "day", text);
}

static void read_request(struct api_call *call, struct import_request *r)
{
	struct bytes body = http_body(*call->x);
	uint64_t heading = 0;

	copy(call, "unit", r->unit, sizeof(r->unit));
	copy(call, "name", r->file, sizeof(r->file));
	copy(call, "sheet", r->wanted, sizeof(r->wanted));
	if (!r->unit[0])
		api_fail(call, API_MISSING, "unit", "rencheng");
	if (!r->file[0])
		snprintf(r->file, sizeof(r->file), "sheet");
	r->lang = call->lang;
	r->dry_run = flag(call, "dry_run", true);
	r->partial = flag(call, "partial", false);
	read_columns(call, r);
	read_day(call, r);
	if (api_number(call, "heading", 0, 1000, &heading))
		r->mapping.heading = (unsigned)heading;
	r->mapped |= heading > 0;
	if (body.len == 0)
		api_fail(call, API_EMPTY_SHEET, NULL, NULL);
	if (body.len > IMPORT_FILE_MAX)
		api_fail(call, API_TOO_LARGE, NULL, "10 MB");
	if (!bytes_is_text(bytes_of_string(r->file)))
		api_fail(call, API_BAD_REQUEST, NULL, NULL);
}

void api_import(struct api_call *call)
{
	struct api_imports *s = call->api->imports;
	struct import_request *r = imports_request_new();
	struct waiter *w = calloc(1, sizeof(*w));
	enum err e = r && w ? ERR_OK : ERR_NOMEM;

	if (e == ERR_OK)
		read_request(call, r);
	if (e == ERR_OK && call->problem == API_OK)
		(void)api_may_import(call, r->unit, r->by, sizeof(r->by)); /* else it has failed */
	if (e == ERR_OK && call->problem == API_OK) {
		buf_put(&r->body, http_body(*call->x));
		e = buf_error(&r->body);
		snprintf(w->unit, sizeof(w->unit), "%s", r->unit);
	}
	if (e == ERR_OK && call->problem == API_OK)
		e = imports_ask(s->imports, &r, w);
	imports_request_free(r);
	if (e != ERR_OK || call->problem != API_OK) {
		free(w);
		if (e != ERR_OK)
			api_fail(call, e == ERR_FULL ? API_IMPORTS_FULL : API_NO_MEMORY, NULL, NULL);
		return;
	}
	w->imports = s;
	w->lang = call->lang;
	w->x = *call->x;
	*call->x = NULL;
	w->next = s->waiters;
	s->waiters = w;
	http_on_gone(w->x, on_gone, w);
}

/* --- what came of it ------------------------------------------------------------------------------ */

/* Who handed it in may look at it, and who may hand in for its unit. */
static const struct imports_table *find(struct api_call *call)
{
	const char *id = http_segment(*call->x, 0);
	const struct imports_table *t = imports_find(call->api->imports->imports, id);
	char by[160];

	if (t == NULL)
		api_fail(call, API_NO_SUCH_IMPORT, "id", id);
	return t != NULL && api_may_import(call, t->unit, by, sizeof(by)) ? t : NULL;
}

void api_import_table(struct api_call *call)
{
	const struct imports_table *t = find(call);

	if (t != NULL)
		answer_table(call->x, call->lang, t);
}

void api_import_errors(struct api_call *call)
{
	static const struct {
		const char *name, *type;
	} files[] = { { "errors.xlsx",
			"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
		      { "errors.csv", "text/csv; charset=utf-8" } };
	const char *name = http_segment(*call->x, 1);
	const struct imports_table *t = find(call);
	char disposition[80];

	for (size_t i = 0; t && i < sizeof(files) / sizeof(files[0]); i++) {
		const struct buf *b = i == 0 ? &t->xlsx : &t->csv;

		if (strcmp(files[i].name, name) != 0 || b->len == 0)
			continue;
		snprintf(disposition, sizeof(disposition), "attachment; filename=\"%s\"", name);
		http_set_header(*call->x, "Content-Disposition", disposition);
		http_set_header(*call->x, "Cache-Control", "no-store");
		http_answer(call->x, 200, files[i].type, buf_bytes(b));
		return;
	}
	api_fail(call, API_NO_SUCH_PATH, NULL, NULL);
}

/* --- life ----------------------------------------------------------------------------------------- */

enum err api_imports_new(struct api *a, struct api_imports **out)
{
	struct api_imports *s = calloc(1, sizeof(*s));
	enum err e;

	if (s == NULL)
		return ERR_NOMEM;
	s->api = a;
	e = imports_new(a->daemon, a->daemon->config->store, on_done, &s->imports);
	if (e != ERR_OK) {
		free(s);
		return e;
	}
	*out = s;
	return ERR_OK;
}

void api_imports_tick(struct api_imports *s, int64_t now_ms)
{
	imports_tick(s->imports, now_ms);
}

void api_imports_free(struct api_imports *s)
{
	if (s == NULL)
		return;
	imports_free(s->imports);
	while (s->waiters != NULL) {
		struct waiter *w = s->waiters;

		s->waiters = w->next;
		free(w);
	}
	free(s);
}
