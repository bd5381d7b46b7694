#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Subscribers that are ended, killed and away for months: what they come back with is each alert
once, in order, and the totals that moved meanwhile. For people (minshengctl watch --resume) and for
programs (docs/examples/subscriber.py --resume, over ZeroMQ)."""
from lib import *

SUBSCRIBER = ROOT / "docs/examples/subscriber.py"


def get(daemon, path):
    status, text = daemon.http("GET", f"/api/v1/{path}")
    expect_equal(status, 200, text)
    return json.loads(text)


def last_alert(daemon):
    return get(daemon, "alerts/log?limit=1")["last"]


class Lines:
    """A program that prints a JSON object a line."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        stdin=subprocess.DEVNULL)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.text = b""

    def read(self):
        self.text += self.process.stdout.read() or b""
        return [json.loads(line) for line in self.text.splitlines(True) if line.endswith(b"\n")]

    def wait(self, condition, what):
        """Its lines, once condition(lines) holds."""
        def reached():
            lines = self.read()
            if condition(lines):
                return lines
            expect(self.process.poll() is None,
                   f"{what}: it ended: {self.process.stderr.read() if self.process.poll() else ''}")
            return None
        return wait_until(reached, what, 2 * WAIT_S)

    def end(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        self.process.wait(WAIT_S)
        self.process.stdout.close()
        self.process.stderr.close()


def watch(daemon, *words):
    return Lines(BIN / "minshengctl", "--socket", daemon.ports["control"], "--lang", "en", "watch",
                 *words, "--json")


def watch_fails(daemon, status, why, *words):
    done = subprocess.run([BIN / "minshengctl", "--socket", daemon.ports["control"], "--lang", "en",
                           "watch", *words], capture_output=True, text=True, timeout=30 * SLOW)
    expect_equal((done.returncode, done.stdout), (status, ""), f"{words}: {done.stderr}")
    expect(why in done.stderr, f"{why!r} in {done.stderr!r}")


def numbers_of(lines):
    return [line["number"] for line in lines if "number" in line]


def kept(path, key):
    return json.loads(path.read_text())[key] if path.exists() else None


def push(daemon, reporter, value, as_of):
    reporter.push([(value, as_of)])


def test_alerts(daemon):
    """Ended, killed, away for two months and over a restart of the daemon."""
    seen, all_numbers = daemon.folder / "seen.json", []
    months = ["2022-03-10", "2022-04-11", "2022-06-10", "2022-07-11"]
    for i, (today, ending) in enumerate(zip(months, [signal.SIGKILL, signal.SIGTERM] * 2)):
        w = watch(daemon, "alerts", "--from", "1", "--resume", seen)
        daemon.set_clock(f"{today}T09:00:00+08:00")
        last = last_alert(daemon)
        all_numbers += numbers_of(w.wait(lambda lines: numbers_of(lines)[-1:] == [last], "alerts"))
        wait_until(lambda: kept(seen, "alerts") == last, "the number is kept")
        w.end(ending)
        # nobody watches while a month closes, and the daemon is stopped in between
        daemon.set_clock(f"{today[:5]}{int(today[5:7]) + 1:02}-07T09:00:00+08:00")
        if i == 1:
            daemon.stop()
            daemon.start()
    last = last_alert(daemon)
    w = watch(daemon, "alerts", "--resume", seen)
    all_numbers += numbers_of(w.wait(lambda lines: numbers_of(lines)[-1:] == [last], "the rest"))
    w.end()
    expect(last > 100, f"{last} alerts in all")
    expect_equal(all_numbers, list(range(1, last + 1)), "each once, in order")


def test_nothing_yet(daemon):
    """Before the first alert the file says so: what comes while nobody watches is not skipped."""
    seen = daemon.folder / "seen.json"
    expect_equal(last_alert(daemon), 0, "no alert so far")
    w = watch(daemon, "alerts", "--resume", seen)
    wait_until(lambda: kept(seen, "alerts") == 0, "the file")
    w.end()
    daemon.set_clock("2022-04-11T09:00:00+08:00")
    last = last_alert(daemon)
    w = watch(daemon, "alerts", "--resume", seen)
    lines = w.wait(lambda lines: numbers_of(lines)[-1:] == [last], "alerts")
    w.end()
    expect_equal(numbers_of(lines), list(range(1, last + 1)), "from the first one on")


def test_other_files(daemon):
    """A file that is none, of another programme, of the other command, or of another store."""
    seen = daemon.folder / "seen.json"
    daemon.set_clock("2022-04-11T09:00:00+08:00")
    for text, status, why in (
            ("nonsense", 2, "not a file that --resume"),
            ('{"programme": "jining-2022", "totals": 3}', 2, "not a file that --resume"),
            ('{"programme": "elsewhere", "alerts": 3}', 2, "another programme"),
            ('{"programme": "jining-2022", "alerts": 1000000}', 1, "another one")):
        seen.write_text(text)
        watch_fails(daemon, status, why, "alerts", "--resume", seen, "--count", "1")
        expect_equal(seen.read_text(), text, "the file stays")
    watch_fails(daemon, 1, "can't write", "alerts", "--resume", daemon.folder / "none/seen.json")


def test_totals(daemon):
    """The snapshot once, then what moved, also while nobody watched."""
    seen = daemon.folder / "seen.json"
    reporter = Reporter(daemon, daemon.add_key("rencheng"))
    reporter.hello()
    push(daemon, reporter, 3, "2022-02-28")
    count = len(get(daemon, "targets")["targets"])
    w = watch(daemon, "totals", "--resume", seen)
    lines = w.wait(lambda lines: len(lines) == count, "the snapshot")
    position = get(daemon, "programme")["alert_number"]
    wait_until(lambda: kept(seen, "totals") is not None, "the position is kept")
    w.end()
    push(daemon, reporter, 5, "2022-03-01")
    w = watch(daemon, "totals", "--resume", seen)
    lines = w.wait(lambda lines: len(lines) >= 1, "what moved")
    expect_equal([(line["target"], line["value"]) for line in lines], [("canteens", "5")], "only that")
    wait_until(lambda: kept(seen, "totals") > position, "the position moves on")
    w.end(signal.SIGTERM)
    reporter.close()


def subscriber_token(daemon):
    done = subprocess.run([BIN / "minshengctl", "--socket", daemon.ports["control"], "--lang", "en",
                           "unit", "invite", "duchashi", "--role", "subscriber", "--auto-approve"],
                          capture_output=True, text=True, timeout=30 * SLOW)
    path = daemon.folder / "token"
    path.write_text([w for w in done.stdout.split() if w.startswith("MINSHENG1.")][0] + "\n")
    return path


def follow(daemon, token, seen):
    return Lines("/usr/bin/python3", SUBSCRIBER, "--token-file", token, "--key-file",
                 daemon.folder / "key", "--json", "--topic", "alert.", "--resume", seen)


def test_programs(daemon):
    """The same over ZeroMQ: killed while alerts are raised, started again."""
    daemon.set_clock("2022-03-10T09:00:00+08:00")
    token, seen, numbers = subscriber_token(daemon), daemon.folder / "seen.json", []
    for today in ("2022-04-11", "2022-06-10"):
        w = follow(daemon, token, seen)
        last = last_alert(daemon)
        w.wait(lambda lines: numbers_of(lines)[-1:] == [last], "what was missed")
        daemon.set_clock(f"{today}T09:00:00+08:00")
        last = last_alert(daemon)
        numbers += numbers_of(w.wait(lambda lines: numbers_of(lines)[-1:] == [last], "and live"))
        wait_until(lambda: kept(seen, "alert") == last, "the number is kept")
        w.end()
        daemon.set_clock(f"{today[:5]}{int(today[5:7]) + 1:02}-07T09:00:00+08:00")
    last = last_alert(daemon)
    w = follow(daemon, token, seen)
    numbers += numbers_of(w.wait(lambda lines: numbers_of(lines)[-1:] == [last], "the rest"))
    w.end()
    expect(last > 100, f"{last} alerts in all")
    expect_equal(numbers, list(range(1, last + 1)), "each once, in order")
    # a number of another daemon means nothing here
    seen.write_text(json.dumps({"server_key": "x" * 40, "alert": 1}))
    w = follow(daemon, token, seen)
    expect_equal(w.process.wait(30 * SLOW), 1, "refused")


if __name__ == "__main__":
    main(test_alerts, test_nothing_yet, test_other_files, test_totals, test_programs)
