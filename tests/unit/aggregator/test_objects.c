/* SPDX-License-Identifier: MIT */
/* What is counted by ids, through admission: the same rows in any order give the same figures on every
 * day, for each unit and the city; two who name one object add 1; what was held counts from its
 * release; receipts name ids, today and when they are asked for again. */
#include "tests/unit/aggregator/world.h"

#include "aggregator/progress/objects.h"
#include "aggregator/progress/totals.h"

#define PLACES "test-places"
#define UNITS 3
#define ROWS 24

static const char *const areas[UNITS] = { "yutai", "rencheng", "qufu" };
static const char *const days[] = { "2022-01-31", "2022-02-28", "2022-03-31", "2022-04-30",
				    "2022-05-31", "2022-06-30" };
#define DAYS (sizeof(days) / sizeof(days[0]))

static void add_places(struct catalogue *c)
{
	static struct catalogue_measure measures[256];
	static struct universe_known known[] = { { "p-0", 0 } };
	static const struct universe places = { .version = "1", .known = known, .known_count = 1 };
	struct catalogue_measure *m = &measures[c->measure_count];

	memcpy(measures, c->measures, c->measure_count * sizeof(*m));
	*m = measures[catalogue_measure_number(c, bytes_of_string("canteens"))];
	m->id = PLACES;
	m->order = (uint16_t)c->measure_count;
	m->stage_count = 0;
	m->counting_stage = CATALOGUE_NONE;
	m->has_base = true;
	m->base = 1;
	m->objects = &places;
	c->measures = measures;
	c->measure_count++;
	c->index = NULL; /* look-ups search */
}

static struct world *new_town(void)
{
	struct world *w = world_new("2022-07-02");

	world_close(w);
	w->change = add_places;
	world_open(w, true);
	world_begin(w);
	for (size_t i = 0; i < UNITS; i++)
		world_add_key(w, areas[i]);
	world_commit(w);
	return w;
}

/* --- any order -------------------------------------------------------------------------------- */

struct said {
	struct world_row row;
	unsigned who;
	char ids[64], ref[16];
};

static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33) % below;
}

/* A TOTAL or ADDs a day and unit, never both: what one day has of both depends on what came first. */
static void make(struct said *s, size_t i, uint64_t *seed)
{
	uint32_t day = draw(seed, DAYS), n = 1 + draw(seed, 4), at = draw(seed, 9);

	s->who = draw(seed, UNITS);
	s->ids[0] = '\0';
	for (uint32_t k = 0; k < n; k++)
		snprintf(s->ids + strlen(s->ids), sizeof(s->ids) - strlen(s->ids), "%sp-%u",
			 k ? ";" : "", 1 + (at + k) % 9);
	snprintf(s->ref, sizeof(s->ref), "r-%zu", i);
	s->row = (struct world_row){ .measure = PLACES, .unit = areas[s->who], .as_of = days[day],
				     .value = n, .objects = s->ids, .reason = "at random" };
	if ((day + s->who) % 2) {
		s->row.kind = EVENT_ADD;
		s->row.ref = s->ref;
	} else {
		s->row.revision = (uint32_t)i; /* the highest one stands, whenever it comes */
	}
}

static void say_all(struct world *w, const struct said *all, const size_t *order)
{
	uint64_t next[UNITS] = { 1, 1, 1 };

	for (size_t i = 0; i < ROWS; i++) {
		const struct said *s = &all[order[i]];
		struct aggregator_outcome out;
		unsigned verdict, code;

		world_begin(w);
		out = world_send(w, areas[s->who], 1, next[s->who]++, &s->row, 1);
		world_verdict(&out.receipt, 0, &verdict, &code);
		assert_int_equal(verdict, EVENT_ADMITTED);
		world_commit(w);
	}
}

static int64_t figure(struct world *w, const char *unit, const char *day)
{
	const struct catalogue *c = aggregator_catalogue(w->a);
	struct totals_snapshot from = { .catalogue = c, .known = INT32_MAX };
	struct totals_source source = totals_from_history(&from);
	struct totals_result t;

	assert_int_equal(store_begin_read(w->store, &from.txn), ERR_OK);
	assert_int_equal(totals_compute(c, &source,
					catalogue_measure_number(c, bytes_of_string(PLACES)),
					catalogue_unit_number(c, bytes_of_string(unit)),
					world_day(day), &t), ERR_OK);
	store_abort(&from.txn);
	return t.present ? t.value : -1;
}

static void the_order_does_not_show(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct said *all = calloc(ROWS, sizeof(*all));
		struct world *forth = new_town(), *back = new_town();
		size_t orders[2][ROWS];
		uint64_t dice = seed;

		for (size_t i = 0; i < ROWS; i++) {
			make(&all[i], i, &dice);
			orders[0][i] = i;
			orders[1][i] = ROWS - 1 - i;
		}
		say_all(forth, all, orders[0]);
		say_all(back, all, orders[1]);
		for (size_t d = 0; d < DAYS; d++) {
			int64_t sum = 0, most = 0, city = figure(forth, "jining", days[d]);

			assert_int_equal(city, figure(back, "jining", days[d]));
			for (size_t u = 0; u < UNITS; u++) {
				int64_t one = figure(forth, areas[u], days[d]);

				assert_int_equal(one, figure(back, areas[u], days[d]));
				sum += one < 0 ? 0 : one;
				most = one > most ? one : most;
			}
			assert_true(city < 0 ? sum == 0 : city <= sum && city >= most);
		}
		world_free(forth);
		world_free(back);
		free(all);
	}
}

/* --- receipts --------------------------------------------------------------------------------- */

static void receipts_name_the_id(void **state)
{
	const struct world_row rows[] = {
		{ .measure = PLACES, .unit = "yutai", .as_of = "2022-06-30", .value = 2,
		  .objects = "p-1;p-0" },
		{ .measure = PLACES, .unit = "yutai", .as_of = "2022-06-30", .value = 1,
		  .objects = "p-2" },
		{ .measure = PLACES, .unit = "yutai", .as_of = "2022-06-30", .value = 3,
		  .objects = "p-3;p-4;p-3" },
	};
	struct world *w = new_town();

	(void)state;
	world_begin(w);
	for (int again = 0; again < 2; again++) {
		struct aggregator_outcome out = world_send(w, "yutai", 1, 1, rows, 3);
		const struct message_exception *e = out.receipt.exceptions;

		assert_int_equal(out.answer, again ? AGGREGATOR_REPEATED : AGGREGATOR_APPENDED);
		assert_int_equal(out.receipt.exception_count, 2);
		assert_int_equal(e[0].code, EVENT_OBJECT_IN_BASE);
		assert_memory_equal(e[0].text.data, "p-0：", strlen("p-0："));
		assert_int_equal(e[1].code, EVENT_OBJECT_REPEATED);
		assert_memory_equal(e[1].text.data, "p-3：", strlen("p-3："));
	}
	world_commit(w);
	assert_int_equal(figure(w, "jining", "2022-06-30"), 1);
	world_free(w);
}

/* --- another catalogue ------------------------------------------------------------------------ */

/* Yutai alone has a part in it from now on. */
static void narrow_places(struct catalogue *c)
{
	static struct catalogue_item items[64];
	static uint16_t yutai;
	struct catalogue_item *item;

	yutai = catalogue_unit_number(c, bytes_of_string("yutai"));
	add_places(c);
	assert_true(c->item_count <= 64);
	memcpy(items, c->items, c->item_count * sizeof(*item));
	item = &items[c->measures[c->measure_count - 1].item];
	item->scope = &yutai;
	item->scope_count = 1;
	c->items = items;
}

static void a_catalogue_moves_the_union(void **state)
{
	const struct world_row first = { .measure = PLACES, .unit = "yutai", .as_of = "2022-05-31",
					 .value = 2, .objects = "p-1;p-2" };
	const struct world_row second = { .measure = PLACES, .unit = "qufu", .as_of = "2022-06-30",
					  .value = 2, .objects = "p-2;p-3" };
	struct world *w = new_town();

	(void)state;
	world_begin(w);
	world_send(w, "yutai", 1, 1, &first, 1);
	world_send(w, "qufu", 1, 1, &second, 1);
	world_commit(w);
	assert_int_equal(figure(w, "jining", "2022-06-30"), 3);
	world_close(w);
	w->change = narrow_places;
	w->now += DATE_DAY_MS;
	world_open(w, true);
	assert_int_equal(figure(w, "jining", "2022-06-30"), 2);
	assert_int_equal(figure(w, "jining", "2022-05-31"), 2);
	world_close(w);
	w->change = add_places;
	w->now += DATE_DAY_MS;
	world_open(w, true);
	assert_int_equal(figure(w, "jining", "2022-06-30"), 3);
	assert_int_equal(figure(w, "jining", "2022-05-31"), 2);
	world_free(w);
}

/* --- too many ids ----------------------------------------------------------------------------- */

/* As if somebody had named all but one of the ids that there may be. */
static void fill_up(struct world *w)
{
	const struct catalogue *c = aggregator_catalogue(w->a);
	struct objects_record r = {
		.cell = cell_counting(c, catalogue_measure_number(c, bytes_of_string(PLACES)),
				      catalogue_unit_number(c, bytes_of_string("qufu"))),
		.position = 1, .as_of = world_day("2022-01-31"), .known = world_day("2022-02-01"),
		.id_count = OBJECTS_IDS_MAX - 1,
	};
	struct bytes *ids = calloc(r.id_count, sizeof(*ids));
	char (*texts)[8] = calloc(r.id_count, sizeof(*texts));
	struct store_txn *t;

	assert_true(ids && texts);
	for (unsigned i = 0; i < r.id_count; i++)
		ids[i] = bytes_of(texts[i], (size_t)snprintf(texts[i], 8, "f%u", i));
	r.ids = ids;
	assert_int_equal(store_begin_write(w->store, &t), ERR_OK);
	assert_int_equal(objects_log_write(t, &r), ERR_OK);
	assert_int_equal(store_commit(&t), ERR_OK);
	free(ids);
	free(texts);
}

static unsigned say_one(struct world *w, uint64_t first, const struct world_row *row,
			unsigned *code, uint64_t *position)
{
	struct aggregator_outcome out = world_send(w, "yutai", 1, first, row, 1);
	unsigned verdict;

	world_verdict(&out.receipt, 0, &verdict, code);
	*position = out.receipt.first_position;
	return verdict;
}

/* Whoever names too many is refused; nobody else waits for it, and what is on hold stays whole. */
static void too_many_ids(void **state)
{
	const struct world_row two = { .measure = PLACES, .unit = "yutai", .as_of = "2022-05-31",
				       .value = 2, .objects = "p-1;p-2" };
	const struct world_row held = { .measure = PLACES, .unit = "yutai", .as_of = "2022-07-20",
					.value = 2, .objects = "p-1;p-2" };
	const struct world_row one = { .measure = PLACES, .unit = "yutai", .as_of = "2022-05-31",
				       .value = 1, .objects = "p-1" };
	struct world *w = new_town();
	uint64_t position, where;
	unsigned code;

	(void)state;
	fill_up(w);
	world_close(w);
	world_open(w, false);
	world_begin(w);
	assert_int_equal(say_one(w, 1, &two, &code, &position), EVENT_REJECT);
	assert_int_equal(code, EVENT_OVERFLOW);
	assert_int_equal(say_one(w, 2, &held, &code, &where), EVENT_HOLD);
	assert_int_equal(say_one(w, 3, &one, &code, &position), EVENT_ADMITTED);
	world_commit(w);
	for (unsigned i = 0; i < 2; i++) {
		world_begin(w);
		assert_int_equal(world_act(w, NULL, "\"act\":\"hold.release\",\"position\":%llu,"
					   "\"row\":0,\"why\":\"x\"", (unsigned long long)where),
				 ERR_STATE);
		/* an entry, so that the group is kept */
		assert_int_equal(say_one(w, 4 + i, &one, &code, &position), EVENT_DUPLICATE);
		world_commit(w);
	}
	assert_int_equal(figure(w, "yutai", "2022-07-31"), 1);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_order_does_not_show),
		cmocka_unit_test(receipts_name_the_id),
		cmocka_unit_test(a_catalogue_moves_the_union),
		cmocka_unit_test(too_many_ids),
	};

	return cmocka_run_group_tests_name("objects", tests, NULL, NULL);
}
