#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# fuzz.sh BUILD SECONDS NAME...: fuzzes each target, from the corpus in tests/fuzz/corpus/<name>.
# New inputs gather in BUILD/corpus/<name>, crashes in BUILD/crash-<name>-*. To keep what is worth
# it: BUILD/tests/fuzz/<name> -merge=1 tests/fuzz/corpus/<name> BUILD/corpus/<name>
set -u
build=$1 seconds=$2
shift 2
passed=0 failed=0
for name; do
	mkdir -p "$build/corpus/$name" "tests/fuzz/corpus/$name"
	options=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
		-artifact_prefix="$build/crash-$name-")
	[ -f "tests/fuzz/$name.dict" ] && options+=(-dict="tests/fuzz/$name.dict")
	if "$build/tests/fuzz/$name" "${options[@]}" "$build/corpus/$name" "tests/fuzz/corpus/$name" \
		>"$build/$name.log" 2>&1 </dev/null; then
		passed=$((passed + 1))
		echo "ok     $name: $(grep -o 'number_of_executed_units: .*' "$build/$name.log" | tail -n 1)"
	else
		failed=$((failed + 1))
		echo "FAILED $name: see $build/$name.log"
		tail -n 40 "$build/$name.log" | sed 's/^/    | /'
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
