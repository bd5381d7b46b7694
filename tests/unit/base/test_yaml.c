/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/yaml.h"

static enum err load(const char *text, struct diag_list *diags, struct yaml_doc **doc)
{
	*doc = NULL;
	return yaml_load_text("f.yaml", bytes_of_string(text), diags, doc);
}

static void every_node_knows_its_place(void **state)
{
	static const char text[] = "# comment\n"
				   "name: 济宁\n"
				   "'key': \"012\"\n"
				   "list:\n"
				   "  - a\n"
				   "  - {x: 1, y: [2, 3]}\n"
				   "empty:\n";
	struct diag_list diags = { 0 };
	const struct yaml_node *root, *node;
	struct yaml_doc *doc;

	(void)state;
	assert_int_equal(load(text, &diags, &doc), ERR_OK);
	assert_int_equal(diags.count, 0);
	assert_string_equal(yaml_name(doc), "f.yaml");
	root = yaml_root(doc);
	assert_int_equal(root->kind, YAML_MAP);
	assert_int_equal(root->count, 4);
	node = yaml_get(root, "name");
	assert_string_equal((const char *)node->text.data, "济宁");
	assert_true(node->plain);
	assert_true(node->line == 2 && node->column == 7);
	node = yaml_get(root, "key");
	assert_string_equal((const char *)node->text.data, "012");
	assert_false(node->plain);
	node = yaml_get(root, "list");
	assert_int_equal(node->kind, YAML_LIST);
	assert_int_equal(node->count, 2);
	assert_true(node->values[0]->line == 5 && node->values[0]->column == 5);
	node = yaml_get(node->values[1], "y");
	assert_string_equal((const char *)node->values[1]->text.data, "3");
	assert_true(node->values[1]->line == 6 && node->values[1]->column == 19);
	node = yaml_get(root, "empty");
	assert_int_equal(node->text.len, 0);
	assert_true(root->keys[3]->line == 7 && root->keys[3]->column == 1);
	assert_null(yaml_get(root, "nothing"));
	assert_null(yaml_get(node, "x"));
	assert_null(yaml_get(NULL, "x"));
	yaml_close(doc);
	yaml_close(NULL);
}

static void faults_name_their_place(void **state)
{
	static const struct {
		const char *text;
		unsigned line, column;
		const char *english;
	} cases[] = {
		{ "", 0, 0, "empty" },
		{ "# only\n", 0, 0, "empty" },
		{ "a: 1\nb: 2\na: 3\n", 3, 1, "\"a\" is there twice, first in line 1" },
		{ "m:\n  x: {k: 1, j: 2, k: 3}\n", 2, 19, "\"k\" is there twice, first in line 2" },
		{ "a: b: c\n", 1, 5, "colon" },
		{ "a:\n\t- b\n", 2, 1, "tab" },
		{ "a: 1\n---\nb: 2\n", 2, 1, "one YAML document" },
		{ "? [1, 2]\n: x\n", 1, 3, "plain text" },
		{ "a: &x [*x]\n", 1, 4, "holds it" },
		{ "a: *nobody\n", 1, 4, "no anchor" },
		{ "a: \xBC\xC3\xC4\xFE\n", 1, 0, "UTF-8" },
		{ "a: 1\nb: \xC4\n", 2, 0, "UTF-8" },
		{ "a: 'open\nb: 1\n", 1, 4, "quotes" },
		{ "a: 1\nb 2\nc: 3\n", 2, 1, "colon after the key" },
		{ "a: [1, 2\nb: 3\n", 2, 2, "comma" },
		{ "a: }\n", 1, 4, "did not find expected node content" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct diag_list diags = { 0 };
		struct yaml_doc *doc;

		assert_int_equal(load(cases[i].text, &diags, &doc), ERR_INVALID);
		assert_null(doc);
		assert_int_equal(diags.count, 1);
		assert_int_equal(diags.items[0].line, cases[i].line);
		assert_int_equal(diags.items[0].column, cases[i].column);
		assert_non_null(strstr(diags.items[0].text[LANG_EN], cases[i].english));
		diag_free(&diags);
	}
}

static void all_duplicates_are_told_at_once(void **state)
{
	struct diag_list diags = { 0 };
	struct yaml_doc *doc;

	(void)state;
	assert_int_equal(load("a: 1\nb: {c: 1, c: 2}\na: 2\nd: 1\na: 3\n", &diags, &doc),
			 ERR_INVALID);
	assert_int_equal(diags.errors, 3);
	diag_free(&diags);
}

static void an_alias_is_the_same_node(void **state)
{
	struct diag_list diags = { 0 };
	const struct yaml_node *root;
	struct yaml_doc *doc;

	(void)state;
	assert_int_equal(load("a: &x {k: 1}\nb: *x\n", &diags, &doc), ERR_OK);
	root = yaml_root(doc);
	assert_ptr_equal(yaml_get(root, "a"), yaml_get(root, "b"));
	yaml_close(doc);
}

/* Nine lists of nine aliases each: 9 to the power of 9 nodes for who walks over them. */
static void aliases_do_not_explode(void **state)
{
	struct buf text = { 0 };
	struct diag_list diags = { 0 };
	struct yaml_doc *doc;

	(void)state;
	buf_put_string(&text, "l0: &l0 [x]\n");
	for (int i = 1; i <= 9; i++) {
		buf_printf(&text, "l%d: &l%d [", i, i);
		for (int j = 0; j < 9; j++)
			buf_printf(&text, "%s*l%d", j ? ", " : "", i - 1);
		buf_put_string(&text, "]\n");
	}
	assert_int_equal(load(buf_cstring(&text), &diags, &doc), ERR_INVALID);
	assert_non_null(strstr(diags.items[0].text[LANG_EN], "more than"));
	diag_free(&diags);
	buf_free(&text);
}

/* depth lists inside each other, written out or, each one, as an alias of the one before. */
static enum err load_deep(int depth, bool by_alias)
{
	struct buf text = { 0 };
	struct diag_list diags = { 0 };
	struct yaml_doc *doc;
	enum err e;

	if (by_alias)
		buf_put_string(&text, "- &a0 []\n");
	for (int i = 1; i < depth; i++) {
		if (by_alias)
			buf_printf(&text, "- &a%d [*a%d]\n", i, i - 1);
		else
			buf_put_string(&text, "[");
	}
	for (int i = 1; i < depth && !by_alias; i++)
		buf_put_string(&text, "]");
	e = load(buf_cstring(&text), &diags, &doc);
	if (e == ERR_OK)
		yaml_close(doc);
	else
		assert_non_null(strstr(diags.items[0].text[LANG_EN], "nested"));
	diag_free(&diags);
	buf_free(&text);
	return e;
}

static void depth_is_bounded(void **state)
{
	(void)state;
	assert_int_equal(load_deep(64, false), ERR_OK);
	assert_int_equal(load_deep(66, false), ERR_INVALID);
	assert_int_equal(load_deep(63, true), ERR_OK);
	assert_int_equal(load_deep(64, true), ERR_INVALID);
	assert_int_equal(load_deep(5000, false), ERR_INVALID);
}

static void a_missing_file_is_a_fault(void **state)
{
	struct diag_list diags = { 0 };
	struct yaml_doc *doc = NULL;

	(void)state;
	assert_int_equal(yaml_load_file("/nowhere/x.yaml", &diags, &doc), ERR_INVALID);
	assert_int_equal(diags.count, 1);
	assert_string_equal(diags.items[0].file, "/nowhere/x.yaml");
	assert_non_null(strstr(diags.items[0].text[LANG_EN], "not-found"));
	diag_free(&diags);
}

static void a_byte_order_mark_does_not_disturb(void **state)
{
	struct diag_list diags = { 0 };
	struct yaml_doc *doc;

	(void)state;
	assert_int_equal(load("\xEF\xBB\xBF"
			      "a: 1\r\nb: 2\r\n",
			      &diags, &doc),
			 ERR_OK);
	assert_non_null(yaml_get(yaml_root(doc), "a"));
	assert_int_equal(yaml_get(yaml_root(doc), "b")->line, 2);
	yaml_close(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_node_knows_its_place),
		cmocka_unit_test(faults_name_their_place),
		cmocka_unit_test(all_duplicates_are_told_at_once),
		cmocka_unit_test(an_alias_is_the_same_node),
		cmocka_unit_test(aliases_do_not_explode),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(a_missing_file_is_a_fault),
		cmocka_unit_test(a_byte_order_mark_does_not_disturb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
