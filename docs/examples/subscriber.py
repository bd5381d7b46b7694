#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Follows totals, lights and alerts without a hole or a double, written from proto/PROTOCOL.md
(numbers in brackets are its sections). Set-up as in client.py, which it borrows from.

    subscriber.py --token-file token.txt --key-file my.key
    subscriber.py --token-file token.txt --key-file my.key --json --topic total.canteens. --count 10
    subscriber.py --token-file token.txt --key-file my.key --json --topic alert. --resume seen.json

Prints a line for each figure of the snapshot that was reported (--all: for each), then for each
change and each alert. Ends by itself only with --until-position, --count or --timeout. With
--resume each alert comes once, in order, however often the program was ended and for however long:
the number of the last one passed on is kept in that file. (Who is killed between the line and the
file gets that one line again, with the same number.) Exit status: 0 the end that was asked for
came, 1 failed, 3 --timeout came first."""
import argparse, datetime, decimal, json, os, sys, time
from client import (REFUSED, Refused, Silence, connect, enrol, load_key, load_token, message,
                    need_libraries, pause, receive, remember_enrolled, send, split)
try:
    import zmq
    import minsheng_pb2 as pb
except ImportError:  # --help works without them
    pass

SNAPSHOT_REQUEST, SNAPSHOT, REPLAY_REQUEST, REPLAY = 16, 17, 18, 19
TOTAL, LIGHT, ALERT, HEAD = 48, 49, 50, 51
LIGHTS = ["none", "green", "yellow", "red", "done", "reached"]


class Done(Exception):
    """What --until-position or --count asked for has come."""


class Hole(Exception):
    """A message was missed: take a snapshot again [10]."""


def exact(value, decimals):
    """1250 at 2 decimals is the text 12.50; whole numbers stay numbers."""
    return str(decimal.Decimal(value).scaleb(-decimals)) if decimals else value


class Resume:
    """The number of the last alert that was passed on, in a file that is replaced whole. A number
    belongs to the daemon that gave it: its key stands beside it."""

    def __init__(self, path, server_key):
        self.path, self.server_key, self.alert = path, server_key, None
        if path and os.path.exists(path):
            with open(path) as f:
                kept = json.load(f)
            if kept["server_key"] != server_key:
                raise Refused(f"{path}: kept for another daemon")
            self.alert = int(kept["alert"])

    def keep(self, number):
        if not self.path:
            return
        with open(self.path + ".new", "w") as f:
            json.dump({"server_key": self.server_key, "alert": number}, f)
            f.flush()
            os.fsync(f.fileno())
        os.replace(self.path + ".new", self.path)


class Printer:
    def __init__(self, args):
        self.args, self.changes = args, 0

    def put(self, what, **fields):
        if self.args.json:
            print(json.dumps({"type": what, **fields}, ensure_ascii=False), flush=True)
        else:
            print(what, " ".join(f"{k}={v}" for k, v in fields.items()), flush=True)

    def figure(self, what, f):
        day = datetime.date(1970, 1, 1) + datetime.timedelta(f.as_of)
        self.put(what, measure=f.measure.decode(), unit=f.unit.decode(),
                 value=exact(f.value, f.decimals) if f.present else None,
                 denominator=exact(f.denominator, f.decimals),
                 as_of=day.isoformat() if f.present else None,
                 light=LIGHTS[f.light] if f.light < len(LIGHTS) else f.light, position=f.position)

    def alert(self, a):
        self.put("alert", number=a.number, id=a.id.decode(), kind=a.kind.decode(),
                 transition=a.transition.decode(), severity=a.severity.decode(),
                 measure=a.measure.decode(), unit=a.unit.decode(), position=a.position,
                 text=a.text_zh.decode(), text_en=a.text_en.decode())

    def changed(self):
        """Counts what is new, for --count."""
        self.changes += 1
        if self.args.count and self.changes >= self.args.count:
            raise Done


class Follower:
    def __init__(self, token, pair, args, deadline):
        self.token, self.pair, self.args, self.deadline = token, pair, args, deadline
        self.ctx, self.printer = zmq.Context(), Printer(args)
        self.resume = Resume(args.resume, token["server_key"])
        self.alerts = args.alerts_from - 1  # A of [10]: newest alert number that was taken
        if self.resume.alert is not None:
            self.alerts = self.resume.alert
        self.position = 0                   # how far the ledger was when last heard
        self.shown = {}                     # (measure, unit) -> what was printed of it
        self.all_alerts = any("alert.".startswith(t) for t in args.topics)

    def follow(self):
        """One pair of sockets, until something is wrong with them."""
        topics = self.args.topics + ["head"]
        with connect(self.ctx, zmq.SUB, "feed", self.token, self.pair, topics) as self.feed, \
                connect(self.ctx, zmq.DEALER, "query", self.token, self.pair) as self.query:
            self.head = 0
            buffer = [self.first_head()]
            while True:
                try:
                    self.snapshot(buffer)
                    while True:
                        self.take(*(buffer.pop(0) if buffer else self.next_message(60)))
                except Hole:
                    continue

    def next_message(self, seconds):
        seconds = min(seconds, self.deadline - time.monotonic())
        if not self.feed.poll(max(0, int(seconds * 1000))):
            raise Silence(f"no feed for {seconds:.0f} s")
        topic, frame = self.feed.recv_multipart()
        return topic.decode(), frame

    def first_head(self):
        """Once it is here, the subscription stands [10.1]. No head for 15 s: a new socket."""
        end = time.monotonic() + 15
        while time.monotonic() < end:
            topic, frame = self.next_message(end - time.monotonic())
            if topic == "head":
                return topic, frame
        raise Silence("no head")

    def ask(self, request, wanted):
        """Yields the bodies of the answers, until the caller has enough."""
        send(self.query, request)
        while True:
            kind, _, _, body = split(receive(self.query, 15))
            if kind == REFUSED:
                raise Refused(pb.Refused.FromString(body).text.decode())
            if kind == wanted:
                yield body

    def snapshot(self, buffer):
        """Snapshot, then the alerts since the last one known; the feed queues up meanwhile [10]."""
        for body in self.ask(message(SNAPSHOT_REQUEST), SNAPSHOT):
            part = pb.Snapshot.FromString(body)
            for f in part.figures:
                self.show("figure", f)
            while self.feed.poll(0):
                buffer.append(self.next_message(0))
            if part.last:
                break
        self.seen, self.start = {}, part.position
        self.pending_head = False
        if self.all_alerts and part.alert_number < self.alerts:
            raise Refused(f"another store: its alerts end at {part.alert_number}, "
                          f"{self.alerts} were seen")
        if self.all_alerts:
            self.replay(part.alert_number)
        self.reached(part.position)

    def replay(self, through):
        while self.alerts < through:
            request = pb.ReplayRequest(**{"from": self.alerts + 1})
            answers = self.ask(message(REPLAY_REQUEST, request.SerializeToString()), REPLAY)
            replay = pb.Replay.FromString(next(answers))
            if not replay.alerts:
                raise Refused(f"alerts {self.alerts + 1}..{through} are not to be had")
            for a in replay.alerts:
                self.take_alert(a)

    def take_alert(self, a):
        if a.number > self.alerts:
            self.printer.alert(a)
            self.alerts = a.number
            self.resume.keep(a.number)
            self.printer.changed()

    def take(self, topic, frame):
        """The rules of [10.4]."""
        kind, _, _, body = split(frame)
        if kind in (TOTAL, LIGHT):
            m = pb.FeedFigure.FromString(body)
            if self.is_new(topic, m):
                self.show("total" if kind == TOTAL else "light", m.figure)
                self.printer.changed()
        elif kind == ALERT:
            m = pb.FeedAlert.FromString(body)
            if self.all_alerts and m.alert.number > self.alerts + 1:
                self.replay(m.alert.number)
            elif self.all_alerts or self.is_new(topic, m):
                self.take_alert(m.alert)
        elif kind == HEAD:
            self.take_head(pb.FeedHead.FromString(body))

    def is_new(self, topic, m):
        seen = self.seen.get(topic, self.start)
        if m.position <= seen:
            return False  # old, or the repetition each minute
        if m.previous > seen:
            raise Hole
        self.seen[topic] = m.position
        return True

    def take_head(self, head):
        if head.position < self.head:
            raise Silence("the store was replaced")
        self.head = head.position
        if self.all_alerts and head.alert_number > self.alerts and self.pending_head:
            self.replay(head.alert_number)
        self.pending_head = head.alert_number > self.alerts
        self.reached(head.position)

    def show(self, what, f):
        """A second snapshot prints only what the first one did not say."""
        key, now = (f.measure, f.unit), (f.position, f.light)
        if what == "figure" and not f.present and not self.args.all:
            return
        if what != "figure" or self.shown.get(key) != now:
            self.printer.figure(what, f)
        self.shown[key] = now

    def reached(self, position):
        self.position = position
        if self.args.until_position and position >= self.args.until_position:
            raise Done


def run(args):
    token, pair = load_token(args.token_file), load_key(args.key_file)
    deadline = time.monotonic() + (args.timeout or 10 ** 9)
    follower, attempt = Follower(token, pair, args, deadline), 0
    remember_enrolled(args.key_file, lambda: enrol(follower.ctx, token, pair, deadline))
    while time.monotonic() < deadline:
        begun = time.monotonic()
        try:
            follower.follow()
        except Done:
            follower.printer.put("end", position=follower.position, alert=follower.alerts)
            return 0
        except Silence as e:
            if time.monotonic() + 1 < deadline:
                print(f"subscriber.py: {e}; connecting again", file=sys.stderr)
        attempt = 0 if time.monotonic() - begun > 60 else attempt + 1
        pause(attempt, deadline)
    return 3


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--token-file", required=True, help="the invitation; - for standard input")
    p.add_argument("--key-file", required=True, help="your secret key; made where it is absent")
    p.add_argument("--topic", dest="topics", action="append", metavar="PREFIX",
                   help="such as total.canteens. (any number; all where none is given)")
    p.add_argument("--alerts-from", type=int, default=1, metavar="N", help="replay alerts from N")
    p.add_argument("--resume", metavar="FILE", help="keep the last alert's number there, go on behind it")
    p.add_argument("--all", action="store_true", help="figures too that nobody has reported yet")
    p.add_argument("--json", action="store_true", help="a JSON object a line")
    p.add_argument("--until-position", type=int, metavar="N", help="end once the ledger is there")
    p.add_argument("--count", type=int, metavar="N", help="end after N changes and alerts")
    p.add_argument("--timeout", type=float, metavar="S", help="end after S seconds, with status 3")
    args = p.parse_args()
    need_libraries("subscriber.py")
    args.topics = args.topics or ["total.", "light.", "alert."]
    if args.resume and not any("alert.".startswith(t) for t in args.topics):
        p.error("--resume needs all alerts: --topic alert.")
    try:
        return run(args)
    except (Refused, OSError, ValueError, KeyError) as e:
        print(f"subscriber.py: {e}", file=sys.stderr)
        return 1
    except Silence as e:
        print(f"subscriber.py: {e}", file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
