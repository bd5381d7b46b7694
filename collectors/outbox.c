/* SPDX-License-Identifier: MIT */
#include "collectors/outbox.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/crypto.h"
#include "base/fs.h"
#include "base/log.h"
#include "collectors/outbox_impl.h"
#include "proto/limits.h"

#define DEFAULT_BYTES (UINT64_C(1) << 30)
#define DEFAULT_ROWS 1000
#define DISK_RESERVE (UINT64_C(8) << 20) /* so that receipts can still be noted */

/* --- changes ---------------------------------------------------------------------------------- */

enum err outbox_change_begin(struct outbox *o, struct outbox_change *c)
{
	enum err e;

	mutex_lock(o->write);
	e = o->broken ? ERR_FATAL : outbox_txn_begin(o->store, true, &c->txn);
	if (e) {
		mutex_unlock(o->write);
		return e;
	}
	c->o = o;
	c->state = o->state;
	return ERR_OK;
}

static enum err put_state(struct outbox_change *c)
{
	struct buf b = { 0 };
	enum err e;

	outbox_state_encode(&c->state, &b);
	e = buf_error(&b);
	if (!e)
		e = outbox_txn_put(c->txn, OUTBOX_META, 0, buf_bytes(&b));
	buf_free(&b);
	return e;
}

static void publish(struct outbox *o)
{
	mutex_lock(o->lock);
	o->shown = o->state;
	mutex_wake(o->lock);
	mutex_unlock(o->lock);
}

enum err outbox_change_end(struct outbox_change *c, enum err e)
{
	struct outbox *o = c->o;

	if (!e)
		e = put_state(c);
	if (e) {
		outbox_txn_abort(&c->txn);
	} else if ((e = outbox_txn_commit(&c->txn)) == ERR_OK) {
		o->state = c->state;
		publish(o);
	}
	o->broken |= e == ERR_FATAL;
	mutex_unlock(o->write);
	return e;
}

/* --- opening ---------------------------------------------------------------------------------- */

static void begin_state(struct outbox_state *s, int64_t now_ms)
{
	*s = (struct outbox_state){ .first = 1, .sealed_until = 1, .next = 1,
				    .exceptions_next = 1, .created_ms = now_ms };
	outbox_state_renew(s);
}

static enum err load_state(struct outbox *o, struct outbox_txn *txn, bool *fresh)
{
	struct buf b = { 0 };
	enum err e = outbox_txn_get(txn, OUTBOX_META, 0, &b);

	*fresh = e == ERR_NOTFOUND;
	if (!e)
		e = outbox_state_decode(buf_bytes(&b), &o->state);
	buf_free(&b);
	return *fresh ? ERR_OK : e;
}

/* A copy of the store must not go on in the epoch of the original: both would use its sequences. */
static enum err greet(struct outbox *o, int64_t now_ms)
{
	struct outbox_change c;
	uint8_t place[16];
	bool fresh = false;
	enum err e = outbox_place(o->folder, place);

	if (e || (e = outbox_change_begin(o, &c)))
		return e;
	if ((e = load_state(o, c.txn, &fresh)))
		return outbox_change_end(&c, e);
	c.state = o->state;
	if (fresh) {
		begin_state(&c.state, now_ms);
	} else if (memcmp(place, c.state.place, sizeof(place)) != 0) {
		log_write(LOG_WARN, "outbox", "%s was copied or restored: new epoch", o->folder);
		outbox_state_renew(&c.state);
	}
	memcpy(c.state.place, place, sizeof(place));
	c.state.opened++;
	return outbox_change_end(&c, ERR_OK);
}

enum err outbox_open(const struct outbox_options *options, int64_t now_ms, struct outbox **out)
{
	struct outbox *o;
	enum err e = crypto_init();

	if (e)
		return e;
	if (!(o = calloc(1, sizeof(*o))))
		return ERR_NOMEM;
	o->max_bytes = options->max_bytes ? options->max_bytes : DEFAULT_BYTES;
	o->batch_rows = options->batch_rows ? options->batch_rows : DEFAULT_ROWS;
	if (o->batch_rows > LIMITS_BATCH_ROWS)
		o->batch_rows = LIMITS_BATCH_ROWS;
	e = (o->folder = strdup(options->folder)) ? ERR_OK : ERR_NOMEM;
	if (!e)
		e = mutex_new(&o->write);
	if (!e)
		e = mutex_new(&o->lock);
	/* room for copies of pages under way, and for deletes once the bound is reached */
	if (!e)
		e = outbox_store_open(o->folder, o->max_bytes * 4 + (UINT64_C(64) << 20),
				      &o->store);
	if (!e)
		e = greet(o, now_ms);
	if (e) {
		outbox_close(o);
		return e;
	}
	*out = o;
	return ERR_OK;
}

void outbox_close(struct outbox *o)
{
	if (!o)
		return;
	outbox_store_close(o->store);
	slice_release((struct slice *)(uintptr_t)o->direct_terms.slice);
	mutex_free(o->lock);
	mutex_free(o->write);
	free(o->folder);
	free(o);
}

/* --- submitting: who finds nobody at work stores the queue of all ------------------------------ */

struct outbox_request {
	const struct row *rows;
	size_t count;
	size_t bytes; /* upper bound of what they take */
	int64_t now_ms;
	uint64_t first;
	enum err e;
	bool done;
	struct outbox_request *next;
};

/* Stores rows from the front as one block of open rows; returns how many. */
static enum err put_block(struct outbox_change *c, const struct outbox_request *r, size_t from,
			  size_t *taken)
{
	struct buf b = { 0 };
	size_t n = 0;
	enum err e;

	buf_put_u64(&b, (uint64_t)r->now_ms);
	buf_put_u32(&b, 0);
	while (from + n < r->count && n < c->o->batch_rows && b.len < OUTBOX_BLOCK_BYTES)
		row_encode(&r->rows[from + n++], &b);
	e = buf_error(&b);
	if (!e) {
		bytes_store32(b.data + 8, (uint32_t)n);
		e = outbox_txn_put(c->txn, OUTBOX_OPEN, c->state.next, buf_bytes(&b));
	}
	c->state.next += n;
	c->state.bytes += b.len;
	*taken = n;
	buf_free(&b);
	return e;
}

static enum err put_open(struct outbox_change *c, const struct outbox_request *r)
{
	size_t done = 0, taken;
	enum err e = ERR_OK;

	for (; !e && done < r->count; done += taken)
		e = put_block(c, r, done, &taken);
	return e;
}

/* All accepted rows of the queue, one after the other. */
static enum err put_sealed(struct outbox_change *c, const struct outbox_request *queue,
			   size_t count)
{
	const struct seal_terms *terms = &c->o->direct_terms;
	struct row *all;
	size_t n = 0;
	enum err e;

	if (!queue->next)
		return outbox_seal_into(c, terms, queue->rows, queue->count, queue->now_ms);
	if (!(all = malloc(count * sizeof(*all))))
		return ERR_NOMEM;
	for (const struct outbox_request *r = queue; r; r = r->next) {
		if (r->e)
			continue;
		memcpy(all + n, r->rows, r->count * sizeof(*all));
		n += r->count;
	}
	e = outbox_seal_into(c, terms, all, n, queue->now_ms);
	free(all);
	return e;
}

/* Refuses what does not fit; returns the number of rows that do. */
static size_t admit(struct outbox *o, struct outbox_request *queue, const struct outbox_state *s)
{
	uint64_t bytes = s->bytes, number = s->next, left;
	size_t rows = 0;

	if (fs_free_bytes(o->folder, &left))
		left = UINT64_MAX;
	for (struct outbox_request *r = queue; r; r = r->next) {
		bool fits = bytes + r->bytes <= o->max_bytes &&
			    (bytes - s->bytes + r->bytes) * 3 + DISK_RESERVE <= left;

		r->e = fits ? ERR_OK : ERR_FULL;
		if (!fits)
			continue;
		r->first = number;
		number += r->count;
		bytes += r->bytes;
		rows += r->count;
	}
	return rows;
}

static enum err store_queue(struct outbox_change *c, struct outbox_request *queue)
{
	size_t rows = admit(c->o, queue, &c->state);
	enum err e = ERR_OK;

	if (rows == 0)
		return ERR_FULL;
	if (c->o->direct && c->state.sealed_until == c->state.next)
		return put_sealed(c, queue, rows);
	for (struct outbox_request *r = queue; !e && r; r = r->next) {
		if (!r->e)
			e = put_open(c, r);
	}
	return e;
}

static struct outbox_request *take_queue(struct outbox *o)
{
	struct outbox_request *reversed = o->queue, *queue = NULL;

	o->queue = NULL;
	while (reversed) {
		struct outbox_request *r = reversed;

		reversed = r->next;
		r->next = queue;
		queue = r;
	}
	return queue;
}

/* Stores what is queued by the time that the write lock is ours. */
static void lead(struct outbox *o)
{
	struct outbox_request *queue, *next;
	struct outbox_change c;
	enum err e = outbox_change_begin(o, &c);

	mutex_lock(o->lock);
	queue = take_queue(o);
	mutex_unlock(o->lock);
	if (!e)
		e = outbox_change_end(&c, store_queue(&c, queue));
	mutex_lock(o->lock);
	for (struct outbox_request *r = queue; r; r = next) {
		next = r->next; /* who is done may be gone */
		r->e = r->e ? r->e : e;
		r->done = true;
	}
	o->leading = false;
	mutex_wake(o->lock);
	mutex_unlock(o->lock);
}

enum err outbox_submit(struct outbox *o, const struct row *rows, size_t count, int64_t now_ms,
		       uint64_t *first)
{
	struct outbox_request r = { .rows = rows, .count = count, .now_ms = now_ms };

	for (size_t i = 0; i < count; i++)
		r.bytes += row_wire_bytes(&rows[i]) + rows[i].target.len + rows[i].unit.len + 16;
	if (count == 0) {
		if (first)
			*first = 0;
		return ERR_OK;
	}
	mutex_lock(o->lock);
	r.next = o->queue;
	o->queue = &r;
	while (!r.done && o->leading)
		mutex_wait(o->lock, INT64_MAX);
	if (!r.done) {
		o->leading = true;
		mutex_unlock(o->lock);
		lead(o);
		mutex_lock(o->lock);
	}
	mutex_unlock(o->lock);
	if (first)
		*first = r.first;
	return r.e;
}

/* --- looking ---------------------------------------------------------------------------------- */

void outbox_state(struct outbox *o, struct outbox_state *out)
{
	mutex_lock(o->lock);
	*out = o->shown;
	mutex_unlock(o->lock);
}

enum err outbox_wait(struct outbox *o, uint64_t number, int64_t until_monotonic_ms)
{
	bool settled, in_time = true;

	mutex_lock(o->lock);
	while (!(settled = o->shown.first >= number) && in_time)
		in_time = mutex_wait(o->lock, until_monotonic_ms);
	mutex_unlock(o->lock);
	return settled ? ERR_OK : ERR_TIMEOUT;
}

static enum err read_entry(struct outbox_txn *txn, enum outbox_table table, uint64_t number,
			   struct outbox_entry *out)
{
	struct buf b = { 0 };
	enum err e = outbox_txn_get(txn, table, number, &b);

	if (!e && b.len < OUTBOX_VALUE_HEAD)
		e = ERR_CORRUPT;
	if (!e)
		*out = (struct outbox_entry){ number, bytes_load32(b.data + 8),
					      (int64_t)bytes_load64(b.data), b.len,
					      table == OUTBOX_SEALED };
	buf_free(&b);
	return e;
}

enum err outbox_list(struct outbox *o, bool (*fn)(void *ctx, const struct outbox_entry *e),
		     void *ctx)
{
	static const enum outbox_table tables[] = { OUTBOX_SEALED, OUTBOX_OPEN };
	struct outbox_txn *txn;
	struct outbox_entry entry;
	bool more = true;
	enum err e = outbox_txn_begin(o->store, false, &txn);

	if (e)
		return e;
	for (size_t i = 0; !e && more && i < sizeof(tables) / sizeof(*tables); i++) {
		uint64_t at = 0;

		while (more && !(e = outbox_txn_next(txn, tables[i], at, &at))) {
			if ((e = read_entry(txn, tables[i], at, &entry)))
				break;
			more = fn(ctx, &entry);
			at += entry.rows;
		}
		e = e == ERR_NOTFOUND ? ERR_OK : e;
	}
	outbox_txn_abort(&txn);
	return e;
}

static bool take_oldest(void *ctx, const struct outbox_entry *entry)
{
	*(int64_t *)ctx = entry->submitted_ms;
	return false;
}

enum err outbox_oldest(struct outbox *o, int64_t *ms)
{
	*ms = 0;
	return outbox_list(o, take_oldest, ms);
}
