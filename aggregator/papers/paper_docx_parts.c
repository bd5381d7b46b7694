/* SPDX-License-Identifier: MIT */
/* WordprocessingML around the text. Lengths are in twentieths of a point: 56.7 a millimetre. Fonts
 * are named, never embedded: Word and WPS bring them. */
#include "aggregator/papers/paper_docx_parts.h"

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define NS "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define OFFICE "application/vnd.openxmlformats-officedocument.wordprocessingml."
#define REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"

const char paper_docx_types[] =
	XML "<Types xmlns=\"" PACKAGE "content-types\">"
	"<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package."
	"relationships+xml\"/>"
	"<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
	"<Override PartName=\"/word/document.xml\" ContentType=\"" OFFICE "document.main+xml\"/>"
	"<Override PartName=\"/word/footer1.xml\" ContentType=\"" OFFICE "footer+xml\"/>"
	"<Override PartName=\"/word/footer2.xml\" ContentType=\"" OFFICE "footer+xml\"/>"
	"<Override PartName=\"/word/footer3.xml\" ContentType=\"" OFFICE "footer+xml\"/>"
	"<Override PartName=\"/word/settings.xml\" ContentType=\"" OFFICE "settings+xml\"/>"
	"<Override PartName=\"/word/styles.xml\" ContentType=\"" OFFICE "styles+xml\"/>"
	"</Types>";
const char paper_docx_relations[] =
	XML "<Relationships xmlns=\"" PACKAGE "relationships\">"
	"<Relationship Id=\"rId1\" Type=\"" REL "/officeDocument\" Target=\"word/document.xml\"/>"
	"</Relationships>";
const char paper_docx_links[] =
	XML "<Relationships xmlns=\"" PACKAGE "relationships\">"
	"<Relationship Id=\"rId1\" Type=\"" REL "/styles\" Target=\"styles.xml\"/>"
	"<Relationship Id=\"rId2\" Type=\"" REL "/settings\" Target=\"settings.xml\"/>"
	"<Relationship Id=\"rId3\" Type=\"" REL "/footer\" Target=\"footer1.xml\"/>"
	"<Relationship Id=\"rId4\" Type=\"" REL "/footer\" Target=\"footer2.xml\"/>"
	"<Relationship Id=\"rId5\" Type=\"" REL "/footer\" Target=\"footer3.xml\"/>"
	"</Relationships>";
const char paper_docx_settings[] =
	XML "<w:settings " NS "><w:evenAndOddHeaders/><w:defaultTabStop w:val=\"420\"/>"
	"<w:characterSpacingControl w:val=\"compressPunctuation\"/>"
	"<w:compat><w:compatSetting w:name=\"compatibilityMode\" "
	"w:uri=\"http://schemas.microsoft.com/office/word\" w:val=\"15\"/></w:compat></w:settings>";

/* --- styles ----------------------------------------------------------------------------------- */

struct style {
	const char *id, *name;
	const char *paragraph; /* properties; NULL: those of the text */
	const char *font;      /* of Chinese text; NULL: the text's */
	unsigned half_points;  /* 0: the text's size */
	const char *run;       /* further run properties, "" for none */
	bool heading;
};

#define EXACT "<w:spacing w:line=\"579\" w:lineRule=\"exact\"/>"
#define INDENT "<w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/>"
#define MARK_SIZE 80
#define LETTER_SIZE 56
/* Of a letter's first page: red double lines of 170 mm, 7 mm out on either side of the text. */
#define LETTER_LINE(edge, kind, space)                                                             \
	"<w:pBdr><w:" edge " w:val=\"" kind "\" w:sz=\"24\" w:space=\"" space                          \
	"\" w:color=\"D7000F\"/></w:pBdr>"
#define LETTER_OUT "<w:ind w:left=\"-397\" w:right=\"-397\"/>"
#define LETTER_MARK                                                                                \
	LETTER_LINE("bottom", "thickThinSmallGap", "4")                                            \
	"<w:spacing w:before=\"0\" w:after=\"200\"/>" LETTER_OUT "<w:jc w:val=\"center\"/>"
#define XIAOBIAOSONG "方正小标宋简体"

/* Children of pPr stand in the order of the schema: keepNext, pageBreakBefore, pBdr, snapToGrid,
 * spacing, ind, jc, outlineLvl. */
static const struct style styles[] = {
	{ "Heading1", "heading 1", "<w:keepNext/>" EXACT INDENT "<w:outlineLvl w:val=\"0\"/>", "黑体",
	  0, "", true },
	{ "Heading2", "heading 2", "<w:keepNext/>" EXACT INDENT "<w:outlineLvl w:val=\"1\"/>",
	  "楷体_GB2312", 0, "", true },
	{ "Heading3", "heading 3", "<w:keepNext/>" EXACT INDENT "<w:outlineLvl w:val=\"2\"/>", NULL, 0,
	  "", true },
	{ "Heading4", "heading 4", "<w:keepNext/>" EXACT INDENT "<w:outlineLvl w:val=\"3\"/>", NULL, 0,
	  "", true },
	{ "Title", "Title",
	  "<w:spacing w:before=\"579\" w:after=\"579\" w:line=\"640\" w:lineRule=\"exact\"/>"
	  "<w:jc w:val=\"center\"/>",
	  XIAOBIAOSONG, 44, "", false },
	{ "Flush", "Flush", EXACT, NULL, 0, "", false },
	{ "Centred", "Centred",
	  "<w:spacing w:before=\"200\" w:after=\"200\" w:line=\"640\" w:lineRule=\"exact\"/>"
	  "<w:jc w:val=\"center\"/>",
	  XIAOBIAOSONG, 44, "", false },
	{ "Signed", "Signed", EXACT "<w:ind w:rightChars=\"400\" w:right=\"1280\"/><w:jc w:val=\"right\"/>",
	  NULL, 0, "", false },
	{ "Note", "Note", "<w:snapToGrid w:val=\"0\"/><w:spacing w:before=\"80\" w:after=\"80\"/>", NULL, 21,
	  "<w:color w:val=\"444444\"/>", false },
	{ "Annex", "Annex", "<w:pageBreakBefore/>" EXACT, "黑体", 0, "", false },
	{ "Mark", "Mark", "<w:spacing w:before=\"400\" w:after=\"200\"/><w:jc w:val=\"center\"/>",
	  XIAOBIAOSONG, MARK_SIZE, "<w:color w:val=\"D7000F\"/>", false },
	{ "Number", "Number",
	  "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"10\" w:space=\"11\" w:color=\"D7000F\"/></w:pBdr>"
	  "<w:spacing w:before=\"579\"/><w:jc w:val=\"center\"/>",
	  NULL, 0, "", false },
	{ "PlainNumber", "Plain Number", "<w:jc w:val=\"center\"/>", NULL, 0, "", false },
	{ "Cell", "Cell", "<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"280\" w:lineRule=\"atLeast\"/>", NULL, 24, "<w:spacing w:val=\"0\"/>", false },
	{ "SmallCell", "Small Cell", "<w:snapToGrid w:val=\"0\"/><w:spacing w:line=\"220\" w:lineRule=\"atLeast\"/>", NULL, 18,
	  "<w:spacing w:val=\"0\"/>", false },
	{ "Caption", "caption", "<w:keepNext/><w:spacing w:before=\"120\"/><w:jc w:val=\"center\"/>",
	  "黑体", 28, "", false },
	{ "Colophon", "Colophon",
	  "<w:pBdr><w:top w:val=\"single\" w:sz=\"8\" w:space=\"1\" w:color=\"000000\"/>"
	  "<w:bottom w:val=\"single\" w:sz=\"8\" w:space=\"1\" w:color=\"000000\"/></w:pBdr>"
	  "<w:ind w:leftChars=\"100\" w:rightChars=\"100\"/>",
	  NULL, 28, "", false },
	{ "Foot", "Foot", "<w:spacing w:before=\"240\"/>", NULL, 18, "<w:color w:val=\"444444\"/>",
	  false },
	{ "PageNumber", "Page Number", "", "宋体", 28, "", false },
};

static void fonts(struct buf *out, const char *chinese)
{
	buf_printf(out, "<w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" "
			"w:eastAsia=\"%s\" w:cs=\"Times New Roman\"/>",
		   chinese);
}

static void put_style(const struct paper *p, struct buf *out, const struct style *s)
{
	/* what is six characters in Chinese takes a line and a half in English */
	bool mark = s->half_points == MARK_SIZE, letter = mark && p->kind == PAPER_LETTER;
	unsigned size = mark && p->lang == LANG_EN ? MARK_SIZE * 3 / 5 :
			letter			    ? LETTER_SIZE :
						      s->half_points;

	buf_printf(out, "<w:style w:type=\"paragraph\" w:styleId=\"%s\"><w:name w:val=\"%s\"/>"
			"<w:basedOn w:val=\"Normal\"/>%s<w:qFormat/><w:pPr>%s</w:pPr><w:rPr>",
		   s->id, s->name, s->heading ? "<w:next w:val=\"Body\"/>" : "",
		   letter ? LETTER_MARK : s->paragraph);
	if (s->font)
		fonts(out, s->font);
	buf_put_string(out, s->run);
	if (size)
		buf_printf(out, "<w:sz w:val=\"%u\"/><w:szCs w:val=\"%u\"/>", size, size);
	buf_put_string(out, "</w:rPr></w:style>");
}

/* 16 points, but 14 across; drawn together by a fifth of a point, 28 of them fill a line of 156 mm. */
void paper_docx_styles(const struct paper *p, struct buf *out)
{
	unsigned size = p->kind == PAPER_LANDSCAPE ? 28 : 32;

	buf_put_string(out, XML "<w:styles " NS "><w:docDefaults><w:rPrDefault><w:rPr>");
	fonts(out, "仿宋_GB2312");
	buf_printf(out, "%s<w:sz w:val=\"%u\"/><w:szCs w:val=\"%u\"/><w:lang w:val=\"en-US\" "
			"w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>"
			"<w:spacing w:after=\"0\"/></w:pPr></w:pPrDefault></w:docDefaults>",
		   size == 32 ? "<w:spacing w:val=\"-4\"/>" : "", size, size);
	buf_put_string(out, "<w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\">"
			    "<w:name w:val=\"Normal\"/><w:qFormat/></w:style>"
			    "<w:style w:type=\"paragraph\" w:styleId=\"Body\"><w:name w:val=\"Body\"/>"
			    "<w:basedOn w:val=\"Normal\"/><w:qFormat/><w:pPr>" EXACT INDENT
			    "<w:jc w:val=\"both\"/></w:pPr></w:style>");
	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
		put_style(p, out, &styles[i]);
	/* a computed value: seen on the screen by whoever edits, and gone once the style is */
	buf_put_string(out, "<w:style w:type=\"character\" w:styleId=\"Locked\">"
			    "<w:name w:val=\"Locked\"/><w:qFormat/></w:style>"
			    "<w:style w:type=\"character\" w:styleId=\"Invented\">"
			    "<w:name w:val=\"Invented\"/><w:qFormat/><w:rPr><w:u w:val=\"dotted\"/></w:rPr>"
			    "</w:style></w:styles>");
}

/* --- pages ------------------------------------------------------------------------------------ */

static const struct {
	unsigned width, height, top, right, bottom, left;
} pages[] = {
	[PAPER_OFFICIAL] = { 11906, 16838, 2098, 1474, 1984, 1587 },
	[PAPER_LETTER] = { 11906, 16838, 1701, 1474, 1701, 1587 },
	[PAPER_LANDSCAPE] = { 16838, 11906, 1134, 1021, 1021, 1021 },
};

unsigned paper_docx_width(const struct paper *p)
{
	return pages[p->kind].width - pages[p->kind].left - pages[p->kind].right;
}

/* "— 1 —", 7 mm below the text, at the outer edge; one character from it. */
void paper_docx_footer(const struct paper *p, bool even, struct buf *out)
{
	bool middle = p->kind == PAPER_LANDSCAPE;

	buf_printf(out, XML "<w:ftr " NS "><w:p><w:pPr><w:pStyle w:val=\"PageNumber\"/>"
			    "<w:ind w:leftChars=\"100\" w:rightChars=\"100\"/><w:jc w:val=\"%s\"/></w:pPr>"
			    "<w:r><w:t xml:space=\"preserve\">— </w:t></w:r>"
			    "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r>"
			    "<w:r><w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>"
			    "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>1</w:t></w:r>"
			    "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
			    "<w:r><w:t xml:space=\"preserve\"> —</w:t></w:r></w:p></w:ftr>",
		   middle ? "center" : even ? "left" : "right");
}

/* That of a letter's first page: no number, but the second of the red lines where the office's name
 * stands above the first. */
void paper_docx_first_footer(const struct paper *p, struct buf *out)
{
	buf_printf(out, XML "<w:ftr " NS "><w:p><w:pPr>%s</w:pPr></w:p></w:ftr>",
		   p->kind == PAPER_LETTER && p->mark ?
			   LETTER_LINE("top", "thinThickSmallGap", "1") LETTER_OUT :
			   "");
}

/* The footer's text stands 7 mm below the block: its distance is counted from the page's foot. */
void paper_docx_section(const struct paper *p, struct buf *out)
{
	unsigned bottom = pages[p->kind].bottom, below = 397 + 280;

	buf_put_string(out, "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId3\"/>"
			    "<w:footerReference w:type=\"even\" r:id=\"rId4\"/>"
			    "<w:footerReference w:type=\"first\" r:id=\"rId5\"/>");
	buf_printf(out, "<w:pgSz w:w=\"%u\" w:h=\"%u\"%s/>", pages[p->kind].width,
		   pages[p->kind].height,
		   p->kind == PAPER_LANDSCAPE ? " w:orient=\"landscape\"" : "");
	buf_printf(out, "<w:pgMar w:top=\"%u\" w:right=\"%u\" w:bottom=\"%u\" w:left=\"%u\" "
			"w:header=\"851\" w:footer=\"%u\" w:gutter=\"0\"/>%s%s</w:sectPr>",
		   pages[p->kind].top, pages[p->kind].right, bottom, pages[p->kind].left,
		   bottom > below + 280 ? bottom - below : 340,
		   p->kind == PAPER_LETTER ? "<w:titlePg/>" : "",
		   p->kind == PAPER_OFFICIAL ?
			   "<w:docGrid w:type=\"lines\" w:linePitch=\"579\"/>" :
			   "");
}
