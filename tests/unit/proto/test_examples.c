/* SPDX-License-Identifier: MIT */
/* PROTOCOL.md is the golden file of the wire: each of its ```hex blocks must be what the code
 * makes, and the block after it what the code reads there. EXAMPLES_DIR=folder writes each message
 * and its two blocks as files there, for the document and for the corpus of the fuzzers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/fs.h"
#include "tests/unit/proto/dump.h"
#include "tests/unit/proto/examples.h"

#define HEX_WIDTH 32 /* bytes a line */

struct example {
	const char *name;
	const ProtobufCMessageDescriptor *body; /* NULL: a bare header */
	enum err (*make)(struct buf *out);
	enum err (*again)(struct bytes message, struct arena *a, struct buf *out);
};

#define AGAIN(name, type_name, ...)                                                                \
	static enum err again_##name(struct bytes message, struct arena *a, struct buf *out)       \
	{                                                                                          \
		struct message_##type_name m = { 0 };                                              \
		struct envelope e;                                                                 \
		struct bytes body;                                                                 \
		enum err err = envelope_decode(message, &e, &body);                                \
                                                                                                   \
		err = err ? err : message_##type_name##_decode(body, a, &m);                       \
		return err ? err : message_##type_name##_encode(&m, ##__VA_ARGS__, out);           \
	}
AGAIN(hello, hello, e.epoch)
AGAIN(welcome, welcome, e.epoch)
AGAIN(receipts, receipts, e.epoch)
AGAIN(refused, refused, e.epoch)
AGAIN(slice, slice)
AGAIN(snapshot, snapshot, (enum envelope_type)e.type)
AGAIN(replay_request, replay_request)
AGAIN(replay, replay)
AGAIN(enrol, enrol)
AGAIN(enrol_reply, enrol_reply)
AGAIN(feed_head, feed_head)

static enum err again_batch(struct bytes message, struct arena *a, struct buf *out)
{
	struct event_batch b;
	struct codec_fault fault;
	struct envelope e;
	struct bytes body;
	enum err err = envelope_decode(message, &e, &body);

	err = err ? err : codec_batch_decode(body, e.rows, a, &b, &fault);
	return err ? err : put_batch(&b, e.first_sequence, out);
}

static enum err again_feed_figure(struct bytes message, struct arena *a, struct buf *out)
{
	struct message_feed f;
	struct message_figure m;
	struct envelope e;
	struct bytes body;
	enum err err = envelope_decode(message, &e, &body);

	err = err ? err : message_feed_figure_decode(body, a, &f, &m);
	return err ? err : message_feed_figure_encode((enum envelope_type)e.type, &f, &m, out);
}

static enum err again_feed_alert(struct bytes message, struct arena *a, struct buf *out)
{
	struct message_feed f;
	struct message_alert m;
	struct envelope e;
	struct bytes body;
	enum err err = envelope_decode(message, &e, &body);

	err = err ? err : message_feed_alert_decode(body, a, &f, &m);
	return err ? err : message_feed_alert_encode(&f, &m, out);
}

#define BODY(name) &minsheng__v1__##name##__descriptor

static const struct example examples[] = {
	{ "hello", BODY(hello), make_hello, again_hello },
	{ "welcome", BODY(welcome), make_welcome, again_welcome },
	{ "batch-one-row", BODY(batch), make_batch_one_row, again_batch },
	{ "batch-columns", BODY(batch), make_batch_columns, again_batch },
	{ "receipts", BODY(receipts), make_receipts, again_receipts },
	{ "refused-gap", BODY(refused), make_refused_gap, again_refused },
	{ "refused-busy", BODY(refused), make_refused_busy, again_refused },
	{ "catalogue-request", NULL, make_catalogue_request, NULL },
	{ "catalogue-slice", BODY(slice), make_slice, again_slice },
	{ "ping", NULL, make_ping, NULL },
	{ "pong", NULL, make_pong, NULL },
	{ "snapshot-request", NULL, make_snapshot_request, NULL },
	{ "snapshot", BODY(snapshot), make_snapshot, again_snapshot },
	{ "replay-request", BODY(replay_request), make_replay_request, again_replay_request },
	{ "replay", BODY(replay), make_replay, again_replay },
	{ "mine-request", NULL, make_mine_request, NULL },
	{ "mine", BODY(snapshot), make_mine, again_snapshot },
	{ "enrol", BODY(enrol), make_enrol, again_enrol },
	{ "enrol-reply", BODY(enrol_reply), make_enrol_reply, again_enrol_reply },
	{ "feed-total", BODY(feed_figure), make_feed_total, again_feed_figure },
	{ "feed-light", BODY(feed_figure), make_feed_light, again_feed_figure },
	{ "feed-alert", BODY(feed_alert), make_feed_alert, again_feed_alert },
	{ "feed-head", BODY(feed_head), make_feed_head, again_feed_head },
};
#define EXAMPLE_COUNT (sizeof(examples) / sizeof(*examples))

static void put_hex_block(struct bytes message, struct buf *out)
{
	for (size_t i = 0; i < message.len; i++)
		buf_printf(out, "%02x%s", message.data[i],
			   (i + 1) % HEX_WIDTH == 0 || i + 1 == message.len ? "\n" : "");
}

/* What a message says, header first. */
static void put_fields_block(const struct example *x, struct bytes message, struct arena *a,
			     struct buf *out)
{
	struct envelope e;
	struct bytes body;
	ProtobufCMessage *m;
	char hex[2 * ENVELOPE_EPOCH_LEN + 1];

	assert_int_equal(envelope_decode(message, &e, &body), ERR_OK);
	bytes_to_hex(bytes_of(e.epoch, sizeof(e.epoch)), hex);
	buf_printf(out, "header: version %u, type %u, flags %u, rows %u\n", e.version, e.type,
		   e.flags, e.rows);
	buf_printf(out, "header: epoch %s, first_sequence %ju\n", hex, (uintmax_t)e.first_sequence);
	if (!x->body) {
		assert_int_equal(body.len, 0);
		return;
	}
	assert_int_equal(codec_wire_unpack(x->body, body, a, &m), ERR_OK);
	dump_message(m, 0, out);
}

struct fixture {
	struct arena *arena;
	struct buf document;
};

static int set_up(void **state)
{
	static struct fixture f;

	f.arena = arena_new(CODEC_BATCH_BUDGET);
	*state = &f;
	return f.arena && fs_read("proto/PROTOCOL.md", 1 << 20, &f.document) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	buf_free(&f->document);
	return 0;
}

/* The content of the block that opens with ```<kind> <name>. */
static struct bytes block(struct fixture *f, const char *kind, const char *name)
{
	char open[80];
	const char *from, *end;

	snprintf(open, sizeof(open), "\n```%s %s\n", kind, name);
	from = strstr(buf_cstring(&f->document), open);
	if (!from)
		fail_msg("PROTOCOL.md has no block ```%s %s", kind, name);
	from += strlen(open);
	end = strstr(from, "```\n");
	assert_non_null(end);
	return bytes_of(from, (size_t)(end - from));
}

static void same_text(const char *name, struct bytes stated, struct buf *made)
{
	if (!bytes_equal(stated, buf_bytes(made)))
		fail_msg("%s: PROTOCOL.md says\n%.*s\nbut it is\n%s", name, (int)stated.len,
			 (const char *)stated.data, buf_cstring(made));
}

static void test_document_shows_what_the_code_makes(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < EXAMPLE_COUNT; i++) {
		const struct example *x = &examples[i];
		struct buf message = { 0 }, hex = { 0 }, fields = { 0 };

		arena_reset(f->arena);
		assert_int_equal(x->make(&message), ERR_OK);
		put_hex_block(buf_bytes(&message), &hex);
		put_fields_block(x, buf_bytes(&message), f->arena, &fields);
		same_text(x->name, block(f, "hex", x->name), &hex);
		same_text(x->name, block(f, "fields", x->name), &fields);
		buf_free(&message);
		buf_free(&hex);
		buf_free(&fields);
	}
}

static void test_document_has_no_other_examples(void **state)
{
	struct fixture *f = *state;
	size_t count = 0;

	for (const char *at = buf_cstring(&f->document); (at = strstr(at, "\n```hex ")); at++)
		count++;
	assert_int_equal(count, EXAMPLE_COUNT);
}

/* To plain C and back again: a field that either way forgets would be missing. */
static void test_no_field_is_lost(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < EXAMPLE_COUNT; i++) {
		struct buf message = { 0 }, second = { 0 };

		if (!examples[i].again)
			continue;
		arena_reset(f->arena);
		assert_int_equal(examples[i].make(&message), ERR_OK);
		assert_int_equal(examples[i].again(buf_bytes(&message), f->arena, &second), ERR_OK);
		assert_int_equal(second.len, message.len);
		assert_memory_equal(second.data, message.data, message.len);
		buf_free(&message);
		buf_free(&second);
	}
}

/* Whatever the budget, a decode ends with an answer: no memory, or the message. */
static void test_every_budget(void **state)
{
	(void)state;
	for (size_t i = 0; i < EXAMPLE_COUNT; i++) {
		struct buf message = { 0 };
		enum err e = ERR_NOMEM;

		if (!examples[i].again)
			continue;
		assert_int_equal(examples[i].make(&message), ERR_OK);
		for (size_t budget = 0; e == ERR_NOMEM && budget < 65536; budget += 16) {
			struct arena *a = arena_new(budget);
			struct buf second = { 0 };

			assert_non_null(a);
			e = examples[i].again(buf_bytes(&message), a, &second);
			arena_free(a);
			buf_free(&second);
		}
		assert_int_equal(e, ERR_OK);
		buf_free(&message);
	}
}

/* A row of a table: "| number | `name` |". */
static void expect_row(struct fixture *f, unsigned number, const char *name)
{
	char row[80];

	snprintf(row, sizeof(row), "\n| %u | `%s` |", number, name);
	if (!strstr(buf_cstring(&f->document), row))
		fail_msg("PROTOCOL.md has no row | %u | `%s` |", number, name);
}

static void test_document_lists_every_number(void **state)
{
	static const char *const refusals[] = {
		"VERSION",   "TYPE",   "SIZE", "GAP",	   "CONFLICT", "FENCED", "REVOKED", "ROLE",
		"PROGRAMME", "EPOCHS", "BUSY", "NO_HELLO", "TOKEN",    "BODY",	 "CREDIT",
	};
	struct fixture *f = *state;

	for (unsigned i = 0; i <= EVENT_YEAR_CLOSED; i++) {
		if (event_code_name(i))
			expect_row(f, i, event_code_name(i));
	}
	for (unsigned i = 0; i < EVENT_VERDICT_COUNT; i++)
		expect_row(f, i, event_verdict_name(i));
	for (unsigned i = 0; i < EVENT_KIND_COUNT; i++)
		expect_row(f, i, event_kind_name(i));
	for (unsigned i = 0; i < sizeof(refusals) / sizeof(*refusals); i++)
		expect_row(f, i + MESSAGE_REFUSED_VERSION, refusals[i]);
}

static void test_document_states_the_limits(void **state)
{
	static const struct {
		const char *name;
		unsigned value;
	} limits[] = {
		{ "LIMITS_BATCH_ROWS", LIMITS_BATCH_ROWS },
		{ "LIMITS_BATCH_BYTES", LIMITS_BATCH_BYTES },
		{ "LIMITS_MESSAGE_BYTES", LIMITS_MESSAGE_BYTES },
		{ "LIMITS_REPLY_BYTES", LIMITS_REPLY_BYTES },
		{ "LIMITS_ENROL_BYTES", LIMITS_ENROL_BYTES },
		{ "LIMITS_DICTIONARY", LIMITS_DICTIONARY },
		{ "LIMITS_ID", LIMITS_ID },
		{ "LIMITS_REF", LIMITS_REF },
		{ "LIMITS_TEXT", LIMITS_TEXT },
		{ "LIMITS_TOPIC", LIMITS_TOPIC },
		{ "LIMITS_EPOCHS", LIMITS_EPOCHS },
		{ "LIMITS_CREDIT", LIMITS_CREDIT },
		{ "LIMITS_HELLO_TIMEOUT_MS", LIMITS_HELLO_TIMEOUT_MS },
		{ "LIMITS_SILENCE_TIMEOUT_MS", LIMITS_SILENCE_TIMEOUT_MS },
		{ "LIMITS_PING_MS", LIMITS_PING_MS },
		{ "LIMITS_LINK_DOWN_MS", LIMITS_LINK_DOWN_MS },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		char row[80];

		snprintf(row, sizeof(row), "\n| `%s` | %u |", limits[i].name, limits[i].value);
		if (!strstr(buf_cstring(&f->document), row))
			fail_msg("PROTOCOL.md has no row %s", row + 1);
	}
}

static void test_document_shows_a_token(void **state)
{
	static const char prefix[] = "MINSHENG1.";
	struct fixture *f = *state;
	struct bytes token = block(f, "text", "token"), json = block(f, "json", "token");
	uint8_t made[1024];
	size_t len;

	assert_true(token.len > strlen(prefix) && memcmp(token.data, prefix, strlen(prefix)) == 0);
	token.data += strlen(prefix);
	token.len -= strlen(prefix) + 1; /* the end of the line */
	assert_int_equal(crypto_base64_decode(token, made, sizeof(made), &len), ERR_OK);
	assert_int_equal(len, json.len - 1);
	assert_memory_equal(made, json.data, len);
}

/* --- writing the blocks ----------------------------------------------------------------------- */

static bool write_file(const char *folder, const char *name, const char *suffix,
		       struct buf *content)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s%s", folder, name, suffix);
	return fs_write(path, buf_bytes(content), 0644) == ERR_OK;
}

static int write_examples(const char *folder)
{
	bool written = true;

	for (size_t i = 0; written && i < EXAMPLE_COUNT; i++) {
		struct arena *a = arena_new(CODEC_BATCH_BUDGET);
		struct buf message = { 0 }, hex = { 0 }, fields = { 0 };

		written = a && examples[i].make(&message) == ERR_OK;
		if (written) {
			put_hex_block(buf_bytes(&message), &hex);
			put_fields_block(&examples[i], buf_bytes(&message), a, &fields);
			written = write_file(folder, examples[i].name, "", &message) &&
				  write_file(folder, examples[i].name, ".hex", &hex) &&
				  write_file(folder, examples[i].name, ".fields", &fields);
		}
		buf_free(&message);
		buf_free(&hex);
		buf_free(&fields);
		arena_free(a);
	}
	return written ? 0 : 1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_document_shows_what_the_code_makes),
		cmocka_unit_test(test_document_has_no_other_examples),
		cmocka_unit_test(test_no_field_is_lost),
		cmocka_unit_test(test_every_budget),
		cmocka_unit_test(test_document_lists_every_number),
		cmocka_unit_test(test_document_states_the_limits),
		cmocka_unit_test(test_document_shows_a_token),
	};
	const char *folder = getenv("EXAMPLES_DIR");

	if (folder)
		return write_examples(folder);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
