/* SPDX-License-Identifier: MIT */
/* Who may sign in to the page, and links for those who only look. */
#include "daemon/ctl/ctl.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/fs.h"
#include "daemon/ctl/table.h"

#define TIMEOUT_MS 70000
#define LINE_MAX_BYTES 1200

/* --- passwords -------------------------------------------------------------------------------- */

/* The first line of a descriptor, without its end. False: there is none. */
static bool read_line(int fd, char out[LINE_MAX_BYTES])
{
	size_t n = 0;
	ssize_t got;

	while (n < LINE_MAX_BYTES - 1 && (got = read(fd, out + n, 1)) == 1 && out[n] != '\n')
		n++;
	while (n > 0 && out[n - 1] == '\r')
		n--;
	out[n] = '\0';
	return n > 0;
}

/* From the terminal, which does not show it. */
static bool ask_once(const struct ctl *c, int fd, const char *zh, const char *en,
		     char out[LINE_MAX_BYTES])
{
	struct termios before, silent;
	bool got;

	fputs(ctl_pick(c, zh, en), stderr);
	if (tcgetattr(fd, &before) != 0)
		return false;
	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(fd, TCSAFLUSH, &silent);
	got = read_line(fd, out);
	tcsetattr(fd, TCSAFLUSH, &before);
	fputc('\n', stderr);
	return got;
}

static bool ask_twice(const struct ctl *c, int fd, char out[LINE_MAX_BYTES])
{
	static const struct lang_text differ = { "两次输入不同", "the two are not the same" };
	char again[LINE_MAX_BYTES];
	bool same = ask_once(c, fd, "新密码（至少 10 个字符，可粘贴）：",
			     "New password (10 characters at least, may be pasted): ", out) &&
		    ask_once(c, fd, "再输入一次：", "Once more: ", again);

	if (same && strcmp(out, again) != 0) {
		same = false;
		ctl_complain(c, CTL_FAILED, differ, NULL);
	}
	crypto_wipe(again, sizeof(again));
	return same;
}

/* From --password-file, the terminal, or the first line of what is piped in: never from the command
 * line, which others on the machine can see. */
static bool read_password(const struct ctl *c, char out[LINE_MAX_BYTES])
{
	static const struct lang_text none = { "没有读到密码", "no password was given" };
	const char *path = ctl_option(c, "password-file");
	bool piped = path != NULL && strcmp(path, "-") == 0, got;
	int fd = STDIN_FILENO;

	if (path != NULL && !piped) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0) {
			ctl_no_file(c, path);
			return false;
		}
	}
	got = fd == STDIN_FILENO && isatty(fd) ? ask_twice(c, fd, out) : read_line(fd, out);
	if (fd != STDIN_FILENO)
		close(fd);
	if (!got)
		ctl_complain(c, CTL_FAILED, none, NULL);
	return got;
}

/* --- users ------------------------------------------------------------------------------------ */

static void put_user(const struct ctl *c, struct table *t, const json_t *user)
{
	table_put(t, ctl_string(user, "name"));
	table_put(t, ctl_string(user, "display"));
	table_put(t, ctl_words(c, user, "role_word"));
	table_put(t, ctl_string(user, "unit"));
	table_put(t, json_is_true(json_object_get(user, "disabled")) ? ctl_pick(c, "停用", "disabled") :
								     "");
}

int ctl_user_list(struct ctl *c)
{
	json_t *answer = ctl_get(c, "/api/v1/users"), *each;
	struct table *t;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		t = table_new("lllll");
		table_put(t, ctl_pick(c, "用户", "user"));
		table_put(t, ctl_pick(c, "姓名", "name"));
		table_put(t, ctl_pick(c, "角色", "role"));
		table_put(t, ctl_pick(c, "单位", "unit"));
		table_put(t, "");
		json_array_foreach(json_object_get(answer, "users"), i, each) put_user(c, t, each);
		table_print(t, stdout);
		table_free(t);
	}
	json_decref(answer);
	return CTL_OK;
}

/* Sends a change; body is taken over. */
static int change(struct ctl *c, const char *verb, json_t *body)
{
	static const struct {
		const char *what;
		struct lang_text text;
	} words[] = { { "added", { "✓ 已添加", "✓ added" } },
		      { "password", { "✓ 密码已更换，原有登录已失效", "✓ the password was changed, sessions ended" } },
		      { "role", { "✓ 角色已更改，原有登录已失效", "✓ the role was changed, sessions ended" } },
		      { "disabled", { "✓ 已停用，登录已失效", "✓ disabled, sessions ended" } },
		      { "enabled", { "✓ 已恢复", "✓ enabled" } } };
	json_t *answer = NULL;

	if (body != NULL && json_object_set_new(body, "do", json_string(verb)) == 0 &&
	    json_object_set_new(body, "name", json_string(c->arguments[0])) == 0)
		answer = ctl_post(c, "/api/v1/users", body, TIMEOUT_MS);
	else
		json_decref(body);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (strcmp(words[i].what, ctl_string(answer, "done")) == 0)
				printf("%s  %s\n", lang_pick(words[i].text, c->lang),
				       ctl_string(answer, "user"));
	json_decref(answer);
	return CTL_OK;
}

static json_t *role_of(const struct ctl *c)
{
	return json_pack("{s:s, s:s*}", "role", ctl_option(c, "role"), "unit", ctl_option(c, "unit"));
}

int ctl_user_add(struct ctl *c)
{
	char password[LINE_MAX_BYTES];
	json_t *body;
	int status;

	if (!read_password(c, password))
		return CTL_FAILED;
	body = json_pack("{s:s, s:s, s:s*, s:s*}", "password", password, "role",
			 ctl_option(c, "role"), "unit", ctl_option(c, "unit"), "display",
			 ctl_option(c, "display"));
	crypto_wipe(password, sizeof(password));
	status = change(c, "add", body);
	return status;
}

int ctl_user_passwd(struct ctl *c)
{
	char password[LINE_MAX_BYTES];
	json_t *body;

	if (!read_password(c, password))
		return CTL_FAILED;
	body = json_pack("{s:s}", "password", password);
	crypto_wipe(password, sizeof(password));
	return change(c, "passwd", body);
}

int ctl_user_role(struct ctl *c)
{
	return change(c, "role", role_of(c));
}

int ctl_user_disable(struct ctl *c)
{
	return change(c, "disable", json_object());
}

int ctl_user_enable(struct ctl *c)
{
	return change(c, "enable", json_object());
}

/* --- links ------------------------------------------------------------------------------------ */

int ctl_link_new(struct ctl *c)
{
	const char *screen = ctl_option(c, "for"), *note = ctl_option(c, "note");
	size_t days = 30;
	json_t *answer;
	char until[CTL_TIME];

	if (!ctl_count(c, "days", 30, 400, &days))
		return CTL_USAGE;
	answer = ctl_post(c, "/api/v1/links",
			  json_pack("{s:s, s:I, s:s*}", "for", screen ? screen : "#/", "days",
				    (json_int_t)days, "note", note),
			  TIMEOUT_MS);
	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		printf("%s\n", ctl_string(answer, "address"));
		ctl_say(c, stderr, "编号 %s，有效至 %s；持有者不登录即可查看，撤销：minshengctl link revoke %s\n",
			"link %s, until %s; whoever has it may look without signing in; to end it: "
			"minshengctl link revoke %s\n", ctl_string(answer, "link"),
			ctl_time(answer, "until", until), ctl_string(answer, "link"));
	}
	json_decref(answer);
	return CTL_OK;
}

static void put_link(const struct ctl *c, struct table *t, const json_t *link)
{
	static const struct {
		const char *state;
		struct lang_text word;
	} words[] = { { "valid", { "有效", "valid" } },
		      { "expired", { "已过期", "expired" } },
		      { "revoked", { "已撤销", "revoked" } } };
	char until[CTL_TIME];

	table_put(t, ctl_string(link, "link"));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].state, ctl_string(link, "state")) == 0)
			table_put(t, lang_pick(words[i].word, c->lang));
	table_put(t, ctl_time(link, "until", until));
	table_put(t, ctl_string(link, "for"));
	table_put(t, ctl_string(link, "by"));
	table_put(t, ctl_string(link, "note"));
}

int ctl_link_list(struct ctl *c)
{
	json_t *answer = ctl_get(c, "/api/v1/links"), *each;
	struct table *t;
	size_t i;

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer)) {
		t = table_new("llllll");
		table_put(t, ctl_pick(c, "编号", "link"));
		table_put(t, ctl_pick(c, "状态", "state"));
		table_put(t, ctl_pick(c, "有效至", "until"));
		table_put(t, ctl_pick(c, "页面", "for"));
		table_put(t, ctl_pick(c, "由", "by"));
		table_put(t, ctl_pick(c, "说明", "note"));
		json_array_foreach(json_object_get(answer, "links"), i, each) put_link(c, t, each);
		table_print(t, stdout);
		table_free(t);
	}
	json_decref(answer);
	return CTL_OK;
}

int ctl_link_revoke(struct ctl *c)
{
	json_t *answer = ctl_post(c, "/api/v1/links/revoke",
				  json_pack("{s:s}", "link", c->arguments[0]), TIMEOUT_MS);

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		puts(ctl_pick(c, "✓ 已撤销", "✓ revoked"));
	json_decref(answer);
	return CTL_OK;
}
