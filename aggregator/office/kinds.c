/* SPDX-License-Identifier: MIT */
#include "aggregator/office/kinds.h"

#include "aggregator/office/checks.h"

#define END_FIELDS { NULL, { NULL, NULL }, FORMS_NAME, 0, NULL }
#define END_STATES { NULL, { NULL, NULL }, { NULL, NULL }, false }
#define END_ACTS { NULL, { NULL, NULL }, 0, 0, NULL, NULL }
#define FIELD(name, zh, en, type) { name, { zh, en }, type, 0, NULL }
#define FLAGGED(name, zh, en, type, flags) { name, { zh, en }, type, flags, NULL }

/* clang-format off */

/* --- the lead's monthly narrative of an item ---------------------------------------------------- */
enum { WRITTEN };
static const struct forms_kind narrative = {
	.kind = RECORDS_NARRATIVE, .list = "narratives", .word = { "月度说明", "narrative" },
	.key = (const char *const[]){ "period", "item", NULL },
	.fields = (const struct forms_field[]){
		FIELD("period", "月份", "month", FORMS_PERIOD),
		FIELD("item", "事项", "item", FORMS_ITEM),
		FIELD("unit", "填报单位", "written by", FORMS_UNIT),
		FIELD("progress", "本期进展", "progress", FORMS_TEXT),
		FIELD("problem", "存在问题", "problem", FORMS_TEXT),
		FIELD("next", "下步安排", "next", FORMS_TEXT),
		FLAGGED("due", "应报日期", "due", FORMS_DAY, FORMS_MADE),
		FLAGGED("late_days", "迟报工作日", "working days late", FORMS_COUNT, FORMS_MADE),
		END_FIELDS },
	.states = (const struct forms_state[]){
		{ "written", { "已报", "written" }, { "可再次填报。", "Write it again." }, true },
		END_STATES },
	.acts = (const struct forms_act[]){
		{ "narrative.write", { "填报", "written" }, FORMS_NEW | FORMS_IN(WRITTEN), WRITTEN,
		  "item! period! unit progress! problem next ", checks_narrative },
		END_ACTS },
};

/* --- problems that need coordination ------------------------------------------------------------ */
enum { PROBLEM_OPEN, PROBLEM_CLOSED };
static const struct forms_kind problem = {
	.kind = RECORDS_PROBLEM, .list = "problems", .prefix = "协调",
	.word = { "需协调事项", "problem" },
	.fields = (const struct forms_field[]){
		FIELD("title", "标题", "title", FORMS_NAME),
		FIELD("text", "内容", "text", FORMS_TEXT),
		FIELD("item", "事项", "item", FORMS_ITEM),
		FIELD("measure", "指标", "target", FORMS_MEASURE),
		FIELD("unit", "涉及单位", "unit", FORMS_UNIT),
		FIELD("owner", "责任单位", "owner", FORMS_UNIT),
		FIELD("raiser", "提出单位", "raised by", FORMS_UNIT),
		FIELD("deadline", "期限", "deadline", FORMS_DAY),
		FIELD("outcome", "办理结果", "outcome", FORMS_TEXT),
		FLAGGED("extended", "延期次数", "times extended", FORMS_COUNT, FORMS_MADE),
		FLAGGED("ended", "办结日期", "ended on", FORMS_DAY, FORMS_MADE),
		FLAGGED("late_days", "超期工作日", "working days late", FORMS_COUNT, FORMS_MADE),
		FLAGGED("note", "说明", "note", FORMS_TEXT, FORMS_STEP),
		END_FIELDS },
	.states = (const struct forms_state[]){
		[PROBLEM_OPEN] = { "open", { "办理中", "open" },
			{ "可更新、改派、延期、办结。", "Update, assign, extend or close it." }, false },
		[PROBLEM_CLOSED] = { "closed", { "已办结", "closed" },
			{ "如须继续办理，先用 problem.reopen 重开。", "To go on, reopen it first (problem.reopen)." }, true },
		END_STATES },
	.acts = (const struct forms_act[]){
		{ "problem.open", { "登记", "opened" }, FORMS_NEW, PROBLEM_OPEN,
		  "title! text! item measure unit owner! raiser deadline! ", checks_deadline },
		{ "problem.update", { "更新", "updated" }, FORMS_IN(PROBLEM_OPEN), FORMS_STAYS,
		  "note! title+ text+ item measure unit ", NULL },
		{ "problem.assign", { "改派", "assigned" },
		  FORMS_IN(PROBLEM_OPEN), FORMS_STAYS, "owner! why! ", NULL },
		{ "problem.extend", { "延期", "extended" },
		  FORMS_IN(PROBLEM_OPEN), FORMS_STAYS, "deadline! why! ", checks_extend },
		{ "problem.close", { "办结", "closed" },
		  FORMS_IN(PROBLEM_OPEN), PROBLEM_CLOSED, "outcome! ", checks_end },
		{ "problem.reopen", { "重开", "reopened" },
		  FORMS_IN(PROBLEM_CLOSED), PROBLEM_OPEN, "deadline+ why! ", checks_reopen },
		END_ACTS },
};

/* --- inspections -------------------------------------------------------------------------------- */
enum { INSPECTION_PLANNED, INSPECTION_RECORDED, INSPECTION_CLOSED, INSPECTION_CANCELLED };
static const struct forms_kind inspection = {
	.kind = RECORDS_INSPECTION, .list = "inspections", .prefix = "检查",
	.word = { "实地检查", "inspection" },
	.fields = (const struct forms_field[]){
		FIELD("date", "日期", "date", FORMS_DAY),
		FIELD("object", "对象（地点）", "object (place)", FORMS_NAME),
		FLAGGED("inspectors", "检查人员", "inspectors", FORMS_NAME, FORMS_LIST),
		FIELD("unit", "被检查单位", "unit", FORMS_UNIT),
		FIELD("item", "事项", "item", FORMS_ITEM),
		FIELD("measure", "指标", "target", FORMS_MEASURE),
		FIELD("sample", "抽查样本", "sample", FORMS_NAME),
		FIELD("reported", "上报数", "reported", FORMS_VALUE),
		FIELD("found", "实查数", "found", FORMS_VALUE),
		FLAGGED("difference", "相差", "difference", FORMS_VALUE, FORMS_MADE),
		FIELD("text", "检查情况", "text", FORMS_TEXT),
		FIELD("evidence", "佐证链接", "evidence", FORMS_NAME),
		FIELD("outcome", "整改结果", "outcome", FORMS_TEXT),
		FLAGGED("note", "跟进情况", "follow-up", FORMS_TEXT, FORMS_STEP),
		END_FIELDS },
	.states = (const struct forms_state[]){
		[INSPECTION_PLANNED] = { "planned", { "已安排", "planned" },
			{ "可登记结果，或取消。", "Record what was found, or cancel it." }, false },
		[INSPECTION_RECORDED] = { "recorded", { "已登记", "recorded" },
			{ "可跟进、更正、办结。", "Follow it up, correct it or close it." }, false },
		[INSPECTION_CLOSED] = { "closed", { "已办结", "closed" },
			{ "如须继续，先用 inspection.reopen 重开。", "To go on, reopen it first (inspection.reopen)." }, true },
		[INSPECTION_CANCELLED] = { "cancelled", { "已取消", "cancelled" },
			{ "请另行安排。", "Plan another one." }, true },
		END_STATES },
	.acts = (const struct forms_act[]){
		{ "inspection.plan", { "安排", "planned" }, FORMS_NEW, INSPECTION_PLANNED,
		  "date! object! inspectors unit item measure sample text ", checks_inspection },
		{ "inspection.record", { "登记结果", "recorded" },
		  FORMS_NEW | FORMS_IN(INSPECTION_PLANNED), INSPECTION_RECORDED,
		  "date+ object+ inspectors+ unit item measure sample reported found text+ evidence ",
		  checks_inspection },
		{ "inspection.correct", { "更正", "corrected" },
		  FORMS_IN(INSPECTION_RECORDED), FORMS_STAYS,
		  "date+ object+ inspectors+ unit item measure sample reported found text+ evidence why! ",
		  checks_inspection },
		{ "inspection.follow", { "跟进", "followed up" },
		  FORMS_IN(INSPECTION_RECORDED), FORMS_STAYS, "note! ", NULL },
		{ "inspection.close", { "办结", "closed" },
		  FORMS_IN(INSPECTION_RECORDED), INSPECTION_CLOSED, "outcome! ", NULL },
		{ "inspection.reopen", { "重开", "reopened" },
		  FORMS_IN(INSPECTION_CLOSED), INSPECTION_RECORDED, "why! ", NULL },
		{ "inspection.cancel", { "取消", "cancelled" },
		  FORMS_IN(INSPECTION_PLANNED), INSPECTION_CANCELLED, "why! ", NULL },
		END_ACTS },
};

/* --- quarterly meetings and studies, and what they decide --------------------------------------- */
enum { MEETING_PLANNED, MEETING_HELD, MEETING_CANCELLED };
static const struct forms_kind meeting = {
	.kind = RECORDS_MEETING, .list = "meetings", .prefix = "会议", .word = { "会议", "meeting" },
	.fields = (const struct forms_field[]){
		FIELD("date", "日期", "date", FORMS_DAY),
		FIELD("quarter", "季度", "quarter", FORMS_QUARTER),
		FIELD("chair", "主持人", "chair", FORMS_NAME),
		{ "form", { "形式", "form" }, FORMS_CHOICE, 0, "meeting study " },
		FIELD("place", "地点", "place", FORMS_NAME),
		FLAGGED("topics", "议题", "topics", FORMS_NAME, FORMS_LIST),
		FLAGGED("participants", "参加人员", "participants", FORMS_NAME, FORMS_LIST),
		FIELD("minutes", "纪要", "minutes", FORMS_TEXT),
		FIELD("document", "文号", "document", FORMS_NAME),
		END_FIELDS },
	.states = (const struct forms_state[]){
		[MEETING_PLANNED] = { "planned", { "已安排", "planned" },
			{ "可改期、登记召开、取消。", "Move it, record that it was held, or cancel it." }, false },
		[MEETING_HELD] = { "held", { "已召开", "held" },
			{ "可登记议定事项（decision.add），或更正。", "Add decisions (decision.add), or correct it." }, true },
		[MEETING_CANCELLED] = { "cancelled", { "已取消", "cancelled" },
			{ "请另行安排。", "Plan another one." }, true },
		END_STATES },
	.acts = (const struct forms_act[]){
		{ "meeting.plan", { "安排", "planned" }, FORMS_NEW, MEETING_PLANNED,
		  "date! quarter! chair! form place topics! participants ", checks_meeting },
		{ "meeting.move", { "改期", "moved" },
		  FORMS_IN(MEETING_PLANNED), FORMS_STAYS, "date! quarter+ place why! ",
		  checks_meeting },
		{ "meeting.hold", { "召开", "held" },
		  FORMS_NEW | FORMS_IN(MEETING_PLANNED), MEETING_HELD,
		  "date+ quarter+ chair+ form place topics+ participants minutes document ", checks_meeting },
		{ "meeting.correct", { "更正", "corrected" }, FORMS_IN(MEETING_HELD), FORMS_STAYS,
		  "date+ quarter+ chair+ form place topics+ participants minutes document why! ",
		  checks_meeting },
		{ "meeting.cancel", { "取消", "cancelled" },
		  FORMS_IN(MEETING_PLANNED), MEETING_CANCELLED, "why! ", NULL },
		END_ACTS },
};

enum { DECISION_OPEN, DECISION_DONE, DECISION_CANCELLED };
static const struct forms_kind decision = {
	.kind = RECORDS_DECISION, .list = "decisions", .of = "meeting",
	.word = { "议定事项", "decision" },
	.fields = (const struct forms_field[]){
		FIELD("meeting", "会议", "meeting", FORMS_NAME),
		FIELD("text", "内容", "text", FORMS_TEXT),
		FIELD("item", "事项", "item", FORMS_ITEM),
		FIELD("measure", "指标", "target", FORMS_MEASURE),
		FIELD("owner", "责任单位", "owner", FORMS_UNIT),
		FIELD("deadline", "期限", "deadline", FORMS_DAY),
		FIELD("outcome", "落实情况", "outcome", FORMS_TEXT),
		FLAGGED("extended", "延期次数", "times extended", FORMS_COUNT, FORMS_MADE),
		FLAGGED("ended", "办结日期", "ended on", FORMS_DAY, FORMS_MADE),
		FLAGGED("late_days", "超期工作日", "working days late", FORMS_COUNT, FORMS_MADE),
		END_FIELDS },
	.states = (const struct forms_state[]){
		[DECISION_OPEN] = { "open", { "办理中", "open" },
			{ "可改派、延期、办结、撤销。", "Assign, extend, do or cancel it." }, false },
		[DECISION_DONE] = { "done", { "已落实", "done" },
			{ "如须继续，先用 decision.reopen 重开。", "To go on, reopen it first (decision.reopen)." }, true },
		[DECISION_CANCELLED] = { "cancelled", { "已撤销", "cancelled" },
			{ "如须继续，先用 decision.reopen 重开。", "To go on, reopen it first (decision.reopen)." }, true },
		END_STATES },
	.acts = (const struct forms_act[]){
		{ "decision.add", { "登记", "added" }, FORMS_NEW, DECISION_OPEN,
		  "meeting! text! item measure owner! deadline! ", checks_decision },
		{ "decision.assign", { "改派", "assigned" },
		  FORMS_IN(DECISION_OPEN), FORMS_STAYS, "owner! why! ", NULL },
		{ "decision.extend", { "延期", "extended" },
		  FORMS_IN(DECISION_OPEN), FORMS_STAYS, "deadline! why! ", checks_extend },
		{ "decision.done", { "落实", "done" },
		  FORMS_IN(DECISION_OPEN), DECISION_DONE, "outcome! ", checks_end },
		{ "decision.cancel", { "撤销", "cancelled" },
		  FORMS_IN(DECISION_OPEN), DECISION_CANCELLED, "why! ", NULL },
		{ "decision.reopen", { "重开", "reopened" },
		  FORMS_IN(DECISION_DONE) | FORMS_IN(DECISION_CANCELLED), DECISION_OPEN,
		  "deadline+ why! ", checks_reopen },
		END_ACTS },
};

/* --- who is in charge, and whom to call --------------------------------------------------------- */
enum { CHARGED };
static const struct forms_kind portfolio = {
	.kind = RECORDS_PORTFOLIO, .list = "portfolio", .word = { "分管分工", "portfolio" },
	.key = (const char *const[]){ "from", "person", NULL },
	.fields = (const struct forms_field[]){
		FIELD("person", "姓名", "person", FORMS_NAME),
		FIELD("title", "职务", "title", FORMS_NAME),
		FLAGGED("items", "事项", "items", FORMS_ITEM, FORMS_LIST),
		FLAGGED("projects", "项目", "projects", FORMS_PROJECT, FORMS_LIST),
		FLAGGED("units", "分管单位", "units", FORMS_UNIT, FORMS_LIST),
		FIELD("from", "起", "from", FORMS_DAY),
		FIELD("to", "止", "to", FORMS_DAY),
		END_FIELDS },
	.states = (const struct forms_state[]){
		[CHARGED] = { "set", { "已登记", "set" },
			{ "可更改或终止。", "Set it again, or end it." }, false },
		END_STATES },
	.acts = (const struct forms_act[]){
		{ "portfolio.set", { "登记", "set" }, FORMS_NEW | FORMS_IN(CHARGED), CHARGED,
		  "person! title! items projects units from! to why* ", checks_portfolio },
		{ "portfolio.end", { "终止", "ended" },
		  FORMS_IN(CHARGED), FORMS_STAYS, "person! from! to! why! ",
		  checks_portfolio },
		END_ACTS },
};

enum { CONTACT_CURRENT, CONTACT_REMOVED };
static const struct forms_kind contact = {
	.kind = RECORDS_CONTACT, .list = "contacts", .word = { "联系人", "contact" },
	.key = (const char *const[]){ "unit", "name", NULL },
	.fields = (const struct forms_field[]){
		FIELD("unit", "单位", "unit", FORMS_UNIT),
		FIELD("name", "姓名", "name", FORMS_NAME),
		FIELD("title", "职务", "title", FORMS_NAME),
		FIELD("role", "角色", "role", FORMS_NAME),
		FLAGGED("phone", "电话", "phone", FORMS_NAME, FORMS_PRIVATE),
		FLAGGED("wecom", "企业微信", "WeCom", FORMS_NAME, FORMS_PRIVATE),
		FLAGGED("email", "邮箱", "e-mail", FORMS_NAME, FORMS_PRIVATE),
		FIELD("from", "起", "from", FORMS_DAY),
		END_FIELDS },
	.states = (const struct forms_state[]){
		[CONTACT_CURRENT] = { "current", { "在用", "current" },
			{ "可更改或删除。", "Set it again, or remove it." }, false },
		[CONTACT_REMOVED] = { "removed", { "已删除", "removed" },
			{ "如须恢复，请重新登记。", "To have it back, set it again." }, true },
		END_STATES },
	.acts = (const struct forms_act[]){
		{ "contact.set", { "登记", "set" },
		  FORMS_NEW | FORMS_IN(CONTACT_CURRENT) | FORMS_IN(CONTACT_REMOVED),
		  CONTACT_CURRENT, "unit! name! title role phone wecom email from why* ", checks_contact },
		{ "contact.remove", { "删除", "removed" },
		  FORMS_IN(CONTACT_CURRENT), CONTACT_REMOVED, "unit! name! why! ",
		  checks_removed },
		END_ACTS },
};
/* --- the bulletin of a month -------------------------------------------------------------------- */
enum { PROSE_EDITED, PROSE_RESET };
static const struct forms_kind prose = {
	.kind = RECORDS_PROSE, .list = "bulletin-prose", .word = { "通报文字", "bulletin text" },
	.key = (const char *const[]){ "period", "section", NULL },
	.fields = (const struct forms_field[]){
		FIELD("period", "月份", "month", FORMS_PERIOD),
		FIELD("section", "段落", "section", FORMS_NAME),
		FIELD("text", "文字", "text", FORMS_TEXT),
		FIELD("text_en", "英文", "English text", FORMS_TEXT),
		FLAGGED("revision", "所见版本", "revision that was seen", FORMS_NAME, FORMS_STEP),
		END_FIELDS },
	.states = (const struct forms_state[]){
		[PROSE_EDITED] = { "edited", { "已改写", "edited" },
			{ "可再改，或恢复原句。", "Edit it again, or reset it." }, true },
		[PROSE_RESET] = { "reset", { "原句", "reset" },
			{ "可改写。", "It may be edited." }, true },
		END_STATES },
	.acts = (const struct forms_act[]){
		{ "bulletin.edit", { "改写", "edited" },
		  FORMS_NEW | FORMS_IN(PROSE_EDITED) | FORMS_IN(PROSE_RESET), PROSE_EDITED,
		  "period! section! text text_en revision ", checks_prose },
		{ "bulletin.reset", { "恢复", "reset" }, FORMS_IN(PROSE_EDITED), PROSE_RESET,
		  "period! section! revision ", checks_prose_reset },
		END_ACTS },
};

enum { SIGNED };
static const struct forms_kind signature = {
	.kind = RECORDS_SIGNATURE, .list = "bulletin-signatures", .word = { "通报签发", "signature" },
	.key = (const char *const[]){ "period", NULL },
	.fields = (const struct forms_field[]){
		FIELD("period", "月份", "month", FORMS_PERIOD),
		FIELD("document", "文号", "document number", FORMS_NAME),
		FIELD("name", "签发人", "signed by", FORMS_NAME),
		FIELD("title", "职务", "title", FORMS_NAME),
		FIELD("date", "成文日期", "date", FORMS_DAY),
		FIELD("digest", "内容摘要", "digest", FORMS_NAME),
		END_FIELDS },
	.states = (const struct forms_state[]){
		[SIGNED] = { "signed", { "已签发", "signed" },
			{ "发布之前可重新签发。", "Sign it again until it is published." }, true },
		END_STATES },
	.acts = (const struct forms_act[]){
		{ "bulletin.sign", { "签发", "signed" }, FORMS_NEW | FORMS_IN(SIGNED), SIGNED,
		  "period! document! name! title date! digest ", checks_signature },
		END_ACTS },
};
/* clang-format on */

const struct forms_kind *const kinds_all[] = { &narrative, &problem,  &inspection, &meeting,
					       &decision,  &portfolio, &contact,    &prose,
					       &signature };
const size_t kinds_count = sizeof(kinds_all) / sizeof(kinds_all[0]);
