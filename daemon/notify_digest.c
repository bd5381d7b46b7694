/* SPDX-License-Identifier: MIT */
/* Many rows as one message: the newest of each alert, the worst first. */
#include <stdlib.h>
#include <string.h>

#include "daemon/notify_form.h"

#define ROWS_MAX 2000

struct gathering {
	const struct notify_view *v;
	const struct notify_item *item;
	struct book_record *rows;
	size_t count;
};

static bool gather(void *ctx, const struct book_record *r)
{
	struct gathering *g = ctx;

	if (r->number > g->item->to || g->count == ROWS_MAX)
		return false;
	if (r->in_silence || !notify_lane_wants(g->v->config, g->v->c, r) ||
	    (g->item->urgent && !notify_lane_urgent(r)))
		return true;
	g->rows[g->count++] = *r;
	return true;
}

/* --- order ------------------------------------------------------------------------------------ */
static int by_alert(const void *a, const void *b)
{
	const struct book_record *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order ? order : (x->number < y->number) - (x->number > y->number);
}

static unsigned weight(const struct book_record *r)
{
	return r->transition == BOOK_RESOLVED ? 0 : r->severity;
}

static int by_weight(const void *a, const void *b)
{
	const struct book_record *x = a, *y = b;
	unsigned m = weight(x), n = weight(y);

	return m != n ? (m < n) - (m > n) : strcmp(x->id, y->id);
}

/* Keeps the newest row of each alert. */
static size_t squeeze(struct book_record *rows, size_t count)
{
	size_t kept = 0;

	qsort(rows, count, sizeof(*rows), by_alert);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || strcmp(rows[kept - 1].id, rows[i].id) != 0)
			rows[kept++] = rows[i];
	qsort(rows, kept, sizeof(*rows), by_weight);
	return kept;
}

static void count_up(struct notify_digest *d)
{
	for (size_t i = 0; i < d->count; i++) {
		const struct book_record *r = &d->rows[i];

		if (r->transition == BOOK_RESOLVED)
			d->resolved++;
		else
			d->open[r->severity]++;
		if (r->time_ms > d->newest_ms)
			d->newest_ms = r->time_ms;
	}
}

enum err notify_digest(const struct notify_view *v, const struct notify_item *item,
		       struct notify_digest *out)
{
	struct gathering g = { .v = v, .item = item };
	uint64_t next;
	enum err e;

	g.rows = arena_calloc(v->arena, ROWS_MAX, sizeof(*g.rows));
	if (g.rows == NULL)
		return ERR_NOMEM;
	e = query_alert_log(v->q, item->from, (size_t)(item->to - item->from + 1), gather, &g,
			    &next);
	if (e != ERR_OK || g.count == 0)
		return e != ERR_OK ? e : ERR_NOTFOUND;
	*out = (struct notify_digest){ .item = *item, .rows = g.rows };
	out->count = squeeze(g.rows, g.count);
	count_up(out);
	return ERR_OK;
}

/* --- words ------------------------------------------------------------------------------------ */
static void put_count(const struct notify_view *v, struct lang_text word, unsigned count,
		      struct buf *out)
{
	if (count > 0)
		buf_printf(out, v->config->lang == LANG_ZH ? " %s%u" : ", %s %u",
			   lang_pick(word, v->config->lang), count);
}

void notify_digest_title(const struct notify_view *v, const struct notify_digest *d,
			 struct buf *out)
{
	static const struct lang_text name = { "民生实事预警", "Livelihood pledges, alerts" },
				      test = { "民生实事预警：测试消息",
					       "Livelihood pledges, alerts: a test" },
				      words[] = { [BOOK_INFO] = { "提示", "info" },
						  [BOOK_YELLOW] = { "黄灯", "yellow" },
						  [BOOK_RED] = { "红灯", "red" } },
				      resolved = { "解除", "resolved" };

	if (v->config->prefix[0] != '\0')
		buf_printf(out, "%s ", v->config->prefix);
	buf_put_string(out, lang_pick(d->test ? test : name, v->config->lang));
	for (unsigned s = BOOK_RED; s >= BOOK_INFO; s--)
		put_count(v, words[s], d->open[s], out);
	put_count(v, resolved, d->resolved, out);
}

void notify_digest_line(const struct notify_view *v, const struct book_record *r, struct buf *out)
{
	static const char *const marks[] = { "✓", "·", "▲", "✕" };
	size_t begin;

	buf_printf(out, "%s ", marks[weight(r)]);
	begin = out->len;
	book_text(v->c, r, v->config->lang, out);
	for (size_t i = begin; i < out->len; i++)
		if (out->data[i] < 0x20)
			out->data[i] = ' ';
}

void notify_digest_link(const struct notify_view *v, const struct notify_digest *d,
			struct buf *out)
{
	if (v->public_url[0] == '\0')
		return;
	buf_printf(out, "%s/#/alerts", v->public_url);
	if (!d->test)
		buf_printf(out, "?from=%llu&to=%llu", (unsigned long long)d->item.from,
			   (unsigned long long)d->item.to);
}

void notify_digest_alert_link(const struct notify_view *v, const char *id, struct buf *out)
{
	if (v->public_url[0] != '\0')
		buf_printf(out, "%s/#/alerts/%s", v->public_url, id);
}
