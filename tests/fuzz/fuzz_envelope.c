/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "proto/envelope.h"
#include "proto/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What decodes encodes to the same bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t again[LIMITS_HEADER];
	struct envelope e;
	struct bytes body;
	enum err err = envelope_decode(bytes_of(data, size), &e, &body);

	if (err == ERR_INVALID)
		return 0;
	envelope_encode(&e, again);
	if (memcmp(again, data, sizeof(again)) != 0 || body.len != size - sizeof(again))
		abort();
	return 0;
}
