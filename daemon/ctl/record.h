/* SPDX-License-Identifier: MIT */
/* Commands about what the office keeps. Acts take their options from the forms of the records, so
 * that help, daemon and documents can't disagree. */
#ifndef DAEMON_CTL_RECORD_H
#define DAEMON_CTL_RECORD_H

#include "daemon/ctl/ctl.h"

struct forms_kind;

extern const struct ctl_command ctl_record_commands[];
extern const size_t ctl_record_command_count;

/* Gives a command of record_acts its options. */
void ctl_record_options(struct ctl_command *k);
/* The kind that a command is about, by its noun. */
const struct forms_kind *ctl_record_kind(const struct ctl *c);

int ctl_record_act(struct ctl *c);  /* record.c */
int ctl_record_list(struct ctl *c); /* record_show.c */
int ctl_record_show(struct ctl *c);
int ctl_record_missing(struct ctl *c); /* narratives of a month */
int ctl_record_lacking(struct ctl *c); /* meetings of a quarter */

#endif
