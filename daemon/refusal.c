/* SPDX-License-Identifier: MIT */
#include "daemon/refusal.h"

#include "proto/curve.h"

/* clang-format off */
static const struct {
	const char *name;
	const char *text;
} refusals[] = {
	[MESSAGE_REFUSED_VERSION] = {
		"version",
		"不支持的协议版本，请升级程序 / "
		"this protocol version is not spoken here: update your program",
	},
	[MESSAGE_REFUSED_TYPE] = {
		"type",
		"此端口不接受这种消息 / "
		"this socket does not take that type of message",
	},
	[MESSAGE_REFUSED_SIZE] = {
		"size",
		"消息过大或为空，请拆成合适的批次 / "
		"too large, or no rows: send smaller batches",
	},
	[MESSAGE_REFUSED_GAP] = {
		"gap",
		"中间有缺号，请从 expected 起重发 / "
		"sequences are missing: send again from expected",
	},
	[MESSAGE_REFUSED_CONFLICT] = {
		"conflict",
		"序号已用于其他内容，请换新的 epoch 重发 / "
		"these sequences were used for other content: new epoch",
	},
	[MESSAGE_REFUSED_FENCED] = {
		"fenced",
		"同一发件箱已有更新的连接 / "
		"a newer session speaks for this outbox",
	},
	[MESSAGE_REFUSED_REVOKED] = {
		"revoked",
		"密钥已停用，请联系督查室 / "
		"this key is no longer valid: ask the office",
	},
	[MESSAGE_REFUSED_ROLE] = {
		"role",
		"此密钥的角色不允许这样做 / "
		"the role of this key does not allow that",
	},
	[MESSAGE_REFUSED_PROGRAMME] = {
		"programme",
		"项目年度不符 / "
		"this is the store of another programme",
	},
	[MESSAGE_REFUSED_EPOCHS] = {
		"epochs",
		"发件箱过多 / "
		"too many outboxes of this reporter are alive",
	},
	[MESSAGE_REFUSED_BUSY] = {
		"busy",
		"服务繁忙，请稍后重试 / "
		"busy: try again later",
	},
	[MESSAGE_REFUSED_NO_HELLO] = {
		"no-hello",
		"请先发送 Hello / "
		"say Hello first",
	},
	[MESSAGE_REFUSED_TOKEN] = {
		"token",
		"邀请码无效、已用或过期 / "
		"the invitation is unknown, used or expired",
	},
	[MESSAGE_REFUSED_BODY] = {
		"body",
		"消息内容无法解析 / "
		"the body does not decode",
	},
	[MESSAGE_REFUSED_CREDIT] = {
		"credit",
		"未回执的数据超过额度 / "
		"more bytes in flight than the credit allows",
	},
};
/* clang-format on */
#define COUNT (sizeof(refusals) / sizeof(refusals[0]))

const char *refusal_name(uint32_t code)
{
	return code < COUNT && refusals[code].name ? refusals[code].name : "other";
}

void refusal_complete(struct message_refused *r)
{
	if (r->text.len == 0 && r->code < COUNT && refusals[r->code].text)
		r->text = bytes_of_string(refusals[r->code].text);
}

void refusal_note(struct metrics *m, struct log_limit *limit, const char *where, const uint8_t *who,
		  uint32_t code)
{
	char text[CURVE_TEXT_LEN];

	metrics_add(m, metrics_refusal(code), 1);
	curve_encode(who, text);
	log_limited(limit, 20, LOG_WARN, where, "refused a message of key %.8s...: %s", text,
		    refusal_name(code));
}
