/* SPDX-License-Identifier: MIT */
/* The monthly bulletin: read, edited with its numbers locked, checked, signed, published, saved. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/table.h"

#define TEXT_MAX 16384 /* bytes of a file with a section's text */

static json_t *get_bulletin(struct ctl *c, const char *rest)
{
	char lang[16];
	const char *sign = strchr(rest, '?') ? "&" : "?";
	struct buf more = { 0 };
	json_t *answer;

	snprintf(lang, sizeof(lang), "%slang=%s", sign, c->lang == LANG_ZH ? "zh" : "en");
	buf_put_string(&more, rest);
	buf_put_string(&more, lang);
	answer = ctl_get_one(c, "bulletins", c->arguments[0], buf_cstring(&more));
	buf_free(&more);
	return answer;
}

static int end_table(struct table *t)
{
	int status;

	table_print(t, stdout);
	status = table_error(t) == ERR_OK ? CTL_OK : CTL_FAILED;
	table_free(t);
	return status;
}

/* --- show, draft -------------------------------------------------------------------------------- */

static void print_state(const struct ctl *c, const json_t *b)
{
	static const struct {
		const char *state;
		struct lang_text text;
	} states[] = {
		{ "draft", { "草稿", "draft" } },
		{ "signed", { "已签发，未发布", "signed, not published" } },
		{ "published", { "已发布", "published" } },
	};
	const char *state = ctl_string(b, "state");

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i].state, state) == 0)
			state = lang_pick(states[i].text, c->lang);
	ctl_say(c, stdout, "%s 通报（%s）　截至台账序号 %lld　摘要 %.16s\n\n",
		"bulletin of %s (%s), ledger position %lld, digest %.16s\n\n", ctl_string(b, "month"),
		state, ctl_number(b, "position"), ctl_string(b, "digest"));
}

/* Words as a text for editing has them: each brace twice. */
static void print_words(const char *text)
{
	for (; *text; text++) {
		if (*text == '{' || *text == '}')
			putchar(*text);
		putchar(*text);
	}
}

/* A value that holds a brace would end its place too early. */
static void print_place(const json_t *piece)
{
	const char *value = ctl_string(piece, "value");

	if (strpbrk(value, "{}"))
		printf("{%s}", ctl_string(piece, "name"));
	else
		printf("{%s=%s}", ctl_string(piece, "name"), value);
}

/* The text with its numbers, or with each place as {name=value} for editing. */
static void print_pieces(const json_t *sentence, bool places)
{
	json_t *piece;
	size_t i;

	json_array_foreach(json_object_get(sentence, "pieces"), i, piece)
	{
		bool words = json_object_get(piece, "name") == NULL;

		if (places && words)
			print_words(ctl_string(piece, "text"));
		else if (places)
			print_place(piece);
		else
			fputs(ctl_string(piece, words ? "text" : "value"), stdout);
	}
	fputc('\n', stdout);
}

static void print_sentences(const struct ctl *c, const json_t *b, bool places)
{
	json_t *sentence;
	size_t i;

	json_array_foreach(json_object_get(b, "sentences"), i, sentence)
	{
		bool edited = json_is_true(json_object_get(sentence, "edited"));

		if (places)
			printf("[%s]%s%s\n", ctl_string(sentence, "section"), edited ? " * " : "",
			       edited ? ctl_pick(c, "已改写", "edited") : "");
		print_pieces(sentence, places);
		if (places)
			fputc('\n', stdout);
	}
}

static void print_corrections(const struct ctl *c, const json_t *b)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(b, "corrections"), i, one)
	{
		if (i == 0)
			ctl_say(c, stdout, "\n通报后更正：\n", "\ncorrected since:\n");
		printf("  %s %s：%s %s → %s %s\n", ctl_words(c, one, "name"),
		       ctl_words(c, json_object_get(one, "unit"), "name"),
		       ctl_light(c, ctl_string(one, "published_light")),
		       ctl_string(json_object_get(one, "published"), "value"),
		       ctl_light(c, ctl_string(one, "light")),
		       ctl_string(json_object_get(one, "now"), "value"));
	}
}

static int print_bulletin(struct ctl *c, bool places)
{
	json_t *answer = get_bulletin(c, "");

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		print_state(c, answer);
		print_sentences(c, answer, places);
		print_corrections(c, answer);
	}
	json_decref(answer);
	return CTL_OK;
}

int ctl_bulletin_show(struct ctl *c)
{
	return print_bulletin(c, false);
}

int ctl_bulletin_draft(struct ctl *c)
{
	int status = print_bulletin(c, true);

	if (status == CTL_OK && !c->json)
		ctl_say(c, stdout,
			"花括号里的数字由系统计算，可移动位置，不能删改。改写一段：\n"
			"  minshengctl bulletin edit %s overall --text @文件\n",
			"Numbers in braces are computed: move them, but keep them. To edit a section:\n"
			"  minshengctl bulletin edit %s overall --text @FILE\n",
			c->arguments[0]);
	return status;
}

/* --- check -------------------------------------------------------------------------------------- */

static int print_checks(const struct ctl *c, const json_t *b)
{
	bool stops = false;
	json_t *check;
	size_t i;

	json_array_foreach(json_object_get(b, "checks"), i, check)
	{
		bool good = json_is_true(json_object_get(check, "good"));

		if (good) {
			printf(" ✓ %s\n", ctl_words(c, check, "word"));
			continue;
		}
		stops |= json_is_true(json_object_get(check, "stops"));
		printf(" %s %s", json_is_true(json_object_get(check, "stops")) ? "✕" : "!",
		       ctl_words(c, check, "word"));
		ctl_say(c, stdout, "——%lld 处待处理\n     %s\n", " -- %lld to look at\n     %s\n",
			ctl_number(check, "count"), ctl_words(c, check, "advice"));
	}
	return stops ? CTL_FAILED : CTL_OK;
}

int ctl_bulletin_check(struct ctl *c)
{
	json_t *answer = get_bulletin(c, "");
	int status = CTL_OK;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		status = print_checks(c, answer);
	json_decref(answer);
	return status;
}

/* --- edit, reset, sign, publish ----------------------------------------------------------------- */

/* "@FILE" is that file's text, without the end of its last line. False: it can't be read, and the
 * user was told. */
static bool read_text(const struct ctl *c, const char *given, struct buf *out)
{
	if (given[0] != '@') {
		buf_put_string(out, given);
		return buf_error(out) == ERR_OK;
	}
	if (fs_read(given + 1, TEXT_MAX, out) != ERR_OK) {
		ctl_no_file(c, given + 1);
		return false;
	}
	while (out->len && (out->data[out->len - 1] == '\n' || out->data[out->len - 1] == '\r'))
		buf_truncate(out, out->len - 1);
	return true;
}

static int done(struct ctl *c, json_t *answer, struct lang_text text)
{
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		printf("%s %s（#%lld）\n", c->arguments[0], lang_pick(text, c->lang),
		       ctl_number(answer, "position"));
	json_decref(answer);
	return CTL_OK;
}

int ctl_bulletin_edit(struct ctl *c)
{
	static const struct lang_text edited = { "已改写", "edited" };
	const char *given = ctl_option(c, "text"), *english = ctl_option(c, "text-en");
	struct buf text = { 0 }, text_en = { 0 };
	json_t *fields;
	int status = CTL_FAILED;

	if ((given == NULL || read_text(c, given, &text)) &&
	    (english == NULL || read_text(c, english, &text_en))) {
		fields = json_pack("{s:s, s:s, s:s*, s:s*, s:s*}", "period", c->arguments[0],
				   "section", c->arguments[1], "text",
				   given ? buf_cstring(&text) : NULL, "text_en",
				   english ? buf_cstring(&text_en) : NULL, "revision",
				   ctl_option(c, "revision"));
		status = done(c, ctl_act(c, "bulletin.edit", fields), edited);
	}
	buf_free(&text);
	buf_free(&text_en);
	return status;
}

int ctl_bulletin_reset(struct ctl *c)
{
	static const struct lang_text reset = { "已恢复原句", "reset" };

	return done(c,
		    ctl_act(c, "bulletin.reset",
			    json_pack("{s:s, s:s}", "period", c->arguments[0], "section",
				      c->arguments[1])),
		    reset);
}

int ctl_bulletin_sign(struct ctl *c)
{
	static const struct lang_text signed_ = { "已签发", "signed" };

	return done(c,
		    ctl_act(c, "bulletin.sign",
			    json_pack("{s:s, s:s*, s:s*, s:s*, s:s*, s:s*}", "period",
				      c->arguments[0], "document", ctl_option(c, "document"), "name",
				      ctl_option(c, "name"), "title", ctl_option(c, "title"), "date",
				      ctl_option(c, "date"), "digest", ctl_option(c, "digest"))),
		    signed_);
}

/* The number that it was signed under, where none is given. */
static json_t *publication(struct ctl *c, const json_t *b)
{
	const char *document = ctl_option(c, "document");
	const json_t *signature = json_object_get(b, "signature");

	if (document == NULL && json_is_object(signature))
		document = ctl_string(signature, "document");
	return json_pack("{s:s, s:s*, s:s*}", "period", c->arguments[0], "document", document,
			 "despite", ctl_option(c, "despite"));
}

int ctl_bulletin_publish(struct ctl *c)
{
	static const struct lang_text published = { "已发布，此后不再改动",
						    "published; it stands from now on" };
	static const struct lang_text unsigned_ = {
		"尚未签发：先用 minshengctl bulletin sign 签发，或用 --document 写明文号",
		"it is not signed: sign it (minshengctl bulletin sign), or give --document" };
	json_t *b = get_bulletin(c, "");
	int status;

	if (b == NULL)
		return CTL_FAILED;
	if (!json_is_object(json_object_get(b, "signature")) && ctl_option(c, "document") == NULL)
		status = ctl_complain(c, CTL_FAILED, unsigned_, NULL);
	else
		status = done(c, ctl_act(c, "month.publish", publication(c, b)), published);
	json_decref(b);
	return status;
}

/* --- diff --------------------------------------------------------------------------------------- */

static const char *figure(const json_t *at, char out[CTL_PLAIN])
{
	return json_is_object(at) ? ctl_plain(ctl_string(at, "value"), out) : "—";
}

static const char *light(const struct ctl *c, const json_t *at)
{
	return json_is_object(at) ? ctl_light(c, ctl_string(at, "light")) : "—";
}

static void put_change(const struct ctl *c, struct table *t, const json_t *one)
{
	const json_t *from = json_object_get(one, "from"), *to = json_object_get(one, "to");
	char was[CTL_PLAIN], is[CTL_PLAIN];

	table_put(t, ctl_words(c, one, "word"));
	table_put(t, ctl_words(c, one, "name"));
	table_put(t, ctl_words(c, json_object_get(one, "unit"), "name"));
	table_put(t, light(c, from));
	table_put(t, light(c, to));
	table_put(t, figure(from, was));
	table_put(t, figure(to, is));
}

static int print_diff(const struct ctl *c, const json_t *answer)
{
	static const char *const lights[] = { "done", "reached", "green", "yellow", "red", "none" };
	const json_t *from = json_object_get(answer, "from"), *to = json_object_get(answer, "to");
	bool all = ctl_option(c, "all") != NULL;
	struct table *t = table_new("lllllrr");
	json_t *one;
	size_t i;

	for (i = 0; i < sizeof(lights) / sizeof(lights[0]); i++)
		printf("%s %lld → %lld%s", ctl_light(c, lights[i]), ctl_number(from, lights[i]),
		       ctl_number(to, lights[i]), i + 1 < sizeof(lights) / sizeof(lights[0]) ? "  " : "\n\n");
	table_put(t, ctl_pick(c, "变化", "change"));
	table_put(t, ctl_pick(c, "指标", "target"));
	table_put(t, ctl_pick(c, "单位", "unit"));
	table_put(t, ctl_string(from, "month"));
	table_put(t, ctl_string(to, "month"));
	table_put(t, ctl_string(from, "month"));
	table_put(t, ctl_string(to, "month"));
	json_array_foreach(json_object_get(answer, "changes"), i, one)
		if (all || strcmp(ctl_string(one, "change"), "moved") != 0)
			put_change(c, t, one);
	return end_table(t);
}

int ctl_bulletin_diff(struct ctl *c)
{
	struct buf rest = { 0 };
	json_t *answer;
	int status = CTL_OK;

	/* the path names the later month */
	buf_put_string(&rest, "/diff?from=");
	ctl_put_encoded(&rest, c->arguments[0]);
	c->arguments[0] = c->arguments[1];
	answer = get_bulletin(c, buf_cstring(&rest));
	buf_free(&rest);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		status = print_diff(c, answer);
	json_decref(answer);
	return status;
}

/* --- save --------------------------------------------------------------------------------------- */

static int save(struct ctl *c, const char *format, const char *file)
{
	char path[160];

	snprintf(path, sizeof(path), "/api/v1/bulletins/%.40s?format=%s&lang=%s", c->arguments[0], format,
		 c->lang == LANG_ZH ? "zh" : "en");
	return ctl_save(c, path, file);
}

int ctl_bulletin_save(struct ctl *c)
{
	static const char *const formats[] = { "docx", "html", "pdf", "xlsx" };
	static const struct lang_text none = {
		"请至少指定一种：--docx、--html、--pdf 或 --xlsx 加文件名",
		"name at least one file: --docx, --html, --pdf or --xlsx" };
	json_t *answer = get_bulletin(c, ""); /* connects, and says where there is none */
	int status = answer ? CTL_USAGE : CTL_FAILED;

	json_decref(answer);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]) && status != CTL_FAILED; i++)
		if (ctl_option(c, formats[i]) != NULL)
			status = save(c, formats[i], ctl_option(c, formats[i]));
	return status == CTL_USAGE ? ctl_complain(c, CTL_USAGE, none, NULL) : status;
}
