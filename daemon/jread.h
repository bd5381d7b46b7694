/* SPDX-License-Identifier: MIT */
/* Walks over JSON text as jwrite writes it, without building anything: for long answers that are
 * made into something else. Text that is no JSON sets bad, and all reads stop there. */
#ifndef DAEMON_JREAD_H
#define DAEMON_JREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct jread {
	const uint8_t *at, *end;
	bool bad;
};

struct jread jread_of(struct bytes text);
/* The next character that is no space, '\0' at the end; it is not taken. */
char jread_peek(struct jread *j);
/* Takes the character where it is the next one. */
bool jread_take(struct jread *j, char c);
/* Goes into an object or array: true where there is a first member; after it, jread_next says whether
 * there is another one, and takes the end where there is none. */
bool jread_enter(struct jread *j, char open);
bool jread_next(struct jread *j, char close);
/* A member's name, appended; the value comes next. */
void jread_key(struct jread *j, struct buf *out);
/* A string without its quotes and escapes, appended; NULL: it is passed over. */
void jread_string(struct jread *j, struct buf *out);
/* Any value as it stands. */
struct bytes jread_raw(struct jread *j);

#endif
