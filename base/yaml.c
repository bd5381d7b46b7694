/* SPDX-License-Identifier: MIT */
#include "base/yaml.h"

#include <stdint.h>
#include <stdlib.h>
#include <yaml.h>

#include "base/buf.h"
#include "base/fs.h"

#define FILE_MAX ((size_t)16 << 20)
#define DEPTH_MAX 64
#define EXPANDED_MAX 1000000 /* nodes, aliases written out */

struct yaml_doc {
	char *name;
	struct yaml_node *nodes; /* in the order of libyaml's document */
	size_t count;
	const struct yaml_node **links; /* keys and values of all nodes */
	uint8_t *text;			/* all scalars, each with a NUL */
};

/* While a document is being taken over. */
struct take {
	yaml_document_t *from;
	struct yaml_doc *to;
	struct diag_list *diags;
	struct extent *extents; /* per node */
	uint8_t *text_at;	/* free part of to->text */
	const struct yaml_node **links_at;
	bool refused;
};

/* What a walk over a node would meet, aliases followed; size 0: not yet known. */
struct extent {
	uint32_t size;	 /* nodes, itself included */
	uint32_t height; /* levels, its own included */
	bool busy;	 /* on the way from the root to the present node */
};

struct problem {
	const char *english; /* libyaml's words; NULL: any others */
	struct lang_text text;
	struct lang_text hint;
	bool at_context; /* the place that helps is where the thing began */
};

static const struct lang_text
	cannot_read = { "无法读取文件（%s）", "can't read the file (%s)" },
	check_path = { "检查路径和权限；文件不得超过 16 MiB",
		       "check the path and the permissions; a file may have 16 MiB" },
	empty_text = { "文件是空的", "the file is empty" },
	second_document = { "一个文件里只能有一个 YAML 文档", "only one YAML document a file" },
	drop_separator = { "删去“---”及其后的内容，或另存为一个文件",
			   "remove the \"---\" and what follows, or put it into a file of its own" },
	duplicate_key = { "键“%1$s”重复，第 %2$u 行已经有了",
			  "the key \"%1$s\" is there twice, first in line %2$u" },
	keep_one = { "只保留其中一个", "keep one of the two" },
	key_kind = { "键必须是普通文字", "a key has to be plain text" },
	quote_key = { "不要用列表或映射作键", "don't use a list or a map as a key" },
	too_deep = { "嵌套超过 %d 层", "nested more than %d levels deep" },
	too_large = { "别名（*）展开后超过 %d 个节点",
		      "with its aliases (*) written out this has more than %d nodes" },
	circular = { "别名（*）指向包含它自己的节点",
		     "an alias (*) points to a node that holds it" },
	write_out = { "写出内容，不要用别名", "write the content out instead of the alias" };

static const struct problem problems[] = {
	{ "mapping values are not allowed in this context",
	  { "这里不能出现冒号", "a colon is not allowed here" },
	  { "含有“: ”的文字要加引号；并检查上一行的缩进",
	    "put text that holds \": \" into quotes; check the indentation of the line above" },
	  false },
	{ "found character that cannot start any token",
	  { "这个字符不能开头（制表符、@、` 或 %）",
	    "this character can't begin a value (a tab, @, ` or %)" },
	  { "缩进只用空格；以这些符号开头的文字要加引号",
	    "indent with spaces only; put text that begins so into quotes" },
	  false },
	{ "did not find expected key",
	  { "这里应当是一个键", "a key was expected here" },
	  { "检查缩进是否与同级的键对齐，引号是否成对",
	    "line it up with the keys of the same level, and check that quotes are closed" },
	  false },
	{ "did not find expected '-' indicator",
	  { "这里应当是列表项“- ”", "a list item \"- \" was expected here" },
	  { "与同一列表的其他项对齐", "line it up with the other items of the list" },
	  false },
	{ "could not find expected ':'",
	  { "键后面缺少冒号", "the colon after the key is missing" },
	  { "写成“键: 值”，冒号后面有一个空格",
	    "write \"key: value\", with a space after the colon" },
	  true },
	{ "found unexpected end of stream",
	  { "文件在引号或括号中间就结束了", "the file ends inside of quotes or brackets" },
	  { "补上结束的引号或括号", "close the quote or the bracket" },
	  true },
	{ "did not find expected ',' or ']'",
	  { "列表里缺少逗号或“]”", "a comma or \"]\" is missing in the list" },
	  { "用逗号分隔，用“]”结束", "separate by commas, end with \"]\"" },
	  false },
	{ "did not find expected ',' or '}'",
	  { "映射里缺少逗号或“}”", "a comma or \"}\" is missing in the map" },
	  { "用逗号分隔，用“}”结束", "separate by commas, end with \"}\"" },
	  false },
	{ "found undefined alias",
	  { "别名（*）没有对应的锚（&）", "there is no anchor (&) for this alias (*)" },
	  { "以 * 开头的文字要加引号", "put text that begins with * into quotes" },
	  false },
	{ "invalid leading UTF-8 octet",
	  { "文件不是 UTF-8 编码", "the file is not UTF-8" },
	  { "另存为 UTF-8 编码（不是 GBK）", "save it as UTF-8 (not GBK)" },
	  false },
	{ "invalid trailing UTF-8 octet",
	  { "文件不是 UTF-8 编码", "the file is not UTF-8" },
	  { "另存为 UTF-8 编码（不是 GBK）", "save it as UTF-8 (not GBK)" },
	  false },
	{ "control characters are not allowed",
	  { "文件里有控制字符", "there is a control character in the file" },
	  { "删去它；文件须为 UTF-8 文本", "remove it; the file has to be UTF-8 text" },
	  false },
	{ NULL, { "不是正确的 YAML：%s", "this is no valid YAML: %s" }, { NULL, NULL }, false },
};

static const struct problem *problem_of(const char *english)
{
	const struct problem *p = problems;

	while (p->english && strcmp(p->english, english) != 0)
		p++;
	return p;
}

/* libyaml counts bytes, not lines, where the characters themselves are wrong. */
static unsigned line_at(struct bytes text, size_t offset)
{
	unsigned line = 1;

	for (size_t i = 0; i < offset && i < text.len; i++)
		line += text.data[i] == '\n';
	return line;
}

/* Tells what libyaml found wrong. */
static enum err add_syntax_fault(const yaml_parser_t *parser, const char *name, struct bytes text,
				 struct diag_list *diags)
{
	const char *english = parser->problem ? parser->problem : "?";
	const struct problem *p = problem_of(english);
	const yaml_mark_t *mark =
		p->at_context && parser->context ? &parser->context_mark : &parser->problem_mark;
	unsigned line = (unsigned)mark->line + 1, column = (unsigned)mark->column + 1;

	if (parser->error == YAML_MEMORY_ERROR)
		return ERR_NOMEM;
	if (parser->error == YAML_READER_ERROR) {
		line = line_at(text, parser->problem_offset);
		column = 0;
	}
	diag_add(diags, DIAG_ERROR, name, line, column, &p->text, p->hint.zh ? &p->hint : NULL,
		 english);
	return ERR_INVALID;
}

static void add_fault(struct take *t, const yaml_node_t *at, const struct lang_text *text,
		      const struct lang_text *hint, int number)
{
	t->refused = true;
	diag_add(t->diags, DIAG_ERROR, t->to->name, (unsigned)at->start_mark.line + 1,
		 (unsigned)at->start_mark.column + 1, text, hint, number);
}

static const yaml_node_t *node_at(const struct take *t, int index)
{
	return t->from->nodes.start + index - 1; /* libyaml counts from 1 */
}

static struct extent measure(struct take *t, int index, unsigned depth);

static void add_child(struct take *t, struct extent *sum, int child, unsigned depth)
{
	struct extent e;

	if (t->refused)
		return;
	e = measure(t, child, depth + 1);
	sum->size += e.size;
	if (e.height >= sum->height)
		sum->height = e.height + 1;
	if (sum->size > EXPANDED_MAX && !t->refused)
		add_fault(t, node_at(t, child), &too_large, &write_out, EXPANDED_MAX);
}

static struct extent measure_children(struct take *t, const yaml_node_t *n, unsigned depth)
{
	struct extent sum = { .size = 1, .height = 1 };

	if (n->type == YAML_SEQUENCE_NODE) {
		for (const yaml_node_item_t *i = n->data.sequence.items.start;
		     i < n->data.sequence.items.top; i++)
			add_child(t, &sum, *i, depth);
	} else if (n->type == YAML_MAPPING_NODE) {
		for (const yaml_node_pair_t *p = n->data.mapping.pairs.start;
		     p < n->data.mapping.pairs.top; p++) {
			add_child(t, &sum, p->key, depth);
			add_child(t, &sum, p->value, depth);
		}
	}
	return sum;
}

/* An alias gives a node several parents, so that a walk over a short file may be long, deep or
 * without end. Each node is measured once. */
static struct extent measure(struct take *t, int index, unsigned depth)
{
	struct extent *e = &t->extents[index - 1];

	if (e->size != 0)
		return *e;
	if (e->busy)
		add_fault(t, node_at(t, index), &circular, &write_out, 0);
	else if (depth >= DEPTH_MAX)
		add_fault(t, node_at(t, index), &too_deep, NULL, DEPTH_MAX);
	if (t->refused)
		return (struct extent){ .size = 1, .height = 1 };
	e->busy = true;
	*e = measure_children(t, node_at(t, index), depth);
	if (e->height > DEPTH_MAX && !t->refused)
		add_fault(t, node_at(t, index), &too_deep, &write_out, DEPTH_MAX);
	return *e;
}

static const struct yaml_node *link_to(const struct take *t, int index)
{
	return &t->to->nodes[index - 1];
}

static void fill_scalar(struct take *t, const yaml_node_t *n, struct yaml_node *out)
{
	size_t len = n->data.scalar.length;

	memcpy(t->text_at, n->data.scalar.value, len);
	t->text_at[len] = '\0';
	out->kind = YAML_SCALAR;
	out->text = bytes_of(t->text_at, len);
	out->plain = n->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	t->text_at += len + 1;
}

static void fill_list(struct take *t, const yaml_node_t *n, struct yaml_node *out)
{
	const yaml_node_item_t *items = n->data.sequence.items.start;

	out->kind = YAML_LIST;
	out->count = (size_t)(n->data.sequence.items.top - items);
	out->values = t->links_at;
	for (size_t i = 0; i < out->count; i++)
		*t->links_at++ = link_to(t, items[i]);
}

static void fill_map(struct take *t, const yaml_node_t *n, struct yaml_node *out)
{
	const yaml_node_pair_t *pairs = n->data.mapping.pairs.start;

	out->kind = YAML_MAP;
	out->count = (size_t)(n->data.mapping.pairs.top - pairs);
	out->keys = t->links_at;
	out->values = t->links_at + out->count;
	t->links_at += 2 * out->count;
	for (size_t i = 0; i < out->count; i++) {
		out->keys[i] = link_to(t, pairs[i].key);
		out->values[i] = link_to(t, pairs[i].value);
		if (node_at(t, pairs[i].key)->type != YAML_SCALAR_NODE)
			add_fault(t, node_at(t, pairs[i].key), &key_kind, &quote_key, 0);
	}
}

static void fill_node(struct take *t, const yaml_node_t *n, struct yaml_node *out)
{
	out->line = (unsigned)n->start_mark.line + 1;
	out->column = (unsigned)n->start_mark.column + 1;
	if (n->type == YAML_SCALAR_NODE)
		fill_scalar(t, n, out);
	else if (n->type == YAML_SEQUENCE_NODE)
		fill_list(t, n, out);
	else
		fill_map(t, n, out);
}

/* By text; equal ones in the order of the file. */
static int by_text(const void *left, const void *right)
{
	const struct yaml_node *a = *(const struct yaml_node *const *)left;
	const struct yaml_node *b = *(const struct yaml_node *const *)right;
	int order = bytes_compare(a->text, b->text);

	if (order)
		return order;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

/* scratch has room for the keys of the largest map. */
static void check_duplicates(struct take *t, const struct yaml_node *map,
			     const struct yaml_node **scratch)
{
	if (map->count < 2)
		return;
	memcpy(scratch, map->keys, map->count * sizeof(*scratch));
	qsort(scratch, map->count, sizeof(*scratch), by_text);
	for (size_t i = 1; i < map->count; i++) {
		const struct yaml_node *first = scratch[i - 1], *again = scratch[i];

		if (!bytes_equal(first->text, again->text))
			continue;
		t->refused = true;
		diag_add(t->diags, DIAG_ERROR, t->to->name, again->line, again->column,
			 &duplicate_key, &keep_one, (const char *)again->text.data, first->line);
	}
}

static enum err check_maps(struct take *t)
{
	const struct yaml_node **scratch = NULL;
	size_t largest = 0;

	for (size_t i = 0; i < t->to->count; i++)
		if (t->to->nodes[i].kind == YAML_MAP && t->to->nodes[i].count > largest)
			largest = t->to->nodes[i].count;
	scratch = calloc(largest + 1, sizeof(*scratch));
	if (!scratch)
		return ERR_NOMEM;
	for (size_t i = 0; i < t->to->count; i++)
		if (t->to->nodes[i].kind == YAML_MAP)
			check_duplicates(t, &t->to->nodes[i], scratch);
	free(scratch);
	return t->refused ? ERR_INVALID : ERR_OK;
}

/* Makes room for the nodes, their links and their texts. */
static enum err reserve(struct take *t)
{
	struct yaml_doc *doc = t->to;
	size_t text = 0, links = 0;

	doc->count = (size_t)(t->from->nodes.top - t->from->nodes.start);
	for (const yaml_node_t *n = t->from->nodes.start; n < t->from->nodes.top; n++) {
		if (n->type == YAML_SCALAR_NODE)
			text += n->data.scalar.length + 1;
		else if (n->type == YAML_SEQUENCE_NODE)
			links +=
				(size_t)(n->data.sequence.items.top - n->data.sequence.items.start);
		else
			links += 2 *
				 (size_t)(n->data.mapping.pairs.top - n->data.mapping.pairs.start);
	}
	doc->nodes = calloc(doc->count, sizeof(*doc->nodes));
	doc->links = calloc(links + 1, sizeof(*doc->links));
	doc->text = calloc(text + 1, 1);
	t->extents = calloc(doc->count, sizeof(*t->extents));
	t->links_at = doc->links;
	t->text_at = doc->text;
	return doc->nodes && doc->links && doc->text && t->extents ? ERR_OK : ERR_NOMEM;
}

/* Makes our tree of libyaml's. */
static enum err take_document(yaml_document_t *from, struct diag_list *diags, struct yaml_doc *doc)
{
	struct take t = { .from = from, .to = doc, .diags = diags };
	enum err e = reserve(&t);

	if (e == ERR_OK) {
		measure(&t, 1, 0);
		e = t.refused ? ERR_INVALID : ERR_OK;
	}
	if (e == ERR_OK) {
		for (size_t i = 0; i < doc->count; i++)
			fill_node(&t, from->nodes.start + i, &doc->nodes[i]);
		e = t.refused ? ERR_INVALID : check_maps(&t);
	}
	free(t.extents);
	return e;
}

/* After the first document there may be nothing but the end. */
static enum err expect_end(yaml_parser_t *parser, struct bytes text, struct diag_list *diags,
			   const char *name)
{
	yaml_document_t more;
	const yaml_node_t *root;
	enum err e = ERR_OK;

	if (!yaml_parser_load(parser, &more))
		return add_syntax_fault(parser, name, text, diags);
	root = yaml_document_get_root_node(&more);
	if (root) {
		diag_add(diags, DIAG_ERROR, name, (unsigned)more.start_mark.line + 1,
			 (unsigned)more.start_mark.column + 1, &second_document, &drop_separator);
		e = ERR_INVALID;
	}
	yaml_document_delete(&more);
	return e;
}

static enum err parse(yaml_parser_t *parser, struct bytes text, struct diag_list *diags,
		      struct yaml_doc *doc)
{
	yaml_document_t document;
	enum err e;

	/* whoever names the encoding has to drop the mark himself */
	if (text.len >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
		text = bytes_of(text.data + 3, text.len - 3);
	yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(parser, text.data ? text.data : (const uint8_t *)"", text.len);
	if (!yaml_parser_load(parser, &document))
		return add_syntax_fault(parser, doc->name, text, diags);
	if (yaml_document_get_root_node(&document)) {
		e = take_document(&document, diags, doc);
		if (e == ERR_OK)
			e = expect_end(parser, text, diags, doc->name);
	} else {
		diag_add(diags, DIAG_ERROR, doc->name, 0, 0, &empty_text, NULL);
		e = ERR_INVALID;
	}
	yaml_document_delete(&document);
	return e;
}

enum err yaml_load_text(const char *name, struct bytes text, struct diag_list *diags,
			struct yaml_doc **out)
{
	struct yaml_doc *doc = calloc(1, sizeof(*doc));
	yaml_parser_t parser;
	enum err e = ERR_NOMEM;

	if (!doc)
		return ERR_NOMEM;
	doc->name = strdup(name);
	if (doc->name && yaml_parser_initialize(&parser)) {
		e = parse(&parser, text, diags, doc);
		yaml_parser_delete(&parser);
	}
	if (e == ERR_OK)
		*out = doc;
	else
		yaml_close(doc);
	return e;
}

enum err yaml_load_file(const char *path, struct diag_list *diags, struct yaml_doc **out)
{
	struct buf content = { 0 };
	enum err e = fs_read(path, FILE_MAX, &content);

	if (e == ERR_OK) {
		e = yaml_load_text(path, buf_bytes(&content), diags, out);
	} else if (e != ERR_NOMEM) {
		diag_add(diags, DIAG_ERROR, path, 0, 0, &cannot_read, &check_path, err_name(e));
		e = ERR_INVALID;
	}
	buf_free(&content);
	return e;
}

void yaml_close(struct yaml_doc *doc)
{
	if (!doc)
		return;
	free(doc->text);
	free(doc->links);
	free(doc->nodes);
	free(doc->name);
	free(doc);
}

const struct yaml_node *yaml_root(const struct yaml_doc *doc)
{
	return doc->nodes;
}

const char *yaml_name(const struct yaml_doc *doc)
{
	return doc->name;
}

const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
	struct bytes wanted = bytes_of_string(key);

	if (!map || map->kind != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->count; i++)
		if (bytes_equal(map->keys[i]->text, wanted))
			return map->values[i];
	return NULL;
}
