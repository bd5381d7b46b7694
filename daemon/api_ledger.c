/* SPDX-License-Identifier: MIT */
/* The ledger's entries, byte for byte, for who takes them to another machine. */
#include "daemon/api_private.h"

#define ENOUGH ((size_t)1 << 20)

void api_ledger(struct api_call *call)
{
	struct buf *body = &call->api->body;
	uint64_t from = 1, next;

	if (!api_number(call, "from", 1, INT64_MAX, &from))
		return;
	buf_clear(body);
	if (!api_failed(call, query_ledger(call->query, from, ENOUGH, body, &next)))
		call->content_type = "application/octet-stream";
}
