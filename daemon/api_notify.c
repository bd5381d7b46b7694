/* SPDX-License-Identifier: MIT */
/* The channels to the outside: what they do, a test, another try. */
#include "daemon/api_private.h"

#include <jansson.h>
#include <string.h>

#include "daemon/notify.h"

typedef void told_fn(struct notify *n, struct buf *out);

static void put_list(struct api_call *call, const char *key, told_fn *tell)
{
	struct buf list = { 0 };

	tell(call->api->daemon->notify, &list);
	if (!api_failed(call, buf_error(&list)))
		jwrite_raw(&call->json, key, buf_bytes(&list));
	buf_free(&list);
}

void api_notify(struct api_call *call)
{
	if (!api_caller_may(call, "notify"))
		return;
	put_list(call, "channels", notify_channels);
}

void api_notify_log(struct api_call *call)
{
	if (!api_caller_may(call, "notify"))
		return;
	put_list(call, "tries", notify_log);
}

/* The member "channel" of the body; optional: "" where it is absent. */
static bool read_channel(struct api_call *call, bool optional, char out[64])
{
	struct bytes text = http_body(*call->x);
	json_t *body = text.len ? json_loadb((const char *)text.data, text.len, 0, NULL) : NULL;
	json_t *channel = json_object_get(body, "channel");
	bool fine = json_is_object(body) && (json_is_string(channel) || (optional && !channel));

	if (!fine)
		api_fail(call, API_BAD_JSON, "channel", NULL);
	else
		snprintf(out, 64, "%s", channel ? json_string_value(channel) : "");
	json_decref(body);
	return fine;
}

void api_notify_test(struct api_call *call)
{
	char channel[64];
	uint64_t number;

	if (!api_caller_may(call, "notify") || !read_channel(call, false, channel))
		return;
	if (notify_test(call->api->daemon->notify, channel, &number) != ERR_OK) {
		api_fail(call, API_NO_SUCH_CHANNEL, "channel", channel);
		return;
	}
	jwrite_string(&call->json, "channel", channel);
	jwrite_uint(&call->json, "number", number);
}

void api_notify_retry(struct api_call *call)
{
	char channel[64];

	if (!api_caller_may(call, "notify") || !read_channel(call, true, channel))
		return;
	if (notify_retry(call->api->daemon->notify, channel) != ERR_OK) {
		api_fail(call, API_NO_SUCH_CHANNEL, "channel", channel);
		return;
	}
	jwrite_string(&call->json, "channel", channel[0] ? channel : NULL);
}
