/* SPDX-License-Identifier: MIT */
/* Places and things that are counted by their ids. */
#include <stdio.h>

#include "aggregator/query/query_objects.h"
#include "tests/scenario/expect.h"

#define TEXT 512

void world_put_objects(struct event_text *column, size_t *count, size_t row, const char *objects)
{
	size_t n = 0;

	while (objects && n++ < WORLD_OBJECTS) {
		const char *end = strchr(objects, ';');
		size_t len = end ? (size_t)(end - objects) : strlen(objects);

		column[(*count)++] = (struct event_text){ (uint32_t)row, bytes_of(objects, len) };
		objects = end ? end + 1 : NULL;
	}
}

/* --- what is said ----------------------------------------------------------------------------- */

static bool says(struct world *w, const struct script_line *l, enum event_kind kind)
{
	struct world_row r;

	if (!script_row_begin(w, l->args[0], l->args[2], l->args[3], &r))
		return false;
	r.kind = kind;
	r.objects = strcmp(l->args[1], "none") ? l->args[1] : NULL;
	for (const char *c = r.objects; c; c = strchr(c, ';') ? strchr(c, ';') + 1 : NULL)
		r.value++;
	return script_row_options(w, l->args + 4, l->arg_count - 4, &r) && world_say(w, &r, 1);
}

static bool lists(struct world *w, const struct script_line *l)
{
	return says(w, l, EVENT_TOTAL);
}

static bool brings(struct world *w, const struct script_line *l)
{
	return says(w, l, EVENT_ADD);
}

static bool checks(struct world *w, const struct script_line *l)
{
	char fields[TEXT];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"object.check\", \"measure\": \"%s\", \"object\": \"%s\", "
		 "\"values\": {%s}%s%s%s",
		 l->args[2], l->args[1], l->args[3], l->arg_count > 4 ? ", \"why\": \"" : "",
		 l->arg_count > 4 ? l->args[4] : "", l->arg_count > 4 ? "\"" : "");
	return world_act_by(w, l->args[0], fields, true);
}

static bool checks_in_vain(struct world *w, const struct script_line *l)
{
	char fields[TEXT];

	snprintf(fields, sizeof(fields),
		 "\"act\": \"object.check\", \"measure\": \"%s\", \"object\": \"%s\", "
		 "\"values\": {%s}",
		 l->args[2], l->args[1], l->args[3]);
	return world_act_refused(w, l->args[0], fields, l->args[4]);
}

/* --- what is expected ------------------------------------------------------------------------- */

/* One look at the objects of a measure. */
struct look {
	struct arena *arena;
	struct query *q;
	struct query_objects objects;
};

static void end_look(struct look *k)
{
	query_close(k->q);
	arena_free(k->arena);
}

static bool begin_look(struct world *w, const char *measure, struct query_when when,
		       struct look *k)
{
	uint16_t number;

	*k = (struct look){ .arena = arena_new(1 << 20) };
	return (k->arena || world_fault(w, "out of memory")) &&
	       script_measure(w, measure, &number) &&
	       expect_ok(w, query_open(w->store, world_catalogue(w), &k->q)) &&
	       expect_ok(w, query_objects(k->q, number, when, k->arena, &k->objects));
}

static bool is_counted(const struct query_object *o)
{
	return o->claim_count > 0;
}

static bool is_missing(const struct query_object *o)
{
	return o->listed && !o->claim_count && !(o->known && o->known->year == 0);
}

static bool is_doubled(const struct query_object *o)
{
	return o->claim_count > 1;
}

/* Ids with a ; between them. */
static void list(const struct look *k, bool (*want)(const struct query_object *o), char *out)
{
	size_t used = 0;

	snprintf(out, TEXT, "none");
	for (size_t i = 0; i < k->objects.count; i++) {
		const struct query_object *o = &k->objects.items[i];

		if (want(o) && used < TEXT)
			used += (size_t)snprintf(out + used, TEXT - used, "%s%.*s",
						 used ? ";" : "", (int)o->id.len,
						 (const char *)o->id.data);
	}
}

static bool check_list(struct world *w, const char *measure, struct query_when when,
		       bool (*want)(const struct query_object *o), const char *expected)
{
	char text[TEXT];
	struct look k;
	bool good = begin_look(w, measure, when, &k);

	if (good) {
		list(&k, want, text);
		good = expect_same(w, "the list", text, expected);
	}
	end_look(&k);
	return good;
}

static struct query_when now(struct world *w)
{
	return (struct query_when){ expect_today(w), HISTORY_NOW };
}

static bool counted(struct world *w, const struct script_line *l)
{
	return check_list(w, l->args[0], now(w), is_counted, l->args[1]);
}

static bool counted_on(struct world *w, const struct script_line *l)
{
	struct query_when when = { .known = HISTORY_NOW };

	return script_date(w, l->args[1], &when.valid) &&
	       check_list(w, l->args[0], when, is_counted, l->args[2]);
}

static bool counted_as_known(struct world *w, const struct script_line *l)
{
	struct query_when when;

	return script_date(w, l->args[1], &when.valid) &&
	       script_date(w, l->args[2], &when.known) &&
	       check_list(w, l->args[0], when, is_counted, l->args[3]);
}

static bool missing(struct world *w, const struct script_line *l)
{
	return check_list(w, l->args[0], now(w), is_missing, l->args[1]);
}

static bool doubled(struct world *w, const struct script_line *l)
{
	return check_list(w, l->args[0], now(w), is_doubled, l->args[1]);
}

static bool coverage(struct world *w, const struct script_line *l)
{
	char text[TEXT];
	struct look k;
	bool good = begin_look(w, l->args[0], now(w), &k);

	if (good) {
		snprintf(text, sizeof(text), "%zu/%zu", k.objects.covered, k.objects.universe);
		good = expect_same(w, "the coverage", text, l->args[1]);
	}
	end_look(&k);
	return good;
}

static bool checked(struct world *w, const struct script_line *l)
{
	const char *state = "unknown";
	struct look k;
	bool good = begin_look(w, l->args[1], now(w), &k);

	for (size_t i = 0; good && i < k.objects.count; i++)
		if (bytes_equal(k.objects.items[i].id, bytes_of_string(l->args[0])))
			state = object_checks_name(k.objects.items[i].check);
	good = good && expect_same(w, "the checklist", state, l->args[2]);
	end_look(&k);
	return good;
}

static bool accepted(struct world *w, const struct script_line *l)
{
	struct look k;
	bool good = begin_look(w, l->args[0], now(w), &k) &&
		    expect_same_number(w, "the number accepted", (int64_t)k.objects.accepted,
				       l->args[1]);

	end_look(&k);
	return good;
}

static bool names_it(struct world *w, const struct script_line *l)
{
	struct bytes text = { 0 };

	if (w->receipt.exception_count)
		text = w->receipt.exceptions[w->receipt.exception_count - 1].text;
	return (text.data && memmem(text.data, text.len, l->args[0], strlen(l->args[0]))) ||
	       world_fault(w, "the receipt does not name %s: %.*s", l->args[0], (int)text.len,
			   text.data ? (const char *)text.data : "");
}

const struct script_sentence object_sentences[] = {
	{ "$ lists $ of $ as of $ ...", lists,
	  "all that there are, ids with ; between them, or none; then: value N, because R, for U" },
	{ "$ brings $ to $ as of $ ...", brings, "an increment by ids; then: ref R" },
	{ "$ checks $ of $ and finds $ because $", checks,
	  "the checklist of an object, as members of a JSON object" },
	{ "$ checks $ of $ and finds $", checks, "" },
	{ "$ checks $ of $ in vain: $ is $", checks_in_vain, "the act is refused with this code" },
	{ "expect objects $ = $", counted, "ids that are counted in the city, today" },
	{ "expect objects $ on $ = $", counted_on, "on another day" },
	{ "expect objects $ on $ known on $ = $", counted_as_known, "as it was known then" },
	{ "expect missing $ = $", missing, "listed and not counted" },
	{ "expect doubled $ = $", doubled, "counted by several units" },
	{ "expect coverage $ = $", coverage, "covered/listed" },
	{ "expect checklist $ of $ = $", checked, "none, open, failed, accepted" },
	{ "expect accepted $ = $", accepted, "how many counted objects have a checklist that holds" },
	{ "expect the receipt names $", names_it, "the text of its last exception" },
	{ NULL, NULL, NULL },
};
