/* SPDX-License-Identifier: MIT */
#include "daemon/seed.h"

#include "daemon/figures.h"
#include "daemon/snapshot.h"

static enum err seed_figure(void *ctx, const struct message_figure *figure, uint64_t judged)
{
	struct message_figure light = *figure;
	enum err e = ERR_OK;

	if (figure->position > 0)
		e = feed_seed(ctx, FEED_TOTAL, figure);
	light.position = judged;
	if (e == ERR_OK && judged > 0)
		e = feed_seed(ctx, FEED_LIGHT, &light);
	return e;
}

enum err seed_feed(struct store *store, struct feed *f)
{
	struct snapshots *snapshots = NULL;
	struct query *q = NULL;
	enum err e = snapshots_new(store, &snapshots);

	if (e == ERR_OK)
		e = snapshots_open(snapshots, &q);
	if (e == ERR_OK)
		e = figures_all(q, seed_figure, f);
	query_close(q);
	snapshots_free(snapshots);
	return e;
}
