/* SPDX-License-Identifier: MIT */
#include "bench/load/sender.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/clock.h"
#include "base/crypto.h"
#include "proto/codec.h"
#include "proto/limits.h"
#include "proto/message.h"

#define GIVE_UP_MS 60000
#define RATIO_WHOLE (INT64_C(1) << 40) /* above every numerator that a run makes */

_Noreturn void sender_die(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	exit(1);
}

/* --- batches ---------------------------------------------------------------------------------- */

void sender_choose_measures(struct sender *s, unsigned rank, unsigned sharers)
{
	const struct catalogue *c = s->catalogue;
	unsigned seen = 0;

	for (size_t m = 0; m < c->measure_count && s->measure_count < SENDER_MEASURES; m++)
		if ((c->measures[m].kind == CATALOGUE_QUANTITY ||
		     c->measures[m].kind == CATALOGUE_RATIO) &&
		    !c->measures[m].has_cap &&
		    catalogue_owner(c, (uint16_t)m, s->unit) == s->unit && seen++ % sharers == rank)
			s->measures[s->measure_count++] = (uint16_t)m;
	if (s->measure_count == 0)
		sender_die("a reporter has nothing to report");
}

/* Month end: the last three days of the year. Worst: any day of it. Figures rise with the day and
 * with each round, so that every row changes its cell. */
static enum err make_batch(struct sender *s, uint32_t rows, struct buf *out)
{
	static const uint32_t zero_u32;
	static const int64_t zero_i64;
	const struct catalogue *c = s->catalogue;
	struct event_target targets[SENDER_MEASURES];
	struct bytes unit = bytes_of_string(c->units[s->unit].id);
	uint32_t target[LIMITS_BATCH_ROWS];
	int64_t value[LIMITS_BATCH_ROWS], denominator[LIMITS_BATCH_ROWS];
	int32_t as_of[LIMITS_BATCH_ROWS];
	uint32_t days = (uint32_t)(c->to - c->from) + 1;
	struct event_batch b = {
		.rows = rows, .targets = targets, .target_count = s->measure_count,
		.units = &unit, .unit_count = 1,
		.target = { target, 1 }, .unit = { &zero_u32, 0 }, .kind = { &zero_u32, 0 },
		.value = { value, 1 }, .denominator = { denominator, 1 }, .as_of = { as_of, 1 },
		.observed = { &zero_i64, 0 }
	};

	for (size_t m = 0; m < s->measure_count; m++) {
		const struct catalogue_measure *measure = &c->measures[s->measures[m]];

		targets[m] = (struct event_target){ bytes_of_string(measure->id),
						    bytes_of_string(measure->uom),
						    measure->decimals };
	}
	for (uint32_t r = 0; r < rows; r++, s->made++) {
		uint32_t day = s->plan->worst ? crypto_random_below(days) :
						days - 3 + (uint32_t)(s->made / s->measure_count % 3);

		target[r] = (uint32_t)(s->made % s->measure_count);
		denominator[r] = c->measures[s->measures[target[r]]].kind == CATALOGUE_RATIO ?
					 RATIO_WHOLE :
					 0;
		as_of[r] = c->from + (int32_t)day;
		value[r] = (int64_t)day * INT64_C(1000000000) + (int64_t)s->made;
	}
	return codec_batch_encode(&b, out);
}

static enum err seal(struct sender *s, uint32_t rows, struct buf *out)
{
	struct envelope e = { .version = LIMITS_VERSION, .type = ENVELOPE_BATCH, .rows = rows,
			      .first_sequence = s->next };
	uint8_t *header;

	memcpy(e.epoch, s->epoch, sizeof(e.epoch));
	buf_clear(out);
	header = buf_extend(out, LIMITS_HEADER);
	if (header != NULL)
		envelope_encode(&e, header);
	return make_batch(s, rows, out);
}

/* --- the wire --------------------------------------------------------------------------------- */

static void open_socket(struct sender *s)
{
	int zero = 0, big = 10000;

	s->socket = zmq_socket(s->zmq, ZMQ_DEALER);
	if (s->socket == NULL || zmq_setsockopt(s->socket, ZMQ_LINGER, &zero, sizeof(zero)) ||
	    zmq_setsockopt(s->socket, ZMQ_SNDHWM, &big, sizeof(big)) ||
	    zmq_setsockopt(s->socket, ZMQ_CURVE_SERVERKEY, s->server_key, CURVE_TEXT_LEN) ||
	    zmq_setsockopt(s->socket, ZMQ_CURVE_PUBLICKEY, s->keys.public_text, CURVE_TEXT_LEN) ||
	    zmq_setsockopt(s->socket, ZMQ_CURVE_SECRETKEY, s->keys.secret_text, CURVE_TEXT_LEN) ||
	    zmq_connect(s->socket, s->endpoint))
		sender_die(zmq_strerror(zmq_errno()));
}

static bool is_readable(struct sender *s, long timeout_ms)
{
	zmq_pollitem_t item = { s->socket, 0, ZMQ_POLLIN, 0 };

	return zmq_poll(&item, 1, timeout_ms) > 0;
}

static void note_receipts(struct sender *s, const struct message_receipts *m)
{
	int64_t now = clock_monotonic_us();

	s->credit = m->credit;
	s->acknowledged = m->expected - 1;
	for (size_t i = 0; i < m->count; i++)
		for (unsigned v = 1; v < EVENT_VERDICT_COUNT; v++)
			s->other_verdicts += m->items[i].counts[v];
	while (s->flight_head != s->flight_tail &&
	       s->flight[s->flight_head % SENDER_FLIGHT].through <= s->acknowledged) {
		s->in_flight -= s->flight[s->flight_head % SENDER_FLIGHT].bytes;
		if (s->latency_count < SENDER_LATENCIES)
			s->latencies[s->latency_count++] =
				(uint32_t)(now - s->flight[s->flight_head % SENDER_FLIGHT].sent_us);
		s->flight_head++;
	}
}

/* Takes one message; false where it says no. */
static bool take(struct sender *s)
{
	struct envelope header;
	struct message_receipts receipts;
	struct message_refused refused;
	struct message_welcome welcome;
	struct bytes body;
	zmq_msg_t msg;
	bool good = true;

	zmq_msg_init(&msg);
	if (zmq_msg_recv(&msg, s->socket, 0) < 0)
		sender_die(zmq_strerror(zmq_errno()));
	arena_reset(s->arena);
	if (envelope_decode(bytes_of(zmq_msg_data(&msg), zmq_msg_size(&msg)), &header, &body)) {
		good = false;
	} else if (header.type == ENVELOPE_RECEIPTS) {
		good = message_receipts_decode(body, s->arena, &receipts) == ERR_OK;
		if (good)
			note_receipts(s, &receipts);
	} else if (header.type == ENVELOPE_WELCOME) {
		good = message_welcome_decode(body, s->arena, &welcome) == ERR_OK;
		s->credit = welcome.credit;
	} else if (header.type == ENVELOPE_REFUSED) {
		good = message_refused_decode(body, s->arena, &refused) == ERR_OK &&
		       refused.code == MESSAGE_REFUSED_BUSY;
		if (!good)
			fprintf(stderr, "load: refused %u: %.*s\n", refused.code,
				(int)refused.text.len, refused.text.data);
	}
	zmq_msg_close(&msg);
	return good;
}

static bool say_hello(struct sender *s)
{
	struct message_hello hello = { .first_held = 1, .next = 1,
				       .software = bytes_of_string("load/1") };
	struct buf out = { 0 };
	bool good;

	crypto_random(s->epoch, sizeof(s->epoch));
	s->next = 1;
	good = message_hello_encode(&hello, s->epoch, &out) == ERR_OK &&
	       zmq_send(s->socket, out.data, out.len, 0) >= 0 && is_readable(s, GIVE_UP_MS) &&
	       take(s) && s->credit > 0;
	buf_free(&out);
	return good;
}

static bool send_batch(struct sender *s, struct buf *out)
{
	uint64_t left = s->rows - (s->next - 1);
	uint32_t rows = left < s->plan->batch ? (uint32_t)left : s->plan->batch;

	if (s->pause_us > 0)
		rows = 1;
	if (seal(s, rows, out) != ERR_OK)
		return false;
	s->next += rows;
	s->flight[s->flight_tail % SENDER_FLIGHT].through = s->next - 1;
	s->flight[s->flight_tail % SENDER_FLIGHT].bytes = out->len;
	s->flight[s->flight_tail % SENDER_FLIGHT].sent_us = clock_monotonic_us();
	s->flight_tail++;
	s->in_flight += out->len;
	return zmq_send(s->socket, out->data, out->len, 0) >= 0;
}

static bool may_send(const struct sender *s)
{
	return s->next <= s->rows && s->in_flight + LIMITS_BATCH_BYTES / 4 < s->credit &&
	       s->flight_tail - s->flight_head < SENDER_FLIGHT;
}

static bool pump(struct sender *s)
{
	struct buf out = { 0 };
	int64_t next_us = clock_monotonic_us();
	bool good = true;

	while (good && s->acknowledged < s->rows) {
		int64_t now = clock_monotonic_us();
		bool due = s->pause_us == 0 || now >= next_us;
		long wait_ms = s->pause_us && !due ? (long)((next_us - now) / 1000) : GIVE_UP_MS;

		if (may_send(s) && due) {
			good = send_batch(s, &out);
			next_us += s->pause_us;
			wait_ms = 0;
		} else if (s->pause_us && s->next <= s->rows && wait_ms == 0) {
			wait_ms = 1;
		}
		if (is_readable(s, wait_ms))
			good = good && take(s);
		else if (wait_ms == GIVE_UP_MS)
			good = false;
	}
	buf_free(&out);
	return good;
}

void sender_run(struct thread *self, void *arg)
{
	struct sender *s = arg;

	open_socket(s);
	if (!say_hello(s)) {
		s->failed = true;
		thread_ready(self, ERR_TIMEOUT);
	} else {
		thread_ready(self, ERR_OK);
		s->failed = !pump(s);
	}
	zmq_close(s->socket);
}

uint64_t sender_resident_kib(pid_t pid)
{
	char path[64], line[256];
	unsigned long long kib, sum = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	if (f == NULL)
		sender_die("the daemon is gone");
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "RssAnon: %llu", &kib) == 1 ||
		    sscanf(line, "RssShmem: %llu", &kib) == 1)
			sum += kib;
	fclose(f);
	return sum;
}
