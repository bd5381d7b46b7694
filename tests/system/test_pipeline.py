#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The life around the receipts: the feed's chains, replays, enrolment, a full store, too many
sessions, fair shares, a stop under load."""
import threading

from lib import *

D = "2022-02-28"
FEED_TOTAL, FEED_LIGHT, FEED_ALERT, FEED_HEAD = 48, 49, 50, 51


def follow(feed, seconds, until):
    """Reads the feed into {topic: [(position, previous, body)]} until until(topics) holds."""
    topics = {}
    end = time.monotonic() + seconds
    while not until(topics):
        expect(time.monotonic() < end, f"the feed did not say it; topics: {sorted(topics)[:20]}")
        frames = feed.frames(1)
        if not frames:
            continue
        topic, kind = frames[0].decode(), frames[1][1]
        body = {FEED_ALERT: pb.FeedAlert, FEED_HEAD: pb.FeedHead}.get(kind, pb.FeedFigure)()
        body.ParseFromString(frames[1][32:])
        topics.setdefault(topic, []).append(body)
    return topics


def test_feed_chains(daemon):
    """Every message names the one before it on its topic; the last is the snapshot's."""
    pair = daemon.add_key("rencheng")
    feed = Peer(daemon, "feed", pair, zmq.SUB)
    follow(feed, WAIT_S, lambda t: "head" in t)
    r = Reporter(daemon, pair)
    r.hello()
    for v in range(1, 41):
        r.push([(v, f"2022-02-{v % 28 + 1:02}")])
    r.push([(50, D)])
    topics = follow(feed, WAIT_S, lambda t: t.get("total.canteens.jining", [None])[-1] and
                    t["total.canteens.jining"][-1].figure.value == 50)
    for name, messages in topics.items():
        if not name.startswith("total."):
            continue
        seen = 0
        for m in messages:
            if m.position <= seen:
                continue  # a repeat
            expect(m.previous <= seen, f"{name}: {m.previous} was never sent (seen {seen})")
            seen = m.position
    figures, _ = snapshot(daemon, pair)
    expect_equal(figures["canteens", "jining"].value, 50, "the snapshot")
    heads = follow(feed, WAIT_S, lambda t: len(t.get("head", [])) >= 2)["head"]
    expect(heads[-1].position > 0 and len(heads[-1].chain) == 32, "the head's chain")


def test_alerts(daemon):
    """Months pass: alerts on the feed, and the same ones by replay, without a hole."""
    pair = daemon.add_key("rencheng")
    feed = Peer(daemon, "feed", pair, zmq.SUB)
    follow(feed, WAIT_S, lambda t: "head" in t)
    daemon.set_clock("2022-04-20T09:00:00+08:00")
    head = follow(feed, WAIT_S, lambda t: t.get("head", [None])[-1] and
                  t["head"][-1].alert_number > 0)
    last = head["head"][-1].alert_number
    numbers = [m.alert.number for name, ms in head.items() if name.startswith("alert.") for m in ms]
    peer, alerts = Peer(daemon, "query", pair), []
    start = 1
    while start <= last:
        request = pb.ReplayRequest(**{"from": start}).SerializeToString()
        got = peer.ask(message(REPLAY_REQUEST, request), REPLAY)
        expect(got.next > start, "a replay moves on")
        alerts += got.alerts
        start = got.next
    expect_equal([a.number for a in alerts][:last], list(range(1, last + 1)), "dense numbers")
    expect(set(numbers) <= {a.number for a in alerts}, "the feed's alerts are in the log")
    expect(all(a.text_zh and a.text_en for a in alerts), "texts in both languages")
    limited = pb.ReplayRequest(**{"from": 2, "limit": 3}).SerializeToString()
    got = peer.ask(message(REPLAY_REQUEST, limited), REPLAY)
    expect_equal([a.number for a in got.alerts], [2, 3, 4], "a limited replay")
    beyond = pb.ReplayRequest(**{"from": last + 1}).SerializeToString()
    expect_equal(peer.ask(message(REPLAY_REQUEST, beyond), REPLAY).next, last + 1, "the end")


def test_mine(daemon):
    pair = daemon.add_key("rencheng", items=["1.1"])
    r = Reporter(daemon, pair)
    r.hello()
    r.push([(4, D)])
    mine = Peer(daemon, "query", pair).ask(message(MINE_REQUEST), MINE)
    got = {(f.measure, f.unit): f.value for f in mine.figures}
    expect_equal(got.get((b"canteens", b"rencheng")), 4, "its own figure")
    expect(all(u == b"rencheng" for _, u in got), f"nobody else's: {sorted(got)}")
    expect(len(got) < 10, "only the measures of its items")


def test_enrolment(daemon):
    nonce = secrets.token_bytes(16)
    daemon.act("unit.invite", unit="rencheng", role="reporter", items=[], ttl_s=3600, approve="auto",
               nonce=nonce.hex())
    pair = zmq.curve_keypair()
    raw_key = zmq.utils.z85.decode(pair[0])

    def enrol(n, key=raw_key):
        peer = Peer(daemon, "enrol", pair)
        body = pb.Enrol(nonce=n, public_key=key, software=b"test/1").SerializeToString()
        peer.send(message(ENROL, body))
        got = peer.receive()
        peer.close()
        return got[1].state if got[0] == ENROL_REPLY else REFUSALS[got[1].code]

    expect(enrol(secrets.token_bytes(16)) in (3, "token"), "an unknown invitation")
    expect(enrol(nonce, b"k" * 32) in (3, "token", "body"), "somebody else's key")
    expect_equal(enrol(nonce), 1, "a good invitation")
    expect_equal(enrol(nonce), 1, "the same again")
    r = Reporter(daemon, pair)
    expect_equal(r.hello().reporter, b"rencheng", "the key is let in at once")
    expect_equal(r.push([(1, D)]).expected, 2, "and may report")


def test_stop_under_load(daemon):
    """SIGTERM while batches pour in: a clean end, and what has a receipt is there afterwards."""
    pair = daemon.add_key("rencheng")
    r = Reporter(daemon, pair)
    r.hello()
    got, done = [1], threading.Event()
    frames = [r.batch([(n % 9, f"2022-01-{d:02}") for d in range(1, 32)] * 10) for n in range(2000)]

    def pour():
        """Within a credit of 1 MiB, as the protocol asks."""
        at, flying = 0, {}
        while not done.is_set():
            while at < len(frames) and sum(flying.values()) < (1 << 20) - len(frames[at]):
                flying[1 + at * 310] = len(frames[at])
                r.send(frames[at])
                at += 1
            while r.socket.poll(10):
                kind, body, _ = parse(r.socket.recv())
                if kind == RECEIPTS:
                    got.append(body.expected)
                    flying = {s: n for s, n in flying.items() if s >= body.expected}
            if at == len(frames) and not flying:
                return

    thread = threading.Thread(target=pour)
    thread.start()
    wait_until(lambda: got[-1] > 5000, "the load runs")
    daemon.stop()
    expect("ended" in daemon.log_text().splitlines()[-1], "the log's last line")
    wait_until(lambda: not r.socket.poll(200), "the last receipts are read")
    done.set()
    thread.join()
    promised = max(got)
    daemon.start()
    again = Reporter(daemon, pair, r.epoch)
    again.next = 1 + 310 * len(frames)
    expected = again.hello(first_held=1).expected
    expect(expected >= promised, f"a receipt said {promised}, the store has {expected}")


def test_full_store(daemon):
    """No room: told so, not ready, nothing lost; with room again it goes on where it was."""
    daemon.stop()
    with open(daemon.config, "a") as f:
        f.write("limits:\n  map: 16 MiB\n")
    daemon.start()
    pair = daemon.add_key("rencheng")
    r = Reporter(daemon, pair)
    r.hello()
    rows = [(n % 9, f"2022-{n % 12 + 1:02}-{n % 28 + 1:02}") for n in range(9000)]
    answer, sent = (RECEIPTS, None), 0
    while answer[0] == RECEIPTS:
        sent += 1
        expect(sent < 3000, "16 MiB are never full")
        for row in range(0, len(rows)):
            rows[row] = ((rows[row][0] + sent * 7919 + row * 31) % 999983, rows[row][1])
        r.send(r.batch(rows))
        answer = r.receive()
    expect_equal(REFUSALS[answer[1].code], "busy", "a batch that finds no room")
    expect(answer[1].retry_ms > 0, "when to come again")
    expect_equal(daemon.http("GET", "/readyz")[0], 503, "/readyz of a full store")
    expect_equal(daemon.metric("minsheng_store_full"), 1, "the gauge")
    r.next -= len(rows)
    daemon.stop()
    daemon.config.write_text(daemon.config.read_text().replace("16 MiB", "256 MiB"))
    daemon.start()
    again = Reporter(daemon, pair, r.epoch)
    again.next = r.next
    expect_equal(again.hello().expected, r.next, "all that had a receipt")
    expect_equal(again.push([(1, D)]).expected, again.next, "it goes on")


def test_too_many_sessions(daemon):
    daemon.stop()
    with open(daemon.config, "a") as f:
        f.write("limits:\n  peers: 3\n")
    daemon.start()
    pair = daemon.add_key("rencheng")
    first = [Reporter(daemon, pair) for _ in range(3)]
    for r in first:
        r.hello()
    late = Reporter(daemon, pair)
    hello = message(HELLO, pb.Hello(first_held=1, next=1).SerializeToString(), late.epoch)
    expect_equal(late.refused(hello), "busy", "one session too many")
    expect_equal(first[2].push([(1, D)]).expected, 2, "those that are in go on")


def test_fair_shares(daemon):
    """One who floods does not keep another waiting."""
    loud, quiet = (Reporter(daemon, daemon.add_key(u)) for u in ("rencheng", "yutai"))
    loud.hello(), quiet.hello()
    rows = [(n % 9, f"2022-{n % 2 + 1:02}-{n % 28 + 1:02}") for n in range(5000)]
    for _ in range(120):
        loud.send(loud.batch(rows))
    begun = time.monotonic()
    for v in range(1, 6):
        quiet.push([(v, D)], unit="yutai")
    took = time.monotonic() - begun
    got = 1
    while got < loud.next:
        got = loud.receive(RECEIPTS)[1].expected
    expect(took < 5 * SLOW, f"five small batches took {took:.1f} s beside a flood")


if __name__ == "__main__":
    main(test_feed_chains, test_alerts, test_mine, test_enrolment, test_stop_under_load,
         test_full_store, test_too_many_sessions, test_fair_shares)
