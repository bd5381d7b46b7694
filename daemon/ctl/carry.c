/* SPDX-License-Identifier: MIT */
/* What the closed year left unfinished, as a catalogue file for the next one. The rest of a quantity
 * becomes its goal, and what was reached its base; every measure says where it comes from. Plans and
 * days are invented, and say so. The old results stay where they are. */
#include "aggregator/catalogue/catalogue.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/fs.h"
#include "daemon/ctl/ctl.h"

#include <stdlib.h>
#include <string.h>

struct carry {
	const struct catalogue *c;
	const json_t *year;
	const char *id; /* of the next programme */
	int32_t from, to;
	struct buf out;
	bool *carried; /* by measure */
	size_t count;
};

/* --- what is unfinished ----------------------------------------------------------------------- */

static const json_t *result_of(const struct carry *k, const char *measure)
{
	json_t *m;
	size_t i;

	json_array_foreach(json_object_get(k->year, "measures"), i, m)
		if (strcmp(ctl_string(m, "id"), measure) == 0)
			return m;
	return NULL;
}

/* The city's audit that holds, else what was closed. */
static const json_t *figure_of(const struct carry *k, const json_t *result)
{
	const char *city = k->c->units[k->c->city].id;
	json_t *audit;
	size_t i;

	json_array_foreach(json_object_get(result, "audits"), i, audit)
		if (!json_is_true(json_object_get(audit, "withdrawn")) &&
		    strcmp(ctl_string(json_object_get(audit, "unit"), "id"), city) == 0)
			return audit;
	return json_object_get(result, "closed");
}

static int64_t value_of(const struct catalogue_measure *m, const json_t *figure)
{
	int64_t value = 0;

	(void)decimal_parse(bytes_of_string(ctl_string(figure, "value")),
			    catalogue_figure_decimals(m), &value);
	return value;
}

/* Composites and derived figures follow from others; what only informs is not carried. */
static bool is_unfinished(const struct carry *k, const struct catalogue_measure *m)
{
	const json_t *result = result_of(k, m->id), *figure = figure_of(k, result);
	const json_t *met = json_object_get(figure, "met");

	if (m->kind == CATALOGUE_COMPOSITE || m->figure == CATALOGUE_DERIVED ||
	    m->role == CATALOGUE_SUPPORT || m->objects)
		return false;
	if (m->kind == CATALOGUE_QUANTITY)
		return value_of(m, figure) < m->target;
	if (!json_is_boolean(met))
		met = json_object_get(json_object_get(result, "closed"), "met");
	return !json_is_true(met);
}

static void choose(struct carry *k)
{
	for (size_t m = 0; m < k->c->measure_count; m++) {
		k->carried[m] = is_unfinished(k, &k->c->measures[m]);
		k->count += k->carried[m];
	}
}

/* --- YAML ------------------------------------------------------------------------------------- */

/* In double quotes, which YAML reads as JSON does. */
static void put_quoted(struct buf *out, const char *text)
{
	json_t *j = json_string(text);
	char *quoted = j ? json_dumps(j, JSON_ENCODE_ANY) : NULL;

	buf_put_string(out, quoted ? quoted : "\"\"");
	free(quoted);
	json_decref(j);
}

static void put_name(struct buf *out, const char *indent, const char *key, struct lang_text name)
{
	buf_printf(out, "%s%s: {zh: ", indent, key);
	put_quoted(out, name.zh);
	buf_put_string(out, ", en: ");
	put_quoted(out, name.en);
	buf_put_string(out, "}\n");
}

static void put_number(struct buf *out, const char *key, int64_t value, unsigned decimals,
		       const char *unit)
{
	char text[DECIMAL_TEXT_MAX];

	decimal_format(value, decimals, text);
	buf_printf(out, "            %s: %s%s\n", key, text, unit);
}

static void put_units(struct buf *out, const struct carry *k, const uint16_t *units, size_t count)
{
	buf_put_u8(out, '[');
	for (size_t i = 0; i < count; i++)
		buf_printf(out, "%s%s", i ? ", " : "", k->c->units[units[i]].id);
	buf_put_u8(out, ']');
}

/* --- the head --------------------------------------------------------------------------------- */

static void put_head(struct carry *k)
{
	const struct catalogue *c = k->c;
	char from[11], to[11], calendar[11];

	date_format(k->from, from);
	date_format(k->to, to);
	date_format(k->to + 59, calendar);
	buf_printf(&k->out, "# 由 %s 结转的未完成事项。计划为虚构，节假日待补；请修改后再用。\n"
			    "# What %s left unfinished. Plans are invented and holidays are missing: "
			    "edit before use.\nschema: 1\nid: %s\n", c->id, c->id, k->id);
	put_name(&k->out, "", "title", c->title);
	buf_printf(&k->out, "source: %s 结转 / carried over\n", c->id);
	buf_printf(&k->out, "programme: {from: %s, to: %s, utc_offset: \"%c%02d:%02d\"}\n", from, to,
		   c->offset_minutes < 0 ? '-' : '+', abs(c->offset_minutes) / 60,
		   abs(c->offset_minutes) % 60);
	buf_printf(&k->out, "city: %s\noffice: %s\n", c->units[c->city].id, c->units[c->office].id);
	buf_printf(&k->out,
		   "reporting: {due_day: %u, confirm_days: %u, object_days: %u, silent_after: %u}\n",
		   c->reporting.due_day, c->reporting.confirm_days, c->reporting.object_days,
		   c->reporting.silent_after);
	buf_printf(&k->out, "calendar: {from: %s, to: %s, holidays: []}\n", from, calendar);
}

static void put_lights(struct carry *k)
{
	const struct catalogue_profile *p = &k->c->profile;
	char yellow[DECIMAL_TEXT_MAX], red[DECIMAL_TEXT_MAX];

	decimal_format(p->yellow_enter, 2, yellow);
	decimal_format(p->red_enter, 2, red);
	buf_printf(&k->out, "lights: {profile: %s, measure: %s, yellow: %s, red: %s}\n", p->id,
		   p->relative ? "relative" : "points", yellow, red);
}

static void put_unit_list(struct carry *k)
{
	buf_put_string(&k->out, "\nunits:\n");
	for (size_t i = 0; i < k->c->unit_count; i++) {
		const struct catalogue_unit *u = &k->c->units[i];

		buf_printf(&k->out, "  - id: %s\n    kind: %s\n", u->id,
			   catalogue_unit_kind_name(u->kind));
		if (u->code[0])
			buf_printf(&k->out, "    code: \"%s\"\n", u->code);
		if (u->area)
			buf_printf(&k->out, "    tile: [%d, %d]\n    reports: %s\n", u->tile_row,
				   u->tile_column, u->expected ? "true" : "false");
		put_name(&k->out, "    ", "name", u->name);
	}
}

/* --- measures --------------------------------------------------------------------------------- */

static bool has_stages(const struct catalogue_measure *m)
{
	return m->kind != CATALOGUE_MILESTONE && m->stage_count > 0;
}

static void put_stage_sets(struct carry *k)
{
	bool first = true;

	for (size_t i = 0; i < k->c->measure_count; i++) {
		const struct catalogue_measure *m = &k->c->measures[i];

		if (!k->carried[i] || !has_stages(m))
			continue;
		buf_printf(&k->out, "%s  - id: %s-stages\n    counts: %s\n    stages:\n",
			   first ? "\nstages:\n" : "", m->id, m->stages[m->counting_stage].id);
		for (size_t s = 0; s < m->stage_count; s++) {
			buf_printf(&k->out, "      - id: %s\n", m->stages[s].id);
			put_name(&k->out, "        ", "name", m->stages[s].name);
		}
		first = false;
	}
}

static void put_quantity(struct carry *k, const struct catalogue_measure *m, int64_t value)
{
	put_number(&k->out, "target", m->target - value, m->decimals, "");
	put_number(&k->out, "base", (m->has_base ? m->base : 0) + value, m->decimals, "");
	if (m->has_cap)
		put_number(&k->out, "cap", m->cap, m->decimals, "");
}

static void put_ratio(struct carry *k, const struct catalogue_measure *m)
{
	put_number(&k->out, "target", m->target, m->rate_decimals, "%");
	buf_printf(&k->out, "            rate_decimals: %u\n", m->rate_decimals);
	put_name(&k->out, "            ", "numerator", m->numerator);
	put_name(&k->out, "            ", "denominator", m->denominator);
}

/* Levels and policies: from what is in force to the same goal. */
static void put_level(struct carry *k, const struct catalogue_measure *m, int64_t value)
{
	put_number(&k->out, "target", m->target, m->decimals, "");
	if (value > 0 && value < m->target)
		put_number(&k->out, "base", value, m->decimals, "");
}

static void put_figures(struct carry *k, const struct catalogue_measure *m, int64_t value)
{
	if (m->kind == CATALOGUE_QUANTITY)
		put_quantity(k, m, value);
	else if (m->kind == CATALOGUE_RATIO)
		put_ratio(k, m);
	else if (m->kind == CATALOGUE_MILESTONE)
		buf_put_string(&k->out, "            target: 1\n");
	else
		put_level(k, m, value);
}

static void put_measure(struct carry *k, const struct catalogue_measure *m)
{
	const json_t *figure = figure_of(k, result_of(k, m->id));
	struct buf *out = &k->out;
	char rate[CTL_RATE];
	const char *value = ctl_rate(figure, "value", "numerator", "denominator",
				     catalogue_kind_name(m->kind), rate);

	buf_printf(out, "          - id: %s\n", m->id);
	put_name(out, "            ", "name", m->name);
	buf_printf(out, "            kind: %s\n", catalogue_kind_name(m->kind));
	put_name(out, "            ", "uom", (struct lang_text){ m->uom, m->uom_en });
	buf_printf(out, "            comparator: %s\n            figure: %s\n",
		   catalogue_comparator_name(m->comparator), catalogue_figure_name(m->figure));
	if (m->decimals)
		buf_printf(out, "            decimals: %u\n", m->decimals);
	if (has_stages(m))
		buf_printf(out, "            stages: %s-stages\n", m->id);
	put_figures(k, m, value_of(m, figure));
	buf_printf(out, "            carried_from: %s/%s\n", k->c->id, m->id);
	buf_printf(out, "            note: {zh: \"%s 封账时为 %s\", en: \"%s stood at %s when it was closed\"}\n",
		   k->c->id, value[0] ? value : "—", k->c->id, value[0] ? value : "nothing");
}

static bool item_is_carried(const struct carry *k, size_t item)
{
	for (size_t m = 0; m < k->c->measure_count; m++)
		if (k->carried[m] && k->c->measures[m].item == item)
			return true;
	return false;
}

static void put_item(struct carry *k, size_t i)
{
	const struct catalogue_item *item = &k->c->items[i];
	struct buf *out = &k->out;

	buf_printf(out, "      - id: \"%s\"\n", item->id);
	put_name(out, "        ", "name", item->name);
	buf_printf(out, "        lead: %s\n        coorganisers: ", k->c->units[item->lead].id);
	put_units(out, k, item->coorganisers, item->coorganiser_count);
	buf_put_string(out, "\n        scope: ");
	if (item->scope_count)
		put_units(out, k, item->scope, item->scope_count);
	else
		buf_put_string(out, "city");
	if (item->scope_invented)
		buf_put_string(out, "\n        scope_invented: true");
	buf_put_string(out, "\n        measures:\n");
	for (size_t m = 0; m < k->c->measure_count; m++)
		if (k->carried[m] && k->c->measures[m].item == i)
			put_measure(k, &k->c->measures[m]);
}

static void put_projects(struct carry *k)
{
	const struct catalogue *c = k->c;
	size_t last = SIZE_MAX;

	buf_put_string(&k->out, "\nprojects:\n");
	for (size_t i = 0; i < c->item_count; i++) {
		size_t project = c->items[i].project;

		if (!item_is_carried(k, i))
			continue;
		if (project != last) {
			buf_printf(&k->out, "  - id: \"%s\"\n", c->projects[project].id);
			put_name(&k->out, "    ", "name", c->projects[project].name);
			buf_put_string(&k->out, "    items:\n");
		}
		last = project;
		put_item(k, i);
	}
}

/* --- plans ------------------------------------------------------------------------------------ */

/* Measures of a plan, in one list; false: there are none. */
static bool put_planned(struct carry *k, const char *id, const char *shape, bool milestones)
{
	size_t n = 0;

	for (size_t m = 0; m < k->c->measure_count; m++) {
		if (!k->carried[m] ||
		    (k->c->measures[m].kind == CATALOGUE_MILESTONE) != milestones)
			continue;
		if (n++ == 0)
			buf_printf(&k->out, "  - id: %s\n    shape: %s\n    invented: true\n"
					    "    measures: [", id, shape);
		else
			buf_put_string(&k->out, ", ");
		buf_put_string(&k->out, k->c->measures[m].id);
	}
	if (n)
		buf_put_string(&k->out, "]\n");
	return n > 0;
}

static void put_plans(struct carry *k)
{
	char to[11];

	date_format(k->to, to);
	buf_put_string(&k->out, "\nplans:\n");
	(void)put_planned(k, "carried-evenly", "linear-month", false);
	if (put_planned(k, "carried-to-the-end", "stages", true))
		buf_printf(&k->out, "    stages:\n      - {id: finished, name: {zh: 完成余下部分, en: "
				    "The rest is done}, weight: 100, due: %s}\n", to);
}

/* --- the file --------------------------------------------------------------------------------- */

static enum err write_file(struct carry *k, const char *path)
{
	enum err e;

	put_head(k);
	put_lights(k);
	put_unit_list(k);
	put_stage_sets(k);
	put_projects(k);
	put_plans(k);
	e = buf_error(&k->out);
	return e == ERR_OK ? fs_write(path, buf_bytes(&k->out), 0644) : e;
}

/* The programme after this one, of whole years. */
static void set_days(struct carry *k)
{
	int year, month, day;

	k->from = k->c->to + 1;
	date_to_civil(k->from, &year, &month, &day);
	k->to = date_from_civil(year + 1, month, day) - 1;
}

static int carry(struct ctl *c, struct carry *k)
{
	const char *path = ctl_option(c, "out");

	choose(k);
	if (k->count == 0)
		return ctl_complain(c, CTL_FAILED,
				    (struct lang_text){ "没有未完成的指标，无须结转",
							"nothing is unfinished: there is nothing to carry over" },
				    NULL);
	set_days(k);
	if (write_file(k, path) != ERR_OK)
		return ctl_complain(c, CTL_FAILED, (struct lang_text){ "写不了 ", "can't write " },
				    path);
	ctl_say(c, stdout, "%s：结转 %zu 个指标；计划为虚构，节假日待补\n",
		"%s: %zu targets carried over; plans are invented, holidays are missing\n", path,
		k->count);
	return CTL_OK;
}

/* The closed year of the very programme that the file is about. */
static bool fits(const struct ctl *c, const struct carry *k)
{
	if (strcmp(ctl_string(k->year, "state"), "closed") != 0) {
		ctl_complain(c, CTL_FAILED,
			     (struct lang_text){ "本年度尚未封账", "the year is not closed" }, NULL);
		return false;
	}
	if (strcmp(ctl_string(k->year, "programme"), k->c->id) == 0)
		return true;
	ctl_complain(c, CTL_FAILED,
		     (struct lang_text){ "目录文件与服务中的方案不同：",
					 "the file is another programme's than the daemon's: " },
		     k->c->id);
	return false;
}

int ctl_year_carry(struct ctl *c)
{
	struct diag_list diags = { 0 };
	struct catalogue *catalogue = NULL;
	struct carry k = { .id = ctl_option(c, "id") };
	json_t *year = NULL;
	int status = CTL_FAILED;

	if (catalogue_load(c->arguments[0], &diags, &catalogue) != ERR_OK)
		diag_print(&diags, c->lang, stderr);
	else if ((year = ctl_get(c, "/api/v1/year")) != NULL) {
		k.c = catalogue;
		k.year = year;
		k.carried = calloc(catalogue->measure_count + 1, sizeof(*k.carried));
		if (k.carried != NULL && fits(c, &k))
			status = carry(c, &k);
	}
	free(k.carried);
	buf_free(&k.out);
	json_decref(year);
	catalogue_free(catalogue);
	diag_free(&diags);
	return status;
}
