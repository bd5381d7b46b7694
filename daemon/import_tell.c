/* SPDX-License-Identifier: MIT */
/* The table of rows as JSON. */
#include <stdio.h>

#include "base/date.h"
#include "base/decimal.h"
#include "daemon/import.h"
#include "serve/jwrite.h"

#define ROWS_TOLD 2000   /* rows; those that need a look come first */
#define ERRORS_TOLD 1000

static void put_columns(const struct import *i, struct jwrite *j)
{
	const struct sheet *s = &i->sheet;

	jwrite_array(j, "columns");
	for (size_t c = 0; c < s->columns; c++) {
		jwrite_object(j, NULL);
		jwrite_uint(j, "column", c + 1);
		jwrite_string(j, "title", s->titles[c]);
		if (s->field[c] < 0)
			jwrite_string(j, "field", s->field[c] == INPUT_COLUMN_IGNORED ? "-" : "+");
		else
			jwrite_string(j, "field", input_field_name((enum input_field)s->field[c]));
		jwrite_end(j);
	}
	jwrite_end(j);
}

static void put_detected(const struct import *i, struct jwrite *j)
{
	const struct sheet *s = &i->sheet;
	char delimiter[2] = { s->delimiter, '\0' };

	jwrite_object(j, "detected");
	jwrite_string(j, "format", s->format);
	jwrite_string(j, "encoding", s->encoding);
	jwrite_string(j, "delimiter", s->delimiter ? delimiter : NULL);
	jwrite_string(j, "sheet", s->name);
	jwrite_array(j, "sheets");
	for (size_t n = 0; n < s->name_count; n++)
		jwrite_string(j, NULL, s->names[n]);
	jwrite_end(j);
	jwrite_uint(j, "heading", s->heading);
	put_columns(i, j);
	jwrite_uint(j, "formulas", s->formulas);
	jwrite_uint(j, "merged", s->merged);
	jwrite_end(j);
}

static void put_counts(const struct import *i, struct jwrite *j)
{
	size_t rows = 0;

	for (int s = 0; s < IMPORT_STATES; s++)
		rows += i->counts[s];
	jwrite_object(j, "counts");
	jwrite_uint(j, "rows", rows);
	jwrite_uint(j, "ok", rows - i->counts[IMPORT_ERROR]);
	for (int s = 0; s < IMPORT_STATES; s++)
		jwrite_uint(j, import_state_name((enum import_state)s), i->counts[s]);
	jwrite_uint(j, "nothing", i->nothing);
	jwrite_uint(j, "sums", i->sums);
	jwrite_end(j);
}

/* --- what was found ------------------------------------------------------------------------------- */

static const char *text_of(const struct import *i, const struct input_finding *f)
{
	return f->text[i->request->lang == LANG_ZH ? 0 : 1];
}

static void put_finding(const struct import *i, struct jwrite *j, const struct input_finding *f)
{
	jwrite_object(j, NULL);
	if (f->line)
		jwrite_uint(j, "row", f->line);
	else
		jwrite_null(j, "row");
	jwrite_string(j, "level", f->level == DIAG_ERROR ? "error" : "warning");
	jwrite_string(j, "column", f->heading && *f->heading ? f->heading : NULL);
	jwrite_string(j, "value", f->value && *f->value ? f->value : NULL);
	jwrite_string(j, "code", f->code);
	jwrite_string(j, "message", text_of(i, f));
	jwrite_string(j, "suggest", f->suggest);
	jwrite_end(j);
}

/* Of the code behind the verdict, in the words that receipts have too. */
static void put_verdict(const struct import *i, struct jwrite *j, const struct import_line *l)
{
	struct lang_text text = event_code_text(l->code);

	if (!l->judged || l->code == EVENT_CODE_NONE || l->verdict == EVENT_DUPLICATE)
		return;
	jwrite_object(j, NULL);
	jwrite_uint(j, "row", l->number);
	jwrite_string(j, "level",
		      l->verdict == EVENT_REJECT || l->verdict == EVENT_CONFLICT ? "error" : "warning");
	jwrite_null(j, "column");
	jwrite_string(j, "value", i->input.rows[l->row].row.value);
	jwrite_string(j, "code", event_code_name(l->code));
	jwrite_string(j, "message", text.zh ? lang_pick(text, i->request->lang) : "");
	jwrite_null(j, "suggest");
	jwrite_end(j);
}

static void put_findings(const struct import *i, struct jwrite *j, const struct import_line *l)
{
	for (size_t k = 0; k < l->finding_count; k++)
		put_finding(i, j, &i->input.findings.items[l->finding + k]);
	put_verdict(i, j, l);
}

/* Of the sheet as a whole, and of its heading. */
static void put_notes(const struct import *i, struct jwrite *j)
{
	const struct input_findings *f = &i->input.findings;

	jwrite_array(j, "notes");
	for (size_t k = 0; k < f->count; k++)
		if (f->items[k].line == 0 || i->input.broken ||
		    (i->sheet.heading && f->items[k].line <= i->sheet.heading))
			put_finding(i, j, &f->items[k]);
	jwrite_end(j);
}

static void put_errors(const struct import *i, struct jwrite *j)
{
	size_t told = 0;

	jwrite_array(j, "errors");
	for (size_t k = 0; i->input.broken && k < i->input.findings.count; k++)
		put_finding(i, j, &i->input.findings.items[k]);
	for (size_t n = 0; n < i->line_count && told < ERRORS_TOLD; n++) {
		if (i->lines[n].state != IMPORT_ERROR || i->input.broken)
			continue;
		put_findings(i, j, &i->lines[n]);
		told++;
	}
	jwrite_end(j);
}

/* --- rows ----------------------------------------------------------------------------------------- */

static const char *cell_of(const struct import *i, const struct import_line *l, enum input_field f)
{
	for (size_t c = 0; c < l->sheet->count && c < i->sheet.columns; c++)
		if (i->sheet.field[c] == (int)f)
			return l->sheet->cells[c].text;
	return NULL;
}

static void put_known(const struct import *i, struct jwrite *j, const struct import_line *l)
{
	const struct minsheng_row *r = &i->input.rows[l->row].row;
	const struct message_measure *m = slice_find(i->slice, bytes_of_string(r->target));
	char number[DECIMAL_TEXT_MAX];

	jwrite_string(j, "target", r->target);
	if (m)
		jwrite_bytes(j, "name", i->request->lang == LANG_ZH ? m->name_zh : m->name_en);
	jwrite_string(j, "unit", r->unit ? r->unit : i->request->unit);
	jwrite_string(j, "as_of", r->as_of);
	jwrite_string(j, "kind", r->kind ? r->kind : "total");
	jwrite_string(j, "stage", r->stage);
	jwrite_string(j, "value", r->value);
	jwrite_string(j, "denominator", r->denominator);
	if (m)
		jwrite_bytes(j, "uom", m->uom);
	if (!m || !l->stands)
		return;
	decimal_format(l->now.at.value, m->decimals, number);
	jwrite_string(j, "stands", l->now.at.present ? number : NULL);
	decimal_format(l->now.before.value, m->decimals, number);
	jwrite_string(j, "before", l->now.before.present ? number : NULL);
}

static void put_line(const struct import *i, struct jwrite *j, const struct import_line *l)
{
	jwrite_object(j, NULL);
	jwrite_uint(j, "row", l->number);
	jwrite_string(j, "state", import_state_name(l->state));
	jwrite_bool(j, "sum", l->sheet->fate == SHEET_SUM);
	if (l->has_row) {
		put_known(i, j, l);
	} else {
		jwrite_string(j, "target", cell_of(i, l, INPUT_TARGET));
		jwrite_string(j, "unit", cell_of(i, l, INPUT_UNIT));
		jwrite_string(j, "as_of", cell_of(i, l, INPUT_AS_OF));
		jwrite_string(j, "value", cell_of(i, l, INPUT_VALUE));
	}
	jwrite_string(j, "verdict", l->judged ? event_verdict_name(l->verdict) : NULL);
	jwrite_array(j, "findings");
	put_findings(i, j, l);
	jwrite_end(j);
	jwrite_end(j);
}

/* Faults and warnings first, as far as there is room; the page sorts by row. */
static void put_rows(const struct import *i, struct jwrite *j)
{
	size_t told = 0;

	jwrite_array(j, "rows");
	for (int needs = 1; needs >= 0; needs--)
		for (size_t n = 0; n < i->line_count && told < ROWS_TOLD; n++) {
			bool wanted = i->lines[n].state >= IMPORT_WARNING;

			if (i->input.broken || wanted != (needs == 1))
				continue;
			put_line(i, j, &i->lines[n]);
			told++;
		}
	jwrite_end(j);
	jwrite_bool(j, "all_rows", told == i->line_count || i->input.broken);
}

/* --- the whole ------------------------------------------------------------------------------------ */

static void put_receipt(const struct import *i, struct jwrite *j)
{
	if (!i->stored) {
		jwrite_null(j, "receipt");
		return;
	}
	jwrite_object(j, "receipt");
	jwrite_uint(j, "position", i->position);
	jwrite_uint(j, "through", i->last);
	jwrite_bool(j, "repeated", i->repeated);
	for (unsigned v = 0; v < EVENT_VERDICT_COUNT; v++)
		jwrite_uint(j, event_verdict_name(v), i->verdicts[v]);
	jwrite_uint(j, "on_time", i->on_time);
	jwrite_uint(j, "late", i->late);
	jwrite_end(j);
}

static void put_lights(const struct import *i, struct jwrite *j)
{
	const struct catalogue *c = trial_catalogue(i->trial);

	jwrite_array(j, "lights");
	for (size_t n = 0; n < i->light_count; n++) {
		const struct import_light *l = &i->lights[n];

		if (l->measure >= c->measure_count || l->unit >= c->unit_count)
			continue;
		jwrite_object(j, NULL);
		jwrite_string(j, "target", c->measures[l->measure].id);
		jwrite_lang(j, "name", (struct lang_text){ c->measures[l->measure].name.zh,
							   c->measures[l->measure].name.en });
		jwrite_string(j, "unit", c->units[l->unit].id);
		jwrite_lang(j, "unit_name", (struct lang_text){ c->units[l->unit].name.zh,
								c->units[l->unit].name.en });
		jwrite_bool(j, "official", l->official);
		jwrite_string(j, "from", light_name(l->from));
		jwrite_string(j, "to", light_name(l->to));
		jwrite_end(j);
	}
	jwrite_end(j);
}

static void put_problem(const struct import *i, struct jwrite *j)
{
	bool zh = i->request->lang == LANG_ZH;
	size_t bad = i->counts[IMPORT_ERROR], rows = 0;
	char detail[400];

	for (int s = 0; s < IMPORT_STATES; s++)
		rows += i->counts[s];
	if (i->input.broken && i->input.findings.count) {
		for (size_t k = 0; k < i->input.findings.count; k++)
			if (i->input.findings.items[k].level == DIAG_ERROR) {
				snprintf(detail, sizeof(detail), zh ? "%.190s：%.200s" : "%.190s %.200s",
					 i->request->file, text_of(i, &i->input.findings.items[k]));
				break;
			}
	} else if (rows == 0) {
		snprintf(detail, sizeof(detail), "%s",
			 zh ? "表中没有可以导入的行。" : "The sheet has no row with a figure.");
	} else {
		snprintf(detail, sizeof(detail),
			 zh ? "共 %zu 行：%zu 行可导入，%zu 行有错误。%s" :
			      "%zu rows: %zu can be taken, %zu have faults.%s",
			 rows, rows - bad, bad,
			 zh ? "没有写入任何数据。" : " Nothing was stored.");
	}
	jwrite_string(j, "type", "urn:minsheng:problem:import-rejected");
	jwrite_string(j, "title", i->input.broken ? (zh ? "这个文件无法导入" : "This file can't be taken") :
						    (zh ? "部分行未通过校验" : "Some rows have faults"));
	jwrite_int(j, "status", 422);
	jwrite_string(j, "detail", detail);
	snprintf(detail, sizeof(detail), "/api/v1/imports/%s", i->id);
	jwrite_string(j, "instance", detail);
}

void import_tell(const struct import *i, bool problem, struct buf *out)
{
	struct jwrite j = jwrite_to(out);
	char report[100];

	snprintf(report, sizeof(report), "/api/v1/imports/%s/errors.xlsx", i->id);
	jwrite_object(&j, NULL);
	if (problem)
		put_problem(i, &j);
	jwrite_string(&j, "import", i->id);
	jwrite_bool(&j, "dry_run", i->request->dry_run);
	jwrite_string(&j, "unit", i->request->unit);
	jwrite_string(&j, "file", i->request->file);
	jwrite_bool(&j, "ready", import_is_ready(i));
	put_detected(i, &j);
	put_counts(i, &j);
	put_notes(i, &j);
	put_errors(i, &j);
	put_rows(i, &j);
	jwrite_string(&j, "report", i->counts[IMPORT_ERROR] ? report : NULL);
	put_receipt(i, &j);
	put_lights(i, &j);
	jwrite_end(&j);
	buf_put_u8(out, '\n');
}
