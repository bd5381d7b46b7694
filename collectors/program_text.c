/* SPDX-License-Identifier: MIT */
#include "collectors/program_text.h"

/* {1}, {2} ...: see where the text is used. */
static const struct lang_text texts[TEXT_COUNT] = {
	[TEXT_NO_COMMAND] = { "minsheng：请给出命令，如 minsheng push 1.1/canteens 3",
			      "minsheng: give a command, such as minsheng push 1.1/canteens 3" },
	[TEXT_UNKNOWN_COMMAND] = { "minsheng：没有命令“{1}”", "minsheng: there is no command \"{1}\"" },
	[TEXT_ARGUMENTS] = { "minsheng {1}：参数个数不对，用法：minsheng {1} {2}",
			     "minsheng {1}: wrong number of arguments; usage: minsheng {1} {2}" },
	[TEXT_SEE_HELP] = { "查看帮助：minsheng {1}{2}--help", "see minsheng {1}{2}--help" },
	[TEXT_BAD_OPTION] = { "选项“{1}”不认识，或缺少内容", "option \"{1}\" is unknown, or lacks its argument" },
	[TEXT_BAD_LANG] = { "--lang 只能是 zh 或 en", "--lang is zh or en" },
	[TEXT_BAD_WAIT] = { "--wait 要写秒数，0 到 86400：“{1}”不行",
			    "--wait takes seconds from 0 to 86400, not \"{1}\"" },
	[TEXT_BAD_FORMAT] = { "不知道“{1}”是什么格式，请用 .csv、.jsonl，或加 --format csv|jsonl",
			      "\"{1}\" is of no known format: use .csv or .jsonl, or --format csv|jsonl" },
	[TEXT_FOLDER_LONG] = { "文件夹路径太长", "the folder's path is too long" },
	[TEXT_NOT_ENROLLED] = { "本机尚未接入（{1} 中没有身份）。请先运行：minsheng enroll < 邀请码文件",
				"not enrolled (no identity in {1}). First run: minsheng enroll < TOKENFILE" },
	[TEXT_IDENTITY_BROKEN] = { "{1}/identity.json 或 key.secret 无法使用：{2}，详见上面的日志",
				   "{1}/identity.json or key.secret is not usable: {2}; see the log above" },
	[TEXT_KEY_RIGHTS] = { "{1}/key.secret 的权限太宽，请运行：chmod 600 {1}/key.secret",
			      "others may read {1}/key.secret: run chmod 600 {1}/key.secret" },
	[TEXT_BUSY] = { "{1} 的发件箱正被另一个进程使用（有采集程序在运行）。请用那个进程，或先停止它",
			"another process (a running collector) holds the outbox in {1}: use that one, or stop it first" },
	[TEXT_DAMAGED] = { "{1} 的发件箱已损坏。请把文件夹 outbox 移到别处保存，再重新导入未入账的数据",
			   "the outbox in {1} is damaged: move its folder \"outbox\" aside, keep it, and import again what has no receipt" },
	[TEXT_CANNOT_OPEN] = { "无法打开 {1}：{2}", "{1} can't be opened: {2}" },
	[TEXT_FULL] = { "发件箱或磁盘已满，没有保存任何一行。请腾出空间，或等待服务器接收后再试",
			"the outbox or the disk is full: nothing was stored. Make room, or wait until the server has taken what is there" },
	[TEXT_CANNOT_STORE] = { "保存失败：{1}，没有保存任何一行", "storing failed: {1}; nothing was stored" },
	[TEXT_CANNOT_READ] = { "无法读取 {1}：{2}", "{1} can't be read: {2}" },
	[TEXT_NO_MEMORY] = { "内存不足", "out of memory" },
	[TEXT_FAULTS_NOTHING] = { "{1} 行有错，没有保存任何一行。改正后重新导入；或加 --partial 只导入正确的 {2} 行",
				  "{1} rows have faults: nothing was stored. Mend them and import again, or take the {2} good ones with --partial" },
	[TEXT_FAULTS_PARTIAL] = { "{1} 行有错，未导入；改正后请再导入这些行",
				  "{1} rows have faults and were left out: mend and import them again" },
	[TEXT_WITHOUT_FIGURE] = { "{1} 行没有数值，视为未报（不是 0）",
				  "{1} rows have no figure: not reported (that is not 0)" },
	[TEXT_NOTHING_TO_DO] = { "没有可上报的行", "there is no row to report" },
	[TEXT_DRY_RUN_OK] = { "试运行：{1} 行可以上报，未发送。正式上报请去掉 --dry-run",
			      "dry run: {1} rows are fit to report, nothing was sent. Leave out --dry-run to send" },
	[TEXT_STORED] = { "已保存 {1} 行，稍后自动发送", "{1} rows stored; they will be sent" },
	[TEXT_SUMMARY] = { "{1} 行已有回执：入账 {2}，重复 {3}，待核 {4}，拒绝 {5}，冲突 {6}",
			   "{1} rows have receipts: {2} admitted, {3} duplicates, {4} held, {5} rejected, {6} conflicts" },
	[TEXT_NOT_YET] = { "{1} 行已安全保存，还没有回执：{2}（{3}）",
			   "{1} rows are stored safely but have no receipt yet: {2} ({3})" },
	[TEXT_NOT_YET_HINT] = { "不需要重新录入。再次发送：minsheng outbox flush",
				"no need to enter them again. To send: minsheng outbox flush" },
	[TEXT_VERDICT] = { "{1}{2} {3}：{4}（{5}）{6}", "{1}{2} {3}: {4} ({5}) {6}" },
	[TEXT_PROGRESS] = { "{1} {2} / {3} 行", "{1} {2} / {3} rows" },
	[TEXT_TOKEN_BAD] = { "邀请码不完整或有误（{1}）。请重新复制整行，以 MINSHENG1. 开头",
			     "the invitation is incomplete or wrong ({1}): copy the whole line that begins with MINSHENG1." },
	[TEXT_TOKEN_VERSION] = { "邀请码的版本太新，请升级本程序", "the invitation is of a newer version: update this program" },
	[TEXT_TOKEN_EXPIRED] = { "邀请码已过期，请向督查室索取新的", "the invitation has expired: ask the office for a new one" },
	[TEXT_ALREADY_ENROLLED] = { "此文件夹已经接入（{1}）。接入另一单位请用 --folder 另选文件夹",
				    "this folder is enrolled already (as {1}): for another unit choose another --folder" },
	[TEXT_FINGERPRINT] = { "本机公钥指纹：{1}", "fingerprint of this machine's key: {1}" },
	[TEXT_ASKING] = { "正在请求 {1} …", "asking {1} ..." },
	[TEXT_APPROVAL] = { "等待督查室批准。请打电话与对方核对上面的指纹",
			    "waits for the office's approval: compare the fingerprint above with them by telephone" },
	[TEXT_ENROLLED] = { "已接入：{1} {2}。下一步：minsheng push 指标 数值，或 minsheng import 表.csv",
			    "enrolled as {1} {2}. Next: minsheng push TARGET VALUE, or minsheng import FILE.csv" },
	[TEXT_ENROL_REFUSED] = { "被拒绝：{1}", "refused: {1}" },
	[TEXT_ENROL_LATER] = { "还没有批准。批准后再次运行同一命令即可", "not approved yet: run the same command again later" },
	[TEXT_ENROL_SILENT] = { "{1} 没有应答。请检查网络和防火墙，再试一次",
				"{1} does not answer: check network and firewall, then try again" },
	[TEXT_OUTBOX_EMPTY] = { "发件箱是空的：全部已有回执", "the outbox is empty: everything has its receipt" },
	[TEXT_OUTBOX_WAITING] = { "{1} 行待发，最早的已等待 {2}", "{1} rows wait, the oldest for {2}" },
	[TEXT_OUTBOX_ENTRY] = { "  第 {1} 行起 {2} 行，{3} 前，{4} 字节，{5}",
				"  {2} rows from number {1}, {3} ago, {4} bytes, {5}" },
	[TEXT_OUTBOX_SEALED] = { "已封批", "sealed" },
	[TEXT_OUTBOX_OPEN] = { "未封批", "open" },
	[TEXT_OUTBOX_EXCEPTIONS] = { "最近的例外：", "the last exceptions:" },
	[TEXT_STATUS_UNIT] = { "单位      {1} {2}", "unit        {1} {2}" },
	[TEXT_STATUS_FOLDER] = { "文件夹    {1}", "folder      {1}" },
	[TEXT_STATUS_SERVER] = { "服务器    {1}", "server      {1}" },
	[TEXT_STATUS_LINK] = { "连接      {1}（{2}）", "connection  {1} ({2})" },
	[TEXT_STATUS_CLOCK] = { "时钟      与服务器相差 {1} → 请校时：sudo timedatectl set-ntp true",
				"clock       differs from the server's by {1}: sudo timedatectl set-ntp true" },
	[TEXT_STATUS_OUTBOX] = { "发件箱    {1} 行待发，{2} 字节，最早的已等待 {3}",
				 "outbox      {1} rows wait, {2} bytes, the oldest for {3}" },
	[TEXT_STATUS_RECEIPTS] = { "回执      入账 {1}，待核 {2}，拒绝 {3}，重复 {4}，冲突 {5}",
				   "receipts    {1} admitted, {2} held, {3} rejected, {4} duplicates, {5} conflicts" },
	[TEXT_STATUS_LAST] = { "最近回执  {1}", "last one    {1}" },
	[TEXT_STATUS_NEVER] = { "还没有", "none yet" },
	[TEXT_STATUS_CATALOGUE] = { "目录      第 {1} 版，本单位 {2} 项指标",
				    "catalogue   version {1}, {2} measures of yours" },
	[TEXT_LINK_AWAY] = { "未连接", "not connected" },
	[TEXT_LINK_CONNECTING] = { "正在连接", "connecting" },
	[TEXT_LINK_CONNECTED] = { "已连接", "connected" },
	[TEXT_LINK_REFUSED] = { "被服务器拒绝", "refused by the server" },
	[TEXT_LINK_FENCED] = { "另一个进程正在用同一发件箱发送", "another process sends for the same outbox" },
	[TEXT_LINK_NOT_ENROLLED] = { "尚未接入", "not enrolled" },
	[TEXT_LINK_OFFLINE] = { "离线", "offline" },
	[TEXT_ADMITTED] = { "入账", "admitted" },
	[TEXT_HELD] = { "待核", "held" },
	[TEXT_REJECTED] = { "拒绝", "rejected" },
	[TEXT_DUPLICATE] = { "重复", "duplicate" },
	[TEXT_CONFLICT] = { "冲突", "conflict" },
	[TEXT_SECONDS] = { "{1} 秒", "{1} s" },
	[TEXT_MINUTES] = { "{1} 分钟", "{1} min" },
	[TEXT_HOURS] = { "{1} 小时", "{1} h" },
	[TEXT_DAYS] = { "{1} 天", "{1} days" },
	[TEXT_USAGE] = { "用法：minsheng {1} {2}", "usage: minsheng {1} {2}" },
	[TEXT_COMMANDS] = { "命令：", "commands:" },
	[TEXT_OPTIONS] = { "选项：", "options:" },
	[TEXT_EXAMPLES] = { "例子：", "examples:" },
	[TEXT_EXIT_CODES] = {
		"退出码：0 全部有回执；1 有错或被拒绝；2 用法不对；3 已保存、还没有回执；4 有待核的行；78 配置不对",
		"exit codes: 0 all have receipts; 1 faults or rejected rows; 2 usage; 3 stored, no receipt yet; 4 held rows; 78 configuration"
	},
};

const char *program_text(enum program_text_id id, enum lang lang)
{
	return lang_pick(texts[id], lang);
}

const char *program_verdict(unsigned verdict, enum lang lang)
{
	static const enum program_text_id ids[EVENT_VERDICT_COUNT] = {
		[EVENT_ADMITTED] = TEXT_ADMITTED, [EVENT_HOLD] = TEXT_HELD,
		[EVENT_REJECT] = TEXT_REJECTED,	  [EVENT_DUPLICATE] = TEXT_DUPLICATE,
		[EVENT_CONFLICT] = TEXT_CONFLICT,
	};

	return verdict < EVENT_VERDICT_COUNT ? program_text(ids[verdict], lang) : "?";
}

const char *program_link(enum minsheng_link link, enum lang lang)
{
	static const enum program_text_id ids[] = {
		[MINSHENG_AWAY] = TEXT_LINK_AWAY,
		[MINSHENG_CONNECTING] = TEXT_LINK_CONNECTING,
		[MINSHENG_CONNECTED] = TEXT_LINK_CONNECTED,
		[MINSHENG_REFUSED] = TEXT_LINK_REFUSED,
		[MINSHENG_FENCED] = TEXT_LINK_FENCED,
		[MINSHENG_NOT_ENROLLED] = TEXT_LINK_NOT_ENROLLED,
		[MINSHENG_OFFLINE] = TEXT_LINK_OFFLINE,
	};

	return program_text(ids[link], lang);
}
