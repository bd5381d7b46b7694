/* SPDX-License-Identifier: MIT */
#include "daemon/notify_tell.h"

#include <string.h>

#include "serve/jwrite.h"

void notify_tell_remember(struct notify_log *log, const struct notify_lane *l, bool test,
			  const struct notify_result *r, enum notify_outcome outcome,
			  int64_t now_ms)
{
	struct notify_try *t = &log->tries[log->count++ % NOTIFY_LOG];

	*t = (struct notify_try){ .at_ms = now_ms,
				  .channel = l->config,
				  .from = test ? 0 : l->flying.from,
				  .to = test ? 0 : l->flying.to,
				  .test = test,
				  .outcome = outcome,
				  .status = r->status };
	notify_send_clip(t->answer, sizeof(t->answer), r->answer);
}

/* --- channels --------------------------------------------------------------------------------- */
static void put_items(struct jwrite *j, const char *key, const char *due,
		      const struct notify_item *items, size_t count, int offset_minutes)
{
	jwrite_array(j, key);
	for (size_t i = 0; i < count; i++) {
		jwrite_object(j, NULL);
		jwrite_uint(j, "from", items[i].from);
		jwrite_uint(j, "to", items[i].to);
		jwrite_bool(j, "urgent", items[i].urgent);
		jwrite_uint(j, "tries", items[i].tries);
		jwrite_int(j, "status", items[i].status);
		jwrite_string(j, "why", items[i].why);
		jwrite_time(j, due, items[i].due_ms, offset_minutes);
		jwrite_end(j);
	}
	jwrite_end(j);
}

static void put_last(struct jwrite *j, const char *key, const struct notify_last *last,
		     int offset_minutes)
{
	if (last->number == 0) {
		jwrite_null(j, key);
		return;
	}
	jwrite_object(j, key);
	jwrite_uint(j, "number", last->number);
	jwrite_time(j, "at", last->at_ms, offset_minutes);
	jwrite_bool(j, "ok", last->ok);
	jwrite_int(j, "status", last->status);
	jwrite_bytes(j, "answer", bytes_of_string(last->answer));
	jwrite_end(j);
}

/* Scheme and host: what is behind may be a secret. */
static void put_address(struct jwrite *j, const struct config_channel *c)
{
	const char *host = strstr(c->url, "://"), *at;
	struct buf out = { 0 };
	size_t n;

	host = host ? host + 3 : c->url;
	n = strcspn(host, "/?#");
	at = memchr(host, '@', n);
	if (at != NULL) {
		n -= (size_t)(at + 1 - host);
		host = at + 1;
	}
	buf_printf(&out, "%.*s://", (int)strcspn(c->url, ":"), c->url);
	buf_put(&out, bytes_of(host, n));
	jwrite_bytes(j, "address", buf_bytes(&out));
	buf_free(&out);
}

static const char *state_of(const struct notify_lane *l)
{
	if (l->broken)
		return "broken";
	return l->disabled ? "disabled" : l->failures > 0 ? "failing" : "ok";
}

static void put_counts(struct jwrite *j, const struct notify_counts *c)
{
	jwrite_object(j, "counts");
	jwrite_uint(j, "delivered", c->delivered);
	jwrite_uint(j, "failed", c->failed);
	jwrite_uint(j, "dead", c->dead);
	jwrite_uint(j, "silenced", c->silenced);
	jwrite_end(j);
}

static uint64_t behind(const struct notify_sight *s, const struct notify_lane *l)
{
	return s->newest > l->position ? s->newest - l->position : 0;
}

void notify_tell_channels(const struct notify_sight *s, struct buf *out)
{
	struct jwrite j = jwrite_to(out);

	jwrite_array(&j, NULL);
	for (size_t i = 0; i < s->count; i++) {
		const struct notify_lane *l = &s->lanes[i];

		jwrite_object(&j, NULL);
		jwrite_string(&j, "name", l->config->name);
		jwrite_string(&j, "kind", config_channel_kind_name(l->config->type));
		put_address(&j, l->config);
		jwrite_string(&j, "state", state_of(l));
		jwrite_uint(&j, "position", l->position);
		jwrite_uint(&j, "behind", behind(s, l));
		jwrite_time(&j, "oldest", s->oldest_ms[i], s->offset_minutes);
		put_counts(&j, &l->counts);
		put_last(&j, "last", &l->last, s->offset_minutes);
		put_last(&j, "test", &l->test, s->offset_minutes);
		put_items(&j, "waiting", "due", l->waiting, l->waiting_count, s->offset_minutes);
		put_items(&j, "dead", "at", l->dead, l->dead_count, s->offset_minutes);
		jwrite_end(&j);
	}
	jwrite_end(&j);
}

void notify_tell_log(const struct notify_log *log, int offset_minutes, struct buf *out)
{
	uint64_t from = log->count > NOTIFY_LOG ? log->count - NOTIFY_LOG : 0;
	struct jwrite j = jwrite_to(out);

	jwrite_array(&j, NULL);
	for (uint64_t i = from; i < log->count; i++) {
		const struct notify_try *t = &log->tries[i % NOTIFY_LOG];

		jwrite_object(&j, NULL);
		jwrite_time(&j, "at", t->at_ms, offset_minutes);
		jwrite_string(&j, "channel", t->channel->name);
		jwrite_uint(&j, "from", t->from);
		jwrite_uint(&j, "to", t->to);
		jwrite_bool(&j, "test", t->test);
		jwrite_string(&j, "result", notify_outcome_name(t->outcome));
		jwrite_int(&j, "status", t->status);
		jwrite_bytes(&j, "answer", bytes_of_string(t->answer));
		jwrite_end(&j);
	}
	jwrite_end(&j);
}

/* --- metrics ---------------------------------------------------------------------------------- */
enum gauge { BEHIND, WAITING, DEAD, LAG, OFF };

static uint64_t value_of(const struct notify_sight *s, size_t i, enum gauge what)
{
	const struct notify_lane *l = &s->lanes[i];
	int64_t lag = s->oldest_ms[i] ? (s->now_ms - s->oldest_ms[i]) / 1000 : 0;
	const uint64_t values[] = {
		[BEHIND] = behind(s, l),
		[WAITING] = l->waiting_count,
		[DEAD] = l->dead_count,
		[LAG] = lag > 0 ? (uint64_t)lag : 0,
		[OFF] = l->disabled || l->broken,
	};

	return values[what];
}

static void put_totals(const struct notify_sight *s, struct buf *out)
{
	static const char name[] = "minsheng_notifications_total";

	buf_printf(out, "# HELP %s Messages to the outside, by channel and result\n# TYPE %s counter\n",
		   name, name);
	for (size_t i = 0; i < s->count; i++) {
		const struct notify_counts *c = &s->lanes[i].counts;
		const struct {
			const char *result;
			uint64_t value;
		} of[] = { { "delivered", c->delivered },
			   { "failed", c->failed },
			   { "dead", c->dead },
			   { "silenced", c->silenced } };

		for (size_t k = 0; k < sizeof(of) / sizeof(of[0]); k++)
			buf_printf(out, "%s{channel=\"%s\",result=\"%s\"} %llu\n", name,
				   s->lanes[i].config->name, of[k].result,
				   (unsigned long long)of[k].value);
	}
}

void notify_tell_metrics(const struct notify_sight *s, struct buf *out)
{
	static const struct {
		const char *name, *help;
	} gauges[] = {
		[BEHIND] = { "minsheng_notify_behind", "Rows of the alert log not looked at yet" },
		[WAITING] = { "minsheng_notify_waiting", "Messages that wait for a try" },
		[DEAD] = { "minsheng_notify_dead", "Messages given up, kept for a retry" },
		[LAG] = { "minsheng_notify_lag_seconds", "Age of the oldest alert not delivered" },
		[OFF] = { "minsheng_notify_disabled",
			  "1 where the receiver is gone (410) or the secret can't be read" },
	};

	if (s->count == 0)
		return;
	put_totals(s, out);
	for (size_t g = 0; g < sizeof(gauges) / sizeof(gauges[0]); g++) {
		buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", gauges[g].name, gauges[g].help,
			   gauges[g].name);
		for (size_t i = 0; i < s->count; i++)
			buf_printf(out, "%s{channel=\"%s\"} %llu\n", gauges[g].name,
				   s->lanes[i].config->name,
				   (unsigned long long)value_of(s, i, (enum gauge)g));
	}
}
