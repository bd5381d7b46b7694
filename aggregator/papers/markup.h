/* SPDX-License-Identifier: MIT */
/* Text within markup: HTML, the XML of .docx, SVG. Pure. */
#ifndef PAPERS_MARKUP_H
#define PAPERS_MARKUP_H

#include "base/buf.h"

/* Appends the text with & < > " ' escaped, without the characters that XML 1.0 forbids. */
void markup_escape(struct buf *out, struct bytes text);

#endif
