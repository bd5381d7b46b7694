#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Who may connect where: unknown, known, waiting and revoked keys, each role, the wrong server key,
no CURVE at all."""
import zmq
import zmq.utils.z85
from zmq.utils.monitor import recv_monitor_message

from lib import *

IN, OUT = "in", "out"


def handshake(daemon, where, pair, server=None):
    """Whether the connection comes about: in, out, or None where neither was said in time."""
    kind = zmq.SUB if where == "feed" else zmq.DEALER
    socket = zmq.Context.instance().socket(kind)
    socket.linger = 0
    socket.curve_serverkey = server or daemon.ports["server_key"].encode()
    socket.curve_publickey, socket.curve_secretkey = pair
    monitor = socket.get_monitor_socket(zmq.EVENT_HANDSHAKE_SUCCEEDED |
                                        zmq.EVENT_HANDSHAKE_FAILED_AUTH)
    socket.connect(daemon.ports[where])
    try:
        if not monitor.poll(1500 * SLOW):
            return None
        event = recv_monitor_message(monitor)["event"]
        return IN if event == zmq.EVENT_HANDSHAKE_SUCCEEDED else OUT
    finally:
        socket.disable_monitor()
        socket.close()


def test_keys(daemon):
    roles = ("reporter", "subscriber", "replica")
    known = {role: daemon.add_key("rencheng", role) for role in roles}
    revoked = daemon.add_key("yutai")
    daemon.act("key.revoke", key=zmq.utils.z85.decode(revoked[0]).hex())
    for where in ("ingest", "query", "feed"):
        expect_equal(handshake(daemon, where, zmq.curve_keypair()), OUT, f"unknown key on {where}")
        expect_equal(handshake(daemon, where, revoked), OUT, f"revoked key on {where}")
        for role, pair in known.items():
            expect_equal(handshake(daemon, where, pair), IN, f"{role} on {where}")
    expect_equal(handshake(daemon, "enrol", zmq.curve_keypair()), IN, "unknown key on enrol")
    other = zmq.curve_keypair()[0]
    expect(handshake(daemon, "ingest", known["reporter"], other) != IN, "the wrong server key")
    daemon.wait_metric("minsheng_handshakes_total", 'result="unknown-key"', 3)
    daemon.wait_metric("minsheng_handshakes_total", 'result="revoked-key"', 3)
    expect("unknown key" in daemon.log_text(), "a line in the log about an unknown key")


def test_roles(daemon):
    """A subscriber may ask, and may not report."""
    pair = daemon.add_key("rencheng", "subscriber")
    hello = message(HELLO, pb.Hello(first_held=1, next=1).SerializeToString(), b"e" * 16)
    peer = Peer(daemon, "ingest", pair)
    expect_equal(peer.refused(hello), "role", "Hello of a subscriber")
    figures, position = snapshot(daemon, pair)
    expect(position > 0 and ("canteens", "jining") in figures, "the snapshot of a subscriber")
    expect_equal(len(Peer(daemon, "query", pair).ask(message(MINE_REQUEST), MINE).figures), 0,
                 "own figures of a subscriber")


def test_revoked_in_session(daemon):
    """A key that is revoked ends at once, connected or not."""
    pair = daemon.add_key("rencheng")
    reporter, asker = Reporter(daemon, pair), Peer(daemon, "query", pair)
    reporter.hello()
    asker.ask(message(PING), PONG)
    expect_equal(reporter.push([(1, "2022-02-28")]).expected, 2, "before")
    daemon.act("key.revoke", key=zmq.utils.z85.decode(pair[0]).hex())
    expect_equal(REFUSALS[reporter.receive(REFUSED)[1].code], "revoked", "told at once")
    expect(reporter.refused(reporter.batch([(2, "2022-02-28")])) in ("revoked", "no-hello"),
           "a batch afterwards")
    expect_equal(asker.refused(message(SNAPSHOT_REQUEST)), "revoked", "a question afterwards")


def test_no_curve(daemon):
    """Without CURVE nothing gets in."""
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.linger = 0
    socket.connect(daemon.ports["ingest"])
    socket.send(message(PING))
    expect_equal(socket.poll(1000), 0, "an answer without CURVE")
    socket.close()


def test_theft(daemon):
    """A peer that takes another's name at the socket gets nothing of it."""
    alice, bob = daemon.add_key("rencheng"), daemon.add_key("yutai")
    first = Reporter(daemon, alice)
    first.hello()
    for name in (b"\0" * 5, b"alice", b"x" * 40):
        thief = zmq.Context.instance().socket(zmq.DEALER)
        thief.linger = 0
        thief.setsockopt(zmq.ROUTING_ID, name if name[0] else b"thief")
        thief.curve_serverkey = daemon.ports["server_key"].encode()
        thief.curve_publickey, thief.curve_secretkey = bob
        thief.connect(daemon.ports["ingest"])
        thief.send(first.batch([(9, "2022-02-28")], first=1))
        if thief.poll(500):
            expect_equal(REFUSALS[parse(thief.recv())[1].code], "no-hello", "a stolen batch")
        thief.close()
    expect_equal(first.push([(3, "2022-02-28")]).expected, 2, "the rightful session goes on")


if __name__ == "__main__":
    main(test_keys, test_roles, test_revoked_in_session, test_no_curve, test_theft)
