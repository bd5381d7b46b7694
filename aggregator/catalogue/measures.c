/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/build.h"

#include "aggregator/catalogue/calendar.h"
#include "aggregator/catalogue/value.h"
#include "base/date.h"
#include "base/decimal.h"

#define KIND(k) (1u << CATALOGUE_##k)
#define PER_CENT INT64_C(100)

/* --- which key goes with which kind ---------------------------------------------------------- */

struct key_rule {
	const char *key;
	unsigned allowed;
	unsigned needed; /* where nothing is derived */
};

static const struct key_rule KEY_RULES[] = {
	{ "base", KIND(QUANTITY) | KIND(RATIO) | KIND(LEVEL) | KIND(POLICY), 0 },
	{ "cap", KIND(QUANTITY), 0 },
	{ "parts", KIND(COMPOSITE), KIND(COMPOSITE) },
	{ "derived_from", KIND(RATIO) | KIND(LEVEL), 0 },
	{ "stages", KIND(QUANTITY) | KIND(POLICY), 0 },
	{ "rate_decimals", KIND(RATIO), 0 },
	{ "numerator", KIND(RATIO), KIND(RATIO) },
	{ "denominator", KIND(RATIO), KIND(RATIO) },
};

static void check_keys(struct build *b, const struct draft_measure *d)
{
	const char *kind = catalogue_kind_name(d->values.kind);
	unsigned bit = 1u << d->values.kind;

	for (size_t i = 0; i < sizeof(KEY_RULES) / sizeof(KEY_RULES[0]); i++) {
		const struct key_rule *rule = &KEY_RULES[i];
		bool given = yaml_get(d->at.node, rule->key) != NULL;

		if (given && !(rule->allowed & bit))
			FAULT_ADD(b->reader.diags, schema_spot(d->at, rule->key), FAULT_KEY_KIND,
				  d->values.id, kind, rule->key);
		else if (!given && (rule->needed & bit) && !d->derived_from)
			FAULT_ADD(b->reader.diags, d->at, FAULT_KEY_NEEDED, d->values.id, kind,
				  rule->key);
	}
}

static void check_figure(struct build *b, const struct draft_measure *d)
{
	const struct catalogue_measure *m = &d->values;
	const struct catalogue_item *item = &b->items[m->item];
	bool derived = m->kind == CATALOGUE_COMPOSITE || d->derived_from;
	struct spot at = schema_spot(d->at, "figure");

	if (derived != (m->figure == CATALOGUE_DERIVED))
		FAULT_ADD(b->reader.diags, at, FAULT_FIGURE_KIND, m->id,
			  catalogue_kind_name(m->kind), catalogue_figure_name(m->figure));
	else if (m->figure == CATALOGUE_COUNTIES && !item->scope_count)
		FAULT_ADD(b->reader.diags, at, FAULT_FIGURE_SCOPE, m->id, item->id);
}

/* --- numbers ----------------------------------------------------------------------------------- */

static bool read_number(struct build *b, const struct draft_measure *d, const char *key,
			const struct yaml_node *node, int64_t *out)
{
	struct value v = { b->reader.diags, { d->at.file, node }, key, NULL };
	bool percent = d->values.kind == CATALOGUE_RATIO || !strcmp(d->uom.zh, "%");

	if (!node)
		return false;
	v.text = schema_text(node);
	return value_number(&v, d->values.rate_decimals, percent, out);
}

static void read_numbers(struct build *b, struct draft_measure *d)
{
	struct catalogue_measure *m = &d->values;

	if (m->kind != CATALOGUE_RATIO)
		m->rate_decimals = m->decimals;
	d->numbers_ok = read_number(b, d, "target", d->target, &m->target);
	m->has_base = d->base && read_number(b, d, "base", d->base, &m->base);
	m->has_cap = d->cap && read_number(b, d, "cap", d->cap, &m->cap);
	d->numbers_ok &= m->has_base == !!d->base && m->has_cap == !!d->cap;
}

static void check_cap(struct build *b, const struct draft_measure *d)
{
	const struct catalogue_measure *m = &d->values;
	char full[DECIMAL_TEXT_MAX], cap[DECIMAL_TEXT_MAX];
	int64_t sum = INT64_MAX;

	if (decimal_add(m->base, m->target, &sum) && sum <= m->cap)
		return;
	decimal_format(sum, m->decimals, full);
	decimal_format(m->cap, m->decimals, cap);
	FAULT_ADD(b->reader.diags, schema_spot(d->at, "cap"), FAULT_CAP, m->id, full, cap);
}

static void check_base(struct build *b, const struct draft_measure *d)
{
	const struct catalogue_measure *m = &d->values;
	char base[DECIMAL_TEXT_MAX], target[DECIMAL_TEXT_MAX];

	if (m->kind == CATALOGUE_QUANTITY || m->base < m->target)
		return;
	decimal_format(m->base, m->rate_decimals, base);
	decimal_format(m->target, m->rate_decimals, target);
	FAULT_ADD(b->reader.diags, schema_spot(d->at, "base"), FAULT_BASE_TARGET, m->id, base,
		  target);
}

static void check_numbers(struct build *b, const struct draft_measure *d)
{
	const struct catalogue_measure *m = &d->values;
	int64_t full = PER_CENT * decimal_pow10(m->rate_decimals);
	struct spot at = schema_spot(d->at, "target");

	if (!d->numbers_ok)
		return;
	if (m->target <= 0)
		FAULT_ADD(b->reader.diags, at, FAULT_TARGET, m->id);
	else if (m->kind == CATALOGUE_RATIO && m->target > full)
		FAULT_ADD(b->reader.diags, at, FAULT_PERCENT_RANGE, "target",
			  schema_text(d->target));
	else if (m->kind == CATALOGUE_RATIO && m->comparator == CATALOGUE_ALL && m->target != full)
		FAULT_ADD(b->reader.diags, at, FAULT_ALL_TARGET, m->id);
	if (m->has_base)
		check_base(b, d);
	if (m->has_cap)
		check_cap(b, d);
}

static bool inside(const struct build *b, int32_t day)
{
	return day >= b->c.from && day <= calendar_period_of(b->c.to);
}

static void read_dates(struct build *b, struct draft_measure *d)
{
	struct catalogue_measure *m = &d->values;
	const struct draft_reporting *r = b->draft->reporting;

	if (m->first_report == DATE_NONE && r)
		m->first_report = r->first_report;
	else if (m->first_report != DATE_NONE && !inside(b, m->first_report))
		FAULT_ADD(b->reader.diags, schema_spot(d->at, "first_report"), FAULT_REPORT_OUTSIDE,
			  m->id, "first_report");
	if (m->retired != DATE_NONE && !inside(b, m->retired))
		FAULT_ADD(b->reader.diags, schema_spot(d->at, "retired"), FAULT_REPORT_OUTSIDE,
			  m->id, "retired");
}

/* --- stages that measures share --------------------------------------------------------------- */

static void check_stage_ids(struct build *b, const struct draft_stages *s)
{
	const struct draft_stage *stages = s->stages.items;
	struct refs_id *ids = build_alloc(b, s->stages.count, sizeof(*ids));

	for (size_t i = 0; ids && i < s->stages.count; i++) {
		const struct catalogue_stage *v = &stages[i].values;

		ids[i] = (struct refs_id){ v->id, schema_spot(stages[i].at, "id") };
		if (v->weight_ppm || v->due != DATE_NONE)
			FAULT_ADD(b->reader.diags, stages[i].at, FAULT_STAGE_PLAIN, s->id, v->id);
	}
	refs_unique(b, ids, s->stages.count);
}

struct stage_walk {
	const struct schema_list *list;
	size_t at;
	bool sets;
};

static const char *next_stage(void *ctx)
{
	struct stage_walk *w = ctx;

	if (w->at == w->list->count)
		return NULL;
	return w->sets ? ((const struct draft_stages *)w->list->items)[w->at++].id :
			 ((const struct draft_stage *)w->list->items)[w->at++].values.id;
}

static void unknown(struct build *b, const char *key, struct spot at, struct stage_walk walk)
{
	const char *id = schema_text(at.node), *near = value_nearest(id, next_stage, &walk);

	if (near)
		FAULT_ADD(b->reader.diags, at, FAULT_UNKNOWN_ID_NEAR, key, id, "stages", near);
	else
		FAULT_ADD(b->reader.diags, at, FAULT_UNKNOWN_ID, key, id, "stages");
}

static void build_stages(struct build *b, struct draft_stages *s)
{
	const struct draft_stage *drafts = s->stages.items;
	struct catalogue_stage *stages = build_alloc(b, s->stages.count, sizeof(*stages));

	s->built = stages;
	s->counting_stage = CATALOGUE_NONE;
	for (size_t i = 0; stages && i < s->stages.count; i++) {
		stages[i] = drafts[i].values;
		if (s->counts && bytes_equal(s->counts->text, bytes_of_string(stages[i].id)))
			s->counting_stage = (uint16_t)i;
	}
	check_stage_ids(b, s);
	if (s->counts && s->counting_stage == CATALOGUE_NONE)
		unknown(b, "counts", (struct spot){ s->at.file, s->counts },
			(struct stage_walk){ &s->stages, 0, false });
}

static void build_stage_sets(struct build *b)
{
	size_t count = 0, n = 0;
	struct refs_id *ids;

	for (size_t p = 0; p < b->part_count; p++)
		count += b->parts[p]->stages.count;
	if (!(ids = build_alloc(b, count, sizeof(*ids))))
		return;
	for (size_t p = 0; p < b->part_count; p++) {
		struct draft_stages *sets = b->parts[p]->stages.items;

		for (size_t i = 0; i < b->parts[p]->stages.count; i++) {
			build_stages(b, &sets[i]);
			ids[n++] = (struct refs_id){ sets[i].id, schema_spot(sets[i].at, "id") };
		}
	}
	refs_unique(b, ids, n);
}

/* Gives the measure a set of stages; false where the part has none of that name. */
static bool use_stages(const struct draft_part *p, struct draft_measure *d)
{
	const struct draft_stages *sets = p->stages.items;
	struct catalogue_measure *m = &d->values;

	for (size_t i = 0; i < p->stages.count; i++)
		if (bytes_equal(bytes_of_string(sets[i].id), d->stages->text)) {
			m->stages = sets[i].built;
			m->stage_count = sets[i].built ? sets[i].stages.count : 0;
			m->counting_stage = sets[i].counting_stage;
			m->stages_invented = p->invented;
			return true;
		}
	return false;
}

static void read_stages(struct build *b, struct draft_measure *d)
{
	struct spot at = { d->at.file, d->stages };

	d->values.counting_stage = CATALOGUE_NONE;
	if (!d->stages)
		return;
	for (size_t p = 0; p < b->part_count; p++)
		if (use_stages(b->parts[p], d))
			return;
	unknown(b, "stages", at, (struct stage_walk){ &b->draft->part.stages, 0, true });
}

/* --- composites, and what is derived ----------------------------------------------------------- */

static const struct lang_text *part_fault(const struct catalogue_measure *whole,
					  const struct catalogue_measure *part)
{
	static const struct lang_text kind = { "只有 quantity 能作部分", "only a quantity can" };
	static const struct lang_text role = { "它的 role 不是 part", "its role is not part" };
	static const struct lang_text scale = { "计量单位或小数位数不同",
						"unit of measure or decimals differ" };

	if (part->kind != CATALOGUE_QUANTITY)
		return &kind;
	if (part->role != CATALOGUE_PART)
		return &role;
	return strcmp(part->uom, whole->uom) != 0 || part->decimals != whole->decimals ? &scale :
											 NULL;
}

static void take_part(struct build *b, uint16_t whole, uint16_t part, struct spot at)
{
	const struct catalogue_measure *w = &b->measures[whole];
	struct catalogue_measure *p = &b->measures[part];
	const struct lang_text *odd = part_fault(w, p);

	if (odd)
		FAULT_ADD(b->reader.diags, at, FAULT_PART_ODD, p->id, w->id, odd->zh, odd->en);
	else if (p->whole != CATALOGUE_NONE)
		FAULT_ADD(b->reader.diags, at, FAULT_PART_TWICE, p->id, b->measures[p->whole].id,
			  w->id);
	else
		p->whole = whole;
}

/* "17 + 27 + 22" */
static const char *sum_text(struct build *b, const struct catalogue_measure *m)
{
	size_t size = m->part_count * (DECIMAL_TEXT_MAX + 3) + 1, used = 0;
	char *out = build_alloc(b, size, 1);
	char number[DECIMAL_TEXT_MAX];

	for (size_t i = 0; out && i < m->part_count; i++) {
		decimal_format(b->measures[m->parts[i]].target, m->decimals, number);
		used += (size_t)snprintf(out + used, size - used, "%s%s", i ? " + " : "", number);
	}
	return out ? out : "";
}

static void check_sum(struct build *b, const struct catalogue_measure *m, struct spot at)
{
	char sum_of[DECIMAL_TEXT_MAX], target[DECIMAL_TEXT_MAX];
	int64_t sum = 0;

	for (size_t i = 0; i < m->part_count; i++)
		if (!b->draft_measures[m->parts[i]]->numbers_ok ||
		    !decimal_add(sum, b->measures[m->parts[i]].target, &sum))
			return;
	if (sum == m->target)
		return;
	decimal_format(sum, m->decimals, sum_of);
	decimal_format(m->target, m->decimals, target);
	FAULT_ADD(b->reader.diags, at, FAULT_PARTS_SUM, m->id, sum_of, target, sum_text(b, m));
}

static void build_parts(struct build *b, uint16_t number)
{
	struct draft_measure *d = b->draft_measures[number];
	struct catalogue_measure *m = &b->measures[number];
	struct spot list = { d->at.file, d->parts };

	if (!d->parts)
		return;
	m->parts = refs_list(b, refs_measure, "parts", list, &m->part_count);
	for (size_t i = 0; i < m->part_count; i++)
		take_part(b, number, m->parts[i], list);
	/* a name that is unknown was a fault of its own */
	if (d->numbers_ok && m->part_count == d->parts->count)
		check_sum(b, m, schema_spot(d->at, "target"));
}

static const struct lang_text *derive_fault(const struct catalogue_measure *m,
					    const struct catalogue_measure *from)
{
	static const struct lang_text cap = { "需要一个带 cap 的 quantity",
					      "it has to be a quantity with a cap" };
	static const struct lang_text base = { "需要一个带 base 的 ratio",
					       "it has to be a ratio with a base" };

	if (m->kind == CATALOGUE_RATIO && (from->kind != CATALOGUE_QUANTITY || !from->has_cap))
		return &cap;
	if (m->kind == CATALOGUE_LEVEL &&
	    (from->kind != CATALOGUE_RATIO || !from->has_base || from->derived_from))
		return &base;
	return NULL;
}

static void build_derived(struct build *b, uint16_t number)
{
	struct draft_measure *d = b->draft_measures[number];
	struct catalogue_measure *m = &b->measures[number];
	struct spot at = { d->at.file, d->derived_from };
	const struct lang_text *odd;
	uint16_t from;

	if (!d->derived_from || (from = refs_measure(b, "derived_from", at)) == CATALOGUE_NONE)
		return;
	m->derived_from = b->measures[from].id;
	odd = derive_fault(m, &b->measures[from]);
	if (odd)
		FAULT_ADD(b->reader.diags, at, FAULT_DERIVED_FROM, m->id, b->measures[from].id,
			  odd->zh, odd->en);
}

static void check_role(struct build *b, uint16_t number)
{
	const struct catalogue_measure *m = &b->measures[number];

	if (m->role == CATALOGUE_PART && m->whole == CATALOGUE_NONE)
		FAULT_ADD(b->reader.diags, schema_spot(b->draft_measures[number]->at, "role"),
			  FAULT_PART_ALONE, m->id);
}

static void build_measure(struct build *b, uint16_t number)
{
	struct draft_measure *d = b->draft_measures[number];
	struct catalogue_measure *m = &d->values;

	/* the list of measures has given numbers to it already */
	m->item = b->measures[number].item;
	m->order = b->measures[number].order;
	m->whole = CATALOGUE_NONE;
	m->kind = (enum catalogue_kind)d->kind;
	m->comparator = (enum catalogue_comparator)d->comparator;
	m->role = (enum catalogue_role)d->role;
	m->figure = (enum catalogue_figure)d->figure;
	m->uom = d->uom.zh;
	m->uom_en = d->uom.en;
	check_keys(b, d);
	check_figure(b, d);
	read_numbers(b, d);
	check_numbers(b, d);
	read_dates(b, d);
	read_stages(b, d);
	b->measures[number] = *m;
}

void measures_build(struct build *b)
{
	size_t count = b->c.measure_count;

	build_stage_sets(b);
	for (size_t i = 0; i < count; i++)
		build_measure(b, (uint16_t)i);
	for (size_t i = 0; i < count; i++) {
		build_parts(b, (uint16_t)i);
		build_derived(b, (uint16_t)i);
	}
	for (size_t i = 0; i < count; i++)
		check_role(b, (uint16_t)i);
}
