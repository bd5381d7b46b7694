/* SPDX-License-Identifier: MIT */
/* From HTML to PDF by weasyprint, where it is installed: a child process without a shell, with limits
 * of time, memory and size. Any thread. */
#ifndef DAEMON_PAPERS_PDF_H
#define DAEMON_PAPERS_PDF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* Appends the PDF. epoch_s stands for the time in the file: the same page and time give the same
 * bytes. Ends the child where stop says so. ERR_NOTFOUND: weasyprint is not installed; ERR_TIMEOUT;
 * ERR_CLOSED: stopped; ERR_IO: it failed, and the log says how. */
enum err papers_pdf(struct bytes html, int64_t epoch_s, bool (*stop)(void *ctx), void *ctx,
		    struct buf *out);

#endif
