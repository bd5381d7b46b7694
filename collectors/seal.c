/* SPDX-License-Identifier: MIT */
#include "collectors/seal.h"

#include "base/decimal.h"
#include "proto/codec.h"
#include "proto/limits.h"

enum { SEAL_TEXTS = 7, SEAL_OBJECTS = 5 };

/* A batch that is being filled. Arrays have room for cap rows. */
struct sealer {
	const struct seal_terms *terms;
	struct arena *arena;
	size_t cap;
	size_t slots; /* of each hash table, a power of two */
	uint32_t *target_slots; /* index into targets + 1; 0: free */
	uint32_t *unit_slots;
	struct event_target *targets;
	struct bytes *units;
	size_t target_count, unit_count;
	uint32_t *target, *unit, *kind;
	int64_t *value, *denominator, *observed;
	int32_t *as_of;
	struct event_text *texts[SEAL_TEXTS];
	size_t text_count[SEAL_TEXTS];
	size_t object_cap;
	struct event_number *revisions;
	size_t revision_count;
	uint32_t rows;
	size_t bytes; /* upper bound of the body so far */
};

static bool make_room(struct sealer *s)
{
	struct arena *a = s->arena;
	bool ok = true;

	s->slots = 16;
	while (s->slots < s->cap * 2)
		s->slots *= 2;
	ok &= !!(s->target_slots = arena_calloc(a, s->slots, sizeof(uint32_t)));
	ok &= !!(s->unit_slots = arena_calloc(a, s->slots, sizeof(uint32_t)));
	ok &= !!(s->targets = arena_alloc(a, s->cap * sizeof(*s->targets)));
	ok &= !!(s->units = arena_alloc(a, s->cap * sizeof(*s->units)));
	ok &= !!(s->target = arena_alloc(a, s->cap * sizeof(uint32_t)));
	ok &= !!(s->unit = arena_alloc(a, s->cap * sizeof(uint32_t)));
	ok &= !!(s->kind = arena_alloc(a, s->cap * sizeof(uint32_t)));
	ok &= !!(s->value = arena_alloc(a, s->cap * sizeof(int64_t)));
	ok &= !!(s->denominator = arena_alloc(a, s->cap * sizeof(int64_t)));
	ok &= !!(s->observed = arena_alloc(a, s->cap * sizeof(int64_t)));
	ok &= !!(s->as_of = arena_alloc(a, s->cap * sizeof(int32_t)));
	return ok;
}

/* --- figures at the catalogue's decimals ------------------------------------------------------ */

static bool rescale(int64_t value, unsigned from, unsigned to, int64_t *out)
{
	int64_t factor = decimal_pow10(from > to ? from - to : to - from);

	if (from <= to)
		return decimal_mul(value, factor, out);
	if (value % factor != 0)
		return false;
	*out = value / factor;
	return true;
}

struct figures {
	int64_t value, denominator;
	unsigned decimals;
	struct bytes uom;
};

static struct figures resolve(const struct message_measure *m, const struct row *r)
{
	struct figures f = { r->value, r->denominator, r->decimals, { NULL, 0 } };
	int64_t value, denominator;

	if (!m)
		return f;
	f.uom = m->uom;
	if (m->decimals <= 18 && rescale(r->value, r->decimals, m->decimals, &value) &&
	    rescale(r->denominator, r->decimals, m->decimals, &denominator)) {
		f.value = value;
		f.denominator = denominator;
		f.decimals = m->decimals;
	}
	return f;
}

/* Whom a row without a unit speaks for. */
static struct bytes default_unit(const struct sealer *s, const struct message_measure *m)
{
	if (m && m->unit_count == 1 && !slice_has_unit(m, s->terms->reporter))
		return m->units[0];
	return s->terms->reporter;
}

/* --- dictionaries ----------------------------------------------------------------------------- */

static size_t slot_of(const struct sealer *s, struct bytes id, unsigned salt)
{
	return bytes_crc32c(salt, id) & (s->slots - 1);
}

/* The index of the entry; a new one is only counted once the row is taken: see fits. */
static uint32_t target_index(struct sealer *s, struct bytes id, const struct figures *f)
{
	size_t slot = slot_of(s, id, f->decimals);

	for (; s->target_slots[slot]; slot = (slot + 1) & (s->slots - 1)) {
		const struct event_target *t = &s->targets[s->target_slots[slot] - 1];

		if (t->decimals == f->decimals && bytes_equal(t->id, id))
			return s->target_slots[slot] - 1;
	}
	s->targets[s->target_count] =
		(struct event_target){ .id = id, .uom = f->uom, .decimals = f->decimals };
	s->bytes += id.len + f->uom.len + 10;
	s->target_slots[slot] = (uint32_t)++s->target_count;
	return (uint32_t)s->target_count - 1;
}

static uint32_t unit_index(struct sealer *s, struct bytes id)
{
	size_t slot = slot_of(s, id, 0);

	for (; s->unit_slots[slot]; slot = (slot + 1) & (s->slots - 1)) {
		if (bytes_equal(s->units[s->unit_slots[slot] - 1], id))
			return s->unit_slots[slot] - 1;
	}
	s->units[s->unit_count] = id;
	s->bytes += id.len + 3;
	s->unit_slots[slot] = (uint32_t)++s->unit_count;
	return (uint32_t)s->unit_count - 1;
}

/* --- rows ------------------------------------------------------------------------------------- */

static bool add_text(struct sealer *s, size_t which, struct bytes text)
{
	if (!text.len)
		return true;
	if (!s->texts[which]) /* most lists stay empty */
		s->texts[which] = arena_alloc(s->arena, s->cap * sizeof(struct event_text));
	if (!s->texts[which])
		return false;
	s->texts[which][s->text_count[which]++] = (struct event_text){ s->rows, text };
	return true;
}

/* Several ids a row: their list grows. What it leaves behind goes with the arena. */
static bool add_objects(struct sealer *s, struct bytes list)
{
	struct bytes id;

	while (row_next_object(&list, &id)) {
		size_t n = s->text_count[SEAL_OBJECTS];

		if (n == s->object_cap) {
			size_t cap = s->object_cap * 2 + 256;
			struct event_text *grown = arena_alloc(s->arena, cap * sizeof(*grown));

			if (!grown)
				return false;
			if (n)
				memcpy(grown, s->texts[SEAL_OBJECTS], n * sizeof(*grown));
			s->texts[SEAL_OBJECTS] = grown;
			s->object_cap = cap;
		}
		s->texts[SEAL_OBJECTS][s->text_count[SEAL_OBJECTS]++] =
			(struct event_text){ s->rows, id };
	}
	return true;
}

static bool add_revision(struct sealer *s, uint32_t revision)
{
	if (!revision)
		return true;
	if (!s->revisions)
		s->revisions = arena_alloc(s->arena, s->cap * sizeof(*s->revisions));
	if (!s->revisions)
		return false;
	s->revisions[s->revision_count++] = (struct event_number){ s->rows, revision };
	return true;
}

static bool add_sparse(struct sealer *s, const struct row *r)
{
	const struct bytes texts[SEAL_TEXTS] = { r->stage, r->note,   r->reason,  r->evidence,
						 r->ref,   r->object, r->withdraw };

	for (size_t i = 0; i < SEAL_TEXTS; i++) {
		if (!(i == SEAL_OBJECTS ? add_objects(s, texts[i]) : add_text(s, i, texts[i])))
			return false;
	}
	return add_revision(s, r->revision);
}

/* New entries of the dictionaries may take this much; 64 for the tags and lengths of the columns. */
static bool fits(const struct sealer *s, const struct row *r)
{
	size_t new_entries = 3 * LIMITS_ID + 16;

	if (s->rows == 0)
		return true;
	return s->rows < s->cap && s->target_count < LIMITS_DICTIONARY &&
	       s->unit_count < LIMITS_DICTIONARY &&
	       s->bytes + row_wire_bytes(r) + new_entries + 64 + LIMITS_HEADER <=
		       s->terms->batch_bytes;
}

static bool add(struct sealer *s, const struct row *r)
{
	const struct message_measure *m = slice_find(s->terms->slice, r->target);
	struct figures f = resolve(m, r);
	struct bytes unit = r->unit.len ? r->unit : default_unit(s, m);
	uint32_t n = s->rows;

	s->bytes += row_wire_bytes(r);
	s->target[n] = target_index(s, r->target, &f);
	s->unit[n] = unit_index(s, unit);
	s->kind[n] = r->kind;
	s->value[n] = f.value;
	s->denominator[n] = f.denominator;
	s->observed[n] = r->observed_ms;
	s->as_of[n] = r->as_of;
	if (!add_sparse(s, r))
		return false;
	s->rows++;
	return true;
}

static struct event_texts list_of(const struct sealer *s, size_t which)
{
	return (struct event_texts){ s->texts[which], s->text_count[which] };
}

static enum err encode(const struct sealer *s, struct buf *body)
{
	const struct event_batch b = {
		.rows = s->rows,
		.targets = s->targets,
		.target_count = s->target_count,
		.units = s->units,
		.unit_count = s->unit_count,
		.target = { s->target, 1 },
		.unit = { s->unit, 1 },
		.kind = { s->kind, 1 },
		.value = { s->value, 1 },
		.denominator = { s->denominator, 1 },
		.as_of = { s->as_of, 1 },
		.observed = { s->observed, 1 },
		.revision = { s->revisions, s->revision_count },
		.stage = list_of(s, 0),
		.note = list_of(s, 1),
		.reason = list_of(s, 2),
		.evidence = list_of(s, 3),
		.ref = list_of(s, 4),
		.object = list_of(s, 5),
		.withdraw = list_of(s, 6),
	};

	return codec_batch_encode(&b, body);
}

enum err seal_rows(const struct seal_terms *terms, const struct row *rows, size_t count,
		   size_t *taken, struct buf *body)
{
	struct sealer s = { .terms = terms, .arena = arena_new(SIZE_MAX) };
	enum err e = ERR_NOMEM;
	bool ok;

	s.cap = count < terms->batch_rows ? count : terms->batch_rows;
	ok = s.arena && make_room(&s);
	for (size_t i = 0; ok && i < count && fits(&s, &rows[i]); i++)
		ok = add(&s, &rows[i]);
	if (ok)
		e = encode(&s, body);
	*taken = s.rows;
	arena_free(s.arena);
	return e;
}
