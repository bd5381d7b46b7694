/* SPDX-License-Identifier: MIT */
/* Memory that runs out in the middle of an act about a record: the act fails as such, refuses nobody,
 * and has its whole effect when it is done again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "aggregator/office/forms.h"
#include "base/date.h"
#include "base/fs.h"

static struct {
	unsigned at, seen; /* which allocation of the JSON library fails, from 1; 0: none */
} failing;

static void *scarce(size_t size)
{
	return failing.at && ++failing.seen == failing.at ? NULL : malloc(size);
}

struct desk {
	struct store *s;
	struct catalogue *c;
};

static enum err act(struct store_txn *t, const struct catalogue *c, const char *text, unsigned fail_at,
		    bool *hit, char said[900])
{
	struct forms_call x = { .t = t, .c = c, .position = 7 };
	json_t *body = json_loads(text, 0, NULL);
	enum err e;

	assert_non_null(body);
	x.body = body;
	x.now_ms = date_begin_ms(date_from_civil(2022, 7, 1), 480);
	failing.seen = 0;
	failing.at = fail_at;
	e = forms_do(&x);
	*hit = failing.at && failing.seen >= failing.at;
	failing.at = 0;
	assert_null(x.code);
	snprintf(said, 900, "%s", x.id);
	forms_release(&x);
	json_decref(body);
	return e;
}

static bool note(void *ctx, uint32_t number, json_t *step)
{
	char *to = ctx, *text = json_dumps(step, JSON_SORT_KEYS);

	snprintf(to + strlen(to), 900 - strlen(to), "|%u %s", number, text);
	free(text);
	return true;
}

/* The record and its steps as one text. */
static void look(struct store_txn *t, const char *id, char out[900])
{
	json_t *record;
	char *text;

	assert_int_equal(records_get(t, RECORDS_PROBLEM, bytes_of_string(id), &record), ERR_OK);
	text = json_dumps(record, JSON_SORT_KEYS);
	snprintf(out, 900, "%s", text);
	free(text);
	json_decref(record);
	assert_int_equal(records_steps(t, RECORDS_PROBLEM, bytes_of_string(id), note, out), ERR_OK);
}

static const char *const acts[] = {
	"{\"act\":\"problem.open\",\"by\":\"li\",\"title\":\"a\",\"text\":\"b\",\"owner\":\"minzheng\","
	"\"deadline\":\"2022-07-10\"}",
	"{\"act\":\"problem.extend\",\"by\":\"li\",\"problem\":\"2022-001\",\"deadline\":\"2022-07-20\","
	"\"why\":\"rain\"}",
};

static void play(struct desk *d, unsigned which, unsigned fail_at, bool *hit, char out[900])
{
	struct store_txn *t;
	char id[900];
	bool unheard;
	enum err e;

	assert_int_equal(store_begin_write(d->s, &t), ERR_OK);
	for (unsigned i = 0; i < 2; i++) {
		e = act(t, d->c, acts[i], i == which ? fail_at : 0, i == which ? hit : &unheard, id);
		if (e != ERR_OK) {
			assert_true(*hit);
			assert_int_equal(e, ERR_NOMEM);
			store_abort(&t); /* as the group would be taken back */
			play(d, which, 0, &unheard, out);
			return;
		}
	}
	look(t, "2022-001", out);
	store_abort(&t);
}

static void test_no_trace(void **state)
{
	const struct store_options quick = { .no_sync = true };
	char folder[] = "/tmp/minsheng-scarce-XXXXXX", path[64], right[900], now[900];
	struct diag_list diags = { 0 };
	struct desk d = { 0 };
	bool hit;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/store", folder);
	assert_int_equal(store_open(path, &quick, &d.s), ERR_OK);
	assert_int_equal(catalogue_load("catalogue/jining-2022.yaml", &diags, &d.c), ERR_OK);
	play(&d, 0, 0, &hit, right);
	for (unsigned which = 0; which < 2; which++) {
		unsigned n = 1;

		for (hit = true; hit; n++) {
			play(&d, which, n, &hit, now);
			assert_string_equal(now, right);
		}
		assert_true(n > 20);
	}
	diag_free(&diags);
	catalogue_free(d.c);
	store_close(d.s);
	assert_int_equal(fs_remove_tree(folder), ERR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_no_trace) };

	json_set_alloc_funcs(scarce, free);
	return cmocka_run_group_tests_name("forms-nomem", tests, NULL, NULL);
}
