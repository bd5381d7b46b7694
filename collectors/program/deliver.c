/* SPDX-License-Identifier: MIT */
/* Rows go into the outbox, and the verdicts that come back are told in words. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/thread.h"
#include "collectors/client.h"
#include "collectors/program/program.h"
#include "collectors/text.h"

#define DEFAULT_WAIT_MS 30000
#define SLICE_MS 200     /* between two looks at how far it is */
#define BAR_AFTER_MS 500 /* a bar for what takes longer */
#define BAR_WIDTH 30

struct told {
	uint64_t row;
	uint32_t verdict, code;
	char text[300];
};

struct delivery {
	struct program *p;
	const char *file;
	const struct input_row *rows;
	size_t count;
	struct minsheng *m;
	uint64_t first;   /* number of the first row */
	size_t settled;   /* rows that have receipts */
	struct minsheng_status status;
	struct mutex *lock; /* guards what the library's thread adds */
	struct told *told;
	size_t told_count, told_cap;
	bool told_lost; /* no memory for one */
};

static void add_told(struct delivery *d, uint64_t row, const struct message_exception *x)
{
	struct told *t;

	if (d->told_count == d->told_cap) {
		size_t cap = d->told_cap ? d->told_cap * 2 : 64;
		struct told *fresh = realloc(d->told, cap * sizeof(*fresh));

		if (!fresh) {
			d->told_lost = true;
			return;
		}
		d->told = fresh;
		d->told_cap = cap;
	}
	t = &d->told[d->told_count++];
	*t = (struct told){ row, x->verdict, x->code, "" };
	text_cut(t->text, sizeof(t->text), x->text);
}

/* The library's thread. */
static void on_receipt(void *ctx, const struct minsheng_receipt *r)
{
	struct delivery *d = ctx;

	mutex_lock(d->lock);
	for (size_t i = 0; i < r->receipt->exception_count; i++)
		add_told(d, r->first_row + r->receipt->exceptions[i].row,
			 &r->receipt->exceptions[i]);
	mutex_unlock(d->lock);
}

/* --- waiting ---------------------------------------------------------------------------------- */

static void draw_bar(const struct delivery *d)
{
	char bar[BAR_WIDTH * 3 + 3] = "", done[24], all[24];
	size_t full = d->count ? d->settled * BAR_WIDTH / d->count : BAR_WIDTH;
	const char *args[] = { "", bar, done, all, NULL };

	for (size_t i = 0; i < BAR_WIDTH; i++)
		strcat(bar, i < full ? "█" : "░");
	snprintf(done, sizeof(done), "%zu", d->settled);
	snprintf(all, sizeof(all), "%zu", d->count);
	fputs("\r", d->p->err);
	program_say(d->p, d->p->err, TEXT_PROGRESS, args);
	fputs("\033[A", d->p->err); /* the text ends its line: back up again */
}

static void clear_bar(const struct delivery *d)
{
	fputs("\r\033[K", d->p->err);
}

static void count_settled(struct delivery *d)
{
	struct outbox_state o;
	uint64_t until;

	outbox_state(client_outbox(d->m), &o);
	until = o.first < d->first + d->count ? o.first : d->first + d->count;
	d->settled = until > d->first ? (size_t)(until - d->first) : 0;
}

static void look(struct delivery *d)
{
	count_settled(d);
	(void)minsheng_status(d->m, &d->status); /* as of before, where it can't be read */
}

/* More waiting is of no use. */
static bool is_hopeless(const struct delivery *d)
{
	return d->status.link == MINSHENG_REFUSED || d->status.link == MINSHENG_FENCED ||
	       d->status.link == MINSHENG_NOT_ENROLLED;
}

static void wait_for_receipts(struct delivery *d, int64_t wait_ms)
{
	int64_t began = clock_monotonic_ms(), now = began;
	bool bar = false, may_draw = !d->p->quiet && !d->p->json && isatty(fileno(d->p->err));

	for (;;) {
		int64_t until = now + SLICE_MS < began + wait_ms ? now + SLICE_MS : began + wait_ms;

		(void)outbox_wait(client_outbox(d->m), d->first + d->count, until);
		look(d);
		now = clock_monotonic_ms();
		if (d->settled == d->count || now >= began + wait_ms || is_hopeless(d))
			break;
		if (may_draw && now - began > BAR_AFTER_MS) {
			draw_bar(d);
			bar = true;
		}
	}
	if (bar)
		clear_bar(d);
}

/* --- telling ---------------------------------------------------------------------------------- */

/* Ours? Rows that waited from before have receipts too. */
static bool is_ours(const struct delivery *d, const struct told *t)
{
	return t->row >= d->first && t->row < d->first + d->count &&
	       t->verdict < EVENT_VERDICT_COUNT;
}

/* NULL for what waited from before: minsheng outbox shows those. */
static const struct input_row *row_of(const struct delivery *d, const struct told *t)
{
	return d->rows && is_ours(d, t) ? &d->rows[t->row - d->first] : NULL;
}

static const char *words_of(const struct delivery *d, const struct told *t)
{
	const char *words = lang_pick(event_code_text(t->code), d->p->lang);

	return words ? words : t->text;
}

static void tell_row(const struct delivery *d, const struct told *t)
{
	const struct input_row *r = row_of(d, t);
	const char *name = event_code_name(t->code);
	char place[4200] = "";

	if (!r)
		return;
	if (d->file)
		snprintf(place, sizeof(place), "%.4000s:%u: ", d->file, r->line);
	PROGRAM_SAY(d->p, d->p->err, TEXT_VERDICT, place, r->row.target, r->row.as_of,
		    program_verdict(t->verdict, d->p->lang), name ? name : "?",
		    words_of(d, t));
}

static void count_verdicts(const struct delivery *d, size_t counts[EVENT_VERDICT_COUNT])
{
	memset(counts, 0, EVENT_VERDICT_COUNT * sizeof(*counts));
	counts[EVENT_ADMITTED] = d->settled;
	for (size_t i = 0; i < d->told_count; i++) {
		if (!is_ours(d, &d->told[i]) || d->told[i].verdict == EVENT_ADMITTED)
			continue;
		counts[d->told[i].verdict]++;
		counts[EVENT_ADMITTED]--;
	}
}

static void tell_summary(const struct delivery *d, const size_t c[EVENT_VERDICT_COUNT])
{
	char n[6][24];
	const size_t numbers[6] = { d->settled,         c[EVENT_ADMITTED], c[EVENT_DUPLICATE],
				    c[EVENT_HOLD],      c[EVENT_REJECT],   c[EVENT_CONFLICT] };

	for (size_t i = 0; i < 6; i++)
		snprintf(n[i], sizeof(n[i]), "%zu", numbers[i]);
	PROGRAM_SAY(d->p, d->p->out, TEXT_SUMMARY, n[0], n[1], n[2], n[3], n[4], n[5]);
}

static void tell_waiting(const struct delivery *d)
{
	char number[24], connection[400];

	snprintf(number, sizeof(number), "%zu", d->count - d->settled);
	program_connection(d->p, &d->status, connection);
	PROGRAM_SAY(d->p, d->p->err, TEXT_NOT_YET, number, connection);
	if (d->status.link != MINSHENG_FENCED)
		PROGRAM_SAY(d->p, d->p->err, TEXT_NOT_YET_CAUSES);
	PROGRAM_SAY(d->p, d->p->err, TEXT_NOT_YET_HINT, number);
}

static json_t *told_json(const struct delivery *d, const struct told *t)
{
	const struct input_row *r = row_of(d, t);
	const char *name = event_code_name(t->code);

	if (!r)
		return NULL;
	return json_pack("{s:I, s:s, s:s, s:s, s:s, s:i, s:s}", "line", (json_int_t)r->line,
			 "target", r->row.target, "as_of", r->row.as_of, "verdict",
			 event_verdict_name(t->verdict), "code", name ? name : "", "number",
			 (int)t->code, "text", words_of(d, t));
}

static void tell_json(const struct delivery *d, const size_t c[EVENT_VERDICT_COUNT])
{
	json_t *root = json_object(), *list = json_array();

	for (size_t i = 0; i < d->told_count; i++) {
		json_t *item = told_json(d, &d->told[i]);

		if (item)
			json_array_append_new(list, item);
	}
	json_object_set_new(root, "stored", json_integer((json_int_t)d->count));
	json_object_set_new(root, "receipted", json_integer((json_int_t)d->settled));
	for (unsigned v = 0; v < EVENT_VERDICT_COUNT; v++)
		json_object_set_new(root, event_verdict_name(v), json_integer((json_int_t)c[v]));
	json_object_set_new(root, "waiting", json_integer((json_int_t)(d->count - d->settled)));
	json_object_set_new(root, "state", json_string(d->status.state));
	json_object_set_new(root, "exceptions", list);
	json_dumpf(root, d->p->out, JSON_INDENT(2));
	fputc('\n', d->p->out);
	json_decref(root);
}

/* Says what there is to say; gives the exit code. */
static int tell(const struct delivery *d, bool waited)
{
	size_t c[EVENT_VERDICT_COUNT];
	char number[24];

	count_verdicts(d, c);
	if (d->p->json)
		tell_json(d, c);
	for (size_t i = 0; !d->p->json && i < d->told_count; i++)
		tell_row(d, &d->told[i]);
	if (d->told_lost)
		PROGRAM_SAY(d->p, d->p->err, TEXT_NO_MEMORY);
	snprintf(number, sizeof(number), "%zu", d->count);
	if (!d->p->json && !waited && !d->p->quiet)
		PROGRAM_SAY(d->p, d->p->out, TEXT_STORED, number);
	if (!d->p->json && waited && d->settled && !d->p->quiet)
		tell_summary(d, c);
	if (!d->p->json && waited && d->settled < d->count)
		tell_waiting(d);
	if (c[EVENT_REJECT] || c[EVENT_CONFLICT] || d->told_lost)
		return PROGRAM_FAILED;
	if (waited && d->settled < d->count)
		return PROGRAM_WAITING;
	return c[EVENT_HOLD] ? PROGRAM_HELD : PROGRAM_DONE;
}

/* --- storing ---------------------------------------------------------------------------------- */

static enum err submit(struct delivery *d)
{
	struct minsheng_row *rows = malloc((d->count ? d->count : 1) * sizeof(*rows));
	enum err e;

	if (!rows)
		return ERR_NOMEM;
	for (size_t i = 0; i < d->count; i++)
		rows[i] = d->rows[i].row;
	mutex_lock(d->lock); /* receipts may come before the number of the first row is known */
	e = minsheng_submit_numbered(d->m, rows, d->count, &d->first, NULL);
	mutex_unlock(d->lock);
	free(rows);
	return e;
}

static int cannot_store(const struct program *p, enum err e)
{
	if (e == ERR_FULL)
		PROGRAM_SAY(p, p->err, TEXT_FULL);
	else if (e == ERR_FATAL)
		PROGRAM_SAY(p, p->err, TEXT_STORE_UNKNOWN);
	else
		PROGRAM_SAY(p, p->err, TEXT_CANNOT_STORE, program_error(e, p->lang));
	return PROGRAM_FAILED;
}

/* Takes what waits from before as what is to be delivered: its rows have no words here. */
static void take_waiting(struct delivery *d)
{
	struct outbox_state o;

	outbox_state(client_outbox(d->m), &o);
	d->first = o.first;
	d->count = (size_t)(o.next - o.first);
}

static int finish(struct delivery *d, int64_t wait_ms)
{
	int code;

	look(d);
	if (wait_ms)
		wait_for_receipts(d, wait_ms);
	/* a receipt may have come since the last look, and its exceptions were told */
	client_stop_sending(d->m);
	count_settled(d);
	minsheng_close(d->m);
	code = tell(d, wait_ms != 0);
	free(d->told);
	return code;
}

static int deliver(struct delivery *d, int64_t wait_ms)
{
	struct minsheng_options options = { .folder = d->p->folder,
					    .on_receipt = on_receipt,
					    .ctx = d };
	enum err e;

	options.offline = wait_ms == 0;
	e = program_open(d->p, &options,
			 d->p->options[OPTION_NO_WAIT] ? DEFAULT_WAIT_MS : wait_ms, &d->m);
	if (e)
		return program_cannot_open(d->p, e);
	if (!d->rows)
		take_waiting(d);
	else
		e = submit(d);
	if (e) {
		minsheng_close(d->m);
		return cannot_store(d->p, e);
	}
	if (d->count)
		return finish(d, wait_ms);
	PROGRAM_SAY(d->p, d->p->out, TEXT_OUTBOX_EMPTY);
	minsheng_close(d->m);
	return PROGRAM_DONE;
}

int program_deliver(struct program *p, const char *file, const struct input_row *rows,
		    size_t count)
{
	struct delivery d = { .p = p, .file = file, .rows = rows, .count = count };
	int64_t wait_ms = program_wait_ms(p, DEFAULT_WAIT_MS);
	int code;

	if (wait_ms < 0)
		return PROGRAM_USAGE;
	if (mutex_new(&d.lock)) {
		PROGRAM_SAY(p, p->err, TEXT_NO_MEMORY);
		return PROGRAM_FAILED;
	}
	code = deliver(&d, wait_ms);
	mutex_free(d.lock);
	return code;
}

int program_flush(struct program *p)
{
	return program_deliver(p, NULL, NULL, 0);
}
