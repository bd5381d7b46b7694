/* SPDX-License-Identifier: MIT */
/* A row that passed every check that needs no catalogue, and its stored form in the outbox. */
#ifndef COLLECTORS_ROW_H
#define COLLECTORS_ROW_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/reader.h"
#include "collectors/minsheng.h"

/* Texts are borrowed; an empty one was not said. value and denominator count units of
 * 10^-decimals, the decimals as they were written. */
struct row {
	struct bytes target, unit, stage, ref, withdraw, reason, note, evidence, object;
	int64_t value;
	int64_t denominator;
	int64_t observed_ms;
	int32_t as_of;
	uint32_t revision;
	uint8_t kind; /* enum event_kind */
	uint8_t decimals;
};

#define ROW_OBJECTS_MAX 16384 /* bytes of all object ids of a row, with what stands between them */

/* The next id of a list as people write it, with ; or ； or 、 between them and blanks around
 * them. False: there is none. rest goes on behind it. */
bool row_next_object(struct bytes *rest, struct bytes *id);
size_t row_count_objects(struct bytes list);

/* Checks from; *out borrows its texts. ERR_INVALID: *fault (all but its row number) says why. */
enum err row_check(const struct minsheng_row *from, struct row *out, struct minsheng_fault *fault);

/* Appends the stored form. */
void row_encode(const struct row *r, struct buf *out);
/* Reads one; texts point into the reader's bytes. A damaged form fails the reader. */
void row_decode(struct reader *from, struct row *out);
/* An upper bound of the bytes that the row takes in a batch, dictionaries not counted. */
size_t row_wire_bytes(const struct row *r);

#endif
