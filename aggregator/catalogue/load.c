/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/build.h"
#include "aggregator/catalogue/fields.h"

#define DRAFT_BUDGET ((size_t)512 << 20)
#define INCLUDE_MAX 64

/* A catalogue stays below its folder. */
static bool stays_below(const char *name)
{
	const char *dots = name;

	if (*name == '/')
		return false;
	while ((dots = strstr(dots, "..")) != NULL) {
		if ((dots == name || dots[-1] == '/') && (!dots[2] || dots[2] == '/'))
			return false;
		dots += 2;
	}
	return true;
}

/* The path of a file that another file names. */
static const char *beside(struct build *b, const char *from, const char *name)
{
	const char *slash = strrchr(from, '/');
	size_t folder = slash ? (size_t)(slash - from) + 1 : 0;
	size_t size = folder + strlen(name) + 1;
	char *path = build_alloc(b, size, 1);

	if (!path)
		return "";
	memcpy(path, from, folder);
	memcpy(path + folder, name, size - folder);
	return path;
}

static enum err read_included(struct build *b, struct spot at, struct draft_part *part)
{
	struct diag_list *diags = b->reader.diags;
	const char *name = schema_text(at.node);
	enum err e = ERR_DENIED;

	if (stays_below(name))
		e = yaml_load_file(beside(b, at.file, name), diags, &part->doc);
	if (e == ERR_NOMEM)
		return e;
	if (e) {
		FAULT_ADD(diags, at, FAULT_INCLUDE, name);
		return ERR_OK;
	}
	schema_read(&b->reader, &fields_part,
		    (struct spot){ yaml_name(part->doc), yaml_root(part->doc) }, part);
	b->parts[b->part_count++] = part;
	return ERR_OK;
}

static bool named_before(const struct yaml_node *list, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (bytes_equal(list->values[j]->text, list->values[i]->text))
			return true;
	return false;
}

/* The parts that were opened are in b->parts, whatever happens. */
static enum err read_files(struct build *b)
{
	const struct yaml_node *list = b->draft->include;
	const char *file = b->draft->part.at.file;
	size_t count = list ? list->count : 0;
	enum err e = ERR_OK;

	if (count > INCLUDE_MAX) {
		FAULT_ADD(b->reader.diags, schema_spot(b->draft->part.at, "include"),
			  FAULT_TOO_MANY, "include", "64");
		count = 0;
	}
	b->parts = build_alloc(b, count + 1, sizeof(struct draft_part *));
	if (!b->parts)
		return ERR_NOMEM;
	b->parts[b->part_count++] = &b->draft->part;
	for (size_t i = 0; !e && i < count; i++) {
		struct spot at = { file, list->values[i] };
		struct draft_part *part = build_alloc(b, 1, sizeof(*part));

		if (named_before(list, i))
			FAULT_ADD(b->reader.diags, at, FAULT_NAMED_TWICE, "include",
				  schema_text(at.node));
		else
			e = part ? read_included(b, at, part) : ERR_NOMEM;
	}
	return e;
}

static void build_all(struct build *b)
{
	programme_build(b);
	units_build(b);
	items_build(b);
	measures_build(b);
	days_build(b);
	plans_build(b);
	quotas_build(b);
	universes_build(b);
	pairs_build(b);
}

/* The catalogue out of the draft's memory, by way of its canonical form. */
static enum err settle(const struct catalogue *c, struct catalogue **out)
{
	struct buf form = { 0 };
	enum err e = catalogue_encode(c, &form);

	if (!e)
		e = catalogue_decode(buf_bytes(&form), out);
	buf_free(&form);
	return e;
}

static enum err load(struct build *b, const struct yaml_doc *doc, struct catalogue **out)
{
	struct spot root = { yaml_name(doc), yaml_root(doc) };
	enum err e;

	b->draft = build_alloc(b, 1, sizeof(*b->draft));
	if (!b->draft)
		return ERR_NOMEM;
	schema_read(&b->reader, &fields_main, root, b->draft);
	if ((e = read_files(b)) != ERR_OK)
		return e;
	build_all(b);
	if (b->reader.no_memory || b->reader.diags->incomplete)
		return ERR_NOMEM;
	return b->reader.diags->errors ? ERR_INVALID : settle(&b->c, out);
}

static enum err load_doc(const struct yaml_doc *doc, struct diag_list *diags,
			 struct catalogue **out)
{
	struct build b = { .reader = { .arena = arena_new(DRAFT_BUDGET), .diags = diags } };
	enum err e = b.reader.arena ? load(&b, doc, out) : ERR_NOMEM;

	for (size_t i = 1; i < b.part_count; i++)
		yaml_close(b.parts[i]->doc);
	arena_free(b.reader.arena);
	return e;
}

enum err catalogue_load(const char *path, struct diag_list *diags, struct catalogue **out)
{
	struct yaml_doc *doc = NULL;
	enum err e = yaml_load_file(path, diags, &doc);

	*out = NULL;
	if (!e)
		e = load_doc(doc, diags, out);
	yaml_close(doc);
	return e;
}

enum err catalogue_load_text(const char *name, struct bytes text, struct diag_list *diags,
			     struct catalogue **out)
{
	struct yaml_doc *doc = NULL;
	enum err e = yaml_load_text(name, text, diags, &doc);

	*out = NULL;
	if (!e)
		e = load_doc(doc, diags, out);
	yaml_close(doc);
	return e;
}
