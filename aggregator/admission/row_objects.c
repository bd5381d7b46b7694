/* SPDX-License-Identifier: MIT */
#include "aggregator/admission/row_objects.h"

#include <stdlib.h>

#include "aggregator/admission/holds.h"
#include "aggregator/admission/refs.h"
#include "aggregator/progress/figures.h"
#include "aggregator/progress/objects.h"
#include "base/date.h"

struct book {
	uint16_t measure;
	struct objects_book *objects;
	bool moved;
};
struct row_objects {
	struct book *books;
	size_t count, cap;
	bool moved; /* one of them */
	struct bytes *scratch;
	size_t scratch_cap;
};

enum err row_objects_new(struct row_objects **out)
{
	*out = calloc(1, sizeof(**out));
	return *out ? ERR_OK : ERR_NOMEM;
}

void row_objects_rollback(struct row_objects *o)
{
	for (size_t i = 0; i < o->count; i++)
		objects_free(o->books[i].objects);
	o->count = 0;
	o->moved = false;
}

void row_objects_free(struct row_objects *o)
{
	if (!o)
		return;
	row_objects_rollback(o);
	free(o->books);
	free(o->scratch);
	free(o);
}

/* The book of a measure, read when it is first asked for. */
static enum err book_of(struct admit *a, uint16_t measure, struct book **out)
{
	struct row_objects *o = a->objects;
	enum err e;

	for (size_t i = 0; i < o->count; i++)
		if (o->books[i].measure == measure) {
			*out = &o->books[i];
			return ERR_OK;
		}
	if (o->count == o->cap) {
		size_t cap = o->cap * 2 + 8;
		struct book *grown = realloc(o->books, cap * sizeof(*grown));

		if (!grown)
			return ERR_NOMEM;
		o->books = grown;
		o->cap = cap;
	}
	*out = &o->books[o->count];
	**out = (struct book){ .measure = measure };
	if ((e = objects_load(a->txn, measure, INT32_MAX, &(*out)->objects)) == ERR_OK)
		o->count++;
	return e;
}

static enum err book_of_row(struct admit *a, const struct row *r, struct objects_book **out)
{
	struct book *book;
	enum err e = book_of(a, cell_key_of(r->cell).measure, &book);

	if (e == ERR_OK)
		*out = book->objects;
	return e;
}

/* --- judging ---------------------------------------------------------------------------------- */

static int by_bytes(const void *left, const void *right)
{
	return bytes_compare(*(const struct bytes *)left, *(const struct bytes *)right);
}

/* The ids of a row in the scratch list. */
static enum err take_ids(struct admit *a, const struct row *r)
{
	struct row_objects *o = a->objects;

	if (r->object_count > o->scratch_cap) {
		struct bytes *grown = realloc(o->scratch, r->object_count * sizeof(*grown));

		if (!grown)
			return ERR_NOMEM;
		o->scratch = grown;
		o->scratch_cap = r->object_count;
	}
	for (size_t i = 0; i < r->object_count; i++)
		o->scratch[i] = r->objects[i].text;
	return ERR_OK;
}

static enum err sort_ids(struct admit *a, const struct row *r)
{
	enum err e = take_ids(a, r);

	if (e == ERR_OK && r->object_count > 1)
		qsort(a->objects->scratch, r->object_count, sizeof(struct bytes), by_bytes);
	return e;
}

/* Ids that are sorted show what is there twice. */
static bool find_repeated(const struct admit *a, struct row *r)
{
	const struct bytes *ids = a->objects->scratch;
	size_t i = 1;

	while (i < r->object_count && !bytes_equal(ids[i - 1], ids[i]))
		i++;
	if (i >= r->object_count)
		return false;
	for (r->wrong = 0; !bytes_equal(r->objects[r->wrong].text, ids[i]);)
		r->wrong++;
	return true;
}

static enum event_code code_of_id(const struct universe *u, struct bytes id)
{
	const struct universe_known *known;

	if (!universe_id_is_sound(id))
		return EVENT_OBJECT_FORM;
	if ((known = universe_find_known(u, id)))
		return known->year ? EVENT_OBJECT_EARLIER : EVENT_OBJECT_IN_BASE;
	return u->enumerated && !universe_find(u, id) ? EVENT_OBJECT_UNKNOWN : EVENT_CODE_NONE;
}

enum err row_objects_check(struct admit *a, const struct row_place *p, struct row *r,
			   enum event_code *code)
{
	bool empty = r->object_count == 0;
	enum err e;

	*code = EVENT_CODE_NONE;
	r->wrong = ROW_NONE_WRONG;
	if (r->as_of < 0 || r->as_of > FIGURES_DAY_MAX)
		*code = EVENT_DATE_OUTSIDE;
	else if (empty && (r->value > 0 || r->kind == EVENT_ADD))
		*code = EVENT_OBJECT_MISSING;
	for (uint32_t i = 0; *code == EVENT_CODE_NONE && i < r->object_count; i++) {
		*code = code_of_id(p->m->objects, r->objects[i].text);
		if (*code != EVENT_CODE_NONE)
			r->wrong = i;
	}
	if (*code != EVENT_CODE_NONE || empty)
		return ERR_OK;
	if ((e = sort_ids(a, r)) != ERR_OK)
		return e;
	if (find_repeated(a, r))
		*code = EVENT_OBJECT_REPEATED;
	else if (r->value != r->object_count)
		*code = EVENT_OBJECT_COUNT;
	return ERR_OK;
}

/* How many of the row's ids are marked. *other: one that is, or that is not, where there is one. */
static size_t count_marked(const struct objects_book *b, const struct row *r, bool other_marked,
			   uint32_t *other)
{
	size_t n = 0;

	for (uint32_t i = 0; i < r->object_count; i++) {
		bool marked = objects_is_marked(b, r->objects[i].text);

		n += marked;
		if (marked == other_marked && other && *other == ROW_NONE_WRONG)
			*other = i;
	}
	return n;
}

enum err row_objects_standing(struct admit *a, struct row *r, struct row_verdict *out)
{
	struct cell_key key = cell_key_of(r->cell);
	struct objects_book *b;
	uint32_t revision;
	bool total;
	enum err e = book_of_row(a, r, &b);

	if (e != ERR_OK)
		return e;
	objects_stands(b, key, r->as_of, &total, &revision);
	if (r->revision < revision)
		*out = (struct row_verdict){ EVENT_ADMITTED, EVENT_SUPERSEDED };
	else if (r->kind == EVENT_TOTAL && total && r->revision == revision &&
		 objects_mark(b, key, r->as_of) == r->object_count &&
		 count_marked(b, r, false, NULL) == r->object_count)
		*out = (struct row_verdict){ EVENT_DUPLICATE, EVENT_UNCHANGED };
	return ERR_OK;
}

enum err row_objects_falls(struct admit *a, struct row *r, bool *out)
{
	struct cell_key key = cell_key_of(r->cell);
	struct objects_book *b;
	enum err e = book_of_row(a, r, &b);

	*out = false;
	if (e != ERR_OK)
		return e;
	if (r->kind == EVENT_TOTAL) {
		size_t held = objects_mark(b, key, r->as_of);

		*out = count_marked(b, r, false, NULL) < held;
	}
	r->wrong = ROW_NONE_WRONG;
	if (!*out && objects_mark_after(b, key, r->as_of))
		*out = count_marked(b, r, false, &r->wrong) < r->object_count;
	return ERR_OK;
}

enum err row_objects_counted(struct admit *a, struct row *r, bool *out)
{
	struct objects_book *b;
	enum err e = book_of_row(a, r, &b);

	*out = false;
	r->wrong = ROW_NONE_WRONG;
	if (e != ERR_OK)
		return e;
	objects_mark(b, cell_key_of(r->cell), r->as_of);
	*out = count_marked(b, r, true, &r->wrong) > 0;
	return ERR_OK;
}

enum err row_objects_stands(struct admit *a, const struct row *r, bool *out)
{
	struct objects_book *b;
	enum err e = book_of_row(a, r, &b);

	*out = e == ERR_OK && objects_stands(b, cell_key_of(r->cell), r->as_of, NULL, NULL);
	return e;
}

/* --- ADDs that were said before --------------------------------------------------------------- */

struct same {
	const struct bytes *sorted;
	size_t count;
	bool same;
};

static bool compare_ids(void *ctx, const struct objects_record *r)
{
	struct same *s = ctx;

	s->same = r->id_count == s->count;
	for (size_t i = 0; s->same && i < r->id_count; i++)
		s->same = bsearch(&r->ids[i], s->sorted, s->count, sizeof(struct bytes),
				  by_bytes) != NULL;
	return true;
}

enum err row_objects_same(struct admit *a, const struct refs_record *said, const struct row *r,
			  bool *out)
{
	struct same s = { .count = r->object_count };
	enum err e = sort_ids(a, r);

	*out = false;
	if (e != ERR_OK)
		return e;
	s.sorted = a->objects->scratch;
	e = objects_log_read(a->txn, said->cell, said->position, said->row, compare_ids, &s);
	*out = e == ERR_NOTFOUND || s.same; /* one that the office refused left nothing behind */
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* --- folding ---------------------------------------------------------------------------------- */

static enum err put(struct admit *a, const struct objects_record *r)
{
	struct book *book;
	enum err e = book_of(a, r->cell.measure, &book); /* before the table has the row */

	if (e == ERR_OK && !r->held && !objects_fit(book->objects, r->ids, r->id_count))
		e = ERR_RANGE;
	if (e == ERR_OK)
		e = objects_log_write(a->txn, r);
	if (e != ERR_OK || r->held)
		return e;
	book->moved = a->objects->moved = true;
	return objects_fold(book->objects, r);
}

enum err row_objects_put(struct admit *a, const struct row *r, bool held)
{
	bool names = r->kind == EVENT_TOTAL || r->kind == EVENT_ADD;
	struct objects_record record = {
		.cell = cell_key_of(r->cell), .position = a->position, .row = r->index,
		.kind = (enum objects_kind)r->kind, .held = held, .reporter = a->reporter,
		.as_of = r->as_of, .revision = r->revision, .known = a->day,
	};
	enum err e = ERR_OK;

	if (names && (e = take_ids(a, r)) == ERR_OK) {
		record.ids = a->objects->scratch;
		record.id_count = r->object_count;
	}
	return e == ERR_OK && (names || !held) ? put(a, &record) : e;
}

enum err row_objects_withdraw(struct admit *a, const struct refs_record *said, uint32_t row)
{
	const struct objects_record record = {
		.cell = said->cell, .position = a->position, .row = row,
		.kind = OBJECTS_WITHDRAW, .reporter = a->reporter, .as_of = said->as_of,
		.known = a->day, .of_position = said->position, .of_row = said->row,
	};

	return put(a, &record);
}

struct copy {
	struct objects_book *book;
	struct arena *arena;
	struct row *r;
	enum err error;
};

static bool copy_ids(void *ctx, const struct objects_record *from)
{
	struct copy *c = ctx;
	struct event_text *items = arena_calloc(c->arena, from->id_count + 1, sizeof(*items));

	c->error = !items ? ERR_NOMEM :
		   objects_fit(c->book, from->ids, from->id_count) ? ERR_OK : ERR_RANGE;
	for (size_t i = 0; c->error == ERR_OK && i < from->id_count; i++) {
		const char *id = arena_strndup(c->arena, (const char *)from->ids[i].data,
					       from->ids[i].len);

		if (!id)
			c->error = ERR_NOMEM;
		else
			items[i].text = bytes_of(id, from->ids[i].len);
	}
	c->r->objects = items;
	c->r->object_count = (uint32_t)from->id_count;
	return false;
}

static bool has_ids(const struct holds_record *h)
{
	return h->kind == EVENT_TOTAL || h->kind == EVENT_ADD;
}

enum err row_objects_held(struct admit *a, const struct holds_record *h, struct arena *arena,
			  struct row *r)
{
	struct copy c = { .arena = arena, .r = r };
	enum err e;

	if (!has_ids(h))
		return ERR_OK;
	if ((e = book_of_row(a, r, &c.book)) != ERR_OK)
		return e;
	e = objects_log_read(a->txn, h->cell, h->position, h->row, copy_ids, &c);
	if (e == ERR_OK)
		e = c.error;
	return e == ERR_OK ? row_objects_drop(a, h) : e;
}

enum err row_objects_drop(struct admit *a, const struct holds_record *h)
{
	if (!has_ids(h))
		return ERR_OK;
	return objects_log_remove(a->txn, h->cell, h->position, h->row);
}

/* --- from sets to cells ----------------------------------------------------------------------- */

struct settling {
	struct admit *a;
	uint16_t noted; /* the unit whose first figure that moved was noted */
	bool counting;  /* a figure that counts moved */
};

static enum err fold_figure(struct admit *a, struct cell_key key, const struct objects_figure *f,
			    bool always, bool *changed)
{
	struct cell_row row = { .kind = f->stands ? EVENT_TOTAL : EVENT_RETRACT, .as_of = f->as_of,
				.revision = f->revision, .value = f->stands ? f->value : 0,
				.position = a->position, .known = a->day };
	struct cell_value now;
	struct cell *cell;
	uint32_t revision;
	enum err e = cells_get(a->cells, a->txn, key, &cell);

	*changed = false;
	if (e != ERR_OK)
		return e;
	now = cell_exactly(cell, f->as_of, &revision);
	if (!always && now.present == f->stands &&
	    (!f->stands || (now.value == f->value && revision == f->revision)))
		return ERR_OK;
	return cells_fold(a->cells, a->txn, cell, &row, changed);
}

static enum err settle_figure(void *ctx, const struct objects_figure *f, bool touched)
{
	struct settling *s = ctx;
	struct judge_fact fact = { .kind = JUDGE_FIGURE, .measure = f->cell.measure,
				   .unit = f->cell.unit, .as_of = f->as_of };
	bool changed;
	enum err e = fold_figure(s->a, f->cell, f, touched, &changed);

	if (e != ERR_OK || f->cell.source != CATALOGUE_NONE)
		return e;
	s->counting = true;
	s->a->touched[f->cell.measure] = 1;
	if (!changed || s->a->closed == DATE_NONE || f->as_of > s->a->closed ||
	    s->noted == f->cell.unit)
		return ERR_OK;
	s->noted = f->cell.unit; /* days rise: this is the first */
	return facts_add(s->a->facts, &fact);
}

static enum err settle_union_figure(void *ctx, const struct objects_figure *f)
{
	struct admit *a = ctx;
	struct cell_key key = f->cell;
	bool changed;

	key.unit = a->catalogue->city;
	return fold_figure(a, key, f, false, &changed);
}

static enum err settle_union(struct admit *a, struct objects_book *b, uint16_t measure)
{
	const struct catalogue_measure *m = &a->catalogue->measures[measure];
	const struct catalogue_item *item = &a->catalogue->items[m->item];
	uint64_t stages = objects_stages(b);
	enum err e = ERR_OK;

	if (m->figure != CATALOGUE_COUNTIES)
		return ERR_OK;
	for (uint8_t stage = 0; e == ERR_OK && stage < 64; stage++)
		if (stages >> stage & 1)
			e = objects_union(b, stage, item->scope, item->scope_count,
					  settle_union_figure, a);
	return e;
}

static enum err settle_book(struct admit *a, struct book *book)
{
	struct settling s = { .a = a, .noted = CATALOGUE_NONE };
	enum err e = objects_moved(book->objects, settle_figure, &s);

	book->moved = false;
	return e == ERR_OK && s.counting ? settle_union(a, book->objects, book->measure) : e;
}

enum err row_objects_settle(struct admit *a)
{
	struct row_objects *o = a->objects;
	enum err e = ERR_OK;

	if (!o->moved)
		return ERR_OK;
	for (size_t i = 0; e == ERR_OK && i < o->count; i++)
		if (o->books[i].moved)
			e = settle_book(a, &o->books[i]);
	o->moved = false;
	return e;
}

enum err row_objects_follow(struct admit *a)
{
	enum err e = ERR_OK;

	for (size_t m = 0; e == ERR_OK && m < a->catalogue->measure_count; m++) {
		struct book *book;

		if (!a->catalogue->measures[m].objects)
			continue;
		if ((e = book_of(a, (uint16_t)m, &book)) == ERR_OK)
			e = settle_union(a, book->objects, (uint16_t)m);
	}
	return e;
}
