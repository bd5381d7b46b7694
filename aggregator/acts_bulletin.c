/* SPDX-License-Identifier: MIT */
/* Acts about a month's bulletin: what the office writes anew, and who signs. The forms do them; what
 * needs the numbers themselves is looked at here, while the act is being done: a replay has what was
 * found then. */
#include <stdio.h>

#include "aggregator/acts_private.h"
#include "aggregator/papers/bulletin.h"
#include "base/date.h"

#define BUDGET ((size_t)32 << 20)

static const struct acts_fault not_judged = {
	"not-closed", { "该月报送期限未过，尚未评灯，还没有通报。",
			"That month is not closed: nothing is judged, and it has no bulletin yet." } };
static const struct acts_fault absent = {
	"section-absent", { "本月通报没有这一段；段落编号见 minshengctl bulletin draft。",
			    "This month's bulletin has no such section; see minshengctl bulletin "
			    "draft." } };
static const struct acts_fault changed = {
	"bulletin-changed", { "通报的数据或文字在您查看之后有变动，请刷新核对后再签发。",
			      "Figures or text of the bulletin changed since you looked: read it "
			      "again, then sign." } };
static const struct acts_fault signed_otherwise = {
	"signed-otherwise", { "签发之后通报的数据或文字有变动，请核对后重新签发，再发布。",
			      "Figures or text changed after the bulletin was signed: sign it again, "
			      "then publish." } };

/* The bulletin as it stands within this group. ERR_NOTFOUND: nothing was judged. */
static enum err open_bulletin(struct acts_call *x, int32_t period, enum lang lang, struct arena *a,
			      struct bulletin *out)
{
	struct query *q = NULL;
	enum err e = engine_flush(x->a);

	if (e == ERR_OK)
		e = query_borrow(x->a->txn, x->a->catalogue, x->entry->time_ms, &q);
	if (e == ERR_OK)
		e = bulletin_open(q, period, lang, a, out);
	query_close(q);
	return e;
}

/* What fn says of the month's bulletin; nothing is asked in a replay. */
static enum err with_bulletin(struct acts_call *x, int32_t period, enum lang lang,
			      enum err (*fn)(struct acts_call *x, const struct bulletin *b))
{
	struct arena *a;
	struct bulletin b;
	enum err e;

	if (!x->live)
		return ERR_OK;
	if (!(a = arena_new(BUDGET)))
		return ERR_NOMEM;
	e = open_bulletin(x, period, lang, a, &b);
	e = e == ERR_OK ? fn(x, &b) : e == ERR_NOTFOUND ? acts_fail(x, ERR_STATE, &not_judged, "period") : e;
	arena_free(a);
	return e;
}

static enum err put_text(struct acts_call *x, const char *name, const char *text)
{
	return json_object_set_new(x->body, name, json_string(text)) == 0 ? ERR_OK : ERR_NOMEM;
}

/* --- text ------------------------------------------------------------------------------------- */

static enum err refuse_shown(struct acts_call *x, const char *field, const char *name,
			     const char *is)
{
	char zh[300], en[300];

	snprintf(zh, sizeof(zh), "锁定数字{%s}不能改：应为“%.120s”。", name, is);
	snprintf(en, sizeof(en), "The locked number {%s} can't be changed: it is \"%.120s\".", name, is);
	return acts_fail_words(x, ERR_INVALID, "bulletin-number-changed", (struct lang_text){ zh, en },
			       field);
}

static enum err refuse_joined(struct acts_call *x, const char *field, const char *name)
{
	char zh[200], en[200];

	snprintf(zh, sizeof(zh), "锁定数字{%s}紧挨着别的数字，会被读成另一个数；请用文字隔开。", name);
	snprintf(en, sizeof(en),
		 "The locked number {%s} stands right beside another digit and would read as another "
		 "number: put a word between them.", name);
	return acts_fail_words(x, ERR_INVALID, "bulletin-number-joined", (struct lang_text){ zh, en },
			       field);
}

/* Numbers that were shown to whoever wrote the text come back as they were. */
static enum err check_shown(struct acts_call *x, const struct bulletin *b)
{
	const char *section = json_string_value(json_object_get(x->body, "section"));
	const char *field = b->lang == LANG_ZH ? "text" : "text_en";
	const char *text = json_string_value(json_object_get(x->body, field));
	const struct bulletin_sentence *s = section ? bulletin_sentence(b, section) : NULL;
	char name[PROSE_NAME];
	const char *is, *id;

	if (!s && section && prose_find(section, &id))
		return acts_fail(x, ERR_NOTFOUND, &absent, "section");
	if (s && text && !bulletin_shows(s, text, name, &is))
		return refuse_shown(x, field, name, is);
	if (s && text && !bulletin_apart(s, text, name))
		return refuse_joined(x, field, name);
	return ERR_OK;
}

/* A month that has been published is for the form to refuse. */
static bool is_published(struct acts_call *x, int32_t period)
{
	return (x->a->desk.published & desk_bit(x->a->catalogue, period)) != 0;
}

enum err acts_bulletin_edit(struct acts_call *x)
{
	int32_t period;
	enum err e = acts_period(x, &period);

	if (e == ERR_OK && !is_published(x, period))
		e = with_bulletin(x, period, LANG_ZH, check_shown);
	if (e == ERR_OK && acts_has(x, "text_en") && !is_published(x, period))
		e = with_bulletin(x, period, LANG_EN, check_shown);
	return e == ERR_OK ? acts_records(x) : e;
}

/* --- signature -------------------------------------------------------------------------------- */

/* What is signed is what was seen: its digest, where it is named, has to be this one. */
static enum err set_digest(struct acts_call *x, const struct bulletin *b)
{
	const char *seen = json_string_value(json_object_get(x->body, "digest"));

	if (seen && strcmp(seen, b->digest) != 0)
		return acts_fail(x, ERR_STATE, &changed, "digest");
	return put_text(x, "digest", b->digest);
}

enum err acts_bulletin_sign(struct acts_call *x)
{
	int32_t period;
	enum err e = acts_period(x, &period);

	if (e == ERR_OK && !is_published(x, period))
		e = with_bulletin(x, period, LANG_ZH, set_digest);
	return e == ERR_OK ? acts_records(x) : e;
}

/* --- publication ------------------------------------------------------------------------------ */

static enum err attach(struct acts_call *x, const struct bulletin *b)
{
	json_t *facts;

	if (b->signature.signed_ && strcmp(b->signature.digest, b->digest) != 0)
		return acts_fail(x, ERR_STATE, &signed_otherwise, "period");
	facts = bulletin_facts_json(&b->facts);
	if (!facts || json_object_set_new(x->body, "bulletin", facts) != 0)
		return ERR_NOMEM;
	return put_text(x, "digest", b->digest);
}

enum err acts_bulletin_publish(struct acts_call *x, int32_t period, char digest[BULLETIN_DIGEST])
{
	enum err e = with_bulletin(x, period, LANG_ZH, attach);
	const char *text = json_string_value(json_object_get(x->body, "digest"));

	snprintf(digest, BULLETIN_DIGEST, "%s", e == ERR_OK && text ? text : "");
	return e;
}
