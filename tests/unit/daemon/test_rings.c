/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>

#include "daemon/command.h"
#include "daemon/links.h"
#include "daemon/notices.h"

/* --- notices --------------------------------------------------------------------------------- */
static bool readable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static void push_figure(struct notices *n, uint64_t position, bool keys)
{
	char measure[] = "canteens", unit[] = "yutai";
	struct message_figure f = { .measure = bytes_of_string(measure),
				    .unit = bytes_of_string(unit),
				    .value = (int64_t)position };
	struct message_alert a = { .number = position, .text_zh = bytes_of_string("红") };
	struct pipeline_notice notice = { .head = { .position = position },
					  .keys_changed = keys,
					  .figures = &f,
					  .figure_count = 1,
					  .alerts = &a,
					  .alert_count = 1 };

	notices_push(n, &notice);
	memset(measure, 0, sizeof(measure)); /* it has to be a copy */
}

static void notices_are_copies_in_order(void **state)
{
	struct metrics m = { 0 };
	struct notices *n = NULL;

	(void)state;
	assert_int_equal(notices_new(&m, 4, &n), ERR_OK);
	push_figure(n, 1, false);
	push_figure(n, 2, true);
	assert_true(readable(notices_fd(n)));
	for (uint64_t i = 1; i <= 2; i++) {
		struct pipeline_notice *got = notices_pop(n);

		assert_false(got->reset);
		assert_int_equal(got->head.position, i);
		assert_int_equal(got->keys_changed, i == 2);
		assert_int_equal(got->figure_count, 1);
		assert_memory_equal(got->figures[0].measure.data, "canteens", 8);
		assert_memory_equal(got->figures[0].unit.data, "yutai", 5);
		assert_int_equal(got->alerts[0].text_zh.len, 3);
		pipeline_notice_free(got);
	}
	assert_false(readable(notices_fd(n)));
	push_figure(n, 3, false);
	notices_free(n); /* with one inside */
}

static void overflow_becomes_one_reset(void **state)
{
	const struct aggregator_head head = { .position = 99 };
	struct pipeline_notice *got;
	struct metrics m = { 0 };
	struct notices *n = NULL;

	(void)state;
	assert_int_equal(notices_new(&m, 2, &n), ERR_OK);
	for (uint64_t i = 1; i <= 5; i++)
		push_figure(n, i, i == 4);
	assert_int_equal(metrics_read(&m, METRIC_NOTICES_DROPPED), 3);
	pipeline_notice_free(notices_pop(n));
	notices_retry(n, &head);
	pipeline_notice_free(notices_pop(n));
	got = notices_pop(n);
	assert_true(got->reset);
	assert_true(got->keys_changed); /* what was lost said so */
	assert_int_equal(got->head.position, 99);
	assert_int_equal(got->figure_count, 0);
	pipeline_notice_free(got);
	assert_null(notices_pop(n));
	notices_retry(n, &head);
	assert_null(notices_pop(n)); /* told once */
	push_figure(n, 6, false);
	got = notices_pop(n);
	assert_false(got->reset);
	pipeline_notice_free(got);
	notices_free(n);
}

static void too_much_becomes_a_reset(void **state)
{
	static struct message_figure many[10000];
	struct pipeline_notice notice = { .figures = many, .figure_count = 10000 };
	struct pipeline_notice *got;
	struct metrics m = { 0 };
	struct notices *n = NULL;

	(void)state;
	assert_int_equal(notices_new(&m, 2, &n), ERR_OK);
	notices_push(n, &notice);
	got = notices_pop(n);
	assert_true(got->reset);
	pipeline_notice_free(got);
	notices_free(n);
}

/* --- commands -------------------------------------------------------------------------------- */
static void answers_find_their_clients(void **state)
{
	struct metrics m = { 0 };
	struct commands *c = NULL;
	struct pipeline_client *a = NULL, *b = NULL;
	struct pipeline_answer *answer;
	uint64_t ticket;

	(void)state;
	assert_int_equal(commands_new(&m, &c), ERR_OK);
	assert_int_equal(commands_client_new(c, 2, &a), ERR_OK);
	assert_int_equal(commands_client_new(c, 2, &b), ERR_OK);
	assert_int_equal(pipeline_act(a, bytes_of_string("{}"), "me", &ticket), ERR_OK);
	assert_int_equal(ticket, 1);
	assert_int_equal(pipeline_set_clock(a, 5, &ticket), ERR_OK);
	assert_int_equal(ticket, 2);
	assert_int_equal(pipeline_set_clock(a, 6, &ticket), ERR_FULL);
	assert_int_equal(metrics_read(&m, METRIC_COMMANDS_REFUSED), 1);
	assert_int_equal(pipeline_act(b, bytes_of_string("[]"), "you", &ticket), ERR_OK);
	assert_int_equal(ticket, 1);
	for (struct command *each; (each = commands_pop(c));) {
		bool act = each->kind == COMMAND_ACT;

		command_answer(&each, act ? ERR_DENIED : ERR_OK,
			       act ? each->json : (struct bytes){ 0 });
		assert_null(each);
	}
	answer = pipeline_next_answer(b);
	assert_int_equal(answer->ticket, 1);
	assert_int_equal(answer->err, ERR_DENIED);
	assert_string_equal(answer->json, "[]");
	pipeline_answer_free(answer);
	assert_null(pipeline_next_answer(b));
	assert_true(readable(pipeline_client_fd(a)));
	assert_int_equal(pipeline_wait_answer(a, 2, 1000, &answer), ERR_OK);
	assert_int_equal(answer->err, ERR_OK);
	assert_string_equal(answer->json, "");
	pipeline_answer_free(answer);
	assert_int_equal(pipeline_wait_answer(a, 3, 0, &answer), ERR_TIMEOUT);
	assert_int_equal(pipeline_set_clock(a, 6, &ticket), ERR_OK); /* there is room again */
	pipeline_client_free(a);				     /* one is still on its way */
	pipeline_client_free(b);
	commands_free(c);
}

/* --- links ----------------------------------------------------------------------------------- */
struct told {
	int up[3], down[3];
	enum err err;
};

static enum err tell(void *ctx, uint16_t unit, bool up)
{
	struct told *t = ctx;

	t->up[unit] += up;
	t->down[unit] += !up;
	return t->err;
}

static void links_are_told_once_a_minute(void **state)
{
	struct told t = { 0 };
	struct links *l = NULL;

	(void)state;
	assert_int_equal(links_new(&l), ERR_OK);
	assert_false(links_due(l, 1000));
	links_set(l, 2, true);
	links_set(l, 2, true);
	assert_true(links_due(l, 1000));
	assert_int_equal(links_tell(l, 1000, tell, &t), ERR_OK);
	assert_int_equal(t.up[2], 1);
	assert_true(links_due(l, 1000)); /* the commit failed: told again */
	assert_int_equal(links_tell(l, 1000, tell, &t), ERR_OK);
	assert_int_equal(links_committed(l, 1000), 1);
	assert_false(links_due(l, 1000));
	links_set(l, 2, false);
	assert_false(links_due(l, 2000));
	assert_true(links_due(l, 61000));
	links_set(l, 2, true); /* up again within the minute: nothing happened */
	assert_false(links_due(l, 61000));
	links_set(l, 2, false);
	links_set(l, 0, true);
	t.err = ERR_FULL;
	assert_int_equal(links_tell(l, 61000, tell, &t), ERR_FULL);
	t.err = ERR_OK;
	assert_int_equal(links_tell(l, 61000, tell, &t), ERR_OK);
	assert_int_equal(links_committed(l, 61000), 2);
	assert_int_equal(t.down[2], 1);
	assert_int_equal(t.up[0], 2);
	links_free(l);
	links_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(notices_are_copies_in_order),
		cmocka_unit_test(overflow_becomes_one_reset),
		cmocka_unit_test(too_much_becomes_a_reset),
		cmocka_unit_test(answers_find_their_clients),
		cmocka_unit_test(links_are_told_once_a_minute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
