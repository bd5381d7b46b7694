/* SPDX-License-Identifier: MIT */
/* Hashing passwords takes a tenth of a second on purpose: a thread of its own does it, one after
 * the other, from a bounded queue. All calls from the main thread. */
#ifndef DAEMON_PASSWORDS_H
#define DAEMON_PASSWORDS_H

#include "base/crypto.h"
#include "base/err.h"
#include "serve/loop.h"

#define PASSWORDS_MIN 10   /* characters of a new one */
#define PASSWORDS_MAX 1000 /* bytes */

struct passwords;

enum err passwords_new(struct loop *l, struct passwords **out);
/* Tells what still waits ERR_CLOSED. Accepts NULL. */
void passwords_free(struct passwords *p);

/* Called on the main loop. e of a check: ERR_OK or ERR_DENIED; hash: the new one, or what it was
 * compared with. ERR_CLOSED: the daemon ends. */
typedef void passwords_done(void *ctx, enum err e, const char *hash);

/* Compares with a hash; NULL takes as long, and fits nothing. ERR_FULL: too many wait; done is not
 * called then. The password is copied, and wiped when it was used. */
enum err passwords_check(struct passwords *p, const char *hash, const char *password,
			 passwords_done *done, void *ctx);
enum err passwords_make(struct passwords *p, const char *password, passwords_done *done, void *ctx);

#endif
