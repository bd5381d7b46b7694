/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/fs.h"
#include "base/log.h"
#include "proto/curve.h"
#include "proto/words.h"

struct folder {
	char path[64];
	char key[80];
};

static int make_folder(void **state)
{
	struct folder *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	snprintf(f->path, sizeof(f->path), "/tmp/test-curve-XXXXXX");
	if (!mkdtemp(f->path)) {
		free(f);
		return -1;
	}
	snprintf(f->key, sizeof(f->key), "%s/key", f->path);
	*state = f;
	return 0;
}

static int remove_folder(void **state)
{
	struct folder *f = *state;
	enum err e = fs_remove_tree(f->path);

	free(f);
	return e == ERR_OK ? 0 : -1;
}

/* The pair of ZeroMQ's own CURVE test vectors. */
static const char vector_public[] = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
static const char vector_secret[] = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";

static void test_text_and_bytes(void **state)
{
	uint8_t raw[CURVE_KEY_LEN];
	char text[CURVE_TEXT_LEN];

	(void)state;
	assert_int_equal(curve_decode(vector_public, raw), ERR_OK);
	assert_int_equal(raw[0], 0xbb);
	assert_int_equal(raw[31], 0x18);
	curve_encode(raw, text);
	assert_string_equal(text, vector_public);
}

static void test_bad_texts(void **state)
{
	static const char *const bad[] = {
		"",
		"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI",	 /* one short */
		"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hIDabcde", /* five more */
		"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI\"",	 /* no z85 */
		"#####w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID",	 /* above 2^32 */
	};
	uint8_t raw[CURVE_KEY_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(curve_decode(bad[i], raw), ERR_INVALID);
}

static void test_pairs_differ(void **state)
{
	struct curve_pair a, b;

	(void)state;
	assert_int_equal(curve_generate(&a), ERR_OK);
	assert_int_equal(curve_generate(&b), ERR_OK);
	assert_string_not_equal(a.public_text, b.public_text);
	assert_string_not_equal(a.public_text, a.secret_text);
	curve_wipe(&a);
	assert_string_equal(a.secret_text, "");
}

static void test_save_and_load(void **state)
{
	struct folder *f = *state;
	struct curve_pair made, got;
	struct stat st;

	assert_int_equal(curve_generate(&made), ERR_OK);
	assert_int_equal(curve_save(f->key, &made), ERR_OK);
	assert_int_equal(stat(f->key, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_nlink, 1);
	assert_int_equal(curve_load(f->key, &got), ERR_OK);
	assert_string_equal(got.secret_text, made.secret_text);
	assert_string_equal(got.public_text, made.public_text);
}

static void test_never_over_a_key(void **state)
{
	struct folder *f = *state;
	struct curve_pair first, second, got;

	assert_int_equal(curve_generate(&first), ERR_OK);
	assert_int_equal(curve_generate(&second), ERR_OK);
	assert_int_equal(curve_save(f->key, &first), ERR_OK);
	assert_int_equal(curve_save(f->key, &second), ERR_EXISTS);
	assert_int_equal(curve_load(f->key, &got), ERR_OK);
	assert_string_equal(got.secret_text, first.secret_text);
}

static void put_file(const char *path, const char *content, unsigned mode)
{
	unlink(path);
	assert_int_equal(fs_write(path, bytes_of_string(content), mode), ERR_OK);
}

static void test_bad_files(void **state)
{
	struct folder *f = *state;
	struct curve_pair got;
	char two[128];

	assert_int_equal(curve_load(f->key, &got), ERR_NOTFOUND);
	put_file(f->key, vector_secret, 0600);
	assert_int_equal(curve_load(f->key, &got), ERR_OK);
	assert_string_equal(got.public_text, vector_public);
	put_file(f->key, vector_secret, 0640);
	assert_int_equal(curve_load(f->key, &got), ERR_DENIED);
	assert_string_equal(got.secret_text, "");
	put_file(f->key, "no key\n", 0600);
	assert_int_equal(curve_load(f->key, &got), ERR_INVALID);
	snprintf(two, sizeof(two), "%s\n%s\n", vector_secret, vector_secret);
	put_file(f->key, two, 0600);
	assert_int_equal(curve_load(f->key, &got), ERR_INVALID);
	assert_string_equal(got.secret_text, "");
}

static void test_fingerprint(void **state)
{
	uint8_t raw[CURVE_KEY_LEN];
	char a[64], b[64];

	(void)state;
	assert_int_equal(curve_decode(vector_public, raw), ERR_OK);
	curve_fingerprint(raw, a);
	assert_string_equal(a, "dune-ivy-clock-magnet-field-echo 125f8b34");
	raw[31] ^= 1;
	curve_fingerprint(raw, b);
	assert_string_not_equal(a, b);
}

static void test_words_are_distinct_and_fit(void **state)
{
	(void)state;
	for (size_t i = 0; i < WORDS_COUNT; i++) {
		assert_in_range(strlen(words_table[i]), 3, 6);
		assert_true(i == 0 || strcmp(words_table[i - 1], words_table[i]) < 0);
	}
}

static void quiet(enum log_level level, const char *line, void *ctx)
{
	(void)level, (void)line, (void)ctx;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_and_bytes),
		cmocka_unit_test(test_bad_texts),
		cmocka_unit_test(test_pairs_differ),
		cmocka_unit_test_setup_teardown(test_save_and_load, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_never_over_a_key, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(test_bad_files, make_folder, remove_folder),
		cmocka_unit_test(test_fingerprint),
		cmocka_unit_test(test_words_are_distinct_and_fit),
	};

	if (crypto_init())
		return 1;
	log_set_sink(quiet, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
