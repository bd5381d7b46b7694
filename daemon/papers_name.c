/* SPDX-License-Identifier: MIT */
#include "daemon/papers_name.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"

static const struct {
	const char *word, *type;
} formats[PAPERS_FORMATS] = {
	[PAPERS_HTML] = { "html", "text/html; charset=utf-8" },
	[PAPERS_DOCX] = { "docx", "application/vnd.openxmlformats-officedocument."
				  "wordprocessingml.document" },
	[PAPERS_PDF] = { "pdf", "application/pdf" },
	[PAPERS_XLSX] = { "xlsx",
			  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	[PAPERS_CSV] = { "csv", "text/csv; charset=utf-8" },
};

#define OF(format) (1u << (format))
#define DOCUMENT (OF(PAPERS_HTML) | OF(PAPERS_DOCX) | OF(PAPERS_PDF))

static const struct {
	const char *plain;
	struct lang_text name;
	unsigned formats;
	const char *words;
} whats[PAPERS_WHATS] = {
	[PAPERS_BULLETIN] = { "bulletin", { "民生实事通报", "bulletin" }, DOCUMENT | OF(PAPERS_XLSX),
			      "json html docx pdf xlsx" },
	[PAPERS_LEDGER] = { "ledger", { "工作台账", "ledger" }, OF(PAPERS_XLSX) | OF(PAPERS_CSV),
			    "xlsx csv" },
	[PAPERS_SLIP] = { "slip", { "督办通知", "slip" }, DOCUMENT, "html docx pdf" },
	[PAPERS_PACK] = { "pack", { "会议材料", "meeting-pack" }, DOCUMENT, "html docx pdf" },
};

enum papers_format papers_name_format(enum papers_what what, const char *word)
{
	for (enum papers_format f = PAPERS_HTML; f < PAPERS_FORMATS; f++)
		if ((whats[what].formats & OF(f)) && strcmp(formats[f].word, word) == 0)
			return f;
	return PAPERS_FORMATS;
}

const char *papers_name_formats(enum papers_what what)
{
	return whats[what].words;
}

const char *papers_name_type(enum papers_format f)
{
	return formats[f].type;
}

/* "2022-06", "2022-12-31", or the id that it was asked for by. */
static void put_when(const struct papers_task *t, struct buf *out)
{
	char day[11];

	date_format(t->what == PAPERS_BULLETIN ? t->period : t->when.valid, day);
	if (t->what == PAPERS_BULLETIN)
		day[7] = '\0';
	buf_put_string(out, t->what == PAPERS_BULLETIN || t->what == PAPERS_LEDGER ? day : t->id);
}

static void put_name(const struct papers_task *t, const char *name, const char *unit,
		     struct buf *out)
{
	buf_printf(out, "%s-", name);
	put_when(t, out);
	if (unit != NULL)
		buf_printf(out, "-%s", unit);
	buf_printf(out, ".%s", formats[t->format].word);
}

/* What a quoted name may hold; all else becomes a line. */
static void put_plain(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++)
		buf_put_u8(out, isalnum((unsigned char)*text) || strchr("-_.", *text) ?
					(uint8_t)*text :
					'_');
}

/* attr-char of RFC 5987; all else by its bytes. */
static void put_encoded(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (isalnum((unsigned char)*text) || strchr("!#$&+-.^_`|~", *text))
			buf_put_u8(out, (uint8_t)*text);
		else
			buf_printf(out, "%%%02X", (unsigned char)*text);
	}
}

void papers_name_header(const struct papers_task *t, const char *unit_id, const char *unit_name,
			struct buf *out)
{
	struct buf name = { 0 };

	buf_printf(out, "%s; filename=\"", t->format == PAPERS_HTML ? "inline" : "attachment");
	put_name(t, whats[t->what].plain, unit_id, &name);
	put_plain(out, buf_cstring(&name));
	buf_put_string(out, "\"; filename*=UTF-8''");
	buf_clear(&name);
	put_name(t, lang_pick(whats[t->what].name, t->lang), unit_name, &name);
	put_encoded(out, buf_cstring(&name));
	buf_free(&name);
}
