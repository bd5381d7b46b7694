/* SPDX-License-Identifier: MIT */
/* Days and months as people write them, in the form of the API. */
#include "daemon/ctl/ctl.h"

#include <stdlib.h>
#include <string.h>

/* One or two digits; *at moves behind them. 0: there are none, or too many. */
static int read_part(const char **at)
{
	int n = 0, digits = 0;

	for (; **at >= '0' && **at <= '9'; (*at)++, digits++)
		n = digits < 2 ? n * 10 + (**at - '0') : 0;
	return digits < 3 ? n : 0;
}

static bool skip(const char **at, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*at, word, n) != 0)
		return false;
	*at += n;
	return true;
}

const char *ctl_day(const char *text, char out[CTL_DAY])
{
	static const struct {
		const char *year, *month, *day; /* what stands behind each */
	} forms[] = { { "-", "-", "" }, { "/", "/", "" }, { ".", ".", "" }, { "年", "月", "日" },
		      { "年", "月", "号" } };

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		const char *at = text + 4;
		int month, day;

		if (strspn(text, "0123456789") != 4 || !skip(&at, forms[i].year) ||
		    (month = read_part(&at)) == 0)
			continue;
		snprintf(out, CTL_DAY, "%.4s-%02d", text, month);
		if (*at == '\0' || (forms[i].day[0] && strcmp(at, forms[i].month) == 0))
			return out;
		if (!skip(&at, forms[i].month) || (day = read_part(&at)) == 0)
			continue;
		skip(&at, forms[i].day);
		snprintf(out, CTL_DAY, "%.4s-%02d-%02d", text, month, day);
		if (*at == '\0')
			return out;
	}
	return text;
}

static bool is_day(const char *placeholder, size_t len)
{
	static const char *const words[] = { "DAY", "TIME", "PERIOD", "2022-06" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (memmem(placeholder, len, words[i], strlen(words[i])) != NULL)
			return true;
	return false;
}

/* "2022/6/30=20" and "opened=2022/6/30": either side. */
static bool rewrite_pair(char **kept, const char *text, size_t equals)
{
	char *left = strndup(text, equals), first[CTL_DAY], second[CTL_DAY];
	const char *a = left ? ctl_day(left, first) : NULL, *b = ctl_day(text + equals + 1, second);
	size_t n = a ? strlen(a) + strlen(b) + 2 : 0;

	*kept = a ? malloc(n) : NULL;
	if (*kept != NULL)
		snprintf(*kept, n, "%s=%s", a, b);
	free(left);
	return *kept != NULL;
}

static bool rewrite(struct ctl *c, const char **word)
{
	char day[CTL_DAY], **kept = &c->kept[c->kept_count];
	size_t equals = strcspn(*word, "=");
	const char *plain = ctl_day(*word, day);

	if ((*word)[equals] == '\0' && plain == *word)
		return true;
	if ((*word)[equals] == '=') {
		if (!rewrite_pair(kept, *word, equals))
			return false;
	} else if ((*kept = strdup(plain)) == NULL) {
		return false;
	}
	*word = *kept;
	c->kept_count++;
	return true;
}

bool ctl_days(struct ctl *c)
{
	const struct ctl_option *o = c->command->options;
	const char *at = c->command->arguments;
	bool ok = true;

	for (int i = 0; ok && i < c->count; i++) {
		size_t n = strcspn(at, " ");

		if (is_day(at, n))
			ok = rewrite(c, &c->arguments[i]);
		if (at[n] == ' ') /* what comes behind the last is more of it */
			at += n + 1;
	}
	for (size_t i = 0; ok && o[i].name != NULL; i++)
		if (c->values[i] != NULL && o[i].value != NULL &&
		    is_day(o[i].value, strlen(o[i].value)))
			ok = rewrite(c, &c->values[i]);
	return ok;
}
