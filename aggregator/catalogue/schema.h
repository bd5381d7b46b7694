/* SPDX-License-Identifier: MIT */
/* Reads YAML maps into structs by tables: a table names every key with type, range, default, place
 * in the struct and meaning, and so drives reading, the check for unknown keys, and the manual.
 * Private to the loader. */
#ifndef CATALOGUE_SCHEMA_H
#define CATALOGUE_SCHEMA_H

#include <stdio.h>

#include "aggregator/catalogue/fault.h"
#include "base/arena.h"

/* What a key holds, and the member that it fills. A faulty or absent optional value leaves the
 * member at what is named last. */
enum schema_type {
	SCHEMA_ID,	/* const char *; "" */
	SCHEMA_TEXT,	/* const char *; "" */
	SCHEMA_NAME,	/* struct lang_text; both "" */
	SCHEMA_BOOL,	/* bool; false */
	SCHEMA_COUNT,	/* unsigned, min..max; 0 */
	SCHEMA_DATE,	/* int32_t; DATE_NONE */
	SCHEMA_MONTH,	/* int32_t, the month's last day; DATE_NONE */
	SCHEMA_OFFSET,	/* int, minutes east of UTC; 0 */
	SCHEMA_CHOICE,	/* int, index into names; 0 */
	SCHEMA_PERCENT, /* int64_t, ppm, 0..100 %; 0 */
	SCHEMA_POINTS,	/* int64_t, hundredths of a percentage point; 0 */
	SCHEMA_NUMBER,	/* const struct yaml_node *, a scalar; NULL: read later */
	SCHEMA_REF,	/* const struct yaml_node *, a scalar that names something; NULL */
	SCHEMA_REFS,	/* const struct yaml_node *, a list of such scalars; NULL */
	SCHEMA_ANY,	/* const struct yaml_node *, looked into later; NULL */
	SCHEMA_PAIRS,	/* const struct yaml_node *, a map; NULL */
	SCHEMA_RECORD,	/* pointer to a struct of the section below; NULL */
	SCHEMA_RECORDS	/* struct schema_list of such structs; empty */
};

struct schema_section;
struct schema_field {
	const char *key;
	enum schema_type type;
	bool required;
	unsigned min, max;
	const char *fallback; /* read as if it had been written; NULL: none */
	size_t offset;
	const char *const *names; /* SCHEMA_CHOICE: up to a NULL */
	const struct schema_section *below;
	struct lang_text help;
};

/* The struct of a section begins with a struct spot: its own map. */
struct schema_section {
	const char *name;
	size_t size;
	const struct schema_field *fields;
	size_t count;
	struct lang_text help;
};

struct schema_list {
	void *items;
	size_t count;
};

struct schema_reader {
	struct arena *arena; /* what is read lives here */
	struct diag_list *diags;
	bool no_memory; /* sticky */
};

/* Fills the struct from a map; every fault is added to diags, and reading goes on. */
void schema_read(struct schema_reader *r, const struct schema_section *s, struct spot at,
		 void *record);

/* The node of a key of a record, or the record itself where the key is not written. */
struct spot schema_spot(struct spot record, const char *key);
static inline const char *schema_text(const struct yaml_node *scalar)
{
	return (const char *)scalar->text.data;
}

/* Markdown: a table for each of these sections and for all below them, each once. */
void schema_print(const struct schema_section *const *roots, size_t count, enum lang lang,
		  FILE *to);

#endif
