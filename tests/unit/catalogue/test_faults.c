/* SPDX-License-Identifier: MIT */
/* Every fault of a catalogue is found at its line and column. An '@' in a text below stands right
 * before the place that has to be named, and is taken out before the text is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aggregator/catalogue/catalogue.h"

static const char GOOD[] =
	"schema: 1\n"
	"id: small\n"
	"title: {zh: 小, en: Small}\n"
	"programme: {from: 2022-01-01, to: 2022-12-31}\n"
	"city: town\n"
	"office: office\n"
	"reporting: {due_day: 5}\n"
	"lights: {profile: p, yellow: 10, red: 30}\n"
	"units:\n"
	"  - {id: town, kind: city, name: {zh: 镇, en: Town}}\n"
	"  - {id: east, kind: county, name: {zh: 东, en: East}, code: \"370811\", tile: [1, 2]}\n"
	"  - {id: west, kind: county, name: {zh: 西, en: West}, tile: [1, 1]}\n"
	"  - {id: office, kind: office, name: {zh: 办, en: Office}}\n"
	"  - {id: works, kind: department, name: {zh: 建, en: Works}}\n"
	"stages:\n"
	"  - {id: works, counts: done, stages: [{id: done, name: {zh: 完, en: Done}}]}\n"
	"projects:\n"
	"  - id: \"1\"\n"
	"    name: {zh: 路, en: Roads}\n"
	"    items:\n"
	"      - id: \"1.1\"\n"
	"        name: {zh: 路, en: Roads}\n"
	"        lead: works\n"
	"        scope: areas\n"
	"        measures:\n"
	"          - {id: sum, name: {zh: 和, en: Sum}, kind: composite, uom: {zh: 处, en: s}, target: 91, figure: derived, parts: [a, b]}\n"
	"          - {id: a, name: {zh: 甲, en: A}, kind: quantity, uom: {zh: 处, en: s}, target: 44, role: part, figure: counties, stages: works}\n"
	"          - {id: b, name: {zh: 乙, en: B}, kind: quantity, uom: {zh: 处, en: s}, target: 47, role: part, figure: counties}\n"
	"          - {id: rate, name: {zh: 率, en: Rate}, kind: ratio, uom: {zh: \"%\", en: \"%\"}, target: 56%, base: 51%, figure: counties, numerator: {zh: 子, en: n}, denominator: {zh: 母, en: d}}\n"
	"          - {id: rise, name: {zh: 升, en: Rise}, kind: level, uom: {zh: 点, en: p}, target: 5, figure: derived, derived_from: rate}\n"
	"          - {id: homes, name: {zh: 家, en: Homes}, kind: quantity, uom: {zh: 处, en: s}, target: 113, base: 43, cap: 156, figure: counties}\n"
	"          - {id: cover, name: {zh: 盖, en: Cover}, kind: ratio, uom: {zh: \"%\", en: \"%\"}, target: 100%, comparator: all, figure: derived, derived_from: homes}\n"
	"          - {id: hall, name: {zh: 馆, en: Hall}, kind: milestone, uom: {zh: 项, en: t}, target: 1, figure: lead}\n"
	"calendar:\n"
	"  from: 2022-01-01\n"
	"  to: 2023-02-28\n"
	"  holidays: [{from: 2022-10-01, to: 2022-10-07}]\n"
	"  workdays: [2022-10-08]\n"
	"plans:\n"
	"  - {id: line, shape: linear-day, measures: [sum, a, b]}\n"
	"  - {id: curve, shape: knots, measures: [rate, rise, homes, cover], knots: {2021-12-31: 0, 2022-06-30: 40, 2022-12-31: 100}}\n"
	"  - {id: steps, shape: stages, measures: [hall], stages: [{id: x, name: {zh: 一, en: X}, weight: 60, due: 2022-05-31}, {id: y, name: {zh: 二, en: Y}, weight: 40, due: 2022-11-30}]}\n"
	"quotas:\n"
	"  a: {east: 20, west: 24}\n"
	"  homes: {east: 100, west: 13}\n";

#define TEXT_MAX 16384
#define PLACES_MAX 32

struct place {
	unsigned line, column;
};

/* Takes the '@' out of text and says where they stood. */
static size_t take_marks(char *text, struct place *places)
{
	struct place at = { 1, 1 };
	size_t count = 0;
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (*from == '@') {
			assert_true(count < PLACES_MAX);
			places[count++] = at;
			continue;
		}
		*to++ = *from;
		if (*from == '\n')
			at = (struct place){ at.line + 1, 1 };
		else if (((unsigned char)*from & 0xc0) != 0x80) /* characters, not bytes */
			at.column++;
	}
	*to = '\0';
	return count;
}

static void replace(char *text, const char *what, const char *with)
{
	char *at = strstr(text, what);
	size_t tail;

	if (!at)
		print_error("not in the good text: %s\n", what);
	assert_non_null(at);
	assert_null(strstr(at + 1, what));
	tail = strlen(at + strlen(what)) + 1;
	assert_true(strlen(text) + strlen(with) < TEXT_MAX);
	memmove(at + strlen(with), at + strlen(what), tail);
	memcpy(at, with, strlen(with));
}

struct fault_case {
	const char *what, *with; /* one change of the good text */
	const char *says;	 /* part of the English text */
	bool warning;
};

static bool is_at(const struct diag *d, struct place p, const char *says)
{
	return d->line == p.line && d->column == p.column && strstr(d->text[LANG_EN], says);
}

static void try_case(const struct fault_case *f)
{
	char text[TEXT_MAX];
	struct place places[PLACES_MAX];
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL;
	bool found = false;
	enum err e;

	strcpy(text, GOOD);
	replace(text, f->what, f->with);
	assert_int_equal(take_marks(text, places), 1);
	e = catalogue_load_text("test.yaml", bytes_of_string(text), &diags, &c);
	for (size_t i = 0; i < diags.count; i++)
		if (is_at(&diags.items[i], places[0], f->says)) {
			found = true;
			assert_int_equal(diags.items[i].level == DIAG_WARNING, f->warning);
			assert_string_equal(diags.items[i].file, "test.yaml");
			assert_true(*diags.items[i].text[LANG_ZH] && *diags.items[i].hint[LANG_ZH]);
			assert_true(*diags.items[i].hint[LANG_EN]);
		}
	if (!found) {
		print_error("%s\nwanted %u:%u %s, found:\n", f->with, places[0].line,
			    places[0].column, f->says);
		diag_print(&diags, LANG_EN, stderr);
	}
	assert_true(found);
	assert_int_equal(e, f->warning ? ERR_OK : ERR_INVALID);
	assert_int_equal(c != NULL, f->warning);
	catalogue_free(c);
	diag_free(&diags);
}

static void try_all(const struct fault_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		try_case(&cases[i]);
}

#define LIGHTS "lights: {profile: p, yellow: 10, red: 30}\n"

static void pairs_are_checked(void **state)
{
	static const struct fault_case cases[] = {
		{ LIGHTS, LIGHTS "quality: {pairs: [{first: a, second: @bb}]}\n", "\"bb\"", false },
		{ LIGHTS, LIGHTS "quality: {pairs: [{first: @sum, second: b}]}\n",
		  "\"sum\" can't be one of a pair", false },
		{ LIGHTS, LIGHTS "quality: {pairs: [{first: a, second: @rate}]}\n",
		  "\"rate\" can't be one of a pair", false },
		{ LIGHTS, LIGHTS "quality: {pairs: [{first: a, second: @a}]}\n",
		  "makes a pair with itself", false },
		{ LIGHTS,
		  LIGHTS "quality: {pairs: [{first: a, second: b}, @{first: b, second: a}]}\n",
		  "already", false },
		{ LIGHTS,
		  LIGHTS "quality: {pairs: [{first: a, second: b}, @{first: a, second: homes}]}\n",
		  "first of another pair", false },
		{ LIGHTS, LIGHTS "quality: {pairs: [@{first: a}]}\n", "\"second\" is missing",
		  false },
		{ LIGHTS, LIGHTS "quality: {pairs: [{first: a, second: b, times: @1}]}\n",
		  "not a whole number from 2 to 1000", false },
		{ LIGHTS, LIGHTS "quality: {above_times: @0}\n", "from 1 to 1000", false },
		{ LIGHTS, LIGHTS "quality: {sample: @many}\n", "not a whole number", false },
		{ LIGHTS, LIGHTS "quality: {@samples: 3}\n", "unknown key \"samples\"", false },
	};

	(void)state;
	try_all(cases, sizeof(cases) / sizeof(cases[0]));
}

static void the_good_text_is_good(void **state)
{
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL;
	enum err e = catalogue_load_text("good.yaml", bytes_of_string(GOOD), &diags, &c);

	(void)state;
	diag_print(&diags, LANG_EN, stderr);
	assert_int_equal(e, ERR_OK);
	assert_int_equal(diags.count, 0);
	assert_int_equal(c->measure_count, 8);
	catalogue_free(c);
	diag_free(&diags);
}

static void values_are_checked(void **state)
{
	static const struct fault_case cases[] = {
		{ "office: office\n", "office: office\n@tittle: x\n", "unknown key \"tittle\"",
		  false },
		{ "zh: 小, en: Small", "zh: 小, @fr: Petit, en: Small", "unknown key \"fr\"",
		  false },
		{ "- {id: town, kind: city,", "- @{id: town,", "\"kind\" is missing", false },
		{ "reporting: {due_day: 5}", "reporting: @[5]", "\"reporting\" should be a map",
		  false },
		{ "parts: [a, b]", "parts: @a", "\"parts\" should be a list", false },
		{ "due_day: 5", "due_day: @[5]", "\"due_day\" should be a single value", false },
		{ "due_day: 5", "due_day: @", "\"due_day\" is empty", false },
		{ "due_day: 5", "due_day: @31", "not a whole number from 1 to 28", false },
		{ "due_day: 5", "due_day: @5th", "not a whole number", false },
		{ "id: small", "id: @Small", "characters that are not allowed", false },
		{ "title: {zh: 小, en: Small}", "title: @{zh: 小}", "\"title\" has no text in en",
		  false },
		{ "title: {zh: 小, en: Small}", "title: @{zh: \"\", en: Small}", "no text in zh",
		  false },
		{ "tile: [1, 1]}", "reports: @yes}", "neither true nor false", false },
		{ "to: 2022-12-31}", "to: @2022-13-31}", "which is no date", false },
		{ "to: 2022-12-31}", "to: @2021-12-31}", "ends (2021-12-31) before", false },
		{ "to: 2022-12-31}", "to: 2022-12-31, utc_offset: @\"+15:00\"}",
		  "no offset from UTC", false },
		{ "to: 2022-12-31}", "to: 2022-12-31, utc_offset: @8}", "no offset from UTC",
		  false },
		{ "kind: level", "kind: @levels", "is none of its values", false },
		{ "{due_day: 5}", "{due_day: 5, late_until: @2022-12-30}",
		  "late rows would end before the programme does, on 2022-12-31", false },
		{ "figure: lead", "figure: lead, first_report: @2022", "which is no month", false },
		{ "figure: lead", "figure: lead, first_report: @2023-02", "outside the programme",
		  false },
		{ "figure: lead", "figure: lead, retired: @2021-02-01", "outside the programme",
		  false },
		{ "target: 113", "target: @113处", "after the number 113 comes \"处\"", false },
		{ "target: 113", "target: @1.13万", "after the number 1.13 comes \"万\"", false },
		{ "target: 113", "target: @\"1,130\"", "which is no number", false },
		{ "target: 113", "target: @１１３", "which is no number", false },
		{ "target: 113", "target: @113.5", "more than 0 decimals", false },
		{ "target: 113", "target: @99999999999999999999", "out of range", false },
		{ "target: 113", "target: @0", "has to be above 0", false },
		{ "target: 113", "target: @113%", "after the number 113 comes \"%\"", false },
		{ "target: 56%", "target: @156%", "not from 0 to 100", false },
		{ "target: 56%", "target: @56.001%", "more than 2 decimals", false },
		{ "yellow: 10", "yellow: @10pp", "after the number 10 comes \"pp\"", false },
		{ "schema: 1", "schema: @2", "from 1 to 1", false },
	};

	(void)state;
	try_all(cases, sizeof(cases) / sizeof(cases[0]));
}

static void references_and_units_are_checked(void **state)
{
	static const struct fault_case cases[] = {
		{ "lead: works", "lead: @work", "names \"work\", which does not exist", false },
		{ "city: town", "city: @city", "names \"city\", which does not exist", false },
		{ "city: town", "city: @east", "no unit of the kind city", false },
		{ "scope: areas", "scope: [east, @weast]", "names \"weast\"", false },
		{ "scope: areas", "scope: [east, @works]", "no unit of the kind county/zone",
		  false },
		{ "scope: areas", "scope: @all", "neither areas, city nor a list", false },
		{ "lead: works", "lead: works\n        coorganisers: [east, @east]",
		  "names \"east\" twice", false },
		{ "derived_from: rate", "derived_from: @rates", "names \"rates\"", false },
		{ "parts: [a, b]", "parts: [a, @c]", "names \"c\"", false },
		{ "stages: works}", "stages: @work}", "\"stages\" names \"work\"", false },
		{ "counts: done", "counts: @finished", "\"counts\" names \"finished\"", false },
		{ "city: town", "city: town\ninclude: [@none-such.yaml]", "can't be read", false },
		{ "city: town", "city: town\ninclude: [@/etc/hostname]", "can't be read", false },
		{ "city: town", "city: town\ninclude: [@x/../../y.yaml]", "can't be read", false },
		{ "{id: west, kind", "{id: @east, kind",
		  "\"east\" is used twice, first in test.yaml:11", false },
		{ "{id: homes,", "{id: @rate,", "\"rate\" is used twice", false },
		{ "weight: 40, due: 2022-11-30",
		  "weight: 40, due: 2022-11-30}, {id: @x, name: {zh: 一, en: X}, weight: 0, due: 2022-12-01",
		  "\"x\" is used twice", false },
		{ "{id: curve", "{id: @line", "\"line\" is used twice", false },
		{ "tile: [1, 1]", "tile: @[1, 2]", "stand on the same tile [1, 2]", false },
		{ "tile: [1, 1]", "tile: @[1]", "is not [row, column]", false },
		{ "code: \"370811\"", "code: @\"37081\"", "is not six digits", false },
	};

	(void)state;
	try_all(cases, sizeof(cases) / sizeof(cases[0]));
}

static void the_calendar_and_the_lights_are_checked(void **state)
{
	static const struct fault_case cases[] = {
		{ "  from: 2022-01-01\n  to: 2023-02-28", "  @from: 2022-02-01\n  to: 2023-02-28",
		  "does not cover the programme", false },
		{ "  to: 2023-02-28", "  to: @2023-02-27", "less than two months", true },
		{ "to: 2022-10-07", "to: @2022-09-30", "ends (2022-09-30) before", false },
		{ "holidays: [", "holidays: [{from: @2021-12-31, to: 2022-01-03}, ",
		  "2021-12-31 is outside the calendar", false },
		{ "{from: 2022-10-01, to: 2022-10-07}",
		  "{from: 2022-10-01, to: 2022-10-07}, {from: 2023-02-27, to: @2023-03-01}",
		  "2023-03-01 is outside the calendar", false },
		{ "workdays: [2022-10-08]", "workdays: [@2022-10-10]", "no weekend day", false },
		{ "workdays: [2022-10-08]", "workdays: [@2022-10-02]",
		  "a holiday and a make-up day", false },
		{ "workdays: [2022-10-08]", "workdays: [@2021-10-08]", "outside the calendar",
		  false },
		{ "workdays: [2022-10-08]", "workdays: [@soon]", "no date", false },
		{ "yellow: 10", "yellow: @40", "(40.00) is above the red one (30.00)", false },
		{ "yellow: 10", "yellow: 10, yellow_leave: @11",
		  "above the threshold that it leaves", false },
		{ "yellow: 10", "yellow: 10, red_leave: @30.01",
		  "above the threshold that it leaves (30.00)", false },
	};

	(void)state;
	try_all(cases, sizeof(cases) / sizeof(cases[0]));
}

static void measures_are_checked(void **state)
{
	static const struct fault_case cases[] = {
		{ "target: 91", "target: @90", "sum to 91, not to its target 90 (44 + 47)", false },
		{ "parts: [a, b]", "parts: @[a, homes]",
		  "can't be a part of \"sum\": its role is not part", false },
		{ "parts: [a, b]", "parts: @[a, rate]", "only a quantity can", false },
		{ "uom: {zh: 处, en: s}, target: 91, figure: derived, parts: [a, b]",
		  "uom: {zh: 所, en: s}, target: 91, figure: derived, parts: @[a, b]",
		  "unit of measure or decimals differ", false },
		{ "target: 113, base: 43", "target: 113, role: @part, base: 43",
		  "no composite names it", false },
		{ "figure: lead", "figure: lead, cap: @3",
		  "of the kind milestone and can't have \"cap\"", false },
		{ "cap: 156", "cap: @155", "make 156, more than its cap 155", false },
		{ "base: 51%", "base: @56%",
		  "base of \"rate\" (56.00) is not below its target (56.00)", false },
		{ "target: 100%", "target: @99%", "means all", false },
		{ "figure: lead", "figure: lead, parts: @[a]",
		  "of the kind milestone and can't have \"parts\"", false },
		{ "- {id: sum, name: {zh: 和, en: Sum}, kind: composite, uom: {zh: 处, en: s}, target: 91, figure: derived, parts: [a, b]}",
		  "- @{id: sum, name: {zh: 和, en: Sum}, kind: composite, uom: {zh: 处, en: s}, target: 91, figure: derived}",
		  "needs \"parts\"", false },
		{ "- {id: rate, name: {zh: 率, en: Rate}, kind: ratio, uom: {zh: \"%\", en: \"%\"}, target: 56%, base: 51%, figure: counties, numerator: {zh: 子, en: n},",
		  "- @{id: rate, name: {zh: 率, en: Rate}, kind: ratio, uom: {zh: \"%\", en: \"%\"}, target: 56%, base: 51%, figure: counties,",
		  "needs \"numerator\"", false },
		{ "figure: derived, parts", "figure: @counties, parts",
		  "its figure can't be \"counties\"", false },
		{ "figure: lead", "figure: @derived", "its figure can't be \"derived\"", false },
		{ "    items:\n",
		  "    items:\n      - {id: \"1.0\", name: {zh: 市, en: City}, lead: works, scope: city, measures: [{id: c, name: {zh: 丙, en: C}, kind: quantity, uom: {zh: 处, en: s}, target: 1, figure: @counties}]}\n",
		  "the item \"1.0\" has no areas", false },
		{ "derived_from: rate", "derived_from: @homes", "it has to be a ratio with a base",
		  false },
		{ "derived_from: homes", "derived_from: @a", "it has to be a quantity with a cap",
		  false },
		{ "    items:\n",
		  "    items:\n      - @{id: \"1.0\", name: {zh: 无, en: None}, lead: works, scope: city, measures: []}\n",
		  "no main measure", true },
	};

	(void)state;
	try_all(cases, sizeof(cases) / sizeof(cases[0]));
}

static void plans_and_quotas_are_checked(void **state)
{
	static const struct fault_case cases[] = {
		{ "measures: [hall], stages: [{id: x, name: {zh: 一, en: X}, weight: 60",
		  "measures: [hall], stages: @[{id: x, name: {zh: 一, en: X}, weight: 50",
		  "sum to 90.0000 %", false },
		{ "weight: 40, due: 2022-11-30", "weight: 40, due: @2022-05-30",
		  "one before the stage above", false },
		{ "weight: 40, due: 2022-11-30", "weight: 40, due: @2023-01-01",
		  "outside the programme", false },
		{ "{id: y, name: {zh: 二, en: Y}, weight: 40, due: 2022-11-30}",
		  "@{id: y, name: {zh: 二, en: Y}, weight: 40}", "has no due day", false },
		{ "stages: [{id: done, name: {zh: 完, en: Done}}]",
		  "stages: [@{id: done, name: {zh: 完, en: Done}, weight: 10}]",
		  "can't have weight or due", false },
		{ "measures: [sum, a, b]", "measures: [sum, a, @rates]", "names \"rates\"", false },
		{ "measures: [sum, a, b]", "measures: [sum, a, b, @hall]",
		  "is of the kind milestone and can't use the plan \"line\"", false },
		{ "measures: [rate, rise,", "measures: [rate, @a, rise,",
		  "two plans: \"line\" and \"curve\"", false },
		{ "{id: rise, name", "{id: @lift, name", "has no plan", false },
		{ "  - {id: line, shape",
		  "  - @{id: idle, shape: linear-month, measures: []}\n  - {id: line, shape",
		  "no measure uses the plan \"idle\"", true },
		{ "shape: linear-day", "shape: @knots", "does not fit its knots or stages", false },
		{ "shape: knots, measures", "shape: @linear-day, measures",
		  "does not fit its knots or stages", false },
		{ "{2021-12-31: 0, 2022-06-30", "{@2021-12-31: 1, 2022-06-30",
		  "does not start with 0 % on 2021-12-31", false },
		{ "{2021-12-31: 0, 2022-06-30", "{@2022-01-01: 0, 2022-06-30",
		  "does not start with 0 % on 2021-12-31", false },
		{ "2022-12-31: 100}", "2022-12-31: @99.9}", "does not end at 100 %", false },
		{ "2022-06-30: 40, ", "2022-06-30: 40, 2022-07-31: @39, ", "falls on 2022-07-31",
		  false },
		{ "2022-06-30: 40, ", "2022-06-30: 40, @2022-05-31: 41, ",
		  "not after the one before", false },
		{ "2022-12-31: 100}", "2022-12-31: 90, @2023-01-31: 100}", "outside the programme",
		  false },
		{ "2022-06-30: 40, ", "@2022-06-31: 40, ", "no date", false },
		{ "2022-06-30: 40, ", "2022-06-30: @140, ", "not from 0 to 100", false },
		{ "  a: {east: 20, west: 24}", "  @a: {east: 20, west: 23}",
		  "sum to 43, its target is 44 (-1)", true },
		{ "  a: {east: 20, west: 24}", "  @a: {east: 20, west: 26}",
		  "sum to 46, its target is 44 (2)", true },
		{ "east: 100, west: 13", "east: @-100, west: 13", "is below 0", false },
		{ "east: 100, west: 13", "east: @100处, west: 13", "after the number 100 comes",
		  false },
		{ "east: 100, west: 13", "east: 100, @wets: 13", "names \"wets\"", false },
		{ "east: 100, west: 13", "east: 100, @works: 13", "outside its item's scope",
		  false },
		{ "  homes: {east", "  @hames: {east", "names \"hames\"", false },
		{ "  homes: {east", "  @rate: {east", "is no quantity that counties report",
		  false },
		{ "  homes: {east: 100, west: 13}", "  homes: @[1]", "should be a map", false },
	};

	(void)state;
	try_all(cases, sizeof(cases) / sizeof(cases[0]));
}

static void a_suggestion_is_made_where_one_is_near(void **state)
{
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL;
	char text[TEXT_MAX];

	(void)state;
	strcpy(text, GOOD);
	replace(text, "office: office\n", "offise: office\n");
	replace(text, "lead: works", "lead: wroks");
	replace(text, "due_day: 5", "whatever: 5");
	assert_int_equal(catalogue_load_text("t", bytes_of_string(text), &diags, &c), ERR_INVALID);
	assert_int_equal(diags.count, 4);
	assert_string_equal(diags.items[0].hint[LANG_EN], "\"offise\": did you mean \"office\"?");
	assert_string_equal(diags.items[1].text[LANG_EN], "the key \"office\" is missing");
	assert_string_equal(diags.items[2].hint[LANG_EN],
			    "not \"whatever\"; known here: due_day, confirm_days, object_days, "
			    "silent_after, escalate_after, late_until, first_report");
	assert_string_equal(diags.items[3].hint[LANG_ZH],
			    "lead：“wroks” 是否应为 “works”？否则请加到 units");
	diag_free(&diags);
}

/* Twelve faults of all sorts in one text are told at once, in the order of the file. */
static void twelve_faults_are_told_at_once(void **state)
{
	static const char *const changes[][2] = {
		{ "office: office\n", "office: office\n@offices: 2\n" },
		{ "yellow: 10", "yellow: @40" },
		{ "code: \"370811\"", "code: @\"3708\"" },
		{ "tile: [1, 1]", "tile: @[1, 2]" },
		{ "lead: works", "lead: @worms" },
		{ "target: 91", "target: @92" },
		{ "cap: 156", "cap: @150" },
		{ "target: 1,", "target: @1项," },
		{ "workdays: [2022-10-08]", "workdays: [@2022-10-11]" },
		{ "2022-06-30: 40, ", "2022-06-30: 40, 2022-07-31: @30, " },
		{ "weight: 40, due: 2022-11-30", "weight: 40, due: @2023-11-30" },
		{ "  homes: {east", "  @houses: {east" },
	};
	struct place places[PLACES_MAX];
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL;
	char text[TEXT_MAX], *printed[2];
	size_t size, marks;

	(void)state;
	strcpy(text, GOOD);
	for (size_t i = 0; i < 12; i++)
		replace(text, changes[i][0], changes[i][1]);
	marks = take_marks(text, places);
	assert_int_equal(marks, 12);
	assert_int_equal(catalogue_load_text("t", bytes_of_string(text), &diags, &c), ERR_INVALID);
	assert_null(c);
	if (diags.count != 12)
		diag_print(&diags, LANG_EN, stderr);
	assert_int_equal(diags.count, 12);
	assert_int_equal(diags.errors, 12);
	for (size_t i = 0; i < marks; i++) {
		size_t found = 0;

		for (size_t d = 0; d < diags.count; d++)
			found += is_at(&diags.items[d], places[i], "");
		assert_int_equal(found, 1);
	}
	for (int lang = 0; lang < 2; lang++) {
		FILE *to = open_memstream(&printed[lang], &size);
		size_t lines = 0;

		assert_non_null(to);
		diag_print(&diags, (enum lang)lang, to);
		fclose(to);
		for (const char *p = printed[lang]; *p; p++)
			lines += *p == '\n';
		assert_int_equal(lines, 24); /* a text and a hint each */
	}
	assert_non_null(strstr(printed[LANG_EN], "t:7:1: error: unknown key \"offices\""));
	assert_non_null(strstr(printed[LANG_ZH], "t:7:1: 错误: 未知的键 “offices”"));
	free(printed[0]);
	free(printed[1]);
	diag_free(&diags);
}

/* A catalogue that lacks everything is told so, and nothing crashes. */
static void very_little_is_enough_for_faults(void **state)
{
	static const char *const texts[] = {
		"a\n",
		"[]\n",
		"{}\n",
		"schema: 1\n",
		"units: []\n",
		"units: [1, {}]\n",
		"projects: [{items: [{measures: [{}, {parts: [x]}]}]}]\n",
		"plans: [{}, {shape: knots, knots: {}}, {shape: stages, stages: []}]\n",
		"quotas: {x: {}}\n",
		"calendar: {}\n",
		"include: [x, x, {}]\n",
		"stages: [{}]\n",
		"stages: [{id: a, counts: b, stages: [{}]}]\n",
		"id: 1\nid: 2\n",
		"",
		"\xff\n",
		"calendar: {from: 2022-01-01, to: 2022-12-31, holidays: [{}], workdays: [x]}\n",
		"programme: {from: 2022-01-01, to: 2022-12-31}\n"
		"plans: [{id: p, shape: knots, measures: [m], knots: {x: y, z: []}}]\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct diag_list diags = { 0 };
		struct catalogue *c = NULL;

		assert_int_equal(
			catalogue_load_text("none/t", bytes_of_string(texts[i]), &diags, &c),
			ERR_INVALID);
		assert_true(diags.errors > 0);
		assert_null(c);
		diag_free(&diags);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_good_text_is_good),
		cmocka_unit_test(values_are_checked),
		cmocka_unit_test(pairs_are_checked),
		cmocka_unit_test(references_and_units_are_checked),
		cmocka_unit_test(the_calendar_and_the_lights_are_checked),
		cmocka_unit_test(measures_are_checked),
		cmocka_unit_test(plans_and_quotas_are_checked),
		cmocka_unit_test(a_suggestion_is_made_where_one_is_near),
		cmocka_unit_test(twelve_faults_are_told_at_once),
		cmocka_unit_test(very_little_is_enough_for_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
