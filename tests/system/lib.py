# SPDX-License-Identifier: MIT
"""What system tests share: a real daemon in a folder of its own, on ports that the kernel chose,
and peers that speak the protocol byte by byte. Nothing here sleeps for a fixed time: everything
waits for a condition, with a deadline.

    MINSHENG_BIN=build/bin PYTHONPATH=build/gen/python tests/system/test_x.py
"""
import contextlib, http.client, json, os, pathlib, random, secrets, shutil, signal, socket
import struct, subprocess, sys, tempfile, time, traceback
import zmq
import zmq.utils.z85
import minsheng_pb2 as pb

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("MINSHENG_BIN", ROOT / "build/bin"))
CATALOGUE = ROOT / "catalogue/jining-2022.yaml"
SLOW = 5 if os.environ.get("SAN") else 1  # sanitizers take their time
START_S, STOP_S, WAIT_S = 30 * SLOW, 15 * SLOW, 15 * SLOW

HELLO, WELCOME, BATCH, RECEIPTS, SLICE_REQUEST, SLICE, PING, PONG, REFUSED = range(1, 10)
SNAPSHOT_REQUEST, SNAPSHOT, REPLAY_REQUEST, REPLAY, MINE_REQUEST, MINE = range(16, 22)
ENROL, ENROL_REPLY = 32, 33
REFUSALS = {1: "version", 2: "type", 3: "size", 4: "gap", 5: "conflict", 6: "fenced", 7: "revoked",
            8: "role", 9: "programme", 10: "epochs", 11: "busy", 12: "no-hello", 13: "token",
            14: "body", 15: "credit"}
EPOCH_0 = bytes(16)


class Failure(Exception):
    """The test found what must not be."""


def expect(condition, what):
    if not condition:
        raise Failure(what)


def expect_equal(got, wanted, what):
    expect(got == wanted, f"{what}: got {got!r}, wanted {wanted!r}")


def wait_until(condition, what, seconds=WAIT_S):
    """The first true value of condition()."""
    until = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        expect(time.monotonic() < until, f"not within {seconds} s: {what}")
        time.sleep(0.02)


def day(text):
    """Days since 1970-01-01 of "2022-06-30"."""
    import datetime
    return (datetime.date.fromisoformat(text) - datetime.date(1970, 1, 1)).days


# --- messages -------------------------------------------------------------------------------------
def message(kind, body=b"", epoch=EPOCH_0, rows=0, first=0, version=1):
    return struct.pack(">BBHI16sQ", version, kind, 0, rows, epoch, first) + body


BODIES = {WELCOME: pb.Welcome, RECEIPTS: pb.Receipts, SLICE: pb.Slice, REFUSED: pb.Refused,
          SNAPSHOT: pb.Snapshot, MINE: pb.Snapshot, REPLAY: pb.Replay, ENROL_REPLY: pb.EnrolReply}


def parse(frame):
    """(type, body, epoch) of a message from the daemon."""
    version, kind, _, _, epoch, _ = struct.unpack(">BBHI16sQ", frame[:32])
    expect_equal(version, 1, "version of a message from the daemon")
    body = BODIES[kind]() if kind in BODIES else None
    if body is not None:
        body.ParseFromString(frame[32:])
    return kind, body, epoch


def batch_body(rows, unit="rencheng", measure="canteens", uom="处", decimals=0, denominators=()):
    """rows: (value, as_of as text) of one measure and unit; denominators: of a ratio."""
    b = pb.Batch(units=[unit.encode()])
    b.targets.add(id=measure.encode(), uom=uom.encode(), decimals=decimals)
    b.value.extend(v for v, _ in rows)
    b.denominator.extend(denominators)
    b.as_of.extend(day(d) for _, d in rows)
    return b.SerializeToString()


# --- the daemon -----------------------------------------------------------------------------------
class Unix(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


class Daemon:
    """A daemon with a store of its own. clock: where a manual clock starts; None: the system's."""

    def __init__(self, folder, clock="2022-03-01T09:00:00+08:00", extra=""):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process, self.ports, self.acts = None, None, 0
        self.log_path = self.folder / "daemon.log"
        sockets = ("ingest", "enrol", "query", "feed")
        listen = "".join(f"  {s}: tcp://127.0.0.1:*\n" for s in sockets)
        mode = f"clock:\n  mode: manual\n  start: {clock}\n" if clock else ""
        self.config = self.folder / "minshengd.yaml"
        self.config.write_text(f"store: store\nruntime: .\ncatalogue: {CATALOGUE}\n"
                               f"listen:\n{listen}  http: 127.0.0.1:0\n{mode}{extra}")

    @classmethod
    def running(cls, folder):
        """One that a shell test has started."""
        self = cls.__new__(cls)
        self.folder, self.acts, self.process = pathlib.Path(folder), 0, None
        self.log_path = self.folder / "daemon.log"
        self.ports = json.loads((self.folder / "ports.json").read_text())
        return self

    def start(self, wait=True):
        with contextlib.suppress(FileNotFoundError):
            (self.folder / "ports.json").unlink()
        self.log = open(self.log_path, "ab")
        self.process = subprocess.Popen([BIN / "minshengd", "--config", self.config],
                                        stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        if wait:
            self.ports = wait_until(self._ready, "the daemon is ready", START_S)
        return self

    def _ready(self):
        expect(self.process.poll() is None, f"the daemon ended: {self.process.returncode}")
        try:
            ports = json.loads((self.folder / "ports.json").read_text())
            return ports if self.http("GET", "/readyz", ports=ports)[0] == 200 else None
        except (OSError, ValueError, http.client.HTTPException):
            return None

    def stop(self, number=signal.SIGTERM, status=0):
        """Ends it and checks its exit status; status None: any."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            got = self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failure(f"the daemon did not end within {STOP_S} s of signal {number}")
        finally:
            self.process = None
            self.log.close()
        expect(status is None or got == status, f"exit status {got}, wanted {status}")

    def kill(self):
        self.stop(signal.SIGKILL, -signal.SIGKILL)

    def log_text(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def http(self, method, path, body=None, ports=None):
        """(status, text) over the control socket."""
        c = Unix((ports or self.ports)["control"])
        try:
            c.request(method, path, json.dumps(body) if body is not None else None,
                      {"Content-Type": "application/json"} if body is not None else {})
            answer = c.getresponse()
            return answer.status, answer.read().decode()
        finally:
            c.close()

    def act(self, act, **fields):
        """What a person does; the answer as a dict."""
        self.acts += 1
        request = {"id": f"{secrets.token_hex(8)}-{self.acts}", "act": act, "why": "test", **fields}
        status, text = self.http("POST", "/api/v1/acts", request)
        expect_equal(status, 200, f"{act}: {text}")
        return json.loads(text)

    def set_clock(self, text):
        """text: "2022-03-01T09:00:00+08:00"."""
        status, answer = self.http("POST", "/api/v1/clock", {"now": text})
        expect_equal(status, 200, f"clock: {answer}")

    def add_key(self, unit, role="reporter", items=()):
        """A new key pair that the daemon knows: (public, secret) as z85."""
        pair = zmq.curve_keypair()
        self.act("key.add", key=zmq.utils.z85.decode(pair[0]).hex(), unit=unit, role=role,
                 items=list(items))
        return pair

    def metric(self, name, labels=""):
        """The value of a counter; labels as they stand: 'code="gap"'."""
        line = f"{name}{{{labels}}} " if labels else f"{name} "
        for each in self.http("GET", "/metrics")[1].splitlines():
            if each.startswith(line):
                return float(each[len(line):])
        raise Failure(f"/metrics has no {line}")

    def wait_metric(self, name, labels, at_least):
        wait_until(lambda: self.metric(name, labels) >= at_least,
                   f"{name}{{{labels}}} >= {at_least}")

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, value, trace):
        if kind is None:
            self.stop()
        elif self.process:
            self.process.kill()
            self.process.wait()


# --- peers ----------------------------------------------------------------------------------------
class Peer:
    """A DEALER or SUB with a CURVE key, on one of the daemon's sockets."""

    def __init__(self, daemon, where, pair=None, kind=zmq.DEALER, server=None):
        self.pair = pair or zmq.curve_keypair()
        self.socket = zmq.Context.instance().socket(kind)
        self.socket.linger = 0
        self.socket.curve_serverkey = (server or daemon.ports["server_key"]).encode()
        self.socket.curve_publickey, self.socket.curve_secretkey = self.pair
        if kind == zmq.SUB:
            self.socket.subscribe(b"")
        self.socket.connect(daemon.ports[where])

    def send(self, *frames):
        self.socket.send_multipart(frames)

    def frames(self, seconds=WAIT_S):
        """The next message, or None."""
        return self.socket.recv_multipart() if self.socket.poll(seconds * 1000) else None

    def receive(self, kind=None, seconds=WAIT_S):
        """(type, body, epoch) of the next message; kind: what it has to be."""
        frames = self.frames(seconds)
        expect(frames is not None, f"nothing came within {seconds} s (wanted type {kind})")
        got = parse(frames[0])
        expect(kind is None or got[0] == kind,
               f"got type {got[0]} ({refusal_of(got)}), wanted {kind}")
        return got

    def ask(self, frame, kind, seconds=WAIT_S):
        self.send(frame)
        return self.receive(kind, seconds)[1]

    def refused(self, frame):
        """Sends a message that has to be refused: the name of the code."""
        return REFUSALS[self.ask(frame, REFUSED).code]

    def close(self):
        self.socket.close()


def refusal_of(got):
    return REFUSALS.get(got[1].code) if got[0] == REFUSED else "no refusal"


class Reporter(Peer):
    """One session on ingest."""

    def __init__(self, daemon, pair, epoch=None):
        super().__init__(daemon, "ingest", pair)
        self.epoch, self.next = epoch or secrets.token_bytes(16), 1

    def hello(self, first_held=None, programme=b"jining-2022"):
        body = pb.Hello(programme=programme, first_held=first_held or self.next, next=self.next,
                        software=b"test/1").SerializeToString()
        w = self.ask(message(HELLO, body, self.epoch), WELCOME)
        return w

    def batch(self, rows, first=None, **of):
        """The bytes of a batch, sealed; moves on to the next sequence."""
        frame = message(BATCH, batch_body(rows, **of), self.epoch, len(rows), first or self.next)
        if first is None:
            self.next += len(rows)
        return frame

    def push(self, rows, **of):
        """Sends a batch and waits for its receipts."""
        return self.ask(self.batch(rows, **of), RECEIPTS)


def snapshot(daemon, pair):
    """({(measure, unit): figure}, position) from the query socket."""
    peer, figures = Peer(daemon, "query", pair), {}
    try:
        peer.send(message(SNAPSHOT_REQUEST))
        while True:
            part = peer.receive(SNAPSHOT)[1]
            for f in part.figures:
                figures[f.measure.decode(), f.unit.decode()] = f
            if part.last:
                return figures, part.position
    finally:
        peer.close()


# --- running --------------------------------------------------------------------------------------
def main(*tests, **daemon_options):
    """Runs each test(daemon) with a daemon of its own; shows its log where one fails."""
    failed = 0
    for test in tests:
        folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{test.__name__}-"))
        daemon = Daemon(folder, **daemon_options)
        try:
            with daemon:
                test(daemon)
            print(f"ok {test.__name__}")
            shutil.rmtree(folder, ignore_errors=True)
        except Exception:
            failed += 1
            traceback.print_exc(file=sys.stdout)
            print(f"not ok {test.__name__}; the daemon's log ({folder}):")
            print("".join("    " + line + "\n" for line in daemon.log_text().splitlines()[-60:]))
    sys.stdout.flush()
    zmq.Context.instance().destroy(linger=0)
    sys.exit(1 if failed else 0)
