/* SPDX-License-Identifier: MIT */
/* The document model and its two forms: what was said is there, escaped, in its place; the same
 * document gives the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "aggregator/papers/paper_docx.h"
#include "aggregator/papers/paper_docx_parts.h"
#include "aggregator/papers/paper_html.h"
#include "base/crypto.h"

static struct arena *arena;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(4 << 20);
	return arena && crypto_init() == ERR_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void write_table(struct paper *p)
{
	const struct paper_column columns[] = { { "单位", 30, PAPER_LEFT },
						{ "数", 0, PAPER_RIGHT },
						{ "灯", 0, PAPER_CENTRE } };
	struct paper_table_writer t;

	paper_table_begin(p, &t, "表 <1>", columns, 3, true);
	for (int i = 0; i < 20; i++) {
		paper_row(p, &t);
		paper_cell(p, &t, "任城区");
		paper_cell_lock(p, &t, "lights/red", "3");
		paper_cell(p, &t, "✕");
		paper_cell(p, &t, "one too many: is left out");
	}
	paper_row(p, &t);
	paper_cell_span(p, &t, 9, PAPER_CENTRE, "合计");
	paper_table_end(p, &t);
}

static void write_paper(struct paper *p, enum paper_kind kind)
{
	struct paper_writer w = { 0 };

	paper_begin(p, arena, kind, LANG_ZH);
	p->mark = "市政府督查室";
	p->number = "〔2022〕9号";
	p->title = "关于<9>月份\n进展情况的通报";
	p->footer = "截至台账序号 5 & 6";
	p->issued = "督查室印发";
	paper_heading(p, 1, "overall", "一、总体情况");
	paper_say(p, &w, "共\"<b>\"");
	paper_lock(p, &w, "lights/red", "3'");
	paper_run(p, &w, PAPER_BOLD | PAPER_INVENTED, NULL, "虚构");
	paper_put(p, PAPER_PARAGRAPH, "overall", &w);
	write_table(p);
	paper_text(p, PAPER_ANNEX, "附件1");
	paper_rule(p);
	paper_break(p);
	paper_text(p, PAPER_SIGNED, "2022年10月14日");
}

static size_t occurs(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static void test_html(void **state)
{
	struct buf out = { 0 };
	struct paper p;
	const char *text;

	(void)state;
	write_paper(&p, PAPER_OFFICIAL);
	assert_int_equal(paper_html(&p, &out), ERR_OK);
	text = buf_cstring(&out);
	assert_non_null(strstr(text, "<h1>关于&lt;9&gt;月份<br>进展情况的通报</h1>"));
	assert_non_null(strstr(text, "共&quot;&lt;b&gt;&quot;<span class=\"k\" title=\"lights/red\">3&#39;</span>"));
	assert_non_null(strstr(text, "<b><span class=\"k i\""));
	assert_non_null(strstr(text, "<caption>表 &lt;1&gt;</caption>"));
	assert_non_null(strstr(text, "截至台账序号 5 &amp; 6"));
	assert_non_null(strstr(text, "colspan=\"3\""));
	assert_int_equal(occurs(text, "<tr>"), 22);
	assert_int_equal(occurs(text, "one too many"), 0);
	assert_int_equal(occurs(text, "style="), 0); /* the policy forbids it */
	assert_int_equal(occurs(text, "http"), 0);   /* nothing is loaded */
	assert_non_null(strstr(text, "@page{size:A4;margin:37mm 26mm 35mm 28mm}"));
	buf_free(&out);
}

/* The hash is of what stands between the style's tags. */
static void test_style_hash(void **state)
{
	uint8_t digest[CRYPTO_HASH_LEN];
	char hash[PAPER_HTML_HASH], base[60];
	struct buf out = { 0 };
	struct paper p;
	const char *from, *to;

	(void)state;
	write_paper(&p, PAPER_LETTER);
	assert_int_equal(paper_html(&p, &out), ERR_OK);
	from = strstr(buf_cstring(&out), "<style>") + 7;
	to = strstr(from, "</style>");
	crypto_sha256(bytes_of(from, (size_t)(to - from)), digest);
	crypto_base64_standard(bytes_of(digest, sizeof(digest)), base, sizeof(base));
	paper_html_style_hash(hash);
	assert_non_null(strstr(hash, base));
	assert_memory_equal(hash, "'sha256-", 8);
	assert_int_equal(hash[strlen(hash) - 1], '\'');
	buf_free(&out);
}

/* "abc" of FIPS 180-4 */
static void test_sha256(void **state)
{
	static const uint8_t wanted[4] = { 0xba, 0x78, 0x16, 0xbf };
	uint8_t digest[CRYPTO_HASH_LEN];

	(void)state;
	crypto_sha256(bytes_of_string("abc"), digest);
	assert_memory_equal(digest, wanted, 4);
}

/* Parts of the archive stand in it by their names; twice the same is the same, in another zone too. */
static void test_docx(void **state)
{
	static const char *const parts[] = { "[Content_Types].xml", "word/document.xml",
					     "word/styles.xml", "word/footer2.xml" };
	struct buf one = { 0 }, two = { 0 };
	struct paper p;

	(void)state;
	for (enum paper_kind k = PAPER_OFFICIAL; k <= PAPER_LANDSCAPE; k++) {
		write_paper(&p, k);
		buf_clear(&one), buf_clear(&two);
		setenv("TZ", "Asia/Shanghai", 1);
		assert_int_equal(paper_docx(&p, &one), ERR_OK);
		setenv("TZ", "America/New_York", 1);
		write_paper(&p, k);
		assert_int_equal(paper_docx(&p, &two), ERR_OK);
		assert_true(bytes_equal(buf_bytes(&one), buf_bytes(&two)));
		assert_memory_equal(one.data, "PK\3\4", 4);
		for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
			assert_non_null(memmem(one.data, one.len, parts[i], strlen(parts[i])));
	}
	buf_free(&one);
	buf_free(&two);
}

/* A letter's first page: red double lines above and below where the office's name stands, no number. */
static void test_letter(void **state)
{
	struct buf first = { 0 }, styles = { 0 }, section = { 0 };
	struct paper p;

	(void)state;
	for (enum paper_kind k = PAPER_OFFICIAL; k <= PAPER_LANDSCAPE; k++) {
		buf_clear(&first), buf_clear(&styles), buf_clear(&section);
		write_paper(&p, k);
		p.mark = "督查室";
		paper_docx_first_footer(&p, &first);
		paper_docx_styles(&p, &styles);
		paper_docx_section(&p, &section);
		assert_int_equal(occurs(buf_cstring(&first), "thinThickSmallGap"), k == PAPER_LETTER);
		assert_int_equal(occurs(buf_cstring(&styles), "thickThinSmallGap"), k == PAPER_LETTER);
		assert_int_equal(occurs(buf_cstring(&section), "<w:titlePg/>"), k == PAPER_LETTER);
		assert_int_equal(occurs(buf_cstring(&first), "PAGE"), 0);
	}
	buf_clear(&first);
	write_paper(&p, PAPER_LETTER);
	p.mark = NULL; /* preprinted */
	paper_docx_first_footer(&p, &first);
	assert_int_equal(occurs(buf_cstring(&first), "thinThickSmallGap"), 0);
	buf_free(&first);
	buf_free(&styles);
	buf_free(&section);
}

static void test_ordinals(void **state)
{
	static const struct {
		unsigned level, n;
		enum lang lang;
		const char *text;
	} each[] = { { 1, 1, LANG_ZH, "一、" },	   { 1, 10, LANG_ZH, "十、" },
		     { 1, 23, LANG_ZH, "二十三、" }, { 2, 11, LANG_ZH, "（十一）" },
		     { 3, 4, LANG_ZH, "4." },	   { 4, 4, LANG_ZH, "（4）" },
		     { 1, 2, LANG_EN, "2. " },	   { 3, 26, LANG_EN, "z. " },
		     { 3, 28, LANG_EN, "ab. " },   { 4, 1, LANG_EN, "(a) " } };
	struct paper p;

	(void)state;
	for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
		paper_begin(&p, arena, PAPER_OFFICIAL, each[i].lang);
		assert_string_equal(paper_ordinal(&p, each[i].level, each[i].n), each[i].text);
	}
}

/* A document whose memory ran out says so, and is not made. */
static void test_no_room(void **state)
{
	struct buf out = { 0 };
	struct paper p;
	enum err e = ERR_OK;

	(void)state;
	for (size_t budget = 0; budget < 12000 && e == ERR_OK; budget += 500) {
		struct arena *small = arena_new(budget), *kept = arena;

		assert_non_null(small);
		arena = small;
		write_paper(&p, PAPER_OFFICIAL);
		arena = kept;
		assert_int_equal(paper_error(&p), ERR_NOMEM);
		assert_int_equal(paper_html(&p, &out), ERR_NOMEM);
		assert_int_equal(paper_docx(&p, &out), ERR_NOMEM);
		assert_int_equal(out.len, 0);
		arena_free(small);
	}
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html),	 cmocka_unit_test(test_style_hash),
		cmocka_unit_test(test_sha256),	 cmocka_unit_test(test_docx),
		cmocka_unit_test(test_letter),	 cmocka_unit_test(test_ordinals), cmocka_unit_test(test_no_room),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
