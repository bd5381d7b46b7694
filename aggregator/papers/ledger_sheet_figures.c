/* SPDX-License-Identifier: MIT */
/* 总台账: a row for each target in each unit. 滞后清单: what is yellow or red, and why. */
#include "aggregator/papers/ledger_sheet_private.h"

#include <stdlib.h>
#include <string.h>

#include "aggregator/papers/bulletin_words.h"
#include "base/date.h"

#define POINT_DECIMALS 2

/* --- 总台账 ------------------------------------------------------------------------------------- */

/* The first ones are what a page shows. */
#define PRINTED 13
static const struct grid_column all_columns[] = {
	{ { "事项编号", "Item" }, 8, false },
	{ { "指标", "Target" }, 32, true },
	{ { "单位", "Unit" }, 18, false },
	{ { "牵头单位", "Lead" }, 21, false },
	{ { "计量单位", "Measured in" }, 9, true },
	{ { "年度任务", "Goal" }, 10, false },
	{ { "累计完成", "Done" }, 10, false },
	{ { "完成率%", "Done %" }, 9, false },
	{ { "序时进度%", "Planned %" }, 9, false },
	{ { "差距/百分点", "Gap (points)" }, 9, false },
	{ { "正式亮灯", "Official light" }, 18, false },
	{ { "连续滞后月数", "Months behind" }, 9, false },
	{ { "演示值标注", "Invented" }, 24, false },
	{ { "亮灯所属月", "Month of the light" }, 11, false },
	{ { "实时亮灯", "Live light" }, 16, false },
	{ { "分子", "Numerator" }, 10, false },
	{ { "分母", "Denominator" }, 10, false },
	{ { "按近期速度完成日", "Done at recent rate" }, 16, false },
	{ { "按近期速度年底数", "Year's end at recent rate" }, 12, false },
	{ { "最近数据日期", "Newest figure" }, 11, false },
	{ { "台账序号", "Ledger position" }, 9, false },
	{ { "指标编码", "Target id" }, 24, false },
	{ { "单位编码", "Unit id" }, 13, false },
};

/* What of the row is no fact of the notice. */
static const char *invented(const struct ledger_sheet *l, const struct catalogue_measure *m,
			    uint16_t unit)
{
	bool quota = unit != l->c->city && m->quotas_invented,
	     plan = catalogue_plan_on(m, l->wish->when.valid)->invented;

	if (quota && plan)
		return ledger_sheet_pick(l, "分解任务、计划为演示值", "quota and plan are invented");
	if (quota)
		return ledger_sheet_pick(l, "分解任务为演示值", "quota is invented");
	return plan ? ledger_sheet_pick(l, "计划为演示值", "plan is invented") : "";
}

static void put_shares(struct grid *g, const struct query_figure *f)
{
	if (f->has_share)
		grid_percent(g, f->at.done);
	else
		grid_skip(g);
	if (f->has_gap)
		grid_percent(g, f->planned);
	else
		grid_skip(g);
	if (f->has_gap)
		grid_number(g, f->gap_hundredths, POINT_DECIMALS);
	else
		grid_skip(g);
}

static void put_official(struct ledger_sheet *l, struct grid *g, const struct query_light *o)
{
	ledger_sheet_light(g, l, o->judged ? o->light : LIGHT_NONE, o->judged && o->state.silent,
			   o->judged && o->state.provisional);
	if (o->judged)
		grid_number(g, o->state.months, 0);
	else
		grid_skip(g);
}

static void put_month(struct ledger_sheet *l, struct grid *g, const struct query_light *o)
{
	char month[8];

	if (!o->judged) {
		grid_skip(g);
		return;
	}
	date_month_format(date_month_of(o->period), month);
	grid_text(g, grid_copy(l->book, month));
}

/* Where it would stand on the programme's last day, in whole smallest units. */
static int64_t at_year_end(const struct ledger_sheet *l, const struct query_pace *p)
{
	int32_t left = l->c->to - l->wish->when.valid;
	int64_t added = left > 0 ? fraction_floor(fraction_mul(p->recent, fraction_of(left, 1))) : 0;

	return added > 0 && added > INT64_MAX - p->value ? INT64_MAX : p->value + added;
}

static void put_forecast(struct ledger_sheet *l, struct grid *g, const struct query_figure *f,
			 const struct query_pace *p)
{
	const struct catalogue_measure *m = &l->c->measures[f->measure];

	if (!p->paced || !f->at.present) {
		grid_skip(g);
		grid_skip(g);
		return;
	}
	if (p->finish_by_rate == DATE_NONE)
		grid_text(g, ledger_sheet_pick(l, "无进展，无法预测", "no progress, no forecast"));
	else
		grid_day(g, p->finish_by_rate);
	if (p->in_share || m->kind != CATALOGUE_QUANTITY)
		grid_skip(g);
	else
		ledger_sheet_value(g, m, true, at_year_end(l, p), 0);
}

static void put_ratio(struct grid *g, const struct catalogue_measure *m,
		      const struct totals_result *at)
{
	if (m->kind == CATALOGUE_RATIO && at->present) {
		grid_number(g, at->value, m->decimals);
		grid_number(g, at->denominator, m->decimals);
	} else {
		grid_skip(g);
		grid_skip(g);
	}
}

/* What a page shows. */
static void put_shown(struct ledger_sheet *l, struct grid *g, const struct query_figure *f)
{
	const struct catalogue_measure *m = &l->c->measures[f->measure];
	const struct catalogue_item *item = &l->c->items[m->item];

	grid_text(g, item->id);
	grid_link(g, lang_pick(m->name, l->wish->lang), ledger_sheet_url(l, "targets/", m->id));
	grid_link(g, ledger_sheet_unit_name(l, f->unit),
		  f->unit == l->c->city ? NULL :
					  ledger_sheet_url(l, "units/", l->c->units[f->unit].id));
	grid_text(g, ledger_sheet_unit_name(l, item->lead));
	grid_text(g, ledger_sheet_uom(l, m));
	if (!f->at.has_goal && f->unit != l->c->city)
		grid_toned(g, GRID_QUIET, ledger_sheet_pick(l, "未分解", "no quota"));
	else
		ledger_sheet_goal(g, m, f->at.has_goal, f->at.goal);
	ledger_sheet_value(g, m, f->at.present, f->at.value, f->at.denominator);
	put_shares(g, f);
	put_official(l, g, &f->official);
	grid_toned(g, GRID_INVENTED, invented(l, m, f->unit));
}

static enum err put_figure(struct ledger_sheet *l, struct grid *g, const struct query_figure *f)
{
	const struct catalogue_measure *m = &l->c->measures[f->measure];
	struct query_pace pace;
	enum err e = query_pace(l->q, f->measure, f->unit, l->wish->when, l->arena, &pace);

	if (e != ERR_OK)
		return e;
	grid_row(g);
	put_shown(l, g, f);
	put_month(l, g, &f->official);
	ledger_sheet_light(g, l, f->live, false, false);
	put_ratio(g, m, &f->at);
	put_forecast(l, g, f, &pace);
	grid_day(g, f->at.as_of);
	if (f->at.position)
		grid_number(g, (int64_t)f->at.position, 0);
	else
		grid_skip(g);
	grid_text(g, m->id);
	grid_text(g, l->c->units[f->unit].id);
	return ERR_OK;
}

enum err ledger_sheet_figures(struct ledger_sheet *l)
{
	struct grid *g = grid_add(l->book, (struct lang_text){ "总台账", "Ledger" },
				  LEDGER_SHEET_COLUMNS(all_columns));
	struct query_figures city;
	enum err e = query_targets(l->q, l->wish->when, l->arena, &city);

	if (g == NULL)
		return l->book->error;
	g->frozen = 3;
	g->printed = PRINTED;
	g->note = ledger_sheet_pick(l,
				    "每个指标、每个单位一行；目标数为公开通知所列，县区分解、计划与演示上报为演示值；右侧各列只供屏幕查看，不打印",
				    "A row for each target and unit. Goals are those of the public notice; "
				    "quotas, plans and demonstration reports are invented. Columns on the "
				    "right are for the screen and not printed");
	for (size_t i = 0; e == ERR_OK && i < city.count; i++) {
		struct query_target t;

		e = query_target(l->q, city.items[i].measure, l->wish->when, l->arena, &t);
		if (e == ERR_OK && ledger_sheet_wants(l, t.city.measure, l->c->city))
			e = put_figure(l, g, &t.city);
		for (size_t u = 0; e == ERR_OK && u < t.units.count; u++)
			if (ledger_sheet_wants(l, t.city.measure, t.units.items[u].unit))
				e = put_figure(l, g, &t.units.items[u]);
	}
	return e;
}

/* --- 滞后清单 ----------------------------------------------------------------------------------- */

static const struct grid_column lag_columns[] = {
	{ { "亮灯", "Light" }, 15, false },
	{ { "单位", "Unit" }, 16, false },
	{ { "事项编号", "Item" }, 8, false },
	{ { "指标", "Target" }, 30, true },
	{ { "牵头单位", "Lead" }, 14, false },
	{ { "年度任务", "Goal" }, 10, false },
	{ { "累计完成", "Done" }, 10, false },
	{ { "计量单位", "Measured in" }, 8, false },
	{ { "完成率%", "Done %" }, 9, false },
	{ { "序时进度%", "Planned %" }, 9, false },
	{ { "差距/百分点", "Gap (points)" }, 9, false },
	{ { "连续滞后月数", "Months behind" }, 8, false },
	{ { "已过时限", "Overdue" }, 8, false },
	{ { "滞后原因", "Cause" }, 40, true },
	{ { "督办文号", "Slip" }, 20, false },
	{ { "反馈时限", "Answer due" }, 11, false },
};

static int compare_lagging(const void *a, const void *b)
{
	const struct bulletin_light *x = *(const struct bulletin_light *const *)a,
				    *y = *(const struct bulletin_light *const *)b;

	if (x->light != y->light)
		return x->light == LIGHT_RED ? -1 : 1;
	if (x->gap_hundredths != y->gap_hundredths)
		return x->gap_hundredths < y->gap_hundredths ? -1 : 1;
	if (x->measure != y->measure)
		return x->measure < y->measure ? -1 : 1;
	return (x->unit > y->unit) - (x->unit < y->unit);
}

static void put_lagging(struct ledger_sheet *l, struct grid *g, const struct bulletin_light *x)
{
	const struct catalogue_measure *m = &l->c->measures[x->measure];
	const struct catalogue_item *item = &l->c->items[m->item];
	const struct bulletin_cause *why = bulletin_facts_cause(&l->facts, x->measure, x->unit);

	grid_row(g);
	ledger_sheet_light(g, l, x->light, x->silent, x->provisional);
	grid_text(g, ledger_sheet_unit_name(l, x->unit));
	grid_text(g, item->id);
	grid_link(g, lang_pick(m->name, l->wish->lang), ledger_sheet_url(l, "targets/", m->id));
	grid_text(g, ledger_sheet_unit_name(l, item->lead));
	ledger_sheet_goal(g, m, x->has_goal, x->goal);
	ledger_sheet_value(g, m, x->present, x->value, x->denominator);
	grid_text(g, ledger_sheet_uom(l, m));
	grid_percent(g, fraction_of(x->done_ppm, CATALOGUE_ALL_PPM));
	grid_percent(g, fraction_of(x->planned_ppm, CATALOGUE_ALL_PPM));
	grid_number(g, x->gap_hundredths, POINT_DECIMALS);
	grid_number(g, x->months, 0);
	grid_text(g, x->overdue ? ledger_sheet_pick(l, "是", "yes") : "");
	grid_text(g, why ? why->text : "");
	grid_text(g, why ? why->slip : "");
	grid_day(g, why ? why->deadline : DATE_NONE);
}

enum err ledger_sheet_lagging(struct ledger_sheet *l)
{
	struct grid *g = grid_add(l->book, (struct lang_text){ "滞后清单", "Behind" },
				  LEDGER_SHEET_COLUMNS(lag_columns));
	const struct bulletin_light **list =
		arena_calloc(l->arena, l->facts.light_count + 1, sizeof(*list));
	size_t count = 0;

	if (g == NULL || list == NULL)
		return ERR_NOMEM;
	g->frozen = 4;
	g->note = ledger_sheet_pick(l, "按最近一个已结月份的正式亮灯；严重滞后在前，差距大的在前",
				    "By the official lights of the newest closed month; worst first");
	for (size_t i = 0; i < l->facts.light_count; i++) {
		const struct bulletin_light *x = &l->facts.lights[i];

		if (bulletin_facts_lags(x->light) && ledger_sheet_wants(l, x->measure, x->unit))
			list[count++] = x;
	}
	qsort(list, count, sizeof(*list), compare_lagging);
	for (size_t i = 0; i < count; i++)
		put_lagging(l, g, list[i]);
	return ERR_OK;
}
