/* SPDX-License-Identifier: MIT */
/* One channel on virtual time: what it takes from the log, when it sends, what becomes of tries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aggregator/ledger/ledger.h"
#include "base/crypto.h"
#include "base/date.h"
#include "base/fs.h"
#include "daemon/notify_lane.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)

struct world {
	char folder[64], place[80];
	struct store *store;
	struct catalogue *c;
	struct ledger_head head;
	struct config_channel config;
	struct notify_lane lane;
	int64_t now;
};

static int64_t at(const char *text)
{
	int64_t ms;

	assert_int_equal(date_time_parse(bytes_of_string(text), &ms), ERR_OK);
	return ms;
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	const struct store_options options = { .map_bytes = 64 << 20 };
	struct diag_list diags = { 0 };

	snprintf(w->folder, sizeof(w->folder), "/tmp/minsheng-lane-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->place, sizeof(w->place), "%s/store", w->folder);
	assert_int_equal(catalogue_load("tests/scenario/town.yaml", &diags, &w->c), ERR_OK);
	assert_int_equal(store_open(w->place, &options, &w->store), ERR_OK);
	w->config = (struct config_channel){ .name = (char *)(uintptr_t)"x",
					     .kinds = (char *)(uintptr_t)"",
					     .units = (char *)(uintptr_t)"",
					     .leads = (char *)(uintptr_t)"",
					     .projects = (char *)(uintptr_t)"",
					     .kind_mask = UINT64_MAX,
					     .transition_mask = 1u << BOOK_RAISED | 1u << BOOK_SEVERITY |
								1u << BOOK_RESOLVED,
					     .least = BOOK_INFO,
					     .urgent = true,
					     .quiet_from = -1,
					     .quiet_to = -1 };
	w->lane.config = &w->config;
	w->now = at("2022-06-15T10:30:00+08:00");
	diag_free(&diags);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	store_close(w->store);
	catalogue_free(w->c);
	assert_int_equal(fs_remove_tree(w->folder), ERR_OK);
	free(w);
	return 0;
}

/* --- rows ------------------------------------------------------------------------------------- */
static struct book_record *row(const struct world *w, const char *unit, enum book_severity severity,
			       enum book_transition what)
{
	static struct book_record r;

	r = (struct book_record){ .kind = BOOK_BEHIND,
				  .severity = severity,
				  .transition = what,
				  .measure = catalogue_measure_number(w->c, bytes_of_string("canteens")),
				  .unit = catalogue_unit_number(w->c, bytes_of_string(unit)),
				  .period = date_from_civil(2022, 5, 31) };
	return &r;
}

static void append(struct world *w, struct book_record *r)
{
	struct store_txn *t;

	r->number = ++w->head.alert_number;
	r->position = r->number;
	r->time_ms = w->now;
	book_id(w->c, r->kind, r->measure, r->unit, r->id);
	assert_int_equal(store_begin_write(w->store, &t), ERR_OK);
	assert_int_equal(book_append(t, r), ERR_OK);
	assert_int_equal(ledger_head_write(t, &w->head), ERR_OK);
	assert_int_equal(store_commit(&t), ERR_OK);
}

static void write_head(struct world *w)
{
	struct store_txn *t;

	assert_int_equal(store_begin_write(w->store, &t), ERR_OK);
	assert_int_equal(ledger_head_write(t, &w->head), ERR_OK);
	assert_int_equal(store_commit(&t), ERR_OK);
}

/* With the day's tick in the ledger. */
static bool take(struct world *w)
{
	struct query *q;
	bool changed;

	w->head.time_ms = w->now;
	write_head(w);
	assert_int_equal(query_open(w->store, w->c, &q), ERR_OK);
	changed = notify_take(&w->lane, q, w->now);
	query_close(q);
	return changed;
}

static bool next(struct world *w)
{
	bool some = notify_lane_next(&w->lane, w->c, w->head.alert_number, w->now);

	w->lane.busy |= some;
	return some;
}

static enum notify_outcome answer(struct world *w, int status, const char *text)
{
	struct notify_result r = { .status = status, .ok = status >= 200 && status < 300 };

	assert_true(w->lane.busy);
	notify_send_clip(r.answer, sizeof(r.answer), text);
	return notify_lane_result(&w->lane, &r, w->now, 0);
}

/* --- the schedule ----------------------------------------------------------------------------- */
static void the_schedule(void **state)
{
	static const int64_t wanted[] = { 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR,
					  10 * HOUR,  14 * HOUR,  20 * HOUR,   24 * HOUR };

	(void)state;
	for (unsigned i = 0; i < 9; i++) {
		assert_int_equal(notify_lane_retry_ms(i + 1, 0), wanted[i]);
		for (uint32_t random = 1; random; random <<= 1) {
			int64_t ms = notify_lane_retry_ms(i + 1, random);

			assert_true(ms >= wanted[i] && ms < wanted[i] + wanted[i] / 10);
		}
	}
}

/* --- events ----------------------------------------------------------------------------------- */
static void a_row_a_message(void **state)
{
	struct world *w = *state;

	append(w, row(w, "north", BOOK_YELLOW, BOOK_RAISED));
	append(w, row(w, "north", BOOK_YELLOW, BOOK_UPDATED)); /* not asked for */
	append(w, row(w, "north", BOOK_RED, BOOK_SEVERITY));
	assert_true(take(w));
	assert_false(take(w));
	assert_int_equal(w->lane.position, 3);
	assert_int_equal(w->lane.gathered, 3); /* nothing for a digest, should it become one */
	assert_int_equal(w->lane.waiting_count, 2);
	assert_true(next(w));
	assert_int_equal(w->lane.flying.from, 1);
	assert_false(next(w)); /* one at a time */
	assert_int_equal(answer(w, 204, ""), NOTIFY_DELIVERED);
	assert_true(next(w));
	assert_int_equal(w->lane.flying.from, 3);
	assert_int_equal(answer(w, 200, ""), NOTIFY_DELIVERED);
	assert_false(next(w));
	assert_int_equal(w->lane.waiting_count, 0);
	assert_int_equal(w->lane.counts.delivered, 2);
}

static void a_new_channel_begins_now(void **state)
{
	struct world *w = *state;

	append(w, row(w, "north", BOOK_RED, BOOK_RAISED));
	w->lane.fresh = true;
	assert_true(take(w));
	assert_int_equal(w->lane.position, 1);
	assert_int_equal(w->lane.waiting_count, 0);
	w->lane.fresh = w->config.from_start = true;
	assert_true(take(w));
	assert_true(take(w));
	assert_int_equal(w->lane.waiting_count, 1);
}

static void silence_is_counted(void **state)
{
	struct world *w = *state;
	struct book_record *r = row(w, "north", BOOK_RED, BOOK_RAISED);

	r->in_silence = true;
	append(w, r);
	assert_true(take(w));
	assert_int_equal(w->lane.waiting_count, 0);
	assert_int_equal(w->lane.position, 1);
	assert_int_equal(w->lane.counts.silenced, 1);
}

static void an_older_store_repeats_nothing(void **state)
{
	struct world *w = *state;

	append(w, row(w, "north", BOOK_RED, BOOK_RAISED));
	w->lane.position = 7;
	assert_true(take(w));
	assert_int_equal(w->lane.position, 1);
	assert_int_equal(w->lane.waiting_count, 0);
}

static void what_has_no_room_stays_in_the_log(void **state)
{
	struct world *w = *state;

	for (unsigned i = 0; i < NOTIFY_WAITING_MAX + 5; i++)
		append(w, row(w, "north", BOOK_RED, BOOK_RAISED));
	assert_true(take(w));
	assert_int_equal(w->lane.waiting_count, NOTIFY_WAITING_MAX);
	assert_int_equal(w->lane.position, NOTIFY_WAITING_MAX);
	assert_true(next(w));
	assert_int_equal(answer(w, 200, ""), NOTIFY_DELIVERED);
	assert_true(take(w));
	assert_int_equal(w->lane.position, NOTIFY_WAITING_MAX + 1);
}

/* --- the filter ------------------------------------------------------------------------------- */
#define SET(field, text) (w->config.field = (char *)(uintptr_t)(text))

static bool wants(const struct world *w, const struct book_record *r)
{
	return notify_lane_wants(&w->config, w->c, r);
}

static void the_filter(void **state)
{
	struct world *w = *state;
	struct book_record r = *row(w, "north", BOOK_YELLOW, BOOK_RAISED), silent = r;

	silent.kind = BOOK_SILENT;
	silent.measure = CATALOGUE_NONE;
	assert_true(wants(w, &r) && wants(w, &silent));
	w->config.least = BOOK_RED;
	assert_false(wants(w, &r));
	r.before = BOOK_RED; /* it was red: that it is better now is told */
	assert_true(wants(w, &r));
	w->config.least = BOOK_INFO;
	SET(units, "south, north");
	assert_true(wants(w, &r));
	SET(units, "south");
	assert_false(wants(w, &r));
	SET(units, "");
	SET(leads, "welfare");
	assert_true(wants(w, &r));
	assert_false(wants(w, &silent)); /* nobody's item */
	SET(leads, "works");
	assert_false(wants(w, &r));
	SET(leads, "");
	SET(projects, "2");
	assert_false(wants(w, &r));
	SET(projects, "2,1");
	assert_true(wants(w, &r));
	SET(projects, "");
	w->config.kind_mask = UINT64_C(1) << BOOK_SILENT;
	assert_false(wants(w, &r));
	assert_true(wants(w, &silent));
}

/* --- failures --------------------------------------------------------------------------------- */
static void a_day_of_500_and_then_dead(void **state)
{
	struct world *w = *state;
	int64_t begun = w->now;

	append(w, row(w, "north", BOOK_RED, BOOK_RAISED));
	assert_true(take(w));
	for (unsigned i = 1; i <= NOTIFY_TRIES; i++) {
		assert_true(next(w));
		assert_int_equal(answer(w, 500, "no"),
				 i < NOTIFY_TRIES ? NOTIFY_FAILED : NOTIFY_GAVE_UP);
		if (i == NOTIFY_TRIES)
			break;
		w->now = w->lane.waiting[0].due_ms - 1;
		assert_false(next(w));
		w->now++;
	}
	assert_int_equal(w->now - begun, 75 * HOUR + 35 * MINUTE + 5 * SECOND);
	assert_int_equal(w->lane.waiting_count, 0);
	assert_int_equal(w->lane.dead_count, 1);
	assert_int_equal(w->lane.dead[0].status, 500);
	assert_string_equal(w->lane.dead[0].why, "no");
	assert_int_equal(w->lane.counts.dead, 1);
	assert_int_equal(notify_lane_revive(&w->lane, w->now), 1);
	assert_int_equal(w->lane.dead_count, 0);
	assert_true(next(w));
	assert_int_equal(w->lane.flying.from, 1);
	assert_int_equal(answer(w, 200, ""), NOTIFY_DELIVERED);
}

static void one_bad_message_delays_no_other(void **state)
{
	struct world *w = *state;

	append(w, row(w, "north", BOOK_RED, BOOK_RAISED));
	append(w, row(w, "south", BOOK_RED, BOOK_RAISED));
	assert_true(take(w));
	assert_true(next(w));
	answer(w, 400, "never this one");
	assert_true(next(w));
	assert_int_equal(w->lane.flying.from, 2);
	answer(w, 200, "");
	assert_false(next(w)); /* the bad one keeps its own time */
}

static void after_an_outage_all_go_at_once(void **state)
{
	struct world *w = *state;

	for (unsigned i = 0; i < 4; i++)
		append(w, row(w, "north", BOOK_RED, BOOK_RAISED));
	assert_true(take(w));
	for (unsigned i = 0; i < 4; i++) {
		assert_true(next(w));
		answer(w, 0, "connection refused");
	}
	assert_false(next(w));
	w->now += 6 * SECOND;
	assert_true(next(w));
	answer(w, 0, "connection refused"); /* due in five minutes */
	assert_true(next(w));
	answer(w, 200, "");
	for (unsigned i = 0; i < 3; i++) {
		assert_true(next(w));
		answer(w, 200, "");
	}
	assert_int_equal(w->lane.waiting_count, 0);
}

static void slow_down(void **state)
{
	static const int statuses[] = { 429, 502, 503, 504 };
	struct world *w = *state;

	for (unsigned i = 0; i < 5; i++)
		append(w, row(w, "north", BOOK_RED, BOOK_RAISED));
	assert_true(take(w));
	for (unsigned i = 0; i < 4; i++) {
		assert_true(next(w));
		answer(w, statuses[i], "");
		assert_false(next(w));
		w->now += MINUTE - 1;
		assert_false(next(w));
		w->now++;
	}
}

static void retry_after(void **state)
{
	struct world *w = *state;
	struct notify_result r = { .status = 503, .retry_after_s = 600 };

	append(w, row(w, "north", BOOK_RED, BOOK_RAISED));
	assert_true(take(w));
	assert_true(next(w));
	notify_lane_result(&w->lane, &r, w->now, 0);
	w->now += 600 * SECOND - 1;
	assert_false(next(w));
	w->now++;
	assert_true(next(w));
}

static void gone_is_gone(void **state)
{
	struct world *w = *state;

	append(w, row(w, "north", BOOK_RED, BOOK_RAISED));
	assert_true(take(w));
	assert_true(next(w));
	answer(w, 410, "gone");
	assert_true(w->lane.disabled);
	append(w, row(w, "south", BOOK_RED, BOOK_RAISED));
	w->now += 30 * 24 * HOUR;
	assert_false(take(w));
	assert_false(next(w));
	assert_int_equal(w->lane.position, 1); /* the log keeps the rest */
	notify_lane_revive(&w->lane, w->now);
	assert_true(take(w));
	assert_true(next(w));
	assert_int_equal(w->lane.flying.from, 1);
}

static void bots_say_no_in_the_body(void **state)
{
	static const struct {
		enum config_channel_kind kind;
		const char *body;
		enum notify_outcome wanted;
		int64_t pause;
	} cases[] = {
		{ CONFIG_WECOM, "{\"errcode\":0,\"errmsg\":\"ok\"}", NOTIFY_DELIVERED, 3 * SECOND },
		{ CONFIG_WECOM, "{\"errcode\":45009}", NOTIFY_FAILED, MINUTE },
		{ CONFIG_WECOM, "<html>", NOTIFY_FAILED, MINUTE },
		{ CONFIG_DINGTALK, "{\"errcode\":0}", NOTIFY_DELIVERED, 3 * SECOND },
		{ CONFIG_DINGTALK, "{\"errcode\":130101}", NOTIFY_FAILED, 10 * MINUTE },
		{ CONFIG_FEISHU, "{\"code\":0}", NOTIFY_DELIVERED, 3 * SECOND },
		{ CONFIG_FEISHU, "{\"code\":11232}", NOTIFY_FAILED, MINUTE },
		{ CONFIG_FEISHU, "{\"errcode\":0}", NOTIFY_FAILED, MINUTE },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		w->lane = (struct notify_lane){ .config = &w->config, .waiting_count = 1 };
		w->lane.waiting[0] = (struct notify_item){ .from = 1, .to = 1 };
		w->config.type = cases[i].kind;
		assert_true(next(w));
		assert_int_equal(answer(w, 200, cases[i].body), cases[i].wanted);
		assert_int_equal(w->lane.not_before_ms - w->now, cases[i].pause);
	}
}

/* --- digests ---------------------------------------------------------------------------------- */
static void digests(struct world *w, enum config_digest when, const char *time)
{
	w->config.type = CONFIG_SMTP;
	w->config.digest_when = when;
	w->config.digest_minute = 8 * 60 + 30;
	w->now = at(time);
	w->lane.fresh = true;
	assert_true(take(w));
}

static void at_time(struct world *w, const char *time)
{
	w->now = at(time);
	(void)take(w);
}

static void daily(void **state)
{
	struct world *w = *state;

	digests(w, CONFIG_DIGEST_DAILY, "2022-06-15T10:30:00+08:00");
	append(w, row(w, "north", BOOK_YELLOW, BOOK_RAISED));
	append(w, row(w, "south", BOOK_YELLOW, BOOK_RAISED));
	at_time(w, "2022-06-16T08:29:59+08:00");
	assert_int_equal(w->lane.waiting_count, 0);
	at_time(w, "2022-06-16T08:30:00+08:00");
	assert_int_equal(w->lane.waiting_count, 1);
	assert_int_equal(w->lane.waiting[0].from, 1);
	assert_int_equal(w->lane.waiting[0].to, 2);
	assert_false(w->lane.waiting[0].urgent);
	at_time(w, "2022-06-17T08:30:00+08:00"); /* nothing new, no mail */
	assert_int_equal(w->lane.waiting_count, 1);
}

static void reds_go_at_once_and_into_the_digest(void **state)
{
	struct world *w = *state;

	digests(w, CONFIG_DIGEST_DAILY, "2022-06-15T10:30:00+08:00");
	append(w, row(w, "north", BOOK_YELLOW, BOOK_RAISED));
	append(w, row(w, "south", BOOK_RED, BOOK_RAISED));
	append(w, row(w, "west", BOOK_RED, BOOK_RESOLVED));
	at_time(w, "2022-06-15T10:31:00+08:00");
	assert_int_equal(w->lane.waiting_count, 1);
	assert_true(w->lane.waiting[0].urgent);
	assert_int_equal(w->lane.waiting[0].from, 2);
	assert_int_equal(w->lane.waiting[0].to, 2);
	at_time(w, "2022-06-16T08:30:00+08:00");
	assert_int_equal(w->lane.waiting_count, 2);
	assert_int_equal(w->lane.waiting[1].from, 1);
	assert_int_equal(w->lane.waiting[1].to, 3);
}

/* May closes on 6 June (its reports are due on Sunday the 5th, that is Monday the 6th): the 7th. */
static void monthly(void **state)
{
	struct world *w = *state;

	digests(w, CONFIG_DIGEST_MONTHLY, "2022-05-20T10:30:00+08:00");
	append(w, row(w, "north", BOOK_YELLOW, BOOK_RAISED));
	at_time(w, "2022-06-07T08:29:59+08:00");
	assert_int_equal(w->lane.waiting_count, 0);
	at_time(w, "2022-06-07T08:30:00+08:00");
	assert_int_equal(w->lane.waiting_count, 1);
	append(w, row(w, "south", BOOK_YELLOW, BOOK_RAISED));
	at_time(w, "2022-07-06T08:29:59+08:00");
	assert_int_equal(w->lane.waiting_count, 1);
	at_time(w, "2022-07-06T08:30:00+08:00");
	assert_int_equal(w->lane.waiting_count, 2);
}

static void working_days(void **state)
{
	struct world *w = *state;

	w->config.workdays_only = true;
	digests(w, CONFIG_DIGEST_DAILY, "2022-06-17T10:30:00+08:00"); /* a Friday */
	append(w, row(w, "north", BOOK_RED, BOOK_RAISED));
	w->lane.position = w->lane.gathered = 1;
	append(w, row(w, "south", BOOK_RED, BOOK_RAISED));
	at_time(w, "2022-06-18T12:00:00+08:00");
	assert_int_equal(w->lane.waiting_count, 0);
	at_time(w, "2022-06-20T00:01:00+08:00"); /* Monday: the red at once, the digest in its time */
	assert_int_equal(w->lane.waiting_count, 1);
	at_time(w, "2022-06-20T08:30:00+08:00");
	assert_int_equal(w->lane.waiting_count, 2);
	/* 9 October is a Sunday on which people work, 6 October a Thursday on which they do not */
	assert_true(notify_lane_quiet(&w->lane, w->c, at("2022-10-06T12:00:00+08:00")));
	assert_false(notify_lane_quiet(&w->lane, w->c, at("2022-10-09T12:00:00+08:00")));
}

/* The clock is there, the tick of the day is not: what it will judge belongs into the digest. */
static void the_tick_comes_first(void **state)
{
	struct world *w = *state;
	struct query *q;

	digests(w, CONFIG_DIGEST_DAILY, "2022-06-15T10:30:00+08:00");
	append(w, row(w, "north", BOOK_YELLOW, BOOK_RAISED));
	w->now = at("2022-06-16T08:30:00+08:00");
	assert_int_equal(query_open(w->store, w->c, &q), ERR_OK);
	(void)notify_take(&w->lane, q, w->now);
	query_close(q);
	assert_int_equal(w->lane.waiting_count, 0);
	append(w, row(w, "south", BOOK_YELLOW, BOOK_RAISED));
	assert_true(take(w));
	assert_int_equal(w->lane.waiting_count, 1);
	assert_int_equal(w->lane.waiting[0].to, 2);
}

static void every_so_often(void **state)
{
	struct world *w = *state;

	w->config.digest_ms = 2 * HOUR;
	digests(w, CONFIG_DIGEST_EVERY, "2022-06-15T10:00:00+08:00");
	append(w, row(w, "north", BOOK_YELLOW, BOOK_RAISED));
	at_time(w, "2022-06-15T11:59:59+08:00");
	assert_int_equal(w->lane.waiting_count, 0);
	at_time(w, "2022-06-15T12:00:00+08:00");
	assert_int_equal(w->lane.waiting_count, 1);
}

static void now_is_one_a_minute(void **state)
{
	struct world *w = *state;

	digests(w, CONFIG_DIGEST_NOW, "2022-06-15T10:30:00+08:00");
	append(w, row(w, "north", BOOK_RED, BOOK_RAISED));
	at_time(w, "2022-06-15T10:30:01+08:00");
	assert_int_equal(w->lane.waiting_count, 1);
	assert_false(w->lane.waiting[0].urgent);
	w->lane.waiting_count = 0; /* sent */
	append(w, row(w, "south", BOOK_RED, BOOK_RAISED));
	at_time(w, "2022-06-15T10:31:00+08:00");
	assert_int_equal(w->lane.waiting_count, 0);
	at_time(w, "2022-06-15T10:31:01+08:00");
	assert_int_equal(w->lane.waiting_count, 1);
}

/* --- quiet ------------------------------------------------------------------------------------ */
static bool quiet(const struct world *w, const char *time)
{
	return notify_lane_quiet(&w->lane, w->c, at(time));
}

static void quiet_hours(void **state)
{
	struct world *w = *state;

	w->config.quiet_from = 22 * 60;
	w->config.quiet_to = 7 * 60;
	assert_false(quiet(w, "2022-06-15T21:59:59+08:00"));
	assert_true(quiet(w, "2022-06-15T22:00:00+08:00"));
	assert_true(quiet(w, "2022-06-16T06:59:59+08:00"));
	assert_false(quiet(w, "2022-06-16T07:00:00+08:00"));
	w->config.quiet_from = 12 * 60;
	w->config.quiet_to = 14 * 60;
	assert_true(quiet(w, "2022-06-16T13:00:00+08:00"));
	assert_false(quiet(w, "2022-06-16T14:00:00+08:00"));
	append(w, row(w, "north", BOOK_RED, BOOK_RAISED));
	at_time(w, "2022-06-16T13:59:59+08:00");
	assert_false(next(w));
	at_time(w, "2022-06-16T14:00:00+08:00");
	assert_true(next(w));
}

static void feishu_avoids_two_minutes(void **state)
{
	struct world *w = *state;

	w->config.type = CONFIG_FEISHU;
	assert_true(quiet(w, "2022-06-15T10:00:59+08:00"));
	assert_false(quiet(w, "2022-06-15T10:01:00+08:00"));
	assert_true(quiet(w, "2022-06-15T17:30:00+08:00"));
	assert_false(quiet(w, "2022-06-15T17:29:59+08:00"));
}

/* --- Alertmanager ----------------------------------------------------------------------------- */
static void what_is_told_again(void **state)
{
	struct world *w = *state;

	w->config.type = CONFIG_ALERTMANAGER;
	w->lane.digest_ms = w->now;
	assert_false(next(w));
	append(w, row(w, "north", BOOK_RED, BOOK_RAISED));
	assert_true(next(w));
	answer(w, 200, "");
	assert_int_equal(w->lane.position, 1);
	w->now += NOTIFY_RESEND_MS - 1;
	assert_false(next(w));
	w->now++;
	assert_true(next(w));
	answer(w, 500, ""); /* never dead, tried again soon */
	w->now += 6 * SECOND;
	assert_true(next(w));
	answer(w, 200, "");
	assert_int_equal(w->lane.dead_count, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_schedule),
		TEST(a_row_a_message),
		TEST(a_new_channel_begins_now),
		TEST(silence_is_counted),
		TEST(an_older_store_repeats_nothing),
		TEST(what_has_no_room_stays_in_the_log),
		TEST(the_filter),
		TEST(a_day_of_500_and_then_dead),
		TEST(one_bad_message_delays_no_other),
		TEST(after_an_outage_all_go_at_once),
		TEST(slow_down),
		TEST(retry_after),
		TEST(gone_is_gone),
		TEST(bots_say_no_in_the_body),
		TEST(daily),
		TEST(reds_go_at_once_and_into_the_digest),
		TEST(monthly),
		TEST(working_days),
		TEST(the_tick_comes_first),
		TEST(every_so_often),
		TEST(now_is_one_a_minute),
		TEST(quiet_hours),
		TEST(feishu_avoids_two_minutes),
		TEST(what_is_told_again),
	};

	if (crypto_init() != ERR_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
