/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/book.h"

#include <stdio.h>

#include "aggregator/ledger/keys.h"

#define NOTE_VERSION 1 /* of a record's second part */
#define CARE_VERSION 1 /* of a state's */
#define TIMER_VERSION 2 /* the same, with a timer's two numbers behind it */
#define IN_SILENCE 0x80 /* beside the severity */

static const struct {
	const char *name;
	struct lang_text word;
} kinds[] = {
	[BOOK_BEHIND] = { "behind", { "进度滞后", "behind plan" } },
	[BOOK_OVERDUE] = { "overdue", { "逾期未完成", "overdue" } },
	[BOOK_SILENT] = { "silent", { "未报", "no report" } },
	[BOOK_HOLD] = { "hold", { "待核数据", "held for review" } },
	[BOOK_MISMATCH] = { "mismatch", { "数据不一致", "figures differ" } },
	[BOOK_CONFLICT] = { "conflict", { "重复编号内容不符", "contradiction" } },
	[BOOK_GAP] = { "gap", { "报送缺漏", "lost rows" } },
	[BOOK_LINK_DOWN] = { "link-down", { "连接中断", "link down" } },
	[BOOK_WILL_MISS] = { "will-miss", { "预计难以完成", "will miss its goal" } },
	[BOOK_SLIP_OVERDUE] = { "slip-overdue", { "督办逾期未反馈", "slip not answered" } },
	[BOOK_CATALOGUE] = { "catalogue-problem", { "目录待完善", "catalogue to be completed" } },
	[BOOK_BACK_LOADED] = { "back-loaded", { "计划后置", "back-loaded plan" } },
	[BOOK_QUALITY] = { "quality", { "数据质量提示", "odd figure" } },
	[BOOK_UNCONFIRMED] = { "unconfirmed", { "逾期未确认", "not confirmed" } },
	[BOOK_RETURNED] = { "returned", { "退回待重报", "returned" } },
};

const char *book_kind_name(enum book_kind k)
{
	return kinds[k].name;
}

struct lang_text book_kind_word(enum book_kind k)
{
	return kinds[k].word;
}

const char *book_severity_name(enum book_severity s)
{
	static const char *const names[] = {
		[BOOK_INFO] = "info", [BOOK_YELLOW] = "yellow", [BOOK_RED] = "red"
	};

	return names[s];
}

const char *book_transition_name(enum book_transition t)
{
	static const char *const names[] = { [BOOK_RAISED] = "raised",
					     [BOOK_SEVERITY] = "severity",
					     [BOOK_RESOLVED] = "resolved",
					     [BOOK_UPDATED] = "updated",
					     [BOOK_ACKNOWLEDGED] = "acknowledged",
					     [BOOK_ASSIGNED] = "assigned",
					     [BOOK_COMMENTED] = "commented",
					     [BOOK_SILENCED] = "silenced",
					     [BOOK_UNSILENCED] = "unsilenced",
					     [BOOK_SILENCE_ENDS] = "silence-ends",
					     [BOOK_SILENCE_EXPIRED] = "silence-expired",
					     [BOOK_ESCALATED] = "escalated" };

	return names[t];
}

void book_id(const struct catalogue *c, enum book_kind kind, uint16_t measure, uint16_t unit,
	     char out[BOOK_ID])
{
	const char *dot = measure == CATALOGUE_NONE ? "" : ".";
	const char *of = measure == CATALOGUE_NONE ? "" : c->measures[measure].id;

	snprintf(out, BOOK_ID, "%s%s%s.%s", kinds[kind].name, dot, of, c->units[unit].id);
}

/* --- bytes ----------------------------------------------------------------------------------- */

static void put_note(const struct book_record *r, struct buf *out)
{
	buf_put_u8(out, NOTE_VERSION);
	buf_put_block(out, r->by);
	buf_put_block(out, r->to);
	buf_put_block(out, r->why);
	buf_put_zigzag(out, r->until_ms);
}

static bool read_note(struct reader *in, struct book_record *r)
{
	if (reader_u8(in) != NOTE_VERSION)
		return false;
	r->by = reader_block(in);
	r->to = reader_block(in);
	r->why = reader_block(in);
	r->until_ms = reader_zigzag(in);
	return r->by.len <= BOOK_NAME_MAX && r->to.len <= BOOK_NAME_MAX &&
	       r->why.len <= BOOK_WHY_MAX;
}

void book_encode(const struct book_record *r, struct buf *out)
{
	const uint8_t silence = r->in_silence ? IN_SILENCE : 0;
	const uint8_t head[] = { (uint8_t)r->kind, (uint8_t)(r->severity | silence),
				 (uint8_t)r->before, (uint8_t)r->transition };

	buf_put(out, bytes_of(head, sizeof(head)));
	buf_put_u16(out, r->measure);
	buf_put_u16(out, r->unit);
	buf_put_zigzag(out, r->period);
	buf_put_zigzag(out, r->value);
	buf_put_zigzag(out, r->goal);
	buf_put_zigzag(out, r->other);
	buf_put_zigzag(out, r->gap_hundredths);
	buf_put_zigzag(out, r->planned_ppm);
	buf_put_varint(out, r->months);
	buf_put_varint(out, r->count);
	buf_put_varint(out, r->code);
	if (r->transition >= BOOK_ACKNOWLEDGED)
		put_note(r, out);
}

static bool read_head(struct reader *in, struct book_record *r)
{
	uint8_t kind = reader_u8(in), severity = reader_u8(in), before = reader_u8(in),
		transition = reader_u8(in);

	r->in_silence = severity & IN_SILENCE;
	severity &= (uint8_t)~IN_SILENCE;
	if (kind < BOOK_BEHIND || kind >= BOOK_KIND_END || severity < BOOK_INFO ||
	    severity >= BOOK_SEVERITY_END || before >= BOOK_SEVERITY_END ||
	    transition < BOOK_RAISED || transition >= BOOK_TRANSITION_END)
		return false;
	r->kind = (enum book_kind)kind;
	r->severity = (enum book_severity)severity;
	r->before = (enum book_severity)before;
	r->transition = (enum book_transition)transition;
	return true;
}

bool book_decode(struct reader *in, struct book_record *out)
{
	*out = (struct book_record){ 0 };
	if (!read_head(in, out))
		return false;
	out->measure = reader_u16(in);
	out->unit = reader_u16(in);
	out->period = (int32_t)reader_zigzag(in);
	out->value = reader_zigzag(in);
	out->goal = reader_zigzag(in);
	out->other = reader_zigzag(in);
	out->gap_hundredths = reader_zigzag(in);
	out->planned_ppm = reader_zigzag(in);
	out->months = (uint32_t)reader_varint(in);
	out->count = (uint32_t)reader_varint(in);
	out->code = (uint32_t)reader_varint(in);
	if (out->transition >= BOOK_ACKNOWLEDGED && !read_note(in, out))
		return false;
	return !in->failed;
}

/* --- the log --------------------------------------------------------------------------------- */

enum err book_append(struct store_txn *t, const struct book_record *r)
{
	struct buf value = { 0 };
	struct keys key;
	enum err e;

	buf_put_u64(&value, r->position);
	buf_put_u64(&value, (uint64_t)r->time_ms);
	buf_put_block(&value, bytes_of_string(r->id));
	book_encode(r, &value);
	keys_alert_log(&key, r->number);
	if ((e = buf_error(&value)) == ERR_OK)
		e = store_append(t, STORE_ALERT_LOG, keys_bytes(&key), buf_bytes(&value));
	buf_free(&value);
	return e;
}

enum err book_read(struct store_txn *t, uint64_t number, struct book_record *out)
{
	struct bytes value, id;
	struct reader in;
	struct keys key;
	uint64_t position, time_ms;
	enum err e;

	keys_alert_log(&key, number);
	if ((e = store_get(t, STORE_ALERT_LOG, keys_bytes(&key), &value)) != ERR_OK)
		return e;
	in = reader_of(value);
	position = reader_u64(&in);
	time_ms = reader_u64(&in);
	id = reader_block(&in);
	if (in.failed || id.len >= BOOK_ID || !book_decode(&in, out) || !reader_done(&in))
		return ERR_CORRUPT;
	out->number = number;
	out->position = position;
	out->time_ms = (int64_t)time_ms;
	memcpy(out->id, id.data, id.len);
	out->id[id.len] = '\0';
	return ERR_OK;
}

enum err book_last(struct store_txn *t, uint64_t *number)
{
	struct store_cursor *cursor;
	struct bytes found, value;
	enum err e;

	*number = 0;
	if ((e = store_cursor_open(t, STORE_ALERT_LOG, &cursor)) != ERR_OK)
		return e;
	e = store_cursor_before(cursor, (struct bytes){ 0 }, &found, &value);
	if (e == ERR_OK)
		*number = found.len == 8 ? bytes_load64(found.data) : 0;
	store_cursor_close(cursor);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* --- states ---------------------------------------------------------------------------------- */

/* Only where somebody did something: the bytes of other states are as they ever were. */
static void put_care(const struct book_state *s, struct buf *out)
{
	bool timer = s->escalated || s->waits_ms;

	if (!s->acknowledged && !s->assigned && !s->silenced && !timer)
		return;
	buf_put_u8(out, timer ? TIMER_VERSION : CARE_VERSION);
	buf_put_varint(out, s->acknowledged);
	buf_put_varint(out, s->assigned);
	buf_put_varint(out, s->silenced);
	buf_put_zigzag(out, s->silent_until_ms);
	buf_put_u8(out, s->ending);
	if (timer) {
		buf_put_varint(out, s->escalated);
		buf_put_zigzag(out, s->waits_ms);
	}
}

static bool read_care(struct reader *in, struct book_state *s)
{
	uint8_t version;

	if (reader_done(in))
		return true;
	version = reader_u8(in);
	if (version != CARE_VERSION && version != TIMER_VERSION)
		return false;
	s->acknowledged = reader_varint(in);
	s->assigned = reader_varint(in);
	s->silenced = reader_varint(in);
	s->silent_until_ms = reader_zigzag(in);
	s->ending = reader_u8(in) != 0;
	if (version == TIMER_VERSION) {
		s->escalated = (unsigned)reader_varint(in);
		s->waits_ms = reader_zigzag(in);
	}
	return reader_done(in);
}

enum err book_write_state(struct store_txn *t, const char *id, const struct book_state *s)
{
	struct buf value = { 0 };
	struct keys key;
	enum err e;

	buf_put_u8(&value, (uint8_t)s->kind);
	buf_put_u16(&value, s->measure);
	buf_put_u16(&value, s->unit);
	buf_put_u8(&value, (uint8_t)s->severity);
	buf_put_varint(&value, s->raised_number);
	buf_put_zigzag(&value, s->raised_ms);
	buf_put_varint(&value, s->newest);
	buf_put_varint(&value, s->months);
	buf_put_varint(&value, s->count);
	buf_put_zigzag(&value, s->period);
	put_care(s, &value);
	keys_text(&key, bytes_of_string(id));
	if ((e = buf_error(&value)) == ERR_OK)
		e = store_put(t, STORE_ALERTS, keys_bytes(&key), buf_bytes(&value));
	buf_free(&value);
	return e;
}

static enum err parse_state(struct bytes value, struct book_state *out)
{
	struct reader in = reader_of(value);
	uint8_t kind = reader_u8(&in), severity;

	*out = (struct book_state){ .measure = reader_u16(&in) };
	out->unit = reader_u16(&in);
	severity = reader_u8(&in);
	out->raised_number = reader_varint(&in);
	out->raised_ms = reader_zigzag(&in);
	out->newest = reader_varint(&in);
	out->months = (uint32_t)reader_varint(&in);
	out->count = (uint32_t)reader_varint(&in);
	out->period = (int32_t)reader_zigzag(&in);
	if (!read_care(&in, out) || kind < BOOK_BEHIND || kind >= BOOK_KIND_END ||
	    severity >= BOOK_SEVERITY_END)
		return ERR_CORRUPT;
	out->kind = (enum book_kind)kind;
	out->severity = (enum book_severity)severity;
	return ERR_OK;
}

enum err book_walk_states(struct store_txn *t, bool (*fn)(void *ctx, const struct book_state *s),
			  void *ctx)
{
	struct store_cursor *cursor;
	struct bytes found, value;
	struct book_state s;
	enum err e;

	if ((e = store_cursor_open(t, STORE_ALERTS, &cursor)) != ERR_OK)
		return e;
	e = store_cursor_seek(cursor, (struct bytes){ 0 }, &found, &value);
	while (e == ERR_OK && (e = parse_state(value, &s)) == ERR_OK && fn(ctx, &s))
		e = store_cursor_next(cursor, &found, &value);
	store_cursor_close(cursor);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

struct open_walk {
	struct store_txn *t;
	bool closed_too;
	bool (*fn)(void *ctx, const struct book_record *newest, uint64_t raised_number,
		   int64_t raised_ms);
	void *ctx;
	enum err err;
};

static bool visit_state(void *ctx, const struct book_state *s)
{
	struct open_walk *w = ctx;
	struct book_record r;

	if (!s->severity && !w->closed_too)
		return true;
	if ((w->err = book_read(w->t, s->newest, &r)) == ERR_NOTFOUND)
		w->err = ERR_CORRUPT;
	return w->err == ERR_OK && w->fn(w->ctx, &r, s->raised_number, s->raised_ms);
}

enum err book_open_alerts(struct store_txn *t, bool closed_too,
			  bool (*fn)(void *ctx, const struct book_record *newest,
				     uint64_t raised_number, int64_t raised_ms),
			  void *ctx)
{
	struct open_walk w = { t, closed_too, fn, ctx, ERR_OK };
	enum err e = book_walk_states(t, visit_state, &w);

	return e != ERR_OK ? e : w.err;
}

enum err book_state_of(struct store_txn *t, struct bytes id, struct book_state *out)
{
	struct bytes value;
	struct keys key;
	enum err e;

	if (id.len >= BOOK_ID || id.len == 0)
		return ERR_NOTFOUND;
	keys_text(&key, id);
	e = store_get(t, STORE_ALERTS, keys_bytes(&key), &value);
	return e == ERR_OK ? parse_state(value, out) : e;
}

enum err book_find(struct store_txn *t, struct bytes id, struct book_record *newest,
		   uint64_t *raised_number, int64_t *raised_ms)
{
	struct book_state s;
	enum err e = book_state_of(t, id, &s);

	if (e != ERR_OK)
		return e;
	*raised_number = s.raised_number;
	*raised_ms = s.raised_ms;
	return book_read(t, s.newest, newest);
}

/* --- for the wire ---------------------------------------------------------------------------- */

static struct bytes text_in(const struct catalogue *c, const struct book_record *r, enum lang lang,
			    struct arena *a)
{
	struct buf text = { 0 };
	struct bytes out = { 0 };
	char *copy;

	book_text(c, r, lang, &text);
	copy = buf_error(&text) == ERR_OK ? arena_strndup(a, buf_cstring(&text), text.len) : NULL;
	if (copy)
		out = bytes_of(copy, text.len);
	buf_free(&text);
	return out;
}

enum err book_message(const struct catalogue *c, const struct book_record *r, struct arena *a,
		      struct message_alert *out)
{
	char *id = arena_strndup(a, r->id, strlen(r->id));

	*out = (struct message_alert){
		.number = r->number,
		.position = r->position,
		.at_ms = r->time_ms,
		.id = bytes_of_string(id),
		.kind = bytes_of_string(book_kind_name(r->kind)),
		.transition = bytes_of_string(book_transition_name(r->transition)),
		.severity = bytes_of_string(book_severity_name(r->severity)),
		.text_zh = text_in(c, r, LANG_ZH, a),
		.text_en = text_in(c, r, LANG_EN, a),
	};
	if (r->measure != CATALOGUE_NONE)
		out->measure = bytes_of_string(c->measures[r->measure].id);
	if (r->unit != CATALOGUE_NONE)
		out->unit = bytes_of_string(c->units[r->unit].id);
	return id && out->text_zh.data && out->text_en.data ? ERR_OK : ERR_NOMEM;
}
