/* SPDX-License-Identifier: MIT */
#include "daemon/catalogue_file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/log.h"

void catalogue_file_log(const struct diag_list *diags)
{
	for (size_t i = 0; i < diags->count; i++) {
		const struct diag *each = &diags->items[i];

		if (each->level == DIAG_ERROR)
			log_write(LOG_ERROR, "config", "%s:%u:%u: %s", each->file, each->line,
				  each->column, each->text[LANG_EN] ? each->text[LANG_EN] : "");
	}
}

enum err catalogue_file_load(const char *path, struct catalogue **out)
{
	struct diag_list diags = { 0 };
	enum err e = catalogue_load(path, &diags, out);

	catalogue_file_log(&diags);
	diag_free(&diags);
	if (e != ERR_OK)
		log_write(LOG_ERROR, "config", "%s: %s", path, err_name(e));
	return e;
}

bool catalogue_file_find(char out[PATH_MAX])
{
	static const char *const places[] = { "../share/minsheng/catalogue", "../../catalogue" };
	char self[PATH_MAX - 64];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (n <= 0)
		return false;
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return false;
	*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (snprintf(out, PATH_MAX, "%s/%s/jining-2022.yaml", self, places[i]) < PATH_MAX &&
		    fs_exists(out))
			return true;
	return false;
}
