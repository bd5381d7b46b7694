/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define TEXT_MAX 2000 /* of one message; longer ones are cut */
#define WINDOW_MS 60000

typedef void (*sink_fn)(enum log_level, const char *line, void *ctx);

static _Atomic int threshold = LOG_INFO;
static _Atomic(sink_fn) sink;
static void *_Atomic sink_ctx;

static const struct {
	const char *name;
	int priority; /* of syslog, as the journal reads it */
} levels[] = {
	[LOG_ERROR] = { "error", 3 },
	[LOG_WARN] = { "warn", 4 },
	[LOG_INFO] = { "info", 6 },
	[LOG_DEBUG] = { "debug", 7 },
};

#define LEVELS (sizeof(levels) / sizeof(levels[0]))

void log_set_level(enum log_level level)
{
	atomic_store(&threshold, (int)level);
}

bool log_level_parse(const char *name, enum log_level *out)
{
	for (size_t i = 0; i < LEVELS; i++) {
		if (strcmp(name, levels[i].name) == 0) {
			*out = (enum log_level)i;
			return true;
		}
	}
	return false;
}

void log_set_sink(void (*fn)(enum log_level, const char *line, void *ctx), void *ctx)
{
	atomic_store(&sink, NULL);
	atomic_store(&sink_ctx, ctx);
	atomic_store(&sink, fn);
}

/* A control character of ASCII, or the first byte of one of U+0080 .. U+009F. */
static bool is_control(const char *p)
{
	unsigned char c = (unsigned char)p[0], next = c ? (unsigned char)p[1] : 0;

	return c < 0x20 || c == 0x7F || (c == 0xC2 && next >= 0x80 && next <= 0x9F);
}

/* Copies text with its control characters written as \n, \t or \x1b. out has room for four
 * characters for each one. */
static size_t escape(const char *text, char *out)
{
	char *at = out;

	for (; *text; text++) {
		if (!is_control(text))
			*at++ = *text;
		else if (*text == '\n' || *text == '\t')
			*at++ = '\\', *at++ = *text == '\n' ? 'n' : 't';
		else
			at += sprintf(at, "\\x%02x", (unsigned)(unsigned char)*text);
	}
	*at = '\0';
	return (size_t)(at - out);
}

/* What stands before the message: the time for a person, the priority for the journal. */
static size_t put_prefix(enum log_level level, bool person, char *out, size_t cap)
{
	time_t now;
	struct tm t;
	int n;

	if (!person) {
		n = snprintf(out, cap, "<%d>%s ", levels[level].priority, levels[level].name);
	} else {
		now = time(NULL);
		if (!localtime_r(&now, &t))
			t = (struct tm){ 0 };
		n = snprintf(out, cap, "%02d:%02d:%02d %-5s ", t.tm_hour, t.tm_min, t.tm_sec,
			     levels[level].name);
	}
	return (size_t)n;
}

static void emit(enum log_level level, const char *component, const char *text)
{
	char line[64 + 64 + 4 * TEXT_MAX + 2];
	sink_fn fn = atomic_load(&sink);
	size_t len = fn ? 0 : put_prefix(level, isatty(STDERR_FILENO), line, 64);
	ssize_t written;

	len += (size_t)snprintf(line + len, 64, "%.40s ", component);
	len += escape(text, line + len);
	if (fn) {
		fn(level, line, atomic_load(&sink_ctx));
		return;
	}
	line[len++] = '\n';
	do
		written = write(STDERR_FILENO, line, len);
	while (written < 0 && errno == EINTR);
}

static bool wanted(enum log_level level)
{
	return (int)level <= atomic_load_explicit(&threshold, memory_order_relaxed);
}

void log_write(enum log_level level, const char *component, const char *format, ...)
{
	int saved = errno;
	char text[TEXT_MAX];
	va_list args;

	if (!wanted(level))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	emit(level, component, text);
	errno = saved;
}

/* True where this line may pass; *held is then how many did not before it. */
static bool take_turn(struct log_limit *limit, unsigned burst, unsigned *held)
{
	long long now = clock_monotonic_ms() + 1; /* 0 is the fresh struct */
	long long began = atomic_load(&limit->window);

	if ((began == 0 || now - began >= WINDOW_MS) &&
	    atomic_compare_exchange_strong(&limit->window, &began, now))
		atomic_store(&limit->used, 0);
	if (atomic_fetch_add(&limit->used, 1) >= burst) {
		atomic_fetch_add(&limit->held_back, 1);
		return false;
	}
	*held = atomic_exchange(&limit->held_back, 0);
	return true;
}

void log_limited(struct log_limit *limit, unsigned burst, enum log_level level,
		 const char *component, const char *format, ...)
{
	int saved = errno;
	char text[TEXT_MAX];
	unsigned held;
	va_list args;
	size_t len;

	if (!wanted(level) || !take_turn(limit, burst, &held))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text) - 64, format, args);
	va_end(args);
	len = strlen(text);
	if (held)
		snprintf(text + len, sizeof(text) - len, " (%u such lines held back)", held);
	emit(level, component, text);
	errno = saved;
}
