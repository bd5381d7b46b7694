/* SPDX-License-Identifier: MIT */
/* 县区情况: counts by light, reports; ranks only where the catalogue asks for them. 报送情况: who
 * reported when, a column for each month. */
#include "aggregator/papers/ledger_sheet_private.h"

#include "aggregator/catalogue/calendar.h"
#include "aggregator/query/query_months.h"
#include "aggregator/query/query_ranking.h"
#include "base/date.h"

#define RANK_COLUMNS 2 /* the last ones */

static const struct grid_column unit_columns[] = {
	{ { "单位编码", "Unit id" }, 18, false },
	{ { "单位", "Unit" }, 22, false },
	{ { "★已完成", "★ Done" }, 9, false },
	{ { "☆达量待核", "☆ Reached" }, 10, false },
	{ { "✓正常推进", "✓ On plan" }, 10, false },
	{ { "▲滞后", "▲ Behind" }, 9, false },
	{ { "✕严重滞后", "✕ Far behind" }, 10, false },
	{ { "不评灯", "Not judged" }, 9, false },
	{ { "应报", "Expected" }, 8, false },
	{ { "按时", "On time" }, 8, false },
	{ { "迟报", "Late" }, 8, false },
	{ { "未报", "Missing" }, 8, false },
	{ { "完整率%", "Complete %" }, 10, false },
	{ { "及时率%", "On time %" }, 10, false },
	{ { "最近收到", "Last heard" }, 16, false },
	{ { "本月名次", "Rank" }, 9, false },
	{ { "本月增量得分", "Delta score" }, 10, false },
};

static void put_rank(struct grid *g, const struct query_ranking *r, uint16_t unit)
{
	for (size_t i = 0; i < r->count; i++) {
		if (r->items[i].unit != unit || r->items[i].rank == 0)
			continue;
		grid_number(g, r->items[i].rank, 0);
		grid_number(g, fraction_round(r->items[i].score, 0), 2);
		return;
	}
}

static void put_unit(struct ledger_sheet *l, struct grid *g, const struct query_unit *u)
{
	static const enum light order[] = { LIGHT_DONE,	  LIGHT_REACHED, LIGHT_GREEN,
					    LIGHT_YELLOW, LIGHT_RED,	 LIGHT_NONE };
	const struct reports_tally *t = &u->reports;

	grid_row(g);
	grid_text(g, l->c->units[u->unit].id);
	grid_link(g, ledger_sheet_unit_name(l, u->unit),
		  ledger_sheet_url(l, "units/", l->c->units[u->unit].id));
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		grid_number(g, u->lights[order[i]], 0);
	grid_number(g, t->expected, 0);
	grid_number(g, t->on_time, 0);
	grid_number(g, t->late, 0);
	grid_number(g, t->missing, 0);
	grid_percent(g, reports_completeness(t));
	grid_percent(g, reports_timeliness(t));
	ledger_sheet_time(g, l, u->last_ms);
}

static enum err open_ranking(struct ledger_sheet *l, struct query_ranking *out)
{
	enum err e = ERR_NOTFOUND;

	*out = (struct query_ranking){ 0 };
	if (l->c->ranking != CATALOGUE_RANKING_OFF && l->period != DATE_NONE)
		e = query_ranking(l->q, l->period, CATALOGUE_NONE, l->arena, out);
	return e == ERR_NOTFOUND || e == ERR_INVALID ? ERR_OK : e;
}

enum err ledger_sheet_units(struct ledger_sheet *l)
{
	bool ranked = l->c->ranking != CATALOGUE_RANKING_OFF;
	struct grid *g = grid_add(l->book, (struct lang_text){ "县区情况", "Units" },
				  LEDGER_SHEET_COLUMNS(unit_columns));
	struct query_ranking ranking;
	struct query_units units;
	enum err e = query_units(l->q, l->wish->when, l->arena, &units);

	if (e == ERR_OK)
		e = open_ranking(l, &ranking);
	if (e != ERR_OK || g == NULL)
		return e != ERR_OK ? e : l->book->error;
	g->frozen = 2;
	g->note = ranked ? ledger_sheet_pick(l, "按单位编码排列；名次按当月增量得分，不评者留空",
					     "In the order of the codes; ranks by what the month "
					     "added, empty where nobody is ranked") :
			   ledger_sheet_pick(l, "按单位编码排列，不排名次",
					     "In the order of the codes; nobody is ranked");
	if (!ranked)
		g->column_count -= RANK_COLUMNS;
	for (size_t i = 0; i < units.count; i++) {
		if (!ledger_sheet_wants(l, CATALOGUE_NONE, units.items[i].unit))
			continue;
		put_unit(l, g, &units.items[i]);
		if (ranked)
			put_rank(g, &ranking, units.items[i].unit);
	}
	return ERR_OK;
}

/* --- 报送情况 ----------------------------------------------------------------------------------- */

#define MONTHS_MAX 36
#define FIXED_COLUMNS 2

/* Heads by month, as many as there are closed ones up to the day asked for. */
static struct grid_column *month_columns(struct ledger_sheet *l, int32_t *months, size_t *count)
{
	static const struct grid_column fixed[FIXED_COLUMNS] = {
		{ { "单位编码", "Unit id" }, 18, false },
		{ { "单位", "Unit" }, 22, false },
	};
	struct grid_column *columns =
		arena_calloc(l->arena, FIXED_COLUMNS + MONTHS_MAX, sizeof(*columns));

	*count = 0;
	if (columns == NULL)
		return NULL;
	for (size_t i = 0; i < FIXED_COLUMNS; i++)
		columns[i] = fixed[i];
	for (int32_t p = calendar_period_of(l->c->from);
	     l->period != DATE_NONE && p <= l->period && *count < MONTHS_MAX;
	     p = calendar_period_of(p + 1)) {
		const char *head;
		char month[8];

		date_month_format(date_month_of(p), month);
		head = grid_copy(l->book, month);
		columns[FIXED_COLUMNS + *count] =
			(struct grid_column){ { head, head }, 12, false };
		months[(*count)++] = p;
	}
	return columns;
}

static void put_month(struct ledger_sheet *l, struct grid *g, const struct reports_tally *t)
{
	struct grid_book *b = l->book;

	if (t == NULL || t->expected == 0)
		grid_toned(g, GRID_QUIET, "—");
	else if (t->missing)
		grid_toned(g, GRID_RED,
			   grid_say(b, "✕ 缺%u/%u", "✕ %u of %u missing",
				       t->missing, t->expected));
	else if (t->late)
		grid_toned(g, GRID_YELLOW,
			   grid_say(b, "! 迟%u/%u", "! %u of %u late",
				       t->late, t->expected));
	else if (t->on_time < t->expected)
		grid_toned(g, GRID_PLAIN,
			   grid_say(b, "… %u/%u", "… %u of %u", t->on_time,
				       t->expected));
	else
		grid_text(g, grid_printf(b, "✓ %u", t->expected));
}

struct month_rows {
	const struct query_months_row *rows;
	size_t count;
};

static const struct reports_tally *tally_of(const struct month_rows *m, uint16_t unit)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->rows[i].unit == unit)
			return &m->rows[i].owed.reports;
	return NULL;
}

static bool owes(const struct month_rows *months, size_t count, uint16_t unit)
{
	for (size_t i = 0; i < count; i++)
		if (tally_of(&months[i], unit) != NULL && tally_of(&months[i], unit)->expected)
			return true;
	return false;
}

static enum err read_months(struct ledger_sheet *l, const int32_t *months, size_t count,
			    struct month_rows *out)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < count && e == ERR_OK; i++) {
		bool outside;

		e = query_months_is_outside(l->q, months[i], &outside);
		if (e == ERR_OK && !outside)
			e = query_months_rows(l->q, months[i], l->arena, &out[i].rows,
					      &out[i].count);
	}
	return e;
}

enum err ledger_sheet_reports(struct ledger_sheet *l)
{
	int32_t months[MONTHS_MAX];
	struct month_rows rows[MONTHS_MAX] = { { 0 } };
	size_t count;
	struct grid_column *columns = month_columns(l, months, &count);
	struct grid *g = columns ? grid_add(l->book, (struct lang_text){ "报送情况", "Reports" },
					    columns, FIXED_COLUMNS + count) :
				   NULL;
	enum err e;

	if (g == NULL)
		return ERR_NOMEM;
	g->frozen = FIXED_COLUMNS;
	g->note = ledger_sheet_pick(l,
				    "✓ 按时报齐；! 有迟报；✕ 有未报；… 尚未到期；— 无应报数据或台账尚未开始",
				    "✓ all on time; ! some late; ✕ some missing; … not due yet; — nothing "
				    "owed, or before the ledger began");
	e = read_months(l, months, count, rows);
	for (uint16_t u = 0; e == ERR_OK && u < l->c->unit_count; u++) {
		if (!owes(rows, count, u) || !ledger_sheet_wants(l, CATALOGUE_NONE, u))
			continue;
		grid_row(g);
		grid_text(g, l->c->units[u].id);
		grid_text(g, ledger_sheet_unit_name(l, u));
		for (size_t i = 0; i < count; i++)
			put_month(l, g, tally_of(&rows[i], u));
	}
	return e;
}
