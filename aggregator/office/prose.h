/* SPDX-License-Identifier: MIT */
/* The sentences of a bulletin as templates: words that the office may write anew, and places for
 * numbers that are computed. A text with all its places is good, in whatever words; one that lost a
 * number is not. Pure.
 *
 * A place is {name}, or {name=shown} where somebody was shown what stands there and gives it back;
 * {?name} in a template may be left out. "{{" is a brace. */
#ifndef OFFICE_PROSE_H
#define OFFICE_PROSE_H

#include "base/bytes.h"
#include "base/lang.h"

#define PROSE_NAME 24	/* bytes of a place's name, with NUL */
#define PROSE_TEXT 4000 /* bytes of an edited text */

enum prose_about { PROSE_NOTHING, PROSE_UNIT, PROSE_MEASURE };

struct prose_template {
	const char *section; /* "overall", or "lagging/" where an id follows */
	enum prose_about about; /* what the id behind the stroke names */
	struct lang_text word;	/* what the sentence is, for people */
	struct lang_text text;
};
extern const struct prose_template prose_templates[];
extern const size_t prose_template_count;

/* The template of a section: "overall", "lagging/canteens" (*id points behind the stroke, else to
 * ""). NULL: there is no such section. */
const struct prose_template *prose_find(const char *section, const char **id);

struct prose_piece {
	struct bytes text;	/* plain words; empty for a place */
	char name[PROSE_NAME];	/* of a place; "" for words */
	struct bytes shown;	/* what was shown there; empty where nothing is said */
	bool optional;
};
enum prose_step { PROSE_END, PROSE_PIECE, PROSE_BROKEN };
/* The next piece of a text; *at moves on. BROKEN: a brace that opens or closes nothing, or a name
 * that is none. */
enum prose_step prose_next(const char **at, struct prose_piece *out);

enum prose_fault { PROSE_GOOD, PROSE_BRACES, PROSE_LOST, PROSE_UNKNOWN };
/* An edited text against its template: every place that may not be left out is there, and no other.
 * name: of the place that is lost or unknown. */
enum prose_fault prose_check(const char *template, const char *text, char name[PROSE_NAME]);
/* Bytes of the digit that a text begins with, full-width ones too; 0: it begins otherwise. */
size_t prose_digit_at(struct bytes text);
/* A text holds digits that somebody typed: not wrong, but worth a look. */
bool prose_has_digits(const char *text);

#endif
