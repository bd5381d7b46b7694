/* SPDX-License-Identifier: MIT */
#include "bench/pages/crowd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/thread.h"
#include "bench/load/sender.h"

#define PATHS 8
#define PATH_LEN 64
#define TAG_LEN 96
#define LINE_LEN 512
#define INPUT (64 * 1024)
#define STEP_MS 10
#define START_MS 60000

/* As turns.ts: the wait after the n-th turn in a row that had to wait, and the pause that ends it. */
static const int64_t gaps[] = { 2000, 2000, 2000, 5000, 5000, 10000 };
#define GAPS (sizeof(gaps) / sizeof(gaps[0]))
#define SPREAD 0.5
#define LULL_MS 2000

struct link {
	struct page *page;
	bool stream;
	int fd;
	char line[LINE_LEN]; /* begun */
	size_t length;
	uint64_t body; /* bytes of the body to come */
	bool in_body;
	int status;
};

struct page {
	struct link stream, ask;
	unsigned random;
	const char *lang;
	uint64_t position; /* of the newest head */
	char tags[PATHS][TAG_LEN];
	unsigned path; /* that is asked; PATHS: none */
	bool again;    /* changed while it was asking */
	int64_t asked_us;
	int64_t last_ms, due_ms, changed_ms; /* due_ms 0: nothing waits */
	unsigned row;
};

struct crowd {
	struct sockaddr_in address;
	char paths[PATHS][PATH_LEN];
	struct page *pages;
	unsigned count;
	bool plain;
	int epoll;
	struct thread *thread;
	atomic_bool stop;
	atomic_uint ready; /* pages that have read everything once */
	atomic_uint_fast64_t answers, unchanged, bytes, heads, turns, refused, slowest, processor;
	char input[INPUT];
};

static int connect_to(const struct crowd *c)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)&c->address, sizeof(c->address)) != 0)
		sender_die("a page could not connect");
	return fd;
}

static void send_text(const struct link *l, const char *text)
{
	size_t n = strlen(text);

	if (send(l->fd, text, n, MSG_NOSIGNAL) != (ssize_t)n)
		sender_die("the daemon ended a page's connection");
}

static double chance(struct page *p)
{
	p->random = p->random * 1664525u + 1013904223u;
	return (double)(p->random >> 8) / (double)(1u << 24);
}

/* --- asking ----------------------------------------------------------------------------------- */

static void ask_next(struct crowd *c, struct page *p)
{
	char text[LINE_LEN];
	int n = snprintf(text, sizeof(text),
			 "GET /api/v1%s HTTP/1.1\r\nHost: localhost\r\nAccept-Language: %s\r\n",
			 c->paths[p->path], p->lang);

	if (p->position > 0 && !c->plain)
		n += snprintf(text + n, sizeof(text) - (size_t)n,
			      "X-Minsheng-Enough: %" PRIu64 "\r\n", p->position);
	if (p->tags[p->path][0] != '\0')
		n += snprintf(text + n, sizeof(text) - (size_t)n, "If-None-Match: %s\r\n",
			      p->tags[p->path]);
	snprintf(text + n, sizeof(text) - (size_t)n, "\r\n");
	p->asked_us = clock_monotonic_us();
	send_text(&p->ask, text);
}

static void take_turn(struct crowd *c, struct page *p, int64_t now_ms)
{
	p->last_ms = now_ms;
	p->due_ms = 0;
	p->path = 0;
	c->turns++;
	ask_next(c, p);
}

static int64_t gap_of(const struct crowd *c, const struct page *p)
{
	return gaps[c->plain ? 0 : p->row < GAPS ? p->row : GAPS - 1];
}

static void on_change(struct crowd *c, struct page *p, int64_t now_ms)
{
	p->changed_ms = now_ms;
	if (p->due_ms != 0)
		return;
	if (p->path < PATHS) {
		p->again = true;
		return;
	}
	if (now_ms - p->last_ms >= gap_of(c, p)) {
		p->row = 0;
		take_turn(c, p, now_ms);
		return;
	}
	p->due_ms = p->last_ms + (int64_t)((double)gap_of(c, p) * (1 + SPREAD * chance(p)));
	p->row++;
}

static void on_time(struct crowd *c, struct page *p, int64_t now_ms)
{
	bool lull = now_ms - p->changed_ms >= LULL_MS && now_ms - p->last_ms >= gaps[0];

	if (p->due_ms == 0 || p->path < PATHS || (now_ms < p->due_ms && !lull))
		return;
	if (lull)
		p->row = 0;
	take_turn(c, p, now_ms);
}

static void end_answer(struct crowd *c, struct page *p)
{
	uint64_t us = (uint64_t)(clock_monotonic_us() - p->asked_us);

	if (us > c->slowest)
		c->slowest = us;
	if (p->ask.status == 200)
		c->answers++;
	else if (p->ask.status == 304)
		c->unchanged++;
	else
		c->refused++;
	p->ask.in_body = false;
	if (++p->path < PATHS) {
		ask_next(c, p);
		return;
	}
	if (p->last_ms == 0) {
		p->last_ms = clock_monotonic_ms();
		c->ready++;
	}
	if (p->again) {
		p->again = false;
		on_change(c, p, clock_monotonic_ms());
	}
}

/* --- reading ---------------------------------------------------------------------------------- */

static void take_stream_line(struct crowd *c, struct page *p)
{
	struct link *l = &p->stream;
	const char *line = l->line;

	if (strncmp(line, "event: head", 11) == 0 || strncmp(line, "event: reset", 12) == 0) {
		l->in_body = true; /* its id follows */
	} else if (l->in_body && strncmp(line, "id: ", 4) == 0) {
		uint64_t position = strtoull(line + 4, NULL, 10);

		l->in_body = false;
		c->heads++;
		if (p->position != 0 && position != p->position && p->last_ms != 0)
			on_change(c, p, clock_monotonic_ms());
		p->position = position;
	}
}

static void take_answer_line(struct crowd *c, struct page *p)
{
	struct link *l = &p->ask;

	if (strncmp(l->line, "HTTP/1.1 ", 9) == 0) {
		l->status = atoi(l->line + 9);
		l->body = 0;
	} else if (strncmp(l->line, "Content-Length: ", 16) == 0) {
		l->body = strtoull(l->line + 16, NULL, 10);
	} else if (strncmp(l->line, "ETag: ", 6) == 0) {
		snprintf(p->tags[p->path], TAG_LEN, "%.*s", TAG_LEN - 1, l->line + 6);
	} else if (l->length == 0) {
		l->in_body = l->body > 0;
		if (!l->in_body)
			end_answer(c, p);
	}
}

static void take_line(struct crowd *c, struct link *l)
{
	if (l->length > 0 && l->line[l->length - 1] == '\r')
		l->length--;
	l->line[l->length] = '\0';
	if (l->stream)
		take_stream_line(c, l->page);
	else
		take_answer_line(c, l->page);
	l->length = 0;
}

/* Bytes of a body that are here already. */
static size_t skip_body(struct crowd *c, struct link *l, size_t n)
{
	size_t here = n < l->body ? n : (size_t)l->body;

	l->body -= here;
	if (l->body == 0)
		end_answer(c, l->page);
	return here;
}

static void take_input(struct crowd *c, struct link *l, size_t n)
{
	for (size_t i = 0; i < n;) {
		const char *end;
		size_t part;

		if (!l->stream && l->in_body) {
			i += skip_body(c, l, n - i);
			continue;
		}
		end = memchr(c->input + i, '\n', n - i);
		part = end ? (size_t)(end - c->input) - i : n - i;
		for (size_t k = 0; k < part && l->length < LINE_LEN - 1; k++)
			l->line[l->length++] = c->input[i + k];
		i += part + (end != NULL);
		if (end != NULL)
			take_line(c, l);
	}
}

static void on_readable(struct crowd *c, struct link *l)
{
	ssize_t n = recv(l->fd, c->input, INPUT, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0)
		sender_die("the daemon ended a page's connection");
	c->bytes += (uint64_t)n;
	take_input(c, l, (size_t)n);
}

/* --- life ------------------------------------------------------------------------------------- */

static void join(struct crowd *c, struct page *p)
{
	struct link *links[] = { &p->stream, &p->ask };

	for (size_t i = 0; i < 2; i++) {
		struct epoll_event event = { .events = EPOLLIN, .data.ptr = links[i] };

		links[i]->page = p;
		links[i]->stream = i == 0;
		links[i]->fd = connect_to(c);
		if (epoll_ctl(c->epoll, EPOLL_CTL_ADD, links[i]->fd, &event) != 0)
			sender_die("epoll refuses a page");
	}
	send_text(&p->stream, c->plain ? "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n" :
					 "GET /api/v1/stream?events=head HTTP/1.1\r\n"
					 "Host: localhost\r\n\r\n");
	ask_next(c, p);
}

static uint64_t processor_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void run(struct thread *self, void *arg)
{
	struct crowd *c = arg;
	struct epoll_event events[64];

	thread_ready(self, ERR_OK);
	for (unsigned i = 0; i < c->count; i++)
		join(c, &c->pages[i]);
	while (!c->stop) {
		int n = epoll_wait(c->epoll, events, 64, STEP_MS);
		int64_t now_ms = clock_monotonic_ms();

		for (int i = 0; i < n; i++)
			on_readable(c, events[i].data.ptr);
		for (unsigned i = 0; i < c->count; i++)
			on_time(c, &c->pages[i], now_ms);
		c->processor = processor_us();
	}
}

static void set_paths(struct crowd *c, const char *month_before)
{
	static const char *const paths[] = {
		"/programme", "/targets",	 "/targets?valid_at=%s", "/units",
		"/matrix",    "/series?from=%s", "/slips?limit=1000",	 "/portfolio?limit=1000"
	};

	for (size_t i = 0; i < PATHS; i++) {
		const char *at = strchr(paths[i], '%');
		int fixed = at ? (int)(at - paths[i]) : (int)strlen(paths[i]);

		snprintf(c->paths[i], PATH_LEN, "%.*s%s", fixed, paths[i], at ? month_before : "");
	}
}

struct crowd *crowd_start(const char *http, unsigned pages, const char *month_before, bool plain)
{
	struct crowd *c = calloc(1, sizeof(*c));
	const char *colon = strrchr(http, ':');
	int64_t until = clock_monotonic_ms() + START_MS;

	if (c == NULL || (c->pages = calloc(pages, sizeof(*c->pages))) == NULL || colon == NULL)
		sender_die("no memory for the pages");
	c->count = pages;
	c->plain = plain;
	c->address = (struct sockaddr_in){ .sin_family = AF_INET,
					   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
					   .sin_port = htons((uint16_t)atoi(colon + 1)) };
	set_paths(c, month_before);
	for (unsigned i = 0; i < pages; i++) {
		c->pages[i].random = i * 2654435761u + 1;
		c->pages[i].lang = i % 10 == 9 ? "en" : "zh";
	}
	c->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (c->epoll < 0 || thread_start("pages", run, c, &c->thread) != ERR_OK)
		sender_die("the pages did not start");
	while (c->ready < pages) {
		if (clock_monotonic_ms() > until)
			sender_die("the pages did not get their first answers");
		nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	}
	(void)crowd_look(c);
	return c;
}

struct crowd_figures crowd_look(struct crowd *c)
{
	static const struct crowd_figures none;
	struct crowd_figures f = none;

	f.answers = atomic_exchange(&c->answers, 0);
	f.unchanged = atomic_exchange(&c->unchanged, 0);
	f.bytes = atomic_exchange(&c->bytes, 0);
	f.heads = atomic_exchange(&c->heads, 0);
	f.turns = atomic_exchange(&c->turns, 0);
	f.refused = atomic_exchange(&c->refused, 0);
	f.slowest_us = atomic_exchange(&c->slowest, 0);
	f.processor_us = c->processor;
	return f;
}

void crowd_stop(struct crowd *c)
{
	if (c == NULL)
		return;
	c->stop = true;
	thread_join(c->thread);
	for (unsigned i = 0; i < c->count; i++) {
		close(c->pages[i].stream.fd);
		close(c->pages[i].ask.fd);
	}
	close(c->epoll);
	free(c->pages);
	free(c);
}
