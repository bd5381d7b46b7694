/* SPDX-License-Identifier: MIT */
/* The check of a catalogue file, for the command line of several programs. */
#ifndef CATALOGUE_CHECK_H
#define CATALOGUE_CHECK_H

#include <stdbool.h>
#include <stdio.h>

#include "base/lang.h"

/* Loads the file and prints every fault and warning, and one line of summary. quiet: nothing where
 * there is no error. The exit code: 0 without errors, 78 (EX_CONFIG) with some, 71 (EX_OSERR) where
 * memory ran out. */
int catalogue_check_main(const char *path, enum lang lang, bool quiet, FILE *out);

#endif
