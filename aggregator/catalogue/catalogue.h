/* SPDX-License-Identifier: MIT */
/* A city's programme as data: projects, items, measures, units, plans, quotas, calendar and the
 * light profile. Read-only after loading; shared by all threads. Measures and units are named by
 * numbers that never change once given (index == number), so that stored keys stay valid when a
 * later version of the catalogue adds something. */
#ifndef CATALOGUE_CATALOGUE_H
#define CATALOGUE_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "aggregator/catalogue/universe.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/lang.h"

enum catalogue_kind {
	CATALOGUE_QUANTITY,  /* counted work: TOTAL or ADD rows, summed over units */
	CATALOGUE_RATIO,     /* numerator and denominator, each summed, then divided */
	CATALOGUE_COMPOSITE, /* computed: the sum of its parts, each capped at its own target */
	CATALOGUE_MILESTONE, /* weighted stages, each reached or not */
	CATALOGUE_LEVEL,     /* runs from a base to a goal */
	CATALOGUE_POLICY     /* in force or not, or a rate that is in force */
};
enum catalogue_comparator {
	CATALOGUE_AT_LEAST,
	CATALOGUE_ABOUT, /* met at 95 %; informs, never red */
	CATALOGUE_ALL,	 /* of an enumerated universe */
	CATALOGUE_REACH
};
enum catalogue_role { CATALOGUE_MAIN, CATALOGUE_PART, CATALOGUE_SUPPORT };
/* Whose figure counts; every other figure is a shadow. */
enum catalogue_figure { CATALOGUE_COUNTIES, CATALOGUE_LEAD, CATALOGUE_DERIVED };
enum catalogue_unit_kind {
	CATALOGUE_CITY,
	CATALOGUE_COUNTY,
	CATALOGUE_ZONE,
	CATALOGUE_OFFICE,
	CATALOGUE_DEPARTMENT,
	CATALOGUE_ENTERPRISE
};

struct arena;
struct catalogue_index;

#define CATALOGUE_NONE UINT16_MAX
#define CATALOGUE_ALL_PPM INT64_C(1000000) /* 100 % */

struct catalogue_unit {
	const char *id;
	struct lang_text name;
	enum catalogue_unit_kind kind;
	const char *code;	   /* GB/T 2260, "" where it has none */
	int tile_row, tile_column; /* of the tile map, from 1; 0: not on it */
	bool area; /* a county or zone: "scope: areas" means all of these (the 15) */
	/* Its reports are waited for. False: it may report, but its silence is none (the Qufu
	 * cultural zone; the city itself). */
	bool expected;
};

struct catalogue_stage {
	const char *id;
	struct lang_text name;
	int64_t weight_ppm; /* milestones: of the whole; all weights sum to 100 % */
	int32_t due;	    /* milestones: planned day; DATE_NONE else */
};

/* Planned share of the target on a day: straight lines between knots. */
struct catalogue_knot {
	int32_t day; /* at the end of that civil day */
	int64_t ppm; /* never falls; the last one is 100 % */
};
enum catalogue_plan_shape {
	CATALOGUE_KNOTS,	/* straight lines between knots */
	CATALOGUE_LINEAR_DAY,	/* t / PD */
	CATALOGUE_LINEAR_MONTH, /* closed months / 12 */
	CATALOGUE_STEPS		/* jumps at the knots: milestones, policies */
};
struct catalogue_plan {
	const char *id; /* printed beside every gap */
	bool invented;	/* not the notice's: say so wherever it shows */
	enum catalogue_plan_shape shape;
	/* From the day before the start (0 %) to the due day (100 %); at least two, whatever the
	 * shape. */
	const struct catalogue_knot *knots;
	size_t knot_count;
};

struct catalogue_quota {
	uint16_t unit;
	int64_t value; /* at the measure's decimals */
};

/* What was decided after the catalogue, with a document and from a day on. Numbered from 1; what the
 * catalogue itself says is number 0. Of those in force on a day the newest counts. */
struct catalogue_plan_version {
	uint16_t number;
	int32_t effective; /* the first day on which it is in force */
	struct catalogue_plan plan;
	const int32_t *dues; /* milestones: the planned day of each stage; else NULL */
};
struct catalogue_quota_version {
	uint16_t number;
	int32_t effective;
	const struct catalogue_quota *quotas; /* all of them, by unit number, rising */
	size_t quota_count;
};

struct catalogue_item {
	const char *id;	  /* "2.2" */
	uint16_t project; /* index into projects */
	struct lang_text name;
	uint16_t lead; /* unit number */
	const uint16_t *coorganisers;
	size_t coorganiser_count;
	const uint16_t *scope; /* areas that have a part in it; none: the city alone */
	size_t scope_count;
	bool scope_invented; /* the notice does not list them */
};
struct catalogue_project {
	const char *id;
	struct lang_text name;
};

struct catalogue_measure {
	const char *id;
	uint16_t item;	/* index into items */
	uint16_t order; /* place in the file, from 0: the order in which people read */
	struct lang_text name;
	enum catalogue_kind kind;
	enum catalogue_comparator comparator;
	enum catalogue_role role;
	enum catalogue_figure figure;
	const char *uom; /* 处 */
	const char *uom_en;
	unsigned decimals;	/* of every value; ratios: of numerator and denominator */
	int64_t target;		/* ratios: in per cent at rate_decimals; all others: at decimals */
	unsigned rate_decimals; /* of a ratio's target, base and result; == decimals else */
	struct lang_text numerator, denominator; /* ratios that are reported: what is counted */
	bool has_base;
	bool base_invented; /* not the notice's */
	/* Opening level; what is reported counts on top of it. Ratios, levels and policies: where
	 * it stood at the start. */
	int64_t base;
	bool has_cap;
	int64_t cap; /* base + figure may not exceed it (the universe, such as 156 towns) */
	const uint16_t *parts; /* composite: measure numbers; they sum to target */
	size_t part_count;
	uint16_t whole; /* the composite that it is a part of, or CATALOGUE_NONE */
	const struct catalogue_stage *stages;
	size_t stage_count;
	bool stages_invented;
	/* Quantity, policy: the stage whose figure counts; rows without a stage mean it.
	 * CATALOGUE_NONE: no stages, or a milestone's. */
	uint16_t counting_stage;
	/* Measure id, else NULL. A derived ratio is (base + figure) / cap of that quantity; a derived
	 * level is the rate of that ratio less its base. */
	const char *derived_from;
	struct catalogue_plan plan;
	const struct catalogue_quota *quotas; /* by unit number, rising */
	size_t quota_count;
	bool quotas_invented;
	/* Later ones, by number; a catalogue as it was loaded has none. */
	const struct catalogue_plan_version *plans;
	size_t plan_count;
	const struct catalogue_quota_version *quota_sets;
	size_t quota_set_count;
	int32_t first_report; /* first period's last day for which a report is expected */
	int32_t retired;      /* no rows for dates after it; DATE_NONE: in use */
	struct lang_text note;
	/* "programme/measure" of an earlier year whose unfinished rest this is; "" for none. */
	const char *carried_from;
	/* Counted by the ids of places and things: its value is how many different ones there are.
	 * NULL: counted by numbers. */
	const struct universe *objects;
};

/* Working days. */
struct catalogue_calendar {
	const int32_t *holidays; /* rising: weekdays that are free */
	size_t holiday_count;
	const int32_t *workdays; /* rising: make-up days on a weekend */
	size_t workday_count;
	int32_t from, to; /* the days it knows */
};

/* Thresholds in hundredths of a percentage point (10 points: 1000). Without hysteresis leave equals
 * enter; a gap that passes the test of entering never counts as leaving. */
struct catalogue_profile {
	const char *id;
	int64_t yellow_enter; /* behind by at least this: yellow */
	int64_t red_enter;    /* behind by more than this: red */
	int64_t yellow_leave; /* back to green where behind by at most this */
	int64_t red_leave;    /* back to yellow where behind by at most this */
	bool relative;	      /* thresholds are per cent of the plan (1 - V/E), not points */
	unsigned enter_count; /* closed periods in a row; 1 by default */
	unsigned leave_count;
	unsigned not_started_months; /* red where this many months late and nothing done; 3 */
};

#define CATALOGUE_ESCALATE_AFTER 5
struct catalogue_reporting {
	unsigned due_day;      /* of the next month; moved to the next working day; 5 */
	unsigned confirm_days; /* working days that leads have after it; 3 */
	unsigned object_days;  /* working days for objections; 2 */
	unsigned silent_after; /* months without a report until an alert; 1 */
	/* Working days until an alert that nobody acknowledged goes to the lead, and so many more until
	 * it goes to the office; 5; 0: never. */
	unsigned escalate_after;
	/* Last day on which rows for the programme are taken without the office's release, and after
	 * which the year may be closed. DATE_NONE: rows are taken until the close, which may come
	 * CATALOGUE_LATE_DAYS after the programme's end. */
	int32_t late_until;
};
#define CATALOGUE_LATE_DAYS 15

/* Two quantities that go together, such as canteens and the pupils who eat there: what is planned of
 * the second for one of the first follows from their targets. */
struct catalogue_pair {
	uint16_t first, second; /* measure numbers */
	unsigned times;		/* the planned ratio may be missed by this factor */
};
/* What makes a figure look odd, and how many of those that do not are looked at. Where the catalogue
 * says nothing, the defaults below. */
struct catalogue_quality {
	unsigned above_times; /* more than so many times the quota, and ... */
	unsigned above_steps; /* ... more above it than so many steps of the last decimal */
	unsigned sample;      /* cells a period that are drawn by lot; 0: the square root of all */
	const struct catalogue_pair *pairs;
	size_t pair_count;
};
#define CATALOGUE_ABOVE_TIMES 3
#define CATALOGUE_ABOVE_STEPS 100
#define CATALOGUE_PAIR_TIMES 3

/* Whether units are ranked, and by what: ranks invite pressure on those who write the figures, so
 * that a catalogue says nothing of them unless a city wants them. */
enum catalogue_ranking {
	CATALOGUE_RANKING_OFF,
	CATALOGUE_RANKING_DELTA /* what was added, against what was planned to be added */
};

struct catalogue {
	const char *id; /* "jining-2022" */
	struct lang_text title;
	uint64_t version;   /* 1, 2, ...; 1 when loaded, then what catalogue_follow says */
	int32_t from, to;   /* first and last day of the programme */
	int offset_minutes; /* of the civil time zone */
	const struct catalogue_unit *units;
	size_t unit_count;
	uint16_t city;	 /* the unit that stands for the whole */
	uint16_t office; /* the Supervision Office */
	const struct catalogue_project *projects;
	size_t project_count;
	const struct catalogue_item *items;
	size_t item_count;
	const struct catalogue_measure *measures;
	size_t measure_count;
	struct catalogue_calendar calendar;
	struct catalogue_profile profile;
	struct catalogue_reporting reporting;
	struct catalogue_quality quality;
	enum catalogue_ranking ranking;
	/* Private: where all of it lives, and the numbers by id. NULL in a struct made by hand, for
	 * which look-ups search. */
	struct arena *arena;
	const struct catalogue_index *index;
};

/* Loads and checks a catalogue file and the files it names. Every fault and warning is added to
 * diags; ERR_INVALID where one of them is an error. The result belongs to the caller. */
enum err catalogue_load(const char *path, struct diag_list *diags, struct catalogue **out);
/* The same from a text; the files that it names are looked for beside name. */
enum err catalogue_load_text(const char *name, struct bytes text, struct diag_list *diags,
			     struct catalogue **out);
void catalogue_free(struct catalogue *c); /* accepts NULL */

/* Gives the measures and units of next the numbers that they have in now, new ones the numbers
 * after them, and next the version of now where both say the same (then both have the same canonical
 * form), else one more. ERR_INVALID (and diags) where something with a number is gone or changed its
 * kind, unit of measure, decimals, base (ids too), way of counting, stages or counting stage, or where id, days, time zone or
 * city of the programme differ; next is unchanged then. */
enum err catalogue_follow(struct catalogue *next, const struct catalogue *now,
			  struct diag_list *diags);

/* The checked canonical form: same catalogue, same bytes. What a ledger entry holds. Decoding gives
 * ERR_VERSION for a form of a newer program, ERR_CORRUPT for anything that encoding would not have
 * written. */
enum err catalogue_encode(const struct catalogue *c, struct buf *out);
enum err catalogue_decode(struct bytes form, struct catalogue **out);

/* Numbers by id; CATALOGUE_NONE where there is none. O(1) on average. */
uint16_t catalogue_measure_number(const struct catalogue *c, struct bytes id);
uint16_t catalogue_unit_number(const struct catalogue *c, struct bytes id);
uint16_t catalogue_stage_index(const struct catalogue_measure *m, struct bytes id);

bool catalogue_in_scope(const struct catalogue_item *item, uint16_t unit);
/* Whose figure counts in the cell (measure, unit): the unit itself, the item's lead (unit ==
 * city), or CATALOGUE_NONE where that cell counts nobody's. */
uint16_t catalogue_owner(const struct catalogue *c, uint16_t measure, uint16_t unit);
/* What is in force on a day; NULL: the catalogue's own, number 0. */
const struct catalogue_plan_version *catalogue_plan_version(const struct catalogue_measure *m,
							    int32_t day);
const struct catalogue_quota_version *catalogue_quota_version(const struct catalogue_measure *m,
							      int32_t day);
/* The plan in force on a day; a milestone's planned day of a stage by it. */
const struct catalogue_plan *catalogue_plan_on(const struct catalogue_measure *m, int32_t day);
int32_t catalogue_stage_due_on(const struct catalogue_measure *m, size_t stage, int32_t day);
/* The quota of a unit in force on a day. False: none (未分解), which is not 0. */
bool catalogue_quota_on(const struct catalogue_measure *m, uint16_t unit, int32_t day,
			int64_t *value);
/* The first quota of a unit: the catalogue's. */
bool catalogue_quota_of(const struct catalogue_measure *m, uint16_t unit, int64_t *value);

/* The words of the catalogue file, such as "quantity" or "at-least". Never NULL. */
/* Decimals of a measure's figure as it is told: a milestone's is the share of its weight that is
 * reached, in per cent. */
unsigned catalogue_figure_decimals(const struct catalogue_measure *m);
const char *catalogue_kind_name(enum catalogue_kind k);
const char *catalogue_comparator_name(enum catalogue_comparator c);
const char *catalogue_role_name(enum catalogue_role r);
const char *catalogue_figure_name(enum catalogue_figure f);
const char *catalogue_unit_kind_name(enum catalogue_unit_kind k);
const char *catalogue_shape_name(enum catalogue_plan_shape s);

/* All keys of a catalogue file with type, range, default and meaning, as Markdown. */
void catalogue_schema_print(enum lang lang, FILE *to);

#endif
