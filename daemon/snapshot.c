/* SPDX-License-Identifier: MIT */
#include "daemon/snapshot.h"

#include <stdlib.h>

#include "aggregator/ledger/ledger.h"

#define TRIES 8 /* a catalogue comes once in months */

struct snapshots {
	struct store *store;
	struct catalogue *catalogue;
	uint64_t position; /* of the entry that it was read from; 0: none */
};

enum err snapshots_new(struct store *store, struct snapshots **out)
{
	struct snapshots *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return ERR_NOMEM;
	s->store = store;
	*out = s;
	return ERR_OK;
}

void snapshots_free(struct snapshots *s)
{
	if (s == NULL)
		return;
	catalogue_free(s->catalogue);
	free(s);
}

static enum err read_catalogue(struct snapshots *s, struct store_txn *t, uint64_t position)
{
	struct catalogue *next = NULL;
	struct buf form = { 0 };
	struct entry entry;
	enum err e = ledger_read(t, position, &form, &entry, NULL);

	if (e == ERR_OK)
		e = catalogue_decode(entry.body, &next);
	buf_free(&form);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
	catalogue_free(s->catalogue);
	s->catalogue = next;
	s->position = position;
	return ERR_OK;
}

/* Brings the catalogue up to the newest commit. */
static enum err refresh(struct snapshots *s)
{
	struct ledger_head head;
	struct store_txn *t;
	enum err e = store_begin_read(s->store, &t);

	if (e != ERR_OK)
		return e;
	e = ledger_head_read(t, &head);
	if (e == ERR_OK && head.catalogue == 0)
		e = ERR_NOTFOUND;
	if (e == ERR_OK && head.catalogue != s->position)
		e = read_catalogue(s, t, head.catalogue);
	store_abort(&t);
	return e;
}

/* The catalogue is that of the snapshot where it was the newest before and after. */
static enum err is_current(struct snapshots *s, bool *current)
{
	struct ledger_head head;
	struct store_txn *t;
	enum err e = store_begin_read(s->store, &t);

	if (e != ERR_OK)
		return e;
	e = ledger_head_read(t, &head);
	store_abort(&t);
	*current = e == ERR_OK && head.catalogue == s->position;
	return e;
}

enum err snapshots_open(struct snapshots *s, struct query **out)
{
	for (unsigned i = 0; i < TRIES; i++) {
		bool current = false;
		enum err e = refresh(s);

		if (e == ERR_OK)
			e = query_open(s->store, s->catalogue, out);
		if (e != ERR_OK)
			return e;
		e = is_current(s, &current);
		if (e == ERR_OK && current)
			return ERR_OK;
		query_close(*out);
		*out = NULL;
		if (e != ERR_OK)
			return e;
	}
	return ERR_AGAIN;
}
