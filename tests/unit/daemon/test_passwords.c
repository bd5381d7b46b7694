/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <event2/event.h>

#include "daemon/passwords.h"

struct place {
	struct loop *loop;
	struct passwords *passwords;
	int told, closed;
	enum err last;
	char hash[CRYPTO_PASSWORD_LEN];
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	assert_int_equal(crypto_init(), ERR_OK);
	assert_int_equal(loop_new(&p->loop), ERR_OK);
	assert_int_equal(passwords_new(p->loop, &p->passwords), ERR_OK);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	passwords_free(p->passwords);
	loop_free(p->loop);
	free(p);
	return 0;
}

static void done(void *ctx, enum err e, const char *hash)
{
	struct place *p = ctx;

	p->last = e;
	p->closed += e == ERR_CLOSED;
	snprintf(p->hash, sizeof(p->hash), "%s", hash);
	p->told++;
}

static void run(struct place *p, int wanted)
{
	p->told = 0;
	while (p->told < wanted)
		assert_int_equal(event_base_loop(loop_base(p->loop), EVLOOP_ONCE), 0);
}

static void a_password_fits_its_hash(void **state)
{
	struct place *p = *state;
	char hash[CRYPTO_PASSWORD_LEN];

	assert_int_equal(passwords_make(p->passwords, "three plain words", done, p), ERR_OK);
	run(p, 1);
	assert_int_equal(p->last, ERR_OK);
	assert_memory_equal(p->hash, "$argon2id$", 10);
	memcpy(hash, p->hash, sizeof(hash));
	assert_int_equal(passwords_check(p->passwords, hash, "three plain words", done, p), ERR_OK);
	run(p, 1);
	assert_int_equal(p->last, ERR_OK);
	assert_int_equal(passwords_check(p->passwords, hash, "three plain word", done, p), ERR_OK);
	run(p, 1);
	assert_int_equal(p->last, ERR_DENIED);
	assert_int_equal(passwords_check(p->passwords, NULL, "three plain words", done, p), ERR_OK);
	run(p, 1);
	assert_int_equal(p->last, ERR_DENIED);
	assert_int_equal(passwords_check(p->passwords, "no hash", "x", done, p), ERR_OK);
	run(p, 1);
	assert_int_equal(p->last, ERR_DENIED);
}

static void the_queue_is_bounded(void **state)
{
	struct place *p = *state;
	char *large = calloc(1, PASSWORDS_MAX + 2);
	int taken = 0;
	enum err e;

	memset(large, 'x', PASSWORDS_MAX + 1);
	assert_int_equal(passwords_check(p->passwords, NULL, large, done, p), ERR_RANGE);
	free(large);
	while ((e = passwords_check(p->passwords, NULL, "x", done, p)) == ERR_OK)
		assert_in_range(++taken, 1, 100);
	assert_int_equal(e, ERR_FULL);
	run(p, 2);
	/* the end is told to those that still wait, once each */
	passwords_free(p->passwords);
	p->passwords = NULL;
	assert_int_equal(p->told, taken);
	assert_true(p->closed > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_password_fits_its_hash, setup, teardown),
		cmocka_unit_test_setup_teardown(the_queue_is_bounded, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
