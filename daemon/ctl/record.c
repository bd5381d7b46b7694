/* SPDX-License-Identifier: MIT */
/* Acts about records: words of the command line become the members of an act. */
#include "daemon/ctl/record.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/office/forms.h"
#include "base/buf.h"

#define FILE_MAX 65536
#define WORD 32

const struct forms_kind *ctl_record_kind(const struct ctl *c)
{
	for (int i = 1; i < RECORDS_KIND_END; i++)
		if (strcmp(records_kind_name((enum records_kind)i), c->command->noun) == 0)
			return forms_kind((enum records_kind)i);
	return NULL;
}

/* --- options ---------------------------------------------------------------------------------- */

static const char *placeholder(const struct forms_field *f)
{
	static const char *const by_type[] = {
		[FORMS_NAME] = MUST "WORDS",	 [FORMS_TEXT] = MUST "TEXT|@FILE|-",
		[FORMS_DAY] = MUST "DAY",	 [FORMS_PERIOD] = MUST "2022-06",
		[FORMS_QUARTER] = MUST "2022-Q2", [FORMS_UNIT] = MUST "UNIT",
		[FORMS_ITEM] = MUST "ITEM",	 [FORMS_PROJECT] = MUST "PROJECT",
		[FORMS_MEASURE] = MUST "ID",	 [FORMS_VALUE] = MUST "NUMBER",
		[FORMS_CHOICE] = MUST "WORD",	 [FORMS_COUNT] = MUST "N",
	};

	if (f == &forms_why)
		return MUST "TEXT";
	return f->flags & FORMS_LIST ? MUST "A,B" : by_type[f->type];
}

/* The n-th word of "UNIT [NAME]" as the name of a field. False: there are fewer. */
static bool argument_name(const char *arguments, int n, char out[WORD])
{
	size_t len = 0;

	for (; n > 0 && *arguments != '\0'; n--)
		arguments += strcspn(arguments, " ") + (strchr(arguments, ' ') != NULL);
	for (; *arguments != '\0' && *arguments != ' ' && len + 1 < WORD; arguments++)
		if (isalpha((unsigned char)*arguments))
			out[len++] = (char)tolower((unsigned char)*arguments);
	out[len] = '\0';
	return len > 0;
}

static bool is_argument(const struct ctl_command *k, const char *name)
{
	char word[WORD];

	for (int i = 0; argument_name(k->arguments, i, word); i++)
		if (strcmp(word, name) == 0)
			return true;
	return false;
}

static const struct forms_act *act_of(const struct ctl_command *k, const struct forms_kind **kind)
{
	char name[64];

	snprintf(name, sizeof(name), "%s.%s", k->noun, k->verb);
	return forms_act(name, kind);
}

void ctl_record_options(struct ctl_command *k)
{
	const struct forms_kind *kind;
	const struct forms_act *act = act_of(k, &kind);
	char name[WORD], mark;
	const char *at = act ? act->fields : NULL;
	bool has_why = false;
	size_t n = 0;

	while (at && (at = forms_next(at, name, &mark)) && n < CTL_OPTIONS) {
		const struct forms_field *f = forms_field(kind, name);

		if (is_argument(k, name))
			continue;
		has_why |= strcmp(name, "why") == 0;
		k->options[n].name = f->name;
		k->options[n++].value = placeholder(f) + (mark != '!');
	}
	if (act && !has_why && n < CTL_OPTIONS) /* a reason may always be given */
		k->options[n] = (struct ctl_option){ "why", "TEXT" };
}

/* --- texts ------------------------------------------------------------------------------------ */

static json_t *read_stream(const struct ctl *c, FILE *from, const char *name)
{
	static const struct lang_text unreadable = { "读不出，或超过 64 KiB：",
						     "can't be read, or has more than 64 KiB: " };
	struct buf text = { 0 };
	json_t *out = NULL;
	size_t n = 1;

	while (n > 0 && text.len <= FILE_MAX) {
		uint8_t piece[4096];

		n = fread(piece, 1, sizeof(piece), from);
		buf_put(&text, bytes_of(piece, n));
	}
	while (text.len > 0 && strchr("\r\n", text.data[text.len - 1]))
		text.len--;
	if (!ferror(from) && text.len <= FILE_MAX && buf_error(&text) == ERR_OK)
		out = json_stringn((const char *)text.data, text.len);
	if (out == NULL)
		ctl_complain(c, CTL_FAILED, unreadable, name);
	buf_free(&text);
	return out;
}

/* "@file", "-" for standard input, or the text itself. */
static json_t *read_text(const struct ctl *c, const char *given)
{
	static const struct lang_text no_file = { "打不开文件：", "can't open the file: " };
	json_t *out;
	FILE *from;

	if (strcmp(given, "-") == 0)
		return read_stream(c, stdin, given);
	if (given[0] != '@')
		return json_string(given);
	from = fopen(given + 1, "r");
	if (from == NULL) {
		ctl_complain(c, CTL_FAILED, no_file, given + 1);
		return NULL;
	}
	out = read_stream(c, from, given + 1);
	fclose(from);
	return out;
}

/* An empty option takes a field away. NULL: it can't be read, or is not UTF-8. */
static json_t *read_option(const struct ctl *c, const struct forms_field *f, const char *given)
{
	if (given[0] == '\0')
		return json_null();
	if (f->flags & FORMS_LIST)
		return ctl_items(given);
	return f->type == FORMS_TEXT ? read_text(c, given) : json_string(given);
}

/* --- the act ---------------------------------------------------------------------------------- */

static bool set(json_t *members, const char *name, json_t *value)
{
	return value != NULL && json_object_set_new(members, name, value) == 0;
}

/* NULL: the user was told, or it is not UTF-8. */
static json_t *members_of(struct ctl *c, const struct forms_kind *kind)
{
	json_t *members = json_object();
	char name[WORD];
	bool ok = members != NULL;

	for (int i = 0; ok && i < c->count; i++)
		ok = argument_name(c->command->arguments, i, name) &&
		     set(members, name, json_string(c->arguments[i]));
	for (size_t i = 0; ok && c->command->options[i].name != NULL; i++)
		if (c->values[i] != NULL && strcmp(c->command->options[i].name, "why") != 0)
			ok = set(members, c->command->options[i].name,
				 read_option(c, forms_field(kind, c->command->options[i].name),
					     c->values[i]));
	if (ok)
		return members;
	json_decref(members);
	return NULL;
}

static void tell(const struct ctl *c, const struct forms_kind *kind, const json_t *answer)
{
	const char *number = ctl_string(answer, "number");
	int state = forms_state(kind, ctl_string(answer, "state"));

	if (json_is_true(json_object_get(answer, "repeated")) || state < 0)
		return;
	ctl_say(c, stdout, "%s %s：%s（第 %lld 步）\n", "%s %s: %s (step %lld)\n",
		lang_pick(kind->word, c->lang), number[0] ? number : ctl_string(answer, "record"),
		lang_pick(kind->states[state].word, c->lang), ctl_number(answer, "step"));
}

int ctl_record_act(struct ctl *c)
{
	const struct forms_kind *kind = NULL;
	const struct forms_act *act = act_of(c->command, &kind);
	json_t *members = act ? members_of(c, kind) : NULL, *answer;

	if (members == NULL)
		return CTL_FAILED;
	answer = ctl_act(c, act->name, members);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		tell(c, kind, answer);
	json_decref(answer);
	return CTL_OK;
}
