/* SPDX-License-Identifier: MIT */
/* 事件明细: the newest rows of the ledger, as they were received, with what became of them. Bounded; what
 * is left out is said. */
#include "aggregator/papers/ledger_sheet_private.h"

#include <inttypes.h>

#include "base/date.h"

#define STEP UINT64_C(512) /* entries that are looked at before it is known whether they are enough */

/* The first ones are what a page shows. */
#define PRINTED 13
static const struct grid_column columns[] = {
	{ { "台账序号", "Position" }, 9, false },
	{ { "行", "Row" }, 6, false },
	{ { "收到时间", "Received" }, 16, false },
	{ { "报送单位", "Reporter" }, 16, false },
	{ { "单位编码", "Unit id" }, 12, false },
	{ { "指标编码", "Target id" }, 22, false },
	{ { "口径", "Kind" }, 9, false },
	{ { "截止日期", "As of" }, 11, false },
	{ { "数值", "Value" }, 11, false },
	{ { "分母", "Denominator" }, 11, false },
	{ { "节点", "Stage" }, 12, false },
	{ { "结果", "Verdict" }, 9, false },
	{ { "原因", "Why" }, 36, true },
	{ { "进展情况", "Note" }, 30, true },
	{ { "更正原因", "Reason of the correction" }, 24, true },
	{ { "证明材料", "Evidence" }, 24, false },
	{ { "更正次数", "Revision" }, 8, false },
};

static const struct lang_text verdicts[EVENT_VERDICT_COUNT] = {
	[EVENT_ADMITTED] = { "计入", "admitted" },    [EVENT_HOLD] = { "待放行", "held" },
	[EVENT_REJECT] = { "拒收", "rejected" },      [EVENT_DUPLICATE] = { "重复", "duplicate" },
	[EVENT_CONFLICT] = { "冲突", "conflict" },
};

static struct lang_text kind_word(uint32_t kind)
{
	static const struct {
		uint32_t kind;
		struct lang_text word;
	} words[] = {
		{ EVENT_TOTAL, { "累计", "total" } },	  { EVENT_ADD, { "新增", "add" } },
		{ EVENT_STAGE, { "节点", "stage" } },	  { EVENT_LEVEL, { "水平", "level" } },
		{ EVENT_NIL, { "本月无进展", "nil" } },	  { EVENT_RETRACT, { "撤回", "retract" } },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].kind == kind)
			return words[i].word;
	return (struct lang_text){ "?", "?" };
}

struct gathering {
	struct ledger_sheet *l;
	struct grid *g;
	size_t seen, skip;
	uint32_t first_row; /* of the first that is told */
};

static const char *text_of(struct ledger_sheet *l, struct bytes b)
{
	return grid_printf(l->book, "%.*s", (int)b.len, (const char *)b.data);
}

static void put_number(struct grid *g, bool has, int64_t value, uint32_t decimals)
{
	if (has)
		grid_number(g, value, decimals <= 18 ? decimals : 0);
	else
		grid_skip(g);
}

static void put_verdict(struct ledger_sheet *l, struct grid *g, const struct query_event *e)
{
	enum grid_tone tone = e->verdict == EVENT_ADMITTED ? GRID_PLAIN :
			      e->verdict == EVENT_REJECT   ? GRID_RED :
			      e->verdict == EVENT_HOLD	   ? GRID_YELLOW :
							     GRID_QUIET;
	struct lang_text why = event_code_text(e->code);

	grid_toned(g, tone,
		   (unsigned)e->verdict < EVENT_VERDICT_COUNT ?
			   lang_pick(verdicts[e->verdict], l->wish->lang) :
			   "?");
	grid_text(g, e->code && why.zh ? lang_pick(why, l->wish->lang) : "");
}

static bool put_event(void *ctx, const struct query_event *e)
{
	struct gathering *x = ctx;
	struct ledger_sheet *l = x->l;
	struct grid *g = x->g;
	bool figure = e->kind != EVENT_NIL && e->kind != EVENT_RETRACT;

	if (!e->has_row || x->seen++ < x->skip)
		return true;
	if (g->row_count == 0)
		x->first_row = e->row;
	grid_row(g);
	grid_number(g, (int64_t)e->entry->position, 0);
	grid_link(g, grid_printf(l->book, "%u", e->row),
		  ledger_sheet_url(l, "events/",
				   grid_printf(l->book, "%" PRIu64 "/%u", e->entry->position,
					       e->row)));
	ledger_sheet_time(g, l, e->entry->time_ms);
	grid_text(g, ledger_sheet_unit_name(l, e->entry->reporter));
	grid_text(g, text_of(l, e->unit_id));
	grid_text(g, text_of(l, e->measure_id));
	grid_text(g, lang_pick(kind_word(e->kind), l->wish->lang));
	grid_day(g, e->as_of);
	put_number(g, figure, e->value, e->decimals);
	put_number(g, e->denominator != 0, e->denominator, e->decimals);
	grid_text(g, text_of(l, e->stage));
	put_verdict(l, g, e);
	grid_text(g, text_of(l, e->note));
	grid_text(g, text_of(l, e->reason));
	grid_text(g, text_of(l, e->evidence));
	grid_number(g, e->revision, 0);
	return l->book->error == ERR_OK;
}

static bool count_event(void *ctx, const struct query_event *e)
{
	struct gathering *x = ctx;

	x->seen += e->has_row;
	return true;
}

/* All rows from one entry up to another, whatever their number. */
static enum err walk(struct ledger_sheet *l, const struct query_event_filter *filter, uint64_t from,
		     uint64_t entries, bool (*fn)(void *ctx, const struct query_event *e), void *ctx)
{
	struct query_place at = { from, 0 }, next;
	enum err e;

	do {
		uint64_t left = from + entries - at.position;

		e = query_events(l->q, filter, at, SIZE_MAX, (size_t)left, fn, ctx, &next);
		at = next;
	} while (e == ERR_OK && at.position != 0 && at.position < from + entries &&
		 l->book->error == ERR_OK);
	return e;
}

/* The first entry from which on there are enough rows, going back in steps. */
static enum err find_first(struct ledger_sheet *l, const struct query_event_filter *filter,
			   struct gathering *x, uint64_t *first)
{
	uint64_t end = l->head.position + 1, oldest = 1;
	enum err e = ERR_OK;

	if (end > LEDGER_SHEET_SEARCH)
		oldest = end - LEDGER_SHEET_SEARCH;
	*first = end;
	while (e == ERR_OK && *first > oldest && x->seen <= LEDGER_SHEET_EVENTS) {
		uint64_t step = *first - oldest < STEP ? *first - oldest : STEP;

		*first -= step;
		e = walk(l, filter, *first, step, count_event, x);
	}
	return e;
}

/* Where what is told begins, if anything is left out before it. */
static void find_bounds(struct ledger_sheet *l, const struct gathering *x, uint64_t first)
{
	if (x->skip > 0 && x->g->row_count > 0) {
		l->events_from = (uint64_t)x->g->rows[0][0].number;
		l->events_row = x->first_row;
	} else if (first > 1) {
		l->events_from = first;
	}
}

static void tell_bounds(struct ledger_sheet *l, struct grid *g)
{
	if (l->events_from == 0)
		g->note = grid_say(l->book, "全部 %zu 行", "All %zu rows", l->events);
	else
		g->note = grid_say(l->book,
				   "只列最近的 %zu 行；早于台账序号 %" PRIu64
				   " 第 %u 行的未列出，可在网页或接口 /api/v1/events 查看",
				   "The newest %zu rows alone; what comes before ledger position %" PRIu64
				   ", row %u, is left out: see the page, or /api/v1/events",
				   l->events, l->events_from, l->events_row);
}

enum err ledger_sheet_events(struct ledger_sheet *l)
{
	struct grid *g = grid_add(l->book, (struct lang_text){ "事件明细", "Events" },
				  LEDGER_SHEET_COLUMNS(columns));
	const struct query_event_filter filter = { .reporter = CATALOGUE_NONE,
						   .measure = CATALOGUE_NONE,
						   .unit = l->wish->unit,
						   .batches_only = true };
	struct gathering x = { .l = l, .g = g };
	uint64_t first;
	enum err e = find_first(l, &filter, &x, &first);

	if (e != ERR_OK || g == NULL)
		return e != ERR_OK ? e : l->book->error;
	x.skip = x.seen > LEDGER_SHEET_EVENTS ? x.seen - LEDGER_SHEET_EVENTS : 0;
	l->events = x.seen - x.skip;
	x.seen = 0;
	e = walk(l, &filter, first, l->head.position + 1 - first, put_event, &x);
	find_bounds(l, &x, first);
	g->frozen = 2;
	g->printed = PRINTED;
	tell_bounds(l, g);
	return e;
}
