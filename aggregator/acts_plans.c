/* SPDX-License-Identifier: MIT */
/* A measure's plan from a day on: knots, a line, or the days of a milestone's stages. */
#include "aggregator/acts_versions.h"
#include "base/date.h"
#include "base/decimal.h"

#define KNOTS_MAX 60
#define PERCENT_DECIMALS 4 /* ppm as per cent */

static const struct acts_fault one_form = {
	"plan-form", { "请只给出一种：knots（节点计划）、stages（里程碑各阶段日期），或 shape 为 "
		       "linear-day、linear-month 的匀速计划。",
		       "Give one of: knots; stages (of a milestone); or the shape linear-day or "
		       "linear-month." } };
static const struct acts_fault bad_shape = {
	"plan-shape", { "shape 须为 knots、steps、linear-day 或 linear-month。",
			"shape: knots, steps, linear-day or linear-month." } };
static const struct acts_fault bad_knots = {
	"plan-knots", { "knots 须为 1 至 60 个 {\"day\": 日期, \"percent\": \"百分比\"}。",
			"knots: 1 to 60 of {\"day\": a date, \"percent\": \"a share\"}." } };
static const struct acts_fault knot_outside = {
	"plan-knot-outside", { "节点日期须在年度计划期内。",
			       "The day of a knot lies outside the programme." } };
static const struct acts_fault knot_order = {
	"plan-knot-order", { "节点日期须逐个递增。", "The days of the knots must rise." } };
static const struct acts_fault falls = {
	"plan-falls", { "计划进度不得下降。", "A plan never falls." } };
static const struct acts_fault start = {
	"plan-start", { "计划起点须为 0%（计划期前一日，可省略）。",
			"A plan starts with 0 % on the day before the programme (it may be left "
			"out)." } };
static const struct acts_fault end = {
	"plan-end", { "最后一个节点须达到 100%。", "The last knot must be 100 %." } };
static const struct acts_fault milestones_only = {
	"plan-stages", { "里程碑指标用 stages 给出各阶段日期；其他指标没有 stages。",
			 "A milestone's plan is the days of its stages, and that of others is not." } };
static const struct acts_fault unknown_stage = {
	"unknown-stage", { "该指标没有这个阶段。", "The measure has no such stage." } };
static const struct acts_fault stage_order = {
	"plan-stage-order", { "各阶段日期须在计划期内且不早于前一阶段。",
			      "The days of the stages must lie in the programme and never before "
			      "that of the stage before." } };

struct plan_call {
	struct acts_call *x;
	const struct catalogue *c;
	const struct catalogue_measure *m;
	struct versions_record r;
};

static enum err add_knot(struct plan_call *p, struct catalogue_knot *knots, int32_t day,
			 int64_t ppm)
{
	size_t n = p->r.plan.knot_count;
	const struct acts_fault *fault = NULL;

	if (day < p->c->from - 1 || day > p->c->to)
		fault = &knot_outside;
	else if (n && day <= knots[n - 1].day)
		fault = &knot_order;
	else if (n && ppm < knots[n - 1].ppm)
		fault = &falls;
	if (fault)
		return acts_fail(p->x, ERR_INVALID, fault, "knots");
	knots[n] = (struct catalogue_knot){ day, ppm };
	p->r.plan.knot_count++;
	return ERR_OK;
}

static enum err read_knot(struct plan_call *p, struct catalogue_knot *knots, const json_t *j)
{
	const char *text = json_string_value(json_object_get(j, "day"));
	int64_t ppm;
	int32_t day;
	enum err e;

	if (!text || date_parse(bytes_of_string(text), &day) != ERR_OK ||
	    !acts_decimal(json_object_get(j, "percent"), PERCENT_DECIMALS, &ppm) || ppm < 0 ||
	    ppm > CATALOGUE_ALL_PPM)
		return acts_fail(p->x, ERR_INVALID, &bad_knots, "knots");
	if (p->r.plan.knot_count == 0 && day >= p->c->from &&
	    (e = add_knot(p, knots, p->c->from - 1, 0)) != ERR_OK)
		return e;
	return add_knot(p, knots, day, ppm);
}

static enum err read_knots(struct plan_call *p, const json_t *list)
{
	struct catalogue_knot *knots = arena_calloc(p->x->a->arena, KNOTS_MAX + 1, sizeof(*knots));
	size_t n = json_array_size(list);
	enum err e = ERR_OK;

	if (!knots)
		return ERR_NOMEM;
	if (n == 0 || n > KNOTS_MAX)
		return acts_fail(p->x, ERR_INVALID, &bad_knots, "knots");
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = read_knot(p, knots, json_array_get(list, i));
	if (e != ERR_OK)
		return e;
	p->r.plan.knots = knots;
	if (knots[0].ppm != 0 || knots[0].day != p->c->from - 1)
		return acts_fail(p->x, ERR_INVALID, &start, "knots");
	if (knots[p->r.plan.knot_count - 1].ppm != CATALOGUE_ALL_PPM)
		return acts_fail(p->x, ERR_INVALID, &end, "knots");
	return ERR_OK;
}

/* A line from the programme's start to the due day. */
static enum err read_line(struct plan_call *p)
{
	struct catalogue_knot *knots = arena_calloc(p->x->a->arena, 2, sizeof(*knots));
	int32_t due = p->c->to;
	enum err e = knots ? ERR_OK : ERR_NOMEM;

	if (e == ERR_OK && json_object_get(p->x->body, "due"))
		e = acts_day(p->x, "due", &due);
	if (e != ERR_OK)
		return e;
	if (due < p->c->from || due > p->c->to)
		return acts_fail(p->x, ERR_INVALID, &knot_outside, "due");
	knots[0] = (struct catalogue_knot){ p->c->from - 1, 0 };
	knots[1] = (struct catalogue_knot){ due, CATALOGUE_ALL_PPM };
	p->r.plan.knots = knots;
	p->r.plan.knot_count = 2;
	return ERR_OK;
}

/* --- milestones ------------------------------------------------------------------------------- */

static enum err read_stage(struct plan_call *p, const char *id, const json_t *value, int32_t *dues)
{
	uint16_t stage = catalogue_stage_index(p->m, bytes_of_string(id));
	const char *text = json_string_value(value);

	if (stage == CATALOGUE_NONE)
		return acts_fail(p->x, ERR_INVALID, &unknown_stage, acts_path(p->x, "stages", id));
	if (!text || date_parse(bytes_of_string(text), &dues[stage]) != ERR_OK)
		return acts_fail_form(p->x, (struct lang_text){ "日期，如2022-06-30", "a day such as 2022-06-30" },
				      acts_path(p->x, "stages", id));
	return ERR_OK;
}

/* The plan in steps that the stages' days are. */
static void step_knots(struct plan_call *p, struct catalogue_knot *k, const int32_t *dues)
{
	size_t n = 0;

	k[0] = (struct catalogue_knot){ p->c->from - 1, 0 };
	for (size_t i = 0; i < p->m->stage_count; i++) {
		int64_t reached = k[n].ppm + p->m->stages[i].weight_ppm;

		n += dues[i] != k[n].day;
		k[n] = (struct catalogue_knot){ dues[i], reached };
	}
	p->r.plan.knots = k;
	p->r.plan.knot_count = n + 1;
}

/* Stages that are not named keep their days. */
static enum err read_stages(struct plan_call *p, json_t *object)
{
	size_t n = p->m->stage_count;
	int32_t *dues = arena_calloc(p->x->a->arena, n + 1, sizeof(*dues));
	struct catalogue_knot *knots = arena_calloc(p->x->a->arena, n + 1, sizeof(*knots));
	const char *id;
	json_t *value;
	enum err e;

	if (!dues || !knots)
		return ERR_NOMEM;
	if (p->m->kind != CATALOGUE_MILESTONE)
		return acts_fail(p->x, ERR_INVALID, &milestones_only, "stages");
	for (size_t i = 0; i < n; i++)
		dues[i] = catalogue_stage_due_on(p->m, i, p->r.effective);
	json_object_foreach(object, id, value)
		if ((e = read_stage(p, id, value, dues)) != ERR_OK)
			return e;
	for (size_t i = 0; i < n; i++)
		if (dues[i] < (i ? dues[i - 1] : p->c->from) || dues[i] > p->c->to)
			return acts_fail(p->x, ERR_INVALID, &stage_order, "stages");
	p->r.plan.shape = CATALOGUE_STEPS;
	p->r.dues = dues;
	p->r.due_count = n;
	step_knots(p, knots, dues);
	return ERR_OK;
}

/* --- the act ---------------------------------------------------------------------------------- */

static enum err read_shape(struct plan_call *p, enum catalogue_plan_shape *out)
{
	const char *text;
	enum err e;

	*out = CATALOGUE_KNOTS;
	if (!json_object_get(p->x->body, "shape"))
		return ERR_OK;
	if ((e = acts_text(p->x, "shape", 20, &text)) != ERR_OK)
		return e;
	for (*out = CATALOGUE_KNOTS; *out <= CATALOGUE_STEPS; (*out)++)
		if (strcmp(catalogue_shape_name(*out), text) == 0)
			return ERR_OK;
	return acts_fail(p->x, ERR_INVALID, &bad_shape, "shape");
}

static enum err read_plan(struct plan_call *p)
{
	json_t *knots = json_object_get(p->x->body, "knots");
	json_t *stages = json_object_get(p->x->body, "stages");
	enum catalogue_plan_shape shape;
	enum err e = read_shape(p, &shape);
	bool line = shape == CATALOGUE_LINEAR_DAY || shape == CATALOGUE_LINEAR_MONTH;

	if (e != ERR_OK)
		return e;
	if (!!knots + !!stages + line != 1)
		return acts_fail(p->x, ERR_INVALID, &one_form, NULL);
	if (stages)
		return read_stages(p, stages);
	if (p->m->kind == CATALOGUE_MILESTONE)
		return acts_fail(p->x, ERR_INVALID, &milestones_only, "stages");
	p->r.plan.shape = shape;
	return line ? read_line(p) : read_knots(p, knots);
}

enum err acts_plans_set(struct acts_call *x)
{
	struct plan_call p = { .x = x, .c = x->a->catalogue, .r = { .kind = VERSIONS_PLAN } };
	enum err e = acts_versions_read(x, &p.r, &p.m);

	if (e == ERR_OK)
		e = read_plan(&p);
	return e == ERR_OK ? acts_versions_keep(x, &p.r) : e;
}
