/* SPDX-License-Identifier: MIT */
/* The aggregator: what a number means and what is remembered. Owns no socket, no thread and no
 * clock: times come in, deadlines go out. All calls from one thread, the pipeline's.
 *
 *     aggregator_begin
 *       aggregator_tick, aggregator_batch, aggregator_hello, aggregator_act, ... any number
 *     aggregator_commit      one fsync; only now may receipts, alerts and feed leave
 *
 * Every call between begin and commit appends at most a few entries to the ledger and folds them
 * into the state. An error other than those named ends the group: call aggregator_rollback, and
 * apply the group again one by one to find what did it. */
#ifndef AGGREGATOR_AGGREGATOR_H
#define AGGREGATOR_AGGREGATOR_H

#include <stdbool.h>
#include <stdint.h>

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/ledger/entry.h"
#include "aggregator/ledger/store.h"
#include "aggregator/progress/light.h"
#include "aggregator/progress/totals.h"
#include "base/arena.h"
#include "base/counter.h"
#include "proto/message.h"

#define AGGREGATOR_RULES 2 /* version of the rules that decide */

struct aggregator;

/* Reads the state of the store. catalogue: what the configuration names, or NULL to use the
 * store's; taken over, in any case. Where it differs from the store's newest version it is appended
 * as an entry of its own group (with its numbers following, after the ticks that were missed), so
 * that it is in force when this returns. The store must outlive it. ERR_NOTFOUND: an empty store
 * and no catalogue; ERR_INVALID: it can't follow the store's, diags (may be NULL) say why;
 * ERR_VERSION: the store was written by newer rules. */
enum err aggregator_open(struct store *store, struct catalogue **catalogue, int64_t now_ms,
			 struct diag_list *diags, struct aggregator **out);
void aggregator_close(struct aggregator *a); /* accepts NULL; rolls back */

/* Signs the close of a year. The aggregator keeps no secret: sign is called on its thread, and what it
 * gives becomes part of the act, so that a replay checks it and needs no key. */
struct aggregator_signer {
	void (*sign)(void *ctx, struct bytes text, uint8_t signature[CRYPTO_SIGNATURE_LEN]);
	void *ctx;
	uint8_t public_key[CRYPTO_PUBLIC_LEN];
};
/* Copied. Without one, no year can be closed. */
void aggregator_set_signer(struct aggregator *a, const struct aggregator_signer *signer);

/* The catalogue in force. It stays the same one until the aggregator is closed. */
const struct catalogue *aggregator_catalogue(const struct aggregator *a);

struct aggregator_head {
	uint64_t position;     /* newest entry */
	uint64_t alert_number; /* newest row of the alert log */
	int64_t time_ms;       /* its stamp */
	uint8_t chain[CRYPTO_HASH_LEN];
	uint64_t rows;         /* rows of all batches, whatever their verdict */
};
/* As of the last commit. */
struct aggregator_head aggregator_head(const struct aggregator *a);

/* When the next tick is due (the next civil midnight, or a link's state that waits): call
 * aggregator_tick by then. INT64_MAX: never. */
int64_t aggregator_deadline(const struct aggregator *a);

/* Losses and refusals that leave no entry; counted when their group ends. Any thread may read
 * them. */
struct aggregator_counters {
	struct counter conflicts;       /* batches that contradict what was said, kept or not */
	struct counter conflicts_dropped; /* of these: over the day's limit, bytes not kept */
	struct counter undecodable;     /* batches whose body does not decode; kept, rejected */
	struct counter repeated;        /* batches said before */
	struct counter gaps;            /* refused: a sequence beyond the expected one */
	struct counter refused;         /* for any other reason: key, role, size, form, epochs */
	struct counter links_coalesced; /* changes of a link that left no entry of their own */
	struct counter rows[EVENT_VERDICT_COUNT]; /* appended, by verdict */
};
const struct aggregator_counters *aggregator_counters(const struct aggregator *a);

/* ERR_FULL: no room to write; ERR_FATAL: exit. */
enum err aggregator_begin(struct aggregator *a);
/* Appends every tick due up to now, in order, and links that waited. First in every group; every
 * other call that appends does it too. */
enum err aggregator_tick(struct aggregator *a, int64_t now_ms);

/* --- who may speak ---------------------------------------------------------------------------- */
enum aggregator_role { AGGREGATOR_REPORTER = 1, AGGREGATOR_SUBSCRIBER = 2, AGGREGATOR_REPLICA = 3 };
enum aggregator_key_state {
	AGGREGATOR_KEY_WAITING = 1, /* asked with a valid invitation; the office has to approve */
	AGGREGATOR_KEY_VALID = 2,
	AGGREGATOR_KEY_REVOKED = 3
};
struct aggregator_key {
	uint8_t key[32];
	uint16_t unit; /* whom it speaks for */
	enum aggregator_role role;
	enum aggregator_key_state state;
	int64_t since_ms;
};
/* All keys, for the ZAP table: call after a commit whose changes say keys_changed. */
enum err aggregator_keys(struct aggregator *a,
			 void (*fn)(void *ctx, const struct aggregator_key *key), void *ctx);

/* --- input ------------------------------------------------------------------------------------ */
struct aggregator_from {
	const uint8_t *key; /* 32 bytes, as authenticated by CURVE */
	int64_t now_ms;
};

/* What the sender is told. Refusals and repeats leave no entry. */
enum aggregator_answer {
	AGGREGATOR_APPENDED,  /* receipt, after the commit */
	AGGREGATOR_REPEATED,  /* said before: the same receipt, from what was stored; it may have been
			       * stored in this same group: after the commit, too */
	AGGREGATOR_REFUSED    /* refused.code says why; a CONFLICT is appended and alarmed as well */
};

/* Everything but the scalars lives in the arena given. */
struct aggregator_outcome {
	enum aggregator_answer answer;
	struct message_receipt receipt;
	struct message_refused refused;
	uint64_t expected; /* next sequence of this epoch */
};

/* Hello of an outbox: tells E (REPEATED: nothing was appended); records a gap where the outbox no
 * longer holds E (APPENDED). */
enum err aggregator_hello(struct aggregator *a, const struct aggregator_from *from,
			  const uint8_t epoch[16], const struct message_hello *hello,
			  struct arena *arena, struct aggregator_outcome *out);
/* message: header and body as received; header was decoded from it. Bodies that do not decode
 * are appended all the same: nothing that a county sent is lost. */
enum err aggregator_batch(struct aggregator *a, const struct aggregator_from *from,
			  const struct envelope *header, struct bytes message,
			  struct arena *arena, struct aggregator_outcome *out);
/* An enrolment: nonce of an invitation and the key that asks. The same key with the same
 * invitation gets its answer again. */
enum err aggregator_enrol(struct aggregator *a, const struct aggregator_from *from,
			  const struct message_enrol *enrol, struct arena *arena,
			  struct message_enrol_reply *out);
/* A link went up or down: at most one entry a reporter a minute; the rest is coalesced. */
enum err aggregator_link(struct aggregator *a, uint16_t reporter, bool up, int64_t now_ms);

/* What a person did, as JSON: {"id": "<client-made, unique>", "act": "unit.invite", ...,
 * "why": "..."}; by: who, as the daemon authenticated it. The answer is JSON, in the arena:
 * {"id", "act", "position", ...}. An id that was said before gives its first answer again, and
 * "repeated": true. ERR_INVALID, ERR_NOTFOUND, ERR_STATE, ERR_DENIED: nothing was appended,
 * *answer explains (problem+json fields). Keys are 64 hex digits, days "2022-12-31", moments ms.
 * Acts: unit.invite {unit, role, items[], ttl_s, approve: "office" (or absent: the key waits for
 * key.approve) or "auto", nonce} -> {nonce, expires}: the nonce, 32
 * hex digits, is made by the caller with random numbers; its hash alone is kept, so that a
 * repeated answer comes without it;
 * key.approve {key}, key.revoke {key, why}, key.add {key, unit, role, items[]},
 * plan.set {measure, effective, document, approver, why, and knots [{day, percent}], stages {id: day}
 * of a milestone, or shape (linear-day, linear-month) and due}; quota.set {measure, effective,
 * document, approver, why, quotas {unit: value, or null for none}} -> {version}: effective lies
 * behind the last closed period;
 * delegate {item, unit, until}, hold.release {position, row, why}, hold.reject {..., why}.
 * report.confirm {lead, period "2022-08", any of item, measure, unit ("all"), why} -> {done, skipped,
 * missing}, report.verify {the same without lead; why where the lead did not confirm}, report.return
 * {..., why}, report.object {measure, unit, period, why}, report.answer {..., why}, report.extend {unit
 * or "all", period, until, why, item, measure}, month.publish {period, document, why, despite: why
 * before its time} -> {chain, digest}: what the month's bulletin says becomes part of the act; refused
 * where the bulletin was signed and is another one by now. bulletin.edit {period, section, text, text_en,
 * revision}, bulletin.reset {period, section}, bulletin.sign {period, document, name, title, date, digest: what
 * was seen}.
 * flag.explain {flag: its id, why}, flag.dismiss, flag.confirm {the same}; sample.result {period,
 * measure, unit, result: "agree" or "differ", found, denominator, inspection, why}.
 * Acts about records of the office (problem.open and so on) take the fields that office/kinds.c lists
 * -> {record, number, state, step}. */
enum err aggregator_act(struct aggregator *a, struct bytes json, const char *by, int64_t now_ms,
			struct arena *arena, struct bytes *answer);

/* A sheet that a person hands in for a unit. json: the act {"id", "act": "rows.import", "unit", "file":
 * its name, "digest": 64 hex digits of what was handed in, "rows", "parts": how many batches}; parcel:
 * the batches' bodies, each as its rows (u32) and a block. They go behind the act, as that unit's, under
 * an epoch of their own, and are judged like all others. The answer has "parts" with each batch's
 * position, counts and what was not plainly admitted ("runs": [first row, rows, verdict, code]). An id
 * that was said before gives its first answer again, and "repeated": true. Errors of aggregator_act. */
enum err aggregator_import(struct aggregator *a, struct bytes json, const char *by,
			   struct bytes parcel, int64_t now_ms, struct arena *arena,
			   struct bytes *answer);

/* The slice of the catalogue that a key may report. */
enum err aggregator_slice(struct aggregator *a, const struct aggregator_from *from,
			  struct arena *arena, struct message_slice *out);

/* --- the end of a group ----------------------------------------------------------------------- */
/* What changed for the world, told once per commit, coalesced: the last value wins. Strings and
 * pointers are valid during the call only. NULL functions are skipped. */
struct aggregator_changes {
	/* a cell (unit: an area or lead) or a total (unit: the city); previous: position that the
	 * last message on this topic carried */
	void (*figure)(void *ctx, const struct message_figure *figure, uint64_t previous);
	void (*light)(void *ctx, const struct message_figure *figure, uint64_t previous);
	void (*alert)(void *ctx, const struct message_alert *alert, uint64_t previous);
	void (*keys)(void *ctx);      /* the key table changed */
	void (*catalogue)(void *ctx); /* a new version is in force */
	void *ctx;
};
/* ERR_FULL: no room, the group is rolled back, the state is as before; ERR_FATAL: exit. */
enum err aggregator_commit(struct aggregator *a, const struct aggregator_changes *changes);
/* Where the state can't be read again, the next aggregator_begin says ERR_FATAL. */
void aggregator_rollback(struct aggregator *a);

/* --- proof ------------------------------------------------------------------------------------ */
struct aggregator_proof {
	uint64_t entries, rows;
	uint8_t chain[CRYPTO_HASH_LEN];
	uint8_t state[CRYPTO_HASH_LEN];   /* of the replay */
	uint8_t stored[CRYPTO_HASH_LEN];  /* of the store's own tables */
	uint8_t figures[CRYPTO_HASH_LEN]; /* of (measure, unit, as_of, value) */
	uint8_t alerts[CRYPTO_HASH_LEN];  /* of the alert log that the replay wrote */
	uint64_t broken_at;               /* position where it breaks, or 0 */
	const char *what;                 /* static text: what is wrong there, or NULL */
	uint64_t decided_otherwise;       /* entries that today's rules, same version, decide otherwise */
};
/* Reads the ledger in one snapshot, checks CRCs and the chain, replays into a scratch store below
 * scratch (a folder that it makes and removes) and compares the states; decides again where the
 * rules version is this one. Any thread; reads only. progress may be NULL. ERR_CORRUPT where it
 * does not hold: *out says where. group: entries a commit of the replay, 0 for the default. */
enum err aggregator_verify(struct store *store, const char *scratch, uint64_t group,
			   void (*progress)(void *ctx, uint64_t position, uint64_t head),
			   void *ctx, struct aggregator_proof *out);
/* The ledger of an exported file (ledger/archive.h), replayed into a new store below folder, which
 * must not exist: on this machine or any other it has to give the same bytes. Each tick's state is
 * compared with the one that it recorded, and the chain with the file's end. The store is whole and
 * can be used; where the file does not hold, nothing is left of it. progress may be NULL. Errors and
 * *out as above (stored stays zero); ERR_NOTFOUND: no such file; ERR_EXISTS: the folder is there. */
enum err aggregator_rebuild(const char *file, const char *folder, uint64_t group,
			    void (*progress)(void *ctx, uint64_t position, uint64_t head),
			    void *ctx, struct aggregator_proof *out);
/* Hash of all state tables, canonical; of the alert log alone; and of the figures alone. In a read
 * transaction. */
enum err aggregator_state_hash(struct store_txn *t, uint8_t out[CRYPTO_HASH_LEN]);
enum err aggregator_alerts_hash(struct store_txn *t, uint8_t out[CRYPTO_HASH_LEN]);
enum err aggregator_figures_hash(struct store_txn *t, const struct catalogue *c,
				 uint8_t out[CRYPTO_HASH_LEN]);

#endif
