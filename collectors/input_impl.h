/* SPDX-License-Identifier: MIT */
/* A row under way, shared by the files that check it. Private to input*.c. */
#ifndef COLLECTORS_INPUT_IMPL_H
#define COLLECTORS_INPUT_IMPL_H

#include "collectors/input.h"

/* Texts are copies in the arena, NULL where empty. */
struct input_work {
	struct input *in;
	const struct input_cells *cells;
	const struct message_measure *measure; /* NULL: not known */
	char *text[INPUT_FIELDS];
	unsigned shift; /* figures are told in 10 to this power of the unit of measure */
	struct minsheng_row row;
	bool no_memory;
};

/* {0}: what it is about, {1}: a bound or another name, {2}: the same in English. */
struct input_kind {
	const char *code;
	struct lang_text text;
	struct lang_text hint; /* NULL inside: nothing to say */
};

struct input_about {
	const char *args[3];
	const char *suggest; /* what to write instead, or NULL */
};

/* Notes a fault of the cell; false. Any of about's texts may be NULL. */
bool input_wrong(struct input_work *w, enum input_field f, const struct input_kind *kind,
		 const struct input_about *about);
/* The same as a warning, which keeps the row; true. */
bool input_odd(struct input_work *w, enum input_field f, const struct input_kind *kind,
	       const struct input_about *about);
/* A copy in the arena; NULL: no memory, which is noted. */
char *input_copy(struct input_work *w, struct bytes b);

/* Steps of a row; false: it has a fault. */
bool input_find_measure(struct input_work *w); /* input_names.c */
bool input_check_uom(struct input_work *w);
bool input_check_unit(struct input_work *w);
bool input_read_kind(struct input_work *w);
bool input_check_stage(struct input_work *w);
bool input_clean_figures(struct input_work *w); /* input_figures.c */
bool input_read_figures(struct input_work *w);
bool input_read_revision(struct input_work *w);
bool input_check_objects(struct input_work *w);
bool input_read_date(struct input_work *w); /* input_day.c */

/* --- input_number.c: figures as people write them ---------------------------------------------- */
#define INPUT_NUMBER_MAX 64

enum input_number {
	INPUT_NUMBER_PLAIN,      /* out: digits as decimal_parse takes them */
	INPUT_NUMBER_NONE,       /* no figure at all: left to the check of rows */
	INPUT_NUMBER_COMMAS,     /* commas that part no thousands */
	INPUT_NUMBER_MULTIPLIER, /* 万, 亿: out is what it may mean, "" where that is not plain */
	INPUT_NUMBER_PERCENT,    /* a per cent sign where the measure counts something else */
	INPUT_NUMBER_UNIT        /* another unit of measure behind it: out has the digits */
};
/* uom: of the measure; empty: not known. */
enum input_number input_number_read(struct bytes text, struct bytes uom,
				    char out[INPUT_NUMBER_MAX]);
/* The number times 10 to the power n, exactly; false: too long. */
bool input_number_shift(const char *digits, unsigned n, char out[INPUT_NUMBER_MAX]);
/* Full-width digits and signs become ASCII, other characters stay. False: longer than cap. */
bool input_number_narrow(struct bytes text, char *out, size_t cap);

/* --- input_day.c: days as people write them ----------------------------------------------------- */
/* More forms than input_check_day has: with words around it, without a year (year: the one that is
 * meant, 0: not known), a month, Excel's serial number. */
bool input_day_read(struct bytes text, int year, int32_t *out);
/* A day or month that stands somewhere in a title. */
bool input_day_in(struct bytes text, int32_t *out);
/* The year that all expected reports are of; 0: there is not one alone. */
int input_day_year(const struct slice *s);

#endif
