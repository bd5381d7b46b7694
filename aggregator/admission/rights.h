/* SPDX-License-Identifier: MIT */
/* Who may report what, and in which cell it lands. */
#ifndef ADMISSION_RIGHTS_H
#define ADMISSION_RIGHTS_H

#include "aggregator/admission/keyring.h"
#include "proto/event.h"

/* EVENT_CODE_NONE, or why not: an area reports for itself what is in its scope; a lead, and whom
 * the lead delegated the item to, for the city and every area of the item; a key limited to items
 * for these alone. Computed figures nobody reports. day: civil day of the entry. */
enum event_code rights_check(const struct catalogue *c, const struct keyring *k,
			     const struct keyring_key *key, uint16_t measure, uint16_t unit,
			     int32_t day);
/* CATALOGUE_NONE where the reporter's figure counts there, else the reporter: its shadow cell. */
uint16_t rights_source(const struct catalogue *c, const struct keyring *k, uint16_t reporter,
		       uint16_t measure, uint16_t unit, int32_t day);

#endif
