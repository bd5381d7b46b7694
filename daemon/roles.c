/* SPDX-License-Identifier: MIT */
#include "daemon/roles.h"

#include <string.h>

static const struct {
	const char *name;
	struct lang_text word;
} roles[ROLE_COUNT] = {
	[ROLE_VIEWER] = { "viewer", { "查看", "viewer" } },
	[ROLE_UNIT] = { "unit", { "报送单位", "unit" } },
	[ROLE_OFFICE] = { "office", { "督查室", "office" } },
	[ROLE_OPERATOR] = { "operator", { "系统管理", "operator" } },
};

const char *roles_name(enum role r)
{
	return roles[r].name;
}

bool roles_parse(const char *name, enum role *out)
{
	for (int i = 0; i < ROLE_COUNT; i++) {
		if (strcmp(roles[i].name, name) != 0)
			continue;
		*out = (enum role)i;
		return true;
	}
	return false;
}

struct lang_text roles_word(enum role r)
{
	return roles[r].word;
}

#define U ROLES_OF(ROLE_UNIT)
#define F ROLES_OF(ROLE_OFFICE)
#define P ROLES_OF(ROLE_OPERATOR)

/* The office decides what figures mean, the operator who may connect: neither does the other's. */
static const struct roles_right rights[] = {
	/* what a unit says, or does about itself */
	{ "report.confirm", U | F, ROLES_ABOUT_LEAD },
	{ "report.object", U | F, ROLES_ABOUT_UNIT },
	{ "narrative.write", U | F, ROLES_ABOUT_ITEM },
	{ "problem.open", U | F, ROLES_ABOUT_RAISER },
	{ "problem.update", U | F, ROLES_ABOUT_PROBLEM },
	{ "slip.sign", U | F, ROLES_ABOUT_SLIP },
	{ "slip.reply", U | F, ROLES_ABOUT_SLIP },
	{ "flag.explain", U | F, ROLES_ABOUT_FLAG },
	{ "contact.set", U | F, ROLES_ABOUT_UNIT },
	{ "contact.remove", U | F, ROLES_ABOUT_UNIT },
	{ "import", U | F, ROLES_ABOUT_REQUEST },
	/* what the office decides */
	{ "report.verify", F, ROLES_ABOUT_NOBODY },
	{ "report.return", F, ROLES_ABOUT_NOBODY },
	{ "report.answer", F, ROLES_ABOUT_NOBODY },
	{ "report.extend", F, ROLES_ABOUT_NOBODY },
	{ "month.publish", F, ROLES_ABOUT_NOBODY },
	{ "bulletin.edit", F, ROLES_ABOUT_NOBODY },
	{ "bulletin.reset", F, ROLES_ABOUT_NOBODY },
	{ "bulletin.sign", F, ROLES_ABOUT_NOBODY },
	{ "hold.release", F, ROLES_ABOUT_NOBODY },
	{ "hold.reject", F, ROLES_ABOUT_NOBODY },
	{ "alert.ack", F, ROLES_ABOUT_NOBODY },
	{ "alert.assign", F, ROLES_ABOUT_NOBODY },
	{ "alert.comment", F, ROLES_ABOUT_NOBODY },
	{ "alert.silence", F, ROLES_ABOUT_NOBODY },
	{ "alert.unsilence", F, ROLES_ABOUT_NOBODY },
	{ "plan.set", F, ROLES_ABOUT_NOBODY },
	{ "quota.set", F, ROLES_ABOUT_NOBODY },
	{ "slip.issue", F, ROLES_ABOUT_NOBODY },
	{ "slip.discard", F, ROLES_ABOUT_NOBODY },
	{ "slip.verify", F, ROLES_ABOUT_NOBODY },
	{ "slip.close", F, ROLES_ABOUT_NOBODY },
	{ "slip.extend", F, ROLES_ABOUT_NOBODY },
	{ "slip.reopen", F, ROLES_ABOUT_NOBODY },
	{ "flag.dismiss", F, ROLES_ABOUT_NOBODY },
	{ "flag.confirm", F, ROLES_ABOUT_NOBODY },
	{ "sample.result", F, ROLES_ABOUT_NOBODY },
	{ "object.check", F, ROLES_ABOUT_NOBODY },
	{ "problem.assign", F, ROLES_ABOUT_NOBODY },
	{ "problem.extend", F, ROLES_ABOUT_NOBODY },
	{ "problem.close", F, ROLES_ABOUT_NOBODY },
	{ "problem.reopen", F, ROLES_ABOUT_NOBODY },
	{ "inspection.plan", F, ROLES_ABOUT_NOBODY },
	{ "inspection.record", F, ROLES_ABOUT_NOBODY },
	{ "inspection.correct", F, ROLES_ABOUT_NOBODY },
	{ "inspection.follow", F, ROLES_ABOUT_NOBODY },
	{ "inspection.close", F, ROLES_ABOUT_NOBODY },
	{ "inspection.reopen", F, ROLES_ABOUT_NOBODY },
	{ "inspection.cancel", F, ROLES_ABOUT_NOBODY },
	{ "meeting.plan", F, ROLES_ABOUT_NOBODY },
	{ "meeting.move", F, ROLES_ABOUT_NOBODY },
	{ "meeting.hold", F, ROLES_ABOUT_NOBODY },
	{ "meeting.correct", F, ROLES_ABOUT_NOBODY },
	{ "meeting.cancel", F, ROLES_ABOUT_NOBODY },
	{ "decision.add", F, ROLES_ABOUT_NOBODY },
	{ "decision.assign", F, ROLES_ABOUT_NOBODY },
	{ "decision.extend", F, ROLES_ABOUT_NOBODY },
	{ "decision.done", F, ROLES_ABOUT_NOBODY },
	{ "decision.cancel", F, ROLES_ABOUT_NOBODY },
	{ "decision.reopen", F, ROLES_ABOUT_NOBODY },
	{ "portfolio.set", F, ROLES_ABOUT_NOBODY },
	{ "portfolio.end", F, ROLES_ABOUT_NOBODY },
	{ "delegate", F, ROLES_ABOUT_NOBODY },
	{ "year.close", F, ROLES_ABOUT_NOBODY },
	{ "audit.correct", F, ROLES_ABOUT_NOBODY },
	{ "audit.withdraw", F, ROLES_ABOUT_NOBODY },
	/* who may connect and look, and how the daemon runs */
	{ "unit.invite", P, ROLES_ABOUT_NOBODY },
	{ "key.add", P, ROLES_ABOUT_NOBODY },
	{ "key.approve", P, ROLES_ABOUT_NOBODY },
	{ "key.revoke", P, ROLES_ABOUT_NOBODY },
	{ "notify", P, ROLES_ABOUT_REQUEST },
	{ "clock", P, ROLES_ABOUT_REQUEST },
	{ "verify", F | P, ROLES_ABOUT_REQUEST },
	{ "links", F | P, ROLES_ABOUT_REQUEST },
	{ "private", F | P, ROLES_ABOUT_REQUEST }, /* personal data of contacts */
};

const struct roles_right *roles_find(const char *name)
{
	for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++)
		if (strcmp(rights[i].name, name) == 0)
			return &rights[i];
	return NULL;
}

bool roles_may(enum role r, const char *name)
{
	const struct roles_right *right = roles_find(name);

	return right != NULL && (right->roles & ROLES_OF(r)) != 0;
}

const struct roles_right *roles_at(size_t i)
{
	return i < sizeof(rights) / sizeof(rights[0]) ? &rights[i] : NULL;
}

bool roles_is_internal(const char *act)
{
	return strncmp(act, "user.", 5) == 0 || strncmp(act, "link.", 5) == 0;
}
