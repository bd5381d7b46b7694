/* SPDX-License-Identifier: MIT */
/* 说明: of when the figures are, how they were computed, what is invented, what is left out. */
#include "aggregator/papers/bulletin_annex.h"
#include "aggregator/papers/ledger_sheet_private.h"

#include <inttypes.h>

#include "aggregator/papers/bulletin_words.h"
#include "base/date.h"

static const struct grid_column columns[] = {
	{ { "项目", "What" }, 22, true },
	{ { "内容", "Says" }, 110, true },
};

static void put(struct grid *g, const char *what, const char *says)
{
	grid_row(g);
	grid_text(g, what);
	grid_text(g, says);
}

static void put_state(struct ledger_sheet *l, struct grid *g)
{
	char day[11], chain[2 * CRYPTO_HASH_LEN + 1], made[32];

	date_format(l->wish->when.valid, day);
	put(g, ledger_sheet_pick(l, "数据截至", "As of"), grid_copy(l->book, day));
	if (l->wish->when.known != HISTORY_NOW) {
		date_format(l->wish->when.known, day);
		put(g, ledger_sheet_pick(l, "按所知于", "As known on"), grid_copy(l->book, day));
	}
	put(g, ledger_sheet_pick(l, "台账序号", "Ledger position"),
	    grid_printf(l->book, "%" PRIu64, l->head.position));
	date_time_format(l->head.time_ms, l->c->offset_minutes, made);
	put(g, ledger_sheet_pick(l, "该条目时间", "Time of that entry"), grid_copy(l->book, made));
	bytes_to_hex(bytes_of(l->head.chain, CRYPTO_HASH_LEN), chain);
	put(g, ledger_sheet_pick(l, "哈希链", "Hash chain"), grid_copy(l->book, chain));
	put(g, ledger_sheet_pick(l, "目录", "Catalogue"),
	    grid_say(l->book, "%s 第 %" PRIu64 " 版", "%s version %" PRIu64, l->c->id,
		     l->c->version));
	if (l->wish->unit != CATALOGUE_NONE)
		put(g, ledger_sheet_pick(l, "范围", "Part"),
		    grid_say(l->book, "只列%s：本单位的数，以及由其牵头事项的数",
			     "%s alone: its own figures, and those of items it leads",
			     ledger_sheet_unit_name(l, l->wish->unit)));
}

static const char *points(struct ledger_sheet *l, int64_t hundredths)
{
	struct buf text = { 0 };
	const char *copy;

	bulletin_words_points(&text, hundredths);
	copy = grid_copy(l->book, buf_cstring(&text));
	buf_free(&text);
	return copy;
}

static void put_rules(struct ledger_sheet *l, struct grid *g)
{
	const struct catalogue_profile *p = &l->c->profile;

	put(g, ledger_sheet_pick(l, "亮灯规则", "Lights"),
	    grid_say(l->book, "%s：低于序时进度 %s 个百分点及以上为 ▲ 滞后，超过 %s 个百分点为 ✕ 严重滞后",
		     "%s: behind plan by %s points or more ▲ behind, by more than %s ✕ seriously "
		     "behind",
		     p->id, points(l, p->yellow_enter), points(l, p->red_enter)));
	put(g, ledger_sheet_pick(l, "图例", "Signs"),
	    ledger_sheet_pick(
		    l,
		    "✕ 严重滞后　▲ 滞后　✓ 正常推进　☆ 达量待核　★ 已完成（经核验）　? 未报　— 不评灯",
		    "✕ seriously behind  ▲ behind  ✓ on plan  ☆ reached, to be verified  ★ done "
		    "(verified)  ? no report  — not judged"));
	put(g, ledger_sheet_pick(l, "正式与实时", "Official and live"),
	    ledger_sheet_pick(l,
			      "正式亮灯在每月结账时评定；实时亮灯按此刻的数试算，不入档、不预警",
			      "Official lights are judged when a month closes; live ones are a preview "
			      "of this moment, neither stored nor alarmed"));
	put(g, ledger_sheet_pick(l, "差距", "Gap"),
	    ledger_sheet_pick(l, "完成率减序时进度，单位为百分点，负数为落后",
			      "Share done less share planned, in points; negative is behind"));
}

static void put_limits(struct ledger_sheet *l, struct grid *g)
{
	if (bulletin_annex_invents(l->c))
		put(g, ledger_sheet_pick(l, "演示值", "Invented values"),
		    ledger_sheet_pick(l,
				      "目标数为公开通知所列，是事实；县区分解、月度计划、演示上报为虚构的演示值，不是官方数据，"
				      "在“演示值标注”一列注明",
				      "Goals are those of the public notice, and facts; quotas, plans and "
				      "demonstration reports are invented and no official data: the column "
				      "“Invented” says so"));
	put(g, ledger_sheet_pick(l, "事件明细", "Events"),
	    l->events_from ?
		    grid_say(l->book, "只列最近 %zu 行，早于台账序号 %" PRIu64 " 第 %u 行的未列出",
			     "The newest %zu rows alone; what comes before position %" PRIu64
			     ", row %u, is left out",
			     l->events, l->events_from, l->events_row) :
		    grid_say(l->book, "全部 %zu 行", "All %zu rows", l->events));
	put(g, ledger_sheet_pick(l, "同一序号", "Same position"),
	    ledger_sheet_pick(l, "同一台账序号、同一日期、同一语言，所得文件逐字节相同",
			      "The same ledger position, day and language give the same bytes"));
}

enum err ledger_sheet_notes(struct ledger_sheet *l)
{
	struct grid *g = grid_add(l->book, (struct lang_text){ "说明", "Notes" },
				  LEDGER_SHEET_COLUMNS(columns));

	if (g == NULL)
		return l->book->error;
	g->prose = true;
	put_state(l, g);
	put_rules(l, g);
	put_limits(l, g);
	return ERR_OK;
}
