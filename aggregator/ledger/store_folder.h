/* SPDX-License-Identifier: MIT */
/* The folder of a store: its lock, and how a new one comes into being. Knows nothing of LMDB. */
#ifndef LEDGER_STORE_FOLDER_H
#define LEDGER_STORE_FOLDER_H

#include <limits.h>
#include <stdbool.h>

#include "base/err.h"

#define STORE_FOLDER_DATA "data.mdb"

struct store_folder {
	char home[PATH_MAX]; /* the folder, without slashes at its end */
	char path[PATH_MAX]; /* where the environment is now: home, or <home>.new */
	int lock;            /* descriptor of the lock file, or -1 */
	bool fresh;          /* being made: store_folder_publish has to follow */
};

/* Takes the lock of the folder; where there is no store in it yet, and may_make, that of a fresh
 * <folder>.new, cleared of what a killed maker left. The lock goes with the folder when it is
 * renamed: it is the inode that is locked, whatever path leads to it. ERR_BUSY: somebody has it;
 * ERR_NOTFOUND; ERR_EXISTS: there are other things in the folder. */
enum err store_folder_open(const char *folder, bool may_make, struct store_folder *out);
/* Makes the fresh folder durable under its real name. The environment in it must be closed. */
enum err store_folder_publish(struct store_folder *f);
void store_folder_close(struct store_folder *f); /* gives the lock back; may be called again */

#endif
