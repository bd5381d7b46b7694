/* SPDX-License-Identifier: MIT */
/* Acts about records of the office: the tables of forms do them. */
#include "aggregator/acts_private.h"
#include "aggregator/office/forms.h"
#include "base/date.h"

bool acts_is_record(const char *name)
{
	const struct forms_kind *kind;

	return forms_act(name, &kind) != NULL;
}

static enum err answer(struct acts_call *x, const struct forms_call *f)
{
	const char *number = forms_text(f->record, "number"), *state = forms_text(f->record, "state");
	json_t *members = json_pack("{s:s, s:s, s:s*, s:O}", "record", f->id, "state", state, "number",
				    *number ? number : NULL, "step", json_object_get(f->record, "steps"));
	enum err e = members && json_object_update(x->answer, members) == 0 ? ERR_OK : ERR_NOMEM;

	json_decref(members);
	return e;
}

/* Whether the unit may speak for the lead of the item, both as the body names them. */
static bool is_delegated(const struct acts_call *x)
{
	const struct catalogue *c = x->a->catalogue;
	const char *unit = forms_text(x->body, "unit"), *item = forms_text(x->body, "item");
	uint16_t number = catalogue_unit_number(c, bytes_of_string(unit));

	return number != CATALOGUE_NONE &&
	       keyring_delegated(x->a->keyring, number, item,
				 date_of_ms(x->entry->time_ms, c->offset_minutes));
}

enum err acts_records(struct acts_call *x)
{
	struct forms_call f = { .t = x->a->txn, .c = x->a->catalogue, .body = x->body,
				.now_ms = x->entry->time_ms, .position = x->entry->position,
				.delegated = is_delegated(x) };
	enum err e = forms_do(&f);

	if (e == ERR_OK)
		e = answer(x, &f);
	else if (f.code)
		e = acts_fail_words(x, e, f.code, (struct lang_text){ f.zh, f.en }, f.field);
	forms_release(&f);
	return e;
}
