/* SPDX-License-Identifier: MIT */
/* minshengd.yaml: one schema table gives type, range, default, unit and help of every key.
 * Everything has a default that runs. */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/diag.h"
#include "base/err.h"
#include "base/lang.h"
#include "base/log.h"
#include "daemon/config_channel.h"

/* Read-only once loaded, shared by all threads. Texts belong to the config, are never NULL, and
 * are "" where nothing is set and no default is known. */
struct config {
	char *file; /* the file it was read from; "" for the defaults */

	char *store;	 /* folder of the store; made where absent */
	char *catalogue; /* catalogue file; "": the one that the store holds */
	char *runtime;	 /* folder of ports.json, made where absent */
	char *key_file;	 /* secret CURVE key; made at the first start */
	char *public_url; /* where people reach the pages: begins the links of messages; or "" */

	/* tcp://ADDRESS:PORT; port 0 or *: chosen by the kernel, told in ports.json */
	char *ingest;
	char *enrol;
	char *query;
	char *feed;
	char *http;	     /* ADDRESS:PORT (port 0: the kernel's choice), or "off" */
	char *users_file;    /* who may sign in; made when the first one is added */
	char *web_root;	     /* folder of the page's files in place of the built-in ones; "" */
	/* words with spaces between them */
	char *web_hosts;     /* names in Host beside those of loopback */
	char *web_proxies;   /* networks whose X-Forwarded-* headers are believed */
	char *web_frames;    /* origins whose pages may show ours in a frame */
	bool web_signed_in;  /* readers on this machine have to sign in too */
	uint32_t session_idle_s, session_life_s;
	char *control;	     /* path of the control socket */
	char *control_group; /* may use the control socket beside its owner; "": nobody */

	bool clock_manual;	/* stands still until it is set; for tests and rehearsals */
	int64_t clock_start_ms; /* of a manual clock */

	uint32_t peers;	       /* sessions on the ingest socket */
	uint32_t credit_bytes; /* in flight a session at most */
	uint32_t group_bytes;  /* taken from the queue a group commit */
	uint32_t queue_bytes;  /* all credit together */
	uint64_t map_bytes;    /* address space of the store */
	uint32_t http_clients;
	uint32_t stream_clients; /* open event streams */

	struct config_channel *notify; /* channels to the outside */
	size_t notify_count;

	enum log_level log_level;
};

/* Reads a file; NULL gives the defaults. Every fault is added to diags; ERR_INVALID then. Relative
 * paths in the file are taken from the file's own folder. */
enum err config_load(const char *file, struct diag_list *diags, struct config **out);
/* In place of web.root. ERR_NOMEM. */
enum err config_set_web_root(struct config *c, const char *folder);
void config_free(struct config *c); /* accepts NULL */

/* The reference of all keys as a commented file that loads: what --print-config shows. */
void config_reference(enum lang lang, FILE *to);

#endif
