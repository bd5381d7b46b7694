/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/slip_paper.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/catalogue/calendar.h"
#include "aggregator/papers/bulletin_words.h"
#include "aggregator/query/query_records.h"
#include "aggregator/query/query_slips.h"
#include "base/date.h"

#define HEAD_LINES 3 /* that a preprinted head takes */

static const char *const letterheads[SLIP_PAPER_LETTERHEADS] = {
	[SLIP_PAPER_NONE] = "none",
	[SLIP_PAPER_PREPRINTED] = "preprinted",
	[SLIP_PAPER_DIGITAL] = "digital",
};

enum slip_paper_letterhead slip_paper_letterhead_of(const char *word)
{
	enum slip_paper_letterhead i = SLIP_PAPER_NONE;

	while (i < SLIP_PAPER_LETTERHEADS && strcmp(letterheads[i], word) != 0)
		i++;
	return i;
}

struct letter {
	struct query *q;
	const struct catalogue *c;
	enum lang lang;
	bool zh;
	struct paper *p;
	const struct slips_slip *slip;
	const json_t *record;
	bool invented; /* some quota or plan in it */
	enum err err;
};

/* --- words ------------------------------------------------------------------------------------ */

static const char *unit_name(const struct letter *l, uint16_t unit)
{
	return unit < l->c->unit_count ? lang_pick(l->c->units[unit].name, l->lang) : "";
}

/* What is in the buffer, in the paper's own memory; the buffer is emptied. */
static const char *keep(struct letter *l, struct buf *text)
{
	const char *copy = paper_copy(l->p, buf_cstring(text));

	if (buf_error(text) != ERR_OK)
		l->err = ERR_NOMEM;
	buf_free(text);
	return copy;
}

static const char *day_words(struct letter *l, int32_t day)
{
	struct buf text = { 0 };

	if (day == DATE_NONE)
		return l->zh ? "　　年　月　日" : "____________";
	bulletin_words_day(&text, day, l->lang);
	return keep(l, &text);
}

static const char *member(const struct letter *l, const char *key)
{
	const char *text = json_string_value(json_object_get(l->record, key));

	return text ? text : "";
}

static int32_t member_day(const struct letter *l, const char *key)
{
	int32_t day;

	return date_parse(bytes_of_string(member(l, key)), &day) == ERR_OK ? day : DATE_NONE;
}

static bool is_draft(const struct letter *l)
{
	return l->slip->state == SLIPS_DRAFT || l->slip->state == SLIPS_DISCARDED ||
	       l->slip->state == SLIPS_LAPSED;
}

/* --- the table -------------------------------------------------------------------------------- */

static bool take_light(void *ctx, const struct lights_record *r)
{
	*(struct lights_record *)ctx = *r;
	return false;
}

static void put_share(struct letter *l, struct paper_table_writer *w, int64_t ppm)
{
	struct buf text = { 0 };

	bulletin_words_share(&text, ppm, l->lang);
	paper_cell_lock(l->p, w, "lights", keep(l, &text));
}

static void put_figures(struct letter *l, struct paper_table_writer *w,
			const struct lights_record *r)
{
	const struct catalogue_measure *m = &l->c->measures[r->measure];
	struct buf text = { 0 };

	bulletin_words_goal(&text, m, r->goal, l->lang);
	paper_cell_lock(l->p, w, "lights", r->has_goal ? keep(l, &text) : (l->zh ? "未分解" : "–"));
	buf_free(&text);
	if (r->present)
		bulletin_words_value(&text, m, r->value, r->denominator, l->lang);
	else
		buf_put_string(&text, l->zh ? "未报" : "no report");
	paper_cell_lock(l->p, w, "lights", keep(l, &text));
	put_share(l, w, r->done_ppm);
	put_share(l, w, r->planned_ppm);
	bulletin_words_points(&text, r->gap_hundredths < 0 ? -r->gap_hundredths : 0);
	paper_cell_lock(l->p, w, "lights", keep(l, &text));
	paper_cell_lock(l->p, w, "lights", paper_printf(l->p, "%u", r->state.months));
}

static void put_subject(struct letter *l, struct paper_table_writer *w,
			const struct slips_subject *s)
{
	const struct catalogue_measure *m = &l->c->measures[s->measure];
	struct lights_record r = { .measure = s->measure, .unit = s->unit };
	struct buf text = { 0 };
	enum err e = query_lights(l->q, l->slip->period, s->measure, s->unit, take_light, &r);

	if (e != ERR_OK)
		l->err = e;
	l->invented |= (s->unit != l->c->city && m->quotas_invented) || m->plan.invented;
	paper_row(l->p, w);
	bulletin_words_measure(&text, l->c, s->measure, l->lang);
	if (s->unit != l->slip->unit && s->unit != l->c->city)
		buf_printf(&text, l->zh ? "（%s）" : " (%s)", unit_name(l, s->unit));
	paper_cell(l->p, w, keep(l, &text));
	put_figures(l, w, &r);
	paper_cell_lock(l->p, w, "lights",
			paper_printf(l->p, "%s %s", bulletin_words_icon(r.state.light),
				     lang_pick(light_word(r.state.light), l->lang)));
}

static void put_table(struct letter *l)
{
	static const struct paper_column zh[] = {
		{ "事项、指标", 26, PAPER_LEFT },   { "年度任务", 12, PAPER_RIGHT },
		{ "累计完成", 12, PAPER_RIGHT },    { "完成率", 10, PAPER_RIGHT },
		{ "序时进度", 10, PAPER_RIGHT },    { "落后百分点", 9, PAPER_RIGHT },
		{ "连续滞后月数", 8, PAPER_RIGHT }, { "亮灯", 0, PAPER_CENTRE },
	};
	static const struct paper_column en[] = {
		{ "Item, target", 26, PAPER_LEFT },  { "Goal", 12, PAPER_RIGHT },
		{ "Done", 12, PAPER_RIGHT },	     { "Done %", 10, PAPER_RIGHT },
		{ "Planned", 10, PAPER_RIGHT },	     { "Points behind", 9, PAPER_RIGHT },
		{ "Months behind", 8, PAPER_RIGHT }, { "Light", 0, PAPER_CENTRE },
	};
	struct paper_table_writer w = { 0 };

	paper_table_begin(l->p, &w, NULL, l->zh ? zh : en, sizeof(zh) / sizeof(zh[0]), true);
	for (size_t i = 0; i < l->slip->subject_count; i++)
		put_subject(l, &w, &l->slip->subjects[i]);
	paper_table_end(l->p, &w);
}

/* --- the letter ------------------------------------------------------------------------------- */

static const struct lang_text titles[SLIPS_RUNG_END] = {
	[SLIPS_REMINDER] = { "关于民生实事进度的提醒函", "Reminder about livelihood pledges" },
	[SLIPS_SUPERVISION] = { "民生实事督办通知", "Supervision slip about livelihood pledges" },
	[SLIPS_INTERVIEW] = { "关于民生实事滞后事项的约谈通知",
			      "Invitation to an interview about livelihood pledges" },
};

static void put_head(struct letter *l, enum slip_paper_letterhead head)
{
	struct paper *p = l->p;

	p->mark = head == SLIP_PAPER_DIGITAL ? paper_copy(p, unit_name(l, l->c->office)) : NULL;
	p->number = *member(l, "number") ? paper_copy(p, member(l, "number")) : NULL;
	p->title = lang_pick(titles[l->slip->rung], l->lang);
	if (is_draft(l))
		p->draft = paper_printf(p, "%s · %s", l->zh ? "草稿" : "draft", l->slip->id);
	p->footer = paper_printf(p, l->zh ? "编号 %s · 数据为%s的正式评灯 · 台账序号 %llu" :
					    "Slip %s · official lights of %s · ledger position %llu",
				 l->slip->id, day_words(l, l->slip->period),
				 (unsigned long long)query_head(l->q).position);
	for (int i = 0; head == SLIP_PAPER_PREPRINTED && i < HEAD_LINES; i++)
		paper_text(p, PAPER_FLUSH, "\xC2\xA0");
}

static void put_opening(struct letter *l)
{
	struct paper_writer w = { 0 };
	struct paper *p = l->p;

	paper_text(p, PAPER_FLUSH,
		   paper_printf(p, l->zh ? "%s：" : "To %s:", unit_name(l, l->slip->unit)));
	paper_say(p, &w, l->zh ? "截至" : "On ");
	paper_lock(p, &w, "slips/period", day_words(l, l->slip->period));
	paper_say(p, &w,
		  l->zh ? "，你单位承担的下列" : " the following ");
	paper_lock(p, &w, "slips/subjects", paper_printf(p, "%zu", l->slip->subject_count));
	paper_say(p, &w,
		  l->zh ? "项民生实事指标低于序时进度，具体情况如下：" :
			  " target(s) in your charge stood behind plan:");
	paper_put(p, PAPER_PARAGRAPH, "opening", &w);
	put_table(l);
	if (l->invented)
		paper_text(p, PAPER_NOTE,
			   l->zh ? "注：年度目标为公开通知所列；县区分解任务、月度计划为演示值，不是官方数据。" :
				   "Goals are those of the public notice; quotas and plans are invented "
				   "and no official data.");
}

static void section(struct letter *l, unsigned n, const char *head, const char *text)
{
	paper_heading(l->p, 1, NULL,
		      paper_printf(l->p, "%s%s", paper_ordinal(l->p, 1, n), head));
	paper_text(l->p, PAPER_PARAGRAPH, text);
}

/* Of a draft: what it would say if it were issued today. */
static int32_t deadline_of(const struct letter *l)
{
	return l->slip->deadline != DATE_NONE ?
		       l->slip->deadline :
		       calendar_add_workdays(&l->c->calendar, query_head(l->q).today,
					     slips_rule(l->slip->rung)->reply_days);
}

static void put_requirement(struct letter *l, unsigned *n)
{
	struct buf text = { 0 };

	if (*member(l, "requirement"))
		buf_put_string(&text, member(l, "requirement"));
	else
		slips_requirement(l->slip->rung, deadline_of(l), l->lang, &text);
	if (*member(l, "task")) {
		section(l, (*n)++, l->zh ? "督办事项" : "What it is about",
			paper_copy(l->p, member(l, "task")));
	}
	section(l, (*n)++, l->zh ? "工作要求" : "What is asked for", keep(l, &text));
	if (*member(l, "person"))
		paper_text(l->p, PAPER_PARAGRAPH,
			   paper_printf(l->p, l->zh ? "责任人：%s。" : "Person in charge: %s.",
					member(l, "person")));
	section(l, (*n)++, l->zh ? "反馈时限" : "Deadline",
		paper_printf(l->p,
			     l->zh ? "请于%s前将办理情况（附回执）书面反馈；逾期未反馈的，按规定升级督办。" :
				     "Please reply in writing, with the slip below, by %s. Without a reply "
				     "the next step is taken.",
			     day_words(l, deadline_of(l))));
	if (l->slip->rung == SLIPS_INTERVIEW)
		section(l, (*n)++, l->zh ? "约谈安排" : "The interview",
			l->zh ? "时间：　　　　　　　　　地点：　　　　　　　　　　　　" :
				"Time: ______________  Place: ______________");
}

static bool take_contact(void *ctx, const struct query_record *r)
{
	struct buf *names = ctx;
	const char *name = json_string_value(json_object_get(r->record, "name"));

	if (name)
		buf_printf(names, "%s%s", names->len ? "、" : "", name);
	return true;
}

static void put_contact(struct letter *l, unsigned n)
{
	const struct query_record_filter filter = { .state = "current",
						    .item = CATALOGUE_NONE,
						    .unit = l->c->office,
						    .measure = CATALOGUE_NONE,
						    .on = DATE_NONE };
	struct buf names = { 0 };
	enum err e = query_records(l->q, forms_kind(RECORDS_CONTACT), bytes_of_string(""), &filter,
				   take_contact, &names);

	if (e != ERR_OK)
		l->err = e;
	if (names.len == 0)
		buf_put_string(&names, "________");
	section(l, n, l->zh ? "联系方式" : "Contact",
		paper_printf(l->p,
			     l->zh ? "%s，联系人：%s，电话：________" : "%s, %s, telephone: ________",
			     unit_name(l, l->c->office), keep(l, &names)));
}

static void put_signature(struct letter *l)
{
	paper_text(l->p, PAPER_SIGNED, unit_name(l, l->c->office));
	paper_text(l->p, PAPER_SIGNED, day_words(l, member_day(l, "issued_on")));
}

/* --- the reply slip --------------------------------------------------------------------------- */

static void put_answer(struct letter *l, struct paper_table_writer *w, const char *zh,
		       const char *en, const char *text)
{
	paper_row(l->p, w);
	paper_cell(l->p, w, l->zh ? zh : en);
	paper_cell(l->p, w, text);
}

static void put_reply(struct letter *l)
{
	static const struct paper_column zh[] = { { "回执项目", 26, PAPER_LEFT },
						  { "填写内容", 0, PAPER_LEFT } };
	static const struct paper_column en[] = { { "Reply", 26, PAPER_LEFT },
						  { "To be filled in", 0, PAPER_LEFT } };
	struct paper_table_writer w = { 0 };
	const char *number = *member(l, "number") ? member(l, "number") : l->slip->id;

	paper_rule(l->p);
	paper_text(l->p, PAPER_CENTRED, l->zh ? "办理情况回执" : "Reply slip");
	paper_table_begin(l->p, &w, NULL, l->zh ? zh : en, 2, false);
	put_answer(l, &w, "文号", "Number", paper_copy(l->p, number));
	put_answer(l, &w, "反馈单位", "From", unit_name(l, l->slip->unit));
	put_answer(l, &w, "签收人、签收时间", "Signed for by, on",
		   paper_copy(l->p, member(l, "signed_by")));
	put_answer(l, &w, "滞后原因", "Cause", "\n");
	put_answer(l, &w, "整改措施及进展", "Measures, and what was done",
		   *member(l, "reply") ? paper_copy(l->p, member(l, "reply")) : "\n\n");
	put_answer(l, &w, "预计赶上序时进度的日期", "Back on plan by", "");
	put_answer(l, &w, "负责人签字（盖章）、日期", "Signature, date", "\n");
	paper_table_end(l->p, &w);
}

/* --- the whole -------------------------------------------------------------------------------- */

struct wish {
	struct letter *letter;
	enum slip_paper_letterhead head;
};

static void compose(void *ctx, const struct query_slip *s)
{
	struct wish *wish = ctx;
	struct letter *l = wish->letter;
	unsigned n = 1;

	l->slip = &s->slip;
	l->record = s->record;
	put_head(l, wish->head);
	put_opening(l);
	put_requirement(l, &n);
	put_contact(l, n);
	put_signature(l);
	put_reply(l);
}

enum err slip_paper(struct query *q, const char *id, enum slip_paper_letterhead head, enum lang lang,
		    struct arena *a, struct paper *out)
{
	struct letter l = { .q = q,
			    .c = query_catalogue(q),
			    .lang = lang,
			    .zh = lang == LANG_ZH,
			    .p = out };
	struct wish wish = { &l, head };
	enum err e;

	paper_begin(out, a, PAPER_LETTER, lang);
	e = query_slip(q, bytes_of_string(id), compose, &wish);
	if (e == ERR_OK)
		e = l.err;
	return e != ERR_OK ? e : paper_error(out);
}
