/* SPDX-License-Identifier: MIT */
/* The way of notices from the pipeline to the main thread: a bounded ring. What does not fit
 * becomes one reset notice, told as soon as there is room. */
#ifndef DAEMON_NOTICES_H
#define DAEMON_NOTICES_H

#include "daemon/metrics.h"
#include "daemon/pipeline.h"

struct notices;

enum err notices_new(struct metrics *metrics, size_t capacity, struct notices **out);
void notices_free(struct notices *n); /* with what it still holds; accepts NULL */

/* Copies the notice, strings and all. Never fails for its caller: at the worst the reader is told
 * to take a snapshot. Pipeline thread. */
void notices_push(struct notices *n, const struct pipeline_notice *notice);
/* The reader has to take a snapshot, whatever comes next. Pipeline thread. */
void notices_lose(struct notices *n);
/* Now and then: tells a reset that is still due. Pipeline thread. */
void notices_retry(struct notices *n, const struct aggregator_head *head);

int notices_fd(const struct notices *n);
struct pipeline_notice *notices_pop(struct notices *n); /* main thread */

#endif
