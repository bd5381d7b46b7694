/* SPDX-License-Identifier: MIT */
/* What can be wrong with a catalogue: one table of messages and hints in both languages. Private
 * to the loader. */
#ifndef CATALOGUE_FAULT_H
#define CATALOGUE_FAULT_H

#include "base/diag.h"
#include "base/yaml.h"

enum fault {
	/* one value */
	FAULT_UNKNOWN_KEY,
	FAULT_UNKNOWN_KEY_NEAR,
	FAULT_MISSING_KEY,
	FAULT_NOT_MAP,
	FAULT_NOT_LIST,
	FAULT_NOT_SCALAR,
	FAULT_EMPTY,
	FAULT_ID,
	FAULT_NAME,
	FAULT_TEXT_LONG,
	FAULT_BOOL,
	FAULT_COUNT,
	FAULT_DATE,
	FAULT_MONTH,
	FAULT_OFFSET,
	FAULT_CHOICE,
	FAULT_CHOICE_NEAR,
	FAULT_NUMBER,
	FAULT_NUMBER_UNIT,
	FAULT_NUMBER_DECIMALS,
	FAULT_PERCENT_RANGE,
	FAULT_TOO_MANY,
	/* files */
	FAULT_INCLUDE,
	FAULT_SECTION_TWICE,
	/* references */
	FAULT_UNKNOWN_ID,
	FAULT_UNKNOWN_ID_NEAR,
	FAULT_DUPLICATE_ID,
	FAULT_NAMED_TWICE,
	FAULT_UNIT_KIND,
	/* programme, units, calendar, lights */
	FAULT_PROGRAMME_REVERSED,
	FAULT_TILE,
	FAULT_TILE_TAKEN,
	FAULT_CODE,
	FAULT_NO_CALENDAR,
	FAULT_CALENDAR_SHORT,
	FAULT_CALENDAR_TAIL,
	FAULT_HOLIDAY_REVERSED,
	FAULT_HOLIDAY_OUTSIDE,
	FAULT_WORKDAY_WEEKDAY,
	FAULT_DAY_BOTH,
	FAULT_THRESHOLDS,
	FAULT_THRESHOLD_LEAVE,
	/* items and measures */
	FAULT_SCOPE,
	FAULT_NO_MAIN,
	FAULT_TARGET,
	FAULT_BASE_TARGET,
	FAULT_CAP,
	FAULT_ALL_TARGET,
	FAULT_KEY_KIND,
	FAULT_KEY_NEEDED,
	FAULT_FIGURE_SCOPE,
	FAULT_FIGURE_KIND,
	FAULT_DERIVED_FROM,
	FAULT_PARTS_SUM,
	FAULT_PART_ODD,
	FAULT_PART_TWICE,
	FAULT_PART_ALONE,
	FAULT_REPORT_OUTSIDE,
	FAULT_LATE_UNTIL,
	/* stages, plans, quotas */
	FAULT_STAGE_WEIGHTS,
	FAULT_STAGE_DUE,
	FAULT_STAGE_PLAIN,
	FAULT_PLAN_NONE,
	FAULT_PLAN_TWICE,
	FAULT_PLAN_UNUSED,
	FAULT_PLAN_KIND,
	FAULT_PLAN_KNOTS,
	FAULT_PLAN_START,
	FAULT_PLAN_END,
	FAULT_PLAN_FALLS,
	FAULT_KNOT_OUTSIDE,
	FAULT_KNOT_ORDER,
	FAULT_QUOTAS_TWICE,
	FAULT_QUOTA_KIND,
	FAULT_QUOTA_UNIT,
	FAULT_QUOTA_NEGATIVE,
	FAULT_QUOTA_SUM,
	/* quality */
	FAULT_PAIR_KIND,
	FAULT_PAIR_SELF,
	FAULT_PAIR_TWICE,
	/* objects */
	FAULT_OBJECTS_KIND,
	FAULT_OBJECTS_VALUE,
	FAULT_OBJECTS_NEEDED,
	FAULT_OBJECTS_TWICE,
	FAULT_OBJECTS_BASE,
	FAULT_OBJECTS_CAP,
	FAULT_OBJECTS_FEW,
	FAULT_OBJECT_UNKNOWN,
	FAULT_OBJECT_YEAR,
	FAULT_CHECK_BOUNDS,
	FAULT_CHECK_PLAIN,
	/* a catalogue that follows another */
	FAULT_FOLLOW_GONE,
	FAULT_FOLLOW_CHANGED,
	FAULT_FOLLOW_STAGES,
	FAULT_KINDS
};

/* A node and the file that it stands in. */
struct spot {
	const char *file;
	const struct yaml_node *node; /* NULL: the file as a whole */
};

struct fault_words {
	enum diag_level level;
	struct lang_text text;
	struct lang_text hint;
};
const struct fault_words *fault_words(enum fault f); /* static */

/* All further arguments are strings, at least one: those of the fault's texts, in their order. */
#define FAULT_ADD(diags, spot_, fault_, ...)                                                       \
	do {                                                                                       \
		const struct fault_words *words_ = fault_words(fault_);                            \
		struct spot at_ = (spot_);                                                         \
		diag_add((diags), words_->level, at_.file, at_.node ? at_.node->line : 0,          \
			 at_.node ? at_.node->column : 0, &words_->text, &words_->hint,            \
			 __VA_ARGS__);                                                             \
	} while (0)

#endif
