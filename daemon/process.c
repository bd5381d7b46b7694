/* SPDX-License-Identifier: MIT */
#include "daemon/process.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "aggregator/catalogue/catalogue.h"
#include "aggregator/ledger/store.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/fs.h"
#include "base/thread.h"
#include "daemon/api.h"
#include "daemon/catalogue_file.h"
#include "serve/loop.h"
#include "daemon/notify.h"
#include "daemon/pipeline.h"
#include "daemon/ports.h"
#include "daemon/queries.h"
#include "serve/service.h"
#include "daemon/zap.h"

#define STOP_S 10	 /* a stop that takes longer is cut off: nothing acknowledged is lost */
#define FILES_BESIDE 200 /* descriptors beside peers and HTTP clients */
#define CLIENT_COMMANDS 256

struct process {
	struct daemon d; /* first: the rest is ours alone */
	struct loop_source *signals[3], *second, *answers;
	struct pipeline_client *client; /* of reloads */
	int64_t alive_ms;		/* the pipeline's, as of the last ping */
};

static struct process *process_of(struct daemon *d)
{
	return (struct process *)d;
}

const char *daemon_wait_text(unsigned not_ready)
{
	static const struct {
		unsigned bit;
		const char *text;
	} texts[] = {
		{ DAEMON_STOPPING, "the daemon is stopping" },
		{ DAEMON_STARTING, "the daemon is starting" },
		{ DAEMON_NO_CATALOGUE, "there is no catalogue" },
		{ DAEMON_STORE_FULL, "the store is full" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (not_ready & texts[i].bit)
			return texts[i].text;
	return NULL;
}

/* --- birth, step by step --------------------------------------------------------------------- */
static enum err failed(const char *what, enum err e)
{
	if (e != ERR_OK)
		log_write(LOG_ERROR, "start", "%s: %s", what, err_name(e));
	return e;
}

/* Keys are in memory: no core dumps. ZeroMQ aborts where descriptors run out: count them now. */
static enum err set_limits(const struct config *c)
{
	const rlim_t need = (rlim_t)c->peers + c->http_clients + FILES_BESIDE;
	struct rlimit files, core = { 0, 0 };

	(void)setrlimit(RLIMIT_CORE, &core);
	signal(SIGPIPE, SIG_IGN);
	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return err_from_errno(errno);
	if (files.rlim_cur < need && files.rlim_max >= need) {
		files.rlim_cur = need;
		(void)setrlimit(RLIMIT_NOFILE, &files);
		(void)getrlimit(RLIMIT_NOFILE, &files);
	}
	if (files.rlim_cur >= need)
		return ERR_OK;
	log_write(
		LOG_ERROR, "start",
		"%llu files may be open, but limits.peers and limits.http_clients need %llu: raise "
		"LimitNOFILE (ulimit -n), or lower them",
		(unsigned long long)files.rlim_cur, (unsigned long long)need);
	return ERR_FULL;
}

/* The store makes its own folder; what it lies in has to be there. */
static enum err make_folders(const struct config *c)
{
	const char *slash = strrchr(c->store, '/');
	char *parent = slash && slash != c->store ? strndup(c->store, (size_t)(slash - c->store)) :
						    strdup(slash ? "/" : ".");
	enum err e = parent ? fs_make_dirs(parent, 0700) : ERR_NOMEM;

	if (e != ERR_OK)
		failed(parent ? parent : c->store, e);
	free(parent);
	return e != ERR_OK ? e : failed(c->runtime, fs_make_dirs(c->runtime, 0755));
}

static enum err load_keys(struct daemon *d)
{
	const char *path = d->config->key_file;
	enum err e = ERR_OK;

	if (!fs_exists(path)) {
		e = curve_generate(&d->keys);
		if (e == ERR_OK)
			e = curve_save(path, &d->keys);
		if (e == ERR_OK)
			log_write(LOG_INFO, "start", "made a new server key: %s", path);
	}
	if (e == ERR_OK)
		e = curve_load(path, &d->keys);
	return failed(path, e);
}

static enum err make_clock(struct daemon *d)
{
	enum err e = d->config->clock_manual ?
			     clock_new_manual(d->config->clock_start_ms, &d->clock) :
			     clock_new_system(&d->clock);

	if (e == ERR_OK) {
		d->started_ms = clock_now_ms(d->clock);
		metrics_set(&d->metrics, METRIC_START_SECONDS, (uint64_t)(d->started_ms / 1000));
	}
	return failed("clock", e);
}

static enum err open_store(struct daemon *d)
{
	const struct store_options options = { .map_bytes = d->config->map_bytes };

	return failed(d->config->store, store_open(d->config->store, &options, &d->store));
}

/* --- threads and loop ------------------------------------------------------------------------ */
static enum err start_with(struct daemon *d, const char *path)
{
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL;
	enum err e = path[0] ? catalogue_file_load(path, &c) : ERR_OK;

	if (e == ERR_OK)
		e = pipeline_start(d, &c, &diags, &d->pipeline);
	catalogue_file_log(&diags);
	diag_free(&diags);
	catalogue_free(c);
	return e;
}

static enum err start_pipeline(struct daemon *d)
{
	char own[PATH_MAX];
	enum err e = start_with(d, d->config->catalogue);

	if (e == ERR_NOTFOUND && d->config->catalogue[0] == '\0') {
		if (!catalogue_file_find(own)) {
			log_write(LOG_ERROR, "start",
				  "the store %s is empty: name a catalogue file in "
				  "the configuration (catalogue: FILE)",
				  d->config->store);
			return e;
		}
		log_write(LOG_INFO, "start", "the store is empty: taking %s", own);
		e = start_with(d, own);
	}
	return failed("pipeline", e);
}

/* CURVE without a complete handler lets everybody in, and nothing shows: try it. */
static enum err prove_sockets(struct daemon *d)
{
	const struct {
		const char *domain, *endpoint;
	} sockets[] = {
		{ ZAP_DOMAIN_INGEST, d->bound.ingest },
		{ ZAP_DOMAIN_ENROL, d->bound.enrol },
		{ ZAP_DOMAIN_QUERY, d->bound.query },
		{ ZAP_DOMAIN_FEED, d->bound.feed },
	};

	for (size_t i = 0; i < sizeof(sockets) / sizeof(sockets[0]); i++) {
		enum err e = zap_prove(d->zap, sockets[i].domain, sockets[i].endpoint,
				       d->keys.public_text);

		if (e != ERR_OK) {
			log_write(LOG_ERROR, "start",
				  "the test with an unknown key failed on the %s socket: %s",
				  sockets[i].domain, err_name(e));
			return e;
		}
	}
	return ERR_OK;
}

static enum err start_threads(struct daemon *d)
{
	enum err e = failed("zap", zap_start(&d->metrics, &d->zap));

	if (e != ERR_OK)
		return e;
	d->zmq = zap_context(d->zap);
	if ((e = start_pipeline(d)) != ERR_OK)
		return e;
	if ((e = failed("queries", queries_start(d, &d->queries))) != ERR_OK ||
	    (e = failed("notify", notify_start(d, &d->notify))) != ERR_OK)
		return e;
	return prove_sockets(d);
}

/* The control socket is for its owner and one group. */
static enum err share_control(const struct daemon *d)
{
	const char *name = d->config->control_group;
	const struct group *group;

	if (name[0] == '\0' || d->bound.control[0] == '\0')
		return ERR_OK;
	group = getgrnam(name);
	if (group && chown(d->bound.control, (uid_t)-1, group->gr_gid) == 0)
		return ERR_OK;
	log_write(LOG_ERROR, "start", "control.group %s: %s", name,
		  group ? "this user may not give the socket to it" : "there is no such group");
	return ERR_DENIED;
}

static enum err start_loop(struct daemon *d)
{
	struct process *p = process_of(d);
	enum err e = failed("loop", loop_new(&d->loop));

	if (e == ERR_OK)
		e = pipeline_client_new(d->pipeline, CLIENT_COMMANDS, &d->client);
	if (e == ERR_OK)
		e = pipeline_client_new(d->pipeline, 4, &p->client);
	if (e == ERR_OK)
		e = failed("http", api_start(d, &d->api));
	return e == ERR_OK ? share_control(d) : e;
}

enum err process_start(struct config **config, struct daemon **out)
{
	struct process *p = calloc(1, sizeof(*p));
	struct daemon *d = &p->d;
	enum err e;

	if (!p)
		return ERR_NOMEM;
	d->config = *config;
	*config = NULL;
	d->not_ready = DAEMON_STARTING;
	log_set_level(d->config->log_level);
	if ((e = set_limits(d->config)) != ERR_OK ||
	    (e = failed("random numbers", crypto_init())) != ERR_OK ||
	    (e = make_folders(d->config)) != ERR_OK || (e = open_store(d)) != ERR_OK ||
	    (e = load_keys(d)) != ERR_OK || (e = make_clock(d)) != ERR_OK ||
	    (e = start_threads(d)) != ERR_OK || (e = start_loop(d)) != ERR_OK) {
		process_stop(d);
		return e;
	}
	*out = d;
	return ERR_OK;
}

/* --- life ------------------------------------------------------------------------------------ */
void process_stopping(struct daemon *d)
{
	if (d->not_ready & DAEMON_STOPPING)
		_exit(1); /* asked twice */
	d->not_ready |= DAEMON_STOPPING;
	service_notify("STOPPING=1");
	log_write(LOG_INFO, "process", "stopping");
	loop_stop(d->loop);
}

static void on_end(void *ctx)
{
	process_stopping(ctx);
}

static void on_reload(void *ctx)
{
	process_reload(ctx);
}

static void on_second(void *ctx)
{
	process_each_second(ctx);
}

void process_each_second(struct daemon *d)
{
	struct process *p = process_of(d);
	int64_t alive = pipeline_alive_ms(d->pipeline);
	struct store_stats s;

	if (alive != p->alive_ms)
		service_notify("WATCHDOG=1"); /* a hung fsync gets none */
	p->alive_ms = alive;
	if (store_stat(d->store, &s) != ERR_OK)
		return;
	metrics_set(&d->metrics, METRIC_STORE_BYTES, s.file_bytes);
	metrics_set(&d->metrics, METRIC_STORE_USED_PAGES, s.used_pages);
	metrics_set(&d->metrics, METRIC_STORE_MAP_PAGES, s.map_pages);
	metrics_set(&d->metrics, METRIC_STORE_READERS, s.readers);
	metrics_set(&d->metrics, METRIC_STORE_READER_LAG, s.oldest_reader_lag);
}

/* --- reload ---------------------------------------------------------------------------------- */
static void end_reload(struct daemon *d, enum err e)
{
	metrics_add(&d->metrics, e == ERR_OK ? METRIC_RELOADS : METRIC_RELOADS_FAILED, 1);
	if (e == ERR_OK)
		log_write(LOG_INFO, "process", "the configuration was read again");
	else
		log_write(LOG_ERROR, "process", "reload: %s; what was in force stays", err_name(e));
	service_notify("READY=1");
}

static void on_answer(void *ctx)
{
	struct process *p = ctx;
	struct pipeline_answer *a;

	while ((a = pipeline_next_answer(p->client))) {
		end_reload(&p->d, a->err);
		pipeline_answer_free(a);
	}
}

/* The catalogue is taken over by the pipeline, which answers later. */
static enum err reload_catalogue(struct daemon *d, const char *path)
{
	struct catalogue *c = NULL;
	uint64_t ticket;
	enum err e = catalogue_file_load(path, &c);

	if (e == ERR_OK)
		e = pipeline_set_catalogue(process_of(d)->client, &c, &ticket);
	catalogue_free(c);
	return e;
}

static enum err reload_config(struct daemon *d, struct config **out)
{
	struct diag_list diags = { 0 };
	enum err e = config_load(d->config->file[0] ? d->config->file : NULL, &diags, out);

	catalogue_file_log(&diags);
	diag_free(&diags);
	return e;
}

void process_reload(struct daemon *d)
{
	struct config *next = NULL;
	bool waits = false;
	enum err e;

	service_notify_reloading();
	e = reload_config(d, &next);
	if (e == ERR_OK && next->catalogue[0]) {
		e = reload_catalogue(d, next->catalogue);
		waits = e == ERR_OK;
	}
	if (e == ERR_OK)
		log_set_level(next->log_level);
	config_free(next);
	if (!waits)
		end_reload(d, e);
}

/* --- run and death --------------------------------------------------------------------------- */
static enum err watch_all(struct process *p)
{
	struct loop *l = p->d.loop;
	enum err e = loop_signal(l, SIGTERM, on_end, p, &p->signals[0]);

	if (e == ERR_OK)
		e = loop_signal(l, SIGINT, on_end, p, &p->signals[1]);
	if (e == ERR_OK)
		e = loop_signal(l, SIGHUP, on_reload, p, &p->signals[2]);
	if (e == ERR_OK)
		e = loop_timer(l, 1000, on_second, p, &p->second);
	if (e == ERR_OK)
		e = loop_watch(l, pipeline_client_fd(p->client), on_answer, p, &p->answers);
	return e;
}

/* All threads have them blocked; from now on this one takes them. */
static void unblock_signals(void)
{
	sigset_t all;

	sigemptyset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
}

enum err process_run(struct daemon *d)
{
	enum err e = watch_all(process_of(d));

	if (e == ERR_OK) {
		d->not_ready &= ~(unsigned)DAEMON_STARTING;
		e = failed("ports.json", ports_write(d));
	}
	if (e != ERR_OK)
		return e;
	log_write(LOG_INFO, "process", "ready: ingest %s, enrol %s, query %s, feed %s, http %s",
		  d->bound.ingest, d->bound.enrol, d->bound.query, d->bound.feed, d->bound.http);
	service_notify("READY=1");
	unblock_signals();
	return loop_run(d->loop);
}

static void end_at_once(int number)
{
	(void)number;
	_exit(1);
}

/* A second signal, or the alarm, ends what hangs. */
static void arm_alarm(void)
{
	struct sigaction now = { .sa_handler = end_at_once };

	sigaction(SIGALRM, &now, NULL);
	sigaction(SIGTERM, &now, NULL);
	sigaction(SIGINT, &now, NULL);
	unblock_signals();
	alarm(STOP_S);
}

void process_stop(struct daemon *d)
{
	struct process *p;

	if (!d)
		return;
	p = process_of(d);
	loop_source_free(p->second);
	loop_source_free(p->answers);
	for (size_t i = 0; i < sizeof(p->signals) / sizeof(p->signals[0]); i++)
		loop_source_free(p->signals[i]);
	arm_alarm();
	api_stop(d->api);
	pipeline_client_free(d->client);
	pipeline_client_free(p->client);
	notify_stop(d->notify);
	queries_stop(d->queries);
	pipeline_stop(d->pipeline);
	loop_free(d->loop);
	zap_stop(d->zap);
	store_close(d->store);
	if (!(d->not_ready & DAEMON_STARTING))
		ports_remove(d);
	clock_free(d->clock);
	curve_wipe(&d->keys);
	config_free(d->config);
	alarm(0);
	log_write(LOG_INFO, "process", "ended");
	free(p);
}
