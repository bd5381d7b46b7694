/* SPDX-License-Identifier: MIT */
/* Between the files of acts. */
#ifndef AGGREGATOR_ACTS_PRIVATE_H
#define AGGREGATOR_ACTS_PRIVATE_H

#include <jansson.h>

#include "aggregator/acts.h"
#include "proto/limits.h"

/* What is wrong and what to do; static, but for those that an act makes. */
struct acts_fault {
	const char *code;
	struct lang_text text;
};
extern const struct acts_fault acts_bad_field;

/* One act while it is checked and done. */
struct acts_call {
	struct aggregator *a;
	const struct entry *entry;
	json_t *body;   /* as it is stored */
	json_t *answer; /* being filled */
	const struct acts_fault *fault; /* why not */
	const char *field;              /* which field of the body, or NULL */
	bool live;                      /* being done now; false: a replay */
	struct acts_fault made;         /* words that were made for this act, in the next two */
	char made_zh[400], made_en[400];
};

/* Notes why not, and gives e back. Nothing was changed so far, and must not be from there on. */
enum err acts_fail(struct acts_call *x, enum err e, const struct acts_fault *fault,
		   const char *field);

/* The same with words that were made for this act; they are copied, and may be gone afterwards. */
enum err acts_fail_words(struct acts_call *x, enum err e, const char *code, struct lang_text text,
			 const char *field);

/* The field is missing or of another form than this one: "a day such as 2022-06-30". */
enum err acts_fail_form(struct acts_call *x, struct lang_text form, const char *field);

/* Fields. ERR_INVALID, and noted, where they are missing or of another form. */
enum err acts_text(struct acts_call *x, const char *field, size_t max, const char **out);
enum err acts_number(struct acts_call *x, const char *field, int64_t from, int64_t to,
		     int64_t *out);
enum err acts_hex32(struct acts_call *x, const char *field, uint8_t out[32]);
enum err acts_unit(struct acts_call *x, const char *field, uint16_t *out);
enum err acts_day(struct acts_call *x, const char *field, int32_t *out);
/* Of acts about months (acts_reports.c). */
bool acts_has(const struct acts_call *x, const char *field); /* and it is not null */
enum err acts_period(struct acts_call *x, int32_t *out);     /* "period", a month of the programme */
enum err acts_measure(struct acts_call *x, const char *field, uint16_t *out);
enum err acts_item(struct acts_call *x, const char *field, uint16_t *out); /* index into items */
/* "unit"; CATALOGUE_NONE where it is absent or "all". */
enum err acts_unit_or_all(struct acts_call *x, uint16_t *out);
/* A report came for the cell and the period. */
enum err acts_was_reported(struct acts_call *x, uint16_t measure, uint16_t unit, int32_t period,
			   bool *out);

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
enum err acts_reports_confirm(struct acts_call *x);
enum err acts_reports_verify(struct acts_call *x);
enum err acts_reports_return(struct acts_call *x);
enum err acts_objections_object(struct acts_call *x);
enum err acts_objections_answer(struct acts_call *x);
enum err acts_objections_extend(struct acts_call *x);
enum err acts_months_publish(struct acts_call *x);
enum err acts_plans_set(struct acts_call *x);
enum err acts_year_close(struct acts_call *x);
enum err acts_year_audit(struct acts_call *x);
enum err acts_year_withdraw(struct acts_call *x);
/* Acts that would move a figure or a plan: none of them after the close. */
bool acts_year_bars(const char *name);
enum err acts_year_barred(struct acts_call *x);
enum err acts_quotas_set(struct acts_call *x);
enum err acts_slips_issue(struct acts_call *x);
enum err acts_slips_discard(struct acts_call *x);
enum err acts_slips_sign(struct acts_call *x);
enum err acts_slips_reply(struct acts_call *x);
enum err acts_slips_verify(struct acts_call *x);
enum err acts_slips_close(struct acts_call *x);
enum err acts_slips_extend(struct acts_call *x);
enum err acts_slips_reopen(struct acts_call *x);

/* A bulletin's text and signature (acts_bulletin.c): forms, and what the numbers themselves say. */
enum err acts_bulletin_edit(struct acts_call *x);
enum err acts_bulletin_sign(struct acts_call *x);
/* The month is being published: what its bulletin says becomes part of the act. digest: of it, 64 hex
 * digits; "" in a replay of an act that had none. */
enum err acts_bulletin_publish(struct acts_call *x, int32_t period,
			       char digest[2 * CRYPTO_HASH_LEN + 1]);
enum err acts_imports_rows(struct acts_call *x);

/* Acts about records of the office, which their forms name. */
bool acts_is_record(const char *name);
enum err acts_records(struct acts_call *x);
enum err acts_objects_check(struct acts_call *x);
/* Who may sign in and who has a link, noted (acts_access.c). */
enum err acts_access_user(struct acts_call *x);
enum err acts_access_link(struct acts_call *x);
enum err acts_flags_explain(struct acts_call *x);
enum err acts_flags_dismiss(struct acts_call *x);
enum err acts_flags_confirm(struct acts_call *x);
enum err acts_flags_result(struct acts_call *x); /* of a sampled figure */

#endif
