/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fs.h"
#include "daemon/config.h"

struct place {
	char folder[64];
	char file[80];
	struct diag_list diags;
	struct config *config;
};

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	snprintf(p->folder, sizeof(p->folder), "/tmp/minsheng-config-XXXXXX");
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

static void defaults_run(void **state)
{
	struct place *p = *state;
	const struct config *c;

	setenv("STATE_DIRECTORY", "/state", 1);
	setenv("RUNTIME_DIRECTORY", "/runtime", 1);
	assert_int_equal(config_load(NULL, &p->diags, &p->config), ERR_OK);
	unsetenv("STATE_DIRECTORY");
	unsetenv("RUNTIME_DIRECTORY");
	c = p->config;
	assert_string_equal(c->file, "");
	assert_string_equal(c->store, "/state/store");
	assert_string_equal(c->key_file, "/state/server.key");
	assert_string_equal(c->runtime, "/runtime");
	assert_string_equal(c->control, "/runtime/ctl.sock");
	assert_string_equal(c->ingest, "tcp://127.0.0.1:7801");
	assert_string_equal(c->http, "127.0.0.1:8080");
	assert_false(c->clock_manual);
	assert_int_equal(c->group_bytes, 4 << 20);
	assert_int_equal(c->map_bytes, 64LL << 30);
	assert_int_equal(c->log_level, LOG_INFO);
	assert_string_equal(c->users_file, "/state/users.json");
	assert_string_equal(c->web_hosts, "");
	assert_false(c->web_signed_in);
	assert_int_equal(c->session_idle_s, 3600);
	assert_int_equal(c->session_life_s, 43200);
}

static void words_are_a_list_or_a_line(void **state)
{
	struct place *p = *state;

	assert_int_equal(load(p, "web:\n  hosts: [a.test, '[::1]']\n"
				 "  trusted_proxies: 10.0.0.1,  10.2.0.0/16\n  reading: signed_in\n"), ERR_OK);
	assert_string_equal(p->config->web_hosts, "a.test [::1]");
	assert_string_equal(p->config->web_proxies, "10.0.0.1 10.2.0.0/16");
	assert_true(p->config->web_signed_in);
	assert_int_equal(load(p, "web:\n  hosts: [a.test, [b]]\n"), ERR_INVALID);
	assert_int_equal(load(p, "web:\n  hosts: http://a.test\n"), ERR_INVALID);
	assert_int_equal(load(p, "web:\n  trusted_proxies: [10.0.0.0/33]\n"), ERR_INVALID);
	assert_int_equal(load(p, "web:\n  frame_ancestors: \"https://a.test;\"\n"), ERR_INVALID);
	assert_int_equal(load(p, "web:\n  reading: [open]\n"), ERR_INVALID);
}

static void beyond_this_machine_a_name_is_needed(void **state)
{
	struct place *p = *state;

	assert_int_equal(load(p, "listen:\n  http: 0.0.0.0:8080\n"), ERR_INVALID);
	assert_int_equal(p->diags.errors, 1);
	assert_int_equal(load(p, "listen:\n  http: '[::]:8080'\n"), ERR_INVALID);
	assert_int_equal(load(p, "listen:\n  http: 0.0.0.0:8080\nweb:\n  hosts: a.test\n"), ERR_OK);
	assert_int_equal(load(p, "listen:\n  http: '[::1]:8080'\n"), ERR_OK);
	assert_int_equal(load(p, "listen:\n  http: off\n"), ERR_OK);
}

static void every_key_is_read(void **state)
{
	struct place *p = *state;
	const struct config *c;
	char wanted[128];

	assert_int_equal(
		load(p, "store: data/store\ncatalogue: /c.yaml\nruntime: run\nkey_file: k\n"
			"listen:\n  ingest: tcp://0.0.0.0:*\n  enrol: tcp://[::1]:0\n"
			"  query: tcp://127.0.0.1:1\n  feed: tcp://127.0.0.1:2\n  http: off\n"
			"control:\n  path: s\n  group: office\n"
			"clock:\n  mode: manual\n  start: 1970-01-01T08:00:01+08:00\n"
			"limits:\n  peers: 7\n  credit: 1 MiB\n  group: 300KiB\n"
			"  queue: 1048576\n  map: 1 GiB\n  http_clients: 8\n  stream_clients: 0\n"
			"log:\n  level: debug\n"),
		ERR_OK);
	c = p->config;
	snprintf(wanted, sizeof(wanted), "%s/data/store", p->folder);
	assert_string_equal(c->store, wanted);
	snprintf(wanted, sizeof(wanted), "%s/s", p->folder);
	assert_string_equal(c->control, wanted);
	assert_string_equal(c->catalogue, "/c.yaml");
	assert_string_equal(c->control_group, "office");
	assert_string_equal(c->enrol, "tcp://[::1]:0");
	assert_string_equal(c->http, "off");
	assert_true(c->clock_manual);
	assert_int_equal(c->clock_start_ms, 1000);
	assert_int_equal(c->peers, 7);
	assert_int_equal(c->credit_bytes, 1 << 20);
	assert_int_equal(c->group_bytes, 300 << 10);
	assert_int_equal(c->queue_bytes, 1 << 20);
	assert_int_equal(c->map_bytes, 1 << 30);
	assert_int_equal(c->http_clients, 8);
	assert_int_equal(c->stream_clients, 0);
	assert_int_equal(c->log_level, LOG_DEBUG);
}

static void every_fault_has_its_place(void **state)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *says;
	} cases[] = {
		{ "stroe: x\n", 1, 1, "stroe" },
		{ "listen:\n  ingest: tcp://127.0.0.1\n", 2, 11, "listen.ingest" },
		{ "listen:\n  ingest: 127.0.0.1:80\n", 2, 11, "listen.ingest" },
		{ "listen:\n  feed: tcp://127.0.0.1:65536\n", 2, 9, "listen.feed" },
		{ "listen:\n  feed: tcp://127.0.0.1:80x\n", 2, 9, "listen.feed" },
		{ "listen:\n  http: 8080\n", 2, 9, "listen.http" },
		{ "listen:\n  https: 8080\n", 2, 3, "https" },
		{ "listen: 3\n", 1, 9, "listen" },
		{ "listen:\n  ingest: tcp://1.1.1.1:9\n  feed: tcp://1.1.1.1:9\n", 3, 9,
		  "listen.ingest" },
		{ "limits:\n  peers: many\n", 2, 10, "\"many\"" },
		{ "limits:\n  peers: \"３\"\n", 2, 10, "limits.peers" },
		{ "limits:\n  peers: 0\n", 2, 10, "1 .. 100000" },
		{ "limits:\n  peers: 3.0\n", 2, 10, "3.0" },
		{ "limits:\n  group: 4 MB\n", 2, 10, "4 MB" },
		{ "limits:\n  group: 99999999999999 GiB\n", 2, 10, "limits.group" },
		{ "limits:\n  group: [1]\n", 2, 10, "group" },
		{ "clock:\n  mode: slow\n", 2, 9, "manual" },
		{ "clock:\n  start: 2022-01-01\n", 2, 10, "2022-01-01" },
		{ "log:\n  level: loud\n", 2, 10, "debug" },
		{ "store: a\nstore: b\n", 2, 1, "store" },
		{ "store: [\n", 0, 0, "" },
	};
	struct place *p = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct diag *d;
		char both[600];

		assert_int_equal(load(p, cases[i].text), ERR_INVALID);
		assert_null(p->config);
		assert_int_equal(p->diags.errors, 1);
		d = &p->diags.items[0];
		if (cases[i].line > 0) {
			assert_int_equal(d->line, cases[i].line);
			assert_int_equal(d->column, cases[i].column);
		}
		snprintf(both, sizeof(both), "%s %s", d->text[LANG_EN],
			 d->hint[LANG_EN] ? d->hint[LANG_EN] : "");
		assert_non_null(strstr(both, cases[i].says));
		assert_true(d->text[LANG_ZH] && d->text[LANG_ZH][0]);
	}
}

static void all_faults_at_once(void **state)
{
	struct place *p = *state;

	assert_int_equal(load(p, "a: 1\nlog:\n  level: x\nlimits:\n  peers: -1\n"), ERR_INVALID);
	assert_int_equal(p->diags.errors, 3);
}

static void nothing_said_is_allowed(void **state)
{
	struct place *p = *state;

	assert_int_equal(load(p, "listen:\n  # all defaults\nlog:\n  level: warn\n"), ERR_OK);
	assert_int_equal(p->config->log_level, LOG_WARN);
	config_free(p->config);
	p->config = NULL;
	assert_int_equal(config_load("/nonexistent/minshengd.yaml", &p->diags, &p->config),
			 ERR_INVALID);
	assert_null(p->config);
}

/* What --print-config shows is a file that loads and says the defaults. */
static void the_reference_loads(void **state)
{
	struct place *p = *state;
	struct config *standard = NULL;

	for (int lang = LANG_ZH; lang <= LANG_EN; lang++) {
		char *text = NULL;
		size_t size = 0;
		FILE *f = open_memstream(&text, &size);

		assert_non_null(f);
		config_reference((enum lang)lang, f);
		fclose(f);
		assert_int_equal(load(p, text), ERR_OK);
		free(text);
		assert_int_equal(config_load(NULL, &p->diags, &standard), ERR_OK);
		assert_string_equal(p->config->feed, standard->feed);
		assert_int_equal(p->config->map_bytes, standard->map_bytes);
		assert_int_equal(p->config->clock_start_ms, standard->clock_start_ms);
		assert_string_equal(p->config->store, standard->store);
		config_free(standard);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(defaults_run, setup, teardown),
		cmocka_unit_test_setup_teardown(words_are_a_list_or_a_line, setup, teardown),
		cmocka_unit_test_setup_teardown(beyond_this_machine_a_name_is_needed, setup, teardown),
		cmocka_unit_test_setup_teardown(every_key_is_read, setup, teardown),
		cmocka_unit_test_setup_teardown(every_fault_has_its_place, setup, teardown),
		cmocka_unit_test_setup_teardown(all_faults_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_said_is_allowed, setup, teardown),
		cmocka_unit_test_setup_teardown(the_reference_loads, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
