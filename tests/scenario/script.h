/* SPDX-License-Identifier: MIT */
/* A line of a scenario: words, matched against sentences in tables. In a sentence a $ stands for
 * one word, and ... at the end for all that follow. */
#ifndef TESTS_SCENARIO_SCRIPT_H
#define TESTS_SCENARIO_SCRIPT_H

#include "tests/scenario/world.h"

#define SCRIPT_WORDS 64

struct script_line {
	const char *words[SCRIPT_WORDS]; /* all of them */
	size_t count;
	const char *args[SCRIPT_WORDS]; /* what stood for $, then for ... */
	size_t arg_count;
};

struct script_sentence {
	const char *pattern;
	bool (*run)(struct world *w, const struct script_line *line);
	const char *meaning;
};

/* Splits text in place; "..." is one word, and so is '...'; # begins a comment. False:
 * too many words, or a quote that does not end. */
bool script_split(char *text, struct script_line *out);
/* The sentence that the line is, with its arguments; NULL where it is none. */
const struct script_sentence *script_match(const struct script_sentence *table,
					   struct script_line *line);
/* Prints a table as a manual. */
void script_print(const struct script_sentence *table);

/* Words as things; a fault where they are none. */
bool script_unit(struct world *w, const char *word, uint16_t *out);
bool script_measure(struct world *w, const char *word, uint16_t *out);
bool script_date(struct world *w, const char *word, int32_t *out);
bool script_period(struct world *w, const char *word, int32_t *out); /* 2022-06: its last day */
bool script_number(struct world *w, const char *word, unsigned decimals, int64_t *out);

/* A row that somebody says of a measure and a day; and the words that may follow it. */
bool script_row_begin(struct world *w, const char *who, const char *measure, const char *day,
		      struct world_row *r);
bool script_row_options(struct world *w, const char *const *words, size_t count,
			struct world_row *r);

/* Tables end with a NULL pattern. */
extern const struct script_sentence say_sentences[];
extern const struct script_sentence expect_sentences[];
extern const struct script_sentence expect_alert_sentences[];
extern const struct script_sentence quality_sentences[];
extern const struct script_sentence care_sentences[];
extern const struct script_sentence slip_sentences[];
extern const struct script_sentence office_sentences[];
extern const struct script_sentence record_sentences[];
extern const struct script_sentence plans_sentences[];
extern const struct script_sentence year_sentences[];
extern const struct script_sentence object_sentences[];

#endif
