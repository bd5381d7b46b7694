/* SPDX-License-Identifier: MIT */
/* The refs of ADD rows, unique for a reporter over all its epochs: what each of them said, so that
 * it is told from a repeat and can be taken back. */
#ifndef ADMISSION_REFS_H
#define ADMISSION_REFS_H

#include "aggregator/progress/cells.h"

/* Numbers are stored. */
enum refs_state {
	REFS_STANDS = 1,    /* folded in */
	REFS_HELD = 2,      /* waits for the office */
	REFS_WITHDRAWN = 3, /* taken back by a RETRACT */
	REFS_REFUSED = 4    /* the office rejected it */
};

struct refs_record {
	enum refs_state state;
	struct cell_key cell;
	int32_t as_of;
	int64_t value;
	uint64_t position; /* at which it was folded, or arrived where it was not */
	uint32_t row;
};

/* ERR_NOTFOUND: never said. */
enum err refs_read(struct store_txn *t, uint16_t reporter, struct bytes ref,
		   struct refs_record *out);
enum err refs_write(struct store_txn *t, uint16_t reporter, struct bytes ref,
		    const struct refs_record *record);

#endif
