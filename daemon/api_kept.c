/* SPDX-License-Identifier: MIT */
/* Answers that many pages ask for are computed once a position, and not even that where a page says
 * which position is enough: it knows the one of the newest head that it was told. */
#include "daemon/api_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "daemon/answers.h"

#define PARAMETERS_MAX 8
#define CLOCKED_MS 1000 /* how old an answer with the time in it may be */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool may_keep(const struct api_call *call)
{
	const struct api_endpoint *e = call->endpoint;
	bool whole =
		(e->needs & API_SNAPSHOT) && (!(e->needs & API_NO_TAG) || (e->needs & API_CLOCKED));

	return e->method == HTTP_GET && whole && !(e->needs & (API_LOCAL | API_RIGHTS)) &&
	       !call->csv && call->problem == API_OK;
}

/* Path, language, and the parameters by name, each value with its length before it. */
void api_kept_question(struct api_call *call)
{
	const char *names[PARAMETERS_MAX], *name;
	struct buf *q = &call->api->question;
	size_t n = 0;

	buf_clear(q);
	if (!may_keep(call))
		return;
	for (size_t i = 0; (name = http_query_name(*call->x, i)) != NULL; i++) {
		if (n == PARAMETERS_MAX)
			return;
		names[n++] = name;
	}
	qsort(names, n, sizeof(names[0]), by_name);
	buf_printf(q, "%s %s", http_path(*call->x), call->lang == LANG_ZH ? "zh" : "en");
	for (size_t i = 0; i < n; i++) {
		const char *value = http_query(*call->x, names[i]);

		if (strcmp(names[i], "lang") != 0)
			buf_printf(q, " %s=%zu:%s", names[i], strlen(value), value);
	}
	if (buf_error(q) != ERR_OK)
		buf_clear(q);
}

/* What the caller says is enough: 0 where it says nothing that can be read. */
static uint64_t read_enough(const struct api_call *call)
{
	const char *text = http_header(*call->x, "X-Minsheng-Enough");
	uint64_t position = 0;

	return text != NULL && api_read_number(text, INT64_MAX, &position) ? position : 0;
}

static bool is_good(const struct api_call *call, const struct answer *answer, const char *tag)
{
	uint64_t enough;

	if (tag != NULL)
		return tag[0] != '\0' && strcmp(tag, answer->tag) == 0;
	enough = read_enough(call);
	if (enough == 0 || answer->position < enough)
		return false;
	return !(call->endpoint->needs & API_CLOCKED) ||
	       clock_monotonic_ms() - answer->made_ms <= CLOCKED_MS;
}

const struct answer *api_kept_find(struct api_call *call, const char *tag)
{
	struct api *a = call->api;
	const struct answer *answer;

	if (a->question.len == 0)
		return NULL;
	answer = answers_find(a->kept, buf_cstring(&a->question));
	if (answer == NULL || !is_good(call, answer, tag))
		return NULL;
	metrics_add(&a->daemon->metrics, METRIC_ANSWERS_KEPT, 1);
	return answer;
}

void api_kept_put(struct api_call *call, const char *tag)
{
	struct api *a = call->api;
	struct answer answer = { .position = call->head.position,
				 .made_ms = clock_monotonic_ms(),
				 .tag = tag,
				 .body = buf_bytes(&a->body) };

	if (a->question.len == 0)
		return;
	metrics_add(&a->daemon->metrics, METRIC_ANSWERS_COMPUTED, 1);
	if (call->next[0] == '\0') /* further pages of a list are asked for by one reader */
		answers_put(a->kept, buf_cstring(&a->question), &answer);
}
