/* SPDX-License-Identifier: MIT */
/* Acts about rows on hold: the office lets them go, or rejects them. */
#include "aggregator/acts_private.h"
#include "aggregator/admission/holds.h"
#include "aggregator/admission/refs.h"
#include "aggregator/admission/row_objects.h"

#define TIMES_MAX 10 /* as many times its task is beyond belief */

static const struct acts_fault not_held = {
	"not-on-hold", { "该行不在待审队列中。", "This row is not on hold, or no longer." } };
static const struct acts_fault does_not_fit = {
	"does-not-fit", { "该行已无法计入：数值溢出，或所撤回的增量已不存在。",
			  "The row can't be folded in any more: the sum overflows, or the ADD that "
			  "it withdraws is gone." } };

static enum err find(struct acts_call *x, struct holds_record *out)
{
	int64_t position, row;
	const char *why;
	enum err e;

	if ((e = acts_number(x, "position", 1, INT64_MAX, &position)) != ERR_OK ||
	    (e = acts_number(x, "row", 0, UINT32_MAX, &row)) != ERR_OK ||
	    (e = acts_text(x, "why", LIMITS_TEXT, &why)) != ERR_OK)
		return e;
	e = holds_read(x->a->txn, (uint64_t)position, (uint32_t)row, out);
	return e == ERR_NOTFOUND ? acts_fail(x, e, &not_held, "position") : e;
}

static enum err settle(struct acts_call *x, const struct holds_record *h)
{
	struct judge_fact fact = { .kind = JUDGE_SETTLED, .measure = h->cell.measure,
				   .unit = h->cell.unit, .as_of = h->as_of,
				   .position = h->position, .row = h->row,
				   .code = (unsigned)h->code };
	enum err e = holds_remove(x->a->txn, h->position, h->row);

	return e == ERR_OK ? facts_add(&x->a->facts, &fact) : e;
}

/* Its quota, or the goal where it has none; 0: nothing to compare with. */
static int64_t task_of(const struct catalogue *c, const struct holds_record *h)
{
	const struct catalogue_measure *m = &c->measures[h->cell.measure];
	int64_t quota;

	if (m->kind != CATALOGUE_QUANTITY)
		return 0;
	return catalogue_quota_on(m, h->cell.unit, h->as_of, &quota) && quota > 0 ? quota :
										     m->target;
}

/* A slip of the hand may be let go by one, too: the answer says so. */
static enum err warn_of_size(struct acts_call *x, const struct holds_record *h)
{
	int64_t task = task_of(x->a->catalogue, h);
	json_t *warnings = json_array();

	if (!warnings || json_object_set_new(x->answer, "warnings", warnings) != 0)
		return ERR_NOMEM;
	if (task <= 0 || (int128)h->value <= (int128)task * TIMES_MAX)
		return ERR_OK;
	return json_array_append_new(
		       warnings,
		       json_pack("{s:s, s:{s:s, s:s}}", "code", "far-above", "text", "zh",
				 "放行的数超过任务数的 10 倍，请再核实；如属笔误，请报送单位更正。",
				 "en",
				 "What was released is more than 10 times the quota: look again; if it is "
				 "a slip of the hand, let the unit correct it.")) ?
		       ERR_NOMEM :
		       ERR_OK;
}

enum err acts_holds_release(struct acts_call *x)
{
	struct holds_record h;
	enum err e = find(x, &h);

	if (e != ERR_OK || (e = warn_of_size(x, &h)) != ERR_OK)
		return e;
	e = row_release(&x->a->admit, &h);
	if (e == ERR_RANGE || e == ERR_STATE)
		return acts_fail(x, ERR_STATE, &does_not_fit, NULL);
	return e == ERR_OK ? settle(x, &h) : e;
}

static enum err refuse_ref(struct acts_call *x, const struct holds_record *h)
{
	struct refs_record ref;
	struct bytes name = bytes_of_string(h->ref);
	enum err e = refs_read(x->a->txn, h->reporter, name, &ref);

	if (e != ERR_OK)
		return e == ERR_NOTFOUND ? ERR_CORRUPT : e;
	ref.state = REFS_REFUSED;
	return refs_write(x->a->txn, h->reporter, name, &ref);
}

enum err acts_holds_reject(struct acts_call *x)
{
	struct holds_record h;
	enum err e = find(x, &h);

	if (e == ERR_OK && h.kind == EVENT_ADD)
		e = refuse_ref(x, &h);
	if (e == ERR_OK && row_objects_counts(&x->a->admit, h.cell))
		e = row_objects_drop(&x->a->admit, &h);
	return e == ERR_OK ? settle(x, &h) : e;
}
