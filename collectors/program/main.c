/* SPDX-License-Identifier: MIT */
/* minsheng: what a county or department runs. */
#include "collectors/program/program.h"

int main(int argc, char **argv)
{
	return program_run(argc, argv, stdout, stderr);
}
