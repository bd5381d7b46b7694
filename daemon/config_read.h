/* SPDX-License-Identifier: MIT */
/* One value of minshengd.yaml: what it has to look like, and what is wrong with it. Private to
 * config. */
#ifndef DAEMON_CONFIG_READ_H
#define DAEMON_CONFIG_READ_H

#include "base/yaml.h"
#include "daemon/config_schema.h"

enum config_fault {
	CONFIG_FAULT_UNKNOWN,
	CONFIG_FAULT_NOT_MAP,
	CONFIG_FAULT_NOT_LIST,
	CONFIG_FAULT_NOT_SCALAR,
	CONFIG_FAULT_COUNT,
	CONFIG_FAULT_SIZE,
	CONFIG_FAULT_RANGE,
	CONFIG_FAULT_ENDPOINT,
	CONFIG_FAULT_HTTP,
	CONFIG_FAULT_PORT_SAME,
	CONFIG_FAULT_CHOICE,
	CONFIG_FAULT_TIME,
	CONFIG_FAULT_LONG,
	CONFIG_FAULT_HOSTS,
	CONFIG_FAULT_NETWORKS,
	CONFIG_FAULT_ORIGINS,
	CONFIG_FAULT_PUBLIC
};

#define CONFIG_KEYS_MAX 64

/* What a load needs at hand. */
struct config_load {
	struct config *config;
	void *into; /* the struct that values are read into: config, or one of its channels */
	struct diag_list *diags;
	const char *file;			       /* "": the defaults */
	const struct yaml_node *seen[CONFIG_KEYS_MAX]; /* by row of the schema: where it was set */
	bool nomem;
};

/* Adds a fault at a node (NULL: at the file). allowed: what would be right. */
void config_fault(struct config_load *l, const struct yaml_node *at, enum config_fault what,
		  const char *key, const char *found, const char *allowed);
void *config_field(void *base, const struct config_key *k);
/* "listen.ingest" */
void config_key_path(const struct config_key *k, char out[64]);
/* tcp://...:0 or :* */
bool config_port_is_chosen(const char *endpoint);
/* Reads one value; at is NULL for a default. */
void config_read(struct config_load *l, const struct config_key *k, const struct yaml_node *at,
		 const char *text);

#endif
