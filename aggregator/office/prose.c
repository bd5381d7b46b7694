/* SPDX-License-Identifier: MIT */
#include "aggregator/office/prose.h"

/* clang-format off */
const struct prose_template prose_templates[] = {
	{ "lead", PROSE_NOTHING, { "导语", "lead-in" },
	  { "按照《{programme}》责任分工和督查工作安排，现将{month}进展情况通报如下。",
	    "Under \"{programme}\", the state of its pledges at the end of {month} is reported here." } },
	{ "overall", PROSE_NOTHING, { "总体情况", "overall" },
	  { "截至{as_of}，全市{total}项主要指标中，已完成{done}项，达量待核{reached}项，正常推进{green}项，滞后{yellow}项，"
	    "严重滞后{red}项，未评灯{none}项；其中{silent}项当月未报，沿用上期数据。",
	    "At {as_of}, of {total} main measures {done} are done, {reached} reached and to be verified, "
	    "{green} on plan, {yellow} behind, {red} seriously behind, and {none} without a light; "
	    "{silent} of them had no report for the month, and keep the figure of the one before." } },
	{ "overall/change", PROSE_NOTHING, { "较上月变化", "change" },
	  { "较上月，{changes}。", "Against the month before: {changes}." } },
	{ "overall/new", PROSE_NOTHING, { "新增严重滞后", "newly red" },
	  { "新增严重滞后{count}项：{list}。", "Newly seriously behind ({count}): {list}." } },
	{ "overall/gone", PROSE_NOTHING, { "退出严重滞后", "no longer red" },
	  { "不再严重滞后{count}项：{list}。", "No longer seriously behind ({count}): {list}." } },
	{ "units", PROSE_NOTHING, { "县（市、区）完成情况", "counties" },
	  { "{units}个县（市、区）、功能区承担已评灯指标{cells}项次，其中严重滞后{red}项次、滞后{yellow}项次。{order}。",
	    "{units} counties, districts and zones carry {cells} judged measures, of which {red} are "
	    "seriously behind and {yellow} behind. {order}." } },
	{ "units/", PROSE_UNIT, { "单位情况", "a unit" },
	  { "{unit}：严重滞后{red}项、滞后{yellow}项，其中{worst}低于计划{behind}个百分点。",
	    "{unit}: {red} seriously behind, {yellow} behind; the worst is {worst}, {behind} points "
	    "behind its plan." } },
	{ "leads", PROSE_NOTHING, { "牵头单位情况", "leads" },
	  { "{leads}个牵头单位中，{confirmed}个已全部确认当月数据，{waiting}个尚有待确认数据{names}。",
	    "Of {leads} lead units {confirmed} confirmed all figures of the month; {waiting} have figures "
	    "that wait for them{names}." } },
	{ "leads/", PROSE_UNIT, { "牵头单位", "a lead" },
	  { "{unit}牵头的{count}项主要指标中，严重滞后{red}项、滞后{yellow}项。",
	    "{unit}: of the {count} main measures that it leads, {red} are seriously behind, {yellow} behind." } },
	{ "lagging", PROSE_NOTHING, { "滞后事项", "laggards" },
	  { "全市层面滞后和严重滞后指标共{count}项{?order}",
	    "{count} measures are behind for the city as a whole{?order}" } },
	{ "lagging/", PROSE_MEASURE, { "滞后事项", "a laggard" },
	  { "{measure}：{figure}，完成{done}，计划{planned}，低于计划{behind}个百分点；本月{light}，已连续{months}个月落后。"
	    "牵头单位：{lead}。{?cause}",
	    "{measure}: {figure}, {done} done against {planned} planned, {behind} points behind; {light} "
	    "this month, behind for {months} month(s) running. Lead: {lead}. {?cause}" } },
	{ "reporting", PROSE_NOTHING, { "报送情况", "reports" },
	  { "当月应报数据{expected}项次，按时报送{on_time}项次，迟报{late}项次，未报{missing}项次，按时报送率{rate}；更正{corrected}项次。",
	    "{expected} figures were due: {on_time} came in time, {late} late, {missing} not at all; {rate} "
	    "were in time. {corrected} figures were corrected." } },
	{ "reporting/missing", PROSE_NOTHING, { "未报单位", "missing" },
	  { "未报单位：{units}。", "Did not report: {units}." } },
	{ "reporting/late", PROSE_NOTHING, { "迟报单位", "late" },
	  { "迟报单位：{units}。", "Reported late: {units}." } },
	{ "demands", PROSE_NOTHING, { "总要求", "demand" },
	  { "各级各有关部门要对照通报逐项查找原因，倒排工期，确保年度任务按期完成。",
	    "Everybody concerned is asked to look for the cause of each delay and to see to it that the "
	    "year's pledges are kept." } },
	{ "demands/lagging", PROSE_NOTHING, { "滞后事项整改", "laggards' deadline" },
	  { "附件2所列{count}项次滞后事项，责任单位要于{deadline}前将整改措施和完成时限报市政府督查室；已下达督办通知的，按督办时限办理。",
	    "For the {count} entries of annex 2 the responsible units report measures and a date by "
	    "{deadline}; where a supervision slip was issued, its deadline holds." } },
	{ "demands/reporting", PROSE_NOTHING, { "补报", "missing reports' deadline" },
	  { "未报单位要于{deadline}前补报当月数据，并说明原因。",
	    "Units that did not report do so by {deadline}, and say why." } },
	{ "demands/next", PROSE_NOTHING, { "下月报送", "next month" },
	  { "各单位要于{due}前报送{month}数据，牵头单位于{confirm}前完成确认。",
	    "Figures of {month} are due by {due}; lead units confirm them by {confirm}." } },
};
/* clang-format on */
const size_t prose_template_count = sizeof(prose_templates) / sizeof(prose_templates[0]);

const struct prose_template *prose_find(const char *section, const char **id)
{
	const struct prose_template *found = NULL;

	*id = "";
	for (size_t i = 0; i < prose_template_count; i++) {
		const struct prose_template *t = &prose_templates[i];
		size_t n = strlen(t->section);

		if (strcmp(t->section, section) == 0 && t->about == PROSE_NOTHING)
			return t;
		if (t->about != PROSE_NOTHING && strncmp(t->section, section, n) == 0 && section[n]) {
			*id = section + n;
			found = t;
		}
	}
	return found;
}

static bool is_name(struct bytes b)
{
	if (b.len == 0 || b.len >= PROSE_NAME)
		return false;
	for (size_t i = 0; i < b.len; i++)
		if (!(b.data[i] == '_' || (b.data[i] >= 'a' && b.data[i] <= 'z')))
			return false;
	return true;
}

/* What stands between the braces. */
static enum prose_step read_place(const char **at, struct prose_piece *out)
{
	const char *from = *at + 1, *end = strchr(from, '}'), *sign;
	struct bytes name;

	if (!end)
		return PROSE_BROKEN;
	out->optional = *from == '?';
	from += out->optional;
	sign = memchr(from, '=', (size_t)(end - from));
	name = bytes_of(from, (size_t)((sign ? sign : end) - from));
	if (!is_name(name))
		return PROSE_BROKEN;
	memcpy(out->name, name.data, name.len);
	if (sign)
		out->shown = bytes_of(sign + 1, (size_t)(end - sign - 1));
	*at = end + 1;
	return PROSE_PIECE;
}

enum prose_step prose_next(const char **at, struct prose_piece *out)
{
	const char *from = *at;
	size_t n = strcspn(from, "{}");

	*out = (struct prose_piece){ 0 };
	if (!*from)
		return PROSE_END;
	if (n == 0 && from[0] == '{' && from[1] != '{')
		return read_place(at, out);
	if (n == 0) {
		if (from[1] != from[0])
			return PROSE_BROKEN;
		out->text = bytes_of(from, 1);
		*at = from + 2;
		return PROSE_PIECE;
	}
	out->text = bytes_of(from, n);
	*at = from + n;
	return PROSE_PIECE;
}

/* The text has a place of that name; *broken where it can't be read. */
static bool has_place(const char *text, const char *name, bool *broken)
{
	struct prose_piece piece;
	enum prose_step step;

	while ((step = prose_next(&text, &piece)) == PROSE_PIECE)
		if (piece.name[0] && strcmp(piece.name, name) == 0)
			return true;
	*broken |= step == PROSE_BROKEN;
	return false;
}

/* Every place of one is in the other; optional ones need not be. */
static bool covers(const char *wanted, const char *text, char name[PROSE_NAME], bool *broken)
{
	struct prose_piece piece;
	enum prose_step step;

	while ((step = prose_next(&wanted, &piece)) == PROSE_PIECE)
		if (piece.name[0] && !piece.optional && !has_place(text, piece.name, broken)) {
			memcpy(name, piece.name, PROSE_NAME);
			return false;
		}
	*broken |= step == PROSE_BROKEN;
	return true;
}

enum prose_fault prose_check(const char *template, const char *text, char name[PROSE_NAME])
{
	bool broken = false, whole = has_place(text, "", &broken);

	(void)whole;
	name[0] = '\0';
	if (broken)
		return PROSE_BRACES;
	if (!covers(template, text, name, &broken))
		return PROSE_LOST;
	return covers(text, template, name, &broken) ? PROSE_GOOD : PROSE_UNKNOWN;
}

size_t prose_digit_at(struct bytes text)
{
	const uint8_t *d = text.data;

	if (text.len >= 1 && d[0] >= '0' && d[0] <= '9')
		return 1;
	return text.len >= 3 && d[0] == 0xef && d[1] == 0xbc && d[2] >= 0x90 && d[2] <= 0x99 ? 3 : 0;
}

bool prose_has_digits(const char *text)
{
	struct prose_piece piece;

	while (prose_next(&text, &piece) == PROSE_PIECE)
		for (size_t i = 0; i < piece.text.len; i++)
			if (prose_digit_at(bytes_of(piece.text.data + i, piece.text.len - i)))
				return true;
	return false;
}
