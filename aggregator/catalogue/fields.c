/* SPDX-License-Identifier: MIT */
#include "aggregator/catalogue/fields.h"

#define AT(type, member) .offset = offsetof(struct type, member)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
/* clang-format off */
#define SECTION(name_, type, fields_, zh, en)                                                  \
	{ .name = (name_), .size = sizeof(struct type), .fields = (fields_),                   \
	  .count = COUNT(fields_), .help = { zh, en } }
/* clang-format on */

/* In the order of the enums of catalogue.h. */
static const char *const KINDS[] = { "quantity", "ratio",  "composite", "milestone",
				     "level",	 "policy", NULL };
static const char *const COMPARATORS[] = { "at-least", "about", "all", "reach", NULL };
static const char *const ROLES[] = { "main", "part", "support", NULL };
static const char *const FIGURES[] = { "counties", "lead", "derived", NULL };
static const char *const UNIT_KINDS[] = { "city",	"county",     "zone", "office",
					  "department", "enterprise", NULL };
static const char *const SHAPES[] = {
	"knots", "linear-day", "linear-month", "steps", "stages", NULL
};
static const char *const COUNTS[] = { "value", "objects", NULL };
static const char *const CHECK_KINDS[] = { "yes-no", "number", NULL };
static const char *const RANKINGS[] = { "off", "delta", NULL };
static const char *const LAGS[] = { "points", "relative", NULL };

static const struct schema_field PROGRAMME[] = {
	{ "from", SCHEMA_DATE, .required = true, AT(draft_programme, from),
	  .help = { "期间的第一天", "first day of the programme" } },
	{ "to", SCHEMA_DATE, .required = true, AT(draft_programme, to),
	  .help = { "期间的最后一天", "last day of the programme" } },
	{ "utc_offset", SCHEMA_OFFSET, .fallback = "+08:00", AT(draft_programme, offset_minutes),
	  .help = { "当地时间与UTC之差", "civil time against UTC" } },
};
static const struct schema_section PROGRAMME_SECTION = SECTION(
	"programme", draft_programme, PROGRAMME, "一个目录所管的期间", "the time that it is about");

static const struct schema_field REPORTING[] = {
	{ "due_day", SCHEMA_COUNT, .min = 1, .max = 28, .fallback = "5",
	  AT(draft_reporting, values.due_day),
	  .help = { "次月几日前报送，遇休息日顺延到下一工作日",
		    "day of the next month on which reports are due, moved to the next working day" } },
	{ "confirm_days", SCHEMA_COUNT, .min = 0, .max = 20, .fallback = "3",
	  AT(draft_reporting, values.confirm_days),
	  .help = { "其后牵头单位确认的工作日数；0：不要求确认",
		    "working days that leads then have to confirm; 0: none has to" } },
	{ "object_days", SCHEMA_COUNT, .min = 0, .max = 20, .fallback = "2",
	  AT(draft_reporting, values.object_days),
	  .help = { "其后提出异议的工作日数", "working days for objections after that" } },
	{ "silent_after", SCHEMA_COUNT, .min = 1, .max = 12, .fallback = "1",
	  AT(draft_reporting, values.silent_after),
	  .help = { "几个月未报即预警", "months without a report until an alert" } },
	{ "escalate_after", SCHEMA_COUNT, .min = 0, .max = 60, .fallback = "5",
	  AT(draft_reporting, values.escalate_after),
	  .help = { "预警几个工作日无人签收即提请牵头单位，再过同样天数提请督查机构；0 为不提请",
		    "working days until an alert that nobody acknowledged goes to the lead, and as many "
		    "until it goes to the office; 0: never" } },
	{ "late_until", SCHEMA_DATE, AT(draft_reporting, values.late_until),
	  .help = { "补报截止日，此后收到的数据待督查机构核定，方可年终封账；不填则封账前照收，期末15天后可封账",
		    "last day for late rows; later ones wait for the office, and the year may be closed; "
		    "without it they are taken until the close, which may come 15 days after the "
		    "programme" } },
	{ "first_report", SCHEMA_MONTH, AT(draft_reporting, first_report),
	  .help = { "首个应报的月份；默认为期间的第一个月",
		    "first month for which reports are expected; by default the programme's first" } },
};
static const struct schema_section REPORTING_SECTION =
	SECTION("reporting", draft_reporting, REPORTING, "每月报送", "the monthly reports");

static const struct schema_field LIGHTS[] = {
	{ "profile", SCHEMA_ID, .required = true, AT(draft_lights, id),
	  .help = { "亮灯规则的名称", "name of the rule of lights" } },
	{ "measure", SCHEMA_CHOICE, .names = LAGS, .fallback = "points", AT(draft_lights, measure),
	  .help = { "界限的含义：points 为落后计划的百分点，relative 为落后计划的百分比",
		    "what thresholds mean: points behind the plan, or relative: per cent of it" } },
	{ "yellow", SCHEMA_POINTS, .required = true, AT(draft_lights, values.yellow_enter),
	  .help = { "落后达到此数亮黄灯", "yellow where behind by at least this" } },
	{ "red", SCHEMA_POINTS, .required = true, AT(draft_lights, values.red_enter),
	  .help = { "落后超过此数亮红灯", "red where behind by more than this" } },
	{ "yellow_leave", SCHEMA_POINTS, AT(draft_lights, values.yellow_leave),
	  .help = { "落后不超过此数由黄转绿；默认同 yellow，即不设回差",
		    "green again where behind by at most this; by default yellow: no hysteresis" } },
	{ "red_leave", SCHEMA_POINTS, AT(draft_lights, values.red_leave),
	  .help = { "落后不超过此数由红转黄；默认同 red，即不设回差",
		    "yellow again where behind by at most this; by default red: no hysteresis" } },
	{ "enter_count", SCHEMA_COUNT, .min = 1, .max = 12, .fallback = "1",
	  AT(draft_lights, values.enter_count),
	  .help = { "连续几期才变差", "closed periods in a row until it gets worse" } },
	{ "leave_count", SCHEMA_COUNT, .min = 1, .max = 12, .fallback = "1",
	  AT(draft_lights, values.leave_count),
	  .help = { "连续几期才变好", "closed periods in a row until it gets better" } },
	{ "not_started_months", SCHEMA_COUNT, .min = 1, .max = 12, .fallback = "3",
	  AT(draft_lights, values.not_started_months),
	  .help = { "应开工未开工满几个月亮红灯",
		    "red where nothing was begun this many months late" } },
};
static const struct schema_section LIGHTS_SECTION =
	SECTION("lights", draft_lights, LIGHTS, "亮灯规则", "when a light is yellow or red");

static const struct schema_field PAIRS[] = {
	{ "first", SCHEMA_REF, .required = true, AT(draft_pair, first),
	  .help = { "指标，如食堂数；只能是一对的 first", "a measure, such as canteens; the first of one pair only" } },
	{ "second", SCHEMA_REF, .required = true, AT(draft_pair, second),
	  .help = { "与之相伴的指标，如就餐人数；计划比例按两者目标计算",
		    "the one that goes with it, such as pupils; their targets give the planned ratio" } },
	{ "times", SCHEMA_COUNT, .min = 2, .max = 1000, .fallback = "3", AT(draft_pair, times),
	  .help = { "实际比例与计划比例相差超过几倍即提示",
		    "flagged where the ratio is further off than this factor" } },
};
static const struct schema_section PAIRS_SECTION =
	SECTION("pairs", draft_pair, PAIRS, "相伴的两项指标", "two measures that go together");

static const struct schema_field QUALITY[] = {
	{ "above_times", SCHEMA_COUNT, .min = 1, .max = 1000, .fallback = "3",
	  AT(draft_quality, values.above_times),
	  .help = { "超过任务数几倍即提示", "flagged above so many times the quota" } },
	{ "above_steps", SCHEMA_COUNT, .min = 0, .max = 1000000000, .fallback = "100",
	  AT(draft_quality, values.above_steps),
	  .help = { "且超出任务数多于几个最小单位（按指标的小数位）",
		    "and further above it than so many steps of the measure's last decimal" } },
	{ "sample", SCHEMA_COUNT, .min = 0, .max = 10000, .fallback = "0",
	  AT(draft_quality, values.sample),
	  .help = { "每期随机抽查的数量；0 为其余各项数的平方根",
		    "cells drawn by lot each period; 0: the square root of all that are not flagged" } },
	{ "pairs", SCHEMA_RECORDS, .below = &PAIRS_SECTION, AT(draft_quality, pairs),
	  .help = { "相伴的指标", "measures that go together" } },
};
static const struct schema_section QUALITY_SECTION =
	SECTION("quality", draft_quality, QUALITY, "数据质量提示和抽查",
		"which figures look odd, and which are checked on the spot");

static const struct schema_field UNITS[] = {
	{ "id", SCHEMA_ID, .required = true, AT(draft_unit, values.id),
	  .help = { "编号，用后不改", "its id, never changed once used" } },
	{ "kind", SCHEMA_CHOICE, .required = true, .names = UNIT_KINDS, AT(draft_unit, kind),
	  .help = { "单位类型；county 和 zone 合称 areas",
		    "what it is; counties and zones together are the areas" } },
	{ "name", SCHEMA_NAME, .required = true, AT(draft_unit, values.name),
	  .help = { "名称", "name" } },
	{ "code", SCHEMA_TEXT, AT(draft_unit, values.code),
	  .help = { "GB/T 2260 行政区划代码，加引号", "code of GB/T 2260, in quotes" } },
	{ "tile", SCHEMA_ANY, AT(draft_unit, tile),
	  .help = { "方格地图上的 [行, 列]，从1起", "[row, column] on the tile map, from 1" } },
	{ "reports", SCHEMA_BOOL, .fallback = "true", AT(draft_unit, reports),
	  .help = { "默认是否应报；false：可以报，不报也不算未报",
		    "whether its reports are expected; false: it may report, but need not" } },
};
static const struct schema_section UNITS_SECTION =
	SECTION("units", draft_unit, UNITS, "报送单位、牵头单位和协办单位",
		"those who report, lead and help");

static const struct schema_field STAGE[] = {
	{ "id", SCHEMA_ID, .required = true, AT(draft_stage, values.id),
	  .help = { "编号", "its id" } },
	{ "name", SCHEMA_NAME, .required = true, AT(draft_stage, values.name),
	  .help = { "名称", "name" } },
	{ "weight", SCHEMA_PERCENT, AT(draft_stage, values.weight_ppm),
	  .help = { "仅计划的阶段：占整体的百分比，合计100",
		    "of a plan: per cent of the whole; all make 100" } },
	{ "due", SCHEMA_DATE, AT(draft_stage, values.due),
	  .help = { "仅计划的阶段：期限", "of a plan: the day by which it is due" } },
};
static const struct schema_section STAGE_SECTION =
	SECTION("stage", draft_stage, STAGE, "一个阶段", "one stage");

static const struct schema_field STAGES[] = {
	{ "id", SCHEMA_ID, .required = true, AT(draft_stages, id), .help = { "编号", "its id" } },
	{ "counts", SCHEMA_REF, .required = true, AT(draft_stages, counts),
	  .help = { "计入完成数的阶段；未注明阶段的数据属于它",
		    "the stage whose figure counts; rows that name no stage mean it" } },
	{ "stages", SCHEMA_RECORDS, .required = true, .below = &STAGE_SECTION,
	  AT(draft_stages, stages), .help = { "按先后排列的阶段", "the stages in their order" } },
};
static const struct schema_section STAGES_SECTION =
	SECTION("stages", draft_stages, STAGES, "数量和政策指标共用的阶段组",
		"sets of stages that quantities and policies share");

static const struct schema_field MEASURES[] = {
	{ "id", SCHEMA_ID, .required = true, AT(draft_measure, values.id),
	  .help = { "编号，用后不改", "its id, never changed once used" } },
	{ "name", SCHEMA_NAME, .required = true, AT(draft_measure, values.name),
	  .help = { "名称", "name" } },
	{ "kind", SCHEMA_CHOICE, .required = true, .names = KINDS, AT(draft_measure, kind),
	  .help = { "类型", "what kind of thing it is" } },
	{ "uom", SCHEMA_NAME, .required = true, AT(draft_measure, uom),
	  .help = { "计量单位，如 {zh: 处, en: sites}",
		    "unit of measure, like {zh: 处, en: sites}" } },
	{ "target", SCHEMA_NUMBER, .required = true, AT(draft_measure, target),
	  .help = { "目标，只写数字；ratio 可带 %",
		    "the goal, digits only; ratios may have a %" } },
	{ "comparator", SCHEMA_CHOICE, .names = COMPARATORS, .fallback = "at-least",
	  AT(draft_measure, comparator),
	  .help = { "at-least 不少于；about 约（95%即达到）；all 全覆盖；reach 达到",
		    "at-least; about (met at 95 %); all of a listed universe; reach" } },
	{ "role", SCHEMA_CHOICE, .names = ROLES, .fallback = "main", AT(draft_measure, role),
	  .help = { "main 决定事项的灯；part 是某 composite 的部分；support 仅供参考",
		    "main colours the item; part belongs to a composite; support informs" } },
	{ "figure", SCHEMA_CHOICE, .required = true, .names = FIGURES, AT(draft_measure, figure),
	  .help = { "谁的数据算数：counties 各县区之和；lead 牵头单位；derived 推算",
		    "whose figure counts: the counties' sum, the lead's, or derived (computed)" } },
	{ "decimals", SCHEMA_COUNT, .min = 0, .max = 6, .fallback = "0",
	  AT(draft_measure, values.decimals),
	  .help = { "数值的小数位数；ratio 指分子分母",
		    "decimals of values; of a ratio's two sides" } },
	{ "rate_decimals", SCHEMA_COUNT, .min = 0, .max = 6, .fallback = "2",
	  AT(draft_measure, values.rate_decimals),
	  .help = { "仅 ratio：百分数的小数位数", "ratios: decimals of the per cent" } },
	{ "numerator", SCHEMA_NAME, AT(draft_measure, values.numerator),
	  .help = { "仅上报的 ratio：分子是什么",
		    "ratios that are reported: what the upper side counts" } },
	{ "denominator", SCHEMA_NAME, AT(draft_measure, values.denominator),
	  .help = { "仅上报的 ratio：分母是什么",
		    "ratios that are reported: what the lower side counts" } },
	{ "base", SCHEMA_NUMBER, AT(draft_measure, base),
	  .help = { "起点：期初已有的数", "where it stood before the programme" } },
	{ "base_invented", SCHEMA_BOOL, .fallback = "false",
	  AT(draft_measure, values.base_invented),
	  .help = { "起点为虚构，不出自文件", "the base is invented, not the notice's" } },
	{ "cap", SCHEMA_NUMBER, AT(draft_measure, cap),
	  .help = { "上限：起点加完成数不得超过（如镇街总数）",
		    "base and figure together never exceed it (the number of all towns, say)" } },
	{ "parts", SCHEMA_REFS, AT(draft_measure, parts),
	  .help = { "仅 composite：各部分，目标之和等于它的目标",
		    "composites: measures whose targets sum to its own" } },
	{ "derived_from", SCHEMA_REF, AT(draft_measure, derived_from),
	  .help = { "由哪个指标推算：ratio 由数量（base + 完成数）/ cap，level 由 ratio 减其 base",
		    "computed from: a ratio from a quantity, (base + figure) / cap; a level from a "
		    "ratio less its base" } },
	{ "stages", SCHEMA_REF, AT(draft_measure, stages),
	  .help = { "仅 quantity、policy：阶段组", "quantities, policies: a set of stages" } },
	{ "count", SCHEMA_CHOICE, .names = COUNTS, .fallback = "value", AT(draft_measure, count),
	  .help = { "value 按数；objects 按对象编号（仅场所和物，绝不用于人），重复的只计一次",
		    "value: by numbers; objects: by the ids of places and things, never of persons; "
		    "each counts once" } },
	{ "first_report", SCHEMA_MONTH, AT(draft_measure, values.first_report),
	  .help = { "首个应报的月份", "first month for which reports are expected" } },
	{ "retired", SCHEMA_DATE, AT(draft_measure, values.retired),
	  .help = { "停用日期，此后不再收数", "no rows for dates after this day" } },
	{ "note", SCHEMA_NAME, AT(draft_measure, values.note), .help = { "说明", "a note" } },
	{ "carried_from", SCHEMA_TEXT, AT(draft_measure, values.carried_from),
	  .help = { "结转自上年哪个目录的哪个指标，如 jining-2022/canteens",
		    "the measure of an earlier programme whose rest this is, like jining-2022/canteens" } },
};
static const struct schema_section MEASURES_SECTION =
	SECTION("measures", draft_measure, MEASURES, "指标", "what is counted");

static const struct schema_field ITEMS[] = {
	{ "id", SCHEMA_ID, .required = true, AT(draft_item, values.id),
	  .help = { "编号，加引号，如 \"2.2\"", "its id in quotes, like \"2.2\"" } },
	{ "name", SCHEMA_NAME, .required = true, AT(draft_item, values.name),
	  .help = { "名称", "name" } },
	{ "lead", SCHEMA_REF, .required = true, AT(draft_item, lead),
	  .help = { "牵头单位", "the unit that leads" } },
	{ "coorganisers", SCHEMA_REFS, AT(draft_item, coorganisers),
	  .help = { "协办单位", "the units that help" } },
	{ "scope", SCHEMA_ANY, .required = true, AT(draft_item, scope),
	  .help = { "areas 所有县区；city 仅市级；或县区列表",
		    "areas: all of them; city: none of them; or a list of areas" } },
	{ "scope_invented", SCHEMA_BOOL, .fallback = "false", AT(draft_item, values.scope_invented),
	  .help = { "县区列表为虚构，不出自文件", "the list is invented, not the notice's" } },
	{ "measures", SCHEMA_RECORDS, .required = true, .below = &MEASURES_SECTION,
	  AT(draft_item, measures), .help = { "指标", "its measures" } },
};
static const struct schema_section ITEMS_SECTION =
	SECTION("items", draft_item, ITEMS, "事项", "an item of a project");

static const struct schema_field PROJECTS[] = {
	{ "id", SCHEMA_ID, .required = true, AT(draft_project, values.id),
	  .help = { "编号，加引号", "its id, in quotes" } },
	{ "name", SCHEMA_NAME, .required = true, AT(draft_project, values.name),
	  .help = { "名称", "name" } },
	{ "items", SCHEMA_RECORDS, .required = true, .below = &ITEMS_SECTION,
	  AT(draft_project, items), .help = { "事项", "its items" } },
};
static const struct schema_section PROJECTS_SECTION =
	SECTION("projects", draft_project, PROJECTS, "项目", "what was promised");

static const struct schema_field HOLIDAYS[] = {
	{ "from", SCHEMA_DATE, .required = true, AT(draft_holiday, from),
	  .help = { "第一天", "first day" } },
	{ "to", SCHEMA_DATE, .required = true, AT(draft_holiday, to),
	  .help = { "最后一天", "last day" } },
	{ "name", SCHEMA_NAME, AT(draft_holiday, name), .help = { "名称", "name" } },
};
static const struct schema_section HOLIDAYS_SECTION =
	SECTION("holidays", draft_holiday, HOLIDAYS, "放假", "days that are free");

static const struct schema_field CALENDAR[] = {
	{ "from", SCHEMA_DATE, .required = true, AT(draft_calendar, from),
	  .help = { "日历的第一天", "first day that it knows" } },
	{ "to", SCHEMA_DATE, .required = true, AT(draft_calendar, to),
	  .help = { "日历的最后一天，宜为期间结束后两个月",
		    "last day that it knows; two months after the programme is best" } },
	{ "holidays", SCHEMA_RECORDS, .required = true, .below = &HOLIDAYS_SECTION,
	  AT(draft_calendar, holidays), .help = { "节假日", "public holidays" } },
	{ "workdays", SCHEMA_REFS, AT(draft_calendar, workdays),
	  .help = { "调休上班的周末", "weekend days on which people work" } },
};
static const struct schema_section CALENDAR_SECTION =
	SECTION("calendar", draft_calendar, CALENDAR, "工作日历", "working days");

static const struct schema_field PLANS[] = {
	{ "id", SCHEMA_ID, .required = true, AT(draft_plan, values.id),
	  .help = { "编号，显示在每个差距旁", "its id, printed beside every gap" } },
	{ "shape", SCHEMA_CHOICE, .required = true, .names = SHAPES, AT(draft_plan, shape),
	  .help = { "knots 节点间连直线；linear-day 按日；linear-month 按月；steps 到节点时跳升；"
		    "stages 按各阶段的期限和权重（milestone）",
		    "knots: straight lines between them; linear-day; linear-month; steps: jumps at "
		    "the knots; stages: by due day and weight of stages (milestones)" } },
	{ "invented", SCHEMA_BOOL, AT(draft_plan, invented),
	  .help = { "虚构，不出自文件；默认同文件的 invented",
		    "not the notice's; by default what the file says" } },
	{ "measures", SCHEMA_REFS, .required = true, AT(draft_plan, measures),
	  .help = { "使用它的指标", "the measures that use it" } },
	{ "knots", SCHEMA_PAIRS, AT(draft_plan, knots),
	  .help = { "日期: 百分比，从期间前一天的0到100",
		    "date: per cent, from 0 on the day before the programme to 100" } },
	{ "stages", SCHEMA_RECORDS, .below = &STAGE_SECTION, AT(draft_plan, stages),
	  .help = { "仅 shape: stages", "of shape stages" } },
};
static const struct schema_section PLANS_SECTION = SECTION(
	"plans", draft_plan, PLANS, "计划（时序进度）", "how a target is to be reached in time");

static const struct schema_field OBJECT[] = {
	{ "id", SCHEMA_ID, .required = true, AT(draft_object, values.id),
	  .help = { "对象编号，用后不改", "id of the object, never changed once used" } },
	{ "name", SCHEMA_NAME, .required = true, AT(draft_object, values.name),
	  .help = { "名称", "name" } },
	{ "unit", SCHEMA_REF, AT(draft_object, unit),
	  .help = { "所在单位", "the unit where it lies" } },
};
static const struct schema_section OBJECT_SECTION =
	SECTION("universe", draft_object, OBJECT, "一个场所或物", "one place or thing");

static const struct schema_field EARLIER[] = {
	{ "year", SCHEMA_COUNT, .required = true, .min = 1990, .max = 2200, AT(draft_earlier, year),
	  .help = { "计入的年度", "the year that counted them" } },
	{ "ids", SCHEMA_REFS, .required = true, AT(draft_earlier, ids),
	  .help = { "对象编号", "ids of objects" } },
};
static const struct schema_section EARLIER_SECTION =
	SECTION("earlier", draft_earlier, EARLIER, "以前年度已计入的对象，不得再计",
		"objects that an earlier year counted: they don't count again");

static const struct schema_field CHECK[] = {
	{ "id", SCHEMA_ID, .required = true, AT(draft_check, values.id),
	  .help = { "编号", "its id" } },
	{ "name", SCHEMA_NAME, .required = true, AT(draft_check, values.name),
	  .help = { "要求", "what is required" } },
	{ "kind", SCHEMA_CHOICE, .names = CHECK_KINDS, .fallback = "yes-no", AT(draft_check, kind),
	  .help = { "yes-no 是或否；number 数", "yes or no, or a number" } },
	{ "must", SCHEMA_BOOL, .fallback = "true", AT(draft_check, values.must),
	  .help = { "true 必须满足；false 仅作提示", "true: it must hold; false: it is told only" } },
	{ "uom", SCHEMA_NAME, AT(draft_check, values.uom),
	  .help = { "仅 number：计量单位", "numbers: unit of measure" } },
	{ "decimals", SCHEMA_COUNT, .min = 0, .max = 6, .fallback = "0",
	  AT(draft_check, values.decimals),
	  .help = { "仅 number：小数位数", "numbers: decimals" } },
	{ "min", SCHEMA_NUMBER, AT(draft_check, min),
	  .help = { "仅 number：不少于", "numbers: at least this" } },
	{ "max", SCHEMA_NUMBER, AT(draft_check, max),
	  .help = { "仅 number：不超过", "numbers: at most this" } },
};
static const struct schema_section CHECK_SECTION =
	SECTION("checklist", draft_check, CHECK, "验收清单的一项，逐个对象核对，从不相加",
		"a line of the checklist: checked object by object, never summed");

static const struct schema_field OBJECTS[] = {
	{ "measures", SCHEMA_REFS, .required = true, AT(draft_objects, measures),
	  .help = { "按对象计数的指标（count: objects）", "measures with count: objects" } },
	{ "version", SCHEMA_TEXT, AT(draft_objects, version),
	  .help = { "名单的版本", "version of the list" } },
	{ "invented", SCHEMA_BOOL, AT(draft_objects, invented),
	  .help = { "虚构，不出自文件；默认同文件的 invented",
		    "not from a document; by default what the file says" } },
	{ "universe", SCHEMA_RECORDS, .below = &OBJECT_SECTION, AT(draft_objects, universe),
	  .help = { "全部对象；comparator: all 需要；写了即不收名单外的编号",
		    "all there are; comparator: all needs it; ids outside it are refused" } },
	{ "base", SCHEMA_REFS, AT(draft_objects, base),
	  .help = { "期初已有的对象编号，不得再计", "ids that stood before: they don't count again" } },
	{ "earlier", SCHEMA_RECORDS, .below = &EARLIER_SECTION, AT(draft_objects, earlier),
	  .help = { "以前年度已计入的", "what earlier years counted" } },
	{ "checklist", SCHEMA_RECORDS, .below = &CHECK_SECTION, AT(draft_objects, checklist),
	  .help = { "验收清单", "what has to be true of an object at acceptance" } },
};
static const struct schema_section OBJECTS_SECTION = SECTION(
	"objects", draft_objects, OBJECTS, "按编号计数的对象", "what is counted by ids");

/* Keys of every file of a catalogue. */
/* clang-format off */
#define PART_FIELDS                                                                            \
	{ "schema", SCHEMA_COUNT, .required = true, .min = 1, .max = 1, AT(draft_part, schema), \
	  .help = { "本格式的版本：1", "version of this format: 1" } },                         \
	{ "source", SCHEMA_TEXT, AT(draft_part, source),                                       \
	  .help = { "出处", "where it comes from" } },                                         \
	{ "invented", SCHEMA_BOOL, .fallback = "false", AT(draft_part, invented),              \
	  .help = { "本文件的计划、阶段和分解为虚构，处处注明",                                \
		    "this file's plans, stages and quotas are invented, and shown as such" } }, \
	{ "stages", SCHEMA_RECORDS, .below = &STAGES_SECTION, AT(draft_part, stages),          \
	  .help = { "阶段组", "sets of stages" } },                                            \
	{ "calendar", SCHEMA_RECORD, .below = &CALENDAR_SECTION, AT(draft_part, calendar),     \
	  .help = { "工作日历，全部文件中一个", "working days; one in all files" } },           \
	{ "plans", SCHEMA_RECORDS, .below = &PLANS_SECTION, AT(draft_part, plans),             \
	  .help = { "计划", "plans" } },                                                       \
	{ "quotas", SCHEMA_PAIRS, AT(draft_part, quotas),                                      \
	  .help = { "分解：指标: {单位: 数}", "quotas: measure: {unit: number}" } },           \
	{ "objects", SCHEMA_RECORDS, .below = &OBJECTS_SECTION, AT(draft_part, objects),       \
	  .help = { "按编号计数的对象", "what is counted by ids" } }
/* clang-format on */

static const struct schema_field MAIN[] = {
	PART_FIELDS,
	{ "id", SCHEMA_ID, .required = true, AT(draft, id),
	  .help = { "目录的编号", "id of the catalogue" } },
	{ "title", SCHEMA_NAME, .required = true, AT(draft, title), .help = { "标题", "title" } },
	{ "programme", SCHEMA_RECORD, .required = true, .below = &PROGRAMME_SECTION,
	  AT(draft, programme), .help = { "期间", "the time that it is about" } },
	{ "include", SCHEMA_REFS, AT(draft, include),
	  .help = { "同一文件夹中的其他文件", "further files, named from this one's folder" } },
	{ "city", SCHEMA_REF, .required = true, AT(draft, city),
	  .help = { "代表整体的单位", "the unit that stands for the whole" } },
	{ "office", SCHEMA_REF, .required = true, AT(draft, office),
	  .help = { "督查单位", "the unit that supervises" } },
	{ "reporting", SCHEMA_RECORD, .required = true, .below = &REPORTING_SECTION,
	  AT(draft, reporting), .help = { "每月报送", "the monthly reports" } },
	{ "lights", SCHEMA_RECORD, .required = true, .below = &LIGHTS_SECTION, AT(draft, lights),
	  .help = { "亮灯规则", "when a light is yellow or red" } },
	{ "quality", SCHEMA_RECORD, .below = &QUALITY_SECTION, AT(draft, quality),
	  .help = { "数据质量提示和抽查", "which figures look odd, and which are checked" } },
	{ "ranking", SCHEMA_CHOICE, .names = RANKINGS, .fallback = "off", AT(draft, ranking),
	  .help = { "单位排名：off 不排名；delta 按当月新增与计划新增之差排名，不按总量",
		    "ranks of units: off: none; delta: by what a month added against its plan, not by level" } },
	{ "units", SCHEMA_RECORDS, .required = true, .below = &UNITS_SECTION, AT(draft, units),
	  .help = { "单位", "units" } },
	{ "projects", SCHEMA_RECORDS, .required = true, .below = &PROJECTS_SECTION,
	  AT(draft, projects), .help = { "项目", "projects" } },
};
static const struct schema_field PART[] = { PART_FIELDS };

const struct schema_section fields_main =
	SECTION("catalogue", draft, MAIN, "目录的主文件", "the main file of a catalogue");
const struct schema_section fields_part =
	SECTION("included file", draft_part, PART, "include 所列的文件", "a file named by include");

static const char *name_of(const char *const *names, size_t count, unsigned i)
{
	return i < count ? names[i] : "?";
}

const char *catalogue_kind_name(enum catalogue_kind k)
{
	return name_of(KINDS, COUNT(KINDS) - 1, k);
}

const char *catalogue_comparator_name(enum catalogue_comparator c)
{
	return name_of(COMPARATORS, COUNT(COMPARATORS) - 1, c);
}

const char *catalogue_role_name(enum catalogue_role r)
{
	return name_of(ROLES, COUNT(ROLES) - 1, r);
}

const char *catalogue_figure_name(enum catalogue_figure f)
{
	return name_of(FIGURES, COUNT(FIGURES) - 1, f);
}

const char *catalogue_unit_kind_name(enum catalogue_unit_kind k)
{
	return name_of(UNIT_KINDS, COUNT(UNIT_KINDS) - 1, k);
}

const char *catalogue_shape_name(enum catalogue_plan_shape s)
{
	return name_of(SHAPES, DRAFT_STAGES, s);
}

void catalogue_schema_print(enum lang lang, FILE *to)
{
	const struct schema_section *const roots[] = { &fields_main, &fields_part };

	schema_print(roots, COUNT(roots), lang, to);
}
