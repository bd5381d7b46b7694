/* SPDX-License-Identifier: MIT */
/* A document as one HTML page, for the screen and for print, in the measures of GB/T 9704-2012.
 * Everything is escaped. The style is in the page itself: whoever serves it names its hash in the
 * Content-Security-Policy (paper_html_style_hash), and nothing else is loaded. Fonts are those that
 * the reader has. */
#ifndef PAPERS_PAPER_HTML_H
#define PAPERS_PAPER_HTML_H

#include "aggregator/papers/paper.h"
#include "base/buf.h"

/* Adds the page to out; ERR_NOMEM, or what stuck to the document. */
enum err paper_html(const struct paper *p, struct buf *out);
#define PAPER_HTML_HASH 64
/* For style-src: "'sha256-...'" with its quotes; the same for each document. */
void paper_html_style_hash(char out[PAPER_HTML_HASH]);
/* The style's text, without the element around it. Static. */
const char *paper_html_style(void);

#endif
