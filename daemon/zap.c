/* SPDX-License-Identifier: MIT */
#include "daemon/zap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"

#define FRAME_MAX 256
#define MONITORS_MAX 4
#define ADDRESS "inproc://zeromq.zap.01"

struct zap {
	void *zmq;
	struct metrics *metrics;
	struct thread *thread;
	struct mutex *mutex;  /* protects keys, count, loaded, probe, wanted */
	struct zap_key *keys; /* sorted */
	size_t count;
	bool loaded;
	uint8_t probe[CURVE_KEY_LEN]; /* our own key while we test ourselves; else zero */
	void *wanted[MONITORS_MAX];   /* sockets of zap_monitor that the thread takes over */
	size_t wanted_count;
	struct log_limit log_unknown, log_bad, log_failed;
};

struct frame {
	uint8_t data[FRAME_MAX];
	size_t len;
};

static enum err map_errno(int number)
{
	return number == ETERM ? ERR_CLOSED : err_from_errno(number);
}

/* --- the table ------------------------------------------------------------------------------- */
static int compare_keys(const void *a, const void *b)
{
	return memcmp(((const struct zap_key *)a)->key, ((const struct zap_key *)b)->key,
		      CURVE_KEY_LEN);
}

void zap_set_keys(struct zap *z, struct zap_key **keys, size_t count)
{
	struct zap_key *old;
	uint64_t valid = 0;

	if (count > 0)
		qsort(*keys, count, sizeof(**keys), compare_keys);
	for (size_t i = 0; i < count; i++)
		valid += (*keys)[i].verdict == ZAP_ACCEPT;
	mutex_lock(z->mutex);
	old = z->keys;
	z->keys = *keys;
	z->count = count;
	z->loaded = true;
	mutex_unlock(z->mutex);
	*keys = NULL;
	free(old);
	metrics_set(z->metrics, METRIC_KEYS_VALID, valid);
}

enum zap_verdict zap_judge(struct zap *z, const uint8_t key[CURVE_KEY_LEN])
{
	struct zap_key wanted, *found = NULL;
	enum zap_verdict v = ZAP_LATER;

	memcpy(wanted.key, key, CURVE_KEY_LEN);
	mutex_lock(z->mutex);
	if (z->count > 0)
		found = bsearch(&wanted, z->keys, z->count, sizeof(wanted), compare_keys);
	if (found)
		v = found->verdict;
	else if (z->loaded)
		v = ZAP_UNKNOWN;
	mutex_unlock(z->mutex);
	return v;
}

static bool is_probe(struct zap *z, const uint8_t *key)
{
	bool same;

	mutex_lock(z->mutex);
	same = memcmp(z->probe, key, CURVE_KEY_LEN) == 0;
	mutex_unlock(z->mutex);
	return same;
}

/* --- requests -------------------------------------------------------------------------------- */
enum { VERSION, REQUEST_ID, DOMAIN, PEER_ADDRESS, IDENTITY, MECHANISM, KEY, FRAMES };

/* All frames of a request; frames beyond those known are read and forgotten. -1: none. */
static int receive(void *socket, struct frame frames[FRAMES])
{
	int n = 0, more = 1;
	size_t size = sizeof(more);

	while (more) {
		struct frame *f = &frames[n < FRAMES ? n : FRAMES - 1];
		int len = zmq_recv(socket, f->data, FRAME_MAX, n == 0 ? ZMQ_DONTWAIT : 0);

		if (len < 0)
			return -1;
		f->len = (size_t)len;
		if (zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) != 0)
			return -1;
		n++;
	}
	return n;
}

static bool frame_is(const struct frame *f, const char *text)
{
	return f->len == strlen(text) && memcmp(f->data, text, f->len) == 0;
}

static const struct answer {
	const char *status, *text;
	enum metric metric;
} answers[] = {
	[ZAP_ACCEPT] = { "200", "OK", METRIC_ZAP_ACCEPTED },
	[ZAP_LATER] = { "300", "try again later", METRIC_ZAP_LATER },
	[ZAP_UNKNOWN] = { "400", "unknown key", METRIC_ZAP_UNKNOWN_KEY },
	[ZAP_REVOKED] = { "400", "revoked key", METRIC_ZAP_REVOKED_KEY },
};
static const struct answer bad_request = { "400", "bad request", METRIC_ZAP_BAD_REQUEST };

static void reply(void *socket, const struct frame *id, const struct answer *a, const char *user)
{
	/* A reply that can't be sent: the handshake times out, and the peer tries again. */
	if (zmq_send(socket, "1.0", 3, ZMQ_SNDMORE) < 0 ||
	    zmq_send(socket, id->data, id->len, ZMQ_SNDMORE) < 0 ||
	    zmq_send(socket, a->status, 3, ZMQ_SNDMORE) < 0 ||
	    zmq_send(socket, a->text, strlen(a->text), ZMQ_SNDMORE) < 0 ||
	    zmq_send(socket, user, strlen(user), ZMQ_SNDMORE) < 0 || zmq_send(socket, "", 0, 0) < 0)
		log_write(LOG_WARN, "zap", "reply: %s", zmq_strerror(zmq_errno()));
}

static void log_rejected(struct zap *z, const struct frame f[FRAMES], const char *user,
			 const char *why)
{
	log_limited(&z->log_unknown, 20, LOG_WARN, "zap", "%s %.8s... from %.*s to %.*s", why, user,
		    (int)f[PEER_ADDRESS].len, (const char *)f[PEER_ADDRESS].data,
		    (int)f[DOMAIN].len, (const char *)f[DOMAIN].data);
}

static void judge(struct zap *z, void *socket, const struct frame f[FRAMES])
{
	const uint8_t *key = f[KEY].data;
	char user[CURVE_TEXT_LEN];
	enum zap_verdict v =
		frame_is(&f[DOMAIN], ZAP_DOMAIN_ENROL) ? ZAP_ACCEPT : zap_judge(z, key);

	curve_encode(key, user);
	reply(socket, &f[REQUEST_ID], &answers[v], v == ZAP_ACCEPT ? user : "");
	if (is_probe(z, key))
		return;
	metrics_add(z->metrics, answers[v].metric, 1);
	if (v == ZAP_UNKNOWN || v == ZAP_REVOKED)
		log_rejected(z, f, user, answers[v].text);
}

static void handle_request(struct zap *z, void *socket)
{
	struct frame f[FRAMES];
	int n = receive(socket, f);

	if (n < 0)
		return;
	if (n == FRAMES && frame_is(&f[VERSION], "1.0") && frame_is(&f[MECHANISM], "CURVE") &&
	    f[KEY].len == CURVE_KEY_LEN) {
		judge(z, socket, f);
		return;
	}
	metrics_add(z->metrics, METRIC_ZAP_BAD_REQUEST, 1);
	log_limited(&z->log_bad, 5, LOG_WARN, "zap", "a handshake without CURVE was refused");
	if (n > REQUEST_ID)
		reply(socket, &f[REQUEST_ID], &bad_request, "");
}

/* --- monitors -------------------------------------------------------------------------------- */
/* An event: number and value, then the address. -1: none waits. */
static int next_event(void *monitor, uint32_t *value)
{
	uint8_t head[6];
	uint16_t number;
	char address[FRAME_MAX];

	if (zmq_recv(monitor, head, sizeof(head), ZMQ_DONTWAIT) != (int)sizeof(head))
		return -1;
	if (zmq_recv(monitor, address, sizeof(address), ZMQ_DONTWAIT) < 0)
		return -1;
	memcpy(&number, head, sizeof(number));
	memcpy(value, head + 2, sizeof(*value));
	return number;
}

static void drain_monitor(struct zap *z, void *monitor)
{
	uint32_t value;
	int event;

	while ((event = next_event(monitor, &value)) >= 0) {
		if (event == ZMQ_EVENT_ACCEPTED) {
			metrics_add(z->metrics, METRIC_CONNECTIONS_OPENED, 1);
		} else if (event == ZMQ_EVENT_DISCONNECTED) {
			metrics_add(z->metrics, METRIC_CONNECTIONS_CLOSED, 1);
		} else if (event == ZMQ_EVENT_ACCEPT_FAILED) {
			metrics_add(z->metrics, METRIC_ACCEPT_FAILED, 1);
			log_limited(&z->log_failed, 5, LOG_WARN, "zap", "accept: %s",
				    zmq_strerror((int)value));
		} else if (event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL ||
			   event == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL) {
			metrics_add(z->metrics, METRIC_HANDSHAKE_BROKEN, 1);
			log_limited(&z->log_failed, 5, LOG_WARN, "zap",
				    "a connection broke off in its handshake");
		}
	}
}

enum err zap_monitor(struct zap *z, void *socket, const char *name)
{
	const int events = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_DISCONNECTED |
			   ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
			   ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;
	char address[64];
	void *pair;
	enum err e = ERR_FULL;

	snprintf(address, sizeof(address), "inproc://monitor.%s", name);
	pair = zmq_socket(z->zmq, ZMQ_PAIR);
	if (!pair)
		return map_errno(zmq_errno());
	if (zmq_socket_monitor(socket, address, events) != 0 || zmq_connect(pair, address) != 0) {
		e = map_errno(zmq_errno());
		zmq_close(pair);
		return e;
	}
	/* the pair moves to the thread with the lock as fence, and is used nowhere else again */
	mutex_lock(z->mutex);
	if (z->wanted_count < MONITORS_MAX) {
		z->wanted[z->wanted_count++] = pair;
		e = ERR_OK;
	}
	mutex_unlock(z->mutex);
	if (e != ERR_OK)
		zmq_close(pair);
	return e;
}

/* --- the thread ------------------------------------------------------------------------------ */
static void take_monitors(struct zap *z, zmq_pollitem_t *items, int *count)
{
	mutex_lock(z->mutex);
	while ((size_t)*count < z->wanted_count + 1) {
		items[*count] = (zmq_pollitem_t){ z->wanted[*count - 1], 0, ZMQ_POLLIN, 0 };
		++*count;
	}
	mutex_unlock(z->mutex);
}

static void serve(struct zap *z, void *socket)
{
	zmq_pollitem_t items[MONITORS_MAX + 1] = { { socket, 0, ZMQ_POLLIN, 0 } };
	int count = 1;

	for (;;) {
		take_monitors(z, items, &count);
		/* monitors that are added meanwhile wait for the next turn */
		if (zmq_poll(items, count, 500) < 0 && zmq_errno() != EINTR)
			break; /* ETERM: the end */
		if (items[0].revents)
			handle_request(z, socket);
		for (int i = 1; i < count; i++)
			if (items[i].revents)
				drain_monitor(z, items[i].socket);
	}
	for (int i = 1; i < count; i++)
		zmq_close(items[i].socket);
}

static void run(struct thread *self, void *arg)
{
	struct zap *z = arg;
	void *socket = zmq_socket(z->zmq, ZMQ_REP);
	enum err e = ERR_OK;
	int linger = 0;

	if (!socket || zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof(linger)) != 0 ||
	    zmq_bind(socket, ADDRESS) != 0)
		e = map_errno(zmq_errno());
	thread_ready(self, e);
	if (e == ERR_OK)
		serve(z, socket);
	if (socket)
		zmq_close(socket);
}

enum err zap_start(struct metrics *metrics, struct zap **out)
{
	struct zap *z = calloc(1, sizeof(*z));
	enum err e;

	if (!z)
		return ERR_NOMEM;
	z->metrics = metrics;
	e = mutex_new(&z->mutex);
	if (e == ERR_OK) {
		z->zmq = zmq_ctx_new();
		if (!z->zmq || zmq_ctx_set(z->zmq, ZMQ_IO_THREADS, 2) != 0 ||
		    zmq_ctx_set(z->zmq, ZMQ_BLOCKY, 0) != 0)
			e = map_errno(zmq_errno());
	}
	if (e == ERR_OK)
		e = thread_start("zap", run, z, &z->thread);
	if (e != ERR_OK) {
		zap_stop(z);
		return e;
	}
	*out = z;
	return ERR_OK;
}

void zap_stop(struct zap *z)
{
	if (!z)
		return;
	if (z->zmq)
		zmq_ctx_shutdown(z->zmq);
	thread_join(z->thread);
	while (z->zmq && zmq_ctx_term(z->zmq) != 0 && zmq_errno() == EINTR)
		;
	mutex_free(z->mutex);
	free(z->keys);
	free(z);
}

void *zap_context(const struct zap *z)
{
	return z->zmq;
}

/* --- the proof ------------------------------------------------------------------------------- */
static void set_probe(struct zap *z, const char *public_text)
{
	uint8_t key[CURVE_KEY_LEN] = { 0 };

	if (public_text && curve_decode(public_text, key) != ERR_OK)
		return;
	mutex_lock(z->mutex);
	memcpy(z->probe, key, sizeof(key));
	mutex_unlock(z->mutex);
}

/* What became of the handshake: whether the stranger is in. */
static enum err watch_handshake(void *monitor, bool *inside)
{
	const int64_t until = clock_monotonic_ms() + 5000;
	uint32_t value;

	for (;;) {
		zmq_pollitem_t item = { monitor, 0, ZMQ_POLLIN, 0 };
		int64_t left = until - clock_monotonic_ms();
		int event;

		if (left <= 0)
			return ERR_TIMEOUT;
		if (zmq_poll(&item, 1, left) < 0 && zmq_errno() != EINTR)
			return map_errno(zmq_errno());
		event = next_event(monitor, &value);
		*inside = event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
		if (*inside || event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)
			return ERR_OK;
	}
}

static bool connect_stranger(void *socket, const struct curve_pair *pair, const char *server,
			     const char *endpoint)
{
	const int linger = 0;

	return zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof(linger)) == 0 &&
	       zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server, CURVE_TEXT_LEN) == 0 &&
	       zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, pair->public_text, CURVE_TEXT_LEN) ==
		       0 &&
	       zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, pair->secret_text, CURVE_TEXT_LEN) ==
		       0 &&
	       zmq_connect(socket, endpoint) == 0;
}

static enum err prove_once(struct zap *z, const char *domain, const char *endpoint,
			   const char *server, const struct curve_pair *pair, bool *inside)
{
	const int type = strcmp(domain, ZAP_DOMAIN_FEED) == 0 ? ZMQ_SUB : ZMQ_DEALER;
	const int events = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
	void *socket = zmq_socket(z->zmq, type), *monitor = zmq_socket(z->zmq, ZMQ_PAIR);
	char watch[64]; /* a name that is given back only after a while */
	enum err e;

	snprintf(watch, sizeof(watch), "inproc://probe.%s", domain);
	if (socket && monitor && zmq_socket_monitor(socket, watch, events) == 0 &&
	    zmq_connect(monitor, watch) == 0 && connect_stranger(socket, pair, server, endpoint))
		e = watch_handshake(monitor, inside);
	else
		e = map_errno(zmq_errno());
	if (socket) {
		zmq_socket_monitor(socket, NULL, 0);
		zmq_close(socket);
	}
	if (monitor)
		zmq_close(monitor);
	return e;
}

/* What one connects to in order to reach a socket that listens on all addresses. */
static void reach(const char *endpoint, char out[160])
{
	static const char *const all[][2] = { { "tcp://0.0.0.0:", "tcp://127.0.0.1:" },
					      { "tcp://[::]:", "tcp://[::1]:" } };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		size_t n = strlen(all[i][0]);

		if (strncmp(endpoint, all[i][0], n) == 0) {
			snprintf(out, 160, "%s%s", all[i][1], endpoint + n);
			return;
		}
	}
	snprintf(out, 160, "%s", endpoint);
}

enum err zap_prove(struct zap *z, const char *domain, const char *endpoint,
		   const char *server_public)
{
	const bool strangers_enter = strcmp(domain, ZAP_DOMAIN_ENROL) == 0;
	struct curve_pair pair;
	char address[160];
	bool inside = false;
	enum err e = curve_generate(&pair);

	if (e != ERR_OK)
		return e;
	reach(endpoint, address);
	set_probe(z, pair.public_text);
	e = prove_once(z, domain, address, server_public, &pair, &inside);
	set_probe(z, NULL);
	curve_wipe(&pair);
	if (e == ERR_OK && inside != strangers_enter)
		e = ERR_DENIED;
	return e;
}
