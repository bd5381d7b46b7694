/* SPDX-License-Identifier: MIT */
/* XML as it comes, without entities of its own, without documents outside, and not too deep. The only
 * file that knows expat. */
#ifndef COLLECTORS_XLSX_XML_H
#define COLLECTORS_XLSX_XML_H

#include "base/bytes.h"
#include "base/err.h"

/* Names come without their prefix. A handler's error ends the reading. */
struct xlsx_handlers {
	/* attributes: name, value, name, value, ..., NULL */
	enum err (*begin)(void *ctx, const char *name, const char *const *attributes);
	enum err (*end)(void *ctx, const char *name);
	enum err (*text)(void *ctx, struct bytes text); /* may come in pieces */
	void *ctx;
};

struct xlsx_xml;

enum err xlsx_xml_new(const struct xlsx_handlers *handlers, struct xlsx_xml **out);
void xlsx_xml_free(struct xlsx_xml *x); /* accepts NULL */
/* A piece of the document; x is a struct xlsx_xml. ERR_INVALID: it is not well-formed, or declares a
 * document type. */
enum err xlsx_xml_feed(void *x, struct bytes piece);
enum err xlsx_xml_end(struct xlsx_xml *x);
/* The attribute, with or without prefix, or NULL. */
const char *xlsx_xml_attribute(const char *const *attributes, const char *name);

#endif
