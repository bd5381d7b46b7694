/* SPDX-License-Identifier: MIT */
/* What the tables of forms can't say. Each is called with the record as it will stand, may set its
 * computed fields, and refuses with words for people. */
#ifndef OFFICE_CHECKS_H
#define OFFICE_CHECKS_H

#include "aggregator/office/forms.h"

/* The month has begun; the unit that writes is the item's lead (the default), whom it delegated the item
 * to, or the office; late against the lead's due day when it is first written; after publication only
 * with a reason. */
enum err checks_narrative(struct forms_call *x);
enum err checks_deadline(struct forms_call *x); /* not before today */
enum err checks_extend(struct forms_call *x);	/* later than before, not over; counted */
enum err checks_end(struct forms_call *x);	/* on which day, and how late */
enum err checks_reopen(struct forms_call *x);	/* takes that back */
/* Found against reported; what was recorded has happened. */
enum err checks_inspection(struct forms_call *x);
enum err checks_meeting(struct forms_call *x);	/* what was held has happened */
enum err checks_decision(struct forms_call *x); /* of a meeting that was held */
/* Days in order, something to be in charge of, and nobody else in charge of it at the same time. */
enum err checks_portfolio(struct forms_call *x);
enum err checks_contact(struct forms_call *x); /* some way to reach the person */
enum err checks_removed(struct forms_call *x); /* personal data go with the contact */
/* Of a bulletin (checks_bulletin.c). A text keeps every number of its section, nobody else wrote
 * since, and the month is not published. */
enum err checks_prose(struct forms_call *x);
enum err checks_prose_reset(struct forms_call *x);
enum err checks_signature(struct forms_call *x); /* not published; dated not before the month's end */

#endif
