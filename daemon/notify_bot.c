/* SPDX-License-Identifier: MIT */
/* A digest as a message of a chat bot: WeCom, DingTalk, Feishu. */
#include <stdio.h>
#include <string.h>

#include "serve/jwrite.h"
#include "daemon/notify_form.h"
#include "daemon/notify_sign.h"

#define REST 240 /* bytes kept for the line that says how many more there are, beside its link */

/* Bytes that a message's text may have. */
static const size_t limits[CONFIG_CHANNEL_KINDS] = {
	[CONFIG_WECOM] = 4096,
	[CONFIG_DINGTALK] = 16000,
	[CONFIG_FEISHU] = 16000,
};

/* --- text ------------------------------------------------------------------------------------- */
/* What would be a tag or a link in their markdown becomes a character that looks like it. */
static void put_plain(struct bytes text, struct buf *out)
{
	static const struct {
		char from;
		const char *to;
	} look_alike[] = { { '<', "＜" }, { '>', "＞" }, { '[', "［" }, { ']', "］" },
			   { '*', "＊" }, { '`', "'" } };
	const size_t n = sizeof(look_alike) / sizeof(look_alike[0]);

	for (size_t i = 0; i < text.len; i++) {
		size_t k = 0;

		while (k < n && look_alike[k].from != (char)text.data[i])
			k++;
		if (k < n)
			buf_put_string(out, look_alike[k].to);
		else
			buf_put_u8(out, text.data[i]);
	}
}

static void put_line(const struct notify_view *v, const struct book_record *r, struct buf *out)
{
	struct buf line = { 0 };

	notify_digest_line(v, r, &line);
	buf_put_string(out, v->config->type == CONFIG_FEISHU ? "" : "- ");
	put_plain(buf_bytes(&line), out);
	buf_put_u8(out, '\n');
	out->failed |= line.failed;
	buf_free(&line);
}

static void put_rest(const struct notify_view *v, const struct notify_digest *d, size_t left,
		     struct buf *out)
{
	bool zh = v->config->lang == LANG_ZH;
	struct buf link = { 0 };

	notify_digest_link(v, d, &link);
	if (left > 0)
		buf_printf(out, zh ? "还有 %zu 条\n" : "%zu more\n", left);
	if (link.len > 0)
		buf_printf(out, zh ? "\n[查看全部](%s)\n" : "\n[See all](%s)\n",
			   buf_cstring(&link));
	out->failed |= link.failed;
	buf_free(&link);
}

/* Cut at a whole line where it would be too long: the page has all of it. */
static void put_text(const struct notify_view *v, const struct notify_digest *d, struct buf *out)
{
	size_t most = limits[v->config->type] - REST - strlen(v->public_url);
	size_t i = 0;

	for (; i < d->count; i++) {
		size_t before = out->len;

		put_line(v, &d->rows[i], out);
		if (out->len > most) {
			buf_truncate(out, before);
			break;
		}
	}
	put_rest(v, d, d->count - i, out);
}

/* --- bodies ----------------------------------------------------------------------------------- */
struct message {
	struct buf title, text;
	struct bytes token, secret; /* secret: to sign with, or empty */
};

static void put_url(const struct notify_view *v, const struct message *m,
		    struct notify_request *out)
{
	buf_put_string(&out->url, v->config->url);
	buf_put(&out->url, m->token);
}

static void make_wecom(const struct notify_view *v, struct message *m, struct notify_request *out)
{
	struct jwrite j = jwrite_to(&out->body);
	struct buf content = { 0 };

	put_url(v, m, out);
	buf_printf(&content, "**%s**\n", buf_cstring(&m->title));
	buf_put(&content, buf_bytes(&m->text));
	jwrite_object(&j, NULL);
	jwrite_string(&j, "msgtype", "markdown");
	jwrite_object(&j, "markdown");
	jwrite_bytes(&j, "content", buf_bytes(&content));
	jwrite_end(&j);
	jwrite_end(&j);
	out->body.failed |= content.failed;
	buf_free(&content);
}

static void make_dingtalk(const struct notify_view *v, struct message *m,
			  struct notify_request *out)
{
	struct jwrite j = jwrite_to(&out->body);
	struct buf text = { 0 };

	put_url(v, m, out);
	if (m->secret.len > 0) {
		buf_printf(&out->url, "&timestamp=%lld&sign=", (long long)v->signed_ms);
		notify_sign_dingtalk(m->secret, v->signed_ms, &out->url);
	}
	buf_printf(&text, "#### %s\n", buf_cstring(&m->title));
	buf_put(&text, buf_bytes(&m->text));
	jwrite_object(&j, NULL);
	jwrite_string(&j, "msgtype", "markdown");
	jwrite_object(&j, "markdown");
	jwrite_bytes(&j, "title", buf_bytes(&m->title));
	jwrite_bytes(&j, "text", buf_bytes(&text));
	jwrite_end(&j);
	jwrite_end(&j);
	out->body.failed |= text.failed;
	buf_free(&text);
}

static void put_card(const struct notify_digest *d, const struct message *m, struct jwrite *j)
{
	jwrite_object(j, "card");
	jwrite_object(j, "header");
	jwrite_string(j, "template",
		      d->open[BOOK_RED]	     ? "red" :
		      d->open[BOOK_YELLOW] ? "yellow" :
					     "blue");
	jwrite_object(j, "title");
	jwrite_string(j, "tag", "plain_text");
	jwrite_bytes(j, "content", buf_bytes(&m->title));
	jwrite_end(j);
	jwrite_end(j);
	jwrite_array(j, "elements");
	jwrite_object(j, NULL);
	jwrite_string(j, "tag", "div");
	jwrite_object(j, "text");
	jwrite_string(j, "tag", "lark_md");
	jwrite_bytes(j, "content", m->text.len ? buf_bytes(&m->text) : buf_bytes(&m->title));
	jwrite_end(j);
	jwrite_end(j);
	jwrite_end(j);
	jwrite_end(j);
}

static void make_feishu(const struct notify_view *v, const struct notify_digest *d,
			struct message *m, struct notify_request *out)
{
	struct jwrite j = jwrite_to(&out->body);
	int64_t seconds = v->signed_ms / 1000;
	char stamp[24];

	put_url(v, m, out);
	jwrite_object(&j, NULL);
	if (m->secret.len > 0) {
		struct buf signature = { 0 };

		snprintf(stamp, sizeof(stamp), "%lld", (long long)seconds);
		notify_sign_feishu(m->secret, seconds, &signature);
		jwrite_string(&j, "timestamp", stamp);
		jwrite_bytes(&j, "sign", buf_bytes(&signature));
		out->url.failed |= signature.failed;
		buf_free(&signature);
	}
	jwrite_string(&j, "msg_type", "interactive");
	put_card(d, m, &j);
	jwrite_end(&j);
}

enum err notify_bot(const struct notify_view *v, const struct notify_digest *d,
		    struct notify_request *out)
{
	struct message m = { 0 };
	enum err e;

	(void)notify_sign_line(v->secret, 0, &m.token);
	(void)notify_sign_line(v->secret, 1, &m.secret);
	notify_digest_title(v, d, &m.title);
	put_text(v, d, &m.text);
	if (v->config->type == CONFIG_WECOM)
		make_wecom(v, &m, out);
	else if (v->config->type == CONFIG_DINGTALK)
		make_dingtalk(v, &m, out);
	else
		make_feishu(v, d, &m, out);
	notify_form_header(out, "Content-Type", "application/json; charset=utf-8");
	e = m.title.failed || m.text.failed ? ERR_NOMEM : ERR_OK;
	buf_free(&m.title);
	buf_free(&m.text);
	return e;
}
