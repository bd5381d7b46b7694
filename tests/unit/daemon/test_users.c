/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"
#include "daemon/users.h"
#include "daemon/view_link.h"

struct place {
	char folder[64], file[80];
	struct users *users;
};

static void silent(enum log_level level, const char *line, void *ctx)
{
	(void)level, (void)line, (void)ctx;
}

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	log_set_sink(silent, NULL);
	snprintf(p->folder, sizeof(p->folder), "/tmp/minsheng-users-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->file, sizeof(p->file), "%s/users.json", p->folder);
	assert_int_equal(crypto_init(), ERR_OK);
	assert_int_equal(users_open(p->file, &p->users), ERR_OK);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	users_free(p->users);
	assert_int_equal(fs_remove_tree(p->folder), ERR_OK);
	free(p);
	log_set_sink(NULL, NULL);
	return 0;
}

static void again(struct place *p)
{
	users_free(p->users);
	p->users = NULL;
	assert_int_equal(users_open(p->file, &p->users), ERR_OK);
}

static struct users_one one(const char *name, enum role role, const char *unit)
{
	struct users_one u = { .role = role };

	snprintf(u.name, sizeof(u.name), "%s", name);
	snprintf(u.display, sizeof(u.display), "王\"某");
	snprintf(u.unit, sizeof(u.unit), "%s", unit);
	snprintf(u.hash, sizeof(u.hash), "$argon2id$of-%s", name);
	return u;
}

static void they_are_kept(void **state)
{
	struct place *p = *state;
	struct users_one wang = one("wang", ROLE_OFFICE, ""), li = one("li", ROLE_UNIT, "yutai");
	struct stat st;

	assert_null(users_find(p->users, "wang"));
	assert_false(fs_exists(p->file));
	assert_int_equal(users_put(p->users, &wang), ERR_OK);
	assert_int_equal(users_put(p->users, &li), ERR_OK);
	wang.disabled = true;
	wang.role = ROLE_VIEWER;
	assert_int_equal(users_put(p->users, &wang), ERR_OK);
	assert_int_equal(stat(p->file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	again(p);
	assert_int_equal(users_fault(p->users), ERR_OK);
	assert_string_equal(users_at(p->users, 0)->name, "li");
	assert_string_equal(users_at(p->users, 0)->unit, "yutai");
	assert_string_equal(users_at(p->users, 1)->display, "王\"某");
	assert_string_equal(users_at(p->users, 1)->hash, "$argon2id$of-wang");
	assert_true(users_find(p->users, "wang")->disabled);
	assert_int_equal(users_find(p->users, "wang")->role, ROLE_VIEWER);
	assert_null(users_at(p->users, 2));
}

static void a_file_for_others_is_refused(void **state)
{
	struct place *p = *state;
	struct users_one wang = one("wang", ROLE_OFFICE, "");

	assert_int_equal(users_put(p->users, &wang), ERR_OK);
	assert_int_equal(chmod(p->file, 0640), 0);
	again(p);
	assert_int_equal(users_fault(p->users), ERR_DENIED);
	assert_null(users_find(p->users, "wang"));
	assert_int_equal(users_put(p->users, &wang), ERR_DENIED);
}

static void a_damaged_file_is_kept(void **state)
{
	static const char *const bad[] = {
		"", "{", "[]", "{\"version\":2,\"users\":[],\"links\":[]}",
		"{\"version\":1,\"users\":[{\"name\":\"x\"}],\"links\":[]}",
		"{\"version\":1,\"users\":[{\"name\":\"wang\",\"display\":\"w\",\"role\":\"king\","
		"\"unit\":\"\",\"password\":\"\"}],\"links\":[]}",
		"{\"version\":1,\"users\":[],\"links\":[{\"id\":\"1\"}]}" };
	struct place *p = *state;
	struct users_one wang = one("wang", ROLE_OFFICE, "");

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf text = { 0 };

		assert_int_equal(fs_write(p->file, bytes_of_string(bad[i]), 0600), ERR_OK);
		again(p);
		assert_int_equal(users_fault(p->users), ERR_INVALID);
		assert_int_equal(users_put(p->users, &wang), ERR_INVALID);
		assert_int_equal(fs_read(p->file, 4096, &text), ERR_OK);
		assert_string_equal(buf_cstring(&text), bad[i]);
		buf_free(&text);
	}
}

/* What could not be written has not happened. */
static void a_failed_write_changes_nothing(void **state)
{
	struct place *p = *state;
	struct users_one wang = one("wang", ROLE_OFFICE, ""), li = one("li", ROLE_VIEWER, "");
	struct users_link l = { .id = "0011223344556677", .until = 5 };
	char moved[100];

	assert_int_equal(users_put(p->users, &wang), ERR_OK);
	snprintf(moved, sizeof(moved), "%s.away", p->folder);
	assert_int_equal(rename(p->folder, moved), 0);
	assert_int_not_equal(users_put(p->users, &li), ERR_OK);
	wang.role = ROLE_OPERATOR;
	assert_int_not_equal(users_put(p->users, &wang), ERR_OK);
	assert_int_not_equal(users_link_put(p->users, &l, 0), ERR_OK);
	assert_int_equal(rename(moved, p->folder), 0);
	assert_null(users_find(p->users, "li"));
	assert_int_equal(users_find(p->users, "wang")->role, ROLE_OFFICE);
	assert_null(users_at(p->users, 1));
	assert_null(users_link_at(p->users, 0));
}

static void names(void **state)
{
	static const char *const bad[] = { "", "w", "Wang", "1wang", "wang li", "王某", "-wang",
					   "abcdefghijklmnopqrstuvwxyzabcdefg" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(users_name_is_fine(bad[i]));
	assert_true(users_name_is_fine("wang.li-2_x"));
	assert_true(users_name_is_fine("abcdefghijklmnopqrstuvwxyzabcdef"));
	assert_true(users_text_is_fine("王某", 8));
	assert_false(users_text_is_fine("王某", 6));
	assert_false(users_text_is_fine("a\nb", 8));
	assert_false(users_text_is_fine("\xff", 8));
	assert_false(users_text_is_fine("", 8));
}

static void links_are_kept(void **state)
{
	struct place *p = *state;
	struct users_link l = { .id = "0011223344556677", .screen = "#/wall", .note = "hall",
				.by = "uid:0 root", .made = 5, .until = 50 };

	assert_int_equal(users_link_put(p->users, &l, 0), ERR_OK);
	l.revoked = 7;
	assert_int_equal(users_link_put(p->users, &l, 0), ERR_OK);
	again(p);
	assert_string_equal(users_link_at(p->users, 0)->screen, "#/wall");
	assert_int_equal(users_link(p->users, l.id)->revoked, 7);
	assert_null(users_link_at(p->users, 1));
	assert_null(users_link(p->users, "0000000000000000"));
}

static void a_link_says_who_made_it(void **state)
{
	struct view_link l = { .id = "00112233aabbccdd", .screen = "#/wall?city=1",
			       .until = 1672531199000 }, out;
	struct curve_pair keys = { 0 }, others = { 0 };
	struct view_link_key key, other;
	char token[VIEW_LINK_TOKEN], bad[VIEW_LINK_TOKEN];

	(void)state;
	snprintf(keys.secret_text, sizeof(keys.secret_text), "one");
	snprintf(others.secret_text, sizeof(others.secret_text), "two");
	view_link_key(&keys, &key);
	view_link_key(&others, &other);
	view_link_write(&key, &l, token);
	assert_true(view_link_read(&key, token, &out));
	assert_string_equal(out.id, l.id);
	assert_string_equal(out.screen, l.screen);
	assert_int_equal(out.until, l.until);
	assert_false(view_link_read(&other, token, &out));
	for (size_t i = 0; token[i] != '\0'; i++) {
		memcpy(bad, token, sizeof(bad));
		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		assert_false(view_link_read(&key, bad, &out));
		bad[i] = '\0';
		assert_false(view_link_read(&key, bad, &out));
	}
	assert_false(view_link_read(&key, ".", &out));
	memset(bad, 'A', sizeof(bad) - 1);
	bad[sizeof(bad) - 1] = '\0';
	assert_false(view_link_read(&key, bad, &out));
	/* the longest that there may be */
	memset(l.screen, '#', sizeof(l.screen) - 1);
	view_link_write(&key, &l, token);
	assert_true(view_link_read(&key, token, &out));
	assert_string_equal(out.screen, l.screen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(they_are_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_for_others_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(a_damaged_file_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(a_failed_write_changes_nothing, setup, teardown),
		cmocka_unit_test(names),
		cmocka_unit_test_setup_teardown(links_are_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(a_link_says_who_made_it, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
