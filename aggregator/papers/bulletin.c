/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/bulletin.h"

#include <stdio.h>
#include <stdlib.h>

#include "aggregator/office/json_text.h"
#include "aggregator/papers/bulletin_sentences.h"
#include "aggregator/query/query_records.h"
#include "base/date.h"

struct reader_of {
	struct bulletin *b;
	struct arena *arena;
	struct crypto_hasher *hash;
	size_t room; /* for strays */
	enum err err;
};

/* --- what was published ------------------------------------------------------------------------- */

struct kept {
	const struct catalogue *c;
	struct arena *arena;
	struct bulletin *out;
	enum err err;
};

/* Canonical text of facts, in the arena: what a digest is of. */
static enum err keep_text(const json_t *facts, struct arena *a, const char **out)
{
	char *text = facts ? records_dump(facts) : NULL;

	*out = text ? arena_strndup(a, text, strlen(text)) : NULL;
	free(text);
	return *out ? ERR_OK : ERR_NOMEM;
}

static bool read_act(void *ctx, const struct query_event *event)
{
	struct kept *k = ctx;
	json_t *body, *facts;

	k->err = json_text_object(event->entry->body, &body);
	if (k->err != ERR_OK)
		return false;
	facts = json_object_get(body, "bulletin");
	if (facts && (k->err = keep_text(facts, k->arena, &k->out->facts_text)) == ERR_OK) {
		k->err = bulletin_facts_parse(facts, k->c, k->arena, &k->out->facts);
		k->out->kept = k->err == ERR_OK;
	}
	json_decref(body);
	return false;
}

/* Facts that the act of publication holds, where it holds some: b->kept then. */
static enum err read_kept(struct query *q, uint64_t position, struct arena *a, struct bulletin *b)
{
	static const struct query_event_filter any = { CATALOGUE_NONE, CATALOGUE_NONE,
						       CATALOGUE_NONE, false, false };
	struct kept k = { .c = query_catalogue(q), .arena = a, .out = b };
	struct query_place next;
	enum err e = query_events(q, &any, (struct query_place){ position, 0 }, 1, 1, read_act, &k,
				  &next);

	return e == ERR_OK ? k.err : e;
}

static enum err gather(struct query *q, int32_t period, struct arena *a, struct bulletin *b)
{
	enum err e = bulletin_facts_gather(q, period, a, &b->facts);
	json_t *facts;

	if (e != ERR_OK)
		return e;
	facts = bulletin_facts_json(&b->facts);
	e = keep_text(facts, a, &b->facts_text);
	json_decref(facts);
	return e;
}

static enum err read_facts(struct query *q, int32_t period, struct arena *a, struct bulletin *b)
{
	const struct month *m = &b->month.publication;
	enum err e = query_month(q, period, &b->month);

	if (e != ERR_OK)
		return e;
	b->published = m->period != DATE_NONE;
	b->position = b->published ? m->position : query_head(q).position;
	if (b->published && (e = read_kept(q, m->position, a, b)) != ERR_OK)
		return e;
	return b->kept ? ERR_OK : gather(q, period, a, b);
}

/* --- what the office wrote ---------------------------------------------------------------------- */

static const char *keep(struct reader_of *r, const char *text)
{
	const char *copy = arena_strndup(r->arena, text, strlen(text));

	if (!copy)
		r->err = ERR_NOMEM;
	return copy ? copy : "";
}

static void hash_text(struct reader_of *r, const char *text)
{
	crypto_hash_add(r->hash, bytes_of(text, strlen(text) + 1));
}

static void add_stray(struct reader_of *r, const char *section)
{
	const char **more;

	if (r->b->stray_count == r->room) {
		size_t room = r->room ? r->room * 2 : 8;

		more = arena_calloc(r->arena, room, sizeof(*more));
		if (!more) {
			r->err = ERR_NOMEM;
			return;
		}
		if (r->b->stray_count)
			memcpy(more, r->b->strays, r->b->stray_count * sizeof(*more));
		r->b->strays = more;
		r->room = room;
	}
	r->b->strays[r->b->stray_count++] = keep(r, section);
}

static struct bulletin_sentence *find(struct bulletin *b, const char *section)
{
	for (size_t i = 0; i < b->sentence_count; i++)
		if (strcmp(b->sentences[i].section, section) == 0)
			return &b->sentences[i];
	return NULL;
}

/* A text that this program's template does not take (an older one's) is not used: it is a stray. */
static bool fits(const struct bulletin_sentence *s, const char *text, enum lang lang)
{
	char name[PROSE_NAME];

	return prose_check(lang_pick(s->form->text, lang), text, name) == PROSE_GOOD;
}

static bool see_edit(void *ctx, const struct query_record *q)
{
	struct reader_of *r = ctx;
	const char *section = forms_text(q->record, "section");
	const char *text = forms_text(q->record, r->b->lang == LANG_ZH ? "text" : "text_en");
	bool is_reset = strcmp(forms_text(q->record, "state"), "reset") == 0;
	struct bulletin_sentence *s = find(r->b, section);

	if (!is_reset) {
		hash_text(r, section);
		hash_text(r, forms_text(q->record, "text"));
		hash_text(r, forms_text(q->record, "text_en"));
	}
	if (s) {
		s->revision = (unsigned)json_integer_value(json_object_get(q->record, "steps"));
		s->by = keep(r, forms_text(q->record, "changed_by"));
		s->at_ms = json_integer_value(json_object_get(q->record, "changed_ms"));
	}
	if (s && *text && fits(s, text, r->b->lang)) {
		s->edited = true;
		s->text = keep(r, text);
	} else if (!is_reset && (!s || *text)) {
		add_stray(r, section);
	}
	return r->err == ERR_OK;
}

static enum err read_edits(struct query *q, struct reader_of *r)
{
	char month[8];
	const struct query_record_filter filter = { .item = CATALOGUE_NONE, .unit = CATALOGUE_NONE,
						    .measure = CATALOGUE_NONE, .period = month,
						    .on = DATE_NONE };
	enum err e;

	date_month_format(date_month_of(r->b->facts.period), month);
	e = query_records(q, forms_kind(RECORDS_PROSE), (struct bytes){ 0 }, &filter, see_edit, r);
	return e == ERR_OK ? r->err : e;
}

static enum err read_signature(struct query *q, struct reader_of *r)
{
	struct bulletin_signature *s = &r->b->signature;
	struct query_record at;
	char month[8];
	json_t *record;
	enum err e;

	*s = (struct bulletin_signature){ false, "", "", "", "", "", "", 0 };
	date_month_format(date_month_of(r->b->facts.period), month);
	e = query_record(q, forms_kind(RECORDS_SIGNATURE), month, &record, &at);
	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_OK : e;
	*s = (struct bulletin_signature){
		true, keep(r, forms_text(record, "document")), keep(r, forms_text(record, "name")),
		keep(r, forms_text(record, "title")), keep(r, forms_text(record, "date")),
		keep(r, forms_text(record, "digest")), keep(r, forms_text(record, "changed_by")),
		json_integer_value(json_object_get(record, "changed_ms")) };
	json_decref(record);
	return r->err;
}

/* --- the whole ---------------------------------------------------------------------------------- */

enum err bulletin_open(struct query *q, int32_t period, enum lang lang, struct arena *a,
		       struct bulletin *out)
{
	struct crypto_hasher hash;
	struct reader_of r = { .b = out, .arena = a, .hash = &hash };
	uint8_t digest[CRYPTO_HASH_LEN];
	enum err e;

	*out = (struct bulletin){ .lang = lang, .catalogue = query_catalogue(q) };
	crypto_hash_begin(&hash);
	if ((e = read_facts(q, period, a, out)) == ERR_OK &&
	    (e = bulletin_sentences(out, a)) == ERR_OK) {
		hash_text(&r, out->facts_text);
		if ((e = read_edits(q, &r)) == ERR_OK)
			e = read_signature(q, &r);
	}
	crypto_hash_end(&hash, digest);
	bytes_to_hex(bytes_of(digest, sizeof(digest)), out->digest);
	return e;
}

const struct bulletin_sentence *bulletin_sentence(const struct bulletin *b, const char *section)
{
	for (size_t i = 0; i < b->sentence_count; i++)
		if (strcmp(b->sentences[i].section, section) == 0)
			return &b->sentences[i];
	return NULL;
}

const struct bulletin_value *bulletin_value(const struct bulletin_sentence *s, const char *name)
{
	for (size_t i = 0; i < s->value_count; i++)
		if (strcmp(s->values[i].name, name) == 0)
			return &s->values[i];
	return NULL;
}

bool bulletin_shows(const struct bulletin_sentence *s, const char *text, char name[PROSE_NAME],
		    const char **is)
{
	struct prose_piece piece;

	while (prose_next(&text, &piece) == PROSE_PIECE) {
		const struct bulletin_value *v = piece.name[0] ? bulletin_value(s, piece.name) : NULL;

		if (!v || !piece.shown.data || bytes_equal(piece.shown, bytes_of_string(v->text)))
			continue;
		memcpy(name, piece.name, PROSE_NAME);
		*is = v->text;
		return false;
	}
	return true;
}

/* How many bytes of digits end a text, past one point or comma where a digit stands before that. */
static bool ends_in_digit(struct bytes b, bool points)
{
	if (b.len >= 1 && prose_digit_at(bytes_of(b.data + b.len - 1, 1)))
		return true;
	if (b.len >= 3 && prose_digit_at(bytes_of(b.data + b.len - 3, 3)) == 3)
		return true;
	return points && b.len >= 2 && strchr(".,", b.data[b.len - 1]) &&
	       ends_in_digit(bytes_of(b.data, b.len - 1), false);
}

static bool begins_with_digit(struct bytes b, bool points)
{
	if (prose_digit_at(b))
		return true;
	return points && b.len >= 2 && strchr(".,", b.data[0]) &&
	       begins_with_digit(bytes_of(b.data + 1, b.len - 1), false);
}

bool bulletin_apart(const struct bulletin_sentence *s, const char *text, char name[PROSE_NAME])
{
	struct bytes before = { 0 };
	struct prose_piece piece, last = { 0 };

	while (prose_next(&text, &piece) == PROSE_PIECE) {
		const struct bulletin_value *v = piece.name[0] ? bulletin_value(s, piece.name) : NULL;
		struct bytes shows = v ? bytes_of_string(v->text) : piece.text;
		bool either = v || last.name[0];

		if (!shows.len)
			continue;
		if (either && ends_in_digit(before, v != NULL) && begins_with_digit(shows, !v)) {
			memcpy(name, v ? piece.name : last.name, PROSE_NAME);
			return false;
		}
		before = shows;
		last = piece;
	}
	return true;
}
