#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs test programs, JOBS (2) at a time, and counts. Each option says what the arguments after it
# are, until the next option:
#   --unit PROGRAM...        cmocka programs; each of their tests counts
#   --scenario RUNNER FILE...  the runner is called once a file
#   --replay PROGRAM...      fuzz targets; each gets its folder tests/fuzz/corpus/<name>
#   --system SCRIPT...       scripts, *.py by $PYTHON
#   --command PROGRAM...     programs without arguments
# Each gets a TMPDIR of its own, no standard input, and a time limit (TEST_TIMEOUT seconds).
# What it wrote is shown only where it failed. The last line is "N passed, N failed". Exit status 1
# where something failed, 2 where nothing ran.
set -u
cd "$(dirname "$0")/.." || exit 2
jobs=${JOBS:-2}
room=$(mktemp -d "${TMPDIR:-/tmp}/minsheng-tests.XXXXXX") || exit 2
trap 'stop_all; rm -rf "$room"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

export CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:allocator_may_return_null=1:${ASAN_OPTIONS:-}
export UBSAN_OPTIONS=print_stacktrace=1:${UBSAN_OPTIONS:-}
export TSAN_OPTIONS=suppressions=$PWD/tests/tsan.supp:allocator_may_return_null=1:${TSAN_OPTIONS:-}
# its shadow memory does not fit every layout that the kernel may choose
wrap=()
[ "${SAN:-}" = thread ] && wrap=(setarch -R)
slow=1
[ -n "${SAN:-}" ] && slow=3

# The limit of a kind of test, in seconds.
limit_of() {
	case $1 in
	system) echo $((${TEST_TIMEOUT:-300} * slow)) ;;
	*) echo $((${TEST_TIMEOUT:-120} * slow)) ;;
	esac
}

# An interrupted run takes its tests along.
stop_all() {
	local file
	for file in "$room"/*.pid; do
		[ -f "$file" ] && kill -TERM -- "-$(cat "$file")" 2>/dev/null
	done
}

# run_one NUMBER KIND NAME COMMAND...: leaves $room/NUMBER.{out,passed,failed,line}.
run_one() {
	local number=$1 kind=$2 name=$3 status pid began=$SECONDS passed failed
	shift 3
	mkdir "$room/$number.tmp"
	TMPDIR=$room/$number.tmp timeout -k 10 "$(limit_of "$kind")" \
		"${wrap[@]}" "$@" >"$room/$number.out" 2>&1 </dev/null &
	pid=$!
	echo "$pid" >"$room/$number.pid"
	{ wait "$pid"; } 2>/dev/null
	status=$?
	# timeout leads a process group of its own: whatever the test left behind goes with it
	kill -KILL -- "-$pid" 2>/dev/null
	rm -f "$room/$number.pid"
	[ "$status" -eq 124 ] && echo "timed out" >>"$room/$number.out"
	[ "$status" -gt 128 ] && echo "killed by signal $((status - 128))" >>"$room/$number.out"
	[ "$status" -ne 0 ] && echo "exit status $status" >>"$room/$number.out"
	read -r passed failed < <(count "$kind" "$status" "$room/$number.out")
	echo "$passed" >"$room/$number.passed"
	echo "$failed" >"$room/$number.failed"
	printf '%-6s %-9s %-44s %4d passed %4d s\n' \
		"$([ "$failed" -eq 0 ] && echo ok || echo FAILED)" "$kind" "$name" "$passed" \
		$((SECONDS - began)) >"$room/$number.line"
	rm -rf "$room/$number.tmp"
}

# count KIND STATUS OUTPUT: "passed failed". A cmocka program says how many tests it has ("1..N"):
# the ones that it did not come to have failed.
count() {
	awk -v kind="$1" -v status="$2" '
		kind == "unit" && /^1\.\.[0-9]+/ { planned += substr($0, 4) }
		kind == "unit" && /^ok [0-9]+/ { passed++ }
		kind == "unit" && /^not ok [0-9]+/ { failed++ }
		END {
			if (planned == 0) {
				passed = (kind != "unit" && status == 0)
				failed = !passed
			}
			if (passed + failed < planned)
				failed = planned - passed
			if (status != 0 && failed == 0)
				failed = 1
			print passed + 0, failed + 0
		}' "$3"
}

started=0
shown=0
passed=0
failed=0

# Prints what has ended, in the order of the start.
show() {
	while [ "$shown" -lt "$started" ] && [ -f "$room/$shown.line" ]; do
		cat "$room/$shown.line"
		if [ "$(cat "$room/$shown.failed")" -ne 0 ]; then
			tail -n 200 "$room/$shown.out" | sed 's/^/    | /'
		fi
		passed=$((passed + $(cat "$room/$shown.passed")))
		failed=$((failed + $(cat "$room/$shown.failed")))
		shown=$((shown + 1))
	done
}

start() {
	while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do
		wait -n
		show
	done
	run_one "$started" "$@" &
	started=$((started + 1))
}

kind=
runner=
for argument; do
	name=${argument#tests/}
	name=${name#"${MINSHENG_BIN%/bin}/tests/"}
	case $argument in
	--unit | --scenario | --replay | --system | --command)
		kind=${argument#--}
		runner=
		continue
		;;
	esac
	case $kind in
	unit) start unit "${name##*/tests/unit/}" "$argument" ;;
	command) start command "$name" "$argument" ;;
	replay) start replay "${name##*/}" "$argument" "tests/fuzz/corpus/${name##*/}" ;;
	scenario)
		if [ -z "$runner" ]; then runner=$argument; else start scenario "$name" "$runner" "$argument"; fi
		;;
	system)
		case $argument in
		*.py) start system "$name" "${PYTHON:-python3}" "$argument" ;;
		*) start system "$name" bash "$argument" ;;
		esac
		;;
	*)
		echo "run.sh: what is $argument? Name its kind before it: see the head of tests/run.sh" >&2
		exit 2
		;;
	esac
done
wait
show
echo "$passed passed, $failed failed"
[ $((passed + failed)) -gt 0 ] || exit 2
[ "$failed" -eq 0 ]
