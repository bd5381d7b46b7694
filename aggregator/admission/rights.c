/* SPDX-License-Identifier: MIT */
#include "aggregator/admission/rights.h"

static bool speaks_as_lead(const struct catalogue_item *item, const struct keyring *k,
			   uint16_t reporter, int32_t day)
{
	return item->lead == reporter || keyring_delegated(k, reporter, item->id, day);
}

enum event_code rights_check(const struct catalogue *c, const struct keyring *k,
			     const struct keyring_key *key, uint16_t measure, uint16_t unit,
			     int32_t day)
{
	const struct catalogue_measure *m = &c->measures[measure];
	const struct catalogue_item *item = &c->items[m->item];
	bool in_scope = catalogue_in_scope(item, unit);

	if (m->figure == CATALOGUE_DERIVED || m->kind == CATALOGUE_COMPOSITE)
		return EVENT_DERIVED;
	if (!keyring_items_has(&key->items, item->id))
		return EVENT_FORBIDDEN;
	if (speaks_as_lead(item, k, key->unit, day))
		return in_scope || unit == c->city ? EVENT_CODE_NONE : EVENT_OUT_OF_SCOPE;
	if (unit != key->unit)
		return EVENT_FORBIDDEN;
	return in_scope ? EVENT_CODE_NONE : EVENT_OUT_OF_SCOPE;
}

uint16_t rights_source(const struct catalogue *c, const struct keyring *k, uint16_t reporter,
		       uint16_t measure, uint16_t unit, int32_t day)
{
	const struct catalogue_item *item = &c->items[c->measures[measure].item];
	uint16_t owner = catalogue_owner(c, measure, unit);

	if (owner == CATALOGUE_NONE)
		return reporter;
	if (owner == reporter || (owner == item->lead && speaks_as_lead(item, k, reporter, day)))
		return CATALOGUE_NONE;
	return reporter;
}
