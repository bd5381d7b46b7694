/* SPDX-License-Identifier: MIT */
/* What reporters send: batches and hellos. New is appended, said before is answered again, what
 * contradicts is kept aside. */
#include "aggregator/engine.h"
#include "aggregator/fold.h"
#include "aggregator/receipt.h"
#include "aggregator/receive.h"
#include "proto/limits.h"

#define CONFLICTS_A_DAY 100
#define SEQUENCE_MAX (UINT64_C(1) << 62)

/* --- refusals --------------------------------------------------------------------------------- */

static const char *const refusal_texts[] = {
	[MESSAGE_REFUSED_SIZE] = "批次过大、行数超限或没有行，请拆分后再报。 The batch is too large, or has "
				 "too many rows or none: split it.",
	[MESSAGE_REFUSED_GAP] = "序号不连续，请从应报序号重发。 A gap in the sequence: send again from the "
				"expected one.",
	[MESSAGE_REFUSED_CONFLICT] = "该序号已用于其他内容，请换用新的 epoch 重新封装未获回执的行。 These "
				     "sequences were used with other bytes: seal what has no receipt "
				     "under a new epoch.",
	[MESSAGE_REFUSED_REVOKED] = "密钥未登记、待批准或已停用，请联系督查室。 The key is unknown, waits for "
				    "approval or was revoked: ask the Supervision Office.",
	[MESSAGE_REFUSED_ROLE] = "该密钥无上报权限。 This key's role may not report.",
	[MESSAGE_REFUSED_PROGRAMME] = "项目编号不符，请检查配置。 Another programme is collected here: check "
				      "the configuration.",
	[MESSAGE_REFUSED_EPOCHS] = "在用的发件箱过多，请停用旧的发件箱。 Too many live outboxes: retire old "
				   "ones.",
	[MESSAGE_REFUSED_BODY] = "报文头不合规。 The header breaks a rule of the protocol.",
};

static enum err refuse(struct aggregator *a, enum message_refusal code,
		       struct aggregator_outcome *out)
{
	out->answer = AGGREGATOR_REFUSED;
	out->refused = (struct message_refused){ .code = code, .expected = out->expected,
						 .text = bytes_of_string(refusal_texts[code]) };
	if (code == MESSAGE_REFUSED_GAP)
		counter_add(&a->group.gaps, 1);
	else if (code != MESSAGE_REFUSED_CONFLICT)
		counter_add(&a->group.refused, 1);
	return ERR_OK;
}

/* NULL where the key may not report; then *out says why. */
static const struct keyring_key *admit_key(struct aggregator *a,
					   const struct aggregator_from *from,
					   struct aggregator_outcome *out)
{
	const struct keyring_key *key = keyring_find(a->keyring, from->key);

	if (key && key->state == KEYRING_VALID && key->role == KEYRING_REPORTER)
		return key;
	refuse(a, key && key->state == KEYRING_VALID ? MESSAGE_REFUSED_ROLE :
						       MESSAGE_REFUSED_REVOKED, out);
	return NULL;
}

static uint64_t expected_of(const struct epoch *epoch)
{
	return epoch ? epoch->expected : 1;
}

static bool too_many_epochs(const struct aggregator *a, uint16_t reporter,
			    const struct epoch *epoch, int64_t now_ms)
{
	return !epoch && epochs_live(a->epochs, reporter, now_ms) >= LIMITS_EPOCHS;
}

static void entry_of(struct entry *entry, enum entry_kind kind, const struct keyring_key *key,
		     const struct epoch *epoch, const uint8_t *epoch_id, int64_t now_ms)
{
	*entry = (struct entry){ .kind = kind, .time_ms = now_ms, .reporter = key->unit,
				 .back = epoch ? epoch->latest : 0 };
	memcpy(entry->key, key->key, sizeof(entry->key));
	memcpy(entry->epoch, epoch_id, sizeof(entry->epoch));
}

/* --- batches ---------------------------------------------------------------------------------- */

enum err receive_append(struct aggregator *a, struct entry *entry, struct arena *arena,
			struct aggregator_outcome *out)
{
	struct rows_result result;
	struct decision d;
	enum err e;

	engine_enter(a, entry);
	if ((e = fold_batch(a, entry, ROWS_JUDGE, &result)) != ERR_OK)
		return e;
	d = (struct decision){ .on_time = result.on_time, .late = result.late,
			       .runs = a->runs.items, .run_count = a->runs.count,
			       .names = a->runs.names, .name_count = a->runs.name_count };
	if ((e = engine_append(a, entry, &d)) != ERR_OK)
		return e;
	out->answer = AGGREGATOR_APPENDED;
	out->expected = entry->first_sequence + entry->rows;
	if ((e = receipt_of(entry, &d, arena, &out->receipt)) != ERR_OK)
		return e;
	for (unsigned v = 0; v < EVENT_VERDICT_COUNT; v++)
		counter_add(&a->group.rows[v], out->receipt.counts[v]);
	return ERR_OK;
}

/* The receipt of what was said before, from the entry. *same: it is that very batch. */
static enum err answer_again(struct aggregator *a, const struct epoch *epoch,
			     const struct envelope *header, struct bytes message,
			     struct arena *arena, struct message_receipt *receipt, bool *same)
{
	struct decision d;
	struct entry entry;
	enum err e = epochs_locate(a->txn, epoch, header->first_sequence, &entry);

	*same = e == ERR_OK && entry.kind == ENTRY_BATCH &&
		entry.first_sequence == header->first_sequence && entry.rows == header->rows;
	if (!*same)
		return e;
	if ((e = ledger_read(a->txn, entry.position, &a->form, &entry, NULL)) != ERR_OK)
		return e;
	*same = bytes_equal(entry.body, message);
	if (!*same)
		return ERR_OK;
	e = decision_decode(entry.decisions, entry.rows, &a->runs, &d);
	return e == ERR_OK ? receipt_of(&entry, &d, arena, receipt) : e;
}

static enum err keep_conflict(struct aggregator *a, struct entry *entry, struct bytes message)
{
	uint32_t kept;
	enum err e;

	counter_add(&a->group.conflicts, 1);
	entry->kind = ENTRY_CONFLICT;
	entry->back = 0;
	entry->rows = 0;
	engine_enter(a, entry);
	if ((e = fold_conflicts_kept(a, entry->reporter, &kept)) != ERR_OK)
		return e;
	if (kept >= CONFLICTS_A_DAY) {
		counter_add(&a->group.conflicts_dropped, 1);
		return ERR_OK;
	}
	buf_clear(&a->body);
	fold_conflict_body(&a->body, message);
	entry->body = buf_bytes(&a->body);
	if ((e = buf_error(&a->body)) != ERR_OK || (e = fold_conflict(a, entry)) != ERR_OK)
		return e;
	return engine_append(a, entry, NULL);
}

static enum err below_expected(struct aggregator *a, const struct epoch *epoch,
			       struct entry *entry, const struct envelope *header,
			       struct bytes message, struct arena *arena,
			       struct aggregator_outcome *out)
{
	bool same;
	enum err e = answer_again(a, epoch, header, message, arena, &out->receipt, &same);

	if (e != ERR_OK)
		return e;
	if (same) {
		counter_add(&a->group.repeated, 1);
		out->answer = AGGREGATOR_REPEATED;
		return ERR_OK;
	}
	refuse(a, MESSAGE_REFUSED_CONFLICT, out);
	return keep_conflict(a, entry, message);
}

static enum message_refusal check_header(const struct envelope *h, struct bytes message)
{
	if (h->rows == 0 || h->rows > LIMITS_BATCH_ROWS || message.len > LIMITS_BATCH_BYTES)
		return MESSAGE_REFUSED_SIZE;
	if (h->first_sequence == 0 || h->first_sequence > SEQUENCE_MAX ||
	    epochs_is_imports(h->epoch))
		return MESSAGE_REFUSED_BODY;
	return 0;
}

enum err aggregator_batch(struct aggregator *a, const struct aggregator_from *from,
			  const struct envelope *header, struct bytes message,
			  struct arena *arena, struct aggregator_outcome *out)
{
	const struct keyring_key *key;
	enum message_refusal wrong;
	struct epoch *epoch;
	struct entry entry;
	enum err e;

	*out = (struct aggregator_outcome){ 0 };
	if ((e = aggregator_tick(a, from->now_ms)) != ERR_OK)
		return e;
	if (!(key = admit_key(a, from, out)))
		return ERR_OK;
	epoch = epochs_find(a->epochs, key->unit, header->epoch);
	out->expected = expected_of(epoch);
	if ((wrong = check_header(header, message)) != 0)
		return refuse(a, wrong, out);
	if (header->first_sequence > out->expected)
		return refuse(a, MESSAGE_REFUSED_GAP, out);
	entry_of(&entry, ENTRY_BATCH, key, epoch, header->epoch, from->now_ms);
	entry.first_sequence = header->first_sequence;
	entry.rows = header->rows;
	entry.body = message;
	if (header->first_sequence < out->expected)
		return below_expected(a, epoch, &entry, header, message, arena, out);
	if (too_many_epochs(a, key->unit, epoch, from->now_ms))
		return refuse(a, MESSAGE_REFUSED_EPOCHS, out);
	return receive_append(a, &entry, arena, out);
}

/* --- hello ------------------------------------------------------------------------------------ */

static enum err append_gap(struct aggregator *a, struct entry *entry, uint64_t first_held,
			   struct aggregator_outcome *out)
{
	enum err e;

	entry->first_sequence = out->expected;
	buf_clear(&a->body);
	fold_gap_body(&a->body, out->expected, first_held - 1);
	if ((e = buf_error(&a->body)) != ERR_OK)
		return e;
	entry->body = buf_bytes(&a->body);
	engine_enter(a, entry);
	if ((e = fold_gap(a, entry)) != ERR_OK || (e = engine_append(a, entry, NULL)) != ERR_OK)
		return e;
	out->answer = AGGREGATOR_APPENDED;
	out->expected = first_held;
	return ERR_OK;
}

static bool is_ours(const struct aggregator *a, struct bytes programme)
{
	return programme.len == 0 || bytes_equal(programme, bytes_of_string(a->catalogue->id));
}

enum err aggregator_hello(struct aggregator *a, const struct aggregator_from *from,
			  const uint8_t epoch_id[16], const struct message_hello *hello,
			  struct arena *arena, struct aggregator_outcome *out)
{
	const struct keyring_key *key;
	struct epoch *epoch;
	struct entry entry;
	enum err e;

	(void)arena;
	*out = (struct aggregator_outcome){ .answer = AGGREGATOR_REPEATED };
	if ((e = aggregator_tick(a, from->now_ms)) != ERR_OK)
		return e;
	if (!(key = admit_key(a, from, out)))
		return ERR_OK;
	epoch = epochs_find(a->epochs, key->unit, epoch_id);
	out->expected = expected_of(epoch);
	if (!is_ours(a, hello->programme))
		return refuse(a, MESSAGE_REFUSED_PROGRAMME, out);
	if (hello->first_held > hello->next || hello->next > SEQUENCE_MAX ||
	    epochs_is_imports(epoch_id))
		return refuse(a, MESSAGE_REFUSED_BODY, out);
	if (too_many_epochs(a, key->unit, epoch, from->now_ms))
		return refuse(a, MESSAGE_REFUSED_EPOCHS, out);
	if (hello->first_held <= out->expected)
		return ERR_OK;
	entry_of(&entry, ENTRY_GAP, key, epoch, epoch_id, from->now_ms);
	return append_gap(a, &entry, hello->first_held, out);
}
