/* SPDX-License-Identifier: MIT */
#include "tests/scenario/script.h"

#include <stdio.h>

#include "base/date.h"
#include "base/decimal.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Ends the word that begins at at, and gives where to go on; NULL: an open quote. quote: 0 for a
 * plain word. */
static char *end_word(char *at, char quote)
{
	while (*at && (quote ? *at != quote : !is_space(*at)))
		at++;
	if (quote && !*at)
		return NULL;
	if (*at)
		*at++ = '\0';
	return at;
}

bool script_split(char *text, struct script_line *out)
{
	*out = (struct script_line){ .count = 0 };
	for (char *at = text; at;) {
		char quote;

		while (is_space(*at))
			at++;
		if (!*at || *at == '#')
			return true;
		if (out->count == SCRIPT_WORDS)
			return false;
		quote = *at == '"' || *at == '\'' ? *at : '\0';
		at += quote != '\0';
		out->words[out->count++] = at;
		at = end_word(at, quote);
	}
	return false;
}

static bool same(const char *word, const char *pattern, size_t n)
{
	return strlen(word) == n && memcmp(word, pattern, n) == 0;
}

static bool matches(const char *pattern, struct script_line *line)
{
	size_t at = 0;

	line->arg_count = 0;
	while (*pattern) {
		size_t n = strcspn(pattern, " ");

		if (same("...", pattern, n)) {
			while (at < line->count)
				line->args[line->arg_count++] = line->words[at++];
			return true;
		}
		if (at == line->count)
			return false;
		if (same("$", pattern, n))
			line->args[line->arg_count++] = line->words[at];
		else if (!same(line->words[at], pattern, n))
			return false;
		at++;
		pattern += n + (pattern[n] == ' ');
	}
	return at == line->count;
}

const struct script_sentence *script_match(const struct script_sentence *table,
					   struct script_line *line)
{
	for (; table->pattern; table++)
		if (matches(table->pattern, line))
			return table;
	return NULL;
}

void script_print(const struct script_sentence *table)
{
	for (; table->pattern; table++)
		printf("  %-52s %s\n", table->pattern, table->meaning);
}

bool script_unit(struct world *w, const char *word, uint16_t *out)
{
	*out = catalogue_unit_number(world_catalogue(w), bytes_of_string(word));
	return *out != CATALOGUE_NONE || world_fault(w, "no such unit: %s", word);
}

bool script_measure(struct world *w, const char *word, uint16_t *out)
{
	*out = catalogue_measure_number(world_catalogue(w), bytes_of_string(word));
	return *out != CATALOGUE_NONE || world_fault(w, "no such measure: %s", word);
}

bool script_date(struct world *w, const char *word, int32_t *out)
{
	return date_parse(bytes_of_string(word), out) == ERR_OK ||
	       world_fault(w, "no date: %s", word);
}

bool script_period(struct world *w, const char *word, int32_t *out)
{
	int32_t month;

	if (date_month_parse(bytes_of_string(word), &month) != ERR_OK)
		return world_fault(w, "no month: %s", word);
	*out = date_month_last(month);
	return true;
}

bool script_number(struct world *w, const char *word, unsigned decimals, int64_t *out)
{
	return decimal_parse(bytes_of_string(word), decimals, out) == ERR_OK ||
	       world_fault(w, "no number with at most %u decimals: %s", decimals, word);
}
