/* SPDX-License-Identifier: MIT */
/* The reporter's own part of the catalogue, as last heard from the daemon and kept in the folder.
 * A slice never changes; a newer one takes its place, and users hold the old one as long as they
 * need it. */
#ifndef COLLECTORS_SLICE_H
#define COLLECTORS_SLICE_H

#include "proto/message.h"

struct slice;

/* Decodes a CatalogueSlice body; *out has one holder. */
enum err slice_new(struct bytes body, struct slice **out);
/* Any thread. Accept NULL. */
struct slice *slice_hold(struct slice *s);
void slice_release(struct slice *s);

const struct message_slice *slice_message(const struct slice *s);
struct bytes slice_body(const struct slice *s); /* as it came */
/* NULL where the slice, which may be NULL, has no such id. */
const struct message_measure *slice_find(const struct slice *s, struct bytes id);
/* By Chinese or English name, whole. */
const struct message_measure *slice_find_name(const struct slice *s, struct bytes name);
/* The measure whose id or name is the most like the text, or NULL where none is like it. */
const struct message_measure *slice_nearest(const struct slice *s, struct bytes text);
bool slice_has_unit(const struct message_measure *m, struct bytes unit);
bool slice_has_stage(const struct message_measure *m, struct bytes stage);

/* Where the newest slice lies: in memory and in a file of the folder. */
struct slice_shelf;

/* A file that is absent leaves the shelf empty; so does a damaged one, which is logged: the
 * daemon sends it again. */
enum err slice_shelf_open(const char *folder, struct slice_shelf **out);
void slice_shelf_close(struct slice_shelf *s); /* accepts NULL */
/* The newest slice, to be released, or NULL. Any thread. */
struct slice *slice_shelf_get(struct slice_shelf *s);
/* Keeps the body in memory, and in the file where that can be written; where not, it is logged, and
 * the daemon will be asked again. ERR_INVALID: it is no slice, nothing changed. */
enum err slice_shelf_put(struct slice_shelf *s, struct bytes body);

#endif
