/* SPDX-License-Identifier: MIT */
/* The log: one line an event, to standard error; readable text on a terminal, "level component
 * message" with a priority prefix <n> for the journal elsewhere. Control characters of foreign
 * text are escaped. The sink is the project's one mutable global. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdarg.h>
#include <stdbool.h>

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_set_level(enum log_level level); /* default LOG_INFO; any thread */
/* "error", "warn", "info", "debug"; false where it is none of them. */
bool log_level_parse(const char *name, enum log_level *out);
/* A test may take the lines: fn gets the finished line without newline. NULL restores stderr. */
void log_set_sink(void (*fn)(enum log_level, const char *line, void *ctx), void *ctx);

/* component: a short word such as "bus". Any thread; a line is written by one write call. */
void log_write(enum log_level level, const char *component, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* At most burst lines in each window of 60 s a struct; what was kept back is counted, and told
 * with the next line that passes. Zero-initialise. Any thread. */
struct log_limit {
	_Atomic long long window;
	_Atomic unsigned used;
	_Atomic unsigned held_back;
};
void log_limited(struct log_limit *limit, unsigned burst, enum log_level level,
		 const char *component, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

#endif
