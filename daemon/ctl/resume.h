/* SPDX-License-Identifier: MIT */
/* Where a subscriber stopped: a small file, replaced whole and durably each time, so that the next
 * run goes on behind what this one has passed on, however either of them ended. */
#ifndef DAEMON_CTL_RESUME_H
#define DAEMON_CTL_RESUME_H

#include "daemon/ctl/ctl.h"

#define RESUME_PROGRAMME 64

struct resume {
	const char *path;                 /* NULL: nothing is kept */
	const char *what;                 /* what is numbered: "alerts" or "totals" */
	char programme[RESUME_PROGRAMME]; /* whose numbers they are */
	bool known;                       /* there is a last one */
	uint64_t seen;                    /* it; 0: none so far */
};

/* Reads the file of --resume, where that option is given; an absent one is made later. what: static.
 * CTL_OK; else the user was told why: the file is no such file, or of other numbers. */
int resume_open(struct ctl *c, const char *what, struct resume *out);
/* From now on number is the last one seen. False: it could not be written, and the user was told. */
bool resume_keep(const struct ctl *c, struct resume *r, uint64_t number);

#endif
