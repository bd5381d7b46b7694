/* SPDX-License-Identifier: MIT */
/* The page and its parts. */
#include "daemon/api_private.h"
#include "daemon/web.h"

#include <stdio.h>

static void answer(struct api_call *call, const char *path)
{
	if (!web_answer(call->x, call->api->daemon->config->web_root,
			call->api->access->policy, path))
		api_fail(call, API_NO_SUCH_PATH, NULL, path);
}

void api_page(struct api_call *call)
{
	answer(call, "index.html");
}

void api_page_icon(struct api_call *call)
{
	answer(call, "icon.svg");
}

void api_page_asset(struct api_call *call)
{
	char path[256];

	snprintf(path, sizeof(path), "assets/%s", http_segment(*call->x, 0));
	answer(call, path);
}
