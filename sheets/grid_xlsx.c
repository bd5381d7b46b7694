/* SPDX-License-Identifier: MIT */
/* A book of sheets as an Excel workbook. libxlsxwriter gives its zip entries a fixed time, and takes
 * the day of creation from the properties: the same book gives the same bytes. */
#include "sheets/grid.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/fs.h"
#include "base/log.h"

#define PREFIX ".paper-"
#define FILE_MAX ((size_t)64 << 20)
#define EXACT_MAX (INT64_C(1) << 53) /* beyond it a double is no exact number any more */
#define EXCEL_EPOCH 25569	     /* 1970-01-01, in days of Excel's own count */
#define FONT_SIZE 10.5
#define A4 9
#define HEAD_ROW 2 /* title, note, heads, then the rows */
#define HEAD_HEIGHT 30
#define LINE_HEIGHT 15
#define LINES_MAX 20
#define FOOTER_MAX 255

enum look { LOOK_TEXT, LOOK_WRAPPED, LOOK_DAY, LOOK_NUMBER, LOOKS = LOOK_NUMBER + 10 };

struct draw {
	const struct grid_book *book;
	lxw_workbook *workbook;
	lxw_format *formats[GRID_TONES][LOOKS]; /* made when they are first needed */
	lxw_format *title, *note, *head, *link, *prose;
};

/* Measured for contrast and for eyes that see no red or no green; with a sign and a word each. */
static const struct {
	uint32_t fill, text;
} tones[GRID_TONES] = {
	[GRID_GREEN] = { 0x5BB98C, 0x06281A },	 [GRID_YELLOW] = { 0xFFC043, 0x1A1A1A },
	[GRID_RED] = { 0x9B1C1C, 0xFFFFFF },	 [GRID_DONE] = { 0x184E8C, 0xFFFFFF },
	[GRID_REACHED] = { 0xD6E4F5, 0x0B2A4D }, [GRID_QUIET] = { 0xEEF0F2, 0x343A40 },
	[GRID_INVENTED] = { 0, 0x555555 },
};

static enum err error_of(lxw_error e)
{
	switch (e) {
	case LXW_NO_ERROR:
		return ERR_OK;
	case LXW_ERROR_MEMORY_MALLOC_FAILED:
		return ERR_NOMEM;
	case LXW_ERROR_CREATING_XLSX_FILE:
	case LXW_ERROR_CREATING_TMPFILE:
	case LXW_ERROR_READING_TMPFILE:
	case LXW_ERROR_ZIP_FILE_OPERATION:
		return ERR_IO;
	default:
		return ERR_RANGE;
	}
}

/* --- formats ---------------------------------------------------------------------------------- */

static lxw_format *new_format(struct draw *d, double size)
{
	lxw_format *f = workbook_add_format(d->workbook);

	if (f == NULL)
		return NULL;
	format_set_font_name(f, d->book->lang == LANG_ZH ? "仿宋" : "Calibri");
	format_set_font_size(f, size);
	format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
	return f;
}

static void set_number(lxw_format *f, unsigned decimals)
{
	char pattern[16] = "0.000000000";

	pattern[decimals ? 2 + decimals : 1] = '\0';
	format_set_num_format(f, pattern);
}

static void set_look(lxw_format *f, unsigned look)
{
	if (look == LOOK_WRAPPED)
		format_set_text_wrap(f);
	else if (look == LOOK_DAY)
		format_set_num_format(f, "yyyy-mm-dd");
	else if (look >= LOOK_NUMBER)
		set_number(f, look - LOOK_NUMBER);
}

static lxw_format *format_of(struct draw *d, enum grid_tone tone, unsigned look)
{
	lxw_format **at = &d->formats[tone][look];

	if (*at != NULL || (*at = new_format(d, FONT_SIZE)) == NULL)
		return *at;
	format_set_border(*at, LXW_BORDER_THIN);
	format_set_border_color(*at, 0xB8BEC6);
	set_look(*at, look);
	if (tone == GRID_INVENTED)
		format_set_italic(*at);
	if (tones[tone].text)
		format_set_font_color(*at, tones[tone].text);
	if (tones[tone].fill)
		format_set_bg_color(*at, tones[tone].fill);
	return *at;
}

static bool make_formats(struct draw *d)
{
	d->title = new_format(d, 16);
	d->note = new_format(d, 9);
	d->head = new_format(d, FONT_SIZE);
	d->link = new_format(d, FONT_SIZE);
	d->prose = new_format(d, FONT_SIZE);
	if (!d->title || !d->note || !d->head || !d->link || !d->prose)
		return false;
	format_set_bold(d->title);
	format_set_font_color(d->note, 0x555555);
	format_set_bold(d->head);
	format_set_text_wrap(d->head);
	format_set_align(d->head, LXW_ALIGN_CENTER);
	format_set_border(d->head, LXW_BORDER_THIN);
	format_set_bg_color(d->head, 0xE3E9F0);
	format_set_border(d->link, LXW_BORDER_THIN);
	format_set_border_color(d->link, 0xB8BEC6);
	format_set_font_color(d->link, 0x184E8C);
	format_set_underline(d->link, LXW_UNDERLINE_SINGLE);
	format_set_text_wrap(d->prose);
	return true;
}

/* --- values ----------------------------------------------------------------------------------- */

static lxw_error draw_number(struct draw *d, lxw_worksheet *w, lxw_row_t row, lxw_col_t col,
			     const struct grid_value *v)
{
	unsigned decimals = v->decimals < 10 ? v->decimals : 9;
	char text[DECIMAL_TEXT_MAX];

	if (v->number < EXACT_MAX && v->number > -EXACT_MAX)
		return worksheet_write_number(
			w, row, col, (double)v->number / (double)decimal_pow10(v->decimals),
			format_of(d, v->tone, LOOK_NUMBER + decimals));
	decimal_format(v->number, v->decimals, text);
	return worksheet_write_string(w, row, col, text, format_of(d, v->tone, LOOK_TEXT));
}

static lxw_error draw_value(struct draw *d, lxw_worksheet *w, lxw_row_t row, lxw_col_t col,
			    const struct grid_value *v, bool wraps)
{
	lxw_format *text = format_of(d, v->tone, wraps ? LOOK_WRAPPED : LOOK_TEXT);

	switch (v->type) {
	case GRID_TEXT:
		if (v->url == NULL)
			return worksheet_write_string(w, row, col, v->text, text);
		return worksheet_write_url_opt(w, row, col, v->url, d->link, v->text, NULL);
	case GRID_NUMBER:
		return draw_number(d, w, row, col, v);
	case GRID_DAY:
		return worksheet_write_number(w, row, col, (double)(v->number + EXCEL_EPOCH),
					      format_of(d, v->tone, LOOK_DAY));
	case GRID_NOTHING:
		break;
	}
	return worksheet_write_blank(w, row, col, text);
}

/* How wide a text is, in Latin letters: what has three bytes or more takes two. */
static size_t width_of(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xC0) != 0x80)
			n += (unsigned char)*text >= 0xE0 ? 2 : 1;
	return n;
}

/* Rows whose texts go on in more lines are as high as these: not every program finds that out. */
static lxw_error set_height(lxw_worksheet *w, lxw_row_t row, const struct grid *s,
			    const struct grid_value *values)
{
	size_t most = 1;

	for (size_t i = 0; i < s->column_count; i++) {
		size_t lines;

		if (values[i].type != GRID_TEXT || !(s->columns[i].wraps || s->prose))
			continue;
		lines = (width_of(values[i].text) + s->columns[i].width - 1) / s->columns[i].width;
		most = lines > most ? lines : most;
	}
	if (most == 1)
		return LXW_NO_ERROR;
	return worksheet_set_row(w, row, (double)(most < LINES_MAX ? most : LINES_MAX) * LINE_HEIGHT,
				 NULL);
}

static lxw_error draw_prose(struct draw *d, lxw_worksheet *w, const struct grid *s)
{
	lxw_error e = LXW_NO_ERROR;

	for (size_t r = 0; r < s->row_count && e == LXW_NO_ERROR; r++) {
		lxw_row_t row = (lxw_row_t)(HEAD_ROW + r);

		e = set_height(w, row, s, s->rows[r]);
		for (size_t i = 0; i < s->column_count && e == LXW_NO_ERROR; i++)
			if (s->rows[r][i].type == GRID_TEXT)
				e = worksheet_write_string(w, row, (lxw_col_t)i,
							   s->rows[r][i].text, d->prose);
	}
	return e;
}

static lxw_error draw_rows(struct draw *d, lxw_worksheet *w, const struct grid *s)
{
	lxw_error e = LXW_NO_ERROR;

	for (size_t i = 0; i < s->column_count && e == LXW_NO_ERROR; i++)
		e = worksheet_write_string(w, HEAD_ROW, (lxw_col_t)i,
					   lang_pick(s->columns[i].head, d->book->lang), d->head);
	if (e == LXW_NO_ERROR)
		e = worksheet_set_row(w, HEAD_ROW, HEAD_HEIGHT, NULL);
	for (size_t r = 0; r < s->row_count && e == LXW_NO_ERROR; r++) {
		lxw_row_t row = (lxw_row_t)(HEAD_ROW + 1 + r);

		e = set_height(w, row, s, s->rows[r]);
		for (size_t i = 0; i < s->column_count && e == LXW_NO_ERROR; i++)
			e = draw_value(d, w, row, (lxw_col_t)i, &s->rows[r][i],
				       s->columns[i].wraps);
	}
	if (s->row_count == 0 && e == LXW_NO_ERROR)
		e = worksheet_write_string(w, HEAD_ROW + 1, 0,
					   d->book->lang == LANG_ZH ? "（无）" : "(none)", d->note);
	if (s->row_count > 0 && e == LXW_NO_ERROR)
		e = worksheet_autofilter(w, HEAD_ROW, 0, (lxw_row_t)(HEAD_ROW + s->row_count),
					 (lxw_col_t)(s->column_count - 1));
	return e;
}

/* --- sheets ----------------------------------------------------------------------------------- */

/* A footer's & begins a code: each is written twice. */
static void put_plain(char *to, size_t cap, const char *text)
{
	size_t at = strlen(to);

	for (; *text != '\0' && at + 3 < cap; text++) {
		to[at++] = *text;
		if (*text == '&')
			to[at++] = '&';
	}
	/* no half of a character */
	if (((unsigned char)*text & 0xC0) == 0x80)
		while (at > 0 && ((unsigned char)to[--at] & 0xC0) == 0x80)
			;
	to[at] = '\0';
}

static lxw_error set_page(struct draw *d, lxw_worksheet *w, const struct grid *s)
{
	char footer[FOOTER_MAX] = "&L&8";
	lxw_error e;

	worksheet_set_landscape(w);
	worksheet_set_paper(w, A4);
	worksheet_set_margins(w, 0.4, 0.4, 0.5, 0.6);
	worksheet_fit_to_pages(w, 1, 0);
	worksheet_center_horizontally(w);
	put_plain(footer, sizeof(footer) - 32, d->book->footer);
	strcat(footer, d->book->lang == LANG_ZH ? "&R&8第 &P 页，共 &N 页" : "&R&8&P / &N");
	e = worksheet_set_footer(w, footer);
	if (e == LXW_NO_ERROR && !s->prose)
		e = worksheet_repeat_rows(w, HEAD_ROW, HEAD_ROW);
	if (e == LXW_NO_ERROR && s->printed > 0)
		e = worksheet_print_area(w, 0, 0, (lxw_row_t)(HEAD_ROW + s->row_count),
					 (lxw_col_t)(s->printed - 1));
	return e;
}

static lxw_error draw_sheet(struct draw *d, const struct grid *s)
{
	lxw_worksheet *w = workbook_add_worksheet(d->workbook, s->name);
	lxw_error e = LXW_NO_ERROR;

	if (w == NULL)
		return LXW_ERROR_MEMORY_MALLOC_FAILED;
	for (size_t i = 0; i < s->column_count && e == LXW_NO_ERROR; i++)
		e = worksheet_set_column(w, (lxw_col_t)i, (lxw_col_t)i, s->columns[i].width, NULL);
	if (e == LXW_NO_ERROR)
		e = worksheet_write_string(w, 0, 0, s->title, d->title);
	if (e == LXW_NO_ERROR)
		e = worksheet_set_row(w, 0, 26, NULL);
	if (e == LXW_NO_ERROR && s->note != NULL)
		e = worksheet_write_string(w, 1, 0, s->note, d->note);
	if (e == LXW_NO_ERROR)
		e = s->prose ? draw_prose(d, w, s) : draw_rows(d, w, s);
	if (!s->prose)
		worksheet_freeze_panes(w, HEAD_ROW + 1, (lxw_col_t)s->frozen);
	return e == LXW_NO_ERROR ? set_page(d, w, s) : e;
}

/* As much as fits, in whole characters. */
static void copy_cut(char *to, size_t cap, const char *text)
{
	size_t n = strlen(text);

	if (n >= cap)
		for (n = cap - 1; n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80;)
			n--;
	memcpy(to, text, n);
	to[n] = '\0';
}

static lxw_error draw_book(struct draw *d)
{
	/* it asks for texts that it might change, and does not */
	char title[FOOTER_MAX], footer[FOOTER_MAX];
	lxw_doc_properties about = { .title = title,
				     .comments = footer,
				     .created = (time_t)(d->book->time_ms / 1000) };
	lxw_error e;

	copy_cut(title, sizeof(title), d->book->title);
	copy_cut(footer, sizeof(footer), d->book->footer);
	e = workbook_set_properties(d->workbook, &about);
	if (e == LXW_NO_ERROR && !make_formats(d))
		e = LXW_ERROR_MEMORY_MALLOC_FAILED;
	for (size_t i = 0; i < d->book->count && e == LXW_NO_ERROR; i++)
		e = draw_sheet(d, d->book->sheets[i]);
	return e;
}

/* --- the file --------------------------------------------------------------------------------- */

static enum err make_file(const struct grid_book *b, const char *folder, const char *path)
{
	char folder_copy[4096];
	lxw_workbook_options options = { .tmpdir = folder_copy };
	struct draw d = { .book = b };
	lxw_error drawn, closed;

	copy_cut(folder_copy, sizeof(folder_copy), folder);
	d.workbook = workbook_new_opt(path, &options);
	if (d.workbook == NULL)
		return ERR_NOMEM;
	drawn = draw_book(&d);
	/* frees it in any case */
	closed = workbook_close(d.workbook);
	if (drawn == LXW_NO_ERROR)
		drawn = closed;
	if (drawn != LXW_NO_ERROR)
		log_write(LOG_ERROR, "papers", "a workbook failed: %s", lxw_strerror(drawn));
	return error_of(drawn);
}

enum err grid_xlsx(const struct grid_book *b, const char *folder, struct buf *out)
{
	char path[4096];
	enum err e;
	int fd;

	if (b->error != ERR_OK)
		return b->error;
	if (snprintf(path, sizeof(path), "%s/" PREFIX "XXXXXX", folder) >= (int)sizeof(path))
		return ERR_RANGE;
	fd = mkstemp(path);
	if (fd < 0) {
		log_write(LOG_ERROR, "papers", "%s: %s", path, strerror(errno));
		return err_from_errno(errno);
	}
	close(fd);
	e = make_file(b, folder, path);
	if (e == ERR_OK)
		e = fs_read(path, FILE_MAX, out);
	(void)unlink(path);
	return e;
}

void grid_sweep(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *one;

	while (d != NULL && (one = readdir(d)) != NULL)
		if (strncmp(one->d_name, PREFIX, strlen(PREFIX)) == 0)
			(void)unlinkat(dirfd(d), one->d_name, 0);
	if (d != NULL)
		closedir(d);
}
