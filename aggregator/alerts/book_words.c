/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/book_words.h"

/* While it is open, and when it is over. */
static const struct lang_text while_open[] = {
	[BOOK_BEHIND] = { "%U %M：截至%D完成%S%L%R%H。", "%U, %M: %S at %D%L%R%H." },
	[BOOK_OVERDUE] = { "%U %M：已过完成时限，截至%D完成%S，逾期未完成%H。",
			   "%U, %M: the deadline has passed, %S at %D%H." },
	[BOOK_SILENT] = { "%U：%P应报%O项，%N项未报%R。",
			  "%U: %N of %O reports for %P are missing%R." },
	[BOOK_HOLD] = { "%U %M：%N条数据待%K审核%C。",
			"%U, %M: rows that wait for review by %K: %N%C." },
	[BOOK_MISMATCH] = { "%U %M：截至%D，汇总数为%V，牵头单位数为%W，两者不一致。",
			    "%U, %M: counted %V at %D, but the lead unit says %W." },
	[BOOK_CONFLICT] = { "%U：同一编号重复报送而内容不同，共%N次，原数据不变。",
			    "%U: sent other content under numbers used before, %N times; what was "
			    "stored stands." },
	[BOOK_GAP] = { "%U：报送端丢失数据，缺%N条，请补报。",
		       "%U: its outbox lost rows (%N); please report them again." },
	[BOOK_LINK_DOWN] = { "%U：与报送端的连接中断。", "%U: its link is down." },
	[BOOK_WILL_MISS] = { "%U %M：截至%D完成%S，%F，预计难以按期完成%H。",
			     "%U, %M: %S at %D; %F, and is likely to miss its goal%H." },
	[BOOK_SLIP_OVERDUE] = { "%U：%N件督办件逾期未反馈。",
				"%U: slips that were not answered in time: %N." },
	[BOOK_CATALOGUE] = { "目录待完善：%Z。", "The catalogue has to be completed: %Z." },
	[BOOK_BACK_LOADED] = { "%U %M：计划把全年任务的%G留到最后一个季度。",
			       "%U, %M: its plan leaves %G to the last quarter." },
	[BOOK_QUALITY] = { "%U %M：%P数据%Q，请核实（待处理%N条）。",
			   "%U, %M: %Q, in %P; to be looked into (flags: %N)." },
	[BOOK_UNCONFIRMED] = { "%U：%P已报%O项数据，%N项逾期未确认（事项%I）。",
			       "%U: of %O figures reported for %P, %N were not confirmed in time "
			       "(items %I)." },
	[BOOK_RETURNED] = { "%U：%P有%N项数据被退回，请核实后重报。",
			    "%U: figures for %P that were returned, to be reported again: %N." },
};
static const struct lang_text when_over[] = {
	[BOOK_BEHIND] = { "%U %M：截至%D完成%S，滞后预警解除%X。",
			  "%U, %M: %S at %D, no longer behind plan%X." },
	[BOOK_OVERDUE] = { "%U %M：完成%S，逾期预警解除%X。", "%U, %M: %S, no longer overdue%X." },
	[BOOK_SILENT] = { "%U：%P应报%O项已全部报送。", "%U: all %O reports for %P are in." },
	[BOOK_HOLD] = { "%U %M：待核数据已全部处理。",
			"%U, %M: no rows wait for review any more." },
	[BOOK_MISMATCH] = { "%U %M：截至%D，汇总数%V，牵头单位数%W，差异在允许范围内。",
			    "%U, %M: counted %V at %D, the lead unit says %W: within tolerance." },
	[BOOK_CONFLICT] = { "%U：未再出现重复编号内容不符的情况。",
			    "%U: no further contradiction." },
	[BOOK_GAP] = { "%U：未再丢失数据。", "%U: no further loss of rows." },
	[BOOK_LINK_DOWN] = { "%U：与报送端的连接已恢复。", "%U: its link is up again." },
	[BOOK_WILL_MISS] = { "%U %M：截至%D完成%S，按期完成预警解除%X。",
			     "%U, %M: %S at %D, no longer likely to miss its goal%X." },
	[BOOK_SLIP_OVERDUE] = { "%U：督办件均已反馈。", "%U: every slip is answered." },
	[BOOK_CATALOGUE] = { "目录已完善。", "The catalogue is complete." },
	[BOOK_BACK_LOADED] = { "%U %M：计划后置提示解除。",
			       "%U, %M: no longer too much left to the last quarter." },
	[BOOK_QUALITY] = { "%U %M：数据质量提示已处理。", "%U, %M: its odd figures are settled." },
	[BOOK_UNCONFIRMED] = { "%U：%P数据已全部确认。", "%U: all figures for %P are confirmed." },
	[BOOK_RETURNED] = { "%U：退回的数据已全部重报。", "%U: every returned figure came again." },
};

/* From BOOK_ACKNOWLEDGED on. */
static const struct lang_text noted[] = {
	[BOOK_ACKNOWLEDGED] = { "%J（%A）：%B 已签收：%Y", "%J (%A): acknowledged by %B: %Y" },
	[BOOK_ASSIGNED] = { "%J（%A）：%B 交由%T办理：%Y", "%J (%A): given to %T by %B: %Y" },
	[BOOK_COMMENTED] = { "%J（%A）：%B 批注：%Y", "%J (%A): comment by %B: %Y" },
	[BOOK_SILENCED] = { "%J（%A）：%B 静默至%E：%Y", "%J (%A): silenced by %B until %E: %Y" },
	[BOOK_UNSILENCED] = { "%J（%A）：%B 解除静默：%Y", "%J (%A): silence lifted by %B: %Y" },
	[BOOK_SILENCE_ENDS] = { "%J（%A）：静默将于%E后结束。", "%J (%A): its silence ends after %E." },
	[BOOK_SILENCE_EXPIRED] = { "%J（%A）：静默到期，恢复提醒。", "%J (%A): its silence is over." },
	[BOOK_ESCALATED] = { "%J（%A）：逾期无人签收，提请%T处理。",
			     "%J (%A): nobody acknowledged it in time; it is for %T now." },
};

struct lang_text book_words(const struct book_record *r)
{
	if (r->transition >= BOOK_ACKNOWLEDGED && r->transition < BOOK_TRANSITION_END)
		return noted[r->transition];
	return r->transition == BOOK_RESOLVED ? when_over[r->kind] : while_open[r->kind];
}
