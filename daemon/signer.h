/* SPDX-License-Identifier: MIT */
/* The daemon's signature under what the office closes: an Ed25519 key that follows from the server's
 * secret key, so that there is one secret to keep. */
#ifndef DAEMON_SIGNER_H
#define DAEMON_SIGNER_H

#include "aggregator/aggregator.h"
#include "proto/curve.h"

/* keys must outlive it. */
struct aggregator_signer signer_of(const struct curve_pair *keys);

#endif
