/* SPDX-License-Identifier: MIT */
/* The two languages in which users are spoken to. Texts stand in tables, never in code. */
#ifndef BASE_LANG_H
#define BASE_LANG_H

enum lang { LANG_ZH, LANG_EN };

struct lang_text {
	const char *zh;
	const char *en;
};

/* The first that is set of MINSHENG_LANG ("zh" or "en"), LC_ALL, LC_MESSAGES and LANG decides.
 * Chinese where nothing names a language ("C" does not); English for any language but Chinese. */
enum lang lang_from_environment(void);
static inline const char *lang_pick(struct lang_text t, enum lang l)
{
	return l == LANG_ZH ? t.zh : t.en;
}

#endif
