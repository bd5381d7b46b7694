/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/pack_private.h"

#include <jansson.h>
#include <string.h>

#include "aggregator/office/portfolio.h"
#include "aggregator/papers/bulletin_annex.h"
#include "aggregator/papers/bulletin_words.h"
#include "aggregator/query/query_months.h"
#include "aggregator/query/query_records.h"
#include "base/date.h"

bool pack_quarter(const struct catalogue *c, const char *quarter, int32_t *last)
{
	int32_t first, end;

	if (!portfolio_quarter(quarter, &first, &end) || end < c->from || first > c->to)
		return false;
	if (last != NULL)
		*last = end;
	return true;
}

/* --- words ------------------------------------------------------------------------------------ */

const char *pack_unit(const struct pack *k, uint16_t unit)
{
	return unit < k->c->unit_count ? lang_pick(k->c->units[unit].name, k->lang) : "";
}

const char *pack_keep(struct pack *k, struct buf *text)
{
	const char *copy = paper_copy(k->p, buf_cstring(text));

	if (buf_error(text) != ERR_OK)
		k->err = ERR_NOMEM;
	buf_free(text);
	return copy;
}

const char *pack_day(struct pack *k, int32_t day)
{
	struct buf text = { 0 };

	if (day == DATE_NONE)
		return "";
	bulletin_words_day(&text, day, k->lang);
	return pack_keep(k, &text);
}

const char *pack_share(struct pack *k, int64_t ppm)
{
	struct buf text = { 0 };

	bulletin_words_share(&text, ppm, k->lang);
	return pack_keep(k, &text);
}

const char *pack_light(struct pack *k, enum light light)
{
	return paper_printf(k->p, "%s %s", bulletin_words_icon(light),
			    lang_pick(light_word(light), k->lang));
}

static void heading(struct pack *k, const char *zh, const char *en)
{
	paper_heading(k->p, 1, NULL, k->zh ? zh : en);
}

/* --- the first page --------------------------------------------------------------------------- */

static const enum light order[] = { LIGHT_DONE,	  LIGHT_REACHED, LIGHT_GREEN,
				    LIGHT_YELLOW, LIGHT_RED,	 LIGHT_NONE };
#define ORDER (sizeof(order) / sizeof(order[0]))

static void put_sentence(struct pack *k)
{
	const struct bulletin_facts *f = &k->facts;
	struct paper_writer w = { 0 };
	unsigned all = 0;

	for (size_t i = 0; i < LIGHT_COUNT; i++)
		all += f->counts[i];
	paper_say(k->p, &w, k->zh ? "截至" : "On ");
	paper_lock(k->p, &w, "period", pack_day(k, f->period));
	paper_say(k->p, &w, k->zh ? "，" : ", of ");
	paper_lock(k->p, &w, "lights", paper_printf(k->p, "%u", all));
	paper_say(k->p, &w, k->zh ? "项主要指标中" : " main targets");
	for (size_t i = 0; i < ORDER; i++) {
		if (f->counts[order[i]] == 0)
			continue;
		paper_say(k->p, &w, k->zh ? "，" : ", ");
		if (k->zh)
			paper_say(k->p, &w, lang_pick(light_word(order[i]), k->lang));
		paper_lock(k->p, &w, paper_printf(k->p, "lights/%s", light_name(order[i])),
			   paper_printf(k->p, k->zh ? "%u项" : "%u", f->counts[order[i]]));
		if (!k->zh)
			paper_say(k->p, &w,
				  paper_printf(k->p, " %s", lang_pick(light_word(order[i]), k->lang)));
	}
	paper_say(k->p, &w,
		  k->zh ? "。需会议研究的事项见各页及末页。" :
			  ". What the meeting is asked stands on each page, and on the last one.");
	paper_put(k->p, PAPER_FLUSH, "sentence", &w);
}

static void put_counts(struct pack *k)
{
	struct paper_column columns[ORDER + 1] = { { "", 16, PAPER_LEFT } };
	struct paper_table_writer w = { 0 };

	for (size_t i = 0; i < ORDER; i++)
		columns[i + 1] = (struct paper_column){ pack_light(k, order[i]), 14, PAPER_CENTRE };
	paper_table_begin(k->p, &w, NULL, columns, ORDER + 1, false);
	for (int before = 0; before < 2; before++) {
		const unsigned *counts = before ? k->facts.counts_before : k->facts.counts;

		if (before && k->facts.before == DATE_NONE)
			continue;
		paper_row(k->p, &w);
		paper_cell(k->p, &w, before ? (k->zh ? "上月" : "the month before") :
					      (k->zh ? "本期" : "now"));
		for (size_t i = 0; i < ORDER; i++)
			paper_cell_lock(k->p, &w, "lights",
					paper_printf(k->p, "%u", counts[order[i]]));
	}
	paper_table_end(k->p, &w);
}

/* Signs alone: what they mean stands above. */
static void put_matrix_row(struct pack *k, struct paper_table_writer *w, uint16_t measure,
			   const uint16_t *areas, size_t count)
{
	struct buf name = { 0 };

	paper_row(k->p, w);
	bulletin_words_measure(&name, k->c, measure, k->lang);
	paper_cell(k->p, w, pack_keep(k, &name));
	for (size_t i = 0; i < count; i++) {
		const struct bulletin_light *l = bulletin_facts_light(&k->facts, measure, areas[i]);

		if (l == NULL)
			paper_cell(k->p, w, "");
		else if (l->silent)
			paper_cell_lock(k->p, w, "lights", "?");
		else if (bulletin_facts_lags(l->light))
			paper_cell_span(k->p, w, 1, PAPER_CENTRE, bulletin_words_icon(l->light));
		else
			paper_cell_lock(k->p, w, "lights", bulletin_words_icon(l->light));
	}
}

/* The city, then the areas; their columns. */
static size_t matrix_columns(struct pack *k, struct paper_column *columns, uint16_t *areas)
{
	size_t count = 1;

	columns[0] = (struct paper_column){ k->zh ? "指标" : "Target", 24, PAPER_LEFT };
	columns[1] = (struct paper_column){ k->zh ? "全市" : "City", 4, PAPER_CENTRE };
	areas[0] = k->c->city;
	for (uint16_t u = 0; u < k->c->unit_count; u++)
		if (k->c->units[u].area) {
			areas[count++] = u;
			columns[count] = (struct paper_column){ pack_unit(k, u), 0, PAPER_CENTRE };
		}
	return count;
}

static void put_matrix(struct pack *k)
{
	struct paper_column *columns =
		arena_calloc(k->arena, k->c->unit_count + 2, sizeof(*columns));
	uint16_t *areas = arena_calloc(k->arena, k->c->unit_count + 1, sizeof(*areas));
	struct paper_table_writer w = { 0 };
	size_t count;

	if (columns == NULL || areas == NULL) {
		k->err = ERR_NOMEM;
		return;
	}
	count = matrix_columns(k, columns, areas);
	paper_table_begin(k->p, &w,
			  k->zh ? "县（市、区）与指标（? 未报，空白为无任务）" :
				  "Units and targets (? no report, empty: no task)",
			  columns, count + 1, true);
	/* facts are in the order in which people read, the city last */
	for (size_t i = 0; i < k->facts.light_count; i++)
		if (k->facts.lights[i].unit == k->c->city)
			put_matrix_row(k, &w, k->facts.lights[i].measure, areas, count);
	paper_table_end(k->p, &w);
}

/* --- tables ----------------------------------------------------------------------------------- */

static void count_lights(const struct pack *k, uint16_t unit, unsigned out[LIGHT_COUNT])
{
	memset(out, 0, LIGHT_COUNT * sizeof(*out));
	for (size_t i = 0; i < k->facts.light_count; i++)
		if (k->facts.lights[i].unit == unit)
			out[k->facts.lights[i].light]++;
}

static void put_units(struct pack *k)
{
	struct paper_column columns[ORDER + 4] = { { k->zh ? "单位" : "Unit", 22, PAPER_LEFT } };
	struct paper_table_writer w = { 0 };

	for (size_t i = 0; i < ORDER; i++)
		columns[i + 1] = (struct paper_column){ pack_light(k, order[i]), 0, PAPER_CENTRE };
	columns[ORDER + 1] = (struct paper_column){ k->zh ? "应报" : "Expected", 0, PAPER_CENTRE };
	columns[ORDER + 2] = (struct paper_column){ k->zh ? "迟报" : "Late", 0, PAPER_CENTRE };
	columns[ORDER + 3] = (struct paper_column){ k->zh ? "未报" : "Missing", 0, PAPER_CENTRE };
	heading(k, "各县（市、区）情况", "Counties, districts and zones");
	paper_text(k->p, PAPER_NOTE,
		   k->zh ? "按单位编码排列，不排名次。" : "In the order of the codes; nobody is ranked.");
	paper_table_begin(k->p, &w, NULL, columns, ORDER + 4, false);
	for (size_t i = 0; i < k->facts.unit_count; i++) {
		const struct bulletin_unit *u = &k->facts.units[i];
		unsigned lights[LIGHT_COUNT];

		if (!k->c->units[u->unit].area)
			continue;
		count_lights(k, u->unit, lights);
		paper_row(k->p, &w);
		paper_cell(k->p, &w, pack_unit(k, u->unit));
		for (size_t n = 0; n < ORDER; n++)
			paper_cell_lock(k->p, &w, "lights",
					paper_printf(k->p, "%u", lights[order[n]]));
		paper_cell_lock(k->p, &w, "reports", paper_printf(k->p, "%u", u->owed.expected));
		paper_cell_lock(k->p, &w, "reports", paper_printf(k->p, "%u", u->owed.late));
		paper_cell_lock(k->p, &w, "reports", paper_printf(k->p, "%u", u->owed.missing));
	}
	paper_table_end(k->p, &w);
}

/* --- the last page ---------------------------------------------------------------------------- */

static void put_questions(struct pack *k)
{
	const struct paper_column columns[] = {
		{ k->zh ? "序号" : "No.", 5, PAPER_CENTRE },
		{ k->zh ? "事项、指标" : "Item, target", 22, PAPER_LEFT },
		{ k->zh ? "提请会议研究" : "The meeting is asked", 0, PAPER_LEFT },
		{ k->zh ? "责任单位" : "Unit", 13, PAPER_LEFT },
		{ k->zh ? "时限" : "By", 12, PAPER_LEFT },
		{ k->zh ? "会议决定" : "Decided", 16, PAPER_LEFT },
	};
	struct paper_table_writer w = { 0 };

	heading(k, "提请会议决定的事项", "What the meeting is asked to decide");
	paper_table_begin(k->p, &w, NULL, columns, sizeof(columns) / sizeof(columns[0]), false);
	for (size_t i = 0; i < k->question_count; i++) {
		const struct pack_question *question = &k->questions[i];
		struct buf name = { 0 };

		bulletin_words_measure(&name, k->c, question->measure, k->lang);
		paper_row(k->p, &w);
		paper_cell(k->p, &w, paper_printf(k->p, "%zu", i + 1));
		paper_cell(k->p, &w, pack_keep(k, &name));
		paper_cell(k->p, &w, question->text);
		paper_cell(k->p, &w, pack_unit(k, question->owner));
		paper_cell(k->p, &w, pack_day(k, question->deadline));
		paper_cell(k->p, &w, "");
	}
	paper_table_end(k->p, &w);
	if (k->question_count == 0)
		paper_text(k->p, PAPER_PARAGRAPH, k->zh ? "没有滞后的指标。" : "Nothing is behind.");
}

struct decisions {
	struct pack *k;
	struct paper_table_writer w;
	size_t count;
};

static const char *member(struct pack *k, const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text ? paper_copy(k->p, text) : "";
}

static const char *unit_member(struct pack *k, const json_t *record, const char *key)
{
	const char *id = json_string_value(json_object_get(record, key));

	return id ? pack_unit(k, catalogue_unit_number(k->c, bytes_of_string(id))) : "";
}

static bool put_decision(void *ctx, const struct query_record *r)
{
	struct decisions *d = ctx;
	struct pack *k = d->k;

	d->count++;
	paper_row(k->p, &d->w);
	paper_cell(k->p, &d->w, paper_printf(k->p, "%.*s", (int)r->id.len, (const char *)r->id.data));
	paper_cell(k->p, &d->w, member(k, r->record, "text"));
	paper_cell(k->p, &d->w, unit_member(k, r->record, "owner"));
	paper_cell(k->p, &d->w, member(k, r->record, "deadline"));
	paper_cell(k->p, &d->w,
		   r->overdue ? paper_printf(k->p, k->zh ? "✕ 逾期%u个工作日" : "✕ %u working days late",
					     r->days) :
				(k->zh ? "办理中" : "open"));
	return true;
}

/* What earlier meetings decided and is not done. */
static void put_decisions(struct pack *k)
{
	const struct paper_column columns[] = {
		{ k->zh ? "编号" : "Id", 12, PAPER_LEFT },
		{ k->zh ? "以往会议议定、尚未落实的事项" : "Decided before, and not done", 0, PAPER_LEFT },
		{ k->zh ? "责任单位" : "Unit", 15, PAPER_LEFT },
		{ k->zh ? "时限" : "By", 13, PAPER_LEFT },
		{ k->zh ? "状态" : "State", 18, PAPER_LEFT },
	};
	const struct query_record_filter filter = { .state = "open",
						    .item = CATALOGUE_NONE,
						    .unit = CATALOGUE_NONE,
						    .measure = CATALOGUE_NONE,
						    .on = DATE_NONE };
	struct decisions d = { .k = k };
	enum err e;

	paper_table_begin(k->p, &d.w, NULL, columns, sizeof(columns) / sizeof(columns[0]), false);
	e = query_records(k->q, forms_kind(RECORDS_DECISION), bytes_of_string(""), &filter,
			  put_decision, &d);
	if (e != ERR_OK)
		k->err = e;
	if (d.count == 0) {
		paper_row(k->p, &d.w);
		paper_cell_span(k->p, &d.w, 5, PAPER_CENTRE, k->zh ? "没有" : "none");
	}
	paper_table_end(k->p, &d.w);
}

/* --- the whole -------------------------------------------------------------------------------- */

static void put_head(struct pack *k, const char *quarter)
{
	static const struct lang_text invented = {
		" · 目标为公开通知所列；县区分解、计划与演示上报为虚构的演示值",
		" · goals are those of the public notice; quotas, plans and demonstration reports are "
		"invented" };
	struct paper *p = k->p;

	p->title = k->zh ? paper_printf(p, "%.4s年第%s季度民生实事推进会议材料", quarter,
					(const char *const[]){ "一", "二", "三", "四" }[quarter[6] - '1']) :
			   paper_printf(p, "Livelihood pledges: meeting pack, %s", quarter);
	p->footer = paper_printf(
		p,
		k->zh ? "数据为%s的正式评灯 · 台账序号 %llu%s" :
			"Official lights of %s · ledger position %llu%s",
		pack_day(k, k->facts.period), (unsigned long long)query_head(k->q).position,
		bulletin_annex_invents(k->c) ? lang_pick(invented, k->lang) : "");
	paper_text(p, PAPER_NOTE, p->footer);
}

static void compose(struct pack *k, const char *quarter)
{
	put_head(k, quarter);
	put_sentence(k);
	put_counts(k);
	put_matrix(k);
	put_units(k);
	/* the worst colour first, each in the order in which people read */
	for (int red = 1; red >= 0; red--)
		for (size_t i = 0; i < k->facts.light_count; i++) {
			const struct bulletin_light *l = &k->facts.lights[i];

			if (l->unit == k->c->city && l->light == (red ? LIGHT_RED : LIGHT_YELLOW))
				pack_item(k, l);
		}
	put_questions(k);
	put_decisions(k);
}

/* The newest judged month up to the quarter's end, and not before it. */
static enum err open_facts(struct pack *k, int32_t last)
{
	enum err e = ERR_NOTFOUND;

	for (int back = 0; back < 3 && e == ERR_NOTFOUND; back++)
		e = bulletin_facts_gather(k->q, date_month_last(date_month_of(last) - back),
					  k->arena, &k->facts);
	return e;
}

enum err pack_paper(struct query *q, const char *quarter, enum lang lang, struct arena *a,
		    struct paper *out)
{
	struct pack k = { .q = q,
			  .c = query_catalogue(q),
			  .lang = lang,
			  .zh = lang == LANG_ZH,
			  .p = out,
			  .arena = a };
	int32_t last;
	enum err e;

	if (!pack_quarter(k.c, quarter, &last))
		return ERR_NOTFOUND;
	paper_begin(out, a, PAPER_LANDSCAPE, lang);
	if ((e = open_facts(&k, last)) != ERR_OK)
		return e;
	k.questions = arena_calloc(a, k.c->measure_count + 1, sizeof(*k.questions));
	if (k.questions == NULL)
		return ERR_NOMEM;
	compose(&k, quarter);
	return k.err != ERR_OK ? k.err : paper_error(out);
}
