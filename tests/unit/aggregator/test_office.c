/* SPDX-License-Identifier: MIT */
/* What the office keeps, under a catalogue that grows in the middle of the year: a unit and a measure
 * more, a measure retired. Reviews, publications, extensions, objections, plans and records stand, a
 * group that is taken back leaves no trace of acts, and a replay gives the same. */
#include "tests/unit/aggregator/world.h"

#include "aggregator/alerts/book.h"
#include "aggregator/office/objections.h"
#include "aggregator/office/reviews.h"

#define NEW_UNIT "beihu"
#define NEW_MEASURE "canteens-by-night"
#define OLD_MEASURE "homes-adapted"

static void grow(struct catalogue *c)
{
	static struct catalogue_unit units[128];
	static struct catalogue_measure measures[256];
	static struct catalogue_item items[64];
	static uint16_t scope[64];
	struct catalogue_measure *m = &measures[c->measure_count];
	uint16_t canteens = catalogue_measure_number(c, bytes_of_string("canteens"));
	struct catalogue_item *item = &items[c->measures[canteens].item];

	memcpy(units, c->units, c->unit_count * sizeof(*units));
	memcpy(measures, c->measures, c->measure_count * sizeof(*measures));
	memcpy(items, c->items, c->item_count * sizeof(*items));
	units[c->unit_count] = units[catalogue_unit_number(c, bytes_of_string("yutai"))];
	units[c->unit_count].id = NEW_UNIT;
	units[c->unit_count].code = "370899";
	memcpy(scope, item->scope, item->scope_count * sizeof(*scope));
	scope[item->scope_count++] = (uint16_t)c->unit_count;
	item->scope = scope;
	*m = measures[canteens];
	m->id = NEW_MEASURE;
	m->order = (uint16_t)c->measure_count;
	m->quotas = NULL;
	m->quota_count = 0;
	m->first_report = world_day("2022-04-30");
	measures[catalogue_measure_number(c, bytes_of_string(OLD_MEASURE))].retired =
		world_day("2022-03-31");
	c->units = units;
	c->measures = measures;
	c->items = items;
	c->unit_count++;
	c->measure_count++;
	c->index = NULL; /* look-ups search */
}

/* --- doing ------------------------------------------------------------------------------------ */

static void go(struct world *w, const char *day)
{
	w->now = world_time(day, 9);
	world_begin(w);
	world_commit(w);
}

/* The sequence is the store's: a group that was taken back used none. */
static uint64_t next_of(struct world *w, const char *unit)
{
	static const uint8_t epoch[16] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	const struct message_hello h = { .first_held = 1, .next = 1 };
	struct aggregator_outcome out;
	uint8_t key[32];
	const struct aggregator_from from = { key, w->now };

	world_key(unit, 0, key);
	assert_int_equal(aggregator_hello(w->a, &from, epoch, &h, w->arena, &out), ERR_OK);
	return out.expected;
}

static void say(struct world *w, const char *unit, const char *measure, const char *day, int64_t value,
		const char *reason)
{
	const struct world_row row = { .measure = measure, .unit = unit, .as_of = day, .value = value,
				       .reason = reason };
	struct aggregator_outcome out = world_send(w, unit, 1, next_of(w, unit), &row, 1);
	unsigned verdict, code;

	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	world_verdict(&out.receipt, 0, &verdict, &code);
	assert_int_equal(verdict, EVENT_ADMITTED);
}

static void act(struct world *w, const char *fields)
{
	struct bytes answer = { 0 };
	enum err e = world_act(w, &answer, "%s", fields);

	if (e != ERR_OK)
		print_error("%s: %.*s\n", fields, (int)answer.len, (const char *)answer.data);
	assert_int_equal(e, ERR_OK);
}

static void refused(struct world *w, const char *code, const char *fields)
{
	struct bytes answer = { 0 };
	char quoted[80];

	assert_int_not_equal(world_act(w, &answer, "%s", fields), ERR_OK);
	snprintf(quoted, sizeof(quoted), "\"code\":\"%s\"", code);
	if (!strstr((const char *)answer.data, quoted))
		print_error("%s: %.*s\n", fields, (int)answer.len, (const char *)answer.data);
	assert_non_null(strstr((const char *)answer.data, quoted));
}

/* A group that is taken back at first, with all that it did. */
static void twice(struct world *w, void (*group)(struct world *w))
{
	unsigned acts = w->acts;

	world_begin(w);
	group(w);
	aggregator_rollback(w->a);
	w->acts = acts;
	world_begin(w);
	group(w);
	world_commit(w);
}

/* --- looking ---------------------------------------------------------------------------------- */

static uint16_t unit(const struct world *w, const char *id)
{
	return catalogue_unit_number(aggregator_catalogue(w->a), bytes_of_string(id));
}

static uint16_t measure(const struct world *w, const char *id)
{
	return catalogue_measure_number(aggregator_catalogue(w->a), bytes_of_string(id));
}

static enum reviews_state review(const struct world *w, const char *what, const char *where,
				 const char *period)
{
	struct store_txn *t;
	struct review r = { .state = REVIEWS_NONE };
	enum err e;

	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	e = reviews_read(t, measure(w, what), unit(w, where), world_day(period), &r);
	assert_true(e == ERR_OK || e == ERR_NOTFOUND);
	store_abort(&t);
	return r.state;
}

static unsigned severity(const struct world *w, const char *alert)
{
	struct book_state s = { .severity = 0 };
	struct store_txn *t;
	enum err e;

	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	e = book_state_of(t, bytes_of_string(alert), &s);
	assert_true(e == ERR_OK || e == ERR_NOTFOUND);
	store_abort(&t);
	return e == ERR_OK ? s.severity : 0;
}

static void proves(struct world *w)
{
	struct aggregator_proof proof;
	char scratch[96];

	snprintf(scratch, sizeof(scratch), "%s/scratch", w->folder);
	for (uint64_t group = 1; group < 50; group *= 7) {
		assert_int_equal(aggregator_verify(w->store, scratch, group, NULL, NULL, &proof),
				 ERR_OK);
		assert_int_equal(proof.decided_otherwise, 0);
		assert_memory_equal(proof.state, proof.stored, sizeof(proof.state));
	}
}

/* --- a year ----------------------------------------------------------------------------------- */

#define OF(m, u, p) "\"measure\":\"" m "\",\"unit\":\"" u "\",\"period\":\"" p "\""
#define WHY ",\"why\":\"x\""

static void february(struct world *w)
{
	say(w, "yutai", "canteens", "2022-02-28", 3, NULL);
	say(w, "yutai", OLD_MEASURE, "2022-02-28", 2, NULL);
	say(w, "rencheng", "canteens", "2022-02-28", 4, NULL);
	act(w, "\"act\":\"report.confirm\",\"lead\":\"minzheng\"," OF("canteens", "all", "2022-02"));
	act(w, "\"act\":\"report.verify\"," OF("canteens", "yutai", "2022-02-28"));
	act(w, "\"act\":\"report.return\"," OF("canteens", "rencheng", "2022-02") WHY);
	act(w, "\"act\":\"report.extend\",\"unit\":\"jinxiang\",\"period\":\"2022-02\",\"until\":"
	       "\"2022-03-20\"" WHY);
	act(w, "\"act\":\"report.object\"," OF("canteens", "rencheng", "2022-02") WHY);
	act(w, "\"act\":\"narrative.write\",\"item\":\"1.1\",\"period\":\"2022-02\",\"progress\":\"good\"");
	act(w, "\"act\":\"problem.open\",\"title\":\"a\",\"text\":\"b\",\"owner\":\"minzheng\","
	       "\"deadline\":\"2022-07-10\"");
	act(w, "\"act\":\"plan.set\",\"measure\":\"canteens\",\"shape\":\"linear-month\",\"document\":"
	       "\"1\",\"approver\":\"a\",\"effective\":\"2022-04-01\"" WHY);
	act(w, "\"act\":\"quota.set\",\"measure\":\"canteens\",\"document\":\"2\",\"approver\":\"a\","
	       "\"effective\":\"2022-04-01\",\"quotas\":{\"yutai\":0,\"rencheng\":\"12\"}" WHY);
}

static void march(struct world *w)
{
	act(w, "\"act\":\"month.publish\",\"period\":\"2022-01\",\"document\":\"1\"");
	refused(w, "too-early", "\"act\":\"month.publish\",\"period\":\"2022-02\",\"document\":\"2\"");
	act(w, "\"act\":\"report.answer\"," OF("canteens", "rencheng", "2022-02") WHY);
	act(w, "\"act\":\"month.publish\",\"period\":\"2022-02-28\",\"document\":\"2\"");
	refused(w, "published-already",
		"\"act\":\"month.publish\",\"period\":\"2022-02\",\"document\":\"3\"");
	refused(w, "objections-closed",
		"\"act\":\"report.object\"," OF("canteens", "yutai", "2022-02") WHY);
}

/* With the unit and the measure that are new. */
static void april(struct world *w)
{
	say(w, "rencheng", "canteens", "2022-02-28", 5, "one more was found");
	say(w, "yutai", "canteens", "2022-02-28", 2, "one was counted twice");
	say(w, NEW_UNIT, "canteens", "2022-04-30", 1, NULL);
	say(w, NEW_UNIT, NEW_MEASURE, "2022-04-30", 1, NULL);
	act(w, "\"act\":\"report.confirm\",\"lead\":\"minzheng\",\"unit\":\"all\",\"period\":\"2022-04\"");
	act(w, "\"act\":\"report.verify\"," OF(NEW_MEASURE, NEW_UNIT, "2022-04"));
	act(w, "\"act\":\"report.object\"," OF(NEW_MEASURE, NEW_UNIT, "2022-04") WHY);
	act(w, "\"act\":\"report.extend\",\"unit\":\"" NEW_UNIT "\",\"measure\":\"" NEW_MEASURE
	       "\",\"period\":\"2022-05\",\"until\":\"2022-06-20\"" WHY);
	act(w, "\"act\":\"quota.set\",\"measure\":\"canteens\",\"document\":\"2\",\"approver\":\"a\","
	       "\"effective\":\"2022-05-01\",\"quotas\":{\"" NEW_UNIT "\":7}" WHY);
	act(w, "\"act\":\"plan.set\",\"measure\":\"" NEW_MEASURE "\",\"shape\":\"linear-day\",\"document\":"
	       "\"1\",\"approver\":\"a\",\"effective\":\"2022-05-01\"" WHY);
	refused(w, "effective-outside", "\"act\":\"plan.set\",\"measure\":\"" OLD_MEASURE "\",\"shape\":"
		"\"linear-day\",\"document\":\"1\",\"approver\":\"a\",\"effective\":\"2022-05-01\"" WHY);
	refused(w, "no-such-cell", "\"act\":\"report.object\"," OF("canteens", "caizheng", "2022-04") WHY);
}

static struct world *begin(void)
{
	static const char *const who[] = { "yutai", "rencheng" };
	struct world *w = world_new("2022-01-20");

	world_begin(w);
	for (size_t i = 0; i < 2; i++)
		world_add_key(w, who[i]);
	world_commit(w);
	return w;
}

static void a_catalogue_that_grows_leaves_it_standing(void **state)
{
	struct world *w = begin();
	int64_t quota;

	(void)state;
	go(w, "2022-03-01");
	twice(w, february);
	assert_int_equal(review(w, "canteens", "yutai", "2022-02-28"), REVIEWS_VERIFIED);
	assert_int_equal(severity(w, "returned.rencheng"), BOOK_INFO);
	go(w, "2022-03-15");
	twice(w, march);
	world_close(w);
	w->change = grow;
	w->now = world_time("2022-05-02", 9);
	world_open(w, true);
	assert_int_equal(aggregator_catalogue(w->a)->version, 2);
	world_begin(w);
	world_add_key(w, NEW_UNIT);
	world_commit(w);
	assert_int_equal(review(w, "canteens", "yutai", "2022-02-28"), REVIEWS_VERIFIED);
	twice(w, april);
	assert_int_equal(review(w, "canteens", "yutai", "2022-02-28"), REVIEWS_SUBMITTED);
	assert_int_equal(severity(w, "returned.rencheng"), 0);
	assert_int_equal(review(w, NEW_MEASURE, NEW_UNIT, "2022-04-30"), REVIEWS_VERIFIED);
	go(w, "2022-06-25");
	world_close(w);
	world_open(w, false);
	assert_true(catalogue_quota_on(&aggregator_catalogue(w->a)->measures[measure(w, "canteens")],
				       unit(w, NEW_UNIT), world_day("2022-05-01"), &quota));
	assert_int_equal(quota, 7);
	proves(w);
	world_free(w);
}

/* --- ids -------------------------------------------------------------------------------------- */

/* The second of the same id gets the first one's answer; with other words it is refused. */
static void an_id_acts_once(void **state)
{
	static const char first[] = "{\"id\":\"one\",\"act\":\"problem.open\",\"title\":\"a\",\"text\":\"b\","
				    "\"owner\":\"minzheng\",\"deadline\":\"2022-07-10\"}";
	static const char other[] = "{\"id\":\"one\",\"act\":\"problem.close\","
				    "\"problem\":\"2022-001\"}";
	struct world *w = begin();
	struct bytes answer;

	(void)state;
	world_begin(w);
	assert_int_equal(aggregator_act(w->a, bytes_of_string(first), "li", w->now, w->arena, &answer),
			 ERR_OK);
	assert_int_equal(aggregator_act(w->a, bytes_of_string(first), "wang", w->now, w->arena, &answer),
			 ERR_OK);
	assert_non_null(strstr((const char *)answer.data, "\"repeated\":true"));
	assert_int_equal(aggregator_act(w->a, bytes_of_string(other), "li", w->now, w->arena, &answer),
			 ERR_EXISTS);
	assert_non_null(strstr((const char *)answer.data, "\"id-used\""));
	world_commit(w);
	proves(w);
	world_free(w);
}

/* A refusal quotes what was sent: no letter is cut in two, whatever the length, since broken text would
 * be no answer at all. */
static void refusals_quote_whole_letters(void **state)
{
	struct world *w = begin();

	(void)state;
	world_begin(w);
	for (size_t n = 0; n < 4; n++) {
		char text[300] = "\"act\":\"problem.open\",\"";

		for (size_t i = 0; i < n; i++)
			strcat(text, "x");
		for (size_t i = 0; i < 30; i++)
			strcat(text, "济");
		strcat(text, "\":1");
		refused(w, "unknown-field", text);
	}
	world_commit(w);
	world_free(w);
}

/* --- nonsense --------------------------------------------------------------------------------- */

static uint32_t draw(uint64_t *dice, uint32_t n)
{
	*dice = *dice * 2862933555777941757u + 3037000493u;
	return (uint32_t)(*dice >> 33) % n;
}

static void add_value(uint64_t *dice, char *out, size_t cap)
{
	static const char *const values[] = {
		"null", "true", "0", "-1", "9223372036854775807", "1.5", "\"\"", "[]", "{}", "[1]",
		"{\"yutai\":1}", "{\"济\":null}", "\"yutai\"", "\"all\"", "\"canteens\"",
		"\"nursery-group\"", "\"1.1\"", "\"minzheng\"", "\"2022-02\"", "\"2022-02-28\"",
		"\"2022-03-20\"", "\"2022-12-31\"", "\"9999-12-31\"", "\"0000-01-01\"",
		"\"2022-001\"", "\"2022-Q1\"", "\"x\"", "\"12\"", "\"agree\"", "\"linear-day\"",
		"[\"1.1\"]", "[\"yutai\",\"yutai\"]", "[{\"day\":\"2022-12-31\",\"percent\":\"100\"}]",
		"{\"done\":\"2022-12-31\"}", "\"jump.canteens.yutai.2022-02\"", "\"behind.canteens.yutai\"",
	};
	uint32_t which = draw(dice, 40);

	if (which < sizeof(values) / sizeof(values[0])) {
		snprintf(out, cap, "%s", values[which]);
		return;
	}
	snprintf(out, cap, "\"%.*s", (int)draw(dice, 3), "xx");
	for (uint32_t n = draw(dice, 70); n; n--)
		strcat(out, "济");
	strcat(out, "\"");
}

/* Acts as they should be: name, and fields with their values. */
static const char *const sound[] = {
	"report.confirm|lead:\"minzheng\"|unit:\"all\"|period:\"2022-02\"",
	"report.verify|measure:\"canteens\"|unit:\"yutai\"|period:\"2022-02\"|why:\"x\"",
	"report.return|measure:\"canteens\"|unit:\"rencheng\"|period:\"2022-02\"|why:\"x\"",
	"report.object|measure:\"canteens\"|unit:\"rencheng\"|period:\"2022-02\"|why:\"x\"",
	"report.answer|measure:\"canteens\"|unit:\"rencheng\"|period:\"2022-02\"|why:\"x\"",
	"report.extend|unit:\"yutai\"|item:\"1.1\"|period:\"2022-03\"|until:\"2022-04-20\"|why:\"x\"",
	"month.publish|period:\"2022-01\"|document:\"x\"|despite:\"x\"",
	"plan.set|measure:\"canteens\"|shape:\"linear-day\"|effective:\"2022-04-01\"|document:\"1\"|"
	"approver:\"a\"|why:\"x\"",
	"quota.set|measure:\"canteens\"|quotas:{\"yutai\":3}|effective:\"2022-04-01\"|document:\"1\"|"
	"approver:\"a\"|why:\"x\"",
	"flag.explain|flag:\"jump.canteens.yutai.2022-02\"|why:\"x\"",
	"sample.result|period:\"2022-01\"|measure:\"canteens\"|unit:\"yutai\"|result:\"differ\"|"
	"found:\"3\"|why:\"x\"",
	"alert.comment|alert:\"silent.yutai\"|text:\"x\"|why:\"x\"",
	"alert.silence|alert:\"silent.yutai\"|until:\"2022-05-01\"|why:\"x\"",
	"alert.unsilence|alert:\"silent.yutai\"|why:\"x\"",
	"delegate|item:\"1.1\"|unit:\"zhujian\"|until:\"2022-12-31\"|why:\"x\"",
	"narrative.write|item:\"1.1\"|period:\"2022-02\"|progress:\"x\"|why:\"x\"",
	"problem.open|title:\"a\"|text:\"b\"|owner:\"minzheng\"|deadline:\"2022-07-10\"",
	"problem.extend|problem:\"2022-001\"|deadline:\"2022-08-10\"|why:\"x\"",
	"problem.close|problem:\"2022-001\"|outcome:\"x\"",
	"problem.reopen|problem:\"2022-001\"|deadline:\"2022-09-10\"|why:\"x\"",
	"inspection.record|date:\"2022-03-01\"|object:\"x\"|inspectors:[\"a\"]|measure:\"canteens\"|"
	"reported:\"3\"|found:\"2\"|text:\"x\"",
	"inspection.close|inspection:\"2022-001\"|outcome:\"x\"",
	"meeting.hold|date:\"2022-03-01\"|quarter:\"2022-Q1\"|chair:\"a\"|topics:[\"x\"]",
	"decision.add|meeting:\"2022-001\"|text:\"x\"|owner:\"minzheng\"|deadline:\"2022-07-10\"",
	"decision.done|decision:\"2022-001.01\"|outcome:\"x\"",
	"portfolio.set|person:\"a\"|title:\"b\"|items:[\"1.1\"]|from:\"2022-01-01\"|why:\"x\"",
	"portfolio.end|person:\"a\"|from:\"2022-01-01\"|to:\"2022-06-30\"|why:\"x\"",
	"contact.set|unit:\"yutai\"|name:\"a\"|phone:\"1\"|why:\"x\"",
	"contact.remove|unit:\"yutai\"|name:\"a\"|why:\"x\"",
};

/* One of them, with a field left out here and there, or of another value. */
static void make_nonsense(uint64_t *dice, char *out, size_t cap)
{
	const char *at = sound[draw(dice, sizeof(sound) / sizeof(sound[0]))];
	size_t n = strcspn(at, "|");
	char value[260];

	snprintf(out, cap, "\"act\":\"%.*s\"", (int)n, at);
	for (at += n; *at; at += n) {
		size_t name = strcspn(++at, ":"), len = strlen(out);
		uint32_t fate = draw(dice, 20);

		n = strcspn(at, "|");
		snprintf(value, sizeof(value), "%.*s", (int)(n - name - 1), at + name + 1);
		if (fate == 0)
			add_value(dice, value, sizeof(value));
		if (fate != 1)
			snprintf(out + len, cap - len, ",\"%.*s\":%s", (int)name, at, value);
	}
}

/* Whatever an act says, it is done or gets an answer that says why not: none breaks its group, and what
 * was done can be replayed. */
static void nonsense_gets_an_answer(void **state)
{
	struct world *w = begin();
	unsigned done = 0;
	uint64_t dice = 5;

	(void)state;
	go(w, "2022-03-01");
	world_begin(w);
	february(w);
	world_commit(w);
	go(w, "2022-03-15");
	for (unsigned round = 0; round < 60; round++) {
		world_begin(w);
		for (unsigned i = 0; i < 50; i++) {
			struct bytes answer = { 0 };
			char text[880];
			enum err e;

			make_nonsense(&dice, text, sizeof(text));
			e = world_act(w, &answer, "%s", text);
			if (!answer.len || e == ERR_NOMEM || e == ERR_CORRUPT)
				print_error("%s: %s\n", err_name(e), text);
			done += e == ERR_OK;
			assert_true(answer.len > 0 && e != ERR_NOMEM && e != ERR_CORRUPT);
		}
		world_commit(w);
		arena_reset(w->arena);
	}
	assert_true(done > 300);
	proves(w);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_catalogue_that_grows_leaves_it_standing),
		cmocka_unit_test(an_id_acts_once),
		cmocka_unit_test(refusals_quote_whole_letters),
		cmocka_unit_test(nonsense_gets_an_answer),
	};

	return cmocka_run_group_tests_name("office", tests, NULL, NULL);
}
