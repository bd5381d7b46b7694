/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/bulletin_check.h"

static const struct {
	const char *name;
	struct lang_text word, advice;
} words[BULLETIN_CHECK_COUNT] = {
	[BULLETIN_CHECK_REPORTS] = { "reports", { "应报数据均已报送", "all figures came" },
				     { "催报，或在通报中列明未报单位。",
				       "Ask for them, or let the bulletin name who is missing." } },
	[BULLETIN_CHECK_CONFIRMED] = { "confirmed", { "牵头单位均已确认", "leads confirmed" },
				       { "请牵头单位确认（minshengctl report confirm）。",
					 "Let the leads confirm (minshengctl report confirm)." } },
	[BULLETIN_CHECK_HOLDS] = { "holds", { "没有待督查室放行的数据", "no rows wait" },
				   { "先放行或退回（minshengctl hold list）。",
				     "Release or reject them (minshengctl hold list)." } },
	[BULLETIN_CHECK_FLAGS] = { "flags", { "没有待说明的存疑数据", "no open flags" },
				   { "逐条说明或排除（minshengctl flag list）。",
				     "Explain or dismiss each (minshengctl flag list)." } },
	[BULLETIN_CHECK_MISMATCHES] = { "mismatches",
					{ "牵头数与各县合计一致", "leads and counties agree" },
					{ "核对（minshengctl reconcile）。",
					  "Reconcile them (minshengctl reconcile)." } },
	[BULLETIN_CHECK_OBJECTIONS] = { "objections", { "异议均已答复", "objections are answered" },
					{ "先答复异议（minshengctl report answer）。",
					  "Answer them (minshengctl report answer)." } },
	[BULLETIN_CHECK_CAUSES] = { "causes", { "滞后指标均有原因", "each laggard has a cause" },
				    { "请牵头单位在月度说明中写明存在问题。",
				      "Ask the leads to name the problem in their narratives." } },
	[BULLETIN_CHECK_DIGITS] = { "digits", { "改写的文字没有手填数字",
						"no typed numbers in edited text" },
				    { "核对手填数字，或改用锁定数字。",
				      "Check them, or use the locked numbers." } },
	[BULLETIN_CHECK_STRAYS] = { "strays", { "改写的段落都在本月通报中",
						"each edited section is printed" },
				    { "这些改写不会印出；可恢复原句。",
				      "These edits are not printed; reset them." } },
	[BULLETIN_CHECK_SIGNED] = { "signed", { "已签发", "signed" },
				    { "请签发（minshengctl bulletin sign）。",
				      "Sign it (minshengctl bulletin sign)." } },
	[BULLETIN_CHECK_UNCHANGED] = { "unchanged", { "签发后没有变动", "unchanged since it was signed" },
				       { "签发后有变动，须重新签发才能发布。",
					 "It changed since: sign it again, or it can't be published." } },
	[BULLETIN_CHECK_TIME] = { "time", { "异议期已过", "the objection days are over" },
				  { "提前发布须写明理由。", "To publish before, give a reason." } },
};

const char *bulletin_check_name(enum bulletin_check_kind k)
{
	return words[k].name;
}

struct lang_text bulletin_check_word(enum bulletin_check_kind k)
{
	return words[k].word;
}

struct lang_text bulletin_check_advice(enum bulletin_check_kind k)
{
	return words[k].advice;
}

static bool count_flag(void *ctx, const struct flags_record *r)
{
	(void)r;
	++*(unsigned long *)ctx;
	return true;
}

static bool count_hold(void *ctx, const struct holds_record *r)
{
	(void)r;
	++*(unsigned long *)ctx;
	return true;
}

static enum err count_mismatches(struct query *q, int32_t period, struct arena *a,
				 unsigned long *out)
{
	struct query_reconciliation all;
	enum err e = query_reconcile(q, period, CATALOGUE_NONE, CATALOGUE_NONE, a, &all);

	for (size_t i = 0; e == ERR_OK && i < all.count; i++)
		*out += all.items[i].differs;
	return e;
}

static unsigned long count_causes(const struct bulletin *b)
{
	unsigned long n = 0;

	for (size_t i = 0; i < b->facts.cause_count; i++)
		n += b->facts.causes[i].unit == b->catalogue->city && !*b->facts.causes[i].text;
	return n;
}

static unsigned long count_typed(const struct bulletin *b)
{
	unsigned long n = 0;

	for (size_t i = 0; i < b->sentence_count; i++)
		n += b->sentences[i].edited && prose_has_digits(b->sentences[i].text);
	return n;
}

static enum err count_all(struct query *q, const struct bulletin *b, struct arena *a,
			  unsigned long n[BULLETIN_CHECK_COUNT])
{
	const struct query_flag_filter flags = { CATALOGUE_NONE, CATALOGUE_NONE, b->facts.period, 0,
						 false };
	enum err e;

	for (size_t i = 0; i < b->facts.unit_count; i++) {
		n[BULLETIN_CHECK_REPORTS] += b->facts.units[i].owed.missing;
		n[BULLETIN_CHECK_CONFIRMED] += b->facts.units[i].leads ? b->facts.units[i].waiting : 0;
	}
	n[BULLETIN_CHECK_OBJECTIONS] = b->published ? b->month.publication.open_objections :
						      b->month.city.objections_open;
	n[BULLETIN_CHECK_CAUSES] = count_causes(b);
	n[BULLETIN_CHECK_DIGITS] = count_typed(b);
	n[BULLETIN_CHECK_STRAYS] = b->stray_count;
	n[BULLETIN_CHECK_SIGNED] = !b->signature.signed_;
	n[BULLETIN_CHECK_UNCHANGED] =
		b->signature.signed_ && strcmp(b->signature.digest, b->digest) != 0;
	n[BULLETIN_CHECK_TIME] = b->published ? b->month.publication.early :
						b->month.state != QUERY_MONTHS_READY;
	if ((e = query_holds(q, count_hold, &n[BULLETIN_CHECK_HOLDS])) != ERR_OK ||
	    (e = query_flags(q, &flags, count_flag, &n[BULLETIN_CHECK_FLAGS])) != ERR_OK)
		return e;
	return count_mismatches(q, b->facts.period, a, &n[BULLETIN_CHECK_MISMATCHES]);
}

enum err bulletin_check(struct query *q, const struct bulletin *b, struct arena *a,
			struct bulletin_check out[BULLETIN_CHECK_COUNT])
{
	unsigned long n[BULLETIN_CHECK_COUNT] = { 0 };
	enum err e = count_all(q, b, a, n);

	for (size_t i = 0; i < BULLETIN_CHECK_COUNT; i++)
		out[i] = (struct bulletin_check){ .kind = (enum bulletin_check_kind)i, .good = !n[i],
						  .count = n[i] };
	out[BULLETIN_CHECK_UNCHANGED].stops = out[BULLETIN_CHECK_TIME].stops =
		out[BULLETIN_CHECK_OBJECTIONS].stops = true;
	return e;
}
