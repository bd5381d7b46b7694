/* SPDX-License-Identifier: MIT */
/* One script of a year, played in groups of any size, with roll-backs and restarts on the way: the
 * bytes of every table have to be the same, and those that a replay of the ledger gives. */
#include "tests/unit/aggregator/slips.h"

#include "aggregator/ledger/keys.h"
#include "aggregator/office/extensions.h"
#include "aggregator/office/months.h"

#define STEPS 900

/* --- the script ------------------------------------------------------------------------------- */

struct script {
	uint64_t seed;
	uint64_t sequence[8]; /* of each reporter's outbox */
	unsigned refs;
	unsigned step;
	struct {
		uint64_t position;
		uint32_t row;
	} held[8];            /* the newest rows that were put on hold */
	unsigned holds;
	bool links;           /* their pauses are known since the last start only */
};

static uint32_t draw(struct script *s, uint32_t below)
{
	s->seed = s->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(s->seed >> 33) % below;
}

static const char *const reporters[] = { "yutai", "rencheng", "qufu", "canlian", "zhujian",
					 "jiaoyu", "weijian", "yibao" };
static const char *const areas[] = { "yutai", "rencheng", "qufu" };
static const char *const days[] = { "2022-01-31", "2022-02-28", "2022-03-15", "2022-03-31",
				    "2022-04-30", "2022-05-31", "2022-06-20", "2022-06-30",
				    "2022-07-31", "2022-08-31", "2022-09-30", "2022-10-31" };
static const char *const counted[] = { "canteens", "homes-adapted", "rukang-homes",
				       "nursery-classes", "gas-hoses-urban", "public-jobs-rural" };
static const char *const texts[] = { NULL, NULL, NULL, "started", "completed", "no-such-stage" };

/* Texts of the rows live here. */
struct texts {
	char refs[WORLD_ROWS][24];
};

static void make_row(struct script *s, struct world_row *r, char *ref)
{
	*r = (struct world_row){ .measure = counted[draw(s, 6)], .unit = areas[draw(s, 3)],
				 .as_of = days[draw(s, 12)], .value = draw(s, 12) ? draw(s, 9) : 900,
				 .revision = draw(s, 8) == 0, .stage = texts[draw(s, 6)],
				 .reason = draw(s, 3) ? "counted anew" : NULL };
	switch (draw(s, 12)) {
	case 0:
		r->kind = EVENT_NIL;
		break;
	case 1:
		r->kind = EVENT_RETRACT;
		break;
	case 2:
	case 3:
		r->kind = EVENT_ADD;
		r->revision = 0;
		snprintf(ref, 24, "ref-%u", draw(s, 4) ? s->refs++ : draw(s, s->refs + 1));
		r->ref = ref;
		break;
	case 4:
		r->kind = EVENT_RETRACT;
		snprintf(ref, 24, "ref-%u", draw(s, s->refs + 1));
		r->withdraw = ref;
		break;
	case 5:
		*r = (struct world_row){ .measure = "public-kindergarten-rate", .unit = r->unit,
					 .as_of = r->as_of, .value = draw(s, 50),
					 .denominator = draw(s, 100), .reason = "x" };
		break;
	case 6:
		*r = (struct world_row){ .measure = "nursery-group", .unit = "jining",
					 .kind = EVENT_STAGE, .as_of = r->as_of,
					 .stage = "drafted" };
		break;
	case 7:
		*r = (struct world_row){ .measure = "reimbursement-level1", .unit = "jining",
					 .kind = EVENT_LEVEL, .as_of = r->as_of,
					 .value = 8000 + draw(s, 600) };
		break;
	default:
		break;
	}
}

static void step_batch(struct world *w, struct script *s)
{
	uint32_t who = draw(s, 8), n = 1 + draw(s, 12);
	struct world_row rows[WORLD_ROWS];
	struct texts t;
	struct aggregator_outcome out;

	for (uint32_t i = 0; i < n; i++)
		make_row(s, &rows[i], t.refs[i]);
	if (draw(s, 30) == 0 && s->sequence[who] > 1) {
		world_send(w, reporters[who], 1, s->sequence[who] - 1, rows, n); /* a conflict */
		return;
	}
	out = world_send(w, reporters[who], 1, s->sequence[who], rows, n);
	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	s->sequence[who] += n;
	for (size_t i = 0; i < out.receipt.exception_count; i++)
		if (out.receipt.exceptions[i].verdict == EVENT_HOLD) {
			s->held[s->holds % 8].position = out.receipt.first_position;
			s->held[s->holds++ % 8].row = out.receipt.exceptions[i].row;
		}
}

static void step_hello(struct world *w, struct script *s)
{
	uint32_t who = draw(s, 8);
	uint64_t lost = draw(s, 20) == 0 ? draw(s, 5) : 0;
	struct message_hello h = { .first_held = s->sequence[who] + lost };
	struct aggregator_outcome out;
	uint8_t key[32], epoch[16];
	const struct aggregator_from from = { key, w->now };

	h.next = h.first_held;
	memset(epoch, 1, sizeof(epoch));
	world_key(reporters[who], 0, key);
	assert_int_equal(aggregator_hello(w->a, &from, epoch, &h, w->arena, &out), ERR_OK);
	s->sequence[who] = out.expected;
}

static void step_act(struct world *w, struct script *s)
{
	uint32_t what = draw(s, 3), hold = draw(s, 8);

	if (what == 0)
		world_act(w, NULL, "\"act\":\"delegate\",\"item\":\"5.1\",\"unit\":\"rencheng\","
			  "\"until\":\"2022-%02u-28\"", 1 + draw(s, 12));
	else if (what == 1 && s->links)
		assert_int_equal(aggregator_link(w->a, (uint16_t)(1 + draw(s, 4)), draw(s, 2),
						 w->now), ERR_OK);
	else
		world_act(w, NULL, "\"act\":\"%s\",\"position\":%llu,\"row\":%u,\"why\":\"looked\"",
			  draw(s, 3) ? "hold.release" : "hold.reject",
			  (unsigned long long)s->held[hold].position, s->held[hold].row);
}

/* What the office writes down; some of it is refused. */
static void step_record(struct world *w, struct script *s)
{
	uint32_t number = 1 + draw(s, 4), day = 10 + draw(s, 18);

	switch (draw(s, 4)) {
	case 0:
		world_act(w, NULL, "\"act\":\"narrative.write\",\"item\":\"1.1\",\"period\":\"2022-%02u\","
			  "\"progress\":\"%u opened\"", 1 + draw(s, 6), number);
		break;
	case 1:
		world_act(w, NULL, "\"act\":\"problem.open\",\"title\":\"land\",\"text\":\"x\","
			  "\"owner\":\"minzheng\",\"deadline\":\"2022-12-%02u\"", day);
		break;
	case 2:
		world_act(w, NULL, "\"act\":\"problem.extend\",\"problem\":\"2022-%03u\","
			  "\"deadline\":\"2022-12-%02u\",\"why\":\"rain\"", number, day);
		break;
	default:
		world_act(w, NULL, "\"act\":\"%s\",\"problem\":\"2022-%03u\",\"%s\":\"y\"",
			  draw(s, 2) ? "problem.close" : "problem.reopen", number,
			  draw(s, 2) ? "outcome" : "why");
	}
}

/* --- what is counted by ids ------------------------------------------------------------------- */

#define PLACES "test-places"

/* Beside the catalogue's own measures one that is counted by objects. */
static void add_places(struct catalogue *c)
{
	static struct catalogue_measure measures[256];
	static struct universe_known known[] = { { "p-0", 0 } };
	static struct universe_check checks[] = {
		{ .id = "area", .name = { "面积", "area" }, .must = true, .number = true,
		  .has_min = true, .min = 70, .uom = { "平方米", "m2" } } };
	static const struct universe places = { .version = "1", .known = known, .known_count = 1,
						.checks = checks, .check_count = 1 };
	struct catalogue_measure *m = &measures[c->measure_count];

	assert_true(c->measure_count < 256);
	memcpy(measures, c->measures, c->measure_count * sizeof(*m));
	*m = measures[catalogue_measure_number(c, bytes_of_string("canteens"))];
	m->id = PLACES;
	m->order = (uint16_t)c->measure_count;
	m->stage_count = 0;
	m->counting_stage = CATALOGUE_NONE;
	m->has_base = true;
	m->base = 1;
	m->objects = &places;
	c->measures = measures;
	c->measure_count++;
	c->index = NULL; /* look-ups search */
}

static void make_places(struct script *s, struct world_row *r, char ref[24], char ids[64])
{
	uint32_t n = draw(s, 5), at = draw(s, 20);

	ids[0] = '\0';
	for (uint32_t i = 0; i < n; i++) /* mostly different ones */
		snprintf(ids + strlen(ids), 64 - strlen(ids), "%sp-%u", i ? ";" : "",
			 draw(s, 40) ? (at + i) % 20 : at);
	*r = (struct world_row){ .measure = PLACES, .unit = areas[draw(s, 3)],
				 .as_of = days[draw(s, 12)], .value = n, .objects = n ? ids : NULL,
				 .reason = draw(s, 2) ? "counted anew" : NULL };
	switch (draw(s, 6)) {
	case 0:
		r->kind = EVENT_RETRACT;
		break;
	case 1:
	case 2:
		r->kind = EVENT_ADD;
		snprintf(ref, 24, "place-%u", s->refs++);
		r->ref = ref;
		break;
	case 3:
		r->kind = EVENT_RETRACT;
		snprintf(ref, 24, "place-%u", draw(s, s->refs + 1));
		r->withdraw = ref;
		break;
	default:
		r->revision = draw(s, 6) == 0;
		break;
	}
}

static void step_places(struct world *w, struct script *s)
{
	uint32_t who = draw(s, 3), n = 1 + draw(s, 8);
	struct world_row rows[WORLD_ROWS];
	char ids[WORLD_ROWS][64];
	struct aggregator_outcome out;
	struct texts t;

	for (uint32_t i = 0; i < n; i++)
		make_places(s, &rows[i], t.refs[i], ids[i]);
	out = world_send(w, reporters[who], 1, s->sequence[who], rows, n);
	assert_int_equal(out.answer, AGGREGATOR_APPENDED);
	s->sequence[who] += n;
	for (size_t i = 0; i < out.receipt.exception_count; i++)
		if (out.receipt.exceptions[i].verdict == EVENT_HOLD) {
			s->held[s->holds % 8].position = out.receipt.first_position;
			s->held[s->holds++ % 8].row = out.receipt.exceptions[i].row;
		}
	world_act(w, NULL, "\"act\":\"object.check\",\"measure\":\"" PLACES "\",\"object\":\"p-%u\","
		  "\"values\":{\"area\":%u}", draw(s, 20), 60 + draw(s, 20));
}

/* A month of the office: confirmed, returned, extended, published; much of it is refused. */
static void step_month(struct world *w, struct script *s)
{
	static const char *const acts[] = { "confirm", "verify", "return", "confirm" };
	uint32_t month = 1 + draw(s, 6), what = draw(s, 8);

	if (what < 4)
		world_act(w, NULL,
			  "\"act\":\"report.%s\",\"measure\":\"canteens\",\"period\":\"2022-%02u\","
			  "\"unit\":\"%s\",\"why\":\"x\"%s",
			  acts[what], month, draw(s, 3) ? "all" : areas[draw(s, 3)],
			  what % 3 ? "" : ",\"lead\":\"minzheng\"");
	else if (what < 6)
		world_act(w, NULL,
			  "\"act\":\"report.extend\",\"unit\":\"%s\",\"period\":\"2022-%02u\","
			  "\"until\":\"2022-%02u-%02u\",\"why\":\"floods\"",
			  draw(s, 2) ? "all" : areas[draw(s, 3)], month, month + 1,
			  10 + draw(s, 15));
	else if (what < 7)
		world_act(w, NULL,
			  "\"act\":\"report.object\",\"unit\":\"%s\",\"measure\":\"canteens\","
			  "\"period\":\"2022-%02u\",\"why\":\"more\"",
			  areas[draw(s, 3)], month);
	else
		world_act(w, NULL,
			  "\"act\":\"month.publish\",\"period\":\"2022-%02u\","
			  "\"document\":\"no. %u\",\"despite\":\"needed\"",
			  month, s->step);
}

/* Somebody goes through what looks odd in a month, and what was drawn; most of it is not there. */
static void step_quality(struct world *w, struct script *s)
{
	static const char *const answers[] = { "explain", "dismiss", "confirm" };
	uint32_t month = 1 + draw(s, 9);

	for (size_t i = 0; i < 6; i++) {
		const char *area = areas[draw(s, 3)];

		world_act(w, NULL,
			  "\"act\":\"flag.%s\",\"flag\":\"above.%s.%s.2022-%02u\",\"why\":\"x\"",
			  answers[draw(s, 3)], counted[i], area, month);
		world_act(w, NULL,
			  "\"act\":\"sample.result\",\"measure\":\"%s\",\"unit\":\"%s\","
			  "\"period\":\"2022-%02u\",\"result\":\"differ\",\"found\":\"%u\","
			  "\"why\":\"y\"",
			  counted[i], area, month, draw(s, 9));
	}
}

/* Plans and quotas from a day on; those that reach back are refused. */
static void step_plan(struct world *w, struct script *s)
{
	const char *what = counted[draw(s, 6)];
	uint32_t month = 1 + draw(s, 12);

	if (draw(s, 2))
		world_act(w, NULL,
			  "\"act\":\"plan.set\",\"measure\":\"%s\",\"effective\":\"2022-%02u-01\","
			  "\"document\":\"no. %u\",\"approver\":\"a\",\"why\":\"b\","
			  "\"knots\":[{\"day\":\"2022-%02u-10\",\"percent\":%u},"
			  "{\"day\":\"2022-12-31\",\"percent\":100}]",
			  what, month, s->step, 1 + draw(s, 11), draw(s, 100));
	else
		world_act(w, NULL,
			  "\"act\":\"quota.set\",\"measure\":\"%s\",\"effective\":\"2022-%02u-01\","
			  "\"document\":\"no. %u\",\"approver\":\"a\",\"why\":\"b\","
			  "\"quotas\":{\"%s\":%u}",
			  what, month, s->step, areas[draw(s, 3)], draw(s, 20));
}

static void one_step(struct world *w, struct script *s)
{
	uint32_t what = draw(s, 100);

	if (what < 4)
		w->now += DATE_DAY_MS * (1 + draw(s, 9));
	else
		w->now += draw(s, 7200000);
	assert_int_equal(aggregator_tick(w->a, w->now), ERR_OK);
	if (what < 8)
		step_places(w, s);
	else if (what < 80)
		step_batch(w, s);
	else if (what < 90)
		step_hello(w, s);
	else if (what < 94)
		step_act(w, s);
	else if (what < 97)
		step_month(w, s);
	else if (what < 99)
		step_record(w, s);
	else
		step_quality(w, s);
	if (s->step % 9 == 0)
		step_plan(w, s);
	if (s->step % 3 == 0)
		slips_step_of(w, s->step / 3 * 5, s->step / 7);
	s->step++;
}

/* --- playing ---------------------------------------------------------------------------------- */

struct way {
	unsigned group;     /* steps a commit */
	unsigned rollbacks; /* per cent of groups that are taken back once */
	unsigned restarts;  /* per cent of commits followed by a restart */
	bool links;
};

static void enter_everybody(struct world *w)
{
	world_begin(w);
	for (size_t i = 0; i < 8; i++)
		world_add_key(w, reporters[i]);
	world_commit(w);
}

static void play_group(struct world *w, struct script *s, const struct way *way, uint64_t *dice)
{
	struct script before = *s;
	int64_t now = w->now;
	unsigned acts = w->acts, until = s->step + way->group;
	bool back = (*dice = *dice * 2862933555777941757u + 3037000493u) >> 33 & 1 &&
		    (*dice >> 40) % 100 < way->rollbacks;

	for (int round = back ? 0 : 1; round < 2; round++) {
		assert_int_equal(aggregator_begin(w->a), ERR_OK);
		while (s->step < until && s->step < STEPS)
			one_step(w, s);
		if (round == 1)
			break;
		aggregator_rollback(w->a);
		*s = before;
		w->now = now;
		w->acts = acts;
	}
	world_commit(w);
	arena_reset(w->arena);
}

static struct world *play(const struct way *way)
{
	struct world *w = world_new("2022-01-20");
	struct script s = { .seed = 42, .links = way->links };
	uint64_t dice = 7;

	for (size_t i = 0; i < 8; i++)
		s.sequence[i] = 1;
	world_close(w);
	w->change = add_places;
	world_open(w, true);
	enter_everybody(w);
	while (s.step < STEPS) {
		play_group(w, &s, way, &dice);
		if ((dice >> 20) % 100 < way->restarts) {
			world_close(w);
			world_open(w, (dice >> 30) & 1);
		}
	}
	return w;
}

/* --- comparing -------------------------------------------------------------------------------- */

static bool is_identity(enum store_table table, struct bytes key)
{
	return table == STORE_META && bytes_equal(key, bytes_of_string("incarnation"));
}

static void same_table(struct store_txn *a, struct store_txn *b, enum store_table table)
{
	struct store_cursor *ca, *cb;
	struct bytes ka, va, kb, vb;
	enum err ea, eb;
	uint64_t n = 0;

	assert_int_equal(store_cursor_open(a, table, &ca), ERR_OK);
	assert_int_equal(store_cursor_open(b, table, &cb), ERR_OK);
	ea = store_cursor_seek(ca, (struct bytes){ 0 }, &ka, &va);
	eb = store_cursor_seek(cb, (struct bytes){ 0 }, &kb, &vb);
	while (ea == ERR_OK && eb == ERR_OK) {
		if (!bytes_equal(ka, kb) || (!bytes_equal(va, vb) && !is_identity(table, ka))) {
			char hex[64] = "";

			bytes_to_hex(bytes_of(ka.data, ka.len > 20 ? 20 : ka.len), hex);
			fail_msg("table %s differs at value %llu, key %s", store_table_name(table),
				 (unsigned long long)n, hex);
		}
		n++;
		ea = store_cursor_next(ca, &ka, &va);
		eb = store_cursor_next(cb, &kb, &vb);
	}
	assert_int_equal(ea, ERR_NOTFOUND);
	assert_int_equal(eb, ERR_NOTFOUND);
	store_cursor_close(ca);
	store_cursor_close(cb);
}

static void same_bytes(struct world *a, struct world *b)
{
	struct store_txn *ta, *tb;

	assert_int_equal(store_begin_read(a->store, &ta), ERR_OK);
	assert_int_equal(store_begin_read(b->store, &tb), ERR_OK);
	for (unsigned t = 0; t < STORE_TABLE_COUNT; t++)
		same_table(ta, tb, (enum store_table)t);
	store_abort(&ta);
	store_abort(&tb);
}

/* The script has come so far that a month was published, and a due day moved. */
static void published(struct world *w, struct store_txn *t)
{
	struct extensions x = { 0 };
	int32_t last;

	assert_int_equal(months_last(t, &last), ERR_OK);
	assert_int_not_equal(last, DATE_NONE);
	assert_int_equal(extensions_load(&x, t, aggregator_catalogue(w->a), DATE_NONE), ERR_OK);
	assert_true(x.count > 0);
	extensions_free(&x);
}

static void filled(struct world *w)
{
	struct store_txn *t;

	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	for (unsigned i = 0; i < STORE_TABLE_COUNT; i++) {
		uint64_t n;

		assert_int_equal(store_count(t, (enum store_table)i, &n), ERR_OK);
		if (n == 0)
			fail_msg("the script leaves table %s empty",
				 store_table_name((enum store_table)i));
	}
	published(w, t);
	store_abort(&t);
}

static void proves(struct world *w, uint64_t group)
{
	struct aggregator_proof proof;
	char scratch[96];
	enum err e;

	snprintf(scratch, sizeof(scratch), "%s/scratch", w->folder);
	e = aggregator_verify(w->store, scratch, group, NULL, NULL, &proof);
	if (e != ERR_OK)
		fail_msg("%s: position %llu: %s", err_name(e), (unsigned long long)proof.broken_at,
			 proof.what ? proof.what : "");
	assert_int_equal(proof.entries, aggregator_head(w->a).position);
	assert_int_equal(proof.rows, aggregator_head(w->a).rows);
	assert_int_equal(proof.decided_otherwise, 0);
	assert_memory_equal(proof.state, proof.stored, sizeof(proof.state));
	assert_false(fs_exists(scratch));
}

/* --- tests ------------------------------------------------------------------------------------ */

static void groups_leave_no_trace(void **state)
{
	struct world *ones = play(&(struct way){ .group = 1, .links = true });
	struct world *sevens = play(&(struct way){ .group = 7, .links = true });
	struct world *all = play(&(struct way){ .group = 10000, .links = true });

	(void)state;
	filled(ones);
	same_bytes(ones, sevens);
	same_bytes(ones, all);
	world_free(ones);
	world_free(sevens);
	world_free(all);
}

static void rollbacks_and_restarts_leave_no_trace(void **state)
{
	struct world *plain = play(&(struct way){ .group = 5 });
	struct world *rough = play(&(struct way){ .group = 3, .rollbacks = 60, .restarts = 20 });

	(void)state;
	same_bytes(plain, rough);
	world_free(plain);
	world_free(rough);
}

static void the_ledger_gives_the_state(void **state)
{
	struct world *w = play(&(struct way){ .group = 20, .links = true });

	(void)state;
	proves(w, 0);
	proves(w, 1);
	proves(w, 7);
	slips_trace_all(w);
	world_free(w);
}

/* 6 400 + 28 000 become 100 + 34 300. */
static void move_goals(struct catalogue *c)
{
	uint16_t urban = catalogue_measure_number(c, bytes_of_string("public-jobs-urban"));
	uint16_t rural = catalogue_measure_number(c, bytes_of_string("public-jobs-rural"));
	struct catalogue_measure *measures = (struct catalogue_measure *)(uintptr_t)c->measures;

	measures[urban].target -= 6300;
	measures[rural].target += 6300;
}

/* A composite cuts its parts to their goals: the rows were counted with the old ones, and a replay
 * has them in one group with the catalogue that brings new ones. */
static void a_catalogue_moves_totals_whatever_the_group(void **state)
{
	const struct world_row row = { .measure = "public-jobs-urban", .unit = "yutai",
				       .value = 1000, .as_of = "2022-03-31" };
	struct world *w = world_new("2022-04-02");

	(void)state;
	enter_everybody(w);
	world_begin(w);
	world_send(w, "yutai", 1, 1, &row, 1);
	world_commit(w);
	world_close(w);
	w->change = move_goals;
	world_open(w, true);
	assert_int_equal(aggregator_catalogue(w->a)->version, 2);
	proves(w, 1);
	proves(w, 1000);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_leave_no_trace),
		cmocka_unit_test(rollbacks_and_restarts_leave_no_trace),
		cmocka_unit_test(the_ledger_gives_the_state),
		cmocka_unit_test(a_catalogue_moves_totals_whatever_the_group),
	};

	return cmocka_run_group_tests_name("groups", tests, NULL, NULL);
}
