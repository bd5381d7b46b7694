/* SPDX-License-Identifier: MIT */
/* The canonical form, catalogues that follow others, the check program and the manual. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/catalogue/check.h"
#include "base/fs.h"

static const char JINING[] = "catalogue/jining-2022.yaml";
static const char TOWN[] = "catalogue/example-town.yaml";

static struct catalogue *load(const char *path)
{
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL;

	assert_int_equal(catalogue_load(path, &diags, &c), ERR_OK);
	diag_free(&diags);
	return c;
}

static void encode(const struct catalogue *c, struct buf *out)
{
	buf_clear(out);
	assert_int_equal(catalogue_encode(c, out), ERR_OK);
}

/* A catalogue that ranks nobody is written as it was before there were ranks. */
static void ranks_are_written_where_they_are_wanted(void **state)
{
	struct catalogue *town = load(TOWN), *read = NULL;
	struct buf with = { 0 }, without = { 0 };

	(void)state;
	assert_int_equal(town->ranking, CATALOGUE_RANKING_DELTA);
	encode(town, &with);
	town->ranking = CATALOGUE_RANKING_OFF;
	encode(town, &without);
	assert_int_equal(with.data[0], 4);
	assert_int_equal(without.data[0], 3);
	assert_int_equal(with.len, without.len + 1);
	assert_int_equal(catalogue_decode(buf_bytes(&with), &read), ERR_OK);
	assert_int_equal(read->ranking, CATALOGUE_RANKING_DELTA);
	catalogue_free(read);
	assert_int_equal(catalogue_decode(buf_bytes(&without), &read), ERR_OK);
	assert_int_equal(read->ranking, CATALOGUE_RANKING_OFF);
	catalogue_free(read);
	with.data[with.len - 1] = 0; /* says in the new form that it says nothing */
	assert_int_equal(catalogue_decode(buf_bytes(&with), &read), ERR_CORRUPT);
	catalogue_free(town);
	buf_free(&with);
	buf_free(&without);
}

static void both_catalogues_survive_the_form(void **state)
{
	const char *const paths[] = { JINING, TOWN };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct catalogue *c = load(paths[i]), *again = load(paths[i]), *read = NULL;
		struct buf first = { 0 }, second = { 0 };

		encode(c, &first);
		encode(again, &second);
		assert_true(bytes_equal(buf_bytes(&first), buf_bytes(&second)));
		assert_int_equal(catalogue_decode(buf_bytes(&first), &read), ERR_OK);
		encode(read, &second);
		assert_true(bytes_equal(buf_bytes(&first), buf_bytes(&second)));
		assert_string_equal(read->measures[0].name.zh, c->measures[0].name.zh);
		assert_int_equal(catalogue_unit_number(read, bytes_of_string(c->units[3].id)), 3);
		catalogue_free(c);
		catalogue_free(again);
		catalogue_free(read);
		buf_free(&first);
		buf_free(&second);
	}
}

static void every_cut_and_every_changed_byte_is_survived(void **state)
{
	struct catalogue *c = load(TOWN), *read = NULL;
	struct buf form = { 0 }, again = { 0 };

	(void)state;
	encode(c, &form);
	for (size_t n = 0; n < form.len; n++)
		assert_int_equal(catalogue_decode(bytes_of(form.data, n), &read), ERR_CORRUPT);
	buf_put_u8(&form, 0);
	assert_int_equal(catalogue_decode(buf_bytes(&form), &read), ERR_CORRUPT);
	form.len--;
	for (size_t n = 1; n < form.len; n++) {
		form.data[n] ^= 0x81;
		/* what still reads is canonical */
		if (catalogue_decode(buf_bytes(&form), &read) == ERR_OK) {
			encode(read, &again);
			assert_true(bytes_equal(buf_bytes(&form), buf_bytes(&again)));
			catalogue_free(read);
		}
		form.data[n] ^= 0x81;
	}
	form.data[0]++;
	assert_int_equal(catalogue_decode(buf_bytes(&form), &read), ERR_VERSION);
	assert_null(read);
	catalogue_free(c);
	buf_free(&form);
	buf_free(&again);
}

/* The first form, as programs before this one wrote it. */
static void an_older_form_still_reads(void **state)
{
	struct buf form = { 0 }, again = { 0 };
	struct catalogue *c = NULL, *same = NULL;

	(void)state;
	assert_int_equal(fs_read("tests/fuzz/corpus/catalogue/form", 1 << 20, &form), ERR_OK);
	assert_int_equal(form.data[0], 1);
	assert_int_equal(catalogue_decode(buf_bytes(&form), &c), ERR_OK);
	assert_string_equal(c->id, "small");
	assert_int_equal(c->quality.above_times, CATALOGUE_ABOVE_TIMES);
	assert_int_equal(c->quality.above_steps, CATALOGUE_ABOVE_STEPS);
	assert_int_equal(c->quality.pair_count, 0);
	encode(c, &again);
	assert_int_not_equal(again.data[0], 1);
	assert_int_equal(catalogue_decode(buf_bytes(&again), &same), ERR_OK);
	catalogue_free(c);
	catalogue_free(same);
	buf_free(&form);
	buf_free(&again);
}

/* Pairs keep their measures where those get other numbers. */
static void pairs_follow_their_measures(void **state)
{
	struct catalogue *now = load(JINING), *next = load(JINING);
	struct diag_list diags = { 0 };

	(void)state;
	assert_true(now->quality.pair_count > 0);
	assert_int_equal(catalogue_follow(next, now, &diags), ERR_OK);
	for (size_t i = 0; i < now->quality.pair_count; i++) {
		assert_int_equal(next->quality.pairs[i].first, now->quality.pairs[i].first);
		assert_int_equal(next->quality.pairs[i].second, now->quality.pairs[i].second);
	}
	assert_int_equal(next->version, now->version);
	assert_string_equal(now->measures[now->quality.pairs[0].first].id, "school-canteens");
	assert_string_equal(now->measures[now->quality.pairs[0].second].id,
			    "school-canteen-pupils");
	diag_free(&diags);
	catalogue_free(now);
	catalogue_free(next);
}

/* --- following ------------------------------------------------------------------------------------ */

static struct catalogue *load_changed(const char *what, const char *with)
{
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL;
	struct buf text = { 0 }, changed = { 0 };
	const char *all, *at;

	assert_int_equal(fs_read(TOWN, 1 << 20, &text), ERR_OK);
	all = buf_cstring(&text);
	at = strstr(all, what);
	assert_non_null(at);
	buf_put(&changed, bytes_of(all, (size_t)(at - all)));
	buf_put_string(&changed, with);
	buf_put_string(&changed, at + strlen(what));
	catalogue_load_text(TOWN, buf_bytes(&changed), &diags, &c);
	diag_print(&diags, LANG_EN, stderr);
	assert_non_null(c);
	diag_free(&diags);
	buf_free(&text);
	buf_free(&changed);
	return c;
}

static void the_same_words_keep_the_version(void **state)
{
	struct catalogue *now = load(TOWN), *next = load(TOWN);
	struct diag_list diags = { 0 };
	struct buf a = { 0 }, b = { 0 };

	(void)state;
	now->version = next->version = 1;
	assert_int_equal(catalogue_follow(next, now, &diags), ERR_OK);
	assert_int_equal(next->version, 1);
	encode(now, &a);
	encode(next, &b);
	assert_true(bytes_equal(buf_bytes(&a), buf_bytes(&b)));
	buf_free(&a);
	buf_free(&b);
	catalogue_free(now);
	catalogue_free(next);
	diag_free(&diags);
}

static const char NEW_UNIT[] =
	"units:\n  - {id: beihe, kind: county, name: {zh: 北河村, en: Beihe}}\n";
static const char NEW_MEASURE[] = "        measures:\n"
				  "          - id: lamps\n"
				  "            name: {zh: 路灯, en: Lamps}\n"
				  "            kind: quantity\n"
				  "            uom: {zh: 盏, en: lamps}\n"
				  "            target: 10\n"
				  "            figure: counties\n";

static struct catalogue *load_grown(void)
{
	struct catalogue *c;
	struct diag_list diags = { 0 };
	struct buf text = { 0 }, changed = { 0 };
	const char *all, *units, *measures, *plan;

	assert_int_equal(fs_read(TOWN, 1 << 20, &text), ERR_OK);
	all = buf_cstring(&text);
	units = strstr(all, "units:\n");
	measures = strstr(all, "        measures:\n");
	plan = strstr(all, "measures: [roads,");
	buf_put(&changed, bytes_of(all, (size_t)(units - all)));
	buf_put_string(&changed, NEW_UNIT);
	units += strlen("units:\n");
	buf_put(&changed, bytes_of(units, (size_t)(measures - units)));
	buf_put_string(&changed, NEW_MEASURE);
	measures += strlen("        measures:\n");
	buf_put(&changed, bytes_of(measures, (size_t)(plan - measures)));
	buf_put_string(&changed, "measures: [lamps, roads,");
	buf_put_string(&changed, plan + strlen("measures: [roads,"));
	assert_int_equal(catalogue_load_text(TOWN, buf_bytes(&changed), &diags, &c), ERR_OK);
	diag_free(&diags);
	buf_free(&text);
	buf_free(&changed);
	return c;
}

static void old_numbers_stay_and_new_ones_come_behind(void **state)
{
	struct catalogue *now = load(TOWN), *next = load_grown();
	struct diag_list diags = { 0 };
	const struct catalogue_measure *lanes, *lamps;
	uint16_t beihe;

	(void)state;
	assert_int_equal(catalogue_measure_number(next, bytes_of_string("lamps")), 0);
	assert_int_equal(catalogue_follow(next, now, &diags), ERR_OK);
	assert_int_equal(next->version, 2);
	for (size_t i = 0; i < now->measure_count; i++)
		assert_string_equal(next->measures[i].id, now->measures[i].id);
	for (size_t i = 0; i < now->unit_count; i++)
		assert_string_equal(next->units[i].id, now->units[i].id);
	beihe = catalogue_unit_number(next, bytes_of_string("beihe"));
	assert_int_equal(beihe, now->unit_count);
	assert_int_equal(catalogue_measure_number(next, bytes_of_string("lamps")),
			 now->measure_count);
	lamps = &next->measures[now->measure_count];
	assert_int_equal(lamps->order, 0); /* people read it first */
	assert_string_equal(next->units[next->city].id, "qinghe");
	assert_string_equal(next->units[next->office].id, "town-office");
	assert_true(catalogue_in_scope(&next->items[lamps->item], beihe));
	assert_false(catalogue_in_scope(&next->items[lamps->item], next->city));
	assert_string_equal(next->units[next->items[lamps->item].lead].id, "works");
	lanes = &next->measures[catalogue_measure_number(next, bytes_of_string("roads-lanes"))];
	assert_string_equal(next->measures[lanes->whole].id, "roads");
	assert_string_equal(next->measures[next->measures[lanes->whole].parts[1]].id,
			    "roads-lanes");
	for (size_t i = 0; i < 3; i++) {
		const struct catalogue_quota *was = &now->measures[2].quotas[i];
		int64_t value;

		assert_true(catalogue_quota_of(lanes, was->unit, &value));
		assert_int_equal(value, was->value);
	}
	catalogue_free(now);
	catalogue_free(next);
	diag_free(&diags);
}

static void what_has_a_number_may_not_change(void **state)
{
	static const struct {
		const char *what, *with, *says;
	} changes[] = {
		{ "            rate_decimals: 1", "            rate_decimals: 2",
		  "in its rate_decimals" },
		{ "            uom: {zh: \"%\", en: \"%\"}", "            uom: {zh: 成, en: \"%\"}",
		  "in its uom" },
		{ "            rate_decimals: 1",
		  "            rate_decimals: 1\n            base: 50", "in its base" },
		{ "            rate_decimals: 1",
		  "            rate_decimals: 1\n            decimals: 1", "in its decimals" },
		{ "counts: accepted", "counts: started", "in its counts" },
		{ "      - {id: started, name: {zh: 开工, en: Started}}\n", "",
		  "no longer begin with" },
		{ "id: qinghe-town-2022", "id: beihe-town-2022", "in its id" },
		{ "to: 2022-12-31", "to: 2022-11-30", "in its programme" },
		{ "target: 90%", "target: 85%", NULL }, /* a goal may change */
	};
	struct catalogue *now = load(TOWN);

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct diag_list diags = { 0 };
		struct catalogue *next;
		bool found = false;

		next = load_changed(changes[i].what, changes[i].with);
		assert_int_equal(catalogue_follow(next, now, &diags),
				 changes[i].says ? ERR_INVALID : ERR_OK);
		for (size_t d = 0; changes[i].says && d < diags.count; d++)
			found |= strstr(diags.items[d].text[LANG_EN], changes[i].says) != NULL;
		assert_int_equal(found, changes[i].says != NULL);
		catalogue_free(next);
		diag_free(&diags);
	}
	catalogue_free(now);
}

static void what_has_a_number_may_not_go(void **state)
{
	struct catalogue *now = load_grown(), *next = load(TOWN);
	struct diag_list diags = { 0 };

	(void)state;
	assert_int_equal(catalogue_follow(next, now, &diags), ERR_INVALID);
	assert_int_equal(diags.errors, 2);
	assert_string_equal(diags.items[0].file, "qinghe-town-2022");
	assert_string_equal(
		diags.items[0].text[LANG_EN],
		"\"beihe\" stands in the catalogue in force and is gone from the new one");
	assert_string_equal(diags.items[1].text[LANG_ZH], "“lamps” 在现行目录中有，新目录中没有了");
	assert_int_equal(next->version, 1);
	assert_int_equal(catalogue_measure_number(next, bytes_of_string("roads")), 0);
	catalogue_free(now);
	catalogue_free(next);
	diag_free(&diags);
}

/* --- for people ------------------------------------------------------------------------------------- */

static int check(const char *path, enum lang lang, bool quiet, char **printed)
{
	size_t size;
	FILE *to = open_memstream(printed, &size);
	int code;

	assert_non_null(to);
	code = catalogue_check_main(path, lang, quiet, to);
	fclose(to);
	return code;
}

static void the_check_says_what_it_saw(void **state)
{
	char *printed;

	(void)state;
	assert_int_equal(check(JINING, LANG_EN, false, &printed), 0);
	assert_string_equal(printed, "catalogue/jining-2022.yaml: 15 projects, 30 items, "
				     "77 measures, 59 units: OK, warnings: 0\n");
	free(printed);
	assert_int_equal(check(JINING, LANG_ZH, true, &printed), 0);
	assert_string_equal(printed, "");
	free(printed);
	assert_int_equal(check("catalogue/calendar-2022.yaml", LANG_ZH, true, &printed), 78);
	assert_non_null(strstr(printed, "catalogue/calendar-2022.yaml:"));
	assert_non_null(strstr(printed, "个错误"));
	free(printed);
	assert_int_equal(check("catalogue/none.yaml", LANG_EN, false, &printed), 78);
	free(printed);
}

static void the_manual_names_every_key(void **state)
{
	static const char *const words[] = {
		"| `yellow_leave` |", "`linear-month`", "1..28",
		"### included file",  "`+08:00`",	"| `retired` |"
	};
	char *printed;
	size_t size;
	FILE *to = open_memstream(&printed, &size);

	(void)state;
	assert_non_null(to);
	catalogue_schema_print(LANG_EN, to);
	fclose(to);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_non_null(strstr(printed, words[i]));
	/* a section that several keys lead to stands there once */
	assert_null(strstr(strstr(printed, "### stage\n") + 1, "### stage\n"));
	free(printed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_catalogues_survive_the_form),
		cmocka_unit_test(ranks_are_written_where_they_are_wanted),
		cmocka_unit_test(every_cut_and_every_changed_byte_is_survived),
		cmocka_unit_test(an_older_form_still_reads),
		cmocka_unit_test(pairs_follow_their_measures),
		cmocka_unit_test(the_same_words_keep_the_version),
		cmocka_unit_test(old_numbers_stay_and_new_ones_come_behind),
		cmocka_unit_test(what_has_a_number_may_not_change),
		cmocka_unit_test(what_has_a_number_may_not_go),
		cmocka_unit_test(the_check_says_what_it_saw),
		cmocka_unit_test(the_manual_names_every_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
