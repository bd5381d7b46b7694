/* SPDX-License-Identifier: MIT */
#include "daemon/demo_play.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "aggregator/catalogue/calendar.h"
#include "base/date.h"
#include "base/decimal.h"
#include "daemon/demo_office.h"
#include "daemon/demo_text.h"

#define ALERTS_A_PAGE 200
#define FLUSH_MS 120000
#define LIGHTS 6
#define SHOWN_A_DAY 12 /* alerts told one by one; the rest of a day is counted */

/* The programme's year, and the first weeks of the next, in which December is reported. */
static int32_t last_day(const struct catalogue *c)
{
	return c->to + 15;
}

static struct minsheng *collector_of(struct demo_play *p, uint16_t unit)
{
	for (size_t i = 0; i < p->stage->reporter_count; i++)
		if (p->stage->reporters[i] == unit)
			return p->stage->collectors[i];
	return NULL;
}

/* --- telling ---------------------------------------------------------------------------------- */

static void tell_alert(const struct demo_play *p, json_t *alert)
{
	json_t *text = json_object_get(alert, "text");
	const char *words = json_string_value(json_object_get(text, p->lang == LANG_ZH ? "zh" : "en"));
	const char *transition = json_string_value(json_object_get(alert, "transition"));
	const char *severity = json_string_value(json_object_get(alert, "severity"));

	printf("   %s %s\n", demo_text_mark(transition, severity), words ? words : "");
}

/* How soon a person wants to hear of it: the lower, the sooner. The last rank is only counted;
 * updates tell nothing new. */
#define RANKS 4
static unsigned rank_of(const struct demo_play *p, json_t *alert)
{
	const char *kind = json_string_value(json_object_get(alert, "kind"));
	const char *transition = json_string_value(json_object_get(alert, "transition"));
	const char *severity = json_string_value(json_object_get(alert, "severity"));
	const char *unit = json_string_value(json_object_get(alert, "unit"));
	const char *city = p->catalogue->units[p->catalogue->city].id;

	if (kind == NULL || transition == NULL || severity == NULL ||
	    strcmp(transition, "updated") == 0)
		return RANKS;
	if (strcmp(kind, "behind") != 0 && strcmp(kind, "overdue") != 0 &&
	    strcmp(kind, "will-miss") != 0)
		return 0;
	if (strcmp(kind, "will-miss") == 0)
		return 3;
	if (unit != NULL && strcmp(unit, city) == 0)
		return 1;
	return strcmp(severity, "red") == 0 ? 2 : 3;
}

static void tell_alerts_of(const struct demo_play *p, json_t *alerts)
{
	unsigned shown = 0, more = 0;
	json_t *alert;
	size_t i;

	for (unsigned rank = 0; rank < RANKS; rank++) {
		json_array_foreach(alerts, i, alert) {
			if (rank_of(p, alert) != rank)
				continue;
			if (shown < SHOWN_A_DAY && rank < RANKS - 1) {
				tell_alert(p, alert);
				shown++;
			} else {
				more++;
			}
		}
	}
	if (more > 0)
		demo_say(stdout, DEMO_TEXT_MORE, p->lang, more);
}

/* Tells what the alert log has got since the last time, the most telling first. */
static enum err tell_alerts(struct demo_play *p)
{
	json_t *all = json_array();
	size_t got = ALERTS_A_PAGE;

	while (got == ALERTS_A_PAGE) {
		char path[80];
		json_t *answer, *alerts, *newest;

		snprintf(path, sizeof(path), "/api/v1/alerts/log?from=%" PRIu64 "&limit=%d",
			 p->next_alert, ALERTS_A_PAGE);
		answer = child_get(p->stage->daemon, path);
		alerts = json_object_get(answer, "alerts");
		got = json_array_size(alerts);
		newest = got > 0 ? json_array_get(alerts, got - 1) : NULL;
		if (newest != NULL)
			p->next_alert =
				(uint64_t)json_integer_value(json_object_get(newest, "number")) + 1;
		if (answer == NULL || json_array_extend(all, alerts) != 0) {
			json_decref(answer);
			json_decref(all);
			return ERR_CLOSED;
		}
		json_decref(answer);
	}
	tell_alerts_of(p, all);
	json_decref(all);
	return ERR_OK;
}

/* One line on how the city stands: main measures by light. */
static enum err tell_month(struct demo_play *p, int32_t day)
{
	static const char *const lights[] = { "done",	"reached", "green",
					      "yellow", "red",	   "none" };
	unsigned count[LIGHTS] = { 0 };
	char date[11];
	json_t *answer = child_get(p->stage->daemon, "/api/v1/targets"), *target;
	size_t i;

	if (answer == NULL)
		return ERR_CLOSED;
	json_array_foreach(json_object_get(answer, "targets"), i, target) {
		const char *light = json_string_value(json_object_get(target, "light"));
		const char *role = json_string_value(json_object_get(target, "role"));

		for (size_t l = 0; role && light && strcmp(role, "main") == 0 && l < LIGHTS; l++)
			count[l] += strcmp(light, lights[l]) == 0;
	}
	json_decref(answer);
	date_format(day, date);
	demo_say(stdout, DEMO_TEXT_MONTH, p->lang, date, count[0], count[1], count[2], count[3],
	       count[4], count[5]);
	return ERR_OK;
}

/* --- playing ---------------------------------------------------------------------------------- */

/* Sends the rows of one day, each reporter's in one call, and waits for the receipts. */
static enum err send_day(struct demo_play *p, const struct demo_row *rows, size_t count)
{
	struct minsheng_row batch[256];
	size_t i = 0;

	while (i < count) {
		uint16_t reporter = rows[i].reporter;
		struct minsheng_fault fault;
		size_t n = 0;
		enum err e;

		while (i < count && rows[i].reporter == reporter && n < 256)
			batch[n++] = rows[i++].row;
		e = minsheng_submit(collector_of(p, reporter), batch, n, &fault);
		if (e != ERR_OK) {
			demo_say(stderr, DEMO_TEXT_NOT_TAKEN, p->lang, p->catalogue->units[reporter].id, err_name(e),
				e == ERR_INVALID ? fault.text_en : "");
			return e;
		}
	}
	for (i = 0; i < p->stage->reporter_count; i++) {
		enum err e = minsheng_flush(p->stage->collectors[i], FLUSH_MS);

		if (e != ERR_OK) {
			demo_say(stderr, DEMO_TEXT_NO_RECEIPT, p->lang, p->catalogue->units[p->stage->reporters[i]].id, err_name(e));
			return e;
		}
	}
	return ERR_OK;
}

/* A month is told of once it has been judged. */
static bool month_closed(const struct demo_play *p, int32_t day)
{
	int32_t closed = calendar_closed_period(p->catalogue, day);

	return closed != DATE_NONE && closed != calendar_closed_period(p->catalogue, day - 1);
}

static enum err play_day(struct demo_play *p, int32_t day, const struct demo_row *rows,
			 size_t count)
{
	enum err e = demo_stage_set_day(p->stage, p->catalogue, day);

	if (e == ERR_OK && count > 0)
		e = send_day(p, rows, count);
	if (e == ERR_OK && demo_office_works(p->catalogue, day))
		e = demo_office_work(p->stage, p->catalogue, day);
	if (e == ERR_OK && month_closed(p, day))
		e = tell_month(p, calendar_closed_period(p->catalogue, day));
	if (e == ERR_OK)
		e = tell_alerts(p);
	fflush(stdout);
	return e;
}

enum err demo_play_year(struct demo_play *p)
{
	size_t count, at = 0;
	const struct demo_row *rows = demo_world_rows(p->world, &count);
	int32_t last = last_day(p->catalogue);
	enum err e = ERR_OK;

	for (int32_t day = p->catalogue->from; e == ERR_OK && day <= last; day++) {
		size_t begin = at;

		while (at < count && rows[at].day <= day)
			at++;
		/* at full speed, days on which nothing happens are the daemon's to catch up on */
		if (p->month_ms == 0 && at == begin && !month_closed(p, day) &&
		    !demo_office_works(p->catalogue, day) && day < last)
			continue;
		e = play_day(p, day, rows + begin, at - begin);
		if (e == ERR_OK && demo_stage_pause(p->stage, p->month_ms / 30)) {
			p->stopped = true;
			return ERR_OK;
		}
	}
	return e;
}

/* --- checking --------------------------------------------------------------------------------- */

static const char *text_at(json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "-";
}

/* What the API should say of a measure, as its own texts. */
static bool total_agrees(struct demo_play *p, uint16_t measure, json_t *target)
{
	const struct catalogue_measure *m = &p->catalogue->measures[measure];
	struct demo_total t = demo_world_total(p->world, measure);
	const char *value_key = m->kind == CATALOGUE_RATIO ? "numerator" : "value";
	char value[DECIMAL_TEXT_MAX] = "-", denominator[DECIMAL_TEXT_MAX] = "-";
	bool same;

	if (t.present && m->kind == CATALOGUE_MILESTONE)
		decimal_format(t.value, 4, value); /* ppm as per cent */
	else if (t.present)
		decimal_format(t.value, m->decimals, value);
	if (t.present && m->kind == CATALOGUE_RATIO)
		decimal_format(t.denominator, m->decimals, denominator);
	same = strcmp(value, text_at(target, value_key)) == 0 &&
	       (m->kind != CATALOGUE_RATIO ||
		strcmp(denominator, text_at(target, "denominator")) == 0);
	if (!same)
		demo_say(stdout, DEMO_TEXT_DIFFERS, p->lang, m->id, value,
		       text_at(target, value_key));
	return same;
}

static bool totals_agree(struct demo_play *p, unsigned *compared)
{
	json_t *answer = child_get(p->stage->daemon, "/api/v1/targets"), *target;
	bool same = answer != NULL;
	size_t i;

	*compared = 0;
	json_array_foreach(json_object_get(answer, "targets"), i, target) {
		uint16_t measure = catalogue_measure_number(
			p->catalogue, bytes_of_string(text_at(target, "id")));

		if (measure == CATALOGUE_NONE) {
			demo_say(stdout, DEMO_TEXT_DIFFERS, p->lang, text_at(target, "id"), "-", "?");
			same = false;
			continue;
		}
		/* what is derived from other figures has no books of its own */
		if (p->catalogue->measures[measure].derived_from == NULL)
			same &= total_agrees(p, measure, target);
		++*compared;
	}
	json_decref(answer);
	return same && *compared == p->catalogue->measure_count;
}

/* The story's alerts: id of the alert, and whether it has to be resolved by the end. */
static const struct {
	const char *id;
	bool resolved;
} expected_alerts[] = {
	{ "silent.liangshan", true },
	{ "hold.sports-grounds.sishui", false },
	{ "mismatch.rukang-homes.jining", true },
	{ "behind.canteens.yutai", true },
	{ "behind.gas-hoses-rural.jining", true }, /* what is behind at the end is overdue */
	{ "overdue.gas-hoses-rural.jining", false },
	{ "overdue.gas-hoses.jining", false },
};

static bool alert_agrees(struct demo_play *p, const char *id, bool resolved)
{
	char path[160];
	json_t *answer;
	const char *state;
	bool same;

	snprintf(path, sizeof(path), "/api/v1/alerts/%s", id);
	answer = child_get(p->stage->daemon, path);
	state = text_at(answer, "state");
	same = strcmp(state, resolved ? "resolved" : "open") == 0;
	if (!same)
		demo_say(stdout, DEMO_TEXT_ALERT_DIFFERS, p->lang, id,
		       resolved ? "resolved" : "open", state);
	json_decref(answer);
	return same;
}

static bool ledger_agrees(struct demo_play *p, size_t rows)
{
	json_t *proof = child_post(p->stage->daemon, "/api/v1/verify", json_object());
	bool same = json_is_true(json_object_get(proof, "ok")) &&
		    json_integer_value(json_object_get(proof, "rows")) == (json_int_t)rows;

	if (same)
		demo_say(stdout, DEMO_TEXT_LEDGER, p->lang, (intmax_t)json_integer_value(json_object_get(proof, "entries")), rows,
		       text_at(proof, "chain"), text_at(proof, "state"), text_at(proof, "figures"));
	else
		demo_say(stdout, DEMO_TEXT_LEDGER_DIFFERS, p->lang, rows,
		       (intmax_t)json_integer_value(json_object_get(proof, "rows")),
		       text_at(proof, "what"));
	json_decref(proof);
	return same;
}

bool demo_play_check(struct demo_play *p)
{
	unsigned compared;
	size_t rows;
	bool same = totals_agree(p, &compared);

	(void)demo_world_rows(p->world, &rows);
	demo_say(stdout, DEMO_TEXT_TOTALS, p->lang, compared,
	       demo_text(same ? DEMO_TEXT_AGREE : DEMO_TEXT_DISAGREE, p->lang));
	for (size_t i = 0; i < sizeof(expected_alerts) / sizeof(expected_alerts[0]); i++)
		same &= alert_agrees(p, expected_alerts[i].id, expected_alerts[i].resolved);
	same &= ledger_agrees(p, rows);
	return same;
}
