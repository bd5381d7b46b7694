/* SPDX-License-Identifier: MIT */
/* Sentences of the alert book, in Chinese and English, from the tables of book_words.c. A template's
 * %-letters stand for pieces: see piece(). */
#include "aggregator/alerts/book.h"

#include "aggregator/alerts/book_words.h"
#include "aggregator/alerts/flags.h"
#include "base/date.h"
#include "base/decimal.h"

#define MINUTE_MS 60000

struct words {
	const struct catalogue *c;
	const struct book_record *r;
	enum lang lang;
	struct buf *out;
};

static const char *const month_names[] = { "January",	"February", "March",	"April",
					   "May",	"June",	    "July",	"August",
					   "September", "October",  "November", "December" };

/* --- numbers --------------------------------------------------------------------------------- */

static void put_decimal(struct buf *out, int64_t value, unsigned decimals)
{
	char text[DECIMAL_TEXT_MAX];
	size_t len = decimal_format_short(value, decimals, text);

	buf_put(out, bytes_of(text, len));
}

/* One decimal, always. */
static void put_tenth(struct buf *out, struct fraction f)
{
	char text[DECIMAL_TEXT_MAX];

	fraction_format(f, 1, text, sizeof(text));
	buf_put_string(out, text);
}

static void put_percent(const struct words *w, struct fraction share)
{
	put_tenth(w->out, fraction_mul(share, (struct fraction){ 100, 1 }));
	buf_put_string(w->out, w->lang == LANG_ZH ? "%" : " %");
}

static const struct catalogue_measure *measure_of(const struct words *w)
{
	return w->r->measure < w->c->measure_count ? &w->c->measures[w->r->measure] : NULL;
}

/* Units of measure are words or signs; a per cent sign stands close in Chinese. */
static void put_uom(const struct words *w, const struct catalogue_measure *m)
{
	const char *uom = w->lang == LANG_ZH ? m->uom : m->uom_en;

	if (w->lang == LANG_EN && *uom)
		buf_put_u8(w->out, ' ');
	buf_put_string(w->out, uom);
}

/* --- what stands, and what is the goal ------------------------------------------------------- */

static void put_counted(const struct words *w, const struct catalogue_measure *m)
{
	const struct book_record *r = w->r;

	put_decimal(w->out, r->value, m->decimals);
	if (w->lang == LANG_ZH) {
		put_uom(w, m);
		buf_put_string(w->out, "，占年度任务");
		put_decimal(w->out, r->goal, m->decimals);
		put_uom(w, m);
		buf_put_string(w->out, "的");
	} else {
		buf_put_string(w->out, " of ");
		put_decimal(w->out, r->goal, m->decimals);
		put_uom(w, m);
		buf_put_string(w->out, " done (");
	}
	put_percent(w, r->goal ? fraction_of(r->value, r->goal) : (struct fraction){ 0, 1 });
	if (w->lang == LANG_EN)
		buf_put_string(w->out, ")");
}

static void put_rate(const struct words *w, const struct catalogue_measure *m)
{
	const struct book_record *r = w->r;

	if (r->other > 0)
		put_percent(w, fraction_of(r->value, r->other));
	else
		buf_put_string(w->out, w->lang == LANG_ZH ? "尚无数据" : "no figure yet");
	buf_put_string(w->out, w->lang == LANG_ZH ? "，目标" : ", goal ");
	put_decimal(w->out, r->goal, m->rate_decimals);
	buf_put_string(w->out, w->lang == LANG_ZH ? "%" : " %");
}

static void put_level(const struct words *w, const struct catalogue_measure *m)
{
	put_decimal(w->out, w->r->value, m->decimals);
	put_uom(w, m);
	buf_put_string(w->out, w->lang == LANG_ZH ? "，目标" : ", goal ");
	put_decimal(w->out, w->r->goal, m->decimals);
	put_uom(w, m);
}

static void put_weight(const struct words *w)
{
	if (w->lang == LANG_ZH)
		buf_put_string(w->out, "全部节点的");
	put_percent(w, fraction_of(w->r->value, CATALOGUE_ALL_PPM));
	if (w->lang == LANG_EN)
		buf_put_string(w->out, " of its stages");
}

/* "2处，占年度任务8处的25.0%", "2 of 8 sites done (25.0 %)" */
static void put_stand(const struct words *w)
{
	const struct catalogue_measure *m = measure_of(w);

	if (!m)
		return;
	switch (m->kind) {
	case CATALOGUE_RATIO:
		put_rate(w, m);
		break;
	case CATALOGUE_MILESTONE:
		put_weight(w);
		break;
	case CATALOGUE_LEVEL:
	case CATALOGUE_POLICY:
		put_level(w, m);
		break;
	default:
		put_counted(w, m);
	}
}

/* --- small pieces ---------------------------------------------------------------------------- */

static void put_day(const struct words *w, int32_t day)
{
	int year, month, date;

	date_to_civil(day, &year, &month, &date);
	if (w->lang == LANG_ZH)
		buf_printf(w->out, "%d月%d日", month, date);
	else
		buf_printf(w->out, "%d %s", date, month_names[month - 1]);
}

static void put_month(const struct words *w, int32_t day)
{
	int year, month, date;

	date_to_civil(day, &year, &month, &date);
	if (w->lang == LANG_ZH)
		buf_printf(w->out, "%d年%d月", year, month);
	else
		buf_printf(w->out, "%s %d", month_names[month - 1], year);
}

static const char *ordinal(uint32_t n)
{
	static const char *const ends[] = { "th", "st", "nd", "rd" };

	return n % 100 / 10 != 1 && n % 10 < 4 ? ends[n % 10] : ends[0];
}

static void put_gap(const struct words *w)
{
	int64_t gap = w->r->gap_hundredths;

	put_tenth(w->out, fraction_of(gap < 0 ? -gap : gap, 100));
}

/* Red though the gap alone would be yellow: nothing is done, and it has been due for months. */
static void put_not_started(const struct words *w, const struct catalogue_measure *m)
{
	const struct catalogue_profile *p = &w->c->profile;

	if (!m || m->kind == CATALOGUE_MILESTONE || w->r->severity != BOOK_RED || w->r->value ||
	    p->relative || -w->r->gap_hundredths > p->red_enter)
		return;
	buf_printf(w->out, w->lang == LANG_ZH ? "，应开工未开工已满%u个月" :
						", due to begin %u months ago and not begun",
		   p->not_started_months);
}

/* Behind by points, or late by stages: milestones are not judged by weight. */
static void put_lag(const struct words *w)
{
	const struct catalogue_measure *m = measure_of(w);

	if (w->r->gap_hundredths < 0) {
		buf_put_string(w->out, w->lang == LANG_ZH ? "，低于序时进度" : ", ");
		put_gap(w);
		buf_put_string(w->out, w->lang == LANG_ZH ? "个百分点" : " points behind plan");
	}
	if (m && m->kind == CATALOGUE_MILESTONE)
		buf_put_string(w->out, w->lang == LANG_ZH ? "，有节点逾期" : ", a stage is late");
	put_not_started(w, m);
}

/* Which plan and quotas, where they came after the catalogue's: in force on the period's last day. */
static void put_versions(const struct words *w)
{
	const struct catalogue_measure *m = measure_of(w);
	const struct catalogue_plan_version *plan =
		m ? catalogue_plan_version(m, w->r->period) : NULL;
	const struct catalogue_quota_version *quota =
		m ? catalogue_quota_version(m, w->r->period) : NULL;

	if (plan)
		buf_printf(w->out,
			   w->lang == LANG_ZH ? "（第%u版计划，%s）" : " (plan version %u, %s)",
			   plan->number, plan->plan.id);
	if (quota)
		buf_printf(w->out, w->lang == LANG_ZH ? "（第%u版任务）" : " (quota version %u)",
			   quota->number);
}

static void put_run(const struct words *w)
{
	uint32_t n = w->r->months;

	if (n < 2)
		return;
	if (w->lang == LANG_ZH)
		buf_printf(w->out, "，连续%u个月%s", n, w->r->kind == BOOK_SILENT ? "" : "滞后");
	else
		buf_printf(w->out, ", %u%s month", n, ordinal(n));
}

static void put_code(const struct words *w)
{
	struct lang_text text = event_code_text(w->r->code);
	const char *words = lang_pick(text, w->lang);

	if (w->r->code && words)
		buf_printf(w->out, w->lang == LANG_ZH ? "（最近一条：%s）" : " (the newest: %s)",
			   words);
}

static void put_name(const struct words *w)
{
	const struct catalogue_measure *m = measure_of(w);

	if (m)
		buf_put_string(w->out, lang_pick(m->name, w->lang));
}

static void put_unit(const struct words *w)
{
	if (w->r->unit < w->c->unit_count)
		buf_put_string(w->out, lang_pick(w->c->units[w->r->unit].name, w->lang));
}

/* A figure of the measure with its unit: what was counted, or what the lead says. */
static void put_figure(const struct words *w, int64_t value)
{
	const struct catalogue_measure *m = measure_of(w);

	if (!m)
		return;
	put_decimal(w->out, value, m->decimals);
	if (m->kind != CATALOGUE_RATIO)
		put_uom(w, m);
}

/* How many times the recent rate is needed; 0: nothing moved. */
static void put_ratio(const struct words *w)
{
	if (w->r->other <= 0) {
		buf_put_string(w->out, w->lang == LANG_ZH ? "近三个月没有进展" :
							    "nothing moved in three months");
		return;
	}
	if (w->lang == LANG_ZH)
		buf_put_string(w->out, "所需月均进度为近三个月的");
	else
		buf_put_string(w->out, "it needs ");
	put_decimal(w->out, w->r->other, 2);
	buf_put_string(w->out,
		       w->lang == LANG_ZH ? "倍" : " times the rate of the last three months");
}

/* What the catalogue lacks, each with its number. */
static void put_lacks(const struct words *w)
{
	static const struct lang_text names[] = {
		{ "未分解的指标", "measures without quotas: " },
		{ "范围、计划或配额为假定的指标", "measures with an invented scope, plan or quota: " },
		{ "工作日历剩余天数不足", "days left in the calendar of holidays, less than " },
	};
	const int64_t counts[] = { w->r->value, w->r->goal, w->r->other };
	bool first = true;

	for (size_t i = 0; i < 3; i++) {
		if (!counts[i])
			continue;
		buf_put_string(w->out, first ? "" : w->lang == LANG_ZH ? "；" : "; ");
		buf_put_string(w->out, lang_pick(names[i], w->lang));
		put_decimal(w->out, counts[i], 0);
		buf_put_string(w->out, w->lang == LANG_EN ? "" : i == 2 ? "天" : "项");
		first = false;
	}
}

static void put_successor(const struct words *w)
{
	if (w->r->code && w->r->code < BOOK_KIND_END)
		buf_printf(w->out, w->lang == LANG_ZH ? "，转为“%s”" : ", now: %s",
			   lang_pick(book_kind_word((enum book_kind)w->r->code), w->lang));
}

/* --- what persons did ------------------------------------------------------------------------- */

/* Unit and measure, as far as it is about one. */
static void put_subject(const struct words *w)
{
	put_unit(w);
	if (measure_of(w))
		buf_put_string(w->out, w->lang == LANG_ZH ? " " : ", ");
	put_name(w);
}

static void put_assignee(const struct words *w)
{
	uint16_t unit = catalogue_unit_number(w->c, w->r->to);

	if (unit == CATALOGUE_NONE)
		buf_put(w->out, w->r->to);
	else
		buf_put_string(w->out, lang_pick(w->c->units[unit].name, w->lang));
}

/* The last day that is silent; with the time where it ends in the middle of it. */
static void put_until(const struct words *w)
{
	int64_t last = w->r->until_ms - 1;
	int32_t day = date_of_ms(last, w->c->offset_minutes);
	int64_t minutes =
		(w->r->until_ms - date_begin_ms(day, w->c->offset_minutes)) / MINUTE_MS;

	put_day(w, day);
	if (minutes < 24 * 60)
		buf_printf(w->out, " %02d:%02d", (int)(minutes / 60), (int)(minutes % 60));
}

/* --- templates ------------------------------------------------------------------------------- */

static void put_reviewer(const struct words *w)
{
	buf_put_string(w->out, lang_pick(w->c->units[w->c->office].name, w->lang));
}

static void put_last_day(const struct words *w)
{
	put_day(w, w->r->period);
}

static void put_period(const struct words *w)
{
	put_month(w, w->r->period);
}

static void put_count(const struct words *w)
{
	buf_printf(w->out, "%u", w->r->count);
}

static void put_other_count(const struct words *w)
{
	put_decimal(w->out, w->r->other, 0);
}

static void put_value(const struct words *w)
{
	put_figure(w, w->r->value);
}

static void put_other_value(const struct words *w)
{
	put_figure(w, w->r->other);
}

static void put_planned(const struct words *w)
{
	put_percent(w, fraction_of(w->r->planned_ppm, CATALOGUE_ALL_PPM));
}

static void put_oddity(const struct words *w)
{
	enum flags_rule rule = (enum flags_rule)w->r->code;

	if (rule >= FLAGS_JUMP && rule < FLAGS_RULE_END)
		buf_put_string(w->out, lang_pick(flags_rule_word(rule), w->lang));
}

static void put_items(const struct words *w)
{
	book_items(w->c, w->r, w->out);
}

static void put_kind(const struct words *w)
{
	buf_put_string(w->out, lang_pick(book_kind_word(w->r->kind), w->lang));
}

static void put_who(const struct words *w)
{
	buf_put(w->out, w->r->by);
}

static void put_why(const struct words *w)
{
	buf_put(w->out, w->r->why);
}

/* What a letter behind % stands for. */
static void (*const pieces['Z' + 1])(const struct words *w) = {
	['A'] = put_kind,     ['B'] = put_who,	       ['C'] = put_code,
	['D'] = put_last_day, ['E'] = put_until,       ['F'] = put_ratio,
	['G'] = put_planned,  ['H'] = put_versions,    ['I'] = put_items,
	['J'] = put_subject,  ['K'] = put_reviewer,    ['L'] = put_lag,
	['M'] = put_name,     ['N'] = put_count,       ['O'] = put_other_count,
	['P'] = put_period,   ['Q'] = put_oddity,      ['R'] = put_run,
	['S'] = put_stand,    ['T'] = put_assignee,    ['U'] = put_unit,
	['V'] = put_value,    ['W'] = put_other_value, ['X'] = put_successor,
	['Y'] = put_why,      ['Z'] = put_lacks,
};

static void piece(const struct words *w, char letter)
{
	if (letter >= 'A' && letter <= 'Z')
		pieces[(size_t)letter](w);
	else
		buf_put_u8(w->out, (uint8_t)letter);
}

static void fill(const struct words *w, const char *template)
{
	for (const char *at = template; *at; at++) {
		if (at[0] == '%' && at[1])
			piece(w, *++at);
		else
			buf_put_u8(w->out, (uint8_t)*at);
	}
}

void book_text(const struct catalogue *c, const struct book_record *r, enum lang lang,
	       struct buf *out)
{
	struct words w = { c, r, lang, out };

	if (r->kind >= BOOK_BEHIND && r->kind < BOOK_KIND_END)
		fill(&w, lang_pick(book_words(r), lang));
}
