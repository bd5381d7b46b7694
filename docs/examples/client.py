#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A reporter in one file, written from proto/PROTOCOL.md (numbers in brackets are its sections).

Debian: apt install python3-zmq python3-protobuf protobuf-compiler
    protoc --proto_path=proto --python_out=/tmp/pb minsheng.proto
    export PYTHONPATH=/tmp/pb
    client.py --token-file token.txt --key-file my.key push canteens 3 --as-of 2022-06-30
    client.py --token-file token.txt --key-file my.key push - < rows.csv
    client.py --token-file token.txt --key-file my.key measures

rows.csv has a head line: measure,value,as_of and, where wanted, unit, denominator, kind, stage,
ref, reason, note, revision, object (ids with ; between them). Epoch, sequence and what has no receipt yet are kept in KEYFILE.state.
Exit status: 0 all admitted, 1 failed, 2 some rows were not admitted, 3 not delivered in time (run
again: nothing is lost or counted twice)."""
import argparse, base64, csv, datetime, decimal, json, os, random, secrets, struct, sys, time
try:
    import zmq
    import zmq.utils.z85
    import minsheng_pb2 as pb
except ImportError as e:  # --help works without them
    zmq, missing = None, e

HELLO, WELCOME, BATCH, RECEIPTS, SLICE_REQUEST, SLICE, PING, PONG, REFUSED = range(1, 10)
ENROL, ENROL_REPLY = 32, 33
GAP, CONFLICT, BUSY, NO_HELLO, CREDIT = 4, 5, 11, 12, 15
KINDS = ["total", "add", "stage", "level", "nil", "retract"]
VERDICTS = ["admitted", "hold", "reject", "duplicate", "conflict"]
SOFTWARE = b"client.py/1.0"


def need_libraries(program):
    """Ends the program where zmq or the messages can't be imported."""
    if zmq is None:
        sys.exit(f"{program}: {missing}; set it up as the first lines of client.py --help say")


class Silence(Exception):
    """Nothing was heard in time, or the session has to start over: make a new socket [1]."""


class Refused(Exception):
    """The daemon said no, and sending again would not help [7]."""


# --- shared with subscriber.py --------------------------------------------------------------------
def message(kind, body=b"", epoch=bytes(16), rows=0, first=0):
    return struct.pack(">BBHI16sQ", 1, kind, 0, rows, epoch, first) + body


def split(frame):
    version, kind, _, rows, epoch, first = struct.unpack(">BBHI16sQ", frame[:32])
    if version != 1:
        raise Refused(f"the daemon speaks version {version}")
    return kind, rows, first, frame[32:]


def load_token(path):
    text = (sys.stdin if path == "-" else open(path)).read().strip()
    if not text.startswith("MINSHENG1."):
        raise Refused(f"{path}: not an invitation")
    text = text.split(".", 1)[1]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def load_key(path):
    """(public, secret) as z85; made where the file is absent."""
    if not os.path.exists(path):
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
            f.write(zmq.curve_keypair()[1] + b"\n")
    secret = open(path, "rb").read().strip()
    return zmq.curve_public(secret), secret


def connect(ctx, kind, endpoint, token, pair, topics=()):
    s = ctx.socket(kind)
    s.curve_serverkey = token["server_key"].encode()
    s.curve_publickey, s.curve_secretkey = pair
    for option, value in ((zmq.LINGER, 0), (zmq.HEARTBEAT_IVL, 10000),
                          (zmq.HEARTBEAT_TIMEOUT, 30000), (zmq.HEARTBEAT_TTL, 60000),
                          (zmq.HANDSHAKE_IVL, 10000),
                          (zmq.RECONNECT_IVL, random.randint(1000, 3000)),
                          (zmq.RECONNECT_IVL_MAX, 60000), (zmq.TCP_KEEPALIVE, 1),
                          (zmq.MAXMSGSIZE, 1052672), (zmq.RCVHWM, 10000), (zmq.SNDTIMEO, 15000)):
        s.setsockopt(option, value)
    if kind == zmq.DEALER:
        s.setsockopt(zmq.IMMEDIATE, 1)
    for topic in topics:
        s.setsockopt(zmq.SUBSCRIBE, topic.encode())
    s.connect(token[endpoint])
    return s


def send(s, frame):
    try:
        s.send(frame)
    except zmq.Again:
        raise Silence("not connected")


def receive(s, seconds):
    if not s.poll(max(0, int(seconds * 1000))):
        raise Silence(f"nothing heard for {seconds:.0f} s")
    return s.recv()


def pause(attempt, deadline):
    """Full jitter: between 0 and 1 s, 2 s, 4 s ... 5 min [1]."""
    time.sleep(max(0, min(random.uniform(0, min(300, 2 ** attempt)), deadline - time.monotonic())))


def enrol(ctx, token, pair, deadline):
    """Asks to be let in until the office has said yes (minshengctl key approve) [11]."""
    body = pb.Enrol(nonce=bytes.fromhex(token["nonce"]), software=SOFTWARE,
                    public_key=zmq.utils.z85.decode(pair[0])).SerializeToString()
    attempt = 0
    while time.monotonic() < deadline:
        with connect(ctx, zmq.DEALER, "enrol", token, pair) as s:
            try:
                while True:
                    send(s, message(ENROL, body))
                    kind, _, _, reply = split(receive(s, 15))
                    if kind == REFUSED:
                        raise Refused(pb.Refused.FromString(reply).text.decode())
                    reply = pb.EnrolReply.FromString(reply)
                    if reply.state == 1:
                        return reply.reporter.decode()
                    if reply.state != 2:
                        raise Refused(reply.text.decode() or "the invitation is not valid")
                    print(f"{reply.text.decode()} At the office: minshengctl key approve "
                          f"'{pair[0].decode()}'", file=sys.stderr)
                    if time.monotonic() + 10 > deadline:
                        break
                    time.sleep(10)
            except Silence:
                attempt += 1
        pause(attempt, deadline)
    raise Silence("not enrolled in time")


def remember_enrolled(key_file, ask):
    """Enrols once a key: the file KEYFILE.enrolled says that it was done."""
    note = key_file + ".enrolled"
    if not os.path.exists(note):
        reporter = ask()
        print("enrolled as", reporter, file=sys.stderr)
        with open(note, "w") as f:
            f.write(reporter + "\n")


# --- the reporter ---------------------------------------------------------------------------------
class Outbox:
    """Epoch, next sequence and the sealed batches without a receipt: one file."""

    def __init__(self, path):
        self.path = path
        self.state = {"epoch": secrets.token_hex(16), "next": 1, "pending": []}
        if os.path.exists(path):
            self.state = json.load(open(path))

    def save(self):
        with open(self.path + ".tmp", "w") as f:
            json.dump(self.state, f)
            f.flush()
            os.fsync(f.fileno())
        os.replace(self.path + ".tmp", self.path)

    epoch = property(lambda self: bytes.fromhex(self.state["epoch"]))
    pending = property(lambda self: self.state["pending"])

    def add(self, rows, body):
        """A batch takes [next, next + rows); from here on its bytes never change [6]."""
        self.pending.append({"first": self.state["next"], "rows": rows, "body": body.hex()})
        self.state["next"] += rows

    def frame(self, b):
        return message(BATCH, bytes.fromhex(b["body"]), self.epoch, b["rows"], b["first"])

    def forget(self, through):
        self.state["pending"] = [b for b in self.pending if b["first"] + b["rows"] - 1 > through]
        self.save()

    def renew(self):
        """A new epoch for all that has no receipt: new headers, the bodies stay [6]."""
        old = self.pending
        self.state.update(epoch=secrets.token_hex(16), next=1, pending=[])
        for b in old:
            self.add(b["rows"], bytes.fromhex(b["body"]))
        self.save()


class Session:
    """One connection: Hello first, then anything, with a watchdog [1, 5]."""

    def __init__(self, ctx, token, pair, outbox):
        self.s, self.outbox = connect(ctx, zmq.DEALER, "ingest", token, pair), outbox
        self.heard = time.monotonic()

    def hello(self):
        outbox = self.outbox
        first = outbox.pending[0]["first"] if outbox.pending else outbox.state["next"]
        hello = pb.Hello(first_held=first, next=outbox.state["next"], software=SOFTWARE)
        self.send(message(HELLO, hello.SerializeToString(), outbox.epoch))
        self.welcome = pb.Welcome.FromString(self.wait_for(WELCOME, 15))
        if self.welcome.expected > outbox.state["next"]:  # an old copy of the state file
            outbox.renew()
            raise Silence("the epoch was used by another copy of this outbox")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.s.close()

    def send(self, frame):
        send(self.s, frame)
        self.sent = time.monotonic()

    def next(self):
        """The next message; Ping when idle for 20 s, Silence after 60 s without a word."""
        while not self.s.poll(1000):
            now = time.monotonic()
            if now - self.heard > 60 or now - self.progress > 60:
                raise Silence("no word, or no receipt, for 60 s")
            if now - self.sent > 20:
                self.send(message(PING))
        self.heard = time.monotonic()
        kind, _, _, body = split(self.s.recv())
        return kind, body

    def wait_for(self, wanted, seconds):
        end = time.monotonic() + seconds
        while True:
            kind, _, _, body = split(receive(self.s, end - time.monotonic()))
            if kind == wanted:
                return body
            if kind == REFUSED:
                self.refused(pb.Refused.FromString(body))

    def refused(self, r):
        """GAP and CREDIT are the caller's; the rest ends the session, or everything [7]."""
        text = r.text.decode()
        if r.code == CONFLICT:
            self.outbox.renew()
        elif r.code == BUSY:
            time.sleep(r.retry_ms / 1000)
        elif r.code != NO_HELLO:
            raise Refused(f"refused ({r.code}): {text}")
        raise Silence(text)

    def slice(self):
        self.send(message(SLICE_REQUEST))
        return {m.id.decode(): m for m in pb.Slice.FromString(self.wait_for(SLICE, 15)).measures}

    def deliver(self, on_receipt):
        """Sends what is pending, within the credit, until each batch has its receipt [6, 7]."""
        credit, at, flying, gone_back = self.welcome.credit, 0, {}, None
        self.progress = time.monotonic()
        while self.outbox.pending:
            while at < len(self.outbox.pending):
                b = self.outbox.pending[at]
                size = 32 + len(b["body"]) // 2
                if credit == 0 or (flying and sum(flying.values()) + size > credit):
                    break
                self.send(self.outbox.frame(b))
                flying[b["first"]] = size
                at += 1
            kind, body = self.next()
            if kind == RECEIPTS:
                receipts = pb.Receipts.FromString(body)
                credit, gone_back, self.progress = receipts.credit, None, time.monotonic()
                for item in receipts.items:
                    on_receipt(item)
                    before = len(self.outbox.pending)
                    self.outbox.forget(item.through_sequence)
                    at = max(0, at - before + len(self.outbox.pending))
                    flying = {f: n for f, n in flying.items() if f > item.through_sequence}
            elif kind == REFUSED:
                r = pb.Refused.FromString(body)
                if r.code not in (GAP, CREDIT):
                    self.refused(r)
                elif r.code == CREDIT or r.expected != gone_back:
                    if r.code == GAP and self.outbox.pending[0]["first"] > r.expected:
                        raise Silence("gap: say Hello again with what is still held")
                    gone_back = r.expected
                    at, flying = 0, {}
                    time.sleep(0.1 if r.code == CREDIT else 0)


def scaled(text, decimals):
    try:
        exact = decimal.Decimal(text or "0").scaleb(decimals)
        whole = exact.is_finite() and exact == exact.to_integral_value()
    except decimal.InvalidOperation:
        exact = decimal.Decimal("NaN")
    if not exact.is_finite():
        raise Refused(f"{text!r} is no number; write 1250 or 12.5")
    if not whole:
        raise Refused(f"{text}: more than {decimals} decimals")
    return int(exact)


def pack(rows, measures, unit):
    """Rows (dicts of texts) as the columns of one Batch [6]."""
    b, targets, units = pb.Batch(), {}, {}
    for i, row in enumerate(rows):
        name = row["measure"]
        if name not in measures:
            raise Refused(f"{name}: not among your measures: {', '.join(sorted(measures))}")
        m = measures[name]
        if name not in targets:
            targets[name] = len(targets)
            b.targets.add(id=m.id, uom=m.uom, decimals=m.decimals)
        b.target.append(targets[name])
        b.unit.append(units.setdefault(row.get("unit") or unit, len(units)))
        b.kind.append(KINDS.index(row.get("kind") or "total"))
        b.value.append(scaled(row.get("value"), m.decimals))
        b.denominator.append(scaled(row.get("denominator"), m.decimals))
        b.as_of.append((datetime.date.fromisoformat(row["as_of"]) - datetime.date(1970, 1, 1)).days)
        for id in filter(None, (t.strip() for t in (row.get("object") or "").split(";"))):
            b.object.row.append(i)  # several ids a row: places and things that are counted
            b.object.text.append(id.encode())
        for name in ("stage", "ref", "withdraw", "reason", "note", "evidence"):
            if row.get(name):
                getattr(b, name).row.append(i)
                getattr(b, name).text.append(row[name].encode())
        if row.get("revision"):
            b.revision.row.append(i)
            b.revision.number.append(scaled(row["revision"], 0))
    b.observed.append(int(time.time() * 1000))  # one value: the same for each row
    b.units.extend(u.encode() for u in units)
    return b.SerializeToString()


def rows_of(args):
    if args.measure == "-":
        return list(csv.DictReader(sys.stdin))
    return [{"measure": args.measure, "value": args.value, "as_of": args.as_of, "unit": args.unit,
             "kind": args.kind, "denominator": args.denominator, "stage": args.stage,
             "ref": args.ref, "withdraw": args.withdraw, "reason": args.reason, "note": args.note,
             "revision": args.revision, "object": args.object}]


def print_receipt(item, failed):
    verdicts = ", ".join(f"{n} {VERDICTS[v]}" for v, n in enumerate(item.counts) if n)
    print(f"receipt: rows {item.first_sequence}..{item.through_sequence} at position "
          f"{item.first_position}..{item.through_position}: {verdicts}")
    for e in item.exceptions:
        print(f"  row {e.row}: {VERDICTS[e.verdict]} ({e.code}) {e.text.decode()}")
    failed[0] += sum(n for v, n in enumerate(item.counts) if v in (1, 2, 4))


def run(args):
    token = load_token(args.token_file)
    if args.server:
        token["ingest"] = args.server
    pair, outbox = load_key(args.key_file), Outbox(args.key_file + ".state")
    ctx, deadline = zmq.Context(), time.monotonic() + args.timeout
    remember_enrolled(args.key_file, lambda: enrol(ctx, token, pair, deadline))
    rows, failed, attempt = (rows_of(args) if args.command == "push" else []), [0], 0
    while time.monotonic() < deadline:
        try:
            with Session(ctx, token, pair, outbox) as session:
                session.hello()
                attempt, size = 0, min(1000, session.welcome.batch_rows)
                if rows or args.command == "measures":
                    measures = session.slice()
                for i in range(0, len(rows), size):
                    outbox.add(len(rows[i:i + size]),
                               pack(rows[i:i + size], measures, session.welcome.reporter.decode()))
                rows = []
                outbox.save()
                if args.command == "measures":
                    for m in measures.values():
                        print(m.id.decode(), m.kind.decode(), m.uom.decode(), m.name_zh.decode())
                    return 0
                session.deliver(lambda item: print_receipt(item, failed))
                return 2 if failed[0] else 0
        except Silence as e:
            print(f"client.py: {e}; connecting again", file=sys.stderr)
            pause(attempt, deadline)
            attempt += 1
    return 3


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--token-file", required=True, help="the invitation; - for standard input")
    p.add_argument("--key-file", required=True, help="your secret key; made where it is absent")
    p.add_argument("--server", help="ingest endpoint, where it is not the token's")
    p.add_argument("--timeout", type=float, default=120, help="seconds to deliver in")
    commands = p.add_subparsers(dest="command", required=True)
    commands.add_parser("measures", help="what this key may report")
    push = commands.add_parser("push", help="report one row, or - for CSV on standard input")
    push.add_argument("measure")
    push.add_argument("value", nargs="?")
    for name in ("as-of", "unit", "kind", "denominator", "stage", "ref", "withdraw", "reason",
                 "note", "revision", "object"):
        push.add_argument("--" + name)
    args = p.parse_args()
    need_libraries("client.py")
    if args.command == "push" and args.measure != "-" and not args.as_of:
        p.error("push MEASURE VALUE needs --as-of")
    try:
        return run(args)
    except (Refused, OSError, ValueError, KeyError, decimal.InvalidOperation) as e:
        print(f"client.py: {e}", file=sys.stderr)
        return 1
    except Silence as e:
        print(f"client.py: {e}", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
