/* SPDX-License-Identifier: MIT */
/* What may be said of the office's records: fields, states and acts of each kind, by the tables that
 * check them (aggregator/office/kinds.c). A page makes its forms of this and has no copy. */
#include "daemon/api_private.h"

#include <string.h>

#include "aggregator/office/forms.h"
#include "base/bytes.h"

static const char *type_name(enum forms_type type)
{
	static const char *const names[] = {
		[FORMS_NAME] = "name",	 [FORMS_TEXT] = "text",	      [FORMS_DAY] = "day",
		[FORMS_PERIOD] = "period", [FORMS_QUARTER] = "quarter", [FORMS_UNIT] = "unit",
		[FORMS_ITEM] = "item",	 [FORMS_PROJECT] = "project", [FORMS_MEASURE] = "target",
		[FORMS_VALUE] = "value", [FORMS_CHOICE] = "choice",   [FORMS_COUNT] = "count",
	};

	return names[type];
}

/* --- fields ----------------------------------------------------------------------------------- */

static struct lang_text choice_word(const char *choice)
{
	static const struct {
		const char *choice;
		struct lang_text word;
	} words[] = { { "meeting", { "会议", "meeting" } }, { "study", { "调研", "study" } } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].choice, choice) == 0)
			return words[i].word;
	return (struct lang_text){ choice, choice };
}

static void put_choices(struct jwrite *j, const struct forms_field *f)
{
	const char *at = f->choices ? f->choices : "";
	char name[FORMS_FIELD], mark;

	jwrite_array(j, "choices");
	while ((at = forms_next(at, name, &mark)) != NULL) {
		jwrite_object(j, NULL);
		jwrite_string(j, "name", name);
		jwrite_lang(j, "word", choice_word(name));
		jwrite_end(j);
	}
	jwrite_end(j);
}

static void put_field(struct jwrite *j, const struct forms_field *f)
{
	jwrite_object(j, NULL);
	jwrite_string(j, "name", f->name);
	jwrite_lang(j, "word", f->word);
	jwrite_string(j, "type", type_name(f->type));
	jwrite_bool(j, "list", f->flags & FORMS_LIST);
	jwrite_bool(j, "of_step", f->flags & FORMS_STEP);
	jwrite_bool(j, "personal", f->flags & FORMS_PRIVATE);
	jwrite_bool(j, "computed", f->flags & FORMS_MADE);
	put_choices(j, f);
	jwrite_end(j);
}

static void put_fields(struct jwrite *j, const struct forms_kind *k)
{
	jwrite_array(j, "fields");
	for (const struct forms_field *f = k->fields; f->name; f++)
		put_field(j, f);
	put_field(j, &forms_why);
	jwrite_end(j);
}

/* --- states ----------------------------------------------------------------------------------- */

static void put_states(struct jwrite *j, const struct forms_kind *k)
{
	jwrite_array(j, "states");
	for (const struct forms_state *s = k->states; s->name; s++) {
		jwrite_object(j, NULL);
		jwrite_string(j, "name", s->name);
		jwrite_lang(j, "word", s->word);
		jwrite_bool(j, "ended", s->ended);
		jwrite_end(j);
	}
	jwrite_end(j);
}

/* --- acts ------------------------------------------------------------------------------------- */

static const char *must_name(char mark)
{
	switch (mark) {
	case '!':
		return "always";
	case '*':
		return "existing";
	case '+':
		return "new";
	default:
		return "never";
	}
}

/* What an act takes; a reason may be given with each. */
static void put_takes(struct jwrite *j, const struct forms_act *a)
{
	const char *at = a->fields;
	char name[FORMS_FIELD], mark;
	bool why = false;

	jwrite_array(j, "takes");
	while ((at = forms_next(at, name, &mark)) != NULL) {
		why |= strcmp(name, forms_why.name) == 0;
		jwrite_object(j, NULL);
		jwrite_string(j, "field", name);
		jwrite_string(j, "must", must_name(mark));
		jwrite_end(j);
	}
	if (!why) {
		jwrite_object(j, NULL);
		jwrite_string(j, "field", forms_why.name);
		jwrite_string(j, "must", must_name('\0'));
		jwrite_end(j);
	}
	jwrite_end(j);
}

static void put_act(struct jwrite *j, const struct forms_kind *k, const struct forms_act *a)
{
	jwrite_object(j, NULL);
	jwrite_string(j, "act", a->name);
	jwrite_lang(j, "word", a->word);
	jwrite_bool(j, "makes", a->from & FORMS_NEW);
	jwrite_array(j, "from");
	for (int i = 0; k->states[i].name; i++)
		if (a->from & FORMS_IN(i))
			jwrite_string(j, NULL, k->states[i].name);
	jwrite_end(j);
	jwrite_string(j, "to", a->to == FORMS_STAYS ? NULL : k->states[a->to].name);
	put_takes(j, a);
	jwrite_end(j);
}

static void put_acts(struct jwrite *j, const struct forms_kind *k)
{
	jwrite_array(j, "acts");
	for (const struct forms_act *a = k->acts; a->name; a++)
		put_act(j, k, a);
	jwrite_end(j);
}

/* --- kinds ------------------------------------------------------------------------------------ */

/* The fields whose values make its id, in their order. */
static void put_key(struct jwrite *j, const struct forms_kind *k)
{
	jwrite_array(j, "key");
	for (const char *const *name = k->key; name && *name; name++)
		jwrite_string(j, NULL, *name);
	jwrite_end(j);
}

static void put_kind(struct jwrite *j, const struct forms_kind *k)
{
	jwrite_object(j, NULL);
	jwrite_string(j, "kind", records_kind_name(k->kind));
	jwrite_string(j, "list", k->list);
	jwrite_lang(j, "word", k->word);
	jwrite_string(j, "of", k->of);
	put_key(j, k);
	put_fields(j, k);
	put_states(j, k);
	put_acts(j, k);
	jwrite_end(j);
}

/* --- what fields may name --------------------------------------------------------------------- */

static void put_name(struct jwrite *j, const char *id, struct lang_text name)
{
	jwrite_object(j, NULL);
	jwrite_string(j, "id", id);
	jwrite_lang(j, "name", name);
}

static void put_places(struct jwrite *j, const struct catalogue *c)
{
	jwrite_array(j, "units");
	for (size_t i = 0; i < c->unit_count; i++) {
		put_name(j, c->units[i].id, c->units[i].name);
		jwrite_bool(j, "area", c->units[i].area);
		jwrite_end(j);
	}
	jwrite_end(j);
	jwrite_array(j, "projects");
	for (size_t i = 0; i < c->project_count; i++) {
		put_name(j, c->projects[i].id, c->projects[i].name);
		jwrite_end(j);
	}
	jwrite_end(j);
}

static void put_work(struct jwrite *j, const struct catalogue *c)
{
	jwrite_array(j, "items");
	for (size_t i = 0; i < c->item_count; i++) {
		put_name(j, c->items[i].id, c->items[i].name);
		jwrite_string(j, "project", c->projects[c->items[i].project].id);
		jwrite_string(j, "lead", c->units[c->items[i].lead].id);
		jwrite_end(j);
	}
	jwrite_end(j);
	jwrite_array(j, "targets");
	for (size_t i = 0; i < c->measure_count; i++) {
		put_name(j, c->measures[i].id, c->measures[i].name);
		jwrite_string(j, "item", c->items[c->measures[i].item].id);
		jwrite_end(j);
	}
	jwrite_end(j);
}

void api_forms(struct api_call *call)
{
	jwrite_array(&call->json, "kinds");
	for (int i = 1; i < RECORDS_KIND_END; i++) {
		const struct forms_kind *k = forms_kind((enum records_kind)i);

		if (k != NULL)
			put_kind(&call->json, k);
	}
	jwrite_end(&call->json);
	put_places(&call->json, call->catalogue);
	put_work(&call->json, call->catalogue);
}
