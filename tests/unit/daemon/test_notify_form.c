/* SPDX-License-Identifier: MIT */
/* What a receiver checks is made by the machine's clock, even while the ledger's time is ahead of it:
 * that was set back, and receivers refuse signatures of another hour. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "daemon/notify_form.h"

#define CLOCK_MS INT64_C(1656982800000)
#define LEDGER_MS (CLOCK_MS + 3600000)

static struct catalogue town = { .id = "town", .offset_minutes = 480 };

static void make(enum config_channel_kind kind, const char *secret_text,
		 struct notify_request *out)
{
	char name[] = "c", url[] = "https://example.com/", none[] = "";
	struct config_channel config = { .name = name, .url = url, .proxy = none,
					 .ca_file = none, .user = none, .prefix = none,
					 .type = kind };
	struct buf secret = { 0 };
	struct notify_view v = { .c = &town, .config = &config, .secret = &secret,
				 .public_url = "", .store = (const uint8_t *)"incarnation-0001",
				 .now_ms = LEDGER_MS, .signed_ms = CLOCK_MS };

	buf_put_string(&secret, secret_text);
	v.arena = arena_new(1 << 20);
	assert_non_null(v.arena);
	assert_int_equal(notify_form_test(&v, out), ERR_OK);
	assert_int_equal(notify_request_error(out), ERR_OK);
	arena_free(v.arena);
	buf_free(&secret);
}

static void a_webhook(void **state)
{
	struct notify_request r = { 0 };
	bool found = false;

	(void)state;
	make(CONFIG_WEBHOOK, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &r);
	for (size_t i = 0; i < r.header_count; i++)
		found |= strcmp(buf_cstring(&r.headers[i]), "webhook-timestamp: 1656982800") == 0;
	assert_true(found);
	notify_request_free(&r);
}

static void bots(void **state)
{
	struct notify_request r = { 0 };

	(void)state;
	make(CONFIG_DINGTALK, "token\nSECkey\n", &r);
	assert_non_null(strstr(buf_cstring(&r.url), "&timestamp=1656982800000&sign="));
	notify_request_free(&r);
	make(CONFIG_FEISHU, "token\nkey\n", &r);
	assert_non_null(strstr(buf_cstring(&r.body), "\"timestamp\":\"1656982800\""));
	notify_request_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_webhook),
		cmocka_unit_test(bots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
