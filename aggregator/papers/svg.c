/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/svg.h"

#include <inttypes.h>
#include <stdio.h>

#include "aggregator/papers/markup.h"
#include "base/date.h"

/* In tenths of a pixel. */
#define WIDTH 6600
#define HEIGHT 2300
#define LEFT 460
#define RIGHT 160
#define TOP 300
#define BOTTOM 260
#define ALL INT64_C(1000000)
#define STEP (ALL / 4) /* of the grid */
#define MOST (4 * ALL) /* what is beyond is drawn at the edge */
#define TENTHS(n) (n) / 10, (n) % 10

struct stroke {
	const char *colour, *dashes;
	struct lang_text name;
};
static const struct stroke plan_stroke = { "#555555", "7 4", { "计划", "plan" } };
static const struct stroke actual_stroke = { "#184E8C", "none", { "实际", "actual" } };
static const struct stroke forecast_stroke = { "#9B1C1C", "1.5 3.5", { "预测", "forecast" } };

static int64_t at_least(int64_t least, int64_t v)
{
	return v < least ? least : v;
}

/* Top of the axis: all of the goal, or the next step above what was done. */
static int64_t highest(const struct svg_chart *c)
{
	const struct svg_line lines[] = { c->plan, c->actual, c->forecast };
	int64_t top = ALL;

	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < lines[i].count; k++)
			top = at_least(top, lines[i].points[k].ppm);
	return top < MOST ? (top + STEP - 1) / STEP * STEP : MOST;
}

static int x_of(const struct svg_chart *c, int32_t day)
{
	int64_t span = c->to - c->from, at = day < c->from ? 0 : (int64_t)day - c->from;

	if (at > span)
		at = span;
	return (int)(LEFT + at * (WIDTH - LEFT - RIGHT) / span);
}

static int y_of(int64_t top, int64_t ppm)
{
	int64_t share = ppm < 0 ? 0 : ppm > top ? top : ppm;

	return (int)(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM) / top);
}

static void put_label(struct buf *out, int x, int y, const char *anchor, const char *text)
{
	buf_printf(out,
		   "<text x=\"%d.%d\" y=\"%d.%d\" font-size=\"11\" fill=\"#333333\" "
		   "text-anchor=\"%s\">",
		   TENTHS(x), TENTHS(y), anchor);
	markup_escape(out, bytes_of_string(text));
	buf_put_string(out, "</text>");
}

static void put_grid(const struct svg_chart *c, int64_t top, struct buf *out)
{
	/* not more than eight lines, however far beyond the goal it went */
	int64_t step = top > 2 * ALL ? ALL : STEP;

	for (int64_t at = 0; at <= top; at += step) {
		int y = y_of(top, at);
		char label[32];

		snprintf(label, sizeof(label), "%" PRId64 "%%", at * 100 / ALL);
		buf_printf(out,
			   "<line x1=\"%d.%d\" y1=\"%d.%d\" x2=\"%d.%d\" y2=\"%d.%d\" "
			   "stroke=\"%s\" stroke-width=\"%s\"/>",
			   TENTHS(LEFT), TENTHS(y), TENTHS(WIDTH - RIGHT), TENTHS(y),
			   at == ALL ? "#333333" : "#D0D4D9", at == ALL ? "1" : "0.6");
		put_label(out, LEFT - 50, y + 40, "end", label);
	}
	for (int32_t m = date_month_of(c->from + 1); m <= date_month_of(c->to); m++) {
		int32_t middle = date_month_first(m) + 14;
		char label[16];

		snprintf(label, sizeof(label), c->lang == LANG_ZH ? "%d月" : "%d", (int)(m % 12) + 1);
		put_label(out, x_of(c, middle), HEIGHT - BOTTOM + 160, "middle", label);
	}
}

static void put_line(const struct svg_chart *c, const struct svg_line *l, const struct stroke *s,
		     int64_t top, struct buf *out)
{
	if (l->count == 0)
		return;
	buf_printf(out,
		   "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" "
		   "stroke-dasharray=\"%s\" points=\"",
		   s->colour, s->dashes);
	for (size_t i = 0; i < l->count; i++) {
		int x = x_of(c, l->points[i].day), y = y_of(top, l->points[i].ppm);

		buf_printf(out, "%s%d.%d,%d.%d", i ? " " : "", TENTHS(x), TENTHS(y));
	}
	buf_put_string(out, "\"/>");
}

/* What was really seen has a dot for each month. */
static void put_dots(const struct svg_chart *c, int64_t top, struct buf *out)
{
	for (size_t i = 0; i < c->actual.count; i++) {
		int x = x_of(c, c->actual.points[i].day), y = y_of(top, c->actual.points[i].ppm);

		buf_printf(out, "<circle cx=\"%d.%d\" cy=\"%d.%d\" r=\"2.6\" fill=\"%s\"/>",
			   TENTHS(x), TENTHS(y), actual_stroke.colour);
	}
}

static void put_legend(const struct svg_chart *c, struct buf *out)
{
	const struct {
		const struct svg_line *line;
		const struct stroke *stroke;
	} all[] = { { &c->plan, &plan_stroke },
		    { &c->actual, &actual_stroke },
		    { &c->forecast, &forecast_stroke } };
	int x = LEFT;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].line->count == 0)
			continue;
		buf_printf(out,
			   "<line x1=\"%d.%d\" y1=\"12\" x2=\"%d.%d\" y2=\"12\" stroke=\"%s\" "
			   "stroke-width=\"2\" stroke-dasharray=\"%s\"/>",
			   TENTHS(x), TENTHS(x + 300), all[i].stroke->colour,
			   all[i].stroke->dashes);
		put_label(out, x + 360, 160, "start", lang_pick(all[i].stroke->name, c->lang));
		x += 1100;
	}
}

void svg_curves(const struct svg_chart *c, struct buf *out)
{
	int64_t top = highest(c);

	buf_printf(out,
		   "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		   "viewBox=\"0 0 %d %d\" role=\"img\" font-family=\"sans-serif\"><title>",
		   WIDTH / 10, HEIGHT / 10, WIDTH / 10, HEIGHT / 10);
	markup_escape(out, bytes_of_string(c->title));
	buf_put_string(out, "</title>");
	put_grid(c, top, out);
	put_line(c, &c->plan, &plan_stroke, top, out);
	put_line(c, &c->forecast, &forecast_stroke, top, out);
	put_line(c, &c->actual, &actual_stroke, top, out);
	put_dots(c, top, out);
	put_legend(c, out);
	buf_put_string(out, "</svg>");
}
