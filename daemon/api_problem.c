/* SPDX-License-Identifier: MIT */
#include "daemon/api_private.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* clang-format off */
/* In a detail, {name} is the parameter, {given} what was given, or what there is. */
static const struct {
	int status;
	const char *code;
	struct lang_text title, detail;
} problems[API_PROBLEM_COUNT] = {
	[API_BAD_REQUEST] = { 400, "bad-request", { "请求无效", "Bad request" },
		{ "请求行、请求头或查询串无法读取；参数须写成 名称=值",
		  "The request line, a header or the query can't be read; write parameters as name=value" } },
	[API_UNKNOWN_PARAMETER] = { 400, "unknown-parameter", { "未知参数", "Unknown parameter" },
		{ "没有参数 {name}；可用参数：{given}",
		  "There is no parameter {name} here; there are: {given}" } },
	[API_BAD_DATE] = { 400, "bad-date", { "日期无效", "Not a date" },
		{ "{name}={given} 不是日期；请写成 2022-06-30（known_at 也可写 now，period 写 2022-06 或月末日 2022-06-30）",
		  "{name}={given} is no date; write 2022-06-30 (known_at may be now; period is a month, "
		  "2022-06 or its last day 2022-06-30)" } },
	[API_NOT_CLOSED] = { 400, "day-not-over", { "该日尚未结束", "That day is not over" },
		{ "{name}={given} 尚未结束；请用更早的日期，或用 now 查询当前数据",
		  "{name}={given} is not over yet; ask for an earlier day, or for now" } },
	[API_BAD_NUMBER] = { 400, "bad-number", { "数字无效", "Not a valid number" },
		{ "{name}={given} 不是允许范围内的整数",
		  "{name}={given} is no whole number within its bounds" } },
	[API_BAD_CURSOR] = { 400, "bad-cursor", { "游标无效", "Not a cursor" },
		{ "{name}={given} 不是本接口给出的游标；去掉它从头读取",
		  "{name}={given} was not given by this list; leave it out to read from the start" } },
	[API_BAD_CHOICE] = { 400, "bad-choice", { "取值无效", "Not one of the choices" },
		{ "{name} 只能取：{given}", "{name} is one of: {given}" } },
	[API_BAD_POINTS] = { 400, "bad-threshold", { "阈值无效", "Not a threshold" },
		{ "{name}={given} 不是 0 到 100 之间、至多两位小数的百分点数，例如 10 或 12.5",
		  "{name}={given} is no number of percentage points from 0 to 100 with two decimals at "
		  "most, such as 10 or 12.5" } },
	[API_CROSSED_ENTER] = { 400, "crossed-thresholds", { "阈值交叉", "Crossed thresholds" },
		{ "黄灯阈值必须小于红灯阈值，给出的是 {given}；请减小 yellow 或增大 red",
		  "Yellow has to begin before red, but {given}; lower yellow, or raise red" } },
	[API_CROSSED_LEAVE] = { 400, "crossed-thresholds", { "阈值交叉", "Crossed thresholds" },
		{ "退出阈值不能大于进入阈值；请减小 yellow_leave 或 red_leave，或者省略它们",
		  "A light can't be left before it is entered; lower yellow_leave or red_leave, or "
		  "leave them out" } },
	[API_MISSING] = { 400, "missing-parameter", { "缺少参数", "Parameter missing" },
		{ "请给出 {name}，例如 {name}={given}", "Give {name}, such as {name}={given}" } },
	[API_NO_SUCH_PATH] = { 404, "not-found", { "没有这个地址", "No such address" },
		{ "接口目录见 /api/v1/openapi.json", "See /api/v1/openapi.json for what there is" } },
	[API_NO_SUCH_METHOD] = { 405, "method-not-allowed", { "方法不允许", "Method not allowed" },
		{ "这里允许：{given}", "Allowed here: {given}" } },
	[API_NO_SUCH_MEASURE] = { 404, "no-such-target", { "没有这个指标", "No such target" },
		{ "没有指标 {given}；编号见 minshengctl target list（/api/v1/targets）",
		  "There is no target {given}; ids: minshengctl target list (/api/v1/targets)" } },
	[API_NO_SUCH_UNIT] = { 404, "no-such-unit", { "没有这个单位", "No such unit" },
		{ "没有单位 {given}；编号见 minshengctl unit list（/api/v1/units）",
		  "There is no unit {given}; ids: minshengctl unit list (/api/v1/units)" } },
	[API_NO_SUCH_STAGE] = { 404, "no-such-stage", { "没有这个阶段", "No such stage" },
		{ "该指标没有阶段 {given}", "The target has no stage {given}" } },
	[API_NO_SUCH_ITEM] = { 404, "no-such-item", { "没有这个事项", "No such item" },
		{ "目录中没有事项 {given}", "The catalogue has no item {given}" } },
	[API_NO_BULLETIN] = { 404, "no-bulletin", { "该月还没有通报", "No bulletin yet" },
		{ "{given} 报送期限未过，尚未评灯，没有通报；见 /api/v1/months",
		  "Nothing is judged for {given} yet, so that it has no bulletin; see /api/v1/months" } },
	[API_NO_SUCH_MONTH] = { 404, "no-such-month", { "没有这个月份", "No such month" },
		{ "{given} 不是本项目年度内的月份；请写成 2022-06，见 /api/v1/months",
		  "{given} is no month of the programme; write 2022-06, see /api/v1/months" } },
	[API_NO_SUCH_RECORD] = { 404, "no-such-record", { "没有这条记录", "No such record" },
		{ "没有编号为 {given} 的记录；去掉编号可列出全部",
		  "There is no record {given}; leave the number out for a list of all" } },
	[API_NO_OBJECTS] = { 404, "no-objects", { "不按对象计数", "Not counted by objects" },
			     { "该指标按数上报，没有对象名单",
			       "this target is reported by numbers, it has no objects" } },
	[API_NO_SUCH_OBJECT] = { 404, "no-such-object", { "没有这个对象", "No such object" },
				 { "既不在名单内，也没有人上报；见 /api/v1/objects",
				   "neither listed nor reported by anybody: see /api/v1/objects" } },
	[API_NO_SUCH_FLAG] = { 404, "no-such-flag", { "没有这条数据质量提示", "No such flag" },
		{ "没有提示 {given}；见 minshengctl flag list --state all（/api/v1/flags?state=all）",
		  "There is no flag {given}; see minshengctl flag list --state all "
		  "(/api/v1/flags?state=all)" } },
	[API_NO_SAMPLE] = { 404, "no-sample", { "没有抽查名单", "No sample" },
		{ "该期尚未截止，没有抽查名单", "The period is not closed: nothing was drawn for it" } },
	[API_NO_RANKING] = { 409, "ranking-off", { "本项目不排名", "Units are not ranked" },
		{ "目录没有启用排名；启用须由督查机构在目录中写 ranking: delta",
		  "The catalogue has no ranks; the office turns them on by ranking: delta in it" } },
	[API_NOT_RANKED_YET] = { 404, "not-ranked-yet", { "该月尚未截止", "The month is not closed" },
		{ "排名按已截止的月份计算；去掉 period 可看最近一期",
		  "Ranks are those of closed months; leave period out for the newest" } },
	[API_NO_SUCH_ALERT] = { 404, "no-such-alert", { "没有这条预警", "No such alert" },
		{ "从未有过预警 {given}；见 minshengctl alert list --state all（/api/v1/alerts?state=all）",
		  "There never was an alert {given}; see minshengctl alert list --state all "
		  "(/api/v1/alerts?state=all)" } },
	[API_NO_SUCH_SLIP] = { 404, "no-such-slip", { "没有这个督办件", "No such slip" },
		{ "没有督办件 {given}；见 minshengctl slip list --state all（/api/v1/slips?state=all）",
		  "There is no slip {given}; see minshengctl slip list --state all "
		  "(/api/v1/slips?state=all)" } },
	[API_NO_SUCH_EVENT] = { 404, "no-such-event", { "没有这条记录", "No such event" },
		{ "台账中没有 {given}；见 minshengctl event list（/api/v1/events）",
		  "The ledger has no {given}; see minshengctl event list (/api/v1/events)" } },
	[API_NO_SUCH_CHANNEL] = { 404, "no-such-channel", { "没有这个通道", "No such channel" },
		{ "配置中没有通知通道 {given}；见 minshengctl notify list（配置项 notify）",
		  "The configuration has no channel {given}; see minshengctl notify list (key notify)" } },
	[API_LOCAL_ONLY] = { 403, "local-only", { "仅限本机控制套接字", "On the control socket only" },
		{ "此操作请用 minshengctl，在服务所在机器上执行",
		  "Use minshengctl for this, on the machine of the daemon" } },
	[API_NO_RIGHT] = { 403, "no-right", { "无权操作", "No right to do that" },
		{ "需要本服务的用户、root，或配置项 control.group 所指用户组的成员",
		  "It takes the daemon's own user, root, or a member of the group that control.group names" } },
	[API_SIGN_IN] = { 401, "sign-in-required", { "请先登录", "Sign in first" },
		{ "从本机以外，或经过代理，须登录后才能查看；没有账号请找系统管理员（minshengctl user add）",
		  "From elsewhere than this machine, or through a proxy, this takes signing in; for an "
		  "account ask the operator (minshengctl user add)" } },
	[API_SESSION_EXPIRED] = { 401, "session-expired", { "登录已失效", "Your session has ended" },
		{ "登录时间已到、已退出，或账号已变更；请重新登录",
		  "The time of your session was over, or it was ended, or the account was changed: sign in again" } },
	[API_LINK_ENDED] = { 401, "link-ended", { "链接已失效", "The link no longer works" },
		{ "链接已过期、已撤销或不完整；请向给您链接的人索取新的，或登录",
		  "It has expired, was revoked, or is not whole: ask who gave it for a new one, or sign in" } },
	[API_WRONG_PASSWORD] = { 401, "wrong-password", { "用户名或密码不对", "Wrong name or password" },
		{ "用户名或密码不对，请核对后再试；忘记密码请找系统管理员重设（minshengctl user passwd）",
		  "The name or the password is wrong: check both and try again; the operator can set a new "
		  "password (minshengctl user passwd)" } },
	[API_TOO_MANY_TRIES] = { 429, "too-many-tries", { "尝试次数过多", "Too many tries" },
		{ "请 {given} 秒后再试", "Try again in {given} seconds" } },
	[API_FOREIGN_ORIGIN] = { 403, "foreign-origin", { "请求来自其他网站", "Asked by another site" },
		{ "只接受本看板页面自己的操作；请打开看板再试（反向代理须原样传递 Host）",
		  "Only the page itself may do this: open it and try again (a reverse proxy has to pass "
		  "Host on as it came)" } },
	[API_CSRF] = { 403, "csrf", { "缺少页面校验码", "The page's token is missing" },
		{ "请刷新页面再试；程序须把 /api/v1/session 的 csrf 放在请求头 X-CSRF-Token 中",
		  "Load the page again and try; programs send csrf of /api/v1/session as X-CSRF-Token" } },
	[API_ROLE] = { 403, "role", { "您的角色不能做这项操作", "Your role can't do that" },
		{ "操作 {given} 不属于您的角色；请找督查室或系统管理员",
		  "{given} is not for your role: ask the office or the operator" } },
	[API_OTHER_UNIT] = { 403, "other-unit", { "不是您单位的事项", "Not your own unit's" },
		{ "您只能代表 {given} 操作", "You can do this for {given} alone" } },
	[API_USERS_FAULT] = { 503, "users-file", { "用户文件不可用", "The file of users can't be used" },
		{ "{given} 的权限须为 0600 且属于本服务用户，内容须完好；修正后重启服务，详见服务日志",
		  "{given} has to be whole, with mode 0600, and belong to the daemon's user; mend it and start "
		  "the daemon again, see its log" } },
	[API_USERS_NOT_WRITTEN] = { 507, "users-not-written", { "用户文件写不进去", "The file of users was not written" },
		{ "{given} 没有改变，台账中已记下这次操作；请腾出磁盘空间再做一次",
		  "{given} is as it was, though the ledger has a note of this: make room on the disk and do it again" } },
	[API_NO_SUCH_USER] = { 404, "no-such-user", { "没有这个用户", "No such user" },
		{ "没有用户 {given}；见 minshengctl user list", "There is no user {given}; see minshengctl user list" } },
	[API_USER_EXISTS] = { 409, "user-exists", { "已有这个用户", "There is such a user already" },
		{ "用户 {given} 已存在；改角色用 user role，改密码用 user passwd，恢复停用的用 user enable",
		  "{given} exists: user role, user passwd or user enable change an account" } },
	[API_BAD_NAME] = { 422, "bad-name", { "用户名不合规", "Not a user name" },
		{ "{given}：用户名为 2 至 32 个小写字母、数字、点、横线或下划线，以字母开头；姓名写在 --display",
		  "{given}: a name is 2 to 32 of a-z, 0-9, dot, dash, underscore, a letter first; what people "
		  "read goes into --display" } },
	[API_BAD_TEXT] = { 422, "bad-text", { "文字不合规", "Not a line of text" },
		{ "{name} 须为一行文字，不超过 {given} 字节", "{name} is one line of at most {given} bytes" } },
	[API_SHORT_PASSWORD] = { 422, "short-password", { "密码太短", "The password is too short" },
		{ "密码至少 10 个字符（至多 1000 字节），没有其他要求；几个词连起来就很好",
		  "It takes 10 characters at least (1000 bytes at most), and nothing else: some words in a row are fine" } },
	[API_UNIT_OF_ROLE] = { 422, "unit-of-role", { "角色与单位不符", "Role and unit do not fit" },
		{ "角色 {given}：unit 角色须写明单位，其他角色不带单位",
		  "Role {given}: the role unit takes a unit, the others take none" } },
	[API_BAD_SCREEN] = { 422, "bad-screen", { "不是看板的页面", "Not a screen of the page" },
		{ "{name}={given} 须以 #/ 开头，例如 #/wall", "{name}={given} has to begin with #/, such as #/wall" } },
	[API_NO_SUCH_LINK] = { 404, "no-such-link", { "没有这个链接", "No such link" },
		{ "没有链接 {given}；见 minshengctl link list", "There is no link {given}; see minshengctl link list" } },
	[API_TOO_MANY_LINKS] = { 409, "too-many-links", { "链接太多", "Too many links" },
		{ "有效和已撤销的链接已达 500 个；等旧的过期后再建",
		  "There are 500 that have not expired, revoked ones too; wait for old ones to expire" } },
	[API_BAD_JSON] = { 400, "bad-json", { "请求正文无效", "The body is not what is expected" },
		{ "正文须为 JSON 对象，含 {name}", "The body has to be a JSON object with {name}" } },
	[API_CLOCK_RUNS] = { 409, "clock-runs", { "时钟自行走动", "The clock runs by itself" },
		{ "只有 clock.mode: manual 时才能拨动", "It can be set with clock.mode: manual only" } },
	[API_CLOCK_BACK] = { 409, "clock-back", { "时钟不能倒拨", "A clock never goes back" },
		{ "现在已是 {given}；请给出更晚的时间", "It is {given} already; say a later time" } },
	[API_NO_SUCH_IMPORT] = { 404, "no-such-import", { "没有这次导入", "No such import" },
		{ "没有导入 {given}，或已超过保留时间；请再次导入该文件",
		  "There is no import {given}, or it is no longer kept: hand the file in again" } },
	[API_EMPTY_SHEET] = { 400, "empty-sheet", { "没有收到文件", "No file came" },
		{ "请求正文须为 .xlsx 或 CSV 文件本身", "The body has to be the .xlsx or CSV file itself" } },
	[API_TOO_LARGE] = { 413, "too-large", { "内容过大", "Too large" },
		{ "最多 {given}；请分成几个文件", "At most {given}: split it" } },
	[API_IMPORTS_FULL] = { 503, "imports-busy", { "导入的人太多", "Too many imports wait" },
		{ "前面还有几个文件在处理，请稍候再试", "Other sheets are being read: try again in a moment" } },
	[API_JOB_RUNS] = { 409, "job-runs", { "已有任务在运行", "A job is running" },
		{ "一次只运行一个；请等它结束再试",
		  "There is one at a time; try again when it has ended" } },
	[API_NO_SUCH_QUARTER] = { 404, "no-such-quarter", { "没有这个季度", "No such quarter" },
		{ "{given} 不是本项目年度内的季度；请写成 2022-Q2",
		  "{given} is no quarter of the programme; write 2022-Q2" } },
	[API_NO_PACK] = { 404, "no-pack", { "该季度还没有会议材料", "No pack yet" },
		{ "{given} 还没有一个月评过灯；见 /api/v1/months",
		  "No month of {given} is judged yet; see /api/v1/months" } },
	[API_NO_PDF] = { 501, "no-pdf", { "不能生成 PDF", "No PDF here" },
		{ "服务器没有安装 weasyprint；请运维执行 apt install weasyprint，或改用 docx、html",
		  "weasyprint is not installed on the server: apt install weasyprint; or ask for docx or html" } },
	[API_PDF_FAILED] = { 500, "pdf-failed", { "PDF 生成失败", "The PDF failed" },
		{ "weasyprint 超时或出错，详见服务日志；可改用 docx 或 html",
		  "weasyprint took too long or failed, see the daemon's log; ask for docx or html" } },
	[API_PAPER_FAILED] = { 500, "paper-failed", { "文件生成失败", "The paper failed" },
		{ "详见服务日志；请确认存储目录可写、磁盘未满",
		  "See the daemon's log; the store's folder has to be writable, with room on the disk" } },
	[API_PAPERS_FULL] = { 503, "papers-busy", { "正在生成的文件太多", "Too many papers are being made" },
		{ "几秒后再试", "Try again in some seconds" } },
	[API_TOO_MANY_STREAMS] = { 503, "too-many-streams", { "实时流已满", "Too many event streams" },
		{ "请关闭其他页面，或每 30 秒用 ETag 轮询",
		  "Close another one, or poll with ETag every 30 seconds" } },
	[API_TOO_BUSY] = { 503, "busy", { "暂时繁忙", "Busy" },
		{ "等待处理的操作太多；几秒后再试",
		  "Too many commands wait; try again in some seconds" } },
	[API_NO_ANSWER] = { 503, "no-answer", { "未得到答复", "No answer came" },
		{ "不知是否已生效；用同一 id 再发一次不会重复",
		  "Whether it took effect is unknown; the same id again does nothing twice" } },
	[API_STORE_FULL] = { 507, "store-full", { "存储已满", "The store is full" },
		{ "什么都没有改变；请腾出磁盘或调大 limits.map",
		  "Nothing was changed; make room on the disk, or raise limits.map" } },
	[API_ACT_REFUSED] = { 422, "refused", { "操作被拒绝", "Refused" },
		{ "什么都没有改变", "Nothing was changed" } },
	[API_NO_CATALOGUE] = { 503, "no-catalogue", { "尚无目录", "No catalogue yet" },
		{ "服务还没有载入目录；见 /readyz",
		  "The daemon has not loaded a catalogue yet; see /readyz" } },
	[API_DAMAGED] = { 500, "damaged", { "读取失败", "Reading failed" },
		{ "存储读取出错，详见服务日志；可运行 minshengctl ledger verify",
		  "The store could not be read; see the daemon's log, and run minshengctl ledger verify" } },
	[API_NO_MEMORY] = { 503, "no-memory", { "内存不足", "Out of memory" },
		{ "请缩小查询范围（limit、target、unit）", "Ask for less (limit, target, unit)" } },
};
/* clang-format on */

int api_problem_status(enum api_problem problem)
{
	return problems[problem].status;
}

/* --- language --------------------------------------------------------------------------------- */

/* The weight of an entry of Accept-Language, in thousandths. */
static long weight_of(const char *entry, size_t length)
{
	const char *q = memchr(entry, ';', length);
	double value;

	if (q == NULL)
		return 1000;
	q = strstr(q, "q=");
	if (q == NULL || q > entry + length)
		return 1000;
	value = strtod(q + 2, NULL);
	return value >= 0 && value <= 1 ? (long)(value * 1000) : 0;
}

enum lang api_language(const struct http_exchange *x)
{
	const char *wanted = http_query(x, "lang");
	const char *at = http_header(x, "Accept-Language");
	long best = 0;
	enum lang lang = LANG_ZH;

	if (wanted != NULL)
		return strncasecmp(wanted, "en", 2) == 0 ? LANG_EN : LANG_ZH;
	while (at != NULL && *at != '\0') {
		size_t n;
		bool zh, en;

		at += strspn(at, " ,");
		n = strcspn(at, ",");
		zh = strncasecmp(at, "zh", 2) == 0;
		en = strncasecmp(at, "en", 2) == 0;
		if ((zh || en) && weight_of(at, n) > best) {
			best = weight_of(at, n);
			lang = zh ? LANG_ZH : LANG_EN;
		}
		at += n;
	}
	return lang;
}

/* --- answers ---------------------------------------------------------------------------------- */

void api_answer_json(struct http_exchange **x, int status, const struct buf *body)
{
	http_set_header(*x, "Cache-Control", "private, no-cache");
	http_answer(x, status, "application/json; charset=utf-8", buf_bytes(body));
}

static void send_problem(struct http_exchange **x, int status, enum lang lang,
			 const struct buf *body)
{
	http_set_header(*x, "Content-Language", lang == LANG_ZH ? "zh" : "en");
	http_set_header(*x, "Cache-Control", "no-store");
	if (status == 503)
		http_set_header(*x, "Retry-After", "5");
	http_answer(x, status, "application/problem+json; charset=utf-8", buf_bytes(body));
}

static void begin_problem(struct jwrite *j, int status, const char *code, const char *title,
			  const char *detail, const struct http_exchange *x)
{
	char type[96];

	snprintf(type, sizeof(type), "urn:minsheng:problem:%s", code);
	jwrite_object(j, NULL);
	jwrite_string(j, "type", type);
	jwrite_string(j, "title", title);
	jwrite_int(j, "status", status);
	jwrite_string(j, "detail", detail);
	jwrite_string(j, "instance", http_path(x));
}

static void put_detail(struct buf *out, const char *text, const char *name, const char *given)
{
	static const char name_mark[] = "{name}", given_mark[] = "{given}";

	while (*text != '\0') {
		if (strncmp(text, name_mark, sizeof(name_mark) - 1) == 0) {
			buf_put_string(out, name);
			text += sizeof(name_mark) - 1;
		} else if (strncmp(text, given_mark, sizeof(given_mark) - 1) == 0) {
			buf_put_string(out, given);
			text += sizeof(given_mark) - 1;
		} else {
			buf_put_u8(out, (uint8_t)*text++);
		}
	}
}

void api_answer_problem(struct http_exchange **x, enum api_problem problem, enum lang lang,
			const char *parameter, const char *given, struct buf *scratch)
{
	struct jwrite j = jwrite_to(scratch);
	struct buf text = { 0 };
	const char *detail;

	parameter = parameter ? parameter : "";
	put_detail(&text, lang_pick(problems[problem].detail, lang), parameter, given ? given : "");
	detail = buf_cstring(&text);
	buf_clear(scratch);
	begin_problem(&j, problems[problem].status, problems[problem].code,
		      lang_pick(problems[problem].title, lang), detail, *x);
	jwrite_array(&j, "errors");
	if (parameter[0] != '\0') {
		jwrite_object(&j, NULL);
		jwrite_string(&j, "parameter", parameter);
		jwrite_string(&j, "code", problems[problem].code);
		jwrite_string(&j, "message", detail);
		jwrite_end(&j);
	}
	jwrite_end(&j);
	jwrite_end(&j);
	buf_put_u8(scratch, '\n');
	buf_free(&text);
	send_problem(x, problems[problem].status, lang, scratch);
}

void api_fallback(void *ctx, struct http_exchange *x, int status, const char *allow)
{
	static const struct {
		int status;
		enum api_problem problem;
	} of[] = { { 400, API_BAD_REQUEST },
		   { 403, API_LOCAL_ONLY },
		   { 404, API_NO_SUCH_PATH },
		   { 405, API_NO_SUCH_METHOD } };
	struct api *a = ctx;
	enum api_problem problem = API_BAD_REQUEST;

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (of[i].status == status)
			problem = of[i].problem;
	if (allow != NULL)
		http_set_header(x, "Allow", allow);
	api_answer_problem(&x, problem, api_language(x), NULL, allow, &a->body);
}

/* --- refused by the aggregator ---------------------------------------------------------------- */

/* It tells {"code", "title": English, "detail": Chinese, "field"}. */
void api_answer_refused(struct http_exchange **x, int status, enum lang lang, struct bytes problem,
			struct buf *scratch)
{
	json_t *told = json_loadb((const char *)problem.data, problem.len, 0, NULL);
	const char *code = json_string_value(json_object_get(told, "code"));
	const char *text =
		json_string_value(json_object_get(told, lang == LANG_ZH ? "detail" : "title"));
	const char *field = json_string_value(json_object_get(told, "field"));
	struct jwrite j = jwrite_to(scratch);

	buf_clear(scratch);
	begin_problem(&j, status, code ? code : problems[API_ACT_REFUSED].code,
		      lang_pick(problems[API_ACT_REFUSED].title, lang),
		      text ? text : lang_pick(problems[API_ACT_REFUSED].detail, lang), *x);
	jwrite_array(&j, "errors");
	if (field != NULL) {
		jwrite_object(&j, NULL);
		jwrite_string(&j, "parameter", field);
		jwrite_string(&j, "code", code);
		jwrite_string(&j, "message", text);
		jwrite_end(&j);
	}
	jwrite_end(&j);
	jwrite_end(&j);
	buf_put_u8(scratch, '\n');
	json_decref(told);
	send_problem(x, status, lang, scratch);
}
