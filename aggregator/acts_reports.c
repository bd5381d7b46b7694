/* SPDX-License-Identifier: MIT */
/* Acts about reported figures: the lead confirms, the office verifies, either returns. For a cell, a
 * measure, an item, a reporter, or all that a lead answers for. */
#include "aggregator/acts_private.h"
#include "aggregator/alerts/book.h"
#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/reviews.h"
#include "base/date.h"

static const struct acts_fault unknown_item = {
	"unknown-item", { "目录中没有这个事项。", "The catalogue has no such item." } };
static const struct acts_fault unknown_measure = {
	"unknown-measure", { "目录中没有这个指标。", "The catalogue has no such measure." } };
static const struct acts_fault bad_period = {
	"bad-period", { "月份须写成 2022-08，且在项目年度之内。",
			"period: a month of the programme, such as 2022-08." } };
static const struct acts_fault not_over = {
	"period-not-over", { "该月尚未结束。", "That month is not over yet." } };
static const struct acts_fault not_lead = {
	"not-the-lead", { "该单位不是所选事项的牵头单位。",
			  "This unit does not lead what was chosen." } };
static const struct acts_fault no_choice = {
	"nothing-chosen", { "请给出 item、measure、unit 中至少一项。",
			    "Name at least one of item, measure and unit." } };
static const struct acts_fault nothing = {
	"nothing-to-do",
	{ "所选范围内没有可处理的数据：尚未报送、已经处理，或已退回待重报。",
	  "Nothing chosen can be treated so: not reported, treated already, or returned and not "
	  "reported again." } };
static const struct acts_fault unconfirmed = {
	"unconfirmed", { "牵头单位尚未确认；确需直接核验的请写明理由（why）。",
			 "The lead has not confirmed it; to verify it all the same, say why." } };

/* --- choosing --------------------------------------------------------------------------------- */

enum err acts_period(struct acts_call *x, int32_t *out)
{
	const struct catalogue *c = x->a->catalogue;
	const char *text;
	enum err e = acts_text(x, "period", 10, &text);

	if (e != ERR_OK)
		return e;
	if (date_period_parse(bytes_of_string(text), out) != ERR_OK ||
	    *out < calendar_period_of(c->from) || *out > calendar_period_of(c->to))
		return acts_fail(x, ERR_INVALID, &bad_period, "period");
	return ERR_OK;
}

bool acts_has(const struct acts_call *x, const char *field)
{
	json_t *j = json_object_get(x->body, field);

	return j && !json_is_null(j);
}

enum err acts_measure(struct acts_call *x, const char *field, uint16_t *out)
{
	const char *text;
	enum err e = acts_text(x, field, LIMITS_ID, &text);

	if (e != ERR_OK)
		return e;
	*out = catalogue_measure_number(x->a->catalogue, bytes_of_string(text));
	return *out == CATALOGUE_NONE ? acts_fail(x, ERR_INVALID, &unknown_measure, field) :
					ERR_OK;
}

enum err acts_item(struct acts_call *x, const char *field, uint16_t *out)
{
	const struct catalogue *c = x->a->catalogue;
	const char *text;
	enum err e = acts_text(x, field, LIMITS_ID, &text);

	*out = CATALOGUE_NONE;
	for (size_t i = 0; e == ERR_OK && i < c->item_count; i++)
		if (strcmp(c->items[i].id, text) == 0)
			*out = (uint16_t)i;
	return e == ERR_OK && *out == CATALOGUE_NONE ?
		       acts_fail(x, ERR_INVALID, &unknown_item, field) :
		       e;
}

enum err acts_unit_or_all(struct acts_call *x, uint16_t *out)
{
	const char *text = json_string_value(json_object_get(x->body, "unit"));

	*out = CATALOGUE_NONE;
	if (!acts_has(x, "unit") || (text && strcmp(text, "all") == 0))
		return ERR_OK;
	return acts_unit(x, "unit", out);
}

/* What an act is about, and what it does to each cell. */
struct choice {
	struct acts_call *x;
	uint16_t lead, item, measure, unit; /* CATALOGUE_NONE: any */
	int32_t period;
	const char *by, *why;
	/* What becomes of a reported cell; false: it stays as it is. */
	bool (*step)(struct choice *c, const struct review *before, struct review *after);
	unsigned done, skipped, missing; /* missing: nothing was reported */
	bool barred;			 /* some were skipped for want of the lead's word */
};

static enum err read_choice(struct choice *ch)
{
	struct acts_call *x = ch->x;
	enum err e;

	ch->lead = ch->item = ch->measure = ch->unit = CATALOGUE_NONE;
	if ((e = acts_period(x, &ch->period)) != ERR_OK ||
	    (e = acts_text(x, "by", BOOK_NAME_MAX, &ch->by)) != ERR_OK)
		return e;
	if (ch->period >= engine_day(x->a, x->entry->time_ms))
		return acts_fail(x, ERR_STATE, &not_over, "period");
	if (acts_has(x, "lead") && (e = acts_unit(x, "lead", &ch->lead)) != ERR_OK)
		return e;
	if (acts_has(x, "item") && (e = acts_item(x, "item", &ch->item)) != ERR_OK)
		return e;
	if (acts_has(x, "measure") && (e = acts_measure(x, "measure", &ch->measure)) != ERR_OK)
		return e;
	if (acts_has(x, "why") && (e = acts_text(x, "why", BOOK_WHY_MAX, &ch->why)) != ERR_OK)
		return e;
	if (!acts_has(x, "item") && !acts_has(x, "measure") && !acts_has(x, "unit"))
		return acts_fail(x, ERR_INVALID, &no_choice, "item");
	return acts_unit_or_all(x, &ch->unit);
}

static bool is_chosen(const struct choice *ch, uint16_t measure)
{
	const struct catalogue *c = ch->x->a->catalogue;
	uint16_t item = c->measures[measure].item;

	return (ch->measure == CATALOGUE_NONE || ch->measure == measure) &&
	       (ch->item == CATALOGUE_NONE || ch->item == item) &&
	       (ch->lead == CATALOGUE_NONE || ch->lead == c->items[item].lead);
}

/* --- doing ------------------------------------------------------------------------------------ */

enum err acts_was_reported(struct acts_call *x, uint16_t measure, uint16_t unit, int32_t period,
			   bool *out)
{
	struct aggregator *a = x->a;
	struct cell *cell;
	enum err e = cells_get(a->cells, a->txn, cell_counting(a->catalogue, measure, unit), &cell);

	*out = e == ERR_OK && cell_first_report(cell, period) != 0;
	return e;
}

static enum err write_review(struct choice *ch, const struct review *before, struct review *after)
{
	struct aggregator *a = ch->x->a;
	const struct judge_fact fact = { .kind = JUDGE_REVIEWED, .measure = after->measure,
					 .unit = after->unit, .as_of = ch->period,
					 .code = after->state, .count = before->state };
	enum err e;

	after->measure = before->measure;
	after->unit = before->unit;
	after->period = ch->period;
	after->position = ch->x->entry->position;
	after->time_ms = ch->x->entry->time_ms;
	after->by = bytes_of_string(ch->by);
	after->why = bytes_of_string(ch->why ? ch->why : "");
	if ((e = reviews_write(a->txn, after)) != ERR_OK)
		return e;
	*desk_reviewed(&a->desk, after->measure, after->unit) |= desk_bit(a->catalogue, ch->period);
	return facts_add(&a->facts, &fact);
}

static enum err treat_cell(struct choice *ch, uint16_t measure, uint16_t unit)
{
	struct acts_call *x = ch->x;
	struct review before = { .measure = measure, .unit = unit, .period = ch->period,
				 .state = REVIEWS_SUBMITTED };
	struct review after = { .measure = measure, .unit = unit };
	uint16_t owner = catalogue_owner(x->a->catalogue, measure, unit);
	bool came;
	enum err e;

	if (owner == CATALOGUE_NONE ||
	    (ch->unit != CATALOGUE_NONE && ch->unit != owner && ch->unit != unit))
		return ERR_OK;
	if ((e = acts_was_reported(x, measure, unit, ch->period, &came)) != ERR_OK)
		return e;
	if (!came) {
		ch->missing++;
		return ERR_OK;
	}
	e = reviews_read(x->a->txn, measure, unit, ch->period, &before);
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	if (!ch->step(ch, &before, &after)) {
		ch->skipped++;
		return ERR_OK;
	}
	ch->done++;
	return write_review(ch, &before, &after);
}

static enum err treat_measure(struct choice *ch, uint16_t measure)
{
	const struct catalogue *c = ch->x->a->catalogue;
	const struct catalogue_item *item = &c->items[c->measures[measure].item];
	enum err e = treat_cell(ch, measure, c->city);

	for (size_t i = 0; i < item->scope_count && e == ERR_OK; i++)
		e = treat_cell(ch, measure, item->scope[i]);
	return e;
}

static enum err answer(struct choice *ch)
{
	json_t *to = ch->x->answer;

	return json_object_set_new(to, "done", json_integer(ch->done)) == 0 &&
			       json_object_set_new(to, "skipped", json_integer(ch->skipped)) == 0 &&
			       json_object_set_new(to, "missing", json_integer(ch->missing)) == 0 ?
		       ERR_OK :
		       ERR_NOMEM;
}

static enum err treat(struct choice *ch)
{
	const struct catalogue *c = ch->x->a->catalogue;
	enum err e = ERR_OK;

	for (uint16_t m = 0; m < c->measure_count && e == ERR_OK; m++)
		if (is_chosen(ch, m))
			e = treat_measure(ch, m);
	if (e != ERR_OK)
		return e;
	if (ch->done == 0)
		return acts_fail(ch->x, ERR_STATE, ch->barred ? &unconfirmed : &nothing, NULL);
	return answer(ch);
}

/* --- the three -------------------------------------------------------------------------------- */

static bool confirm(struct choice *ch, const struct review *before, struct review *after)
{
	after->state = REVIEWS_CONFIRMED;
	after->confirmed_ms = ch->x->entry->time_ms;
	after->confirmed_by = bytes_of_string(ch->by);
	return before->state == REVIEWS_SUBMITTED;
}

/* Who confirms has to lead all of it; where the choice names no measure, it is what the lead leads. */
static enum err check_lead(struct choice *ch)
{
	const struct catalogue *c = ch->x->a->catalogue;
	uint16_t item = ch->item;

	if (ch->measure != CATALOGUE_NONE)
		item = c->measures[ch->measure].item;
	if (item != CATALOGUE_NONE && c->items[item].lead != ch->lead)
		return acts_fail(ch->x, ERR_DENIED, &not_lead, "lead");
	for (size_t i = 0; i < c->item_count; i++)
		if (c->items[i].lead == ch->lead)
			return ERR_OK;
	return acts_fail(ch->x, ERR_DENIED, &not_lead, "lead");
}

enum err acts_reports_confirm(struct acts_call *x)
{
	struct choice ch = { .x = x, .step = confirm };
	enum err e = read_choice(&ch);

	if (e == ERR_OK && ch.lead == CATALOGUE_NONE)
		e = acts_fail_form(x, (struct lang_text){ "牵头单位的编号", "the lead's id" },
				      "lead");
	if (e == ERR_OK)
		e = check_lead(&ch);
	return e == ERR_OK ? treat(&ch) : e;
}

static bool verify(struct choice *ch, const struct review *before, struct review *after)
{
	bool may = before->state == REVIEWS_CONFIRMED ||
		   (before->state == REVIEWS_SUBMITTED && ch->why);

	ch->barred |= before->state == REVIEWS_SUBMITTED && !ch->why;
	after->state = REVIEWS_VERIFIED;
	after->confirmed_ms = before->confirmed_ms;
	after->confirmed_by = before->confirmed_by;
	return may;
}

enum err acts_reports_verify(struct acts_call *x)
{
	struct choice ch = { .x = x, .step = verify };
	enum err e = read_choice(&ch);

	return e == ERR_OK ? treat(&ch) : e;
}

static bool give_back(struct choice *ch, const struct review *before, struct review *after)
{
	(void)ch;
	after->state = REVIEWS_RETURNED;
	return before->state != REVIEWS_RETURNED;
}

enum err acts_reports_return(struct acts_call *x)
{
	struct choice ch = { .x = x, .step = give_back };
	enum err e = read_choice(&ch);

	if (e == ERR_OK && !ch.why)
		e = acts_text(x, "why", BOOK_WHY_MAX, &ch.why);
	if (e == ERR_OK && ch.lead != CATALOGUE_NONE)
		e = check_lead(&ch);
	return e == ERR_OK ? treat(&ch) : e;
}
