#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Event streams: what a commit changes arrives, a client that comes back misses nothing, one that
does not read costs bounded memory, and ends of streams leave nothing behind."""
from lib import *


class Stream:
    """One client of /api/v1/stream on TCP."""

    def __init__(self, daemon, last=None, receive_buffer=None):
        host, port = daemon.ports["http"].rsplit(":", 1)
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(WAIT_S)
        self.socket.connect((host, int(port)))
        again = f"Last-Event-ID: {last}\r\n" if last is not None else ""
        self.socket.sendall(f"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n{again}\r\n".encode())
        self.raw, self.text, self.status, self.last_id = b"", "", None, None
        self.position = 0

    def _more(self):
        part = self.socket.recv(65536)
        expect(part, "the stream ended")
        self.raw += part
        if self.status is None:
            head, gap, rest = self.raw.partition(b"\r\n\r\n")
            if not gap:
                return
            self.status, self.head, self.raw = int(head.split()[1]), head, rest
        while self.status == 200:
            size, gap, rest = self.raw.partition(b"\r\n")
            if not gap or len(rest) < int(size, 16) + 2:
                return
            self.text += rest[:int(size, 16)].decode()
            self.raw = rest[int(size, 16) + 2:]

    def event(self):
        """(name, data) of the next event."""
        while True:
            block, gap, rest = self.text.partition("\n\n")
            if not gap:
                self._more()
                continue
            self.text = rest
            fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
            self.last_id = fields.get("id", self.last_id)
            if "event" in fields:
                return fields["event"], json.loads(fields["data"])

    def until_head(self, position=0):
        """Events up to the head of at least this position; none where it was seen before."""
        events = []
        while self.position < max(position, 1) or not position and not events:
            name, data = self.event()
            events.append((name, data))
            if name in ("head", "reset"):
                self.position = data["position"]
                if self.position >= position:
                    break
        return events

    def close(self):
        self.socket.close()


def position(daemon):
    return json.loads(daemon.http("GET", "/api/v1/programme")[1])["position"]


def figures(events):
    return {(d["target"], d["unit"]): d["value"] for name, d in events if name == "figure"}


def test_live(daemon):
    s = Stream(daemon)
    name, head = s.event()
    expect_equal((name, s.last_id), ("head", str(head["position"])), "the greeting")
    expect(b"text/event-stream" in s.head and b"retry: 3000" not in s.head, "its type")
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(3, "2022-02-28")])
    here = position(daemon)
    got = figures(s.until_head(here))
    expect_equal(got.get(("canteens", "rencheng")), "3", "the county's figure")
    expect_equal(got.get(("canteens", "jining")), "3", "the city's figure")
    s.close()


def test_alerts_and_lights(daemon):
    s = Stream(daemon)
    s.until_head()
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(1, "2022-02-28")])
    daemon.set_clock("2022-03-10T09:00:00+08:00")
    events = s.until_head(position(daemon))
    alerts = [d for name, d in events if name == "alert"]
    expect(alerts and any(name == "light" for name, _ in events), "alerts and lights at the close")
    numbers = [a["number"] for a in alerts]
    expect_equal(numbers, list(range(numbers[0], numbers[0] + len(numbers))), "no number is left out")
    expect(alerts[0]["text"]["zh"] and alerts[0]["text"]["en"], "its words")
    s.close()


def test_resume(daemon):
    s = Stream(daemon)
    s.until_head()
    known = s.last_id
    s.close()
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(3, "2022-02-28")])
    r.push([(2, "2022-02-28")], measure="nursery-classes", uom="个")
    daemon.set_clock("2022-03-10T09:00:00+08:00")
    here = position(daemon)
    s = Stream(daemon, known)
    events = s.until_head(here)
    got = figures(events)
    expect_equal(got.get(("canteens", "rencheng")), "3", "a figure that came meanwhile")
    expect_equal(got.get(("nursery-classes", "jining")), "2", "a total that came meanwhile")
    log = json.loads(daemon.http("GET", "/api/v1/alerts/log?limit=1000")[1])["alerts"]
    missed = [a["number"] for a in log if a["position"] > int(known)]
    expect_equal([d["number"] for name, d in events if name == "alert"], missed, "alerts missed")
    s.close()
    s = Stream(daemon, s.last_id)
    expect_equal([name for name, _ in s.until_head(here)], ["head"], "nothing twice")
    s.close()
    s = Stream(daemon, here + 1000)
    expect_equal(s.event()[0], "reset", "a position that this ledger never had")
    s.close()


def test_bound(daemon):
    streams = [Stream(daemon) for _ in range(3)]
    for s in streams:
        s.until_head()
    late = Stream(daemon)
    while late.status is None:
        late._more()
    expect_equal(late.status, 503, "one too many")
    late.close()
    streams.pop().close()
    wait_until(lambda: daemon.metric("minsheng_sse_clients") == 2, "the end is noticed")
    again = Stream(daemon)
    expect_equal(again.event()[0], "head", "there is room again")
    for s in streams + [again]:
        s.close()
    wait_until(lambda: daemon.metric("minsheng_sse_clients") == 0, "all ends are noticed")


def wide_batch(daemon, r, value):
    """One row of every plain count that the county reports: many figures change at once."""
    if not hasattr(r, "measures"):
        unit = json.loads(daemon.http("GET", "/api/v1/units/rencheng")[1])
        r.measures = [f for f in unit["figures"] if f["kind"] == "quantity" and f["figure"] == "counties"]
    b = pb.Batch(units=[b"rencheng"], value=[value] * len(r.measures), as_of=[day("2022-02-28")],
                 target=range(len(r.measures)))
    for m in r.measures:
        b.targets.add(id=m["id"].encode(), uom=m["uom"].encode(), decimals=m["decimals"])
    frame = message(BATCH, b.SerializeToString(), r.epoch, len(r.measures), r.next)
    r.next += len(r.measures)
    return frame


def test_who_does_not_read(daemon):
    """Its share of memory is bounded, it is told to read a snapshot once it reads again, and nobody
    else waits."""
    slow, good = Stream(daemon, receive_buffer=4096), Stream(daemon)
    good.until_head()
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    sent = daemon.metric("minsheng_sse_events_total")
    value = 0
    until = time.monotonic() + 20  # a client that stands still for 30 s is ended
    while daemon.metric("minsheng_sse_events_total") - sent < 12000 and time.monotonic() < until:
        for _ in range(20):
            value += 1
            r.ask(wide_batch(daemon, r, value), RECEIPTS)
        good.until_head(position(daemon))
    here = position(daemon)
    good.until_head(here)
    names = [name for name, _ in slow.until_head(here)]
    expect("reset" in names, f"told to read a snapshot, after {len(names)} events")
    daemon.wait_metric("minsheng_sse_resets_total", "", 1)
    slow.close()
    good.close()


def test_stop_with_streams(daemon):
    """The daemon ends in order while streams are open."""
    streams = [Stream(daemon) for _ in range(3)]
    for s in streams:
        s.until_head()
    daemon.stop()
    for s in streams:
        expect_equal(s.socket.recv(65536)[-5:] in (b"", b"0\r\n\r\n"), True, "the end")
        s.close()


if __name__ == "__main__":
    if sys.argv[1:] == ["bound"]:
        main(test_bound, extra="limits:\n  stream_clients: 3\n")
    code = subprocess.run([sys.executable, __file__, "bound"]).returncode
    if code:
        sys.exit(code)
    main(test_live, test_alerts_and_lights, test_resume, test_who_does_not_read,
         test_stop_with_streams)
