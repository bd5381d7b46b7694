/* SPDX-License-Identifier: MIT */
#include "aggregator/ledger/ledger.h"
#include "aggregator/query/query_private.h"

#include <string.h>

enum err query_ledger(struct query *q, uint64_t from, size_t enough, struct buf *out,
		      uint64_t *next)
{
	struct buf form = { 0 };
	struct entry entry;
	enum err e = ERR_OK;

	*next = from ? from : 1;
	while (e == ERR_OK && *next <= q->head.position && out->len < enough) {
		if ((e = ledger_read(q->txn, *next, &form, &entry, NULL)) != ERR_OK)
			break;
		buf_put_u32(out, (uint32_t)form.len);
		buf_put(out, buf_bytes(&form));
		e = buf_error(out);
		++*next;
	}
	buf_free(&form);
	return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
}

enum err query_chain(struct query *q, uint64_t position, uint8_t chain[CRYPTO_HASH_LEN])
{
	struct buf form = { 0 };
	struct entry entry;
	enum err e = ERR_OK;

	memset(chain, 0, CRYPTO_HASH_LEN);
	if (position > 0)
		e = ledger_read(q->txn, position, &form, &entry, chain);
	buf_free(&form);
	return e;
}
