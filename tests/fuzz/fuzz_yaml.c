/* SPDX-License-Identifier: MIT */
/* Any bytes as YAML: a tree that can be walked in bounded time, or faults that can be printed. */
#include <stdio.h>
#include <stdlib.h>

#include "base/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t walk(const struct yaml_node *node)
{
	size_t nodes = 1;

	if (node->line == 0 || node->column == 0)
		abort();
	if (node->kind == YAML_SCALAR && node->text.data[node->text.len] != '\0')
		abort();
	for (size_t i = 0; i < node->count; i++) {
		if (node->kind == YAML_MAP && node->keys[i]->kind != YAML_SCALAR)
			abort();
		nodes += walk(node->values[i]);
	}
	return nodes;
}

static void print_faults(const struct diag_list *diags)
{
	char *text = NULL;
	size_t len;
	FILE *to = open_memstream(&text, &len);

	if (to) {
		diag_print(diags, LANG_ZH, to);
		fclose(to);
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag_list diags = { 0 };
	struct yaml_doc *doc = NULL;
	enum err e = yaml_load_text("input", bytes_of(data, size), &diags, &doc);

	if ((e == ERR_OK) != (diags.errors == 0) || (e == ERR_OK) != (doc != NULL))
		abort();
	if (doc && walk(yaml_root(doc)) > 1000000)
		abort();
	print_faults(&diags);
	yaml_close(doc);
	diag_free(&diags);
	return 0;
}
