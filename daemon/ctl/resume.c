/* SPDX-License-Identifier: MIT */
#include "daemon/ctl/resume.h"

#include <string.h>

#include "base/fs.h"

#define FILE_MAX 4096

/* The programme that the daemon serves. */
static bool ask_programme(struct ctl *c, char out[RESUME_PROGRAMME])
{
	json_t *answer = ctl_get(c, "/api/v1/programme");

	if (answer == NULL)
		return false;
	snprintf(out, RESUME_PROGRAMME, "%s", ctl_string(answer, "id"));
	json_decref(answer);
	return true;
}

static int take(const struct ctl *c, const json_t *file, struct resume *r)
{
	const json_t *seen = json_object_get(file, r->what);

	if (!json_is_integer(seen) || json_integer_value(seen) < 0)
		return ctl_complain(c, CTL_USAGE,
				    (struct lang_text){ "不是由同一命令的 --resume 写下的文件：",
							"not a file that --resume of this command wrote: " },
				    r->path);
	if (strcmp(ctl_string(file, "programme"), r->programme) != 0)
		return ctl_complain(c, CTL_USAGE,
				    (struct lang_text){ "文件记的是另一个方案：",
							"the file is about another programme: " },
				    r->path);
	r->seen = (uint64_t)json_integer_value(seen);
	r->known = true;
	return CTL_OK;
}

int resume_open(struct ctl *c, const char *what, struct resume *out)
{
	struct buf text = { 0 };
	json_t *file;
	enum err e;
	int status;

	*out = (struct resume){ .path = ctl_option(c, "resume"), .what = what };
	if (out->path == NULL)
		return CTL_OK;
	if (!ask_programme(c, out->programme))
		return CTL_FAILED;
	e = fs_read(out->path, FILE_MAX, &text);
	if (e == ERR_NOTFOUND) {
		buf_free(&text);
		return CTL_OK;
	}
	file = e == ERR_OK ? json_loadb((const char *)text.data, text.len, 0, NULL) : NULL;
	status = take(c, file, out);
	json_decref(file);
	buf_free(&text);
	return status;
}

bool resume_keep(const struct ctl *c, struct resume *r, uint64_t number)
{
	struct buf text = { 0 };
	enum err e;

	if (r->path == NULL || (r->known && r->seen == number))
		return true;
	buf_printf(&text, "{\"programme\": \"%s\", \"%s\": %llu}\n", r->programme, r->what,
		   (unsigned long long)number);
	e = buf_error(&text);
	if (e == ERR_OK)
		e = fs_write(r->path, buf_bytes(&text), 0644);
	buf_free(&text);
	if (e != ERR_OK) {
		ctl_complain(c, CTL_FAILED, (struct lang_text){ "写不了 ", "can't write " },
			     r->path);
		return false;
	}
	r->seen = number;
	r->known = true;
	return true;
}
