/* SPDX-License-Identifier: MIT */
/* From a request to its answer: parameters, snapshot, ETag, pages, problems. */
#include "daemon/api_private.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/log.h"

#define LIMIT_DEFAULT 100
#define LIMIT_MAX 1000
#define ARENA_BUDGET ((size_t)32 << 20)

/* --- what went wrong -------------------------------------------------------------------------- */

void api_fail(struct api_call *call, enum api_problem problem, const char *parameter,
	      const char *given)
{
	if (call->problem != API_OK)
		return;
	call->problem = problem;
	snprintf(call->parameter, sizeof(call->parameter), "%s", parameter ? parameter : "");
	snprintf(call->given, sizeof(call->given), "%s", given ? given : "");
}

bool api_failed(struct api_call *call, enum err e)
{
	if (e == ERR_OK)
		return call->problem != API_OK;
	if (e == ERR_NOMEM) {
		api_fail(call, API_NO_MEMORY, NULL, NULL);
	} else {
		log_write(LOG_ERROR, "http", "reading for %s failed: %s", http_path(*call->x),
			  err_name(e));
		api_fail(call, API_DAMAGED, NULL, NULL);
	}
	return true;
}

/* --- parameters ------------------------------------------------------------------------------- */

const char *api_parameter(const struct api_call *call, const char *name)
{
	return http_query(*call->x, name);
}

/* The names that an endpoint takes, each with a space behind it. */
static void list_parameters(const struct api_endpoint *e, char *out, size_t cap)
{
	snprintf(out, cap, "%s%s%s%slang ", e->parameters, api_csv_array(e) ? "format " : "",
		 e->needs & API_WHEN ? "valid_at known_at " : "",
		 e->needs & API_PAGE ? "limit cursor " : "");
}

static bool is_listed(const char *list, const char *name)
{
	size_t n = strlen(name);

	while (*list != '\0') {
		size_t word = strcspn(list, " ");

		if (word == n && memcmp(list, name, n) == 0)
			return true;
		list += word + 1;
	}
	return false;
}

static void check_parameters(struct api_call *call)
{
	char known[200];
	const char *name;

	list_parameters(call->endpoint, known, sizeof(known));
	for (size_t i = 0; (name = http_query_name(*call->x, i)) != NULL; i++)
		if (!is_listed(known, name))
			api_fail(call, API_UNKNOWN_PARAMETER, name, known);
}

bool api_read_number(const char *text, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		uint64_t digit = (uint64_t)(*text - '0');

		if (!isdigit((unsigned char)*text) || v > (max - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*out = v;
	return true;
}

bool api_number(struct api_call *call, const char *name, uint64_t min, uint64_t max, uint64_t *out)
{
	const char *text = api_parameter(call, name);
	uint64_t v;

	if (text == NULL)
		return true;
	if (!api_read_number(text, max, &v) || v < min) {
		api_fail(call, API_BAD_NUMBER, name, text);
		return false;
	}
	*out = v;
	return true;
}

bool api_measure(struct api_call *call, const char *name, uint16_t *out)
{
	const char *text = api_parameter(call, name);

	*out = CATALOGUE_NONE;
	if (text == NULL)
		return true;
	*out = catalogue_measure_number(call->catalogue, bytes_of_string(text));
	if (*out == CATALOGUE_NONE)
		api_fail(call, API_NO_SUCH_MEASURE, name, text);
	return *out != CATALOGUE_NONE;
}

bool api_unit(struct api_call *call, const char *name, uint16_t *out)
{
	const char *text = api_parameter(call, name);

	*out = CATALOGUE_NONE;
	if (text == NULL)
		return true;
	*out = catalogue_unit_number(call->catalogue, bytes_of_string(text));
	if (*out == CATALOGUE_NONE)
		api_fail(call, API_NO_SUCH_UNIT, name, text);
	return *out != CATALOGUE_NONE;
}

bool api_month(struct api_call *call, const char *name, int32_t *out)
{
	const char *text = api_parameter(call, name);

	if (text == NULL || date_period_parse(bytes_of_string(text), out) == ERR_OK)
		return true;
	api_fail(call, API_BAD_DATE, name, text);
	return false;
}

bool api_day(struct api_call *call, const char *name, int32_t *out)
{
	const char *text = api_parameter(call, name);

	if (text == NULL || date_parse(bytes_of_string(text), out) == ERR_OK)
		return true;
	api_fail(call, API_BAD_DATE, name, text);
	return false;
}

static void read_when(struct api_call *call)
{
	const char *valid = api_parameter(call, "valid_at"),
		   *known = api_parameter(call, "known_at");
	int32_t last = call->catalogue->to;

	call->when.known = HISTORY_NOW;
	/* by default the programme's last day stands for all that come after it */
	call->when.valid = call->head.today < last ? call->head.today : last;
	if (valid != NULL && date_parse(bytes_of_string(valid), &call->when.valid) != ERR_OK)
		api_fail(call, API_BAD_DATE, "valid_at", valid);
	if (known == NULL || strcmp(known, "now") == 0)
		return;
	if (date_parse(bytes_of_string(known), &call->when.known) != ERR_OK)
		api_fail(call, API_BAD_DATE, "known_at", known);
	else if (query_when_check(call->query, call->when) != ERR_OK)
		api_fail(call, API_NOT_CLOSED, "known_at", known);
}

static void read_page(struct api_call *call)
{
	uint64_t limit = LIMIT_DEFAULT;
	const char *cursor = api_parameter(call, "cursor");

	api_number(call, "limit", 1, LIMIT_MAX, &limit);
	call->limit = (size_t)limit;
	call->cursor = cursor ? cursor : "";
	if (strlen(call->cursor) >= API_CURSOR)
		api_fail(call, API_BAD_CURSOR, "cursor", "");
}

/* --- the snapshot ----------------------------------------------------------------------------- */

static void open_snapshot(struct api_call *call)
{
	enum err e = snapshots_open(call->api->snapshots, &call->query);

	if (e == ERR_NOTFOUND) {
		api_fail(call, API_NO_CATALOGUE, NULL, NULL);
		return;
	}
	if (api_failed(call, e))
		return;
	call->catalogue = query_catalogue(call->query);
	call->head = query_head(call->query);
	call->api->offset_minutes = call->catalogue->offset_minutes;
	call->arena = call->api->arena;
	if (call->endpoint->needs & API_WHEN)
		read_when(call);
}

static void format_when(const struct api_call *call, char known[11])
{
	if (call->when.known == HISTORY_NOW)
		memcpy(known, "now", 4);
	else
		date_format(call->when.known, known);
}

static bool has_tag(const struct api_call *call)
{
	return (call->endpoint->needs & API_SNAPSHOT) && !(call->endpoint->needs & API_NO_TAG);
}

/* "position.valid.known.lang": with the path, all that the answer depends on. */
static void make_tag(const struct api_call *call, char *out, size_t cap)
{
	const char *lang = call->lang == LANG_ZH ? "zh" : "en";
	char valid[11], known[11];

	if (!(call->endpoint->needs & API_WHEN)) {
		snprintf(out, cap, "\"%" PRIu64 ".%s\"", call->head.position, lang);
		return;
	}
	date_format(call->when.valid, valid);
	format_when(call, known);
	snprintf(out, cap, "\"%" PRIu64 ".%s.%s.%s\"", call->head.position, valid, known, lang);
}

/* True where the client holds this answer already. */
static bool is_held(const struct api_call *call, const char *tag)
{
	const char *held = http_header(*call->x, "If-None-Match");

	return held != NULL && (strcmp(held, "*") == 0 || strstr(held, tag) != NULL);
}

/* --- the answer ------------------------------------------------------------------------------- */

static void begin_answer(struct api_call *call)
{
	struct jwrite *j = &call->json;
	char known[11];

	buf_clear(&call->api->body);
	call->json = jwrite_to(&call->api->body);
	jwrite_object(j, NULL);
	if (call->query == NULL)
		return;
	jwrite_string(j, "programme", call->catalogue->id);
	jwrite_uint(j, "position", call->head.position);
	if (!(call->endpoint->needs & API_WHEN))
		return;
	format_when(call, known);
	jwrite_date(j, "valid_at", call->when.valid);
	jwrite_string(j, "known_at", known);
}

static void put_encoded(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (isalnum((unsigned char)*text) || strchr("-._~", *text) != NULL)
			buf_put_u8(out, (uint8_t)*text);
		else
			buf_printf(out, "%%%02X", (unsigned char)*text);
	}
}

/* Link: the same address with the next cursor. */
static void set_link(struct api_call *call)
{
	struct buf link = { 0 };
	const char *name;

	buf_printf(&link, "<%s?", http_path(*call->x));
	for (size_t i = 0; (name = http_query_name(*call->x, i)) != NULL; i++) {
		if (strcmp(name, "cursor") == 0)
			continue;
		put_encoded(&link, name);
		buf_put_u8(&link, '=');
		put_encoded(&link, http_query(*call->x, name));
		buf_put_u8(&link, '&');
	}
	buf_put_string(&link, "cursor=");
	put_encoded(&link, call->next);
	buf_put_string(&link, ">; rel=\"next\"");
	http_set_header(*call->x, "Link", buf_cstring(&link));
	buf_free(&link);
}

static void set_tag(struct api_call *call, const char *tag)
{
	if (tag[0] == '\0')
		return;
	http_set_header(*call->x, "ETag", tag);
	http_set_header(*call->x, "Vary", "Accept-Language");
}

static void finish_answer(struct api_call *call, const char *tag)
{
	struct buf *body = &call->api->body;

	set_tag(call, tag);
	if ((call->endpoint->needs & API_PAGE) && call->next[0] != '\0')
		set_link(call);
	if (call->content_type != NULL) {
		http_set_header(*call->x, "Cache-Control", "private, no-cache");
		http_answer(call->x, 200, call->content_type, buf_bytes(body));
		return;
	}
	if (call->endpoint->needs & API_PAGE)
		jwrite_string(&call->json, "next", call->next[0] ? call->next : NULL);
	jwrite_end(&call->json);
	buf_put_u8(body, '\n');
	if (buf_error(body) == ERR_OK)
		api_kept_put(call, tag);
	api_answer_json(call->x, 200, body);
}

static void answer_unchanged(struct api_call *call, const char *tag)
{
	set_tag(call, tag);
	http_answer(call->x, 304, NULL, bytes_of(NULL, 0));
}

/* True where an answer that is kept was sent; tag as api_kept_find has it. */
static bool answer_kept(struct api_call *call, const char *tag)
{
	const struct answer *kept = api_kept_find(call, tag);

	if (kept == NULL)
		return false;
	if (kept->tag[0] != '\0' && is_held(call, kept->tag)) {
		answer_unchanged(call, kept->tag);
		return true;
	}
	set_tag(call, kept->tag);
	http_set_header(*call->x, "Cache-Control", "private, no-cache");
	http_answer(call->x, 200, "application/json; charset=utf-8", kept->body);
	return true;
}

static void run(struct api_call *call, const char *tag)
{
	if (has_tag(call) && is_held(call, tag)) {
		answer_unchanged(call, tag);
		return;
	}
	if (answer_kept(call, tag))
		return;
	if (call->csv) {
		api_csv_answer(call);
	} else {
		begin_answer(call);
		call->endpoint->answer(call);
	}
	if (*call->x == NULL || call->problem != API_OK)
		return;
	if (buf_error(&call->api->body) != ERR_OK)
		api_fail(call, API_NO_MEMORY, NULL, NULL);
	else
		finish_answer(call, tag);
}

static void check_body(struct api_call *call)
{
	if (!(call->endpoint->needs & API_SHEET) && http_body(*call->x).len > API_BODY_MAX)
		api_fail(call, API_TOO_LARGE, NULL, "128 KiB");
}

void api_call(struct api *a, const struct api_endpoint *e, struct http_exchange **x)
{
	struct api_call call = { .api = a, .x = x, .endpoint = e, .lang = api_language(*x) };
	char tag[96] = "";

	check_parameters(&call);
	call.csv = api_csv_wanted(&call);
	api_caller_check(&call);
	check_body(&call);
	if (e->needs & API_PAGE)
		read_page(&call);
	api_kept_question(&call);
	if (call.problem == API_OK && answer_kept(&call, NULL))
		return;
	if (call.problem == API_OK && (e->needs & API_SNAPSHOT))
		open_snapshot(&call);
	if (call.problem == API_OK && has_tag(&call))
		make_tag(&call, tag, sizeof(tag));
	if (call.problem == API_OK)
		run(&call, tag);
	query_close(call.query);
	arena_reset_budget(a->arena, ARENA_BUDGET);
	if (call.problem != API_OK && *x != NULL)
		api_answer_problem(x, call.problem, call.lang, call.parameter, call.given,
				   &a->body);
}
