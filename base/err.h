/* SPDX-License-Identifier: MIT */
/* Errors as values: one enum for the whole project. Codes of errno, LMDB, ZeroMQ, libyaml and
 * the like are mapped to it in the one file that includes that library. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err {
	ERR_OK = 0,
	ERR_NOMEM,    /* an allocation failed or a memory budget is used up */
	ERR_INVALID,  /* the input breaks a rule of its format */
	ERR_RANGE,    /* a number does not fit, or an overflow */
	ERR_NOTFOUND, /* no such thing */
	ERR_EXISTS,   /* it is there already */
	ERR_DENIED,   /* no right to do that, or file permissions too wide */
	ERR_FULL,     /* a bound is reached: ring, map, disk, quota */
	ERR_AGAIN,    /* not now; the same call may work later */
	ERR_BUSY,     /* somebody else holds it */
	ERR_TIMEOUT,  /* the deadline passed */
	ERR_CLOSED,   /* the other side, or this object, is closed */
	ERR_IO,	      /* a system call failed; errno was logged */
	ERR_CORRUPT,  /* stored data is damaged */
	ERR_VERSION,  /* made by a version that this program does not know */
	ERR_STATE,    /* the call is not allowed in this state */
	ERR_FATAL,    /* the object can't go on: close it, and heal at the next start */
	ERR_COUNT
};

/* A short stable English name, such as "not-found". Never NULL. */
const char *err_name(enum err e);

/* Maps an errno value. Unknown ones become ERR_IO. */
enum err err_from_errno(int number);

#endif
