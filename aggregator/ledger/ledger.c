/* SPDX-License-Identifier: MIT */
#include "aggregator/ledger/ledger.h"

#include "aggregator/ledger/keys.h"
#include "base/reader.h"

/* Value of the first piece: chain 32, length of the form u32, bytes; of the others: bytes. */
#define PIECE 1900
#define LEAD (CRYPTO_HASH_LEN + 4)
#define PIECES_MAX 4096
#define HEAD_LEN (5 * 8 + CRYPTO_HASH_LEN)

static struct bytes head_key(void)
{
	return bytes_of_string("head");
}

enum err ledger_head_read(struct store_txn *t, struct ledger_head *out)
{
	struct bytes value;
	struct reader r;
	enum err e = store_get(t, STORE_META, head_key(), &value);

	*out = (struct ledger_head){ 0 };
	if (e == ERR_NOTFOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	r = reader_of(value);
	out->position = reader_u64(&r);
	out->time_ms = (int64_t)reader_u64(&r);
	out->rows = reader_u64(&r);
	out->alert_number = reader_u64(&r);
	out->catalogue = reader_u64(&r);
	if (value.len != HEAD_LEN)
		return ERR_CORRUPT;
	memcpy(out->chain, value.data + HEAD_LEN - CRYPTO_HASH_LEN, CRYPTO_HASH_LEN);
	return ERR_OK;
}

enum err ledger_head_write(struct store_txn *t, const struct ledger_head *head)
{
	uint8_t value[HEAD_LEN];

	bytes_store64(value, head->position);
	bytes_store64(value + 8, (uint64_t)head->time_ms);
	bytes_store64(value + 16, head->rows);
	bytes_store64(value + 24, head->alert_number);
	bytes_store64(value + 32, head->catalogue);
	memcpy(value + 40, head->chain, CRYPTO_HASH_LEN);
	return store_put(t, STORE_META, head_key(), bytes_of(value, sizeof(value)));
}

static enum err append_first(struct store_txn *t, uint64_t position, struct bytes form,
			     const uint8_t chain[CRYPTO_HASH_LEN], size_t *taken)
{
	uint8_t value[PIECE];
	size_t n = form.len < PIECE - LEAD ? form.len : PIECE - LEAD;
	struct keys key;

	memcpy(value, chain, CRYPTO_HASH_LEN);
	bytes_store32(value + CRYPTO_HASH_LEN, (uint32_t)form.len);
	memcpy(value + LEAD, form.data, n);
	*taken = n;
	keys_ledger(&key, position, 0);
	return store_append(t, STORE_LEDGER, keys_bytes(&key), bytes_of(value, LEAD + n));
}

static enum err append_form(struct store_txn *t, uint64_t position, struct bytes form,
			    const uint8_t chain[CRYPTO_HASH_LEN])
{
	struct keys key;
	size_t at;
	uint16_t chunk = 1;
	enum err e;

	if (form.len > (size_t)PIECE * PIECES_MAX)
		return ERR_RANGE;
	for (e = append_first(t, position, form, chain, &at); e == ERR_OK && at < form.len;
	     at += PIECE) {
		size_t n = form.len - at < PIECE ? form.len - at : PIECE;

		keys_ledger(&key, position, chunk++);
		e = store_append(t, STORE_LEDGER, keys_bytes(&key), bytes_of(form.data + at, n));
	}
	return e;
}

enum err ledger_append(struct store_txn *t, const struct entry *entry, struct ledger_head *head,
		       struct buf *scratch)
{
	uint8_t chain[CRYPTO_HASH_LEN];
	enum err e;

	if (entry->position != head->position + 1 || entry->time_ms < head->time_ms)
		return ERR_STATE;
	buf_clear(scratch);
	if ((e = entry_encode(entry, scratch)) != ERR_OK)
		return e;
	entry_chain(head->chain, buf_bytes(scratch), chain);
	if ((e = append_form(t, entry->position, buf_bytes(scratch), chain)) != ERR_OK)
		return e;
	memcpy(head->chain, chain, sizeof(chain));
	head->position = entry->position;
	head->time_ms = entry->time_ms;
	head->rows += entry->rows;
	return ERR_OK;
}

/* The lead of the first piece; *piece is what follows it. */
static enum err read_first(struct store_txn *t, uint64_t position, struct bytes *piece,
			   uint32_t *length, uint8_t chain[CRYPTO_HASH_LEN])
{
	struct keys key;
	struct bytes value;
	enum err e;

	keys_ledger(&key, position, 0);
	if ((e = store_get(t, STORE_LEDGER, keys_bytes(&key), &value)) != ERR_OK)
		return e;
	if (value.len < LEAD)
		return ERR_CORRUPT;
	*length = bytes_load32(value.data + CRYPTO_HASH_LEN);
	if (chain)
		memcpy(chain, value.data, CRYPTO_HASH_LEN);
	*piece = bytes_of(value.data + LEAD, value.len - LEAD);
	return *length > (size_t)PIECE * PIECES_MAX ? ERR_CORRUPT : ERR_OK;
}

enum err ledger_read(struct store_txn *t, uint64_t position, struct buf *form, struct entry *out,
		     uint8_t chain[CRYPTO_HASH_LEN])
{
	struct bytes piece;
	struct keys key;
	uint32_t length;
	uint16_t chunk = 1;
	enum err e = read_first(t, position, &piece, &length, chain);

	buf_clear(form);
	while (e == ERR_OK) {
		buf_put(form, piece);
		if (form->failed || form->len >= length)
			break;
		keys_ledger(&key, position, chunk++);
		e = store_get(t, STORE_LEDGER, keys_bytes(&key), &piece);
		if (e == ERR_NOTFOUND || (e == ERR_OK && piece.len == 0))
			e = ERR_CORRUPT;
	}
	if (e == ERR_OK)
		e = buf_error(form);
	if (e == ERR_OK)
		e = form->len == length ? entry_decode(buf_bytes(form), out) : ERR_CORRUPT;
	return e == ERR_OK && out->position != position ? ERR_CORRUPT : e;
}

enum err ledger_peek(struct store_txn *t, uint64_t position, struct entry *out)
{
	struct bytes piece;
	uint32_t length;
	enum err e = read_first(t, position, &piece, &length, NULL);

	return e == ERR_OK ? entry_decode_head(piece, out) : e;
}
