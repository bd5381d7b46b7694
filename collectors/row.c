/* SPDX-License-Identifier: MIT */
#include "collectors/row.h"

#include <stdio.h>

#include "base/date.h"
#include "base/decimal.h"
#include "collectors/text.h"
#include "proto/limits.h"

enum fault_kind {
	FAULT_MISSING,
	FAULT_TOO_LONG,
	FAULT_NO_TEXT,
	FAULT_KIND,
	FAULT_NUMBER,
	FAULT_NUMBER_RANGE,
	FAULT_NO_FIGURE,
	FAULT_DATE,
	FAULT_DENOMINATOR,
	FAULT_OBJECT_EMPTY,
	FAULT_OBJECT_TWICE,
	FAULT_ADD_REVISED
};

/* {0}: the text as it was given, {1}: a bound */
static const struct lang_text fault_texts[] = {
	[FAULT_MISSING] = { "缺少此项，请填写", "is missing: fill it in" },
	[FAULT_TOO_LONG] = { "超过 {1} 字节，请缩短", "is longer than {1} bytes: shorten it" },
	[FAULT_NO_TEXT] = { "不是有效的 UTF-8 文本，请检查编码",
			    "is not valid UTF-8: check the encoding" },
	[FAULT_KIND] = { "口径“{0}”不认识，可用 total、add、stage、level、nil、retract",
			 "\"{0}\" is no kind: use total, add, stage, level, nil or retract" },
	[FAULT_NUMBER] = { "“{0}”不是数字，请只写数字，如 12 或 12.5",
			   "\"{0}\" is no number: write digits only, such as 12 or 12.5" },
	[FAULT_NUMBER_RANGE] = { "“{0}”太大或小数超过 {1} 位",
				 "\"{0}\" is too large or has more than {1} decimals" },
	[FAULT_NO_FIGURE] = { "此口径不带数值，请删去“{0}”",
			      "this kind carries no figure: remove \"{0}\"" },
	[FAULT_DATE] = { "“{0}”不是日期，请写成 2022-06-30",
			 "\"{0}\" is no date: write it like 2022-06-30" },
	[FAULT_DENOMINATOR] = { "分母“{0}”必须大于 0", "denominator \"{0}\" must be above 0" },
	[FAULT_OBJECT_EMPTY] = { "有一个对象编号为空，多个编号之间用“；”分开",
				 "an object id is empty; put one ; between ids" },
	[FAULT_OBJECT_TWICE] = { "对象编号“{0}”出现两次，请只留一个",
				 "object id \"{0}\" stands twice: keep one" },
	[FAULT_ADD_REVISED] = { "新增（add）不能带修订号，请先撤回再重报",
				"an add carries no revision: retract it and add again" },
};

static enum err faulty(struct minsheng_fault *f, const char *field, enum fault_kind kind,
		       const char *given, unsigned bound)
{
	char number[16];
	const char *args[] = { given ? given : "", number };

	snprintf(number, sizeof(number), "%u", bound);
	f->field = field;
	text_fill_cut(f->text_zh, sizeof(f->text_zh), fault_texts[kind].zh, args, 2);
	text_fill_cut(f->text_en, sizeof(f->text_en), fault_texts[kind].en, args, 2);
	return ERR_INVALID;
}

static bool given(const char *s)
{
	return s && *s;
}

/* --- texts ------------------------------------------------------------------------------------ */

struct text_rule {
	const char *field;
	const char *text;
	size_t max;
	bool required;
	struct bytes *to;
};

static enum err check_text(const struct text_rule *r, struct minsheng_fault *f)
{
	struct bytes b = bytes_of_string(r->text);

	if (r->required && b.len == 0)
		return faulty(f, r->field, FAULT_MISSING, NULL, 0);
	if (b.len > r->max)
		return faulty(f, r->field, FAULT_TOO_LONG, NULL, (unsigned)r->max);
	if (!bytes_is_text(b))
		return faulty(f, r->field, FAULT_NO_TEXT, NULL, 0);
	*r->to = b;
	return ERR_OK;
}

static enum err check_texts(const struct minsheng_row *from, struct row *out,
			    struct minsheng_fault *f)
{
	const struct text_rule rules[] = {
		{ "target", from->target, LIMITS_ID, true, &out->target },
		{ "unit", from->unit, LIMITS_ID, false, &out->unit },
		{ "stage", from->stage, LIMITS_ID, out->kind == EVENT_STAGE, &out->stage },
		{ "ref", from->ref, LIMITS_REF, out->kind == EVENT_ADD, &out->ref },
		{ "withdraw", from->withdraw, LIMITS_REF, false, &out->withdraw },
		{ "reason", from->reason, LIMITS_TEXT, false, &out->reason },
		{ "note", from->note, LIMITS_TEXT, false, &out->note },
		{ "evidence", from->evidence, LIMITS_TEXT, false, &out->evidence },
		{ "object", from->object, ROW_OBJECTS_MAX, false, &out->object },
	};
	enum err e = ERR_OK;

	for (size_t i = 0; !e && i < sizeof(rules) / sizeof(*rules); i++)
		e = check_text(&rules[i], f);
	return e;
}

/* --- objects ---------------------------------------------------------------------------------- */

static const char *const separators[] = { ";", "；", "、" };
static const char *const blanks[] = { " ", "\t", "　" };

/* Bytes of the mark that the text begins with, or 0. */
static size_t mark_at(struct bytes text, const char *const *marks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t n = strlen(marks[i]);

		if (text.len >= n && memcmp(text.data, marks[i], n) == 0)
			return n;
	}
	return 0;
}

static struct bytes without_blanks(struct bytes b)
{
	size_t n;

	while ((n = mark_at(b, blanks, 3)))
		b = bytes_of(b.data + n, b.len - n);
	for (n = 1; n <= 3 && n <= b.len; n++)
		if (mark_at(bytes_of(b.data + b.len - n, n), blanks, 3) == n) {
			b.len -= n;
			n = 0;
		}
	return b;
}

bool row_next_object(struct bytes *rest, struct bytes *id)
{
	size_t at = 0, mark = 0;

	if (rest->len == 0)
		return false;
	while (at < rest->len &&
	       !(mark = mark_at(bytes_of(rest->data + at, rest->len - at), separators, 3)))
		at++;
	*id = without_blanks(bytes_of(rest->data, at));
	*rest = bytes_of(rest->data + at + mark, rest->len - at - mark);
	return true;
}

size_t row_count_objects(struct bytes list)
{
	struct bytes id;
	size_t n = 0;

	while (row_next_object(&list, &id))
		n++;
	return n;
}

static enum err check_objects(const struct row *r, struct minsheng_fault *f)
{
	struct bytes rest = r->object, id, other;

	while (row_next_object(&rest, &id)) {
		struct bytes behind = rest;

		if (id.len == 0)
			return faulty(f, "object", FAULT_OBJECT_EMPTY, NULL, 0);
		if (id.len > LIMITS_REF)
			return faulty(f, "object", FAULT_TOO_LONG, NULL, LIMITS_REF);
		while (row_next_object(&behind, &other))
			if (bytes_equal(id, other)) {
				char text[LIMITS_REF + 1];

				text_cut(text, sizeof(text), id);
				return faulty(f, "object", FAULT_OBJECT_TWICE, text, 0);
			}
	}
	return ERR_OK;
}

/* --- figures ---------------------------------------------------------------------------------- */

static size_t decimals_of(const char *text)
{
	const char *dot = text ? strchr(text, '.') : NULL;

	return dot ? strlen(dot + 1) : 0;
}

static enum err parse_figure(const char *text, const char *field, unsigned decimals, int64_t *out,
			     struct minsheng_fault *f)
{
	enum err e = decimal_parse(bytes_of_string(text), decimals, out);

	if (e == ERR_RANGE)
		return faulty(f, field, FAULT_NUMBER_RANGE, text, DECIMAL_PLACES_MAX);
	return e ? faulty(f, field, FAULT_NUMBER, text, 0) : ERR_OK;
}

/* Value and denominator share one number of decimals. */
static enum err check_pair(const struct minsheng_row *from, struct row *out,
			   struct minsheng_fault *f)
{
	size_t a = decimals_of(from->value), b = decimals_of(from->denominator);
	size_t decimals = a > b ? a : b;
	enum err e;

	if (decimals > DECIMAL_PLACES_MAX)
		decimals = DECIMAL_PLACES_MAX;
	e = parse_figure(from->value, "value", (unsigned)decimals, &out->value, f);
	if (!e && given(from->denominator))
		e = parse_figure(from->denominator, "denominator", (unsigned)decimals,
				 &out->denominator, f);
	if (e)
		return e;
	if (given(from->denominator) && out->denominator <= 0)
		return faulty(f, "denominator", FAULT_DENOMINATOR, from->denominator, 0);
	out->decimals = (uint8_t)decimals;
	return ERR_OK;
}

static enum err check_figures(const struct minsheng_row *from, struct row *out,
			      struct minsheng_fault *f)
{
	bool without = out->kind == EVENT_NIL || out->kind == EVENT_RETRACT;

	if (without && given(from->value))
		return faulty(f, "value", FAULT_NO_FIGURE, from->value, 0);
	if (without && given(from->denominator))
		return faulty(f, "denominator", FAULT_NO_FIGURE, from->denominator, 0);
	if (!given(from->value)) {
		bool optional = without || out->kind == EVENT_STAGE;

		return optional ? ERR_OK : faulty(f, "value", FAULT_MISSING, NULL, 0);
	}
	return check_pair(from, out, f);
}

enum err row_check(const struct minsheng_row *from, struct row *out, struct minsheng_fault *fault)
{
	int kind = given(from->kind) ? event_kind_from_name(bytes_of_string(from->kind)) : 0;
	enum err e;

	*out = (struct row){ .observed_ms = from->observed_ms, .revision = from->revision };
	if (kind < 0)
		return faulty(fault, "kind", FAULT_KIND, from->kind, 0);
	out->kind = (uint8_t)kind;
	if ((e = check_texts(from, out, fault)) || (e = check_objects(out, fault)) ||
	    (e = check_figures(from, out, fault)))
		return e;
	if (kind == EVENT_ADD && from->revision)
		return faulty(fault, "revision", FAULT_ADD_REVISED, NULL, 0);
	if (!given(from->as_of))
		return faulty(fault, "as_of", FAULT_MISSING, NULL, 0);
	if (date_parse(bytes_of_string(from->as_of), &out->as_of))
		return faulty(fault, "as_of", FAULT_DATE, from->as_of, 0);
	return ERR_OK;
}

/* --- stored form: kind, decimals, a mask of what follows, the date, then what the mask names --- */

enum { ROW_TEXTS = 9, MASK_VALUE = 1 << 9, MASK_DENOMINATOR = 1 << 10, MASK_OBSERVED = 1 << 11,
       MASK_REVISION = 1 << 12, MASK_ALL = (1 << 13) - 1 };

static void list_texts(const struct row *r, struct bytes out[ROW_TEXTS])
{
	const struct bytes texts[ROW_TEXTS] = { r->target, r->unit,   r->stage,
						r->ref,    r->withdraw, r->reason,
						r->note,   r->evidence, r->object };

	memcpy(out, texts, sizeof(texts));
}

static unsigned mask_of(const struct row *r, const struct bytes texts[ROW_TEXTS])
{
	unsigned mask = 0;

	for (unsigned i = 0; i < ROW_TEXTS; i++)
		mask |= texts[i].len ? 1u << i : 0;
	mask |= r->value ? MASK_VALUE : 0;
	mask |= r->denominator ? MASK_DENOMINATOR : 0;
	mask |= r->observed_ms ? MASK_OBSERVED : 0;
	mask |= r->revision ? MASK_REVISION : 0;
	return mask;
}

void row_encode(const struct row *r, struct buf *out)
{
	struct bytes texts[ROW_TEXTS];
	unsigned mask;

	list_texts(r, texts);
	mask = mask_of(r, texts);
	buf_put_u8(out, (uint8_t)(r->kind << 4 | r->decimals));
	buf_put_u16(out, (uint16_t)mask);
	buf_put_zigzag(out, r->as_of);
	if (mask & MASK_VALUE)
		buf_put_zigzag(out, r->value);
	if (mask & MASK_DENOMINATOR)
		buf_put_zigzag(out, r->denominator);
	if (mask & MASK_OBSERVED)
		buf_put_zigzag(out, r->observed_ms);
	if (mask & MASK_REVISION)
		buf_put_varint(out, r->revision);
	for (unsigned i = 0; i < ROW_TEXTS; i++) {
		if (texts[i].len)
			buf_put_block(out, texts[i]);
	}
}

void row_decode(struct reader *from, struct row *out)
{
	struct bytes *texts[ROW_TEXTS] = { &out->target, &out->unit,     &out->stage,
					   &out->ref,    &out->withdraw, &out->reason,
					   &out->note,   &out->evidence, &out->object };
	uint8_t head = reader_u8(from);
	unsigned mask = reader_u16(from);

	*out = (struct row){ .kind = head >> 4, .decimals = head & 15 };
	out->as_of = (int32_t)reader_zigzag(from);
	if (mask & MASK_VALUE)
		out->value = reader_zigzag(from);
	if (mask & MASK_DENOMINATOR)
		out->denominator = reader_zigzag(from);
	if (mask & MASK_OBSERVED)
		out->observed_ms = reader_zigzag(from);
	if (mask & MASK_REVISION)
		out->revision = (uint32_t)reader_varint(from);
	for (unsigned i = 0; i < ROW_TEXTS; i++) {
		if (mask & 1u << i)
			*texts[i] = reader_block(from);
	}
	if (mask & ~(unsigned)MASK_ALL)
		from->failed = true;
}

static size_t varint_bytes(uint64_t v)
{
	return (size_t)(70 - __builtin_clzll(v | 1)) / 7;
}

static size_t zigzag_bytes(int64_t v)
{
	return varint_bytes((uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
}

/* Beside what is counted exactly: two dictionary indexes of 2 bytes, the kind, the date of 5;
 * a sparse list takes 3 for the row's number, 4 for tag and length. */
size_t row_wire_bytes(const struct row *r)
{
	size_t n = 10 + zigzag_bytes(r->value) + zigzag_bytes(r->denominator) +
		   zigzag_bytes(r->observed_ms);
	const struct bytes texts[] = { r->stage, r->ref,      r->withdraw, r->reason,
				       r->note,  r->evidence, r->object };

	/* another number of decimals may add nine digits */
	n += 8;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		n += texts[i].len ? texts[i].len + 7 : 0;
	n += 7 * row_count_objects(r->object);
	return n + (r->revision ? 9 : 0);
}
