/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "proto/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BUDGET ((size_t)4 << 20)

/* Each type's decode, and the encode of what came out of it. */
#define AGAIN(name, ...)                                                                           \
	static enum err again_##name(const struct envelope *e, struct bytes body, struct arena *a, \
				     struct buf *out)                                              \
	{                                                                                          \
		struct message_##name m = { 0 };                                                   \
		enum err err = message_##name##_decode(body, a, &m);                               \
                                                                                                   \
		(void)e;                                                                           \
		return err ? err : message_##name##_encode(&m, ##__VA_ARGS__, out);                \
	}
AGAIN(hello, e->epoch)
AGAIN(welcome, e->epoch)
AGAIN(receipts, e->epoch)
AGAIN(refused, e->epoch)
AGAIN(slice)
AGAIN(snapshot, (enum envelope_type)e->type)
AGAIN(replay_request)
AGAIN(replay)
AGAIN(enrol)
AGAIN(enrol_reply)
AGAIN(feed_head)

static enum err again_feed_figure(const struct envelope *e, struct bytes body, struct arena *a,
				  struct buf *out)
{
	struct message_feed f;
	struct message_figure m;
	enum err err = message_feed_figure_decode(body, a, &f, &m);

	return err ? err : message_feed_figure_encode((enum envelope_type)e->type, &f, &m, out);
}

static enum err again_feed_alert(const struct envelope *e, struct bytes body, struct arena *a,
				 struct buf *out)
{
	struct message_feed f;
	struct message_alert m;
	enum err err = message_feed_alert_decode(body, a, &f, &m);

	(void)e;
	return err ? err : message_feed_alert_encode(&f, &m, out);
}

typedef enum err again_fn(const struct envelope *e, struct bytes body, struct arena *a,
			  struct buf *out);

static again_fn *const types[256] = {
	[ENVELOPE_HELLO] = again_hello,
	[ENVELOPE_WELCOME] = again_welcome,
	[ENVELOPE_RECEIPTS] = again_receipts,
	[ENVELOPE_CATALOGUE_SLICE] = again_slice,
	[ENVELOPE_REFUSED] = again_refused,
	[ENVELOPE_SNAPSHOT] = again_snapshot,
	[ENVELOPE_REPLAY_REQUEST] = again_replay_request,
	[ENVELOPE_REPLAY] = again_replay,
	[ENVELOPE_MINE] = again_snapshot,
	[ENVELOPE_ENROL] = again_enrol,
	[ENVELOPE_ENROL_REPLY] = again_enrol_reply,
	[ENVELOPE_FEED_TOTAL] = again_feed_figure,
	[ENVELOPE_FEED_LIGHT] = again_feed_figure,
	[ENVELOPE_FEED_ALERT] = again_feed_alert,
	[ENVELOPE_FEED_HEAD] = again_feed_head,
};

/* What decodes encodes to a message that decodes as well. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(BUDGET);
	struct buf once = { 0 }, twice = { 0 };
	struct envelope e;
	struct bytes body;

	if (a && envelope_decode(bytes_of(data, size), &e, &body) == ERR_OK && types[e.type] &&
	    types[e.type](&e, body, a, &once) == ERR_OK) {
		arena_reset(a);
		if (envelope_decode(buf_bytes(&once), &e, &body) != ERR_OK ||
		    types[e.type](&e, body, a, &twice) != ERR_OK ||
		    !bytes_equal(buf_bytes(&once), buf_bytes(&twice)))
			abort();
	}
	buf_free(&once);
	buf_free(&twice);
	arena_free(a);
	return 0;
}
