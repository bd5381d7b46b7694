/* SPDX-License-Identifier: MIT */
/* Rows at random, over several outboxes and in any order, against a fold that is as simple as the
 * rule: TOTAL sets unless a higher revision stands, ADD adds, RETRACT removes what stands. */
#include "tests/unit/aggregator/world.h"

#include "aggregator/ledger/keys.h"
#include "aggregator/progress/shelf.h"

#define DAYS 40 /* even ones take TOTALs, odd ones ADDs: what one day has of both is for cells */
#define REFS 4000

struct model {
	struct {
		bool set;
		uint32_t revision;
		int64_t value; /* of the TOTAL, or the sum of the ADDs */
		unsigned adds;
	} days[DAYS];
	struct {
		bool stands;
		uint32_t day;
		int64_t value;
	} refs[REFS];
	uint32_t ref_count;
};

struct random {
	uint64_t seed;
};

static uint32_t draw(struct random *r, uint32_t below)
{
	r->seed = r->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(r->seed >> 33) % below;
}

/* What a row says, for the model. */
struct meaning {
	uint32_t day, ref;
};

static void fold(struct model *m, const struct world_row *r, const struct meaning *what)
{
	uint32_t d = what->day;

	if (r->kind == EVENT_ADD) {
		m->days[d].value += r->value;
		m->days[d].adds++;
		m->refs[what->ref].stands = true;
		m->refs[what->ref].day = d;
		m->refs[what->ref].value = r->value;
	} else if (r->kind == EVENT_RETRACT && r->withdraw) {
		assert_true(m->refs[what->ref].stands);
		m->refs[what->ref].stands = false;
		m->days[m->refs[what->ref].day].value -= m->refs[what->ref].value;
		m->days[m->refs[what->ref].day].adds--;
	} else if (r->kind == EVENT_RETRACT) {
		m->days[d].set = false;
		if (r->revision > m->days[d].revision)
			m->days[d].revision = r->revision;
	} else if (r->revision >= m->days[d].revision) {
		m->days[d].set = true;
		m->days[d].revision = r->revision;
		m->days[d].value = r->value;
	}
}

static bool now(const struct model *m, int64_t *value)
{
	bool present = false;

	*value = 0;
	for (uint32_t d = 0; d < DAYS; d++) {
		if (d % 2 == 0 && m->days[d].set)
			*value = m->days[d].value;
		else if (d % 2 == 1 && m->days[d].adds)
			*value += m->days[d].value;
		else
			continue;
		present = true;
	}
	return present;
}

static void make(struct random *r, struct model *m, struct world_row *row, struct meaning *what,
		 char as_of[11], char ref[16])
{
	*what = (struct meaning){ .day = draw(r, DAYS) };
	*row = (struct world_row){ .measure = "homes-adapted", .unit = "yutai", .as_of = as_of,
				   .value = draw(r, 1000), .reason = "at random" };
	if (what->day % 2) {
		bool back = m->ref_count && draw(r, 4) == 0;

		what->ref = back ? draw(r, m->ref_count) : m->ref_count++;
		row->kind = back ? EVENT_RETRACT : EVENT_ADD;
		snprintf(ref, 16, "r%u", what->ref);
		*(back ? &row->withdraw : &row->ref) = ref;
	} else {
		row->kind = draw(r, 6) ? EVENT_TOTAL : EVENT_RETRACT;
		row->revision = draw(r, 3);
		if (row->kind == EVENT_RETRACT)
			row->value = 0;
	}
	date_format(world_day("2022-05-01") + (int32_t)what->day, as_of);
}

static void stored(struct world *w, bool *present, int64_t *value)
{
	uint16_t m = catalogue_measure_number(aggregator_catalogue(w->a),
					      bytes_of_string("homes-adapted"));
	uint16_t unit = catalogue_unit_number(aggregator_catalogue(w->a),
					      bytes_of_string("yutai"));
	struct cell_value v = { .present = false };
	struct store_txn *t;
	int32_t through;
	enum err e;

	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	e = shelf_current(t, cell_counting(aggregator_catalogue(w->a), m, unit), &v, &through);
	assert_true(e == ERR_OK || e == ERR_NOTFOUND);
	store_abort(&t);
	*present = v.present;
	*value = v.value;
}

static void one_group(struct world *w, struct random *r, struct model *m, uint64_t sequence[3])
{
	uint32_t n = 1 + draw(r, 20), outbox = draw(r, 3);
	struct world_row rows[20];
	struct meaning what[20];
	char as_of[20][11], ref[20][16];
	struct aggregator_outcome out;

	for (uint32_t i = 0; i < n; i++)
		make(r, m, &rows[i], &what[i], as_of[i], ref[i]);
	world_begin(w);
	out = world_send(w, "yutai", (uint8_t)(1 + outbox), sequence[outbox], rows, n);
	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	sequence[outbox] += n;
	for (uint32_t i = 0; i < n; i++) {
		unsigned verdict, code;

		world_verdict(&out.receipt, i, &verdict, &code);
		if (verdict == EVENT_ADMITTED)
			fold(m, &rows[i], &what[i]);
	}
	world_commit(w);
	arena_reset(w->arena);
}

static void rows_fold_as_the_rule_says(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		struct world *w = world_new("2022-07-02");
		struct random r = { seed };
		struct model *m = calloc(1, sizeof(*m));
		uint64_t sequence[3] = { 1, 1, 1 };

		world_begin(w);
		world_add_key(w, "yutai");
		world_commit(w);
		for (unsigned i = 0; i < 120; i++) {
			int64_t expected, value;
			bool present, there;

			one_group(w, &r, m, sequence);
			there = now(m, &expected);
			stored(w, &present, &value);
			if (there != present || (present && value != expected))
				fail_msg("seed %u, group %u: %lld, the rule gives %lld",
					 (unsigned)seed, i, (long long)value,
					 (long long)expected);
			if (draw(&r, 10) == 0) {
				world_close(w);
				world_open(w, false);
			}
		}
		free(m);
		world_free(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_fold_as_the_rule_says),
	};

	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
