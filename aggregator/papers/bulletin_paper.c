/* SPDX-License-Identifier: MIT */
/* The bulletin as a document: its order is that of published ones. */
#include <string.h>

#include "aggregator/papers/bulletin_annex.h"
#include "aggregator/papers/bulletin_words.h"
#include "base/date.h"

struct composer {
	const struct bulletin *b;
	struct paper *p;
	bool zh, invents;
};

/* --- sentences ---------------------------------------------------------------------------------- */

/* Came out of a plan that is invented. */
static bool is_invented(const struct composer *m, const struct bulletin_value *v)
{
	return m->invents && (strcmp(v->source, "lights/planned_percent") == 0 ||
			      strcmp(v->source, "lights/gap_points") == 0);
}

static void say_piece(struct composer *m, struct paper_writer *w, const struct bulletin_sentence *s,
		      const struct prose_piece *piece)
{
	const struct bulletin_value *v = piece->name[0] ? bulletin_value(s, piece->name) : NULL;

	if (v && *v->text)
		paper_run(m->p, w, PAPER_LOCKED | (is_invented(m, v) ? PAPER_INVENTED : 0), v->source,
			  v->text);
	else if (!v && piece->text.len)
		paper_say(m->p, w, paper_printf(m->p, "%.*s", (int)piece->text.len,
						(const char *)piece->text.data));
}

/* number: what stands before it ("1. "), or "". */
static void say(struct composer *m, const struct bulletin_sentence *s, const char *number)
{
	struct paper_writer w = { 0 };
	struct prose_piece piece;
	const char *at = s->text;

	if (*number)
		paper_say(m->p, &w, number);
	while (prose_next(&at, &piece) == PROSE_PIECE)
		say_piece(m, &w, s, &piece);
	paper_put(m->p, PAPER_PARAGRAPH, s->section, &w);
}

static bool is_below(const char *section, const char *of)
{
	size_t n = strlen(of);

	return strncmp(section, of, n) == 0 && section[n] == '/';
}

static void say_one(struct composer *m, const char *section)
{
	const struct bulletin_sentence *s = bulletin_sentence(m->b, section);

	if (s)
		say(m, s, "");
}

/* Those below a section, numbered from 1 where wanted. */
static void say_below(struct composer *m, const char *section, bool numbered, unsigned from)
{
	for (size_t i = 0; i < m->b->sentence_count; i++) {
		const struct bulletin_sentence *s = &m->b->sentences[i];

		if (is_below(s->section, section))
			say(m, s, numbered ? paper_ordinal(m->p, 3, from++) : "");
	}
}

static void head(struct composer *m, unsigned n, const char *chinese,
		 const char *english)
{
	paper_heading(m->p, 1, NULL,
		      paper_printf(m->p, "%s%s", paper_ordinal(m->p, 1, n), m->zh ? chinese : english));
}

static void body(struct composer *m)
{
	paper_text(m->p, PAPER_FLUSH,
		   m->zh ? "各县（市、区）、功能区，市直有关部门、单位：" :
			   "To the counties, districts and zones, and the departments of the city:");
	say_one(m, "lead");
	head(m, 1, "总体情况", "Overall");
	say_one(m, "overall");
	say_below(m, "overall", false, 0);
	head(m, 2, "县（市、区）完成情况", "Counties, districts and zones");
	say_one(m, "units");
	say_below(m, "units", false, 0);
	bulletin_annex_units(m->b, m->p);
	head(m, 3, "牵头单位情况", "Lead units");
	say_one(m, "leads");
	say_below(m, "leads", false, 0);
	bulletin_annex_leads(m->b, m->p);
	head(m, 4, "滞后事项", "What lags");
	say_one(m, "lagging");
	say_below(m, "lagging", true, 1);
	bulletin_annex_note(m->b, m->p);
	head(m, 5, "报送情况", "Reports");
	say_one(m, "reporting");
	say_below(m, "reporting", false, 0);
	head(m, 6, "下步要求", "What is asked for");
	say_one(m, "demands");
	say_below(m, "demands", true, 1);
}

/* --- around them -------------------------------------------------------------------------------- */

static const char *office(const struct composer *m)
{
	return lang_pick(m->b->catalogue->units[m->b->catalogue->office].name, m->b->lang);
}

static const char *day_text(struct composer *m, const char *day)
{
	struct buf text = { 0 };
	const char *copy = "";
	int32_t date;

	if (date_parse(bytes_of_string(day), &date) != ERR_OK)
		return "";
	bulletin_words_day(&text, date, m->b->lang);
	copy = paper_copy(m->p, buf_cstring(&text));
	buf_free(&text);
	return copy;
}

static void begin(struct composer *m)
{
	const struct bulletin_signature *s = &m->b->signature;
	struct paper *p = m->p;
	int year, month, day;

	date_to_civil(m->b->facts.period, &year, &month, &day);
	p->mark = paper_copy(p, office(m));
	p->number = s->signed_ ? paper_copy(p, s->document) :
				 paper_printf(p, m->zh ? "〔%d〕    号" : "[%d] No. ", year);
	p->title = m->zh ? paper_printf(p, "关于%d年%d月份民生实事\n进展情况的通报", year, month) :
			   paper_printf(p, "Bulletin on the livelihood pledges\n%d-%02d", year, month);
	if (!m->b->published)
		p->draft = s->signed_ ? (m->zh ? "已签发 · 未发布" : "signed, not published") :
					(m->zh ? "草稿" : "draft");
	p->footer = paper_printf(p, m->zh ? "数据截至台账序号 %llu · 内容摘要 %.16s" :
					    "Ledger position %llu · digest %.16s",
				 (unsigned long long)m->b->position, m->b->digest);
}

static void end(struct composer *m)
{
	const struct bulletin_signature *s = &m->b->signature;
	struct paper *p = m->p;

	paper_text(p, PAPER_PARAGRAPH, m->zh ? "附件：1.进展情况表" : "Annexes: 1. Progress");
	paper_text(p, PAPER_PARAGRAPH, m->zh ? "　　　2.滞后事项清单" : "2. What lags");
	paper_text(p, PAPER_PARAGRAPH,
		   m->zh ? "　　　3.县（市、区）完成情况矩阵" : "3. Counties and measures");
	paper_text(p, PAPER_SIGNED, office(m));
	paper_text(p, PAPER_SIGNED, s->signed_ ? day_text(m, s->date) : m->zh ? "    年  月  日" : "");
	if (!s->signed_)
		return;
	p->issued = paper_printf(p, m->zh ? "%s　　签发人：%s　　%s印发" : "%s. Signed by %s. %s",
				 office(m), s->name, day_text(m, s->date));
	p->copied_to = m->zh ? "抄送：市政府领导同志。" : "Copies: the mayor and vice-mayors.";
}

enum err bulletin_paper(struct query *q, const struct bulletin *b, struct arena *a,
			struct paper *out)
{
	struct composer m = { .b = b, .p = out, .zh = b->lang == LANG_ZH,
			      .invents = bulletin_annex_invents(b->catalogue) };
	const struct bulletin_after *after;
	size_t after_count;
	enum err e = bulletin_after(q, b, a, &after, &after_count);

	if (e != ERR_OK)
		return e;
	paper_begin(out, a, PAPER_OFFICIAL, b->lang);
	begin(&m);
	body(&m);
	end(&m);
	bulletin_annexes(b, out);
	bulletin_annex_after(b, after, after_count, out);
	return paper_error(out);
}

enum err paper_bulletin(struct query *q, const struct catalogue *c, int32_t period, enum lang lang,
			struct arena *a, struct paper *out)
{
	struct bulletin *b = arena_calloc(a, 1, sizeof(*b));
	enum err e = b ? bulletin_open(q, period, lang, a, b) : ERR_NOMEM;

	(void)c; /* that of the snapshot, with the plans and quotas that came later */
	return e == ERR_OK ? bulletin_paper(q, b, a, out) : e;
}
