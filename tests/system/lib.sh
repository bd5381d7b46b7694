# SPDX-License-Identifier: MIT
# For system tests in shell: source it, call daemon_start, do things, call daemon_stop. The folder,
# the ports and the processes are the test's own; where it fails, the daemon's log is shown.
# Needs MINSHENG_BIN; sets folder, daemon_pid, control, and port_<socket> after daemon_start.
set -eu
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=${MINSHENG_BIN:-$root/build/bin}
python=${PYTHON:-/usr/bin/python3}
folder=$(mktemp -d "${TMPDIR:-/tmp}/minsheng-system.XXXXXX")
daemon_pid=
slow=1
[ -z "${SAN:-}" ] || slow=5

finish() {
	local status=$?
	if [ -n "$daemon_pid" ]; then
		kill -KILL "$daemon_pid" 2>/dev/null || true
	fi
	if [ $status -ne 0 ]; then
		echo "FAILED ($status); the daemon's log:"
		tail -n 60 "$folder/daemon.log" 2>/dev/null | sed 's/^/    /'
	fi
	rm -rf "$folder"
	exit $status
}
trap finish EXIT

fail() {
	echo "FAILED: $*"
	exit 1
}

# until_ok SECONDS WHAT COMMAND...: repeats the command until it succeeds
until_ok() {
	local end=$((SECONDS + $1 * slow)) what=$2
	shift 2
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || fail "not in time: $what"
		sleep 0.05
	done
}

# daemon_config [LINE...]: writes minshengd.yaml; lines are added to it
daemon_config() {
	cat >"$folder/minshengd.yaml" <<-END
		store: store
		runtime: .
		catalogue: ${catalogue:-$root/catalogue/jining-2022.yaml}
		listen:
		  ingest: tcp://127.0.0.1:*
		  enrol: tcp://127.0.0.1:*
		  query: tcp://127.0.0.1:*
		  feed: tcp://127.0.0.1:*
		  http: 127.0.0.1:0
		clock:
		  mode: manual
		  start: ${start:-2022-03-01T09:00:00+08:00}
	END
	printf '%s\n' "$@" >>"$folder/minshengd.yaml"
}

daemon_ready() {
	kill -0 "$daemon_pid" 2>/dev/null || fail "the daemon ended"
	[ -s "$folder/ports.json" ] &&
		curl -fsS --max-time 5 --unix-socket "$control" http://localhost/readyz
}

# one value of ports.json
port() {
	"$python" -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' \
		"$folder/ports.json" "$1"
}

daemon_start() {
	[ -f "$folder/minshengd.yaml" ] || daemon_config
	rm -f "$folder/ports.json"
	control=$folder/ctl.sock
	"$bin/minshengd" --config "$folder/minshengd.yaml" >>"$folder/daemon.log" 2>&1 </dev/null &
	daemon_pid=$!
	until_ok 30 "the daemon is ready" daemon_ready
}

# daemon_stop [SIGNAL [STATUS]]: ends it and checks its exit status
daemon_stop() {
	local status=0 end=$((SECONDS + 15 * slow))
	kill -"${1:-TERM}" "$daemon_pid"
	while kill -0 "$daemon_pid" 2>/dev/null; do
		[ $SECONDS -lt $end ] || fail "the daemon did not end"
		sleep 0.05
	done
	wait "$daemon_pid" || status=$?
	daemon_pid=
	[ $status -eq "${2:-0}" ] || fail "the daemon's exit status is $status, wanted ${2:-0}"
}

# daemon_get PATH, daemon_post PATH JSON: over the control socket
daemon_get() {
	curl -fsS --max-time 30 --unix-socket "$control" "http://localhost$1"
}
daemon_post() {
	curl -fsS --max-time 30 --unix-socket "$control" -H 'Content-Type: application/json' \
		-d "$2" "http://localhost$1"
}

# daemon_metric NAME: one value of /metrics; name with its labels as they stand there
daemon_metric() {
	daemon_get /metrics |
		awk -v name="$1" '$1 == name { print $2; found = 1 } END { exit !found }'
}
