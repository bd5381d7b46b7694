/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/lights.h"

#include "aggregator/ledger/keys.h"
#include "base/date.h"

enum {
	SILENT = 1,
	OVERDUE = 2,
	PROVISIONAL = 4,
	PRESENT = 8,
	HAS_GOAL = 16,
	VERSIONED = 32, /* versions, original state and publication follow at the end */
	STATE_FLAGS = SILENT | OVERDUE | PROVISIONAL,
	ALL_FLAGS = 63
};

static uint8_t state_flags(const struct light_state *s)
{
	return (uint8_t)((s->silent ? SILENT : 0) | (s->overdue ? OVERDUE : 0) |
			 (s->provisional ? PROVISIONAL : 0));
}

static void put_state(struct buf *out, const struct light_state *s, uint8_t flags)
{
	const uint8_t bytes[] = { (uint8_t)s->light, (uint8_t)(state_flags(s) | flags),
				  s->worse,	     s->worst,
				  s->better,	     s->best,
				  s->months,	     s->missed };

	buf_put(out, bytes_of(bytes, sizeof(bytes)));
}

/* *flags: all of them, those of other things too. */
static bool read_state(struct reader *in, struct light_state *s, uint8_t *flags)
{
	uint8_t light = reader_u8(in);

	*flags = reader_u8(in);
	s->worse = reader_u8(in);
	s->worst = reader_u8(in);
	s->better = reader_u8(in);
	s->best = reader_u8(in);
	s->months = reader_u8(in);
	s->missed = reader_u8(in);
	s->light = (enum light)light;
	s->silent = *flags & SILENT;
	s->overdue = *flags & OVERDUE;
	s->provisional = *flags & PROVISIONAL;
	return light < LIGHT_COUNT;
}

static bool is_same_state(const struct light_state *a, const struct light_state *b)
{
	return a->light == b->light && state_flags(a) == state_flags(b) && a->worse == b->worse &&
	       a->worst == b->worst && a->better == b->better && a->best == b->best &&
	       a->months == b->months && a->missed == b->missed;
}

static bool is_versioned(const struct lights_record *r)
{
	return r->plan || r->quota || r->published || !is_same_state(&r->original, &r->state);
}

static bool is_same_judgement(const struct lights_record *a, const struct lights_record *b)
{
	return is_same_state(&a->state, &b->state) && is_same_state(&a->original, &b->original) &&
	       a->first == b->first && a->published == b->published && a->plan == b->plan &&
	       a->quota == b->quota && a->restated == b->restated;
}

bool lights_same(const struct lights_record *a, const struct lights_record *b)
{
	return is_same_judgement(a, b) && a->present == b->present && a->has_goal == b->has_goal &&
	       a->value == b->value && a->denominator == b->denominator &&
	       a->attained == b->attained && a->goal == b->goal && a->done_ppm == b->done_ppm &&
	       a->planned_ppm == b->planned_ppm && a->gap_hundredths == b->gap_hundredths &&
	       a->as_of == b->as_of && a->units_present == b->units_present &&
	       a->units_expected == b->units_expected;
}

static void put_versions(struct buf *out, const struct lights_record *r)
{
	put_state(out, &r->original, 0);
	buf_put_varint(out, r->plan);
	buf_put_varint(out, r->quota);
	buf_put_u8(out, (uint8_t)r->published);
}

static bool read_versions(struct reader *in, struct lights_record *r)
{
	uint8_t flags, published;
	bool good = read_state(in, &r->original, &flags);
	uint64_t plan = reader_varint(in), quota = reader_varint(in);

	published = reader_u8(in);
	r->plan = (uint16_t)plan;
	r->quota = (uint16_t)quota;
	r->published = (enum light)published;
	return good && flags <= STATE_FLAGS && plan <= UINT16_MAX && quota <= UINT16_MAX &&
	       published < LIGHT_COUNT && is_versioned(r);
}

void lights_encode(const struct lights_record *r, struct buf *out)
{
	bool versioned = is_versioned(r);

	put_state(out, &r->state,
		  (uint8_t)((r->present ? PRESENT : 0) | (r->has_goal ? HAS_GOAL : 0) |
			    (versioned ? VERSIONED : 0)));
	buf_put_u8(out, (uint8_t)r->first);
	buf_put_varint(out, r->restated);
	buf_put_zigzag(out, r->value);
	buf_put_zigzag(out, r->denominator);
	buf_put_zigzag(out, r->attained);
	buf_put_zigzag(out, r->goal);
	buf_put_zigzag(out, r->done_ppm);
	buf_put_zigzag(out, r->planned_ppm);
	buf_put_zigzag(out, r->gap_hundredths);
	buf_put_zigzag(out, r->as_of);
	buf_put_varint(out, r->units_present);
	buf_put_varint(out, r->units_expected);
	if (versioned)
		put_versions(out, r);
}

static bool read_head(struct reader *in, struct lights_record *r, uint8_t *flags)
{
	bool good = read_state(in, &r->state, flags);
	uint8_t first = reader_u8(in);

	r->first = (enum light)first;
	r->present = *flags & PRESENT;
	r->has_goal = *flags & HAS_GOAL;
	return good && first < LIGHT_COUNT && *flags <= ALL_FLAGS;
}

bool lights_decode(struct reader *in, struct lights_record *out)
{
	uint8_t flags;
	bool good = read_head(in, out, &flags);

	out->restated = (uint32_t)reader_varint(in);
	out->value = reader_zigzag(in);
	out->denominator = reader_zigzag(in);
	out->attained = reader_zigzag(in);
	out->goal = reader_zigzag(in);
	out->done_ppm = reader_zigzag(in);
	out->planned_ppm = reader_zigzag(in);
	out->gap_hundredths = reader_zigzag(in);
	out->as_of = (int32_t)reader_zigzag(in);
	out->units_present = (uint32_t)reader_varint(in);
	out->units_expected = (uint32_t)reader_varint(in);
	out->original = out->state;
	out->plan = out->quota = 0;
	out->published = LIGHT_NONE;
	if (good && flags & VERSIONED)
		good = read_versions(in, out);
	return good && !in->failed;
}

/* The value of the table: when it was judged last, and the record. */
enum err lights_write(struct store_txn *t, const struct lights_record *r)
{
	struct buf value = { 0 };
	struct keys key;
	enum err e;

	buf_put_u64(&value, r->position);
	buf_put_u64(&value, (uint64_t)r->time_ms);
	lights_encode(r, &value);
	keys_light(&key, r->measure, r->unit, date_month_of(r->period));
	if ((e = buf_error(&value)) == ERR_OK)
		e = store_put(t, STORE_LIGHTS, keys_bytes(&key), buf_bytes(&value));
	buf_free(&value);
	return e;
}

static enum err parse(struct bytes key, struct bytes value, struct lights_record *out)
{
	struct reader in = reader_of(value);
	int32_t month;

	*out = (struct lights_record){ 0 };
	if (!keys_read_light(key, &out->measure, &out->unit, &month))
		return ERR_CORRUPT;
	out->period = date_month_last(month);
	out->position = reader_u64(&in);
	out->time_ms = (int64_t)reader_u64(&in);
	return lights_decode(&in, out) && reader_done(&in) ? ERR_OK : ERR_CORRUPT;
}

enum err lights_read(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t period,
		     struct lights_record *out)
{
	struct bytes value;
	struct keys key;
	enum err e;

	keys_light(&key, measure, unit, date_month_of(period));
	if ((e = store_get(t, STORE_LIGHTS, keys_bytes(&key), &value)) != ERR_OK)
		return e;
	return parse(keys_bytes(&key), value, out);
}

enum err lights_latest(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t up_to,
		       struct lights_record *out)
{
	struct store_cursor *cursor;
	struct bytes found, value;
	struct keys key;
	enum err e;

	if ((e = store_cursor_open(t, STORE_LIGHTS, &cursor)) != ERR_OK)
		return e;
	keys_light(&key, measure, unit, date_month_of(up_to) + 1);
	e = store_cursor_before(cursor, keys_bytes(&key), &found, &value);
	if (e == ERR_OK)
		e = parse(found, value, out);
	if (e == ERR_OK && (out->measure != measure || out->unit != unit))
		e = ERR_NOTFOUND;
	store_cursor_close(cursor);
	return e;
}

/* A light (not a period), of this measure where one is named. */
static bool is_of(struct bytes key, uint16_t measure)
{
	uint16_t found, unit;
	int32_t month;

	if (!keys_read_light(key, &found, &unit, &month))
		return true; /* for parse to complain about */
	return found != CATALOGUE_NONE && (measure == CATALOGUE_NONE || found == measure);
}

enum err lights_walk(struct store_txn *t, uint16_t measure,
		     bool (*fn)(void *ctx, const struct lights_record *r), void *ctx)
{
	struct store_cursor *cursor;
	struct bytes found, value;
	struct lights_record r;
	struct keys key = { .len = 0 };
	enum err e;

	if ((e = store_cursor_open(t, STORE_LIGHTS, &cursor)) != ERR_OK)
		return e;
	if (measure != CATALOGUE_NONE)
		keys_light(&key, measure, 0, 0);
	e = store_cursor_seek(cursor, keys_bytes(&key), &found, &value);
	while (e == ERR_OK && is_of(found, measure) && (e = parse(found, value, &r)) == ERR_OK &&
	       fn(ctx, &r))
		e = store_cursor_next(cursor, &found, &value);
	store_cursor_close(cursor);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* A closed period is a row without a measure, behind all lights. */
static void period_key(struct keys *key, int32_t month)
{
	keys_light(key, CATALOGUE_NONE, CATALOGUE_NONE, month);
}

enum err lights_write_period(struct store_txn *t, const struct lights_period *p)
{
	uint8_t value[16];
	struct keys key;

	bytes_store64(value, p->position);
	bytes_store64(value + 8, (uint64_t)p->time_ms);
	period_key(&key, date_month_of(p->period));
	return store_put(t, STORE_LIGHTS, keys_bytes(&key), bytes_of(value, sizeof(value)));
}

static enum err parse_period(struct bytes key, struct bytes value, struct lights_period *out)
{
	uint16_t measure, unit;
	int32_t month;

	if (!keys_read_light(key, &measure, &unit, &month) || value.len != 16)
		return ERR_CORRUPT;
	*out = (struct lights_period){ date_month_last(month), bytes_load64(value.data),
				       (int64_t)bytes_load64(value.data + 8) };
	return ERR_OK;
}

enum err lights_periods(struct store_txn *t, bool (*fn)(void *ctx, const struct lights_period *p),
			void *ctx)
{
	struct store_cursor *cursor;
	struct bytes found, value;
	struct lights_period p;
	struct keys key;
	enum err e;

	if ((e = store_cursor_open(t, STORE_LIGHTS, &cursor)) != ERR_OK)
		return e;
	period_key(&key, 0);
	e = store_cursor_seek(cursor, keys_bytes(&key), &found, &value);
	while (e == ERR_OK && (e = parse_period(found, value, &p)) == ERR_OK && fn(ctx, &p))
		e = store_cursor_next(cursor, &found, &value);
	store_cursor_close(cursor);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}
