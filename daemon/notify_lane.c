/* SPDX-License-Identifier: MIT */
#include "daemon/notify_lane.h"

#include <jansson.h>
#include <string.h>

#include "aggregator/catalogue/calendar.h"
#include "base/date.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define SLOW (1 * MINUTE)     /* after 429, 502, 503, 504 */
#define BOT_PACE (3 * SECOND) /* between messages to a bot: 20 a minute */
#define SILENCE (10 * MINUTE) /* of a DingTalk bot that was asked too often */
#define OUTAGE 3	      /* failures in a row: it was away, not one message bad */

int64_t notify_lane_retry_ms(unsigned failed, uint32_t random)
{
	static const int64_t schedule[NOTIFY_TRIES - 1] = {
		5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR,	5 * HOUR,
		10 * HOUR,  14 * HOUR,	20 * HOUR,   24 * HOUR,
	};
	size_t last = NOTIFY_TRIES - 2, i = failed > last ? last : failed ? failed - 1 : 0;

	return schedule[i] + (int64_t)(random % (uint64_t)(schedule[i] / 10));
}

const char *notify_outcome_name(enum notify_outcome o)
{
	static const char *const names[] = { [NOTIFY_DELIVERED] = "delivered",
					     [NOTIFY_FAILED] = "failed",
					     [NOTIFY_GAVE_UP] = "dead" };

	return names[o];
}

/* --- the filter ------------------------------------------------------------------------------- */
static bool is_bot(const struct notify_lane *l)
{
	return l->config->type >= CONFIG_WECOM;
}

bool notify_lane_digests(const struct notify_lane *l)
{
	return l->config->type == CONFIG_SMTP || is_bot(l);
}

static bool wants_measure(const struct config_channel *f, const struct catalogue *c,
			  uint16_t measure)
{
	const struct catalogue_item *item;

	if (measure >= c->measure_count)
		return config_channel_lists(f->leads, "") && config_channel_lists(f->projects, "");
	item = &c->items[c->measures[measure].item];
	return config_channel_lists(f->leads, c->units[item->lead].id) &&
	       config_channel_lists(f->projects, c->projects[item->project].id);
}

bool notify_lane_wants(const struct config_channel *f, const struct catalogue *c,
		       const struct book_record *r)
{
	unsigned worst = r->severity > r->before ? r->severity : r->before;

	return (f->transition_mask & UINT32_C(1) << r->transition) != 0 &&
	       (f->kind_mask & UINT64_C(1) << r->kind) != 0 && worst >= f->least &&
	       config_channel_lists(f->units, r->unit < c->unit_count ? c->units[r->unit].id : "") &&
	       wants_measure(f, c, r->measure);
}

bool notify_lane_urgent(const struct book_record *r)
{
	return r->severity == BOOK_RED &&
	       (r->transition == BOOK_RAISED || r->transition == BOOK_SEVERITY);
}

bool notify_lane_quiet(const struct notify_lane *l, const struct catalogue *c, int64_t now_ms)
{
	int32_t day = date_of_ms(now_ms, c->offset_minutes);
	int minute = (int)((now_ms - date_begin_ms(day, c->offset_minutes)) / MINUTE);
	int from = l->config->quiet_from, to = l->config->quiet_to;

	if (l->config->workdays_only && !calendar_is_workday(&c->calendar, day))
		return true;
	/* this service limits everybody at the times at which everybody sends */
	if (l->config->type == CONFIG_FEISHU && (minute == 10 * 60 || minute == 17 * 60 + 30))
		return true;
	if (from < 0)
		return false;
	return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/* --- what is due ------------------------------------------------------------------------------ */
static bool next_steady(struct notify_lane *l, uint64_t newest, int64_t now_ms)
{
	uint64_t left = newest > l->position ? newest - l->position : 0;

	if (left > NOTIFY_STEADY_ROWS)
		left = NOTIFY_STEADY_ROWS;
	l->flying = (struct notify_item){ .from = l->position + 1, .to = l->position + left };
	return newest > l->position || now_ms >= l->digest_ms + NOTIFY_RESEND_MS;
}

bool notify_lane_next(struct notify_lane *l, const struct catalogue *c, uint64_t newest,
		      int64_t now_ms)
{
	const struct notify_item *first = NULL;

	if (l->busy || l->disabled || l->broken || now_ms < l->not_before_ms ||
	    notify_lane_quiet(l, c, now_ms))
		return false;
	if (l->config->type == CONFIG_ALERTMANAGER)
		return next_steady(l, newest, now_ms);
	for (size_t i = 0; i < l->waiting_count; i++)
		if (l->waiting[i].due_ms <= now_ms && (!first || l->waiting[i].from < first->from))
			first = &l->waiting[i];
	if (first)
		l->flying = *first;
	return first != NULL;
}

int64_t notify_lane_due(const struct notify_lane *l)
{
	int64_t due = INT64_MAX;

	if (l->busy || l->disabled || l->broken)
		return INT64_MAX;
	if (l->config->type == CONFIG_ALERTMANAGER)
		due = l->digest_ms + NOTIFY_RESEND_MS;
	for (size_t i = 0; i < l->waiting_count; i++)
		if (l->waiting[i].due_ms < due)
			due = l->waiting[i].due_ms;
	return due < l->not_before_ms ? l->not_before_ms : due;
}

/* --- results ---------------------------------------------------------------------------------- */
static bool same(const struct notify_item *a, const struct notify_item *b)
{
	return a->from == b->from && a->to == b->to && a->urgent == b->urgent;
}

static size_t index_of(const struct notify_lane *l, const struct notify_item *item)
{
	size_t i = 0;

	while (i < l->waiting_count && !same(&l->waiting[i], item))
		i++;
	return i;
}

static void remove_waiting(struct notify_lane *l, size_t i)
{
	memmove(&l->waiting[i], &l->waiting[i + 1],
		(--l->waiting_count - i) * sizeof(l->waiting[0]));
}

/* Bots say in the body whether they took it. */
static bool accepted(const struct notify_lane *l, const struct notify_result *r)
{
	json_t *answer, *code;
	bool ok;

	if (!r->ok || !is_bot(l))
		return r->ok;
	answer = json_loads(r->answer, 0, NULL);
	code = json_object_get(answer, l->config->type == CONFIG_FEISHU ? "code" : "errcode");
	ok = json_is_integer(code) && json_integer_value(code) == 0;
	json_decref(answer);
	return ok;
}

static bool is_overload(int status)
{
	return status == 429 || (status >= 502 && status <= 504);
}

static void slow_down(struct notify_lane *l, const struct notify_result *r, bool ok,
		      int64_t now_ms)
{
	int64_t wait = is_overload(r->status) ? SLOW : 0;

	if (is_bot(l))
		wait = ok ? BOT_PACE : l->config->type == CONFIG_DINGTALK ? SILENCE : SLOW;
	if (!ok && r->retry_after_s * SECOND > wait)
		wait = r->retry_after_s * SECOND;
	if (wait > 0)
		l->not_before_ms = now_ms + wait;
}

static enum notify_outcome failed(struct notify_lane *l, size_t i, const struct notify_result *r,
				  int64_t now_ms, uint32_t random)
{
	struct notify_item *item = &l->waiting[i];

	item->tries++;
	item->status = r->status;
	item->due_ms = now_ms + notify_lane_retry_ms(item->tries, random);
	notify_send_clip(item->why, sizeof(item->why), r->answer);
	if (r->status == 410 && l->config->type != CONFIG_SMTP)
		l->disabled = true;
	/* where no more dead ones can be kept, it is tried again for ever */
	if (item->tries < NOTIFY_TRIES || l->dead_count == NOTIFY_DEAD_MAX)
		return NOTIFY_FAILED;
	item->due_ms = now_ms;
	l->dead[l->dead_count++] = *item;
	remove_waiting(l, i);
	return NOTIFY_GAVE_UP;
}

/* After an outage the others need not wait for their time. */
static void delivered(struct notify_lane *l, size_t i, bool outage, int64_t now_ms)
{
	remove_waiting(l, i);
	for (size_t k = 0; outage && k < l->waiting_count; k++)
		if (l->waiting[k].due_ms > now_ms)
			l->waiting[k].due_ms = now_ms;
}

/* Alertmanager is told what is, not what was: nothing is ever given up. */
static enum notify_outcome steady(struct notify_lane *l, const struct notify_result *r, bool ok,
				  int64_t now_ms, uint32_t random)
{
	unsigned doublings = l->failures < 5 ? l->failures : 5;
	int64_t wait = (5 * SECOND) << (doublings ? doublings - 1 : 0);

	if (ok) {
		l->position = l->flying.to;
		l->digest_ms = now_ms;
		return NOTIFY_DELIVERED;
	}
	if (r->status == 410)
		l->disabled = true;
	l->digest_ms = now_ms - NOTIFY_RESEND_MS; /* due as soon as the wait is over */
	wait = (wait > NOTIFY_RESEND_MS ? NOTIFY_RESEND_MS : wait) + random % 500;
	if (l->not_before_ms < now_ms + wait)
		l->not_before_ms = now_ms + wait;
	return NOTIFY_FAILED;
}

static void remember(struct notify_last *last, const struct notify_result *r, bool ok,
		     int64_t now_ms)
{
	last->number++;
	last->at_ms = now_ms;
	last->status = r->status;
	last->ok = ok;
	memcpy(last->answer, r->answer, sizeof(last->answer));
}

static enum notify_outcome settle(struct notify_lane *l, const struct notify_result *r, bool ok,
				  int64_t now_ms, uint32_t random)
{
	size_t i = index_of(l, &l->flying);
	bool outage = l->failures >= OUTAGE;

	l->failures = ok ? 0 : l->failures + 1;
	if (l->config->type == CONFIG_ALERTMANAGER)
		return steady(l, r, ok, now_ms, random);
	if (i == l->waiting_count)
		return ok ? NOTIFY_DELIVERED : NOTIFY_FAILED;
	if (!ok)
		return failed(l, i, r, now_ms, random);
	delivered(l, i, outage, now_ms);
	return NOTIFY_DELIVERED;
}

enum notify_outcome notify_lane_result(struct notify_lane *l, const struct notify_result *r,
				       int64_t now_ms, uint32_t random)
{
	bool ok = accepted(l, r), test = l->testing;
	enum notify_outcome what;

	l->busy = l->testing = false;
	slow_down(l, r, ok, now_ms);
	remember(test ? &l->test : &l->last, r, ok, now_ms);
	if (test)
		return ok ? NOTIFY_DELIVERED : NOTIFY_FAILED;
	what = settle(l, r, ok, now_ms, random);
	l->counts.delivered += what == NOTIFY_DELIVERED;
	l->counts.failed += what != NOTIFY_DELIVERED;
	l->counts.dead += what == NOTIFY_GAVE_UP;
	return what;
}

void notify_lane_skip(struct notify_lane *l, int64_t now_ms)
{
	size_t i = index_of(l, &l->flying);

	if (l->config->type == CONFIG_ALERTMANAGER) {
		l->position = l->flying.to;
		l->digest_ms = now_ms;
	} else if (i < l->waiting_count) {
		remove_waiting(l, i);
	}
}

size_t notify_lane_revive(struct notify_lane *l, int64_t now_ms)
{
	size_t count = 0;

	l->disabled = false;
	l->not_before_ms = 0;
	for (size_t i = 0; i < l->waiting_count; i++)
		l->waiting[i].due_ms = now_ms;
	while (l->dead_count > 0 && l->waiting_count < NOTIFY_WAITING_MAX) {
		struct notify_item item = l->dead[--l->dead_count];

		item.tries = 0;
		item.due_ms = now_ms;
		l->waiting[l->waiting_count++] = item;
		count++;
	}
	return count;
}
