/* SPDX-License-Identifier: MIT */
/* Areas whose reports for a period are the same, figure for figure. */
#include <stdlib.h>

#include "aggregator/alerts/evidence.h"
#include "aggregator/alerts/odd.h"
#include "base/crypto.h"

/* What an area says for a period: figures above 0, in the order of the measures. */
struct voice {
	struct crypto_hasher hasher;
	uint8_t hash[CRYPTO_HASH_LEN];
	unsigned figures;
	uint16_t measure; /* the first of them */
	int64_t value;
};

static enum err listen(const struct panel_case *k, const struct odd_window *w, uint16_t measure,
		       uint16_t unit, struct voice *v)
{
	struct cell_value is;
	uint8_t said[18];
	enum err e = evidence_value(k, measure, unit, CATALOGUE_NONE, w->period, &is);

	if (e != ERR_OK || !is.present || is.value <= 0 || is.as_of <= w->before)
		return e;
	if (v->figures++ == 0) {
		v->measure = measure;
		v->value = is.value;
		crypto_hash_begin(&v->hasher);
	}
	bytes_store16(said, measure);
	bytes_store64(said + 2, (uint64_t)is.value);
	bytes_store64(said + 10, (uint64_t)is.denominator);
	crypto_hash_add(&v->hasher, bytes_of(said, sizeof(said)));
	return ERR_OK;
}

static enum err hear_all(const struct panel_case *k, const struct odd_window *w,
			 struct voice *voices)
{
	const struct catalogue *c = k->docket->c;
	enum err e = ERR_OK;

	for (uint16_t m = 0; m < c->measure_count; m++) {
		const struct catalogue_item *item = &c->items[c->measures[m].item];

		if (c->measures[m].figure != CATALOGUE_COUNTIES ||
		    (c->measures[m].kind != CATALOGUE_QUANTITY &&
		     c->measures[m].kind != CATALOGUE_RATIO))
			continue;
		for (size_t i = 0; i < item->scope_count && e == ERR_OK; i++)
			e = listen(k, w, m, item->scope[i], &voices[item->scope[i]]);
		if (e != ERR_OK)
			return e;
	}
	for (size_t u = 0; u < c->unit_count; u++)
		if (voices[u].figures)
			crypto_hash_end(&voices[u].hasher, voices[u].hash);
	return ERR_OK;
}

static bool same_voice(const struct voice *a, const struct voice *b)
{
	return a->figures >= QUALITY_TWIN_MIN && a->figures == b->figures &&
	       memcmp(a->hash, b->hash, sizeof(a->hash)) == 0;
}

/* Its nearest twin: the next one, or the one before. */
static enum err look_for_twin(const struct catalogue *c, const struct voice *voices, uint16_t unit,
			      int32_t period, struct odd_list *found)
{
	const struct voice *v = &voices[unit];
	struct flags_record r = { .measure = v->measure,
				  .unit = unit,
				  .period = period,
				  .rule = FLAGS_TWIN,
				  .state = FLAGS_OPEN,
				  .other_measure = CATALOGUE_NONE,
				  .other_unit = CATALOGUE_NONE };

	for (uint16_t other = 0; other < c->unit_count; other++)
		if (other != unit && same_voice(v, &voices[other]) &&
		    (r.other_unit == CATALOGUE_NONE || other > unit)) {
			r.other_unit = other;
			if (other > unit)
				break;
		}
	if (r.other_unit == CATALOGUE_NONE)
		return ERR_OK;
	r.numbers[0] = v->value;
	r.numbers[1] = v->figures;
	return odd_add(found, &r);
}

enum err odd_twins(const struct panel_case *k, const struct odd_window *w, struct odd_list *found)
{
	const struct catalogue *c = k->docket->c;
	struct voice *voices = calloc(c->unit_count + 1, sizeof(*voices));
	enum err e = voices ? hear_all(k, w, voices) : ERR_NOMEM;

	for (uint16_t u = 0; u < c->unit_count && e == ERR_OK; u++)
		if (voices[u].figures >= QUALITY_TWIN_MIN)
			e = look_for_twin(c, voices, u, w->period, found);
	free(voices);
	return e;
}
