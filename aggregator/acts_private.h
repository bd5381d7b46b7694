/* SPDX-License-Identifier: MIT */
/* Between the files of acts. */
#ifndef AGGREGATOR_ACTS_PRIVATE_H
#define AGGREGATOR_ACTS_PRIVATE_H

#include <jansson.h>

#include "aggregator/acts.h"
#include "proto/limits.h"

/* One act while it is checked and done. */
struct acts_call {
	struct aggregator *a;
	const struct entry *entry;
	json_t *body;   /* as it is stored */
	json_t *answer; /* being filled */
	const struct acts_fault *fault; /* why not */
	const char *field;              /* which field of the body, or NULL */
};

/* Static: what is wrong and what to do. */
struct acts_fault {
	const char *code;
	struct lang_text text;
};
extern const struct acts_fault acts_bad_field;

/* Notes why not, and gives e back. Nothing was changed so far, and must not be from there on. */
enum err acts_fail(struct acts_call *x, enum err e, const struct acts_fault *fault,
		   const char *field);

/* Fields. ERR_INVALID, and noted, where they are missing or of another form. */
enum err acts_text(struct acts_call *x, const char *field, size_t max, const char **out);
enum err acts_number(struct acts_call *x, const char *field, int64_t from, int64_t to,
		     int64_t *out);
enum err acts_hex32(struct acts_call *x, const char *field, uint8_t out[32]);
enum err acts_unit(struct acts_call *x, const char *field, uint16_t *out);
enum err acts_day(struct acts_call *x, const char *field, int32_t *out);

/* The acts: check everything, then change the state. */
enum err acts_keys_invite(struct acts_call *x);
enum err acts_keys_enrol(struct acts_call *x);
enum err acts_keys_add(struct acts_call *x);
enum err acts_keys_approve(struct acts_call *x);
enum err acts_keys_revoke(struct acts_call *x);
enum err acts_keys_delegate(struct acts_call *x);
enum err acts_holds_release(struct acts_call *x);
enum err acts_holds_reject(struct acts_call *x);
enum err acts_alerts_ack(struct acts_call *x);
enum err acts_alerts_assign(struct acts_call *x);
enum err acts_alerts_comment(struct acts_call *x);
enum err acts_alerts_silence(struct acts_call *x);
enum err acts_alerts_unsilence(struct acts_call *x);

#endif
