/* SPDX-License-Identifier: MIT */
/* The API's names of members, in the user's language. */
#include "daemon/ctl/ctl.h"

#include <string.h>

const char *ctl_label(const struct ctl *c, const char *name)
{
	/* clang-format off */
	static const struct {
		const char *name;
		struct lang_text text;
	} labels[] = {
		/* rows and entries */
		{ "position", { "位置", "position" } }, { "row", { "行", "row" } },
		{ "entry", { "条目", "entry" } }, { "at", { "时间", "at" } },
		{ "reporter", { "上报单位", "reporter" } }, { "key", { "密钥", "key" } },
		{ "rules", { "规则版本", "rules" } }, { "epoch", { "发件箱", "outbox" } },
		{ "first_sequence", { "首行序号", "first row's number" } },
		{ "act", { "操作", "act" } }, { "up", { "已连上", "up" } },
		{ "target", { "指标", "target" } }, { "unit", { "单位", "unit" } },
		{ "kind", { "类型", "kind" } }, { "value", { "值", "value" } },
		{ "denominator", { "分母", "denominator" } },
		{ "decimals", { "小数位数", "decimals" } }, { "stage", { "节点", "stage" } },
		{ "as_of", { "截至", "as of" } }, { "observed", { "观测时间", "observed" } },
		{ "received", { "收到时间", "received" } }, { "ref", { "流水号", "ref" } },
		{ "revision", { "修订号", "revision" } }, { "verdict", { "结果", "verdict" } },
		{ "code", { "原因代码", "code" } }, { "text", { "说明", "text" } },
		{ "objects", { "对象", "objects" } }, { "note", { "备注", "note" } },
		{ "evidence", { "证明材料", "evidence" } }, { "reason", { "更正原因", "reason" } },
		{ "withdraws", { "撤回的流水号", "withdraws" } },
		/* what a flag was judged by */
		{ "goal", { "任务数", "goal" } }, { "times", { "倍数", "times" } },
		{ "limit", { "界限", "limit" } }, { "increment", { "本期新增", "increment" } },
		{ "median", { "中位数", "median" } }, { "score", { "偏离度", "score" } },
		{ "periods", { "期数", "periods" } }, { "spread", { "离散", "spread" } },
		{ "before", { "上期", "before" } },
		{ "before_percent", { "上期完成率", "before, per cent" } },
		{ "exact", { "恰好相等的个数", "exactly equal" } },
		{ "areas", { "县区数", "areas" } },
		{ "share_percent", { "占比", "share, per cent" } },
		{ "planned_percent", { "序时", "planned, per cent" } },
		{ "planned_then_percent", { "当时序时", "planned then, per cent" } },
		{ "planned_now_percent", { "现在序时", "planned now, per cent" } },
		{ "figures", { "相同的数", "figures" } }, { "other", { "相伴指标", "other" } },
		{ "ratio", { "比率", "ratio" } }, { "planned_ratio", { "计划比率", "planned ratio" } },
		/* shapes of plans */
		{ "linear-day", { "按日匀速", "even by day" } },
		{ "linear-month", { "按月匀速", "even by month" } },
		{ "knots", { "按节点连线", "lines between knots" } },
		{ "steps", { "到节点跳升", "steps" } }, { "stages", { "按阶段", "stages" } },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		if (strcmp(labels[i].name, name) == 0)
			return lang_pick(labels[i].text, c->lang);
	return name;
}

/* Hanzi are two columns wide, and three bytes. */
void ctl_put_label(const struct ctl *c, const char *name, int width)
{
	const char *label = ctl_label(c, name);
	int columns = 0;

	for (const char *at = label; *at != '\0'; at++)
		if (((unsigned char)*at & 0xc0) != 0x80)
			columns += (unsigned char)*at < 0x80 ? 1 : 2;
	printf("%s%*s ", label, columns < width ? width - columns : 0, "");
}
