/* SPDX-License-Identifier: MIT */
/* The minsheng program from its arguments to its exit code, against a daemon that admits all but
 * the figures 13 (rejected) and 29 (held). */
#include "tests/unit/collectors/fake_daemon.h"

#include <poll.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/version.h"
#include "collectors/program/program.h"

struct scene {
	char folder[64];
	char file[96];
	struct fake daemon;
	struct thread *thread;
	atomic_bool stopping;
	atomic_bool mute; /* says Welcome, then nothing */
	char *out, *err;
	atomic_int telling;      /* what the program says on stderr, while it runs; -1: nothing */
	struct outbox *other;    /* held by somebody else */
	size_t out_len;
	FILE *err_file;
};

/* --- the daemon's side ------------------------------------------------------------------------ */

static void answer_batch(struct scene *s)
{
	struct fake *f = &s->daemon;
	struct message_exception x[16];
	struct message_receipt item = { .first_sequence = f->head.first_sequence,
					.through_sequence =
						f->head.first_sequence + f->head.rows - 1,
					.received_ms = 5,
					.exceptions = x };
	const struct message_receipts r = { item.through_sequence + 1, LIMITS_CREDIT, &item, 1 };
	struct event_batch b;
	struct codec_fault fault;
	struct buf out = { 0 };

	arena_reset(f->arena);
	assert_int_equal(codec_batch_decode(f->body, f->head.rows, f->arena, &b, &fault), ERR_OK);
	item.counts[EVENT_ADMITTED] = b.rows;
	for (uint32_t i = 0; i < b.rows; i++) {
		int64_t v = b.value.data[i * b.value.stride];
		enum event_verdict verdict = v == 13 ? EVENT_REJECT : EVENT_HOLD;

		if (v != 13 && v != 29)
			continue;
		x[item.exception_count++] = (struct message_exception){
			i, verdict, v == 13 ? EVENT_ABOVE_CAP : EVENT_DECREASE, { NULL, 0 }
		};
		item.counts[verdict]++;
		item.counts[EVENT_ADMITTED]--;
	}
	assert_int_equal(message_receipts_encode(&r, f->head.epoch, &out), ERR_OK);
	fake_say(f, &out);
}

static void answer(struct scene *s)
{
	struct fake *f = &s->daemon;
	struct slice *slice;
	struct buf b = { 0 };
	const struct message_enrol_reply reply = { 1, bytes_of_string("rencheng"), { NULL, 0 } };

	switch (f->head.type) {
	case ENVELOPE_HELLO:
		fake_welcome(f, fake_first_held(f), 3, LIMITS_CREDIT);
		break;
	case ENVELOPE_CATALOGUE_REQUEST:
		slice = fixture_slice(3);
		assert_int_equal(message_slice_encode(slice_message(slice), &b), ERR_OK);
		fake_say(f, &b);
		slice_release(slice);
		break;
	case ENVELOPE_BATCH:
		if (!atomic_load(&s->mute))
			answer_batch(s);
		break;
	case ENVELOPE_ENROL:
		assert_int_equal(message_enrol_reply_encode(&reply, &b), ERR_OK);
		fake_say(f, &b);
		break;
	default:
		break;
	}
}

static void serve(struct thread *self, void *arg)
{
	struct scene *s = arg;

	thread_ready(self, ERR_OK);
	while (!atomic_load(&s->stopping)) {
		if (fake_hear(&s->daemon, 20))
			answer(s);
	}
}

/* --- the user's side -------------------------------------------------------------------------- */

static int up(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	atomic_store(&s->telling, -1);
	strcpy(s->folder, "/tmp/minsheng-test-XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	snprintf(s->file, sizeof(s->file), "%s/sheet.csv", s->folder);
	fake_up(&s->daemon);
	assert_int_equal(thread_start("daemon", serve, s, &s->thread), ERR_OK);
	*state = s;
	return 0;
}

static int down(void **state)
{
	struct scene *s = *state;

	atomic_store(&s->stopping, true);
	thread_join(s->thread);
	fake_down(&s->daemon);
	fs_remove_tree(s->folder);
	free(s->out);
	free(s->err);
	if (s->err_file)
		fclose(s->err_file);
	free(s);
	return 0;
}

#define RUN(s, ...)                                                                               \
	run_program(s, (char *[]){ (char *)(uintptr_t)"minsheng", (char *)(uintptr_t)"--lang",    \
				   (char *)(uintptr_t)"en", (char *)(uintptr_t)"--folder",        \
				   (s)->folder, __VA_ARGS__, NULL })
#define ERR_MAX 65536
#define A(text) ((char *)(uintptr_t)(text))

/* All that was written so far; the caller's. */
static char *read_back(int fd)
{
	char *text = calloc(1, ERR_MAX);

	assert_non_null(text);
	assert_true(pread(fd, text, ERR_MAX - 1, 0) >= 0);
	return text;
}

static int run_program(struct scene *s, char **argv)
{
	FILE *out;
	int argc = 0, code;

	free(s->out);
	free(s->err);
	out = open_memstream(&s->out, &s->out_len);
	if (s->err_file)
		fclose(s->err_file);
	s->err_file = tmpfile(); /* another thread may read along, until it is joined */
	assert_non_null(s->err_file);
	setvbuf(s->err_file, NULL, _IONBF, 0);
	atomic_store(&s->telling, fileno(s->err_file));
	while (argv[argc])
		argc++;
	code = program_run(argc, argv, out, s->err_file);
	atomic_store(&s->telling, -1);
	fclose(out);
	s->err = read_back(fileno(s->err_file));
	return code;
}

static void write_sheet(struct scene *s, const char *text)
{
	assert_int_equal(fs_write(s->file, bytes_of_string(text), 0600), ERR_OK);
}

static void enrol_with(struct scene *s, const char *expires)
{
	char json[600], token[900] = "MINSHENG1.", path[96];

	snprintf(json, sizeof(json),
		 "{\"v\":1,\"ingest\":\"%s\",\"enrol\":\"%s\",\"server_key\":\"%s\","
		 "\"unit\":\"rencheng\",\"unit_name\":\"任城区\",\"nonce\":"
		 "\"00112233445566778899aabbccddeeff\"%s}",
		 s->daemon.address, s->daemon.address, s->daemon.pair.public_text, expires);
	crypto_base64(bytes_of_string(json), token + 10, sizeof(token) - 10);
	snprintf(path, sizeof(path), "%s/token", s->folder);
	assert_int_equal(fs_write(path, bytes_of_string(token), 0600), ERR_OK);
	assert_int_equal(RUN(s, A("enroll"), A("--token-file"), path), PROGRAM_DONE);
	assert_non_null(strstr(s->out, "rencheng 任城区"));
	if (*expires)
		assert_non_null(strstr(s->err, "expired; the server judges"));
	/* a second time is no accident that should pass */
	assert_int_equal(RUN(s, A("enroll"), A("--token-file"), path), PROGRAM_FAILED);
}

static void enrol(struct scene *s)
{
	enrol_with(s, "");
}

static void whether_a_token_has_expired_the_daemon_judges(void **state)
{
	enrol_with(*state, ",\"expires\":\"2022-07-08T09:00:00+08:00\"");
}

static void one_figure(void **state)
{
	struct scene *s = *state;

	assert_int_equal(RUN(s, A("push"), A("canteens"), A("3")), PROGRAM_CONFIG);
	enrol(s);
	assert_int_equal(RUN(s, A("push"), A("1.1/canteens"), A("3")), PROGRAM_DONE);
	assert_non_null(strstr(s->out, "1 admitted"));
	assert_int_equal(RUN(s, A("push"), A("canteens"), A("13")), PROGRAM_FAILED);
	assert_non_null(strstr(s->err, "above-cap"));
	assert_int_equal(RUN(s, A("push"), A("canteens"), A("29")), PROGRAM_HELD);
	assert_non_null(strstr(s->err, "held"));
	assert_int_equal(RUN(s, A("outbox")), PROGRAM_DONE);
	assert_non_null(strstr(s->out, "empty"));
	assert_non_null(strstr(s->out, "decrease"));
	/* the slice came with the first: what is not in it is refused here */
	assert_int_equal(RUN(s, A("push"), A("canteen"), A("3")), PROGRAM_FAILED);
	assert_non_null(strstr(s->err, "did you mean canteens"));
	assert_int_equal(RUN(s, A("push"), A("9.9/canteens"), A("3")), PROGRAM_FAILED);
	assert_int_equal(RUN(s, A("--json"), A("status")), PROGRAM_DONE);
	assert_non_null(strstr(s->out, "\"link\": \"connected\""));
	assert_non_null(strstr(s->out, "\"hold\": 1"));
	assert_non_null(strstr(s->out, "\"id\": \"public-share\""));
}

static void a_sheet_goes_whole_or_not_at_all(void **state)
{
	struct scene *s = *state;

	enrol(s);
	write_sheet(s, "target,as_of,value\ncanteens,2022-06-30,3\ncanteens,2022-06-31,4\n");
	assert_int_equal(RUN(s, A("import"), s->file), PROGRAM_FAILED);
	assert_non_null(strstr(s->err, "sheet.csv:3:2: error: column \"as_of\""));
	assert_int_equal(RUN(s, A("import"), s->file, A("--dry-run"), A("--partial")),
			 PROGRAM_FAILED);
	assert_int_equal(RUN(s, A("outbox"), A("--json")), PROGRAM_DONE);
	assert_non_null(strstr(s->out, "\"waiting_rows\": 0"));
	assert_int_equal(RUN(s, A("import"), s->file, A("--partial"), A("--json")), PROGRAM_FAILED);
	assert_non_null(strstr(s->out, "\"receipted\": 1"));
	write_sheet(s, "target,as_of,value\ncanteens,2022-06-30,3\ncanteens,2022-07-31,13\n");
	assert_int_equal(RUN(s, A("import"), s->file), PROGRAM_FAILED);
	assert_non_null(strstr(s->err, "sheet.csv:3: canteens 2022-07-31: rejected"));
	assert_int_equal(RUN(s, A("import"), A("no-such.csv")), PROGRAM_FAILED);
	assert_int_equal(RUN(s, A("import"), A("sheet.doc")), PROGRAM_USAGE);
}

static void without_an_answer_it_stays_in_the_outbox(void **state)
{
	struct scene *s = *state;

	enrol(s);
	assert_int_equal(RUN(s, A("push"), A("canteens"), A("3"), A("--no-wait")), PROGRAM_DONE);
	assert_non_null(strstr(s->out, "1 row stored"));
	assert_non_null(strstr(s->out, "minsheng outbox flush"));
	atomic_store(&s->mute, true);
	assert_int_equal(RUN(s, A("push"), A("canteens"), A("13"), A("--wait"), A("1")),
			 PROGRAM_WAITING);
	assert_non_null(strstr(s->err, "stored safely"));
	assert_non_null(strstr(s->err, "likely causes"));
	assert_int_equal(RUN(s, A("outbox")), PROGRAM_DONE);
	assert_non_null(strstr(s->out, "2 rows wait"));
	atomic_store(&s->mute, false);
	assert_int_equal(RUN(s, A("outbox"), A("flush")), PROGRAM_FAILED);
	assert_non_null(strstr(s->out, "1 admitted"));
	assert_non_null(strstr(s->out, "1 rejected"));
	assert_int_equal(RUN(s, A("outbox"), A("flush")), PROGRAM_DONE);
}

static void a_held_folder_is_told(void **state)
{
	struct scene *s = *state;
	struct outbox_options o = { s->folder, 0, 0 };
	struct outbox *other;
	char pid[32];

	enrol(s);
	assert_int_equal(outbox_open(&o, 1, &other), ERR_OK);
	assert_int_equal(RUN(s, A("status"), A("--wait"), A("0")), PROGRAM_BUSY);
	assert_non_null(strstr(s->err, "another process"));
	snprintf(pid, sizeof(pid), "pid %d", (int)getpid());
	assert_non_null(strstr(s->err, pid));
	assert_int_equal(RUN(s, A("push"), A("canteens"), A("3"), A("--wait"), A("1")),
			 PROGRAM_BUSY);
	assert_non_null(strstr(s->err, "nothing was stored"));
	outbox_close(other);
}

/* Lets go of the folder once the program says that it waits. */
static void let_go(struct thread *self, void *arg)
{
	struct scene *s = arg;
	int64_t until = clock_monotonic_ms() + 10000;
	bool told = false;

	thread_ready(self, ERR_OK);
	while (!told && clock_monotonic_ms() < until) {
		char said[1000] = "";
		int fd = atomic_load(&s->telling);

		(void)poll(NULL, 0, 10);
		told = fd >= 0 && pread(fd, said, sizeof(said) - 1, 0) > 0 &&
		       strstr(said, "waiting for it");
	}
	outbox_close(s->other);
}

static void a_held_folder_is_waited_for(void **state)
{
	struct scene *s = *state;
	struct outbox_options o = { s->folder, 0, 0 };
	struct thread *thread;

	enrol(s);
	assert_int_equal(outbox_open(&o, 1, &s->other), ERR_OK);
	assert_int_equal(thread_start("holder", let_go, s, &thread), ERR_OK);
	assert_int_equal(RUN(s, A("push"), A("canteens"), A("3")), PROGRAM_DONE);
	assert_non_null(strstr(s->err, "waiting for it"));
	assert_non_null(strstr(s->out, "1 row has its receipt: 1 admitted"));
	thread_join(thread);
}

static void what_can_not_be_read_is_no_matter_of_the_key(void **state)
{
	struct scene *s = *state;
	bool root = geteuid() == 0;
	char key[96];

	/* nobody reported anything, and nobody may */
	assert_int_equal(RUN(s, A("outbox")), PROGRAM_CONFIG);
	assert_non_null(strstr(s->err, "not enrolled"));
	enrol(s);
	assert_int_equal(chmod(s->folder, 0), 0);
	assert_true(!root || seteuid(65534) == 0);
	assert_int_equal(RUN(s, A("push"), A("canteens"), A("3")), PROGRAM_CONFIG);
	assert_true(!root || seteuid(0) == 0);
	assert_non_null(strstr(s->err, "no permission"));
	assert_null(strstr(s->err, "key.secret"));
	assert_int_equal(chmod(s->folder, 0700), 0);
	snprintf(key, sizeof(key), "%s/key.secret", s->folder);
	assert_int_equal(chmod(key, 0644), 0);
	assert_int_equal(RUN(s, A("push"), A("canteens"), A("3")), PROGRAM_CONFIG);
	assert_non_null(strstr(s->err, "chmod 600"));
}

static void figures_that_are_none_are_told(void **state)
{
	struct scene *s = *state;

	assert_int_equal(RUN(s, A("push"), A("canteens")), PROGRAM_USAGE);
	assert_non_null(strstr(s->err, "the value is missing"));
	assert_int_equal(RUN(s, A("push"), A("canteens"), A("-1"), A("--dry-run")), PROGRAM_FAILED);
	assert_non_null(strstr(s->err, "VALUE: \"-1\" is negative"));
	assert_int_equal(RUN(s, A("push"), A("--dry-run"), A("--"), A("canteens"), A("-0.5")),
			 PROGRAM_FAILED);
	assert_non_null(strstr(s->err, "VALUE: \"-0.5\" is negative"));
	assert_int_equal(RUN(s, A("--lang"), A("zh"), A("push"), A("canteens"), A("x"),
			     A("--dry-run")), PROGRAM_FAILED);
	assert_non_null(strstr(s->err, "数值：“x”不是数字"));
	assert_null(strstr(s->err, "VALUE"));
	assert_int_equal(RUN(s, A("push"), A("canteens"), A("3"), A("--dry-run"), A("--as-of"),
			     A("2022/6/30")), PROGRAM_DONE);
	assert_non_null(strstr(s->out, "Only form"));
	assert_non_null(strstr(s->out, "of 1 row is"));
	write_sheet(s, "target,as_of,value\ncanteens,2022-06-30,3\ncanteens,2022/6/30,4\n");
	assert_int_equal(RUN(s, A("import"), s->file, A("--dry-run")), PROGRAM_FAILED);
	assert_non_null(strstr(s->err, "sheet.csv:3: error: contradicts line 2"));
	assert_non_null(strstr(s->err, "2 rows have faults"));
}

static void help_tells_what_a_file_holds(void **state)
{
	struct scene *s = *state;
	enum input_field field;
	const char *name;

	assert_int_equal(RUN(s, A("import"), A("--help")), PROGRAM_DONE);
	for (size_t i = 0; (name = input_heading_at(i, &field)); i++)
		assert_non_null(strstr(s->out, name));
	assert_non_null(strstr(s->out, "2022/6/30"));
	assert_int_equal(RUN(s, A("--version")), PROGRAM_DONE);
	assert_string_equal(s->out, "minsheng " VERSION_NUMBER "\n");
}

static void wrong_usage_is_told(void **state)
{
	struct scene *s = *state;

	assert_int_equal(RUN(s, A("frobnicate")), PROGRAM_USAGE);
	assert_non_null(strstr(s->err, "frobnicate"));
	assert_int_equal(RUN(s, A("push")), PROGRAM_USAGE);
	assert_int_equal(RUN(s, A("push"), A("a"), A("1"), A("--as-off"), A("x")), PROGRAM_USAGE);
	assert_int_equal(RUN(s, A("push"), A("a"), A("1"), A("--partial")), PROGRAM_USAGE);
	assert_int_equal(RUN(s, A("status"), A("--wait"), A("soon")), PROGRAM_USAGE);
	assert_int_equal(RUN(s, A("outbox"), A("list"), A("--limit"), A("few")), PROGRAM_USAGE);
	assert_non_null(strstr(s->err, "--limit"));
	assert_int_equal(RUN(s, A("push"), A("a"), A("1"), A("--unit")), PROGRAM_USAGE);
	assert_non_null(strstr(s->err, "--unit needs its argument"));
	assert_int_equal(RUN(s, A("--lang"), A("fr"), A("status")), PROGRAM_USAGE);
	assert_non_null(strstr(s->err, "--lang "));
	assert_int_equal(RUN(s, A("push"), A("--help")), PROGRAM_DONE);
	assert_ptr_equal(strstr(s->out, "examples:"), s->out);
	assert_int_equal(RUN(s, A("--help")), PROGRAM_DONE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_figure),
		TEST(a_sheet_goes_whole_or_not_at_all),
		TEST(without_an_answer_it_stays_in_the_outbox),
		TEST(whether_a_token_has_expired_the_daemon_judges),
		TEST(a_held_folder_is_told),
		TEST(a_held_folder_is_waited_for),
		TEST(what_can_not_be_read_is_no_matter_of_the_key),
		TEST(figures_that_are_none_are_told),
		TEST(help_tells_what_a_file_holds),
		TEST(wrong_usage_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
