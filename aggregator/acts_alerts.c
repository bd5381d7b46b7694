/* SPDX-License-Identifier: MIT */
/* Acts about open alerts: who has seen it, who has it, what was said, until when it is silent. Each
 * becomes a row of the alert log, or one for each alert that a filter finds. */
#include "aggregator/acts_private.h"
#include "base/date.h"

#define SILENCE_MAX_DAYS 400

static const struct acts_fault no_such_alert = {
	"no-such-alert", { "从未有过这条预警；见 minshengctl alert list --state all。",
			   "There never was such an alert; see minshengctl alert list --state all." } };
static const struct acts_fault alert_closed = {
	"alert-closed", { "这条预警已解除，无需再处理；再次触发时会重新列出。",
			  "This alert is closed: nothing can be done about it until it is raised "
			  "again." } };
static const struct acts_fault acknowledged_already = {
	"acknowledged-already", { "这条预警已有人签收；可改为批注。",
				  "Somebody has acknowledged this alert; add a comment instead." } };
static const struct acts_fault no_match = {
	"no-match", { "没有符合条件的未解除预警。", "No open alert is like that." } };
static const struct acts_fault not_silenced = {
	"not-silenced", { "这条预警没有静默。", "This alert is not silenced." } };
static const struct acts_fault bad_until = {
	"bad-until", { "静默期限须为今后 400 天内的日期或带时区的时间。",
		       "until: a day, or a time with its offset, within the next 400 days." } };
static const struct acts_fault unknown_kind = {
	"unknown-kind", { "没有这种预警。", "There is no such kind of alert." } };
static const struct acts_fault unknown_measure = {
	"unknown-measure", { "目录中没有这个指标。", "The catalogue has no such measure." } };
static const struct acts_fault no_choice = {
	"no-alert-named", { "请给出 alert，或者 kind、unit、measure 中至少一项，二者不并用。",
			    "Name an alert, or at least one of kind, unit and measure; not both." } };

/* --- the note --------------------------------------------------------------------------------- */

/* Kept until the entry has been dealt with: longer than the body in a replay. */
static enum err keep(struct acts_call *x, const char *text, struct bytes *out)
{
	size_t len = strlen(text);
	char *copy = arena_strndup(x->a->arena, text, len);

	*out = bytes_of(copy, len);
	return copy ? ERR_OK : ERR_NOMEM;
}

static enum err keep_field(struct acts_call *x, const char *field, size_t max, struct bytes *out)
{
	const char *text;
	enum err e = acts_text(x, field, max, &text);

	return e == ERR_OK ? keep(x, text, out) : e;
}

/* why: the field that has the reason. */
static enum err begin_note(struct acts_call *x, enum book_transition transition, const char *why,
			   struct judge_note **out)
{
	struct judge_note *n;
	enum err e;

	arena_reset(x->a->arena);
	if (!(n = arena_calloc(x->a->arena, 1, sizeof(*n))))
		return ERR_NOMEM;
	n->transition = transition;
	if ((e = keep_field(x, "by", BOOK_NAME_MAX, &n->by)) == ERR_OK)
		e = keep_field(x, why, BOOK_WHY_MAX, &n->why);
	*out = n;
	return e;
}

static enum err add(struct acts_call *x, const struct book_state *s, const struct judge_note *note)
{
	struct judge_note *n = arena_alloc(x->a->arena, sizeof(*n));
	const struct judge_fact fact = { .kind = JUDGE_NOTED, .measure = s->measure,
					 .unit = s->unit, .as_of = DATE_NONE, .note = n };

	if (!n)
		return ERR_NOMEM;
	*n = *note;
	n->kind = s->kind;
	return facts_add(&x->a->facts, &fact);
}

/* --- one alert -------------------------------------------------------------------------------- */

static enum err find(struct acts_call *x, struct book_state *out)
{
	const char *id;
	enum err e = acts_text(x, "alert", BOOK_ID - 1, &id);

	if (e != ERR_OK)
		return e;
	if ((e = book_state_of(x->a->txn, bytes_of_string(id), out)) == ERR_NOTFOUND)
		return acts_fail(x, e, &no_such_alert, "alert");
	if (e == ERR_OK && !out->severity)
		return acts_fail(x, ERR_STATE, &alert_closed, "alert");
	return e;
}

enum err acts_alerts_ack(struct acts_call *x)
{
	struct book_state s;
	struct judge_note *note;
	enum err e;

	if ((e = find(x, &s)) != ERR_OK ||
	    (e = begin_note(x, BOOK_ACKNOWLEDGED, "why", &note)) != ERR_OK)
		return e;
	if (s.acknowledged)
		return acts_fail(x, ERR_STATE, &acknowledged_already, "alert");
	return add(x, &s, note);
}

enum err acts_alerts_assign(struct acts_call *x)
{
	struct book_state s;
	struct judge_note *note;
	enum err e;

	if ((e = find(x, &s)) != ERR_OK ||
	    (e = begin_note(x, BOOK_ASSIGNED, "why", &note)) != ERR_OK ||
	    (e = keep_field(x, "to", BOOK_NAME_MAX, &note->to)) != ERR_OK)
		return e;
	return add(x, &s, note);
}

enum err acts_alerts_comment(struct acts_call *x)
{
	struct book_state s;
	struct judge_note *note;
	enum err e;

	if ((e = find(x, &s)) != ERR_OK ||
	    (e = begin_note(x, BOOK_COMMENTED, "text", &note)) != ERR_OK)
		return e;
	return add(x, &s, note);
}

/* --- many ------------------------------------------------------------------------------------- */

struct choice {
	struct acts_call *x;
	enum book_kind kind;	/* 0: any */
	uint16_t measure, unit; /* CATALOGUE_NONE: any */
	const struct judge_note *note;
	unsigned found;
	enum err err;
};

static enum err read_kind(struct acts_call *x, enum book_kind *out)
{
	const char *text;
	enum err e;

	if (!json_object_get(x->body, "kind"))
		return ERR_OK;
	if ((e = acts_text(x, "kind", 16, &text)) != ERR_OK)
		return e;
	for (enum book_kind k = BOOK_BEHIND; k < BOOK_KIND_END; k++)
		if (strcmp(book_kind_name(k), text) == 0)
			*out = k;
	return *out ? ERR_OK : acts_fail(x, ERR_INVALID, &unknown_kind, "kind");
}

static enum err read_measure(struct acts_call *x, uint16_t *out)
{
	const char *text;
	enum err e;

	if (!json_object_get(x->body, "measure"))
		return ERR_OK;
	if ((e = acts_text(x, "measure", LIMITS_ID, &text)) != ERR_OK)
		return e;
	*out = catalogue_measure_number(x->a->catalogue, bytes_of_string(text));
	return *out == CATALOGUE_NONE ? acts_fail(x, ERR_INVALID, &unknown_measure, "measure") :
					ERR_OK;
}

static enum err read_choice(struct choice *c)
{
	struct acts_call *x = c->x;
	enum err e;

	if ((e = read_kind(x, &c->kind)) != ERR_OK || (e = read_measure(x, &c->measure)) != ERR_OK)
		return e;
	return json_object_get(x->body, "unit") ? acts_unit(x, "unit", &c->unit) : ERR_OK;
}

static bool is_chosen(const struct choice *c, const struct book_state *s)
{
	return s->severity && (!c->kind || s->kind == c->kind) &&
	       (c->measure == CATALOGUE_NONE || s->measure == c->measure) &&
	       (c->unit == CATALOGUE_NONE || s->unit == c->unit) &&
	       (c->note->transition == BOOK_SILENCED || s->silenced);
}

static bool visit(void *ctx, const struct book_state *s)
{
	struct choice *c = ctx;

	if (is_chosen(c, s)) {
		c->found++;
		c->err = add(c->x, s, c->note);
	}
	return c->err == ERR_OK;
}

static enum err note_chosen(struct acts_call *x, const struct judge_note *note, unsigned *found)
{
	struct choice c = { .x = x, .measure = CATALOGUE_NONE, .unit = CATALOGUE_NONE,
			    .note = note };
	enum err e;

	if ((e = read_choice(&c)) != ERR_OK ||
	    (e = book_walk_states(x->a->txn, visit, &c)) != ERR_OK || (e = c.err) != ERR_OK)
		return e;
	*found = c.found;
	return c.found ? ERR_OK : acts_fail(x, ERR_NOTFOUND, &no_match, NULL);
}

static enum err note_one(struct acts_call *x, const struct judge_note *note)
{
	struct book_state s;
	enum err e = find(x, &s);

	if (e == ERR_OK && note->transition == BOOK_UNSILENCED && !s.silenced)
		return acts_fail(x, ERR_STATE, &not_silenced, "alert");
	return e == ERR_OK ? add(x, &s, note) : e;
}

/* The alert that is named, or those that are like the filter. The answer says how many. */
static enum err note_named(struct acts_call *x, const struct judge_note *note)
{
	bool one = json_object_get(x->body, "alert");
	bool some = json_object_get(x->body, "kind") || json_object_get(x->body, "unit") ||
		    json_object_get(x->body, "measure");
	unsigned found = 1;
	enum err e;

	if (one == some)
		return acts_fail(x, ERR_INVALID, &no_choice, "alert");
	e = one ? note_one(x, note) : note_chosen(x, note, &found);
	if (e == ERR_OK && json_object_set_new(x->answer, "alerts", json_integer(found)) != 0)
		e = ERR_NOMEM;
	return e;
}

/* --- silence ---------------------------------------------------------------------------------- */

/* A day is silent to its end. */
static enum err read_until(struct acts_call *x, int64_t *out)
{
	int64_t now = x->entry->time_ms;
	const char *text;
	int32_t day;
	enum err e = acts_text(x, "until", 40, &text);

	if (e != ERR_OK)
		return e;
	if (date_parse(bytes_of_string(text), &day) == ERR_OK)
		*out = date_begin_ms(day + 1, x->a->catalogue->offset_minutes);
	else if (date_time_parse(bytes_of_string(text), out) != ERR_OK)
		return acts_fail(x, ERR_INVALID, &bad_until, "until");
	return *out > now && *out <= now + SILENCE_MAX_DAYS * DATE_DAY_MS ?
		       ERR_OK :
		       acts_fail(x, ERR_INVALID, &bad_until, "until");
}

enum err acts_alerts_silence(struct acts_call *x)
{
	struct judge_note *note;
	enum err e;

	if ((e = begin_note(x, BOOK_SILENCED, "why", &note)) != ERR_OK ||
	    (e = read_until(x, &note->until_ms)) != ERR_OK)
		return e;
	return note_named(x, note);
}

enum err acts_alerts_unsilence(struct acts_call *x)
{
	struct judge_note *note;
	enum err e = begin_note(x, BOOK_UNSILENCED, "why", &note);

	return e == ERR_OK ? note_named(x, note) : e;
}
