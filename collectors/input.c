/* SPDX-License-Identifier: MIT */
/* Cells become rows. */
#include "collectors/input.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/decimal.h"
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
	free(in->rows);
	*in = (struct input){ 0 };
}

void input_fault(struct input *in, unsigned line, unsigned column, const struct lang_text *text,
		 const struct lang_text *hint, const char *a, const char *b)
{
	diag_add(&in->faults, DIAG_ERROR, in->file, line, column, text, hint, a ? a : "",
		 b ? b : "");
}

/* --- one row ---------------------------------------------------------------------------------- */

/* A row under way: texts are copies in the arena, NULL where empty. */
struct work {
	struct input *in;
	const struct input_cells *cells;
	const struct message_measure *measure; /* NULL: not known */
	char *text[INPUT_FIELDS];
	struct minsheng_row row;
	bool no_memory;
};

static const char *heading_of(const struct work *w, enum input_field f)
{
	return w->cells->heading[f] ? w->cells->heading[f] : input_field_name(f);
}

enum { FAULT_CAP = 600 };

/* A text of either language with its holes filled. */
struct words {
	char zh[FAULT_CAP], en[FAULT_CAP];
};

static void fill(struct words *to, const struct lang_text *text, const char *const *args,
		 size_t count)
{
	text_fill_cut(to->zh, FAULT_CAP, text ? text->zh : "", args, count);
	text_fill_cut(to->en, FAULT_CAP, text ? text->en : "", args, count);
}

static bool add_fault(struct work *w, enum input_field f, const struct words *text,
		      const struct words *hint)
{
	/* %.0s skips an argument: a position that no text names is an error to printf */
	static const struct lang_text column = { "列“%1$s”：%2$s", "column \"%1$s\": %2$.0s%3$s" };
	static const struct lang_text plain = { "%1$s：%2$s", "%1$s: %2$.0s%3$s" };
	static const struct lang_text how = { "%1$.0s%2$.0s%3$.0s%4$s", "%1$.0s%2$.0s%3$.0s%4$.0s%5$s" };

	diag_add(&w->in->faults, DIAG_ERROR, w->in->file, w->cells->line, w->cells->column[f],
		 w->in->no_columns ? &plain : &column, hint ? &how : NULL, heading_of(w, f),
		 text->zh, text->en, hint ? hint->zh : "", hint ? hint->en : "");
	return false;
}

/* text and hint: {0} is what the fault is about, {1} a bound. */
static bool bounded_fault(struct work *w, enum input_field f, const struct lang_text *text,
			  const struct lang_text *hint, const char *about, const char *bound)
{
	const char *const args[] = { about, bound };
	struct words said, how;

	fill(&said, text, args, 2);
	fill(&how, hint, args, 2);
	return add_fault(w, f, &said, hint ? &how : NULL);
}

static bool fault(struct work *w, enum input_field f, const struct lang_text *text,
		  const struct lang_text *hint, const char *about)
{
	return bounded_fault(w, f, text, hint, about, NULL);
}

static char *copy(struct work *w, struct bytes b)
{
	char *s = arena_strndup(w->in->arena, (const char *)b.data, b.len);

	w->no_memory |= !s;
	return s;
}

static bool is_placeholder(struct bytes b)
{
	static const char *const none[] = { "-", "--", "—", "——", "/", "无", "n/a", "na" };

	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		if (input_heading_is(b, none[i]))
			return true;
	}
	return false;
}

static void copy_cells(struct work *w)
{
	for (size_t i = 0; i < INPUT_FIELDS; i++) {
		struct bytes b = input_trimmed(bytes_of_string(w->cells->cell[i]));
		bool figure = i == INPUT_VALUE || i == INPUT_NUMERATOR || i == INPUT_DENOMINATOR;

		if (b.len && !(figure && is_placeholder(b)))
			w->text[i] = copy(w, b);
	}
}

static bool is_blank(const struct work *w)
{
	for (size_t i = 0; i < INPUT_FIELDS; i++) {
		if (w->text[i])
			return false;
	}
	return true;
}

/* Nothing to report is no report of zero. */
static bool reports_nothing(const struct work *w)
{
	return !w->text[INPUT_VALUE] && !w->text[INPUT_NUMERATOR] && !w->text[INPUT_KIND] &&
	       !w->text[INPUT_STAGE];
}

static bool unknown_target(struct work *w)
{
	static const struct lang_text text = { "没有指标“{0}”，或不由本单位填报",
					       "there is no measure \"{0}\" that you report" };
	static const struct lang_text near = { "是否为 {0}（{1}）？", "did you mean {0} ({2})?" };
	static const struct lang_text far = { "运行 minsheng status --json 查看本单位的指标",
					      "minsheng status --json lists your measures" };
	const struct message_measure *m =
		slice_nearest(w->in->slice, bytes_of_string(w->text[INPUT_TARGET]));
	char *id = m ? copy(w, m->id) : NULL, *zh = m ? copy(w, m->name_zh) : NULL;
	char *en = m ? copy(w, m->name_en) : NULL;
	struct words said, how;

	if (!id || !zh || !en)
		return fault(w, INPUT_TARGET, &text, &far, w->text[INPUT_TARGET]);
	fill(&said, &text, (const char *const[]){ w->text[INPUT_TARGET] }, 1);
	fill(&how, &near, (const char *const[]){ id, zh, en }, 3);
	return add_fault(w, INPUT_TARGET, &said, &how);
}

/* "1.1/canteens" names the item too. */
static void split_item(struct work *w)
{
	char *slash = w->text[INPUT_TARGET] ? strchr(w->text[INPUT_TARGET], '/') : NULL;

	if (!slash || w->text[INPUT_ITEM])
		return;
	w->text[INPUT_ITEM] = copy(w, bytes_of(w->text[INPUT_TARGET],
					       (size_t)(slash - w->text[INPUT_TARGET])));
	w->text[INPUT_TARGET] = slash + 1;
}

static bool find_measure(struct work *w)
{
	static const struct lang_text text = { "指标不属于事项 {0}",
					       "the measure is not of item {0}" };
	static const struct lang_text hint = { "核对事项编号，或不填此列",
					       "correct the item, or leave it out" };
	struct bytes given;

	split_item(w);
	if (!w->text[INPUT_TARGET] || !w->in->slice)
		return true; /* what is missing, the check of the row tells */
	given = bytes_of_string(w->text[INPUT_TARGET]);
	w->measure = slice_find(w->in->slice, given);
	if (!w->measure)
		w->measure = slice_find_name(w->in->slice, given);
	if (!w->measure)
		return unknown_target(w);
	w->text[INPUT_TARGET] = copy(w, w->measure->id);
	if (w->text[INPUT_ITEM] &&
	    !bytes_equal(bytes_of_string(w->text[INPUT_ITEM]), w->measure->item))
		return fault(w, INPUT_ITEM, &text, &hint, w->text[INPUT_ITEM]);
	return true;
}

static bool is_ascii(const char *s)
{
	while (*s && (unsigned char)*s < 0x80)
		s++;
	return !*s;
}

/* The catalogue has the unit of measure in Chinese only: an English one can't be checked. */
static bool check_uom(struct work *w)
{
	static const struct lang_text text = { "计量单位“{0}”与目录不同",
					       "unit of measure \"{0}\" is not the catalogue's" };
	static const struct lang_text hint = { "请按目录的计量单位换算后填写",
					       "convert the figure to the catalogue's unit of measure" };
	const char *uom = w->text[INPUT_UOM];

	if (!uom || !w->measure || is_ascii(uom) ||
	    bytes_equal(bytes_of_string(uom), w->measure->uom))
		return true;
	return fault(w, INPUT_UOM, &text, &hint, uom);
}

static bool check_unit(struct work *w)
{
	static const struct lang_text text = { "不能为“{0}”填报此指标",
					       "you may not report this for \"{0}\"" };
	static const struct lang_text hint = { "填写单位编码（如 yutai）；本单位可不填此列",
					       "write the unit's id (such as yutai); leave it out for your own" };
	const char *unit = w->text[INPUT_UNIT];

	if (unit && w->in->reporter[0] && strcmp(unit, w->in->reporter_name) == 0)
		unit = w->text[INPUT_UNIT] = copy(w, bytes_of_string(w->in->reporter));
	if (!unit || !w->measure || w->measure->unit_count == 0 ||
	    slice_has_unit(w->measure, bytes_of_string(unit)))
		return true;
	return fault(w, INPUT_UNIT, &text, &hint, unit);
}

struct kind_word {
	const char *word;
	const char *kind;
};

static bool read_kind(struct work *w)
{
	static const struct kind_word words[] = {
		{ "set", "total" },    { "累计", "total" },   { "新增", "add" },
		{ "增量", "add" },     { "节点", "stage" },   { "标准", "level" },
		{ "无进展", "nil" },   { "零报告", "nil" },   { "撤回", "retract" },
	};
	char *kind = w->text[INPUT_KIND];

	if (!kind && w->text[INPUT_STAGE] && !w->text[INPUT_VALUE] && !w->text[INPUT_NUMERATOR])
		w->row.kind = "stage";
	else
		w->row.kind = kind;
	for (size_t i = 0; kind && i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(kind, words[i].word) == 0)
			w->row.kind = words[i].kind;
	}
	return true;
}

/* A month means its last day. */
static bool read_date(struct work *w)
{
	const char *text = w->text[INPUT_AS_OF];
	char day[11];
	int32_t month;

	w->row.as_of = text;
	if (!text)
		return true;
	if (date_month_parse(bytes_of_string(text), &month) == ERR_OK)
		date_format(date_month_last(month), day);
	else if (!input_check_day(bytes_of_string(text), day))
		return true; /* the check of the row tells */
	w->row.as_of = copy(w, bytes_of_string(day));
	return true;
}

static size_t decimals_of(const char *text)
{
	const char *dot = text ? strchr(text, '.') : NULL;
	size_t n = dot ? strlen(dot + 1) : 0;

	while (n && dot[n] == '0')
		n--;
	return n;
}

static bool is_negative(const char *text)
{
	int64_t n;

	return text && decimal_parse(bytes_of_string(text), DECIMAL_PLACES_MAX, &n) == ERR_OK &&
	       n < 0;
}

static bool read_figures(struct work *w)
{
	static const struct lang_text both = { "分子和数值只填一个",
					       "give numerator or value, not both" };
	static const struct lang_text bare = { "比例指标要填分母",
					       "a ratio needs its denominator" };
	static const struct lang_text fine = { "“{0}”的小数位数太多，此指标最多 {1} 位",
					       "\"{0}\" has too many decimals: this measure takes {1} at most" };
	static const struct lang_text below = { "“{0}”是负数，不能上报", "\"{0}\" is negative" };
	static const struct lang_text anew = { "数字变少时请报新的累计数并写更正原因；新增的数用撤回",
					       "report the new total with a reason, or retract an add" };
	enum input_field figure = w->text[INPUT_NUMERATOR] ? INPUT_NUMERATOR : INPUT_VALUE;
	char bound[16];
	bool ratio = w->measure && bytes_equal(w->measure->kind, bytes_of_string("ratio"));

	if (w->text[INPUT_VALUE] && w->text[INPUT_NUMERATOR])
		return fault(w, INPUT_NUMERATOR, &both, NULL, NULL);
	w->row.value = w->text[INPUT_NUMERATOR] ? w->text[INPUT_NUMERATOR] : w->text[INPUT_VALUE];
	w->row.denominator = w->text[INPUT_DENOMINATOR];
	snprintf(bound, sizeof(bound), "%u", w->measure ? w->measure->decimals : 0);
	if (ratio && w->row.value && !w->row.denominator)
		return fault(w, INPUT_DENOMINATOR, &bare, NULL, NULL);
	if (w->measure && decimals_of(w->row.value) > w->measure->decimals)
		return bounded_fault(w, figure, &fine, NULL, w->row.value, bound);
	if (is_negative(w->row.value))
		return fault(w, figure, &below, &anew, w->row.value);
	return true;
}

static bool read_revision(struct work *w)
{
	static const struct lang_text text = { "“{0}”不是修订号，请写 0、1、2…",
					       "\"{0}\" is no revision: write 0, 1, 2 ..." };
	const char *s = w->text[INPUT_REVISION];
	char *end;
	unsigned long n;

	if (!s)
		return true;
	n = strtoul(s, &end, 10);
	if (*s < '0' || *s > '9' || *end || n > UINT32_MAX)
		return fault(w, INPUT_REVISION, &text, NULL, s);
	w->row.revision = (unsigned)n;
	return true;
}

static bool check_stage(struct work *w)
{
	static const struct lang_text text = { "此指标没有节点“{0}”",
					       "the measure has no stage \"{0}\"" };
	const char *stage = w->text[INPUT_STAGE];

	w->row.stage = stage;
	if (!stage || !w->measure || slice_has_stage(w->measure, bytes_of_string(stage)))
		return true;
	for (size_t i = 0; i < w->measure->stage_count; i++) {
		const struct message_stage *s = &w->measure->stages[i];

		if (bytes_equal(s->name_zh, bytes_of_string(stage)) ||
		    bytes_equal(s->name_en, bytes_of_string(stage))) {
			w->row.stage = copy(w, s->id);
			return true;
		}
	}
	return fault(w, INPUT_STAGE, &text, NULL, stage);
}

/* Columns that are none of ours are kept as notes. */
static bool read_texts(struct work *w)
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
	w->row.note = copy(w, buf_bytes(&b));
	w->no_memory |= b.failed;
	buf_free(&b);
	return true;
}

static bool is_listed(const struct message_measure *m, struct bytes id)
{
	for (size_t i = 0; i < m->object_count; i++) {
		if (bytes_equal(m->objects[i], id))
			return true;
	}
	return m->object_count == 0; /* no list, or one that is too long to be carried */
}

/* What is counted by ids names them, as many as its value says. Ids that are there twice are for
 * the check of rows. */
static bool check_objects(struct work *w)
{
	static const struct lang_text count = { "数值是 {0}，对象编号却有 {1} 个",
						"the value is {0}, the object ids are {1}" };
	static const struct lang_text unlisted = { "对象“{0}”不在可计入的名单内",
						   "object \"{0}\" is not in the list of what may "
						   "be counted" };
	struct bytes rest = bytes_of_string(w->row.object), id;
	const char *kind = w->row.kind ? w->row.kind : "total";
	char ids[24];
	int64_t value;

	if (!w->measure || !w->measure->counts_objects ||
	    (strcmp(kind, "total") != 0 && strcmp(kind, "add") != 0))
		return true;
	snprintf(ids, sizeof(ids), "%zu", row_count_objects(rest));
	while (row_next_object(&rest, &id)) {
		if (!is_listed(w->measure, id))
			return fault(w, INPUT_OBJECT, &unlisted, NULL, copy(w, id));
	}
	if (decimal_parse(bytes_of_string(w->row.value), 0, &value) == ERR_OK &&
	    value == strtoll(ids, NULL, 10))
		return true;
	return bounded_fault(w, INPUT_OBJECT, &count, NULL,
			     w->row.value ? w->row.value : "", ids);
}

static enum input_field field_named(const char *name)
{
	int f = input_field_of(bytes_of_string(name));

	return f < 0 ? INPUT_TARGET : (enum input_field)f;
}

static bool check_row(struct work *w)
{
	struct minsheng_fault f;
	struct words said;
	enum input_field field;
	struct row checked;

	if (row_check(&w->row, &checked, &f) == ERR_OK)
		return true;
	field = field_named(f.field);
	if (field == INPUT_VALUE && w->text[INPUT_NUMERATOR])
		field = INPUT_NUMERATOR;
	text_cut(said.zh, FAULT_CAP, bytes_of_string(f.text_zh));
	text_cut(said.en, FAULT_CAP, bytes_of_string(f.text_en));
	return add_fault(w, field, &said, NULL);
}

static enum err keep(struct work *w)
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

enum err input_add(struct input *in, const struct input_cells *cells)
{
	static bool (*const steps[])(struct work *w) = {
		find_measure, check_uom,  check_unit, read_kind,   read_date, read_figures,
		check_stage,  read_revision, read_texts, check_objects, check_row,
	};
	struct work w = { .in = in, .cells = cells };
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
	for (size_t i = 0; ok && i < sizeof(steps) / sizeof(*steps); i++)
		ok = steps[i](&w);
	if (w.no_memory)
		return ERR_NOMEM;
	if (!ok) {
		in->bad++;
		return ERR_OK;
	}
	return keep(&w);
}
