/* SPDX-License-Identifier: MIT */
/* A catalogue as its files say it, before references are resolved and rules are checked. Private to
 * the loader. */
#ifndef CATALOGUE_DRAFT_H
#define CATALOGUE_DRAFT_H

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/catalogue/schema.h"

struct draft_programme {
	struct spot at;
	int32_t from, to;
	int offset_minutes;
};
struct draft_reporting {
	struct spot at;
	struct catalogue_reporting values;
	int32_t first_report;
};
struct draft_lights {
	struct spot at;
	const char *id;
	int measure; /* 0 points, 1 per cent of the plan */
	struct catalogue_profile values;
};
struct draft_pair {
	struct spot at;
	const struct yaml_node *first, *second;
	unsigned times;
};
struct draft_quality {
	struct spot at;
	struct catalogue_quality values;
	struct schema_list pairs; /* struct draft_pair */
};
struct draft_unit {
	struct spot at;
	struct catalogue_unit values;
	int kind;
	bool reports;
	const struct yaml_node *tile;
};
struct draft_stage {
	struct spot at;
	struct catalogue_stage values;
};
struct draft_stages {
	struct spot at;
	const char *id;
	const struct yaml_node *counts;
	struct schema_list stages; /* struct draft_stage */
	const struct catalogue_stage *built;
	uint16_t counting_stage;
};
struct draft_measure {
	struct spot at;
	struct catalogue_measure values;
	struct lang_text uom;
	int kind, comparator, role, figure;
	int count; /* 0 by value, 1 by objects */
	const struct yaml_node *target, *base, *cap;
	const struct yaml_node *parts, *stages, *derived_from;
	const struct draft_plan *plan;
	bool numbers_ok; /* target and, where written, base and cap could be read */
};
struct draft_item {
	struct spot at;
	struct catalogue_item values;
	const struct yaml_node *lead, *coorganisers, *scope;
	struct schema_list measures; /* struct draft_measure */
};
struct draft_project {
	struct spot at;
	struct catalogue_project values;
	struct schema_list items; /* struct draft_item */
};
struct draft_holiday {
	struct spot at;
	int32_t from, to;
	struct lang_text name;
};
struct draft_calendar {
	struct spot at;
	int32_t from, to;
	struct schema_list holidays; /* struct draft_holiday */
	const struct yaml_node *workdays;
};
struct draft_plan {
	struct spot at;
	struct catalogue_plan values;
	int shape;
	bool invented;
	const struct yaml_node *measures;
	const struct yaml_node *knots;
	struct schema_list stages; /* struct draft_stage */
	const struct catalogue_stage *built;
	bool sound; /* its knots may be used */
};

struct draft_object {
	struct spot at;
	struct universe_object values;
	const struct yaml_node *unit;
};
struct draft_earlier {
	struct spot at;
	unsigned year;
	const struct yaml_node *ids;
};
struct draft_check {
	struct spot at;
	struct universe_check values;
	int kind; /* 0 yes or no, 1 a number */
	const struct yaml_node *min, *max;
};
struct draft_objects {
	struct spot at;
	const char *version;
	bool invented;
	const struct yaml_node *measures;
	struct schema_list universe; /* struct draft_object */
	const struct yaml_node *base;
	struct schema_list earlier;   /* struct draft_earlier */
	struct schema_list checklist; /* struct draft_check */
};

/* Of the plans' shapes in the file, the one that has no counterpart in a catalogue: steps at the
 * due days of its own stages. */
#define DRAFT_STAGES 4

/* What any file of a catalogue may hold; all that an included one may. */
struct draft_part {
	struct spot at;
	unsigned schema;
	const char *source;
	bool invented;
	struct schema_list stages; /* struct draft_stages */
	struct draft_calendar *calendar;
	struct schema_list plans; /* struct draft_plan */
	const struct yaml_node *quotas;
	struct schema_list objects; /* struct draft_objects */
	struct yaml_doc *doc;
};

struct draft {
	struct draft_part part; /* first: the main file's own */
	const char *id;
	struct lang_text title;
	struct draft_programme *programme;
	const struct yaml_node *include;
	const struct yaml_node *city, *office;
	struct draft_reporting *reporting;
	struct draft_lights *lights;
	struct draft_quality *quality;
	int ranking; /* enum catalogue_ranking */
	struct schema_list units;    /* struct draft_unit */
	struct schema_list projects; /* struct draft_project */
};

#endif
