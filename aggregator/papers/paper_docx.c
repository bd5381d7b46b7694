/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/paper_docx.h"

#include "aggregator/papers/markup.h"
#include "aggregator/papers/paper_docx_parts.h"
#include "aggregator/papers/zip_archive.h"

/* --- runs ------------------------------------------------------------------------------------- */

/* A run's text: the ends of lines are breaks. */
static void text(struct buf *out, const char *from)
{
	const char *line = from;
	struct buf one = { 0 };

	for (;;) {
		size_t n = strcspn(line, "\n");

		buf_clear(&one);
		buf_put(&one, bytes_of(line, n));
		buf_put_string(out, "<w:t xml:space=\"preserve\">");
		markup_escape(out, buf_bytes(&one));
		buf_put_string(out, "</w:t>");
		out->failed |= one.failed;
		if (!line[n])
			break;
		buf_put_string(out, "<w:br/>");
		line += n + 1;
	}
	buf_free(&one);
}

static void runs(struct buf *out, const struct paper_run *r, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		unsigned marks = r[i].marks;

		buf_put_string(out, "<w:r>");
		if (marks) {
			buf_put_string(out, "<w:rPr>");
			if (marks & (PAPER_LOCKED | PAPER_INVENTED))
				buf_printf(out, "<w:rStyle w:val=\"%s\"/>",
					   (marks & PAPER_INVENTED) ? "Invented" : "Locked");
			buf_put_string(out, (marks & PAPER_BOLD) ? "<w:b/>" : "");
			buf_put_string(out, "</w:rPr>");
		}
		text(out, r[i].text);
		buf_put_string(out, "</w:r>");
	}
}

static void paragraph(struct buf *out, const char *style, const char *more,
		      const struct paper_run *r, size_t count)
{
	buf_printf(out, "<w:p><w:pPr><w:pStyle w:val=\"%s\"/>%s</w:pPr>", style, more);
	runs(out, r, count);
	buf_put_string(out, "</w:p>");
}

static void line(struct buf *out, const char *style, const char *content)
{
	const struct paper_run one = { content, NULL, 0 };

	if (content)
		paragraph(out, style, "", &one, 1);
}

/* --- tables ----------------------------------------------------------------------------------- */

/* Columns without a width share what is left. */
static unsigned column_width(const struct paper_table *t, size_t column, unsigned whole)
{
	unsigned given = 0, open = 0;

	for (size_t i = 0; i < t->column_count; i++) {
		given += t->columns[i].width;
		open += t->columns[i].width == 0;
	}
	if (t->columns[column].width)
		return whole * t->columns[column].width / 100;
	return given < 100 ? whole * (100 - given) / 100 / open : whole / 20;
}

static void cell(struct buf *out, const struct paper_table *t, unsigned width, unsigned span,
		 bool shaded, enum paper_align align, const struct paper_run *r, size_t count)
{
	static const char *const jc[] = { [PAPER_LEFT] = "",
					  [PAPER_CENTRE] = "<w:jc w:val=\"center\"/>",
					  [PAPER_RIGHT] = "<w:jc w:val=\"right\"/>" };

	buf_printf(out, "<w:tc><w:tcPr><w:tcW w:w=\"%u\" w:type=\"dxa\"/>", width);
	if (span > 1)
		buf_printf(out, "<w:gridSpan w:val=\"%u\"/>", span);
	if (shaded)
		buf_put_string(out, "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"F2F2F2\"/>");
	buf_put_string(out, "<w:vAlign w:val=\"center\"/></w:tcPr>");
	paragraph(out, t->small ? "SmallCell" : "Cell", jc[align], r, count);
	buf_put_string(out, "</w:tc>");
}

static void table_head(struct buf *out, const struct paper_table *t, unsigned whole)
{
	buf_put_string(out, "<w:tblGrid>");
	for (size_t i = 0; i < t->column_count; i++)
		buf_printf(out, "<w:gridCol w:w=\"%u\"/>", column_width(t, i, whole));
	buf_put_string(out, "</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
	for (size_t i = 0; i < t->column_count; i++) {
		const struct paper_run name = { t->columns[i].head, NULL, PAPER_BOLD };

		cell(out, t, column_width(t, i, whole), 1, true, PAPER_CENTRE, &name, 1);
	}
	buf_put_string(out, "</w:tr>");
}

static void table_row(struct buf *out, const struct paper_table *t, size_t row, unsigned whole)
{
	size_t column = 0;

	buf_put_string(out, "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
	for (size_t i = 0; i < t->cell_counts[row]; i++) {
		const struct paper_cell *c = &t->rows[row][i];
		unsigned width = 0;

		for (unsigned k = 0; k < c->span; k++)
			width += column_width(t, column++, whole);
		cell(out, t, width, c->span, c->shaded, c->align, c->runs, c->run_count);
	}
	/* a row that says less than its table has columns would be no table */
	for (; column < t->column_count; column++)
		cell(out, t, column_width(t, column, whole), 1, false, PAPER_LEFT, NULL, 0);
	buf_put_string(out, "</w:tr>");
}

static void table(struct buf *out, const struct paper_table *t, unsigned whole)
{
	static const char *const edges[] = { "top", "left", "bottom", "right", "insideH", "insideV" };

	line(out, "Caption", t->caption);
	buf_printf(out, "<w:tbl><w:tblPr><w:tblW w:w=\"%u\" w:type=\"dxa\"/><w:tblBorders>", whole);
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
		buf_printf(out, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>",
			   edges[i]);
	buf_put_string(out, "</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar>"
			    "<w:left w:w=\"57\" w:type=\"dxa\"/><w:right w:w=\"57\" w:type=\"dxa\"/>"
			    "</w:tblCellMar></w:tblPr>");
	table_head(out, t, whole);
	for (size_t i = 0; i < t->row_count; i++)
		table_row(out, t, i, whole);
	buf_put_string(out, "</w:tbl><w:p><w:pPr><w:pStyle w:val=\"Note\"/></w:pPr></w:p>");
}

/* --- blocks ----------------------------------------------------------------------------------- */

static void heading(struct buf *out, const struct paper *p, const struct paper_block *b)
{
	const char style[] = { 'H', 'e', 'a', 'd', 'i', 'n', 'g', (char)('0' + b->level), '\0' };
	bool page = p->kind == PAPER_LANDSCAPE && b->level == 1 && b != p->first;

	paragraph(out, style, page ? "<w:pageBreakBefore/>" : "", b->runs, b->run_count);
}

static void block(struct buf *out, const struct paper *p, const struct paper_block *b)
{
	static const char *const style[] = { [PAPER_PARAGRAPH] = "Body",  [PAPER_FLUSH] = "Flush",
					     [PAPER_CENTRED] = "Centred", [PAPER_SIGNED] = "Signed",
					     [PAPER_NOTE] = "Note",	  [PAPER_ANNEX] = "Annex" };

	switch (b->kind) {
	case PAPER_HEADING:
		heading(out, p, b);
		break;
	case PAPER_TABLE:
		table(out, b->table, paper_docx_width(p));
		break;
	case PAPER_BREAK:
		buf_put_string(out, "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>");
		break;
	case PAPER_RULE:
		buf_put_string(out, "<w:p><w:pPr><w:pBdr><w:bottom w:val=\"dashed\" w:sz=\"6\" "
				    "w:space=\"1\" w:color=\"000000\"/></w:pBdr></w:pPr></w:p>");
		break;
	case PAPER_FIGURE:
		break;
	case PAPER_PARAGRAPH:
	case PAPER_FLUSH:
	case PAPER_CENTRED:
	case PAPER_SIGNED:
	case PAPER_NOTE:
	case PAPER_ANNEX:
		paragraph(out, style[b->kind], "", b->runs, b->run_count);
		break;
	}
}

static void document(const struct paper *p, struct buf *out)
{
	buf_put_string(out, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
			    "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/"
			    "2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/"
			    "relationships\"><w:body>");
	line(out, "Note", p->draft);
	line(out, "Mark", p->mark);
	line(out, p->mark ? "Number" : "PlainNumber", p->number);
	line(out, "Title", p->title);
	for (const struct paper_block *b = p->first; b; b = b->next)
		block(out, p, b);
	line(out, "Colophon", p->copied_to);
	line(out, "Colophon", p->issued);
	line(out, "Foot", p->footer);
	paper_docx_section(p, out);
	buf_put_string(out, "</w:body></w:document>");
}

enum { DOCUMENT, FOOTER, EVEN, FIRST, STYLES, MADE };

static enum err pack(const struct buf *made, struct buf *out)
{
	/* the list of types first, as readers expect; the others by name */
	const struct zip_archive_entry entries[] = {
		{ "[Content_Types].xml", bytes_of_string(paper_docx_types) },
		{ "_rels/.rels", bytes_of_string(paper_docx_relations) },
		{ "word/_rels/document.xml.rels", bytes_of_string(paper_docx_links) },
		{ "word/document.xml", buf_bytes(&made[DOCUMENT]) },
		{ "word/footer1.xml", buf_bytes(&made[FOOTER]) },
		{ "word/footer2.xml", buf_bytes(&made[EVEN]) },
		{ "word/footer3.xml", buf_bytes(&made[FIRST]) },
		{ "word/settings.xml", bytes_of_string(paper_docx_settings) },
		{ "word/styles.xml", buf_bytes(&made[STYLES]) },
	};

	return zip_archive(entries, sizeof(entries) / sizeof(entries[0]), out);
}

enum err paper_docx(const struct paper *p, struct buf *out)
{
	struct buf made[MADE] = { 0 };
	enum err e = p->error;

	if (e == ERR_OK) {
		document(p, &made[DOCUMENT]);
		paper_docx_footer(p, false, &made[FOOTER]);
		paper_docx_footer(p, true, &made[EVEN]);
		paper_docx_first_footer(p, &made[FIRST]);
		paper_docx_styles(p, &made[STYLES]);
	}
	for (size_t i = 0; i < MADE && e == ERR_OK; i++)
		e = buf_error(&made[i]);
	if (e == ERR_OK)
		e = pack(made, out);
	for (size_t i = 0; i < MADE; i++)
		buf_free(&made[i]);
	return e;
}
