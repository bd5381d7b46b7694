/* SPDX-License-Identifier: MIT */
/* The messages that PROTOCOL.md shows. Every field of every message is in one of them, so that a
 * field which gets lost on the way is seen. */
#ifndef TESTS_UNIT_PROTO_EXAMPLES_H
#define TESTS_UNIT_PROTO_EXAMPLES_H

#include "proto/codec.h"
#include "proto/limits.h"
#include "proto/message.h"

#define T(s)                                                                                       \
	{                                                                                          \
		(const uint8_t *)(s), sizeof(s) - 1                                                \
	}
#define LIST(a) a, sizeof(a) / sizeof(*(a))

static const uint8_t epoch[16] = { 0x3f, 0x1c, 0x0e, 0x5a, 0x9b, 0x7d, 0x42, 0x66,
				   0x8a, 0x10, 0xc4, 0xd2, 0xe6, 0xf8, 0x0b, 0x13 };
#define INCARNATION T("\xc4\x51\x8e\x02\xd7\x36\x4f\x9a\xb1\x60\x2b\xee\x95\x13\x7c\xa8")
#define NONCE T("\x91\xf0\x5d\x2c\x7e\xa3\x48\xb6\x0d\x19\xe2\x84\xcf\x5b\x36\x70")
#define CHAIN                                                                                      \
	T("\xa7\x1e\x93\x05\xfc\x64\xd8\x2b\x40\xbe\x79\x16\xcd\x52\x8f\x33"                       \
	  "\xe9\x07\xb4\x6a\x21\xd5\x9c\x48\x0f\xf2\x86\x3d\xc1\x5a\x70\xeb")
#define PUBLIC_KEY                                                                                 \
	T("\xbb\x88\x47\x1d\x65\xe2\x65\x9b\x30\xc5\x5a\x53\x21\xce\xbb\x5a"                       \
	  "\xab\x2b\x70\xa3\x98\x64\x5c\x26\xdc\xa2\xb2\xfc\xb4\x3f\xc5\x18")
#define JUNE_30 19173
#define JULY_31 19204
#define RECEIVED_MS INT64_C(1656637200123) /* 2022-07-01 09:00:00.123 +08:00 */

static enum err make_hello(struct buf *out)
{
	struct message_hello m = { T("jining-2022"), 1, 4, T("client.py/1.0") };

	return message_hello_encode(&m, epoch, out);
}

static enum err make_welcome(struct buf *out)
{
	struct message_welcome m = { .reporter = T("rencheng"),
				     .incarnation = INCARNATION,
				     .expected = 1,
				     .catalogue_version = 3,
				     .server_ms = RECEIVED_MS,
				     .credit = LIMITS_CREDIT,
				     .batch_rows = LIMITS_BATCH_ROWS,
				     .batch_bytes = LIMITS_BATCH_BYTES,
				     .programme = T("jining-2022") };

	return message_welcome_encode(&m, epoch, out);
}

static enum err put_batch(const struct event_batch *b, uint64_t first, struct buf *out)
{
	struct envelope e = {
		.version = 1, .type = ENVELOPE_BATCH, .rows = b->rows, .first_sequence = first
	};
	uint8_t *p = buf_extend(out, LIMITS_HEADER);

	if (!p)
		return ERR_NOMEM;
	memcpy(e.epoch, epoch, sizeof(epoch));
	envelope_encode(&e, p);
	return codec_batch_encode(b, out);
}

static enum err make_batch_one_row(struct buf *out)
{
	static const struct event_target targets[] = { { T("canteens"), T("处"), 0 } };
	static const struct bytes units[] = { T("rencheng") };
	static const uint32_t zero;
	static const int64_t three = 3, none;
	static const int32_t day = JUNE_30;
	struct event_batch b = {
		.rows = 1,
		.targets = targets,
		.target_count = 1,
		.units = units,
		.unit_count = 1,
		.target = { &zero, 0 },
		.unit = { &zero, 0 },
		.kind = { &zero, 0 },
		.value = { &three, 0 },
		.denominator = { &none, 0 },
		.as_of = { &day, 0 },
		.observed = { &none, 0 },
	};

	return put_batch(&b, 1, out);
}

static enum err make_batch_columns(struct buf *out)
{
	static const struct event_target targets[] = {
		{ T("canteens"), T("处"), 0 },
		{ T("public-kindergarten-rate"), T("%"), 0 },
		{ T("compounds-area"), T("平方米"), 2 },
	};
	static const struct bytes units[] = { T("rencheng"), T("yutai") };
	static const uint32_t target[] = { 0, 1, 2, 0 }, unit[] = { 0, 0, 0, 1 };
	static const uint32_t kind[] = { 0, 0, 1, 5 };
	static const int64_t value[] = { 5, 5600, 1250, 0 }, denominator[] = { 0, 10000, 0, 0 };
	static const int32_t day = JULY_31;
	static const int64_t observed = RECEIVED_MS;
	static const struct event_number revision[] = { { 1, 1 } };
	static const struct event_text stage[] = { { 0, T("completed") } };
	static const struct event_text note[] = { { 0, T("含两处改造") } };
	static const struct event_text reason[] = { { 1, T("学籍核实") } };
	static const struct event_text evidence[] = { { 0, T("https://rc.example/7") } };
	static const struct event_text ref[] = { { 2, T("rc-2022-07-18/4") } };
	static const struct event_text object[] = { { 0, T("canteen-12") },
						    { 0, T("canteen-13") } };
	static const struct event_text withdraw[] = { { 3, T("rc-2022-07-02/1") } };
	struct event_batch b = {
		.rows = 4,
		.targets = targets,
		.target_count = 3,
		.units = units,
		.unit_count = 2,
		.target = { target, 1 },
		.unit = { unit, 1 },
		.kind = { kind, 1 },
		.value = { value, 1 },
		.denominator = { denominator, 1 },
		.as_of = { &day, 0 },
		.observed = { &observed, 0 },
		.revision = { LIST(revision) },
		.stage = { LIST(stage) },
		.note = { LIST(note) },
		.reason = { LIST(reason) },
		.evidence = { LIST(evidence) },
		.ref = { LIST(ref) },
		.object = { LIST(object) },
		.withdraw = { LIST(withdraw) },
	};

	return put_batch(&b, 2, out);
}

static enum err make_receipts(struct buf *out)
{
	static const struct message_exception exceptions[] = {
		{ 1, EVENT_HOLD, EVENT_DECREASE,
		  T("累计数下降而无更正理由，暂存待核 / the cumulative figure falls: held") },
		{ 3, EVENT_REJECT, EVENT_FORBIDDEN, { NULL, 0 } },
	};
	static const struct message_receipt items[] = {
		{ 1, 1, 208, 208, RECEIVED_MS, 1, 0, { 1 }, NULL, 0 },
		{ 2, 5, 209, 209, RECEIVED_MS + 4, 3, 1, { 2, 1, 1 }, LIST(exceptions) },
	};
	struct message_receipts m = { 6, LIMITS_CREDIT, LIST(items) };

	return message_receipts_encode(&m, epoch, out);
}

static enum err make_refused_gap(struct buf *out)
{
	struct message_refused m = { MESSAGE_REFUSED_GAP, 6, 0,
				     T("缺号：请从 6 起重发 / gap: send again from 6") };

	return message_refused_encode(&m, epoch, out);
}

static enum err make_refused_busy(struct buf *out)
{
	struct message_refused m = { MESSAGE_REFUSED_BUSY, 0, 2500,
				     T("繁忙，请稍后再试 / busy, try again later") };

	return message_refused_encode(&m, epoch, out);
}

static enum err make_slice(struct buf *out)
{
	static const struct bytes units[] = { T("rencheng") };
	static const struct message_stage stages[] = { { T("started"), T("开工"), T("started") },
						       { T("completed"), T("完工"),
							 T("completed") } };
	static const int32_t expected[] = { JUNE_30, JULY_31 };
	static const struct message_measure measures[] = {
		{ T("canteens"), T("1.1"), T("新建、改造老年人食堂"),
		  T("Canteens for older people built or renovated"), T("处"), T("quantity"), 0,
		  LIST(units), LIST(stages), LIST(expected), false, NULL, 0 },
		{ T("public-kindergarten-rate"), T("2.2"), T("全市幼儿园公办率"),
		  T("Share of kindergarten children in public kindergartens"), T("%"), T("ratio"),
		  0, LIST(units), NULL, 0, expected, 1, false, NULL, 0 },
		{ T("compounds-area"), T("5.1"), T("老旧小区改造建筑面积"),
		  T("Floor area renovated"), T("平方米"), T("quantity"), 2, LIST(units), NULL, 0,
		  expected, 2, false, NULL, 0 },
	};
	struct message_slice m = { 3, T("jining-2022"), LIST(measures) };

	return message_slice_encode(&m, out);
}

static const struct message_figure figures[] = {
	{ T("canteens"), T("rencheng"), true, 3, 0, 0, JUNE_30, 208, 1 },
	{ T("public-kindergarten-rate"), T("jining"), true, 5600, 10000, 0, JULY_31, 209, 2 },
	{ T("compounds-area"), T("rencheng"), true, 1250, 0, 2, JULY_31, 209, 0 },
	{ T("canteens"), T("yutai"), false, 0, 0, 0, 0, 0, 0 },
};

static const struct message_alert alert = {
	17,
	209,
	RECEIVED_MS,
	T("behind/canteens/yutai"),
	T("behind"),
	T("raised"),
	T("yellow"),
	T("canteens"),
	T("yutai"),
	T("鱼台县：老年人食堂进度落后 12.5 个百分点"),
	T("Yutai: canteens are 12.5 points behind plan"),
};

static enum err make_snapshot(struct buf *out)
{
	struct message_snapshot m = { 209, 17, CHAIN, true, LIST(figures) };

	return message_snapshot_encode(&m, ENVELOPE_SNAPSHOT, out);
}

static enum err make_mine(struct buf *out)
{
	struct message_snapshot m = { 209, 17, CHAIN, true, figures, 1 };

	return message_snapshot_encode(&m, ENVELOPE_MINE, out);
}

static enum err make_replay_request(struct buf *out)
{
	struct message_replay_request m = { 17, 100 };

	return message_replay_request_encode(&m, out);
}

static enum err make_replay(struct buf *out)
{
	struct message_replay m = { 18, 17, &alert, 1 };

	return message_replay_encode(&m, out);
}

static enum err make_enrol(struct buf *out)
{
	struct message_enrol m = { NONCE, PUBLIC_KEY, T("client.py/1.0") };

	return message_enrol_encode(&m, out);
}

static enum err make_enrol_reply(struct buf *out)
{
	struct message_enrol_reply m = { 2, T("rencheng"),
					 T("等待审批 / waits for the office's approval") };

	return message_enrol_reply_encode(&m, out);
}

static enum err make_feed_total(struct buf *out)
{
	struct message_feed f = { 208, 131 };

	return message_feed_figure_encode(ENVELOPE_FEED_TOTAL, &f, &figures[0], out);
}

static enum err make_feed_light(struct buf *out)
{
	struct message_feed f = { 209, 140 };

	return message_feed_figure_encode(ENVELOPE_FEED_LIGHT, &f, &figures[1], out);
}

static enum err make_feed_alert(struct buf *out)
{
	struct message_feed f = { 209, 0 };

	return message_feed_alert_encode(&f, &alert, out);
}

static enum err make_feed_head(struct buf *out)
{
	struct message_feed_head m = { 209, 17, CHAIN, RECEIVED_MS };

	return message_feed_head_encode(&m, out);
}

static enum err put_bare(enum envelope_type type, struct buf *out)
{
	envelope_put(out, type);
	return buf_error(out);
}

static enum err make_catalogue_request(struct buf *out)
{
	return put_bare(ENVELOPE_CATALOGUE_REQUEST, out);
}

static enum err make_ping(struct buf *out)
{
	return put_bare(ENVELOPE_PING, out);
}

static enum err make_pong(struct buf *out)
{
	return put_bare(ENVELOPE_PONG, out);
}

static enum err make_snapshot_request(struct buf *out)
{
	return put_bare(ENVELOPE_SNAPSHOT_REQUEST, out);
}

static enum err make_mine_request(struct buf *out)
{
	return put_bare(ENVELOPE_MINE_REQUEST, out);
}

#endif
