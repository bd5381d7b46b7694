/* SPDX-License-Identifier: MIT */
/* A page of the meeting pack: a target that the city is behind with. Its curve, the same numbers as a
 * table, who is furthest behind, why, what waits for coordination, what is asked. */
#include "aggregator/papers/pack_private.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/papers/bulletin_words.h"
#include "aggregator/papers/svg.h"
#include "aggregator/progress/plan.h"
#include "aggregator/query/query_records.h"
#include "base/date.h"

#define MONTHS_MAX 36
#define LAGGARDS 3
#define ASK_DAYS 20 /* working days after the meeting's month, where nobody said until when */
#define PPM 6

/* What the page is about. */
struct page {
	struct pack *k;
	const struct bulletin_light *light;
	const struct catalogue_measure *m;
	struct svg_point plan[MONTHS_MAX + 1], actual[MONTHS_MAX + 1], forecast[2];
	struct query_figure figures[MONTHS_MAX];
	int32_t months[MONTHS_MAX];
	size_t month_count, actual_count, forecast_count;
	struct query_pace pace;
	const char *problem; /* the first that waits for coordination, or NULL */
	uint16_t problem_owner;
	int32_t problem_deadline;
};

/* --- numbers ---------------------------------------------------------------------------------- */

static int64_t ppm_of(struct fraction share)
{
	return fraction_round(share, PPM);
}

static void gather_months(struct page *g)
{
	struct pack *k = g->k;
	const struct catalogue *c = k->c;
	const struct catalogue_plan *plan = catalogue_plan_on(g->m, k->facts.period);

	g->plan[0] = g->actual[0] = (struct svg_point){ c->from - 1, 0 };
	g->actual_count = 1;
	for (int32_t p = calendar_period_of(c->from);
	     p <= calendar_period_of(c->to) && g->month_count < MONTHS_MAX;
	     p = calendar_period_of(p + 1)) {
		const struct query_when when = { p, HISTORY_NOW };
		struct query_figure *f = &g->figures[g->month_count];

		g->months[g->month_count] = p;
		g->plan[++g->month_count] = (struct svg_point){ p, ppm_of(plan_share(plan, p)) };
		if (p > k->facts.period)
			continue;
		if (k->err == ERR_OK)
			k->err = query_figure(k->q, g->light->measure, c->city, when, f);
		if (f->at.present)
			g->actual[g->actual_count++] = (struct svg_point){ p, ppm_of(f->at.done) };
	}
}

/* On from what was seen last, at the recent rate. */
static void gather_forecast(struct page *g)
{
	struct pack *k = g->k;
	const struct query_when when = { k->facts.period, HISTORY_NOW };
	int32_t left = k->c->to - k->facts.period;
	struct fraction end;

	if (k->err == ERR_OK)
		k->err = query_pace(k->q, g->light->measure, k->c->city, when, k->arena, &g->pace);
	if (k->err != ERR_OK || !g->pace.paced || left <= 0 || !g->pace.figure.at.present ||
	    g->pace.goal <= 0)
		return;
	end = fraction_div(fraction_add(fraction_of(g->pace.value, 1),
					fraction_mul(g->pace.recent, fraction_of(left, 1))),
			   fraction_of(g->pace.goal, 1));
	g->forecast[0] = (struct svg_point){ k->facts.period, ppm_of(g->pace.figure.at.done) };
	g->forecast[1] = (struct svg_point){ k->c->to, ppm_of(end) };
	g->forecast_count = 2;
}

/* --- the top ---------------------------------------------------------------------------------- */

static void put_heading(struct page *g)
{
	struct pack *k = g->k;
	struct buf name = { 0 };

	bulletin_words_measure(&name, k->c, g->light->measure, k->lang);
	paper_heading(k->p, 1, paper_printf(k->p, "item/%s", g->m->id),
		      paper_printf(k->p, "%s　%s", pack_keep(k, &name),
				   pack_light(k, g->light->light)));
}

static const char *value_words(struct page *g, bool present, int64_t value, int64_t denominator)
{
	struct buf text = { 0 };

	if (!present)
		return g->k->zh ? "未报" : "–";
	bulletin_words_value(&text, g->m, value, denominator, g->k->lang);
	return pack_keep(g->k, &text);
}

static const char *goal_words(struct page *g)
{
	struct buf text = { 0 };

	bulletin_words_goal(&text, g->m, g->light->goal, g->k->lang);
	return pack_keep(g->k, &text);
}

static const char *points_words(struct pack *k, int64_t hundredths)
{
	struct buf text = { 0 };

	bulletin_words_points(&text, hundredths < 0 ? -hundredths : hundredths);
	return pack_keep(k, &text);
}

static void put_forecast_words(struct page *g, struct paper_writer *w)
{
	struct pack *k = g->k;

	if (g->forecast_count == 0)
		return;
	paper_say(k->p, w, k->zh ? "按近三个月速度，年底预计完成年度任务的" :
				   " At the rate of the last three months the year ends at ");
	paper_lock(k->p, w, "pace", pack_share(k, g->forecast[1].ppm));
	if (g->pace.finish_by_rate != DATE_NONE && g->pace.finish_by_rate > k->c->to) {
		paper_say(k->p, w, k->zh ? "，完成任务要到" : "; the goal would be reached on ");
		paper_lock(k->p, w, "pace", pack_day(k, g->pace.finish_by_rate));
	}
	paper_say(k->p, w, k->zh ? "。" : ".");
}

static void put_figure(struct page *g)
{
	struct pack *k = g->k;
	const struct bulletin_light *l = g->light;
	struct paper_writer w = { 0 };

	paper_say(k->p, &w, k->zh ? "牵头单位：" : "Lead: ");
	paper_say(k->p, &w, pack_unit(k, k->c->items[g->m->item].lead));
	paper_say(k->p, &w, k->zh ? "。年度任务" : ". Goal ");
	paper_lock(k->p, &w, "catalogue", goal_words(g));
	paper_say(k->p, &w, k->zh ? "，累计完成" : ", done ");
	paper_lock(k->p, &w, "lights", value_words(g, l->present, l->value, l->denominator));
	paper_say(k->p, &w, k->zh ? "，完成率" : ", share done ");
	paper_lock(k->p, &w, "lights", pack_share(k, l->done_ppm));
	paper_say(k->p, &w, k->zh ? "，低于序时进度" : ", behind plan by ");
	paper_lock(k->p, &w, "lights", points_words(k, l->gap_hundredths));
	paper_say(k->p, &w, k->zh ? "个百分点，连续" : " points, for ");
	paper_lock(k->p, &w, "lights", paper_printf(k->p, "%u", l->months));
	paper_say(k->p, &w, k->zh ? "个月滞后。" : " month(s).");
	put_forecast_words(g, &w);
	paper_put(k->p, PAPER_FLUSH, NULL, &w);
}

static void put_curve(struct page *g)
{
	struct pack *k = g->k;
	struct buf name = { 0 }, markup = { 0 };
	struct svg_chart chart = { .from = k->c->from - 1,
				   .to = k->c->to,
				   .plan = { g->plan, g->month_count + 1 },
				   .actual = { g->actual, g->actual_count },
				   .forecast = { g->forecast, g->forecast_count },
				   .lang = k->lang };

	bulletin_words_measure(&name, k->c, g->light->measure, k->lang);
	chart.title = pack_keep(k, &name);
	svg_curves(&chart, &markup);
	paper_figure(k->p, pack_keep(k, &markup));
}

/* The numbers of the curve. */
static void put_months(struct page *g)
{
	struct pack *k = g->k;
	struct paper_column columns[MONTHS_MAX + 1] = { { "", 12, PAPER_LEFT } };
	struct paper_table_writer w = { 0 };

	for (size_t i = 0; i < g->month_count; i++)
		columns[i + 1] = (struct paper_column){
			paper_printf(k->p, k->zh ? "%d月" : "%d",
				     (int)(date_month_of(g->months[i]) % 12) + 1),
			0, PAPER_RIGHT
		};
	paper_table_begin(k->p, &w, NULL, columns, g->month_count + 1, true);
	for (int row = 0; row < 3; row++) {
		static const struct lang_text heads[] = { { "计划", "plan" },
							  { "实际完成率", "share done" },
							  { "累计完成", "done" },
							  { "计划（虚构）", "plan (invented)" } };

		paper_row(k->p, &w);
		paper_cell(k->p, &w,
			   lang_pick(heads[row == 0 && g->m->plan.invented ? 3 : row], k->lang));
		for (size_t i = 0; i < g->month_count; i++) {
			const struct totals_result *at = &g->figures[i].at;

			if (row == 0)
				paper_cell_lock(k->p, &w, "plan", pack_share(k, g->plan[i + 1].ppm));
			else if (g->months[i] > k->facts.period)
				paper_cell(k->p, &w, "");
			else if (row == 1)
				paper_cell_lock(k->p, &w, "history",
						at->present ? pack_share(k, ppm_of(at->done)) : "–");
			else
				paper_cell_lock(k->p, &w, "history",
						value_words(g, at->present, at->value,
							    at->denominator));
		}
	}
	paper_table_end(k->p, &w);
}

/* --- who, why --------------------------------------------------------------------------------- */

/* The three furthest behind, of those that are. */
static size_t find_laggards(const struct page *g, const struct bulletin_light *out[LAGGARDS])
{
	const struct bulletin_facts *f = &g->k->facts;
	size_t count = 0;

	for (size_t i = 0; i < f->light_count; i++) {
		const struct bulletin_light *l = &f->lights[i];
		size_t at = count;

		if (l->measure != g->light->measure || l->unit == g->k->c->city ||
		    !bulletin_facts_lags(l->light))
			continue;
		while (at > 0 && l->gap_hundredths < out[at - 1]->gap_hundredths)
			at--;
		if (at >= LAGGARDS)
			continue;
		if (count < LAGGARDS)
			count++;
		for (size_t n = count - 1; n > at; n--)
			out[n] = out[n - 1];
		out[at] = l;
	}
	return count;
}

static void put_laggards(struct page *g)
{
	struct pack *k = g->k;
	const struct bulletin_light *worst[LAGGARDS];
	size_t count = find_laggards(g, worst);
	struct paper_writer w = { 0 };

	paper_run(k->p, &w, PAPER_BOLD, NULL,
		  k->zh ? "落后最多的单位：" : "Furthest behind: ");
	for (size_t i = 0; i < count; i++) {
		struct buf figure = { 0 };

		bulletin_words_figure(&figure, g->m, worst[i], k->lang);
		paper_say(k->p, &w, i ? (k->zh ? "；" : "; ") : "");
		paper_lock(k->p, &w, "lights",
			   paper_printf(k->p, k->zh ? "%s%s，低%s个百分点，%u个月" :
						      "%s %s, %s points, %u month(s)",
					pack_unit(k, worst[i]->unit), pack_keep(k, &figure),
					points_words(k, worst[i]->gap_hundredths), worst[i]->months));
	}
	paper_say(k->p, &w,
		  count == 0 ? (k->zh ? "没有县区单独滞后。" : "no single unit is.") :
			       (k->zh ? "。" : "."));
	paper_put(k->p, PAPER_FLUSH, NULL, &w);
}

static void put_cause(struct page *g)
{
	struct pack *k = g->k;
	const struct bulletin_cause *why =
		bulletin_facts_cause(&k->facts, g->light->measure, k->c->city);
	struct paper_writer w = { 0 };

	paper_run(k->p, &w, PAPER_BOLD, NULL, k->zh ? "原因：" : "Cause: ");
	if (why != NULL && *why->text)
		paper_say(k->p, &w, why->text);
	else
		paper_say(k->p, &w,
			  k->zh ? "牵头单位尚未说明，请会上汇报。" :
				  "the lead has not said so yet, and is asked to tell the meeting.");
	paper_put(k->p, PAPER_FLUSH, NULL, &w);
}

static bool take_problem(void *ctx, const struct query_record *r)
{
	struct page *g = ctx;
	struct pack *k = g->k;
	const char *title = json_string_value(json_object_get(r->record, "title")),
		   *text = json_string_value(json_object_get(r->record, "text")),
		   *owner = json_string_value(json_object_get(r->record, "owner"));
	uint16_t unit = owner ? catalogue_unit_number(k->c, bytes_of_string(owner)) : CATALOGUE_NONE;
	struct paper_writer w = { 0 };

	paper_run(k->p, &w, PAPER_BOLD, NULL, k->zh ? "需协调：" : "To be coordinated: ");
	paper_say(k->p, &w,
		  paper_printf(k->p, k->zh ? "%s。%s（责任单位：%s%s%s）" : "%s. %s (%s%s%s)",
			       title ? title : "", text ? text : "", pack_unit(k, unit),
			       r->has_deadline ? (k->zh ? "，期限" : ", by ") : "",
			       r->has_deadline ? pack_day(k, r->due) : ""));
	paper_put(k->p, PAPER_FLUSH, NULL, &w);
	if (g->problem == NULL) {
		g->problem = paper_copy(k->p, title ? title : "");
		g->problem_owner = unit;
		g->problem_deadline = r->has_deadline ? r->due : DATE_NONE;
	}
	return true;
}

static void put_problems(struct page *g)
{
	const struct query_record_filter filter = { .state = "open",
						    .item = g->m->item,
						    .unit = CATALOGUE_NONE,
						    .measure = CATALOGUE_NONE,
						    .on = DATE_NONE };
	enum err e = query_records(g->k->q, forms_kind(RECORDS_PROBLEM), bytes_of_string(""), &filter,
				   take_problem, g);

	if (e != ERR_OK)
		g->k->err = e;
}

/* One question a page: the problem that waits, or that the lead says how it will catch up. */
static void put_question(struct page *g)
{
	struct pack *k = g->k;
	struct pack_question *question = &k->questions[k->question_count++];
	struct paper_writer w = { 0 };

	question->measure = g->light->measure;
	question->owner = g->problem ? g->problem_owner : k->c->items[g->m->item].lead;
	question->deadline =
		g->problem ? g->problem_deadline :
			     calendar_add_workdays(&k->c->calendar, query_head(k->q).today, ASK_DAYS);
	if (g->problem)
		question->text = paper_printf(
			k->p, k->zh ? "研究解决：%s" : "Settle: %s", g->problem);
	else
		question->text = paper_printf(
			k->p,
			k->zh ? "请%s提出赶上序时进度的措施和时间表，是否同意列为重点督办" :
				"%s to say by what and when it catches up; whether to put it under close "
				"supervision",
			pack_unit(k, question->owner));
	paper_run(k->p, &w, PAPER_BOLD, NULL,
		  k->zh ? "提请会议决定：" : "The meeting is asked: ");
	paper_say(k->p, &w, question->text);
	paper_say(k->p, &w, k->zh ? "。" : ".");
	paper_put(k->p, PAPER_FLUSH, NULL, &w);
}

void pack_item(struct pack *k, const struct bulletin_light *l)
{
	struct page *g = arena_calloc(k->arena, 1, sizeof(*g));

	if (g == NULL || k->err != ERR_OK) {
		k->err = k->err != ERR_OK ? k->err : ERR_NOMEM;
		return;
	}
	g->k = k;
	g->light = l;
	g->m = &k->c->measures[l->measure];
	gather_months(g);
	gather_forecast(g);
	put_heading(g);
	put_figure(g);
	put_curve(g);
	put_months(g);
	put_laggards(g);
	put_cause(g);
	put_problems(g);
	put_question(g);
}
