/* SPDX-License-Identifier: MIT */
/* The names that columns go by. */
#include "collectors/input.h"

struct heading {
	const char *name;
	enum input_field field;
};

/* The first English one of a field is its name. */
static const struct heading headings[] = {
	{ "unit", INPUT_UNIT },
	{ "单位", INPUT_UNIT },
	{ "县市区", INPUT_UNIT },
	{ "责任单位", INPUT_UNIT },
	{ "单位编码", INPUT_UNIT },
	{ "单位名称", INPUT_UNIT },
	{ "区县", INPUT_UNIT },
	{ "县区", INPUT_UNIT },
	{ "县市", INPUT_UNIT },
	{ "填报单位", INPUT_UNIT },
	{ "报送单位", INPUT_UNIT },
	{ "item", INPUT_ITEM },
	{ "事项编号", INPUT_ITEM },
	{ "项目编号", INPUT_ITEM },
	{ "target", INPUT_TARGET },
	{ "measure", INPUT_TARGET },
	{ "指标编码", INPUT_TARGET },
	{ "指标名称", INPUT_TARGET },
	{ "指标", INPUT_TARGET },
	{ "任务指标", INPUT_TARGET },
	{ "目标任务", INPUT_TARGET },
	{ "as_of", INPUT_AS_OF },
	{ "截止日期", INPUT_AS_OF },
	{ "截至日期", INPUT_AS_OF },
	{ "数据截至", INPUT_AS_OF },
	{ "数据截止", INPUT_AS_OF },
	{ "截止时间", INPUT_AS_OF },
	{ "截至时间", INPUT_AS_OF },
	{ "月份", INPUT_AS_OF },
	{ "date", INPUT_AS_OF },
	{ "value", INPUT_VALUE },
	{ "数值", INPUT_VALUE },
	{ "累计完成", INPUT_VALUE },
	{ "完成数", INPUT_VALUE },
	{ "完成数量", INPUT_VALUE },
	{ "累计完成数", INPUT_VALUE },
	{ "累计完成量", INPUT_VALUE },
	{ "累计数", INPUT_VALUE },
	{ "累计值", INPUT_VALUE },
	{ "kind", INPUT_KIND },
	{ "mode", INPUT_KIND },
	{ "口径", INPUT_KIND },
	{ "uom", INPUT_UOM },
	{ "计量单位", INPUT_UOM },
	{ "numerator", INPUT_NUMERATOR },
	{ "分子", INPUT_NUMERATOR },
	{ "denominator", INPUT_DENOMINATOR },
	{ "分母", INPUT_DENOMINATOR },
	{ "stage", INPUT_STAGE },
	{ "节点", INPUT_STAGE },
	{ "阶段", INPUT_STAGE },
	{ "note", INPUT_NOTE },
	{ "进展情况", INPUT_NOTE },
	{ "备注", INPUT_NOTE },
	{ "correction_reason", INPUT_REASON },
	{ "reason", INPUT_REASON },
	{ "更正原因", INPUT_REASON },
	{ "evidence_url", INPUT_EVIDENCE },
	{ "evidence", INPUT_EVIDENCE },
	{ "证明材料", INPUT_EVIDENCE },
	{ "ref", INPUT_REF },
	{ "流水号", INPUT_REF },
	{ "withdraw", INPUT_WITHDRAW },
	{ "撤回流水号", INPUT_WITHDRAW },
	{ "revision", INPUT_REVISION },
	{ "修订号", INPUT_REVISION },
	{ "object", INPUT_OBJECT },
	{ "objects", INPUT_OBJECT },
	{ "对象编号", INPUT_OBJECT },
};
#define HEADINGS (sizeof(headings) / sizeof(*headings))

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 32) : c;
}

bool input_heading_is(struct bytes given, const char *name)
{
	size_t n = strlen(name);

	if (given.len != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (lower(given.data[i]) != (uint8_t)name[i])
			return false;
	}
	return true;
}

struct bytes input_trimmed(struct bytes b)
{
	while (b.len && b.data[0] <= ' ')
		b = bytes_of(b.data + 1, b.len - 1);
	while (b.len && b.data[b.len - 1] <= ' ')
		b.len--;
	return b;
}

struct bytes input_without_bom(struct bytes file)
{
	static const uint8_t bom[] = { 0xef, 0xbb, 0xbf };

	if (file.len >= sizeof(bom) && memcmp(file.data, bom, sizeof(bom)) == 0)
		return bytes_of(file.data + sizeof(bom), file.len - sizeof(bom));
	return file;
}

int input_field_of(struct bytes heading)
{
	static const char star[] = "★"; /* marks required columns in templates */
	size_t n = sizeof(star) - 1;

	heading = input_trimmed(heading);
	if (heading.len >= n && memcmp(heading.data + heading.len - n, star, n) == 0)
		heading = input_trimmed(bytes_of(heading.data, heading.len - n));
	for (size_t i = 0; i < HEADINGS; i++) {
		if (input_heading_is(heading, headings[i].name))
			return (int)headings[i].field;
	}
	return -1;
}

/* Bytes of one of the brackets at the front, or 0. */
static size_t bracket_at(struct bytes b, const char *const *brackets)
{
	for (size_t i = 0; brackets[i]; i++) {
		size_t n = strlen(brackets[i]);

		if (b.len >= n && memcmp(b.data, brackets[i], n) == 0)
			return n;
	}
	return 0;
}

/* Copies what is no blank: headings are broken into lines, and spread. */
static size_t squeeze(struct bytes b, char *out, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < b.len; i++) {
		if (b.data[i] <= ' ')
			continue;
		if (b.len - i >= 3 && memcmp(b.data + i, "\xe3\x80\x80", 3) == 0) {
			i += 2; /* a wide blank */
			continue;
		}
		if (n == cap)
			return 0;
		out[n++] = (char)b.data[i];
	}
	return n;
}

int input_field_of_heading(struct bytes heading, struct bytes *uom)
{
	static const char *const open[] = { "(", "（", "[", "【", NULL };
	static const char *const close[] = { ")", "）", "]", "】", NULL };
	char text[120];
	size_t n, at, k;
	int f = input_field_of(heading);

	*uom = (struct bytes){ 0 };
	if (f >= 0 || !(n = squeeze(heading, text, sizeof(text))))
		return f;
	if ((f = input_field_of(bytes_of(text, n))) >= 0)
		return f;
	for (at = 0; at < n && !bracket_at(bytes_of(text + at, n - at), open);)
		at++;
	if (at == 0 || at == n || (f = input_field_of(bytes_of(text, at))) < 0)
		return -1;
	/* where it stands in the heading itself: the squeezed text is gone with this call */
	for (at = 0; at < heading.len; at++)
		if ((k = bracket_at(bytes_of(heading.data + at, heading.len - at), open)) != 0) {
			at += k;
			break;
		}
	for (n = at; n < heading.len && !bracket_at(bytes_of(heading.data + n, heading.len - n), close);)
		n++;
	*uom = input_trimmed(bytes_of(heading.data + at, n - at));
	return f;
}

const char *input_heading_at(size_t i, enum input_field *field)
{
	if (i >= HEADINGS)
		return NULL;
	*field = headings[i].field;
	return headings[i].name;
}

const char *input_field_name(enum input_field f)
{
	for (size_t i = 0; i < HEADINGS; i++) {
		if (headings[i].field == f)
			return headings[i].name;
	}
	return "";
}
