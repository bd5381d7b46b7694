/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/ledger_sheet_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/papers/bulletin_words.h"
#include "base/date.h"

#define PPM_DECIMALS 4 /* ppm as per cent */

const char *ledger_sheet_unit_name(const struct ledger_sheet *l, uint16_t unit)
{
	return unit < l->c->unit_count ? lang_pick(l->c->units[unit].name, l->wish->lang) : "";
}

bool ledger_sheet_wants(const struct ledger_sheet *l, uint16_t measure, uint16_t unit)
{
	uint16_t wish = l->wish->unit;

	return wish == CATALOGUE_NONE || wish == unit ||
	       (measure != CATALOGUE_NONE && l->c->items[l->c->measures[measure].item].lead == wish);
}

const char *ledger_sheet_url(struct ledger_sheet *l, const char *path, const char *id)
{
	const char *url = l->wish->public_url;

	return url && *url ? grid_printf(l->book, "%s/#/%s%s", url, path, id) : NULL;
}

void ledger_sheet_light(struct grid *g, const struct ledger_sheet *l, enum light light, bool silent,
			bool provisional)
{
	static const enum grid_tone tones[LIGHT_COUNT] = {
		[LIGHT_NONE] = GRID_QUIET,     [LIGHT_GREEN] = GRID_GREEN, [LIGHT_YELLOW] = GRID_YELLOW,
		[LIGHT_RED] = GRID_RED,	       [LIGHT_DONE] = GRID_DONE,   [LIGHT_REACHED] = GRID_REACHED,
	};
	const char *word = lang_pick(light_word(light), l->wish->lang);

	if (silent)
		word = grid_printf(l->book, "? %s（%s）", ledger_sheet_pick(l, "未报", "no report"),
				   word);
	else
		word = grid_printf(l->book, "%s %s%s", bulletin_words_icon(light), word,
				   provisional ? ledger_sheet_pick(l, "（暂定）", " (provisional)") :
						 "");
	grid_toned(g, tones[light], word);
}

/* Without the zeros behind: 60, not 60.0000. */
static void put_trimmed(struct grid *g, int64_t value, unsigned decimals)
{
	for (; decimals > 0 && value % 10 == 0; decimals--)
		value /= 10;
	grid_number(g, value, decimals);
}

void ledger_sheet_value(struct grid *g, const struct catalogue_measure *m, bool present,
			int64_t value, int64_t denominator)
{
	bool ratio = m->kind == CATALOGUE_RATIO;

	if (!present || (ratio && denominator == 0))
		grid_skip(g);
	else if (ratio)
		put_trimmed(g,
			    fraction_round(fraction_of((int128)value * 100, denominator),
					   m->rate_decimals),
			    m->rate_decimals);
	else
		put_trimmed(g, value,
			    m->kind == CATALOGUE_MILESTONE ? PPM_DECIMALS : m->decimals);
}

void ledger_sheet_goal(struct grid *g, const struct catalogue_measure *m, bool has, int64_t goal)
{
	if (!has)
		grid_skip(g);
	else
		put_trimmed(g, goal,
			    m->kind == CATALOGUE_MILESTONE ? PPM_DECIMALS : m->rate_decimals);
}

const char *ledger_sheet_uom(const struct ledger_sheet *l, const struct catalogue_measure *m)
{
	if (m->kind == CATALOGUE_RATIO || m->kind == CATALOGUE_MILESTONE)
		return "%";
	return ledger_sheet_pick(l, m->uom, m->uom_en && *m->uom_en ? m->uom_en : m->uom);
}

/* Minutes are enough, in the programme's own time zone. */
void ledger_sheet_time(struct grid *g, const struct ledger_sheet *l, int64_t ms)
{
	char text[32];

	if (ms == 0) {
		grid_skip(g);
		return;
	}
	date_time_format(ms, l->c->offset_minutes, text);
	text[10] = ' ';
	text[16] = '\0';
	grid_text(g, grid_copy(l->book, text));
}

/* --- the book --------------------------------------------------------------------------------- */

static void put_titles(struct ledger_sheet *l)
{
	struct grid_book *b = l->book;
	const char *name = l->wish->unit == CATALOGUE_NONE ?
				   "" :
				   ledger_sheet_unit_name(l, l->wish->unit);
	char day[11], known[11] = "";

	date_format(l->wish->when.valid, day);
	if (l->wish->when.known != HISTORY_NOW)
		date_format(l->wish->when.known, known);
	b->time_ms = l->head.time_ms;
	b->title = grid_printf(b, "%s %s%s%s", lang_pick(l->c->title, b->lang), name,
			       *name ? " " : "", ledger_sheet_pick(l, "工作台账", "work ledger"));
	b->footer = grid_printf(b, "%s %s%s%s%s %" PRIu64, ledger_sheet_pick(l, "数据截至", "as of"),
				day, *known ? ledger_sheet_pick(l, "，按所知于 ", ", as known on ") : "",
				known, ledger_sheet_pick(l, "，台账序号", ", ledger position"),
				l->head.position);
}

static enum err open_facts(struct ledger_sheet *l)
{
	enum err e;

	l->period = calendar_closed_period(l->c, l->head.today);
	if (l->period == DATE_NONE)
		return ERR_OK;
	/* of a day in the past: the period that was closed by its end */
	for (; l->period > l->wish->when.valid;)
		l->period = calendar_period_of(date_month_first(date_month_of(l->period)) - 1);
	e = bulletin_facts_gather(l->q, l->period, l->arena, &l->facts);
	if (e == ERR_NOTFOUND) {
		l->facts = (struct bulletin_facts){ .period = l->period };
		l->period = DATE_NONE;
		return ERR_OK;
	}
	return e;
}

static enum err make_rest(struct ledger_sheet *l)
{
	static enum err (*const sheets[])(struct ledger_sheet *) = {
		ledger_sheet_lagging, ledger_sheet_units,     ledger_sheet_reports,
		ledger_sheet_events,  ledger_sheet_reconcile, ledger_sheet_slips,
		ledger_sheet_notes,
	};
	enum err e = open_facts(l);

	for (size_t i = 0; e == ERR_OK && i < sizeof(sheets) / sizeof(sheets[0]); i++)
		e = sheets[i](l);
	return e;
}

/* Each sheet says what it is and of when. */
static void put_notes(struct ledger_sheet *l)
{
	for (size_t i = 0; i < l->book->count; i++) {
		struct grid *g = l->book->sheets[i];

		g->title = grid_printf(l->book, "%s：%s", l->book->title, g->name);
		g->note = g->note ? grid_printf(l->book, "%s。%s", l->book->footer, g->note) :
				    l->book->footer;
	}
}

enum err ledger_sheet_make(struct query *q, const struct ledger_sheet_wish *wish, struct arena *a,
			   struct grid_book *out)
{
	struct ledger_sheet l = { .q = q,
				  .c = query_catalogue(q),
				  .wish = wish,
				  .head = query_head(q),
				  .period = DATE_NONE,
				  .arena = a,
				  .book = out };
	enum err e;

	if (wish->unit != CATALOGUE_NONE && wish->unit >= l.c->unit_count)
		return ERR_NOTFOUND;
	grid_book_begin(out, a, wish->lang);
	put_titles(&l);
	e = ledger_sheet_figures(&l);
	if (e == ERR_OK && !wish->table_only)
		e = make_rest(&l);
	put_notes(&l);
	return e != ERR_OK ? e : out->error;
}
