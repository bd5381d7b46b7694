/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "aggregator/catalogue/catalogue.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void encode(const struct catalogue *c, struct buf *out)
{
	if (catalogue_encode(c, out))
		abort();
}

/* What loads survives its canonical form; what does not load has a fault. */
static void try_text(struct bytes text)
{
	struct diag_list diags = { 0 };
	struct catalogue *c = NULL, *again = NULL;
	struct buf first = { 0 }, second = { 0 };
	enum err e = catalogue_load_text("no-such-folder/fuzz.yaml", text, &diags, &c);

	if ((e == ERR_OK) != (c != NULL) || (e == ERR_INVALID) != (diags.errors > 0))
		abort();
	if (c) {
		encode(c, &first);
		if (catalogue_decode(buf_bytes(&first), &again))
			abort();
		encode(again, &second);
		if (!bytes_equal(buf_bytes(&first), buf_bytes(&second)) ||
		    catalogue_follow(again, c, &diags) || again->version != c->version)
			abort();
	}
	buf_free(&first);
	buf_free(&second);
	catalogue_free(c);
	catalogue_free(again);
	diag_free(&diags);
}

/* What decodes encodes to the same bytes; an older form to the newest one, which does. */
static void try_form(struct bytes form)
{
	struct catalogue *c = NULL;
	struct buf again = { 0 };

	if (catalogue_decode(form, &c) == ERR_OK) {
		encode(c, &again);
		if (again.data[0] == form.data[0] ? !bytes_equal(form, buf_bytes(&again)) :
						    form.data[0] > again.data[0])
			abort();
		if (again.data[0] != form.data[0])
			try_form(buf_bytes(&again));
	}
	buf_free(&again);
	catalogue_free(c);
}

/* A text never begins with the byte of a form's version. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size && data[0] < 32 && data[0] != '\n')
		try_form(bytes_of(data, size));
	else
		try_text(bytes_of(data, size));
	return 0;
}
