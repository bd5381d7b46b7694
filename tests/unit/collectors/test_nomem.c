/* SPDX-License-Identifier: MIT */
/* Each allocation of an outbox's work fails once: the call says so, and nothing is lost, stored
 * twice, or left half done. */
#include "tests/unit/failing.h"

#include "tests/unit/collectors/fixture.h"

#define MANY 5000

static enum err submit(struct outbox *o, struct slice *slice)
{
	const struct row rows[] = { fixture_row("canteens", 1), fixture_row("area", 2),
				    { .target = bytes_of_string("canteens"), .value = 3, .revision = 2,
				      .stage = bytes_of_string("started"),
				      .note = bytes_of_string("备注"), .as_of = 19173 } };

	(void)slice;
	return outbox_submit(o, rows, 3, 2000, NULL);
}

static enum err submit_sealed(struct outbox *o, struct slice *slice)
{
	const struct seal_terms terms = { slice, bytes_of_string("rencheng"), 0, 0 };
	enum err e = outbox_seal_directly(o, &terms);

	if (!e)
		e = submit(o, slice);
	outbox_seal_directly(o, NULL);
	return e;
}

static enum err seal(struct outbox *o, struct slice *slice)
{
	const struct seal_terms terms = { slice, bytes_of_string("rencheng"), 0, 0 };

	return outbox_seal(o, &terms);
}

static enum err reseal(struct outbox *o, struct slice *slice)
{
	const struct seal_terms terms = { slice, bytes_of_string("rencheng"), 1, 0 };

	return outbox_reseal(o, &terms);
}

/* The first batch of three rows, with an exception. */
static enum err settle(struct outbox *o, struct slice *slice)
{
	const struct message_exception x = { 2, EVENT_REJECT, EVENT_NEGATIVE,
					     bytes_of_string("below 0") };
	const struct message_receipt item = { .first_sequence = 1, .through_sequence = 3,
					      .received_ms = 9, .counts = { 2, 0, 1 },
					      .exceptions = &x, .exception_count = 1 };
	const struct message_receipts r = { 4, 0, &item, 1 };
	struct outbox_settled settled;

	(void)slice;
	return outbox_settle(o, &r, &settled);
}

struct deed {
	enum err (*prepare)(struct outbox *o, struct slice *slice); /* or NULL */
	enum err (*act)(struct outbox *o, struct slice *slice);
	uint64_t first, sealed_until, next, batches; /* afterwards */
};

static const struct deed deeds[] = {
	{ NULL, submit, 1, 1, 4, 0 },
	{ NULL, submit_sealed, 1, 4, 4, 1 },
	{ submit, seal, 1, 4, 4, 1 },
	{ submit_sealed, reseal, 1, 4, 4, 3 },
	{ submit_sealed, settle, 4, 4, 4, 0 },
};

static void assert_state(struct outbox *o, const struct deed *d)
{
	struct outbox_state s;

	outbox_state(o, &s);
	assert_int_equal(s.first, d->first);
	assert_int_equal(s.sealed_until, d->sealed_until);
	assert_int_equal(s.next, d->next);
	assert_int_equal(s.batches, d->batches);
}

/* False: the deed has fewer allocations. */
static bool disturb(const struct deed *d, unsigned n, struct slice *slice)
{
	struct outbox_state before, after;
	struct fixture *f;
	void *fixture;
	bool hit;
	enum err e;

	fixture_up(&fixture);
	f = fixture;
	fixture_open(f, 0, 1000);
	if (d->prepare)
		assert_int_equal(d->prepare(f->outbox, slice), ERR_OK);
	outbox_state(f->outbox, &before);
	failing_arm(n, false);
	e = d->act(f->outbox, slice);
	hit = failing_disarm();
	outbox_state(f->outbox, &after);
	if (e) {
		assert_true(hit);
		assert_int_equal(e, ERR_NOMEM);
		assert_memory_equal(&before, &after, sizeof(before));
		assert_int_equal(d->act(f->outbox, slice), ERR_OK);
	}
	assert_state(f->outbox, d);
	fixture_reopen(f, 1000);
	assert_state(f->outbox, d);
	fixture_down(&fixture);
	return hit;
}

static void failures_leave_no_trace(void **state)
{
	struct slice *slice = fixture_slice(1);

	(void)state;
	for (size_t i = 0; FAILING_POSSIBLE && i < sizeof(deeds) / sizeof(*deeds); i++) {
		unsigned n = 1;

		while (disturb(&deeds[i], n, slice))
			assert_true(++n < MANY);
		assert_true(n > 2);
	}
	slice_release(slice);
}

static void opening_fails_cleanly(void **state)
{
	struct fixture *f = *state;
	struct outbox_options o = { f->folder, 0, 0 };
	bool more = FAILING_POSSIBLE;

	for (unsigned n = 1; more; n++) {
		enum err e;

		failing_arm(n, false);
		e = outbox_open(&o, 1000, &f->outbox);
		more = failing_disarm();
		assert_int_equal(e, more ? ERR_NOMEM : ERR_OK);
		assert_true(n < MANY);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failures_leave_no_trace),
		cmocka_unit_test_setup_teardown(opening_fails_cleanly, fixture_up, fixture_down),
	};

	return cmocka_run_group_tests_name("nomem", tests, NULL, NULL);
}
