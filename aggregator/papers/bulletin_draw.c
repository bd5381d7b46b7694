/* SPDX-License-Identifier: MIT */
#include "aggregator/papers/bulletin_draw.h"

#include "aggregator/papers/bulletin_words.h"

bool bulletin_draw_zh(const struct bulletin_draw *d)
{
	return d->b->lang == LANG_ZH;
}

const char *bulletin_draw_pick(const struct bulletin_draw *d, const char *chinese, const char *english)
{
	return bulletin_draw_zh(d) ? chinese : english;
}

void bulletin_draw_put(struct bulletin_draw *d, const char *source)
{
	if (d->text.failed && !d->p->error)
		d->p->error = ERR_NOMEM;
	paper_cell_lock(d->p, &d->table, source, buf_cstring(&d->text));
	buf_clear(&d->text);
}

void bulletin_draw_count(struct bulletin_draw *d, unsigned long n, const char *source)
{
	buf_printf(&d->text, "%lu", n);
	bulletin_draw_put(d, source);
}

void bulletin_draw_unit(struct bulletin_draw *d, uint16_t unit)
{
	paper_cell(d->p, &d->table, lang_pick(d->c->units[unit].name, d->b->lang));
}

void bulletin_draw_light(struct bulletin_draw *d, enum light l)
{
	buf_printf(&d->text, "%s %s", bulletin_words_icon(l), lang_pick(light_word(l), d->b->lang));
	bulletin_draw_put(d, "lights/light");
}

struct bulletin_draw bulletin_draw_begin(const struct bulletin *b, struct paper *p)
{
	return (struct bulletin_draw){ .b = b, .c = b->catalogue, .p = p };
}

void bulletin_draw_end(struct bulletin_draw *d)
{
	paper_table_end(d->p, &d->table);
	buf_free(&d->text);
}

struct bulletin_draw_tally bulletin_draw_tally(const struct bulletin *b, uint16_t unit, bool leads)
{
	const struct catalogue *c = b->catalogue;
	struct bulletin_draw_tally n = { 0 };

	for (size_t i = 0; i < b->facts.light_count; i++) {
		const struct bulletin_light *l = &b->facts.lights[i];
		uint16_t lead = c->items[c->measures[l->measure].item].lead;

		if (leads ? l->unit != c->city || lead != unit : l->unit != unit)
			continue;
		n.lights[l->light]++;
		n.judged += l->light != LIGHT_NONE;
		n.silent += l->silent && l->light != LIGHT_NONE;
		n.red_before += l->before == LIGHT_RED;
	}
	return n;
}
