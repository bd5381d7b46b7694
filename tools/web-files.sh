#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# web-files.sh FOLDER: a macro line for each file of the built page, for daemon/web_files.c. Sorted,
# so that the same page gives the same program.
set -euo pipefail
cd "$1"
n=0
find . -type f ! -name '*.gz' ! -name '*.txt' -printf '%P\n' | LC_ALL=C sort | while read -r path; do
	printf 'WEB_FILE(%d, "%s", "%s/%s", %d, %d)\n' "$n" "$path" "$PWD" "$path" \
		"$(stat -c %s "$path")" "$(stat -c %s "$path.gz")"
	n=$((n + 1))
done
