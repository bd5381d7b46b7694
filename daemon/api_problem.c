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
	[API_BAD_JSON] = { 400, "bad-json", { "请求正文无效", "The body is not what is expected" },
		{ "正文须为 JSON 对象，含 {name}", "The body has to be a JSON object with {name}" } },
	[API_CLOCK_RUNS] = { 409, "clock-runs", { "时钟自行走动", "The clock runs by itself" },
		{ "只有 clock.mode: manual 时才能拨动", "It can be set with clock.mode: manual only" } },
	[API_CLOCK_BACK] = { 409, "clock-back", { "时钟不能倒拨", "A clock never goes back" },
		{ "现在已是 {given}；请给出更晚的时间", "It is {given} already; say a later time" } },
	[API_JOB_RUNS] = { 409, "job-runs", { "已有任务在运行", "A job is running" },
		{ "一次只运行一个；请等它结束再试",
		  "There is one at a time; try again when it has ended" } },
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
	http_set_header(*x, "Cache-Control", "no-cache");
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
