/* SPDX-License-Identifier: MIT */
/* What a key may report, as a slice of the catalogue. Private to this folder. */
#ifndef AGGREGATOR_ENROL_H
#define AGGREGATOR_ENROL_H

#include "aggregator/engine.h"

/* On the day of a->admit. All of *out lives in the arena or the catalogue. */
enum err enrol_slice(struct aggregator *a, const struct keyring_key *key, struct arena *arena,
		     struct message_slice *out);

#endif
