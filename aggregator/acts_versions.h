/* SPDX-License-Identifier: MIT */
/* What plans and quotas have in common as acts: document, approver, reason, from which day on. Between
 * the files of acts. */
#ifndef AGGREGATOR_ACTS_VERSIONS_H
#define AGGREGATOR_ACTS_VERSIONS_H

#include "aggregator/acts_private.h"
#include "aggregator/office/versions.h"

/* Everything but plan and quotas; begins the arena of the act anew. */
enum err acts_versions_read(struct acts_call *x, struct versions_record *r,
			    const struct catalogue_measure **m);
/* Stores it as the next version of its measure; the catalogue knows it from here on. */
enum err acts_versions_keep(struct acts_call *x, struct versions_record *r);

/* An exact number: a text with at most so many decimals, or a whole number. False: neither. */
bool acts_decimal(const json_t *j, unsigned decimals, int64_t *out);
/* "field.key", for telling which one; the field alone where there is no memory. */
const char *acts_path(struct acts_call *x, const char *field, const char *key);

#endif
