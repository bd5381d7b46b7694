/* SPDX-License-Identifier: MIT */
/* What the files of the meeting pack share. */
#ifndef PAPERS_PACK_PRIVATE_H
#define PAPERS_PACK_PRIVATE_H

#include "aggregator/papers/bulletin_facts.h"
#include "aggregator/papers/pack.h"

struct pack_question { /* put to the meeting */
	uint16_t measure;
	const char *text;
	uint16_t owner; /* CATALOGUE_NONE: nobody named yet */
	int32_t deadline; /* DATE_NONE */
};

struct pack {
	struct query *q;
	const struct catalogue *c;
	enum lang lang;
	bool zh;
	struct paper *p;
	struct arena *arena;
	struct bulletin_facts facts; /* of the month that it goes by */
	struct pack_question *questions;
	size_t question_count;
	enum err err;
};

const char *pack_unit(const struct pack *k, uint16_t unit);
/* What is in the buffer, in the paper's own memory; the buffer is emptied. */
const char *pack_keep(struct pack *k, struct buf *text);
const char *pack_day(struct pack *k, int32_t day);
const char *pack_share(struct pack *k, int64_t ppm);
const char *pack_light(struct pack *k, enum light light); /* sign and word */
/* A page for a measure that the city is behind with, and the question that it puts. */
void pack_item(struct pack *k, const struct bulletin_light *l);

#endif
