/* SPDX-License-Identifier: MIT */
/* One group commit: apply everything, commit with fsync, and only then speak. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/pipeline_private.h"
#include "proto/limits.h"

struct item *group_add(struct pipeline *p)
{
	struct item *i;

	if (p->item_count ==
	    PIPELINE_GROUP_MESSAGES + PIPELINE_GROUP_COMMANDS + PIPELINE_GROUP_ENROLMENTS)
		return NULL;
	i = &p->items[p->item_count++];
	memset(i, 0, sizeof(*i));
	return i;
}

/* --- sorting --------------------------------------------------------------------------------- */
static void refuse_item(struct item *i, enum message_refusal code)
{
	i->kind = ITEM_REFUSED;
	i->outcome.answer = AGGREGATOR_REFUSED;
	i->outcome.refused = (struct message_refused){ .code = code };
}

static const struct {
	uint8_t type;
	bool enrol; /* on the enrolment socket, else on ingest */
	enum item_kind kind;
} types[] = {
	{ ENVELOPE_BATCH, false, ITEM_BATCH }, { ENVELOPE_HELLO, false, ITEM_HELLO },
	{ ENVELOPE_PING, false, ITEM_PING },   { ENVELOPE_CATALOGUE_REQUEST, false, ITEM_SLICE },
	{ ENVELOPE_ENROL, true, ITEM_ENROL },
};

void group_add_message(struct pipeline *p, struct bus_socket *via, const struct bus_message *m)
{
	struct item *i = group_add(p);
	enum err e;

	if (!i)
		return; /* can't be: intake is bounded by the same numbers */
	i->message = m;
	i->via = via;
	e = envelope_decode(m->payload, &i->header, &i->body);
	if (e != ERR_OK) {
		refuse_item(i, e == ERR_VERSION ? MESSAGE_REFUSED_VERSION : MESSAGE_REFUSED_BODY);
		return;
	}
	for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++)
		if (types[t].type == i->header.type && types[t].enrol == (via == p->enrol)) {
			i->kind = types[t].kind;
			return;
		}
	refuse_item(i, MESSAGE_REFUSED_TYPE);
}

/* --- applying -------------------------------------------------------------------------------- */
static struct aggregator_from from_of(const struct pipeline *p, const struct item *i)
{
	return (struct aggregator_from){ i->message->key, clock_now_ms(p->d->clock) };
}

/* The session that may send this message, or NULL and the item is refused. */
static struct session *session_of(struct pipeline *p, struct item *i)
{
	struct session *s = sessions_find(p->sessions, &i->message->peer);

	/* a peer's name is not its identity: the key has to be the one that said Hello */
	if (!s || memcmp(s->key, i->message->key, sizeof(s->key)) != 0) {
		refuse_item(i, MESSAGE_REFUSED_NO_HELLO);
		return NULL;
	}
	s->heard_ms = clock_monotonic_ms();
	if (s->fenced) {
		refuse_item(i, MESSAGE_REFUSED_FENCED);
		return NULL;
	}
	return s;
}

static enum err open_session(struct pipeline *p, struct item *i, uint16_t unit)
{
	struct session hello = { .peer = i->message->peer,
				 .unit = unit,
				 .heard_ms = clock_monotonic_ms() };
	struct session *opened, *fenced, *before = sessions_find(p->sessions, &hello.peer);
	uint16_t left = before ? before->unit : unit;
	enum err e;

	memcpy(hello.key, i->message->key, sizeof(hello.key));
	memcpy(hello.epoch, i->header.epoch, sizeof(hello.epoch));
	e = sessions_open(p->sessions, &hello, &opened, &fenced);
	if (e != ERR_OK)
		return e;
	if (fenced) {
		i->fenced = fenced->peer;
		memcpy(i->fenced_epoch, fenced->epoch, sizeof(i->fenced_epoch));
	}
	links_set(p->links, left, sessions_of_unit(p->sessions, left) > 0);
	links_set(p->links, unit, true);
	return ERR_OK;
}

static enum err apply_hello(struct pipeline *p, struct item *i)
{
	const struct aggregator_key *key = roster_find(p->roster, i->message->key);
	struct aggregator_from from = from_of(p, i);
	struct message_hello hello;
	enum err e;

	if (!key || key->state != AGGREGATOR_KEY_VALID) {
		refuse_item(i, MESSAGE_REFUSED_REVOKED);
		return ERR_OK;
	}
	if (key->role != AGGREGATOR_REPORTER) {
		refuse_item(i, MESSAGE_REFUSED_ROLE);
		return ERR_OK;
	}
	if (message_hello_decode(i->body, p->arena, &hello) != ERR_OK) {
		refuse_item(i, MESSAGE_REFUSED_BODY);
		return ERR_OK;
	}
	e = aggregator_hello(p->aggregator, &from, i->header.epoch, &hello, p->arena, &i->outcome);
	if (e != ERR_OK || i->outcome.answer == AGGREGATOR_REFUSED)
		return e;
	e = open_session(p, i, key->unit);
	if (e == ERR_FULL) {
		refuse_item(i, MESSAGE_REFUSED_BUSY);
		i->outcome.refused.retry_ms = 60000;
		e = ERR_OK;
	}
	return e;
}

/* More in one group than was ever granted at a time. */
static bool above_credit(const struct pipeline *p, struct session *s, size_t bytes)
{
	if (s->attempt != p->attempts)
		s->taken = 0;
	s->attempt = p->attempts;
	s->taken += bytes;
	return s->taken > bytes && s->taken > p->d->config->credit_bytes;
}

static enum err apply_batch(struct pipeline *p, struct item *i)
{
	struct aggregator_from from = from_of(p, i);
	struct session *s = session_of(p, i);
	struct bytes payload = i->message->payload;

	metrics_add(&p->d->metrics, METRIC_INGEST_BATCHES, 1);
	metrics_add(&p->d->metrics, METRIC_INGEST_BYTES, payload.len);
	if (!s)
		return ERR_OK;
	if (memcmp(s->epoch, i->header.epoch, sizeof(s->epoch)) != 0) {
		refuse_item(i, MESSAGE_REFUSED_NO_HELLO);
		return ERR_OK;
	}
	if (payload.len > LIMITS_BATCH_BYTES || i->header.rows > LIMITS_BATCH_ROWS ||
	    i->header.rows == 0) {
		refuse_item(i, MESSAGE_REFUSED_SIZE);
		return ERR_OK;
	}
	if (above_credit(p, s, payload.len)) {
		refuse_item(i, MESSAGE_REFUSED_CREDIT);
		return ERR_OK;
	}
	return aggregator_batch(p->aggregator, &from, &i->header, payload, p->arena, &i->outcome);
}

static enum err apply_ping(struct pipeline *p, struct item *i)
{
	session_of(p, i);
	return ERR_OK;
}

static enum err apply_slice(struct pipeline *p, struct item *i)
{
	const struct aggregator_key *key = roster_find(p->roster, i->message->key);
	struct aggregator_from from = from_of(p, i);

	if (!key || key->state != AGGREGATOR_KEY_VALID) {
		refuse_item(i, MESSAGE_REFUSED_REVOKED);
		return ERR_OK;
	}
	if (key->role != AGGREGATOR_REPORTER) {
		refuse_item(i, MESSAGE_REFUSED_ROLE);
		return ERR_OK;
	}
	return aggregator_slice(p->aggregator, &from, p->arena, &i->slice);
}

static enum err apply_enrol(struct pipeline *p, struct item *i)
{
	struct aggregator_from from = from_of(p, i);
	struct message_enrol enrol;

	if (i->message->payload.len > LIMITS_ENROL_BYTES) {
		refuse_item(i, MESSAGE_REFUSED_SIZE);
		return ERR_OK;
	}
	/* nobody asks for another's key */
	if (message_enrol_decode(i->body, p->arena, &enrol) != ERR_OK ||
	    !bytes_equal(enrol.public_key, bytes_of(i->message->key, CURVE_KEY_LEN))) {
		refuse_item(i, MESSAGE_REFUSED_BODY);
		return ERR_OK;
	}
	return aggregator_enrol(p->aggregator, &from, &enrol, p->arena, &i->enrolled);
}

/* What a person asked for and may not have is an answer, not a failure. */
static bool is_answer(enum err e)
{
	return e == ERR_INVALID || e == ERR_NOTFOUND || e == ERR_STATE || e == ERR_DENIED ||
	       e == ERR_EXISTS || e == ERR_RANGE;
}

static enum err apply_act(struct pipeline *p, struct item *i)
{
	int64_t now_ms = clock_now_ms(p->d->clock);

	if (i->command->kind == COMMAND_IMPORT)
		i->err = aggregator_import(p->aggregator, i->command->json, i->command->by,
					   i->command->parcel, now_ms, p->arena, &i->answer);
	else
		i->err = aggregator_act(p->aggregator, i->command->json, i->command->by, now_ms,
					p->arena, &i->answer);
	return is_answer(i->err) ? ERR_OK : i->err;
}

static enum err apply_refused(struct pipeline *p, struct item *i)
{
	(void)p, (void)i;
	return ERR_OK;
}

static enum err (*const apply[])(struct pipeline *p, struct item *i) = {
	[ITEM_HELLO] = apply_hello,	[ITEM_BATCH] = apply_batch, [ITEM_SLICE] = apply_slice,
	[ITEM_PING] = apply_ping,	[ITEM_ENROL] = apply_enrol, [ITEM_ACT] = apply_act,
	[ITEM_REFUSED] = apply_refused,
};

static enum err tell_link(void *ctx, uint16_t unit, bool up)
{
	struct pipeline *p = ctx;

	return aggregator_link(p->aggregator, unit, up, clock_now_ms(p->d->clock));
}

/* --- what the commit changed ----------------------------------------------------------------- */
static struct bytes keep(struct pipeline *p, struct bytes b)
{
	char *copy = arena_strndup(p->arena, (const char *)b.data, b.len);

	if (!copy) {
		p->changes.lost = true;
		return (struct bytes){ 0 };
	}
	return bytes_of(copy, b.len);
}

static struct changed *new_change(struct pipeline *p, uint64_t previous)
{
	struct changed *c = arena_calloc(p->arena, 1, sizeof(*c));

	if (!c) {
		p->changes.lost = true;
		return NULL;
	}
	c->previous = previous;
	*p->changes.last = c;
	p->changes.last = &c->next;
	return c;
}

static void keep_figure(struct pipeline *p, bool light, const struct message_figure *figure,
			uint64_t previous)
{
	struct changed *c = new_change(p, previous);

	if (!c)
		return;
	c->light = light;
	c->figure = *figure;
	if (!figure->present)
		c->figure.as_of = 0;
	c->figure.measure = keep(p, figure->measure);
	c->figure.unit = keep(p, figure->unit);
}

static void on_figure(void *ctx, const struct message_figure *figure, uint64_t previous)
{
	keep_figure(ctx, false, figure, previous);
}

static void on_light(void *ctx, const struct message_figure *figure, uint64_t previous)
{
	keep_figure(ctx, true, figure, previous);
}

static void on_alert(void *ctx, const struct message_alert *alert, uint64_t previous)
{
	struct pipeline *p = ctx;
	struct changed *c = new_change(p, previous);
	struct message_alert *a;

	if (!c)
		return;
	c->is_alert = true;
	a = &c->alert;
	*a = *alert;
	a->id = keep(p, a->id), a->kind = keep(p, a->kind);
	a->transition = keep(p, a->transition), a->severity = keep(p, a->severity);
	a->measure = keep(p, a->measure), a->unit = keep(p, a->unit);
	a->text_zh = keep(p, a->text_zh), a->text_en = keep(p, a->text_en);
}

static void on_keys(void *ctx)
{
	((struct pipeline *)ctx)->changes.keys = true;
}

static void on_catalogue(void *ctx)
{
	((struct pipeline *)ctx)->changes.catalogue = true;
}

/* --- the commit ------------------------------------------------------------------------------ */
static enum err apply_all(struct pipeline *p, struct item *items, size_t count)
{
	enum err e = aggregator_tick(p->aggregator, clock_now_ms(p->d->clock));

	for (size_t i = 0; e == ERR_OK && i < count; i++) {
		e = apply[items[i].kind](p, &items[i]);
		if (e != ERR_OK || items[i].kind != ITEM_ACT) /* an act keeps its refusal */
			items[i].err = e;
	}
	if (e == ERR_OK)
		e = links_tell(p->links, clock_monotonic_ms(), tell_link, p);
	return e;
}

static enum err commit(struct pipeline *p)
{
	const struct aggregator_changes changes = { on_figure, on_light,     on_alert,
						    on_keys,   on_catalogue, p };
	int64_t begun = clock_monotonic_us();
	enum err e;

	p->changes = (struct changes){ .last = &p->changes.first };
	e = aggregator_commit(p->aggregator, &changes);
	metrics_observe(&p->d->metrics, METRIC_HISTOGRAM_COMMIT,
			(uint64_t)(clock_monotonic_us() - begun));
	return e;
}

/* Applies and commits these items; after an error the state is as before. */
static enum err attempt(struct pipeline *p, struct item *items, size_t count)
{
	int64_t begun = clock_monotonic_us();
	enum err e = aggregator_begin(p->aggregator);

	p->attempts++;
	if (e == ERR_OK)
		e = apply_all(p, items, count);
	metrics_observe(&p->d->metrics, METRIC_HISTOGRAM_APPLY,
			(uint64_t)(clock_monotonic_us() - begun));
	if (e == ERR_OK)
		e = commit(p);
	else
		aggregator_rollback(p->aggregator);
	if (e == ERR_FATAL) {
		/* What is on the disk is unknown: only a new start can tell. Nothing was said. */
		log_write(LOG_ERROR, "pipeline", "the store can't go on: the daemon ends");
		_exit(1);
	}
	if (e != ERR_OK)
		return e;
	metrics_add(&p->d->metrics, METRIC_GROUPS, 1);
	metrics_add(&p->d->metrics, METRIC_LINK_CHANGES,
		    links_committed(p->links, clock_monotonic_ms()));
	announce_commit(p);
	return ERR_OK;
}

static void refuse_all(struct item *items, size_t count, enum err e)
{
	for (size_t i = 0; i < count; i++) {
		struct item *each = &items[i];

		if (each->kind == ITEM_ACT) {
			each->err = e;
			each->answer = (struct bytes){ 0 };
		} else if (each->kind != ITEM_REFUSED && each->kind != ITEM_PING) {
			refuse_item(each, MESSAGE_REFUSED_BUSY);
			each->outcome.refused.retry_ms =
				e == ERR_FULL ? PIPELINE_BUSY_MS : PIPELINE_POISON_MS;
		}
	}
}

static void set_full(struct pipeline *p, bool full)
{
	if (full) {
		p->retry_ms = clock_monotonic_ms() + PIPELINE_BUSY_MS;
		metrics_add(&p->d->metrics, METRIC_GROUPS_FULL, 1);
		log_limited(&p->log_full, 2, LOG_ERROR, "pipeline",
			    "the store is full: nothing is taken in until there is room; see "
			    "limits.map and the disk");
		p->d->not_ready |= DAEMON_STORE_FULL;
	} else if (p->full) {
		log_write(LOG_INFO, "pipeline", "the store has room again");
		p->d->not_ready &= ~(unsigned)DAEMON_STORE_FULL;
	}
	p->full = full;
	metrics_set(&p->d->metrics, METRIC_STORE_FULL, full);
}

static void poison(struct pipeline *p, struct item *i, enum err e)
{
	metrics_add(&p->d->metrics, METRIC_ENTRIES_POISON, 1);
	log_limited(&p->log_apply, 20, LOG_ERROR, "pipeline", "%s could not be applied: %s",
		    i->command ? "an act" : "a message", err_name(e));
	refuse_all(i, 1, e);
}

/* Something in the group did it: one by one shows which. */
static void redo(struct pipeline *p)
{
	metrics_add(&p->d->metrics, METRIC_GROUPS_REDONE, 1);
	for (size_t i = 0; i < p->item_count; i++) {
		struct item *one = &p->items[i];
		enum err e;

		arena_reset(p->arena);
		e = attempt(p, one, 1);
		if (e == ERR_FULL) {
			set_full(p, true);
			refuse_all(one, p->item_count - i, e);
			speak_items(p, one, p->item_count - i);
			return;
		}
		if (e != ERR_OK)
			poison(p, one, e);
		speak_items(p, one, 1);
	}
}

void group_run(struct pipeline *p)
{
	enum err e;

	arena_reset(p->arena);
	e = p->full && clock_monotonic_ms() < p->retry_ms ? ERR_FULL :
							    attempt(p, p->items, p->item_count);
	if (e == ERR_OK) {
		set_full(p, false);
		speak_items(p, p->items, p->item_count);
	} else if (e == ERR_FULL) {
		if (!p->full || clock_monotonic_ms() >= p->retry_ms)
			set_full(p, true);
		refuse_all(p->items, p->item_count, e);
		speak_items(p, p->items, p->item_count);
	} else if (p->item_count > 0) {
		log_limited(&p->log_apply, 20, LOG_ERROR, "pipeline",
			    "a group of %zu failed: %s; trying one by one", p->item_count,
			    err_name(e));
		redo(p);
	} else {
		log_limited(&p->log_apply, 5, LOG_ERROR, "pipeline", "tick or link: %s",
			    err_name(e));
	}
	p->item_count = 0;
}
