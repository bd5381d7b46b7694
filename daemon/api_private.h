/* SPDX-License-Identifier: MIT */
/* What the files of the API share. Main thread. */
#ifndef DAEMON_API_PRIVATE_H
#define DAEMON_API_PRIVATE_H

#include "aggregator/query/query.h"
#include "base/arena.h"
#include "daemon/answers.h"
#include "daemon/api.h"
#include "daemon/api_access.h"
#include "serve/http.h"
#include "serve/jwrite.h"
#include "daemon/live.h"
#include "daemon/pipeline.h"
#include "daemon/snapshot.h"

#define API_BODY_MAX (128 * 1024)
#define API_BODY_MAX_SHEET ((10u << 20) + 1024)
#define API_CURSOR 200 /* characters of a cursor, with NUL */

/* What an endpoint wants of the request before its function is called. */
enum api_need {
	API_SNAPSHOT = 1, /* a snapshot; the answer carries its position and an ETag */
	API_WHEN = 2,	  /* valid_at and known_at */
	API_PAGE = 4,	  /* limit and cursor */
	API_LOCAL = 8,	  /* the Unix socket only */
	API_RIGHTS = 16,  /* and the right to act */
	API_NO_TAG = 32,  /* depends on more than the snapshot */
	API_SHEET = 256,  /* a whole file may come as its body */
	API_FREE = 512,	  /* for whoever is not signed in too */
	API_CLOCKED = 1024 /* has the time in it: kept for a second only */
};

struct api_call;

struct api_endpoint {
	enum http_method method;
	const char *path;
	unsigned needs;
	const char *
		parameters; /* names, each with a space behind it, besides those that needs imply */
	/* Writes into call->json, between the braces of the answer; calls api_fail where it can't. Or
	 * takes the exchange away (*call->x is NULL then): to answer later. */
	void (*answer)(struct api_call *call);
};
extern const struct api_endpoint api_endpoints[];
extern const size_t api_endpoint_count;

/* What can be wrong, each with its status, its name and its texts. */
enum api_problem {
	API_OK,
	API_BAD_REQUEST,
	API_UNKNOWN_PARAMETER,
	API_BAD_DATE,
	API_NOT_CLOSED, /* known_at is a day that is not over */
	API_BAD_NUMBER,
	API_BAD_CURSOR,
	API_BAD_CHOICE,
	API_BAD_POINTS,
	API_CROSSED_ENTER, /* yellow would not come before red */
	API_CROSSED_LEAVE, /* a light would be left before it is entered */
	API_MISSING,
	API_NO_SUCH_PATH,
	API_NO_SUCH_METHOD,
	API_NO_SUCH_MEASURE,
	API_NO_SUCH_UNIT,
	API_NO_SUCH_STAGE,
	API_NO_SUCH_ITEM,
	API_NO_SUCH_MONTH,
	API_NO_BULLETIN, /* nothing is judged for the month */
	API_NO_SUCH_RECORD,
	API_NO_SUCH_ALERT,
	API_NO_SUCH_SLIP,
	API_NO_SUCH_FLAG,
	API_NO_OBJECTS,
	API_NO_SUCH_OBJECT,
	API_NO_SAMPLE,
	API_NO_RANKING,
	API_NOT_RANKED_YET,
	API_NO_SUCH_EVENT,
	API_NO_SUCH_CHANNEL,
	API_LOCAL_ONLY,
	API_NO_RIGHT,
	API_SIGN_IN,
	API_SESSION_EXPIRED,
	API_LINK_ENDED,
	API_WRONG_PASSWORD,
	API_TOO_MANY_TRIES,
	API_FOREIGN_ORIGIN,
	API_CSRF,
	API_ROLE,	/* the role has no such right */
	API_OTHER_UNIT, /* about another unit than the user's */
	API_USERS_FAULT,
	API_USERS_NOT_WRITTEN,
	API_NO_SUCH_USER,
	API_USER_EXISTS,
	API_BAD_NAME,
	API_BAD_TEXT,
	API_SHORT_PASSWORD,
	API_UNIT_OF_ROLE,
	API_BAD_SCREEN,
	API_NO_SUCH_LINK,
	API_TOO_MANY_LINKS,
	API_BAD_JSON,
	API_CLOCK_RUNS,
	API_CLOCK_BACK,
	API_NO_SUCH_QUARTER,
	API_NO_PACK,	 /* nothing is judged for the quarter */
	API_NO_PDF,	 /* weasyprint is not installed */
	API_PDF_FAILED,
	API_PAPER_FAILED,
	API_PAPERS_FULL, /* too many wait */
	API_NO_SUCH_IMPORT,
	API_EMPTY_SHEET,
	API_TOO_LARGE,
	API_IMPORTS_FULL,
	API_JOB_RUNS,
	API_TOO_MANY_STREAMS,
	API_TOO_BUSY,
	API_NO_ANSWER,
	API_STORE_FULL,
	API_ACT_REFUSED,
	API_NO_CATALOGUE,
	API_DAMAGED,
	API_NO_MEMORY,
	API_PROBLEM_COUNT
};

struct api_call {
	struct api *api;
	struct http_exchange **x; /* NULL inside once it is answered or taken away */
	const struct api_endpoint *endpoint;
	enum lang lang;
	struct api_caller caller;
	/* API_SNAPSHOT */
	struct query *query;
	const struct catalogue *catalogue;
	struct query_head head;
	struct arena *arena; /* emptied after the call */
	struct query_when when;
	/* API_PAGE */
	size_t limit;
	const char *cursor;    /* "" for the first page */
	char next[API_CURSOR]; /* set by the endpoint: where to go on, "" for the end */
	/* the answer */
	bool csv; /* its table is asked for as CSV */
	struct jwrite json;
	const char
		*content_type; /* NULL: JSON, written as an object around what the endpoint says */
	enum api_problem problem;
	char parameter[64]; /* that the problem is about, or "" */
	char given[200];    /* and its value */
};

struct api {
	struct daemon *daemon;
	struct http *http;
	struct http_route *routes;
	struct snapshots *snapshots;
	struct arena *arena;
	struct buf body; /* of the answer that is being written */
	struct live *live;
	struct api_waiting *waiting; /* commands whose answers are to come */
	struct api_job *job;
	struct api_access *access;
	struct api_papers *papers;
	struct api_imports *imports;
	struct answers *kept;
	struct buf question; /* of the call, as answers are kept for it; empty: none is */
	struct loop_source *answers, *notices, *timer;
	struct buf metrics; /* as of metrics_ms, monotonic */
	int64_t metrics_ms;
	struct buf figures; /* metrics of the figures, as of the position and the day */
	uint64_t figures_position;
	int32_t figures_day;
	int offset_minutes; /* of the programme's time zone, as of the newest snapshot */
};

/* --- api_call.c ------------------------------------------------------------------------------- */
/* Answers a request, or lets the endpoint take it away. */
void api_call(struct api *a, const struct api_endpoint *e, struct http_exchange **x);
/* Says what is wrong; the first one counts. Either text may be NULL. */
void api_fail(struct api_call *call, enum api_problem problem, const char *parameter,
	      const char *given);
/* The same for an error of the layers below, ERR_OK included. True where there was one. */
bool api_failed(struct api_call *call, enum err e);
/* The query parameter of that name, or NULL. */
const char *api_parameter(const struct api_call *call, const char *name);
/* Optional parameters that name a measure or a unit: CATALOGUE_NONE where absent. False: no such
 * thing, and the call has failed. */
bool api_measure(struct api_call *call, const char *name, uint16_t *out);
bool api_unit(struct api_call *call, const char *name, uint16_t *out);
/* An optional whole number; *out keeps its value where absent. */
bool api_number(struct api_call *call, const char *name, uint64_t min, uint64_t max, uint64_t *out);
/* An optional month, "2022-06", as the last day of it; *out keeps its value where absent. */
bool api_month(struct api_call *call, const char *name, int32_t *out);
/* An optional day; *out keeps its value where absent. */
bool api_day(struct api_call *call, const char *name, int32_t *out);
/* A whole number and nothing else. */
bool api_read_number(const char *text, uint64_t max, uint64_t *out);

/* --- api_kept.c ------------------------------------------------------------------------------- */
/* Once the call was checked: what it asks, as answers are kept for it. */
void api_kept_question(struct api_call *call);
/* An answer that is kept and good enough, or NULL. tag: that of the snapshot; NULL before there is
 * one: then the caller must have said (X-Minsheng-Enough) which position is enough. */
const struct answer *api_kept_find(struct api_call *call, const char *tag);
/* Keeps api->body. */
void api_kept_put(struct api_call *call, const char *tag);

/* --- api_csv.c -------------------------------------------------------------------------------- */
/* The member of an endpoint's answer that ?format=csv makes a table of; NULL: it has none. */
const char *api_csv_array(const struct api_endpoint *e);
/* ?format=csv was asked for. Another word than json or csv: the call has failed. */
bool api_csv_wanted(struct api_call *call);
/* Calls the endpoint, page after page, and leaves the table as the body of the answer; call->next
 * is set where it was cut: at ?limit=, or at 10 000 rows. */
void api_csv_answer(struct api_call *call);

/* --- api_problem.c ---------------------------------------------------------------------------- */
/* Of the Accept-Language header, or ?lang=. */
enum lang api_language(const struct http_exchange *x);
/* Answers with problem+json. detail: in place of the table's, or NULL. */
void api_answer_problem(struct http_exchange **x, enum api_problem problem, enum lang lang,
			const char *parameter, const char *given, struct buf *scratch);
/* A problem of an act: with the text that the pipeline gave. status: of the error. */
void api_answer_refused(struct http_exchange **x, int status, enum lang lang, struct bytes problem,
			struct buf *scratch);
/* The status of a problem, and its name in type. */
int api_problem_status(enum api_problem problem);
void api_answer_json(struct http_exchange **x, int status, const struct buf *body);
/* What http.c could not route. */
void api_fallback(void *ctx, struct http_exchange *x, int status, const char *allow);

/* --- api_figure.c: parts of answers ----------------------------------------------------------- */
/* The members of a city's or a unit's figure: value, goal, shares, lights. */
void api_put_figure(struct api_call *call, const struct query_figure *f);
/* What the measure is: id, names, kind, unit of measure. */
void api_put_measure(struct api_call *call, uint16_t measure);
/* An object {"id", "name"} of a unit. */
void api_put_unit(struct api_call *call, const char *key, uint16_t unit);
void api_put_value(struct api_call *call, const struct catalogue_measure *m, bool present,
		   int64_t value, int64_t denominator);
/* The programme's projects, in its order. */
void api_put_projects(struct api_call *call);
/* A share, 1 for the whole, as per cent with two decimals. */
void api_put_percent(struct api_call *call, const char *key, struct fraction share);
void api_put_tally(struct api_call *call, const char *key, const struct reports_tally *t);
/* A plan with its knots (api_plans.c). */
void api_put_trajectory(struct api_call *call, const char *key, const struct catalogue_plan *p);
/* When a report is due, and what lead and office said of it (api_reports.c). */
void api_put_review(struct api_call *call, const struct owed_report *r);

/* --- endpoints -------------------------------------------------------------------------------- */
void api_targets(struct api_call *call); /* api_targets.c */
void api_target(struct api_call *call);
void api_cells(struct api_call *call);
void api_history(struct api_call *call);
/* ?period=2022-06, its last day; by default the newest one that is closed, or else the first. */
bool api_period(struct api_call *call, int32_t *period);
void api_matrix(struct api_call *call); /* api_matrix.c */
void api_ranking(struct api_call *call); /* api_ranking.c */
void api_page(struct api_call *call);	/* api_web.c */
void api_page_icon(struct api_call *call);
void api_page_asset(struct api_call *call);
void api_units(struct api_call *call); /* api_units.c */
void api_one_unit(struct api_call *call);
void api_reporters(struct api_call *call);
void api_events(struct api_call *call); /* api_events.c */
void api_event(struct api_call *call);
void api_holds(struct api_call *call);
void api_flags(struct api_call *call); /* api_flags.c */
void api_flag(struct api_call *call);
void api_samples(struct api_call *call);
void api_alerts(struct api_call *call); /* api_alerts.c */
void api_alert_log(struct api_call *call);
void api_alert(struct api_call *call);
/* The members of one row of the alert log. */
void api_put_transition(struct api_call *call, const struct book_record *r);
/* The member "explanation" of an alert (api_explain.c). */
void api_put_explanation(struct api_call *call, const struct book_record *r);
void api_alert_trace(struct api_call *call); /* api_trace.c */
void api_slips(struct api_call *call);	     /* api_slips.c */
void api_slip(struct api_call *call);
void api_pace(struct api_call *call);		/* api_pace.c */
void api_series(struct api_call *call);		/* api_series.c */
void api_lights_preview(struct api_call *call); /* api_preview.c */
void api_lights(struct api_call *call);		/* api_lights.c */
void api_plans(struct api_call *call);		/* api_plans.c */
void api_reconciliation(struct api_call *call); /* api_reconcile.c */
void api_reports(struct api_call *call);	/* api_reports.c */
void api_months(struct api_call *call);		/* api_months.c */
void api_month_of(struct api_call *call);
/* The last day of a month of the programme; false: it is none, and the call has failed. */
bool api_bulletin_month(struct api_call *call, const char *text, int32_t *out);
void api_bulletin(struct api_call *call); /* api_bulletin.c */
void api_bulletin_diff(struct api_call *call);
void api_records(struct api_call *call);		/* api_records.c: of the kind in the path */
void api_record(struct api_call *call);
void api_forms(struct api_call *call); /* api_forms.c */
void api_programme(struct api_call *call);	/* api_status.c */
void api_openapi(struct api_call *call);
void api_healthz(struct api_call *call);
void api_readyz(struct api_call *call);
void api_metrics(struct api_call *call); /* api_metrics.c */
void api_stream(struct api_call *call);
void api_act(struct api_call *call); /* api_acts.c */
void api_clock(struct api_call *call);
void api_notify(struct api_call *call); /* api_notify.c */
void api_notify_log(struct api_call *call);
void api_notify_test(struct api_call *call);
void api_notify_retry(struct api_call *call);
void api_session(struct api_call *call); /* api_session.c */
void api_session_begin(struct api_call *call);
void api_session_end(struct api_call *call);
void api_users(struct api_call *call); /* api_users.c */
void api_user_change(struct api_call *call);
void api_links(struct api_call *call); /* api_links.c */
void api_link_new(struct api_call *call);
void api_link_revoke(struct api_call *call);
void api_verify(struct api_call *call); /* api_job.c */
void api_ledger(struct api_call *call); /* api_ledger.c */
void api_year(struct api_call *call);	/* api_year.c */
void api_year_close(struct api_call *call);

/* --- api_acts.c: who may act, and answers that come later --------------------------------------- */
/* The caller of the Unix socket may act: *by becomes "uid:1000 name" (cap characters at most). */
bool api_may_act(struct api *a, const struct http_exchange *x, char *by, size_t cap);
/* An act of the daemon's own; takes the reference over. done is called once, with what the pipeline
 * said, or ERR_CLOSED at the end. On an error it is not called. */
typedef void api_done(void *ctx, enum err e, struct bytes answer);
enum err api_send_act(struct api *a, json_t *act, const char *by, api_done *done, void *ctx);
void api_on_answers(void *ctx); /* the pipeline's answers; ctx is the api */
void api_waiting_overdue(struct api *a, int64_t now_ms);
void api_waiting_free(struct api *a);

/* --- api_job.c -------------------------------------------------------------------------------- */
enum err api_job_new(struct api *a, struct api_job **out);
void api_job_free(struct api_job *j); /* waits for the job that runs; accepts NULL */

/* --- api_papers.c ----------------------------------------------------------------------------- */
void api_paper_bulletin(struct api_call *call); /* JSON: api_bulletin */
void api_paper_ledger(struct api_call *call);
void api_paper_slip(struct api_call *call);
void api_paper_pack(struct api_call *call);
enum err api_papers_new(struct api *a, struct api_papers **out);
/* Ends what is being made. After http_free; accepts NULL. */
void api_papers_free(struct api_papers *p);

/* The document of the API, built in. */
extern const char api_openapi_begin[], api_openapi_end[];

#endif
