/* SPDX-License-Identifier: MIT */
/* The folder that the commands work in: one process at a time, the others wait for it. */
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "collectors/program/program.h"
#include "collectors/text.h"

#define LOOK_MS 100 /* between two tries */
#define PATH_CAP (PROGRAM_FOLDER_CAP + 32)

/* --- who holds it ----------------------------------------------------------------------------- */

/* "1: FLOCK  ADVISORY  WRITE 4711 08:01:12345 0 EOF": the kernel's list of locks. */
static long holder_of(ino_t inode)
{
	FILE *list = fopen("/proc/locks", "re");
	char line[200];
	long pid = 0;

	if (!list)
		return 0;
	while (!pid && fgets(line, sizeof(line), list)) {
		unsigned long long number;
		long who;

		if (sscanf(line, "%*s FLOCK %*s WRITE %ld %*x:%*x:%llu", &who, &number) == 2 &&
		    number == inode)
			pid = who;
	}
	fclose(list);
	return pid;
}

static void name_of(long pid, char *out, size_t cap)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/comm", pid);
	snprintf(out, cap, "?");
	if (!(file = fopen(path, "re")))
		return;
	if (fgets(out, (int)cap, file))
		out[strcspn(out, "\n")] = '\0';
	fclose(file);
}

static void describe_holder(const struct program *p, char *out, size_t cap)
{
	char path[PATH_CAP], number[24], name[64];
	const char *const args[] = { "", number, name };
	struct stat st;
	long pid;

	snprintf(path, sizeof(path), "%s/outbox.lock", p->folder);
	pid = stat(path, &st) == 0 ? holder_of(st.st_ino) : 0;
	if (pid <= 0) {
		snprintf(out, cap, "%s", program_text(TEXT_HOLDER_UNKNOWN, p->lang));
		return;
	}
	snprintf(number, sizeof(number), "%ld", pid);
	name_of(pid, name, sizeof(name));
	text_fill_cut(out, cap, program_text(TEXT_HOLDER, p->lang), args, 3);
}

/* --- opening ---------------------------------------------------------------------------------- */

enum err program_open(const struct program *p, const struct minsheng_options *options,
		      int64_t patience_ms, struct minsheng **out)
{
	int64_t until = clock_monotonic_ms() + patience_ms;
	bool told = false;
	char holder[200];
	enum err e;

	while ((e = minsheng_open(options, out)) == ERR_BUSY && clock_monotonic_ms() < until) {
		describe_holder(p, holder, sizeof(holder));
		if (!told && !p->quiet)
			PROGRAM_SAY(p, p->err, TEXT_BUSY_WAITING, p->folder, holder);
		told = true;
		(void)poll(NULL, 0, LOOK_MS);
	}
	return e;
}

/* --- why not ---------------------------------------------------------------------------------- */

static bool key_is_open(const struct program *p)
{
	char path[PATH_CAP];
	struct stat st;

	snprintf(path, sizeof(path), "%s/key.secret", p->folder);
	return stat(path, &st) == 0 && (st.st_mode & 077) != 0;
}

int program_cannot_open(const struct program *p, enum err e)
{
	char holder[200];

	switch (e) {
	case ERR_BUSY:
		describe_holder(p, holder, sizeof(holder));
		PROGRAM_SAY(p, p->err, TEXT_BUSY, p->folder, holder);
		return PROGRAM_BUSY;
	case ERR_CORRUPT:
		PROGRAM_SAY(p, p->err, TEXT_DAMAGED, p->folder);
		return PROGRAM_CONFIG;
	case ERR_DENIED:
		if (key_is_open(p))
			PROGRAM_SAY(p, p->err, TEXT_KEY_RIGHTS, p->folder);
		else
			PROGRAM_SAY(p, p->err, TEXT_CANNOT_OPEN, p->folder,
				    program_error(e, p->lang));
		return PROGRAM_CONFIG;
	default:
		PROGRAM_SAY(p, p->err, TEXT_CANNOT_OPEN, p->folder, program_error(e, p->lang));
		return PROGRAM_FAILED;
	}
}

int program_identity(const struct program *p, struct identity *out)
{
	enum err e = identity_load(p->folder, out);

	if (!e)
		return PROGRAM_DONE;
	if (e == ERR_DENIED)
		return program_cannot_open(p, e);
	if (e == ERR_NOTFOUND)
		PROGRAM_SAY(p, p->err, TEXT_NOT_ENROLLED, p->folder);
	else
		PROGRAM_SAY(p, p->err, TEXT_IDENTITY_BROKEN, p->folder, program_error(e, p->lang));
	return PROGRAM_CONFIG;
}

void program_connection(const struct program *p, const struct minsheng_status *s, char out[400])
{
	const char *words = program_link(s->link, p->lang);

	/* the library's words are English; a refusal holds the server's, which are both */
	if (s->link == MINSHENG_REFUSED)
		snprintf(out, 400, "%s（%s）", words, s->state);
	else
		snprintf(out, 400, "%s", p->lang == LANG_EN && s->state[0] ? s->state : words);
}
