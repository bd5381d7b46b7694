/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include <errno.h>
#include <stddef.h>

static const char *const names[ERR_COUNT] = {
	[ERR_OK] = "ok",
	[ERR_NOMEM] = "no-memory",
	[ERR_INVALID] = "invalid",
	[ERR_RANGE] = "out-of-range",
	[ERR_NOTFOUND] = "not-found",
	[ERR_EXISTS] = "exists",
	[ERR_DENIED] = "denied",
	[ERR_FULL] = "full",
	[ERR_AGAIN] = "try-again",
	[ERR_BUSY] = "busy",
	[ERR_TIMEOUT] = "timed-out",
	[ERR_CLOSED] = "closed",
	[ERR_IO] = "io-error",
	[ERR_CORRUPT] = "corrupt",
	[ERR_VERSION] = "unknown-version",
	[ERR_STATE] = "wrong-state",
	[ERR_FATAL] = "fatal",
};

const char *err_name(enum err e)
{
	unsigned i = (unsigned)e;

	return i < ERR_COUNT ? names[i] : "unknown";
}

static const struct {
	int number;
	enum err e;
} from_errno[] = {
	{ 0, ERR_OK },
	{ ENOMEM, ERR_NOMEM },
	{ EINVAL, ERR_INVALID },
	{ EISDIR, ERR_INVALID },
	{ ENOTDIR, ERR_INVALID },
	{ ENAMETOOLONG, ERR_INVALID },
	{ ERANGE, ERR_RANGE },
	{ EOVERFLOW, ERR_RANGE },
	{ ENOENT, ERR_NOTFOUND },
	{ ESRCH, ERR_NOTFOUND },
	{ EEXIST, ERR_EXISTS },
	{ ENOTEMPTY, ERR_EXISTS },
	{ EADDRINUSE, ERR_EXISTS },
	{ EACCES, ERR_DENIED },
	{ EPERM, ERR_DENIED },
	{ EROFS, ERR_DENIED },
	{ ELOOP, ERR_DENIED },
	{ ENOSPC, ERR_FULL },
	{ EDQUOT, ERR_FULL },
	{ EFBIG, ERR_FULL },
	{ EMFILE, ERR_FULL },
	{ ENFILE, ERR_FULL },
	{ EAGAIN, ERR_AGAIN },
	{ EINTR, ERR_AGAIN },
	{ EBUSY, ERR_BUSY },
	{ ETXTBSY, ERR_BUSY },
	{ ETIMEDOUT, ERR_TIMEOUT },
	{ EPIPE, ERR_CLOSED },
	{ ECONNRESET, ERR_CLOSED },
	{ ENOTCONN, ERR_CLOSED },
};

enum err err_from_errno(int number)
{
	for (size_t i = 0; i < sizeof(from_errno) / sizeof(from_errno[0]); i++)
		if (from_errno[i].number == number)
			return from_errno[i].e;
	return ERR_IO;
}
