/* SPDX-License-Identifier: MIT */
/* Members of a record, read back. What a record lacks is empty, 0 or false: records are written by
 * this program alone, and a newer one may know more members. */
#ifndef OFFICE_FIELD_H
#define OFFICE_FIELD_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* A copy, cut to cap with its NUL. */
void field_text(const json_t *record, const char *name, char *out, size_t cap);
int64_t field_number(const json_t *record, const char *name);
struct bytes field_bytes(const json_t *record, const char *name); /* lives as long as the record */
/* A month "2022-08" as its last day; DATE_NONE where it is none. */
int32_t field_period(const json_t *record, const char *name);

#endif
