/* SPDX-License-Identifier: MIT */
/* Text files in the encodings that spreadsheets write, and what a file is by its first bytes. */
#ifndef COLLECTORS_INPUT_TEXT_H
#define COLLECTORS_INPUT_TEXT_H

#include "collectors/input.h"

/* Makes *file UTF-8 without a byte order mark: *file goes on to point at its own bytes, or at those in
 * store. *encoding: what it was. ERR_INVALID: it is none of them, and *file stays; *encoding is NULL. */
enum err input_text_decode(struct bytes *file, struct buf *store, const char **encoding);

#endif
