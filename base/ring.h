/* SPDX-License-Identifier: MIT */
/* A bounded queue of pointers between threads, with a descriptor that is readable while it holds
 * something (an eventfd, level-triggered). Never blocks: a full ring says so to the producer. */
#ifndef BASE_RING_H
#define BASE_RING_H

#include <stddef.h>

#include "base/err.h"

struct ring;

enum err ring_new(size_t capacity, struct ring **out);
/* Frees the ring, not what it still holds: empty it first. Accepts NULL. */
void ring_free(struct ring *r);
/* Any thread. The item belongs to the ring from then on: *item becomes NULL. ERR_FULL: nothing
 * happened, and *item is still the caller's. */
enum err ring_push(struct ring *r, void **item);
/* Any thread. NULL where the ring is empty. The item belongs to the caller. */
void *ring_pop(struct ring *r);
/* Readable while the ring is not empty. Watch it, never read it. */
int ring_fd(const struct ring *r);
size_t ring_length(struct ring *r);

#endif
