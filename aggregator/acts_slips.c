/* SPDX-License-Identifier: MIT */
/* What persons do with a slip: issue or discard a draft, sign for it, reply, verify, close, extend,
 * open it again. Each is a step of the slip. */
#include "aggregator/acts_private.h"

#include "aggregator/alerts/lights.h"
#include "aggregator/alerts/slips.h"
#include "aggregator/catalogue/calendar.h"
#include "base/date.h"

#define NUMBER_MAX 80	  /* bytes of a number */
#define TEXT_MAX 4000	  /* bytes of what is asked, or replied */
#define DEADLINE_DAYS 400 /* a deadline is at most so far ahead */
#define WORKDAYS_MAX 120

static const struct acts_fault no_such_slip = {
	"no-such-slip",
	{ "没有这个督办件；见 minshengctl slip list --state all。",
	  "There is no such slip; see minshengctl slip list --state all." }
};
static const struct acts_fault bad_deadline = {
	"bad-deadline",
	{ "时限须为今后 400 天内的日期；延期须晚于原时限。",
	  "deadline: a day within the next 400, and later than the old one where it is "
	  "extended." }
};
static const struct acts_fault number_taken = {
	"number-taken", { "这个文号已用于另一督办件。", "Another slip has this number." }
};
static const struct acts_fault two_deadlines = {
	"two-deadlines", { "deadline 与 days 只能给一个。", "Give deadline or days, not both." }
};

/* What can't be done in a state, and what can instead. */
static const struct acts_fault states[SLIPS_STATE_END] = {
	[SLIPS_DRAFT] = { "slip-draft",
			  { "督办件尚未签发；可签发（issue）或不予签发（discard）。",
			    "The slip is a draft: issue it, or discard it." } },
	[SLIPS_ISSUED] = { "slip-issued",
			   { "督办件已签发，等待签收、反馈；可延期（extend）。",
			     "The slip is issued: it waits to be signed for and replied to; "
			     "it may be extended." } },
	[SLIPS_SIGNED] = { "slip-signed",
			   { "督办件已签收，等待反馈；可延期（extend）。",
			     "The slip is signed for: it waits for a reply; it may be "
			     "extended." } },
	[SLIPS_RETURNED] = { "slip-returned",
			     { "反馈已退回，等待重新反馈；可延期（extend）。",
			       "The reply was returned: it waits for another one; it may "
			       "be extended." } },
	[SLIPS_REPLIED] = { "slip-replied",
			    { "已反馈，等待核验（verify）。",
			      "The slip is replied to: verify the reply." } },
	[SLIPS_VERIFIED] = { "slip-verified",
			     { "已核验，可销号（close）或重新办理（reopen）。",
			       "The reply is verified: close the slip, or reopen it." } },
	[SLIPS_CLOSED] = { "slip-closed",
			   { "督办件已销号；如需重办请用 reopen。",
			     "The slip is closed; reopen it where it has to go on." } },
	[SLIPS_DISCARDED] = { "slip-discarded",
			      { "这份草稿已决定不予签发。", "This draft was discarded." } },
	[SLIPS_LAPSED] = { "slip-lapsed",
			   { "这份草稿已不再需要，由系统撤销。",
			     "Nothing calls for this draft any more: it lapsed." } },
};

/* --- one act ---------------------------------------------------------------------------------- */

struct deed {
	struct acts_call *x;
	struct slips_slip slip;
	struct bytes id;
	json_t *step;
};

#define IN(state) (1u << (state))
#define IN_WAITING (IN(SLIPS_ISSUED) | IN(SLIPS_SIGNED) | IN(SLIPS_RETURNED))

static bool set(struct deed *d, const char *key, json_t *value)
{
	return json_object_set_new(d->step, key, value) == 0;
}

static enum err set_text(struct deed *d, const char *key, const char *value)
{
	return set(d, key, json_string(value)) ? ERR_OK : ERR_NOMEM;
}

static enum err set_day(struct deed *d, const char *key, int32_t day)
{
	char text[11];

	date_format(day, text);
	return set_text(d, key, text);
}

/* A field of the act becomes one of the step; not where it is absent and may be. */
static enum err copy(struct deed *d, const char *field, const char *key, size_t max, bool must)
{
	const char *text;
	enum err e;

	if (!must && !json_object_get(d->x->body, field))
		return ERR_OK;
	e = acts_text(d->x, field, max, &text);
	return e == ERR_OK ? set_text(d, key, text) : e;
}

/* Reads the slip, and begins the step. states: those in which it may be made. */
static enum err begin(struct deed *d, const char *step, unsigned may)
{
	json_t *record = NULL;
	const char *id;
	enum err e;

	if ((e = acts_text(d->x, "slip", SLIPS_ID - 1, &id)) != ERR_OK)
		return e;
	d->id = bytes_of_string(id);
	if ((e = records_get(d->x->a->txn, RECORDS_SLIP, d->id, &record)) == ERR_NOTFOUND)
		return acts_fail(d->x, e, &no_such_slip, "slip");
	if (e == ERR_OK)
		e = slips_read(d->x->a->catalogue, d->id, record, &d->slip);
	json_decref(record);
	if (e != ERR_OK)
		return e;
	if (!(IN(d->slip.state) & may))
		return acts_fail(d->x, ERR_STATE, &states[d->slip.state], "slip");
	if (!(d->step = json_pack("{s:s}", "step", step)))
		return ERR_NOMEM;
	if ((e = copy(d, "by", "by", BOOK_NAME_MAX, true)) != ERR_OK)
		return e;
	return copy(d, "why", "why", BOOK_WHY_MAX, false);
}

static enum err put_step(struct deed *d)
{
	const struct slips_when when = { d->x->entry->position, d->x->entry->time_ms };
	const struct judge_fact fact = { .kind = JUDGE_SLIP,
					 .measure = CATALOGUE_NONE,
					 .unit = d->slip.unit,
					 .as_of = DATE_NONE };
	enum err e = slips_step(d->x->a->txn, d->id, d->step, &when);

	judge_slip_moved(d->x->a->judge);
	if (e == ERR_OK &&
	    json_object_set(d->x->answer, "slip", json_object_get(d->x->body, "slip")) != 0)
		e = ERR_NOMEM;
	return e == ERR_OK ? facts_add(&d->x->a->facts, &fact) : e;
}

static enum err finish(struct deed *d, enum err e)
{
	if (e == ERR_OK)
		e = put_step(d);
	json_decref(d->step);
	slips_release(&d->slip);
	return e;
}

/* --- deadlines -------------------------------------------------------------------------------- */

static int32_t today(const struct deed *d)
{
	return engine_day(d->x->a, d->x->entry->time_ms);
}

/* A day, moved to a working day; or so many working days from today; or as the rung has it. */
static enum err read_deadline(struct deed *d, bool must, int32_t *out)
{
	const struct catalogue_calendar *c = &d->x->a->catalogue->calendar;
	int64_t days = slips_rule(d->slip.rung)->reply_days;
	bool a_day = json_object_get(d->x->body, "deadline"),
	     some_days = json_object_get(d->x->body, "days");
	enum err e = ERR_OK;

	if (a_day && some_days)
		return acts_fail(d->x, ERR_INVALID, &two_deadlines, "days");
	if (a_day || (must && !some_days)) {
		if ((e = acts_day(d->x, "deadline", out)) != ERR_OK)
			return e;
		if (*out <= today(d) || *out > today(d) + DEADLINE_DAYS)
			return acts_fail(d->x, ERR_INVALID, &bad_deadline, "deadline");
		*out = calendar_next_workday(c, *out);
		return ERR_OK;
	}
	if (some_days && (e = acts_number(d->x, "days", 1, WORKDAYS_MAX, &days)) != ERR_OK)
		return e;
	*out = calendar_add_workdays(c, today(d), (unsigned)days);
	return ERR_OK;
}

/* Into step and answer; beyond the calendar's end holidays are not known, and the answer says so. */
static enum err put_deadline(struct deed *d, int32_t deadline)
{
	char text[11];
	enum err e = set_day(d, "deadline", deadline);

	date_format(deadline, text);
	if (e == ERR_OK && !set(d, "overdue", json_false()))
		e = ERR_NOMEM;
	if (e == ERR_OK &&
	    (json_object_set_new(d->x->answer, "deadline", json_string(text)) != 0 ||
	     (deadline > d->x->a->catalogue->calendar.to &&
	      json_object_set_new(d->x->answer, "calendar_ended", json_true()) != 0)))
		e = ERR_NOMEM;
	return e;
}

/* --- numbers ---------------------------------------------------------------------------------- */

struct numbers {
	const struct deed *d;
	const char *wanted; /* NULL: a machine-made one */
	int year;
	uint32_t last; /* of the rung and year */
	bool taken;
	enum err err;
};

static bool see_number(void *ctx, struct bytes id, json_t *record)
{
	struct numbers *n = ctx;
	const char *number = json_string_value(json_object_get(record, "number"));
	json_int_t sequence = json_integer_value(json_object_get(record, "sequence"));

	if (!number || bytes_equal(id, n->d->id))
		return true;
	n->taken |= n->wanted && strcmp(number, n->wanted) == 0;
	if (json_integer_value(json_object_get(record, "year")) == n->year &&
	    slips_rung_of(json_string_value(json_object_get(record, "rung"))) == n->d->slip.rung &&
	    sequence > n->last)
		n->last = (uint32_t)sequence;
	return true;
}

/* The machine's own number, past those that somebody gave by hand. */
static enum err make_number(struct deed *d, struct numbers *n, struct buf *text)
{
	enum err e = ERR_OK;

	do {
		buf_clear(text);
		slips_number(d->slip.rung, n->year, ++n->last, text);
		n->wanted = buf_cstring(text);
		n->taken = false;
		if ((e = buf_error(text)) == ERR_OK)
			e = records_walk(d->x->a->txn, RECORDS_SLIP, (struct bytes){ 0 },
					 see_number, n);
	} while (e == ERR_OK && n->taken);
	if (e == ERR_OK &&
	    (!set(d, "year", json_integer(n->year)) || !set(d, "sequence", json_integer(n->last))))
		e = ERR_NOMEM;
	return e;
}

static enum err number(struct deed *d)
{
	struct numbers n = { .d = d };
	struct buf text = { 0 };
	int month, day;
	enum err e = ERR_OK;

	date_to_civil(today(d), &n.year, &month, &day);
	if (json_object_get(d->x->body, "number"))
		e = acts_text(d->x, "number", NUMBER_MAX, &n.wanted);
	if (e == ERR_OK)
		e = records_walk(d->x->a->txn, RECORDS_SLIP, (struct bytes){ 0 }, see_number, &n);
	if (e == ERR_OK && n.taken)
		e = acts_fail(d->x, ERR_EXISTS, &number_taken, "number");
	if (e == ERR_OK && !n.wanted)
		e = make_number(d, &n, &text);
	if (e == ERR_OK)
		e = set_text(d, "number", n.wanted);
	if (e == ERR_OK &&
	    json_object_set(d->x->answer, "number", json_object_get(d->step, "number")) != 0)
		e = ERR_NOMEM;
	buf_free(&text);
	return e;
}

/* --- issuing ---------------------------------------------------------------------------------- */

/* What nobody wrote is the draft's. Papers are Chinese. */
static enum err write_texts(struct deed *d, int32_t deadline)
{
	struct buf task = { 0 }, requirement = { 0 };
	enum err e = ERR_OK;

	slips_task(d->x->a->catalogue, &d->slip, LANG_ZH, &task);
	slips_requirement(d->slip.rung, deadline, LANG_ZH, &requirement);
	if ((e = buf_error(&task)) == ERR_OK && (e = buf_error(&requirement)) == ERR_OK &&
	    (e = set_text(d, "task", buf_cstring(&task))) == ERR_OK)
		e = set_text(d, "requirement", buf_cstring(&requirement));
	buf_free(&task);
	buf_free(&requirement);
	if (e == ERR_OK)
		e = copy(d, "task", "task", TEXT_MAX, false);
	return e == ERR_OK ? copy(d, "requirement", "requirement", TEXT_MAX, false) : e;
}

static enum err write_addressee(struct deed *d)
{
	uint16_t unit;
	enum err e;

	if (json_object_get(d->x->body, "unit")) {
		if ((e = acts_unit(d->x, "unit", &unit)) != ERR_OK ||
		    (e = set_text(d, "unit", d->x->a->catalogue->units[unit].id)) != ERR_OK)
			return e;
	}
	return copy(d, "person", "person", BOOK_NAME_MAX, false);
}

/* Being behind, or overdue: of one subject only one of them is open. */
static enum err is_open(struct deed *d, const struct slips_subject *s, bool *out)
{
	*out = false;
	for (int overdue = 0; overdue < 2 && !*out; overdue++) {
		struct book_state state;
		char id[BOOK_ID];
		enum err e;

		slips_alert(d->x->a->catalogue, s->measure, s->unit, overdue, id);
		e = book_state_of(d->x->a->txn, bytes_of_string(id), &state);
		if (e != ERR_OK && e != ERR_NOTFOUND)
			return e;
		*out = e == ERR_OK && state.severity;
	}
	return ERR_OK;
}

/* Issued all the same: it may be about something that nobody measures. */
static enum err warn_of_resolved(struct deed *d)
{
	json_t *warnings = json_array();
	bool open = d->slip.subject_count == 0;
	enum err e = ERR_OK;

	if (!warnings || json_object_set_new(d->x->answer, "warnings", warnings) != 0)
		return ERR_NOMEM;
	for (size_t i = 0; i < d->slip.subject_count && !open && e == ERR_OK; i++)
		e = is_open(d, &d->slip.subjects[i], &open);
	if (e != ERR_OK || open)
		return e;
	return json_array_append_new(
		       warnings,
		       json_pack("{s:s, s:{s:s, s:s}}", "code", "all-resolved", "text", "zh",
				 "督办件所列指标的预警均已解除，请核对是否仍需办理。", "en",
				 "All alerts that the slip is about are resolved by now: look whether it "
				 "is still called for.")) ?
		       ERR_NOMEM :
		       ERR_OK;
}

enum err acts_slips_issue(struct acts_call *x)
{
	struct deed d = { .x = x };
	int32_t deadline;
	enum err e;

	if ((e = begin(&d, "issued", IN(SLIPS_DRAFT))) == ERR_OK &&
	    (e = read_deadline(&d, false, &deadline)) == ERR_OK &&
	    (e = write_addressee(&d)) == ERR_OK && (e = write_texts(&d, deadline)) == ERR_OK &&
	    (e = set_day(&d, "issued_on", today(&d))) == ERR_OK && (e = number(&d)) == ERR_OK &&
	    (e = warn_of_resolved(&d)) == ERR_OK)
		e = put_deadline(&d, deadline);
	return finish(&d, e);
}

/* --- the rest --------------------------------------------------------------------------------- */

static enum book_severity severity_now(const struct deed *d, const struct slips_subject *s)
{
	switch (judge_light(d->x->a->judge, s->measure, s->unit)) {
	case LIGHT_YELLOW:
		return BOOK_YELLOW;
	case LIGHT_RED:
		return BOOK_RED;
	default:
		return (enum book_severity)0;
	}
}

/* How it stood when the slip was settled: what is worse later opens it again. */
static enum err settle(struct deed *d)
{
	int32_t closed = d->x->a->admit.closed;
	json_t *subjects;

	for (size_t i = 0; i < d->slip.subject_count; i++)
		d->slip.subjects[i].severity = severity_now(d, &d->slip.subjects[i]);
	subjects = slips_subjects(d->x->a->catalogue, d->slip.subjects, d->slip.subject_count);
	if (!subjects || !set(d, "subjects", subjects))
		return ERR_NOMEM;
	return set_day(d, "settled", closed == DATE_NONE ? d->slip.period : closed);
}

enum err acts_slips_discard(struct acts_call *x)
{
	struct deed d = { .x = x };
	enum err e = begin(&d, "discarded", IN(SLIPS_DRAFT));

	if (e == ERR_OK && (e = copy(&d, "why", "why", BOOK_WHY_MAX, true)) == ERR_OK)
		e = settle(&d);
	return finish(&d, e);
}

enum err acts_slips_sign(struct acts_call *x)
{
	struct deed d = { .x = x };
	enum err e = begin(&d, "signed", IN(SLIPS_ISSUED));

	if (e == ERR_OK)
		e = copy(&d, "person", "signed_by", BOOK_NAME_MAX, false);
	return finish(&d, e);
}

enum err acts_slips_reply(struct acts_call *x)
{
	struct deed d = { .x = x };
	enum err e = begin(&d, "replied", IN_WAITING);

	if (e == ERR_OK && (e = copy(&d, "text", "reply", TEXT_MAX, true)) == ERR_OK)
		e = copy(&d, "evidence", "evidence", TEXT_MAX, false);
	if (e == ERR_OK)
		e = set_day(&d, "replied_on", today(&d));
	return finish(&d, e);
}

enum err acts_slips_verify(struct acts_call *x)
{
	struct deed d = { .x = x };
	const json_t *accepted = json_object_get(x->body, "accepted");
	int32_t deadline;
	enum err e = json_is_boolean(accepted) ?
			     begin(&d, json_is_true(accepted) ? "accepted" : "returned",
				   IN(SLIPS_REPLIED)) :
			     acts_fail_form(x, (struct lang_text){ "true、false 之一", "one of true, false" },
				      "accepted");

	if (e == ERR_OK)
		e = copy(&d, "why", "why", BOOK_WHY_MAX, true);
	if (e == ERR_OK && !json_is_true(accepted) &&
	    (e = read_deadline(&d, false, &deadline)) == ERR_OK)
		e = put_deadline(&d, deadline);
	return finish(&d, e);
}

enum err acts_slips_close(struct acts_call *x)
{
	struct deed d = { .x = x };
	enum err e = begin(&d, "closed", IN(SLIPS_VERIFIED));

	if (e == ERR_OK && (e = settle(&d)) == ERR_OK)
		e = set_day(&d, "closed_on", today(&d));
	return finish(&d, e);
}

enum err acts_slips_extend(struct acts_call *x)
{
	struct deed d = { .x = x };
	int32_t deadline;
	enum err e = begin(&d, "extended", IN_WAITING);

	if (e == ERR_OK && (e = copy(&d, "why", "why", BOOK_WHY_MAX, true)) == ERR_OK)
		e = read_deadline(&d, true, &deadline);
	if (e == ERR_OK && deadline <= d.slip.deadline)
		e = acts_fail(x, ERR_INVALID, &bad_deadline, "deadline");
	if (e == ERR_OK)
		e = put_deadline(&d, deadline);
	return finish(&d, e);
}

enum err acts_slips_reopen(struct acts_call *x)
{
	struct deed d = { .x = x };
	int32_t deadline;
	enum err e = begin(&d, "reopened", IN(SLIPS_CLOSED) | IN(SLIPS_VERIFIED));

	if (e == ERR_OK && (e = copy(&d, "why", "why", BOOK_WHY_MAX, true)) == ERR_OK &&
	    (e = read_deadline(&d, false, &deadline)) == ERR_OK)
		e = put_deadline(&d, deadline);
	if (e == ERR_OK && !set(&d, "settled", json_null()))
		e = ERR_NOMEM;
	return finish(&d, e);
}
