/* SPDX-License-Identifier: MIT */
/* Plans and quotas as acts: refused whole, taken back with their group, there again after a restart,
 * under a new catalogue and in a replay. */
#include "tests/unit/aggregator/world.h"

#include "aggregator/query/query.h"

#define WHO "\"document\":\"No. 31\",\"approver\":\"the mayor\",\"why\":\"rain\""
#define PLAN "\"act\":\"plan.set\",\"measure\":\"canteens\",\"shape\":\"linear-month\"," WHO
#define QUOTA "\"act\":\"quota.set\",\"measure\":\"canteens\"," WHO

static int setup(void **state)
{
	*state = world_new("2022-07-07");
	return 0;
}

static int teardown(void **state)
{
	world_free(*state);
	return 0;
}

static const struct catalogue_measure *canteens(const struct catalogue *c)
{
	return &c->measures[catalogue_measure_number(c, bytes_of_string("canteens"))];
}

static uint16_t unit(const struct world *w, const char *id)
{
	return catalogue_unit_number(aggregator_catalogue(w->a), bytes_of_string(id));
}

static size_t plans_of(const struct world *w)
{
	return canteens(aggregator_catalogue(w->a))->plan_count;
}

static void assert_code(struct bytes answer, const char *code, const char *field)
{
	char quoted[80];

	snprintf(quoted, sizeof(quoted), "\"code\":\"%s\"", code);
	assert_non_null(strstr((const char *)answer.data, quoted));
	snprintf(quoted, sizeof(quoted), "\"field\":\"%s\"", field);
	assert_non_null(strstr((const char *)answer.data, quoted));
}

static void proves(struct world *w)
{
	struct aggregator_proof proof;
	char scratch[96];

	snprintf(scratch, sizeof(scratch), "%s/scratch", w->folder);
	for (uint64_t group = 1; group < 9; group += 7) {
		assert_int_equal(aggregator_verify(w->store, scratch, group, NULL, NULL, &proof),
				 ERR_OK);
		assert_int_equal(proof.decided_otherwise, 0);
		assert_memory_equal(proof.state, proof.stored, sizeof(proof.state));
	}
}

static void a_plan_is_of_its_group(void **state)
{
	struct world *w = *state;

	world_begin(w);
	assert_int_equal(world_act(w, NULL, PLAN ",\"effective\":\"2022-07-01\""), ERR_OK);
	assert_int_equal(plans_of(w), 1);
	aggregator_rollback(w->a);
	assert_int_equal(plans_of(w), 0);
	world_begin(w);
	assert_int_equal(world_act(w, NULL, PLAN ",\"effective\":\"2022-07-01\""), ERR_OK);
	world_commit(w);
	/* a later group that is taken back leaves it alone */
	world_begin(w);
	assert_int_equal(world_act(w, NULL, PLAN ",\"effective\":\"2022-08-01\""), ERR_OK);
	assert_int_equal(plans_of(w), 2);
	aggregator_rollback(w->a);
	assert_int_equal(plans_of(w), 1);
	proves(w);
}

static void other_days(struct catalogue *c)
{
	c->profile.red_enter += 100;
}

static void it_outlives_restarts_and_catalogues(void **state)
{
	struct world *w = *state;
	const struct catalogue_plan_version *v;
	int64_t value;

	world_begin(w);
	assert_int_equal(world_act(w, NULL, PLAN ",\"effective\":\"2022-07-01\""), ERR_OK);
	assert_int_equal(world_act(w, NULL, QUOTA ",\"effective\":\"2022-08-01\",\"quotas\":{"
					    "\"yutai\":\"99\",\"rencheng\":null}"),
			 ERR_OK);
	world_commit(w);
	world_close(w);
	world_open(w, false);
	assert_int_equal(plans_of(w), 1);
	world_close(w);
	w->change = other_days;
	world_open(w, true);
	assert_int_equal(aggregator_catalogue(w->a)->version, 2);
	v = catalogue_plan_version(canteens(aggregator_catalogue(w->a)), world_day("2022-07-01"));
	assert_int_equal(v->number, 1);
	assert_string_equal(v->plan.id, "No. 31");
	assert_int_equal(v->plan.shape, CATALOGUE_LINEAR_MONTH);
	assert_true(catalogue_quota_on(canteens(aggregator_catalogue(w->a)), unit(w, "yutai"),
				       world_day("2022-08-01"), &value));
	assert_int_equal(value, 99);
	assert_true(catalogue_quota_on(canteens(aggregator_catalogue(w->a)), unit(w, "yutai"),
				       world_day("2022-07-31"), &value));
	assert_int_not_equal(value, 99);
	assert_false(catalogue_quota_on(canteens(aggregator_catalogue(w->a)), unit(w, "rencheng"),
					world_day("2022-08-01"), &value));
	proves(w);
}

static const struct catalogue_measure *group(const struct catalogue *c)
{
	return &c->measures[catalogue_measure_number(c, bytes_of_string("nursery-group"))];
}

static void one_more_stage(struct catalogue *c)
{
	static struct catalogue_stage stages[20];
	struct catalogue_measure *m = (struct catalogue_measure *)(uintptr_t)group(c);

	memcpy(stages, m->stages, m->stage_count * sizeof(*stages));
	stages[m->stage_count] = stages[m->stage_count - 1];
	stages[m->stage_count].id = "afterwards";
	stages[m->stage_count].weight_ppm = 0;
	m->stages = stages;
	m->stage_count++;
}

/* A plan has a day for each stage: once one was set, a catalogue with more of them is refused by name,
 * and the store stays as it is. */
static void stages_stay_as_they_were_planned(void **state)
{
	struct world *w = *state;
	const struct catalogue_measure *was = group(aggregator_catalogue(w->a));
	struct diag_list diags = { 0 };
	struct catalogue *c;

	world_begin(w);
	assert_int_equal(world_act(w, NULL, "\"act\":\"plan.set\",\"measure\":\"nursery-group\"," WHO
				   ",\"effective\":\"2022-08-01\",\"stages\":{\"%s\":\"2022-12-31\"}",
				   was->stages[was->stage_count - 1].id),
			 ERR_OK);
	world_commit(w);
	aggregator_close(w->a);
	assert_int_equal(catalogue_load(WORLD_CATALOGUE, &diags, &c), ERR_OK);
	one_more_stage(c);
	assert_int_equal(aggregator_open(w->store, &c, w->now, &diags, &w->a), ERR_INVALID);
	assert_int_equal(diags.errors, 1);
	assert_non_null(strstr(diags.items[diags.count - 1].text[LANG_EN], "in its stages"));
	diag_free(&diags);
	assert_int_equal(aggregator_open(w->store, NULL, w->now, NULL, &w->a), ERR_OK);
	proves(w);
}

/* Both would say yes on a day before any of them; of those in force the newest counts, whatever the
 * order of their days. */
static void the_newest_in_force_counts(void **state)
{
	struct world *w = *state;
	const struct catalogue_measure *m;

	world_begin(w);
	assert_int_equal(world_act(w, NULL, PLAN ",\"effective\":\"2022-10-01\""), ERR_OK);
	assert_int_equal(world_act(w, NULL, PLAN ",\"effective\":\"2022-08-01\""), ERR_OK);
	world_commit(w);
	m = canteens(aggregator_catalogue(w->a));
	assert_null(catalogue_plan_version(m, world_day("2022-07-31")));
	assert_int_equal(catalogue_plan_version(m, world_day("2022-08-01"))->number, 2);
	assert_int_equal(catalogue_plan_version(m, world_day("2022-10-01"))->number, 2);
	assert_ptr_equal(catalogue_plan_on(m, world_day("2022-07-31")), &m->plan);
}

static void refusals_name_the_field(void **state)
{
	struct world *w = *state;
	struct bytes answer;

	world_begin(w);
	/* June is closed: its light stays */
	assert_int_equal(world_act(w, &answer, PLAN ",\"effective\":\"2022-06-30\""), ERR_STATE);
	assert_code(answer, "effective-closed", "effective");
	assert_int_equal(world_act(w, &answer, QUOTA ",\"effective\":\"2022-07-01\",\"quotas\":{"
					       "\"yutai\":\"1\",\"minzheng\":\"2\"}"),
			 ERR_INVALID);
	assert_code(answer, "quota-unit", "quotas.minzheng");
	assert_int_equal(world_act(w, &answer, QUOTA ",\"effective\":\"2022-07-01\",\"quotas\":{"
					       "\"yutai\":1.5}"),
			 ERR_INVALID);
	assert_code(answer, "quota-value", "quotas.yutai");
	assert_int_equal(canteens(aggregator_catalogue(w->a))->quota_set_count, 0);
	/* below the city's goal is allowed, and said */
	assert_int_equal(world_act(w, &answer, QUOTA ",\"effective\":\"2022-07-01\",\"quotas\":{"
					       "\"yutai\":0}"),
			 ERR_OK);
	assert_non_null(strstr((const char *)answer.data, "\"below-goal\""));
	world_commit(w);
}

/* A reader sees what was committed when its snapshot began. */
static void readers_have_their_own(void **state)
{
	struct world *w = *state;
	struct query *before, *after;
	struct query_version_list all;

	assert_int_equal(query_open(w->store, aggregator_catalogue(w->a), &before), ERR_OK);
	world_begin(w);
	assert_int_equal(world_act(w, NULL, PLAN ",\"effective\":\"2022-07-01\""), ERR_OK);
	world_commit(w);
	assert_int_equal(query_open(w->store, aggregator_catalogue(w->a), &after), ERR_OK);
	assert_int_equal(canteens(query_catalogue(after))->plan_count, 1);
	arena_reset(w->arena);
	assert_int_equal(query_versions(before, CATALOGUE_NONE, w->arena, &all), ERR_OK);
	assert_int_equal(all.count, 0);
	assert_int_equal(query_versions(after, CATALOGUE_NONE, w->arena, &all), ERR_OK);
	assert_int_equal(all.count, 1);
	assert_string_equal(all.items[0].document, "No. 31");
	assert_string_equal(all.items[0].approver, "the mayor");
	assert_string_equal(all.items[0].why, "rain");
	assert_string_equal(all.items[0].by, "tester");
	assert_int_equal(all.items[0].effective, world_day("2022-07-01"));
	query_close(before);
	query_close(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_plan_is_of_its_group, setup, teardown),
		cmocka_unit_test_setup_teardown(it_outlives_restarts_and_catalogues, setup,
						teardown),
		cmocka_unit_test_setup_teardown(stages_stay_as_they_were_planned, setup, teardown),
		cmocka_unit_test_setup_teardown(the_newest_in_force_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(refusals_name_the_field, setup, teardown),
		cmocka_unit_test_setup_teardown(readers_have_their_own, setup, teardown),
	};

	return cmocka_run_group_tests_name("plans", tests, NULL, NULL);
}
