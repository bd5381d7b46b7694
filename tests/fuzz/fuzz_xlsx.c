/* SPDX-License-Identifier: MIT */
/* Any bytes as the sheet of a workbook: behind the zip file, where the fuzzer would not get by itself. */
#include "tests/fuzz/fuzz_input.h"
#include "tests/unit/collectors/workbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf file = { 0 };

	workbook_of(&file, bytes_of(data, size), "<sst><si><t>canteens</t></si><si><t>2022-06-30</t></si></sst>",
		    size & 1);
	fuzz_input(input_read_xlsx, file.data, file.len);
	buf_free(&file);
	return 0;
}
