/* SPDX-License-Identifier: MIT */
/* The act that publishes a month: from then on its colours stand. */
#include <stdio.h>

#include "aggregator/acts_private.h"
#include "aggregator/alerts/lights.h"
#include "aggregator/catalogue/calendar.h"
#include "aggregator/office/months.h"
#include "aggregator/office/objections.h"
#include "base/date.h"

static const struct acts_fault twice = {
	"published-already", { "该月已经发布。", "That month is published already." } };
static const struct acts_fault not_judged = {
	"not-closed", { "该月报送期限未过，尚未评灯，不能发布。",
			"That month is not closed: its reports are not due yet, nothing is "
			"judged." } };

static const struct acts_fault before_ledger = {
	"before-ledger", { "台账在该月报送期限之后才开始，该月没有评灯，不能发布。",
			   "The ledger begins after that month: its reports were due before, nothing was "
			   "judged, and nothing can be published." } };

struct publish {
	struct acts_call *x;
	struct month m;
	bool judged;		 /* the period was closed */
	int32_t before;		 /* the newest judged period before it, or DATE_NONE */
};

static enum err read_text(struct acts_call *x, const char *field, bool must, char *out, size_t cap)
{
	const char *text = "";
	enum err e = must || acts_has(x, field) ? acts_text(x, field, cap - 1, &text) : ERR_OK;

	if (e == ERR_OK)
		snprintf(out, cap, "%s", text);
	return e;
}

static enum err read_body(struct publish *p)
{
	struct acts_call *x = p->x;
	enum err e;

	if ((e = acts_period(x, &p->m.period)) != ERR_OK ||
	    (e = read_text(x, "document", true, p->m.document, sizeof(p->m.document))) != ERR_OK ||
	    (e = read_text(x, "by", true, p->m.by, sizeof(p->m.by))) != ERR_OK ||
	    (e = read_text(x, "why", false, p->m.why, sizeof(p->m.why))) != ERR_OK)
		return e;
	return read_text(x, "despite", false, p->m.despite, sizeof(p->m.despite));
}

static bool see_period(void *ctx, const struct lights_period *l)
{
	struct publish *p = ctx;

	p->judged |= l->period == p->m.period;
	if (l->period < p->m.period)
		p->before = l->period;
	return true;
}

static enum err out_of_order(struct publish *p)
{
	char month[8], zh[200], en[200];

	date_month_format(date_month_of(p->before), month);
	snprintf(zh, sizeof(zh), "各月按次序发布：请先发布%s。", month);
	snprintf(en, sizeof(en), "Months are published in their order: publish %s first.", month);
	return acts_fail_words(p->x, ERR_STATE, "out-of-order", (struct lang_text){ zh, en },
			       "period");
}

static enum err too_early(struct publish *p, int32_t last)
{
	char day[11], zh[300], en[300];

	date_format(last, day);
	snprintf(zh, sizeof(zh),
		 "异议期至%s，待答复异议%u条；确需发布的请在 despite 中写明理由。", day,
		 p->m.open_objections);
	snprintf(en, sizeof(en),
		 "Objections may come until %s, and %u wait for an answer; to publish all the "
		 "same, give the reason in despite.",
		 day, p->m.open_objections);
	return acts_fail_words(p->x, ERR_STATE, "too-early", (struct lang_text){ zh, en },
			       "despite");
}

/* The tick after the due day judges a period, unless the ledger began later. */
static bool is_over(const struct publish *p)
{
	const struct aggregator *a = p->x->a;

	return engine_day(a, p->x->entry->time_ms) > calendar_due(a->catalogue, p->m.period);
}

static enum err check_order(struct publish *p)
{
	struct aggregator *a = p->x->a;
	struct month m;
	enum err e = months_read(a->txn, p->m.period, &m);

	if (e == ERR_OK)
		return acts_fail(p->x, ERR_STATE, &twice, "period");
	if (e != ERR_NOTFOUND || (e = lights_periods(a->txn, see_period, p)) != ERR_OK)
		return e;
	if (!p->judged)
		return acts_fail(p->x, ERR_STATE, is_over(p) ? &before_ledger : &not_judged,
				 "period");
	if (p->before == DATE_NONE)
		return ERR_OK;
	e = months_read(a->txn, p->before, &m);
	return e == ERR_NOTFOUND ? out_of_order(p) : e;
}

static enum err check_time(struct publish *p)
{
	struct acts_call *x = p->x;
	const struct catalogue *c = x->a->catalogue;
	int32_t last = calendar_publish(c, p->m.period);
	enum err e = objections_open(x->a->txn, c, p->m.period, &p->m.open_objections);

	if (e != ERR_OK)
		return e;
	p->m.early = engine_day(x->a, x->entry->time_ms) <= last;
	if (!p->m.early && !p->m.open_objections)
		p->m.despite[0] = '\0'; /* there was nothing to override */
	else if (!p->m.despite[0])
		return too_early(p, last);
	return ERR_OK;
}

/* Every light of the period, as it stands. */
static enum err freeze_lights(struct publish *p)
{
	struct aggregator *a = p->x->a;
	const struct catalogue *c = a->catalogue;

	for (uint16_t m = 0; m < c->measure_count; m++)
		for (uint16_t u = 0; u < c->unit_count; u++) {
			struct lights_record r;
			enum err e = lights_read(a->txn, m, u, p->m.period, &r);

			if (e == ERR_NOTFOUND)
				continue;
			if (e != ERR_OK)
				return e;
			r.published = r.state.light;
			if (u == c->city && c->measures[m].role == CATALOGUE_MAIN)
				p->m.lights[r.state.light]++;
			if ((e = lights_write(a->txn, &r)) != ERR_OK)
				return e;
		}
	return ERR_OK;
}

enum err acts_months_publish(struct acts_call *x)
{
	struct publish p = { .x = x, .before = DATE_NONE,
			     .m = { .position = x->entry->position,
				    .time_ms = x->entry->time_ms } };
	struct aggregator *a = x->a;
	enum err e;

	if ((e = read_body(&p)) != ERR_OK || (e = check_order(&p)) != ERR_OK ||
	    (e = check_time(&p)) != ERR_OK ||
	    (e = acts_bulletin_publish(x, p.m.period, p.m.digest)) != ERR_OK)
		return e;
	bytes_to_hex(bytes_of(a->head.chain, sizeof(a->head.chain)), p.m.chain);
	if ((e = freeze_lights(&p)) != ERR_OK || (e = months_write(a->txn, &p.m)) != ERR_OK)
		return e;
	a->desk.published |= desk_bit(a->catalogue, p.m.period);
	if (json_object_set_new(x->answer, "chain", json_string(p.m.chain)) != 0 ||
	    (p.m.digest[0] &&
	     json_object_set_new(x->answer, "digest", json_string(p.m.digest)) != 0))
		return ERR_NOMEM;
	return ERR_OK;
}
