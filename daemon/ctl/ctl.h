/* SPDX-License-Identifier: MIT */
/* minshengctl: what the office and the operator type. A table of commands, noun and verb; each
 * talks to the daemon over its Unix socket. */
#ifndef DAEMON_CTL_CTL_H
#define DAEMON_CTL_CTL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/lang.h"
#include "serve/control.h"

enum ctl_exit { CTL_OK = 0, CTL_FAILED = 1, CTL_USAGE = 2, CTL_CONFIG = 78 };

#define CTL_OPTIONS 14
#define CTL_ARGS 16

#define MUST "!"
#define CTL_SOCKET "/run/minsheng/ctl.sock"

struct ctl_option {
	const char *name;  /* without the dashes; NULL ends the list */
	const char *value; /* its placeholder, behind MUST where it has to be given; NULL: a flag */
};

struct ctl;

struct ctl_command {
	const char *noun, *verb; /* verb "" for a noun alone */
	const char *arguments;	 /* for the help, "UNIT [KEY]" */
	int min, max;		 /* how many */
	struct ctl_option options[CTL_OPTIONS + 1];
	int (*run)(struct ctl *c);
	struct lang_text summary;
	const char *examples; /* lines, each with a newline */
};
extern const struct ctl_command ctl_commands[];
extern const size_t ctl_command_count;

/* One call of the program. */
struct ctl {
	const struct ctl_command *command;
	struct ctl_command made; /* a command whose options come from a form */
	enum lang lang;
	bool json;
	bool help, version;
	const char *socket;
	const char *arguments[CTL_ARGS];
	int count;
	const char *values[CTL_OPTIONS]; /* by place in command->options; "" for a flag */
	struct control *control;
	char *kept[CTL_ARGS + CTL_OPTIONS]; /* words in another form than they were typed */
	size_t kept_count;
};

/* Reads the words and runs the command. */
int ctl_run(int argc, char **argv);

/* The value of an option of the command; "" for a flag that is set; NULL where it is absent. */
const char *ctl_option(const struct ctl *c, const char *name);
void ctl_usage(const struct ctl *c, FILE *to); /* of its command */
void ctl_overview(enum lang lang, FILE *to);
/* All of them, those about records behind the others; NULL: there are no more. */
const struct ctl_command *ctl_command_at(size_t i);
/* Prints a noun's commands (to: NULL to print nothing). False: there is no such noun. */
bool ctl_noun_help(enum lang lang, const char *noun, FILE *to);
/* Names of commands that are like the words; "" where none is. */
void ctl_nearest(const struct ctl *c, const char *words, char *out, size_t cap);

/* A day or month as people write it, as the API has it: 2022/6/30, 2022.6.30, 2022年6月30日, 2022-6.
 * Another text is given back as it is. */
#define CTL_DAY 16
const char *ctl_day(const char *text, char out[CTL_DAY]);
/* So for all words of the call that are days or months. False: no memory. */
bool ctl_days(struct ctl *c);

/* --- talking ---------------------------------------------------------------------------------- */
/* The answer's JSON, the caller's; NULL: it failed, and the user was told. */
json_t *ctl_get(struct ctl *c, const char *path);
/* The same for /api/v1/<list>/<id><rest>; the id is whatever the user typed, rest may be "". */
json_t *ctl_get_one(struct ctl *c, const char *list, const char *id, const char *rest);
/* An act of this kind; fields: its other members, taken over (NULL: no memory). Gives it an id and
 * the reason of --why. */
json_t *ctl_act(struct ctl *c, const char *act, json_t *fields);
json_t *ctl_post(struct ctl *c, const char *path, json_t *body, int64_t timeout_ms);
/* GET path of the list, with a query of the given options that are set (names of options with
 * dashes are parameters with underscores), page after page; the list of that name. */
json_t *ctl_list(struct ctl *c, const char *path, const char *list, const char *const *options,
		 size_t max);

/* As ctl_list, but the newest page: the last max of the list, which is one by ledger position, of
 * those that keep (NULL: all of them) says true of. */
typedef bool ctl_keep(const struct ctl *c, const json_t *one);
json_t *ctl_newest(struct ctl *c, const char *path, const char *list, const char *const *options,
		   size_t max, ctl_keep *keep);
/* A field of the API as the command's option, "--until" for until; the field where it has none. */
const char *ctl_field(const struct ctl *c, const char *field, char out[64]);
/* A sentence of the API with what is typed here in it, the caller's; NULL: no memory. */
char *ctl_typed(const char *text);
/* Text as part of an address. */
void ctl_put_encoded(struct buf *out, const char *text);
/* The whole number of an option, 1 .. most; otherwise where it is absent. false: it is none, and
 * the user was told. */
bool ctl_count(const struct ctl *c, const char *name, size_t otherwise, size_t most, size_t *out);

/* "a,b" as a list, the caller's; NULL: no memory. */
json_t *ctl_items(const char *text);

/* GET without a word to the user: NULL where it failed. Connects where there is no connection. */
json_t *ctl_get_quietly(struct ctl *c, const char *path);

/* --- saying ----------------------------------------------------------------------------------- */
/* With --json: prints the answer and returns true. */
bool ctl_printed(const struct ctl *c, const json_t *answer);
/* To standard error, behind the program's name. Returns status. */
int ctl_complain(const struct ctl *c, int status, struct lang_text text, const char *what);
int ctl_no_file(const struct ctl *c, const char *path); /* Returns the status. */
/* Asks for a path of the API and keeps the answer as a file; says how large it is, or what was wrong.
 * Returns the status. */
int ctl_save(struct ctl *c, const char *path, const char *file);
/* Says how large a file is that was written. Returns the status. */
int ctl_tell_saved(const struct ctl *c, const char *file, size_t bytes);
/* printf in the user's language. */
void ctl_say(const struct ctl *c, FILE *to, const char *zh, const char *en, ...)
	__attribute__((format(printf, 3, 5), format(printf, 4, 5)));
/* "zh" or "en" of {"zh": .., "en": ..}; never NULL. */
const char *ctl_words(const struct ctl *c, const json_t *object, const char *key);
/* A string member; "" for null. */
const char *ctl_string(const json_t *object, const char *key);
long long ctl_number(const json_t *object, const char *key);
/* A time as people read it: "2022-12-31 09:00", in the programme's time zone; "" for null. */
#define CTL_TIME 20
const char *ctl_time(const json_t *object, const char *key, char out[CTL_TIME]);
/* A light by its icon and word. */
const char *ctl_light(const struct ctl *c, const char *light);
/* What the API calls by an English word (states, roles, verdicts, kinds ...), in the user's
 * language; the word itself where there is no other. */
const char *ctl_word(const struct ctl *c, const char *word);
/* What the API calls a member ("as_of"), or a plan's shape; the name itself where there is no other. */
const char *ctl_label(const struct ctl *c, const char *name);
void ctl_put_label(const struct ctl *c, const char *name, int width); /* width: of columns */
/* Who did what, of an entry that has no rows; never NULL. */
#define CTL_DEED 256
const char *ctl_deed(const struct ctl *c, const json_t *event, char out[CTL_DEED]);
/* A number as people write it: "60" for "60.0000". */
#define CTL_PLAIN 64
const char *ctl_plain(const char *number, char out[CTL_PLAIN]);
/* A member that is a value of a target of this kind: "60 %" of a milestone; "" for null. */
const char *ctl_value(const json_t *object, const char *key, const char *kind,
		      char out[CTL_PLAIN]);
/* A rate with the numbers that it is made of: "94.5 % (520/550)"; what is no rate as ctl_value. */
#define CTL_RATE 160
const char *ctl_rate(const json_t *object, const char *key, const char *numerator,
		     const char *denominator, const char *kind, char out[CTL_RATE]);
/* What the answer to an act warns of, a line each. */
void ctl_warn(const struct ctl *c, const json_t *answer);
static inline const char *ctl_pick(const struct ctl *c, const char *zh, const char *en)
{
	return c->lang == LANG_ZH ? zh : en;
}

/* A proof with the members of the daemon's answer, the caller's; and as people read it (ledger.c). */
struct aggregator_proof;
json_t *ctl_proof(enum err e, const struct aggregator_proof *p);
void ctl_print_proof(const struct ctl *c, const json_t *p);

/* --- commands --------------------------------------------------------------------------------- */
int ctl_status(struct ctl *c);		/* status.c */
int ctl_catalogue_check(struct ctl *c); /* catalogue.c */
int ctl_catalogue_show(struct ctl *c);
int ctl_target_list(struct ctl *c); /* target.c */
int ctl_target_show(struct ctl *c);
void ctl_print_pace(const struct ctl *c, const json_t *pace); /* pace.c */
int ctl_reconcile(struct ctl *c);			       /* reconcile.c */
int ctl_report_list(struct ctl *c);			       /* report.c */
int ctl_report_confirm(struct ctl *c);
int ctl_report_verify(struct ctl *c);
int ctl_report_return(struct ctl *c);
int ctl_report_object(struct ctl *c);
int ctl_report_answer(struct ctl *c);
int ctl_report_extend(struct ctl *c);
int ctl_month_list(struct ctl *c); /* month.c */
int ctl_month_show(struct ctl *c);
int ctl_publish(struct ctl *c);
int ctl_bulletin_show(struct ctl *c); /* bulletin.c */
int ctl_bulletin_draft(struct ctl *c);
int ctl_bulletin_check(struct ctl *c);
int ctl_bulletin_edit(struct ctl *c);
int ctl_bulletin_reset(struct ctl *c);
int ctl_bulletin_sign(struct ctl *c);
int ctl_bulletin_publish(struct ctl *c);
int ctl_bulletin_diff(struct ctl *c);
int ctl_bulletin_save(struct ctl *c);
int ctl_lights_preview(struct ctl *c);			       /* lights.c */
int ctl_lights_list(struct ctl *c);
int ctl_plan_show(struct ctl *c); /* plan.c */
int ctl_plan_set(struct ctl *c);
int ctl_quota_show(struct ctl *c);
int ctl_quota_set(struct ctl *c);
int ctl_watch_alerts(struct ctl *c);			       /* watch.c */
int ctl_watch_totals(struct ctl *c);
int ctl_unit_list(struct ctl *c); /* unit.c */
int ctl_unit_invite(struct ctl *c);
int ctl_unit_keys(struct ctl *c); /* key.c */
int ctl_key_list(struct ctl *c);
int ctl_key_approve(struct ctl *c);
int ctl_key_revoke(struct ctl *c);
int ctl_key_add(struct ctl *c);
int ctl_delegate(struct ctl *c);
int ctl_hold_list(struct ctl *c); /* event.c */
int ctl_hold_release(struct ctl *c);
int ctl_hold_reject(struct ctl *c);
int ctl_event_list(struct ctl *c);
int ctl_event_show(struct ctl *c);
int ctl_object_list(struct ctl *c); /* object.c */
int ctl_object_missing(struct ctl *c);
int ctl_object_double(struct ctl *c);
int ctl_object_show(struct ctl *c);
int ctl_object_check(struct ctl *c);
int ctl_flag_list(struct ctl *c); /* flag.c */
int ctl_flag_show(struct ctl *c);
int ctl_flag_explain(struct ctl *c);
int ctl_flag_dismiss(struct ctl *c);
int ctl_flag_confirm(struct ctl *c);
int ctl_sample_show(struct ctl *c);
int ctl_sample_result(struct ctl *c);
int ctl_alert_list(struct ctl *c); /* alert.c */
int ctl_alert_log(struct ctl *c);
int ctl_alert_show(struct ctl *c);
int ctl_alert_ack(struct ctl *c);
int ctl_alert_assign(struct ctl *c);
int ctl_alert_comment(struct ctl *c);
int ctl_alert_silence(struct ctl *c);
int ctl_alert_unsilence(struct ctl *c);
int ctl_alert_trace(struct ctl *c); /* trace.c */
int ctl_slip_list(struct ctl *c);   /* slip.c */
int ctl_slip_show(struct ctl *c);
int ctl_slip_issue(struct ctl *c);
int ctl_slip_discard(struct ctl *c);
int ctl_slip_sign(struct ctl *c);
int ctl_slip_reply(struct ctl *c);
int ctl_slip_verify(struct ctl *c);
int ctl_slip_close(struct ctl *c);
int ctl_slip_extend(struct ctl *c);
int ctl_slip_reopen(struct ctl *c);
int ctl_slip_paper(struct ctl *c); /* paper.c */
int ctl_pack_save(struct ctl *c);
int ctl_export_ledger_sheet(struct ctl *c);
int ctl_export_events(struct ctl *c);
int ctl_export_series(struct ctl *c);
int ctl_notify_list(struct ctl *c); /* notify.c */
int ctl_notify_test(struct ctl *c);
int ctl_notify_log(struct ctl *c);
int ctl_notify_retry(struct ctl *c);
int ctl_ledger_verify(struct ctl *c); /* ledger.c */
int ctl_year_show(struct ctl *c); /* year.c */
int ctl_year_close(struct ctl *c);
int ctl_year_audit(struct ctl *c);
int ctl_year_withdraw(struct ctl *c);
int ctl_year_export(struct ctl *c);
int ctl_year_verify(struct ctl *c);
int ctl_year_carry(struct ctl *c);    /* carry.c */
int ctl_user_list(struct ctl *c); /* user.c */
int ctl_user_add(struct ctl *c);
int ctl_user_passwd(struct ctl *c);
int ctl_user_role(struct ctl *c);
int ctl_user_disable(struct ctl *c);
int ctl_user_enable(struct ctl *c);
int ctl_link_new(struct ctl *c);
int ctl_link_list(struct ctl *c);
int ctl_link_revoke(struct ctl *c);
int ctl_ledger_export(struct ctl *c); /* ledger_file.c */
int ctl_ledger_replay(struct ctl *c);
int ctl_clock_set(struct ctl *c);

#endif
