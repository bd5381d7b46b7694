/* SPDX-License-Identifier: MIT */
/* Values of the canonical form. One walk over a struct both writes and reads it, so that the two
 * can't differ: each function moves one value in the direction of the struct form. A fault makes the
 * form bad (or says that there is no memory), and what comes after means nothing. Private to this
 * folder. */
#ifndef CATALOGUE_FORM_H
#define CATALOGUE_FORM_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/lang.h"
#include "base/reader.h"

struct form {
	struct buf *out; /* writing; NULL: reading */
	struct reader in;
	struct arena *arena; /* reading */
	unsigned version;    /* of the form */
	bool bad;	     /* reading: something that writing does not give */
	bool no_memory;
};

bool form_is_reading(const struct form *f);

/* At most max. */
void form_unsigned(struct form *f, uint64_t max, uint64_t *v);
void form_small(struct form *f, unsigned max, unsigned *v);
void form_u16(struct form *f, uint16_t *v);
void form_int64(struct form *f, int64_t *v);
void form_int(struct form *f, int *v);
void form_bool(struct form *f, bool *v);
void form_day(struct form *f, int32_t *v);
/* NULL is told from "". */
void form_text(struct form *f, const char **v);
/* A text that may not be missing. */
void form_word(struct form *f, const char **v);
void form_name(struct form *f, struct lang_text *v);
/* The count, and room for the items where they are read. NULL where there is nothing to walk. */
void *form_array(struct form *f, const void *items, size_t *count, size_t size);
void form_numbers(struct form *f, const uint16_t **numbers, size_t *count);
void form_days(struct form *f, const int32_t **days, size_t *count);

#define FORM_ENUM(f, type, last, member)                                                           \
	do {                                                                                       \
		unsigned value_ = (unsigned)(member);                                              \
		form_small((f), (last), &value_);                                                  \
		(member) = (type)value_;                                                           \
	} while (0)

#endif
