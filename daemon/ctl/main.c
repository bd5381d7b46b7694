/* SPDX-License-Identifier: MIT */
/* minshengctl: looks, corrects, invites; over the daemon's Unix socket. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/ctl/ctl.h"

int main(int argc, char **argv)
{
	/* widths of characters are known in UTF-8 alone */
	if (setlocale(LC_CTYPE, "") == NULL || MB_CUR_MAX < 3)
		setlocale(LC_CTYPE, "C.UTF-8");
	return ctl_run(argc, argv);
}
