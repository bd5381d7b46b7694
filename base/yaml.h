/* SPDX-License-Identifier: MIT */
/* YAML as a read-only tree in which every node knows its line and column, by libyaml's document
 * API. Scalars stay text: what a number is, the reader of the tree decides. */
#ifndef BASE_YAML_H
#define BASE_YAML_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/diag.h"
#include "base/err.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

/* Owned by the document. Numbers of line and column from 1. */
struct yaml_node {
	enum yaml_kind kind;
	unsigned line;
	unsigned column;
	struct bytes text;		 /* scalar; NUL-terminated too */
	bool plain;			 /* scalar without quotes */
	size_t count;			 /* list or map: number of entries */
	const struct yaml_node **keys;	 /* map: all scalars */
	const struct yaml_node **values; /* map values or list items */
};

struct yaml_doc;

/* Reads a file or a text; syntax errors, duplicate keys, non-scalar keys, aliases that nest too
 * deep, a file that can't be read and more than one document are added to diags, each with its
 * place. ERR_INVALID then. Maps and lists nest 64 levels deep at most. */
enum err yaml_load_file(const char *path, struct diag_list *diags, struct yaml_doc **out);
enum err yaml_load_text(const char *name, struct bytes text, struct diag_list *diags,
			struct yaml_doc **out);
void yaml_close(struct yaml_doc *doc); /* accepts NULL */
const struct yaml_node *yaml_root(const struct yaml_doc *doc);
const char *yaml_name(const struct yaml_doc *doc); /* the path or name, for diags */
/* NULL where the map has no such key, or the node is no map or NULL. */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);

#endif
