/* SPDX-License-Identifier: MIT */
/* From rows of the alert log to the message that a channel's receiver understands. The same rows
 * give the same message: a repeat is recognised by its id. */
#ifndef DAEMON_NOTIFY_FORM_H
#define DAEMON_NOTIFY_FORM_H

#include "base/arena.h"
#include "daemon/notify_lane.h"

#define NOTIFY_ID 96 /* characters of a message's id, with NUL */

/* What a message is made from. */
struct notify_view {
	struct query *q;
	const struct catalogue *c;
	const struct config_channel *config;
	const struct buf *secret; /* the channel's secret file */
	const char *public_url;	  /* begins the links, or "" */
	const uint8_t *store;	  /* its incarnation, 16 bytes */
	struct arena *arena;
	int64_t now_ms;	   /* never before what the log says */
	int64_t signed_ms; /* by the machine's clock: receivers compare signatures with theirs */
};

/* The message of an item. ERR_NOTFOUND: none of its rows is to be told (any more). */
enum err notify_form(const struct notify_view *v, const struct notify_item *item,
		     struct notify_request *out);
/* A message that says that it is a test. */
enum err notify_form_test(const struct notify_view *v, struct notify_request *out);

/* --- one file a kind -------------------------------------------------------------------------- */
enum err notify_event(const struct notify_view *v, const struct notify_item *item,
		      struct notify_request *out); /* notify_event.c */
enum err notify_event_test(const struct notify_view *v, struct notify_request *out);
enum err notify_manager(const struct notify_view *v, const struct notify_item *item,
			struct notify_request *out); /* notify_manager.c */
enum err notify_manager_test(const struct notify_view *v, struct notify_request *out);

/* What a digest says, whoever gets it. */
struct notify_digest {
	struct notify_item item;
	const struct book_record *rows; /* the newest row of each alert, the worst first */
	size_t count;
	unsigned open[BOOK_SEVERITY_END], resolved;
	int64_t newest_ms;
	bool test;
};
enum err notify_digest(const struct notify_view *v, const struct notify_item *item,
		       struct notify_digest *out); /* notify_digest.c */
/* "民生实事预警：红灯 2 黄灯 5 解除 1" */
void notify_digest_title(const struct notify_view *v, const struct notify_digest *d,
			 struct buf *out);
/* "✕ ..." of a row, on one line. */
void notify_digest_line(const struct notify_view *v, const struct book_record *r, struct buf *out);
/* The page that shows just this; nothing where no public_url is known. */
void notify_digest_link(const struct notify_view *v, const struct notify_digest *d,
			struct buf *out);
/* A link to one alert. */
void notify_digest_alert_link(const struct notify_view *v, const char *id, struct buf *out);

enum err notify_bot(const struct notify_view *v, const struct notify_digest *d,
		    struct notify_request *out); /* notify_bot.c */
enum err notify_mail(const struct notify_view *v, const struct notify_digest *d,
		     struct notify_request *out); /* notify_mail.c */

/* Adds "Name: value". */
void notify_form_header(struct notify_request *r, const char *name, const char *value);

#endif
