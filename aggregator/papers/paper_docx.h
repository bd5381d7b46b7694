/* SPDX-License-Identifier: MIT */
/* A document as .docx (ECMA-376), which offices go on editing in WPS or Word: real styles, page
 * numbers, tables whose heads repeat. Made in memory; no time, no random number: the same document
 * gives the same bytes. */
#ifndef PAPERS_PAPER_DOCX_H
#define PAPERS_PAPER_DOCX_H

#include "aggregator/papers/paper.h"
#include "base/buf.h"

/* Adds the file to out; ERR_NOMEM, or what stuck to the document. */
enum err paper_docx(const struct paper *p, struct buf *out);

#endif
