/* SPDX-License-Identifier: MIT */
/* What the minsheng program may look at behind the library's handle. */
#ifndef COLLECTORS_CLIENT_H
#define COLLECTORS_CLIENT_H

#include "collectors/outbox.h"

/* Ends the sending: when it returns, all that became of rows was told. */
void client_stop_sending(struct minsheng *m);
struct outbox *client_outbox(struct minsheng *m); /* belongs to m */
struct slice *client_slice(struct minsheng *m);   /* NULL, or to be released */

#endif
