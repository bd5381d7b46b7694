/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/schema.h"

#include "aggregator/catalogue/value.h"
#include "base/date.h"

#define KEYS_MAX 600 /* characters of a list of keys */
#define RECORDS_MAX 60000

struct spot schema_spot(struct spot record, const char *key)
{
	const struct yaml_node *n = yaml_get(record.node, key);

	return n ? (struct spot){ record.file, n } : record;
}

/* A copy of a node's text in the reader's arena; "" where memory is gone. */
static const char *copy_text(struct schema_reader *r, const struct yaml_node *scalar)
{
	char *s = arena_strndup(r->arena, schema_text(scalar), scalar->text.len);

	r->no_memory |= !s;
	return s ? s : "";
}

static void *member(void *record, const struct schema_field *f)
{
	return (char *)record + f->offset;
}

/* --- faults of a whole map ------------------------------------------------------------------ */

struct key_walk {
	const struct schema_section *section;
	size_t at;
};

static const char *next_key(void *ctx)
{
	struct key_walk *w = ctx;

	return w->at < w->section->count ? w->section->fields[w->at++].key : NULL;
}

static void list_keys(const struct schema_section *s, char out[KEYS_MAX])
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < s->count && used + strlen(s->fields[i].key) + 3 < KEYS_MAX; i++)
		used += (size_t)snprintf(out + used, KEYS_MAX - used, "%s%s", used ? ", " : "",
					 s->fields[i].key);
}

static void unknown_key(struct schema_reader *r, const struct schema_section *s, struct spot at)
{
	struct key_walk walk = { s, 0 };
	const char *key = schema_text(at.node);
	const char *near = value_nearest(key, next_key, &walk);
	char all[KEYS_MAX];

	if (near) {
		FAULT_ADD(r->diags, at, FAULT_UNKNOWN_KEY_NEAR, key, near);
		return;
	}
	list_keys(s, all);
	FAULT_ADD(r->diags, at, FAULT_UNKNOWN_KEY, key, all);
}

static void check_keys(struct schema_reader *r, const struct schema_section *s, struct spot at)
{
	for (size_t i = 0; i < at.node->count; i++) {
		size_t f = 0;

		while (f < s->count && strcmp(s->fields[f].key, schema_text(at.node->keys[i])) != 0)
			f++;
		if (f == s->count)
			unknown_key(r, s, (struct spot){ at.file, at.node->keys[i] });
	}
}

/* --- single values --------------------------------------------------------------------------- */

static void read_points(const struct value *v, int64_t *out)
{
	if (value_number(v, 2, false, out) && *out < 0) {
		FAULT_ADD(v->diags, v->at, FAULT_PERCENT_RANGE, v->key, v->text);
		*out = 0;
	}
}

/* node: NULL where the text is a default, which lives as long as the program. */
static void read_string(struct schema_reader *r, const struct value *v,
			const struct yaml_node *node, bool ok, const char **out)
{
	if (ok)
		*out = node ? copy_text(r, node) : v->text;
}

static void read_scalar(struct schema_reader *r, const struct schema_field *f,
			const struct value *v, const struct yaml_node *node, void *to)
{
	switch (f->type) {
	case SCHEMA_ID:
		read_string(r, v, node, value_id(v), to);
		break;
	case SCHEMA_TEXT:
		read_string(r, v, node, value_text(v), to);
		break;
	case SCHEMA_BOOL:
		value_bool(v, to);
		break;
	case SCHEMA_COUNT:
		value_count(v, f->min, f->max, to);
		break;
	case SCHEMA_DATE:
		value_date(v, to);
		break;
	case SCHEMA_MONTH:
		value_month(v, to);
		break;
	case SCHEMA_OFFSET:
		value_offset(v, to);
		break;
	case SCHEMA_CHOICE:
		value_choice(v, f->names, to);
		break;
	case SCHEMA_PERCENT:
		value_percent(v, to);
		break;
	case SCHEMA_POINTS:
		read_points(v, to);
		break;
	case SCHEMA_NUMBER:
	case SCHEMA_REF:
		if (value_text(v))
			*(const struct yaml_node **)to = node;
		break;
	default:
		break;
	}
}

static const char *read_language(struct schema_reader *r, const struct schema_field *f,
				 struct spot at, const char *language)
{
	const struct yaml_node *n = yaml_get(at.node, language);
	struct value v = { r->diags, { at.file, n }, f->key, n ? schema_text(n) : NULL };

	if (!n || n->kind != YAML_SCALAR || !n->text.len) {
		FAULT_ADD(r->diags, at, FAULT_NAME, f->key, language);
		return "";
	}
	return value_text(&v) ? copy_text(r, n) : "";
}

static const struct schema_field LANGUAGES[] = { { .key = "zh" }, { .key = "en" } };
static const struct schema_section NAME = { .name = "name", .fields = LANGUAGES, .count = 2 };

static void read_name(struct schema_reader *r, const struct schema_field *f, struct spot at,
		      struct lang_text *out)
{
	check_keys(r, &NAME, at);
	out->zh = read_language(r, f, at, "zh");
	out->en = read_language(r, f, at, "en");
}

/* --- nested ones ------------------------------------------------------------------------------ */

static void read_refs(struct schema_reader *r, const struct schema_field *f, struct spot at,
		      const struct yaml_node **out)
{
	for (size_t i = 0; i < at.node->count; i++) {
		struct spot item = { at.file, at.node->values[i] };

		if (item.node->kind != YAML_SCALAR || !item.node->text.len) {
			FAULT_ADD(r->diags, item, FAULT_NOT_SCALAR, f->key);
			return;
		}
	}
	*out = at.node;
}

static void read_record(struct schema_reader *r, const struct schema_field *f, struct spot at,
			void **out)
{
	void *record = arena_calloc(r->arena, 1, f->below->size);

	if (!record) {
		r->no_memory = true;
		return;
	}
	schema_read(r, f->below, at, record);
	*out = record;
}

static void read_records(struct schema_reader *r, const struct schema_field *f, struct spot at,
			 struct schema_list *out)
{
	char *records;

	if (at.node->count > RECORDS_MAX) {
		FAULT_ADD(r->diags, at, FAULT_TOO_MANY, f->key, "60000");
		return;
	}
	records = arena_calloc(r->arena, at.node->count + 1, f->below->size);
	if (!records) {
		r->no_memory = true;
		return;
	}
	out->items = records;
	for (size_t i = 0; i < at.node->count; i++) {
		struct spot item = { at.file, at.node->values[i] };

		if (item.node->kind == YAML_MAP)
			schema_read(r, f->below, item, records + out->count++ * f->below->size);
		else
			FAULT_ADD(r->diags, item, FAULT_NOT_MAP, f->below->name);
	}
}

static enum yaml_kind wanted_kind(enum schema_type t)
{
	switch (t) {
	case SCHEMA_NAME:
	case SCHEMA_PAIRS:
	case SCHEMA_RECORD:
		return YAML_MAP;
	case SCHEMA_REFS:
	case SCHEMA_RECORDS:
		return YAML_LIST;
	default:
		return YAML_SCALAR;
	}
}

static void wrong_kind(struct schema_reader *r, const struct schema_field *f, struct spot at,
		       enum yaml_kind wanted)
{
	enum fault fault = wanted == YAML_MAP  ? FAULT_NOT_MAP :
			   wanted == YAML_LIST ? FAULT_NOT_LIST :
						 FAULT_NOT_SCALAR;

	if (at.node->kind == YAML_SCALAR && !at.node->text.len)
		fault = FAULT_EMPTY;
	FAULT_ADD(r->diags, at, fault, f->key);
}

static void read_field(struct schema_reader *r, const struct schema_field *f, struct spot at,
		       void *to)
{
	struct value v = { r->diags, at, f->key, NULL };

	if (f->type != SCHEMA_ANY && at.node->kind != wanted_kind(f->type)) {
		wrong_kind(r, f, at, wanted_kind(f->type));
		return;
	}
	switch (f->type) {
	case SCHEMA_ANY:
	case SCHEMA_PAIRS:
		*(const struct yaml_node **)to = at.node;
		break;
	case SCHEMA_NAME:
		read_name(r, f, at, to);
		break;
	case SCHEMA_REFS:
		read_refs(r, f, at, to);
		break;
	case SCHEMA_RECORD:
		read_record(r, f, at, to);
		break;
	case SCHEMA_RECORDS:
		read_records(r, f, at, to);
		break;
	default:
		v.text = schema_text(at.node);
		if (!at.node->text.len)
			FAULT_ADD(r->diags, at, FAULT_EMPTY, f->key);
		else
			read_scalar(r, f, &v, at.node, to);
	}
}

/* What a member holds until something is read into it. */
static void clear_member(const struct schema_field *f, void *to)
{
	if (f->type == SCHEMA_ID || f->type == SCHEMA_TEXT)
		*(const char **)to = "";
	else if (f->type == SCHEMA_NAME)
		*(struct lang_text *)to = (struct lang_text){ "", "" };
	else if (f->type == SCHEMA_DATE || f->type == SCHEMA_MONTH)
		*(int32_t *)to = DATE_NONE;
}

static void read_absent(struct schema_reader *r, const struct schema_field *f, struct spot at,
			void *to)
{
	struct value v = { r->diags, at, f->key, f->fallback };

	if (f->fallback)
		read_scalar(r, f, &v, NULL, to);
	else if (f->required)
		FAULT_ADD(r->diags, at, FAULT_MISSING_KEY, f->key, f->help.zh, f->help.en);
}

static void read_members(struct schema_reader *r, const struct schema_section *s, struct spot at,
			 void *record)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct schema_field *f = &s->fields[i];
		const struct yaml_node *n = yaml_get(at.node, f->key);

		if (n)
			read_field(r, f, (struct spot){ at.file, n }, member(record, f));
		else
			read_absent(r, f, at, member(record, f));
	}
}

void schema_read(struct schema_reader *r, const struct schema_section *s, struct spot at,
		 void *record)
{
	*(struct spot *)record = at;
	for (size_t i = 0; i < s->count; i++)
		clear_member(&s->fields[i], member(record, &s->fields[i]));
	if (at.node->kind != YAML_MAP) {
		FAULT_ADD(r->diags, at, FAULT_NOT_MAP, s->name);
		return;
	}
	check_keys(r, s, at);
	read_members(r, s, at, record);
}
