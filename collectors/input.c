/* SPDX-License-Identifier: MIT */
/* Cells become rows. */
#include "collectors/input.h"

#include <stdio.h>
#include <stdlib.h>

#include "collectors/input_impl.h"
#include "collectors/row.h"
#include "collectors/text.h"

/* --- life ------------------------------------------------------------------------------------- */

enum err input_begin(struct input *in)
{
	in->arena = arena_new(SIZE_MAX);
	return in->arena ? ERR_OK : ERR_NOMEM;
}

void input_free(struct input *in)
{
	diag_free(&in->faults);
	arena_free(in->arena);
	free(in->findings.items);
	free(in->rows);
	*in = (struct input){ 0 };
}

/* --- what was found ----------------------------------------------------------------------------- */

static const char *kept(struct input *in, const char *text, bool *failed)
{
	char *s = text ? arena_strndup(in->arena, text, strlen(text)) : NULL;

	*failed |= text && !s;
	return s;
}

static enum err room(struct input_findings *list)
{
	struct input_finding *grown;
	size_t cap = list->cap ? list->cap * 2 : 16;

	if (list->count < list->cap)
		return ERR_OK;
	if (!(grown = realloc(list->items, cap * sizeof(*grown))))
		return ERR_NOMEM;
	list->items = grown;
	list->cap = cap;
	return ERR_OK;
}

enum err input_note(struct input *in, const struct input_finding *finding)
{
	struct input_finding f = *finding;
	bool failed = room(&in->findings) != ERR_OK;

	if (!failed) {
		f.heading = kept(in, f.heading ? f.heading : "", &failed);
		f.value = kept(in, f.value ? f.value : "", &failed);
		f.text[LANG_ZH] = kept(in, f.text[LANG_ZH], &failed);
		f.text[LANG_EN] = kept(in, f.text[LANG_EN], &failed);
		f.suggest = kept(in, f.suggest, &failed);
	}
	if (!failed)
		in->findings.items[in->findings.count++] = f;
	in->faults.incomplete |= failed;
	return failed ? ERR_NOMEM : ERR_OK;
}

/* Whether the hint is for those who read it there. */
static bool is_told(const struct input *in, const char *hint)
{
	return hint && hint[0] && !(in->no_commands && strstr(hint, "minsheng "));
}

/* The newest fault of the list, as a finding. */
static void note_newest(struct input *in, size_t before, const char *code, const char *value)
{
	const struct diag *d;
	struct input_finding f;

	if (in->faults.count != before + 1)
		return; /* no memory: the list says so */
	d = &in->faults.items[before];
	f = (struct input_finding){ .line = d->line, .column = d->column, .level = d->level,
				    .code = code, .value = value };
	for (int l = 0; l < 2; l++) {
		struct buf b = { 0 };

		bool told = is_told(in, d->hint[l]);

		buf_printf(&b, "%s%s%s", d->text[l], told ? l == LANG_ZH ? "。" : ". " : "",
			   told ? d->hint[l] : "");
		f.text[l] = arena_strndup(in->arena, buf_cstring(&b), b.len);
		buf_free(&b);
	}
	if (f.text[0] && f.text[1])
		(void)input_note(in, &f);
}

void input_fault(struct input *in, unsigned line, unsigned column, const struct lang_text *text,
		 const struct lang_text *hint, const char *a, const char *b)
{
	size_t before = in->faults.count;

	diag_add(&in->faults, DIAG_ERROR, in->file, line, column, text, hint, a ? a : "",
		 b ? b : "");
	note_newest(in, before, "sheet", a);
}

void input_warn(struct input *in, unsigned line, unsigned column, const char *code,
		const struct lang_text *text, const struct lang_text *hint, const char *a,
		const char *b)
{
	size_t before = in->faults.count;

	diag_add(&in->faults, DIAG_WARNING, in->file, line, column, text, hint, a ? a : "",
		 b ? b : "");
	note_newest(in, before, code, a);
}

/* --- one row ---------------------------------------------------------------------------------- */

static const char *heading_of(const struct input_work *w, enum input_field f)
{
	return w->cells->heading[f] ? w->cells->heading[f] : input_field_name(f);
}

enum { FAULT_CAP = 600 };

/* A text of either language with its holes filled. */
struct words {
	char text[2][FAULT_CAP], hint[2][FAULT_CAP];
};

static void fill(struct words *to, const struct input_kind *kind, const struct input_about *about)
{
	text_fill_cut(to->text[LANG_ZH], FAULT_CAP, kind->text.zh, about->args, 3);
	text_fill_cut(to->text[LANG_EN], FAULT_CAP, kind->text.en, about->args, 3);
	text_fill_cut(to->hint[LANG_ZH], FAULT_CAP, kind->hint.zh ? kind->hint.zh : "", about->args, 3);
	text_fill_cut(to->hint[LANG_EN], FAULT_CAP, kind->hint.en ? kind->hint.en : "", about->args, 3);
}

static void note_words(struct input_work *w, enum input_field f, enum diag_level level,
		       const char *code, const struct words *said, const char *suggest)
{
	char both[2][2 * FAULT_CAP + 8];
	struct input_finding found = {
		.line = w->cells->line, .column = w->cells->column[f], .level = level, .code = code,
		.heading = heading_of(w, f), .value = w->cells->cell[f],
		.text = { both[0], both[1] }, .suggest = suggest
	};

	for (int l = 0; l < 2; l++)
		snprintf(both[l], sizeof(both[l]), "%s%s%s", said->text[l],
			 !is_told(w->in, said->hint[l]) ? "" : l == LANG_ZH ? "。" : ". ",
			 is_told(w->in, said->hint[l]) ? said->hint[l] : "");
	w->no_memory |= input_note(w->in, &found) != ERR_OK;
}

static void say(struct input_work *w, enum input_field f, enum diag_level level, const char *code,
		const struct words *said, const char *suggest)
{
	/* %.0s skips an argument: a position that no text names is an error to printf */
	static const struct lang_text column = { "列“%1$s”：%2$s", "column \"%1$s\": %2$.0s%3$s" };
	static const struct lang_text plain = { "%1$s：%2$s", "%1$s: %2$.0s%3$s" };
	static const struct lang_text how = { "%1$.0s%2$.0s%3$.0s%4$s", "%1$.0s%2$.0s%3$.0s%4$.0s%5$s" };

	diag_add(&w->in->faults, level, w->in->file, w->cells->line, w->cells->column[f],
		 w->in->no_columns ? &plain : &column, said->hint[0][0] ? &how : NULL,
		 heading_of(w, f), said->text[LANG_ZH], said->text[LANG_EN], said->hint[LANG_ZH],
		 said->hint[LANG_EN]);
	note_words(w, f, level, code, said, suggest);
}

bool input_wrong(struct input_work *w, enum input_field f, const struct input_kind *kind,
		 const struct input_about *about)
{
	struct words said;

	fill(&said, kind, about);
	say(w, f, DIAG_ERROR, kind->code, &said, about->suggest);
	return false;
}

bool input_odd(struct input_work *w, enum input_field f, const struct input_kind *kind,
	       const struct input_about *about)
{
	struct words said;

	fill(&said, kind, about);
	say(w, f, DIAG_WARNING, kind->code, &said, about->suggest);
	return true;
}

char *input_copy(struct input_work *w, struct bytes b)
{
	char *s = arena_strndup(w->in->arena, (const char *)b.data, b.len);

	w->no_memory |= !s;
	return s;
}

static bool is_placeholder(struct bytes b)
{
	static const char *const none[] = { "-",  "--", "—",  "——", "/",    "无",   "n/a",
					    "na", "－", "／", "–",  "暂无", "未报", "未填" };

	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		if (input_heading_is(b, none[i]))
			return true;
	}
	return false;
}

static void copy_cells(struct input_work *w)
{
	for (size_t i = 0; i < INPUT_FIELDS; i++) {
		struct bytes b = input_trimmed(bytes_of_string(w->cells->cell[i]));
		bool figure = i == INPUT_VALUE || i == INPUT_NUMERATOR || i == INPUT_DENOMINATOR;

		if (b.len && !(figure && is_placeholder(b)))
			w->text[i] = input_copy(w, b);
	}
}

static bool is_blank(const struct input_work *w)
{
	for (size_t i = 0; i < INPUT_FIELDS; i++) {
		if (w->text[i])
			return false;
	}
	return true;
}

/* Nothing to report is no report of zero. */
static bool reports_nothing(const struct input_work *w)
{
	return !w->text[INPUT_VALUE] && !w->text[INPUT_NUMERATOR] && !w->text[INPUT_KIND] &&
	       !w->text[INPUT_STAGE];
}

/* Columns that are none of ours are kept as notes. */
static bool read_texts(struct input_work *w)
{
	struct buf b = { 0 };

	w->row.target = w->text[INPUT_TARGET];
	w->row.unit = w->text[INPUT_UNIT];
	w->row.reason = w->text[INPUT_REASON];
	w->row.evidence = w->text[INPUT_EVIDENCE];
	w->row.ref = w->text[INPUT_REF];
	w->row.withdraw = w->text[INPUT_WITHDRAW];
	w->row.object = w->text[INPUT_OBJECT];
	w->row.note = w->text[INPUT_NOTE];
	if (!w->cells->more || !*w->cells->more)
		return true;
	buf_printf(&b, "%s%s%s", w->row.note ? w->row.note : "", w->row.note ? "；" : "",
		   w->cells->more);
	w->row.note = input_copy(w, buf_bytes(&b));
	w->no_memory |= b.failed;
	buf_free(&b);
	return true;
}

static enum input_field field_named(const char *name)
{
	int f = input_field_of(bytes_of_string(name));

	return f < 0 ? INPUT_TARGET : (enum input_field)f;
}

static bool check_row(struct input_work *w)
{
	struct minsheng_fault f;
	struct words said = { 0 };
	enum input_field field;
	struct row checked;

	if (row_check(&w->row, &checked, &f) == ERR_OK)
		return true;
	field = field_named(f.field);
	if (field == INPUT_VALUE && w->text[INPUT_NUMERATOR])
		field = INPUT_NUMERATOR;
	text_cut(said.text[LANG_ZH], FAULT_CAP, bytes_of_string(f.text_zh));
	text_cut(said.text[LANG_EN], FAULT_CAP, bytes_of_string(f.text_en));
	say(w, field, DIAG_ERROR, "bad-cell", &said, NULL);
	return false;
}

static enum err keep(struct input_work *w)
{
	struct input *in = w->in;

	if (in->count == in->cap) {
		size_t cap = in->cap ? in->cap * 2 : 256;
		struct input_row *rows = realloc(in->rows, cap * sizeof(*rows));

		if (!rows)
			return ERR_NOMEM;
		in->rows = rows;
		in->cap = cap;
	}
	in->rows[in->count++] = (struct input_row){ w->row, w->cells->line };
	return ERR_OK;
}

static bool read_figures(struct input_work *w)
{
	return input_clean_figures(w) && input_read_figures(w);
}

enum err input_add(struct input *in, const struct input_cells *cells)
{
	/* each has its say, so that a row is mended at one go */
	static bool (*const steps[])(struct input_work *w) = {
		input_find_measure, input_check_uom,     input_check_unit, input_read_kind, input_read_date,
		read_figures,       input_check_stage,   input_read_revision, read_texts,
	};
	struct input_work w = { .in = in, .cells = cells };
	bool ok = true;

	copy_cells(&w);
	if (w.no_memory)
		return ERR_NOMEM;
	if (is_blank(&w))
		return ERR_OK;
	if (reports_nothing(&w)) {
		in->without_figure++;
		return ERR_OK;
	}
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		ok &= steps[i](&w);
	ok = ok && input_check_objects(&w) && check_row(&w);
	if (w.no_memory)
		return ERR_NOMEM;
	if (!ok) {
		in->bad++;
		return ERR_OK;
	}
	return keep(&w);
}
