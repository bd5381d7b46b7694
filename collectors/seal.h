/* SPDX-License-Identifier: MIT */
/* Rows become the body of a batch: dictionaries, columns, and figures at the decimals of the
 * catalogue. */
#ifndef COLLECTORS_SEAL_H
#define COLLECTORS_SEAL_H

#include "collectors/row.h"
#include "collectors/slice.h"

struct seal_terms {
	const struct slice *slice; /* NULL: not known; figures go as they were written */
	struct bytes reporter;     /* the unit that the key speaks for */
	uint32_t batch_rows;       /* at most so many rows, */
	uint32_t batch_bytes;      /* and header and body so many bytes */
};

/* Makes a batch of as many rows from the front as fit, at least one: *taken. Appends the body.
 * A measure that the slice does not know, or a figure with more decimals than the catalogue has,
 * goes as it was written, so that the daemon gives its verdict on it. */
enum err seal_rows(const struct seal_terms *terms, const struct row *rows, size_t count,
		   size_t *taken, struct buf *body);

#endif
