/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/build.h"

#include <stdlib.h>

#include "aggregator/catalogue/value.h"
#include "base/decimal.h"

struct quotas {
	const struct draft_part *part;
	struct spot key;
	struct spot map;
	uint16_t measure;
};

static int by_unit(const void *left, const void *right)
{
	const struct catalogue_quota *a = left, *b = right;

	return a->unit - b->unit;
}

static bool read_quota(struct build *b, const struct quotas *q, size_t i,
		       struct catalogue_quota *out)
{
	const struct catalogue_measure *m = &b->measures[q->measure];
	struct spot key = { q->map.file, q->map.node->keys[i] };
	struct spot at = { q->map.file, q->map.node->values[i] };
	struct value v = { b->reader.diags, at, schema_text(key.node), NULL };

	out->unit = refs_unit(b, m->id, key);
	if (out->unit != CATALOGUE_NONE && !catalogue_in_scope(&b->items[m->item], out->unit)) {
		FAULT_ADD(v.diags, key, FAULT_QUOTA_UNIT, m->id, v.key);
		return false;
	}
	if (at.node->kind != YAML_SCALAR || !at.node->text.len) {
		FAULT_ADD(v.diags, at, FAULT_NOT_SCALAR, v.key);
		return false;
	}
	v.text = schema_text(at.node);
	if (!value_number(&v, m->decimals, false, &out->value))
		return false;
	if (out->value < 0) {
		FAULT_ADD(v.diags, at, FAULT_QUOTA_NEGATIVE, m->id, v.key);
		return false;
	}
	return out->unit != CATALOGUE_NONE;
}

static void check_sum(struct build *b, const struct quotas *q)
{
	const struct catalogue_measure *m = &b->measures[q->measure];
	char sum_of[DECIMAL_TEXT_MAX], target[DECIMAL_TEXT_MAX], off[DECIMAL_TEXT_MAX];
	int64_t sum = 0, difference;

	for (size_t i = 0; i < m->quota_count; i++)
		if (!decimal_add(sum, m->quotas[i].value, &sum))
			return;
	if (sum == m->target || !b->draft_measures[q->measure]->numbers_ok ||
	    !decimal_sub(sum, m->target, &difference))
		return;
	decimal_format(sum, m->decimals, sum_of);
	decimal_format(m->target, m->decimals, target);
	decimal_format(difference, m->decimals, off);
	FAULT_ADD(b->reader.diags, q->key, FAULT_QUOTA_SUM, m->id, sum_of, target, off);
}

static void build_quotas(struct build *b, const struct quotas *q)
{
	struct catalogue_measure *m = &b->measures[q->measure];
	struct catalogue_quota *list = build_alloc(b, q->map.node->count, sizeof(*list));
	bool whole = list != NULL;

	m->quotas = list;
	m->quotas_invented = q->part->invented;
	for (size_t i = 0; list && i < q->map.node->count; i++) {
		if (read_quota(b, q, i, &list[m->quota_count]))
			m->quota_count++;
		else
			whole = false;
	}
	if (list)
		qsort(list, m->quota_count, sizeof(*list), by_unit);
	if (whole)
		check_sum(b, q);
}

static void read_entry(struct build *b, const struct draft_part *part, size_t i, struct spot *given)
{
	struct quotas q = { part,
			    { part->at.file, part->quotas->keys[i] },
			    { part->at.file, part->quotas->values[i] },
			    CATALOGUE_NONE };
	const char *id = schema_text(q.key.node);

	q.measure = refs_measure(b, "quotas", q.key);
	if (q.measure == CATALOGUE_NONE)
		return;
	if (q.map.node->kind != YAML_MAP)
		FAULT_ADD(b->reader.diags, q.map, FAULT_NOT_MAP, id);
	else if (b->measures[q.measure].kind != CATALOGUE_QUANTITY ||
		 b->measures[q.measure].figure != CATALOGUE_COUNTIES)
		FAULT_ADD(b->reader.diags, q.key, FAULT_QUOTA_KIND, id);
	else if (given[q.measure].node)
		FAULT_ADD(b->reader.diags, q.key, FAULT_QUOTAS_TWICE, id,
			  refs_place(b, given[q.measure]));
	else {
		given[q.measure] = q.key;
		build_quotas(b, &q);
	}
}

void quotas_build(struct build *b)
{
	struct spot *given = build_alloc(b, b->c.measure_count, sizeof(*given));

	for (size_t p = 0; given && p < b->part_count; p++) {
		const struct draft_part *part = b->parts[p];

		for (size_t i = 0; part->quotas && i < part->quotas->count; i++)
			read_entry(b, part, i, given);
	}
}
