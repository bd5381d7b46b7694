/* SPDX-License-Identifier: MIT */
/* The close of the year: the same bytes whatever the groups, taken back with its group, signed by a
 * key that a replay does not have, and nothing that was signed can be another text. */
#include "tests/unit/aggregator/world.h"

#include "aggregator/ledger/archive.h"
#include "aggregator/ledger/ledger.h"
#include "aggregator/office/year.h"

static const struct world_row december = { .measure = "canteens", .unit = "yutai", .value = 7,
					   .as_of = "2022-12-31" };

static void sign(void *ctx, struct bytes text, uint8_t signature[CRYPTO_SIGNATURE_LEN])
{
	crypto_signature(ctx, text, signature);
}

static void set_signer(struct world *w)
{
	static uint8_t seed[CRYPTO_SEED_LEN] = { 7 };
	struct aggregator_signer signer = { .sign = sign, .ctx = seed };

	crypto_sign_public(seed, signer.public_key);
	aggregator_set_signer(w->a, &signer);
}

/* In an open group. */
static enum err try_act(struct world *w, const char *id, const char *fields)
{
	char json[512];
	struct bytes answer;
	int n = snprintf(json, sizeof(json), "{\"id\": \"%s\", %s}", id, fields);

	return aggregator_act(w->a, bytes_of(json, (size_t)n), "uid:0 root", w->now, w->arena,
			      &answer);
}

#define CLOSE \
	"\"act\": \"year.close\", \"document\": \"JN-1\", \"why\": \"over\", \"despite\": \"rehearsal\""

static unsigned say_december(struct world *w, uint64_t first, int64_t value)
{
	struct world_row row = december;
	struct aggregator_outcome out;
	unsigned verdict, code;

	row.value = value;
	out = world_send(w, "yutai", 1, first, &row, 1);
	world_verdict(&out.receipt, 0, &verdict, &code);
	assert_true(verdict == EVENT_ADMITTED || code == EVENT_YEAR_CLOSED);
	return verdict;
}

/* A year of one reporter, to the day on which it can be closed. */
static struct world *over(void)
{
	struct world *w = world_new("2022-12-20");

	set_signer(w);
	world_begin(w);
	world_add_key(w, "yutai");
	world_commit(w);
	w->now = world_time("2023-01-10", 9);
	world_begin(w);
	assert_int_equal(say_december(w, 1, 7), EVENT_ADMITTED);
	world_commit(w);
	w->now = world_time("2023-01-16", 9);
	return w;
}

static void closed(struct world *w, bool wanted)
{
	struct store_txn *t;
	bool is;

	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	assert_int_equal(year_is_closed(t, &is), ERR_OK);
	store_abort(&t);
	assert_int_equal(is, wanted);
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
	assert_int_equal(proof.decided_otherwise, 0);
}

static void a_close_is_taken_back_with_its_group(void **state)
{
	struct world *w = over();

	(void)state;
	world_begin(w);
	assert_int_equal(try_act(w, "c1", CLOSE), ERR_OK);
	assert_int_equal(say_december(w, 2, 8), EVENT_REJECT);
	aggregator_rollback(w->a);
	closed(w, false);
	world_begin(w);
	assert_int_equal(say_december(w, 2, 8), EVENT_ADMITTED); /* open again */
	assert_int_equal(try_act(w, "c1", CLOSE), ERR_OK);
	assert_int_equal(try_act(w, "c2", CLOSE), ERR_STATE);
	assert_int_equal(say_december(w, 3, 9), EVENT_REJECT);
	world_commit(w);
	closed(w, true);
	world_close(w);
	world_open(w, false);
	world_begin(w);
	assert_int_equal(say_december(w, 4, 9), EVENT_REJECT);
	world_commit(w);
	proves(w, 1);
	proves(w, 7);
	proves(w, 1000);
	world_free(w);
}

static void without_a_key_nothing_is_closed(void **state)
{
	struct world *w = over();

	(void)state;
	world_close(w);
	world_open(w, false);
	world_begin(w);
	assert_int_equal(try_act(w, "c1", CLOSE), ERR_STATE);
	world_commit(w);
	closed(w, false);
	world_free(w);
}

/* The statement's text, and whether the stored signature is under it. */
static char *signed_text(struct world *w, bool *holds)
{
	uint8_t key[CRYPTO_PUBLIC_LEN], signature[CRYPTO_SIGNATURE_LEN];
	struct store_txn *t;
	json_t *close;
	char *text;

	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	assert_int_equal(year_read(t, &close), ERR_OK);
	assert_int_equal(year_statement(t, "jining-2022", &text), ERR_OK);
	store_abort(&t);
	assert_true(bytes_from_hex(json_string_value(json_object_get(close, "public_key")), key,
				   sizeof(key)));
	assert_true(bytes_from_hex(json_string_value(json_object_get(close, "signature")), signature,
				   sizeof(signature)));
	*holds = crypto_signed(key, bytes_of_string(text), signature);
	json_decref(close);
	return text;
}

static void what_is_signed_is_what_stands(void **state)
{
	struct world *w = over();
	char *before, *after;
	bool holds;

	(void)state;
	world_begin(w);
	assert_int_equal(try_act(w, "c1", CLOSE), ERR_OK);
	world_commit(w);
	before = signed_text(w, &holds);
	assert_true(holds);
	assert_non_null(strstr(before, "\"canteens\":{\"as_of\":\"2022-12-31\",\"goal\":\"100\""));
	assert_non_null(strstr(before, "\"despite\":\"rehearsal\""));
	/* an audit, and half a year: the same text, the same signature */
	world_begin(w);
	assert_int_equal(try_act(w, "a1", "\"act\": \"audit.correct\", \"measure\": \"canteens\", "
					  "\"value\": \"5\", \"document\": \"SJ\", \"why\": \"x\""),
			 ERR_OK);
	w->now = world_time("2023-07-01", 9);
	assert_int_equal(aggregator_tick(w->a, w->now), ERR_OK);
	world_commit(w);
	after = signed_text(w, &holds);
	assert_true(holds);
	assert_string_equal(before, after);
	proves(w, 3);
	free(before);
	free(after);
	world_free(w);
}

/* A ledger whose close carries another signature, with a chain that was made to fit it. */
static void a_forged_signature_does_not_replay(void **state)
{
	struct world *w = over();
	struct aggregator_proof proof;
	struct archive *to;
	struct store_txn *t;
	struct buf form = { 0 };
	struct entry entry;
	char path[96], rebuilt[96];
	uint64_t forged = 0;

	(void)state;
	world_begin(w);
	assert_int_equal(try_act(w, "c1", CLOSE), ERR_OK);
	world_commit(w);
	snprintf(path, sizeof(path), "%s/forged", w->folder);
	snprintf(rebuilt, sizeof(rebuilt), "%s/rebuilt", w->folder);
	assert_int_equal(archive_create(path, &to), ERR_OK);
	assert_int_equal(store_begin_read(w->store, &t), ERR_OK);
	for (uint64_t at = 1; ledger_read(t, at, &form, &entry, NULL) == ERR_OK; at++) {
		char *signature = memmem(form.data, form.len, "\"signature\":\"", 13);

		if (signature) {
			signature[20] = signature[20] == '0' ? '1' : '0';
			forged = at;
		}
		assert_int_equal(archive_put(to, buf_bytes(&form)), ERR_OK);
	}
	store_abort(&t);
	buf_free(&form);
	assert_int_equal(archive_finish(&to), ERR_OK);
	assert_true(forged > 0);
	assert_int_equal(aggregator_rebuild(path, rebuilt, 0, NULL, NULL, &proof), ERR_CORRUPT);
	assert_int_equal(proof.broken_at, forged);
	assert_false(fs_exists(rebuilt));
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_close_is_taken_back_with_its_group),
		cmocka_unit_test(without_a_key_nothing_is_closed),
		cmocka_unit_test(what_is_signed_is_what_stands),
		cmocka_unit_test(a_forged_signature_does_not_replay),
	};

	return cmocka_run_group_tests_name("year", tests, NULL, NULL);
}
