/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/bulletin_annex.h"

#include "aggregator/papers/bulletin_draw.h"
#include "aggregator/papers/bulletin_words.h"
#include "base/date.h"

bool bulletin_annex_invents(const struct catalogue *c)
{
	for (size_t i = 0; i < c->measure_count; i++)
		if (c->measures[i].plan.invented || c->measures[i].quotas_invented)
			return true;
	return false;
}

void bulletin_annex_note(const struct bulletin *b, struct paper *p)
{
	static const struct lang_text invented = {
		"* 年度目标为通知原文；序时计划和县（市、区）任务分解为演示用的虚构数据，不是通知内容。",
		"* Goals are the notice's. Plans and the counties' quotas are invented for "
		"demonstration; the notice does not have them." };

	if (bulletin_annex_invents(b->catalogue))
		paper_text(p, PAPER_NOTE, lang_pick(invented, b->lang));
}

/* --- annexes ------------------------------------------------------------------------------------ */

static void title(struct bulletin_draw *d, unsigned n, const char *chinese, const char *english)
{
	paper_text(d->p, PAPER_ANNEX, paper_printf(d->p, bulletin_draw_zh(d) ? "附件%u" : "Annex %u", n));
	paper_text(d->p, PAPER_CENTRED, bulletin_draw_pick(d, chinese, english));
}

static void put_progress(struct bulletin_draw *d, const struct bulletin_light *l)
{
	const struct catalogue_measure *m = &d->c->measures[l->measure];

	if (l->present)
		bulletin_words_value(&d->text, m, l->value, l->denominator, d->b->lang);
	else
		buf_put_string(&d->text, "—");
	bulletin_draw_put(d, "lights/value");
}

static void put_shares(struct bulletin_draw *d, const struct bulletin_light *l)
{
	bool paced = l->has_goal && l->light != LIGHT_NONE;

	if (l->has_goal && l->present)
		bulletin_words_share(&d->text, l->done_ppm, d->b->lang);
	bulletin_draw_put(d, "lights/done_percent");
	if (paced)
		bulletin_words_share(&d->text, l->planned_ppm, d->b->lang);
	bulletin_draw_put(d, "lights/planned_percent");
	if (paced && l->gap_hundredths) {
		buf_put_string(&d->text, l->gap_hundredths < 0 ? "−" : "+");
		bulletin_words_points(&d->text, l->gap_hundredths);
	}
	bulletin_draw_put(d, "lights/gap_points");
}

static void progress_row(struct bulletin_draw *d, const struct bulletin_light *l)
{
	const struct catalogue_measure *m = &d->c->measures[l->measure];

	paper_row(d->p, &d->table);
	bulletin_words_measure(&d->text, d->c, l->measure, d->b->lang);
	paper_cell(d->p, &d->table, buf_cstring(&d->text));
	buf_clear(&d->text);
	if (l->has_goal)
		bulletin_words_goal(&d->text, m, l->goal, d->b->lang);
	bulletin_draw_put(d, "catalogue/target");
	put_progress(d, l);
	put_shares(d, l);
	bulletin_draw_light(d, l->light);
	bulletin_draw_unit(d, d->c->items[m->item].lead);
}

static void annex_progress(struct bulletin_draw *d)
{
	const struct paper_column columns[] = {
		{ bulletin_draw_pick(d, "指标", "Measure"), 28, PAPER_LEFT },
		{ bulletin_draw_pick(d, "年度目标", "Goal"), 11, PAPER_RIGHT },
		{ bulletin_draw_pick(d, "累计完成", "Stands at"), 11, PAPER_RIGHT },
		{ bulletin_draw_pick(d, "完成率", "Done"), 9, PAPER_RIGHT },
		{ bulletin_draw_pick(d, "计划*", "Planned*"), 9, PAPER_RIGHT },
		{ bulletin_draw_pick(d, "差距", "Gap"), 7, PAPER_RIGHT },
		{ bulletin_draw_pick(d, "状态", "Light"), 12, PAPER_LEFT },
		{ bulletin_draw_pick(d, "牵头单位", "Lead"), 13, PAPER_LEFT },
	};
	uint16_t project = CATALOGUE_NONE;

	title(d, 1, "进展情况表", "Progress");
	paper_table_begin(d->p, &d->table, NULL, columns, sizeof(columns) / sizeof(columns[0]), true);
	for (size_t i = 0; i < d->b->facts.light_count; i++) {
		const struct bulletin_light *l = &d->b->facts.lights[i];
		uint16_t its = d->c->items[d->c->measures[l->measure].item].project;

		if (l->unit != d->c->city)
			continue;
		if (its != project) {
			paper_row(d->p, &d->table);
			paper_cell_span(d->p, &d->table, 8, PAPER_LEFT,
					paper_printf(d->p, "%s %s", d->c->projects[its].id,
						     lang_pick(d->c->projects[its].name, d->b->lang)));
			project = its;
		}
		progress_row(d, l);
	}
	paper_table_end(d->p, &d->table);
}

/* Why, and until when. */
static void put_reason(struct bulletin_draw *d, const struct bulletin_light *l)
{
	const struct bulletin_cause *k = bulletin_facts_cause(&d->b->facts, l->measure, l->unit);

	if (k && *k->text)
		buf_put_string(&d->text, k->text);
	else
		buf_put_string(&d->text, bulletin_draw_pick(d, "未说明", "not given"));
	if (k && *k->slip) {
		buf_printf(&d->text, "%s%s", bulletin_draw_zh(d) ? "；" : "; ", k->slip);
		if (k->deadline != DATE_NONE) {
			buf_put_string(&d->text, bulletin_draw_zh(d) ? "，时限" : ", due ");
			bulletin_words_day(&d->text, k->deadline, d->b->lang);
		}
	}
	bulletin_draw_put(d, k && *k->source ? k->source : "narratives");
}

/* For the city as a whole its lead answers. */
static void put_responsible(struct bulletin_draw *d, const struct bulletin_light *l)
{
	uint16_t lead = d->c->items[d->c->measures[l->measure].item].lead;

	if (l->unit == d->c->city)
		paper_cell(d->p, &d->table,
			   paper_printf(d->p, bulletin_draw_zh(d) ? "全市（%s）" : "city (%s)",
					lang_pick(d->c->units[lead].name, d->b->lang)));
	else
		bulletin_draw_unit(d, l->unit);
}

static void lagging_row(struct bulletin_draw *d, const struct bulletin_light *l, unsigned long n)
{
	paper_row(d->p, &d->table);
	bulletin_draw_count(d, n, NULL);
	bulletin_words_measure(&d->text, d->c, l->measure, d->b->lang);
	paper_cell(d->p, &d->table, buf_cstring(&d->text));
	buf_clear(&d->text);
	put_responsible(d, l);
	bulletin_words_figure(&d->text, &d->c->measures[l->measure], l, d->b->lang);
	bulletin_draw_put(d, "lights/value");
	if (l->gap_hundredths < 0)
		bulletin_words_points(&d->text, l->gap_hundredths);
	else if (l->overdue)
		buf_put_string(&d->text, bulletin_draw_pick(d, "逾期", "overdue"));
	bulletin_draw_put(d, "lights/gap_points");
	bulletin_draw_count(d, l->months, "lights/months");
	bulletin_draw_light(d, l->light);
	put_reason(d, l);
}

static void lagging_rows(struct bulletin_draw *d, enum light light, unsigned long *n)
{
	for (size_t i = 0; i < d->b->facts.light_count; i++)
		if (d->b->facts.lights[i].light == light)
			lagging_row(d, &d->b->facts.lights[i], ++*n);
}

static void annex_lagging(struct bulletin_draw *d)
{
	const struct paper_column columns[] = {
		{ bulletin_draw_pick(d, "序号", "No."), 5, PAPER_CENTRE },
		{ bulletin_draw_pick(d, "指标", "Measure"), 21, PAPER_LEFT },
		{ bulletin_draw_pick(d, "责任单位", "Unit"), 11, PAPER_LEFT },
		{ bulletin_draw_pick(d, "完成（任务*）", "Figure (goal*)"), 19, PAPER_LEFT },
		{ bulletin_draw_pick(d, "低于计划*（点）", "Points behind*"), 8, PAPER_RIGHT },
		{ bulletin_draw_pick(d, "连续月数", "Months"), 6, PAPER_CENTRE },
		{ bulletin_draw_pick(d, "状态", "Light"), 13, PAPER_LEFT },
		{ bulletin_draw_pick(d, "原因、督办和时限", "Cause, slip, deadline"), 17, PAPER_LEFT },
	};
	unsigned long n = 0;

	title(d, 2, "滞后事项清单", "What lags");
	paper_table_begin(d->p, &d->table, NULL, columns, sizeof(columns) / sizeof(columns[0]), true);
	lagging_rows(d, LIGHT_RED, &n);
	lagging_rows(d, LIGHT_YELLOW, &n);
	if (!n) {
		paper_row(d->p, &d->table);
		paper_cell_span(d->p, &d->table, 8, PAPER_CENTRE, bulletin_draw_pick(d, "无", "none"));
	}
	paper_table_end(d->p, &d->table);
}

/* --- matrix ------------------------------------------------------------------------------------- */

#define MATRIX_UNITS 24 /* more columns than that no page takes: a further table has them */

/* As many as a table takes, from *next on; *next moves on. */
static size_t matrix_units(const struct bulletin_draw *d, uint16_t *next,
			   uint16_t units[MATRIX_UNITS])
{
	size_t count = 0;

	for (; *next < d->c->unit_count && count < MATRIX_UNITS; ++*next)
		if (d->c->units[*next].area && bulletin_draw_tally(d->b, *next, false).judged)
			units[count++] = *next;
	return count;
}

/* The icon and whole per cent; — where there is no task, ? where nothing was reported. */
static void matrix_cell(struct bulletin_draw *d, uint16_t measure, uint16_t unit)
{
	const struct bulletin_light *l = bulletin_facts_light(&d->b->facts, measure, unit);
	char text[32];

	if (!l || (!l->light && !l->has_goal)) {
		buf_put_string(&d->text, "—");
	} else {
		fraction_format(fraction_of(l->done_ppm, 10000), 0, text, sizeof(text));
		buf_printf(&d->text, "%s%s%s", l->light ? bulletin_words_icon(l->light) : "",
			   l->silent ? "?" : "", text);
	}
	bulletin_draw_put(d, "lights");
}

static void matrix_row(struct bulletin_draw *d, uint16_t measure, const uint16_t *units, size_t count)
{
	const struct bulletin_light *city = bulletin_facts_light(&d->b->facts, measure, d->c->city);

	paper_row(d->p, &d->table);
	bulletin_words_measure(&d->text, d->c, measure, d->b->lang);
	paper_cell(d->p, &d->table, buf_cstring(&d->text));
	buf_clear(&d->text);
	for (size_t i = 0; i < count; i++)
		matrix_cell(d, measure, units[i]);
	if (city)
		matrix_cell(d, measure, d->c->city);
	else
		bulletin_draw_put(d, "lights");
}

static bool has_counties(const struct bulletin_draw *d, uint16_t measure)
{
	for (size_t i = 0; i < d->b->facts.light_count; i++)
		if (d->b->facts.lights[i].measure == measure && d->b->facts.lights[i].unit != d->c->city)
			return true;
	return false;
}

static void matrix_table(struct bulletin_draw *d, const uint16_t *units, size_t count)
{
	struct paper_column columns[MATRIX_UNITS + 2] = {
		{ bulletin_draw_pick(d, "指标", "Measure"), 19, PAPER_LEFT }
	};

	for (size_t i = 0; i < count; i++)
		columns[i + 1] = (struct paper_column){ lang_pick(d->c->units[units[i]].name, d->b->lang),
							0, PAPER_CENTRE };
	columns[count + 1] = (struct paper_column){ bulletin_draw_pick(d, "全市", "City"), 0, PAPER_CENTRE };
	paper_table_begin(d->p, &d->table, NULL, columns, count + 2, true);
	for (size_t i = 0; i < d->b->facts.light_count; i++) {
		uint16_t measure = d->b->facts.lights[i].measure;

		if (d->b->facts.lights[i].unit == d->c->city && has_counties(d, measure))
			matrix_row(d, measure, units, count);
	}
	paper_table_end(d->p, &d->table);
}

static void annex_matrix(struct bulletin_draw *d)
{
	uint16_t units[MATRIX_UNITS], next = 0;
	size_t count = matrix_units(d, &next, units);

	title(d, 3, "县（市、区）完成情况矩阵", "Counties and measures");
	do
		matrix_table(d, units, count);
	while ((count = matrix_units(d, &next, units)) > 0);
	paper_text(d->p, PAPER_NOTE,
		   bulletin_draw_pick(d,
			"单元格为状态和完成率（%）：✕ 严重滞后 ▲ 滞后 ✓ 正常推进 ☆ 达量待核 ★ 已完成；? 当月未报；— 无任务或未评灯。",
			"Cells: light and per cent done. ✕ seriously behind, ▲ behind, ✓ on plan, ☆ reached, "
			"★ done; ? no report for the month; — no task, or no light."));
}

void bulletin_annexes(const struct bulletin *b, struct paper *p)
{
	struct bulletin_draw d = bulletin_draw_begin(b, p);

	annex_progress(&d);
	bulletin_annex_note(b, p);
	annex_lagging(&d);
	bulletin_annex_note(b, p);
	annex_matrix(&d);
	bulletin_annex_note(b, p);
	buf_free(&d.text);
}

/* --- corrected since ---------------------------------------------------------------------------- */

static void after_row(struct bulletin_draw *d, const struct bulletin_after *x)
{
	const struct catalogue_measure *m = &d->c->measures[x->measure];

	paper_row(d->p, &d->table);
	bulletin_words_measure(&d->text, d->c, x->measure, d->b->lang);
	paper_cell(d->p, &d->table, buf_cstring(&d->text));
	buf_clear(&d->text);
	bulletin_draw_unit(d, x->unit);
	put_progress(d, &x->published);
	if (x->present)
		bulletin_words_value(&d->text, m, x->value, x->denominator, d->b->lang);
	bulletin_draw_put(d, "lights/value");
	bulletin_draw_light(d, x->then);
	bulletin_draw_light(d, x->now);
	bulletin_draw_count(d, x->position, "ledger");
}

void bulletin_annex_after(const struct bulletin *b, const struct bulletin_after *list, size_t count,
			  struct paper *p)
{
	struct bulletin_draw d = bulletin_draw_begin(b, p);
	const struct paper_column columns[] = {
		{ bulletin_draw_pick(&d, "指标", "Measure"), 28, PAPER_LEFT },
		{ bulletin_draw_pick(&d, "单位", "Unit"), 12, PAPER_LEFT },
		{ bulletin_draw_pick(&d, "通报数", "Published"), 13, PAPER_RIGHT },
		{ bulletin_draw_pick(&d, "现数", "Now"), 13, PAPER_RIGHT },
		{ bulletin_draw_pick(&d, "通报状态", "Light then"), 12, PAPER_LEFT },
		{ bulletin_draw_pick(&d, "现状态", "Light now"), 12, PAPER_LEFT },
		{ bulletin_draw_pick(&d, "台账序号", "Position"), 10, PAPER_RIGHT },
	};

	if (!count)
		return;
	paper_text(p, PAPER_ANNEX, bulletin_draw_pick(&d, "通报后更正", "Corrected since"));
	paper_text(p, PAPER_NOTE,
		   bulletin_draw_pick(&d, "通报正文和附件保持发布时原样；以下为发布之后的更正。",
			"The bulletin stands as it was published; these figures were corrected since."));
	paper_table_begin(p, &d.table, NULL, columns, sizeof(columns) / sizeof(columns[0]), true);
	for (size_t i = 0; i < count; i++)
		after_row(&d, &list[i]);
	bulletin_draw_end(&d);
}
