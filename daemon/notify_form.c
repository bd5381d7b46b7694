/* SPDX-License-Identifier: MIT */
#include "daemon/notify_form.h"

#include "daemon/notify_sign.h"

void notify_form_header(struct notify_request *r, const char *name, const char *value)
{
	if (r->header_count < NOTIFY_HEADERS)
		buf_printf(&r->headers[r->header_count++], "%s: %s", name, value);
}

/* Whom to reach, and how. */
static enum err address(const struct notify_view *v, struct notify_request *out)
{
	const struct config_channel *c = v->config;
	struct bytes first;

	(void)notify_sign_line(v->secret, 0, &first);
	out->proxy = c->proxy;
	out->ca_file = c->ca_file;
	out->private_allowed = c->private_allowed;
	if (c->user[0] != '\0') {
		out->user = c->user;
		out->password = arena_strndup(v->arena, (const char *)first.data, first.len);
		if (out->password == NULL)
			return ERR_NOMEM;
	}
	if (c->type == CONFIG_SMTP) {
		out->mail_from = c->mail_from;
		out->mail_to = c->mail_to;
	}
	return ERR_OK;
}

typedef enum err digest_fn(const struct notify_view *v, const struct notify_digest *d,
			   struct notify_request *out);

static digest_fn *digest_of(const struct notify_view *v)
{
	return v->config->type == CONFIG_SMTP ? notify_mail : notify_bot;
}

static enum err form(const struct notify_view *v, const struct notify_item *item,
		     struct notify_request *out)
{
	struct notify_digest digest;
	enum err e;

	if (v->config->type == CONFIG_WEBHOOK)
		return notify_event(v, item, out);
	if (v->config->type == CONFIG_ALERTMANAGER)
		return notify_manager(v, item, out);
	e = notify_digest(v, item, &digest);
	return e == ERR_OK ? digest_of(v)(v, &digest, out) : e;
}

static enum err form_test(const struct notify_view *v, struct notify_request *out)
{
	const struct notify_digest digest = { .test = true, .newest_ms = v->now_ms };

	if (v->config->type == CONFIG_WEBHOOK)
		return notify_event_test(v, out);
	if (v->config->type == CONFIG_ALERTMANAGER)
		return notify_manager_test(v, out);
	return digest_of(v)(v, &digest, out);
}

static enum err finish(const struct notify_view *v, enum err e, struct notify_request *out)
{
	if (e == ERR_OK)
		e = address(v, out);
	if (e == ERR_OK)
		e = notify_request_error(out);
	if (e != ERR_OK)
		notify_request_free(out);
	return e;
}

enum err notify_form(const struct notify_view *v, const struct notify_item *item,
		     struct notify_request *out)
{
	return finish(v, form(v, item, out), out);
}

enum err notify_form_test(const struct notify_view *v, struct notify_request *out)
{
	return finish(v, form_test(v, out), out);
}
