/* SPDX-License-Identifier: MIT */
/* What a record may say and become: the fields of its kind, its states, and the acts that lead from
 * one state to another. One machine runs all kinds; they are tables (kinds.c), from which the API
 * and minshengctl make their words too. */
#ifndef OFFICE_FORMS_H
#define OFFICE_FORMS_H

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/office/records.h"
#include "base/lang.h"

enum forms_type {
	FORMS_NAME,    /* a line of text */
	FORMS_TEXT,    /* lines of text */
	FORMS_DAY,     /* "2022-06-30" */
	FORMS_PERIOD,  /* "2022-06", a month of the programme */
	FORMS_QUARTER, /* "2022-Q2" */
	FORMS_UNIT,    /* ids of the catalogue */
	FORMS_ITEM,
	FORMS_PROJECT,
	FORMS_MEASURE,
	FORMS_VALUE,   /* a number at the decimals of the record's measure, as text */
	FORMS_CHOICE,  /* one of the words of choices */
	FORMS_COUNT    /* a whole number; computed only */
};
enum forms_flag {
	FORMS_LIST = 1,	   /* an array of them */
	FORMS_STEP = 2,	   /* belongs to the step, not to the record */
	FORMS_PRIVATE = 4, /* personal data: for the control socket alone, never in a step */
	FORMS_MADE = 8	   /* computed, not given */
};
struct forms_field {
	const char *name;
	struct lang_text word;
	enum forms_type type;
	unsigned flags;
	const char *choices; /* each with a space behind it */
};

struct forms_state {
	const char *name;
	struct lang_text word;
	struct lang_text next; /* what can be done in it, for whoever tried something else */
	bool ended;	       /* nothing is waited for any more */
};

#define FORMS_HIDDEN "***" /* stands for personal data */

#define FORMS_IN(state) (1u << (state))
#define FORMS_NEW FORMS_IN(31) /* there is no such record yet: it is made */
#define FORMS_STAYS (-1)
#define FORMS_ID (RECORDS_ID_MAX + 1)

struct forms_call;
struct forms_act {
	const char *name; /* "problem.extend" */
	struct lang_text word;
	unsigned from;	  /* states in which it may be done */
	int to;		  /* state afterwards, or FORMS_STAYS */
	/* Names of fields it takes, each with a space behind it: "deadline! " has to be given,
	 * "why* " too where the record exists already, "date+ " too where the record has none.
	 * A reason ("why") may always be given. */
	const char *fields;
	/* What the table can't say; may set computed fields. NULL: nothing. */
	enum err (*check)(struct forms_call *x);
};

struct forms_kind {
	enum records_kind kind;
	const char *list;	 /* "problems" */
	struct lang_text word;	 /* 协调事项 */
	const char *prefix;	 /* numbered by year: 协调-2022-003, id 2022-003; NULL: not */
	const char *of;		 /* numbered below another record (decisions): its kind's name */
	const char *const *key;	 /* else: the fields that make its id, up to NULL */
	const struct forms_field *fields; /* up to a NULL name */
	const struct forms_state *states; /* up to a NULL name */
	const struct forms_act *acts;	  /* up to a NULL name */
};

extern const struct forms_field forms_why; /* of every act */
/* NULL: no such kind. */
const struct forms_kind *forms_kind(enum records_kind kind);
const struct forms_field *forms_field(const struct forms_kind *k, const char *name);
/* Index into its states, or -1. */
int forms_state(const struct forms_kind *k, const char *name);
/* The act of that name and its kind; NULL: none of these. */
const struct forms_act *forms_act(const char *name, const struct forms_kind **kind);

/* The next name of an act's fields, and the mark behind it ('\0': none); returns what follows, NULL at
 * the end. */
#define FORMS_FIELD 32 /* bytes of a name, with NUL */
const char *forms_next(const char *fields, char name[FORMS_FIELD], char *mark);

/* Puts FORMS_HIDDEN in place of the personal data in an act's body. False: no memory. */
bool forms_hide(json_t *body);

/* One act while it is checked and done. The first six are the caller's. */
struct forms_call {
	struct store_txn *t;
	const struct catalogue *c;
	const json_t *body; /* with "act" and "by" */
	int64_t now_ms;	    /* of the entry */
	uint64_t position;
	bool delegated; /* the lead of the body's item lets the body's unit speak for it */
	/* found out */
	const struct forms_kind *kind;
	const struct forms_act *act;
	int32_t today;
	bool is_new;
	char id[FORMS_ID];
	json_t *before; /* as it stood; NULL: new */
	json_t *record; /* as it will stand */
	json_t *given;	/* what the body says, checked */
	/* why not: a code, the field that it is about or NULL, and texts */
	const char *code;
	const char *field;
	char zh[400], en[400];
};

/* Does the act that body names: checks everything, then writes the record and its step. Where code
 * is set, nothing was changed: ERR_INVALID, ERR_NOTFOUND, ERR_STATE or ERR_EXISTS. */
enum err forms_do(struct forms_call *x);
void forms_release(struct forms_call *x);

/* For checks: notes why not and gives e back. */
enum err forms_refuse(struct forms_call *x, enum err e, const char *code, const char *field,
		      struct lang_text text);
/* A text member of the record as it will stand; "" where there is none. */
const char *forms_text(const json_t *record, const char *name);
/* A day member; DATE_NONE where there is none. */
int32_t forms_day(const json_t *record, const char *name);

/* The form of a field in a body, made canonical; *out is new. */
enum err forms_read(struct forms_call *x, const struct forms_field *f, json_t *value,
		    json_t **out);
/* Index into the items of the catalogue; CATALOGUE_NONE: no such id. */
uint16_t forms_item(const struct catalogue *c, const char *id);

#endif
