/* SPDX-License-Identifier: MIT */
/* Sentences of flags, in Chinese and English, from tables. In a template %1 to %5 stand for the
 * record's numbers, %-letters for names: see piece(). */
#include "aggregator/alerts/flags.h"

#include "aggregator/progress/quality.h"
#include "base/date.h"
#include "base/decimal.h"

struct words {
	const struct catalogue *c;
	const struct flags_record *r;
	enum lang lang;
	struct buf *out;
};

static const struct lang_text templates[FLAGS_RULE_END] = {
	[FLAGS_JUMP] = { "%U %M：%P增加%1，此前%4期增量的中位数为%2，偏离度%3，超过3.5。",
			 "%U, %M: %1 more in %P; the median of the %4 increments before is %2, the "
			 "distance %3, above 3.5." },
	[FLAGS_EXACT] = { "%U %M：到期时恰好等于任务数%1，而上一期末为%2，仅%3。",
			  "%U, %M: exactly the goal of %1 at the deadline, but %2, only %3, a period "
			  "before." },
	[FLAGS_BUNCHED] = { "%M：到期时%2个县区中有%1个恰好等于任务数，占%3，超过一半。",
			    "%M: %1 of %2 areas, %3, stand at exactly their goals at the deadline." },
	[FLAGS_SPIKE] = { "%U %M：最后一期完成%1，占任务数%2的%3，而计划为%4，是计划的%5倍。",
			  "%U, %M: %1 in the last period, %3 of the goal of %2, where %4 was planned: "
			  "%5 times as much." },
	[FLAGS_STUCK] = { "%U %M：连续%2期均报%1，而计划从%3推进到%4。",
			  "%U, %M: %1 for %2 periods in a row, while the plan moved from %3 to %4." },
	[FLAGS_TWIN] = { "%U与%W：%P报送的%2项数字完全相同，如%M均为%1。",
			 "%U and %W: all %2 figures for %P are the same, such as %M, %1." },
	[FLAGS_PAIR] = { "%U：%M%1，%O%2，比例为%3，按目标应为%4，相差超过%5倍。",
			 "%U: %M %1, but %O %2: a ratio of %3, where %4 is planned; off by more than "
			 "%5 times." },
	[FLAGS_ABOVE] = { "%U %M：截至%P为%1，是任务数%2的%3倍，疑为误报。",
			  "%U, %M: %1 at the end of %P, %3 times the quota of %2: a slip of the "
			  "finger?" },
};
static const struct lang_text jump_by_goal = {
	"%U %M：%P增加%1，此前%4期增量均为%2，相差达到任务数的5%%。",
	"%U, %M: %1 more in %P, after %4 increments of %2: off by 5 %% of the goal or more." };
static const struct lang_text spike_unplanned = {
	"%U %M：最后一期完成%1，占任务数%2的%3，而计划无此安排。",
	"%U, %M: %1 in the last period, %3 of the goal of %2, where nothing was planned." };
static const struct lang_text pair_alone = { "%U：%M%1，而%O%2，有一方而无另一方。",
					     "%U: %M %1, but %O %2: one without the other." };

static struct lang_text template_of(const struct flags_record *r)
{
	if (r->rule == FLAGS_JUMP && r->numbers[4] == QUALITY_BY_GOAL)
		return jump_by_goal;
	if (r->rule == FLAGS_SPIKE && r->numbers[3] == 0)
		return spike_unplanned;
	if (r->rule == FLAGS_PAIR && (r->numbers[0] == 0 || r->numbers[1] == 0))
		return pair_alone;
	return templates[r->rule];
}

unsigned flags_decimals(const struct catalogue *c, const struct flags_record *r,
			enum flags_form form)
{
	unsigned own = c->measures[r->measure].decimals;

	switch (form) {
	case FLAGS_FIGURE:
		return own;
	case FLAGS_FIGURE1:
		return own + 1;
	case FLAGS_OTHER:
		return r->other_measure < c->measure_count ?
			       c->measures[r->other_measure].decimals :
			       own;
	case FLAGS_PERCENT:
		return 3;
	case FLAGS_RATIO:
		return 4;
	default:
		return 0;
	}
}

static void put_decimal(struct buf *out, int64_t value, unsigned decimals)
{
	char text[DECIMAL_TEXT_MAX];
	size_t len = decimal_format_short(value, decimals, text);

	buf_put(out, bytes_of(text, len));
}

static void put_uom(const struct words *w, uint16_t measure)
{
	const struct catalogue_measure *m = &w->c->measures[measure];
	const char *uom = w->lang == LANG_ZH ? m->uom : m->uom_en;

	if (w->lang == LANG_EN && *uom)
		buf_put_u8(w->out, ' ');
	buf_put_string(w->out, uom);
}

static void put_number(const struct words *w, size_t i)
{
	const struct flags_number *n = &flags_numbers(w->r->rule)[i];

	if (!n->name)
		return;
	put_decimal(w->out, w->r->numbers[i], flags_decimals(w->c, w->r, n->form));
	if (n->form == FLAGS_PERCENT)
		buf_put_string(w->out, w->lang == LANG_ZH ? "%" : " %");
	else if (n->form == FLAGS_FIGURE || n->form == FLAGS_FIGURE1)
		put_uom(w, w->r->measure);
	else if (n->form == FLAGS_OTHER && w->r->other_measure < w->c->measure_count)
		put_uom(w, w->r->other_measure);
}

static void put_measure(const struct words *w, uint16_t measure)
{
	if (measure < w->c->measure_count)
		buf_put_string(w->out, lang_pick(w->c->measures[measure].name, w->lang));
}

static void put_unit(const struct words *w, uint16_t unit)
{
	if (unit < w->c->unit_count)
		buf_put_string(w->out, lang_pick(w->c->units[unit].name, w->lang));
}

static void put_period(const struct words *w)
{
	int year, month, day;

	date_to_civil(w->r->period, &year, &month, &day);
	buf_printf(w->out, w->lang == LANG_ZH ? "%d年%d月" : "%04d-%02d", year, month);
}

static void piece(const struct words *w, char letter)
{
	if (letter >= '1' && letter <= '0' + FLAGS_NUMBERS)
		put_number(w, (size_t)(letter - '1'));
	else if (letter == 'U')
		put_unit(w, w->r->unit);
	else if (letter == 'W')
		put_unit(w, w->r->other_unit);
	else if (letter == 'M')
		put_measure(w, w->r->measure);
	else if (letter == 'O')
		put_measure(w, w->r->other_measure);
	else if (letter == 'P')
		put_period(w);
	else
		buf_put_u8(w->out, (uint8_t)letter);
}

void flags_text(const struct catalogue *c, const struct flags_record *r, enum lang lang,
		struct buf *out)
{
	const struct words w = { c, r, lang, out };

	if (r->rule < FLAGS_JUMP || r->rule >= FLAGS_RULE_END)
		return;
	for (const char *at = lang_pick(template_of(r), lang); *at; at++) {
		if (at[0] == '%' && at[1])
			piece(&w, *++at);
		else
			buf_put_u8(out, (uint8_t)*at);
	}
}
