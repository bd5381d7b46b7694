/* SPDX-License-Identifier: MIT */
#include "aggregator/progress/month.h"

#define RATIO 0x8000u
#define KIND_SHIFT 5
#define WITH_ADDS 0x80u

_Static_assert(MONTH_HEADER + MONTH_GROUP_MAX(true) + 20 < 2020, "stays off overflow pages");

/* --- reading ---------------------------------------------------------------------------------- */
struct month_reader month_read(struct bytes value, int32_t from)
{
	struct month_reader r = { .reader = reader_of(value), .from = from };

	r.ratio = (reader_u16(&r.reader) & RATIO) != 0;
	return r;
}

static bool next_group(struct month_reader *r)
{
	uint64_t delta, count;

	if (!reader_left(&r->reader))
		return false;
	delta = reader_varint(&r->reader);
	count = reader_varint(&r->reader);
	if (r->reader.failed || delta > FIGURES_DAY_MAX || count == 0 || count > 31) {
		r->reader.failed = true;
		return false;
	}
	r->known = r->from + (int32_t)delta;
	r->left = count;
	return true;
}

static void read_set(struct reader *r, bool ratio, struct month_record *out)
{
	uint64_t revision, back, row;

	if (out->kind == FIGURE_NONE)
		return;
	revision = reader_varint(r);
	back = reader_varint(r);
	row = reader_varint(r);
	if (revision > UINT32_MAX || back > out->touch || row > FIGURES_ROW_MAX)
		r->failed = true;
	out->revision = (uint32_t)revision;
	out->set_position = out->touch - back;
	out->set_row = (uint32_t)row;
	if (out->kind != FIGURE_SET)
		return;
	out->set = reader_zigzag(r);
	if (ratio)
		out->set_below = reader_zigzag(r);
}

static void read_adds(struct reader *r, bool ratio, struct month_record *out)
{
	uint64_t adds = reader_varint(r);

	if (!adds || adds > FIGURES_ADDS_MAX)
		r->failed = true;
	out->adds = (uint32_t)adds;
	out->add = reader_zigzag(r);
	if (ratio)
		out->add_below = reader_zigzag(r);
}

bool month_next(struct month_reader *r, struct month_record *out)
{
	uint8_t head;

	if (r->reader.failed || (!r->left && !next_group(r)))
		return false;
	r->left--;
	head = reader_u8(&r->reader);
	*out = (struct month_record){ .known = r->known, .day = head & 31u,
				      .kind = (enum figure_kind)(head >> KIND_SHIFT & 3u) };
	out->touch = reader_varint(&r->reader);
	if (!out->day || out->kind > FIGURE_GONE || out->touch > FIGURES_POSITION_MAX)
		r->reader.failed = true;
	read_set(&r->reader, r->ratio, out);
	if (head & WITH_ADDS)
		read_adds(&r->reader, r->ratio, out);
	return !r->reader.failed;
}

bool month_failed(const struct month_reader *r)
{
	return r->reader.failed;
}

enum err month_tail(struct bytes value, int32_t from, size_t *offset, int32_t *known)
{
	struct reader r = reader_of(value);
	size_t at = reader_u16(&r) & ~RATIO;
	uint64_t delta;

	if (at < MONTH_HEADER || at >= value.len)
		return ERR_CORRUPT;
	r = reader_of(bytes_of(value.data + at, value.len - at));
	delta = reader_varint(&r);
	if (r.failed || delta > FIGURES_DAY_MAX)
		return ERR_CORRUPT;
	*offset = at;
	*known = from + (int32_t)delta;
	return ERR_OK;
}

struct figures_stored month_stored(const struct month_record *r, int32_t first)
{
	return (struct figures_stored){
		.figure = {
			.as_of = (uint16_t)(first + (int32_t)r->day - 1),
			.known = (uint16_t)r->known,
			.revision = r->revision,
			.set = r->kind == FIGURE_NONE ? 0 : figure_set(r->set_position, r->set_row, r->kind),
			.touch = figure_touch(r->touch, r->adds),
		},
		.set = r->set, .add = r->add,
		.set_below = r->set_below, .add_below = r->add_below,
	};
}

/* --- writing ---------------------------------------------------------------------------------- */
static void write_record(struct buf *out, const struct figures *f, uint32_t at, int32_t first)
{
	const struct figure *item = &f->items[at];
	enum figure_kind kind = figure_kind(item);
	unsigned day = (unsigned)(item->as_of - first) + 1;
	uint32_t adds = figure_adds(item);

	buf_put_u8(out, (uint8_t)(day | (unsigned)kind << KIND_SHIFT | (adds ? WITH_ADDS : 0u)));
	buf_put_varint(out, figure_position(item));
	if (kind != FIGURE_NONE) {
		uint64_t place = item->set >> 2;

		buf_put_varint(out, item->revision);
		buf_put_varint(out, figure_position(item) - (place >> 14));
		buf_put_varint(out, place & FIGURES_ROW_MAX);
	}
	if (kind == FIGURE_SET) {
		buf_put_zigzag(out, item->cum - figures_add(f, at));
		if (f->ratio)
			buf_put_zigzag(out, f->below[at].cum - f->below[at].add);
	}
	if (!adds)
		return;
	buf_put_varint(out, adds);
	buf_put_zigzag(out, figures_add(f, at));
	if (f->ratio)
		buf_put_zigzag(out, f->below[at].add);
}

void month_write(struct buf *out, struct bytes kept, const struct figures *f, uint32_t from,
		 uint32_t to, int32_t first, int32_t key_known, int32_t known)
{
	size_t begin = out->len, offset = kept.len ? kept.len : MONTH_HEADER;
	uint64_t count = 0;

	for (uint32_t i = from; i < to; i++)
		count += f->items[i].known == known;
	if (kept.len)
		buf_put(out, kept);
	else
		buf_put_u16(out, 0);
	buf_put_varint(out, (uint64_t)(known - key_known));
	buf_put_varint(out, count);
	for (uint32_t i = from; i < to; i++) {
		if (f->items[i].known == known)
			write_record(out, f, i, first);
	}
	if (!buf_error(out))
		bytes_store16(out->data + begin,
			      (uint16_t)(offset | (f->ratio ? RATIO : 0u)));
}
