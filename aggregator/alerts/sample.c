/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/sample.h"

#include <stdio.h>
#include <stdlib.h>

#include "aggregator/ledger/keys.h"
#include "base/date.h"

enum { FLAGGED = 1, PRESENT = 2, ALL_BITS = 3 };

static const struct {
	const char *name;
	struct lang_text word;
} results[SAMPLE_RESULT_END] = {
	[SAMPLE_WAITING] = { "waiting", { "待核查", "waiting" } },
	[SAMPLE_AGREES] = { "agree", { "相符", "agrees" } },
	[SAMPLE_DIFFERS] = { "differ", { "不符", "differs" } },
};

const char *sample_result_name(enum sample_result r)
{
	return results[r].name;
}

struct lang_text sample_result_word(enum sample_result r)
{
	return results[r].word;
}

/* --- drawing ----------------------------------------------------------------------------------- */

size_t sample_size(size_t rest, unsigned sample)
{
	size_t n = 0;

	if (sample)
		return sample < rest ? sample : rest;
	while (n * n < rest)
		n++;
	return n;
}

static int by_ticket(const void *left, const void *right)
{
	const struct sample_cell *const *a = left, *const *b = right;

	return memcmp((*a)->ticket, (*b)->ticket, CRYPTO_HASH_LEN);
}

static void stamp(const struct catalogue *c, const char *head, struct sample_cell *cell)
{
	char text[256];
	int len = snprintf(text, sizeof(text), "%s %s.%s", head, c->measures[cell->measure].id,
			   c->units[cell->unit].id);

	crypto_digest(bytes_of(text, (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1),
		      cell->ticket);
}

enum err sample_draw(const struct catalogue *c, const uint8_t seed[CRYPTO_HASH_LEN],
		     int32_t period, struct sample_cell *cells, size_t count)
{
	struct sample_cell **order = calloc(count + 1, sizeof(*order));
	char head[2 * CRYPTO_HASH_LEN + 10], month[8];
	size_t rest = 0, size;

	if (!order)
		return ERR_NOMEM;
	bytes_to_hex(bytes_of(seed, CRYPTO_HASH_LEN), head);
	date_month_format(date_month_of(period), month);
	snprintf(head + 2 * CRYPTO_HASH_LEN, 10, " %s", month);
	for (size_t i = 0; i < count; i++) {
		cells[i].drawn = false;
		if (cells[i].flagged)
			continue;
		stamp(c, head, &cells[i]);
		order[rest++] = &cells[i];
	}
	qsort(order, rest, sizeof(struct sample_cell *), by_ticket);
	size = sample_size(rest, c->quality.sample);
	for (size_t i = 0; i < size; i++)
		order[i]->drawn = true;
	free(order);
	return ERR_OK;
}

/* --- bytes ------------------------------------------------------------------------------------- */

void sample_encode_period(const struct sample_period *p, struct buf *out)
{
	buf_put_zigzag(out, p->period);
	buf_put(out, bytes_of(p->seed, sizeof(p->seed)));
	buf_put_varint(out, p->expected);
	buf_put_varint(out, p->flagged);
	buf_put_varint(out, p->drawn);
}

bool sample_decode_period(struct reader *in, struct sample_period *out)
{
	struct bytes seed;

	*out = (struct sample_period){ .period = (int32_t)reader_zigzag(in) };
	seed = reader_take(in, CRYPTO_HASH_LEN);
	if (in->failed)
		return false;
	memcpy(out->seed, seed.data, CRYPTO_HASH_LEN);
	out->expected = (uint32_t)reader_varint(in);
	out->flagged = (uint32_t)reader_varint(in);
	out->drawn = (uint32_t)reader_varint(in);
	return !in->failed;
}

void sample_encode(const struct sample_record *r, struct buf *out)
{
	buf_put_zigzag(out, r->period);
	buf_put_u16(out, r->measure);
	buf_put_u16(out, r->unit);
	buf_put_u8(out, (uint8_t)((r->flagged ? FLAGGED : 0) | (r->present ? PRESENT : 0)));
	buf_put_zigzag(out, r->value);
	buf_put_zigzag(out, r->denominator);
}

bool sample_decode(struct reader *in, struct sample_record *out)
{
	uint8_t bits;

	*out = (struct sample_record){ .period = (int32_t)reader_zigzag(in) };
	out->measure = reader_u16(in);
	out->unit = reader_u16(in);
	bits = reader_u8(in);
	out->flagged = bits & FLAGGED;
	out->present = bits & PRESENT;
	out->value = reader_zigzag(in);
	out->denominator = reader_zigzag(in);
	return !in->failed && bits <= ALL_BITS;
}

static enum err put(struct store_txn *t, const struct keys *key, struct buf *value)
{
	enum err e = buf_error(value);

	if (e == ERR_OK)
		e = store_put(t, STORE_SAMPLES, keys_bytes(key), buf_bytes(value));
	buf_free(value);
	return e;
}

static void period_key(struct keys *key, int32_t period)
{
	keys_sample(key, date_month_of(period), CATALOGUE_NONE, CATALOGUE_NONE);
}

enum err sample_write_period(struct store_txn *t, const struct sample_period *p)
{
	struct buf value = { 0 };
	struct keys key;

	sample_encode_period(p, &value);
	buf_put_u64(&value, p->position);
	buf_put_u64(&value, (uint64_t)p->time_ms);
	period_key(&key, p->period);
	return put(t, &key, &value);
}

enum err sample_write(struct store_txn *t, const struct sample_record *r)
{
	struct buf value = { 0 };
	struct keys key;

	sample_encode(r, &value);
	buf_put_u8(&value, (uint8_t)r->result);
	buf_put_u8(&value, r->has_found);
	buf_put_zigzag(&value, r->found);
	buf_put_zigzag(&value, r->found_denominator);
	buf_put_varint(&value, r->act_position);
	buf_put_zigzag(&value, r->act_ms);
	buf_put_block(&value, r->by);
	buf_put_block(&value, r->why);
	buf_put_block(&value, r->inspection);
	keys_sample(&key, date_month_of(r->period), r->measure, r->unit);
	return put(t, &key, &value);
}

static enum err parse(struct bytes value, struct sample_record *out)
{
	struct reader in = reader_of(value);
	uint8_t result, has_found;

	if (!sample_decode(&in, out))
		return ERR_CORRUPT;
	result = reader_u8(&in);
	has_found = reader_u8(&in);
	out->found = reader_zigzag(&in);
	out->found_denominator = reader_zigzag(&in);
	out->act_position = reader_varint(&in);
	out->act_ms = reader_zigzag(&in);
	out->by = reader_block(&in);
	out->why = reader_block(&in);
	out->inspection = reader_block(&in);
	if (!reader_done(&in) || result >= SAMPLE_RESULT_END || has_found > 1)
		return ERR_CORRUPT;
	out->result = (enum sample_result)result;
	out->has_found = has_found;
	return ERR_OK;
}

/* --- reading ----------------------------------------------------------------------------------- */

enum err sample_read_period(struct store_txn *t, int32_t period, struct sample_period *out)
{
	struct bytes value;
	struct reader in;
	struct keys key;
	enum err e;

	period_key(&key, period);
	if ((e = store_get(t, STORE_SAMPLES, keys_bytes(&key), &value)) != ERR_OK)
		return e;
	in = reader_of(value);
	if (!sample_decode_period(&in, out))
		return ERR_CORRUPT;
	out->position = reader_u64(&in);
	out->time_ms = (int64_t)reader_u64(&in);
	return reader_done(&in) ? ERR_OK : ERR_CORRUPT;
}

enum err sample_read(struct store_txn *t, int32_t period, uint16_t measure, uint16_t unit,
		     struct sample_record *out)
{
	struct bytes value;
	struct keys key;
	enum err e;

	if (measure == CATALOGUE_NONE)
		return ERR_NOTFOUND;
	keys_sample(&key, date_month_of(period), measure, unit);
	e = store_get(t, STORE_SAMPLES, keys_bytes(&key), &value);
	return e == ERR_OK ? parse(value, out) : e;
}

enum err sample_walk(struct store_txn *t, int32_t period,
		     bool (*fn)(void *ctx, const struct sample_record *r), void *ctx)
{
	int32_t wanted = period == DATE_NONE ? -1 : date_month_of(period), month = 0;
	struct keys key = { .len = 0 };
	struct store_cursor *cursor;
	struct bytes found, value;
	struct sample_record r;
	uint16_t measure, unit;
	bool go_on = true;
	enum err e;

	if ((e = store_cursor_open(t, STORE_SAMPLES, &cursor)) != ERR_OK)
		return e;
	if (wanted >= 0)
		keys_sample(&key, wanted, 0, 0);
	e = store_cursor_seek(cursor, keys_bytes(&key), &found, &value);
	while (e == ERR_OK && go_on) {
		if (!keys_read_sample(found, &month, &measure, &unit))
			e = ERR_CORRUPT;
		else if (wanted >= 0 && month != wanted)
			break;
		else if (measure != CATALOGUE_NONE && (e = parse(value, &r)) == ERR_OK)
			go_on = fn(ctx, &r);
		if (e == ERR_OK)
			e = store_cursor_next(cursor, &found, &value);
	}
	store_cursor_close(cursor);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}
