/* SPDX-License-Identifier: MIT */
/* The values of a catalogue file: what a scalar means, and which fault it has. Every function gives
 * false after it added a fault, and leaves *out alone then. Private to the loader. */
#ifndef CATALOGUE_VALUE_H
#define CATALOGUE_VALUE_H

#include "aggregator/catalogue/fault.h"

/* A scalar under a key, in a file. */
struct value {
	struct diag_list *diags;
	struct spot at;
	const char *key;
	const char *text;
};

/* Small letters, digits, "-" and ".", a letter or digit first, at most 64. */
bool value_id(const struct value *v);
bool value_text(const struct value *v);
bool value_bool(const struct value *v, bool *out);
bool value_count(const struct value *v, unsigned min, unsigned max, unsigned *out);
bool value_date(const struct value *v, int32_t *out);
bool value_month(const struct value *v, int32_t *last_day);
bool value_offset(const struct value *v, int *minutes);
bool value_choice(const struct value *v, const char *const *names, int *out);
/* An exact decimal. percent: a "%" behind it is allowed. "100处" is a fault that says so. */
bool value_number(const struct value *v, unsigned decimals, bool percent, int64_t *out);
/* 0 to 100, with or without "%"; in ppm. */
bool value_percent(const struct value *v, int64_t *ppm);

/* The candidate that a person may have meant: at most two letters (a third of a long word) away.
 * NULL: none. next gives the candidates one after another, then NULL. */
const char *value_nearest(const char *word, const char *(*next)(void *ctx), void *ctx);

#endif
