/* SPDX-License-Identifier: MIT */
/* The table of all keys of minshengd.yaml. Private to config. */
#ifndef DAEMON_CONFIG_SCHEMA_H
#define DAEMON_CONFIG_SCHEMA_H

#include <stddef.h>

#include "base/lang.h"
#include "daemon/config.h"

/* Texts come first: config_free relies on it. */
enum config_type {
	CONFIG_PATH,     /* text; relative to the file's folder */
	CONFIG_WORD,     /* text as it stands */
	CONFIG_ENDPOINT, /* tcp://ADDRESS:PORT */
	CONFIG_HTTP,     /* ADDRESS:PORT or off */
	CONFIG_HOSTS,    /* these three: words, as a list or with spaces or commas between */
	CONFIG_NETWORKS,
	CONFIG_ORIGINS,
	CONFIG_COUNT,    /* a whole number */
	CONFIG_SIZE,     /* bytes, with KiB, MiB, GiB */
	CONFIG_CLOCK,    /* system, manual */
	CONFIG_READING,  /* open, signed_in */
	CONFIG_TIME,     /* RFC 3339 */
	CONFIG_LEVEL     /* error, warn, info, debug */
};

struct config_key {
	const char *section; /* "" for the top */
	const char *name;
	enum config_type type;
	size_t offset;       /* into struct config */
	size_t width;        /* bytes of a number there */
	uint64_t min, max;   /* of numbers */
	const char *standard; /* default, as it would be written */
	struct lang_text help;
};

extern const struct config_key config_keys[];
extern const size_t config_key_count;

#endif
