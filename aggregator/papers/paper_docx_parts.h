/* SPDX-License-Identifier: MIT */
/* What every .docx of ours holds besides its text. Private to the folder. */
#ifndef PAPERS_PAPER_DOCX_PARTS_H
#define PAPERS_PAPER_DOCX_PARTS_H

#include "aggregator/papers/paper.h"
#include "base/buf.h"

extern const char paper_docx_types[], paper_docx_relations[], paper_docx_links[];
extern const char paper_docx_settings[];
/* styles.xml: sizes in the measures of the kind. */
void paper_docx_styles(const struct paper *p, struct buf *out);
/* A footer with the page's number; even pages have it at the left. */
void paper_docx_footer(const struct paper *p, bool even, struct buf *out);
/* That of a letter's first page, which has no number. */
void paper_docx_first_footer(const struct paper *p, struct buf *out);
/* Size, margins, footers: the last child of the body. */
void paper_docx_section(const struct paper *p, struct buf *out);
/* Width of the text block in twentieths of a point. */
unsigned paper_docx_width(const struct paper *p);

#endif
