/* SPDX-License-Identifier: MIT */
/* What makes a figure look odd: limits, and measures that go together. */
#include "aggregator/catalogue/build.h"

/* The number of a measure that may be one of a pair. */
static uint16_t read_side(struct build *b, const char *key, struct spot at)
{
	uint16_t n = refs_measure(b, key, at);
	const struct catalogue_measure *m;

	if (n == CATALOGUE_NONE)
		return n;
	m = &b->measures[n];
	if (m->kind == CATALOGUE_QUANTITY && m->figure != CATALOGUE_DERIVED && m->target > 0)
		return n;
	FAULT_ADD(b->reader.diags, at, FAULT_PAIR_KIND, m->id);
	return CATALOGUE_NONE;
}

/* What is found is noted under the first measure, which is that of one pair only. */
static bool is_there(const struct catalogue_pair *pairs, size_t count,
		     const struct catalogue_pair *p)
{
	for (size_t i = 0; i < count; i++)
		if (pairs[i].first == p->first ||
		    (pairs[i].first == p->second && pairs[i].second == p->first))
			return true;
	return false;
}

static bool read_pair(struct build *b, const struct draft_pair *d,
		      const struct catalogue_pair *pairs, size_t count, struct catalogue_pair *out)
{
	struct spot second = { d->at.file, d->second };

	if (!d->first || !d->second)
		return false;
	*out = (struct catalogue_pair){ .times = d->times };
	out->first = read_side(b, "first", (struct spot){ d->at.file, d->first });
	out->second = read_side(b, "second", second);
	if (out->first == CATALOGUE_NONE || out->second == CATALOGUE_NONE)
		return false;
	if (out->first == out->second)
		FAULT_ADD(b->reader.diags, second, FAULT_PAIR_SELF, schema_text(d->second));
	else if (is_there(pairs, count, out))
		FAULT_ADD(b->reader.diags, d->at, FAULT_PAIR_TWICE, schema_text(d->first),
			  schema_text(d->second));
	else
		return true;
	return false;
}

void pairs_build(struct build *b)
{
	const struct draft_quality *d = b->draft->quality;
	const struct draft_pair *drafts = d ? d->pairs.items : NULL;
	struct catalogue_quality *q = &b->c.quality;
	struct catalogue_pair *pairs;

	*q = (struct catalogue_quality){ .above_times = CATALOGUE_ABOVE_TIMES,
					 .above_steps = CATALOGUE_ABOVE_STEPS };
	if (!d)
		return;
	*q = d->values;
	pairs = build_alloc(b, d->pairs.count, sizeof(*pairs));
	for (size_t i = 0; pairs && i < d->pairs.count; i++)
		q->pair_count += read_pair(b, &drafts[i], pairs, q->pair_count,
					   &pairs[q->pair_count]);
	q->pairs = pairs;
}
