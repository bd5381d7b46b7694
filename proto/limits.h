/* SPDX-License-Identifier: MIT */
/* The bounds of the wire. PROTOCOL.md states each of them. */
#ifndef PROTO_LIMITS_H
#define PROTO_LIMITS_H

#define LIMITS_VERSION 1
#define LIMITS_HEADER 32                  /* bytes before every body */
#define LIMITS_BATCH_ROWS 10000           /* rows a batch */
#define LIMITS_BATCH_BYTES (256 * 1024)   /* header and body of a batch */
#define LIMITS_MESSAGE_BYTES (300 * 1024) /* any message to the ingest and query sockets */
#define LIMITS_REPLY_BYTES (1024 * 1024)  /* any message from the daemon */
#define LIMITS_ENROL_BYTES 4096
#define LIMITS_DICTIONARY 4096            /* entries of each dictionary of a batch */
#define LIMITS_ID 64                      /* bytes of an id, a unit of measure, a stage */
#define LIMITS_REF 128                    /* bytes of a ref, an object id, a software name */
#define LIMITS_TEXT 2000                  /* bytes of a note, reason, link */
#define LIMITS_TOPIC 200                  /* bytes of a feed topic */
#define LIMITS_EPOCHS 16                  /* live epochs a reporter */
#define LIMITS_CREDIT (4 * 1024 * 1024)   /* bytes in flight a session, at most */

#define LIMITS_HELLO_TIMEOUT_MS 15000     /* no Welcome by then: connect anew */
#define LIMITS_SILENCE_TIMEOUT_MS 60000   /* nothing heard by then: connect anew */
#define LIMITS_PING_MS 20000              /* an idle client pings that often */
#define LIMITS_LINK_DOWN_MS 180000        /* no frame from a reporter: its link is down */

#endif
