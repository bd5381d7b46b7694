/* SPDX-License-Identifier: MIT */
#include "daemon/notices.h"

#include <stdlib.h>
#include <string.h>

#include "base/ring.h"

/* More than this in one notice, and a snapshot is cheaper. */
#define CHANGES_MAX 8192

struct notices {
	struct ring *ring;
	struct metrics *metrics;
	bool lost;			      /* a reset has to be told */
	bool keys_changed, catalogue_changed; /* by what was lost */
};

enum err notices_new(struct metrics *metrics, size_t capacity, struct notices **out)
{
	struct notices *n = calloc(1, sizeof(*n));
	enum err e;

	if (!n)
		return ERR_NOMEM;
	n->metrics = metrics;
	e = ring_new(capacity, &n->ring);
	if (e != ERR_OK) {
		notices_free(n);
		return e;
	}
	*out = n;
	return ERR_OK;
}

void notices_free(struct notices *n)
{
	struct pipeline_notice *each;

	if (!n)
		return;
	while (n->ring && (each = notices_pop(n)))
		pipeline_notice_free(each);
	ring_free(n->ring);
	free(n);
}

/* --- one block for a notice: the struct, its lists, its strings ------------------------------ */
static size_t figure_bytes(const struct message_figure *f, size_t count)
{
	size_t n = count * sizeof(*f);

	for (size_t i = 0; i < count; i++)
		n += f[i].measure.len + f[i].unit.len;
	return n;
}

static size_t alert_bytes(const struct message_alert *a, size_t count)
{
	size_t n = count * sizeof(*a);

	for (size_t i = 0; i < count; i++)
		n += a[i].id.len + a[i].kind.len + a[i].transition.len + a[i].severity.len +
		     a[i].measure.len + a[i].unit.len + a[i].text_zh.len + a[i].text_en.len;
	return n;
}

static void *take(char **at, const void *from, size_t n)
{
	void *to = *at;

	if (n)
		memcpy(to, from, n);
	*at += n;
	return to;
}

static void take_bytes(char **at, struct bytes *b)
{
	b->data = take(at, b->data, b->len);
}

static void take_figures(char **strings, struct message_figure *f, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		take_bytes(strings, &f[i].measure);
		take_bytes(strings, &f[i].unit);
	}
}

static void take_alerts(char **strings, struct message_alert *a, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct bytes *texts[] = { &a[i].id,	  &a[i].kind,	 &a[i].transition,
					  &a[i].severity, &a[i].measure, &a[i].unit,
					  &a[i].text_zh,  &a[i].text_en };

		for (size_t t = 0; t < sizeof(texts) / sizeof(texts[0]); t++)
			take_bytes(strings, texts[t]);
	}
}

static struct pipeline_notice *copy(const struct pipeline_notice *n)
{
	size_t size = sizeof(*n) + figure_bytes(n->figures, n->figure_count) +
		      figure_bytes(n->lights, n->light_count) +
		      alert_bytes(n->alerts, n->alert_count);
	struct pipeline_notice *out = malloc(size);
	char *at = (char *)(out + 1);
	struct message_figure *figures, *lights;
	struct message_alert *alerts;

	if (!out)
		return NULL;
	*out = *n;
	figures = take(&at, n->figures, n->figure_count * sizeof(*figures));
	lights = take(&at, n->lights, n->light_count * sizeof(*lights));
	alerts = take(&at, n->alerts, n->alert_count * sizeof(*alerts));
	take_figures(&at, figures, n->figure_count);
	take_figures(&at, lights, n->light_count);
	take_alerts(&at, alerts, n->alert_count);
	out->figures = figures, out->lights = lights, out->alerts = alerts;
	return out;
}

static void push_reset(struct notices *n, const struct aggregator_head *head)
{
	struct pipeline_notice *reset = calloc(1, sizeof(*reset));
	void *item = reset;

	if (!reset)
		return;
	reset->reset = true;
	reset->keys_changed = n->keys_changed;
	reset->catalogue_changed = n->catalogue_changed;
	reset->head = *head;
	if (ring_push(n->ring, &item) == ERR_OK)
		n->lost = n->keys_changed = n->catalogue_changed = false;
	free(item);
}

static void lose(struct notices *n, const struct pipeline_notice *notice)
{
	n->lost = true;
	n->keys_changed |= notice->keys_changed;
	n->catalogue_changed |= notice->catalogue_changed;
	metrics_add(n->metrics, METRIC_NOTICES_DROPPED, 1);
}

void notices_push(struct notices *n, const struct pipeline_notice *notice)
{
	size_t changes = notice->figure_count + notice->light_count + notice->alert_count;
	void *item = NULL;

	if (!n->lost && changes <= CHANGES_MAX)
		item = copy(notice);
	if (item && ring_push(n->ring, &item) == ERR_OK)
		return;
	free(item);
	lose(n, notice);
	push_reset(n, &notice->head);
}

void notices_lose(struct notices *n)
{
	n->lost = true;
	metrics_add(n->metrics, METRIC_NOTICES_DROPPED, 1);
}

void notices_retry(struct notices *n, const struct aggregator_head *head)
{
	if (n->lost)
		push_reset(n, head);
}

int notices_fd(const struct notices *n)
{
	return ring_fd(n->ring);
}

struct pipeline_notice *notices_pop(struct notices *n)
{
	return ring_pop(n->ring);
}

void pipeline_notice_free(struct pipeline_notice *n)
{
	free(n);
}
