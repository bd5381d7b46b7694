/* SPDX-License-Identifier: MIT */
/* Papers and tables as files: the meeting pack, a slip's letter, the ledger as a workbook, events. */
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "daemon/ctl/ctl.h"

#define EVENTS_MAX 2000000

/* Each of the options that names a file: its name is the format. */
static int save_formats(struct ctl *c, const char *before, const char *id, const char *after)
{
	static const char *const formats[] = { "html", "docx", "pdf" };
	static const struct lang_text none = { "请至少指定一种：--html、--docx 或 --pdf 加文件名",
					       "name at least one file: --html, --docx or --pdf" };
	int status = CTL_USAGE;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]) && status != CTL_FAILED; i++) {
		const char *file = ctl_option(c, formats[i]);
		struct buf path = { 0 };

		if (file == NULL)
			continue;
		buf_put_string(&path, before);
		ctl_put_encoded(&path, id);
		buf_printf(&path, "%sformat=%s&lang=%s", after, formats[i],
			   c->lang == LANG_ZH ? "zh" : "en");
		status = buf_error(&path) == ERR_OK ? ctl_save(c, buf_cstring(&path), file) : CTL_FAILED;
		buf_free(&path);
	}
	return status == CTL_USAGE ? ctl_complain(c, CTL_USAGE, none, NULL) : status;
}

int ctl_pack_save(struct ctl *c)
{
	return save_formats(c, "/api/v1/packs/", c->arguments[0], "?");
}

int ctl_slip_paper(struct ctl *c)
{
	const char *head = ctl_option(c, "letterhead");
	struct buf after = { 0 };
	int status;

	buf_put_string(&after, "/paper?");
	if (head != NULL) {
		buf_put_string(&after, "letterhead=");
		ctl_put_encoded(&after, head);
		buf_put_string(&after, "&");
	}
	status = save_formats(c, "/api/v1/slips/", c->arguments[0], buf_cstring(&after));
	buf_free(&after);
	return status;
}

/* --- tables ----------------------------------------------------------------------------------- */

static void put_option(const struct ctl *c, struct buf *path, const char *option, const char *name)
{
	const char *value = ctl_option(c, option);

	if (value == NULL)
		return;
	buf_printf(path, "&%s=", name);
	ctl_put_encoded(path, value);
}

int ctl_export_ledger_sheet(struct ctl *c)
{
	const char *file = c->arguments[0], *dot = strrchr(file, '.');
	bool csv = dot != NULL && strcmp(dot, ".csv") == 0;
	struct buf path = { 0 };
	int status;

	buf_printf(&path, "/api/v1/ledger-sheet?format=%s&lang=%s", csv ? "csv" : "xlsx",
		   c->lang == LANG_ZH ? "zh" : "en");
	put_option(c, &path, "unit", "unit");
	put_option(c, &path, "valid-at", "valid_at");
	put_option(c, &path, "known-at", "known_at");
	status = buf_error(&path) == ERR_OK ? ctl_save(c, buf_cstring(&path), file) : CTL_FAILED;
	buf_free(&path);
	return status;
}

/* A JSON object a line. */
static int write_lines(const struct ctl *c, const json_t *list, const char *file)
{
	struct buf out = { 0 };
	json_t *one;
	size_t i;
	int status = CTL_FAILED;

	json_array_foreach(list, i, one)
	{
		char *text = json_dumps(one, JSON_COMPACT | JSON_SORT_KEYS);

		if (text == NULL)
			out.failed = true;
		else
			buf_put_string(&out, text);
		buf_put_u8(&out, '\n');
		free(text);
	}
	if (buf_error(&out) != ERR_OK)
		ctl_complain(c, CTL_FAILED, (struct lang_text){ "内存不足", "out of memory" }, NULL);
	else if (fs_write(file, buf_bytes(&out), 0644) != ERR_OK)
		status = ctl_no_file(c, file);
	else
		status = ctl_tell_saved(c, file, out.len);
	buf_free(&out);
	return status;
}

int ctl_export_series(struct ctl *c)
{
	static const char *const options[] = { "target", "unit", "from", "to" };
	struct buf path = { 0 };
	json_t *answer;
	int status = CTL_FAILED;

	buf_put_string(&path, "/api/v1/series?lang=");
	buf_put_string(&path, c->lang == LANG_ZH ? "zh" : "en");
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		put_option(c, &path, options[i], options[i]);
	answer = buf_error(&path) == ERR_OK ? ctl_get(c, buf_cstring(&path)) : NULL;
	if (answer != NULL)
		status = write_lines(c, json_object_get(answer, "rows"), c->arguments[0]);
	json_decref(answer);
	buf_free(&path);
	return status;
}

int ctl_export_events(struct ctl *c)
{
	static const char *const options[] = { "target", "unit", "reporter", "verdict", "from", NULL };
	json_t *answer = ctl_list(c, "/api/v1/events", "events", options, EVENTS_MAX);
	int status = CTL_FAILED;

	if (answer != NULL)
		status = write_lines(c, json_object_get(answer, "events"), c->arguments[0]);
	json_decref(answer);
	return status;
}
