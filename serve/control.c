/* SPDX-License-Identifier: MIT */
#include "serve/control.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define ANSWER_MAX (64u << 20)
#define SILENCE_S 45L /* a stream says something each 15 s */

struct control {
	CURL *curl;
	struct curl_slist *headers;
	char reason[CURL_ERROR_SIZE + 64];
};

enum err control_open(const char *socket_path, struct control **out)
{
	struct control *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return ERR_NOMEM;
	c->curl = curl_easy_init();
	c->headers = curl_slist_append(NULL, "Content-Type: application/json");
	if (c->curl == NULL || c->headers == NULL ||
	    curl_easy_setopt(c->curl, CURLOPT_UNIX_SOCKET_PATH, socket_path) != CURLE_OK ||
	    curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L) != CURLE_OK ||
	    curl_easy_setopt(c->curl, CURLOPT_PROXY, "") != CURLE_OK ||
	    curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, c->reason) != CURLE_OK) {
		control_close(c);
		return ERR_NOMEM;
	}
	*out = c;
	return ERR_OK;
}

void control_close(struct control *c)
{
	if (c == NULL)
		return;
	curl_easy_cleanup(c->curl);
	curl_slist_free_all(c->headers);
	free(c);
}

static size_t on_data(char *data, size_t size, size_t count, void *ctx)
{
	struct buf *out = ctx;

	if (out->len + size * count > ANSWER_MAX)
		return 0;
	buf_put(out, bytes_of(data, size * count));
	return out->failed ? 0 : size * count;
}

/* curl tells a refused connection and a missing right apart only by errno. */
static enum err reason_of(struct control *c, CURLcode code)
{
	long number = 0;

	if (code == CURLE_OPERATION_TIMEDOUT)
		return ERR_TIMEOUT;
	if (code != CURLE_COULDNT_CONNECT)
		return ERR_IO;
	curl_easy_getinfo(c->curl, CURLINFO_OS_ERRNO, &number);
	return number == EACCES || number == EPERM ? ERR_DENIED : ERR_CLOSED;
}

static enum err perform(struct control *c, const char *path, int64_t timeout_ms, int *status,
			struct buf *out)
{
	char url[2048];
	long code = 0;
	CURLcode result;

	if (snprintf(url, sizeof(url), "http://localhost%s", path) >= (int)sizeof(url))
		return ERR_RANGE;
	c->reason[0] = '\0';
	if (curl_easy_setopt(c->curl, CURLOPT_URL, url) != CURLE_OK ||
	    curl_easy_setopt(c->curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms) != CURLE_OK ||
	    curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, on_data) != CURLE_OK ||
	    curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, out) != CURLE_OK)
		return ERR_NOMEM;
	result = curl_easy_perform(c->curl);
	if (result != CURLE_OK) {
		if (c->reason[0] == '\0')
			snprintf(c->reason, sizeof(c->reason), "%s", curl_easy_strerror(result));
		return reason_of(c, result);
	}
	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &code);
	*status = (int)code;
	return buf_error(out);
}

enum err control_get(struct control *c, const char *path, int64_t timeout_ms, int *status,
		     struct buf *out)
{
	if (curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L) != CURLE_OK ||
	    curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, NULL) != CURLE_OK)
		return ERR_NOMEM;
	return perform(c, path, timeout_ms, status, out);
}

enum err control_post(struct control *c, const char *path, struct bytes json, int64_t timeout_ms,
		      int *status, struct buf *out)
{
	if (curl_easy_setopt(c->curl, CURLOPT_POST, 1L) != CURLE_OK ||
	    curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers) != CURLE_OK ||
	    curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE, (long)json.len) != CURLE_OK ||
	    curl_easy_setopt(c->curl, CURLOPT_COPYPOSTFIELDS,
			     json.len ? (const char *)json.data : "") != CURLE_OK)
		return ERR_NOMEM;
	return perform(c, path, timeout_ms, status, out);
}

/* --- streams ---------------------------------------------------------------------------------- */

struct streaming {
	const struct control_sink *sink;
	bool ended; /* by the caller */
};

static size_t on_piece(char *data, size_t size, size_t count, void *ctx)
{
	struct streaming *s = ctx;

	s->ended = s->ended || !s->sink->data(s->sink->ctx, bytes_of(data, size * count));
	return s->ended ? 0 : size * count;
}

static int on_progress(void *ctx, curl_off_t total, curl_off_t now, curl_off_t up_total,
		       curl_off_t up_now)
{
	struct streaming *s = ctx;

	(void)total;
	(void)now;
	(void)up_total;
	(void)up_now;
	s->ended = s->ended || !s->sink->alive(s->sink->ctx);
	return s->ended;
}

static bool prepare_stream(struct control *c, const char *path, struct curl_slist *headers,
			   struct streaming *s)
{
	char url[2048];

	if (snprintf(url, sizeof(url), "http://localhost%s", path) >= (int)sizeof(url))
		return false;
	c->reason[0] = '\0';
	return curl_easy_setopt(c->curl, CURLOPT_URL, url) == CURLE_OK &&
	       curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L) == CURLE_OK &&
	       curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
	       curl_easy_setopt(c->curl, CURLOPT_TIMEOUT_MS, 0L) == CURLE_OK &&
	       curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK &&
	       curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_TIME, SILENCE_S) == CURLE_OK &&
	       curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, on_piece) == CURLE_OK &&
	       curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, s) == CURLE_OK &&
	       curl_easy_setopt(c->curl, CURLOPT_XFERINFOFUNCTION, on_progress) == CURLE_OK &&
	       curl_easy_setopt(c->curl, CURLOPT_XFERINFODATA, s) == CURLE_OK &&
	       curl_easy_setopt(c->curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK;
}

/* What the next request must not inherit. */
static void forget_stream(struct control *c)
{
	curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_LIMIT, 0L);
	curl_easy_setopt(c->curl, CURLOPT_LOW_SPEED_TIME, 0L);
	curl_easy_setopt(c->curl, CURLOPT_NOPROGRESS, 1L);
	curl_easy_setopt(c->curl, CURLOPT_XFERINFODATA, NULL);
}

static enum err run_stream(struct control *c, const struct streaming *s, int *status)
{
	long code = 0;
	CURLcode result = curl_easy_perform(c->curl);

	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &code);
	*status = (int)code;
	if (s->ended)
		return ERR_OK;
	if (result == CURLE_OK || result == CURLE_PARTIAL_FILE || result == CURLE_GOT_NOTHING ||
	    result == CURLE_RECV_ERROR)
		return ERR_CLOSED;
	return reason_of(c, result);
}

enum err control_stream(struct control *c, const char *path, const char *last,
			const struct control_sink *sink, int *status)
{
	struct streaming s = { .sink = sink };
	struct curl_slist *headers = NULL;
	char line[96];
	enum err e = ERR_NOMEM;

	*status = 0;
	snprintf(line, sizeof(line), "Last-Event-ID: %s", last ? last : "");
	if (last == NULL || (headers = curl_slist_append(NULL, line)) != NULL)
		e = prepare_stream(c, path, headers, &s) ? run_stream(c, &s, status) : ERR_NOMEM;
	forget_stream(c);
	curl_slist_free_all(headers);
	return e;
}

const char *control_reason(const struct control *c)
{
	return c->reason;
}
