/* SPDX-License-Identifier: MIT */
#include "daemon/live_event.h"

#include <string.h>

#include "base/date.h"
#include "serve/jwrite.h"

#define ARENA_BUDGET ((size_t)32 << 20)

static struct jwrite begin(struct buf *out, const char *name)
{
	struct jwrite j;

	buf_printf(out, "event: %s\ndata: ", name);
	j = jwrite_to(out);
	jwrite_object(&j, NULL);
	return j;
}

static void end(struct jwrite *j)
{
	jwrite_end(j);
	buf_put_string(j->out, "\n\n");
}

static void put_topic(struct jwrite *j, struct bytes measure, struct bytes unit)
{
	if (measure.len > 0)
		jwrite_bytes(j, "target", measure);
	else
		jwrite_null(j, "target");
	jwrite_bytes(j, "unit", unit);
}

void live_event_figure(struct buf *out, const struct message_figure *f)
{
	struct jwrite j = begin(out, "figure");

	put_topic(&j, f->measure, f->unit);
	if (f->present)
		jwrite_decimal(&j, "value", f->value, f->decimals);
	else
		jwrite_null(&j, "value");
	if (f->present && f->denominator != 0)
		jwrite_decimal(&j, "denominator", f->denominator, f->decimals);
	else
		jwrite_null(&j, "denominator");
	jwrite_date(&j, "as_of", f->present ? f->as_of : DATE_NONE);
	jwrite_uint(&j, "position", f->position);
	end(&j);
}

void live_event_light(struct buf *out, const struct message_figure *f)
{
	struct jwrite j = begin(out, "light");

	put_topic(&j, f->measure, f->unit);
	jwrite_string(&j, "light",
		      f->light < LIGHT_COUNT ? light_name((enum light)f->light) : NULL);
	jwrite_uint(&j, "position", f->position);
	end(&j);
}

void live_event_alert(struct buf *out, const struct message_alert *a, int offset_minutes)
{
	struct jwrite j = begin(out, "alert");

	jwrite_uint(&j, "number", a->number);
	jwrite_uint(&j, "position", a->position);
	jwrite_time(&j, "at", a->at_ms, offset_minutes);
	jwrite_bytes(&j, "id", a->id);
	jwrite_bytes(&j, "kind", a->kind);
	jwrite_bytes(&j, "transition", a->transition);
	jwrite_bytes(&j, "severity", a->severity);
	put_topic(&j, a->measure, a->unit);
	jwrite_object(&j, "text");
	jwrite_bytes(&j, "zh", a->text_zh);
	jwrite_bytes(&j, "en", a->text_en);
	jwrite_end(&j);
	end(&j);
}

void live_event_head(struct buf *out, const char *name, const struct aggregator_head *head,
		     int offset_minutes)
{
	struct jwrite j;

	buf_printf(out, "id: %llu\n", (unsigned long long)head->position);
	j = begin(out, name);
	jwrite_uint(&j, "position", head->position);
	jwrite_uint(&j, "alert_number", head->alert_number);
	jwrite_time(&j, "at", head->time_ms, offset_minutes);
	jwrite_uint(&j, "rows", head->rows);
	jwrite_hex(&j, "chain", bytes_of(head->chain, sizeof(head->chain)));
	end(&j);
}

struct aggregator_head live_event_head_of(const struct query *q)
{
	struct query_head from = query_head(q);
	struct aggregator_head head = { .position = from.position,
					.alert_number = from.alert_number,
					.time_ms = from.time_ms,
					.rows = from.rows };

	memcpy(head.chain, from.chain, sizeof(head.chain));
	return head;
}

/* --- what changed ----------------------------------------------------------------------------- */

struct since {
	const struct catalogue *c;
	struct arena *arena;
	struct buf *out;
	uint64_t position;
	size_t left, count;
	enum err err;
	bool have_light; /* the newest light of a (measure, unit) that is not told yet */
	struct message_figure light;
};

static bool take_place(struct since *s)
{
	if (s->left == 0) {
		s->err = ERR_FULL;
		return false;
	}
	s->left--;
	s->count++;
	return true;
}

static struct message_figure topic_of(const struct since *s, uint16_t measure, uint16_t unit)
{
	return (struct message_figure){ .measure = bytes_of_string(s->c->measures[measure].id),
					.unit = bytes_of_string(s->c->units[unit].id) };
}

static void tell_total(struct since *s, const struct query_figure *q)
{
	const struct catalogue_measure *m = &s->c->measures[q->measure];
	struct message_figure f = topic_of(s, q->measure, q->unit);

	if (q->at.position <= s->position || !take_place(s))
		return;
	f.present = q->at.present;
	f.value = q->at.value;
	f.denominator = q->at.denominator;
	f.decimals = m->kind == CATALOGUE_MILESTONE ? 4 : m->decimals;
	f.as_of = q->at.as_of;
	f.position = q->at.position;
	live_event_figure(s->out, &f);
}

static void tell_cell(struct since *s, const struct query_cell *q)
{
	struct message_figure f = topic_of(s, q->key.measure, q->key.unit);

	if (q->value.position <= s->position || q->key.unit == s->c->city || !take_place(s))
		return;
	f.present = q->value.present;
	f.value = q->value.value;
	f.denominator = q->value.denominator;
	f.decimals = s->c->measures[q->key.measure].decimals;
	f.as_of = q->value.as_of;
	f.position = q->value.position;
	live_event_figure(s->out, &f);
}

static enum err tell_figures(struct since *s, struct query *q)
{
	static const struct query_cell_filter counting = { CATALOGUE_NONE, CATALOGUE_NONE, true };
	struct query_when when = { query_catalogue(q)->to, HISTORY_NOW };
	struct query_figures totals;
	struct query_cells cells;
	enum err e = query_targets(q, when, s->arena, &totals);

	if (e == ERR_OK)
		e = query_cells(q, &counting, when, s->arena, &cells);
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < cells.count && s->err == ERR_OK; i++)
		tell_cell(s, &cells.items[i]);
	for (size_t i = 0; i < totals.count && s->err == ERR_OK; i++)
		tell_total(s, &totals.items[i]);
	return s->err;
}

static void flush_light(struct since *s)
{
	if (s->have_light && take_place(s))
		live_event_light(s->out, &s->light);
	s->have_light = false;
}

/* They come in the order of measure, unit, period: the last one of each counts. */
static bool see_light(void *ctx, const struct lights_record *r)
{
	struct since *s = ctx;
	struct message_figure f = topic_of(s, r->measure, r->unit);

	if (s->have_light &&
	    (s->light.measure.data != f.measure.data || s->light.unit.data != f.unit.data))
		flush_light(s);
	if (r->position > s->position) {
		f.light = (uint32_t)r->state.light;
		f.position = r->position;
		s->light = f;
		s->have_light = true;
	}
	return s->err == ERR_OK;
}

/* --- alerts ----------------------------------------------------------------------------------- */

static bool keep_position(void *ctx, const struct book_record *r)
{
	uint64_t *position = ctx;

	*position = r->position;
	return false;
}

/* The first number of the log whose entry is newer; positions rise with the numbers. */
static enum err first_alert(struct query *q, uint64_t position, uint64_t *number)
{
	uint64_t low = 1, high = query_head(q).alert_number + 1, next, at;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		enum err e = query_alert_log(q, middle, 1, keep_position, &at, &next);

		if (e != ERR_OK)
			return e;
		if (at > position)
			high = middle;
		else
			low = middle + 1;
	}
	*number = low;
	return ERR_OK;
}

static bool tell_alert(void *ctx, const struct book_record *r)
{
	struct since *s = ctx;
	struct message_alert m;

	s->err = book_message(s->c, r, s->arena, &m);
	if (s->err != ERR_OK || !take_place(s))
		return false;
	live_event_alert(s->out, &m, s->c->offset_minutes);
	return true;
}

static enum err tell_alerts(struct since *s, struct query *q)
{
	uint64_t from, next;
	enum err e = first_alert(q, s->position, &from);

	if (e == ERR_OK)
		e = query_alert_log(q, from, SIZE_MAX, tell_alert, s, &next);
	return e == ERR_OK ? s->err : e;
}

enum err live_event_since(struct query *q, uint64_t position, size_t max, struct buf *out,
			  size_t *count)
{
	struct since s = { .c = query_catalogue(q), .out = out, .position = position, .left = max };
	enum err e;

	s.arena = arena_new(ARENA_BUDGET);
	if (s.arena == NULL)
		return ERR_NOMEM;
	e = tell_figures(&s, q);
	if (e == ERR_OK)
		e = query_lights(q, DATE_NONE, CATALOGUE_NONE, CATALOGUE_NONE, see_light, &s);
	if (e == ERR_OK)
		flush_light(&s);
	if (e == ERR_OK)
		e = s.err;
	if (e == ERR_OK)
		e = tell_alerts(&s, q);
	arena_free(s.arena);
	*count = s.count;
	return e == ERR_OK ? buf_error(out) : e;
}
