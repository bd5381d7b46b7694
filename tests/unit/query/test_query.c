/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "aggregator/ledger/decision.h"
#include "aggregator/ledger/ledger.h"
#include "aggregator/query/query.h"
#include "base/date.h"
#include "base/fs.h"
#include "proto/codec.h"
#include "proto/envelope.h"

enum { CITY, A, B, LEAD, OFFICE, UNITS };
enum { CANTEENS, TRAINED, URBAN, RURAL, JOBS, MEASURES };
#define JAN_1 18993 /* 2022-01-01 */
#define JAN_31 (JAN_1 + 30)
#define FEB_28 (JAN_1 + 58)
#define MAR_10 (JAN_1 + 68)

/* --- a programme ------------------------------------------------------------------------------ */
static const uint16_t scope[] = { A, B };
static const uint16_t parts[] = { URBAN, RURAL };
static const struct catalogue_unit units[UNITS] = {
	[CITY] = { .id = "city", .kind = CATALOGUE_CITY },
	[A] = { .id = "a", .kind = CATALOGUE_COUNTY, .area = true, .expected = true },
	[B] = { .id = "b", .kind = CATALOGUE_COUNTY, .area = true, .expected = true },
	[LEAD] = { .id = "lead", .kind = CATALOGUE_DEPARTMENT, .expected = true },
	[OFFICE] = { .id = "office", .kind = CATALOGUE_OFFICE },
};
static const struct catalogue_item items[] = {
	{ .id = "1.1", .lead = LEAD, .scope = scope, .scope_count = 2 },
};
static const struct catalogue_knot knots[] = { { JAN_1 - 1, 0 }, { JAN_1 + 364, 1000000 } };
#define PLAN .plan = { .id = "even", .shape = CATALOGUE_KNOTS, .knots = knots, .knot_count = 2 }
#define COMMON PLAN, .counting_stage = CATALOGUE_NONE, .first_report = JAN_31, .retired = DATE_NONE
static const struct catalogue_quota canteen_quotas[] = { { A, 40 }, { B, 60 } };
static const struct catalogue_measure measures[MEASURES] = {
	[CANTEENS] = { .id = "canteens", .target = 100, .quotas = canteen_quotas, .quota_count = 2,
		       .order = 4, .whole = CATALOGUE_NONE, COMMON },
	[TRAINED] = { .id = "trained", .target = 50, .figure = CATALOGUE_LEAD, .order = 3,
		      .whole = CATALOGUE_NONE, COMMON },
	[URBAN] = { .id = "urban", .target = 10, .role = CATALOGUE_PART, .whole = JOBS, .order = 2,
		    COMMON },
	[RURAL] = { .id = "rural", .target = 90, .role = CATALOGUE_PART, .whole = JOBS, .order = 1,
		    COMMON },
	[JOBS] = { .id = "jobs", .kind = CATALOGUE_COMPOSITE, .figure = CATALOGUE_DERIVED,
		   .target = 100, .parts = parts, .part_count = 2, .whole = CATALOGUE_NONE, COMMON },
};
static const struct catalogue catalogue = {
	.id = "test", .version = 1, .from = JAN_1, .to = JAN_1 + 364, .offset_minutes = 480,
	.units = units, .unit_count = UNITS, .city = CITY, .office = OFFICE, .items = items,
	.item_count = 1, .measures = measures, .measure_count = MEASURES,
	.calendar = { .from = JAN_1, .to = JAN_1 + 500 },
	.profile = { .id = "p", .yellow_enter = 1000, .red_enter = 3000, .yellow_leave = 1000,
		     .red_leave = 3000, .enter_count = 1, .leave_count = 1, .not_started_months = 3 },
	.reporting = { .due_day = 5, .confirm_days = 3, .object_days = 2, .silent_after = 1 },
};

static char folder[64];
static struct store *store;
static struct query *q;
static struct arena *arena;

/* --- what was said ---------------------------------------------------------------------------- */
static const uint8_t epoch_id[16] = "epoch of a";
static const uint8_t key_of_a[32] = "key of a";

static int64_t noon(int32_t day)
{
	return date_begin_ms(day, catalogue.offset_minutes) + DATE_DAY_MS / 2;
}

static void fold(struct cells *cells, struct store_txn *t, struct cell_key key, int32_t as_of,
		 int64_t value, uint64_t position, int32_t known)
{
	struct cell_row row = { .kind = EVENT_TOTAL, .as_of = as_of, .value = value,
				.position = position, .known = known };
	struct cell *cell;
	bool changed;

	assert_int_equal(cells_get(cells, t, key, &cell), ERR_OK);
	assert_int_equal(cells_fold(cells, t, cell, &row, &changed), ERR_OK);
	if (key.source == CATALOGUE_NONE)
		assert_int_equal(cells_reported(cells, t, cell, as_of, noon(known), position), ERR_OK);
}

static void fold_all(struct store_txn *t)
{
	struct cells *cells;
	struct cell_key shadow = cell_counting(&catalogue, CANTEENS, CITY);

	shadow.source = LEAD;
	assert_int_equal(cells_new(&catalogue, &cells), ERR_OK);
	fold(cells, t, cell_counting(&catalogue, CANTEENS, A), JAN_31, 5, 2, JAN_31 + 2);
	fold(cells, t, cell_counting(&catalogue, CANTEENS, B), JAN_31, 1, 3, JAN_31 + 9); /* late */
	fold(cells, t, cell_counting(&catalogue, TRAINED, CITY), JAN_31, 20, 3, JAN_31 + 9);
	fold(cells, t, cell_counting(&catalogue, URBAN, A), JAN_31, 15, 3, JAN_31 + 9);
	fold(cells, t, cell_counting(&catalogue, CANTEENS, A), JAN_31, 7, 4, FEB_28); /* corrected */
	fold(cells, t, cell_counting(&catalogue, CANTEENS, A), FEB_28, 30, 5, MAR_10);
	fold(cells, t, shadow, FEB_28, 44, 5, MAR_10);
	assert_int_equal(cells_flush(cells, t), ERR_OK);
	cells_free(cells);
}

static void append(struct store_txn *t, struct ledger_head *head, struct entry *e, int32_t day)
{
	struct buf scratch = { 0 };

	e->position = head->position + 1;
	e->time_ms = noon(day);
	assert_int_equal(ledger_append(t, e, head, &scratch), ERR_OK);
	buf_free(&scratch);
}

static void make_batch(struct buf *out, uint32_t rows, bool poison)
{
	static const struct event_target targets[] = { { { (const uint8_t *)"canteens", 8 },
							 { (const uint8_t *)"x", 1 }, 0 },
						       { { (const uint8_t *)"nonsense", 8 },
							 { (const uint8_t *)"x", 1 }, 2 } };
	static const struct bytes unit_ids[] = { { (const uint8_t *)"a", 1 } };
	static const uint32_t target[] = { 0, 1, 0 }, zero = 0;
	static const int64_t value[] = { 5, 6, 7 }, zero64 = 0;
	static const int32_t as_of = JAN_31;
	static const struct event_text notes[] = { { 2, { (const uint8_t *)"a note", 6 } } };
	struct event_batch b = { .rows = rows, .targets = targets, .target_count = 2,
				 .units = unit_ids, .unit_count = 1, .target = { target, 1 },
				 .unit = { &zero, 0 }, .kind = { &zero, 0 }, .value = { value, 1 },
				 .denominator = { &zero64, 0 }, .as_of = { &as_of, 0 },
				 .observed = { &zero64, 0 }, .note = { notes, 1 } };
	struct envelope header = { .version = 1, .type = ENVELOPE_BATCH, .rows = rows,
				   .first_sequence = 1 };
	uint8_t head[32];

	memcpy(header.epoch, epoch_id, sizeof(epoch_id));
	envelope_encode(&header, head);
	buf_put(out, bytes_of(head, sizeof(head)));
	if (poison)
		buf_put_string(out, "\xff\xff garbage");
	else
		assert_int_equal(codec_batch_encode(&b, out), ERR_OK);
}

static void append_batch(struct store_txn *t, struct ledger_head *head, struct epochs *epochs,
			 bool poison, int32_t day)
{
	struct decision_run run = { 1, 1, EVENT_REJECT, EVENT_UNKNOWN_TARGET };
	struct decision_run all = { 0, 3, EVENT_REJECT, EVENT_BAD_BODY };
	struct decision d = { .runs = poison ? &all : &run, .run_count = 1 };
	struct buf body = { 0 }, decisions = { 0 };
	struct entry e = { .kind = ENTRY_BATCH, .reporter = A, .rows = 3, .rules = 1,
			   .first_sequence = poison ? 4 : 1 };

	memcpy(e.key, key_of_a, 32);
	memcpy(e.epoch, epoch_id, 16);
	make_batch(&body, 3, poison);
	assert_int_equal(decision_encode(&d, &decisions), ERR_OK);
	e.body = buf_bytes(&body);
	e.decisions = buf_bytes(&decisions);
	append(t, head, &e, day);
	assert_int_equal(epochs_advance(epochs, t, &e, e.first_sequence + 2), ERR_OK);
	buf_free(&body);
	buf_free(&decisions);
}

static void write_ledger(struct store_txn *t)
{
	struct ledger_head head = { 0 };
	struct epochs *epochs;
	struct entry tick = { .kind = ENTRY_TICK, .reporter = CATALOGUE_NONE, .rules = 1 };

	assert_int_equal(epochs_new(&epochs), ERR_OK);
	append(t, &head, &tick, JAN_31);
	append_batch(t, &head, epochs, false, JAN_31 + 2);
	append_batch(t, &head, epochs, true, JAN_31 + 9);
	append(t, &head, &tick, FEB_28);
	append(t, &head, &tick, MAR_10);
	head.alert_number = 2;
	assert_int_equal(ledger_head_write(t, &head), ERR_OK);
	assert_int_equal(epochs_flush(epochs, t), ERR_OK);
	epochs_free(epochs);
}

static void write_alert(struct store_txn *t, uint64_t number, enum book_kind kind, uint16_t unit,
			enum book_severity severity)
{
	struct book_record r = { .number = number, .position = 4, .time_ms = noon(FEB_28),
				 .kind = kind, .severity = severity, .transition = BOOK_RAISED,
				 .measure = CANTEENS, .unit = unit, .period = JAN_31 };
	struct book_state s = { .kind = kind, .measure = CANTEENS, .unit = unit,
				.severity = severity, .raised_number = number,
				.raised_ms = r.time_ms, .newest = number, .period = JAN_31 };

	book_id(&catalogue, kind, CANTEENS, unit, r.id);
	assert_int_equal(book_append(t, &r), ERR_OK);
	assert_int_equal(book_write_state(t, r.id, &s), ERR_OK);
}

static void write_judgement(struct store_txn *t)
{
	/* closed on 7 February, judged again on 28 February for the correction */
	struct lights_record r = { .measure = CANTEENS, .unit = A, .period = JAN_31,
				   .state = { .light = LIGHT_GREEN }, .first = LIGHT_YELLOW,
				   .restated = 1, .position = 4, .time_ms = noon(FEB_28),
				   .present = true, .as_of = JAN_31 };
	struct lights_period p = { JAN_31, 3, noon(JAN_31 + 7) };

	assert_int_equal(lights_write(t, &r), ERR_OK);
	r = (struct lights_record){ .measure = TRAINED, .unit = CITY, .period = JAN_31,
				    .state = { .light = LIGHT_DONE }, .first = LIGHT_DONE,
				    .position = 3, .time_ms = noon(JAN_31 + 9), .as_of = JAN_31 };
	assert_int_equal(lights_write(t, &r), ERR_OK);
	assert_int_equal(lights_write_period(t, &p), ERR_OK);
	write_alert(t, 1, BOOK_BEHIND, A, BOOK_YELLOW);
	write_alert(t, 2, BOOK_MISMATCH, B, BOOK_INFO);
}

static void write_key(struct store_txn *t)
{
	struct keyring_key key = { .unit = A, .role = KEYRING_REPORTER, .state = KEYRING_VALID,
				   .since_ms = noon(JAN_1) };
	struct keyring *k;

	memcpy(key.key, key_of_a, 32);
	assert_int_equal(keyring_new(&k), ERR_OK);
	assert_int_equal(keyring_put(k, t, &key), ERR_OK);
	keyring_free(k);
}

static int setup(void **state)
{
	struct store_options options = { .map_bytes = UINT64_C(64) << 20, .no_sync = true };
	struct store_txn *t;

	(void)state;
	crypto_init();
	snprintf(folder, sizeof(folder), "/tmp/test-query-%d", (int)getpid());
	fs_remove_tree(folder);
	assert_int_equal(store_open(folder, &options, &store), ERR_OK);
	assert_int_equal(store_begin_write(store, &t), ERR_OK);
	fold_all(t);
	write_ledger(t);
	write_judgement(t);
	write_key(t);
	assert_int_equal(store_commit(&t), ERR_OK);
	arena = arena_new(1 << 20);
	assert_non_null(arena);
	return query_open(store, &catalogue, &q) == ERR_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	query_close(q);
	arena_free(arena);
	store_close(store);
	fs_remove_tree(folder);
	return 0;
}

static const struct query_when now = { MAR_10, HISTORY_NOW };

/* --- tests ------------------------------------------------------------------------------------ */
static void the_head_says_where_the_snapshot_stands(void **state)
{
	struct query_head head = query_head(q);

	(void)state;
	assert_int_equal(head.position, 5);
	assert_int_equal(head.today, MAR_10);
	assert_int_equal(head.rows, 6);
	assert_int_equal(query_when_check(q, (struct query_when){ MAR_10, MAR_10 }), ERR_RANGE);
	assert_int_equal(query_when_check(q, (struct query_when){ MAR_10, MAR_10 - 1 }), ERR_OK);
	assert_int_equal(query_when_check(q, now), ERR_OK);
}

static void targets_come_in_reading_order(void **state)
{
	struct query_figures list;

	(void)state;
	assert_int_equal(query_targets(q, now, arena, &list), ERR_OK);
	assert_int_equal(list.count, MEASURES);
	assert_int_equal(list.items[0].measure, JOBS);
	assert_int_equal(list.items[4].measure, CANTEENS);
	assert_int_equal(list.items[4].at.value, 31);
	assert_int_equal(list.items[4].at.units_present, 2);
	assert_int_equal(list.items[3].at.value, 20);
	assert_int_equal(list.items[3].official.light, LIGHT_DONE);
	assert_int_equal(list.items[0].at.value, 15);
	assert_int_equal(list.items[0].at.attained, 10);
}

static void a_figure_carries_plan_gap_and_lights(void **state)
{
	struct query_figure f;
	/* 69 of 365 days, 30 of 40: 75 % against 18.904 % */
	enum err e = query_figure(q, CANTEENS, A, now, &f);

	(void)state;
	assert_int_equal(e, ERR_OK);
	assert_int_equal(fraction_compare(f.planned, fraction_of(69, 365)), 0);
	assert_true(f.has_gap);
	assert_int_equal(f.gap_hundredths, 5610);
	assert_int_equal(f.live, LIGHT_GREEN);
	assert_true(f.official.judged);
	assert_int_equal(f.official.light, LIGHT_GREEN);
	assert_int_equal(f.official.period, JAN_31);
	/* 1 of 60 at 18.904 %: 17.24 points behind */
	assert_int_equal(query_figure(q, CANTEENS, B, now, &f), ERR_OK);
	assert_int_equal(f.gap_hundredths, -1724);
	assert_int_equal(f.live, LIGHT_YELLOW);
	assert_false(f.official.judged);
	/* the composite takes the worse of its parts: one is done, of the other nothing is known */
	assert_int_equal(query_figure(q, JOBS, CITY, now, &f), ERR_OK);
	assert_int_equal(f.live, LIGHT_YELLOW);
	assert_int_equal(query_figure(q, MEASURES, CITY, now, &f), ERR_NOTFOUND);
}

static void the_past_shows_what_was_known(void **state)
{
	struct query_when then = { FEB_28, JAN_31 + 8 };
	struct query_figure f;

	(void)state;
	assert_int_equal(query_figure(q, CANTEENS, CITY, then, &f), ERR_OK);
	assert_int_equal(f.at.value, 5); /* before the correction, and without the late one */
	then.known = JAN_31 + 9;
	assert_int_equal(query_figure(q, CANTEENS, CITY, then, &f), ERR_OK);
	assert_int_equal(f.at.value, 6);
	then.known = FEB_28;
	assert_int_equal(query_figure(q, CANTEENS, CITY, then, &f), ERR_OK);
	assert_int_equal(f.at.value, 8);
	then.known = HISTORY_NOW;
	assert_int_equal(query_figure(q, CANTEENS, CITY, then, &f), ERR_OK);
	assert_int_equal(f.at.value, 31);
	/* the light as it was, before it was judged again */
	then.known = FEB_28 - 1;
	assert_int_equal(query_figure(q, CANTEENS, A, then, &f), ERR_OK);
	assert_true(f.official.judged);
	assert_int_equal(f.official.light, LIGHT_YELLOW);
	assert_int_equal(f.official.restated, 1);
	then.known = JAN_31 + 1; /* January was still open */
	assert_int_equal(query_figure(q, CANTEENS, A, then, &f), ERR_OK);
	assert_false(f.official.judged);
}

static void a_target_has_units_parts_and_shadows(void **state)
{
	struct query_target t;
	size_t shadows = 0;

	(void)state;
	assert_int_equal(query_target(q, CANTEENS, now, arena, &t), ERR_OK);
	assert_int_equal(t.city.at.value, 31);
	assert_int_equal(t.units.count, 2);
	assert_int_equal(t.units.items[0].at.value, 30);
	assert_int_equal(t.units.items[0].at.goal, 40);
	assert_int_equal(t.units.items[1].at.value, 1);
	assert_int_equal(t.parts.count, 0);
	assert_int_equal(t.cells.count, 3);
	for (size_t i = 0; i < t.cells.count; i++) {
		const struct query_cell *cell = &t.cells.items[i];

		if (cell->counts)
			continue;
		shadows++;
		assert_int_equal(cell->key.source, LEAD);
		assert_int_equal(cell->value.value, 44);
	}
	assert_int_equal(shadows, 1);
	assert_int_equal(query_target(q, JOBS, now, arena, &t), ERR_OK);
	assert_int_equal(t.parts.count, 2);
	assert_int_equal(t.parts.items[0].measure, URBAN);
	assert_int_equal(t.parts.items[0].at.value, 15);
	assert_int_equal(query_target(q, 99, now, arena, &t), ERR_NOTFOUND);
}

static void cells_are_filtered(void **state)
{
	struct query_cell_filter f = { CATALOGUE_NONE, CATALOGUE_NONE, true };
	struct query_cells cells;

	(void)state;
	assert_int_equal(query_cells(q, &f, now, arena, &cells), ERR_OK);
	assert_int_equal(cells.count, 4);
	f.unit = A;
	assert_int_equal(query_cells(q, &f, now, arena, &cells), ERR_OK);
	assert_int_equal(cells.count, 2);
	f.measure = URBAN;
	assert_int_equal(query_cells(q, &f, now, arena, &cells), ERR_OK);
	assert_int_equal(cells.count, 1);
	assert_int_equal(cells.items[0].value.value, 15);
	f = (struct query_cell_filter){ CANTEENS, B, true };
	assert_int_equal(query_cells(q, &f, (struct query_when){ FEB_28, JAN_31 + 3 }, arena, &cells),
			 ERR_OK);
	assert_int_equal(cells.count, 0); /* not yet known */
}

static void units_are_summed_up(void **state)
{
	struct query_units list;
	struct query_unit_detail one;

	(void)state;
	assert_int_equal(query_units(q, now, arena, &list), ERR_OK);
	assert_int_equal(list.count, 3); /* two areas and the lead */
	assert_int_equal(list.items[0].unit, A);
	/* February closes on 7 March, as the 5th is a Saturday */
	assert_int_equal(list.items[0].period, FEB_28);
	assert_int_equal(list.items[0].lights[LIGHT_GREEN], 1);
	assert_int_equal(list.items[0].reports.expected, 3);
	assert_int_equal(list.items[0].reports.late, 1); /* on 10 March */
	assert_int_equal(list.items[0].reports.missing, 2);
	assert_true(list.items[0].last_ms == noon(JAN_31 + 9));
	assert_true(list.items[1].last_ms == 0);
	assert_int_equal(list.items[2].unit, LEAD);
	assert_int_equal(list.items[2].lights[LIGHT_DONE], 1);
	assert_int_equal(query_unit(q, A, now, arena, &one), ERR_OK);
	assert_int_equal(one.figures.count, 4); /* with the composite */
	assert_int_equal(one.figures.items[3].at.value, 30);
	assert_int_equal(query_unit(q, LEAD, now, arena, &one), ERR_OK);
	assert_int_equal(one.figures.count, 1);
	assert_int_equal(one.figures.items[0].unit, CITY);
	assert_int_equal(query_unit(q, 99, now, arena, &one), ERR_NOTFOUND);
}

static void reporters_have_keys_outboxes_and_debts(void **state)
{
	struct query_reporters list;

	(void)state;
	assert_int_equal(query_reporters(q, JAN_31, arena, &list), ERR_OK);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.items[0].unit, A);
	assert_int_equal(list.items[0].key_count, 1);
	assert_memory_equal(list.items[0].keys[0].key, key_of_a, 32);
	assert_int_equal(list.items[0].epoch_count, 1);
	assert_int_equal(list.items[0].epochs[0].expected, 7);
	assert_int_equal(list.items[0].last_position, 3);
	assert_int_equal(list.items[0].reports.expected, 3);
	assert_int_equal(list.items[0].reports.on_time, 1);
	assert_int_equal(list.items[0].reports.late, 1);
	assert_int_equal(fraction_compare(list.items[0].completeness, fraction_of(2, 3)), 0);
	assert_int_equal(fraction_compare(list.items[0].timeliness, fraction_of(1, 3)), 0);
	assert_int_equal(list.items[2].reports.late, 1);
	assert_int_equal(list.items[2].key_count, 0);
}

struct told {
	size_t count;
	struct query_event events[8];
	bool stop;
};
static bool take_event(void *ctx, const struct query_event *event)
{
	struct told *t = ctx;

	assert_true(t->count < 8);
	t->events[t->count++] = *event;
	return !t->stop;
}

static void events_are_rows_with_their_verdicts(void **state)
{
	struct query_event_filter f = { CATALOGUE_NONE, CATALOGUE_NONE, CATALOGUE_NONE, false, false };
	struct query_place next;
	struct told t = { 0 };

	(void)state;
	assert_int_equal(query_events(q, &f, (struct query_place){ 0 }, 100, 100, take_event, &t, &next),
			 ERR_OK);
	assert_int_equal(t.count, 7); /* tick, three rows, poison, two ticks */
	assert_int_equal(next.position, 0);
	assert_false(t.events[0].has_row);
	assert_true(t.events[1].has_row);
	assert_int_equal(t.events[1].measure, CANTEENS);
	assert_int_equal(t.events[1].unit, A);
	assert_int_equal(t.events[1].value, 5);
	assert_int_equal(t.events[1].verdict, EVENT_ADMITTED);
	assert_int_equal(t.events[2].measure, CATALOGUE_NONE);
	assert_int_equal(t.events[2].verdict, EVENT_REJECT);
	assert_int_equal(t.events[2].code, EVENT_UNKNOWN_TARGET);
	assert_int_equal(t.events[2].decimals, 2);
	assert_int_equal(t.events[3].verdict, EVENT_ADMITTED);
	assert_int_equal(t.events[3].note.len, 6);
	assert_int_equal(t.events[2].note.len, 0);
	assert_false(t.events[4].has_row);
	assert_int_equal(t.events[4].verdict, EVENT_REJECT);
	assert_int_equal(t.events[4].code, EVENT_BAD_BODY);
}

static void events_come_in_slices(void **state)
{
	struct query_event_filter f = { A, CANTEENS, CATALOGUE_NONE, false, false };
	struct query_place at = { 0 };
	struct told t = { 0 };
	int slices = 0;

	(void)state;
	do {
		assert_int_equal(query_events(q, &f, at, 1, 1, take_event, &t, &at), ERR_OK);
		assert_true(++slices < 20);
	} while (at.position);
	assert_int_equal(t.count, 2);
	assert_int_equal(t.events[0].row, 0);
	assert_int_equal(t.events[1].row, 2);
	f = (struct query_event_filter){ CATALOGUE_NONE, CATALOGUE_NONE, CATALOGUE_NONE, true, false };
	t = (struct told){ .stop = true };
	assert_int_equal(query_events(q, &f, (struct query_place){ 0 }, 9, 9, take_event, &t, &at),
			 ERR_OK);
	assert_int_equal(t.count, 1);
	assert_int_equal(t.events[0].row, 1);
	assert_int_equal(at.position, 2);
	assert_int_equal(at.row, 2);
}

static bool count_alert(void *ctx, const struct query_alert *alert)
{
	assert_true(alert->raised_number > 0);
	++*(unsigned *)ctx;
	return true;
}

static bool count_record(void *ctx, const struct book_record *record)
{
	assert_int_equal(record->transition, BOOK_RAISED);
	++*(unsigned *)ctx;
	return true;
}

static void alerts_are_filtered_and_logged(void **state)
{
	struct query_alert_filter f = { false, CATALOGUE_NONE, CATALOGUE_NONE, (enum book_severity)0 };
	unsigned n = 0;
	uint64_t next, raised;
	struct book_record r;
	int64_t raised_ms;

	(void)state;
	assert_int_equal(query_alerts(q, &f, count_alert, &n), ERR_OK);
	assert_int_equal(n, 2);
	n = 0, f.at_least = BOOK_YELLOW;
	assert_int_equal(query_alerts(q, &f, count_alert, &n), ERR_OK);
	assert_int_equal(n, 1);
	n = 0, f.unit = B;
	assert_int_equal(query_alerts(q, &f, count_alert, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(query_alert(q, bytes_of_string("behind.canteens.a"), &r, &raised, &raised_ms),
			 ERR_OK);
	assert_int_equal(raised, 1);
	n = 0;
	assert_int_equal(query_alert_log(q, 1, 1, count_record, &n, &next), ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(next, 2);
	assert_int_equal(query_alert_log(q, next, 9, count_record, &n, &next), ERR_OK);
	assert_int_equal(n, 2);
	assert_int_equal(next, 0);
}

static bool count_light(void *ctx, const struct lights_record *record)
{
	assert_int_equal(record->period, JAN_31);
	++*(unsigned *)ctx;
	return true;
}

static void lights_are_filtered(void **state)
{
	unsigned n = 0;

	(void)state;
	assert_int_equal(query_lights(q, DATE_NONE, CATALOGUE_NONE, CATALOGUE_NONE, count_light, &n),
			 ERR_OK);
	assert_int_equal(n, 2);
	assert_int_equal(query_lights(q, FEB_28, CATALOGUE_NONE, CATALOGUE_NONE, count_light, &n), ERR_OK);
	assert_int_equal(n, 2);
	assert_int_equal(query_lights(q, JAN_31, CANTEENS, A, count_light, &n), ERR_OK);
	assert_int_equal(n, 3);
}

static void a_small_arena_is_said_so(void **state)
{
	struct arena *small = arena_new(64);
	struct query_figures list;

	(void)state;
	assert_non_null(small);
	assert_int_equal(query_targets(q, now, small, &list), ERR_NOMEM);
	assert_int_equal(list.count, 0);
	arena_free(small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_head_says_where_the_snapshot_stands),
		cmocka_unit_test(targets_come_in_reading_order),
		cmocka_unit_test(a_figure_carries_plan_gap_and_lights),
		cmocka_unit_test(the_past_shows_what_was_known),
		cmocka_unit_test(a_target_has_units_parts_and_shadows),
		cmocka_unit_test(cells_are_filtered),
		cmocka_unit_test(units_are_summed_up),
		cmocka_unit_test(reporters_have_keys_outboxes_and_debts),
		cmocka_unit_test(events_are_rows_with_their_verdicts),
		cmocka_unit_test(events_come_in_slices),
		cmocka_unit_test(alerts_are_filtered_and_logged),
		cmocka_unit_test(lights_are_filtered),
		cmocka_unit_test(a_small_arena_is_said_so),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
