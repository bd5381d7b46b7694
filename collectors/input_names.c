/* SPDX-License-Identifier: MIT */
/* Whom and what a row speaks of: measure, unit, kind, stage. */
#include "collectors/input_impl.h"

static bool unknown_target(struct input_work *w)
{
	static const struct input_kind near = {
		"unknown-target",
		{ "没有指标“{0}”，或不由本单位填报", "there is no measure \"{0}\" that you report" },
		{ "是否为 {1}（{2}）？", "did you mean {1}?" }
	};
	static const struct input_kind far = {
		"unknown-target",
		{ "没有指标“{0}”，或不由本单位填报", "there is no measure \"{0}\" that you report" },
		{ "运行 minsheng status --json 查看本单位的指标",
		  "minsheng status --json lists your measures" }
	};
	const char *given = w->text[INPUT_TARGET];
	const struct message_measure *m = slice_nearest(w->in->slice, bytes_of_string(given));
	char *id = m ? input_copy(w, m->id) : NULL, *zh = m ? input_copy(w, m->name_zh) : NULL;

	if (!id || !zh)
		return input_wrong(w, INPUT_TARGET, &far, &(struct input_about){ { given }, NULL });
	return input_wrong(w, INPUT_TARGET, &near, &(struct input_about){ { given, id, zh }, id });
}

/* "1.1/canteens" names the item too. */
static void split_item(struct input_work *w)
{
	char *slash = w->text[INPUT_TARGET] ? strchr(w->text[INPUT_TARGET], '/') : NULL;

	if (!slash || w->text[INPUT_ITEM])
		return;
	w->text[INPUT_ITEM] = input_copy(w, bytes_of(w->text[INPUT_TARGET],
						     (size_t)(slash - w->text[INPUT_TARGET])));
	w->text[INPUT_TARGET] = slash + 1;
}

/* A measure by its name, where the catalogue has one that contains a slash. */
static const struct message_measure *find(const struct input_work *w, struct bytes given)
{
	const struct message_measure *m = slice_find(w->in->slice, given);

	return m ? m : slice_find_name(w->in->slice, given);
}

bool input_find_measure(struct input_work *w)
{
	static const struct input_kind other = {
		"other-item",
		{ "指标不属于事项 {0}", "the measure is not of item {0}" },
		{ "核对事项编号，或不填此列", "correct the item, or leave it out" }
	};
	const char *item;

	if (!w->text[INPUT_TARGET])
		return true; /* what is missing, the check of the row tells */
	w->measure = find(w, bytes_of_string(w->text[INPUT_TARGET]));
	if (!w->measure)
		split_item(w);
	if (!w->in->slice)
		return true;
	if (!w->measure)
		w->measure = find(w, bytes_of_string(w->text[INPUT_TARGET]));
	if (!w->measure)
		return unknown_target(w);
	w->text[INPUT_TARGET] = input_copy(w, w->measure->id);
	item = w->text[INPUT_ITEM];
	if (item && !bytes_equal(bytes_of_string(item), w->measure->item))
		return input_wrong(w, INPUT_ITEM, &other, &(struct input_about){ { item }, NULL });
	return true;
}

static bool is_ascii(const char *s)
{
	while (*s && (unsigned char)*s < 0x80)
		s++;
	return !*s;
}

/* "万户" where the catalogue counts 户: said in so many words, so that nothing is guessed. */
static bool is_ten_thousands(const char *given, struct bytes uom)
{
	static const char word[] = "万";
	size_t n = sizeof(word) - 1;

	return strncmp(given, word, n) == 0 && uom.len &&
	       bytes_equal(bytes_of_string(given + n), uom);
}

/* The catalogue has the unit of measure in Chinese only: an English one can't be checked. */
bool input_check_uom(struct input_work *w)
{
	static const struct input_kind other = {
		"other-uom",
		{ "计量单位“{0}”与目录不同", "unit of measure \"{0}\" is not the catalogue's" },
		{ "请按目录的计量单位换算后填写",
		  "convert the figure to the catalogue's unit of measure" }
	};
	const char *uom = w->text[INPUT_UOM];

	if (!uom || !w->measure || is_ascii(uom) ||
	    bytes_equal(bytes_of_string(uom), w->measure->uom))
		return true;
	/* what stands in the heading of the figures is not said of ratios */
	if (w->cells->heading[INPUT_UOM] && w->cells->heading[INPUT_UOM] == w->cells->heading[INPUT_VALUE] &&
	    bytes_equal(w->measure->kind, bytes_of_string("ratio")))
		return true;
	if (is_ten_thousands(uom, w->measure->uom)) {
		w->shift = 4;
		return true;
	}
	return input_wrong(w, INPUT_UOM, &other, &(struct input_about){ { uom }, NULL });
}

bool input_check_unit(struct input_work *w)
{
	static const struct input_kind barred = {
		"other-unit",
		{ "不能为“{0}”填报此指标", "you may not report this for \"{0}\"" },
		{ "填写单位编码（如 yutai）；本单位可不填此列",
		  "write the unit's id (such as yutai); leave it out for your own" }
	};
	const char *unit = w->text[INPUT_UNIT], *said = unit;
	const char *id;

	if (unit && w->in->unit_of && (id = w->in->unit_of(w->in->unit_ctx, unit)))
		unit = w->text[INPUT_UNIT] = input_copy(w, bytes_of_string(id));
	if (unit && w->in->reporter[0] && strcmp(unit, w->in->reporter_name) == 0)
		unit = w->text[INPUT_UNIT] = input_copy(w, bytes_of_string(w->in->reporter));
	if (!unit || !w->measure || w->measure->unit_count == 0 ||
	    slice_has_unit(w->measure, bytes_of_string(unit)))
		return true;
	return input_wrong(w, INPUT_UNIT, &barred, &(struct input_about){ { said }, NULL });
}

bool input_read_kind(struct input_work *w)
{
	static const struct {
		const char *word, *kind;
	} words[] = {
		{ "set", "total" },    { "累计", "total" },   { "新增", "add" },
		{ "增量", "add" },     { "节点", "stage" },   { "标准", "level" },
		{ "无进展", "nil" },   { "零报告", "nil" },   { "撤回", "retract" },
	};
	char *kind = w->text[INPUT_KIND];

	if (!kind && w->text[INPUT_STAGE] && !w->text[INPUT_VALUE] && !w->text[INPUT_NUMERATOR])
		w->row.kind = "stage";
	else
		w->row.kind = kind;
	for (size_t i = 0; kind && i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(kind, words[i].word) == 0)
			w->row.kind = words[i].kind;
	}
	return true;
}

bool input_check_stage(struct input_work *w)
{
	static const struct input_kind unknown = {
		"unknown-stage",
		{ "此指标没有节点“{0}”", "the measure has no stage \"{0}\"" },
		{ NULL, NULL }
	};
	const char *stage = w->text[INPUT_STAGE];

	w->row.stage = stage;
	if (!stage || !w->measure || slice_has_stage(w->measure, bytes_of_string(stage)))
		return true;
	for (size_t i = 0; i < w->measure->stage_count; i++) {
		const struct message_stage *s = &w->measure->stages[i];

		if (bytes_equal(s->name_zh, bytes_of_string(stage)) ||
		    bytes_equal(s->name_en, bytes_of_string(stage))) {
			w->row.stage = input_copy(w, s->id);
			return true;
		}
	}
	return input_wrong(w, INPUT_STAGE, &unknown, &(struct input_about){ { stage }, NULL });
}
