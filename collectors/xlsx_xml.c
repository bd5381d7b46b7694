/* SPDX-License-Identifier: MIT */
#include "collectors/xlsx_xml.h"

#include <expat.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64

struct xlsx_xml {
	struct xlsx_handlers handlers;
	XML_Parser parser;
	unsigned depth;
	enum err e; /* the first one */
};

static void stop(struct xlsx_xml *x, enum err e)
{
	if (e == ERR_OK || x->e != ERR_OK)
		return;
	x->e = e;
	XML_StopParser(x->parser, XML_FALSE);
}

static const char *without_prefix(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon ? colon + 1 : name;
}

static void XMLCALL on_begin(void *ctx, const char *name, const char **attributes)
{
	struct xlsx_xml *x = ctx;

	if (x->e != ERR_OK)
		return;
	if (++x->depth > DEPTH_MAX)
		stop(x, ERR_INVALID);
	else if (x->handlers.begin)
		stop(x, x->handlers.begin(x->handlers.ctx, without_prefix(name),
					  (const char *const *)attributes));
}

static void XMLCALL on_end(void *ctx, const char *name)
{
	struct xlsx_xml *x = ctx;

	if (x->e != ERR_OK)
		return;
	x->depth--;
	if (x->handlers.end)
		stop(x, x->handlers.end(x->handlers.ctx, without_prefix(name)));
}

static void XMLCALL on_text(void *ctx, const char *text, int len)
{
	struct xlsx_xml *x = ctx;

	if (x->e == ERR_OK && x->handlers.text)
		stop(x, x->handlers.text(x->handlers.ctx, bytes_of(text, (size_t)len)));
}

/* Entities, and documents outside, come by way of one: no workbook has it. */
static void XMLCALL on_doctype(void *ctx, const char *name, const char *sysid, const char *pubid,
			       int subset)
{
	(void)name, (void)sysid, (void)pubid, (void)subset;
	stop(ctx, ERR_INVALID);
}

enum err xlsx_xml_new(const struct xlsx_handlers *handlers, struct xlsx_xml **out)
{
	struct xlsx_xml *x = calloc(1, sizeof(*x));

	*out = NULL;
	if (!x || !(x->parser = XML_ParserCreate(NULL))) {
		free(x);
		return ERR_NOMEM;
	}
	x->handlers = *handlers;
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_begin, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
	*out = x;
	return ERR_OK;
}

void xlsx_xml_free(struct xlsx_xml *x)
{
	if (!x)
		return;
	XML_ParserFree(x->parser);
	free(x);
}

static enum err parse(struct xlsx_xml *x, struct bytes piece, int last)
{
	if (x->e == ERR_OK &&
	    XML_Parse(x->parser, (const char *)piece.data, (int)piece.len, last) != XML_STATUS_OK &&
	    x->e == ERR_OK)
		x->e = XML_GetErrorCode(x->parser) == XML_ERROR_NO_MEMORY ? ERR_NOMEM : ERR_INVALID;
	return x->e;
}

enum err xlsx_xml_feed(void *x, struct bytes piece)
{
	return parse(x, piece, XML_FALSE);
}

enum err xlsx_xml_end(struct xlsx_xml *x)
{
	return parse(x, bytes_of("", 0), XML_TRUE);
}

const char *xlsx_xml_attribute(const char *const *attributes, const char *name)
{
	for (; attributes[0]; attributes += 2)
		if (strcmp(without_prefix(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}
