/* SPDX-License-Identifier: MIT */
#include "collectors/program/words.h"

/* {1}, {2} ...: see where the text is used. */
static const struct lang_text texts[TEXT_COUNT] = {
	[TEXT_NO_COMMAND] = { "minsheng：请给出命令，如 minsheng push 1.1/canteens 3",
			      "minsheng: give a command, such as minsheng push 1.1/canteens 3" },
	[TEXT_UNKNOWN_COMMAND] = { "minsheng：没有命令“{1}”", "minsheng: there is no command \"{1}\"" },
	[TEXT_ARGUMENTS] = { "minsheng {1}：参数个数不对，用法：minsheng {1} {2}",
			     "minsheng {1}: wrong number of arguments; usage: minsheng {1} {2}" },
	[TEXT_SEE_HELP] = { "查看帮助：minsheng {1}{2}--help", "see minsheng {1}{2}--help" },
	[TEXT_BAD_OPTION] = { "没有选项“{1}”（或它不带内容）",
			      "there is no option \"{1}\", or it takes no argument" },
	[TEXT_OPTION_LACKS] = { "选项 {1} 后面要写内容：{1} {2}", "{1} needs its argument: {1} {2}" },
	[TEXT_VALUE_MISSING] = { "缺少数值。请写：minsheng push {1} 数值（如 minsheng push {1} 3）",
				 "the value is missing: minsheng push {1} VALUE (such as minsheng push {1} 3)" },
	[TEXT_BAD_LANG] = { "--lang 只能是 zh 或 en", "--lang is zh or en" },
	[TEXT_BAD_WAIT] = { "--wait 要写秒数，0 到 86400：“{1}”不行",
			    "--wait takes seconds from 0 to 86400, not \"{1}\"" },
	[TEXT_BAD_LIMIT] = { "--limit 要写条数，1 或更多：“{1}”不行",
			     "--limit takes a number from 1, not \"{1}\"" },
	[TEXT_BAD_FORMAT] = { "不知道“{1}”是什么格式，请用 .xlsx、.csv、.jsonl，或加 --format csv|xlsx|jsonl",
			      "\"{1}\" is of no known format: use .xlsx, .csv or .jsonl, or --format csv|xlsx|jsonl" },
	[TEXT_FOLDER_LONG] = { "文件夹路径太长", "the folder's path is too long" },
	[TEXT_NOT_ENROLLED] = { "本机尚未接入（{1} 中没有身份）。请先运行：minsheng enroll < 邀请码文件",
				"not enrolled (no identity in {1}). First run: minsheng enroll < TOKENFILE" },
	[TEXT_IDENTITY_BROKEN] = { "{1}/identity.json 或 key.secret 无法使用：{2}，详见上面的日志",
				   "{1}/identity.json or key.secret is not usable: {2}; see the log above" },
	[TEXT_KEY_RIGHTS] = { "{1}/key.secret 的权限太宽，请运行：chmod 600 {1}/key.secret",
			      "others may read {1}/key.secret: run chmod 600 {1}/key.secret" },
	[TEXT_BUSY_WAITING] = { "{1} 正被{2}使用，等它结束 …", "{1} is in use by {2}: waiting for it ..." },
	[TEXT_BUSY] = { "{1} 一直被{2}占用，这次什么都没有做（没有保存）。等它结束后再运行，或用 --wait 秒数 等久一些",
			"{1} is still held by {2}; nothing was done, nothing was stored. Run this again when that has ended, or wait longer with --wait SECONDS" },
	[TEXT_HOLDER] = { "另一个进程（{2}，进程号 {1}）", "another process ({2}, pid {1})" },
	[TEXT_HOLDER_UNKNOWN] = { "另一个进程", "another process" },
	[TEXT_DAMAGED] = { "{1} 的发件箱已损坏。请把文件夹 outbox 移到别处保存，再重新导入未入账的数据",
			   "the outbox in {1} is damaged: move its folder \"outbox\" aside, keep it, and import again what has no receipt" },
	[TEXT_CANNOT_OPEN] = { "无法打开 {1}：{2}", "{1} can't be opened: {2}" },
	[TEXT_FULL] = { "发件箱或磁盘已满，没有保存任何一行。请腾出空间，或等待服务器接收后再试",
			"the outbox or the disk is full: nothing was stored. Make room, or wait until the server has taken what is there" },
	[TEXT_CANNOT_STORE] = { "保存失败：{1}，没有保存任何一行", "storing failed: {1}; nothing was stored" },
	[TEXT_STORE_UNKNOWN] = { "磁盘出错，不知道这些行是否已保存。请检查磁盘，再运行 minsheng outbox 查看，缺少的行重新上报",
				 "the disk failed: it is not known whether the rows were stored. Check the disk, see minsheng outbox, and report again what is missing" },
	[TEXT_CANNOT_READ] = { "无法读取 {1}：{2}", "{1} can't be read: {2}" },
	[TEXT_NO_MEMORY] = { "内存不足", "out of memory" },
	[TEXT_FAULTS_NOTHING] = { "{1} 行有错，没有保存任何一行。改正后重新导入；或加 --partial 只导入正确的 {2} 行",
				  "{1} {1:row has|rows have} faults: nothing was stored. Mend and import again, or take the {2} without fault with --partial" },
	[TEXT_FAULTS_PARTIAL] = { "{1} 行有错，未导入；改正后请再导入这些行",
				  "{1} {1:row has|rows have} faults and {1:was|were} left out: mend and import again" },
	[TEXT_WITHOUT_FIGURE] = { "{1} 行没有数值，视为未报（不是 0）",
				  "{1} {1:row has|rows have} no figure: not reported (that is not 0)" },
	[TEXT_NOTHING_TO_DO] = { "没有可上报的行", "there is no row to report" },
	[TEXT_DRY_RUN_OK] = { "试运行：{1} 行的格式没有错。这里只查格式、指标和单位，数值是否入账由服务器判断。没有保存，也没有发送；正式上报请去掉 --dry-run",
			      "dry run: the form of {1} {1:row|rows} is right. Only form, measures and units were checked here: the server judges the figures. Nothing was stored or sent; leave out --dry-run to report" },
	[TEXT_STORED] = { "已保存 {1} 行，还没有发送。没有后台程序：下一次运行 minsheng push、import 时一起发送，或运行（可放进 cron）minsheng outbox flush",
			   "{1} {1:row|rows} stored, not sent yet. Nothing runs in the background: the next minsheng push or import sends {1:it|them}, or run minsheng outbox flush (from cron, say)" },
	[TEXT_SUMMARY] = { "{1} 行已有回执：入账 {2}，重复 {3}，待核 {4}，拒绝 {5}，冲突 {6}",
			   "{1} {1:row has its receipt|rows have receipts}: {2} admitted, {3} {3:duplicate|duplicates}, {4} held, {5} rejected, {6} {6:conflict|conflicts}" },
	[TEXT_NOT_YET] = { "{1} 行已安全保存，还没有回执：{2}",
			   "{1} {1:row is|rows are} stored safely but {1:has|have} no receipt yet: {2}" },
	[TEXT_NOT_YET_HINT] = { "不需要重新录入。以后再发送：minsheng outbox flush（可放进 cron）",
				"no need to enter {1:it|them} again. To send later: minsheng outbox flush (from cron, say)" },
	[TEXT_NOT_YET_CAUSES] = { "常见原因：服务器没有运行；网络或防火墙不通；本机的接入还没有批准或已被撤销（请问督查室）",
				  "likely causes: the server is down; network or firewall; this machine's key is not approved yet, or was revoked (ask the office)" },
	[TEXT_VERDICT] = { "{1}{2} {3}：{4}（{5}）{6}", "{1}{2} {3}: {4} ({5}) {6}" },
	[TEXT_PROGRESS] = { "{1} {2} / {3} 行", "{1} {2} / {3} {3:row|rows}" },
	[TEXT_TOKEN_BAD] = { "邀请码不完整或有误。请重新复制整行，以 MINSHENG1. 开头",
			     "the invitation is incomplete or wrong ({1}): copy the whole line that begins with MINSHENG1." },
	[TEXT_TOKEN_VERSION] = { "邀请码的版本太新，请升级本程序", "the invitation is of a newer version: update this program" },
	[TEXT_TOKEN_EXPIRED] = { "按本机时钟，邀请码已过期；由服务器判断，仍然尝试。如被拒绝，请向督查室索取新的",
				 "by this machine's clock the invitation has expired; the server judges that, so trying. If refused, ask the office for a new one" },
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
	[TEXT_OUTBOX_EMPTY] = { "发件箱是空的：没有等待发送或等待回执的数据", "the outbox is empty: nothing waits" },
	[TEXT_OUTBOX_WAITING] = { "{1} 行等待回执，最早的已等待 {2}", "{1} {1:row waits|rows wait}, the oldest for {2}" },
	[TEXT_OUTBOX_ENTRY] = { "  第 {1} 行起 {2} 行，{3} 前，{4} 字节，{5}",
				"  {2} {2:row|rows} from number {1}, {3} ago, {4} bytes, {5}" },
	[TEXT_OUTBOX_SEALED] = { "已排好次序，等回执", "put in order, receipt awaited" },
	[TEXT_OUTBOX_OPEN] = { "还没有发送", "not sent yet" },
	[TEXT_OUTBOX_EXCEPTIONS] = { "最近没有入账的（待核、拒绝等）：", "the last that were not admitted (held, rejected ...):" },
	[TEXT_STATUS_UNIT] = { "单位      {1} {2}", "unit        {1} {2}" },
	[TEXT_STATUS_FOLDER] = { "文件夹    {1}", "folder      {1}" },
	[TEXT_STATUS_SERVER] = { "服务器    {1}", "server      {1}" },
	[TEXT_STATUS_LINK] = { "连接      {1}", "connection  {1}" },
	[TEXT_STATUS_CLOCK] = { "时钟      与服务器相差 {1} → 请校时：sudo timedatectl set-ntp true",
				"clock       differs from the server's by {1}: sudo timedatectl set-ntp true" },
	[TEXT_STATUS_OUTBOX] = { "发件箱    {1} 行等待回执，{2} 字节，最早的已等待 {3}",
				 "outbox      {1} {1:row waits|rows wait}, {2} bytes, the oldest for {3}" },
	[TEXT_STATUS_RECEIPTS] = { "回执      入账 {1}，待核 {2}，拒绝 {3}，重复 {4}，冲突 {5}",
				   "receipts    {1} admitted, {2} held, {3} rejected, {4} {4:duplicate|duplicates}, {5} {5:conflict|conflicts}" },
	[TEXT_STATUS_LAST] = { "最近回执  {1}", "last one    {1}" },
	[TEXT_STATUS_NEVER] = { "还没有", "none yet" },
	[TEXT_STATUS_MEASURE] = { "  {1}  {2}（{3}）{4}", "  {1}  {2} ({3}){4}" },
	[TEXT_STATUS_NO_MEASURES] = { "还没有收到本单位的指标", "the unit's measures have not come yet" },
	[TEXT_STATUS_CATALOGUE] = { "目录      第 {1} 版，本单位 {2} 项指标",
				    "catalogue   version {1}, {2} {2:measure|measures} of yours" },
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
	[TEXT_DAYS] = { "{1} 天", "{1} {1:day|days}" },
	[TEXT_USAGE] = { "用法：minsheng {1} {2}", "usage: minsheng {1} {2}" },
	[TEXT_COMMANDS] = { "命令：", "commands:" },
	[TEXT_OPTIONS] = { "选项：", "options:" },
	[TEXT_EXAMPLES] = { "例子：", "examples:" },
	[TEXT_FORMAT_HEAD] = {
		"\n表格（.xlsx 或 CSV，GBK 与 UTF-8 均可）：表头行自动查找，列的次序随意；表头可加 ★，括号内可写计量单位；\n"
		"表头以上的标题跳过，合计行只作核对；合并单元格向下填充；“3.4万”要写成 34000，或在表头注明“万户”。\n"
		"JSONL：每行一个对象，字段名与列名相同。列名（任选一种写法）：",
		"\nSheets (.xlsx, or CSV in UTF-8 or GBK): the heading is found by its names, columns come in any order;\n"
		"titles above it are skipped, sums compared, merged cells filled down. JSONL: one object a line, fields by the same names. Names of columns (any one of them):"
	},
	[TEXT_FORMAT_TAIL] = {
		"日期：2022-06-30、2022/6/30、2022.6.30、20220630、6月30日、截至6月底；2022-06 或 2022年6月 指当月最后一天。\n"
		"表格的其他列并入备注，并给出提醒；JSONL 的其他字段算错误。三行的例子：\n"
		"  指标编码,截止日期,数值,分母,备注\n"
		"  canteens,2022-06-30,3,,2处装修中\n"
		"  public-kindergarten-rate,2022/6/30,9120,17040,\n"
		"按对象计数的指标填“对象编号”，多个用“；”或“、”分开，个数须等于数值；JSONL 写 \"objects\": [\"a\", \"b\"]。\n"
		"JSONL：{\"target\": \"canteens\", \"as_of\": \"2022-06-30\", \"value\": 3}",
		"Dates: 2022-06-30, 2022/6/30, 2022.6.30, 20220630, 6月30日; 2022-06 or 2022年6月 means its last day.\n"
		"Other columns of sheets become part of the note, with a warning; other fields of JSONL are faults.\n"
		"Three lines of example:\n"
		"  target,as_of,value,denominator,note\n"
		"  canteens,2022-06-30,3,,two under repair\n"
		"  public-kindergarten-rate,2022/6/30,9120,17040,\n"
		"Measures that are counted by objects take their ids in \"object\", with ; between them, as many as the\n"
		"value says; JSONL may say \"objects\": [\"a\", \"b\"].\n"
		"JSONL: {\"target\": \"canteens\", \"as_of\": \"2022-06-30\", \"value\": 3}"
	},
	[TEXT_EXIT_CODES] = {
		"退出码：0 全部有回执；1 有错或被拒绝；2 用法不对；3 已保存、还没有回执，或没有应答；4 有待核的行；75 文件夹一直被占用，没有保存；78 配置不对",
		"exit codes: 0 all have receipts; 1 faults or rejected rows; 2 usage; 3 stored, no receipt yet, or no answer; 4 held rows; 75 the folder was held all the time, nothing stored; 78 configuration"
	},
};

const char *program_error(enum err e, enum lang lang)
{
	static const struct lang_text known[ERR_COUNT] = {
		[ERR_OK] = { "没有错", "no fault" },
		[ERR_NOMEM] = { "内存不足", "out of memory" },
		[ERR_INVALID] = { "内容不合格式", "its content is malformed" },
		[ERR_RANGE] = { "太大", "it is too large" },
		[ERR_NOTFOUND] = { "不存在", "it does not exist" },
		[ERR_EXISTS] = { "已经存在", "it exists already" },
		[ERR_DENIED] = { "没有权限", "no permission" },
		[ERR_FULL] = { "空间已满", "no room" },
		[ERR_AGAIN] = { "暂时不行，请再试", "not now, try again" },
		[ERR_BUSY] = { "正被占用", "it is in use" },
		[ERR_TIMEOUT] = { "超时", "the time is up" },
		[ERR_CLOSED] = { "已关闭", "it is closed" },
		[ERR_IO] = { "读写出错", "reading or writing failed" },
		[ERR_CORRUPT] = { "数据已损坏", "its data is damaged" },
		[ERR_VERSION] = { "由不认识的版本所写", "it is of an unknown version" },
		[ERR_STATE] = { "此时不允许", "it is not allowed now" },
		[ERR_FATAL] = { "无法继续", "it can't go on" },
	};

	return e < ERR_COUNT ? lang_pick(known[e], lang) : "?";
}

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
