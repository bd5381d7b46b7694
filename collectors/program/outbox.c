/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/fs.h"
#include "collectors/client.h"
#include "collectors/program/program.h"
#include "collectors/text.h"

#define DEFAULT_LIMIT 20
#define CHINA_MINUTES 480
#define PATIENCE_MS 5000 /* with another process that holds the folder */

struct listing {
	struct program *p;
	int64_t now_ms;
	uint64_t left; /* entries that may still be listed */
	json_t *json;  /* NULL: text */
};

static bool list_entry(void *ctx, const struct outbox_entry *e)
{
	struct listing *l = ctx;
	char first[24], rows[24], age[64], bytes[24];

	if (l->left-- == 0)
		return false;
	if (l->json) {
		json_array_append_new(l->json,
				      json_pack("{s:I, s:I, s:I, s:I, s:b}", "first",
						(json_int_t)e->first, "rows", (json_int_t)e->rows,
						"submitted_ms", (json_int_t)e->submitted_ms, "bytes",
						(json_int_t)e->bytes, "sealed", (int)e->sealed));
		return true;
	}
	snprintf(first, sizeof(first), "%" PRIu64, e->first);
	snprintf(rows, sizeof(rows), "%" PRIu32, e->rows);
	snprintf(bytes, sizeof(bytes), "%zu", e->bytes);
	program_age(l->p, l->now_ms - e->submitted_ms, age);
	PROGRAM_SAY(l->p, l->p->out, TEXT_OUTBOX_ENTRY, first, rows, age, bytes,
		    program_text(e->sealed ? TEXT_OUTBOX_SEALED : TEXT_OUTBOX_OPEN, l->p->lang));
	return true;
}

struct exception_texts {
	char date[11], value[DECIMAL_TEXT_MAX], target[72], unit[72], text[300], at[32];
	const char *verdict, *code, *words;
};

static void describe(const struct listing *l, const struct outbox_exception *x,
		     struct exception_texts *t)
{
	const char *code = event_code_name(x->code), *name = event_verdict_name(x->verdict);
	const char *words = lang_pick(event_code_text(x->code), l->p->lang);

	date_format(x->as_of, t->date);
	date_time_format(x->received_ms, CHINA_MINUTES, t->at);
	decimal_format(x->value, x->decimals < 18 ? x->decimals : 18, t->value);
	text_cut(t->target, sizeof(t->target), x->target);
	text_cut(t->unit, sizeof(t->unit), x->unit);
	text_cut(t->text, sizeof(t->text), x->text);
	t->code = code ? code : "?";
	t->verdict = l->json ? (name ? name : "?") : program_verdict(x->verdict, l->p->lang);
	t->words = words ? words : t->text;
}

static bool list_exception(void *ctx, const struct outbox_exception *x)
{
	struct listing *l = ctx;
	struct exception_texts t;

	describe(l, x, &t);
	if (l->json)
		json_array_append_new(
			l->json, json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "row",
					   (json_int_t)x->row, "received", t.at, "target", t.target,
					   "unit", t.unit, "as_of", t.date, "value", t.value,
					   "verdict", t.verdict, "code", t.code, "text", t.words));
	else
		fprintf(l->p->out, "  %.19s  %s %s %s = %s  %s (%s)  %s\n", t.at, t.target, t.unit,
			t.date, t.value, t.verdict, t.code, t.words);
	return true;
}

/* 0: said what is wrong with it. */
static uint64_t limit_of(const struct program *p)
{
	const char *text = p->options[OPTION_LIMIT];
	char *end;
	long n;

	if (!text)
		return DEFAULT_LIMIT;
	errno = 0;
	n = strtol(text, &end, 10);
	if (!errno && end != text && !*end && n > 0)
		return (uint64_t)n;
	PROGRAM_SAY(p, p->err, TEXT_BAD_LIMIT, text);
	return 0;
}

static enum err list_text(struct program *p, struct minsheng *m, const struct minsheng_status *s)
{
	struct listing l = { p, clock_now_ms(p->clock), limit_of(p), NULL };
	struct outbox_state o;
	char rows[24], age[64];
	enum err e;

	snprintf(rows, sizeof(rows), "%" PRIu64, s->waiting_rows);
	program_age(p, l.now_ms - s->oldest_ms, age);
	if (s->waiting_rows)
		PROGRAM_SAY(p, p->out, TEXT_OUTBOX_WAITING, rows, age);
	else
		PROGRAM_SAY(p, p->out, TEXT_OUTBOX_EMPTY);
	if ((e = outbox_list(client_outbox(m), list_entry, &l)))
		return e;
	outbox_state(client_outbox(m), &o);
	if (o.exceptions_next == 1)
		return ERR_OK;
	PROGRAM_SAY(p, p->out, TEXT_OUTBOX_EXCEPTIONS);
	return outbox_exceptions(client_outbox(m), limit_of(p), list_exception, &l);
}

static enum err list_json(struct program *p, struct minsheng *m, const struct minsheng_status *s)
{
	struct listing waiting = { p, 0, UINT64_MAX, json_array() };
	struct listing exceptions = { p, 0, 0, json_array() };
	enum err e = outbox_list(client_outbox(m), list_entry, &waiting);
	json_t *root;

	if (!e)
		e = outbox_exceptions(client_outbox(m), limit_of(p), list_exception, &exceptions);
	root = json_pack("{s:I, s:I, s:I, s:o, s:o}", "waiting_rows", (json_int_t)s->waiting_rows,
			 "oldest_ms", (json_int_t)s->oldest_ms, "bytes", (json_int_t)s->outbox_bytes,
			 "waiting", waiting.json, "exceptions", exceptions.json);
	if (root && !e) {
		json_dumpf(root, p->out, JSON_INDENT(2));
		fputc('\n', p->out);
	}
	json_decref(root);
	return root ? e : ERR_NOMEM;
}

static int not_enrolled(const struct program *p)
{
	PROGRAM_SAY(p, p->err, TEXT_NOT_ENROLLED, p->folder);
	return PROGRAM_CONFIG;
}

static int list(struct program *p, int64_t patience_ms)
{
	struct minsheng_options options = { .folder = p->folder, .offline = true };
	struct minsheng_status s;
	struct minsheng *m;
	enum err e;

	if (!fs_exists(p->folder)) /* looking makes nothing */
		return not_enrolled(p);
	if ((e = program_open(p, &options, patience_ms, &m)))
		return program_cannot_open(p, e);
	e = minsheng_status(m, &s);
	if (!e && s.link == MINSHENG_NOT_ENROLLED && !s.waiting_rows && !p->json) {
		minsheng_close(m);
		return not_enrolled(p);
	}
	if (!e)
		e = p->json ? list_json(p, m, &s) : list_text(p, m, &s);
	minsheng_close(m);
	return e ? program_cannot_open(p, e) : PROGRAM_DONE;
}

int program_outbox(struct program *p)
{
	const char *verb = p->argument_count ? p->arguments[0] : "list";
	int64_t patience_ms = program_wait_ms(p, PATIENCE_MS);
	struct identity id;
	int code;

	if (patience_ms < 0)
		return PROGRAM_USAGE;
	if (strcmp(verb, "list") == 0)
		return limit_of(p) ? list(p, patience_ms) : PROGRAM_USAGE;
	if (strcmp(verb, "flush") != 0) {
		PROGRAM_SAY(p, p->err, TEXT_UNKNOWN_COMMAND, verb);
		return PROGRAM_USAGE;
	}
	code = program_identity(p, &id);
	if (code != PROGRAM_DONE)
		return code;
	identity_wipe(&id);
	return program_flush(p);
}
