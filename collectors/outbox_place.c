/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/crypto.h"
#include "base/fs.h"
#include "collectors/outbox_impl.h"

#define MACHINE_MAX 256

static enum err look_at(const char *folder, struct statx *out)
{
	struct buf path = { 0 };
	enum err e;

	buf_printf(&path, "%s/outbox/data.mdb", folder);
	e = buf_error(&path);
	if (!e && statx(AT_FDCWD, buf_cstring(&path), 0, STATX_INO | STATX_BTIME, out) != 0)
		e = err_from_errno(errno);
	buf_free(&path);
	return e;
}

enum err outbox_place(const char *folder, uint8_t out[16])
{
	uint8_t digest[CRYPTO_HASH_LEN];
	struct buf text = { 0 };
	struct statx x;
	enum err e = look_at(folder, &x);

	if (e)
		return e;
	(void)fs_read("/etc/machine-id", MACHINE_MAX, &text); /* not every system has one */
	buf_printf(&text, " %llu", (unsigned long long)x.stx_ino);
	if (x.stx_mask & STATX_BTIME)
		buf_printf(&text, " %lld.%u", (long long)x.stx_btime.tv_sec, x.stx_btime.tv_nsec);
	crypto_digest(buf_bytes(&text), digest);
	memcpy(out, digest, 16);
	e = buf_error(&text);
	buf_free(&text);
	return e;
}
