/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/bulletin_sentences.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/papers/bulletin_words.h"
#include "base/date.h"

#define ANSWER_DAYS 5 /* working days after the objections end: to answer for what lags */

struct teller {
	struct bulletin *b;
	const struct bulletin_facts *f;
	const struct catalogue *c;
	struct arena *arena;
	struct buf text; /* of the value being written */
	size_t room;
	struct bulletin_sentence spare; /* written to where there is no room; goes nowhere */
	enum err err;
};

/* --- sentences and values --------------------------------------------------------------------- */

static const char *keep(struct teller *t, const char *text)
{
	const char *copy = arena_strndup(t->arena, text, strlen(text));

	if (!copy)
		t->err = ERR_NOMEM;
	return copy ? copy : "";
}

/* A new sentence. */
static struct bulletin_sentence *begin(struct teller *t, const char *section, const char *id)
{
	char whole[160];
	const char *rest;
	struct bulletin_sentence *s;

	snprintf(whole, sizeof(whole), "%s%s", section, id);
	if (t->b->sentence_count == t->room) {
		t->err = ERR_NOMEM;
		return &t->spare;
	}
	s = &t->b->sentences[t->b->sentence_count++];
	*s = (struct bulletin_sentence){ .section = keep(t, whole), .by = "" };
	s->form = prose_find(s->section, &rest);
	s->text = s->form ? lang_pick(s->form->text, t->b->lang) : "";
	return s;
}

/* What was written into t->text becomes the value. */
static void place(struct teller *t, struct bulletin_sentence *s, const char *name,
		  const char *source)
{
	if (s->value_count == BULLETIN_VALUES) {
		t->err = ERR_NOMEM;
		return;
	}
	if (t->text.failed)
		t->err = ERR_NOMEM;
	s->values[s->value_count++] =
		(struct bulletin_value){ name, keep(t, buf_cstring(&t->text)), keep(t, source) };
	buf_clear(&t->text);
}

static void number(struct teller *t, struct bulletin_sentence *s, const char *name,
		   unsigned long value, const char *source)
{
	buf_printf(&t->text, "%lu", value);
	place(t, s, name, source);
}

static void words(struct teller *t, struct bulletin_sentence *s, const char *name, const char *text,
		  const char *source)
{
	buf_put_string(&t->text, text);
	place(t, s, name, source);
}

static void day(struct teller *t, struct bulletin_sentence *s, const char *name, int32_t on)
{
	bulletin_words_day(&t->text, on, t->b->lang);
	place(t, s, name, "calendar");
}

static bool zh(const struct teller *t)
{
	return t->b->lang == LANG_ZH;
}

static void name_unit(struct teller *t, uint16_t unit)
{
	buf_put_string(&t->text, lang_pick(t->c->units[unit].name, t->b->lang));
}

static void comma(struct teller *t, bool first)
{
	buf_put_string(&t->text, first ? "" : zh(t) ? "、" : ", ");
}

/* --- lead-in, overall --------------------------------------------------------------------------- */

static void tell_lead(struct teller *t)
{
	struct bulletin_sentence *s = begin(t, "lead", "");

	words(t, s, "programme", lang_pick(t->c->title, t->b->lang), "programme/title");
	bulletin_words_month(&t->text, t->f->period, t->b->lang);
	place(t, s, "month", "months/period");
}

static void tell_counts(struct teller *t)
{
	static const struct {
		enum light light;
		const char *name, *source;
	} each[] = { { LIGHT_DONE, "done", "lights/done" },
		     { LIGHT_REACHED, "reached", "lights/reached" },
		     { LIGHT_GREEN, "green", "lights/green" },
		     { LIGHT_YELLOW, "yellow", "lights/yellow" },
		     { LIGHT_RED, "red", "lights/red" },
		     { LIGHT_NONE, "none", "lights/none" } };
	struct bulletin_sentence *s = begin(t, "overall", "");
	unsigned long total = 0, silent = 0;

	for (size_t i = 0; i < LIGHT_COUNT; i++)
		total += t->f->counts[i];
	for (size_t i = 0; i < t->f->light_count; i++)
		silent += t->f->lights[i].unit == t->c->city && t->f->lights[i].silent;
	day(t, s, "as_of", t->f->period);
	number(t, s, "total", total, "lights");
	for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++)
		number(t, s, each[i].name, t->f->counts[each[i].light], each[i].source);
	number(t, s, "silent", silent, "lights/silent");
}

/* "严重滞后增加1项，已完成增加3项" */
static void tell_change(struct teller *t)
{
	static const enum light order[] = { LIGHT_RED,	 LIGHT_YELLOW, LIGHT_GREEN,
					    LIGHT_REACHED, LIGHT_DONE };
	struct bulletin_sentence *s;
	bool first = true;

	if (t->f->before == DATE_NONE)
		return;
	s = begin(t, "overall/change", "");
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		unsigned now = t->f->counts[order[i]], was = t->f->counts_before[order[i]];
		const char *word = lang_pick(light_word(order[i]), t->b->lang);

		if (now == was)
			continue;
		buf_put_string(&t->text, first ? "" : zh(t) ? "，" : ", ");
		if (zh(t))
			buf_printf(&t->text, "%s%s%u项", word, now > was ? "增加" : "减少",
				   now > was ? now - was : was - now);
		else
			buf_printf(&t->text, "%s %+d", word, (int)now - (int)was);
		first = false;
	}
	if (first)
		buf_put_string(&t->text, zh(t) ? "各类数量没有变化" : "no count changed");
	place(t, s, "changes", "lights, against the month before");
}

static bool is_new_red(const struct bulletin_light *l)
{
	return l->light == LIGHT_RED && l->before != LIGHT_RED;
}

static bool is_gone_red(const struct bulletin_light *l)
{
	return l->light != LIGHT_RED && l->before == LIGHT_RED;
}

/* City-wide measures that the test picks, by name. */
static void tell_picked(struct teller *t, const char *section, const char *source,
			bool (*picks)(const struct bulletin_light *l))
{
	struct bulletin_sentence *s;
	unsigned long count = 0;

	for (size_t i = 0; i < t->f->light_count; i++)
		count += t->f->lights[i].unit == t->c->city && picks(&t->f->lights[i]);
	if (!count || t->f->before == DATE_NONE)
		return;
	s = begin(t, section, "");
	number(t, s, "count", count, source);
	count = 0;
	for (size_t i = 0; i < t->f->light_count; i++) {
		const struct bulletin_light *l = &t->f->lights[i];

		if (l->unit != t->c->city || !picks(l))
			continue;
		comma(t, count++ == 0);
		buf_put_string(&t->text, lang_pick(t->c->measures[l->measure].name, t->b->lang));
	}
	place(t, s, "list", source);
}

/* --- counties and leads ------------------------------------------------------------------------- */

struct tally {
	unsigned judged, red, yellow;
	const struct bulletin_light *worst;
};

static void count_light(struct tally *n, const struct bulletin_light *l)
{
	n->judged += l->light != LIGHT_NONE;
	n->red += l->light == LIGHT_RED;
	n->yellow += l->light == LIGHT_YELLOW;
	if (l->light == LIGHT_RED && (!n->worst || l->gap_hundredths < n->worst->gap_hundredths))
		n->worst = l;
}

static struct tally tally_unit(const struct teller *t, uint16_t unit)
{
	struct tally n = { 0 };

	for (size_t i = 0; i < t->f->light_count; i++)
		if (t->f->lights[i].unit == unit)
			count_light(&n, &t->f->lights[i]);
	return n;
}

static void tell_unit(struct teller *t, uint16_t unit, const struct tally *n)
{
	struct bulletin_sentence *s = begin(t, "units/", t->c->units[unit].id);

	name_unit(t, unit);
	place(t, s, "unit", "units");
	number(t, s, "red", n->red, "lights/red");
	number(t, s, "yellow", n->yellow, "lights/yellow");
	words(t, s, "worst", lang_pick(t->c->measures[n->worst->measure].name, t->b->lang), "lights");
	bulletin_words_points(&t->text, n->worst->gap_hundredths);
	place(t, s, "behind", "lights/gap_points");
}

static void tell_units(struct teller *t)
{
	static const struct lang_text orders[] = {
		{ "下表按行政区划代码排列，不作排名",
		  "The table is in the order of the codes; nothing is ranked" },
		{ "下表按当月新增完成与当月计划之差（百分点）由高到低排名，同分并列，无任务的不参加",
		  "The table is ranked by what the month added against its plan, in points; the same "
		  "score shares a rank; who has no task is left out" } };
	struct bulletin_sentence *s = begin(t, "units", "");
	unsigned long units = 0, cells = 0, red = 0, yellow = 0;

	for (uint16_t u = 0; u < t->c->unit_count; u++) {
		struct tally n = tally_unit(t, u);

		if (!t->c->units[u].area)
			continue;
		units += n.judged > 0, cells += n.judged;
		red += n.red, yellow += n.yellow;
	}
	number(t, s, "units", units, "units");
	number(t, s, "cells", cells, "lights");
	number(t, s, "red", red, "lights/red");
	number(t, s, "yellow", yellow, "lights/yellow");
	words(t, s, "order", lang_pick(orders[t->f->rank_count > 0], t->b->lang), "catalogue/ranking");
	for (uint16_t u = 0; u < t->c->unit_count; u++) {
		struct tally n = tally_unit(t, u);

		if (t->c->units[u].area && n.red)
			tell_unit(t, u, &n);
	}
}

static struct tally tally_lead(const struct teller *t, uint16_t lead)
{
	struct tally n = { 0 };

	for (size_t i = 0; i < t->f->light_count; i++) {
		const struct bulletin_light *l = &t->f->lights[i];

		if (l->unit == t->c->city && t->c->items[t->c->measures[l->measure].item].lead == lead)
			count_light(&n, l);
	}
	return n;
}

/* "（市民政局、市教育局）" */
static void name_waiting(struct teller *t, struct bulletin_sentence *s)
{
	bool first = true;

	for (size_t i = 0; i < t->f->unit_count; i++) {
		const struct bulletin_unit *u = &t->f->units[i];

		if (!u->leads || !u->waiting)
			continue;
		buf_put_string(&t->text, !first ? "" : zh(t) ? "（" : " (");
		comma(t, first);
		name_unit(t, u->unit);
		first = false;
	}
	buf_put_string(&t->text, first ? "" : zh(t) ? "）" : ")");
	place(t, s, "names", "reports/submitted");
}

static void tell_leads(struct teller *t)
{
	struct bulletin_sentence *s = begin(t, "leads", "");
	unsigned long leads = 0, waiting = 0;

	for (size_t i = 0; i < t->f->unit_count; i++) {
		leads += t->f->units[i].leads;
		waiting += t->f->units[i].leads && t->f->units[i].waiting;
	}
	number(t, s, "leads", leads, "months/units");
	number(t, s, "confirmed", leads - waiting, "reports/confirmed");
	number(t, s, "waiting", waiting, "reports/submitted");
	name_waiting(t, s);
	for (uint16_t u = 0; u < t->c->unit_count; u++) {
		struct tally n = tally_lead(t, u);

		if (!n.red && !n.yellow)
			continue;
		s = begin(t, "leads/", t->c->units[u].id);
		name_unit(t, u);
		place(t, s, "unit", "units");
		number(t, s, "count", n.judged, "lights");
		number(t, s, "red", n.red, "lights/red");
		number(t, s, "yellow", n.yellow, "lights/yellow");
	}
}

/* --- laggards ----------------------------------------------------------------------------------- */

static void tell_cause(struct teller *t, struct bulletin_sentence *s, const struct bulletin_light *l)
{
	const struct bulletin_cause *k = bulletin_facts_cause(t->f, l->measure, l->unit);
	bool said = k && *k->text;

	if (said)
		buf_printf(&t->text, zh(t) ? "原因：%s" : "Cause: %s", k->text);
	if (said && zh(t) && !strstr(k->text + (strlen(k->text) > 3 ? strlen(k->text) - 3 : 0), "。"))
		buf_put_string(&t->text, "。");
	place(t, s, "cause", said ? k->source : "");
}

static void tell_laggard(struct teller *t, const struct bulletin_light *l)
{
	const struct catalogue_measure *m = &t->c->measures[l->measure];
	struct bulletin_sentence *s = begin(t, "lagging/", m->id);

	words(t, s, "measure", lang_pick(m->name, t->b->lang), "catalogue");
	bulletin_words_figure(&t->text, m, l, t->b->lang);
	place(t, s, "figure", "lights/value");
	bulletin_words_share(&t->text, l->done_ppm, t->b->lang);
	place(t, s, "done", "lights/done_percent");
	bulletin_words_share(&t->text, l->planned_ppm, t->b->lang);
	place(t, s, "planned", "lights/planned_percent");
	bulletin_words_points(&t->text, l->gap_hundredths < 0 ? l->gap_hundredths : 0);
	place(t, s, "behind", "lights/gap_points");
	number(t, s, "months", l->months, "lights/months");
	words(t, s, "light", lang_pick(light_word(l->light), t->b->lang), "lights/light");
	name_unit(t, t->c->items[m->item].lead);
	place(t, s, "lead", "catalogue");
	tell_cause(t, s, l);
}

static void tell_lagging(struct teller *t)
{
	static const struct lang_text none = { "。", "." },
				      some = { "，严重滞后的在前，各按滞后幅度由大到小依次为：",
					       ", the serious ones first, and of each the furthest:" };
	size_t count;
	const size_t *order = bulletin_facts_worst(t->f, t->c->city, t->arena, &count);
	struct bulletin_sentence *s = begin(t, "lagging", "");

	if (!order)
		t->err = ERR_NOMEM;
	number(t, s, "count", count, "lights");
	words(t, s, "order", lang_pick(count ? some : none, t->b->lang), "lights");
	for (size_t i = 0; order && i < count; i++)
		tell_laggard(t, &t->f->lights[order[i]]);
}

/* --- reports and demands ------------------------------------------------------------------------ */

/* Units with reports of one kind, each with how many. */
static void tell_owing(struct teller *t, const char *section, bool late)
{
	struct bulletin_sentence *s = NULL;

	for (size_t i = 0; i < t->f->unit_count; i++) {
		const struct bulletin_unit *u = &t->f->units[i];
		unsigned n = late ? u->owed.late : u->owed.missing;

		if (!n)
			continue;
		comma(t, s == NULL);
		if (!s)
			s = begin(t, section, "");
		name_unit(t, u->unit);
		buf_printf(&t->text, zh(t) ? "（%u项）" : " (%u)", n);
	}
	if (s)
		place(t, s, "units", late ? "reports/late" : "reports/missing");
}

static void tell_reporting(struct teller *t, struct reports_tally *sum)
{
	struct bulletin_sentence *s = begin(t, "reporting", "");
	unsigned long corrected = 0;

	for (size_t i = 0; i < t->f->unit_count; i++) {
		const struct bulletin_unit *u = &t->f->units[i];

		sum->expected += u->owed.expected, sum->on_time += u->owed.on_time;
		sum->late += u->owed.late, sum->missing += u->owed.missing;
		corrected += u->corrected;
	}
	number(t, s, "expected", sum->expected, "reports/expected");
	number(t, s, "on_time", sum->on_time, "reports/on-time");
	number(t, s, "late", sum->late, "reports/late");
	number(t, s, "missing", sum->missing, "reports/missing");
	bulletin_words_share(&t->text, fraction_round(reports_timeliness(sum), 6), t->b->lang);
	place(t, s, "rate", "reports/timeliness");
	number(t, s, "corrected", corrected, "history");
	tell_owing(t, "reporting/missing", false);
	tell_owing(t, "reporting/late", true);
}

static void tell_demands(struct teller *t, const struct reports_tally *sum)
{
	int32_t next = calendar_period_of(t->f->period + 1);
	int32_t answer = calendar_add_workdays(&t->c->calendar, calendar_publish(t->c, t->f->period),
					       ANSWER_DAYS);
	struct bulletin_sentence *s;

	begin(t, "demands", "");
	if (t->f->cause_count) {
		s = begin(t, "demands/lagging", "");
		number(t, s, "count", t->f->cause_count, "lights");
		day(t, s, "deadline", answer);
	}
	if (sum->missing) {
		s = begin(t, "demands/reporting", "");
		day(t, s, "deadline", answer);
	}
	if (t->f->period >= t->c->to)
		return;
	s = begin(t, "demands/next", "");
	day(t, s, "due", calendar_due(t->c, next));
	bulletin_words_month(&t->text, next, t->b->lang);
	place(t, s, "month", "calendar");
	day(t, s, "confirm", calendar_confirm(t->c, next));
}

enum err bulletin_sentences(struct bulletin *b, struct arena *a)
{
	struct teller t = { .b = b, .f = &b->facts, .c = b->catalogue, .arena = a };
	struct reports_tally sum = { 0 };

	t.room = prose_template_count + b->facts.cause_count + 2 * b->catalogue->unit_count;
	b->sentences = arena_calloc(a, t.room, sizeof(*b->sentences));
	b->sentence_count = 0;
	if (!b->sentences)
		return ERR_NOMEM;
	tell_lead(&t);
	tell_counts(&t);
	tell_change(&t);
	tell_picked(&t, "overall/new", "lights/red", is_new_red);
	tell_picked(&t, "overall/gone", "lights/red", is_gone_red);
	tell_units(&t);
	tell_leads(&t);
	tell_lagging(&t);
	tell_reporting(&t, &sum);
	tell_demands(&t, &sum);
	buf_free(&t.text);
	return t.err;
}
