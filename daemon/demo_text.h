/* SPDX-License-Identifier: MIT */
/* What the demo says, in both languages. */
#ifndef DAEMON_DEMO_TEXT_H
#define DAEMON_DEMO_TEXT_H

#include <stdio.h>

#include "base/lang.h"

enum demo_text {
	DEMO_TEXT_USAGE,
	DEMO_TEXT_WELCOME,      /* catalogue's title, reporters, measures, seed */
	DEMO_TEXT_RUNNING,      /* HTTP address (twice), (folder of programs, socket) twice, folder */
	DEMO_TEXT_USERS,        /* a county's user, password of all */
	DEMO_TEXT_MONTH,        /* date, done, green, yellow, red, none */
	DEMO_TEXT_MORE,         /* count */
	DEMO_TEXT_NOT_TAKEN,    /* unit, error, why */
	DEMO_TEXT_NO_RECEIPT,   /* unit, error */
	DEMO_TEXT_DIFFERS,      /* measure, expected, found */
	DEMO_TEXT_ALERT_DIFFERS, /* id, expected, found */
	DEMO_TEXT_TOTALS,       /* count, verdict */
	DEMO_TEXT_AGREE,
	DEMO_TEXT_DISAGREE,
	DEMO_TEXT_LEDGER,       /* entries, rows, chain, state, figures */
	DEMO_TEXT_LEDGER_DIFFERS, /* rows expected, rows found, what */
	DEMO_TEXT_PLAYED,       /* HTTP address */
	DEMO_TEXT_STOPPED,
	DEMO_TEXT_KEPT,         /* folder */
	DEMO_TEXT_NO_CATALOGUE, /* file */
	DEMO_TEXT_NO_DAEMON,    /* reason, log file */
	DEMO_TEXT_OK,
	DEMO_TEXT_FAILED,
	DEMO_TEXT_COUNT
};

const char *demo_text(enum demo_text id, enum lang lang); /* never NULL */
/* Prints it; the arguments stand beside the names. */
void demo_say(FILE *to, enum demo_text id, enum lang lang, ...);
/* A sign for a transition of an alert: "▲", "✕", "✓" ... */
const char *demo_text_mark(const char *transition, const char *severity);

#endif
