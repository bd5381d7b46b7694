/* SPDX-License-Identifier: MIT */
/* Alerts that nobody acknowledges go up: to the lead, then to the office. */
#include "aggregator/alerts/rules.h"

#include "aggregator/alerts/transition.h"
#include "aggregator/catalogue/calendar.h"
#include "base/date.h"

#define LEVELS 2

/* Who hears of it at each level: CATALOGUE_NONE where there is nobody more. */
static uint16_t next_of(const struct catalogue *c, const struct book_state *s)
{
	uint16_t lead = s->measure == CATALOGUE_NONE ? CATALOGUE_NONE :
						       c->items[c->measures[s->measure].item].lead;
	bool has_lead = lead != CATALOGUE_NONE && s->unit != c->city && s->unit != lead;

	if (s->unit == c->office)
		return CATALOGUE_NONE;
	if (s->escalated == 0)
		return has_lead ? lead : c->office;
	return s->escalated == 1 && has_lead ? c->office : CATALOGUE_NONE;
}

/* Since before when an alert has to wait so that n whole working days have passed by the beginning of
 * today, for n, 2n, .. of them: no calendar is asked for each alert. */
static void find_limits(const struct catalogue *c, int32_t today, int64_t limits[LEVELS])
{
	unsigned passed = 0, n = c->reporting.escalate_after;
	int32_t day = today;

	for (unsigned level = 0; level < LEVELS; level++) {
		while (passed < n * (level + 1))
			passed += calendar_is_workday(&c->calendar, --day);
		limits[level] = date_begin_ms(day, c->offset_minutes);
	}
}

static enum err look(const struct rules_case *c, const struct book_state *s,
		     const int64_t limits[LEVELS])
{
	const struct catalogue *cat = c->k->docket->c;
	int64_t since_ms = s->waits_ms ? s->waits_ms : s->raised_ms;
	uint16_t to;

	if (s->severity < BOOK_YELLOW || s->acknowledged || s->escalated >= LEVELS ||
	    since_ms >= limits[s->escalated])
		return ERR_OK;
	if ((to = next_of(cat, s)) == CATALOGUE_NONE)
		return ERR_OK;
	return transition_note(c->k, s,
			       &(struct book_record){ .transition = BOOK_ESCALATED,
						      .to = bytes_of_string(cat->units[to].id) });
}

enum err rules_timers(const struct rules_case *c)
{
	const struct docket *d = c->k->docket;
	int64_t limits[LEVELS];
	enum err e = ERR_OK;

	/* between two working days nothing falls due */
	if (!c->e->tick || !d->c->reporting.escalate_after ||
	    !calendar_is_workday(&d->c->calendar, c->e->day - 1))
		return ERR_OK;
	find_limits(d->c, c->e->day, limits);
	for (size_t i = 0; i < d->alert_count && e == ERR_OK; i++)
		e = look(c, &d->alerts[i], limits);
	return e;
}
