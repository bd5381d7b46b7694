/* SPDX-License-Identifier: MIT */
/* Any bytes as a sheet. */
#include "tests/fuzz/fuzz_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_input(input_read_csv, data, size);
	return 0;
}
