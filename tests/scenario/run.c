/* SPDX-License-Identifier: MIT */
/* Plays a scenario: `run FILE.scn`, in the project's folder. Exit status 0 where everything was as
 * expected, 1 where not, 2 for wrong use; `run --help` prints the sentences. */
#include <stdio.h>

#include "base/log.h"
#include "tests/scenario/script.h"

#define LINE_MAX_BYTES 4096

static const struct script_sentence *const tables[] = { say_sentences, expect_sentences,
							expect_alert_sentences,
							care_sentences, quality_sentences, office_sentences, record_sentences,
							plans_sentences, year_sentences, slip_sentences,
							object_sentences };
#define TABLE_COUNT (sizeof(tables) / sizeof(tables[0]))

static const struct script_sentence *find(struct script_line *line)
{
	const struct script_sentence *s = NULL;

	for (size_t i = 0; i < TABLE_COUNT && !s; i++)
		s = script_match(tables[i], line);
	return s;
}

static bool play_line(struct world *w, char *text, bool *blank)
{
	const struct script_sentence *s;
	struct script_line line;

	*blank = false;
	if (!script_split(text, &line))
		return world_fault(w, "a quote that does not end, or too many words");
	if ((*blank = line.count == 0))
		return true;
	s = find(&line);
	if (!s)
		return world_fault(w,
				   "I don't understand this line (run --help lists the sentences)");
	return s->run(w, &line);
}

static int play(struct world *w, FILE *in, const char *name)
{
	char text[LINE_MAX_BYTES];
	unsigned line = 0, lines = 0;
	bool blank;

	while (fgets(text, sizeof(text), in)) {
		line++;
		if (!play_line(w, text, &blank)) {
			printf("%s:%u: %s\n", name, line, w->fault);
			return 1;
		}
		lines += !blank;
	}
	if (!world_verify(w)) {
		printf("%s: %s\n", name, w->fault);
		return 1;
	}
	printf("%s: %u lines, replay agrees\n", name, lines);
	return 0;
}

int main(int argc, char **argv)
{
	struct world w;
	FILE *in;
	int status;

	if (argc == 2 && !strcmp(argv[1], "--help")) {
		for (size_t i = 0; i < TABLE_COUNT; i++)
			script_print(tables[i]);
		return 0;
	}
	if (argc != 2 || !(in = fopen(argv[1], "r"))) {
		fprintf(stderr, "run FILE.scn\n");
		return 2;
	}
	log_set_level(LOG_ERROR);
	status = world_init(&w) ? play(&w, in, argv[1]) : 1;
	world_close(&w);
	fclose(in);
	printf("%d passed, %d failed\n", status == 0, status != 0);
	return status;
}
