/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/flags.h"

#include <stdio.h>

#include "aggregator/ledger/keys.h"
#include "base/date.h"

static const struct {
	const char *name, *code;
	struct lang_text word;
	struct flags_number numbers[FLAGS_NUMBERS];
} rules[FLAGS_RULE_END] = {
	[FLAGS_JUMP] = { "jump", "DQ02", { "单期增量突变", "sudden jump" },
			 { { "increment", FLAGS_FIGURE }, { "median", FLAGS_FIGURE1 },
			   { "score", FLAGS_RATIO }, { "periods", FLAGS_COUNT },
			   { "spread", FLAGS_COUNT } } },
	[FLAGS_EXACT] = { "exact", "DQ04", { "期末恰好等于任务数", "exactly the goal at the deadline" },
			  { { "value", FLAGS_FIGURE }, { "before", FLAGS_FIGURE },
			    { "before_percent", FLAGS_PERCENT } } },
	[FLAGS_BUNCHED] = { "bunched", "DQ04",
			    { "多数县区恰好等于任务数", "most areas at exactly their goals" },
			    { { "exact", FLAGS_COUNT }, { "areas", FLAGS_COUNT },
			      { "share_percent", FLAGS_PERCENT } } },
	[FLAGS_SPIKE] = { "spike", "DQ05", { "最后一期突击完成", "a spike in the last period" },
			  { { "increment", FLAGS_FIGURE }, { "goal", FLAGS_FIGURE },
			    { "share_percent", FLAGS_PERCENT }, { "planned_percent", FLAGS_PERCENT },
			    { "times", FLAGS_RATIO } } },
	[FLAGS_STUCK] = { "stuck", "DQ07", { "数字多期不变", "the same figure again and again" },
			  { { "value", FLAGS_FIGURE }, { "periods", FLAGS_COUNT },
			    { "planned_then_percent", FLAGS_PERCENT },
			    { "planned_now_percent", FLAGS_PERCENT } } },
	[FLAGS_TWIN] = { "twin", "DQ07", { "两县区报数雷同", "two areas report the same" },
			 { { "value", FLAGS_FIGURE }, { "figures", FLAGS_COUNT } } },
	[FLAGS_PAIR] = { "pair", "DQ10", { "相伴指标不相称", "a pair that does not fit" },
			 { { "value", FLAGS_FIGURE }, { "other", FLAGS_OTHER },
			   { "ratio", FLAGS_RATIO }, { "planned_ratio", FLAGS_RATIO },
			   { "limit", FLAGS_COUNT } } },
	[FLAGS_ABOVE] = { "above", "DQ15", { "远超任务数", "far above the quota" },
			  { { "value", FLAGS_FIGURE }, { "goal", FLAGS_FIGURE },
			    { "times", FLAGS_RATIO }, { "limit", FLAGS_COUNT } } },
};

static const struct {
	const char *name;
	struct lang_text word;
} states[FLAGS_STATE_END] = {
	[FLAGS_OPEN] = { "open", { "待核实", "open" } },
	[FLAGS_EXPLAINED] = { "explained", { "已说明", "explained" } },
	[FLAGS_DISMISSED] = { "dismissed", { "已排除", "dismissed" } },
	[FLAGS_CONFIRMED] = { "confirmed", { "确认有误", "confirmed wrong" } },
	[FLAGS_GONE] = { "gone", { "已消失", "gone" } },
};

const char *flags_rule_name(enum flags_rule r)
{
	return rules[r].name;
}

const char *flags_rule_code(enum flags_rule r)
{
	return rules[r].code;
}

struct lang_text flags_rule_word(enum flags_rule r)
{
	return rules[r].word;
}

const char *flags_state_name(enum flags_state s)
{
	return states[s].name;
}

struct lang_text flags_state_word(enum flags_state s)
{
	return states[s].word;
}

const struct flags_number *flags_numbers(enum flags_rule r)
{
	return rules[r].numbers;
}

bool flags_pending(const struct flags_record *r)
{
	return r->state == FLAGS_OPEN || r->state == FLAGS_CONFIRMED;
}

/* --- ids --------------------------------------------------------------------------------------- */

void flags_id(const struct catalogue *c, const struct flags_record *r, char out[FLAGS_ID])
{
	int year, month, day;

	date_to_civil(r->period, &year, &month, &day);
	snprintf(out, FLAGS_ID, "%s.%s.%s.%04d-%02d", rules[r->rule].name,
		 c->measures[r->measure].id, c->units[r->unit].id, year, month);
}

static enum flags_rule rule_of(struct bytes name)
{
	for (enum flags_rule r = FLAGS_JUMP; r < FLAGS_RULE_END; r++)
		if (bytes_equal(name, bytes_of_string(rules[r].name)))
			return r;
	return FLAGS_RULE_END;
}

/* "measure.unit": ids may hold dots, so that every dot is tried. */
static bool find_cell(const struct catalogue *c, struct bytes text, struct flags_record *out)
{
	for (size_t i = 1; i + 1 < text.len; i++) {
		if (text.data[i] != '.')
			continue;
		out->measure = catalogue_measure_number(c, bytes_of(text.data, i));
		out->unit = catalogue_unit_number(
			c, bytes_of(text.data + i + 1, text.len - i - 1));
		if (out->measure != CATALOGUE_NONE && out->unit != CATALOGUE_NONE)
			return true;
	}
	return false;
}

bool flags_find_id(const struct catalogue *c, struct bytes id, struct flags_record *out)
{
	const uint8_t *dot = id.len ? memchr(id.data, '.', id.len) : NULL;
	char first[12] = "";
	size_t head;
	int32_t day;

	*out = (struct flags_record){ 0 };
	if (!dot || id.len < 9)
		return false;
	head = (size_t)(dot - id.data);
	if ((out->rule = rule_of(bytes_of(id.data, head))) == FLAGS_RULE_END ||
	    head + 9 > id.len || id.data[id.len - 8] != '.')
		return false;
	snprintf(first, sizeof(first), "%.7s-01", (const char *)id.data + id.len - 7);
	if (date_parse(bytes_of_string(first), &day) != ERR_OK)
		return false;
	out->period = date_month_last(date_month_of(day));
	return find_cell(c, bytes_of(dot + 1, id.len - head - 9), out);
}

/* --- bytes ------------------------------------------------------------------------------------- */

void flags_encode(const struct flags_record *r, struct buf *out)
{
	const uint8_t head[] = { (uint8_t)r->rule, (uint8_t)r->state };

	buf_put(out, bytes_of(head, sizeof(head)));
	buf_put_u16(out, r->measure);
	buf_put_u16(out, r->unit);
	buf_put_zigzag(out, r->period);
	buf_put_u16(out, r->other_measure);
	buf_put_u16(out, r->other_unit);
	for (size_t i = 0; i < FLAGS_NUMBERS; i++)
		buf_put_zigzag(out, r->numbers[i]);
}

bool flags_decode(struct reader *in, struct flags_record *out)
{
	uint8_t rule = reader_u8(in), state = reader_u8(in);

	*out = (struct flags_record){ .rule = (enum flags_rule)rule,
				      .state = (enum flags_state)state };
	out->measure = reader_u16(in);
	out->unit = reader_u16(in);
	out->period = (int32_t)reader_zigzag(in);
	out->other_measure = reader_u16(in);
	out->other_unit = reader_u16(in);
	for (size_t i = 0; i < FLAGS_NUMBERS; i++)
		out->numbers[i] = reader_zigzag(in);
	return !in->failed && rule >= FLAGS_JUMP && rule < FLAGS_RULE_END &&
	       state >= FLAGS_OPEN && state < FLAGS_STATE_END;
}

enum err flags_write(struct store_txn *t, const struct flags_record *r)
{
	struct buf value = { 0 };
	struct keys key;
	enum err e;

	flags_encode(r, &value);
	buf_put_u64(&value, r->position);
	buf_put_u64(&value, (uint64_t)r->time_ms);
	buf_put_varint(&value, r->act_position);
	buf_put_zigzag(&value, r->act_ms);
	buf_put_block(&value, r->by);
	buf_put_block(&value, r->why);
	keys_flag(&key, r->measure, r->unit, date_month_of(r->period), (uint8_t)r->rule);
	if ((e = buf_error(&value)) == ERR_OK)
		e = store_put(t, STORE_FLAGS, keys_bytes(&key), buf_bytes(&value));
	buf_free(&value);
	return e;
}

static enum err parse(struct bytes value, struct flags_record *out)
{
	struct reader in = reader_of(value);

	if (!flags_decode(&in, out))
		return ERR_CORRUPT;
	out->position = reader_u64(&in);
	out->time_ms = (int64_t)reader_u64(&in);
	out->act_position = reader_varint(&in);
	out->act_ms = reader_zigzag(&in);
	out->by = reader_block(&in);
	out->why = reader_block(&in);
	return reader_done(&in) && out->by.len <= FLAGS_NAME_MAX &&
			       out->why.len <= FLAGS_WHY_MAX ?
		       ERR_OK :
		       ERR_CORRUPT;
}

enum err flags_read(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t period,
		    enum flags_rule rule, struct flags_record *out)
{
	struct bytes value;
	struct keys key;
	enum err e;

	keys_flag(&key, measure, unit, date_month_of(period), (uint8_t)rule);
	e = store_get(t, STORE_FLAGS, keys_bytes(&key), &value);
	return e == ERR_OK ? parse(value, out) : e;
}

static bool is_of(const struct flags_record *r, uint16_t measure, uint16_t unit)
{
	return (measure == CATALOGUE_NONE || r->measure == measure) &&
	       (unit == CATALOGUE_NONE || r->unit == unit);
}

/* Behind the last one that may be wanted. */
static bool is_past(const struct flags_record *r, uint16_t measure, uint16_t unit)
{
	return measure != CATALOGUE_NONE &&
	       (r->measure > measure || (unit != CATALOGUE_NONE && r->unit > unit));
}

enum err flags_walk(struct store_txn *t, uint16_t measure, uint16_t unit,
		    bool (*fn)(void *ctx, const struct flags_record *r), void *ctx)
{
	struct store_cursor *cursor;
	struct bytes found, value;
	struct flags_record r;
	struct keys key = { .len = 0 };
	enum err e;

	if ((e = store_cursor_open(t, STORE_FLAGS, &cursor)) != ERR_OK)
		return e;
	if (measure != CATALOGUE_NONE)
		keys_flag(&key, measure, unit == CATALOGUE_NONE ? 0 : unit, 0, 0);
	e = store_cursor_seek(cursor, keys_bytes(&key), &found, &value);
	while (e == ERR_OK && (e = parse(value, &r)) == ERR_OK && !is_past(&r, measure, unit) &&
	       (!is_of(&r, measure, unit) || fn(ctx, &r)))
		e = store_cursor_next(cursor, &found, &value);
	store_cursor_close(cursor);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

struct any {
	int32_t up_to;
	bool found;
};

static bool look(void *ctx, const struct flags_record *r)
{
	struct any *a = ctx;

	a->found |= r->period <= a->up_to && flags_pending(r);
	return !a->found;
}

enum err flags_any(struct store_txn *t, uint16_t measure, uint16_t unit, int32_t up_to, bool *out)
{
	struct any a = { up_to, false };
	enum err e = flags_walk(t, measure, unit, look, &a);

	*out = a.found;
	return e;
}
