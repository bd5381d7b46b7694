/* SPDX-License-Identifier: MIT */
#include "daemon/import.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/decimal.h"
#include "collectors/seal.h"
#include "proto/limits.h"

const char *import_state_name(enum import_state s)
{
	static const char *const names[IMPORT_STATES] = { "changed", "unchanged", "warning", "error" };

	return names[s];
}

void import_free(struct import *i)
{
	input_free(&i->input);
	sheet_free(&i->sheet);
	slice_release(i->slice);
	trial_end(i->trial);
	arena_free(i->arena);
	free(i->rows);
	free(i->lines);
	free(i->lights);
	*i = (struct import){ 0 };
}

/* --- who it is ---------------------------------------------------------------------------------- */

/* The file, the unit, and how it was to be read: the same again is the same import. */
static void make_id(struct import *i)
{
	const struct import_request *r = i->request;
	uint8_t hash[CRYPTO_HASH_LEN];
	struct buf all = { 0 };
	char day[11];

	crypto_digest(buf_bytes(&r->body), i->digest);
	date_format(r->day, day);
	buf_put(&all, bytes_of(i->digest, sizeof(i->digest)));
	buf_printf(&all, "%s\n%s\n%s\n%u\n", r->unit, r->wanted, r->day ? day : "",
		   r->mapped ? r->mapping.heading : 0);
	for (size_t c = 0; r->mapped && c < INPUT_COLUMNS_MAX; c++)
		buf_printf(&all, "%d,", r->mapping.field[c]);
	crypto_digest(buf_bytes(&all), hash);
	bytes_to_hex(bytes_of(hash, (IMPORT_ID - 1) / 2), i->id);
	buf_free(&all);
}

static enum err make_slice(struct import *i)
{
	struct message_slice message;
	struct envelope head;
	struct buf form = { 0 };
	struct bytes body;
	enum err e = trial_slice(i->trial, i->arena, &message);

	if (e == ERR_OK)
		e = message_slice_encode(&message, &form);
	if (e == ERR_OK)
		e = envelope_decode(buf_bytes(&form), &head, &body);
	if (e == ERR_OK)
		e = slice_new(body, &i->slice);
	buf_free(&form);
	return e;
}

/* Units go by their id, code or either name. */
static const char *unit_of(void *ctx, const char *name)
{
	const struct catalogue *c = ctx;

	for (size_t u = 0; u < c->unit_count; u++) {
		const struct catalogue_unit *unit = &c->units[u];

		if (strcmp(unit->name.zh, name) == 0 || strcmp(unit->name.en, name) == 0 ||
		    (unit->code && strcmp(unit->code, name) == 0))
			return unit->id;
	}
	return NULL;
}

static enum err read_file(struct import *i)
{
	const struct import_request *r = i->request;
	const struct catalogue *c = trial_catalogue(i->trial);
	struct input *in = &i->input;
	enum err e;

	*in = (struct input){ .file = r->file,
			      .slice = i->slice,
			      .reporter = r->unit,
			      .reporter_name = c->units[trial_unit(i->trial)].name.zh,
			      .unit_of = unit_of,
			      .no_commands = true,
			      .unit_ctx = (void *)(uintptr_t)c,
			      .day = r->day,
			      .mapping = r->mapped ? &r->mapping : NULL,
			      .wanted = r->wanted[0] ? r->wanted : NULL,
			      .rows_max = IMPORT_ROWS_MAX,
			      .sheet = &i->sheet };
	e = input_begin(in);
	if (e == ERR_OK)
		e = input_read_sheet(in, buf_bytes(&r->body));
	return e == ERR_OK && !in->broken ? input_check_rows(in) : e;
}

/* --- judging ------------------------------------------------------------------------------------ */

static enum err check_rows(struct import *i)
{
	struct minsheng_fault fault;

	i->rows = calloc(i->input.count + 1, sizeof(*i->rows));
	if (!i->rows)
		return ERR_NOMEM;
	for (size_t n = 0; n < i->input.count; n++)
		if (row_check(&i->input.rows[n].row, &i->rows[n], &fault) != ERR_OK)
			return ERR_CORRUPT; /* the input has checked it */
	return ERR_OK;
}

static int by_line(const void *a, const void *b)
{
	const struct input_finding *x = a, *y = b;

	return (x->line > y->line) - (x->line < y->line);
}

static enum err make_lines(struct import *i)
{
	struct input_findings *f = &i->input.findings;
	size_t row = 0, found = 0;

	i->lines = calloc(i->sheet.count + 1, sizeof(*i->lines));
	if (!i->lines)
		return ERR_NOMEM;
	if (f->count)
		qsort(f->items, f->count, sizeof(*f->items), by_line);
	for (size_t n = 0; n < i->sheet.count; n++) {
		const struct sheet_row *s = &i->sheet.rows[n];
		struct import_line *l = &i->lines[i->line_count];

		i->nothing += s->fate == SHEET_NOTHING;
		i->sums += s->fate == SHEET_SUM;
		while (found < f->count && f->items[found].line < s->line)
			found++;
		*l = (struct import_line){ .sheet = s, .number = s->line, .finding = found };
		for (; found < f->count && f->items[found].line == s->line; found++)
			l->finding_count++;
		while (row < i->input.count && i->input.rows[row].line < s->line)
			row++;
		l->has_row = row < i->input.count && i->input.rows[row].line == s->line;
		l->row = row;
		i->line_count += s->fate == SHEET_ROW || (s->fate == SHEET_SUM && l->finding_count);
	}
	return ERR_OK;
}

static struct bytes unit_said(const struct import *i, const struct row *r)
{
	const struct message_measure *m = slice_find(i->slice, r->target);

	if (r->unit.len)
		return r->unit;
	if (m && m->unit_count == 1 && !slice_has_unit(m, bytes_of_string(i->request->unit)))
		return m->units[0];
	return bytes_of_string(i->request->unit);
}

static enum err look_at(struct import *i, struct import_line *l)
{
	const struct row *r = &i->rows[l->row];
	enum err e = trial_stands(i->trial, r->target, unit_said(i, r), r->stage, r->as_of, &l->now);

	l->stands = e == ERR_OK;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

struct judging {
	struct import *i;
	const size_t *line_of; /* by row of the input */
	size_t first;
};

static void on_verdict(void *ctx, uint32_t row, enum event_verdict verdict, enum event_code code)
{
	struct judging *j = ctx;
	struct import_line *l = &j->i->lines[j->line_of[j->first + row]];

	l->verdict = verdict;
	l->code = code;
}

static enum err judge_all(struct import *i, struct judging *j)
{
	const struct seal_terms terms = { i->slice, bytes_of_string(i->request->unit),
					  LIMITS_BATCH_ROWS, LIMITS_BATCH_BYTES };
	enum err e = ERR_OK;
	size_t taken;

	for (; e == ERR_OK && j->first < i->input.count; j->first += taken) {
		struct buf body = { 0 };

		e = seal_rows(&terms, i->rows + j->first, i->input.count - j->first, &taken, &body);
		if (e == ERR_OK)
			e = trial_judge(i->trial, buf_bytes(&body), (uint32_t)taken, on_verdict, j);
		buf_free(&body);
	}
	return e;
}

static enum err judge(struct import *i)
{
	size_t *line_of = calloc(i->input.count + 1, sizeof(*line_of));
	struct judging j = { i, line_of, 0 };
	enum err e = line_of ? ERR_OK : ERR_NOMEM;

	for (size_t n = 0; e == ERR_OK && n < i->line_count; n++) {
		struct import_line *l = &i->lines[n];

		if (!l->has_row)
			continue;
		line_of[l->row] = n;
		l->judged = true;
		e = look_at(i, l); /* before the rows fold in */
	}
	if (e == ERR_OK)
		e = judge_all(i, &j);
	free(line_of);
	return e;
}

/* --- states --------------------------------------------------------------------------------------- */

/* Above three times the figure of the month before, or a fifth above its goal: worth a second look. */
static void look_twice(struct import *i, struct import_line *l)
{
	const struct row *r = &i->rows[l->row];
	const struct message_measure *m = slice_find(i->slice, r->target);
	int64_t value = r->value, before = l->now.before.value;
	struct input_finding f = { .line = l->number, .level = DIAG_WARNING };
	char number[DECIMAL_TEXT_MAX], zh[200], en[200];

	if (!m || !l->stands || r->kind != EVENT_TOTAL || r->denominator || m->decimals < r->decimals ||
	    !decimal_mul(value, decimal_pow10(m->decimals - r->decimals), &value))
		return;
	if (l->now.before.present && before >= 3 && value / 3 > before) {
		decimal_format(before, m->decimals, number);
		f.code = "jump";
		snprintf(zh, sizeof(zh), "超过上月（%s）的3倍，请核对", number);
		snprintf(en, sizeof(en), "more than three times the month before (%s): check it", number);
	} else if (l->now.has_goal && l->now.goal > 0 && value > l->now.goal + l->now.goal / 5) {
		decimal_format(l->now.goal, m->decimals, number);
		f.code = "above-goal";
		snprintf(zh, sizeof(zh), "超过年度任务（%s）的120%%，请核对", number);
		snprintf(en, sizeof(en), "more than 120%% of the year's task (%s): check it", number);
	} else {
		return;
	}
	f.heading = i->sheet.format ? "" : NULL;
	f.value = i->input.rows[l->row].row.value;
	f.text[LANG_ZH] = zh;
	f.text[LANG_EN] = en;
	(void)input_note(&i->input, &f);
}

static bool has_level(const struct import *i, const struct import_line *l, enum diag_level level)
{
	for (size_t k = 0; k < l->finding_count; k++)
		if (i->input.findings.items[l->finding + k].level == level)
			return true;
	return false;
}

static enum import_state state_of(const struct import *i, const struct import_line *l)
{
	if (l->sheet->fate == SHEET_SUM)
		return IMPORT_WARNING;
	if (!l->has_row || l->verdict == EVENT_REJECT || l->verdict == EVENT_CONFLICT)
		return IMPORT_ERROR;
	if (l->verdict == EVENT_HOLD || (l->verdict == EVENT_ADMITTED && l->code) ||
	    has_level(i, l, DIAG_WARNING))
		return IMPORT_WARNING;
	return l->verdict == EVENT_DUPLICATE ? IMPORT_UNCHANGED : IMPORT_CHANGED;
}

void import_count(struct import *i)
{
	memset(i->counts, 0, sizeof(i->counts));
	for (size_t n = 0; n < i->line_count; n++) {
		struct import_line *l = &i->lines[n];

		l->state = state_of(i, l);
		i->counts[l->state] += l->sheet->fate == SHEET_ROW;
	}
}

/* New findings are at the end: sorted in again, lines find theirs anew. */
static void find_again(struct import *i)
{
	struct input_findings *f = &i->input.findings;
	size_t found = 0;

	if (f->count)
		qsort(f->items, f->count, sizeof(*f->items), by_line);
	for (size_t n = 0; n < i->line_count; n++) {
		struct import_line *l = &i->lines[n];

		while (found < f->count && f->items[found].line < l->number)
			found++;
		l->finding = found;
		l->finding_count = 0;
		while (l->finding + l->finding_count < f->count &&
		       f->items[l->finding + l->finding_count].line == l->number)
			l->finding_count++;
	}
}

enum err import_read(struct store *store, const struct import_request *request, int64_t now_ms,
		     struct import *out)
{
	enum err e;

	*out = (struct import){ .request = request, .arena = arena_new(SIZE_MAX) };
	if (!out->arena)
		return ERR_NOMEM;
	make_id(out);
	e = trial_begin(store, bytes_of_string(request->unit), now_ms, &out->trial);
	if (e == ERR_OK)
		e = make_slice(out);
	if (e == ERR_OK)
		e = read_file(out);
	if (e == ERR_OK)
		e = make_lines(out);
	if (e != ERR_OK || out->input.broken)
		return e;
	if ((e = check_rows(out)) == ERR_OK)
		e = judge(out);
	for (size_t n = 0; e == ERR_OK && n < out->line_count; n++)
		if (out->lines[n].has_row && out->lines[n].verdict != EVENT_REJECT)
			look_twice(out, &out->lines[n]);
	find_again(out);
	import_count(out);
	return e;
}

/* --- to the ledger -------------------------------------------------------------------------------- */

bool import_goes(const struct import_line *l)
{
	return l->has_row && l->sheet->fate == SHEET_ROW && l->state != IMPORT_ERROR;
}

bool import_is_ready(const struct import *i)
{
	if (i->input.broken || (i->counts[IMPORT_ERROR] && !i->request->partial))
		return false;
	for (size_t n = 0; n < i->line_count; n++)
		if (import_goes(&i->lines[n]))
			return true;
	return false;
}

static char *make_act(const struct import *i, size_t rows, size_t parts, const struct buf *parcel)
{
	uint8_t hash[CRYPTO_HASH_LEN];
	char id[160], part[17], digest[2 * CRYPTO_HASH_LEN + 1];
	json_t *act;
	char *text;

	/* what a later catalogue lets in of the same file is another import */
	crypto_digest(buf_bytes(parcel), hash);
	bytes_to_hex(bytes_of(hash, 8), part);
	bytes_to_hex(bytes_of(i->digest, sizeof(i->digest)), digest);
	snprintf(id, sizeof(id), "import-%s-%s", i->id, part);
	act = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "id", id, "act", "rows.import", "unit",
			i->request->unit, "file", i->request->file, "digest", digest, "rows",
			(json_int_t)rows, "parts", (json_int_t)parts);
	text = act ? json_dumps(act, JSON_COMPACT) : NULL;
	json_decref(act);
	return text;
}

enum err import_seal(struct import *i, char **json, struct buf *parcel)
{
	const struct seal_terms terms = { i->slice, bytes_of_string(i->request->unit),
					  LIMITS_BATCH_ROWS, LIMITS_BATCH_BYTES };
	struct row *rows = calloc(i->input.count + 1, sizeof(*rows));
	size_t count = 0, parts = 0, taken;
	enum err e = rows ? ERR_OK : ERR_NOMEM;

	*json = NULL;
	for (size_t n = 0; rows && n < i->line_count; n++)
		if (import_goes(&i->lines[n]))
			rows[count++] = i->rows[i->lines[n].row];
	if (e == ERR_OK && count == 0)
		e = ERR_NOTFOUND;
	for (size_t first = 0; e == ERR_OK && first < count; first += taken, parts++) {
		struct buf body = { 0 };

		e = seal_rows(&terms, rows + first, count - first, &taken, &body);
		buf_put_u32(parcel, (uint32_t)taken);
		buf_put_block(parcel, buf_bytes(&body));
		buf_free(&body);
	}
	if (e == ERR_OK && (buf_error(parcel) != ERR_OK ||
			    !(*json = make_act(i, count, parts, parcel))))
		e = ERR_NOMEM;
	free(rows);
	return e;
}
