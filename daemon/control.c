/* SPDX-License-Identifier: MIT */
#include "daemon/control.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define ANSWER_MAX (64u << 20)

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

const char *control_reason(const struct control *c)
{
	return c->reason;
}
