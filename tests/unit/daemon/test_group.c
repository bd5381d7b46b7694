/* SPDX-License-Identifier: MIT */
/* A group commit against an aggregator and sockets that do as they are told: what is said, and that
 * nothing is said before it is durable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "daemon/pipeline_private.h"
#include "proto/limits.h"

#define UNIT 3

/* --- the world: one in this program, because the fakes below have no context -------------- */
static struct {
	char log[4096]; /* what happened, a word each */
	enum err batch_fails, commit_fails;
	uint64_t bad_sequence; /* the batch that batch_fails is about */
	uint64_t position;
	unsigned begun;
	bool keys_changed, revoked;
} world;

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void note(const char *format, ...)
{
	size_t n = strlen(world.log);
	va_list args;

	va_start(args, format);
	vsnprintf(world.log + n, sizeof(world.log) - n, format, args);
	va_end(args);
}

/* --- the aggregator ----------------------------------------------------------------------- */
static const struct catalogue_unit units[UNIT + 1] = { [UNIT] = { .id = "yutai" } };
static const struct catalogue catalogue = {
	.id = "test", .version = 7, .units = units, .unit_count = UNIT + 1
};

const struct catalogue *aggregator_catalogue(const struct aggregator *a)
{
	(void)a;
	return &catalogue;
}
struct aggregator_head aggregator_head(const struct aggregator *a)
{
	(void)a;
	return (struct aggregator_head){ .position = world.position };
}
enum err aggregator_begin(struct aggregator *a)
{
	(void)a;
	world.begun++;
	note("begin ");
	return ERR_OK;
}
enum err aggregator_tick(struct aggregator *a, int64_t now_ms)
{
	(void)a, (void)now_ms;
	return ERR_OK;
}
enum err aggregator_keys(struct aggregator *a,
			 void (*fn)(void *ctx, const struct aggregator_key *key), void *ctx)
{
	struct aggregator_key key = { .unit = UNIT,
				      .role = AGGREGATOR_REPORTER,
				      .state = AGGREGATOR_KEY_VALID };

	(void)a;
	memset(key.key, 1, sizeof(key.key));
	if (world.revoked)
		key.state = AGGREGATOR_KEY_REVOKED;
	fn(ctx, &key);
	memset(key.key, 2, sizeof(key.key));
	key.role = AGGREGATOR_SUBSCRIBER;
	key.state = AGGREGATOR_KEY_VALID;
	fn(ctx, &key);
	return ERR_OK;
}
enum err aggregator_hello(struct aggregator *a, const struct aggregator_from *from,
			  const uint8_t epoch[16], const struct message_hello *hello,
			  struct arena *arena, struct aggregator_outcome *out)
{
	(void)a, (void)from, (void)epoch, (void)hello, (void)arena;
	*out = (struct aggregator_outcome){ .answer = AGGREGATOR_REPEATED, .expected = 1 };
	return ERR_OK;
}
enum err aggregator_batch(struct aggregator *a, const struct aggregator_from *from,
			  const struct envelope *header, struct bytes message, struct arena *arena,
			  struct aggregator_outcome *out)
{
	uint64_t first = header->first_sequence;

	(void)a, (void)from, (void)message, (void)arena;
	if (world.batch_fails != ERR_OK && first == world.bad_sequence)
		return world.batch_fails;
	*out = (struct aggregator_outcome){ .expected = first + header->rows };
	out->receipt.first_sequence = first;
	out->receipt.through_sequence = first + header->rows - 1;
	out->receipt.first_position = out->receipt.through_position = ++world.position;
	out->receipt.counts[EVENT_ADMITTED] = header->rows;
	note("apply%llu ", (unsigned long long)first);
	return ERR_OK;
}
enum err aggregator_enrol(struct aggregator *a, const struct aggregator_from *from,
			  const struct message_enrol *enrol, struct arena *arena,
			  struct message_enrol_reply *out)
{
	(void)a, (void)from, (void)enrol, (void)arena;
	*out = (struct message_enrol_reply){ .state = 1 };
	return ERR_OK;
}
enum err aggregator_link(struct aggregator *a, uint16_t reporter, bool up, int64_t now_ms)
{
	(void)a, (void)now_ms;
	note("link%u%c ", reporter, up ? '+' : '-');
	return ERR_OK;
}
enum err aggregator_act(struct aggregator *a, struct bytes json, const char *by, int64_t now_ms,
			struct arena *arena, struct bytes *answer)
{
	(void)a, (void)by, (void)now_ms, (void)arena;
	note("act ");
	*answer = bytes_of_string("{\"ok\":1}");
	return json.len > 2 ? ERR_DENIED : ERR_OK;
}
enum err aggregator_import(struct aggregator *a, struct bytes json, const char *by,
			   struct bytes parcel, int64_t now_ms, struct arena *arena,
			   struct bytes *answer)
{
	assert_int_equal(parcel.len, 4);
	note("import ");
	return aggregator_act(a, json, by, now_ms, arena, answer);
}
enum err aggregator_slice(struct aggregator *a, const struct aggregator_from *from,
			  struct arena *arena, struct message_slice *out)
{
	(void)a, (void)from, (void)arena;
	*out = (struct message_slice){ .catalogue_version = 7 };
	return ERR_OK;
}
enum err aggregator_commit(struct aggregator *a, const struct aggregator_changes *changes)
{
	const struct message_alert alert = { .number = 1, .severity = bytes_of_string("red") };

	(void)a;
	if (world.commit_fails != ERR_OK) {
		note("full ");
		return world.commit_fails;
	}
	note("COMMIT ");
	changes->alert(changes->ctx, &alert, 0);
	if (world.keys_changed)
		changes->keys(changes->ctx);
	return ERR_OK;
}
void aggregator_rollback(struct aggregator *a)
{
	(void)a;
	note("rollback ");
}
const uint8_t *store_incarnation(const struct store *s)
{
	static const uint8_t incarnation[16] = { 9 };

	(void)s;
	return incarnation;
}

/* --- the sockets -------------------------------------------------------------------------- */
void bus_message_free(struct bus_message *m)
{
	(void)m;
}
enum err bus_send(struct bus_socket *s, const struct bus_peer *peer, struct bytes message)
{
	static const char *const names[] = { [ENVELOPE_WELCOME] = "welcome",
					     [ENVELOPE_RECEIPTS] = "receipts",
					     [ENVELOPE_CATALOGUE_SLICE] = "slice",
					     [ENVELOPE_PONG] = "pong",
					     [ENVELOPE_ENROL_REPLY] = "enrolled" };
	struct arena *a = arena_new(1 << 20);
	struct envelope h;
	struct bytes body;
	struct message_refused r;
	struct message_receipts m;

	(void)s;
	assert_int_equal(envelope_decode(message, &h, &body), ERR_OK);
	if (h.type == ENVELOPE_REFUSED) {
		assert_int_equal(message_refused_decode(body, a, &r), ERR_OK);
		assert_true(r.text.len > 0);
		note("%c:%s ", peer->id[0], refusal_name(r.code));
	} else if (h.type == ENVELOPE_RECEIPTS) {
		assert_int_equal(message_receipts_decode(body, a, &m), ERR_OK);
		note("%c:receipts(%zu,%llu) ", peer->id[0], m.count,
		     (unsigned long long)m.expected);
	} else {
		note("%c:%s ", peer->id[0], names[h.type]);
	}
	arena_free(a);
	return peer->id[0] == 'x' ? ERR_CLOSED : ERR_OK;
}
enum err bus_publish(struct bus_socket *s, struct bytes topic, struct bytes message)
{
	(void)s, (void)topic, (void)message;
	return ERR_OK;
}

static void publish(void *ctx, struct bytes topic, struct bytes message)
{
	(void)ctx, (void)message;
	note("%.*s ", (int)topic.len, (const char *)topic.data);
}

/* --- a pipeline without its thread -------------------------------------------------------- */
struct test {
	struct daemon d;
	struct config config;
	struct pipeline p;
	struct pipeline_client *client;
	struct bus_message messages[64];
	struct buf bytes[64];
	size_t count;
};

static int setup(void **state)
{
	const struct feed_out to = { publish, NULL };
	struct test *t = calloc(1, sizeof(*t));
	struct pipeline *p = &t->p;

	memset(&world, 0, sizeof(world));
	t->d.config = &t->config;
	t->config = (struct config){ .peers = 4, .credit_bytes = 1 << 20, .queue_bytes = 4 << 20 };
	p->d = &t->d;
	p->ingest = (struct bus_socket *)(void *)&t->messages[0];
	p->enrol = (struct bus_socket *)(void *)&t->messages[1];
	p->items = calloc(5000, sizeof(*p->items));
	p->arena = arena_new(64u << 20);
	p->alert_arena = arena_new(1u << 20);
	p->changes.last = &p->changes.first;
	assert_int_equal(clock_new_manual(1000, &t->d.clock), ERR_OK);
	assert_int_equal(zap_start(&t->d.metrics, &t->d.zap), ERR_OK);
	assert_int_equal(mutex_new(&p->mutex), ERR_OK);
	assert_int_equal(sessions_new(4, &p->sessions), ERR_OK);
	assert_int_equal(roster_new(&p->roster), ERR_OK);
	assert_int_equal(roster_reload(p->roster, NULL, t->d.zap), ERR_OK);
	assert_int_equal(links_new(&p->links), ERR_OK);
	assert_int_equal(commands_new(&t->d.metrics, &p->commands), ERR_OK);
	assert_int_equal(commands_client_new(p->commands, 8, &t->client), ERR_OK);
	assert_int_equal(notices_new(&t->d.metrics, 8, &p->notices), ERR_OK);
	assert_int_equal(feed_new(&t->d.metrics, &to, &p->feed), ERR_OK);
	log_set_level(LOG_ERROR - 1);
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	struct test *t = *state;
	struct pipeline *p = &t->p;

	feed_free(p->feed);
	notices_free(p->notices);
	pipeline_client_free(t->client);
	commands_free(p->commands);
	links_free(p->links);
	roster_free(p->roster);
	sessions_free(p->sessions);
	mutex_free(p->mutex);
	zap_stop(t->d.zap);
	clock_free(t->d.clock);
	arena_free(p->arena);
	arena_free(p->alert_arena);
	free(p->alerts);
	free(p->items);
	for (size_t i = 0; i < t->count; i++)
		buf_free(&t->bytes[i]);
	free(t);
	return 0;
}

/* A message of a peer (a letter); its key is the same byte all over. */
static void put(struct test *t, char peer, uint8_t key, enum envelope_type type, uint8_t epoch,
		uint32_t rows, uint64_t first)
{
	const struct message_hello hello = { .first_held = 1, .next = 1 };
	struct envelope h = {
		.version = 1, .type = (uint8_t)type, .rows = rows, .first_sequence = first
	};
	struct bus_message *m = &t->messages[t->count];
	struct buf *b = &t->bytes[t->count++];

	memset(h.epoch, epoch, sizeof(h.epoch));
	if (type == ENVELOPE_HELLO)
		assert_int_equal(message_hello_encode(&hello, h.epoch, b), ERR_OK);
	else
		envelope_encode(&h, buf_extend(b, LIMITS_HEADER));
	*m = (struct bus_message){ .peer = { 1, { (uint8_t)peer } }, .payload = buf_bytes(b) };
	memset(m->key, key, sizeof(m->key));
	group_add_message(&t->p, t->p.ingest, m);
}

static void hello(struct test *t, char peer, uint8_t epoch)
{
	put(t, peer, 1, ENVELOPE_HELLO, epoch, 0, 0);
}

static void batch(struct test *t, char peer, uint8_t epoch, uint64_t first)
{
	put(t, peer, 1, ENVELOPE_BATCH, epoch, 10, first);
}

static const char *run(struct test *t)
{
	world.log[0] = '\0';
	group_run(&t->p);
	return world.log;
}

static void nothing_is_said_before_the_commit(void **state)
{
	struct test *t = *state;

	hello(t, 'a', 1);
	batch(t, 'a', 1, 1);
	batch(t, 'a', 1, 11);
	put(t, 'a', 1, ENVELOPE_PING, 0, 0, 0);
	put(t, 'a', 1, ENVELOPE_CATALOGUE_REQUEST, 0, 0, 0);
	assert_string_equal(run(t), "begin apply1 apply11 link3+ COMMIT alert.red.-.- "
				    "a:welcome a:pong a:slice a:receipts(1,21) ");
	assert_int_equal(metrics_read(&t->d.metrics, METRIC_ROWS_ADMITTED), 20);
}

static void who_may_not_is_told(void **state)
{
	struct test *t = *state;

	batch(t, 'a', 1, 1);
	put(t, 'a', 7, ENVELOPE_HELLO, 1, 0, 0);
	put(t, 'a', 2, ENVELOPE_HELLO, 1, 0, 0);
	hello(t, 'b', 1);
	put(t, 'b', 2, ENVELOPE_BATCH, 1, 10, 1); /* another key under the peer's name */
	batch(t, 'b', 9, 1);
	put(t, 'b', 1, ENVELOPE_BATCH, 1, 10001, 1);
	put(t, 'b', 1, ENVELOPE_BATCH, 1, 0, 1);
	put(t, 'b', 1, ENVELOPE_RECEIPTS, 1, 0, 0);
	assert_string_equal(run(t), "begin link3+ COMMIT alert.red.-.- a:no-hello a:revoked a:role "
				    "b:welcome b:no-hello b:no-hello b:size b:size b:type ");
}

/* One message that can't be applied costs the others nothing. */
static void poison_is_isolated(void **state)
{
	struct test *t = *state;

	hello(t, 'a', 1);
	hello(t, 'b', 2);
	run(t);
	world.batch_fails = ERR_CORRUPT;
	world.bad_sequence = 500;
	batch(t, 'a', 1, 1);
	batch(t, 'b', 2, 500);
	batch(t, 'a', 1, 11);
	assert_string_equal(run(t), "begin apply1 rollback "
				    "begin apply1 COMMIT alert.red.-.- a:receipts(1,11) "
				    "begin rollback b:busy "
				    "begin apply11 COMMIT alert.red.-.- a:receipts(1,21) ");
	assert_int_equal(metrics_read(&t->d.metrics, METRIC_GROUPS_REDONE), 1);
	assert_int_equal(metrics_read(&t->d.metrics, METRIC_ENTRIES_POISON), 1);
}

static void a_full_store_refuses_and_recovers(void **state)
{
	struct test *t = *state;
	struct pipeline_answer *answer;
	uint64_t ticket;
	struct item *act;

	hello(t, 'a', 1);
	run(t);
	world.commit_fails = ERR_FULL;
	batch(t, 'a', 1, 1);
	assert_int_equal(pipeline_act(t->client, bytes_of_string("{}"), "me", &ticket), ERR_OK);
	act = group_add(&t->p);
	act->kind = ITEM_ACT;
	act->command = commands_pop(t->p.commands);
	assert_string_equal(run(t), "begin apply1 act full a:busy ");
	answer = pipeline_next_answer(t->client);
	assert_int_equal(answer->err, ERR_FULL);
	pipeline_answer_free(answer);
	assert_int_equal(t->d.not_ready, DAEMON_STORE_FULL);
	batch(t, 'a', 1, 1);
	assert_string_equal(run(t), "a:busy "); /* not tried again at once */
	world.commit_fails = ERR_OK;
	t->p.retry_ms = 0;
	batch(t, 'a', 1, 1);
	assert_string_equal(run(t), "begin apply1 COMMIT alert.red.-.- a:receipts(1,11) ");
	assert_int_equal(t->d.not_ready, 0);
}

static void acts_are_answered(void **state)
{
	static const char *const texts[] = { "{}", "{no}" };
	struct test *t = *state;

	for (size_t i = 0; i < 2; i++) {
		uint64_t ticket;
		struct item *act;

		assert_int_equal(pipeline_act(t->client, bytes_of_string(texts[i]), "me", &ticket),
				 ERR_OK);
		act = group_add(&t->p);
		act->kind = ITEM_ACT;
		act->command = commands_pop(t->p.commands);
	}
	assert_string_equal(run(t), "begin act act COMMIT alert.red.-.- ");
	for (size_t i = 0; i < 2; i++) {
		struct pipeline_answer *answer = pipeline_next_answer(t->client);

		assert_int_equal(answer->err, i == 0 ? ERR_OK : ERR_DENIED);
		assert_string_equal(answer->json, "{\"ok\":1}");
		pipeline_answer_free(answer);
	}
}

static void a_newer_session_fences(void **state)
{
	struct test *t = *state;

	hello(t, 'a', 1);
	batch(t, 'a', 1, 1);
	hello(t, 'b', 1);
	batch(t, 'a', 1, 11);
	batch(t, 'b', 1, 11);
	assert_string_equal(run(t),
			    "begin apply1 apply11 link3+ COMMIT alert.red.-.- a:welcome "
			    "b:welcome a:fenced a:fenced b:receipts(1,21) a:receipts(1,11) ");
	assert_int_equal(metrics_read(&t->d.metrics, METRIC_SESSIONS_FENCED), 1);
}

/* A second Hello on one connection: what belongs to the first epoch is said under it. */
static void another_outbox_on_the_same_connection(void **state)
{
	struct test *t = *state;

	hello(t, 'a', 1);
	batch(t, 'a', 1, 1);
	hello(t, 'a', 2);
	batch(t, 'a', 2, 1);
	assert_string_equal(run(t), "begin apply1 apply1 link3+ COMMIT alert.red.-.- a:welcome "
				    "a:receipts(1,11) a:welcome a:receipts(1,11) ");
}

static void who_is_gone_leaves(void **state)
{
	struct test *t = *state;

	hello(t, 'x', 1);
	assert_string_equal(run(t), "begin link3+ COMMIT alert.red.-.- x:welcome ");
	assert_int_equal(sessions_count(t->p.sessions), 0);
	assert_int_equal(sessions_of_unit(t->p.sessions, UNIT), 0);
}

static void a_revoked_key_ends_at_once(void **state)
{
	struct test *t = *state;
	uint8_t key[32];

	memset(key, 1, sizeof(key));
	hello(t, 'a', 1);
	run(t);
	world.keys_changed = world.revoked = true;
	put(t, 'b', 1, ENVELOPE_PING, 0, 0, 0);
	assert_string_equal(run(t), "begin COMMIT alert.red.-.- a:revoked b:no-hello ");
	assert_int_equal(sessions_count(t->p.sessions), 0);
	assert_int_equal(zap_judge(t->d.zap, key), ZAP_REVOKED);
}

static void sessions_are_bounded(void **state)
{
	struct test *t = *state;

	for (uint8_t i = 0; i < 5; i++)
		hello(t, (char)('a' + i), (uint8_t)(i + 1));
	assert_string_equal(run(t),
			    "begin link3+ COMMIT alert.red.-.- a:welcome b:welcome c:welcome "
			    "d:welcome e:busy ");
	assert_int_equal(speak_credit(&t->p), 1 << 20);
	t->config.queue_bytes = 2 << 20;
	assert_int_equal(speak_credit(&t->p), 1 << 19);
	t->config.queue_bytes = 1 << 10;
	assert_int_equal(speak_credit(&t->p), LIMITS_BATCH_BYTES);
}

/* What is beyond the credit is not stored; the next group starts anew. */
static void credit_is_a_bound(void **state)
{
	struct test *t = *state;

	hello(t, 'a', 1);
	run(t);
	t->config.credit_bytes = 2 * LIMITS_HEADER;
	batch(t, 'a', 1, 1);
	batch(t, 'a', 1, 11);
	batch(t, 'a', 1, 21);
	assert_string_equal(run(t), "begin apply1 apply11 COMMIT alert.red.-.- a:credit "
				    "a:receipts(1,21) ");
	batch(t, 'a', 1, 21);
	assert_string_equal(run(t), "begin apply21 COMMIT alert.red.-.- a:receipts(1,31) ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_said_before_the_commit, setup, teardown),
		cmocka_unit_test_setup_teardown(who_may_not_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(poison_is_isolated, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_store_refuses_and_recovers, setup, teardown),
		cmocka_unit_test_setup_teardown(acts_are_answered, setup, teardown),
		cmocka_unit_test_setup_teardown(a_newer_session_fences, setup, teardown),
		cmocka_unit_test_setup_teardown(another_outbox_on_the_same_connection, setup,
						teardown),
		cmocka_unit_test_setup_teardown(who_is_gone_leaves, setup, teardown),
		cmocka_unit_test_setup_teardown(a_revoked_key_ends_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(sessions_are_bounded, setup, teardown),
		cmocka_unit_test_setup_teardown(credit_is_a_bound, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
