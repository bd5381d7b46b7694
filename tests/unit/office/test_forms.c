/* SPDX-License-Identifier: MIT */
/* The acts about records: the tables are sound, each state allows what it says, and what is refused
 * says which field, and changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "aggregator/office/kinds.h"
#include "aggregator/office/months.h"
#include "aggregator/office/narratives.h"
#include "aggregator/office/overdue.h"
#include "aggregator/office/portfolio.h"
#include "base/date.h"
#include "base/fs.h"

struct desk {
	char folder[64];
	struct store *s;
	struct store_txn *t;
	struct catalogue *c;
	int32_t today;
	uint64_t position;
	/* of the newest act */
	char id[FORMS_ID], code[40], field[40], zh[400], en[400];
};

static int32_t day(const char *text)
{
	int32_t out;

	assert_int_equal(date_parse(bytes_of_string(text), &out), ERR_OK);
	return out;
}

static int setup(void **state)
{
	const struct store_options quick = { .no_sync = true };
	struct desk *d = calloc(1, sizeof(*d));
	struct diag_list diags = { 0 };
	char path[80];

	snprintf(d->folder, sizeof(d->folder), "/tmp/minsheng-forms-XXXXXX");
	assert_non_null(mkdtemp(d->folder));
	snprintf(path, sizeof(path), "%s/store", d->folder);
	assert_int_equal(store_open(path, &quick, &d->s), ERR_OK);
	assert_int_equal(store_begin_write(d->s, &d->t), ERR_OK);
	assert_int_equal(catalogue_load("catalogue/jining-2022.yaml", &diags, &d->c), ERR_OK);
	diag_free(&diags);
	d->today = day("2022-06-30");
	*state = d;
	return 0;
}

static int teardown(void **state)
{
	struct desk *d = *state;

	store_abort(&d->t);
	store_close(d->s);
	catalogue_free(d->c);
	assert_int_equal(fs_remove_tree(d->folder), ERR_OK);
	free(d);
	return 0;
}

/* An act whose other members are given as JSON, without braces and with ' for ". */
static enum err does(struct desk *d, const char *act, const char *members)
{
	struct forms_call x = { .t = d->t, .c = d->c, .position = ++d->position };
	char text[2048];
	json_t *body;
	enum err e;

	snprintf(text, sizeof(text), "{'act':'%s','id':'a','by':'liu'%s%s}", act,
		 *members ? "," : "", members);
	for (char *p = text; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	assert_non_null(body = json_loads(text, 0, NULL));
	x.body = body;
	x.now_ms = date_begin_ms(d->today, 480) + 9 * 3600000;
	e = forms_do(&x);
	snprintf(d->id, sizeof(d->id), "%s", x.id);
	snprintf(d->code, sizeof(d->code), "%s", x.code ? x.code : "");
	snprintf(d->field, sizeof(d->field), "%s", x.field ? x.field : "");
	memcpy(d->zh, x.zh, sizeof(d->zh));
	memcpy(d->en, x.en, sizeof(d->en));
	forms_release(&x);
	json_decref(body);
	return e;
}

static void accepts(struct desk *d, const char *act, const char *members)
{
	enum err e = does(d, act, members);

	if (e != ERR_OK)
		fail_msg("%s %s: %s %s: %s", act, members, err_name(e), d->code, d->en);
}

static void refuses(struct desk *d, const char *act, const char *members, const char *code,
		    const char *field)
{
	enum err e = does(d, act, members);

	assert_true(e == ERR_INVALID || e == ERR_NOTFOUND || e == ERR_STATE || e == ERR_EXISTS);
	assert_string_equal(d->code, code);
	assert_string_equal(d->field, field);
	assert_true(d->zh[0] && d->en[0]);
}

static json_t *get(struct desk *d, enum records_kind kind, const char *id)
{
	json_t *record;

	assert_int_equal(records_get(d->t, kind, bytes_of_string(id), &record), ERR_OK);
	return record;
}

static void stands(struct desk *d, enum records_kind kind, const char *id, const char *name,
		   const char *expected)
{
	json_t *record = get(d, kind, id), *value = json_object_get(record, name);
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : strdup("");
	char plain[600];

	snprintf(plain, sizeof(plain), "%s", json_is_string(value) ? json_string_value(value) : text);
	assert_string_equal(plain, expected);
	free(text);
	json_decref(record);
}

/* --- the tables ------------------------------------------------------------------------------- */

static void check_act(const struct forms_kind *k, const struct forms_act *a)
{
	/* text and signature are two parts of one bulletin */
	bool bulletin = k->kind == RECORDS_PROSE || k->kind == RECORDS_SIGNATURE;
	const char *name = bulletin ? "bulletin" : records_kind_name(k->kind);
	int states = 0;

	assert_int_equal(strncmp(a->name, name, strlen(name)), 0);
	assert_int_equal(a->name[strlen(name)], '.');
	assert_true(a->word.zh && a->word.en);
	while (k->states[states].name)
		states++;
	assert_true(a->to >= FORMS_STAYS && a->to < states);
	assert_false(a->from & ~(FORMS_NEW | (FORMS_IN(states) - 1)));
	assert_true(a->to != FORMS_STAYS || !(a->from & FORMS_NEW));
	for (const char *at = a->fields; *at;) {
		size_t n = strcspn(at, " ");
		char field[32];

		snprintf(field, sizeof(field), "%.*s", (int)n, at);
		assert_int_equal(at[n], ' ');
		if (strchr("!*+", field[n - 1]))
			field[n - 1] = '\0';
		assert_non_null(forms_field(k, field));
		assert_false(forms_field(k, field)->flags & FORMS_MADE);
		at += n + 1;
	}
}

static void test_tables_are_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < kinds_count; i++) {
		const struct forms_kind *k = kinds_all[i];

		assert_int_equal(!!k->key + !!k->prefix + !!k->of, 1);
		assert_ptr_equal(forms_kind(k->kind), k);
		for (const struct forms_act *a = k->acts; a->name; a++)
			check_act(k, a);
		for (const struct forms_field *f = k->fields; f->name; f++)
			assert_true(f->word.zh && f->word.en &&
				    (f->type == FORMS_CHOICE) == (f->choices != NULL));
		for (const struct forms_state *s = k->states; s->name; s++)
			assert_true(s->word.zh && s->word.en && s->next.zh && s->next.en);
	}
}

/* Every act in every state: refused as out of place where the table says so, and nowhere else. */
static void try_act(struct desk *d, const struct forms_kind *k, const struct forms_act *a, int state)
{
	const char *name = records_kind_name(k->kind);
	char members[80];

	snprintf(members, sizeof(members), "'%s':'2022-001'", name);
	does(d, a->name, members);
	if (a->from & FORMS_IN(state))
		assert_string_not_equal(d->code, "wrong-state");
	else
		assert_string_equal(d->code, a->from == FORMS_NEW ? "unknown-field" : "wrong-state");
}

static void test_every_act_in_every_state(void **state)
{
	struct desk *d = *state;
	unsigned tried = 0;

	for (size_t i = 0; i < kinds_count; i++) {
		const struct forms_kind *k = kinds_all[i];

		for (int s = 0; !k->key && k->states[s].name; s++) {
			json_t *record = json_pack("{s:s, s:s}", "state", k->states[s].name, "deadline",
						   "2022-07-10");

			for (const struct forms_act *a = k->acts; a->name; a++, tried++) {
				assert_int_equal(records_put(d->t, k->kind, bytes_of_string("2022-001"),
							     record), ERR_OK);
				try_act(d, k, a, s);
			}
			json_decref(record);
		}
	}
	assert_int_equal(tried, 2 * 6 + 4 * 7 + 3 * 5 + 3 * 6);
}

/* --- states ----------------------------------------------------------------------------------- */

#define LAND "'title':'土地','text':'未批','owner':'minzheng','deadline':'2022-07-10'"

static void test_life_of_a_problem(void **state)
{
	struct desk *d = *state;

	accepts(d, "problem.open", LAND ",'item':'1.1','unit':'yutai'");
	assert_string_equal(d->id, "2022-001");
	stands(d, RECORDS_PROBLEM, "2022-001", "number", "协调-2022-001");
	refuses(d, "problem.reopen", "'problem':'2022-001','why':'x'", "wrong-state", "problem");
	accepts(d, "problem.update", "'problem':'协调-2022-001','note':'met the bureau'");
	accepts(d, "problem.assign", "'problem':'2022-001','owner':'zhujian','why':'theirs'");
	refuses(d, "problem.extend", "'problem':'2022-001','deadline':'2022-07-10','why':'x'",
		"not-later", "deadline");
	accepts(d, "problem.extend", "'problem':'2022-001','deadline':'2022-07-20','why':'rain'");
	stands(d, RECORDS_PROBLEM, "2022-001", "extended", "1");
	d->today = day("2022-07-22");
	refuses(d, "problem.extend", "'problem':'2022-001','deadline':'2022-07-21','why':'x'",
		"deadline-over", "deadline");
	refuses(d, "problem.close", "'problem':'2022-001'", "field-missing", "outcome");
	d->today = day("2022-07-25");
	accepts(d, "problem.close", "'problem':'2022-001','outcome':'granted'");
	stands(d, RECORDS_PROBLEM, "2022-001", "late_days", "3"); /* Thursday, Friday, Monday */
	stands(d, RECORDS_PROBLEM, "2022-001", "ended", "2022-07-25");
	refuses(d, "problem.update", "'problem':'2022-001','note':'x'", "wrong-state", "problem");
	assert_non_null(strstr(d->en, "problem.reopen"));
	refuses(d, "problem.reopen", "'problem':'2022-001'", "field-missing", "why");
	accepts(d, "problem.reopen", "'problem':'2022-001','why':'again','deadline':'2022-08-01'");
	stands(d, RECORDS_PROBLEM, "2022-001", "state", "open");
	stands(d, RECORDS_PROBLEM, "2022-001", "ended", "");
	stands(d, RECORDS_PROBLEM, "2022-001", "steps", "6");
}

static void test_numbers_run_by_year(void **state)
{
	struct desk *d = *state;

	accepts(d, "problem.open", LAND);
	accepts(d, "problem.open", LAND);
	assert_string_equal(d->id, "2022-002");
	d->today = day("2023-01-03");
	accepts(d, "problem.open", "'title':'x','text':'x','owner':'minzheng','deadline':'2023-01-05'");
	assert_string_equal(d->id, "2023-001");
	d->today = day("2022-12-31");
	accepts(d, "problem.open", "'title':'x','text':'x','owner':'minzheng','deadline':'2023-01-05'");
	assert_string_equal(d->id, "2022-003");
}

static void test_what_is_refused(void **state)
{
	static const struct {
		const char *act, *members, *code, *field;
	} bad[] = {
		{ "problem.open", "'title':'x','text':'x','owner':'minzheng'", "field-missing", "deadline" },
		{ "problem.open", LAND ",'dealine':'2022-07-01'", "unknown-field", "dealine" },
		{ "problem.open", LAND ",'item':'99.9'", "unknown-item", "item" },
		{ "problem.open", LAND ",'unit':'atlantis'", "unknown-unit", "unit" },
		{ "problem.open", LAND ",'measure':'x'", "unknown-measure", "measure" },
		{ "problem.open", LAND ",'ended':'2022-06-30'", "unknown-field", "ended" },
		{ "problem.open", "'title':'  ','text':'x','owner':'minzheng','deadline':'2022-07-01'",
		  "bad-name", "title" },
		{ "problem.open", "'title':'a\\nb','text':'x','owner':'minzheng','deadline':'2022-07-01'",
		  "bad-name", "title" },
		{ "problem.open", "'title':'x','text':'x','owner':'minzheng','deadline':'2022-02-30'",
		  "bad-day", "deadline" },
		{ "problem.open", "'title':'x','text':'x','owner':'minzheng','deadline':'2022-06-29'",
		  "deadline-over", "deadline" },
		{ "problem.close", "'problem':'2022-009','outcome':'x'", "no-such-record", "problem" },
		{ "problem.close", "'outcome':'x'", "field-missing", "problem" },
		{ "narrative.write", "'item':'1.1','period':'2021-06','progress':'x'", "bad-period",
		  "period" },
		{ "narrative.write", "'item':'1.1','period':'2022-07','progress':'x'", "bad-period",
		  "period" },
		{ "narrative.write", "'item':'1.1','period':'2022-06','progress':'x','unit':'yutai'",
		  "not-the-lead", "unit" },
		{ "narrative.write", "'item':'1.1','progress':'x'", "field-missing", "period" },
		{ "meeting.plan", "'date':'2022-07-01','quarter':'2022-Q5','chair':'x','topics':['y']",
		  "bad-quarter", "quarter" },
		{ "meeting.plan", "'date':'2022-07-01','quarter':'2022-Q3','chair':'x','topics':[]",
		  "bad-list", "topics" },
		{ "meeting.plan", "'date':'2022-07-01','quarter':'2022-Q3','chair':'x','topics':['y','y']",
		  "bad-list", "topics" },
		{ "meeting.plan",
		  "'date':'2022-07-01','quarter':'2022-Q3','chair':'x','topics':['y'],'form':'party'",
		  "bad-choice", "form" },
		{ "meeting.hold", "'date':'2022-07-01','quarter':'2022-Q3','chair':'x','topics':['y']",
		  "not-yet", "date" },
		{ "decision.add", "'meeting':'2022-001','text':'x','owner':'minzheng','deadline':'2022-07-01'",
		  "no-such-record", "meeting" },
		{ "contact.set", "'unit':'yutai','name':'张三'", "field-missing", "phone" },
		{ "contact.remove", "'unit':'yutai','name':'张三','why':'x'", "no-such-record", "contact" },
		{ "portfolio.set", "'person':'李','title':'副市长','from':'2022-01-01'", "field-missing",
		  "items" },
		{ "portfolio.set",
		  "'person':'李','title':'副市长','items':['1.1'],'from':'2022-02-01','to':'2022-01-31'",
		  "days-crossed", "to" },
		{ "inspection.record",
		  "'date':'2022-06-30','object':'x','inspectors':['y'],'text':'z','found':'3'", "bad-value",
		  "found" },
		{ "inspection.record",
		  "'date':'2022-06-30','object':'x','inspectors':['y'],'text':'z','measure':'canteens',"
		  "'found':'3.5'", "bad-value", "found" },
	};
	struct desk *d = *state;
	uint64_t n;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		refuses(d, bad[i].act, bad[i].members, bad[i].code, bad[i].field);
	assert_int_equal(store_count(d->t, STORE_RECORDS, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(store_count(d->t, STORE_STEPS, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(does(d, "problem.sell", ""), ERR_NOTFOUND);
}

static void test_null_takes_a_field_away(void **state)
{
	struct desk *d = *state;

	accepts(d, "problem.open", LAND ",'unit':'yutai'");
	accepts(d, "problem.update", "'problem':'2022-001','note':'the whole city','unit':null");
	stands(d, RECORDS_PROBLEM, "2022-001", "unit", "");
	refuses(d, "problem.extend", "'problem':'2022-001','deadline':null,'why':'x'", "field-missing",
		"deadline");
}

/* --- narratives ------------------------------------------------------------------------------- */

static bool count_steps(void *ctx, uint32_t number, json_t *step)
{
	const char *progress = forms_text(json_object_get(step, "set"), "progress");

	assert_int_equal(number, *(unsigned *)ctx + 1);
	assert_string_equal(progress, number == 1 ? "opened 3" : "opened 4");
	(*(unsigned *)ctx)++;
	return true;
}

static void test_a_narrative_is_written_again(void **state)
{
	struct desk *d = *state;
	const struct month month = { .period = day("2022-06-30"), .by = "liu", .document = "济督〔2022〕7号" };
	unsigned steps = 0;

	/* counties are due on 5 July, leads three working days later: the 8th, a Friday */
	d->today = day("2022-07-08");
	accepts(d, "narrative.write", "'item':'1.1','period':'2022-06','progress':'opened 3'");
	assert_string_equal(d->id, "2022-06.1.1");
	stands(d, RECORDS_NARRATIVE, d->id, "unit", "minzheng");
	stands(d, RECORDS_NARRATIVE, d->id, "due", "2022-07-08");
	stands(d, RECORDS_NARRATIVE, d->id, "late_days", "0");
	d->today = day("2022-07-11");
	/* the same month, by its last day */
	accepts(d, "narrative.write", "'item':'1.1','period':'2022-06-30','progress':'opened 4'");
	assert_string_equal(d->id, "2022-06.1.1");
	stands(d, RECORDS_NARRATIVE, d->id, "period", "2022-06");
	stands(d, RECORDS_NARRATIVE, d->id, "late_days", "0"); /* the first one was in time */
	assert_int_equal(records_steps(d->t, RECORDS_NARRATIVE, bytes_of_string("2022-06.1.1"),
				       count_steps, &steps), ERR_OK);
	assert_int_equal(steps, 2);
	accepts(d, "narrative.write", "'item':'1.2','period':'2022-06','progress':'x'");
	stands(d, RECORDS_NARRATIVE, "2022-06.1.2", "late_days", "1");

	assert_int_equal(months_write(d->t, &month), ERR_OK);
	refuses(d, "narrative.write", "'item':'1.1','period':'2022-06','progress':'x'",
		"period-published", "why");
	accepts(d, "narrative.write",
		"'item':'1.1','period':'2022-06','progress':'x','why':'a digit was wrong'");
}

struct tally {
	unsigned written, missing, late;
};

static bool tally(void *ctx, const struct narratives_one *one)
{
	struct tally *t = ctx;

	t->written += one->written;
	t->missing += !one->written;
	t->late += one->late_days > 0;
	return true;
}

static void test_which_narratives_are_missing(void **state)
{
	struct desk *d = *state;
	struct tally in_time = { 0 }, after = { 0 };
	int32_t june = day("2022-06-30");

	accepts(d, "narrative.write", "'item':'1.1','period':'2022-06','progress':'x'");
	assert_int_equal(narratives_walk(d->t, d->c, june, day("2022-07-08"), tally, &in_time), ERR_OK);
	assert_int_equal(in_time.written, 1);
	assert_int_equal(in_time.written + in_time.missing, 30);
	assert_int_equal(in_time.late, 0);
	assert_int_equal(narratives_walk(d->t, d->c, june, day("2022-07-09"), tally, &after), ERR_OK);
	assert_int_equal(after.late, 0); /* a Saturday */
	assert_int_equal(narratives_walk(d->t, d->c, june, day("2022-07-11"), tally, &after), ERR_OK);
	assert_int_equal(after.late, in_time.missing);
}

/* --- inspections ------------------------------------------------------------------------------ */

static void test_found_against_reported(void **state)
{
	struct desk *d = *state;

	accepts(d, "inspection.plan", "'date':'2022-06-29','object':'鱼台三家食堂','unit':'yutai',"
		"'sample':'s-12'");
	refuses(d, "inspection.close", "'inspection':'2022-001','outcome':'x'", "wrong-state",
		"inspection");
	refuses(d, "inspection.record", "'inspection':'2022-001','text':'x'", "field-missing",
		"inspectors");
	accepts(d, "inspection.record", "'inspection':'2022-001','inspectors':['张三','李四'],"
		"'measure':'canteens','reported':'8','found':'6','text':'两家未开门'");
	stands(d, RECORDS_INSPECTION, "2022-001", "difference", "-2");
	stands(d, RECORDS_INSPECTION, "2022-001", "object", "鱼台三家食堂");
	accepts(d, "inspection.follow", "'inspection':'2022-001','note':'opens in July'");
	accepts(d, "inspection.correct", "'inspection':'2022-001','found':'8','why':'counted anew'");
	stands(d, RECORDS_INSPECTION, "2022-001", "difference", "0");
	refuses(d, "inspection.correct", "'inspection':'2022-001','measure':null,'why':'x'", "bad-value",
		"measure");
	refuses(d, "inspection.correct", "'inspection':'2022-001','date':null,'why':'x'", "field-missing",
		"date");
	accepts(d, "inspection.correct", "'inspection':'2022-001','reported':null,'why':'not theirs'");
	stands(d, RECORDS_INSPECTION, "2022-001", "difference", "");
	accepts(d, "inspection.close", "'inspection':'2022-001','outcome':'open now'");
	refuses(d, "inspection.follow", "'inspection':'2022-001','note':'x'", "wrong-state",
		"inspection");
	accepts(d, "inspection.reopen", "'inspection':'2022-001','why':'shut again'");
	accepts(d, "inspection.record", "'date':'2022-06-30','object':'x','inspectors':['y'],'text':'z'");
	assert_string_equal(d->id, "2022-002");
}

/* --- meetings and decisions ------------------------------------------------------------------- */

#define MEET "'quarter':'2022-Q2','chair':'李','topics':['养老']"

static bool name_late(void *ctx, const struct overdue_record *late)
{
	char *to = ctx;

	snprintf(to + strlen(to), 200 - strlen(to), "%s %.*s %u; ", records_kind_name(late->kind->kind),
		 (int)late->id.len, (const char *)late->id.data, late->days);
	return true;
}

static void test_decisions_of_a_meeting(void **state)
{
	struct desk *d = *state;
	char late[200] = "";

	accepts(d, "meeting.plan", "'date':'2022-06-28'," MEET);
	refuses(d, "decision.add",
		"'meeting':'2022-001','text':'x','owner':'minzheng','deadline':'2022-07-10'",
		"meeting-not-held", "meeting");
	accepts(d, "meeting.hold", "'meeting':'2022-001','minutes':'议定两项'");
	accepts(d, "decision.add",
		"'meeting':'会议-2022-001','text':'x','owner':'minzheng','deadline':'2022-07-10'");
	assert_string_equal(d->id, "2022-001.01");
	stands(d, RECORDS_DECISION, d->id, "meeting", "2022-001");
	accepts(d, "decision.add",
		"'meeting':'2022-001','text':'y','owner':'zhujian','deadline':'2022-07-15'");
	assert_string_equal(d->id, "2022-001.02");
	accepts(d, "problem.open", LAND);
	/* 10 July is a Sunday: due on Monday; the day after that is one late */
	assert_int_equal(overdue_walk(d->t, d->c, day("2022-07-11"), name_late, late), ERR_OK);
	assert_string_equal(late, "");
	assert_int_equal(overdue_walk(d->t, d->c, day("2022-07-12"), name_late, late), ERR_OK);
	assert_string_equal(late, "problem 2022-001 1; decision 2022-001.01 1; ");
	accepts(d, "decision.done", "'decision':'2022-001.01','outcome':'built'");
	refuses(d, "decision.extend", "'decision':'2022-001.01','deadline':'2022-08-01','why':'x'",
		"wrong-state", "decision");
	accepts(d, "decision.cancel", "'decision':'2022-001.02','why':'the plan changed'");
	late[0] = '\0';
	assert_int_equal(overdue_walk(d->t, d->c, day("2022-12-01"), name_late, late), ERR_OK);
	assert_string_equal(late, "problem 2022-001 99; ");
}

/* --- portfolio -------------------------------------------------------------------------------- */

static bool name_lacking(void *ctx, const char *person, const char *title, bool planned)
{
	char *to = ctx;

	(void)title;
	snprintf(to + strlen(to), 200 - strlen(to), "%s%s ", person, planned ? "(planned)" : "");
	return true;
}

static void test_one_is_in_charge(void **state)
{
	struct desk *d = *state;
	char who[200] = "";

	accepts(d, "portfolio.set", "'person':'李','title':'副市长','projects':['1'],'from':'2022-01-01'");
	refuses(d, "portfolio.set", "'person':'王','title':'副市长','items':['1.2'],'from':'2022-04-01'",
		"portfolio-taken", "");
	assert_non_null(strstr(d->zh, "1.2"));
	refuses(d, "portfolio.end", "'person':'李','from':'2022-01-01','to':'2022-03-31'", "field-missing",
		"why");
	accepts(d, "portfolio.end", "'person':'李','from':'2022-01-01','to':'2022-03-31','why':'moved'");
	accepts(d, "portfolio.set", "'person':'王','title':'副市长','items':['1.2'],'from':'2022-04-01'");
	refuses(d, "portfolio.set", "'person':'王','title':'副市长','items':['1.1'],'from':'2022-04-01'",
		"field-missing", "why");

	assert_int_equal(portfolio_lacking(d->t, "2022-Q1", name_lacking, who), ERR_OK);
	assert_string_equal(who, "李 ");
	accepts(d, "meeting.hold", "'date':'2022-03-28','quarter':'2022-Q1','chair':'李','topics':['x']");
	accepts(d, "meeting.plan", "'date':'2022-07-28','quarter':'2022-Q2','chair':'王','topics':['x']");
	who[0] = '\0';
	assert_int_equal(portfolio_lacking(d->t, "2022-Q1", name_lacking, who), ERR_OK);
	assert_int_equal(portfolio_lacking(d->t, "2022-Q2", name_lacking, who), ERR_OK);
	assert_string_equal(who, "王(planned) ");
	assert_int_equal(portfolio_lacking(d->t, "2022-Q0", name_lacking, who), ERR_INVALID);
}

/* --- contacts --------------------------------------------------------------------------------- */

static bool no_digits(void *ctx, uint32_t number, json_t *step)
{
	char *text = json_dumps(step, 0);

	(void)number;
	assert_null(strstr(text, "13812345678"));
	free(text);
	(*(unsigned *)ctx)++;
	return true;
}

static void test_personal_data_stay_in_the_record(void **state)
{
	struct desk *d = *state;
	unsigned steps = 0;

	accepts(d, "contact.set", "'unit':'yutai','name':'张三','role':'联络员','phone':'13812345678'");
	assert_string_equal(d->id, "yutai.张三");
	stands(d, RECORDS_CONTACT, d->id, "phone", "13812345678");
	stands(d, RECORDS_CONTACT, d->id, "from", "2022-06-30");
	accepts(d, "contact.remove", "'unit':'yutai','name':'张三','why':'left'");
	stands(d, RECORDS_CONTACT, d->id, "phone", "");
	refuses(d, "contact.remove", "'unit':'yutai','name':'张三','why':'left'", "wrong-state",
		"contact");
	assert_int_equal(records_steps(d->t, RECORDS_CONTACT, bytes_of_string("yutai.张三"), no_digits,
				       &steps), ERR_OK);
	assert_int_equal(steps, 2);
}

/* --- a bulletin --------------------------------------------------------------------------------- */

static void publish(struct desk *d, const char *last_day)
{
	const struct month m = { .period = day(last_day), .position = 1 };

	assert_int_equal(months_write(d->t, &m), ERR_OK);
}

static void test_a_bulletin_keeps_its_numbers(void **state)
{
	struct desk *d = *state;

	accepts(d, "bulletin.edit", "'period':'2022-05','section':'overall/change','text':'与上月相比，{changes}。'");
	stands(d, RECORDS_PROSE, "2022-05.overall/change", "text", "与上月相比，{changes}。");
	refuses(d, "bulletin.edit", "'period':'2022-05','section':'overall/change','text':'没有变化'",
		"bulletin-number-lost", "text");
	assert_non_null(strstr(d->zh, "{changes}"));
	refuses(d, "bulletin.edit", "'period':'2022-05','section':'overall/change','text':'{changes}{red}'",
		"bulletin-number-unknown", "text");
	assert_non_null(strstr(d->en, "{red}"));
	refuses(d, "bulletin.edit", "'period':'2022-05','section':'overall/change','text':'{changes'",
		"bulletin-braces", "text");
	refuses(d, "bulletin.edit", "'period':'2022-05','section':'foreword','text':'x'", "unknown-section",
		"section");
	refuses(d, "bulletin.edit", "'period':'2022-05','section':'units/nowhere','text':'x'",
		"unknown-section", "section");
	refuses(d, "bulletin.edit", "'period':'2022-05','section':'demands'", "field-missing", "text");
	refuses(d, "bulletin.edit", "'period':'2022-05','section':'demands','text_en':'{x}'",
		"bulletin-number-unknown", "text_en");
}

static void test_two_do_not_edit_over_each_other(void **state)
{
	struct desk *d = *state;

	accepts(d, "bulletin.edit", "'period':'2022-05','section':'demands','text':'a','revision':'0'");
	refuses(d, "bulletin.edit", "'period':'2022-05','section':'demands','text':'b','revision':'0'",
		"edited-meanwhile", "revision");
	accepts(d, "bulletin.edit", "'period':'2022-05','section':'demands','text':'b','revision':'1'");
	accepts(d, "bulletin.reset", "'period':'2022-05','section':'demands','revision':'2'");
	stands(d, RECORDS_PROSE, "2022-05.demands", "text", "");
	stands(d, RECORDS_PROSE, "2022-05.demands", "state", "reset");
	refuses(d, "bulletin.reset", "'period':'2022-05','section':'demands'", "wrong-state", "prose");
}

static void test_a_published_bulletin_stands(void **state)
{
	static const char sign[] = "'period':'2022-05','document':'5','name':'张三','date':'2022-06-14'";
	struct desk *d = *state;

	refuses(d, "bulletin.sign", "'period':'2022-05','document':'5','name':'张三','date':'2022-05-30'",
		"bad-day", "date");
	accepts(d, "bulletin.sign", sign);
	accepts(d, "bulletin.sign", sign);
	stands(d, RECORDS_SIGNATURE, "2022-05", "steps", "2");
	accepts(d, "bulletin.edit", "'period':'2022-05','section':'demands','text':'a'");
	publish(d, "2022-05-31");
	refuses(d, "bulletin.sign", sign, "period-published", "period");
	refuses(d, "bulletin.edit", "'period':'2022-05','section':'demands','text':'b'", "period-published",
		"period");
	refuses(d, "bulletin.reset", "'period':'2022-05','section':'demands'", "period-published", "period");
	stands(d, RECORDS_PROSE, "2022-05.demands", "text", "a");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables_are_sound),
		cmocka_unit_test_setup_teardown(test_every_act_in_every_state, setup, teardown),
		cmocka_unit_test_setup_teardown(test_life_of_a_problem, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers_run_by_year, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_null_takes_a_field_away, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_narrative_is_written_again, setup, teardown),
		cmocka_unit_test_setup_teardown(test_which_narratives_are_missing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_found_against_reported, setup, teardown),
		cmocka_unit_test_setup_teardown(test_decisions_of_a_meeting, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_is_in_charge, setup, teardown),
		cmocka_unit_test_setup_teardown(test_personal_data_stay_in_the_record, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_bulletin_keeps_its_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_do_not_edit_over_each_other, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_published_bulletin_stands, setup, teardown),
	};

	return cmocka_run_group_tests_name("forms", tests, NULL, NULL);
}
