#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The whole way once: a key by an act, a batch in, its receipt out, the total in a snapshot and on
# the feed; SIGTERM; a new start has it all; configuration that is checked; a second daemon that is
# kept out.
. "$(dirname "$0")/lib.sh"

"$bin/minshengd" --version | grep -q '^minshengd '
daemon_config
"$bin/minshengd" --check-config --config "$folder/minshengd.yaml"
"$bin/minshengd" --check-config --config "$root/docs/examples/minshengd.yaml"
sed 's/ingest: .*/ingest: nowhere/' "$folder/minshengd.yaml" >"$folder/bad.yaml"
status=0
MINSHENG_LANG=en "$bin/minshengd" --check-config --config "$folder/bad.yaml" 2>"$folder/bad.txt" ||
	status=$?
[ $status -eq 78 ] || fail "a bad configuration is told by $status"
grep -q 'bad.yaml:5:11: error: listen.ingest: "nowhere"' "$folder/bad.txt" ||
	fail "no place: $(cat "$folder/bad.txt")"

daemon_start
"$python" - "$here" "$folder" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from lib import *

daemon = Daemon.running(sys.argv[2])
pair = daemon.add_key("rencheng")
(daemon.folder / "pair").write_bytes(b"\n".join(pair))
feed = Peer(daemon, "feed", pair, zmq.SUB)
wait_until(lambda: feed.frames()[0] == b"head", "the feed's head")
r = Reporter(daemon, pair)
w = r.hello()
expect_equal((w.reporter, w.expected, w.batch_rows), (b"rencheng", 1, 10000), "Welcome")
got = r.push([(1, "2022-01-31"), (3, "2022-02-28")])
expect_equal((got.expected, len(got.items), got.items[0].counts[0]), (3, 1, 2), "the receipt")
slice_ = r.ask(message(SLICE_REQUEST), SLICE)
expect(any(m.id == b"canteens" for m in slice_.measures), "canteens in the slice")
r.ask(message(PING), PONG)
figures, position = snapshot(daemon, pair)
expect_equal(figures["canteens", "jining"].value, 3, "the city's total")
expect(position >= got.items[0].through_position, "the snapshot's position")
wait_until(lambda: feed.frames()[0] == b"total.canteens.jining", "the total on the feed")
expect_equal(daemon.metric("minsheng_rows_total", 'verdict="admitted"'), 2, "rows counted")
zmq.Context.instance().destroy(linger=0)
END
if command -v promtool >/dev/null; then
	daemon_get /metrics | promtool check metrics
fi

if "$bin/minshengd" --config "$folder/minshengd.yaml" >"$folder/second.txt" 2>&1; then
	fail "a second daemon runs on the same store"
fi
grep -q busy "$folder/second.txt" || fail "no reason: $(cat "$folder/second.txt")"
daemon_get /readyz >/dev/null
kill -HUP "$daemon_pid"
until_ok 10 "the reload" grep -q 'configuration was read again' "$folder/daemon.log"
sed -i 's/^clock:/cluck:/' "$folder/minshengd.yaml"
kill -HUP "$daemon_pid"
until_ok 10 "the reload that fails" grep -q 'reload: invalid' "$folder/daemon.log"
sed -i 's/^cluck:/clock:/' "$folder/minshengd.yaml"
daemon_stop
[ ! -e "$folder/ports.json" ] || fail "ports.json outlives the daemon"

daemon_start
"$python" - "$here" "$folder" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from lib import *

daemon = Daemon.running(sys.argv[2])
pair = tuple((daemon.folder / "pair").read_bytes().split(b"\n"))
figures, _ = snapshot(daemon, pair)
expect_equal(figures["canteens", "jining"].value, 3, "the total after a new start")
feed = Peer(daemon, "feed", pair, zmq.SUB)
# repeated within 60 s, although nothing changed in this life
wait_until(lambda: feed.frames()[0] == b"total.canteens.jining", "the repeat on the feed", 60)
zmq.Context.instance().destroy(linger=0)
END
daemon_stop INT
echo ok
