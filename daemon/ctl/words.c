/* SPDX-License-Identifier: MIT */
/* The API's words and numbers as people say them. */
#include "daemon/ctl/ctl.h"

#include <stdio.h>
#include <string.h>

#include "aggregator/office/forms.h"

/* clang-format off */
static const struct {
	const char *word;
	struct lang_text text;
} words[] = {
	/* keys and alerts */
	{ "valid", { "有效", "valid" } }, { "waiting", { "待批准", "waiting" } },
	{ "revoked", { "已吊销", "revoked" } },
	{ "open", { "未解除", "open" } }, { "resolved", { "已解除", "resolved" } },
	{ "reporter", { "上报", "reporter" } }, { "subscriber", { "订阅", "subscriber" } },
	{ "replica", { "副本", "replica" } },
	/* transitions of alerts */
	{ "raised", { "发生", "raised" } }, { "updated", { "更新", "updated" } },
	{ "severity", { "变级", "severity" } }, { "acknowledged", { "签收", "acknowledged" } },
	{ "assigned", { "交办", "assigned" } }, { "commented", { "批注", "commented" } },
	{ "silenced", { "静默", "silenced" } }, { "unsilenced", { "取消静默", "unsilenced" } },
	{ "silence-ends", { "静默结束", "silence ends" } },
	{ "silence-expired", { "静默到期", "silence expired" } },
	{ "escalated", { "升级", "escalated" } },
	/* steps of slips */
	{ "drafted", { "拟稿", "drafted" } }, { "changed", { "草稿变更", "changed" } },
	{ "lapsed", { "自动撤销", "lapsed" } }, { "overdue", { "逾期未反馈", "overdue" } },
	{ "reopened", { "重新打开", "reopened" } }, { "issued", { "签发", "issued" } },
	{ "discarded", { "不予签发", "discarded" } }, { "signed", { "签收", "signed for" } },
	{ "replied", { "反馈", "replied" } }, { "accepted", { "核验通过", "accepted" } },
	{ "extended", { "延期", "extended" } },
	/* rows */
	{ "total", { "累计", "total" } }, { "add", { "新增", "add" } },
	{ "stage", { "节点", "stage" } }, { "level", { "水平", "level" } },
	{ "nil", { "无进展", "nil" } }, { "retract", { "撤回", "retract" } },
	{ "admitted", { "计入", "admitted" } }, { "hold", { "待核定", "hold" } },
	{ "reject", { "退回", "reject" } }, { "duplicate", { "重复", "duplicate" } },
	{ "conflict", { "矛盾", "conflict" } },
	/* entries */
	{ "catalogue", { "目录", "catalogue" } }, { "batch", { "上报", "batch" } },
	{ "gap", { "缺失", "gap" } }, { "act", { "操作", "act" } },
	{ "link", { "连接", "link" } }, { "tick", { "日终", "day" } },
	/* targets */
	{ "quantity", { "数量", "quantity" } }, { "ratio", { "比率", "ratio" } },
	{ "milestone", { "节点", "milestone" } }, { "policy", { "政策", "policy" } },
	{ "composite", { "合成", "composite" } },
	{ "main", { "主指标", "main" } }, { "part", { "分项", "part" } },
	{ "support", { "佐证", "support" } }, { "derived", { "推算", "derived" } },
	{ "counties", { "县区", "counties" } },
	{ "lead", { "牵头单位", "lead" } },
	/* channels to the outside */
	{ "ok", { "正常", "ok" } }, { "failing", { "失败中", "failing" } },
	{ "disabled", { "已停用（410）", "disabled (410)" } },
	{ "broken", { "密钥不可用", "secret unusable" } },
	{ "delivered", { "送达", "delivered" } }, { "failed", { "失败", "failed" } },
	{ "dead", { "死信", "dead" } },
	{ "the name leads to a private address; set \"private: yes\" to allow it",
	  { "域名指向内网地址；要允许，请在该通道写 private: yes",
	    "the name leads to a private address; set \"private: yes\" to allow it" } },
	{ "this is a private address; set \"private: yes\" to allow it",
	  { "这是内网地址；要允许，请在该通道写 private: yes",
	    "this is a private address; set \"private: yes\" to allow it" } },
	/* meetings */
	{ "meeting", { "会议", "meeting" } }, { "study", { "调研", "study" } },
	/* clocks */
	{ "system", { "系统时钟", "system" } }, { "manual", { "手动时钟", "manual" } },
};
/* clang-format on */

const char *ctl_word(const struct ctl *c, const char *word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].word, word) == 0)
			return lang_pick(words[i].text, c->lang);
	return word;
}

const char *ctl_plain(const char *number, char out[CTL_PLAIN])
{
	size_t n;

	snprintf(out, CTL_PLAIN, "%s", number);
	if (strchr(out, '.') == NULL)
		return out;
	n = strlen(out);
	while (out[n - 1] == '0')
		n--;
	if (out[n - 1] == '.')
		n--;
	out[n] = '\0';
	return out;
}

const char *ctl_value(const json_t *object, const char *key, const char *kind, char out[CTL_PLAIN])
{
	const char *value = ctl_string(object, key);

	if (value[0] == '\0' || strcmp(kind, "milestone") != 0)
		return value;
	ctl_plain(value, out);
	snprintf(out + strlen(out), CTL_PLAIN - strlen(out), " %%");
	return out;
}

const char *ctl_rate(const json_t *object, const char *key, const char *numerator,
		     const char *denominator, const char *kind, char out[CTL_RATE])
{
	const char *value = ctl_string(object, key);
	char plain[CTL_PLAIN];

	if (value[0] == '\0' || ctl_string(object, denominator)[0] == '\0')
		snprintf(out, CTL_RATE, "%s", ctl_value(object, key, kind, plain));
	else
		snprintf(out, CTL_RATE, "%s %% (%s/%s)", value, ctl_string(object, numerator),
			 ctl_string(object, denominator));
	return out;
}

void ctl_warn(const struct ctl *c, const json_t *answer)
{
	json_t *warning;
	size_t i;

	json_array_foreach(json_object_get(answer, "warnings"), i, warning)
		ctl_say(c, stdout, "  注意：%s\n", "  note: %s\n", ctl_words(c, warning, "text"));
}

/* --- deeds ------------------------------------------------------------------------------------ */

/* An act about a record: which one, and what was done to it. */
static void tell_record(const struct ctl *c, const json_t *act, char *about, size_t cap,
			const char **what)
{
	const struct forms_kind *k;
	const struct forms_act *a = forms_act(ctl_string(act, "act"), &k);
	const char *id;

	if (a == NULL)
		return;
	id = ctl_string(act, records_kind_name(k->kind));
	*what = lang_pick(a->word, c->lang);
	snprintf(about, cap, "%s %s", lang_pick(k->word, c->lang), k->key ? "" : id);
}

static const struct {
	const char *act;
	struct lang_text text;
	const char *about;
} acts[] = {
	{ "unit.invite", { "邀请", "invited" }, "unit" },
	{ "key.enrol", { "凭邀请登记了密钥", "enrolled a key by invitation" }, "key" },
	{ "key.add", { "登记密钥，单位", "added a key of" }, "unit" },
	{ "key.approve", { "批准密钥", "approved the key" }, "key" },
	{ "key.revoke", { "吊销密钥", "revoked the key" }, "key" },
	{ "delegate", { "委托填报，单位", "delegated reporting to" }, "unit" },
	{ "hold.release", { "放行待核定行，位置", "released the held row of" }, "position" },
	{ "hold.reject", { "退回待核定行，位置", "rejected the held row of" }, "position" },
	{ "flag.explain", { "说明了提示", "explained the flag" }, "flag" },
	{ "flag.dismiss", { "排除了提示", "dismissed the flag" }, "flag" },
	{ "flag.confirm", { "确认有误", "confirmed the flag" }, "flag" },
	{ "user.noted", { "更改用户", "changed the user" }, "user" },
	{ "link.noted", { "更改只读链接", "changed the link" }, "link" },
	{ "object.check", { "登记验收，对象", "noted the check of" }, "object" },
	{ "sample.result", { "登记抽查结果，指标", "noted what was found of" }, "measure" },
	{ "alert.ack", { "签收预警", "acknowledged" }, "alert" },
	{ "alert.assign", { "交办预警", "assigned" }, "alert" },
	{ "alert.comment", { "批注预警", "commented on" }, "alert" },
	{ "alert.silence", { "静默预警", "silenced" }, "alert" },
	{ "alert.unsilence", { "取消静默", "ended the silence of" }, "alert" },
	{ "slip.issue", { "签发督办件", "issued the slip" }, "slip" },
	{ "slip.discard", { "不予签发督办件", "discarded the slip" }, "slip" },
	{ "slip.sign", { "登记签收，督办件", "noted who signed for the slip" }, "slip" },
	{ "slip.reply", { "登记反馈，督办件", "noted the reply to the slip" }, "slip" },
	{ "slip.verify", { "核验反馈，督办件", "verified the reply to the slip" }, "slip" },
	{ "slip.close", { "销号，督办件", "closed the slip" }, "slip" },
	{ "slip.extend", { "延期，督办件", "gave more time to the slip" }, "slip" },
	{ "slip.reopen", { "重新打开督办件", "reopened the slip" }, "slip" },
	{ "plan.set", { "调整计划，指标", "decided a plan of" }, "measure" },
	{ "quota.set", { "调整分解任务，指标", "decided quotas of" }, "measure" },
	{ "report.confirm", { "确认报送数据，月份", "confirmed figures of" }, "period" },
	{ "report.verify", { "核验数据，月份", "verified figures of" }, "period" },
	{ "report.return", { "退回数据，月份", "returned figures of" }, "period" },
	{ "report.object", { "对数据提出异议，指标", "objected to a figure of" }, "measure" },
	{ "report.answer", { "答复异议，指标", "answered an objection to" }, "measure" },
	{ "report.extend", { "延长报送期限，月份", "moved the due day of" }, "period" },
	{ "month.publish", { "发布", "published" }, "period" },
	{ "year.close", { "年终封账，文号", "closed the year by" }, "document" },
	{ "audit.correct", { "审计更正", "noted an audit of" }, "measure" },
	{ "audit.withdraw", { "撤回审计更正", "withdrew an audit of" }, "measure" },
};

static void tell_act(const struct ctl *c, const json_t *act, char out[CTL_DEED])
{
	const char *name = ctl_string(act, "act"), *by = ctl_string(act, "by");
	const char *why = ctl_string(act, "why"), *what = name, *about = "";
	char number[48] = "";

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		if (strcmp(acts[i].act, name) != 0)
			continue;
		what = lang_pick(acts[i].text, c->lang);
		about = ctl_string(act, acts[i].about);
	}
	tell_record(c, act, number, sizeof(number), &what);
	if (json_is_integer(json_object_get(act, "row")))
		snprintf(number, sizeof(number), "%lld:%lld", ctl_number(act, "position"),
			 ctl_number(act, "row"));
	snprintf(out, CTL_DEED, "%.40s%s%.60s %.64s", by, ctl_pick(c, "：", ": "), what,
		 number[0] ? number : about);
	if (why[0] != '\0')
		snprintf(out + strlen(out), CTL_DEED - strlen(out), "%s%s%s",
			 ctl_pick(c, "（", " ("), why, ctl_pick(c, "）", ")"));
}

const char *ctl_deed(const struct ctl *c, const json_t *event, char out[CTL_DEED])
{
	static const struct {
		const char *entry;
		struct lang_text text;
	} deeds[] = {
		{ "catalogue", { "服务载入目录", "the daemon loaded a catalogue" } },
		{ "gap", { "上报端说有行已丢失", "the reporter lost rows" } },
		{ "tick", { "新的一天开始", "a day began" } },
		{ "conflict", { "与先前所报矛盾", "it contradicted what it had said" } },
		{ "batch", { "", "" } },
	};
	const char *entry = ctl_string(event, "entry");

	out[0] = '\0';
	if (strcmp(entry, "act") == 0)
		tell_act(c, json_object_get(event, "act"), out);
	else if (strcmp(entry, "link") == 0)
		snprintf(out, CTL_DEED, "%s",
			 json_is_true(json_object_get(event, "up")) ?
				 ctl_pick(c, "已连上", "its link is up") :
				 ctl_pick(c, "连接已断", "its link is down"));
	for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (strcmp(deeds[i].entry, entry) == 0)
			snprintf(out, CTL_DEED, "%s", lang_pick(deeds[i].text, c->lang));
	return out;
}
