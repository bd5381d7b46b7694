#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The page without a browser: its types, its colours and what it computes. Prints TAP for tests/run.sh:
# the types are one test, each test of dashboard/test/ is one.
set -u
cd "$(dirname "$0")/../dashboard" || exit 2
status=0
types=ok

said=$(npx --no-install tsc --noEmit 2>&1) || { status=1 types="not ok" && echo "$said" | sed 's/^/# /'; }
said=$(node --test test/*.test.mjs 2>&1) || { status=1 && echo "$said" | sed 's/^/# /'; }
# node's reporters begin this line with "#" or with a sign of their own
count() { echo "$said" | sed -nE "s/^[^ ]+ $1 ([0-9]+)\$/\1/p" | tail -n 1; }
passed=$(count pass)
failed=$(count fail)
if [ "$((${passed:-0} + ${failed:-0}))" -eq 0 ]; then
	echo "# no test of dashboard/test ran"
	exit 1
fi
echo "1..$((1 + passed + failed))"
echo "$types 1 - types"
for ((i = 0; i < passed; i++)); do echo "ok $((i + 2))"; done
for ((i = 0; i < failed; i++)); do echo "not ok $((i + passed + 2))"; done
exit $status
