/* SPDX-License-Identifier: MIT */
#include "daemon/demo_text.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

/* The formats are checked by the tests that run the demo in both languages. */
static const struct lang_text texts[DEMO_TEXT_COUNT] = {
	[DEMO_TEXT_USAGE] = {
		"用法：minshengd demo [--check] [--speed 秒] [--port 端口] [--seed 数] [--catalogue 文件] [--keep]\n"
		"  minshengd demo                  在本机演示一年，每月约 20 秒，Ctrl-C 结束\n"
		"  minshengd demo --speed 2        每月 2 秒\n"
		"  minshengd demo --check          全速演示，核对合计、预警与台账后退出（0：一致）\n"
		"  --port     看板与接口的 HTTP 端口，默认 8080，0：由系统选择\n"
		"  --seed     演示数据的种子，默认 2022\n"
		"  --catalogue 目录文件，默认 jining-2022.yaml\n"
		"  --keep     结束后保留临时目录\n",
		"Usage: minshengd demo [--check] [--speed S] [--port P] [--seed N] [--catalogue FILE] [--keep]\n"
		"  minshengd demo                  plays a year on this machine, 20 s a month; Ctrl-C ends it\n"
		"  minshengd demo --speed 2        2 s a month\n"
		"  minshengd demo --check          full speed; checks totals, alerts and ledger; exits 0 if they agree\n"
		"  --port     HTTP port of the API, 8080 by default, 0: chosen by the system\n"
		"  --seed     of the synthetic figures, 2022 by default\n"
		"  --catalogue a catalogue file, jining-2022.yaml by default\n"
		"  --keep     leaves the temporary folder behind\n" },
	[DEMO_TEXT_WELCOME] = {
		"演示：%s，%zu 个报送单位，%zu 项指标，种子 %llu\n"
		"      目标来自公开通知；各县分解任务、计划和上报数据均为虚构\n",
		"Demo: %s; %zu reporters, %zu measures, seed %llu\n"
		"      Goals are those of the public notice; quotas, plans and all reports are invented\n" },
	[DEMO_TEXT_RUNNING] = {
		"接口  %s/api/v1/targets\n"
		"试试  curl -s %s/api/v1/targets/canteens | python3 -m json.tool\n"
		"      %s/minshengctl --socket %s status\n"
		"      %s/minshengctl --socket %s alert list\n"
		"日志  %s/daemon.log\n\n",
		"API   %s/api/v1/targets\n"
		"Try   curl -s %s/api/v1/targets/canteens | python3 -m json.tool\n"
		"      %s/minshengctl --socket %s status\n"
		"      %s/minshengctl --socket %s alert list\n"
		"Log   %s/daemon.log\n\n" },
	[DEMO_TEXT_USERS] = {
		"登录  用户 office（督查室）、operator（系统管理）、viewer（只看）、%s（县区），密码都是 %s\n"
		"      本机查看无须登录；办理须登录\n\n",
		"Users office, operator, viewer, %s (a county), all with the password %s\n"
		"      Looking takes no signing in on this machine; acting does\n\n" },
	[DEMO_TEXT_MONTH] = { "── %s  主要指标：★已完成 %u  ☆达量待核 %u  ✓正常推进 %u  ▲滞后 %u  ✕严重滞后 %u  —暂不亮灯 %u\n",
			      "── %s  main measures: ★ done %u  ☆ reached %u  ✓ on plan %u  ▲ behind %u  "
			      "✕ far behind %u  — no light %u\n" },
	[DEMO_TEXT_MORE] = { "   … 另有 %u 条预警变化\n", "   ... and %u more changes\n" },
	[DEMO_TEXT_NOT_TAKEN] = { "%s 的数据未能写入发件箱：%s %s\n",
				  "the outbox of %s did not take a row: %s %s\n" },
	[DEMO_TEXT_NO_RECEIPT] = { "%s 没有等到回执：%s\n", "%s got no receipt: %s\n" },
	[DEMO_TEXT_DIFFERS] = { "  ✕ %s：应为 %s，系统为 %s\n", "  ✕ %s: expected %s, the daemon says %s\n" },
	[DEMO_TEXT_ALERT_DIFFERS] = { "  ✕ 预警 %s：应为 %s，系统为 %s\n",
				      "  ✕ alert %s: expected %s, the daemon says %s\n" },
	[DEMO_TEXT_TOTALS] = { "合计：%u 项指标与演示数据的总账%s\n",
			       "Totals: %u measures %s with the generator's own books\n" },
	[DEMO_TEXT_AGREE] = { "一致", "agree" },
	[DEMO_TEXT_DISAGREE] = { "不一致", "disagree" },
	[DEMO_TEXT_LEDGER] = {
		"台账：%jd 条，%zu 行，重放一致\n  链   %s\n  状态 %s\n  数据 %s\n",
		"Ledger: %jd entries, %zu rows, the replay agrees\n  chain   %s\n  state   %s\n  figures %s\n" },
	[DEMO_TEXT_LEDGER_DIFFERS] = { "  ✕ 台账：应有 %zu 行，系统为 %jd 行；%s\n",
				       "  ✕ ledger: expected %zu rows, the daemon has %jd; %s\n" },
	[DEMO_TEXT_PLAYED] = { "一年演示完毕。接口仍在 %s ，Ctrl-C 结束。\n",
			       "The year is played. The API stays at %s ; Ctrl-C ends it.\n" },
	[DEMO_TEXT_STOPPED] = { "演示结束，临时数据已删除。\n",
				"The demo is over, its data is removed.\n" },
	[DEMO_TEXT_KEPT] = { "演示结束，数据保留在 %s\n", "The demo is over; its data is kept in %s\n" },
	[DEMO_TEXT_NO_CATALOGUE] = { "找不到目录文件 %s；请用 --catalogue 指定。\n",
				     "There is no catalogue file %s; name one with --catalogue.\n" },
	[DEMO_TEXT_NO_DAEMON] = { "演示未能启动：%s；日志：%s/daemon.log\n",
				  "The demo could not start: %s; log: %s/daemon.log\n" },
	[DEMO_TEXT_OK] = { "检查通过\n", "check passed\n" },
	[DEMO_TEXT_FAILED] = { "检查未通过\n", "check failed\n" },
};

const char *demo_text(enum demo_text id, enum lang lang)
{
	return lang_pick(texts[id], lang);
}

void demo_say(FILE *to, enum demo_text id, enum lang lang, ...)
{
	va_list args;

	va_start(args, lang);
	vfprintf(to, demo_text(id, lang), args);
	va_end(args);
}

const char *demo_text_mark(const char *transition, const char *severity)
{
	if (transition != NULL && strcmp(transition, "resolved") == 0)
		return "✓";
	if (severity != NULL && strcmp(severity, "red") == 0)
		return "✕";
	return "▲";
}
