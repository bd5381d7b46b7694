/* SPDX-License-Identifier: MIT */
#include "daemon/demo_office.h"

#include <stdio.h>
#include <string.h>

#include "aggregator/catalogue/calendar.h"
#include "base/date.h"

#define LATE 3 /* the office's n-th month, in which one lead forgets its day */

/* What is done for which month. */
struct duty {
	int32_t confirm, publish; /* periods, or DATE_NONE */
};

static struct duty duty_of(const struct catalogue *c, int32_t day)
{
	struct duty d = { DATE_NONE, DATE_NONE };
	int32_t last = calendar_period_of(c->to);

	for (int32_t p = calendar_period_of(c->from); p <= last; p = calendar_period_of(p + 1)) {
		if (calendar_confirm(c, p) == day)
			d.confirm = p;
		if (calendar_publish(c, p) + 1 == day)
			d.publish = p;
	}
	return d;
}

bool demo_office_works(const struct catalogue *c, int32_t day)
{
	struct duty d = duty_of(c, day);

	return d.confirm != DATE_NONE || d.publish != DATE_NONE;
}

static enum err act(struct demo_stage *s, json_t *body)
{
	json_t *answer = child_post(s->daemon, "/api/v1/acts", body);

	json_decref(answer);
	if (answer || s->alone)
		return answer ? ERR_OK : ERR_DENIED;
	/* somebody at the page may have done it already; a daemon that is gone is another matter */
	answer = child_get(s->daemon, "/api/v1/programme");
	json_decref(answer);
	return answer ? ERR_OK : ERR_CLOSED;
}

/* The lead that forgets its day, once. */
static bool forgets(const struct catalogue *c, const char *lead, int32_t period)
{
	return date_month_of(period) - date_month_of(c->from) == LATE - 1 &&
	       strcmp(lead, c->units[c->items[0].lead].id) == 0;
}

static enum err confirm(struct demo_stage *s, const char *month, const char *lead)
{
	char id[100];

	snprintf(id, sizeof(id), "demo-confirm-%s-%s", month, lead);
	return act(s, json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", id, "act", "report.confirm",
				"lead", lead, "period", month, "unit", "all"));
}

static enum err leads_confirm(struct demo_stage *s, const struct catalogue *c, int32_t period)
{
	char path[40], month[8];
	json_t *answer, *row;
	enum err e = ERR_OK;
	size_t i;

	date_month_format(date_month_of(period), month);
	snprintf(path, sizeof(path), "/api/v1/months/%s", month);
	answer = child_get(s->daemon, path);
	json_array_foreach(json_object_get(answer, "units"), i, row)
	{
		json_t *waiting = json_object_get(json_object_get(row, "items"), "submitted");
		const char *lead =
			json_string_value(json_object_get(json_object_get(row, "unit"), "id"));

		if (e == ERR_OK && lead && json_integer_value(waiting) > 0 &&
		    !forgets(c, lead, period))
			e = confirm(s, month, lead);
	}
	json_decref(answer);
	return answer ? e : ERR_DENIED;
}

/* On the day after the objections. */
static enum err sign(struct demo_stage *s, const struct catalogue *c, int32_t period,
		     const char *month, const char *document)
{
	char id[40], date[11];

	snprintf(id, sizeof(id), "demo-sign-%s", month);
	date_format(calendar_publish(c, period) + 1, date);
	return act(s, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "id", id, "act", "bulletin.sign",
				"period", month, "document", document, "name", "演示签发人", "date",
				date));
}

/* The office verifies what was confirmed, signs the bulletin, and publishes. */
static enum err publish(struct demo_stage *s, const struct catalogue *c, int32_t period)
{
	char id[40], month[8], document[64];
	int year, number, day;
	enum err e;

	date_month_format(date_month_of(period), month);
	snprintf(id, sizeof(id), "demo-verify-%s", month);
	e = act(s, json_pack("{s:s, s:s, s:s, s:s}", "id", id, "act", "report.verify", "period",
			     month, "unit", "all"));
	if (e != ERR_OK)
		return e;
	date_to_civil(period, &year, &number, &day);
	snprintf(document, sizeof(document), "演示〔%d〕%d号", year, number);
	if ((e = sign(s, c, period, month, document)) != ERR_OK)
		return e;
	snprintf(id, sizeof(id), "demo-publish-%s", month);
	return act(s, json_pack("{s:s, s:s, s:s, s:s}", "id", id, "act", "month.publish", "period",
				month, "document", document));
}

enum err demo_office_work(struct demo_stage *s, const struct catalogue *c, int32_t day)
{
	struct duty d = duty_of(c, day);
	enum err e = ERR_OK;

	if (d.confirm != DATE_NONE)
		e = leads_confirm(s, c, d.confirm);
	if (e == ERR_OK && d.publish != DATE_NONE)
		e = publish(s, c, d.publish);
	return e;
}
