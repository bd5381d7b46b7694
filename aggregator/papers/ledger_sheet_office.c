/* SPDX-License-Identifier: MIT */
/* 对账: what counts beside what others have of the same. 督办通知: slips with their whole life. */
#include "aggregator/papers/ledger_sheet_private.h"

#include <jansson.h>
#include <string.h>

#include "aggregator/query/query_slips.h"
#include "base/date.h"

static const struct grid_column shadow_columns[] = {
	{ { "事项编号", "Item" }, 8, false },
	{ { "指标", "Target" }, 30, true },
	{ { "单位", "Unit" }, 16, false },
	{ { "计量单位", "Measured in" }, 9, false },
	{ { "计入数", "Counted" }, 11, false },
	{ { "计入数截至", "Counted as of" }, 11, false },
	{ { "另报单位", "Also reported by" }, 18, false },
	{ { "另报数", "Their figure" }, 11, false },
	{ { "另报数截至", "Theirs as of" }, 11, false },
	{ { "差额", "Difference" }, 10, false },
	{ { "结论", "Verdict" }, 20, false },
	{ { "另报时间", "Said at" }, 16, false },
};

static void put_verdict(struct ledger_sheet *l, struct grid *g, const struct query_shadow *s)
{
	if (!s->compared)
		grid_toned(g, GRID_QUIET,
			   s->speaks ? ledger_sheet_pick(l, "— 尚无计入数", "— nothing counted") :
				       ledger_sheet_pick(l, "— 非本期数，不比较",
							 "— of another month, not compared"));
	else if (s->within)
		grid_toned(g, GRID_GREEN, ledger_sheet_pick(l, "✓ 在允许范围", "✓ within tolerance"));
	else
		grid_toned(g, GRID_RED, ledger_sheet_pick(l, "✕ 超出允许范围", "✕ beyond tolerance"));
}

static void put_shadow(struct ledger_sheet *l, struct grid *g, const struct query_reconciled *r,
		       const struct query_shadow *s)
{
	const struct catalogue_measure *m = &l->c->measures[r->measure];

	grid_row(g);
	grid_text(g, l->c->items[m->item].id);
	grid_link(g, lang_pick(m->name, l->wish->lang), ledger_sheet_url(l, "targets/", m->id));
	grid_text(g, ledger_sheet_unit_name(l, r->unit));
	grid_text(g, ledger_sheet_uom(l, m));
	ledger_sheet_value(g, m, r->counted.present, r->counted.value, r->counted.denominator);
	grid_day(g, r->counted.as_of);
	grid_text(g, ledger_sheet_unit_name(l, s->source));
	ledger_sheet_value(g, m, s->value.present, s->value.value, s->value.denominator);
	grid_day(g, s->value.as_of);
	if (s->compared)
		grid_number(g, s->value.value - r->counted.value, m->decimals);
	else
		grid_skip(g);
	put_verdict(l, g, s);
	ledger_sheet_time(g, l, s->origin.said_ms);
}

enum err ledger_sheet_reconcile(struct ledger_sheet *l)
{
	struct grid *g = grid_add(l->book, (struct lang_text){ "对账", "Reconcile" },
				  LEDGER_SHEET_COLUMNS(shadow_columns));
	struct query_reconciliation all = { 0 };
	enum err e = ERR_OK;

	if (g == NULL)
		return l->book->error;
	if (l->period != DATE_NONE)
		e = query_reconcile(l->q, l->period, CATALOGUE_NONE, CATALOGUE_NONE, l->arena, &all);
	g->frozen = 3;
	g->note = ledger_sheet_pick(l,
				    "计入数与另一报送方的数；差额为另报数减计入数，比率列为分子之差，允许 2%",
				    "What counts beside what somebody else has; differences are theirs less "
				    "what counts, of rates those of the numerators; 2 % are allowed");
	for (size_t i = 0; e == ERR_OK && i < all.count; i++)
		for (size_t s = 0; s < all.items[i].shadow_count; s++)
			if (ledger_sheet_wants(l, all.items[i].measure, all.items[i].unit) ||
			    all.items[i].shadows[s].source == l->wish->unit)
				put_shadow(l, g, &all.items[i], &all.items[i].shadows[s]);
	return e;
}

/* --- 督办通知 ----------------------------------------------------------------------------------- */

static const struct grid_column slip_columns[] = {
	{ { "编号", "Id" }, 11, false },
	{ { "文号", "Number" }, 20, false },
	{ { "类别", "What" }, 10, false },
	{ { "状态", "State" }, 12, false },
	{ { "责任单位", "Unit" }, 16, false },
	{ { "事项", "About" }, 36, true },
	{ { "要求", "Required" }, 36, true },
	{ { "责任人", "Person" }, 12, false },
	{ { "签发日期", "Issued" }, 11, false },
	{ { "反馈时限", "Answer due" }, 11, false },
	{ { "逾期", "Overdue" }, 8, false },
	{ { "签收", "Signed by" }, 12, false },
	{ { "反馈", "Reply" }, 36, true },
	{ { "反馈日期", "Replied" }, 11, false },
	{ { "销号日期", "Closed" }, 11, false },
};

struct slip_list {
	struct ledger_sheet *l;
	struct grid *g;
};

/* Of a record that lives during the call alone. */
static void put_member(const struct slip_list *x, const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	grid_text(x->g, text ? grid_copy(x->l->book, text) : NULL);
}

static void put_day(const struct slip_list *x, const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));
	int32_t day = DATE_NONE;

	if (text != NULL && date_parse(bytes_of_string(text), &day) != ERR_OK)
		day = DATE_NONE;
	grid_day(x->g, day);
}

static enum grid_tone tone_of(const struct slips_slip *s)
{
	if (s->overdue && slips_waits(s->state))
		return GRID_RED;
	if (s->state == SLIPS_CLOSED)
		return GRID_DONE;
	return slips_waits(s->state) || s->state == SLIPS_REPLIED ? GRID_YELLOW : GRID_QUIET;
}

static const char *about(struct ledger_sheet *l, const struct slips_slip *s)
{
	struct buf text = { 0 };
	const char *copy;

	slips_task(l->c, s, l->wish->lang, &text);
	copy = grid_copy(l->book, buf_cstring(&text));
	buf_free(&text);
	return copy;
}

static bool put_slip(void *ctx, const struct query_slip *q)
{
	struct slip_list *x = ctx;
	const struct slips_slip *s = &q->slip;
	struct ledger_sheet *l = x->l;

	if (!ledger_sheet_wants(l, CATALOGUE_NONE, s->unit))
		return true;
	grid_row(x->g);
	grid_link(x->g, grid_copy(l->book, s->id),
		  ledger_sheet_url(l, "slips/", grid_copy(l->book, s->id)));
	put_member(x, q->record, "number");
	grid_text(x->g, lang_pick(slips_rung_word(s->rung), l->wish->lang));
	grid_toned(x->g, tone_of(s), lang_pick(slips_state_word(s->state), l->wish->lang));
	grid_text(x->g, ledger_sheet_unit_name(l, s->unit));
	grid_text(x->g, about(l, s));
	put_member(x, q->record, "requirement");
	put_member(x, q->record, "person");
	put_day(x, q->record, "issued_on");
	put_day(x, q->record, "deadline");
	grid_text(x->g, s->overdue ? ledger_sheet_pick(l, "✕ 是", "✕ yes") : "");
	put_member(x, q->record, "signed_by");
	put_member(x, q->record, "reply");
	put_day(x, q->record, "replied_on");
	put_day(x, q->record, "closed_on");
	return l->book->error == ERR_OK;
}

enum err ledger_sheet_slips(struct ledger_sheet *l)
{
	const struct query_slip_filter filter = { .choice = QUERY_SLIPS_ALL,
						  .unit = CATALOGUE_NONE,
						  .project = CATALOGUE_NONE };
	struct slip_list x = { l, grid_add(l->book, (struct lang_text){ "督办通知", "Slips" },
					   LEDGER_SHEET_COLUMNS(slip_columns)) };

	if (x.g == NULL)
		return l->book->error;
	x.g->frozen = 1;
	x.g->note = ledger_sheet_pick(l, "提醒函、督办单、约谈；草稿与已撤销的也在内",
				      "Reminders, supervision slips, interviews; drafts and lapsed ones too");
	return query_slips(l->q, &filter, bytes_of_string(""), put_slip, &x);
}
