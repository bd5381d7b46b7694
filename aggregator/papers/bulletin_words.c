/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/bulletin_words.h"

#include "base/date.h"
#include "base/decimal.h"

static const char *const month_names[] = { "January",	"February", "March",	"April",
					   "May",	"June",	    "July",	"August",
					   "September", "October",  "November", "December" };

void bulletin_words_day(struct buf *out, int32_t day, enum lang lang)
{
	int year, month, date;

	date_to_civil(day, &year, &month, &date);
	if (lang == LANG_ZH)
		buf_printf(out, "%d年%d月%d日", year, month, date);
	else
		buf_printf(out, "%d %s %d", date, month_names[month - 1], year);
}

void bulletin_words_month(struct buf *out, int32_t day, enum lang lang)
{
	int year, month, date;

	date_to_civil(day, &year, &month, &date);
	if (lang == LANG_ZH)
		buf_printf(out, "%d年%d月", year, month);
	else
		buf_printf(out, "%s %d", month_names[month - 1], year);
}

static void put_fraction(struct buf *out, struct fraction f, unsigned decimals)
{
	char text[DECIMAL_TEXT_MAX];

	fraction_format(f, decimals, text, sizeof(text));
	buf_put_string(out, text);
}

void bulletin_words_share(struct buf *out, int64_t ppm, enum lang lang)
{
	put_fraction(out, fraction_of(ppm, 10000), 1);
	buf_put_string(out, lang == LANG_ZH ? "%" : " %");
}

void bulletin_words_points(struct buf *out, int64_t hundredths)
{
	put_fraction(out, fraction_of(hundredths < 0 ? -hundredths : hundredths, 100), 1);
}

static void put_decimal(struct buf *out, int64_t value, unsigned decimals)
{
	char text[DECIMAL_TEXT_MAX];
	size_t len = decimal_format_short(value, decimals, text);

	buf_put(out, bytes_of(text, len));
}

static void put_uom(struct buf *out, const struct catalogue_measure *m, enum lang lang)
{
	const char *uom = lang == LANG_ZH ? m->uom : m->uom_en;

	if (lang == LANG_EN && uom && *uom)
		buf_put_u8(out, ' ');
	buf_put_string(out, uom ? uom : "");
}

void bulletin_words_value(struct buf *out, const struct catalogue_measure *m, int64_t value,
			  int64_t denominator, enum lang lang)
{
	switch (m->kind) {
	case CATALOGUE_RATIO:
		if (denominator > 0)
			put_fraction(out, fraction_of((int128)value * 100, denominator), 1);
		else
			buf_put_string(out, "—");
		buf_put_string(out, denominator <= 0 ? "" : lang == LANG_ZH ? "%" : " %");
		break;
	case CATALOGUE_MILESTONE:
		bulletin_words_share(out, value, lang);
		break;
	default:
		put_decimal(out, value, m->decimals);
		put_uom(out, m, lang);
	}
}

void bulletin_words_goal(struct buf *out, const struct catalogue_measure *m, int64_t goal,
			 enum lang lang)
{
	if (m->kind == CATALOGUE_MILESTONE) {
		buf_put_string(out, lang == LANG_ZH ? "全部节点" : "all stages");
		return;
	}
	put_decimal(out, goal, m->rate_decimals);
	if (m->kind == CATALOGUE_RATIO)
		buf_put_string(out, lang == LANG_ZH ? "%" : " %");
	else
		put_uom(out, m, lang);
}

void bulletin_words_figure(struct buf *out, const struct catalogue_measure *m,
			   const struct bulletin_light *l, enum lang lang)
{
	bool zh = lang == LANG_ZH;

	if (!l->present) {
		buf_put_string(out, zh ? "尚无数据" : "no figure yet");
	} else {
		buf_put_string(out, !zh ? "" : m->kind == CATALOGUE_MILESTONE ? "节点完成" : "累计");
		bulletin_words_value(out, m, l->value, l->denominator, lang);
	}
	if (!l->has_goal)
		return;
	buf_put_string(out, zh ? "（任务" : " (goal ");
	bulletin_words_goal(out, m, l->goal, lang);
	/* or a reader divides the two and finds another share */
	if (m->kind == CATALOGUE_COMPOSITE)
		buf_put_string(out, zh ? "，分项超额部分不互抵" : "; no part makes up for another");
	buf_put_string(out, zh ? "）" : ")");
}

const char *bulletin_words_icon(enum light l)
{
	static const char *const icons[LIGHT_COUNT] = {
		[LIGHT_NONE] = "—",  [LIGHT_GREEN] = "✓", [LIGHT_YELLOW] = "▲",
		[LIGHT_RED] = "✕", [LIGHT_DONE] = "★",	 [LIGHT_REACHED] = "☆",
	};

	return icons[l];
}

void bulletin_words_measure(struct buf *out, const struct catalogue *c, uint16_t measure,
			    enum lang lang)
{
	const struct catalogue_measure *m = &c->measures[measure];

	buf_printf(out, "%s %s", c->items[m->item].id, lang_pick(m->name, lang));
}
