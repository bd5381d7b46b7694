/* SPDX-License-Identifier: MIT */
#include "aggregator/alerts/book.h"

static bool names_measure(const struct book_record *r, uint16_t measure)
{
	if (measure < BOOK_MASK_BITS)
		return r->value >> measure & 1;
	return measure < 2 * BOOK_MASK_BITS && r->goal >> (measure - BOOK_MASK_BITS) & 1;
}

static bool names_item(const struct catalogue *c, const struct book_record *r, size_t item)
{
	for (uint16_t m = 0; m < c->measure_count; m++)
		if (c->measures[m].item == item && names_measure(r, m))
			return true;
	return false;
}

void book_items(const struct catalogue *c, const struct book_record *r, struct buf *out)
{
	const char *between = "";

	for (size_t i = 0; i < c->item_count; i++) {
		if (!names_item(c, r, i))
			continue;
		buf_put_string(out, between);
		buf_put_string(out, c->items[i].id);
		between = ", ";
	}
}
