/* SPDX-License-Identifier: MIT */
/* A small town with a store of its own, for the tests of judging: two areas, a bureau that leads,
 * and a few measures on linear plans by months. */
#ifndef TESTS_ALERTS_TOWN_H
#define TESTS_ALERTS_TOWN_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "aggregator/alerts/book.h"
#include "aggregator/alerts/judge.h"
#include "aggregator/alerts/lights.h"
#include "aggregator/catalogue/calendar.h"
#include "base/crypto.h"
#include "base/date.h"
#include "base/fs.h"

enum { CITY, OFFICE, BUREAU, NORTH, SOUTH, UNITS };
enum { CANTEENS, BOTH, PART_A, PART_B, STEPS, RATE, LOOK, MEASURES };

struct town {
	struct catalogue c;
	struct catalogue_unit units[UNITS];
	struct catalogue_project project;
	struct catalogue_item item;
	struct catalogue_measure measures[MEASURES];
	struct catalogue_knot year[2];
	struct catalogue_quota canteens[2], parts[2], rate[2];
	struct catalogue_stage stages[2];
	uint16_t scope[2], whole_parts[2];
	char folder[64], place[80];
	struct store *store;
	struct store_txn *txn;
	struct cells *cells;
	struct judge *judge;
	uint64_t position;
	int32_t today;
	struct judge_fact facts[64];
	size_t fact_count;
	struct buf decisions; /* of the newest entry */
};

static inline int32_t town_day(int month, int day)
{
	return date_from_civil(2022, month, day);
}

static inline void town_measures(struct town *t)
{
	static const char *const ids[] = { "canteens", "both", "part-a", "part-b",
					   "steps",    "rate", "look" };

	t->year[0] = (struct catalogue_knot){ town_day(1, 1) - 1, 0 };
	t->year[1] = (struct catalogue_knot){ town_day(12, 31), 1000000 };
	for (size_t i = 0; i < MEASURES; i++)
		t->measures[i] =
			(struct catalogue_measure){ .id = ids[i],
						    .name = { "老年人食堂", "canteens" },
						    .figure = CATALOGUE_COUNTIES,
						    .uom = "处",
						    .uom_en = "sites",
						    .whole = CATALOGUE_NONE,
						    .counting_stage = CATALOGUE_NONE,
						    .plan = { .id = "p",
							      .shape = CATALOGUE_LINEAR_MONTH,
							      .knots = t->year,
							      .knot_count = 2 },
						    .first_report = town_day(1, 31),
						    .retired = DATE_NONE };
}

static inline void town_kinds(struct town *t)
{
	struct catalogue_measure *m = t->measures;

	t->canteens[0] = (struct catalogue_quota){ NORTH, 8 };
	t->canteens[1] = (struct catalogue_quota){ SOUTH, 12 };
	m[CANTEENS].target = 20;
	m[CANTEENS].quotas = t->canteens;
	m[CANTEENS].quota_count = 2;
	t->whole_parts[0] = PART_A;
	t->whole_parts[1] = PART_B;
	m[BOTH].kind = CATALOGUE_COMPOSITE;
	m[BOTH].figure = CATALOGUE_DERIVED;
	m[BOTH].target = 200;
	m[BOTH].parts = t->whole_parts;
	m[BOTH].part_count = 2;
	t->parts[0] = (struct catalogue_quota){ NORTH, 50 };
	t->parts[1] = (struct catalogue_quota){ SOUTH, 50 };
	for (size_t i = PART_A; i <= PART_B; i++) {
		m[i].role = CATALOGUE_PART;
		m[i].whole = BOTH;
		m[i].target = 100;
		m[i].quotas = t->parts;
		m[i].quota_count = 2;
	}
	t->stages[0] =
		(struct catalogue_stage){ "plan", { "方案", "plan" }, 400000, town_day(3, 31) };
	t->stages[1] =
		(struct catalogue_stage){ "open", { "开放", "open" }, 600000, town_day(9, 30) };
	m[STEPS].kind = CATALOGUE_MILESTONE;
	m[STEPS].figure = CATALOGUE_LEAD;
	m[STEPS].target = 1;
	m[STEPS].stages = t->stages;
	m[STEPS].stage_count = 2;
	m[RATE].kind = CATALOGUE_RATIO;
	m[RATE].target = 60;
	t->rate[0] = (struct catalogue_quota){ NORTH, 60 };
	t->rate[1] = (struct catalogue_quota){ SOUTH, 60 };
	m[RATE].quotas = t->rate;
	m[RATE].quota_count = 2;
	m[LOOK].role = CATALOGUE_SUPPORT;
	m[LOOK].target = 1000;
}

static inline void town_catalogue(struct town *t)
{
	static const char *const ids[] = { "city", "office", "bureau", "north", "south" };
	static const struct lang_text names[] = { { "全市", "City" },
						  { "督查室", "the office" },
						  { "市民政局", "Bureau" },
						  { "鱼台县", "Yutai" },
						  { "南区", "South" } };

	for (size_t i = 0; i < UNITS; i++)
		t->units[i] = (struct catalogue_unit){
			.id = ids[i], .name = names[i], .area = i >= NORTH, .expected = i >= BUREAU
		};
	t->scope[0] = NORTH;
	t->scope[1] = SOUTH;
	t->item = (struct catalogue_item){
		.id = "1.1", .lead = BUREAU, .scope = t->scope, .scope_count = 2
	};
	t->project = (struct catalogue_project){ "1", { "养老", "care" } };
	town_measures(t);
	town_kinds(t);
	t->c = (struct catalogue){ .id = "town",
				   .version = 1,
				   .from = town_day(1, 1),
				   .to = town_day(12, 31),
				   .offset_minutes = 480,
				   .units = t->units,
				   .unit_count = UNITS,
				   .city = CITY,
				   .office = OFFICE,
				   .projects = &t->project,
				   .project_count = 1,
				   .items = &t->item,
				   .item_count = 1,
				   .measures = t->measures,
				   .measure_count = MEASURES };
	t->c.calendar =
		(struct catalogue_calendar){ .from = town_day(1, 1), .to = town_day(12, 31) };
	t->c.reporting = (struct catalogue_reporting){
		.due_day = 5, .confirm_days = 3, .object_days = 2, .silent_after = 1
	};
	t->c.profile = (struct catalogue_profile){ .id = "p",
						   .yellow_enter = 1000,
						   .red_enter = 3000,
						   .yellow_leave = 1000,
						   .red_leave = 3000,
						   .enter_count = 1,
						   .leave_count = 1,
						   .not_started_months = 3 };
}

#define TOWN_OK(call) assert_int_equal(call, ERR_OK)

static inline struct town *town_new(void)
{
	struct town *t = calloc(1, sizeof(*t));
	struct store_options options = { .map_bytes = UINT64_C(64) << 20, .no_sync = true };

	assert_non_null(t);
	TOWN_OK(crypto_init());
	town_catalogue(t);
	snprintf(t->folder, sizeof(t->folder), "/tmp/minsheng-town-XXXXXX");
	assert_non_null(mkdtemp(t->folder));
	snprintf(t->place, sizeof(t->place), "%s/store", t->folder);
	TOWN_OK(store_open(t->place, &options, &t->store));
	TOWN_OK(store_begin_write(t->store, &t->txn));
	TOWN_OK(cells_new(&t->c, &t->cells));
	TOWN_OK(judge_new(t->txn, &t->c, &t->judge));
	t->today = town_day(1, 1);
	return t;
}

static inline void town_free(struct town *t)
{
	judge_free(t->judge);
	cells_free(t->cells);
	store_abort(&t->txn);
	store_close(t->store);
	buf_free(&t->decisions);
	TOWN_OK(fs_remove_tree(t->folder));
	free(t);
}

/* The first month for which reports are expected. */
static inline void town_begin(struct town *t, int month)
{
	for (size_t i = 0; i < MEASURES; i++)
		t->measures[i].first_report = date_month_last(2022 * 12 + month - 1);
	t->today = town_day(month, 1);
}

/* Ends the group: everything so far is durable. */
static inline void town_commit(struct town *t)
{
	TOWN_OK(cells_flush(t->cells, t->txn));
	TOWN_OK(store_commit(&t->txn));
	cells_committed(t->cells, NULL, NULL);
	judge_committed(t->judge);
	TOWN_OK(store_begin_write(t->store, &t->txn));
}

static inline void town_rollback(struct town *t)
{
	store_abort(&t->txn);
	cells_rollback(t->cells);
	judge_rollback(t->judge);
	TOWN_OK(store_begin_write(t->store, &t->txn));
}

static inline struct judge_entry town_entry(const struct town *t, bool tick)
{
	return (struct judge_entry){ .position = t->position,
				     .time_ms = date_begin_ms(t->today, 480) + (tick ? 0 : 3600000),
				     .tick = tick,
				     .day = t->today,
				     .facts = t->facts,
				     .fact_count = t->fact_count };
}

/* Ends an entry: what follows is decided and applied. */
static inline void town_say(struct town *t, bool tick)
{
	struct judge_entry e;

	t->position++;
	e = town_entry(t, tick);
	buf_clear(&t->decisions);
	TOWN_OK(judge_decide(t->judge, t->txn, t->cells, &e, &t->decisions));
	TOWN_OK(judge_apply(t->judge, t->txn, &e, buf_bytes(&t->decisions), NULL));
	t->fact_count = 0;
}

/* Every midnight up to the beginning of this day. */
static inline void town_until(struct town *t, int month, int day)
{
	while (t->today < town_day(month, day)) {
		t->today++;
		town_say(t, true);
	}
}

static inline void town_fact(struct town *t, struct judge_fact f)
{
	assert_true(t->fact_count < sizeof(t->facts) / sizeof(t->facts[0]));
	t->facts[t->fact_count++] = f;
}

/* Folds one row as admission does, and an entry of its own. */
static inline void town_fold(struct town *t, struct cell_key key, struct cell_row row)
{
	struct cell *cell, *main;
	bool changed = false;
	struct cell_key counting = key;

	counting.stage = cell_counting_stage(&t->c.measures[key.measure]);
	row.position = t->position + 1;
	row.known = t->today;
	TOWN_OK(cells_get(t->cells, t->txn, key, &cell));
	TOWN_OK(cells_get(t->cells, t->txn, counting, &main));
	if (row.kind != EVENT_NIL)
		TOWN_OK(cells_fold(t->cells, t->txn, cell, &row, &changed));
	if (key.source == CATALOGUE_NONE &&
	    cell_first_report(main, calendar_period_of(row.as_of)) == 0)
		town_fact(t, (struct judge_fact){ .kind = JUDGE_REPORTED,
						  .measure = key.measure,
						  .unit = key.unit,
						  .as_of = row.as_of });
	if (key.source == CATALOGUE_NONE && changed)
		town_fact(t, (struct judge_fact){ .kind = JUDGE_FIGURE,
						  .measure = key.measure,
						  .unit = key.unit,
						  .as_of = row.as_of });
	TOWN_OK(cells_reported(t->cells, t->txn, main, row.as_of, date_begin_ms(t->today, 480),
			       t->position + 1));
	town_say(t, false);
}

static inline void town_report(struct town *t, uint16_t measure, uint16_t unit, int month, int day,
			       int64_t value)
{
	struct cell_key key = cell_counting(&t->c, measure, unit);

	town_fold(t, key,
		  (struct cell_row){
			  .kind = EVENT_TOTAL, .as_of = town_day(month, day), .value = value });
}

static inline void town_nil(struct town *t, uint16_t measure, uint16_t unit, int month, int day)
{
	struct cell_key key = cell_counting(&t->c, measure, unit);

	town_fold(t, key, (struct cell_row){ .kind = EVENT_NIL, .as_of = town_day(month, day) });
}

static inline struct lights_record town_light(struct town *t, uint16_t measure, uint16_t unit,
					      int month)
{
	struct lights_record r;

	TOWN_OK(lights_read(t->txn, measure, unit, date_month_last(2022 * 12 + month - 1), &r));
	return r;
}

/* The newest record of an alert; number 0 where there never was one. */
static inline struct book_record town_alert(struct town *t, const char *id)
{
	struct book_record r = { 0 };
	uint64_t raised;
	int64_t ms;
	enum err e = book_find(t->txn, bytes_of_string(id), &r, &raised, &ms);

	assert_true(e == ERR_OK || e == ERR_NOTFOUND);
	return e == ERR_OK ? r : (struct book_record){ 0 };
}

static inline void town_text(struct town *t, const struct book_record *r, enum lang lang,
			     const char *expected)
{
	struct buf text = { 0 };

	book_text(&t->c, r, lang, &text);
	assert_string_equal(buf_cstring(&text), expected);
	buf_free(&text);
}

#endif
