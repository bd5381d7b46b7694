/* SPDX-License-Identifier: MIT */
/* What happens in a scenario: days pass, units report, the office decides. */
#include <stdio.h>

#include "aggregator/progress/plan.h"
#include "aggregator/progress/reports.h"
#include "base/date.h"
#include "base/decimal.h"
#include "tests/scenario/script.h"

#define MORNING 540 /* minutes: nine o'clock */

static bool load(struct world *w, const struct script_line *l)
{
	return world_load(w, l->args[0]);
}

static bool go(struct world *w, const struct script_line *l)
{
	int32_t day;

	return script_date(w, l->args[0], &day) && world_go(w, day, MORNING);
}

static bool go_at(struct world *w, const struct script_line *l)
{
	unsigned hour, minute;
	int32_t day;

	if (sscanf(l->args[1], "%2u:%2u", &hour, &minute) != 2)
		return world_fault(w, "no time: %s", l->args[1]);
	return script_date(w, l->args[0], &day) && world_go(w, day, (int)(hour * 60 + minute));
}

static bool restart(struct world *w, const struct script_line *l)
{
	(void)l;
	return world_restart(w);
}

/* --- rows ------------------------------------------------------------------------------------ */

/* "stage started", "revision 2", "because ...", "ref x", "for yutai", in any order. */
bool script_row_options(struct world *w, const char *const *words, size_t count,
			struct world_row *r)
{
	for (size_t i = 0; i < count; i += 2) {
		int64_t n;

		if (i + 1 == count)
			return world_fault(w, "something is missing after %s", words[i]);
		if (!strcmp(words[i], "stage"))
			r->stage = words[i + 1];
		else if (!strcmp(words[i], "because"))
			r->reason = words[i + 1];
		else if (!strcmp(words[i], "ref"))
			r->ref = words[i + 1];
		else if (!strcmp(words[i], "value") && script_number(w, words[i + 1], 0, &n))
			r->value = n;
		else if (!strcmp(words[i], "revision") && script_number(w, words[i + 1], 0, &n))
			r->revision = (uint32_t)n;
		else if (strcmp(words[i], "for") != 0 || !script_unit(w, words[i + 1], &r->unit))
			return world_fault(w, "I don't understand: %s %s", words[i], words[i + 1]);
	}
	return true;
}

/* Who says it, about which measure and day. An area speaks for itself, others for the city. */
bool script_row_begin(struct world *w, const char *who, const char *measure, const char *day,
		      struct world_row *r)
{
	*r = (struct world_row){ 0 };
	if (!script_unit(w, who, &r->reporter) || !script_measure(w, measure, &r->measure) ||
	    !script_date(w, day, &r->as_of))
		return false;
	r->unit = world_catalogue(w)->units[r->reporter].area ? r->reporter :
								world_catalogue(w)->city;
	return true;
}

/* "12", or "90/150" for ratios. */
static bool read_value(struct world *w, const char *word, struct world_row *r)
{
	const struct catalogue_measure *m = &world_catalogue(w)->measures[r->measure];
	const char *slash = strchr(word, '/');
	char first[32];

	if (!slash)
		return script_number(w, word, m->decimals, &r->value);
	snprintf(first, sizeof(first), "%.*s", (int)(slash - word), word);
	return script_number(w, first, m->decimals, &r->value) &&
	       script_number(w, slash + 1, m->decimals, &r->denominator);
}

static enum event_kind figure_kind(const struct world_row *r, struct world *w)
{
	enum catalogue_kind k = world_catalogue(w)->measures[r->measure].kind;

	return k == CATALOGUE_LEVEL || k == CATALOGUE_POLICY ? EVENT_LEVEL : EVENT_TOTAL;
}

static bool reports(struct world *w, const struct script_line *l)
{
	struct world_row r;

	if (!script_row_begin(w, l->args[0], l->args[1], l->args[3], &r) ||
	    !read_value(w, l->args[2], &r) || !script_row_options(w, l->args + 4, l->arg_count - 4, &r))
		return false;
	r.kind = figure_kind(&r, w);
	return world_say(w, &r, 1);
}

static bool adds(struct world *w, const struct script_line *l)
{
	struct world_row r;

	if (!script_row_begin(w, l->args[0], l->args[2], l->args[3], &r) ||
	    !read_value(w, l->args[1], &r) || !script_row_options(w, l->args + 4, l->arg_count - 4, &r))
		return false;
	r.kind = EVENT_ADD;
	return world_say(w, &r, 1);
}

static bool reaches(struct world *w, const struct script_line *l)
{
	struct world_row r;

	if (!script_row_begin(w, l->args[0], l->args[2], l->args[3], &r) ||
	    !script_row_options(w, l->args + 4, l->arg_count - 4, &r))
		return false;
	r.kind = EVENT_STAGE;
	r.stage = l->args[1];
	r.value = 1;
	return world_say(w, &r, 1);
}

static bool nothing_new(struct world *w, const struct script_line *l)
{
	struct world_row r;

	if (!script_row_begin(w, l->args[0], l->args[1], l->args[2], &r) ||
	    !script_row_options(w, l->args + 3, l->arg_count - 3, &r))
		return false;
	r.kind = EVENT_NIL;
	return world_say(w, &r, 1);
}

static bool retracts(struct world *w, const struct script_line *l)
{
	struct world_row r;

	if (!script_row_begin(w, l->args[0], l->args[1], l->args[2], &r) ||
	    !script_row_options(w, l->args + 3, l->arg_count - 3, &r))
		return false;
	r.kind = EVENT_RETRACT;
	return world_say(w, &r, 1);
}

static bool retracts_ref(struct world *w, const struct script_line *l)
{
	struct world_row r;

	if (!script_row_begin(w, l->args[0], l->args[2], l->args[3], &r))
		return false;
	r.kind = EVENT_RETRACT;
	r.withdraw = l->args[1];
	return world_say(w, &r, 1);
}

static bool unknown_measure(struct world *w, const struct script_line *l)
{
	struct world_row r = { .target = l->args[1], .value = 1 };

	if (!script_unit(w, l->args[0], &r.reporter) || !script_date(w, l->args[2], &r.as_of))
		return false;
	r.unit = r.reporter;
	return world_say(w, &r, 1);
}

/* --- everybody on plan ----------------------------------------------------------------------- */

/* Figures that stand exactly on plan, rounded up: what an untroubled unit would say. */
static void on_plan(const struct catalogue_measure *m, int64_t goal, struct world_row *r)
{
	r->kind = EVENT_NIL;
	if (m->kind == CATALOGUE_QUANTITY) {
		r->kind = EVENT_TOTAL;
		r->value = fraction_ceil(plan_expected(&m->plan, goal, r->as_of));
	} else if (m->kind == CATALOGUE_RATIO) {
		r->kind = EVENT_TOTAL;
		r->denominator = 100 * decimal_pow10(m->rate_decimals);
		r->value = m->target;
	} else if (m->kind == CATALOGUE_POLICY || m->kind == CATALOGUE_LEVEL) {
		r->kind = EVENT_LEVEL;
		r->value = m->target;
	}
}

static bool is_left_out(struct world *w, const struct script_line *l, const struct world_row *r)
{
	const struct catalogue *c = world_catalogue(w);
	char cell[160];

	snprintf(cell, sizeof(cell), "%s/%s", c->units[r->reporter].id, c->measures[r->measure].id);
	for (size_t i = 1; i < l->arg_count; i++)
		if (!strcmp(l->args[i], cell) || !strcmp(l->args[i], c->units[r->reporter].id))
			return true;
	return false;
}

static int64_t goal_of(const struct catalogue *c, uint16_t measure, uint16_t unit)
{
	int64_t quota;

	if (unit == c->city)
		return c->measures[measure].target;
	return catalogue_quota_of(&c->measures[measure], unit, &quota) ? quota : 0;
}

/* Milestones: every stage that is due, and NIL besides. */
static bool say_stages(struct world *w, const struct catalogue_measure *m, struct world_row r)
{
	r.kind = EVENT_STAGE;
	r.value = 1;
	for (size_t i = 0; i < m->stage_count; i++) {
		r.stage = m->stages[i].id;
		if (m->stages[i].due != DATE_NONE && m->stages[i].due <= r.as_of &&
		    !world_say(w, &r, 1))
			return false;
	}
	return true;
}

static bool say_cell(struct world *w, const struct script_line *l, uint16_t measure, uint16_t unit,
		     int32_t day)
{
	const struct catalogue *c = world_catalogue(w);
	struct world_row r = { .reporter = catalogue_owner(c, measure, unit),
			       .unit = unit,
			       .measure = measure,
			       .as_of = day };

	if (!reports_expected(c, measure, unit, date_month_last(date_month_of(day))) ||
	    is_left_out(w, l, &r))
		return true;
	if (c->measures[measure].kind == CATALOGUE_MILESTONE &&
	    !say_stages(w, &c->measures[measure], r))
		return false;
	on_plan(&c->measures[measure], goal_of(c, measure, unit), &r);
	return world_say(w, &r, 1);
}

static bool everybody(struct world *w, const struct script_line *l)
{
	const struct catalogue *c = world_catalogue(w);
	int32_t day;

	if (!script_date(w, l->args[0], &day))
		return false;
	for (uint16_t m = 0; m < c->measure_count; m++) {
		const struct catalogue_item *item = &c->items[c->measures[m].item];

		if (!say_cell(w, l, m, c->city, day))
			return false;
		for (size_t i = 0; i < item->scope_count; i++)
			if (!say_cell(w, l, m, item->scope[i], day))
				return false;
	}
	return true;
}

/* --- outboxes and links ---------------------------------------------------------------------- */

static bool repeats(struct world *w, const struct script_line *l)
{
	(void)l;
	return world_repeat(w, false);
}

static bool contradicts(struct world *w, const struct script_line *l)
{
	(void)l;
	return world_repeat(w, true);
}

static bool new_outbox(struct world *w, const struct script_line *l)
{
	uint16_t unit;

	if (!script_unit(w, l->args[0], &unit))
		return false;
	world_new_outbox(w, unit);
	return true;
}

static bool loses(struct world *w, const struct script_line *l)
{
	int64_t rows;
	uint16_t unit;

	return script_unit(w, l->args[0], &unit) && script_number(w, l->args[1], 0, &rows) &&
	       world_lose(w, unit, (uint64_t)rows);
}

static bool link_down(struct world *w, const struct script_line *l)
{
	uint16_t unit;

	return script_unit(w, l->args[0], &unit) && world_link(w, unit, false);
}

static bool link_up(struct world *w, const struct script_line *l)
{
	uint16_t unit;

	return script_unit(w, l->args[0], &unit) && world_link(w, unit, true);
}

/* --- acts ------------------------------------------------------------------------------------ */

static bool settle(struct world *w, const struct script_line *l, bool release)
{
	uint16_t measure, unit;

	return script_measure(w, l->args[0], &measure) && script_unit(w, l->args[1], &unit) &&
	       world_settle(w, measure, unit, release);
}

static bool releases(struct world *w, const struct script_line *l)
{
	return settle(w, l, true);
}

static bool rejects(struct world *w, const struct script_line *l)
{
	return settle(w, l, false);
}

static bool delegates(struct world *w, const struct script_line *l)
{
	char fields[256];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"delegate\", \"item\": \"%s\", \"unit\": \"%s\", \"until\": \"%s\", "
		 "\"why\": \"agreed\"",
		 l->args[0], l->args[1], l->args[2]);
	return world_act(w, fields, true);
}

static bool revokes(struct world *w, const struct script_line *l)
{
	char hex[65], fields[256];
	uint8_t key[32];
	uint16_t unit;

	if (!script_unit(w, l->args[0], &unit))
		return false;
	world_key(unit, key);
	bytes_to_hex(bytes_of(key, sizeof(key)), hex);
	snprintf(fields, sizeof(fields),
		 "\"act\": \"key.revoke\", \"key\": \"%s\", \"why\": \"lost\"", hex);
	return world_act(w, fields, true);
}

static bool act(struct world *w, const struct script_line *l)
{
	return world_act(w, l->args[0], true);
}

static bool refused_act(struct world *w, const struct script_line *l)
{
	return world_act(w, l->args[0], false);
}

const struct script_sentence say_sentences[] = {
	{ "catalogue $", load, "the programme, as a file from the project's folder" },
	{ "on $", go, "the clock moves to nine in the morning of that day" },
	{ "on $ at $", go_at, "or to another time of it" },
	{ "days pass until $", go, "the same" },
	{ "restart", restart, "the daemon ends and starts again" },
	{ "everybody reports on plan as of $ but ...", everybody,
	  "all that is owed, but for units, or unit/measure" },
	{ "everybody reports on plan as of $", everybody, "all that is owed for that month" },
	{ "$ reports $ $ as of $ ...", reports,
	  "the cumulative figure, n/d for a ratio; then: stage S, revision N, because R, for U" },
	{ "$ adds $ to $ as of $ ...", adds, "an increment; then: ref R" },
	{ "$ reaches $ of $ as of $ ...", reaches, "a stage of a milestone; then: for UNIT" },
	{ "$ has nothing new for $ as of $ ...", nothing_new, "a report without a figure" },
	{ "$ retracts ref $ of $ as of $", retracts_ref, "withdraws an increment" },
	{ "$ retracts $ as of $ ...", retracts, "withdraws what stands there" },
	{ "$ reports the unknown $ as of $", unknown_measure, "a measure that there is not" },
	{ "the last batch is sent again", repeats, "word for word" },
	{ "the last batch is sent again with other content", contradicts,
	  "under the same numbers" },
	{ "$ starts a new outbox", new_outbox, "with a new epoch" },
	{ "$ loses $ rows", loses, "before they were sent, and says Hello" },
	{ "link of $ goes down", link_down, "" },
	{ "link of $ comes back", link_up, "" },
	{ "office releases $ of $", releases, "every row of that measure and unit that waits" },
	{ "office rejects $ of $", rejects, "" },
	{ "item $ is delegated to $ until $", delegates,
	  "a co-organiser may report it like its lead" },
	{ "office revokes the key of $", revokes, "" },
	{ "act $", act, "any act, as JSON without its id; it is accepted" },
	{ "refused act $", refused_act, "it is not" },
	{ NULL, NULL, NULL },
};
