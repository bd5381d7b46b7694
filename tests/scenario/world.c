/* SPDX-License-Identifier: MIT */
#include "tests/scenario/world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "aggregator/admission/holds.h"
#include "base/date.h"
#include "base/fs.h"
#include "proto/codec.h"
#include "tests/scenario/signer.h"

#define ARENA_BUDGET ((size_t)64 << 20)
#define MINUTE_MS INT64_C(60000)

bool world_fault(struct world *w, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(w->fault, sizeof(w->fault), format, args);
	va_end(args);
	return false;
}

static bool ok(struct world *w, enum err e, const char *what)
{
	return e == ERR_OK || world_fault(w, "%s: %s", what, err_name(e));
}

bool world_init(struct world *w)
{
	const char *tmp = getenv("TMPDIR");

	*w = (struct world){ .last_reporter = CATALOGUE_NONE };
	if (!ok(w, crypto_init(), "libsodium"))
		return false;
	if (!(w->arena = arena_new(ARENA_BUDGET)))
		return world_fault(w, "out of memory");
	snprintf(w->folder, sizeof(w->folder), "%s/scenario-XXXXXX",
		 tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	if (!mkdtemp(w->folder))
		return world_fault(w, "can't make a folder");
	snprintf(w->place, sizeof(w->place), "%s/store", w->folder);
	return true;
}

void world_close(struct world *w)
{
	aggregator_close(w->a);
	store_close(w->store);
	catalogue_free(w->loaded);
	arena_free(w->arena);
	buf_free(&w->message);
	free(w->next);
	free(w->epoch);
	free(w->has_key);
	if (w->folder[0])
		fs_remove_tree(w->folder);
}

const struct catalogue *world_catalogue(struct world *w)
{
	return w->a ? aggregator_catalogue(w->a) : w->loaded;
}

bool world_load(struct world *w, const char *path)
{
	struct diag_list diags = { 0 };
	struct catalogue *next = NULL;
	enum err e = catalogue_load(path, &diags, &next);

	if (e != ERR_OK)
		diag_print(&diags, LANG_EN, stderr);
	diag_free(&diags);
	if (!ok(w, e, path))
		return false;
	catalogue_free(w->loaded);
	w->loaded = next;
	return !w->a || world_restart(w); /* a later one comes into force when it is opened again */
}

/* --- time ------------------------------------------------------------------------------------ */

static bool commit(struct world *w)
{
	static const struct aggregator_changes nobody = { 0 };

	return ok(w, aggregator_commit(w->a, &nobody), "commit");
}

static bool begin(struct world *w)
{
	return ok(w, aggregator_begin(w->a), "begin") &&
	       ok(w, aggregator_tick(w->a, w->now_ms), "tick");
}

static bool make_room(struct world *w)
{
	size_t units = world_catalogue(w)->unit_count;

	w->next = calloc(units, sizeof(*w->next));
	w->epoch = calloc(units, sizeof(*w->epoch));
	w->has_key = calloc(units, sizeof(*w->has_key));
	if (!w->next || !w->epoch || !w->has_key)
		return world_fault(w, "out of memory");
	for (size_t i = 0; i < units; i++)
		w->next[i] = 1;
	return true;
}

static bool open_store(struct world *w)
{
	struct store_options options = { .map_bytes = UINT64_C(1) << 30, .no_sync = true };
	struct diag_list diags = { 0 };
	enum err e = store_open(w->place, &options, &w->store);

	if (e == ERR_OK)
		e = aggregator_open(w->store, &w->loaded, w->now_ms, &diags, &w->a);
	if (e == ERR_OK)
		signer_set(w->a);
	else
		diag_print(&diags, LANG_EN, stderr);
	diag_free(&diags);
	return ok(w, e, "opening the store");
}

bool world_go(struct world *w, int32_t day, int minute)
{
	int64_t then;

	if (!world_catalogue(w))
		return world_fault(w, "name a catalogue first");
	then = date_begin_ms(day, world_catalogue(w)->offset_minutes) + minute * MINUTE_MS;
	if (then < w->now_ms)
		return world_fault(w, "time does not go back");
	w->now_ms = then;
	if (!w->a && !(open_store(w) && make_room(w)))
		return false;
	return begin(w) && commit(w);
}

bool world_restart(struct world *w)
{
	aggregator_close(w->a);
	w->a = NULL;
	store_close(w->store);
	w->store = NULL;
	return open_store(w);
}

/* --- who speaks ------------------------------------------------------------------------------ */

void world_key(uint16_t unit, uint8_t key[32])
{
	memset(key, 0x51, 32);
	bytes_store16(key, unit);
}

static void epoch_of(const struct world *w, uint16_t unit, uint8_t epoch[ENVELOPE_EPOCH_LEN])
{
	memset(epoch, 0xe0, ENVELOPE_EPOCH_LEN);
	bytes_store16(epoch, unit);
	bytes_store32(epoch + 2, w->epoch[unit]);
}

/* *done: what became of it. */
static bool do_act(struct world *w, const char *by, const char *fields, enum err *done,
		   struct bytes *answer)
{
	struct buf json = { 0 };

	arena_reset(w->arena);
	*answer = (struct bytes){ 0 };
	if (!begin(w))
		return false;
	buf_printf(&json, "{\"id\": \"scenario-%u\", %s}", ++w->acts, fields);
	*done = buf_error(&json);
	if (*done == ERR_OK)
		*done = aggregator_act(w->a, buf_bytes(&json), by, w->now_ms, w->arena, answer);
	buf_free(&json);
	return commit(w);
}

bool world_act(struct world *w, const char *fields, bool accepted)
{
	return world_act_by(w, "scenario", fields, accepted);
}

bool world_act_by(struct world *w, const char *by, const char *fields, bool accepted)
{
	struct bytes answer;
	enum err e;

	if (!do_act(w, by, fields, &e, &answer))
		return false;
	if ((e == ERR_OK) == accepted)
		return true;
	return world_fault(w, "the act was %s: %.*s", e == ERR_OK ? "accepted" : "refused",
			   (int)answer.len, (const char *)answer.data);
}

bool world_act_refused(struct world *w, const char *by, const char *fields, const char *code)
{
	struct bytes answer;
	char quoted[64];
	enum err e;

	snprintf(quoted, sizeof(quoted), "\"code\":\"%s\"", code);
	if (!do_act(w, by, fields, &e, &answer))
		return false;
	if (e != ERR_OK && answer.len && strstr((const char *)answer.data, quoted))
		return true;
	return world_fault(w, "not refused as %s: %.*s", code, (int)answer.len,
			   (const char *)answer.data);
}

bool world_act_warned(struct world *w, const char *by, const char *fields, const char *code)
{
	struct bytes answer;
	char quoted[64];
	enum err e;

	snprintf(quoted, sizeof(quoted), "\"code\":\"%s\"", code);
	if (!do_act(w, by, fields, &e, &answer))
		return false;
	if (e == ERR_OK && memmem(answer.data, answer.len, quoted, strlen(quoted)))
		return true;
	return world_fault(w, "not warned of %s: %.*s", code, (int)answer.len,
			   (const char *)answer.data);
}

static bool give_key(struct world *w, uint16_t unit)
{
	char hex[65], fields[256];
	uint8_t key[32];

	if (w->has_key[unit])
		return true;
	world_key(unit, key);
	bytes_to_hex(bytes_of(key, sizeof(key)), hex);
	snprintf(fields, sizeof(fields),
		 "\"act\": \"key.add\", \"key\": \"%s\", \"unit\": \"%s\", \"role\": \"reporter\", "
		 "\"why\": \"scenario\"",
		 hex, world_catalogue(w)->units[unit].id);
	return w->has_key[unit] = world_act(w, fields, true);
}

/* --- batches --------------------------------------------------------------------------------- */

struct columns {
	struct event_target *targets;
	struct bytes *units;
	uint32_t *index, *kind;
	int64_t *value, *denominator;
	int32_t *as_of;
	struct event_number *revision;
	struct event_text *stage, *reason, *ref, *withdraw, *object;
	size_t revisions, stages, reasons, refs, withdraws, objects;
};

static bool make_columns(struct world *w, struct columns *c, size_t n)
{
	c->targets = arena_calloc(w->arena, n, sizeof(*c->targets));
	c->units = arena_calloc(w->arena, n, sizeof(*c->units));
	c->index = arena_calloc(w->arena, n, sizeof(*c->index));
	c->kind = arena_calloc(w->arena, n, sizeof(*c->kind));
	c->value = arena_calloc(w->arena, n, sizeof(*c->value));
	c->denominator = arena_calloc(w->arena, n, sizeof(*c->denominator));
	c->as_of = arena_calloc(w->arena, n, sizeof(*c->as_of));
	c->revision = arena_calloc(w->arena, n, sizeof(*c->revision));
	c->stage = arena_calloc(w->arena, n, sizeof(*c->stage));
	c->reason = arena_calloc(w->arena, n, sizeof(*c->reason));
	c->ref = arena_calloc(w->arena, n, sizeof(*c->ref));
	c->withdraw = arena_calloc(w->arena, n, sizeof(*c->withdraw));
	c->object = arena_calloc(w->arena, n * WORLD_OBJECTS, sizeof(*c->object));
	return (c->targets && c->units && c->index && c->kind && c->value && c->denominator &&
		c->as_of && c->revision && c->stage && c->reason && c->ref && c->withdraw &&
		c->object) ||
	       world_fault(w, "out of memory");
}

static void put_text(struct event_text *texts, size_t *count, size_t row, const char *s)
{
	if (s)
		texts[(*count)++] = (struct event_text){ (uint32_t)row, bytes_of_string(s) };
}

static void put_row(struct world *w, struct columns *c, size_t i, const struct world_row *r)
{
	const struct catalogue_measure *m = &world_catalogue(w)->measures[r->measure];

	c->targets[i] = (struct event_target){ bytes_of_string(r->target ? r->target : m->id),
					       bytes_of_string(m->uom), m->decimals };
	c->units[i] = bytes_of_string(world_catalogue(w)->units[r->unit].id);
	c->index[i] = (uint32_t)i;
	c->kind[i] = r->kind;
	c->value[i] = r->value;
	c->denominator[i] = r->denominator;
	c->as_of[i] = r->as_of;
	if (r->revision)
		c->revision[c->revisions++] = (struct event_number){ (uint32_t)i, r->revision };
	put_text(c->stage, &c->stages, i, r->stage);
	put_text(c->reason, &c->reasons, i, r->reason);
	put_text(c->ref, &c->refs, i, r->ref);
	put_text(c->withdraw, &c->withdraws, i, r->withdraw);
	world_put_objects(c->object, &c->objects, i, r->objects);
}

static struct event_batch batch_of(const struct columns *c, size_t n)
{
	static const int64_t unknown = 0;

	return (struct event_batch){ .rows = (uint32_t)n,
				     .targets = c->targets,
				     .target_count = n,
				     .units = c->units,
				     .unit_count = n,
				     .target = { c->index, 1 },
				     .unit = { c->index, 1 },
				     .kind = { c->kind, 1 },
				     .value = { c->value, 1 },
				     .denominator = { c->denominator, 1 },
				     .as_of = { c->as_of, 1 },
				     .observed = { &unknown, 0 },
				     .revision = { c->revision, c->revisions },
				     .stage = { c->stage, c->stages },
				     .reason = { c->reason, c->reasons },
				     .ref = { c->ref, c->refs },
				     .withdraw = { c->withdraw, c->withdraws },
				     .object = { c->object, c->objects } };
}

/* Header and body into w->message. */
static bool seal(struct world *w, const struct world_row *rows, size_t count)
{
	struct envelope head = { .version = LIMITS_VERSION,
				 .type = ENVELOPE_BATCH,
				 .rows = (uint32_t)count,
				 .first_sequence = w->next[rows[0].reporter] };
	uint8_t bytes[LIMITS_HEADER];
	struct columns c = { 0 };
	struct event_batch batch;

	arena_reset(w->arena);
	if (!make_columns(w, &c, count))
		return false;
	for (size_t i = 0; i < count; i++)
		put_row(w, &c, i, &rows[i]);
	batch = batch_of(&c, count);
	epoch_of(w, rows[0].reporter, head.epoch);
	envelope_encode(&head, bytes);
	buf_clear(&w->message);
	buf_put(&w->message, bytes_of(bytes, sizeof(bytes)));
	return ok(w, codec_batch_encode(&batch, &w->message), "encoding");
}

/* What became of the last row: an exception, or admitted. */
static void keep_answer(struct world *w, const struct aggregator_outcome *out)
{
	w->answer = out->answer;
	w->refused = out->answer == AGGREGATOR_REFUSED ? out->refused.code : 0;
	w->verdict = EVENT_ADMITTED;
	w->code = EVENT_CODE_NONE;
	w->receipt = out->receipt;
	if (out->answer != AGGREGATOR_REFUSED && out->receipt.exception_count) {
		const struct message_exception *last =
			&out->receipt.exceptions[out->receipt.exception_count - 1];
		uint64_t rows = out->receipt.through_sequence - out->receipt.first_sequence;

		if (last->row == rows) {
			w->verdict = last->verdict;
			w->code = last->code;
		}
	}
}

static bool deliver(struct world *w, uint16_t reporter)
{
	struct aggregator_outcome out;
	struct envelope head;
	struct bytes body;
	uint8_t key[32];

	world_key(reporter, key);
	arena_reset(w->arena);
	if (!ok(w, envelope_decode(buf_bytes(&w->message), &head, &body), "header") || !begin(w) ||
	    !ok(w,
		aggregator_batch(w->a, &(struct aggregator_from){ key, w->now_ms }, &head,
				 buf_bytes(&w->message), w->arena, &out),
		"batch"))
		return false;
	keep_answer(w, &out);
	w->last_reporter = reporter;
	if (out.answer == AGGREGATOR_APPENDED)
		w->next[reporter] = head.first_sequence + head.rows;
	return commit(w);
}

bool world_say(struct world *w, const struct world_row *rows, size_t count)
{
	if (!w->a)
		return world_fault(w, "say first on which day (on 2022-04-05)");
	return give_key(w, rows[0].reporter) && seal(w, rows, count) &&
	       deliver(w, rows[0].reporter);
}

bool world_repeat(struct world *w, bool changed)
{
	if (w->last_reporter == CATALOGUE_NONE)
		return world_fault(w, "nothing was said yet");
	if (changed)
		w->message.data[w->message.len - 1] ^= 1;
	return deliver(w, w->last_reporter);
}

void world_new_outbox(struct world *w, uint16_t reporter)
{
	w->epoch[reporter]++;
	w->next[reporter] = 1;
}

bool world_lose(struct world *w, uint16_t reporter, uint64_t rows)
{
	struct message_hello hello = { .first_held = w->next[reporter] + rows,
				       .next = w->next[reporter] + rows,
				       .software = bytes_of_string("scenario") };
	uint8_t key[32], epoch[ENVELOPE_EPOCH_LEN];
	struct aggregator_outcome out;

	if (!give_key(w, reporter))
		return false;
	world_key(reporter, key);
	epoch_of(w, reporter, epoch);
	arena_reset(w->arena);
	if (!begin(w) || !ok(w,
			     aggregator_hello(w->a, &(struct aggregator_from){ key, w->now_ms },
					      epoch, &hello, w->arena, &out),
			     "hello"))
		return false;
	keep_answer(w, &out);
	w->next[reporter] = out.expected;
	return commit(w);
}

bool world_link(struct world *w, uint16_t reporter, bool up)
{
	return begin(w) && ok(w, aggregator_link(w->a, reporter, up, w->now_ms), "link") &&
	       commit(w);
}

/* --- the office ------------------------------------------------------------------------------ */

struct waiting {
	uint16_t measure, unit;
	struct holds_record items[64];
	size_t count;
};

static bool collect(void *ctx, const struct holds_record *r)
{
	struct waiting *q = ctx;

	if (r->cell.measure == q->measure && r->cell.unit == q->unit)
		q->items[q->count++] = *r;
	return q->count < sizeof(q->items) / sizeof(q->items[0]);
}

bool world_settle(struct world *w, uint16_t measure, uint16_t unit, bool release)
{
	struct waiting q = { .measure = measure, .unit = unit };
	struct store_txn *t;
	enum err e;

	if (!ok(w, store_begin_read(w->store, &t), "read"))
		return false;
	e = holds_walk(t, collect, &q);
	store_abort(&t);
	if (!ok(w, e, "holds") || !q.count)
		return q.count || world_fault(w, "nothing waits there");
	for (size_t i = 0; i < q.count; i++) {
		char fields[256];

		snprintf(
			fields, sizeof(fields),
			"\"act\": \"hold.%s\", \"position\": %llu, \"row\": %u, \"why\": \"checked\"",
			release ? "release" : "reject", (unsigned long long)q.items[i].position,
			q.items[i].row);
		if (!world_act(w, fields, true))
			return false;
	}
	return true;
}

/* --- proof ----------------------------------------------------------------------------------- */

static bool replay(struct world *w, uint64_t group)
{
	struct aggregator_proof p;
	char scratch[96];
	enum err e;

	snprintf(scratch, sizeof(scratch), "%s/scratch", w->folder);
	e = aggregator_verify(w->store, scratch, group, NULL, NULL, &p);
	if (e != ERR_OK || p.broken_at)
		return world_fault(w, "replay: %s at entry %llu: %s", err_name(e),
				   (unsigned long long)p.broken_at, p.what ? p.what : "");
	if (memcmp(p.state, p.stored, sizeof(p.state)) != 0)
		return world_fault(w, "replay in groups of %llu gives another state",
				   (unsigned long long)group);
	if (p.decided_otherwise)
		return world_fault(w, "replay decides %llu entries otherwise",
				   (unsigned long long)p.decided_otherwise);
	return true;
}

bool world_verify(struct world *w)
{
	return !w->a || (replay(w, 1) && replay(w, 7));
}
