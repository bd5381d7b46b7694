/* SPDX-License-Identifier: MIT */
/* The kinds of records that run by forms: their tables. */
#ifndef OFFICE_KINDS_H
#define OFFICE_KINDS_H

#include "aggregator/office/forms.h"

extern const struct forms_kind *const kinds_all[];
extern const size_t kinds_count;

#endif
