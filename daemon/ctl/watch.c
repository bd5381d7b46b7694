/* SPDX-License-Identifier: MIT */
/* Subscribers: alerts by number, totals by ledger position. The stream says that something changed;
 * what is printed of alerts comes from the numbered log, so that nothing is missed or told twice,
 * however often the connection was lost. */
#include "daemon/ctl/ctl.h"
#include "daemon/ctl/resume.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAGE 500
#define WAIT_FIRST_MS 500
#define WAIT_MOST_MS 30000
#define EVENT_MAX (4u << 20) /* no event is longer */

struct watch {
	struct ctl *c;
	struct control *stream;
	struct buf text;   /* of the stream, not yet taken apart */
	sigset_t ending;   /* signals that end it: blocked, and asked for */
	uint64_t next;	   /* alerts: the number wanted next */
	uint64_t position; /* totals: seen last */
	bool seen;	   /* totals: there is such a position */
	json_t *targets;   /* totals: by id */
	json_t *told;	   /* totals: position of the figure that was printed last, by id */
	const char *city;
	struct resume resume;
	uint64_t left; /* lines that may be printed */
	int status;    /* of the program */
	bool ended;    /* in order, or it can't go on */
	bool heard;    /* something came since the connection was made */
	bool (*event)(struct watch *w, const char *name, const json_t *data);
};

/* --- ending ----------------------------------------------------------------------------------- */

/* Waits for a signal; true where one came. */
static bool signalled(struct watch *w, int64_t ms)
{
	struct timespec span = { ms / 1000, (ms % 1000) * 1000000 };

	if (!w->ended && sigtimedwait(&w->ending, NULL, &span) > 0)
		w->ended = true;
	return w->ended;
}

static bool is_alive(void *ctx)
{
	return !signalled(ctx, 0);
}

static void give_up(struct watch *w)
{
	w->status = CTL_FAILED;
	w->ended = true;
}

/* After each line: what is piped away is there at once, and a reader that is gone ends it. Only
 * what was passed on is noted as seen: whoever is killed between the two gets that line again. */
static bool printed(struct watch *w)
{
	if (fflush(stdout) != 0)
		w->ended = true;
	else if (w->next > 1 && !resume_keep(w->c, &w->resume, w->next - 1))
		give_up(w);
	if (w->left > 0 && --w->left == 0)
		w->ended = true;
	return !w->ended;
}

static bool print_json(struct watch *w, const json_t *line)
{
	json_dumpf(line, stdout, JSON_COMPACT);
	putchar('\n');
	return printed(w);
}

/* --- alerts ----------------------------------------------------------------------------------- */
static const char *transition_word(const struct ctl *c, const char *name)
{
	static const struct {
		const char *name;
		struct lang_text text;
	} words[] = {
		{ "raised", { "发出", "raised" } },
		{ "severity", { "变级", "changed" } },
		{ "updated", { "更新", "updated" } },
		{ "resolved", { "解除", "resolved" } },
		{ "acknowledged", { "签收", "acknowledged" } },
		{ "assigned", { "交办", "assigned" } },
		{ "commented", { "批注", "commented" } },
		{ "silenced", { "静默", "silenced" } },
		{ "unsilenced", { "解除静默", "silence lifted" } },
		{ "silence-ends", { "静默将止", "silence ends" } },
		{ "silence-expired", { "静默到期", "silence expired" } },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].name, name) == 0)
			return lang_pick(words[i].text, c->lang);
	return name;
}

static bool print_alert(struct watch *w, const json_t *alert)
{
	char at[CTL_TIME];

	w->next = (uint64_t)ctl_number(alert, "number") + 1;
	if (w->c->json)
		return print_json(w, alert);
	printf("#%lld  %s  %s  %s  %s\n", ctl_number(alert, "number"), ctl_time(alert, "at", at),
	       transition_word(w->c, ctl_string(alert, "transition")),
	       ctl_words(w->c, alert, "kind_word"), ctl_words(w->c, alert, "text"));
	return printed(w);
}

/* The log ends before what was seen of it: these numbers would mean something else. */
static bool is_another_log(struct watch *w, long long last)
{
	char text[48];

	if (last + 1 >= (long long)w->next)
		return false;
	snprintf(text, sizeof(text), "%lld < %lld", last, (long long)w->next - 1);
	ctl_complain(w->c, CTL_FAILED,
		     (struct lang_text){ "台账换过了：预警只到较小的编号；请用 --from 重新开始。",
					 "the store is another one, its alerts end at a lower "
					 "number; start again with --from. " },
		     text);
	give_up(w);
	return true;
}

/* Prints what the log has from w->next on. False: it could not be read, or it is enough. */
static bool drain(struct watch *w)
{
	bool more = is_alive(w);

	while (more) {
		char path[96];
		json_t *answer, *alert;
		size_t i;

		snprintf(path, sizeof(path), "/api/v1/alerts/log?from=%" PRIu64 "&limit=%d",
			 w->next, PAGE);
		answer = ctl_get_quietly(w->c, path);
		if (answer == NULL)
			return false;
		json_array_foreach(json_object_get(answer, "alerts"), i, alert)
		{
			if (!print_alert(w, alert))
				break;
		}
		more = is_alive(w) && (long long)w->next <= ctl_number(answer, "last");
		json_decref(answer);
	}
	return !w->ended;
}

static bool on_alert_event(struct watch *w, const char *name, const json_t *data)
{
	if (strcmp(name, "head") != 0 && strcmp(name, "reset") != 0)
		return true;
	if (is_another_log(w, ctl_number(data, "alert_number")))
		return false;
	return ctl_number(data, "alert_number") < (long long)w->next || drain(w);
}

/* --- totals ----------------------------------------------------------------------------------- */
static bool print_total(struct watch *w, const char *id, const json_t *figure)
{
	const json_t *target = json_object_get(w->targets, id);
	const char *value = ctl_string(figure, "value"), *below = ctl_string(figure, "denominator");
	char goal[CTL_PLAIN];

	if (json_object_set(w->told, id, json_object_get(figure, "position")) != 0)
		give_up(w);
	if (w->c->json)
		return print_json(w, figure);
	printf("%s  %s  %s%s%s", id, ctl_words(w->c, target, "name"), value[0] ? value : "—",
	       below[0] ? " / " : "", below);
	if (below[0] == '\0')
		ctl_say(w->c, stdout, "，目标 %s %s", ", goal %s %s",
			ctl_plain(ctl_string(target, "goal"), goal),
			ctl_string(target, w->c->lang == LANG_ZH ? "uom" : "uom_en"));
	if (ctl_string(figure, "as_of")[0] != '\0')
		ctl_say(w->c, stdout, "（截至 %s）", " (as of %s)", ctl_string(figure, "as_of"));
	putchar('\n');
	return printed(w);
}

/* All totals, in the form of the stream's events. */
static json_t *figure_of(const struct watch *w, const json_t *target, uint64_t position)
{
	bool ratio = json_object_get(target, "denominator") != NULL;
	json_t *value = json_object_get(target, ratio ? "numerator" : "value");
	json_t *below = ratio ? json_object_get(target, "denominator") : json_null();

	return json_pack("{s:O, s:s, s:O, s:O, s:O, s:I}", "target", json_object_get(target, "id"),
			 "unit", w->city, "value", value, "denominator", below, "as_of",
			 json_object_get(target, "as_of"), "position", (json_int_t)position);
}

/* All up to this position was printed. */
static bool reached(struct watch *w, uint64_t position)
{
	w->position = position;
	w->seen = true;
	if (!resume_keep(w->c, &w->resume, position))
		give_up(w);
	return !w->ended;
}

/* Keeps names and goals by id; prints each target where that is wanted. */
static bool take_snapshot(struct watch *w, const json_t *answer, bool print)
{
	uint64_t position = (uint64_t)ctl_number(answer, "position");
	json_t *target;
	size_t i;

	json_array_foreach(json_object_get(answer, "targets"), i, target)
	{
		json_t *figure = figure_of(w, target, position);
		bool go_on = figure != NULL &&
			     json_object_set(w->targets, ctl_string(target, "id"), target) == 0 &&
			     (!print || print_total(w, ctl_string(target, "id"), figure));

		json_decref(figure);
		if (!go_on)
			return false;
	}
	return !print || reached(w, position);
}

static bool snapshot(struct watch *w, bool print)
{
	json_t *answer = ctl_get_quietly(w->c, "/api/v1/targets");
	bool good = answer != NULL && take_snapshot(w, answer, print);

	json_decref(answer);
	return good;
}

/* Whoever joins while a commit is being told hears of it twice. */
static bool is_told(const struct watch *w, const json_t *data)
{
	return json_object_get(w->told, ctl_string(data, "target")) != NULL &&
	       ctl_number(w->told, ctl_string(data, "target")) >= ctl_number(data, "position");
}

static bool on_total_event(struct watch *w, const char *name, const json_t *data)
{
	if (strcmp(name, "figure") == 0 && strcmp(ctl_string(data, "unit"), w->city) == 0)
		return is_told(w, data) || print_total(w, ctl_string(data, "target"), data);
	if (strcmp(name, "reset") == 0)
		return snapshot(w, true);
	if (strcmp(name, "head") == 0 && !w->seen)
		return snapshot(w, true); /* the first one failed */
	/* a head stands behind the figures of its position */
	return strcmp(name, "head") != 0 || reached(w, (uint64_t)ctl_number(data, "position"));
}

/* --- the stream ------------------------------------------------------------------------------- */

/* One event: its lines, each with a newline. False: enough. */
static bool take_event(struct watch *w, char *block)
{
	const char *name = NULL, *data = NULL;
	char *save = NULL;
	json_t *read;
	bool go_on;

	for (char *line = strtok_r(block, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (strncmp(line, "event: ", 7) == 0)
			name = line + 7;
		else if (strncmp(line, "data: ", 6) == 0)
			data = line + 6;
	}
	if (name == NULL || data == NULL)
		return true;
	w->heard = true;
	read = json_loads(data, 0, NULL);
	go_on = read != NULL && w->event(w, name, read);
	json_decref(read);
	return go_on;
}

static bool on_data(void *ctx, struct bytes piece)
{
	struct watch *w = ctx;
	size_t from = 0;
	bool go_on = true;

	buf_put(&w->text, piece);
	if (buf_error(&w->text) != ERR_OK || w->text.len > EVENT_MAX)
		return false;
	while (go_on) {
		char *begin = (char *)w->text.data + from;
		char *end = memmem(begin, w->text.len - from, "\n\n", 2);

		if (end == NULL)
			break;
		*end = '\0';
		from += (size_t)(end - begin) + 2;
		go_on = take_event(w, begin);
	}
	memmove(w->text.data, w->text.data + from, w->text.len - from);
	w->text.len -= from;
	return go_on;
}

static void listen_once(struct watch *w)
{
	struct control_sink sink = { on_data, is_alive, w };
	char last[24];
	int status;

	buf_clear(&w->text);
	snprintf(last, sizeof(last), "%" PRIu64, w->position);
	control_stream(w->stream, "/api/v1/stream", w->seen ? last : NULL, &sink, &status);
}

/* Listens until it is told to end; after each loss it waits longer, until something is heard. */
static void listen_on(struct watch *w)
{
	int64_t wait_ms = WAIT_FIRST_MS;

	while (!w->ended) {
		w->heard = false;
		listen_once(w);
		if (w->ended)
			break;
		if (w->heard)
			wait_ms = WAIT_FIRST_MS;
		ctl_say(w->c, stderr, "minshengctl: 连接中断，%.1f 秒后重试\n",
			"minshengctl: the connection is lost; trying again in %.1f s\n",
			(double)wait_ms / 1000);
		signalled(w, wait_ms);
		wait_ms = wait_ms * 2 < WAIT_MOST_MS ? wait_ms * 2 : WAIT_MOST_MS;
	}
}

/* --- commands --------------------------------------------------------------------------------- */

/* A whole number of an option; *out keeps its value where it is absent. */
static bool read_option(const struct ctl *c, const char *name, uint64_t min, uint64_t *out)
{
	const char *text = ctl_option(c, name);
	char *end;

	if (text == NULL)
		return true;
	*out = strtoull(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && *out >= min && *out <= INT64_MAX)
		return true;
	ctl_complain(c, CTL_USAGE, (struct lang_text){ "不是允许的整数：", "no such number: " },
		     text);
	return false;
}

static bool begin(struct watch *w)
{
	sigemptyset(&w->ending);
	sigaddset(&w->ending, SIGINT);
	sigaddset(&w->ending, SIGTERM);
	sigprocmask(SIG_BLOCK, &w->ending, NULL);
	signal(SIGPIPE, SIG_IGN);
	w->targets = json_object();
	w->told = json_object();
	return w->targets != NULL && w->told != NULL && control_open(w->c->socket, &w->stream) == ERR_OK;
}

static void finish(struct watch *w)
{
	control_close(w->stream);
	buf_free(&w->text);
	json_decref(w->targets);
	json_decref(w->told);
}

/* Behind what the last run saw; else from --from on; else what comes from now on. */
static bool begin_alerts(struct watch *w)
{
	bool fresh = true;
	json_t *answer = ctl_get(w->c, "/api/v1/alerts/log?limit=1");

	if (answer == NULL)
		return false;
	if (w->resume.known) {
		w->next = w->resume.seen + 1;
		fresh = !is_another_log(w, ctl_number(answer, "last"));
	} else if (ctl_option(w->c, "from") == NULL) {
		w->next = (uint64_t)ctl_number(answer, "last") + 1;
		fresh = resume_keep(w->c, &w->resume, w->next - 1);
	}
	json_decref(answer);
	return fresh;
}

int ctl_watch_alerts(struct ctl *c)
{
	struct watch w = { .c = c, .next = 1, .event = on_alert_event };
	int status;

	if (!read_option(c, "from", 0, &w.next) || !read_option(c, "count", 1, &w.left))
		return CTL_USAGE;
	if ((status = resume_open(c, "alerts", &w.resume)) != CTL_OK)
		return status;
	if (w.next == 0)
		w.next = 1;
	status = CTL_FAILED;
	if (begin(&w) && begin_alerts(&w)) {
		drain(&w);
		listen_on(&w);
		status = w.status;
	}
	finish(&w);
	return status;
}

int ctl_watch_totals(struct ctl *c)
{
	struct watch w = { .c = c, .event = on_total_event };
	json_t *units = NULL;
	int status;

	if (!read_option(c, "from", 1, &w.position) || !read_option(c, "count", 1, &w.left))
		return CTL_USAGE;
	if ((status = resume_open(c, "totals", &w.resume)) != CTL_OK)
		return status;
	if (w.resume.known)
		w.position = w.resume.seen;
	w.seen = w.position > 0;
	status = CTL_FAILED;
	if (begin(&w) && (units = ctl_get(c, "/api/v1/programme")) != NULL) {
		w.city = ctl_string(json_object_get(units, "city"), "id");
		snapshot(&w, !w.seen);
		listen_on(&w);
		status = w.status;
	}
	json_decref(units);
	finish(&w);
	return status;
}
