/* SPDX-License-Identifier: MIT */
/* Slips: what the office sends to a unit that is behind. A reminder (提醒函), a supervision slip
 * (督办单), an interview (约谈). The machine drafts them, a person issues them; from there on they
 * have a life of their own: signed for, replied to, verified, closed, opened again.
 *
 * A slip is a record of the kind RECORDS_SLIP. Its id is the year and a number in the order of
 * drafting, "2022-0007". Members: rung, state, unit (who is responsible), project, period (the last
 * day of the newest one that it is about), subjects (measure, unit, alert, severity, months), and
 * once issued number, task, requirement, person, deadline, and so on: what the newest step said of
 * each. Every step is kept too. Steps are made by acts and by decisions of ticks alone. */
#ifndef ALERTS_SLIPS_H
#define ALERTS_SLIPS_H

#include "aggregator/alerts/book.h"
#include "aggregator/office/records.h"

enum slips_rung { SLIPS_REMINDER = 1, SLIPS_SUPERVISION = 2, SLIPS_INTERVIEW = 3, SLIPS_RUNG_END };
enum slips_state {
	SLIPS_DRAFT = 1, /* the machine proposes it */
	SLIPS_ISSUED,	 /* sent; a reply is waited for, as in the next two */
	SLIPS_SIGNED,
	SLIPS_RETURNED,	 /* the reply was not accepted */
	SLIPS_REPLIED,	 /* the office verifies */
	SLIPS_VERIFIED,	 /* accepted; may be closed */
	SLIPS_CLOSED,	 /* 销号 */
	SLIPS_DISCARDED, /* a draft that the office did not want */
	SLIPS_LAPSED,	 /* a draft that nothing called for any more */
	SLIPS_STATE_END
};

/* A rung is called for when the light was yellow or red for so many closed periods in a row, or red
 * for so many; 0: never by that. The highest one counts. A red one whose supervision slip was not
 * answered in time calls for an interview too. Thresholds of the lights are the profile's
 * (catalogue, lights): who changes these moves the ladder; its counts are the same everywhere. */
struct slips_rule {
	unsigned behind, red;
	unsigned reply_days; /* working days to reply, where whoever issues it says nothing else */
};
#define SLIPS_WATCHED_MONTHS 3 /* periods after a closing in which the machine opens it again */

const struct slips_rule *slips_rule(enum slips_rung r);
/* The rung for a light; 0: none. */
enum slips_rung slips_called_for(unsigned behind, unsigned red);
const char *slips_rung_name(enum slips_rung r);	     /* "reminder", "supervision", "interview" */
struct lang_text slips_rung_word(enum slips_rung r); /* 提醒函 */
const char *slips_state_name(enum slips_state s);
struct lang_text slips_state_word(enum slips_state s);
enum slips_rung slips_rung_of(const char *name); /* 0: no such word */
enum slips_state slips_state_of(const char *name);
static inline bool slips_waits(enum slips_state s) /* for a reply */
{
	return s == SLIPS_ISSUED || s == SLIPS_SIGNED || s == SLIPS_RETURNED;
}

#define SLIPS_ID 16 /* characters, with NUL */

struct slips_subject {
	uint16_t measure, unit;
	enum book_severity severity; /* when it was drafted, changed or settled */
	unsigned months;	     /* closed periods in a row behind, then */
};
/* A record, read. */
struct slips_slip {
	char id[SLIPS_ID];
	enum slips_rung rung;
	enum slips_state state;
	uint16_t unit, project;
	int32_t period;	    /* last day of the newest period that it is about */
	int32_t settled;    /* closed or discarded: the newest closed period then; else DATE_NONE */
	int64_t changed_ms; /* of its newest step */
	int32_t deadline;   /* of the reply; DATE_NONE: not issued */
	bool overdue;	    /* it passed without a reply, and that was noted */
	uint32_t sequence;  /* of machine-made numbers, within year and rung; 0: none */
	struct slips_subject *subjects;
	size_t subject_count;
};
/* ERR_CORRUPT: not such a record. out->subjects is the caller's: slips_release. */
enum err slips_read(const struct catalogue *c, struct bytes id, const json_t *record,
		    struct slips_slip *out);
void slips_release(struct slips_slip *s); /* accepts an empty one */
/* Subjects as records hold them. NULL: no memory. */
json_t *slips_subjects(const struct catalogue *c, const struct slips_subject *s, size_t count);
/* The alert that such a subject has while it is open. */
void slips_alert(const struct catalogue *c, uint16_t measure, uint16_t unit, bool overdue,
		 char out[BOOK_ID]);

/* When a step was made. */
struct slips_when {
	uint64_t position;
	int64_t time_ms;
};
/* Puts a step behind the others and into the record, whose members are then those of the step (but
 * not its step, by, why and at) and the state that follows. A step "drafted" makes the record.
 * ERR_NOTFOUND, ERR_CORRUPT: no such slip, no such step. step stays the caller's. */
enum err slips_step(struct store_txn *t, struct bytes id, json_t *step,
		    const struct slips_when *when);

/* Sentences of a draft: what it is about (事项) and what is asked for (要求). */
void slips_task(const struct catalogue *c, const struct slips_slip *s, enum lang lang,
		struct buf *out);
void slips_requirement(enum slips_rung rung, int32_t deadline, enum lang lang, struct buf *out);
/* A number for the paper: 提醒函〔2022〕3号. */
void slips_number(enum slips_rung rung, int year, uint32_t sequence, struct buf *out);

#endif
