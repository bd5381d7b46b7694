/* SPDX-License-Identifier: MIT */
/* Feeds files to a fuzz target, so that what fuzzing once found is tried in every test run, with
 * any compiler. Arguments are files and folders. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"

#define INPUT_MAX ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input stands in memory of exactly its size, so that ASan sees a read past its end. */
static int replay_file(const char *path)
{
	struct buf content = { 0 };
	uint8_t *exact = NULL;
	enum err e = fs_read(path, INPUT_MAX, &content);

	if (e == ERR_OK && !(exact = malloc(content.len ? content.len : 1)))
		e = ERR_NOMEM;
	if (e == ERR_OK) {
		if (content.len)
			memcpy(exact, content.data, content.len);
		LLVMFuzzerTestOneInput(exact, content.len);
	} else {
		fprintf(stderr, "%s: %s\n", path, err_name(e));
	}
	free(exact);
	buf_free(&content);
	return e == ERR_OK ? 1 : -1;
}

/* How many files were replayed, or -1. */
static int replay_folder(DIR *dir, const char *path)
{
	struct dirent *entry;
	int count = 0;

	while ((entry = readdir(dir)) && count >= 0) {
		char file[PATH_MAX];
		int n = snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);

		if (entry->d_name[0] == '.' || n < 0 || (size_t)n >= sizeof(file))
			continue;
		printf("%s\n", file);
		fflush(stdout); /* the last line names the culprit of a crash */
		count = replay_file(file) < 0 ? -1 : count + 1;
	}
	return count;
}

static int replay(const char *path)
{
	DIR *dir = opendir(path);
	int count;

	if (!dir)
		return replay_file(path);
	count = replay_folder(dir, path);
	closedir(dir);
	return count;
}

int main(int argc, char **argv)
{
	int total = 0;

	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++) {
		int count = replay(argv[i]);

		if (count < 0)
			return 1;
		total += count;
	}
	printf("%d inputs\n", total);
	if (total == 0)
		fprintf(stderr, "nothing to replay: give the target some seeds\n");
	return total == 0;
}
