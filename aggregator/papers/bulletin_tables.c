/* SPDX-License-Identifier: MIT */
/* Tables within the bulletin: counties and leads. */
#include "aggregator/papers/bulletin_annex.h"
#include "aggregator/papers/bulletin_draw.h"
#include "aggregator/papers/bulletin_words.h"
#include "base/date.h"

static void put_change(struct bulletin_draw *d, const struct bulletin_draw_tally *n)
{
	int change = (int)n->lights[LIGHT_RED] - (int)n->red_before;

	if (d->b->facts.before == DATE_NONE || change == 0)
		buf_put_string(&d->text, d->b->facts.before == DATE_NONE ? "—" : "0");
	else
		buf_printf(&d->text, "%+d", change);
	bulletin_draw_put(d, "lights/red, against the month before");
}

static const struct bulletin_unit *owes(const struct bulletin *b, uint16_t unit)
{
	for (size_t i = 0; i < b->facts.unit_count; i++)
		if (b->facts.units[i].unit == unit)
			return &b->facts.units[i];
	return NULL;
}

static void put_tally(struct bulletin_draw *d, const struct bulletin_draw_tally *n)
{
	bulletin_draw_count(d, n->judged, "lights");
	bulletin_draw_count(d, n->lights[LIGHT_DONE] + n->lights[LIGHT_REACHED], "lights/done, lights/reached");
	bulletin_draw_count(d, n->lights[LIGHT_GREEN], "lights/green");
	bulletin_draw_count(d, n->lights[LIGHT_YELLOW], "lights/yellow");
	bulletin_draw_count(d, n->lights[LIGHT_RED], "lights/red");
	put_change(d, n);
}

/* "3 (+1.2)": the place, and the score in points. */
static void put_rank(struct bulletin_draw *d, const struct bulletin_rank *rank)
{
	int64_t score = rank->score_hundredths;
	bool nought = score > -5 && score < 5; /* rounds to 0.0 */

	if (!rank->rank) {
		buf_put_string(&d->text, "—");
		return;
	}
	buf_printf(&d->text, "%u (%s", rank->rank, nought ? "" : score < 0 ? "−" : "+");
	bulletin_words_points(&d->text, score);
	buf_put_string(&d->text, ")");
}

static void unit_row(struct bulletin_draw *d, uint16_t unit, const struct bulletin_rank *rank)
{
	struct bulletin_draw_tally n = bulletin_draw_tally(d->b, unit, false);
	const struct bulletin_unit *o = owes(d->b, unit);

	if (!d->c->units[unit].area || !n.judged)
		return;
	paper_row(d->p, &d->table);
	bulletin_draw_unit(d, unit);
	put_tally(d, &n);
	bulletin_draw_count(d, o ? o->owed.missing : 0, "reports/missing");
	if (!rank)
		return;
	put_rank(d, rank);
	bulletin_draw_put(d, "ranking");
}

void bulletin_annex_units(const struct bulletin *b, struct paper *p)
{
	struct bulletin_draw d = bulletin_draw_begin(b, p);
	const struct paper_column columns[] = {
		{ bulletin_draw_pick(&d, "单位", "Unit"), 22, PAPER_LEFT },
		{ bulletin_draw_pick(&d, "评灯指标", "Judged"), 0, PAPER_CENTRE },
		{ bulletin_draw_pick(&d, "★☆ 完成", "★☆ done"), 0, PAPER_CENTRE },
		{ bulletin_draw_pick(&d, "✓ 正常", "✓ on plan"), 0, PAPER_CENTRE },
		{ bulletin_draw_pick(&d, "▲ 滞后", "▲ behind"), 0, PAPER_CENTRE },
		{ bulletin_draw_pick(&d, "✕ 严重滞后", "✕ seriously"), 0, PAPER_CENTRE },
		{ bulletin_draw_pick(&d, "✕ 较上月", "✕ change"), 0, PAPER_CENTRE },
		{ bulletin_draw_pick(&d, "未报", "No report"), 0, PAPER_CENTRE },
		{ bulletin_draw_pick(&d, "名次（得分）", "Rank (score)"), 13, PAPER_CENTRE },
	};
	size_t count = sizeof(columns) / sizeof(columns[0]), ranks = b->facts.rank_count;

	paper_table_begin(p, &d.table, NULL, columns, ranks ? count : count - 1, true);
	for (size_t i = 0; i < ranks; i++)
		unit_row(&d, b->facts.ranks[i].unit, &b->facts.ranks[i]);
	for (uint16_t u = 0; u < d.c->unit_count && !ranks; u++)
		unit_row(&d, u, NULL);
	bulletin_draw_end(&d);
}

void bulletin_annex_leads(const struct bulletin *b, struct paper *p)
{
	struct bulletin_draw d = bulletin_draw_begin(b, p);
	const struct paper_column columns[] = {
		{ bulletin_draw_pick(&d, "牵头单位", "Lead"), 24, PAPER_LEFT },
		{ bulletin_draw_pick(&d, "评灯指标", "Judged"), 0, PAPER_CENTRE },
		{ bulletin_draw_pick(&d, "★☆ 完成", "★☆ done"), 0, PAPER_CENTRE },
		{ bulletin_draw_pick(&d, "✓ 正常", "✓ on plan"), 0, PAPER_CENTRE },
		{ bulletin_draw_pick(&d, "▲ 滞后", "▲ behind"), 0, PAPER_CENTRE },
		{ bulletin_draw_pick(&d, "✕ 严重滞后", "✕ seriously"), 0, PAPER_CENTRE },
		{ bulletin_draw_pick(&d, "✕ 较上月", "✕ change"), 0, PAPER_CENTRE },
		{ bulletin_draw_pick(&d, "待确认", "To confirm"), 0, PAPER_CENTRE },
	};

	paper_table_begin(p, &d.table, NULL, columns, sizeof(columns) / sizeof(columns[0]), true);
	for (size_t i = 0; i < b->facts.unit_count; i++) {
		const struct bulletin_unit *u = &b->facts.units[i];
		struct bulletin_draw_tally n = bulletin_draw_tally(b, u->unit, true);

		if (!u->leads)
			continue;
		paper_row(p, &d.table);
		bulletin_draw_unit(&d, u->unit);
		put_tally(&d, &n);
		bulletin_draw_count(&d, u->waiting, "reports/submitted");
	}
	bulletin_draw_end(&d);
}
