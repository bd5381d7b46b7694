/* SPDX-License-Identifier: MIT */
/* The document of the API, as it stands in openapi.json: part of the program, not read at run time. */
#include "daemon/api_private.h"

__asm__(".section .rodata\n"
	".global api_openapi_begin\n"
	".global api_openapi_end\n"
	"api_openapi_begin:\n"
	".incbin \"daemon/openapi.json\"\n"
	"api_openapi_end:\n"
	".byte 0\n"
	".previous\n");
