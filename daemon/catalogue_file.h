/* SPDX-License-Identifier: MIT */
/* The catalogue file that the daemon is told to take. */
#ifndef DAEMON_CATALOGUE_FILE_H
#define DAEMON_CATALOGUE_FILE_H

#include <limits.h>

#include "aggregator/catalogue/catalogue.h"
#include "base/diag.h"

/* Loads and checks it; what is wrong goes to the log. */
enum err catalogue_file_load(const char *path, struct catalogue **out);
/* The one that came with the program: false where there is none. */
bool catalogue_file_find(char out[PATH_MAX]);
/* Logs the errors of a list, in English; warnings are for --check-config. */
void catalogue_file_log(const struct diag_list *diags);

#endif
