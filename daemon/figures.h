/* SPDX-License-Identifier: MIT */
/* What stands now in every cell and total, as the wire says it: for snapshots and for the feed's
 * repeats after a start. */
#ifndef DAEMON_FIGURES_H
#define DAEMON_FIGURES_H

#include "aggregator/query/query.h"
#include "proto/message.h"

/* A figure, and the position of the entry that judged its light (0: never judged). Strings belong
 * to the catalogue. */
typedef enum err figures_fn(void *ctx, const struct message_figure *figure, uint64_t judged);

/* By measure: the city's, then each area's that has a part in it. Errors of fn end the walk. */
enum err figures_all(struct query *q, figures_fn *fn, void *ctx);
/* Those that a unit reports; items: what its key is limited to. */
enum err figures_of(struct query *q, uint16_t reporter, const struct keyring_items *items,
		    figures_fn *fn, void *ctx);

#endif
