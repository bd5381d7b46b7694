/* SPDX-License-Identifier: MIT */
#include "aggregator/office/reviews.h"

#include "aggregator/ledger/keys.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/reader.h"

const char *reviews_state_name(enum reviews_state s)
{
	static const char *const names[REVIEWS_STATE_END] = {
		[REVIEWS_NONE] = "none",	   [REVIEWS_SUBMITTED] = "submitted",
		[REVIEWS_CONFIRMED] = "confirmed", [REVIEWS_VERIFIED] = "verified",
		[REVIEWS_RETURNED] = "returned",
	};

	return s < REVIEWS_STATE_END ? names[s] : "";
}

/* --- the table -------------------------------------------------------------------------------- */

static enum err decode(struct bytes found, struct bytes value, struct review *out)
{
	struct reader r = reader_of(value);
	int32_t month;

	*out = (struct review){ .state = (enum reviews_state)reader_u8(&r) };
	out->was = (enum reviews_state)reader_u8(&r);
	out->position = reader_u64(&r);
	out->time_ms = (int64_t)reader_u64(&r);
	out->confirmed_ms = (int64_t)reader_u64(&r);
	out->by = reader_block(&r);
	out->why = reader_block(&r);
	out->confirmed_by = reader_block(&r);
	if (!reader_done(&r) || out->state >= REVIEWS_STATE_END ||
	    out->was >= REVIEWS_STATE_END ||
	    !keys_read_light(found, &out->measure, &out->unit, &month))
		return ERR_CORRUPT;
	out->period = date_month_last(month);
	return ERR_OK;
}

enum err reviews_read(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t period,
		      struct review *out)
{
	struct bytes value;
	struct keys key;
	enum err e;

	keys_light(&key, measure, unit, date_month_of(period));
	e = store_get(t, STORE_REVIEWS, keys_bytes(&key), &value);
	return e == ERR_OK ? decode(keys_bytes(&key), value, out) : e;
}

enum err reviews_write(struct store_txn *t, const struct review *r)
{
	struct buf value = { 0 };
	struct keys key;
	enum err e;

	buf_put_u8(&value, (uint8_t)r->state);
	buf_put_u8(&value, (uint8_t)r->was);
	buf_put_u64(&value, r->position);
	buf_put_u64(&value, (uint64_t)r->time_ms);
	buf_put_u64(&value, (uint64_t)r->confirmed_ms);
	buf_put_block(&value, r->by);
	buf_put_block(&value, r->why);
	buf_put_block(&value, r->confirmed_by);
	keys_light(&key, r->measure, r->unit, date_month_of(r->period));
	e = buf_error(&value);
	if (e == ERR_OK)
		e = store_put(t, STORE_REVIEWS, keys_bytes(&key), buf_bytes(&value));
	buf_free(&value);
	return e;
}

enum err reviews_walk(struct store_txn *t, bool (*fn)(void *ctx, const struct review *r),
		      void *ctx)
{
	struct bytes found, value;
	struct store_cursor *c;
	struct review r;
	enum err e = store_cursor_open(t, STORE_REVIEWS, &c);

	if (e != ERR_OK)
		return e;
	e = store_cursor_seek(c, (struct bytes){ 0 }, &found, &value);
	while (e == ERR_OK && (e = decode(found, value, &r)) == ERR_OK && fn(ctx, &r))
		e = store_cursor_next(c, &found, &value);
	store_cursor_close(c);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err reviews_reset(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t period,
		       uint64_t position, int64_t time_ms, enum reviews_state *was)
{
	struct review before, now = { .measure = measure, .unit = unit, .period = period,
				      .state = REVIEWS_SUBMITTED, .position = position,
				      .time_ms = time_ms };
	enum err e = reviews_read(t, measure, unit, period, &before);

	*was = REVIEWS_NONE;
	if (e != ERR_OK || before.state == REVIEWS_SUBMITTED)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	*was = now.was = before.state;
	return reviews_write(t, &now);
}

/* --- of a total --------------------------------------------------------------------------------- */

struct verdict {
	const struct catalogue *c;
	struct store_txn *t;
	const struct totals_source *from;
	int32_t day;
	enum reviews_state weakest; /* NONE: no figure so far */
};

static bool is_weaker(enum reviews_state a, enum reviews_state b)
{
	static const int ranks[REVIEWS_STATE_END] = {
		[REVIEWS_NONE] = 9,	 [REVIEWS_RETURNED] = 1, [REVIEWS_SUBMITTED] = 2,
		[REVIEWS_CONFIRMED] = 3, [REVIEWS_VERIFIED] = 4,
	};

	return ranks[a] < ranks[b];
}

/* What a cell stands at: of the stage that counts, or of all of a milestone's. */
struct figure {
	int32_t as_of; /* the newest day with a figure; DATE_NONE: there is none */
	int64_t value, denominator;
	uint64_t stages; /* reached: a bit each */
};

static enum err figure_on(const struct verdict *v, uint16_t measure, uint16_t unit, int32_t day,
			  struct figure *out)
{
	const struct catalogue_measure *m = &v->c->measures[measure];
	struct cell_key key = cell_counting(v->c, measure, unit);
	size_t stages = m->kind == CATALOGUE_MILESTONE ? m->stage_count : 1;

	*out = (struct figure){ .as_of = DATE_NONE };
	for (size_t i = 0; i < stages; i++) {
		struct cell_value at;
		enum err e;

		if (m->kind == CATALOGUE_MILESTONE)
			key.stage = (uint8_t)i;
		if ((e = v->from->value(v->from->ctx, key, day, &at)) != ERR_OK)
			return e;
		if (!at.present)
			continue;
		if (at.as_of > out->as_of)
			out->as_of = at.as_of;
		out->value = at.value;
		out->denominator = at.denominator;
		out->stages |= (uint64_t)(at.value > 0) << (i & 63);
	}
	return ERR_OK;
}

static bool is_same_figure(const struct catalogue_measure *m, const struct figure *a,
			   const struct figure *b)
{
	if (a->as_of == DATE_NONE || b->as_of == DATE_NONE)
		return false;
	if (m->kind == CATALOGUE_MILESTONE)
		return a->stages == b->stages;
	return a->value == b->value && a->denominator == b->denominator;
}

static enum err said_of(const struct verdict *v, uint16_t measure, uint16_t unit, int32_t period,
			bool *said, struct review *out)
{
	enum err e = reviews_read(v->t, measure, unit, period, out);

	*said = e == ERR_OK;
	if (e == ERR_NOTFOUND)
		out->state = REVIEWS_SUBMITTED;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* What was said of the newest figure. A report that says the same figure again for a later month,
 * of which nobody said anything yet, leaves what was said of that figure as it was. */
static enum err look_at_cell(struct verdict *v, uint16_t measure, uint16_t unit)
{
	const struct catalogue_measure *m = &v->c->measures[measure];
	struct figure newest, at;
	struct review r;
	bool said;
	enum err e = figure_on(v, measure, unit, v->day, &newest);

	if (e != ERR_OK || newest.as_of == DATE_NONE)
		return e;
	if ((e = said_of(v, measure, unit, newest.as_of, &said, &r)) != ERR_OK)
		return e;
	for (at = newest; !said;) {
		int32_t before = date_month_first(date_month_of(at.as_of)) - 1;

		if ((e = figure_on(v, measure, unit, before, &at)) != ERR_OK)
			return e;
		if (!is_same_figure(m, &at, &newest))
			break;
		if ((e = said_of(v, measure, unit, at.as_of, &said, &r)) != ERR_OK)
			return e;
	}
	if (is_weaker(r.state, v->weakest))
		v->weakest = r.state;
	return ERR_OK;
}

static enum err look_at(struct verdict *v, uint16_t measure, uint16_t unit)
{
	const struct catalogue_measure *m = &v->c->measures[measure];
	const struct catalogue_item *item = &v->c->items[m->item];
	enum err e = ERR_OK;

	for (size_t i = 0; i < m->part_count && e == ERR_OK; i++)
		e = look_at(v, m->parts[i], unit);
	if (m->derived_from && e == ERR_OK)
		return look_at(v, catalogue_measure_number(v->c, bytes_of_string(m->derived_from)),
			       unit);
	if (m->figure == CATALOGUE_DERIVED || e != ERR_OK)
		return e;
	if (m->figure == CATALOGUE_LEAD || unit != v->c->city)
		return look_at_cell(v, measure, unit);
	for (size_t i = 0; i < item->scope_count && e == ERR_OK; i++)
		e = look_at_cell(v, measure, item->scope[i]);
	return e;
}

enum err reviews_weakest(const struct catalogue *c, struct store_txn *t,
			 const struct totals_source *from, uint16_t measure, uint16_t unit,
			 int32_t day, enum reviews_state *out)
{
	struct verdict v = { .c = c, .t = t, .from = from, .day = day };
	enum err e = look_at(&v, measure, unit);

	*out = e == ERR_OK ? v.weakest : REVIEWS_NONE;
	return e;
}

enum err reviews_is_verified(const struct catalogue *c, struct store_txn *t,
			     const struct totals_source *from, uint16_t measure, uint16_t unit,
			     int32_t day, bool *out)
{
	enum reviews_state weakest;
	enum err e = reviews_weakest(c, t, from, measure, unit, day, &weakest);

	*out = weakest == REVIEWS_VERIFIED;
	return e;
}
