/* SPDX-License-Identifier: MIT */
/* The built page as part of the program: the build writes web_files.inc, a macro line a file with
 * its sizes. */
#include "daemon/web.h"

#define BLOB(symbol, file) \
	__asm__(".section .rodata\n" symbol ":\n.incbin \"" file "\"\n.previous\n");

#define WEB_FILE(n, path, file, size, packed_size) \
	BLOB("web_plain_" #n, file) \
	BLOB("web_packed_" #n, file ".gz") \
	extern const uint8_t web_plain_##n[], web_packed_##n[];
#include "web_files.inc"
#undef WEB_FILE

const struct web_file web_files[] = {
#define WEB_FILE(n, path, file, size, packed_size) \
	{ path, { web_plain_##n, size }, { web_packed_##n, packed_size } },
#include "web_files.inc"
#undef WEB_FILE
};
const size_t web_file_count = sizeof(web_files) / sizeof(web_files[0]);
