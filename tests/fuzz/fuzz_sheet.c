/* SPDX-License-Identifier: MIT */
/* Any bytes as a file that somebody hands in. */
#include "collectors/sheet.h"
#include "tests/fuzz/fuzz_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum err read_kept(struct input *in, struct bytes file)
{
	struct sheet kept = { 0 };
	enum err e;

	in->sheet = &kept;
	in->rows_max = 1000;
	e = input_read_sheet(in, file);
	for (size_t i = 0; i < kept.count; i++)
		for (unsigned c = 0; c < kept.rows[i].count; c++)
			if (!kept.rows[i].cells[c].text)
				abort();
	sheet_free(&kept);
	return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_input(read_kept, data, size);
	return 0;
}
