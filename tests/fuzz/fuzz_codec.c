/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "proto/codec.h"
#include "proto/envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err decode(struct bytes body, uint32_t rows, struct arena *a, struct event_batch *out)
{
	struct codec_fault fault;
	enum err e = codec_batch_decode(body, rows, a, out, &fault);

	if ((e == ERR_INVALID) != (fault.code != EVENT_CODE_NONE))
		abort();
	return e;
}

/* Of a batch that decodes, every row reads, and what encode makes of it decodes to as much. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new(CODEC_BATCH_BUDGET), *b = arena_new(CODEC_BATCH_BUDGET);
	struct event_batch first, second;
	struct envelope e;
	struct bytes body;
	struct buf again = { 0 };

	if (a && b && envelope_decode(bytes_of(data, size), &e, &body) == ERR_OK &&
	    decode(body, e.rows, a, &first) == ERR_OK) {
		if (codec_batch_encode(&first, &again) ||
		    decode(buf_bytes(&again), e.rows, b, &second))
			abort();
		for (size_t r = 0; r < first.rows; r++) {
			if (first.value.data[r * first.value.stride] !=
				    second.value.data[r * second.value.stride] ||
			    first.unit.data[r * first.unit.stride] >= second.unit_count)
				abort();
		}
		if (first.object.count != second.object.count)
			abort();
	}
	buf_free(&again);
	arena_free(a);
	arena_free(b);
	return 0;
}
