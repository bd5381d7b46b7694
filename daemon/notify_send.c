/* SPDX-License-Identifier: MIT */
#include "daemon/notify_send.h"

#include <curl/curl.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/notify_guard.h"

#define TIMEOUT_MS 20000L
#define CONNECT_MS 10000L
#define GOOD_BYE "221" /* of SMTP */

struct transfer {
	CURL *curl;
	struct notify_request request;
	struct curl_slist *headers, *receivers;
	size_t sent; /* of a mail's text */
	void *tag;
	char reason[CURL_ERROR_SIZE];
	char answer[NOTIFY_ANSWER];
	size_t answer_len;
	bool mail;
	bool guarded; /* must not reach private addresses */
	bool blocked; /* and a name led to one */
	struct transfer *next;
};

struct notify_sender {
	CURLM *multi;
	struct transfer *all;
	int count;
};

void notify_request_free(struct notify_request *r)
{
	buf_free(&r->url);
	buf_free(&r->body);
	for (size_t i = 0; i < NOTIFY_HEADERS; i++)
		buf_free(&r->headers[i]);
	*r = (struct notify_request){ 0 };
}

enum err notify_request_error(const struct notify_request *r)
{
	bool failed = r->url.failed || r->body.failed;

	for (size_t i = 0; i < NOTIFY_HEADERS; i++)
		failed |= r->headers[i].failed;
	return failed ? ERR_NOMEM : ERR_OK;
}

static void transfer_free(struct notify_sender *s, struct transfer *t)
{
	struct transfer **at = &s->all;

	while (*at != NULL && *at != t)
		at = &(*at)->next;
	if (*at != NULL) {
		*at = t->next;
		s->count--;
	}
	if (t->curl != NULL)
		curl_multi_remove_handle(s->multi, t->curl);
	curl_easy_cleanup(t->curl);
	curl_slist_free_all(t->headers);
	curl_slist_free_all(t->receivers);
	notify_request_free(&t->request);
	free(t);
}

enum err notify_sender_new(struct notify_sender **out)
{
	struct notify_sender *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return ERR_NOMEM;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		free(s);
		return ERR_FATAL;
	}
	s->multi = curl_multi_init();
	if (s->multi == NULL) {
		notify_sender_free(s);
		return ERR_NOMEM;
	}
	*out = s;
	return ERR_OK;
}

void notify_sender_free(struct notify_sender *s)
{
	if (s == NULL)
		return;
	while (s->all != NULL)
		transfer_free(s, s->all);
	curl_multi_cleanup(s->multi);
	curl_global_cleanup();
	free(s);
}

/* Bytes of the character that begins here; 0 where it is broken. */
static size_t character(const char *text)
{
	static const uint8_t lead[] = { 0x80, 0xc0, 0xe0, 0xf0 }, mask[] = { 0x00, 0xe0, 0xf0, 0xf8 };

	if ((unsigned char)text[0] < 0x80)
		return 1;
	for (size_t n = 2; n <= 4; n++)
		if (((uint8_t)text[0] & mask[n - 1]) == lead[n - 1] && strnlen(text, n) == n &&
		    bytes_is_text(bytes_of(text, n)))
			return n;
	return 0;
}

void notify_send_clip(char *out, size_t cap, const char *text)
{
	size_t used = 0;

	while (*text != '\0') {
		size_t n = character(text);

		if (used + (n ? n : 1) >= cap)
			break;
		if (n == 0)
			out[used++] = '?';
		else
			memcpy(out + used, text, n), used += n;
		text += n ? n : 1;
	}
	out[used] = '\0';
}

/* --- callbacks -------------------------------------------------------------------------------- */
static void keep(struct transfer *t, const char *data, size_t n)
{
	for (size_t i = 0; i < n && t->answer_len + 1 < sizeof(t->answer); i++) {
		char c = data[i];

		t->answer[t->answer_len++] = (unsigned char)c < 0x20 || c == 0x7f ? ' ' : c;
	}
}

/* Keeps the beginning; the rest is read and dropped. */
static size_t on_answer(char *data, size_t size, size_t count, void *ctx)
{
	keep(ctx, data, size * count);
	return size * count;
}

/* A mail server answers line by line: the last one before its good-bye is what counts. */
static size_t on_mail_line(char *data, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	size_t n = size * count;

	while (n > 0 && (data[n - 1] == '\r' || data[n - 1] == '\n'))
		n--;
	if (n < 3 || memcmp(data, GOOD_BYE, 3) == 0)
		return size * count;
	t->answer_len = 0;
	memset(t->answer, 0, sizeof(t->answer));
	keep(t, data, n);
	return size * count;
}

/* The address that a name led to, before anything is sent there. A proxy is the operator's. */
static curl_socket_t on_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *t = ctx;

	(void)purpose;
	if (t->guarded && notify_guard_private(&address->addr)) {
		t->blocked = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static size_t on_upload(char *to, size_t size, size_t count, void *ctx)
{
	struct transfer *t = ctx;
	size_t left = t->request.body.len - t->sent;
	size_t n = size * count < left ? size * count : left;

	if (n > 0)
		memcpy(to, t->request.body.data + t->sent, n);
	t->sent += n;
	return n;
}

/* --- start ------------------------------------------------------------------------------------ */
#define SET(option, value) (curl_easy_setopt(t->curl, option, value) == CURLE_OK)

static bool append(struct curl_slist **list, const char *text)
{
	struct curl_slist *longer = curl_slist_append(*list, text);

	if (longer == NULL)
		return false;
	*list = longer;
	return true;
}

/* Without QUICK_EXIT, dropping a transfer waits for the name service. No connection is used again:
 * libcurl would let a channel go on with the one of another that trusts other certificates, or may
 * reach other addresses. */
static bool set_common(struct transfer *t)
{
	const struct notify_request *r = &t->request;

	return SET(CURLOPT_URL, buf_cstring(&t->request.url)) && SET(CURLOPT_NOSIGNAL, 1L) &&
	       SET(CURLOPT_TIMEOUT_MS, TIMEOUT_MS) && SET(CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS) &&
	       SET(CURLOPT_QUICK_EXIT, 1L) && SET(CURLOPT_FRESH_CONNECT, 1L) &&
	       SET(CURLOPT_FORBID_REUSE, 1L) && SET(CURLOPT_PROXY, r->proxy) &&
	       SET(CURLOPT_ERRORBUFFER, t->reason) && SET(CURLOPT_WRITEFUNCTION, on_answer) &&
	       SET(CURLOPT_WRITEDATA, t) && SET(CURLOPT_OPENSOCKETFUNCTION, on_socket) &&
	       SET(CURLOPT_OPENSOCKETDATA, t) && SET(CURLOPT_PRIVATE, t) &&
	       (r->ca_file[0] == '\0' || SET(CURLOPT_CAINFO, r->ca_file)) &&
	       (r->user[0] == '\0' ||
		(SET(CURLOPT_USERNAME, r->user) && SET(CURLOPT_PASSWORD, r->password)));
}

/* No redirects: a signed message goes to the address that was configured, or nowhere. */
static bool set_http(struct transfer *t)
{
	struct buf *body = &t->request.body;

	for (size_t i = 0; i < t->request.header_count; i++)
		if (!append(&t->headers, buf_cstring(&t->request.headers[i])))
			return false;
	return append(&t->headers, "User-Agent: minsheng") && append(&t->headers, "Expect:") &&
	       SET(CURLOPT_PROTOCOLS_STR, "http,https") && SET(CURLOPT_POST, 1L) &&
	       SET(CURLOPT_POSTFIELDS, buf_cstring(body)) &&
	       SET(CURLOPT_POSTFIELDSIZE, (long)body->len) && SET(CURLOPT_HTTPHEADER, t->headers);
}

static bool set_receivers(struct transfer *t)
{
	const char *at = t->request.mail_to;
	char one[256];

	while (*at != '\0') {
		size_t n = strcspn(at, ", ");

		if (n > 0 && n < sizeof(one)) {
			memcpy(one, at, n);
			one[n] = '\0';
			if (!append(&t->receivers, one))
				return false;
		}
		at += n + (at[n] != '\0');
	}
	return t->receivers != NULL;
}

/* A password never goes out in the clear. */
static bool set_mail(struct transfer *t)
{
	bool login = t->request.user[0] != '\0';

	return set_receivers(t) && SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps") &&
	       SET(CURLOPT_MAIL_FROM, t->request.mail_from) &&
	       SET(CURLOPT_MAIL_RCPT, t->receivers) && SET(CURLOPT_UPLOAD, 1L) &&
	       SET(CURLOPT_READFUNCTION, on_upload) && SET(CURLOPT_READDATA, t) &&
	       SET(CURLOPT_USE_SSL, (long)(login ? CURLUSESSL_ALL : CURLUSESSL_TRY)) &&
	       SET(CURLOPT_HEADERFUNCTION, on_mail_line) && SET(CURLOPT_HEADERDATA, t);
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static struct transfer *transfer_new(struct notify_request *request, void *tag)
{
	struct transfer *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		notify_request_free(request);
		return NULL;
	}
	t->tag = tag;
	t->request = *request;
	t->request.proxy = or_empty(request->proxy);
	t->request.ca_file = or_empty(request->ca_file);
	t->request.user = or_empty(request->user);
	t->request.password = or_empty(request->password);
	t->mail = request->mail_to != NULL;
	t->guarded = !request->private_allowed && t->request.proxy[0] == '\0';
	*request = (struct notify_request){ 0 };
	return t;
}

enum err notify_sender_start(struct notify_sender *s, struct notify_request *request, void *tag)
{
	struct transfer *t = transfer_new(request, tag);

	if (t == NULL)
		return ERR_NOMEM;
	t->curl = curl_easy_init();
	if (t->curl == NULL || !set_common(t) ||
	    !(t->mail ? set_mail(t) : set_http(t)) ||
	    curl_multi_add_handle(s->multi, t->curl) != CURLM_OK) {
		transfer_free(s, t);
		return ERR_NOMEM;
	}
	t->next = s->all;
	s->all = t;
	s->count++;
	return ERR_OK;
}

/* --- results ---------------------------------------------------------------------------------- */
void notify_sender_poll(struct notify_sender *s, int timeout_ms)
{
	int running = 0;

	curl_multi_perform(s->multi, &running);
	if (running < s->count)
		return; /* one has ended: that is news */
	curl_multi_poll(s->multi, NULL, 0, timeout_ms, NULL);
	curl_multi_perform(s->multi, &running);
}

static const char private_named[] =
	"the name leads to a private address; set \"private: yes\" to allow it";
static const char private_literal[] =
	"this is a private address; set \"private: yes\" to allow it";

/* The host is an address itself, and no name. */
static bool is_literal(struct transfer *t)
{
	CURLU *url = curl_url();
	char *host = NULL;
	unsigned char raw[16];
	bool literal = false;

	if (url != NULL &&
	    curl_url_set(url, CURLUPART_URL, buf_cstring(&t->request.url),
			 CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK)
		literal = host[0] == '[' || inet_pton(AF_INET, host, raw) == 1;
	curl_free(host);
	curl_url_cleanup(url);
	return literal;
}

static void fill(struct transfer *t, CURLcode code, struct notify_result *out)
{
	curl_off_t wait = 0;
	long status = 0;
	const char *said = t->answer;

	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
	if (t->mail && t->answer[0] != '\0')
		status = strtol(t->answer, NULL, 10);
	curl_easy_getinfo(t->curl, CURLINFO_RETRY_AFTER, &wait);
	if (t->blocked && code != CURLE_OK)
		said = is_literal(t) ? private_literal : private_named;
	else if (code != CURLE_OK && (!t->mail || t->answer[0] == '\0' ||
				      status < 400))
		said = t->reason[0] ? t->reason : curl_easy_strerror(code);
	*out = (struct notify_result){ .tag = t->tag, .status = (int)status };
	out->retry_after_s = wait > 0 && wait < 86400 ? (uint32_t)wait : 0;
	out->ok = code == CURLE_OK && status >= 200 && status < 300;
	notify_send_clip(out->answer, sizeof(out->answer), said);
}

bool notify_sender_next(struct notify_sender *s, struct notify_result *out)
{
	int left;
	CURLMsg *m;

	while ((m = curl_multi_info_read(s->multi, &left)) != NULL) {
		char *private = NULL;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &private);
		fill((struct transfer *)(void *)private, code, out);
		transfer_free(s, (struct transfer *)(void *)private);
		return true;
	}
	return false;
}

void notify_sender_wake(struct notify_sender *s)
{
	curl_multi_wakeup(s->multi);
}
