/* SPDX-License-Identifier: MIT */
/* Checklists of objects: what somebody found at a canteen or a compound at its acceptance, line by
 * line. An object is accepted where every line that must hold does. Checks are told beside the
 * figures and never summed. A record of the office (records.h), a step for each check. */
#ifndef OFFICE_OBJECT_CHECKS_H
#define OFFICE_OBJECT_CHECKS_H

#include <jansson.h>

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/office/records.h"

enum object_checks_state {
	OBJECT_CHECKS_NONE,	/* nobody looked */
	OBJECT_CHECKS_OPEN,	/* a line that must hold was not looked at */
	OBJECT_CHECKS_FAILED,	/* one does not hold */
	OBJECT_CHECKS_ACCEPTED,
	OBJECT_CHECKS_STATES
};
const char *object_checks_name(enum object_checks_state s); /* "none", "open", ... */
struct lang_text object_checks_word(enum object_checks_state s);

/* A value of a line: *out is 1 or 0 for yes or no, else at its decimals. j: a boolean, or a number
 * as text or whole. False: it is none. */
bool object_checks_value(const struct universe_check *c, const json_t *j, int64_t *out);

/* By the checklist as the catalogue has it now. record: NULL where there is none. */
enum object_checks_state object_checks_of(const struct universe *u, const json_t *record);

/* The newest check of an object; a new reference. ERR_NOTFOUND. */
enum err object_checks_read(struct store_txn *t, uint16_t measure, struct bytes object,
			    json_t **out);
/* Keeps a check, and a step of it. */
enum err object_checks_write(struct store_txn *t, uint16_t measure, struct bytes object,
			     const json_t *check);
/* All checks of an object, oldest first; fn as in records_steps. */
enum err object_checks_steps(struct store_txn *t, uint16_t measure, struct bytes object,
			     bool (*fn)(void *ctx, uint32_t number, json_t *step), void *ctx);

#endif
