/* SPDX-License-Identifier: MIT */
/* From the alert log to what a channel has to send. */
#include "aggregator/catalogue/calendar.h"
#include "base/date.h"
#include "daemon/notify_lane.h"

#define MINUTE INT64_C(60000)
#define DIGEST_ROWS 2000 /* of the log in one digest */
#define SCAN 5000	 /* rows looked at in one turn */
#define FREE_DAYS 30	 /* in a row, at most */

struct scan {
	struct notify_lane *l;
	const struct catalogue *c;
	int64_t now_ms;
	int32_t known;	/* the day of the newest entry */
	uint64_t read;	/* newest row looked at */
	uint64_t first; /* of what is wanted; 0: nothing is */
	uint64_t last;
};

void notify_take_begin(struct notify_lane *l, uint64_t newest, int64_t now_ms)
{
	l->fresh = false;
	l->position = l->gathered = l->config->from_start ? 0 : newest;
	if (l->config->digest_when != CONFIG_DIGEST_NOW)
		l->digest_ms = now_ms;
}

static bool has_room(const struct notify_lane *l)
{
	return l->waiting_count < NOTIFY_WAITING_MAX;
}

static void add_item(struct scan *s, uint64_t from, uint64_t to, bool urgent)
{
	s->l->waiting[s->l->waiting_count++] = (struct notify_item){
		.from = from, .to = to, .urgent = urgent, .due_ms = s->now_ms
	};
}

/* Wanted, and not in silence, which is counted. */
static bool is_wanted(struct scan *s, const struct book_record *r)
{
	if (!notify_lane_wants(s->l->config, s->c, r))
		return false;
	s->l->counts.silenced += r->in_silence;
	return !r->in_silence;
}

/* --- one message a row ------------------------------------------------------------------------ */
static bool take_event(void *ctx, const struct book_record *r)
{
	struct scan *s = ctx;

	if (!has_room(s->l))
		return false; /* the log keeps it until there is room */
	if (is_wanted(s, r))
		add_item(s, r->number, r->number, false);
	s->l->position = s->l->gathered = r->number;
	return true;
}

/* --- digests ---------------------------------------------------------------------------------- */
static bool look_urgent(void *ctx, const struct book_record *r)
{
	struct scan *s = ctx;

	s->read = r->number;
	if (!is_wanted(s, r) || !notify_lane_urgent(r))
		return true;
	s->first = s->first ? s->first : r->number;
	s->last = r->number;
	return true;
}

static bool look(void *ctx, const struct book_record *r)
{
	struct scan *s = ctx;

	s->read = r->number;
	if (!r->in_silence && notify_lane_wants(s->l->config, s->c, r))
		s->last = r->number;
	return true;
}

static void take_urgent(struct scan *s, struct query *q)
{
	struct notify_lane *l = s->l;
	uint64_t next;
	bool at_once = l->config->urgent && l->config->digest_when != CONFIG_DIGEST_NOW;

	s->first = s->last = s->read = 0;
	if (!has_room(l) ||
	    query_alert_log(q, l->position + 1, SCAN, look_urgent, s, &next) != ERR_OK ||
	    s->read == 0)
		return;
	if (at_once && s->first != 0)
		add_item(s, s->first, s->last, true);
	l->position = s->read;
}

static int64_t moment(const struct scan *s, int32_t day)
{
	return date_begin_ms(day, s->c->offset_minutes) + s->l->config->digest_minute * MINUTE;
}

static bool is_free(const struct scan *s, int32_t day)
{
	return s->l->config->workdays_only && !calendar_is_workday(&s->c->calendar, day);
}

/* The last moment, up to now, at which a digest had to be made; INT64_MIN: there was none. */
static int64_t last_daily(const struct scan *s)
{
	int32_t day = date_of_ms(s->now_ms, s->c->offset_minutes);

	if (moment(s, day) > s->now_ms)
		day--;
	for (unsigned i = 0; i < FREE_DAYS && is_free(s, day); i++)
		day--;
	return moment(s, day);
}

/* At which the digest of a period has to be made: when it has just been judged. */
static int64_t monthly(const struct scan *s, int32_t period)
{
	int32_t day = calendar_due(s->c, period) + 1;

	return moment(s, is_free(s, day) ? calendar_next_workday(&s->c->calendar, day) : day);
}

static int64_t last_monthly(const struct scan *s)
{
	int32_t today = date_of_ms(s->now_ms, s->c->offset_minutes);
	int32_t period = calendar_closed_period(s->c, today);
	int64_t due;

	if (period == DATE_NONE)
		return INT64_MIN;
	due = monthly(s, period);
	return due <= s->now_ms ? due :
				  monthly(s, date_month_last(date_month_of(period) - 1));
}

/* At a set time only once the day's tick is in the ledger: what it judges belongs into the digest. */
static bool digest_due(const struct scan *s)
{
	const struct notify_lane *l = s->l;

	if (l->config->digest_when != CONFIG_DIGEST_NOW &&
	    s->known < date_of_ms(s->now_ms, s->c->offset_minutes))
		return false;
	switch (l->config->digest_when) {
	case CONFIG_DIGEST_EVERY:
		return s->now_ms - l->digest_ms >= l->config->digest_ms;
	case CONFIG_DIGEST_DAILY:
		return l->digest_ms < last_daily(s);
	case CONFIG_DIGEST_MONTHLY:
		return l->digest_ms < last_monthly(s);
	case CONFIG_DIGEST_NOW:
		break;
	}
	return l->gathered < l->position && l->waiting_count == 0 &&
	       s->now_ms - l->digest_ms >= MINUTE;
}

static void take_digest(struct scan *s, struct query *q)
{
	struct notify_lane *l = s->l;
	uint64_t next, left = l->position - l->gathered;
	size_t rows = left < DIGEST_ROWS ? (size_t)left : DIGEST_ROWS;

	s->last = s->read = 0;
	if (rows > 0 && query_alert_log(q, l->gathered + 1, rows, look, s, &next) != ERR_OK)
		return;
	if (s->last > 0)
		add_item(s, l->gathered + 1, s->read, false);
	if (s->read > 0)
		l->gathered = s->read;
	if (l->gathered == l->position || l->config->digest_when == CONFIG_DIGEST_NOW)
		l->digest_ms = s->now_ms;
}

static bool take_digests(struct scan *s, struct query *q)
{
	const struct notify_lane *l = s->l;
	uint64_t position = l->position, gathered = l->gathered;
	int64_t made = l->digest_ms;

	take_urgent(s, q);
	if (has_room(l) && digest_due(s))
		take_digest(s, q);
	return l->position != position || l->gathered != gathered || l->digest_ms != made;
}

/* What is open is told from the book; its rows are looked at for what a silence kept back. */
static bool look_silent(void *ctx, const struct book_record *r)
{
	struct scan *s = ctx;

	(void)is_wanted(s, r);
	s->l->gathered = r->number;
	return true;
}

bool notify_take(struct notify_lane *l, struct query *q, int64_t now_ms)
{
	struct scan s = { .l = l,
			  .c = query_catalogue(q),
			  .now_ms = now_ms,
			  .known = query_head(q).today };
	uint64_t newest = query_head(q).alert_number, before = l->position, next;

	if (l->fresh || l->position > newest) { /* new, or an older copy of the store was put back */
		l->waiting_count = l->dead_count = 0;
		if (l->fresh)
			notify_take_begin(l, newest, now_ms);
		else
			l->position = l->gathered = newest;
		return true;
	}
	if (l->config->type == CONFIG_ALERTMANAGER) {
		if (l->gathered < newest)
			(void)query_alert_log(q, l->gathered + 1, SCAN, look_silent, &s, &next);
		return false;
	}
	if (l->disabled || notify_lane_quiet(l, s.c, now_ms))
		return false;
	if (notify_lane_digests(l))
		return take_digests(&s, q);
	if (l->position == newest)
		return false;
	(void)query_alert_log(q, l->position + 1, SCAN, take_event, &s, &next);
	return l->position != before;
}

int64_t notify_take_oldest_ms(const struct notify_lane *l, struct query *q)
{
	uint64_t oldest = l->position < query_head(q).alert_number ? l->position + 1 : 0;
	struct book_record r;

	for (size_t i = 0; i < l->waiting_count; i++)
		if (oldest == 0 || l->waiting[i].from < oldest)
			oldest = l->waiting[i].from;
	return oldest != 0 && query_alert_row(q, oldest, &r) == ERR_OK ? r.time_ms : 0;
}
