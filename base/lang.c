/* SPDX-License-Identifier: MIT */
#include "base/lang.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* "C" and "POSIX", with or without a character set, name no language. */
static bool names_language(const char *locale)
{
	size_t n = strcspn(locale, ".");

	return n > 0 && !(n == 1 && locale[0] == 'C') && strncmp(locale, "POSIX", n) != 0;
}

enum lang lang_from_environment(void)
{
	static const char *const names[] = { "MINSHENG_LANG", "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (!value || !*value)
			continue;
		if (!names_language(value))
			break; /* it overrules the ones after it, and says nothing */
		return strncmp(value, "zh", 2) == 0 ? LANG_ZH : LANG_EN;
	}
	return LANG_ZH;
}
