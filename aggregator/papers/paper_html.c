/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/paper_html.h"

#include <stdio.h>
#include <string.h>

#include "aggregator/papers/markup.h"

/* A line's end stays one. */
static void put_text(struct buf *out, const char *text)
{
	for (;;) {
		size_t line = strcspn(text, "\n");

		markup_escape(out, bytes_of(text, line));
		if (text[line] == '\0')
			return;
		buf_put_string(out, "<br>");
		text += line + 1;
	}
}

/* --- runs ------------------------------------------------------------------------------------- */

static void run(struct buf *out, const struct paper_run *r, enum lang lang)
{
	static const struct lang_text invented = { "虚构演示数据", "invented for demonstration" };
	bool marked = r->marks & (PAPER_LOCKED | PAPER_INVENTED);

	if (r->marks & PAPER_BOLD)
		buf_put_string(out, "<b>");
	if (marked) {
		buf_printf(out, "<span class=\"%s\" title=\"",
			   (r->marks & PAPER_INVENTED) ? "k i" : "k");
		put_text(out, r->source ? r->source : "");
		if ((r->marks & PAPER_INVENTED) && r->source)
			buf_put_string(out, lang == LANG_ZH ? "；" : "; ");
		if (r->marks & PAPER_INVENTED)
			put_text(out, lang_pick(invented, lang));
		buf_put_string(out, "\">");
	}
	put_text(out, r->text);
	buf_put_string(out, marked ? "</span>" : "");
	buf_put_string(out, (r->marks & PAPER_BOLD) ? "</b>" : "");
}

static void runs(struct buf *out, const struct paper_run *r, size_t count, enum lang lang)
{
	for (size_t i = 0; i < count; i++)
		run(out, &r[i], lang);
}

/* --- tables ----------------------------------------------------------------------------------- */

static void columns(struct buf *out, const struct paper_table *t)
{
	buf_put_string(out, "<colgroup>");
	for (size_t i = 0; i < t->column_count; i++)
		if (t->columns[i].width && t->columns[i].width < 70)
			buf_printf(out, "<col class=\"w%u\">", t->columns[i].width);
		else
			buf_put_string(out, "<col>");
	buf_put_string(out, "</colgroup>\n<thead><tr>");
	for (size_t i = 0; i < t->column_count; i++) {
		buf_put_string(out, "<th scope=\"col\">");
		put_text(out, t->columns[i].head);
		buf_put_string(out, "</th>");
	}
	buf_put_string(out, "</tr></thead>\n<tbody>\n");
}

static void cell(struct buf *out, const struct paper_cell *c, enum lang lang)
{
	static const char *const align[] = { [PAPER_LEFT] = "", [PAPER_CENTRE] = "tc",
					     [PAPER_RIGHT] = "tr" };

	buf_printf(out, "<td class=\"%s%s\"", align[c->align], c->shaded ? " s" : "");
	if (c->span > 1)
		buf_printf(out, " colspan=\"%u\"", c->span);
	buf_put_string(out, ">");
	runs(out, c->runs, c->run_count, lang);
	buf_put_string(out, "</td>");
}

static void table(struct buf *out, const struct paper_table *t, enum lang lang)
{
	buf_printf(out, "<table%s>\n", t->small ? " class=\"small\"" : "");
	if (t->caption) {
		buf_put_string(out, "<caption>");
		put_text(out, t->caption);
		buf_put_string(out, "</caption>\n");
	}
	columns(out, t);
	for (size_t i = 0; i < t->row_count; i++) {
		buf_put_string(out, "<tr>");
		for (size_t j = 0; j < t->cell_counts[i]; j++)
			cell(out, &t->rows[i][j], lang);
		buf_put_string(out, "</tr>\n");
	}
	buf_put_string(out, "</tbody></table>\n");
}

/* --- blocks ----------------------------------------------------------------------------------- */

static void tagged(struct buf *out, const struct paper_block *b, const char *tag,
		   const char *class, enum lang lang)
{
	buf_printf(out, "<%s%s%s%s", tag, *class ? " class=\"" : "", class, *class ? "\"" : "");
	if (b->id) {
		buf_put_string(out, " id=\"");
		put_text(out, b->id);
		buf_put_string(out, "\"");
	}
	buf_put_string(out, ">");
	runs(out, b->runs, b->run_count, lang);
	buf_printf(out, "</%s>\n", tag);
}

static void heading(struct buf *out, const struct paper_block *b, enum lang lang)
{
	const char tag[] = { 'h', (char)('1' + b->level), '\0' };

	tagged(out, b, tag, "", lang);
}

static void block(struct buf *out, const struct paper_block *b, enum lang lang)
{
	static const char *const class[] = { [PAPER_PARAGRAPH] = "", [PAPER_FLUSH] = "flush",
					     [PAPER_CENTRED] = "c",  [PAPER_SIGNED] = "signed",
					     [PAPER_NOTE] = "n",     [PAPER_ANNEX] = "annex" };

	switch (b->kind) {
	case PAPER_HEADING:
		heading(out, b, lang);
		break;
	case PAPER_TABLE:
		table(out, b->table, lang);
		break;
	case PAPER_BREAK:
		buf_put_string(out, "<div class=\"break\"></div>\n");
		break;
	case PAPER_FIGURE:
		buf_printf(out, "<div class=\"c\">%s</div>\n", b->svg);
		break;
	case PAPER_RULE:
		buf_put_string(out, "<hr class=\"cut\">\n");
		break;
	case PAPER_PARAGRAPH:
	case PAPER_FLUSH:
	case PAPER_CENTRED:
	case PAPER_SIGNED:
	case PAPER_NOTE:
	case PAPER_ANNEX:
		tagged(out, b, "p", class[b->kind], lang);
		break;
	}
}

/* --- the whole -------------------------------------------------------------------------------- */

static void element(struct buf *out, const char *open, const char *text, const char *close)
{
	if (!text)
		return;
	buf_put_string(out, open);
	put_text(out, text);
	buf_put_string(out, close);
}

static void head(const struct paper *p, struct buf *out)
{
	static const char *const class[] = { [PAPER_OFFICIAL] = "official",
					     [PAPER_LETTER] = "letter",
					     [PAPER_LANDSCAPE] = "across" };

	buf_printf(out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
			"<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n",
		   p->lang == LANG_ZH ? "zh-CN" : "en");
	buf_put_string(out, "<title>");
	for (const char *at = p->title ? p->title : ""; *at; at++)
		if (*at == '\n')
			buf_put_string(out, p->lang == LANG_EN ? ", " : "");
		else if (*at != '<' && *at != '&')
			buf_put_u8(out, (uint8_t)*at);
	buf_printf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n<main class=\"%s\">\n",
		   paper_html_style(), class[p->kind]);
	element(out, "<p class=\"draft\">", p->draft, "</p>\n");
	element(out, "<p class=\"mark\">", p->mark, "</p>\n");
	if (!p->mark && p->kind == PAPER_OFFICIAL)
		buf_put_string(out, "<div class=\"blank\"></div>\n");
	element(out, "<p class=\"number\">", p->number, "</p>\n");
	if (p->mark && p->kind == PAPER_OFFICIAL)
		buf_put_string(out, "<hr class=\"red\">\n");
	element(out, "<h1>", p->title, "</h1>\n");
}

static void foot(const struct paper *p, struct buf *out)
{
	if (p->copied_to || p->issued) {
		buf_put_string(out, "<div class=\"colophon\">\n");
		element(out, "<p>", p->copied_to, "</p>\n");
		element(out, "<p>", p->issued, "</p>\n");
		buf_put_string(out, "</div>\n");
	}
	element(out, "<p class=\"foot\">", p->footer, "</p>\n");
	buf_put_string(out, "</main>\n</body>\n</html>\n");
}

enum err paper_html(const struct paper *p, struct buf *out)
{
	bool open = false;

	if (p->error)
		return p->error;
	head(p, out);
	for (const struct paper_block *b = p->first; b; b = b->next) {
		/* across, each top heading begins a page: a section of its own */
		if (p->kind == PAPER_LANDSCAPE && b->kind == PAPER_HEADING && b->level == 1) {
			buf_put_string(out, open ? "</section>\n<section>\n" : "<section>\n");
			open = true;
		}
		block(out, b, p->lang);
	}
	buf_put_string(out, open ? "</section>\n" : "");
	foot(p, out);
	return buf_error(out);
}
