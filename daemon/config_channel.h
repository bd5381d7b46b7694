/* SPDX-License-Identifier: MIT */
/* The list "notify" of minshengd.yaml: to whom alerts are told outside. */
#ifndef DAEMON_CONFIG_CHANNEL_H
#define DAEMON_CONFIG_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/lang.h"

enum config_channel_kind {
	CONFIG_WEBHOOK,	     /* one CloudEvent a transition, signed */
	CONFIG_ALERTMANAGER, /* Prometheus Alertmanager v2: what is open, again and again */
	CONFIG_SMTP,	     /* a digest by mail */
	CONFIG_WECOM,	     /* digests to chat bots */
	CONFIG_DINGTALK,
	CONFIG_FEISHU,
	CONFIG_CHANNEL_KINDS
};
const char *config_channel_kind_name(enum config_channel_kind k);

/* When a digest is made of what came since the last one. */
enum config_digest {
	CONFIG_DIGEST_NOW,     /* as soon as there is something */
	CONFIG_DIGEST_EVERY,   /* digest_ms after the last one */
	CONFIG_DIGEST_DAILY,   /* each day at digest_minute */
	CONFIG_DIGEST_MONTHLY, /* at digest_minute of the day that closes a period */
};

#define CONFIG_CHANNELS_MAX 32
#define CONFIG_CHANNEL_NAME 32 /* characters of a name */

/* Read-only once loaded. Texts belong to it and are never NULL; lists are separated by commas, and
 * "" means all. */
struct config_channel {
	char *name, *kind, *url, *secret_file, *user, *ca_file, *proxy, *private_net, *language;
	char *kinds, *severity, *units, *leads, *projects, *transitions;
	char *digest, *red_now, *quiet, *workdays, *since, *mail_from, *mail_to, *prefix;
	/* what the texts above say */
	enum config_channel_kind type;
	enum lang lang;
	bool private_allowed;	  /* may connect to addresses of private networks */
	uint64_t kind_mask;	  /* a bit an enum book_kind */
	uint32_t transition_mask; /* a bit an enum book_transition */
	unsigned least;		  /* enum book_severity */
	enum config_digest digest_when;
	int64_t digest_ms;
	int digest_minute;	  /* of the civil day */
	bool urgent;		  /* new reds do not wait for the digest */
	bool workdays_only;	  /* by the catalogue's calendar */
	bool from_start;	  /* a new channel begins with the first alert ever, not with the next */
	int quiet_from, quiet_to; /* minutes of the civil day; -1: never quiet */
};

struct config_load;
struct yaml_node;

/* Reads the list; faults go to the load. */
void config_channels_read(struct config_load *l, const struct yaml_node *list);
void config_channels_free(struct config_channel *channels, size_t count);
/* The reference: a commented example. */
void config_channels_reference(enum lang lang, FILE *to);

/* True where the list (separated by commas) is empty or has this word. */
bool config_channel_lists(const char *list, const char *word);

#endif
