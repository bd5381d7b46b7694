#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What must never get through, and never get the daemon down: bad rows, bad bodies, bad headers,
wrong sequences, too much. Each gets a clear verdict or refusal, a counter, a line in the log, and
the daemon goes on."""
from lib import *

D = "2022-02-28"


def verdicts(receipts):
    """[(row, verdict, code)] of all items."""
    return [(e.row, e.verdict, e.code) for item in receipts.items for e in item.exceptions]


def test_bad_rows(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    cases = [  # what, code, batch
        ("unknown measure", 10, dict(measure="no-such-measure")),
        ("unknown unit", 11, dict(unit="atlantis")),
        ("foreign unit", 12, dict(unit="yutai")),
        ("decimals that differ", 15, dict(decimals=2)),
        ("unit of measure that differs", 15, dict(uom="个")),
    ]
    for what, code, of in cases:
        got = verdicts(r.push([(3, D)], **of))
        expect_equal(got, [(0, 2, code)], what)
    got = verdicts(r.push([(-1, D), (3, "2019-01-01"), (3, D)]))
    expect_equal([g[:3] for g in got], [(0, 2, 22), (1, 2, 26)], "negative, outside the programme")
    daemon.wait_metric("minsheng_rows_total", 'verdict="reject"', len(cases) + 2)
    daemon.wait_metric("minsheng_rows_total", 'verdict="admitted"', 1)


def ratio(values):
    b = pb.Batch(units=[b"rencheng"], value=[n for n, _ in values],
                 denominator=[d for _, d in values], as_of=[day(D)])
    b.targets.add(id=b"public-kindergarten-rate", uom="%".encode())
    return b.SerializeToString()


def test_bad_ratio(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    body = ratio([(5, 0), (5, -1), (7, 5)])
    got = verdicts(r.ask(message(BATCH, body, r.epoch, 3, 1), RECEIPTS))
    expect_equal([g[1] for g in got], [2, 2, 2], "a ratio without, below 0, above 1")


def test_garbage_bodies(daemon):
    """The header is readable, the body is not: stored, rejected, and the sequence goes on."""
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    good = batch_body([(3, D)])
    random.seed(1)
    bodies = [
        bytes(random.randrange(256) for _ in range(500)),
        b"\x32\x80\x80\x80\x80\x04" + b"x" * 10,  # a column that claims 1 GiB
        good[:-1],
        good + b"\xff",
        b"\x0a" * 5000,
    ]
    for n, body in enumerate(bodies):
        got = r.ask(message(BATCH, body, r.epoch, 2, r.next), RECEIPTS)
        r.next += 2
        expect_equal(got.expected, r.next, f"body {n}: the sequence is consumed")
        expect_equal(sum(got.items[0].counts[v] for v in range(len(got.items[0].counts))), 2,
                     f"body {n}: both rows are counted")
        expect(got.items[0].counts[2] == 2, f"body {n}: both rows are rejected")
    expect_equal(verdicts(r.push([(3, D)])), [], "a good batch after them")
    daemon.wait_metric("minsheng_ingest_undecodable_total", "", len(bodies))


def test_bad_headers(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    expect_equal(r.refused(r.batch([(3, D)], first=1)), "no-hello", "a batch before Hello")
    expect_equal(r.refused(message(PING)), "no-hello", "Ping before Hello")
    r.hello()
    cases = [
        ("another version", "version", message(BATCH, b"", r.epoch, 1, 1, version=2)),
        ("version 0", "version", message(HELLO, b"", r.epoch, version=0)),
        ("no header", "body", b"hello"),
        ("nothing", "body", b""),
        ("an unknown type", "type", message(99)),
        ("a type of the daemon's own", "type", message(RECEIPTS)),
        ("a question on ingest", "type", message(SNAPSHOT_REQUEST)),
        ("Hello that does not decode", "body", message(HELLO, b"\xff\xff\xff", r.epoch)),
        ("another programme", "programme",
         message(HELLO, pb.Hello(programme=b"elsewhere", first_held=1, next=1).SerializeToString(),
                 secrets.token_bytes(16))),
        ("too many rows", "size", message(BATCH, batch_body([(3, D)]), r.epoch, 10001, 1)),
        ("no rows", "size", message(BATCH, batch_body([(3, D)]), r.epoch, 0, 1)),
        ("more bytes than a batch may have", "size",
         message(BATCH, b"\0" * (256 * 1024), r.epoch, 1, 1)),
        ("far more bytes", "size", message(BATCH, b"\0" * (900 * 1024), r.epoch, 1, 1)),
        ("an epoch without Hello", "no-hello",
         message(BATCH, batch_body([(3, D)]), b"z" * 16, 1, 1)),
    ]
    for what, name, frame in cases:
        expect_equal(r.refused(frame), name, what)
    for name in ("version", "type", "size", "body", "programme", "no-hello"):
        daemon.wait_metric("minsheng_refused_total", f'code="{name}"', 1)
        expect(f": {name}" in daemon.log_text(), f"a line in the log about {name}")
    expect_equal(r.push([(3, D)]).expected, 2, "a good batch after them")
    peer = Peer(daemon, "query", r.pair)
    expect_equal(peer.refused(r.batch([(3, D)], first=1)), "type", "a batch on the query socket")
    expect_equal(peer.refused(message(REPLAY_REQUEST, b"\xff\xff")), "body", "a bad question")
    stranger = Peer(daemon, "enrol")
    expect_equal(stranger.refused(message(HELLO)), "type", "Hello on the enrolment socket")
    expect_equal(stranger.refused(message(ENROL, b"\xff")), "body", "a bad enrolment")


def test_sequences(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    expect_equal(r.hello().expected, 1, "expected of a new epoch")
    one, two = r.batch([(1, D)]), r.batch([(2, D), (3, D)])
    expect_equal(r.refused(two), "gap", "a batch that comes too early")
    expect_equal(r.ask(one, RECEIPTS).expected, 2, "the first")
    expect_equal(r.ask(two, RECEIPTS).expected, 4, "the second")
    again = r.ask(one, RECEIPTS)
    expect_equal((again.items[0].first_sequence, again.expected), (1, 4), "the first one again")
    expect_equal(r.refused(r.batch([(9, D)], first=1)), "conflict", "other bytes")
    expect_equal(r.refused(r.batch([(9, D)] * 3, first=3)), "conflict", "a batch that straddles")
    daemon.wait_metric("minsheng_ingest_repeated_batches_total", "", 1)
    second = Reporter(daemon, r.pair, r.epoch)
    second.next = r.next
    expect_equal(second.hello().expected, 4, "a newer session of the same outbox")
    expect_equal(REFUSALS[r.receive(REFUSED)[1].code], "fenced", "the older one is told")
    expect_equal(r.refused(r.batch([(4, D)], first=4)), "fenced", "the older one goes on")
    expect_equal(second.push([(4, D)]).expected, 5, "the newer one goes on")
    daemon.wait_metric("minsheng_sessions_fenced_total", "", 1)


def test_merged_receipts(daemon):
    """Batches in flight: receipts in order, nothing twice, merged where whole."""
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    frames = [r.batch([(v, f"2022-01-{v:02}")]) for v in range(1, 31)]
    for f in frames:
        r.send(f)
    through = 1
    while through < 31:
        for item in r.receive(RECEIPTS)[1].items:
            expect_equal(item.first_sequence, through, "receipts in order")
            rows = item.through_sequence - item.first_sequence + 1
            expect_equal(item.counts[0], rows, "admitted")
            through = item.through_sequence + 1
    figures, _ = snapshot(daemon, r.pair)
    expect_equal(figures["canteens", "rencheng"].value, 30, "the newest total")
    expect_equal(figures["canteens", "jining"].value, 30, "the city's total")


def raw(daemon, data):
    """Bytes at the ingest port by plain TCP: true where the daemon ended the connection."""
    host, port = daemon.ports["ingest"][len("tcp://"):].rsplit(":", 1)
    with socket.create_connection((host, int(port)), timeout=WAIT_S) as s:
        try:
            s.sendall(data)
            while s.recv(4096):
                pass
            return True
        except ConnectionError:
            return True
        except TimeoutError:
            return False


def test_raw_bytes(daemon):
    """Who does not even speak ZMTP, and a frame that claims 1 GiB."""
    pair = daemon.add_key("rencheng")
    greeting = (b"\xff" + b"\0" * 8 + b"\x7f\x03\x00CURVE" + b"\0" * 15 + b"\0").ljust(64, b"\0")
    cases = [
        ("HTTP", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("noise", random.Random(2).randbytes(4096)),
        ("a frame of 1 GiB", greeting + b"\x02" + struct.pack(">Q", 1 << 30) + b"x" * 1000),
        ("a command of 1 GiB", greeting + b"\x06" + struct.pack(">Q", 1 << 30) + b"x" * 1000),
    ]
    for what, data in cases:
        expect(raw(daemon, data), f"{what}: the connection was kept")
    daemon.wait_metric("minsheng_connections_total", 'event="closed"', len(cases))
    r = Reporter(daemon, pair)
    r.hello()
    expect_equal(r.push([(3, D)]).expected, 2, "a good batch after them")


def test_connection_flood(daemon):
    """Thousands of plain connections: a reporter is served all the same."""
    pair = daemon.add_key("rencheng")
    host, port = daemon.ports["ingest"][len("tcp://"):].rsplit(":", 1)
    for _ in range(3000):
        socket.create_connection((host, int(port)), timeout=WAIT_S).close()
    r = Reporter(daemon, pair)
    r.hello()
    expect_equal(r.push([(3, D)]).expected, 2, "a batch after the flood")
    daemon.wait_metric("minsheng_connections_total", 'event="opened"', 3000)


if __name__ == "__main__":
    main(test_bad_rows, test_bad_ratio, test_garbage_bodies, test_bad_headers, test_sequences,
         test_merged_receipts, test_raw_bytes, test_connection_flood)
