/* SPDX-License-Identifier: MIT */
/* Finding one's way in the tables of forms. */
#include <string.h>

#include "aggregator/office/forms.h"
#include "aggregator/office/kinds.h"

const struct forms_field forms_why = { "why", { "理由", "why" }, FORMS_TEXT, FORMS_STEP, NULL };

const struct forms_kind *forms_kind(enum records_kind kind)
{
	for (size_t i = 0; i < kinds_count; i++)
		if (kinds_all[i]->kind == kind)
			return kinds_all[i];
	return NULL;
}

const struct forms_field *forms_field(const struct forms_kind *k, const char *name)
{
	for (const struct forms_field *f = k->fields; f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return strcmp(name, forms_why.name) == 0 ? &forms_why : NULL;
}

int forms_state(const struct forms_kind *k, const char *name)
{
	for (int i = 0; k->states[i].name; i++)
		if (strcmp(k->states[i].name, name) == 0)
			return i;
	return -1;
}

const struct forms_act *forms_act(const char *name, const struct forms_kind **kind)
{
	for (size_t i = 0; i < kinds_count; i++)
		for (const struct forms_act *a = kinds_all[i]->acts; a->name; a++)
			if (strcmp(a->name, name) == 0) {
				*kind = kinds_all[i];
				return a;
			}
	return NULL;
}

bool forms_hide(json_t *body)
{
	const struct forms_kind *k;

	if (!forms_act(forms_text(body, "act"), &k))
		return true;
	for (const struct forms_field *f = k->fields; f->name; f++)
		if ((f->flags & FORMS_PRIVATE) && json_is_string(json_object_get(body, f->name)) &&
		    json_object_set_new(body, f->name, json_string(FORMS_HIDDEN)) != 0)
			return false;
	return true;
}

const char *forms_next(const char *list, char name[FORMS_FIELD], char *mark)
{
	size_t n = strcspn(list, " ");

	if (n == 0 || n >= FORMS_FIELD)
		return NULL;
	*mark = strchr("!*+", list[n - 1]) ? list[n - 1] : '\0';
	memcpy(name, list, n);
	name[*mark ? n - 1 : n] = '\0';
	return list + n + 1;
}
