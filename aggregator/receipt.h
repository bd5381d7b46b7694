/* SPDX-License-Identifier: MIT */
/* Receipts, made from an entry and what was decided about it: the same today and in a year. */
#ifndef AGGREGATOR_RECEIPT_H
#define AGGREGATOR_RECEIPT_H

#include "aggregator/ledger/decision.h"
#include "aggregator/ledger/entry.h"
#include "base/arena.h"
#include "proto/message.h"

/* Exceptions live in the arena; the first row of each code carries a text in both languages. */
enum err receipt_of(const struct entry *entry, const struct decision *d, struct arena *arena,
		    struct message_receipt *out);

#endif
