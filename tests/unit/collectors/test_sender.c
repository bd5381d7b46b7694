/* SPDX-License-Identifier: MIT */
#include "tests/unit/collectors/fake_daemon.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "collectors/enrol.h"
#include "collectors/sender.h"

#define CREDIT 1000000

static const struct sender_timing fast = {
	.hello = 600,
	.silence = 1200,
	.ping = 100,
	.resend = 1000,
	.retry_first = 20,
	.retry_base = 20,
	.retry_max = 50,
	.refused = 200,
};

struct scene {
	struct fixture files;
	struct fake daemon;
	struct identity identity;
	struct slice_shelf *shelf;
	struct clock *clock;
	struct sender *sender;
	struct sender_timing timing;
	_Atomic unsigned receipts;
	_Atomic uint64_t first_row;
};

static int up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	strcpy(s->files.folder, "/tmp/minsheng-test-XXXXXX");
	assert_non_null(mkdtemp(s->files.folder));
	fixture_open(&s->files, 0, 10);
	fake_up(&s->daemon);
	assert_int_equal(clock_new_manual(1656637200000, &s->clock), ERR_OK);
	assert_int_equal(slice_shelf_open(s->files.folder, &s->shelf), ERR_OK);
	assert_int_equal(curve_generate(&s->identity.pair), ERR_OK);
	memcpy(s->identity.server_key, s->daemon.pair.public_text, CURVE_TEXT_LEN);
	memcpy(s->identity.servers[0], s->daemon.address, sizeof(s->daemon.address));
	s->identity.server_count = 1;
	s->timing = fast;
	*state = s;
	return 0;
}

static int down(void **state)
{
	struct scene *s = *state;

	sender_stop(s->sender);
	fake_down(&s->daemon);
	slice_shelf_close(s->shelf);
	outbox_close(s->files.outbox);
	clock_free(s->clock);
	fs_remove_tree(s->files.folder);
	free(s);
	return 0;
}

static void on_receipt(void *ctx, const struct message_receipt *r, const uint8_t *epoch,
		       uint64_t first_row)
{
	struct scene *s = ctx;

	(void)r, (void)epoch;
	atomic_store(&s->first_row, first_row);
	atomic_fetch_add(&s->receipts, 1);
}

static void start(struct scene *s)
{
	struct sender_options o = { .outbox = s->files.outbox,
				    .shelf = s->shelf,
				    .identity = &s->identity,
				    .clock = s->clock,
				    .timing = &s->timing,
				    .on_receipt = on_receipt,
				    .ctx = s };

	assert_int_equal(sender_start(&o, &s->sender), ERR_OK);
}

/* Hello, Welcome, and the slice that the first connection asks for. */
static void begin(struct scene *s, uint64_t expected)
{
	fake_expect_hello(&s->daemon);
	fake_welcome(&s->daemon, expected, 3, CREDIT);
	fake_slice(&s->daemon, 3);
}

static void submit(struct scene *s, int64_t from, size_t n)
{
	fixture_submit(s->files.outbox, from, n);
	if (s->sender)
		sender_wake(s->sender);
}

static void wait_settled(struct scene *s, uint64_t number)
{
	assert_int_equal(outbox_wait(s->files.outbox, number, clock_monotonic_ms() + FAKE_WAIT_MS),
			 ERR_OK);
}

/* Waits for a state of the connection. */
static void wait_link(struct scene *s, enum minsheng_link link)
{
	int64_t until = clock_monotonic_ms() + FAKE_WAIT_MS;
	struct sender_status status;

	do {
		sender_status(s->sender, &status);
		if (status.link == link)
			return;
		zmq_poll(NULL, 0, 1);
	} while (clock_monotonic_ms() < until);
	fail_msg("link is %d (%s), not %d", status.link, status.state, link);
}

static void rows_go_and_receipts_delete_them(void **state)
{
	struct scene *s = *state;
	struct message_hello hello;
	struct sender_status status;
	uint8_t epoch[16];

	submit(s, 1, 25);
	start(s);
	hello = fake_expect_hello(&s->daemon);
	assert_int_equal(hello.first_held, 1);
	assert_int_equal(hello.next, 26);
	memcpy(epoch, s->daemon.head.epoch, 16);
	fake_welcome(&s->daemon, 1, 3, CREDIT);
	fake_slice(&s->daemon, 3);
	fake_expect_batch(&s->daemon, 1, 10);
	/* the first one goes alone, then the window opens */
	assert_false(fake_hear(&s->daemon, 30) && s->daemon.head.type == ENVELOPE_BATCH);
	fake_receipt(&s->daemon, epoch, 1, 10);
	fake_expect_batch(&s->daemon, 11, 10);
	fake_expect_batch(&s->daemon, 21, 5);
	fake_receipt(&s->daemon, epoch, 11, 25);
	wait_settled(s, 26);
	/* a late row goes at once */
	submit(s, 1, 2);
	fake_expect_batch(&s->daemon, 26, 2);
	fake_receipt(&s->daemon, epoch, 26, 27);
	wait_settled(s, 28);
	sender_status(s->sender, &status);
	assert_int_equal(status.link, MINSHENG_CONNECTED);
	assert_string_equal(status.reporter, "rencheng");
	assert_int_equal(status.clock_skew_ms, 123);
	assert_int_equal(status.batches_resent, 0);
	sender_stop(s->sender);
	s->sender = NULL;
	assert_int_equal(s->receipts, 3);
	assert_int_equal(s->first_row, 26);
}

static void the_slice_is_kept(void **state)
{
	struct scene *s = *state;

	start(s);
	begin(s, 1);
	submit(s, 1, 1);
	fake_expect_batch(&s->daemon, 1, 1);
	sender_stop(s->sender);
	s->sender = NULL;
	start(s);
	fake_expect_hello(&s->daemon);
	fake_welcome(&s->daemon, 1, 3, CREDIT);
	/* no question this time */
	fake_expect_batch(&s->daemon, 1, 1);
}

static void a_lost_receipt_brings_the_same_bytes(void **state)
{
	struct scene *s = *state;
	struct buf first = { 0 };
	uint8_t epoch[16];

	submit(s, 1, 7);
	start(s);
	begin(s, 1);
	fake_expect_batch(&s->daemon, 1, 7);
	memcpy(epoch, s->daemon.head.epoch, 16);
	buf_put(&first, buf_bytes(&s->daemon.message));
	submit(s, 50, 5);
	/* no receipt: a new connection, and the daemon says that it has the batch */
	fake_expect_hello(&s->daemon);
	fake_welcome(&s->daemon, 8, 3, CREDIT);
	fake_expect_batch(&s->daemon, 1, 7);
	assert_true(bytes_equal(buf_bytes(&first), buf_bytes(&s->daemon.message)));
	fake_receipt(&s->daemon, epoch, 1, 7);
	fake_expect_batch(&s->daemon, 8, 5);
	fake_receipt(&s->daemon, epoch, 8, 12);
	wait_settled(s, 13);
	buf_free(&first);
}

static void a_receipt_that_leaves_one_out_rewinds(void **state)
{
	struct scene *s = *state;
	uint8_t epoch[16];

	submit(s, 1, 30);
	start(s);
	begin(s, 1);
	fake_expect_batch(&s->daemon, 1, 10);
	memcpy(epoch, s->daemon.head.epoch, 16);
	fake_receipt(&s->daemon, epoch, 1, 10);
	fake_expect_batch(&s->daemon, 11, 10);
	fake_expect_batch(&s->daemon, 21, 10);
	fake_receipt(&s->daemon, epoch, 21, 30);
	fake_expect_batch(&s->daemon, 11, 10);
	fake_receipt(&s->daemon, epoch, 11, 30);
	wait_settled(s, 31);
}

static void a_gap_rewinds_once(void **state)
{
	struct scene *s = *state;
	struct sender_status status;
	uint8_t epoch[16];

	submit(s, 1, 40);
	start(s);
	begin(s, 1);
	fake_expect_batch(&s->daemon, 1, 10);
	memcpy(epoch, s->daemon.head.epoch, 16);
	fake_receipt(&s->daemon, epoch, 1, 10);
	fake_expect_batch(&s->daemon, 11, 10);
	fake_expect_batch(&s->daemon, 21, 10);
	fake_expect_batch(&s->daemon, 31, 10);
	/* both batches behind the hole are refused */
	fake_refuse(&s->daemon, MESSAGE_REFUSED_GAP, 11, 0);
	fake_refuse(&s->daemon, MESSAGE_REFUSED_GAP, 11, 0);
	fake_expect_batch(&s->daemon, 11, 10);
	fake_expect_batch(&s->daemon, 21, 10);
	fake_expect_batch(&s->daemon, 31, 10);
	fake_receipt(&s->daemon, epoch, 11, 40);
	wait_settled(s, 41);
	assert_false(fake_hear(&s->daemon, 30) && s->daemon.head.type == ENVELOPE_BATCH);
	sender_status(s->sender, &status);
	assert_int_equal(status.gaps, 1);
	assert_int_equal(status.batches_resent, 3);
}

static void a_conflict_begins_an_epoch(void **state)
{
	struct scene *s = *state;
	struct message_hello hello;
	struct bytes body;
	struct buf old = { 0 };
	uint8_t epoch[16];

	submit(s, 1, 20);
	start(s);
	begin(s, 1);
	fake_expect_batch(&s->daemon, 1, 10);
	memcpy(epoch, s->daemon.head.epoch, 16);
	fake_receipt(&s->daemon, epoch, 1, 10);
	fake_expect_batch(&s->daemon, 11, 10);
	buf_put(&old, s->daemon.body);
	fake_refuse(&s->daemon, MESSAGE_REFUSED_CONFLICT, 21, 0);
	/* said twice, as for two batches in flight: the second is about the past */
	fake_refuse(&s->daemon, MESSAGE_REFUSED_CONFLICT, 21, 0);
	hello = fake_expect_hello(&s->daemon);
	assert_memory_not_equal(epoch, s->daemon.head.epoch, 16);
	assert_int_equal(hello.first_held, 1);
	assert_int_equal(hello.next, 11);
	fake_welcome(&s->daemon, 1, 3, CREDIT);
	fake_expect_batch(&s->daemon, 1, 10);
	body = s->daemon.body;
	assert_true(bytes_equal(buf_bytes(&old), body));
	fake_receipt(&s->daemon, s->daemon.head.epoch, 1, 10);
	wait_settled(s, 21);
	buf_free(&old);
}

static void too_large_batches_are_halved(void **state)
{
	struct scene *s = *state;
	struct outbox_state o;
	uint8_t epoch[16];

	submit(s, 1, 14);
	start(s);
	begin(s, 1);
	fake_expect_batch(&s->daemon, 1, 10);
	memcpy(epoch, s->daemon.head.epoch, 16);
	fake_refuse(&s->daemon, MESSAGE_REFUSED_SIZE, 0, 0);
	fake_expect_hello(&s->daemon);
	assert_memory_not_equal(epoch, s->daemon.head.epoch, 16);
	fake_welcome(&s->daemon, 1, 3, CREDIT);
	fake_expect_batch(&s->daemon, 1, 5);
	fake_receipt(&s->daemon, s->daemon.head.epoch, 1, 5);
	fake_expect_batch(&s->daemon, 6, 5);
	fake_expect_batch(&s->daemon, 11, 4);
	fake_receipt(&s->daemon, s->daemon.head.epoch, 6, 14);
	wait_settled(s, 15);
	outbox_state(s->files.outbox, &o);
	assert_int_equal(o.bytes, 0);
	assert_int_equal(o.batches, 0);
}

/* The outbox came from a backup and the daemon has heard more of its epoch than it knows. */
static void a_daemon_that_knows_more_begins_an_epoch(void **state)
{
	struct scene *s = *state;
	uint8_t epoch[16];

	submit(s, 1, 3);
	start(s);
	fake_expect_hello(&s->daemon);
	memcpy(epoch, s->daemon.head.epoch, 16);
	fake_welcome(&s->daemon, 9, 3, CREDIT);
	fake_expect_hello(&s->daemon);
	assert_memory_not_equal(epoch, s->daemon.head.epoch, 16);
	fake_welcome(&s->daemon, 1, 3, CREDIT);
	fake_slice(&s->daemon, 3);
	fake_expect_batch(&s->daemon, 1, 3);
}

static void fenced_stops_for_good(void **state)
{
	struct scene *s = *state;

	submit(s, 1, 3);
	start(s);
	begin(s, 1);
	fake_expect_batch(&s->daemon, 1, 3);
	fake_refuse(&s->daemon, MESSAGE_REFUSED_FENCED, 0, 0);
	wait_link(s, MINSHENG_FENCED);
	assert_false(fake_hear(&s->daemon, 300));
}

static void refused_waits_and_tries_again(void **state)
{
	struct scene *s = *state;

	submit(s, 1, 3);
	start(s);
	fake_expect_hello(&s->daemon);
	fake_refuse(&s->daemon, MESSAGE_REFUSED_REVOKED, 0, 0);
	wait_link(s, MINSHENG_REFUSED);
	begin(s, 1);
	fake_expect_batch(&s->daemon, 1, 3);
}

static void busy_waits_as_long_as_told(void **state)
{
	struct scene *s = *state;
	int64_t at;

	submit(s, 1, 3);
	start(s);
	fake_expect_hello(&s->daemon);
	fake_refuse(&s->daemon, MESSAGE_REFUSED_BUSY, 0, 150);
	at = clock_monotonic_ms();
	fake_expect_hello(&s->daemon);
	assert_true(clock_monotonic_ms() - at >= 100);
	fake_welcome(&s->daemon, 1, 3, CREDIT);
	fake_slice(&s->daemon, 3);
	fake_expect_batch(&s->daemon, 1, 3);
	fake_refuse(&s->daemon, MESSAGE_REFUSED_BUSY, 0, 150);
	at = clock_monotonic_ms();
	fake_expect_batch(&s->daemon, 1, 3);
	assert_true(clock_monotonic_ms() - at >= 100);
}

static void unknown_to_the_daemon_says_hello_again(void **state)
{
	struct scene *s = *state;

	submit(s, 1, 3);
	start(s);
	begin(s, 1);
	fake_expect_batch(&s->daemon, 1, 3);
	fake_refuse(&s->daemon, MESSAGE_REFUSED_NO_HELLO, 0, 0);
	fake_expect_hello(&s->daemon);
	fake_welcome(&s->daemon, 1, 3, CREDIT);
	fake_expect_batch(&s->daemon, 1, 3);
}

static void credit_bounds_what_is_in_flight(void **state)
{
	struct scene *s = *state;
	const struct message_receipt item = { .first_sequence = 1, .through_sequence = 10,
					      .counts = { 10 } };
	struct message_receipts r = { 11, 0, &item, 1 };
	struct buf b = { 0 };
	uint8_t epoch[16];

	submit(s, 1, 50);
	start(s);
	fake_expect_hello(&s->daemon);
	fake_welcome(&s->daemon, 1, 3, 1);
	fake_slice(&s->daemon, 3);
	fake_expect_batch(&s->daemon, 1, 10);
	memcpy(epoch, s->daemon.head.epoch, 16);
	r.credit = (uint32_t)s->daemon.message.len * 2 + 8; /* room for two */
	assert_int_equal(message_receipts_encode(&r, epoch, &b), ERR_OK);
	fake_say(&s->daemon, &b);
	fake_expect_batch(&s->daemon, 11, 10);
	fake_expect_batch(&s->daemon, 21, 10);
	assert_false(fake_hear(&s->daemon, 50) && s->daemon.head.type == ENVELOPE_BATCH);
	fake_receipt(&s->daemon, epoch, 11, 20);
	fake_expect_batch(&s->daemon, 31, 10);
	fake_expect_batch(&s->daemon, 41, 10);
	fake_receipt(&s->daemon, epoch, 21, 50);
	wait_settled(s, 51);
}

static void a_silent_server_is_left(void **state)
{
	struct scene *s = *state;
	struct sender_status status;

	submit(s, 1, 3);
	start(s);
	/* no Welcome: Hello is said again */
	fake_expect_hello(&s->daemon);
	fake_expect_new_peer(&s->daemon);
	fake_welcome(&s->daemon, 1, 3, CREDIT);
	fake_slice(&s->daemon, 3);
	fake_expect_batch(&s->daemon, 1, 3);
	fake_receipt(&s->daemon, s->daemon.head.epoch, 1, 3);
	/* idle: it pings, and when nothing comes back it leaves */
	fake_expect(&s->daemon, ENVELOPE_PING);
	fake_expect_new_peer(&s->daemon);
	sender_status(s->sender, &status);
	assert_true(status.reconnects >= 1);
}

/* Batches in flight die with the daemon; its successor hears of them without a new socket. */
static void a_restarted_daemon_gets_what_was_in_flight(void **state)
{
	struct scene *s = *state;
	struct buf first = { 0 };

	s->timing.silence = s->timing.hello = 60000;
	submit(s, 1, 3);
	start(s);
	begin(s, 1);
	fake_expect_batch(&s->daemon, 1, 3);
	buf_put(&first, buf_bytes(&s->daemon.message));
	zmq_close(s->daemon.socket);
	fake_bind(&s->daemon);
	fake_expect_hello(&s->daemon);
	fake_welcome(&s->daemon, 1, 3, CREDIT);
	fake_expect_batch(&s->daemon, 1, 3);
	assert_true(bytes_equal(buf_bytes(&first), buf_bytes(&s->daemon.message)));
	buf_free(&first);
}

/* A listener that is no daemon makes libzmq give up for ever; the watchdog does not. */
static void another_program_on_the_port_is_survived(void **state)
{
	struct scene *s = *state;
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1, peer;
	static const char words[] = "HTTP/1.0 400 Bad Request\r\n\r\n";

	zmq_close(s->daemon.socket);
	s->daemon.socket = NULL;
	address.sin_port = htons((uint16_t)atoi(strrchr(s->daemon.address, ':') + 1));
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	while (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0)
		zmq_poll(NULL, 0, 1); /* until ZeroMQ has let go of the port */
	assert_int_equal(listen(listener, 5), 0);
	submit(s, 1, 3);
	start(s);
	peer = accept(listener, NULL, NULL);
	assert_true(peer >= 0);
	assert_true(write(peer, words, sizeof(words)) > 0);
	close(peer);
	close(listener);
	fake_bind(&s->daemon);
	begin(s, 1);
	fake_expect_batch(&s->daemon, 1, 3);
}

/* --- enrolment -------------------------------------------------------------------------------- */

struct enrolling {
	struct fake *daemon;
	struct token token;
	struct curve_pair pair;
	struct enrol_result result;
	enum err e;
	_Atomic unsigned waits;
};

static void on_waiting(void *ctx, const struct enrol_result *r)
{
	struct enrolling *x = ctx;

	assert_string_equal(r->reporter, "rencheng");
	atomic_fetch_add(&x->waits, 1);
}

static void ask(struct thread *self, void *arg)
{
	struct enrolling *x = arg;

	thread_ready(self, ERR_OK);
	x->e = enrol_ask(&x->token, &x->pair, clock_monotonic_ms() + FAKE_WAIT_MS, 20, on_waiting, x,
			 &x->result);
}

static void reply(struct fake *daemon, uint32_t state)
{
	const struct message_enrol_reply r = { state, bytes_of_string("rencheng"),
					       bytes_of_string("words") };
	struct buf b = { 0 };

	assert_int_equal(message_enrol_reply_encode(&r, &b), ERR_OK);
	fake_say(daemon, &b);
}

static void enrolment_waits_for_approval(void **state)
{
	struct scene *s = *state;
	struct enrolling x = { .daemon = &s->daemon, .pair = s->identity.pair };
	struct message_enrol enrol;
	struct thread *t;
	uint8_t key[32];

	memcpy(x.token.enrol, s->daemon.address, sizeof(s->daemon.address));
	memcpy(x.token.server_key, s->daemon.pair.public_text, CURVE_TEXT_LEN);
	memset(x.token.nonce, 9, sizeof(x.token.nonce));
	assert_int_equal(thread_start("enrol", ask, &x, &t), ERR_OK);
	fake_expect(&s->daemon, ENVELOPE_ENROL);
	assert_int_equal(message_enrol_decode(s->daemon.body, s->daemon.arena, &enrol), ERR_OK);
	assert_int_equal(enrol.nonce.data[15], 9);
	assert_int_equal(curve_decode(x.pair.public_text, key), ERR_OK);
	assert_memory_equal(enrol.public_key.data, key, 32);
	reply(&s->daemon, 2);
	fake_expect(&s->daemon, ENVELOPE_ENROL);
	reply(&s->daemon, 1);
	thread_join(t);
	assert_int_equal(x.e, ERR_OK);
	assert_int_equal(x.result.state, ENROL_ADMITTED);
	assert_string_equal(x.result.reporter, "rencheng");
	assert_int_equal(x.waits, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rows_go_and_receipts_delete_them),
		TEST(the_slice_is_kept),
		TEST(a_lost_receipt_brings_the_same_bytes),
		TEST(a_receipt_that_leaves_one_out_rewinds),
		TEST(a_gap_rewinds_once),
		TEST(a_conflict_begins_an_epoch),
		TEST(too_large_batches_are_halved),
		TEST(a_daemon_that_knows_more_begins_an_epoch),
		TEST(fenced_stops_for_good),
		TEST(refused_waits_and_tries_again),
		TEST(busy_waits_as_long_as_told),
		TEST(unknown_to_the_daemon_says_hello_again),
		TEST(credit_bounds_what_is_in_flight),
		TEST(a_silent_server_is_left),
		TEST(a_restarted_daemon_gets_what_was_in_flight),
		TEST(another_program_on_the_port_is_survived),
		TEST(enrolment_waits_for_approval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
