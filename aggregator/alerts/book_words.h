/* SPDX-License-Identifier: MIT */
/* The sentences of the alert book, with places for the pieces that book_text.c puts in. */
#ifndef ALERTS_BOOK_WORDS_H
#define ALERTS_BOOK_WORDS_H

#include "aggregator/alerts/book.h"

/* By kind, and by what became of the alert. */
struct lang_text book_words(const struct book_record *r);

#endif
