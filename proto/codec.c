/* SPDX-License-Identifier: MIT */
#include "proto/codec.h"

#include "proto/codec_wire.h"
#include "proto/limits.h"

typedef Minsheng__V1__Batch Batch;
typedef Minsheng__V1__Texts Texts;
typedef Minsheng__V1__Numbers Numbers;

/* What an absent column holds. */
static const int64_t zeros[1];

/* A decode under way: the first fault found stays. */
struct decoder {
	const Batch *from;
	struct arena *arena;
	struct event_batch *out;
	struct codec_fault *fault;
};

static enum err faulty(struct decoder *d, enum event_code code, const char *what)
{
	*d->fault = (struct codec_fault){ code, what };
	return ERR_INVALID;
}

static bool text_fits(ProtobufCBinaryData text, size_t max)
{
	return text.len > 0 && text.len <= max && bytes_is_text(codec_wire_view(text));
}

/* --- dictionaries ----------------------------------------------------------------------------- */

static enum err decode_targets(struct decoder *d)
{
	const Batch *b = d->from;
	struct event_target *t;

	if (b->n_targets > LIMITS_DICTIONARY)
		return faulty(d, EVENT_BAD_INDEX, "too many entries in targets");
	t = arena_alloc(d->arena, b->n_targets * sizeof(*t));
	if (!t)
		return ERR_NOMEM;
	for (size_t i = 0; i < b->n_targets; i++) {
		const Minsheng__V1__Target *from = b->targets[i];

		if (!text_fits(from->id, LIMITS_ID))
			return faulty(d, EVENT_BAD_TEXT, "id of a target");
		if (from->uom.len && !text_fits(from->uom, LIMITS_ID))
			return faulty(d, EVENT_BAD_TEXT, "unit of measure of a target");
		t[i].id = codec_wire_view(from->id);
		t[i].uom = codec_wire_view(from->uom);
		t[i].decimals = from->decimals;
	}
	d->out->targets = t;
	d->out->target_count = b->n_targets;
	return ERR_OK;
}

static enum err decode_units(struct decoder *d)
{
	const Batch *b = d->from;
	struct bytes *u;

	if (b->n_units > LIMITS_DICTIONARY)
		return faulty(d, EVENT_BAD_INDEX, "too many entries in units");
	u = arena_alloc(d->arena, b->n_units * sizeof(*u));
	if (!u)
		return ERR_NOMEM;
	for (size_t i = 0; i < b->n_units; i++) {
		if (!text_fits(b->units[i], LIMITS_ID))
			return faulty(d, EVENT_BAD_TEXT, "id of a unit");
		u[i] = codec_wire_view(b->units[i]);
	}
	d->out->units = u;
	d->out->unit_count = b->n_units;
	return ERR_OK;
}

/* --- columns: used where protobuf-c put them -------------------------------------------------- */

static bool column_fits(size_t n, uint32_t rows)
{
	return n <= 1 || n == rows;
}

static struct event_u32 column_u32(size_t n, const uint32_t *data)
{
	return (struct event_u32){ n ? data : (const uint32_t *)zeros, n > 1 };
}

static struct event_i32 column_i32(size_t n, const int32_t *data)
{
	return (struct event_i32){ n ? data : (const int32_t *)zeros, n > 1 };
}

static struct event_i64 column_i64(size_t n, const int64_t *data)
{
	return (struct event_i64){ n ? data : zeros, n > 1 };
}

static enum err check_columns(struct decoder *d)
{
	const Batch *b = d->from;
	const struct {
		size_t n;
		const char *what;
	} columns[] = {
		{ b->n_target, "length of column target" },
		{ b->n_unit, "length of column unit" },
		{ b->n_kind, "length of column kind" },
		{ b->n_value, "length of column value" },
		{ b->n_denominator, "length of column denominator" },
		{ b->n_as_of, "length of column as_of" },
		{ b->n_observed, "length of column observed" },
	};

	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		if (!column_fits(columns[i].n, d->out->rows))
			return faulty(d, EVENT_BAD_COLUMN, columns[i].what);
	}
	return ERR_OK;
}

/* All values of a column below the bound? One pass without branches. */
static bool column_below(struct event_u32 column, uint32_t rows, size_t bound)
{
	size_t n = column.stride ? rows : 1;
	uint32_t max = 0;

	for (size_t i = 0; i < n; i++)
		max = column.data[i] > max ? column.data[i] : max;
	return max < bound;
}

static enum err decode_columns(struct decoder *d)
{
	const Batch *b = d->from;
	struct event_batch *out = d->out;
	enum err e = check_columns(d);

	if (e)
		return e;
	out->target = column_u32(b->n_target, b->target);
	out->unit = column_u32(b->n_unit, b->unit);
	out->kind = column_u32(b->n_kind, b->kind);
	out->value = column_i64(b->n_value, b->value);
	out->denominator = column_i64(b->n_denominator, b->denominator);
	out->as_of = column_i32(b->n_as_of, b->as_of);
	out->observed = column_i64(b->n_observed, b->observed);
	if (!column_below(out->target, out->rows, out->target_count))
		return faulty(d, EVENT_BAD_INDEX, "column target points past targets");
	if (!column_below(out->unit, out->rows, out->unit_count))
		return faulty(d, EVENT_BAD_INDEX, "column unit points past units");
	return ERR_OK;
}

/* --- sparse lists ----------------------------------------------------------------------------- */

/* How to judge one list; the texts of its faults stand with it. */
struct list_rule {
	size_t max;   /* bytes of a text */
	bool repeats; /* a row may come more than once */
	const char *length, *row, *order, *text;
};

#define LIST_RULE(name, max, repeats)                                                              \
	{                                                                                          \
		max, repeats, "length of list " name, "list " name " names a row past the batch",  \
			"rows of list " name " do not rise", "a text of list " name                \
	}

static enum err check_rows(struct decoder *d, const struct list_rule *rule, const uint32_t *row,
			   size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (row[i] >= d->out->rows)
			return faulty(d, EVENT_BAD_INDEX, rule->row);
		if (i && (row[i] < row[i - 1] || (row[i] == row[i - 1] && !rule->repeats)))
			return faulty(d, EVENT_BAD_COLUMN, rule->order);
	}
	return ERR_OK;
}

static enum err decode_texts(struct decoder *d, const struct list_rule *rule, const Texts *from,
			     struct event_texts *to)
{
	struct event_text *items;
	enum err e;

	if (!from)
		return ERR_OK;
	if (from->n_row != from->n_text)
		return faulty(d, EVENT_BAD_COLUMN, rule->length);
	if ((e = check_rows(d, rule, from->row, from->n_row)))
		return e;
	items = arena_alloc(d->arena, from->n_row * sizeof(*items));
	if (!items)
		return ERR_NOMEM;
	for (size_t i = 0; i < from->n_row; i++) {
		if (!text_fits(from->text[i], rule->max))
			return faulty(d, EVENT_BAD_TEXT, rule->text);
		items[i].row = from->row[i];
		items[i].text = codec_wire_view(from->text[i]);
	}
	*to = (struct event_texts){ items, from->n_row };
	return ERR_OK;
}

static enum err decode_revision(struct decoder *d)
{
	static const struct list_rule rule = LIST_RULE("revision", 0, false);
	const Numbers *from = d->from->revision;
	struct event_number *items;
	enum err e;

	if (!from)
		return ERR_OK;
	if (from->n_row != from->n_number)
		return faulty(d, EVENT_BAD_COLUMN, rule.length);
	if ((e = check_rows(d, &rule, from->row, from->n_row)))
		return e;
	items = arena_alloc(d->arena, from->n_row * sizeof(*items));
	if (!items)
		return ERR_NOMEM;
	for (size_t i = 0; i < from->n_row; i++)
		items[i] = (struct event_number){ from->row[i], from->number[i] };
	d->out->revision = (struct event_numbers){ items, from->n_row };
	return ERR_OK;
}

static enum err decode_lists(struct decoder *d)
{
	static const struct list_rule rules[] = {
		LIST_RULE("stage", LIMITS_ID, false),	  LIST_RULE("note", LIMITS_TEXT, false),
		LIST_RULE("reason", LIMITS_TEXT, false),  LIST_RULE("evidence", LIMITS_TEXT, false),
		LIST_RULE("ref", LIMITS_REF, false),	  LIST_RULE("object", LIMITS_REF, true),
		LIST_RULE("withdraw", LIMITS_REF, false),
	};
	const Batch *b = d->from;
	struct event_batch *out = d->out;
	const Texts *from[] = { b->stage, b->note,   b->reason,	 b->evidence,
				b->ref,	  b->object, b->withdraw };
	struct event_texts *to[] = { &out->stage, &out->note,	&out->reason,  &out->evidence,
				     &out->ref,	  &out->object, &out->withdraw };
	enum err e = decode_revision(d);

	for (size_t i = 0; !e && i < sizeof(rules) / sizeof(*rules); i++)
		e = decode_texts(d, &rules[i], from[i], to[i]);
	return e;
}

enum err codec_batch_decode(struct bytes body, uint32_t rows, struct arena *arena,
			    struct event_batch *out, struct codec_fault *fault)
{
	struct decoder d = { NULL, arena, out, fault };
	ProtobufCMessage *m;
	enum err e;

	*out = (struct event_batch){ .rows = rows };
	*fault = (struct codec_fault){ EVENT_CODE_NONE, NULL };
	if (rows == 0 || rows > LIMITS_BATCH_ROWS)
		return faulty(&d, EVENT_BAD_BODY, "number of rows");
	if (body.len > LIMITS_BATCH_BYTES - LIMITS_HEADER)
		return faulty(&d, EVENT_BAD_BODY, "length of the body");
	e = codec_wire_unpack(&minsheng__v1__batch__descriptor, body, arena, &m);
	if (e)
		return e == ERR_INVALID ? faulty(&d, EVENT_BAD_BODY, "no protobuf") : e;
	d.from = (const Batch *)m;
	if ((e = decode_targets(&d)) || (e = decode_units(&d)) || (e = decode_columns(&d)))
		return e;
	return decode_lists(&d);
}

/* --- encoding --------------------------------------------------------------------------------- */

/* Scratch memory for what protobuf-c wants as arrays; a failure stays. */
struct encoder {
	struct arena *scratch;
	uint32_t rows;
	bool failed;
};

static void *scratch(struct encoder *e, size_t count, size_t size)
{
	void *p = arena_calloc(e->scratch, count, size);

	if (!p)
		e->failed = true;
	return p;
}

/* The values of a column, next to each other. */
static const uint8_t *gathered(struct encoder *e, const uint8_t *data, size_t stride, size_t size)
{
	uint8_t *p;

	if (stride <= 1)
		return data;
	p = scratch(e, e->rows, size);
	for (size_t i = 0; p && i < e->rows; i++)
		memcpy(p + i * size, data + i * stride * size, size);
	return p;
}

/* What to pack for a column, and how many values: none where all are zero, one where all are the
 * same. */
static void *column(struct encoder *e, const void *data, size_t stride, size_t size, size_t *n)
{
	const uint8_t *p = gathered(e, data, stride, size);

	*n = 0;
	if (!p || e->rows == 0)
		return NULL;
	*n = stride && memcmp(p, p + size, (e->rows - 1) * size) != 0 ? e->rows : 1;
	if (*n == 1 && memcmp(p, zeros, size) == 0)
		*n = 0;
	return (void *)(uintptr_t)p;
}

static Texts *texts(struct encoder *e, struct event_texts from)
{
	Texts *t;

	if (!from.count)
		return NULL;
	if (!(t = scratch(e, 1, sizeof(*t))))
		return NULL;
	minsheng__v1__texts__init(t);
	t->row = scratch(e, from.count, sizeof(*t->row));
	t->text = scratch(e, from.count, sizeof(*t->text));
	if (e->failed)
		return NULL;
	t->n_row = t->n_text = from.count;
	for (size_t i = 0; i < from.count; i++) {
		t->row[i] = from.items[i].row;
		t->text[i] = codec_wire_data(from.items[i].text);
	}
	return t;
}

static Numbers *numbers(struct encoder *e, struct event_numbers from)
{
	Numbers *t;

	if (!from.count)
		return NULL;
	if (!(t = scratch(e, 1, sizeof(*t))))
		return NULL;
	minsheng__v1__numbers__init(t);
	t->row = scratch(e, from.count, sizeof(*t->row));
	t->number = scratch(e, from.count, sizeof(*t->number));
	if (e->failed)
		return NULL;
	t->n_row = t->n_number = from.count;
	for (size_t i = 0; i < from.count; i++) {
		t->row[i] = from.items[i].row;
		t->number[i] = from.items[i].number;
	}
	return t;
}

static void encode_dictionaries(struct encoder *e, const struct event_batch *batch, Batch *b)
{
	Minsheng__V1__Target *t = scratch(e, batch->target_count, sizeof(*t));

	b->targets = scratch(e, batch->target_count, sizeof(*b->targets));
	b->units = scratch(e, batch->unit_count, sizeof(*b->units));
	if (e->failed)
		return;
	for (size_t i = 0; i < batch->target_count; i++) {
		minsheng__v1__target__init(&t[i]);
		t[i].id = codec_wire_data(batch->targets[i].id);
		t[i].uom = codec_wire_data(batch->targets[i].uom);
		t[i].decimals = batch->targets[i].decimals;
		b->targets[i] = &t[i];
	}
	for (size_t i = 0; i < batch->unit_count; i++)
		b->units[i] = codec_wire_data(batch->units[i]);
	b->n_targets = batch->target_count;
	b->n_units = batch->unit_count;
}

#define COLUMN(e, b, batch, name)                                                                  \
	((b)->name = column(e, (batch)->name.data, (batch)->name.stride,                           \
			    sizeof(*(batch)->name.data), &(b)->n_##name))

static void encode_columns(struct encoder *e, const struct event_batch *batch, Batch *b)
{
	COLUMN(e, b, batch, target);
	COLUMN(e, b, batch, unit);
	COLUMN(e, b, batch, kind);
	COLUMN(e, b, batch, value);
	COLUMN(e, b, batch, denominator);
	COLUMN(e, b, batch, as_of);
	COLUMN(e, b, batch, observed);
}

static void encode_lists(struct encoder *e, const struct event_batch *batch, Batch *b)
{
	b->revision = numbers(e, batch->revision);
	b->stage = texts(e, batch->stage);
	b->note = texts(e, batch->note);
	b->reason = texts(e, batch->reason);
	b->evidence = texts(e, batch->evidence);
	b->ref = texts(e, batch->ref);
	b->object = texts(e, batch->object);
	b->withdraw = texts(e, batch->withdraw);
}

enum err codec_batch_encode(const struct event_batch *batch, struct buf *out)
{
	struct encoder e = { arena_new(SIZE_MAX), batch->rows, false };
	Batch b = MINSHENG__V1__BATCH__INIT;
	enum err err = ERR_NOMEM;

	if (!e.scratch)
		return ERR_NOMEM;
	encode_dictionaries(&e, batch, &b);
	encode_columns(&e, batch, &b);
	encode_lists(&e, batch, &b);
	if (!e.failed)
		err = codec_wire_pack(&b.base, out);
	arena_free(e.scratch);
	return err;
}
