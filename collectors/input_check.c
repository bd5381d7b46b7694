/* SPDX-License-Identifier: MIT */
/* Ways to write a day, and rows of one source that contradict each other. */
#include <stdio.h>
#include <stdlib.h>

#include "base/date.h"
#include "base/decimal.h"
#include "collectors/input.h"

/* --- days ------------------------------------------------------------------------------------- */

/* Takes least to most digits; 0: there are fewer, or they say 0. */
static int take_number(struct bytes *b, size_t least, size_t most)
{
	int n = 0;
	size_t i = 0;

	for (; i < b->len && i < most && b->data[i] >= '0' && b->data[i] <= '9'; i++)
		n = n * 10 + (b->data[i] - '0');
	*b = bytes_of(b->data + i, b->len - i);
	return i >= least ? n : 0;
}

static bool take_text(struct bytes *b, const char *text)
{
	size_t n = strlen(text);

	if (b->len < n || memcmp(b->data, text, n) != 0)
		return false;
	*b = bytes_of(b->data + n, b->len - n);
	return true;
}

bool input_check_day(struct bytes text, char out[11])
{
	static const struct {
		const char *year, *month, *day;
	} forms[] = { { "-", "-", "" }, { "/", "/", "" }, { ".", ".", "" }, { "年", "月", "日" } };

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		struct bytes rest = text;
		int year = take_number(&rest, 4, 4), month, day = 0, y, m, d;
		int32_t date;

		if (!year || !take_text(&rest, forms[i].year))
			continue;
		month = take_number(&rest, 1, 2);
		if (month < 1 || month > 12 || !take_text(&rest, forms[i].month))
			return false;
		if (rest.len == 0 && *forms[i].day) { /* 2022年6月 */
			date_format(date_month_last(year * 12 + month - 1), out);
			return true;
		}
		day = take_number(&rest, 1, 2);
		if (day < 1 || !take_text(&rest, forms[i].day) || rest.len)
			return false;
		date = date_from_civil(year, month, day);
		date_to_civil(date, &y, &m, &d);
		date_format(date, out);
		return m == month && d == day;
	}
	return false;
}

/* --- contradictions --------------------------------------------------------------------------- */

/* A row and where it stands. */
struct place {
	const struct input_row *row;
	const char *unit;
	size_t index;
};

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* 0: both speak of one figure. */
static int compare_figures(const struct place *a, const struct place *b)
{
	const struct minsheng_row *x = &a->row->row, *y = &b->row->row;
	int n = compare_texts(x->target, y->target);

	n = n ? n : compare_texts(a->unit, b->unit);
	n = n ? n : compare_texts(x->as_of, y->as_of);
	n = n ? n : compare_texts(x->object, y->object);
	n = n ? n : compare_texts(x->stage, y->stage);
	n = n ? n : strcmp(x->kind ? x->kind : "total", y->kind ? y->kind : "total");
	n = n ? n : compare_texts(x->ref, y->ref);
	return n ? n : (x->revision > y->revision) - (x->revision < y->revision);
}

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int n = compare_figures(x, y);

	return n ? n : (x->index > y->index) - (x->index < y->index);
}

static bool same_number(const char *a, const char *b)
{
	int64_t x, y;

	if (decimal_parse(bytes_of_string(a), DECIMAL_PLACES_MAX, &x) ||
	    decimal_parse(bytes_of_string(b), DECIMAL_PLACES_MAX, &y))
		return compare_texts(a, b) == 0;
	return x == y;
}

/* A later row that says why it corrects an earlier one contradicts nothing. */
static bool contradict(const struct place *a, const struct place *b)
{
	const struct minsheng_row *x = &a->row->row, *y = &b->row->row;

	return compare_figures(a, b) == 0 && !y->reason &&
	       !(same_number(x->value, y->value) && same_number(x->denominator, y->denominator));
}

/* Either of them is to be looked at. */
static void note(struct input *in, const struct place *at, const struct place *other)
{
	const char *said = other->row->row.value ? other->row->row.value : "-";
	struct input_finding f = { .line = at->row->line, .level = DIAG_ERROR,
				   .code = "contradiction", .value = at->row->row.value };
	char zh[200], en[200];

	snprintf(zh, sizeof(zh), "与第 %u 行矛盾：同一指标同一日期，那里是 %.40s。只留一行，或写更正原因",
		 other->row->line, said);
	snprintf(en, sizeof(en), "contradicts row %u, where the same figure is %.40s: keep one, or give the "
		 "later one's reason", other->row->line, said);
	f.text[LANG_ZH] = zh;
	f.text[LANG_EN] = en;
	(void)input_note(in, &f);
}

static void tell(struct input *in, const struct place *a, const struct place *b)
{
	static const struct lang_text text = {
		"与第 %1$u 行矛盾：%2$s %3$s 在第 %1$u 行是 %4$s，在第 %6$u 行是 %5$s",
		"contradicts line %1$u: %2$s of %3$s is %4$s in line %1$u and %5$s in line %6$u"
	};
	static const struct lang_text hint = {
		"只留一行；若是更正，请在后一行填写更正原因",
		"keep one of them; where the later corrects the earlier, give its reason"
	};
	const struct minsheng_row *x = &a->row->row, *y = &b->row->row;

	diag_add(&in->faults, DIAG_ERROR, in->file, b->row->line, 0, &text, &hint, a->row->line,
		 x->target, x->as_of, x->value ? x->value : "-", y->value ? y->value : "-",
		 b->row->line);
	note(in, a, b);
	note(in, b, a);
}

/* Neither of two that contradict each other is to be trusted. */
static void drop_marked(struct input *in, const bool *bad)
{
	size_t kept = 0;

	for (size_t i = 0; i < in->count; i++) {
		if (bad[i])
			in->bad++;
		else
			in->rows[kept++] = in->rows[i];
	}
	in->count = kept;
}

enum err input_check_rows(struct input *in)
{
	struct place *places = calloc(in->count + 1, sizeof(*places));
	bool *bad = calloc(in->count + 1, sizeof(*bad));

	if (!places || !bad) {
		free(places);
		free(bad);
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < in->count; i++) {
		const char *unit = in->rows[i].row.unit;

		places[i] = (struct place){ &in->rows[i], unit ? unit : in->reporter, i };
	}
	qsort(places, in->count, sizeof(*places), compare_places);
	for (size_t i = 1; i < in->count; i++) {
		if (!contradict(&places[i - 1], &places[i]))
			continue;
		tell(in, &places[i - 1], &places[i]);
		bad[places[i - 1].index] = bad[places[i].index] = true;
	}
	drop_marked(in, bad);
	free(places);
	free(bad);
	return ERR_OK;
}
