/* SPDX-License-Identifier: MIT */
/* The monthly bulletin (通报): its facts, its sentences with locked numbers, what the office wrote
 * anew, who signed, and all that as a paper. All of it in the arena given. */
#ifndef PAPERS_BULLETIN_H
#define PAPERS_BULLETIN_H

#include "aggregator/office/prose.h"
#include "aggregator/papers/bulletin_facts.h"
#include "aggregator/papers/paper.h"

#define BULLETIN_DIGEST (2 * CRYPTO_HASH_LEN + 1)
#define BULLETIN_VALUES 10

struct bulletin_value {
	const char *name;   /* of the place in the template */
	const char *text;   /* what stands there */
	const char *source; /* what it was computed from */
};
struct bulletin_sentence {
	const char *section; /* "overall", "lagging/canteens" */
	const struct prose_template *form;
	struct bulletin_value values[BULLETIN_VALUES];
	size_t value_count;
	const char *text; /* template that is in force: the office's, or the form's */
	bool edited;
	unsigned revision; /* how often it was edited or reset */
	const char *by;	   /* who did last; "" */
	int64_t at_ms;
};
struct bulletin_signature {
	bool signed_;
	const char *document, *name, *title, *date, *digest, *by;
	int64_t at_ms;
};
struct bulletin {
	enum lang lang;
	const struct catalogue *catalogue;
	struct bulletin_facts facts;
	const char *facts_text; /* as canonical JSON; of what was published: as the act has it */
	struct query_month month; /* calendar and publication */
	bool published;
	bool kept;	   /* its facts are those that the act of publication holds */
	uint64_t position; /* of the ledger: published: of that act; else the newest entry */
	struct bulletin_sentence *sentences; /* in the order of the paper */
	size_t sentence_count;
	const char **strays; /* sections that were edited and that this month does not have */
	size_t stray_count;
	struct bulletin_signature signature;
	char digest[BULLETIN_DIGEST]; /* of facts and edits: what a signature is for */
};

/* The draft as things stand, or what was published. ERR_NOTFOUND: nothing was judged. */
enum err bulletin_open(struct query *q, int32_t period, enum lang lang, struct arena *a,
		       struct bulletin *out);
const struct bulletin_value *bulletin_value(const struct bulletin_sentence *s, const char *name);
const struct bulletin_sentence *bulletin_sentence(const struct bulletin *b, const char *section);
/* Every place of text that was given back as {name=shown} shows what is computed. False: *name is of
 * one that does not; *is: what it should show. */
bool bulletin_shows(const struct bulletin_sentence *s, const char *text, char name[PROSE_NAME],
		    const char **is);

/* A number with a digit before or behind it reads as another one: "1{red}" shows 13. False: *name is
 * of a place whose number would be joined to what stands beside it, a point or comma between too. */
bool bulletin_apart(const struct bulletin_sentence *s, const char *text, char name[PROSE_NAME]);

/* As a document: the one of a month, whatever its state. ERR_NOTFOUND as above. */
enum err paper_bulletin(struct query *q, const struct catalogue *c, int32_t period, enum lang lang,
			struct arena *a, struct paper *out);
/* The same of one that is open already. */
enum err bulletin_paper(struct query *q, const struct bulletin *b, struct arena *a,
			struct paper *out);

#endif
