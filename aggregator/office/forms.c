/* SPDX-License-Identifier: MIT */
#include "aggregator/office/forms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/office/kinds.h"
#include "base/date.h"

#define NAME_SHOWN 60 /* bytes of a name that nobody knows */

/* A reason may always be given. */
static bool takes(const struct forms_act *act, const char *wanted)
{
	const char *at = act->fields;
	char name[FORMS_FIELD], mark;

	if (strcmp(wanted, forms_why.name) == 0)
		return true;
	while ((at = forms_next(at, name, &mark)))
		if (strcmp(name, wanted) == 0)
			return true;
	return false;
}

/* --- members ---------------------------------------------------------------------------------- */

enum err forms_refuse(struct forms_call *x, enum err e, const char *code, const char *field,
		      struct lang_text text)
{
	const struct forms_field *f = field ? forms_field(x->kind, field) : NULL;

	x->code = code;
	x->field = field;
	if (f) {
		snprintf(x->zh, sizeof(x->zh), "%s（%s）：%s", f->word.zh, field, text.zh);
		snprintf(x->en, sizeof(x->en), "%s: %s", field, text.en);
	} else {
		snprintf(x->zh, sizeof(x->zh), "%s", text.zh);
		snprintf(x->en, sizeof(x->en), "%s", text.en);
	}
	return e;
}

const char *forms_text(const json_t *record, const char *name)
{
	const char *text = json_string_value(json_object_get(record, name));

	return text ? text : "";
}

int32_t forms_day(const json_t *record, const char *name)
{
	int32_t day;

	return date_parse(bytes_of_string(forms_text(record, name)), &day) == ERR_OK ? day :
										       DATE_NONE;
}

static enum err set(json_t *object, const char *name, json_t *value)
{
	return value && json_object_set_new(object, name, value) == 0 ? ERR_OK : ERR_NOMEM;
}

/* --- what the body says ----------------------------------------------------------------------- */

static bool is_reserved(const struct forms_call *x, const char *name)
{
	static const char *const names[] = { "id", "act", "by" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return !x->kind->key && x->act->from != FORMS_NEW &&
	       strcmp(name, records_kind_name(x->kind->kind)) == 0;
}

/* Bytes of a text to quote: NAME_SHOWN at most, and no letter cut in two. */
static int shown(const char *name)
{
	size_t n = strlen(name);

	if (n > NAME_SHOWN)
		for (n = NAME_SHOWN; n && ((unsigned char)name[n] & 0xc0) == 0x80;)
			n--;
	return (int)n;
}

/* A name that nobody knows may be a misspelt one: not ignored. */
static enum err check_names(struct forms_call *x)
{
	static const struct lang_text unknown = { "这项操作没有这一栏，请检查拼写。",
						  "the act has no such field; is it misspelt?" };
	const char *name;
	json_t *value;
	enum err e;

	json_object_foreach((json_t *)(uintptr_t)x->body, name, value)
	{
		if (is_reserved(x, name) || takes(x->act, name))
			continue;
		e = forms_refuse(x, ERR_INVALID, "unknown-field", name, unknown);
		snprintf(x->zh, sizeof(x->zh), "%.*s：%s", shown(name), name, unknown.zh);
		snprintf(x->en, sizeof(x->en), "%.*s: %s", shown(name), name, unknown.en);
		return e;
	}
	return ERR_OK;
}

static enum err read_field(struct forms_call *x, const struct forms_field *f)
{
	json_t *value = json_object_get(x->body, f->name), *good;
	enum err e;

	if (!value)
		return ERR_OK;
	if (json_is_null(value))
		return set(x->given, f->name, json_null());
	e = forms_read(x, f, value, &good);
	return e == ERR_OK ? set(x->given, f->name, good) : e;
}

/* In the order of the table, in which the measure stands before its values. */
static enum err read_fields(struct forms_call *x)
{
	enum err e = ERR_OK;

	if (!(x->given = json_object()))
		return ERR_NOMEM;
	for (const struct forms_field *f = x->kind->fields; e == ERR_OK && f->name; f++)
		if (takes(x->act, f->name))
			e = read_field(x, f);
	return e == ERR_OK ? read_field(x, &forms_why) : e;
}

/* Whether the act has to bring the field: always, where there is a record, or where it has none. */
static bool is_wanted(const struct forms_call *x, const char *name, char mark)
{
	switch (mark) {
	case '!':
		return true;
	case '*':
		return !x->is_new;
	case '+':
		return !json_object_get(x->record, name) ||
		       json_is_null(json_object_get(x->given, name));
	default:
		return false;
	}
}

/* After it is known whether the record is new. */
static enum err check_missing(struct forms_call *x)
{
	static const struct lang_text missing = { "缺少此项，请填写。", "is missing; please give it." };
	const char *at = x->act->fields;
	char name[FORMS_FIELD], mark;

	while ((at = forms_next(at, name, &mark))) {
		json_t *value = json_object_get(x->given, name);

		if (is_wanted(x, name, mark) && (!value || json_is_null(value)))
			return forms_refuse(x, ERR_INVALID, "field-missing",
					    forms_field(x->kind, name)->name, missing);
	}
	return ERR_OK;
}

/* --- which record ----------------------------------------------------------------------------- */

static enum err load(struct forms_call *x)
{
	enum err e = records_get(x->t, x->kind->kind, bytes_of_string(x->id), &x->before);

	if (e == ERR_NOTFOUND) {
		x->is_new = true;
		x->record = json_object();
	} else if (e == ERR_OK) {
		x->record = json_deep_copy(x->before);
	} else {
		return e;
	}
	return x->record ? ERR_OK : ERR_NOMEM;
}

struct numbers {
	const char *prefix; /* of the ids that count */
	unsigned long last;
};

static bool count_number(void *ctx, struct bytes id)
{
	struct numbers *n = ctx;
	size_t len = strlen(n->prefix);
	char digits[FORMS_ID];
	unsigned long number;

	if (id.len <= len || memcmp(id.data, n->prefix, len) != 0)
		return false;
	snprintf(digits, sizeof(digits), "%.*s", (int)(id.len - len), (const char *)id.data + len);
	number = strtoul(digits, NULL, 10);
	if (number > n->last)
		n->last = number;
	return true;
}

/* The next id below a prefix: the greatest one so far and one. */
static enum err allot(struct forms_call *x, const char *prefix, int digits)
{
	struct numbers n = { .prefix = prefix };
	enum err e = records_ids(x->t, x->kind->kind, bytes_of_string(prefix), count_number, &n);

	snprintf(x->id, sizeof(x->id), "%s%0*lu", prefix, digits, n.last + 1);
	return e;
}

static enum err allot_by_year(struct forms_call *x)
{
	int year, month, day;
	char prefix[16];

	date_to_civil(x->today, &year, &month, &day);
	snprintf(prefix, sizeof(prefix), "%04d-", year);
	return allot(x, prefix, 3);
}

/* "协调-2022-003" names the same as "2022-003". */
static const char *plain_id(const struct forms_kind *k, const char *text)
{
	size_t n = k->prefix ? strlen(k->prefix) : 0;

	return n && strncmp(text, k->prefix, n) == 0 && text[n] == '-' ? text + n + 1 : text;
}

static enum err refuse_unknown(struct forms_call *x, const struct forms_kind *k)
{
	char zh[120], en[120];

	snprintf(zh, sizeof(zh), "没有这个编号的%s；请先列出，核对编号。", k->word.zh);
	snprintf(en, sizeof(en), "There is no %s of this number; list them to find it.", k->word.en);
	return forms_refuse(x, ERR_NOTFOUND, "no-such-record", records_kind_name(k->kind),
			    (struct lang_text){ zh, en });
}

/* The record that the body names by its number. */
static enum err find_numbered(struct forms_call *x)
{
	const char *name = records_kind_name(x->kind->kind);
	const char *text = json_string_value(json_object_get(x->body, name));
	char zh[120], en[120];
	enum err e;

	if (!text) {
		snprintf(zh, sizeof(zh), "请写明是哪一个%s：%s 填编号。", x->kind->word.zh, name);
		snprintf(en, sizeof(en), "Say which %s: give its number as %s.", x->kind->word.en,
			 name);
		return forms_refuse(x, ERR_INVALID, "field-missing", name,
				    (struct lang_text){ zh, en });
	}
	snprintf(x->id, sizeof(x->id), "%s", plain_id(x->kind, text));
	if ((e = load(x)) != ERR_OK)
		return e;
	return x->is_new ? refuse_unknown(x, x->kind) : ERR_OK;
}

/* A decision is numbered below its meeting, which has to be one. */
static enum err begin_below(struct forms_call *x)
{
	const char *text = json_string_value(json_object_get(x->body, x->kind->of));
	const struct forms_kind *above = NULL;
	char prefix[FORMS_ID];
	json_t *record;
	enum err e;

	for (size_t i = 0; i < kinds_count; i++)
		if (strcmp(records_kind_name(kinds_all[i]->kind), x->kind->of) == 0)
			above = kinds_all[i];
	if (!above)
		return ERR_CORRUPT;
	text = plain_id(above, text ? text : "");
	if ((e = records_get(x->t, above->kind, bytes_of_string(text), &record)) != ERR_OK)
		return e == ERR_NOTFOUND ? refuse_unknown(x, above) : e;
	json_decref(record);
	snprintf(prefix, sizeof(prefix), "%.60s.", text);
	e = allot(x, prefix, 2);
	if (e == ERR_OK) /* the number may have come with its word in front */
		e = set(x->given, x->kind->of, json_string(text));
	return e;
}

/* "2022-06.1.1": the values of the fields that name it. */
static enum err find_keyed(struct forms_call *x)
{
	static const struct lang_text too_long = { "太长。", "is too long." };
	size_t at = 0;
	enum err e;

	for (const char *const *name = x->kind->key; *name; name++) {
		const char *text = forms_text(x->given, *name);
		int n;

		x->is_new = true; /* for what is missing */
		if (!*text && (e = check_missing(x)) != ERR_OK)
			return e;
		n = snprintf(x->id + at, sizeof(x->id) - at, "%s%s", at ? "." : "", text);
		if (n < 0 || (at += (size_t)n) >= sizeof(x->id))
			return forms_refuse(x, ERR_INVALID, "bad-name", *name, too_long);
	}
	x->is_new = false;
	return load(x);
}

static bool names_record(const struct forms_call *x)
{
	return json_object_get(x->body, records_kind_name(x->kind->kind)) != NULL;
}

static enum err find_record(struct forms_call *x)
{
	enum err e;

	if (x->kind->key)
		return (e = read_fields(x)) == ERR_OK ? find_keyed(x) : e;
	if (!(x->act->from & FORMS_NEW) || (x->act->from != FORMS_NEW && names_record(x)))
		return (e = find_numbered(x)) == ERR_OK ? read_fields(x) : e;
	x->is_new = true;
	if (!(x->record = json_object()))
		return ERR_NOMEM;
	if ((e = read_fields(x)) != ERR_OK || (e = check_missing(x)) != ERR_OK)
		return e;
	return x->kind->of ? begin_below(x) : allot_by_year(x);
}

static enum err check_state(struct forms_call *x)
{
	const char *name = records_kind_name(x->kind->kind);
	int state = x->is_new ? 31 : forms_state(x->kind, forms_text(x->before, "state"));
	char zh[300], en[300];

	if (state < 0)
		return ERR_CORRUPT;
	if (x->act->from & FORMS_IN(state))
		return ERR_OK;
	if (x->is_new)
		return refuse_unknown(x, x->kind);
	snprintf(zh, sizeof(zh), "%s %s%s，不能这样做。%s", x->kind->word.zh, x->id,
		 x->kind->states[state].word.zh, x->kind->states[state].next.zh);
	snprintf(en, sizeof(en), "The %s %s is %s: this can't be done. %s", x->kind->word.en, x->id,
		 x->kind->states[state].word.en, x->kind->states[state].next.en);
	return forms_refuse(x, ERR_STATE, "wrong-state", name, (struct lang_text){ zh, en });
}

/* --- writing ---------------------------------------------------------------------------------- */

/* null takes a field away. */
static enum err merge(struct forms_call *x)
{
	const char *name;
	json_t *value;

	json_object_foreach(x->given, name, value)
	{
		if (forms_field(x->kind, name)->flags & FORMS_STEP)
			continue;
		if (json_is_null(value))
			json_object_del(x->record, name);
		else if (json_object_set(x->record, name, value) != 0)
			return ERR_NOMEM;
	}
	return ERR_OK;
}

static enum err stamp(struct forms_call *x)
{
	const char *by = forms_text(x->body, "by");
	json_int_t steps = json_integer_value(json_object_get(x->record, "steps"));
	char number[FORMS_ID + 16];
	enum err e = ERR_OK;

	if (x->is_new) {
		if (x->kind->prefix)
			snprintf(number, sizeof(number), "%s-%s", x->kind->prefix, x->id);
		if ((x->kind->prefix && (e = set(x->record, "number", json_string(number))) != ERR_OK) ||
		    (e = set(x->record, "made_ms", json_integer(x->now_ms))) != ERR_OK ||
		    (e = set(x->record, "made_by", json_string(by))) != ERR_OK)
			return e;
	}
	if ((e = set(x->record, "changed_ms", json_integer(x->now_ms))) != ERR_OK ||
	    (e = set(x->record, "changed_by", json_string(by))) != ERR_OK)
		return e;
	return set(x->record, "steps", json_integer(steps + 1));
}

static enum err set_state(struct forms_call *x)
{
	if (x->act->to == FORMS_STAYS)
		return ERR_OK;
	return set(x->record, "state", json_string(x->kind->states[x->act->to].name));
}

/* What was said in this step; of personal data only that it was. */
static json_t *said(const struct forms_call *x)
{
	json_t *out = json_object();
	const char *name;
	json_t *value;

	json_object_foreach(x->given, name, value)
	{
		const struct forms_field *f = forms_field(x->kind, name);
		bool hidden = (f->flags & FORMS_PRIVATE) && !json_is_null(value);
		json_t *kept = hidden ? json_string(FORMS_HIDDEN) : json_incref(value);

		if (f == &forms_why)
			json_decref(kept);
		else if (json_object_set_new(out, name, kept) != 0) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

static enum err write_step(struct forms_call *x)
{
	json_t *given = said(x), *step;
	enum err e = ERR_NOMEM;

	if (!given)
		return ERR_NOMEM;
	step = json_pack("{s:s, s:I, s:s, s:I, s:s, s:o, s:O*}", "act", x->act->name, "at_ms",
			 (json_int_t)x->now_ms, "by", forms_text(x->body, "by"), "position",
			 (json_int_t)x->position, "state", forms_text(x->record, "state"), "set",
			 given, "why", json_object_get(x->given, "why"));
	if (step)
		e = records_step(x->t, x->kind->kind, bytes_of_string(x->id), step, NULL);
	json_decref(step);
	return e;
}

enum err forms_do(struct forms_call *x)
{
	enum err e;

	x->act = forms_act(forms_text(x->body, "act"), &x->kind);
	if (!x->act)
		return ERR_NOTFOUND;
	x->today = date_of_ms(x->now_ms, x->c->offset_minutes);
	if ((e = check_names(x)) != ERR_OK || (e = find_record(x)) != ERR_OK ||
	    (e = check_state(x)) != ERR_OK || (e = check_missing(x)) != ERR_OK ||
	    (e = merge(x)) != ERR_OK || (e = set_state(x)) != ERR_OK)
		return e;
	if (x->act->check && (e = x->act->check(x)) != ERR_OK)
		return e;
	if ((e = stamp(x)) != ERR_OK)
		return e;
	e = records_put(x->t, x->kind->kind, bytes_of_string(x->id), x->record);
	return e == ERR_OK ? write_step(x) : e;
}

void forms_release(struct forms_call *x)
{
	json_decref(x->before);
	json_decref(x->record);
	json_decref(x->given);
	x->before = x->record = x->given = NULL;
}
