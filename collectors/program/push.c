/* SPDX-License-Identifier: MIT */
/* minsheng push and minsheng import: rows from arguments or a file, through the same checks. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "base/fs.h"
#include "collectors/program/program.h"
#include "proto/limits.h"

#define FILE_MAX (256u << 20)
#define CHINA_MINUTES 480 /* today is today where the programme is */

/* What the rows are checked against, as far as the folder knows it. */
struct context {
	struct identity identity;
	struct slice_shelf *shelf;
	struct slice *slice;
	struct input input;
};

static void context_free(struct context *c)
{
	input_free(&c->input);
	slice_release(c->slice);
	slice_shelf_close(c->shelf);
	identity_wipe(&c->identity);
}

static int context_fill(const struct program *p, const char *file, struct context *c)
{
	enum err e;

	*c = (struct context){ 0 };
	if (p->options[OPTION_DRY_RUN])
		(void)identity_load(p->folder, &c->identity); /* a dry run needs none */
	else if (program_identity(p, &c->identity) != PROGRAM_DONE)
		return PROGRAM_CONFIG;
	if ((e = slice_shelf_open(p->folder, &c->shelf)))
		return program_cannot_open(p, e);
	c->slice = slice_shelf_get(c->shelf);
	c->input = (struct input){ .file = file,
				   .slice = c->slice,
				   .reporter = c->identity.reporter,
				   .reporter_name = c->identity.name,
				   .no_columns = !*file };
	if (input_begin(&c->input)) {
		PROGRAM_SAY(p, p->err, TEXT_NO_MEMORY);
		return PROGRAM_FAILED;
	}
	return PROGRAM_DONE;
}

static int dry_run(const struct program *p, const struct input *in)
{
	char number[24];

	snprintf(number, sizeof(number), "%zu", in->count);
	if (!p->quiet)
		PROGRAM_SAY(p, p->out, TEXT_DRY_RUN_OK, number);
	return in->faults.errors ? PROGRAM_FAILED : PROGRAM_DONE;
}

/* --- push ------------------------------------------------------------------------------------- */

static const struct {
	enum program_option option;
	enum input_field field;
	struct lang_text name; /* for faults */
} push_cells[] = {
	{ OPTION_AS_OF, INPUT_AS_OF, { "截止日期（--as-of）", "--as-of" } },
	{ OPTION_UNIT, INPUT_UNIT, { "单位（--unit）", "--unit" } },
	{ OPTION_KIND, INPUT_KIND, { "口径（--kind）", "--kind" } },
	{ OPTION_DENOMINATOR, INPUT_DENOMINATOR, { "分母（--denominator）", "--denominator" } },
	{ OPTION_STAGE, INPUT_STAGE, { "节点（--stage）", "--stage" } },
	{ OPTION_REASON, INPUT_REASON, { "更正原因（--reason）", "--reason" } },
	{ OPTION_REF, INPUT_REF, { "流水号（--ref）", "--ref" } },
	{ OPTION_WITHDRAW, INPUT_WITHDRAW, { "撤回的流水号（--withdraw）", "--withdraw" } },
	{ OPTION_NOTE, INPUT_NOTE, { "备注（--note）", "--note" } },
	{ OPTION_EVIDENCE, INPUT_EVIDENCE, { "证明材料（--evidence）", "--evidence" } },
	{ OPTION_OBJECT, INPUT_OBJECT, { "对象编号（--object）", "--object" } },
	{ OPTION_REVISION, INPUT_REVISION, { "修订号（--revision）", "--revision" } },
};

/* The one unit that this key may report the measure for, where that is not its own: a lead has the
 * city's figure. Else "". */
static void only_unit(const struct input *in, const char *target, char out[LIMITS_ID + 1])
{
	const char *slash = strrchr(target, '/');
	struct bytes id = bytes_of_string(slash ? slash + 1 : target);
	const struct message_measure *m = slice_find(in->slice, id);

	out[0] = '\0';
	if (!m)
		m = slice_find_name(in->slice, id);
	if (m && m->unit_count == 1 && m->units[0].len <= LIMITS_ID)
		snprintf(out, LIMITS_ID + 1, "%.*s", (int)m->units[0].len,
			 (const char *)m->units[0].data);
	if (strcmp(out, in->reporter) == 0)
		out[0] = '\0';
}

static enum err push_row(const struct program *p, struct input *in)
{
	static const struct lang_text target = { "指标", "TARGET" }, value = { "数值", "VALUE" };
	struct input_cells cells = { 0 };
	char today[11], unit[LIMITS_ID + 1];

	date_format(date_of_ms(clock_now_ms(p->clock), CHINA_MINUTES), today);
	cells.cell[INPUT_TARGET] = p->arguments[0];
	cells.heading[INPUT_TARGET] = lang_pick(target, p->lang);
	cells.cell[INPUT_VALUE] = p->argument_count > 1 ? p->arguments[1] : NULL;
	cells.heading[INPUT_VALUE] = lang_pick(value, p->lang);
	for (size_t i = 0; i < sizeof(push_cells) / sizeof(*push_cells); i++) {
		cells.cell[push_cells[i].field] = p->options[push_cells[i].option];
		cells.heading[push_cells[i].field] = lang_pick(push_cells[i].name, p->lang);
	}
	if (!cells.cell[INPUT_AS_OF])
		cells.cell[INPUT_AS_OF] = today;
	only_unit(in, p->arguments[0], unit);
	if (!cells.cell[INPUT_UNIT] && unit[0])
		cells.cell[INPUT_UNIT] = unit;
	return input_add(in, &cells);
}

/* One argument that is a file, and no measure: a sheet. */
static bool is_sheet(const struct program *p)
{
	const char *path = p->arguments[0], *dot = strrchr(path, '.');
	static const char *const ends[] = { ".xlsx", ".csv", ".jsonl", ".ndjson" };

	if (p->argument_count != 1 || !dot)
		return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (strcasecmp(dot, ends[i]) == 0)
			return access(path, F_OK) == 0;
	return false;
}

int program_push(struct program *p)
{
	struct context c;
	int code;

	if (is_sheet(p))
		return program_import(p);
	if (p->options[OPTION_PARTIAL]) {
		PROGRAM_SAY(p, p->err, TEXT_BAD_OPTION, "--partial");
		return PROGRAM_USAGE;
	}
	if (p->argument_count < 2 && !p->options[OPTION_KIND] && !p->options[OPTION_STAGE]) {
		PROGRAM_SAY(p, p->err, TEXT_VALUE_MISSING, p->arguments[0]);
		return PROGRAM_USAGE;
	}
	if (program_wait_ms(p, 0) < 0)
		return PROGRAM_USAGE;
	code = context_fill(p, "", &c);

	if (code == PROGRAM_DONE && push_row(p, &c.input)) {
		PROGRAM_SAY(p, p->err, TEXT_NO_MEMORY);
		code = PROGRAM_FAILED;
	}
	if (code == PROGRAM_DONE && c.input.count == 0) {
		diag_print(&c.input.faults, p->lang, p->err);
		if (!c.input.faults.count)
			PROGRAM_SAY(p, p->err, TEXT_NOTHING_TO_DO);
		code = PROGRAM_FAILED;
	} else if (code == PROGRAM_DONE && p->options[OPTION_DRY_RUN]) {
		code = dry_run(p, &c.input);
	} else if (code == PROGRAM_DONE) {
		code = program_deliver(p, NULL, c.input.rows, c.input.count);
	}
	context_free(&c);
	return code;
}

/* --- import ----------------------------------------------------------------------------------- */

typedef enum err reader_fn(struct input *in, struct bytes file);

static const struct {
	const char *name;
	reader_fn *read;
} formats[] = {
	{ "csv", input_read_sheet },
	{ "xlsx", input_read_sheet },
	{ "txt", input_read_sheet },
	{ "jsonl", input_read_jsonl },
	{ "ndjson", input_read_jsonl },
};

static reader_fn *find_reader(const struct program *p, const char *path)
{
	const char *dot = strrchr(path, '.');
	const char *name = p->options[OPTION_FORMAT] ? p->options[OPTION_FORMAT] :
			   dot                       ? dot + 1 :
						       "";

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (strcasecmp(formats[i].name, name) == 0)
			return formats[i].read;
	}
	return NULL;
}

static enum err read_source(const char *path, struct buf *out)
{
	return strcmp(path, "-") == 0 ? fs_read_fd(STDIN_FILENO, FILE_MAX, out) :
					fs_read(path, FILE_MAX, out);
}

/* Says what was wrong; gives the exit code, PROGRAM_DONE where there are rows to go on with. */
static int judge(const struct program *p, const struct input *in)
{
	char bad[24], good[24], without[24];
	bool partial = p->options[OPTION_PARTIAL] != NULL;

	snprintf(bad, sizeof(bad), "%zu", in->bad);
	snprintf(good, sizeof(good), "%zu", in->count);
	snprintf(without, sizeof(without), "%zu", in->without_figure);
	diag_print(&in->faults, p->lang, p->err);
	if (in->without_figure && !p->quiet)
		PROGRAM_SAY(p, p->err, TEXT_WITHOUT_FIGURE, without);
	if (in->broken)
		return PROGRAM_FAILED;
	if (in->bad)
		PROGRAM_SAY(p, p->err, partial ? TEXT_FAULTS_PARTIAL : TEXT_FAULTS_NOTHING, bad, good);
	if (in->bad && !partial)
		return PROGRAM_FAILED;
	if (in->count == 0)
		PROGRAM_SAY(p, p->err, TEXT_NOTHING_TO_DO);
	return PROGRAM_DONE;
}

static int import(struct program *p, struct context *c, reader_fn *read, struct bytes file)
{
	int code;

	if (read(&c->input, file) || input_check_rows(&c->input)) {
		PROGRAM_SAY(p, p->err, TEXT_NO_MEMORY);
		return PROGRAM_FAILED;
	}
	code = judge(p, &c->input);
	if (code != PROGRAM_DONE || c->input.count == 0)
		return c->input.bad ? PROGRAM_FAILED : code;
	if (p->options[OPTION_DRY_RUN])
		return dry_run(p, &c->input);
	code = program_deliver(p, c->input.file, c->input.rows, c->input.count);
	return code == PROGRAM_DONE && c->input.bad ? PROGRAM_FAILED : code;
}

int program_import(struct program *p)
{
	const char *path = p->arguments[0];
	reader_fn *read = find_reader(p, path);
	struct buf file = { 0 };
	struct context c;
	enum err e;
	int code;

	if (program_wait_ms(p, 0) < 0)
		return PROGRAM_USAGE;
	if (!read) {
		PROGRAM_SAY(p, p->err, TEXT_BAD_FORMAT, path);
		return PROGRAM_USAGE;
	}
	if ((e = read_source(path, &file))) {
		PROGRAM_SAY(p, p->err, TEXT_CANNOT_READ, path, program_error(e, p->lang));
		buf_free(&file);
		return PROGRAM_FAILED;
	}
	code = context_fill(p, path, &c);
	if (code == PROGRAM_DONE)
		code = import(p, &c, read, buf_bytes(&file));
	context_free(&c);
	buf_free(&file);
	return code;
}
