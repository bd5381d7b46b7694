/* SPDX-License-Identifier: MIT */
#include "collectors/sheet.h"

#include <stdlib.h>

void sheet_free(struct sheet *s)
{
	if (!s)
		return;
	free(s->rows);
	*s = (struct sheet){ 0 };
}
