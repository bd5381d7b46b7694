/* SPDX-License-Identifier: MIT */
/* Channels to the outside: what they do, their last tries, a test, another try. */
#include "daemon/ctl/ctl.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define TIMEOUT_MS 30000
#define POLLS 400 /* a quarter of a second apart: longer than a receiver may take, twice */

static json_t *channel_of(const json_t *answer, const char *name)
{
	json_t *each;
	size_t i;

	json_array_foreach(json_object_get(answer, "channels"), i, each)
		if (strcmp(ctl_string(each, "name"), name) == 0)
			return each;
	return NULL;
}

/* --- list ------------------------------------------------------------------------------------- */
static void print_try(const struct ctl *c, const json_t *last)
{
	char at[CTL_TIME];

	if (!json_is_object(last))
		return;
	printf("    %s %s  %lld %s\n", ctl_time(last, "at", at),
	       json_is_true(json_object_get(last, "ok")) ? ctl_pick(c, "成功", "ok") :
							   ctl_pick(c, "失败", "failed"),
	       ctl_number(last, "status"), ctl_word(c, ctl_string(last, "answer")));
}

static void print_items(const struct ctl *c, const json_t *items, const char *word,
			const char *when)
{
	char at[CTL_TIME];
	json_t *each;
	size_t i;

	json_array_foreach(items, i, each)
	{
		printf("    %s #%lld..%lld  ", word, ctl_number(each, "from"), ctl_number(each, "to"));
		ctl_say(c, stdout, "已试 %lld 次，%s  %lld %s\n", "tries: %lld, %s  %lld %s\n",
			ctl_number(each, "tries"), ctl_time(each, when, at),
			ctl_number(each, "status"), ctl_word(c, ctl_string(each, "why")));
	}
}

static void print_channel(const struct ctl *c, const json_t *channel)
{
	const json_t *counts = json_object_get(channel, "counts");
	const char *state = ctl_string(channel, "state");

	printf("%s %s  %s  %s  %s\n", strcmp(state, "ok") == 0 ? "✓" : "✕",
	       ctl_string(channel, "name"), ctl_string(channel, "kind"), ctl_word(c, state),
	       ctl_string(channel, "address"));
	ctl_say(c, stdout, "    已处理到 #%lld，落后 %lld；送达 %lld，失败 %lld，死信 %zu，静默 %lld\n",
		"    up to #%lld, behind %lld; delivered %lld, failed %lld, dead %zu, silenced %lld\n",
		ctl_number(channel, "position"), ctl_number(channel, "behind"),
		ctl_number(counts, "delivered"), ctl_number(counts, "failed"),
		json_array_size(json_object_get(channel, "dead")), ctl_number(counts, "silenced"));
	print_try(c, json_object_get(channel, "last"));
	print_items(c, json_object_get(channel, "waiting"), ctl_pick(c, "待发", "waits"), "due");
	print_items(c, json_object_get(channel, "dead"), ctl_pick(c, "死信", "dead"), "at");
}

int ctl_notify_list(struct ctl *c)
{
	json_t *answer = ctl_get(c, "/api/v1/notify"), *each;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		json_array_foreach(json_object_get(answer, "channels"), i, each)
			print_channel(c, each);
		if (i == 0)
			puts(ctl_pick(c, "没有配置通知通道（minshengd.yaml 的 notify）",
				      "no channels are configured (notify in minshengd.yaml)"));
	}
	json_decref(answer);
	return CTL_OK;
}

/* --- log -------------------------------------------------------------------------------------- */
static void print_log_line(const struct ctl *c, const json_t *line)
{
	char at[CTL_TIME];

	printf("%s  %s  %s  ", ctl_time(line, "at", at), ctl_string(line, "channel"),
	       ctl_word(c, ctl_string(line, "result")));
	if (json_is_true(json_object_get(line, "test")))
		printf("%s  ", ctl_pick(c, "测试", "test"));
	else
		printf("#%lld..%lld  ", ctl_number(line, "from"), ctl_number(line, "to"));
	printf("%lld %s\n", ctl_number(line, "status"), ctl_word(c, ctl_string(line, "answer")));
}

int ctl_notify_log(struct ctl *c)
{
	const char *channel = c->count > 0 ? c->arguments[0] : NULL;
	json_t *answer = ctl_get(c, "/api/v1/notify/log"), *each;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		json_array_foreach(json_object_get(answer, "tries"), i, each)
			if (channel == NULL || strcmp(ctl_string(each, "channel"), channel) == 0)
				print_log_line(c, each);
	json_decref(answer);
	return CTL_OK;
}

/* --- test ------------------------------------------------------------------------------------- */
static void pause_shortly(void)
{
	const struct timespec quarter = { .tv_nsec = 250000000 };

	nanosleep(&quarter, NULL);
}

/* The end of the test with that number, the caller's; NULL: none came, and the user was told. */
static json_t *await_test(struct ctl *c, const char *channel, long long number)
{
	static const struct lang_text late = { "没有等到结果：", "no result came for " };

	for (unsigned i = 0; i < POLLS; i++) {
		json_t *answer = ctl_get(c, "/api/v1/notify");
		json_t *test = json_object_get(channel_of(answer, channel), "test");

		if (answer == NULL)
			return NULL;
		if (json_is_object(test) && ctl_number(test, "number") >= number) {
			json_incref(test);
			json_decref(answer);
			return test;
		}
		json_decref(answer);
		pause_shortly();
	}
	ctl_complain(c, CTL_FAILED, late, channel);
	return NULL;
}

int ctl_notify_test(struct ctl *c)
{
	const char *channel = c->arguments[0];
	json_t *answer = ctl_post(c, "/api/v1/notify/test", json_pack("{s:s}", "channel", channel),
				  TIMEOUT_MS);
	json_t *test = answer ? await_test(c, channel, ctl_number(answer, "number")) : NULL;
	bool ok = json_is_true(json_object_get(test, "ok"));

	if (test != NULL && !ctl_printed(c, test))
		printf("%s %lld %s\n", ok ? ctl_pick(c, "✓ 送达", "✓ delivered") :
					    ctl_pick(c, "✕ 失败", "✕ failed"),
		       ctl_number(test, "status"), ctl_word(c, ctl_string(test, "answer")));
	json_decref(test);
	json_decref(answer);
	return ok ? CTL_OK : CTL_FAILED;
}

/* --- retry ------------------------------------------------------------------------------------ */
int ctl_notify_retry(struct ctl *c)
{
	json_t *body = c->count > 0 ? json_pack("{s:s}", "channel", c->arguments[0]) : json_object();
	json_t *answer = ctl_post(c, "/api/v1/notify/retry", body, TIMEOUT_MS);

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		puts(ctl_pick(c, "死信与待发的消息将立即重试；结果见 minshengctl notify list",
			      "what is dead or waits is tried now; see minshengctl notify list"));
	json_decref(answer);
	return CTL_OK;
}
