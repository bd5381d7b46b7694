/* SPDX-License-Identifier: MIT */
/* Papers and tables of the daemon, as files. */
#include "daemon/ctl/ctl.h"

#include <stdlib.h>

#include "base/fs.h"

#define SAVE_MS 300000 /* a PDF takes its time */

int ctl_tell_saved(const struct ctl *c, const char *file, size_t bytes)
{
	json_t *answer = json_pack("{s:s, s:I}", "file", file, "bytes", (json_int_t)bytes);

	if (answer == NULL)
		return CTL_FAILED;
	if (!ctl_printed(c, answer))
		ctl_say(c, stdout, "%s：%zu 字节\n", "%s: %zu bytes\n", file, bytes);
	json_decref(answer);
	return CTL_OK;
}

/* What the daemon says of it, in words. */
static int tell_refused(const struct ctl *c, const struct buf *body)
{
	static const struct lang_text refused = { "没有生成：", "was not made: " };
	json_t *problem = json_loadb((const char *)body->data, body->len, 0, NULL);
	char *detail = problem ? ctl_typed(ctl_string(problem, "detail")) : NULL;

	ctl_complain(c, CTL_FAILED, refused, detail ? detail : "?");
	free(detail);
	json_decref(problem);
	return CTL_FAILED;
}

int ctl_save(struct ctl *c, const char *path, const char *file)
{
	struct buf body = { 0 };
	int status = 0, result = CTL_FAILED;
	enum err e = c->control ? ERR_OK : control_open(c->socket, &c->control);

	if (e == ERR_OK)
		e = control_get(c->control, path, SAVE_MS, &status, &body);
	if (e != ERR_OK)
		ctl_complain(c, CTL_FAILED,
			     (struct lang_text){ "服务没有应答：", "the daemon did not answer: " },
			     c->control ? control_reason(c->control) : c->socket);
	else if (status != 200)
		result = tell_refused(c, &body);
	else if (fs_write(file, buf_bytes(&body), 0644) != ERR_OK)
		result = ctl_no_file(c, file);
	else
		result = ctl_tell_saved(c, file, body.len);
	buf_free(&body);
	return result;
}
