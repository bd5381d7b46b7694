/* SPDX-License-Identifier: MIT */
#include "base/ring.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/thread.h"

struct ring {
	struct mutex *mutex; /* protects all below but fd */
	size_t capacity;
	size_t first;
	size_t length;
	int fd; /* counts 1 while the ring holds something, 0 while it is empty */
	void *items[];
};

enum err ring_new(size_t capacity, struct ring **out)
{
	size_t size;
	struct ring *r;
	enum err e;

	if (capacity == 0 || __builtin_mul_overflow(capacity, sizeof(void *), &size) ||
	    __builtin_add_overflow(size, sizeof(*r), &size))
		return ERR_INVALID;
	r = calloc(1, size);
	if (!r)
		return ERR_NOMEM;
	r->capacity = capacity;
	r->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	e = r->fd < 0 ? err_from_errno(errno) : mutex_new(&r->mutex);
	if (e != ERR_OK) {
		ring_free(r);
		return e;
	}
	*out = r;
	return ERR_OK;
}

void ring_free(struct ring *r)
{
	if (!r)
		return;
	mutex_free(r->mutex);
	if (r->fd >= 0)
		close(r->fd);
	free(r);
}

/* The counter is 0 or 1 and changed under the lock alone: neither call can block or fail. */
static void set_readable(struct ring *r, int readable)
{
	uint64_t one = 1;
	ssize_t n = readable ? write(r->fd, &one, sizeof(one)) : read(r->fd, &one, sizeof(one));

	if (n != sizeof(one))
		abort();
}

enum err ring_push(struct ring *r, void **item)
{
	enum err e = ERR_FULL;

	mutex_lock(r->mutex);
	if (r->length < r->capacity) {
		r->items[(r->first + r->length) % r->capacity] = *item;
		*item = NULL;
		if (r->length++ == 0)
			set_readable(r, 1);
		e = ERR_OK;
	}
	mutex_unlock(r->mutex);
	return e;
}

void *ring_pop(struct ring *r)
{
	void *item = NULL;

	mutex_lock(r->mutex);
	if (r->length > 0) {
		item = r->items[r->first];
		r->first = (r->first + 1) % r->capacity;
		if (--r->length == 0)
			set_readable(r, 0);
	}
	mutex_unlock(r->mutex);
	return item;
}

int ring_fd(const struct ring *r)
{
	return r->fd;
}

size_t ring_length(struct ring *r)
{
	size_t length;

	mutex_lock(r->mutex);
	length = r->length;
	mutex_unlock(r->mutex);
	return length;
}
