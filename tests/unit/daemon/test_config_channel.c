/* SPDX-License-Identifier: MIT */
/* The list "notify": defaults a kind, what each text means, every fault with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aggregator/alerts/book.h"
#include "base/fs.h"
#include "daemon/config.h"

struct place {
	char folder[64], file[80];
	struct diag_list diags;
	struct config *config;
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	snprintf(p->folder, sizeof(p->folder), "/tmp/minsheng-channel-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->file, sizeof(p->file), "%s/minshengd.yaml", p->folder);
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	config_free(p->config);
	diag_free(&p->diags);
	assert_int_equal(fs_remove_tree(p->folder), ERR_OK);
	free(p);
	return 0;
}

static enum err load(struct place *p, const char *text)
{
	config_free(p->config);
	p->config = NULL;
	diag_free(&p->diags);
	assert_int_equal(fs_write(p->file, bytes_of_string(text), 0600), ERR_OK);
	return config_load(p->file, &p->diags, &p->config);
}

static void none_is_fine(void **state)
{
	struct place *p = *state;

	assert_int_equal(load(p, "notify: []\n"), ERR_OK);
	assert_int_equal(p->config->notify_count, 0);
	assert_int_equal(load(p, "public_url: https://h/x//\n"), ERR_OK);
	assert_string_equal(p->config->public_url, "https://h/x");
	assert_int_equal(load(p, "notify:\n"), ERR_OK);
	assert_string_equal(p->config->public_url, "");
}

static void defaults_by_kind(void **state)
{
	struct place *p = *state;
	const struct config_channel *c;

	assert_int_equal(load(p, "notify:\n"
				 "  - {name: a, kind: wecom, secret_file: x}\n"
				 "  - {name: b, kind: smtp, url: 'smtp://h', mail_from: a@b, mail_to: c@d}\n"
				 "  - {name: c, kind: alertmanager, url: 'http://h:9093'}\n"),
			 ERR_OK);
	c = p->config->notify;
	assert_int_equal(p->config->notify_count, 3);
	assert_string_equal(c[0].url, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=");
	assert_int_equal(c[0].digest_when, CONFIG_DIGEST_NOW);
	assert_false(c[0].private_allowed);
	assert_int_equal(c[0].quiet_from, -1);
	assert_int_equal(c[0].least, BOOK_INFO);
	assert_int_equal(c[0].transition_mask,
			 1u << BOOK_RAISED | 1u << BOOK_SEVERITY | 1u << BOOK_RESOLVED);
	assert_true(c[0].kind_mask & UINT64_C(1) << BOOK_SILENT);
	assert_int_equal(c[1].digest_when, CONFIG_DIGEST_MONTHLY);
	assert_int_equal(c[1].digest_minute, 8 * 60 + 30);
	assert_true(c[1].private_allowed && c[1].urgent && !c[1].workdays_only);
	assert_true(c[2].private_allowed);
}

static void every_key_is_read(void **state)
{
	struct place *p = *state;
	const struct config_channel *c;

	assert_int_equal(load(p, "notify:\n  - name: a\n    kind: dingtalk\n    secret_file: x\n"
				 "    kinds: behind, silent\n    severity: red\n    language: en\n"
				 "    transitions: all\n    digest: 2h\n    red_now: no\n"
				 "    quiet: 22:00-07:00\n    workdays: yes\n    since: start\n"
				 "    private: yes\n    units: yutai, jinxiang\n"),
			 ERR_OK);
	c = p->config->notify;
	assert_int_equal(c->kind_mask, UINT64_C(1) << BOOK_BEHIND | UINT64_C(1) << BOOK_SILENT);
	assert_int_equal(c->least, BOOK_RED);
	assert_int_equal(c->lang, LANG_EN);
	assert_true(c->transition_mask & 1u << BOOK_COMMENTED);
	assert_int_equal(c->digest_when, CONFIG_DIGEST_EVERY);
	assert_int_equal(c->digest_ms, 2 * 3600 * 1000);
	assert_int_equal(c->quiet_from, 22 * 60);
	assert_int_equal(c->quiet_to, 7 * 60);
	assert_true(!c->urgent && c->workdays_only && c->from_start && c->private_allowed);
	assert_true(config_channel_lists(c->units, "jinxiang"));
	assert_false(config_channel_lists(c->units, "jin"));
	assert_true(config_channel_lists("", "anything"));
}

static void faults_have_their_place(void **state)
{
#define HOOK "notify:\n  - name: a\n    kind: webhook\n    url: https://h/\n    secret_file: x\n"
#define BOT "notify:\n  - name: a\n    kind: wecom\n    secret_file: x\n"
#define MAIL "notify:\n  - name: a\n    kind: smtp\n    url: smtp://h\n    mail_from: a@b\n    mail_to: c@d\n"
	static const struct {
		const char *text;
		unsigned line, column;
	} cases[] = {
		{ "notify: yes\n", 1, 9 },
		{ "notify:\n  - 5\n", 2, 5 },
		{ "notify:\n  - name: A b\n    kind: wecom\n", 2, 11 },
		{ "notify:\n  - name: a\n    kind: pigeon\n", 3, 11 },
		{ "notify:\n  - name: a\n    kind: webhook\n    url: ftp://h\n    secret_file: x\n", 4, 10 },
		{ "notify:\n  - name: a\n    kind: webhook\n    url: https://h\n", 2, 5 },
		{ HOOK "    colour: red\n", 6, 5 },
		{ HOOK "    severity: pink\n", 6, 15 },
		{ HOOK "    kinds: behind, begind\n", 6, 12 },
		{ HOOK "    transitions: risen\n", 6, 18 },
		{ HOOK "    quiet: 22-7\n", 6, 12 },
		{ HOOK "    quiet: 07:00-07:00\n", 6, 12 },
		{ HOOK "    language: fr\n", 6, 15 },
		{ HOOK "    private: maybe\n", 6, 14 },
		{ HOOK "    since: ever\n", 6, 12 },
		{ HOOK "    units: [a, b]\n", 6, 12 },
		{ BOT "    digest: 25:00\n", 5, 13 },
		{ BOT "    digest: monthly\n", 5, 13 },
		{ BOT "    digest: 0m\n", 5, 13 },
		{ BOT "    digest: 169h\n", 5, 13 },
		{ MAIL "    mail_to: nobody\n", 7, 5 },
		{ "notify:\n  - name: a\n    kind: smtp\n    url: smtp://h\n    mail_from: a@b\n"
		  "    mail_to: c@d, nobody\n", 6, 14 },
		{ "notify:\n  - name: a\n    kind: smtp\n    url: http://h\n    mail_from: a@b\n    mail_to: c@d\n",
		  4, 10 },
		{ HOOK "  - name: a\n    kind: wecom\n    secret_file: x\n", 6, 11 },
		{ "notify:\n  - name: a\n    kind: alertmanager\n    url: http://h\n    workdays: yes\n", 5, 15 },
	};
	struct place *p = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct diag *d;

		assert_int_equal(load(p, cases[i].text), ERR_INVALID);
		assert_true(p->diags.count > 0);
		d = &p->diags.items[0];
		if (d->line != cases[i].line || d->column != cases[i].column)
			fail_msg("%s at %u:%u", cases[i].text, d->line, d->column);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(none_is_fine),
		TEST(defaults_by_kind),
		TEST(every_key_is_read),
		TEST(faults_have_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
