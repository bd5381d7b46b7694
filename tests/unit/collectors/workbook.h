/* SPDX-License-Identifier: MIT */
/* Workbooks for tests: parts in a zip file, not packed. */
#ifndef TESTS_COLLECTORS_WORKBOOK_H
#define TESTS_COLLECTORS_WORKBOOK_H

#include <stdint.h>

#include "base/buf.h"

struct workbook_part {
	const char *name;
	struct bytes data;
};

static inline void workbook_u16(struct buf *b, unsigned v)
{
	buf_put_u8(b, (uint8_t)v);
	buf_put_u8(b, (uint8_t)(v >> 8));
}

static inline void workbook_u32(struct buf *b, uint32_t v)
{
	workbook_u16(b, v & 0xffff);
	workbook_u16(b, v >> 16);
}

static inline uint32_t workbook_crc(struct bytes b)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < b.len; i++) {
		crc ^= b.data[i];
		for (int k = 0; k < 8; k++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

/* What both headers of a part have in common. */
static inline void workbook_head(struct buf *b, const struct workbook_part *p)
{
	workbook_u16(b, 20);
	workbook_u16(b, 0);
	workbook_u16(b, 0); /* stored */
	workbook_u32(b, 0x00210000);
	workbook_u32(b, workbook_crc(p->data));
	workbook_u32(b, (uint32_t)p->data.len);
	workbook_u32(b, (uint32_t)p->data.len);
	workbook_u16(b, (unsigned)strlen(p->name));
	workbook_u16(b, 0);
}

static inline void workbook_zip(struct buf *out, const struct workbook_part *parts, size_t count)
{
	struct buf directory = { 0 };
	size_t at;

	for (size_t i = 0; i < count; i++) {
		at = out->len;
		workbook_u32(out, 0x04034b50);
		workbook_head(out, &parts[i]);
		buf_put_string(out, parts[i].name);
		buf_put(out, parts[i].data);
		workbook_u32(&directory, 0x02014b50);
		workbook_u16(&directory, 20);
		workbook_head(&directory, &parts[i]);
		workbook_u16(&directory, 0);
		workbook_u16(&directory, 0);
		workbook_u16(&directory, 0);
		workbook_u32(&directory, 0);
		workbook_u32(&directory, (uint32_t)at);
		buf_put_string(&directory, parts[i].name);
	}
	at = out->len;
	buf_put(out, buf_bytes(&directory));
	workbook_u32(out, 0x06054b50);
	workbook_u32(out, 0);
	workbook_u16(out, (unsigned)count);
	workbook_u16(out, (unsigned)count);
	workbook_u32(out, (uint32_t)directory.len);
	workbook_u32(out, (uint32_t)at);
	workbook_u16(out, 0);
	buf_free(&directory);
}

/* A workbook of one sheet; strings may be NULL. Styles: 0 plain, 1 a day, 2 per cent, 3 a day of its own. */
static inline void workbook_of(struct buf *out, struct bytes sheet, const char *strings, bool from_1904)
{
	const char *book = from_1904 ?
		"<workbook xmlns:r=\"r\"><workbookPr date1904=\"1\"/><sheets>"
		"<sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>" :
		"<workbook xmlns:r=\"r\"><sheets><sheet name=\"Hidden\" sheetId=\"2\" state=\"hidden\" r:id=\"rId9\"/>"
		"<sheet name=\"A\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
	const struct workbook_part parts[] = {
		{ "xl/workbook.xml", bytes_of_string(book) },
		{ "xl/_rels/workbook.xml.rels",
		  bytes_of_string("<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/>"
				  "</Relationships>") },
		{ "xl/styles.xml",
		  bytes_of_string("<styleSheet><numFmts><numFmt numFmtId=\"164\" "
				  "formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\"/></numFmts>"
				  "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/>"
				  "<xf numFmtId=\"14\"/><xf numFmtId=\"10\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>") },
		{ "xl/worksheets/sheet1.xml", sheet },
		{ "xl/sharedStrings.xml", bytes_of_string(strings ? strings : "<sst/>") },
	};

	workbook_zip(out, parts, sizeof(parts) / sizeof(*parts));
}

#endif
