/* SPDX-License-Identifier: MIT */
/* Bodies of batches to and from protobuf. Hot: no allocation outside the arena, no copy of
 * columns. */
#ifndef PROTO_CODEC_H
#define PROTO_CODEC_H

#include "base/arena.h"
#include "base/buf.h"
#include "proto/event.h"

/* Enough of a budget for any body within limits.h, and what a hostile one can cost at most. */
#define CODEC_BATCH_BUDGET ((size_t)16 << 20)

/* What is wrong with a body, as far as the whole batch goes. */
struct codec_fault {
	enum event_code code; /* EVENT_BAD_BODY, _BAD_COLUMN, _BAD_TEXT or _BAD_INDEX */
	const char *what;     /* static English text: which column, which bound */
};

/* Decodes the body of a batch that its header says has so many rows. All of *out lives in the
 * arena (whose budget bounds it) or in body, so both must outlive it. Every column is checked:
 * length 0, 1 or rows; dictionary indexes in range; sparse rows rising and below rows; texts
 * UTF-8 without NUL and within limits.h. ERR_INVALID: *fault says why; ERR_NOMEM: budget. */
enum err codec_batch_decode(struct bytes body, uint32_t rows, struct arena *arena,
			    struct event_batch *out, struct codec_fault *fault);

/* Appends the body. A column that holds the same value in all rows becomes that single value, or
 * nothing where it is 0. Judges nothing: texts and indexes are as good as the caller made them. */
enum err codec_batch_encode(const struct event_batch *batch, struct buf *out);

#endif
