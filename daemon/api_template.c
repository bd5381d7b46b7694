/* SPDX-License-Identifier: MIT */
/* A sheet to be filled in: what a unit reports, with the figures of the month before. */
#include "daemon/api_imports.h"

#include <stdio.h>
#include <string.h>

#include "sheets/grid.h"
#include "base/date.h"
#include "base/decimal.h"

static const struct grid_column columns[] = {
	{ { "单位", "unit" }, 14, false },	 { { "事项编号", "item" }, 9, false },
	{ { "指标编码", "target" }, 26, false }, { { "名称", "name" }, 34, true },
	{ { "计量单位", "uom" }, 9, false },	 { { "上月数", "last month" }, 12, false },
	{ { "截止日期", "as_of" }, 12, false },	 { { "数值", "value" }, 12, false },
	{ { "分子", "numerator" }, 12, false },	 { { "分母", "denominator" }, 12, false },
	{ { "节点", "stage" }, 12, false },	 { { "进展情况", "note" }, 30, true },
	{ { "更正原因", "correction_reason" }, 20, true },
};

/* Somebody reports it: what is computed nobody does. */
static bool is_reported(const struct catalogue_measure *m)
{
	return m->kind != CATALOGUE_COMPOSITE && !m->derived_from;
}

static void put_before(struct grid *g, const struct catalogue_measure *m, const struct query_figure *f)
{
	char value[DECIMAL_TEXT_MAX], base[DECIMAL_TEXT_MAX];

	if (!f->at.present) {
		grid_skip(g);
		return;
	}
	if (m->kind != CATALOGUE_RATIO) {
		grid_number(g, f->at.value, m->decimals);
		return;
	}
	decimal_format(f->at.value, m->decimals, value);
	decimal_format(f->at.denominator, m->decimals, base);
	grid_text(g, grid_printf(g->book, "%s / %s", value, base));
}

static void put_row(struct api_call *call, struct grid *g, uint16_t unit, int32_t day,
		    const struct query_figure *f)
{
	const struct catalogue *c = call->catalogue;
	const struct catalogue_measure *m = &c->measures[f->measure];
	const struct catalogue_unit *u = &c->units[c->units[unit].area ? unit : c->city];
	char text[11];

	date_format(day, text);
	grid_row(g);
	grid_text(g, call->lang == LANG_ZH ? u->name.zh : u->name.en);
	grid_text(g, c->items[m->item].id);
	grid_text(g, m->id);
	grid_text(g, call->lang == LANG_ZH ? m->name.zh : m->name.en);
	grid_text(g, m->uom);
	put_before(g, m, f);
	grid_text(g, grid_copy(g->book, text));
}

static void send(struct api_call *call, const struct grid_book *b, bool xlsx, const char *unit)
{
	struct buf out = { 0 };
	char disposition[160];
	enum err e = b->error;

	if (e == ERR_OK)
		e = xlsx ? grid_xlsx(b, call->api->daemon->config->store, &out) :
			   grid_csv(b->sheets[0], &out);
	if (!api_failed(call, e)) {
		snprintf(disposition, sizeof(disposition),
			 "attachment; filename=\"template-%.64s.%s\"", unit, xlsx ? "xlsx" : "csv");
		http_set_header(*call->x, "Content-Disposition", disposition);
		http_set_header(*call->x, "Cache-Control", "no-store");
		http_answer(call->x, 200,
			    xlsx ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" :
				   "text/csv; charset=utf-8",
			    buf_bytes(&out));
	}
	buf_free(&out);
}

void api_template(struct api_call *call)
{
	const char *format = api_parameter(call, "format");
	struct query_unit_detail detail;
	struct query_when when = { .known = HISTORY_NOW };
	struct grid_book book;
	struct grid *g;
	uint16_t unit;
	int32_t period = DATE_NONE;

	if (!api_unit(call, "unit", &unit) || !api_month(call, "month", &period))
		return;
	if (unit == CATALOGUE_NONE)
		api_fail(call, API_MISSING, "unit", "rencheng");
	if (format && strcmp(format, "csv") != 0 && strcmp(format, "xlsx") != 0)
		api_fail(call, API_BAD_CHOICE, "format", "csv, xlsx");
	if (call->problem != API_OK)
		return;
	if (period == DATE_NONE)
		period = date_month_last(date_month_of(call->head.today));
	when.valid = date_month_first(date_month_of(period)) - 1;
	if (api_failed(call, query_unit(call->query, unit, when, call->arena, &detail)))
		return;
	grid_book_begin(&book, call->arena, call->lang);
	book.title = call->catalogue->units[unit].name.zh;
	book.footer = "";
	book.time_ms = call->head.time_ms;
	g = grid_add(&book, (struct lang_text){ "填报", "Report" }, columns,
		     sizeof(columns) / sizeof(columns[0]));
	for (size_t i = 0; i < detail.figures.count; i++)
		if (is_reported(&call->catalogue->measures[detail.figures.items[i].measure]))
			put_row(call, g, unit, period, &detail.figures.items[i]);
	send(call, &book, format && strcmp(format, "xlsx") == 0, call->catalogue->units[unit].id);
}
