/* SPDX-License-Identifier: MIT */
/* A digest as a mail: a text and an HTML part, both UTF-8 in base64. */
#include <stdio.h>
#include <string.h>

#include "base/crypto.h"
#include "base/date.h"
#include "daemon/notify_form.h"

#define BOUNDARY "minsheng-part"
#define LINE 57	     /* bytes that give a line of 76 characters of base64 */
#define WORD 42	     /* bytes in one encoded word of a header: "=?UTF-8?B?" .. "?=" stays below 75 */
#define ENCODED 160  /* characters that any of these gives, with NUL */
#define LIST_MAX 500 /* rows in a mail: the page has the rest */

static void put_base64(struct bytes text, struct buf *out)
{
	char line[ENCODED];

	for (size_t at = 0; at < text.len; at += LINE) {
		size_t n = text.len - at < LINE ? text.len - at : LINE;

		(void)crypto_base64_standard(bytes_of(text.data + at, n), line, sizeof(line));
		buf_printf(out, "%s\r\n", line);
	}
}

/* --- headers ---------------------------------------------------------------------------------- */
/* Bytes of whole characters, WORD at most. */
static size_t word_length(const uint8_t *text, size_t left)
{
	size_t n = left < WORD ? left : WORD;

	while (n > 1 && n < left && (text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void put_words(const char *name, struct bytes text, struct buf *out)
{
	char word[ENCODED];

	buf_printf(out, "%s:", name);
	for (size_t at = 0; at < text.len;) {
		size_t n = word_length(text.data + at, text.len - at);

		(void)crypto_base64_standard(bytes_of(text.data + at, n), word, sizeof(word));
		buf_printf(out, "%s=?UTF-8?B?%s?=", at ? "\r\n " : " ", word);
		at += n;
	}
	buf_put_string(out, "\r\n");
}

/* "Tue, 05 Jul 2022 09:00:00 +0800" */
static void put_date(int64_t ms, int offset_minutes, struct buf *out)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int32_t date = date_of_ms(ms, offset_minutes);
	int second = (int)((ms - date_begin_ms(date, offset_minutes)) / 1000), year, month, day;
	int ahead = offset_minutes < 0 ? -offset_minutes : offset_minutes;

	date_to_civil(date, &year, &month, &day);
	buf_printf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d %c%02d%02d\r\n",
		   days[date_weekday(date)], day, months[month - 1], year, second / 3600,
		   second / 60 % 60, second % 60, offset_minutes < 0 ? '-' : '+', ahead / 60,
		   ahead % 60);
}

static const char *domain_of(const struct notify_view *v)
{
	return strchr(v->config->mail_from, '@') + 1;
}

/* The id says what the mail is about, so that a repeat is the same mail. What belongs together has
 * one thread: an alert's mails where it is alone, else the channel's of a month. */
static void put_ids(const struct notify_view *v, const struct notify_digest *d, struct buf *out)
{
	const char *channel = v->config->name, *domain = domain_of(v);
	char store[9], month[8];

	bytes_to_hex(bytes_of(v->store, 4), store);
	date_month_format(date_month_of(date_of_ms(d->newest_ms, v->c->offset_minutes)), month);
	if (d->test) {
		buf_printf(out, "Message-ID: <test.%s.%lld@%s>\r\n", channel,
			   (long long)d->newest_ms, domain);
		return;
	}
	buf_printf(out, "Message-ID: <%s.%s.%llu-%llu%s@%s>\r\n", channel, store,
		   (unsigned long long)d->item.from, (unsigned long long)d->item.to,
		   d->item.urgent ? ".red" : "", domain);
	if (d->count == 1)
		buf_printf(out, "References: <alert.%s.%s@%s>\r\n", store, d->rows[0].id, domain);
	else
		buf_printf(out, "References: <%s.%s.%s@%s>\r\n", channel, store, month, domain);
}

static void put_headers(const struct notify_view *v, const struct notify_digest *d,
			struct bytes title, struct buf *out)
{
	buf_printf(out, "From: <%s>\r\nTo: ", v->config->mail_from);
	for (const char *at = v->config->mail_to, *between = ""; *at != '\0'; between = ",\r\n ") {
		size_t n;

		at += strspn(at, ", ");
		n = strcspn(at, ", ");
		if (n == 0)
			break;
		buf_printf(out, "%s<%.*s>", between, (int)n, at);
		at += n;
	}
	buf_put_string(out, "\r\n");
	put_words("Subject", title, out);
	put_date(d->newest_ms, v->c->offset_minutes, out);
	put_ids(v, d, out);
	buf_printf(out, "List-Id: <%s.%s.minsheng.%s>\r\n", v->config->name, v->c->id, domain_of(v));
	buf_put_string(out, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
			    "Content-Type: multipart/alternative; boundary=\"" BOUNDARY "\"\r\n\r\n");
}

/* --- parts ------------------------------------------------------------------------------------ */
static void put_escaped(struct bytes text, struct buf *out)
{
	static const struct {
		char from;
		const char *to;
	} entities[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" } };

	for (size_t i = 0; i < text.len; i++) {
		size_t k = 0;

		while (k < 4 && entities[k].from != (char)text.data[i])
			k++;
		if (k < 4)
			buf_put_string(out, entities[k].to);
		else
			buf_put_u8(out, text.data[i]);
	}
}

static size_t shown(const struct notify_digest *d)
{
	return d->count < LIST_MAX ? d->count : LIST_MAX;
}

static void make_text(const struct notify_view *v, const struct notify_digest *d,
		      struct bytes title, struct bytes link, struct buf *out)
{
	buf_put(out, title);
	buf_put_string(out, "\n\n");
	for (size_t i = 0; i < shown(d); i++) {
		notify_digest_line(v, &d->rows[i], out);
		buf_put_u8(out, '\n');
	}
	if (d->count > shown(d))
		buf_printf(out, v->config->lang == LANG_ZH ? "还有 %zu 条\n" : "%zu more\n",
			   d->count - shown(d));
	if (link.len > 0) {
		buf_put_u8(out, '\n');
		buf_put(out, link);
		buf_put_u8(out, '\n');
	}
}

static void put_row(const struct notify_view *v, const struct book_record *r, struct buf *out)
{
	struct buf line = { 0 }, link = { 0 };

	notify_digest_line(v, r, &line);
	notify_digest_alert_link(v, r->id, &link);
	buf_put_string(out, "<li>");
	put_escaped(buf_bytes(&line), out);
	if (link.len > 0) {
		buf_put_string(out, " <a href=\"");
		put_escaped(buf_bytes(&link), out);
		buf_put_string(out, "\">↗</a>");
	}
	buf_put_string(out, "</li>\n");
	out->failed |= line.failed || link.failed;
	buf_free(&line);
	buf_free(&link);
}

static void make_html(const struct notify_view *v, const struct notify_digest *d,
		      struct bytes title, struct bytes link, struct buf *out)
{
	bool zh = v->config->lang == LANG_ZH;

	buf_printf(out, "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"></head><body>\n<h3>",
		   zh ? "zh" : "en");
	put_escaped(title, out);
	buf_put_string(out, "</h3>\n<ul style=\"list-style:none;padding:0\">\n");
	for (size_t i = 0; i < shown(d); i++)
		put_row(v, &d->rows[i], out);
	buf_put_string(out, "</ul>\n");
	if (link.len > 0) {
		buf_put_string(out, "<p><a href=\"");
		put_escaped(link, out);
		buf_printf(out, "\">%s</a></p>\n", zh ? "查看全部" : "See all");
	}
	buf_put_string(out, "</body></html>\n");
}

static void put_part(const char *type, const struct buf *content, struct buf *out)
{
	buf_printf(out,
		   "--" BOUNDARY "\r\nContent-Type: %s; charset=utf-8\r\n"
		   "Content-Transfer-Encoding: base64\r\n\r\n",
		   type);
	put_base64(buf_bytes(content), out);
	out->failed |= content->failed;
}

enum err notify_mail(const struct notify_view *v, const struct notify_digest *d,
		     struct notify_request *out)
{
	struct buf title = { 0 }, link = { 0 }, text = { 0 }, html = { 0 };

	notify_digest_title(v, d, &title);
	notify_digest_link(v, d, &link);
	make_text(v, d, buf_bytes(&title), buf_bytes(&link), &text);
	make_html(v, d, buf_bytes(&title), buf_bytes(&link), &html);
	buf_put_string(&out->url, v->config->url);
	put_headers(v, d, buf_bytes(&title), &out->body);
	put_part("text/plain", &text, &out->body);
	put_part("text/html", &html, &out->body);
	buf_put_string(&out->body, "--" BOUNDARY "--\r\n");
	out->body.failed |= title.failed || link.failed;
	buf_free(&title);
	buf_free(&link);
	buf_free(&text);
	buf_free(&html);
	return ERR_OK;
}
