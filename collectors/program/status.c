/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/thread.h"
#include "collectors/client.h"
#include "collectors/program/program.h"

#define DEFAULT_WAIT_MS 5000
#define CHINA_MINUTES 480
#define SKEW_MS 300000 /* a clock that is further off is told */

/* By enum minsheng_link. */
static const char *const link_names[] = {
	[MINSHENG_AWAY] = "away",	  [MINSHENG_CONNECTING] = "connecting",
	[MINSHENG_CONNECTED] = "connected", [MINSHENG_REFUSED] = "refused",
	[MINSHENG_FENCED] = "fenced",	  [MINSHENG_NOT_ENROLLED] = "not-enrolled",
	[MINSHENG_OFFLINE] = "offline",
};

struct view {
	struct program *p;
	struct identity identity;
	struct minsheng_status s;
	struct slice *slice;
	char fingerprint[64];
};

static const char *number(char out[24], uint64_t n)
{
	snprintf(out, 24, "%" PRIu64, n);
	return out;
}

static void show_connection(const struct view *v)
{
	const struct program *p = v->p;
	char skew[64], connection[400];

	PROGRAM_SAY(p, p->out, TEXT_STATUS_UNIT, v->identity.reporter, v->identity.name);
	PROGRAM_SAY(p, p->out, TEXT_STATUS_FOLDER, p->folder);
	for (size_t i = 0; i < v->identity.server_count; i++)
		PROGRAM_SAY(p, p->out, TEXT_STATUS_SERVER, v->identity.servers[i]);
	PROGRAM_SAY(p, p->out, TEXT_FINGERPRINT, v->fingerprint);
	program_connection(p, &v->s, connection);
	PROGRAM_SAY(p, p->out, TEXT_STATUS_LINK, connection);
	if (v->s.clock_skew_ms > SKEW_MS || v->s.clock_skew_ms < -SKEW_MS) {
		program_age(p, v->s.clock_skew_ms, skew);
		PROGRAM_SAY(p, p->out, TEXT_STATUS_CLOCK, skew);
	}
}

static void show_text(const struct view *v)
{
	const struct program *p = v->p;
	char n[5][24], age[64], at[32] = "";
	const uint64_t *c = v->s.verdicts;

	show_connection(v);
	program_age(p, v->s.oldest_ms ? clock_now_ms(p->clock) - v->s.oldest_ms : 0, age);
	PROGRAM_SAY(p, p->out, TEXT_STATUS_OUTBOX, number(n[0], v->s.waiting_rows),
		    number(n[1], v->s.outbox_bytes), age);
	PROGRAM_SAY(p, p->out, TEXT_STATUS_RECEIPTS, number(n[0], c[EVENT_ADMITTED]),
		    number(n[1], c[EVENT_HOLD]), number(n[2], c[EVENT_REJECT]),
		    number(n[3], c[EVENT_DUPLICATE]), number(n[4], c[EVENT_CONFLICT]));
	if (v->s.last_receipt_ms)
		date_time_format(v->s.last_receipt_ms, CHINA_MINUTES, at);
	PROGRAM_SAY(p, p->out, TEXT_STATUS_LAST,
		    at[0] ? at : program_text(TEXT_STATUS_NEVER, p->lang));
	if (v->slice)
		PROGRAM_SAY(p, p->out, TEXT_STATUS_CATALOGUE,
			    number(n[0], slice_message(v->slice)->catalogue_version),
			    number(n[1], slice_message(v->slice)->count));
}

/* "  2022-06-30 2022-07-31": last days of the periods that are due. */
static void put_periods(const struct message_measure *m, struct buf *out)
{
	char day[11];

	for (size_t i = 0; i < m->expected_count; i++) {
		date_format(m->expected[i], day);
		buf_printf(out, "%s%s", i ? " " : "  ", day);
	}
}

static void show_measures(const struct view *v)
{
	const struct program *p = v->p;

	if (!v->slice)
		PROGRAM_SAY(p, p->out, TEXT_STATUS_NO_MEASURES);
	for (size_t i = 0; v->slice && i < slice_message(v->slice)->count; i++) {
		const struct message_measure *m = &slice_message(v->slice)->measures[i];
		bool english = p->lang == LANG_EN && m->name_en.len > 0;
		struct buf id = { 0 }, name = { 0 }, uom = { 0 }, periods = { 0 };

		buf_put(&id, m->id);
		buf_put(&name, english ? m->name_en : m->name_zh);
		buf_put(&uom, m->uom);
		put_periods(m, &periods);
		PROGRAM_SAY(p, p->out, TEXT_STATUS_MEASURE, buf_cstring(&id), buf_cstring(&name),
			    buf_cstring(&uom), buf_cstring(&periods));
		buf_free(&id);
		buf_free(&name);
		buf_free(&uom);
		buf_free(&periods);
	}
}

/* --- JSON ------------------------------------------------------------------------------------- */

static json_t *text_json(struct bytes b)
{
	return json_stringn(b.len ? (const char *)b.data : "", b.len);
}

static json_t *units_json(const struct message_measure *m)
{
	json_t *list = json_array();

	for (size_t i = 0; i < m->unit_count; i++)
		json_array_append_new(list, text_json(m->units[i]));
	return list;
}

static json_t *measures_json(const struct slice *slice)
{
	json_t *list = json_array();

	for (size_t i = 0; slice && i < slice_message(slice)->count; i++) {
		const struct message_measure *m = &slice_message(slice)->measures[i];

		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:o}", "id",
						      text_json(m->id), "item", text_json(m->item),
						      "name_zh", text_json(m->name_zh), "name_en",
						      text_json(m->name_en), "uom", text_json(m->uom),
						      "kind", text_json(m->kind), "decimals",
						      (int)m->decimals, "units", units_json(m)));
	}
	return list;
}

static json_t *verdicts_json(const struct view *v)
{
	json_t *root = json_object();

	for (unsigned i = 0; i < EVENT_VERDICT_COUNT; i++)
		json_object_set_new(root, event_verdict_name(i),
				    json_integer((json_int_t)v->s.verdicts[i]));
	return root;
}

static void show_json(const struct view *v)
{
	json_t *root = json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}",
		"reporter", v->identity.reporter, "name", v->identity.name, "folder", v->p->folder,
		"fingerprint", v->fingerprint, "link", link_names[v->s.link], "state", v->s.state,
		"clock_skew_ms", (json_int_t)v->s.clock_skew_ms, "waiting_rows",
		(json_int_t)v->s.waiting_rows, "oldest_ms", (json_int_t)v->s.oldest_ms,
		"outbox_bytes", (json_int_t)v->s.outbox_bytes, "receipted_rows",
		(json_int_t)v->s.receipted_rows, "last_receipt_ms",
		(json_int_t)v->s.last_receipt_ms, "catalogue_version",
		(json_int_t)v->s.catalogue_version, "verdicts", verdicts_json(v), "measures",
		measures_json(v->slice));

	if (!root) {
		PROGRAM_SAY(v->p, v->p->err, TEXT_NO_MEMORY);
		return;
	}
	json_dumpf(root, v->p->out, JSON_INDENT(2));
	fputc('\n', v->p->out);
	json_decref(root);
}

/* --- asking ----------------------------------------------------------------------------------- */

struct waiting {
	struct mutex *lock;
	bool changed;
};

static void on_state(void *ctx, const char *state)
{
	struct waiting *w = ctx;

	(void)state;
	mutex_lock(w->lock);
	w->changed = true;
	mutex_wake(w->lock);
	mutex_unlock(w->lock);
}

static bool is_final(enum minsheng_link link)
{
	return link != MINSHENG_AWAY && link != MINSHENG_CONNECTING;
}

/* Until it is known how the connection stands, and the slice is there. */
static enum err watch(struct minsheng *m, struct waiting *w, int64_t until, struct view *v)
{
	enum err e;

	for (;;) {
		if ((e = minsheng_status(m, &v->s)))
			return e;
		slice_release(v->slice);
		v->slice = client_slice(m);
		if ((is_final(v->s.link) && (v->slice || v->s.link != MINSHENG_CONNECTED)) ||
		    clock_monotonic_ms() >= until)
			return ERR_OK;
		mutex_lock(w->lock);
		/* the slice comes without a word: look again soon */
		if (!w->changed)
			mutex_wait(w->lock, clock_monotonic_ms() + 100);
		w->changed = false;
		mutex_unlock(w->lock);
	}
}

static int ask(struct view *v, int64_t wait_ms)
{
	struct waiting w = { 0 };
	struct minsheng_options options = { .folder = v->p->folder,
					    .offline = wait_ms == 0,
					    .on_state = on_state,
					    .ctx = &w };
	struct minsheng *m = NULL;
	enum err e = mutex_new(&w.lock);

	if (!e)
		e = program_open(v->p, &options, wait_ms, &m);
	if (!e)
		e = watch(m, &w, clock_monotonic_ms() + wait_ms, v);
	minsheng_close(m);
	mutex_free(w.lock);
	return e ? program_cannot_open(v->p, e) : PROGRAM_DONE;
}

int program_status(struct program *p)
{
	int64_t wait_ms = program_wait_ms(p, DEFAULT_WAIT_MS);
	struct view v = { .p = p };
	uint8_t key[CURVE_KEY_LEN];
	int code;

	if (wait_ms < 0)
		return PROGRAM_USAGE;
	if ((code = program_identity(p, &v.identity)) != PROGRAM_DONE)
		return code;
	if (curve_decode(v.identity.pair.public_text, key) == ERR_OK)
		curve_fingerprint(key, v.fingerprint);
	code = ask(&v, wait_ms);
	if (code == PROGRAM_DONE) {
		if (p->json)
			show_json(&v);
		else
			show_text(&v);
		if (!p->json && p->options[OPTION_MEASURES])
			show_measures(&v);
		code = v.s.link == MINSHENG_CONNECTED ? PROGRAM_DONE :
		       v.s.link == MINSHENG_REFUSED   ? PROGRAM_FAILED :
							PROGRAM_WAITING;
	}
	slice_release(v.slice);
	identity_wipe(&v.identity);
	return code;
}
