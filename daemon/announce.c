/* SPDX-License-Identifier: MIT */
/* What a commit changed, told to the feed, the main thread and the ZAP handler once it is durable.
 * Figures wait a moment for newer ones; alerts leave at once. */
#include <stdlib.h>
#include <unistd.h>

#include "daemon/pipeline_private.h"

void announce_head(struct pipeline *p)
{
	struct aggregator_head head = aggregator_head(p->aggregator);
	struct metrics *m = &p->d->metrics;

	mutex_lock(p->mutex);
	p->head = head;
	mutex_unlock(p->mutex);
	metrics_set(m, METRIC_POSITION, head.position);
	metrics_set(m, METRIC_ALERT_NUMBER, head.alert_number);
	metrics_set(m, METRIC_LEDGER_ROWS, head.rows);
}

static struct bytes keep(struct pipeline *p, struct bytes b)
{
	char *copy = arena_strndup(p->alert_arena, (const char *)b.data, b.len);

	p->lost_changes |= !copy;
	return copy ? bytes_of(copy, b.len) : (struct bytes){ 0 };
}

/* Alerts wait for the next notice, each of them. */
static void keep_alert(struct pipeline *p, const struct message_alert *alert)
{
	struct message_alert *a;

	if (p->alert_count == p->alert_cap) {
		size_t cap = p->alert_cap ? p->alert_cap * 2 : 64;

		a = realloc(p->alerts, cap * sizeof(*a));
		if (!a) {
			p->lost_changes = true;
			return;
		}
		p->alerts = a;
		p->alert_cap = cap;
	}
	a = &p->alerts[p->alert_count++];
	*a = *alert;
	a->id = keep(p, a->id), a->kind = keep(p, a->kind);
	a->transition = keep(p, a->transition), a->severity = keep(p, a->severity);
	a->measure = keep(p, a->measure), a->unit = keep(p, a->unit);
	a->text_zh = keep(p, a->text_zh), a->text_en = keep(p, a->text_en);
}

static void tell_change(struct pipeline *p, const struct changed *c)
{
	enum err e;

	if (c->is_alert) {
		keep_alert(p, &c->alert);
		metrics_add(&p->d->metrics, METRIC_ALERTS_PUBLISHED, 1);
		e = feed_alert(p->feed, &c->alert, c->previous);
	} else {
		e = feed_figure(p->feed, c->light ? FEED_LIGHT : FEED_TOTAL, &c->figure,
				c->previous);
	}
	p->lost_changes |= e != ERR_OK;
}

void announce_keys(struct pipeline *p)
{
	enum err e = roster_reload(p->roster, p->aggregator, p->d->zap);

	if (e != ERR_OK) {
		/* who was revoked a moment ago may not stay: a new start reads the list */
		log_write(LOG_ERROR, "pipeline", "reading the keys: %s: the daemon ends",
			  err_name(e));
		_exit(1);
	}
	speak_keys_changed(p);
	p->told_keys = true;
}

void announce_commit(struct pipeline *p)
{
	announce_head(p);
	for (const struct changed *c = p->changes.first; c; c = c->next)
		tell_change(p, c);
	p->lost_changes |= p->changes.lost;
	p->told_catalogue |= p->changes.catalogue;
	if (p->changes.keys)
		announce_keys(p);
	p->changes = (struct changes){ .last = &p->changes.first };
	p->notice_due = true;
}

void announce_flush(struct pipeline *p, int64_t now_ms)
{
	struct pipeline_notice n = { .keys_changed = p->told_keys,
				     .catalogue_changed = p->told_catalogue,
				     .head = p->head,
				     .alerts = p->alerts,
				     .alert_count = p->alert_count };

	if (feed_flush(p->feed, &n) != ERR_OK)
		metrics_add(&p->d->metrics, METRIC_BUS_SEND_FAILED, 1);
	if (p->lost_changes)
		notices_lose(p->notices);
	notices_push(p->notices, &n);
	p->told_keys = p->told_catalogue = p->lost_changes = p->notice_due = false;
	p->alert_count = 0;
	arena_reset(p->alert_arena);
	p->flushed_ms = now_ms;
}
