#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# layers.sh            checks the project's #include lines against tests/layers.txt
# layers.sh --suggest  prints the source files that the list lacks, each with a place that fits
set -u
cd "$(dirname "$0")/.." || exit 2
list=tests/layers.txt
folders='base serve sheets proto collectors aggregator daemon'
# shellcheck disable=SC2086 # the folders are words
find $folders -name '*.[ch]' 2>/dev/null | LC_ALL=C sort |
	awk -v list="$list" -v suggest="$([ "${1:-}" = --suggest ] && echo 1)" -f tools/layers.awk
