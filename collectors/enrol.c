/* SPDX-License-Identifier: MIT */
#include "collectors/enrol.h"

#include "base/arena.h"
#include "base/clock.h"
#include "collectors/link.h"
#include "collectors/text.h"
#include "proto/limits.h"
#include "proto/message.h"

#define POLL_MS 10000   /* between two questions while the office decides */
#define ANSWER_MS 15000 /* a connection that gave no answer by then is thrown away */
#define SOFTWARE "minsheng/1.0"

struct asking {
	const struct token *token;
	const struct curve_pair *pair;
	struct link_context *context;
	struct link *link;
	struct arena *arena;
	struct buf question;
	struct buf heard;
	int64_t connected_at;
	int64_t ask_at; /* when the question goes out again */
	int64_t poll_ms;
	bool answered; /* on this connection */
};

static enum err make_question(struct asking *a)
{
	struct message_enrol m = { .nonce = bytes_of(a->token->nonce, TOKEN_NONCE_LEN),
				   .software = bytes_of_string(SOFTWARE) };
	uint8_t key[CURVE_KEY_LEN];
	enum err e = curve_decode(a->pair->public_text, key);

	m.public_key = bytes_of(key, sizeof(key));
	return e ? e : message_enrol_encode(&m, &a->question);
}

static enum err reconnect(struct asking *a, int64_t now)
{
	link_close(a->link);
	a->link = NULL;
	a->connected_at = a->ask_at = now;
	a->answered = false;
	return link_open(a->context, a->token->enrol, a->token->server_key, a->pair, &a->link);
}

static void hear_reply(struct asking *a, struct bytes body, struct enrol_result *out)
{
	struct message_enrol_reply reply;

	if (message_enrol_reply_decode(body, a->arena, &reply) || reply.state < ENROL_ADMITTED ||
	    reply.state > ENROL_REFUSED)
		return;
	out->state = (enum enrol_state)reply.state;
	text_cut(out->reporter, sizeof(out->reporter), reply.reporter);
	text_cut(out->text, sizeof(out->text), reply.text);
}

static void hear_refused(struct asking *a, struct bytes body, struct enrol_result *out)
{
	struct message_refused refused;

	if (message_refused_decode(body, a->arena, &refused) ||
	    refused.code == MESSAGE_REFUSED_BUSY)
		return;
	out->state = ENROL_REFUSED;
	text_cut(out->text, sizeof(out->text), refused.text);
}

static void hear(struct asking *a, struct enrol_result *out)
{
	struct envelope head;
	struct bytes body;

	while (link_receive(a->link, &a->heard) == ERR_OK) {
		arena_reset(a->arena);
		a->answered = true;
		if (envelope_decode(buf_bytes(&a->heard), &head, &body))
			continue;
		if (head.type == ENVELOPE_ENROL_REPLY)
			hear_reply(a, body, out);
		else if (head.type == ENVELOPE_REFUSED)
			hear_refused(a, body, out);
	}
}

static enum err ask_once(struct asking *a, int64_t until, struct enrol_result *out)
{
	int64_t now = clock_monotonic_ms(), wait = until - now;
	struct link_events events;
	bool due = now >= a->ask_at;
	enum err e;

	if (due && (e = link_send(a->link, buf_bytes(&a->question))) != ERR_AGAIN) {
		if (e)
			return e;
		a->ask_at = now + a->poll_ms;
		due = false;
	}
	if (!due && a->ask_at - now < wait)
		wait = a->ask_at - now;
	if ((e = link_poll(a->link, due, -1, wait < 500 ? wait : 500, &events)))
		return e;
	hear(a, out);
	if (!a->answered && now - a->connected_at > ANSWER_MS)
		return reconnect(a, now);
	return ERR_OK;
}

static enum err prepare(struct asking *a)
{
	enum err e = make_question(a);

	if (e)
		return e;
	if (!(a->arena = arena_new(LIMITS_ENROL_BYTES * 64)))
		return ERR_NOMEM;
	if ((e = link_context_new(&a->context)))
		return e;
	return reconnect(a, clock_monotonic_ms());
}

enum err enrol_ask(const struct token *token, const struct curve_pair *pair,
		   int64_t until_monotonic_ms, int64_t poll_ms,
		   void (*on_waiting)(void *ctx, const struct enrol_result *r), void *ctx,
		   struct enrol_result *out)
{
	struct asking a = { .token = token, .pair = pair, .poll_ms = poll_ms ? poll_ms : POLL_MS };
	bool told = false;
	enum err e;

	*out = (struct enrol_result){ ENROL_NO_ANSWER, "", "" };
	e = prepare(&a);
	while (!e && out->state != ENROL_ADMITTED && out->state != ENROL_REFUSED &&
	       clock_monotonic_ms() < until_monotonic_ms) {
		e = ask_once(&a, until_monotonic_ms, out);
		if (out->state == ENROL_WAITING && !told && on_waiting) {
			on_waiting(ctx, out);
			told = true;
		}
	}
	link_close(a.link);
	link_context_free(a.context);
	arena_free(a.arena);
	buf_free(&a.question);
	buf_free(&a.heard);
	return e;
}
