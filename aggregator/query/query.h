/* SPDX-License-Identifier: MIT */
/* Questions about the state, answered from one snapshot: the HTTP API and the query socket ask
 * here. A snapshot is one read transaction: open it, ask, close it in the same callback; nothing
 * here touches the writer. Any thread, one snapshot each. Lists lie in the arena that the caller
 * gives (ERR_NOMEM: its budget is used up) and outlive the snapshot; what a callback is given is
 * valid during the call, and a callback returns false to stop.
 *
 * A figure is asked for a day (valid) as it was known on a day (known): the state at the end of a
 * civil day that is over, or HISTORY_NOW. Names are those of the catalogue in force, whatever the
 * day; plans and quotas those in force on the valid day, as known now. */
#ifndef QUERY_QUERY_H
#define QUERY_QUERY_H

#include "aggregator/admission/epochs.h"
#include "aggregator/admission/holds.h"
#include "aggregator/admission/keyring.h"
#include "aggregator/alerts/book.h"
#include "aggregator/alerts/flags.h"
#include "aggregator/alerts/lights.h"
#include "aggregator/alerts/sample.h"
#include "aggregator/ledger/entry.h"
#include "aggregator/office/versions.h"
#include "aggregator/office/owed.h"
#include "aggregator/progress/history.h"
#include "aggregator/progress/light.h"
#include "aggregator/progress/pace.h"
#include "aggregator/progress/reports.h"
#include "aggregator/progress/totals.h"
#include "base/arena.h"
#include "proto/event.h"

struct query;

/* Both must outlive the snapshot. */
enum err query_open(struct store *s, const struct catalogue *c, struct query **out);
/* The same within a transaction of somebody else, who ends it after query_close: what the writer asks
 * itself while an entry of that time is being decided. c as it is, with the plans and quotas that it
 * has. The head is that of the last commit, but for its time. */
enum err query_borrow(struct store_txn *t, const struct catalogue *c, int64_t time_ms,
		      struct query **out);
void query_close(struct query *q); /* accepts NULL */

struct query_head {
	uint64_t position;     /* newest entry; 0: nothing was ever said */
	uint64_t alert_number; /* newest row of the alert log */
	uint64_t rows;         /* rows of all batches */
	int64_t time_ms;       /* of the newest entry */
	int32_t today;         /* its civil day: the default for valid */
	uint8_t chain[CRYPTO_HASH_LEN];
};
struct query_head query_head(const struct query *q);
/* The catalogue, with the plans and quotas that came after it. */
const struct catalogue *query_catalogue(const struct query *q);

struct query_when {
	int32_t valid;
	int32_t known; /* a closed day, or HISTORY_NOW */
};
/* ERR_RANGE: known is a day that is not over yet (ask for HISTORY_NOW). */
enum err query_when_check(const struct query *q, struct query_when when);

/* --- figures ---------------------------------------------------------------------------------- */
/* The light of the newest closed period up to the day asked for. */
struct query_light {
	bool judged;            /* false: no period was closed; the rest is zero */
	enum light light;       /* as known then: where it was judged again later, as it was first */
	int32_t period;         /* its last day */
	struct light_state state; /* as it stands now */
	enum light original;    /* by the first plan and quota, as it stands now */
	enum light published;   /* when the period was published; LIGHT_NONE: it was not */
	uint16_t plan, quota;   /* versions that it was judged by; 0: the catalogue's */
	uint32_t restated;      /* how often later entries changed it */
	uint64_t position;      /* of the entry that judged it */
};

/* What a measure stands at in a unit, or in the whole city (unit: the city). */
struct query_figure {
	uint16_t measure, unit;
	struct totals_result at;
	struct fraction planned; /* share of the goal planned for the day */
	bool has_share;          /* something was reported, and there is a task: at.done says something */
	bool has_gap;            /* there is a task and a pace */
	int64_t gap_hundredths;  /* of a percentage point, rounded; behind plan: negative */
	struct query_light official;
	enum light live;         /* the colour of this moment: never stored, never alarmed */
};
struct query_figures {
	const struct query_figure *items;
	size_t count;
};

/* ERR_NOTFOUND: no such measure or unit. */
enum err query_figure(struct query *q, uint16_t measure, uint16_t unit, struct query_when when,
		      struct query_figure *out);

/* The city's figure of every measure, in the order of the catalogue file. */
enum err query_targets(struct query *q, struct query_when when, struct arena *a,
		       struct query_figures *out);

/* A cell: the counting figure, a stage, or a shadow. */
struct query_cell {
	struct cell_key key;
	bool counts; /* its figure feeds the totals */
	struct cell_value value;
};
struct query_cells {
	const struct query_cell *items;
	size_t count;
};

struct query_target {
	struct query_figure city;
	struct query_figures units;  /* areas that have a part in it, in the order of the scope */
	struct query_figures parts;  /* composite: the city's figures of its parts */
	struct query_cells cells;    /* everything reported: stages and shadows too */
};
/* ERR_NOTFOUND: no such measure. */
enum err query_target(struct query *q, uint16_t measure, struct query_when when, struct arena *a,
		      struct query_target *out);

struct query_cell_filter {
	uint16_t measure, unit; /* CATALOGUE_NONE: any */
	bool counting_only;     /* neither stages nor shadows */
};
/* Cells that said something by then, in the order of (measure, stage, unit, source). */
enum err query_cells(struct query *q, const struct query_cell_filter *filter,
		     struct query_when when, struct arena *a, struct query_cells *out);

/* Every figure of a cell, as known on that day: history_walk. */
enum err query_history(struct query *q, struct cell_key key, int32_t known,
		       bool (*fn)(void *ctx, const struct history_point *point), void *ctx);

/* --- reconciliation --------------------------------------------------------------------------- */
/* Where a value comes from. */
struct query_origin {
	uint64_t position; /* of the newest entry that moved it; 0: none */
	bool has_row;	   /* false: an act moved it, or the row was withdrawn; the rest is empty */
	uint32_t row;
	uint16_t reporter; /* who said it */
	int64_t said_ms;
};
/* What another reporter has of the same. */
struct query_shadow {
	uint16_t source;
	struct cell_value value;
	bool speaks;   /* of the period asked for; else it is older, and nothing is compared */
	bool compared; /* and something is counted */
	bool within;   /* the tolerance of tolerance.h; ratios: both of their counts */
	struct query_origin origin;
};
struct query_reconciled {
	uint16_t measure, unit;
	struct totals_result counted;
	struct query_origin origin; /* of the newest row in it */
	const struct query_shadow *shadows;
	size_t shadow_count;
	bool differs;	     /* one of them is outside the tolerance */
	char alert[BOOK_ID]; /* the mismatch that is open now, or "" */
};
struct query_reconciliation {
	const struct query_reconciled *items;
	size_t count;
};
/* Counts and ratios of which more than one reporter has a figure, at the end of a period, as known
 * now; in the order of (measure, unit). measure, unit: CATALOGUE_NONE for all. */
enum err query_reconcile(struct query *q, int32_t period, uint16_t measure, uint16_t unit,
			 struct arena *a, struct query_reconciliation *out);

/* --- official lights of closed periods --------------------------------------------------------- */
struct query_light_filter {
	uint16_t measure, unit; /* CATALOGUE_NONE: any */
	int32_t period;		/* its last day, or DATE_NONE: any */
};
struct query_past_light {
	struct lights_record record;
	/* Of a yellow or red one: the first later period at whose end everything was done that had been
	 * planned for this one; DATE_NONE: not yet. The colour stays as it was. */
	int32_t settled;
};
struct query_past_lights {
	const struct query_past_light *items;
	size_t count;
};
/* By measure, unit, period; as known now. */
enum err query_past_lights(struct query *q, const struct query_light_filter *filter,
			   struct arena *a, struct query_past_lights *out);

/* --- versions of plans and quotas --------------------------------------------------------------- */
struct query_version_list {
	const struct versions_record *items;
	size_t count;
};
/* Those that came after the catalogue, by measure, kind, number; measure: CATALOGUE_NONE for all. */
enum err query_versions(struct query *q, uint16_t measure, struct arena *a,
			struct query_version_list *out);

/* --- totals with reports missing ---------------------------------------------------------------- */
/* V_low is what stands at the end of a period; V_high what might stand there if each unit whose
 * report is missing had done the greater of what was planned for it and its best month so far. */
struct query_interval {
	int32_t period;
	unsigned expected;
	const uint16_t *missing; /* units, in the order of the scope */
	size_t missing_count;
	int64_t low, high; /* without the base; equal where nothing is missing */
};
/* Of a count that is the sum of its counties; all others expect nothing. ERR_NOTFOUND: no such
 * measure. */
enum err query_interval(struct query *q, uint16_t measure, int32_t period, struct arena *a,
			struct query_interval *out);

/* --- lights by other thresholds --------------------------------------------------------------- */
enum query_crossed { /* what is wrong with a profile */
	QUERY_CROSSED_NOT,
	QUERY_CROSSED_NEGATIVE, /* a threshold, or one above 100 points */
	QUERY_CROSSED_ENTER,	/* yellow would begin where red does, or behind it */
	QUERY_CROSSED_LEAVE	/* a light would be left before it is entered */
};
enum query_crossed query_profile_check(const struct catalogue_profile *p);

struct query_preview_cell {
	uint16_t measure, unit;
	int32_t period;
	enum light from, to;
};
struct query_preview {
	const struct query_preview_cell *items; /* that change, by measure, unit, period */
	size_t count;
	size_t judged; /* lights that were looked at */
	unsigned before[LIGHT_COUNT], after[LIGHT_COUNT];
};
/* Judges every stored light again by other thresholds, from its stored inputs, each measure and
 * unit from its first period on. period: the one that is told, or DATE_NONE for all. Nothing is
 * stored. ERR_INVALID: query_profile_check. */
enum err query_preview(struct query *q, const struct catalogue_profile *profile, int32_t period,
		       struct arena *a, struct query_preview *out);

/* --- pace ------------------------------------------------------------------------------------- */
struct query_pace_part { /* an area's part in a shortfall */
	uint16_t unit;
	struct pace_part part;
};
/* Values are in the measure's smallest unit, or (in_share) in ppm of the way to the goal, where the
 * measure counts no units. Days are counted from the day before the plan's start. */
struct query_pace {
	struct query_figure figure;
	bool paced;	 /* there is a goal that runs against a plan; else the rest is zero */
	bool in_share;
	int64_t value, goal;
	int32_t day;	 /* asked for, or the end of the period in which the goal was reached */
	struct pace_schedule schedule;
	struct pace_number by_index, by_rate; /* finish, in days */
	int32_t finish_by_index, finish_by_rate; /* DATE_NONE: never */
	int32_t window_from;	   /* the recent rate is counted from the end of this day */
	struct fraction recent;	   /* a day */
	struct pace_number required, ratio;
	enum pace_band band;
	struct fraction delta;	   /* since the end of the month before, hundredths of a point */
	struct pace_attribution attribution; /* parts: areas with a quota, in the order of the scope */
	const struct query_pace_part *parts;
	size_t part_count;
};
/* ERR_NOTFOUND: no such measure or unit. */
enum err query_pace(struct query *q, uint16_t measure, uint16_t unit, struct query_when when,
		    struct arena *a, struct query_pace *out);

/* --- units ------------------------------------------------------------------------------------ */
struct query_unit {
	uint16_t unit;
	unsigned lights[LIGHT_COUNT];  /* official lights of its main measures, by enum light */
	int32_t period;                   /* newest closed one on that day, or DATE_NONE */
	struct reports_tally reports;     /* it owes for that period, as known now */
	int64_t last_ms;                  /* when it was heard last, 0: never; as known now */
};
struct query_units {
	const struct query_unit *items;
	size_t count;
};
/* Areas and leads that report, in the order of their numbers. */
enum err query_units(struct query *q, struct query_when when, struct arena *a,
		     struct query_units *out);

struct query_unit_detail {
	struct query_unit summary;
	/* an area: its own figures; a lead: the city's figures of what it reports */
	struct query_figures figures;
};
/* ERR_NOTFOUND: no such unit. */
enum err query_unit(struct query *q, uint16_t unit, struct query_when when, struct arena *a,
		    struct query_unit_detail *out);

/* --- reporters -------------------------------------------------------------------------------- */
struct query_reporter {
	uint16_t unit;
	const struct keyring_key *keys;
	size_t key_count;
	const struct epoch *epochs;   /* its outboxes */
	size_t epoch_count;
	int64_t last_ms;              /* newest entry of any of them, 0: none */
	uint64_t last_position;
	struct reports_tally reports; /* for the period asked for */
	struct fraction completeness, timeliness; /* of what is expected */
};
struct query_reporters {
	const struct query_reporter *items;
	size_t count;
};
/* Everybody who owes reports, holds a key or has spoken, in the order of their numbers. period: its
 * last day. */
enum err query_reporters(struct query *q, int32_t period, struct arena *a,
			 struct query_reporters *out);

/* What a unit owes for a period, and what became of it; cells are the city's for a lead. */
enum err query_reports(struct query *q, uint16_t unit, int32_t period,
		       bool (*fn)(void *ctx, const struct owed_report *report), void *ctx);

/* --- the ledger ------------------------------------------------------------------------------- */
/* A row of a batch with what became of it; or an entry without rows. */
struct query_event {
	const struct entry *entry;
	bool has_row;
	uint32_t row;
	uint16_t measure, unit;      /* numbers; CATALOGUE_NONE: unknown to the catalogue */
	struct bytes measure_id, unit_id; /* as the sender wrote them */
	uint32_t decimals;           /* as the sender wrote them */
	uint32_t kind;               /* enum event_kind, or any number */
	int64_t value, denominator;
	int32_t as_of;
	int64_t observed_ms;
	uint32_t revision;
	struct bytes stage, note, reason, evidence, ref, withdraw;
	const struct event_text *objects; /* ids of places and things */
	size_t object_count;
	enum event_verdict verdict;
	unsigned code;               /* enum event_code; of a whole batch too */
};
struct query_event_filter {
	uint16_t reporter, measure, unit; /* CATALOGUE_NONE: any */
	bool not_admitted;  /* only rows that were held, rejected or the like */
	bool batches_only;  /* no acts, ticks, catalogues, ... (implied by measure and unit) */
};
struct query_place {
	uint64_t position; /* from 1 */
	uint32_t row;
};
/* Events from a place on, oldest first, limit of them at most and from entries entries at most (so
 * that a slice takes bounded time). *next: where to go on; position 0: the end is reached. Rows of
 * a batch whose body does not decode are one event without a row, with its code. */
enum err query_events(struct query *q, const struct query_event_filter *filter,
		      struct query_place from, size_t limit, size_t entries,
		      bool (*fn)(void *ctx, const struct query_event *event), void *ctx,
		      struct query_place *next);

/* --- alerts and lights ------------------------------------------------------------------------ */
struct query_alert {
	const struct book_record *newest;
	uint64_t raised_number;
	int64_t raised_ms;
};
struct query_alert_filter {
	bool closed_too;
	uint16_t measure, unit;           /* CATALOGUE_NONE: any */
	enum book_severity at_least;      /* 0: any */
};
/* By id. */
enum err query_alerts(struct query *q, const struct query_alert_filter *filter,
		      bool (*fn)(void *ctx, const struct query_alert *alert), void *ctx);
/* ERR_NOTFOUND: there never was one with this id. */
enum err query_alert(struct query *q, struct bytes id, struct book_record *newest,
		     uint64_t *raised_number, int64_t *raised_ms);
/* What persons did about the alert: numbers of rows of the log. ERR_NOTFOUND: there never was one. */
enum err query_alert_state(struct query *q, struct bytes id, struct book_state *out);
/* One row of the log; its texts live as long as the snapshot. */
enum err query_alert_row(struct query *q, uint64_t number, struct book_record *out);
/* Rows of the alert log from a number on, limit at most. *next: the number to go on with; 0: the
 * end is reached. */
enum err query_alert_log(struct query *q, uint64_t from, size_t limit,
			 bool (*fn)(void *ctx, const struct book_record *record), void *ctx,
			 uint64_t *next);

/* Official lights. period: last day of one, or DATE_NONE for all; measure, unit: CATALOGUE_NONE
 * for all. */
enum err query_lights(struct query *q, int32_t period, uint16_t measure, uint16_t unit,
		      bool (*fn)(void *ctx, const struct lights_record *record), void *ctx);
/* Periods that were closed, oldest first. */
enum err query_periods(struct query *q, bool (*fn)(void *ctx, const struct lights_period *period),
		       void *ctx);

/* Rows that wait for the office, oldest first. */
enum err query_holds(struct query *q, bool (*fn)(void *ctx, const struct holds_record *record),
		     void *ctx);

/* --- the ledger as it is ---------------------------------------------------------------------- */
/* Appends entries from a position on, each as its length u32 and the form that the chain hashes, until
 * there are enough bytes; nothing where there are no more. *next: where to go on. */
enum err query_ledger(struct query *q, uint64_t from, size_t enough, struct buf *out,
		      uint64_t *next);

/* The chain's hash behind an entry; zero for position 0. ERR_NOTFOUND past the end. */
enum err query_chain(struct query *q, uint64_t position, uint8_t chain[CRYPTO_HASH_LEN]);

/* --- figures that look odd, and those that are checked on the spot ------------------------------ */
struct query_flag_filter {
	uint16_t measure, unit; /* CATALOGUE_NONE: any */
	int32_t period;		/* last day; DATE_NONE: any */
	enum flags_rule rule;	/* 0: any */
	bool settled_too;	/* else those that wait for somebody */
};
/* In the order of measure, unit, period, rule. The texts live as long as the snapshot. */
enum err query_flags(struct query *q, const struct query_flag_filter *filter,
		     bool (*fn)(void *ctx, const struct flags_record *r), void *ctx);
/* ERR_NOTFOUND. */
enum err query_flag(struct query *q, struct bytes id, struct flags_record *out);
/* A flag of the cell is pending, or a row of it waits for the office, up to a day: it should not be
 * compared with others. */
enum err query_in_doubt(struct query *q, uint16_t measure, uint16_t unit, int32_t up_to,
			bool *out);
/* What was drawn for a period, and each of it. ERR_NOTFOUND: nothing. */
enum err query_sample(struct query *q, int32_t period, struct sample_period *out);
enum err query_sampled(struct query *q, int32_t period,
		       bool (*fn)(void *ctx, const struct sample_record *r), void *ctx);
/* The last day of the newest period that is closed; DATE_NONE: none is. */
enum err query_newest_period(struct query *q, int32_t *out);

#endif
