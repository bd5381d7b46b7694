/* SPDX-License-Identifier: MIT */
/* What is known of a channel outlives the process; a file that is none is refused, not forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fs.h"
#include "daemon/notify_state.h"

struct place {
	char folder[64], file[80];
	struct config_channel one, other;
	struct notify_lane lanes[2], back[2];
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	snprintf(p->folder, sizeof(p->folder), "/tmp/minsheng-notify-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->file, sizeof(p->file), "%s/notify.json", p->folder);
	p->one.name = (char *)(uintptr_t)"one";
	p->other.name = (char *)(uintptr_t)"other";
	p->lanes[0].config = p->back[0].config = &p->one;
	p->lanes[1].config = p->back[1].config = &p->other;
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	assert_int_equal(fs_remove_tree(p->folder), ERR_OK);
	free(p);
	return 0;
}

static void fill(struct notify_lane *l)
{
	l->position = 90;
	l->gathered = 70;
	l->digest_ms = 1655000000000;
	l->disabled = true;
	l->waiting_count = 2;
	l->waiting[0] = (struct notify_item){ .from = 71, .to = 80, .urgent = true, .due_ms = 5 };
	l->waiting[1] = (struct notify_item){ .from = 60, .to = 60, .tries = 3, .due_ms = 9,
					      .status = 500, .why = "内部错误 \"x\"" };
	l->dead_count = 1;
	l->dead[0] = (struct notify_item){ .from = 1, .to = 2, .tries = 10, .due_ms = 7 };
}

static void save(struct place *p, size_t count)
{
	struct notify_state *s;

	assert_int_equal(notify_state_open(p->folder, p->back, 2, &s), ERR_OK);
	assert_int_equal(notify_state_take(s, p->lanes, count), ERR_OK);
	assert_int_equal(notify_state_write(s), ERR_OK);
	notify_state_free(s);
}

static void there_and_back(void **state)
{
	struct place *p = *state;
	struct notify_state *s;
	const struct notify_lane *l = &p->back[0];

	fill(&p->lanes[0]);
	save(p, 1); /* the other one is not known yet */
	assert_int_equal(notify_state_open(p->folder, p->back, 2, &s), ERR_OK);
	notify_state_free(s);
	assert_false(l->fresh);
	assert_true(p->back[1].fresh);
	assert_int_equal(l->position, 90);
	assert_int_equal(l->gathered, 70);
	assert_int_equal(l->digest_ms, 1655000000000);
	assert_true(l->disabled);
	assert_int_equal(l->waiting_count, 2);
	assert_memory_equal(l->waiting, p->lanes[0].waiting, 2 * sizeof(l->waiting[0]));
	assert_int_equal(l->dead_count, 1);
	assert_memory_equal(l->dead, p->lanes[0].dead, sizeof(l->dead[0]));
}

/* A channel that is taken out of the configuration and put back goes on where it was. */
static void a_channel_that_is_away_is_kept(void **state)
{
	struct place *p = *state;
	struct notify_state *s;

	fill(&p->lanes[0]);
	save(p, 2);
	assert_int_equal(notify_state_open(p->folder, &p->back[1], 1, &s), ERR_OK);
	assert_int_equal(notify_state_take(s, &p->lanes[1], 1), ERR_OK);
	assert_int_equal(notify_state_write(s), ERR_OK);
	notify_state_free(s);
	assert_int_equal(notify_state_open(p->folder, p->back, 2, &s), ERR_OK);
	assert_int_equal(p->back[0].position, 90);
	notify_state_free(s);
}

static void what_is_no_state_is_refused(void **state)
{
	static const char *const bad[] = {
		"{", "[]", "{}", "{\"version\":2,\"channels\":{}}", "{\"version\":1}",
		"{\"version\":1,\"channels\":{\"one\":{}}}",
		"{\"version\":1,\"channels\":{\"one\":{\"position\":1,\"gathered\":2,\"digest\":0,"
		"\"disabled\":false,\"waiting\":[],\"dead\":[]}}}",
		"{\"version\":1,\"channels\":{\"one\":{\"position\":3,\"gathered\":2,\"digest\":0,"
		"\"disabled\":false,\"waiting\":[[2,1,false,0,0,0,\"\"]],\"dead\":[]}}}",
	};
	struct place *p = *state;
	struct notify_state *s = NULL;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(fs_write(p->file, bytes_of_string(bad[i]), 0600), ERR_OK);
		if (notify_state_open(p->folder, p->back, 2, &s) != ERR_CORRUPT)
			fail_msg("%s was read", bad[i]);
		assert_null(s);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(there_and_back),
		TEST(a_channel_that_is_away_is_kept),
		TEST(what_is_no_state_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
