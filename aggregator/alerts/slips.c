/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/slips.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"

static const struct slips_rule ladder[SLIPS_RUNG_END] = {
	[SLIPS_REMINDER] = { .behind = 1, .reply_days = 10 },
	[SLIPS_SUPERVISION] = { .behind = 2, .red = 1, .reply_days = 7 },
	[SLIPS_INTERVIEW] = { .red = 2, .reply_days = 5 },
};

static const struct {
	const char *name;
	struct lang_text word;
} rungs[SLIPS_RUNG_END] = {
	[SLIPS_REMINDER] = { "reminder", { "提醒函", "reminder" } },
	[SLIPS_SUPERVISION] = { "supervision", { "督办单", "supervision slip" } },
	[SLIPS_INTERVIEW] = { "interview", { "约谈", "interview" } },
}, states[SLIPS_STATE_END] = {
	[SLIPS_DRAFT] = { "draft", { "待签发", "draft" } },
	[SLIPS_ISSUED] = { "issued", { "待签收", "issued" } },
	[SLIPS_SIGNED] = { "signed", { "已签收", "signed for" } },
	[SLIPS_RETURNED] = { "returned", { "退回重办", "reply returned" } },
	[SLIPS_REPLIED] = { "replied", { "已反馈", "replied" } },
	[SLIPS_VERIFIED] = { "verified", { "已核验", "verified" } },
	[SLIPS_CLOSED] = { "closed", { "已销号", "closed" } },
	[SLIPS_DISCARDED] = { "discarded", { "不予签发", "discarded" } },
	[SLIPS_LAPSED] = { "lapsed", { "自动撤销", "lapsed" } },
};

/* What a step leads to; 0: the state stays. */
static const struct {
	const char *name;
	enum slips_state to;
} steps[] = {
	{ "drafted", SLIPS_DRAFT },	     { "changed", (enum slips_state)0 },
	{ "lapsed", SLIPS_LAPSED },	     { "overdue", (enum slips_state)0 },
	{ "reopened", SLIPS_ISSUED },	     { "issued", SLIPS_ISSUED },
	{ "discarded", SLIPS_DISCARDED },    { "signed", SLIPS_SIGNED },
	{ "replied", SLIPS_REPLIED },	     { "accepted", SLIPS_VERIFIED },
	{ "returned", SLIPS_RETURNED },	     { "closed", SLIPS_CLOSED },
	{ "extended", (enum slips_state)0 },
};

const struct slips_rule *slips_rule(enum slips_rung r)
{
	return &ladder[r];
}

enum slips_rung slips_called_for(unsigned behind, unsigned red)
{
	for (int r = SLIPS_RUNG_END - 1; r > 0; r--)
		if ((ladder[r].behind && behind >= ladder[r].behind) ||
		    (ladder[r].red && red >= ladder[r].red))
			return (enum slips_rung)r;
	return (enum slips_rung)0;
}

const char *slips_rung_name(enum slips_rung r)
{
	return rungs[r].name;
}

struct lang_text slips_rung_word(enum slips_rung r)
{
	return rungs[r].word;
}

const char *slips_state_name(enum slips_state s)
{
	return states[s].name;
}

struct lang_text slips_state_word(enum slips_state s)
{
	return states[s].word;
}

enum slips_rung slips_rung_of(const char *name)
{
	for (int r = 1; name && r < SLIPS_RUNG_END; r++)
		if (strcmp(rungs[r].name, name) == 0)
			return (enum slips_rung)r;
	return (enum slips_rung)0;
}

enum slips_state slips_state_of(const char *name)
{
	for (int s = 1; name && s < SLIPS_STATE_END; s++)
		if (strcmp(states[s].name, name) == 0)
			return (enum slips_state)s;
	return (enum slips_state)0;
}

/* --- records ---------------------------------------------------------------------------------- */

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int32_t day_of(const json_t *object, const char *key)
{
	const char *text = text_of(object, key);
	int32_t day;

	return text && date_parse(bytes_of_string(text), &day) == ERR_OK ? day : DATE_NONE;
}

static enum book_severity severity_of(const char *name)
{
	for (enum book_severity s = BOOK_INFO; name && s < BOOK_SEVERITY_END; s++)
		if (strcmp(book_severity_name(s), name) == 0)
			return s;
	return (enum book_severity)0;
}

static uint16_t measure_of(const struct catalogue *c, const char *id)
{
	return id ? catalogue_measure_number(c, bytes_of_string(id)) : CATALOGUE_NONE;
}

static uint16_t unit_of(const struct catalogue *c, const char *id)
{
	return id ? catalogue_unit_number(c, bytes_of_string(id)) : CATALOGUE_NONE;
}

static uint16_t project_of(const struct catalogue *c, const char *id)
{
	for (uint16_t p = 0; id && p < c->project_count; p++)
		if (strcmp(c->projects[p].id, id) == 0)
			return p;
	return CATALOGUE_NONE;
}

static enum err read_subjects(const struct catalogue *c, const json_t *list, struct slips_slip *out)
{
	json_t *one;
	size_t i;

	out->subject_count = json_array_size(list);
	out->subjects = calloc(out->subject_count + 1, sizeof(*out->subjects));
	if (!out->subjects)
		return ERR_NOMEM;
	json_array_foreach(list, i, one)
	{
		out->subjects[i] = (struct slips_subject){
			.measure = measure_of(c, text_of(one, "measure")),
			.unit = unit_of(c, text_of(one, "unit")),
			.severity = severity_of(text_of(one, "severity")),
			.months = (unsigned)json_integer_value(json_object_get(one, "months")),
		};
		if (out->subjects[i].measure == CATALOGUE_NONE ||
		    out->subjects[i].unit == CATALOGUE_NONE)
			return ERR_CORRUPT;
	}
	return ERR_OK;
}

enum err slips_read(const struct catalogue *c, struct bytes id, const json_t *record,
		    struct slips_slip *out)
{
	enum err e = ERR_CORRUPT;

	*out = (struct slips_slip){
		.rung = slips_rung_of(text_of(record, "rung")),
		.state = slips_state_of(text_of(record, "state")),
		.unit = unit_of(c, text_of(record, "unit")),
		.project = project_of(c, text_of(record, "project")),
		.period = day_of(record, "period"),
		.settled = day_of(record, "settled"),
		.changed_ms = json_integer_value(json_object_get(record, "changed_at")),
		.deadline = day_of(record, "deadline"),
		.overdue = json_is_true(json_object_get(record, "overdue")),
		.sequence = (uint32_t)json_integer_value(json_object_get(record, "sequence")),
	};
	if (out->rung && out->state && out->unit != CATALOGUE_NONE && id.len < SLIPS_ID) {
		memcpy(out->id, id.data, id.len);
		e = read_subjects(c, json_object_get(record, "subjects"), out);
	}
	if (e != ERR_OK)
		slips_release(out);
	return e;
}

void slips_release(struct slips_slip *s)
{
	free(s->subjects);
	*s = (struct slips_slip){ 0 };
}

void slips_alert(const struct catalogue *c, uint16_t measure, uint16_t unit, bool overdue,
		 char out[BOOK_ID])
{
	book_id(c, overdue ? BOOK_OVERDUE : BOOK_BEHIND, measure, unit, out);
}

static json_t *subject_of(const struct catalogue *c, const struct slips_subject *s)
{
	return json_pack("{s:s, s:s, s:s*, s:i}", "measure", c->measures[s->measure].id, "unit",
			 c->units[s->unit].id, "severity",
			 s->severity ? book_severity_name(s->severity) : NULL, "months",
			 (int)s->months);
}

json_t *slips_subjects(const struct catalogue *c, const struct slips_subject *s, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < count; i++)
		if (json_array_append_new(list, subject_of(c, &s[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

/* --- steps ------------------------------------------------------------------------------------ */

static bool is_of_the_step(const char *key)
{
	static const char *const keys[] = { "step", "by", "why", "at", "position" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

static bool takes_over(json_t *record, json_t *step)
{
	const char *key;
	json_t *value;

	json_object_foreach(step, key,
			    value) if (!is_of_the_step(key) &&
				       json_object_set(record, key, value) != 0) return false;
	return true;
}

/* The members that every step moves; false: no memory. */
static bool moves(json_t *record, enum slips_state to, const struct slips_when *when)
{
	json_t *at = json_integer((json_int_t)when->time_ms);
	bool ok = at && json_object_set(record, "changed_at", at) == 0;

	json_decref(at);
	if (ok && to)
		ok = json_object_set_new(record, "state", json_string(states[to].name)) == 0;
	/* only what waits can be late */
	if (ok && to && !slips_waits(to))
		ok = json_object_set_new(record, "overdue", json_false()) == 0;
	return ok;
}

static enum err find_step(const json_t *step, enum slips_state *to)
{
	const char *name = text_of(step, "step");

	for (size_t i = 0; name && i < sizeof(steps) / sizeof(steps[0]); i++)
		if (strcmp(steps[i].name, name) == 0) {
			*to = steps[i].to;
			return ERR_OK;
		}
	return ERR_CORRUPT;
}

static enum err open_record(struct store_txn *t, struct bytes id, enum slips_state to,
			    const struct slips_when *when, json_t **out)
{
	enum err e = records_get(t, RECORDS_SLIP, id, out);

	if (e != ERR_NOTFOUND || to != SLIPS_DRAFT)
		return e;
	*out = json_pack("{s:I}", "drafted_at", (json_int_t)when->time_ms);
	return *out ? ERR_OK : ERR_NOMEM;
}

enum err slips_step(struct store_txn *t, struct bytes id, json_t *step,
		    const struct slips_when *when)
{
	enum slips_state to;
	json_t *record = NULL;
	enum err e = find_step(step, &to);

	if (e != ERR_OK || (e = open_record(t, id, to, when, &record)) != ERR_OK)
		return e;
	if (!takes_over(record, step) || !moves(record, to, when) ||
	    json_object_set_new(step, "at", json_integer((json_int_t)when->time_ms)) != 0 ||
	    json_object_set_new(step, "position", json_integer((json_int_t)when->position)) != 0)
		e = ERR_NOMEM;
	if (e == ERR_OK)
		e = records_put(t, RECORDS_SLIP, id, record);
	if (e == ERR_OK)
		e = records_step(t, RECORDS_SLIP, id, step, NULL);
	json_decref(record);
	return e;
}

/* --- words ------------------------------------------------------------------------------------ */

void slips_task(const struct catalogue *c, const struct slips_slip *s, enum lang lang,
		struct buf *out)
{
	for (size_t i = 0; i < s->subject_count; i++) {
		if (i)
			buf_put_string(out, lang == LANG_ZH ? "；" : "; ");
		buf_put_string(out, lang_pick(c->measures[s->subjects[i].measure].name, lang));
	}
}

void slips_requirement(enum slips_rung rung, int32_t deadline, enum lang lang, struct buf *out)
{
	static const struct lang_text asks[SLIPS_RUNG_END] = {
		[SLIPS_REMINDER] = { "请分析滞后原因，采取措施赶上序时进度，书面反馈时限：",
				     "Please find out why it is behind and catch up with the plan; "
				     "reply in writing by " },
		[SLIPS_SUPERVISION] = { "请明确整改措施、责任人和完成时限，书面反馈整改情况时限：",
					"Please set measures, a person and a date; report in writing "
					"what was done by " },
		[SLIPS_INTERVIEW] = { "请主要负责同志到场说明情况，提出整改承诺，书面反馈落实情况时限：",
				      "Please have the person in charge explain and promise; report in "
				      "writing what was done by " },
	};
	char day[11];

	date_format(deadline, day);
	buf_put_string(out, lang_pick(asks[rung], lang));
	buf_put_string(out, day);
	buf_put_string(out, lang == LANG_ZH ? "。" : ".");
}

void slips_number(enum slips_rung rung, int year, uint32_t sequence, struct buf *out)
{
	buf_printf(out, "%s〔%d〕%u号", rungs[rung].word.zh, year, sequence);
}
