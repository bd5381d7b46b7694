/* SPDX-License-Identifier: MIT */
/* Papers over HTTP: asked for on the main thread, made on threads of their own (papers.h), answered
 * when they are there. */
#include "daemon/api_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/papers/pack.h"
#include "aggregator/papers/paper_html.h"
#include "base/date.h"
#include "base/log.h"
#include "daemon/papers.h"
#include "daemon/papers_name.h"

#define TICK_MS 500

/* Somebody who waits for a paper. */
struct waiter {
	struct api_papers *papers;
	struct http_exchange *x; /* NULL: the client left */
	struct papers_task *task;
	struct buf disposition;
	struct waiter *next, **at; /* in the list of all */
};

struct api_papers {
	struct api *api;
	struct papers *papers;
	struct loop_source *answers, *timer;
	struct waiter *waiters;
};

static void waiter_free(struct waiter *w)
{
	if (w->next != NULL)
		w->next->at = w->at;
	*w->at = w->next;
	buf_free(&w->disposition);
	free(w);
}

static void on_gone(void *ctx)
{
	struct waiter *w = ctx;

	w->x = NULL;
	w->task->gone = true;
}

/* --- answering -------------------------------------------------------------------------------- */

/* What each failure is for the user. */
static enum api_problem problem_of(const struct papers_task *t)
{
	static const enum api_problem missing[PAPERS_WHATS] = {
		[PAPERS_BULLETIN] = API_NO_BULLETIN,
		[PAPERS_LEDGER] = API_NO_SUCH_UNIT,
		[PAPERS_SLIP] = API_NO_SUCH_SLIP,
		[PAPERS_PACK] = API_NO_PACK,
	};

	switch (t->err) {
	case ERR_NOTFOUND:
		return missing[t->what];
	case ERR_STATE:
		return API_NO_PDF;
	case ERR_NOMEM:
		return API_NO_MEMORY;
	default:
		return t->format == PAPERS_PDF ? API_PDF_FAILED : API_PAPER_FAILED;
	}
}

/* The same path at the same position is the same paper. */
static void set_tag(struct waiter *w)
{
	const struct papers_task *t = w->task;
	char tag[96], valid[11], known[11] = "now";
	const char *lang = t->lang == LANG_ZH ? "zh" : "en";

	if (t->what == PAPERS_LEDGER) {
		date_format(t->when.valid, valid);
		if (t->when.known != HISTORY_NOW)
			date_format(t->when.known, known);
		snprintf(tag, sizeof(tag), "\"%" PRIu64 ".%s.%s.%s\"", t->position, valid, known,
			 lang);
	} else {
		snprintf(tag, sizeof(tag), "\"%" PRIu64 ".%s\"", t->position, lang);
	}
	http_set_header(w->x, "ETag", tag);
}

static void set_policy(struct waiter *w)
{
	char policy[200], hash[PAPER_HTML_HASH];

	paper_html_style_hash(hash);
	snprintf(policy, sizeof(policy),
		 "default-src 'none'; style-src %s; base-uri 'none'; form-action 'none'; "
		 "frame-ancestors 'self'",
		 hash);
	http_set_header(w->x, "Content-Security-Policy", policy);
}

static void send_paper(struct waiter *w)
{
	set_tag(w);
	if (w->task->format == PAPERS_HTML)
		set_policy(w);
	http_set_header(w->x, "Content-Disposition", buf_cstring(&w->disposition));
	http_set_header(w->x, "Cache-Control", "no-cache");
	http_set_header(w->x, "Vary", "Accept-Language");
	http_answer(&w->x, 200, papers_name_type(w->task->format), buf_bytes(&w->task->out));
}

static void send_problem(struct waiter *w)
{
	const struct papers_task *t = w->task;
	char given[PAPERS_ID];

	snprintf(given, sizeof(given), "%s", t->id);
	if (t->what == PAPERS_BULLETIN)
		date_month_format(date_month_of(t->period), given);
	if (t->err != ERR_NOTFOUND && t->err != ERR_STATE && !t->gone)
		log_write(LOG_ERROR, "papers", "making %s failed: %s", http_path(w->x),
			  err_name(t->err));
	api_answer_problem(&w->x, problem_of(t), t->lang, NULL, given, &w->papers->api->body);
}

static void on_answers(void *ctx)
{
	struct api_papers *p = ctx;
	struct papers_task *task;

	while ((task = papers_next(p->papers)) != NULL) {
		struct waiter *w = task->ctx;

		if (w->x != NULL && task->err == ERR_OK)
			send_paper(w);
		else if (w->x != NULL)
			send_problem(w);
		waiter_free(w);
		papers_task_free(task);
	}
}

/* Nobody makes what nobody waits for. */
static void on_tick(void *ctx)
{
	struct api_papers *p = ctx;

	for (struct waiter *w = p->waiters; w != NULL; w = w->next)
		if (w->x != NULL && http_has_left(w->x))
			w->task->gone = true;
}

/* --- asking ----------------------------------------------------------------------------------- */

static struct papers_task *new_task(struct api_call *call, enum papers_what what,
				    enum papers_format format)
{
	struct papers_task *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		api_fail(call, API_NO_MEMORY, NULL, NULL);
		return NULL;
	}
	t->what = what;
	t->format = format;
	t->lang = call->lang;
	t->unit = CATALOGUE_NONE;
	t->when = call->when;
	return t;
}

/* The format asked for; otherwise where none is. PAPERS_FORMATS: the call has failed. */
static enum papers_format read_format(struct api_call *call, enum papers_what what,
				      enum papers_format otherwise)
{
	const char *text = api_parameter(call, "format");
	enum papers_format f = text ? papers_name_format(what, text) : otherwise;

	if (f == PAPERS_FORMATS)
		api_fail(call, API_BAD_CHOICE, "format", papers_name_formats(what));
	return f;
}

static void name_it(struct api_call *call, struct waiter *w)
{
	const struct papers_task *t = w->task;
	const struct catalogue_unit *unit =
		t->unit == CATALOGUE_NONE ? NULL : &call->catalogue->units[t->unit];

	papers_name_header(t, unit ? unit->id : NULL, unit ? lang_pick(unit->name, t->lang) : NULL,
			   &w->disposition);
}

/* Takes the task, and the exchange where it is asked for. */
static void ask(struct api_call *call, struct papers_task *t)
{
	struct api_papers *p = call->api->papers;
	struct waiter *w = t ? calloc(1, sizeof(*w)) : NULL;
	enum err e;

	if (w == NULL) {
		papers_task_free(t);
		api_fail(call, API_NO_MEMORY, NULL, NULL);
		return;
	}
	w->papers = p;
	w->task = t;
	w->at = &p->waiters;
	w->next = p->waiters;
	if (w->next != NULL)
		w->next->at = &w->next;
	p->waiters = w;
	t->ctx = w;
	name_it(call, w);
	if ((e = papers_ask(p->papers, &t)) != ERR_OK) {
		papers_task_free(t);
		waiter_free(w);
		metrics_add(&call->api->daemon->metrics, METRIC_PAPERS_REFUSED, 1);
		api_fail(call, e == ERR_FULL ? API_PAPERS_FULL : API_NO_MEMORY, NULL, NULL);
		return;
	}
	metrics_add(&call->api->daemon->metrics, METRIC_PAPERS, 1);
	w->x = *call->x;
	*call->x = NULL;
	http_on_gone(w->x, on_gone, w);
}

static void ask_one(struct api_call *call, enum papers_what what, enum papers_format format)
{
	struct papers_task *t = new_task(call, what, format);

	if (t == NULL)
		return;
	snprintf(t->id, sizeof(t->id), "%s", http_segment(*call->x, 0));
	ask(call, t);
}

struct judged {
	int32_t period;
	bool found;
};

static bool see_period(void *ctx, const struct lights_period *p)
{
	struct judged *j = ctx;

	j->found = p->period == j->period;
	return !j->found;
}

/* The work ledger of a month is there when its bulletin is. False: the call has failed. */
static bool is_judged(struct api_call *call, int32_t period, const char *month)
{
	struct judged j = { period, false };

	if (api_failed(call, query_periods(call->query, see_period, &j)))
		return false;
	if (!j.found)
		api_fail(call, API_NO_BULLETIN, NULL, month);
	return j.found;
}

void api_paper_bulletin(struct api_call *call)
{
	const char *text = api_parameter(call, "format"), *month = http_segment(*call->x, 0);
	enum papers_format f;
	struct papers_task *t;
	int32_t period;

	if (text == NULL || strcmp(text, "json") == 0) {
		api_bulletin(call);
		return;
	}
	if ((f = read_format(call, PAPERS_BULLETIN, PAPERS_FORMATS)) == PAPERS_FORMATS ||
	    !api_bulletin_month(call, month, &period) || !is_judged(call, period, month) ||
	    (t = new_task(call, PAPERS_BULLETIN, f)) == NULL)
		return;
	t->period = period;
	if (f == PAPERS_XLSX) {
		t->what = PAPERS_LEDGER;
		t->when = (struct query_when){ t->period, HISTORY_NOW };
	}
	ask(call, t);
}

void api_paper_ledger(struct api_call *call)
{
	enum papers_format f = read_format(call, PAPERS_LEDGER, PAPERS_XLSX);
	struct papers_task *t;
	uint16_t unit;

	if (f == PAPERS_FORMATS || !api_unit(call, "unit", &unit) ||
	    (t = new_task(call, PAPERS_LEDGER, f)) == NULL)
		return;
	t->unit = unit;
	ask(call, t);
}

void api_paper_slip(struct api_call *call)
{
	enum papers_format f = read_format(call, PAPERS_SLIP, PAPERS_HTML);
	const char *head = api_parameter(call, "letterhead");
	struct papers_task *t;

	if (f == PAPERS_FORMATS || (t = new_task(call, PAPERS_SLIP, f)) == NULL)
		return;
	snprintf(t->id, sizeof(t->id), "%s", http_segment(*call->x, 0));
	t->letterhead = head ? slip_paper_letterhead_of(head) : SLIP_PAPER_DIGITAL;
	if (t->letterhead == SLIP_PAPER_LETTERHEADS) {
		papers_task_free(t);
		api_fail(call, API_BAD_CHOICE, "letterhead", SLIP_PAPER_LETTERHEAD_WORDS);
		return;
	}
	ask(call, t);
}

void api_paper_pack(struct api_call *call)
{
	enum papers_format f = read_format(call, PAPERS_PACK, PAPERS_HTML);
	const char *quarter = http_segment(*call->x, 0);

	if (f == PAPERS_FORMATS)
		return;
	if (!pack_quarter(call->catalogue, quarter, NULL))
		api_fail(call, API_NO_SUCH_QUARTER, NULL, quarter);
	else
		ask_one(call, PAPERS_PACK, f);
}

/* --- life ------------------------------------------------------------------------------------- */

enum err api_papers_new(struct api *a, struct api_papers **out)
{
	struct api_papers *p = calloc(1, sizeof(*p));
	struct daemon *d = a->daemon;
	enum err e;

	if (p == NULL)
		return ERR_NOMEM;
	p->api = a;
	e = papers_start(d->store, d->config->store, d->config->public_url, &p->papers);
	if (e == ERR_OK)
		e = loop_watch(d->loop, papers_fd(p->papers), on_answers, p, &p->answers);
	if (e == ERR_OK)
		e = loop_timer(d->loop, TICK_MS, on_tick, p, &p->timer);
	if (e != ERR_OK) {
		api_papers_free(p);
		return e;
	}
	*out = p;
	return ERR_OK;
}

void api_papers_free(struct api_papers *p)
{
	if (p == NULL)
		return;
	loop_source_free(p->timer);
	loop_source_free(p->answers);
	papers_stop(p->papers);
	while (p->waiters != NULL)
		waiter_free(p->waiters);
	free(p);
}
