#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The examples in Python, which know nothing but PROTOCOL.md, against the real daemon: let in by an
invitation, a row and its receipt, the total as it changes on the feed, alerts from the first one."""
import threading

from lib import *

EXAMPLES = ROOT / "docs/examples"


def ctl(daemon, *words):
    done = subprocess.run([BIN / "minshengctl", "--socket", daemon.ports["control"], "--lang", "en",
                           *words], capture_output=True, text=True, timeout=30 * SLOW)
    expect_equal(done.returncode, 0, f"{words}: {done.stderr}")
    return done.stdout


def invite(daemon, unit, *args, approve="--auto-approve"):
    """A token, as minshengctl prints it."""
    text = ctl(daemon, "unit", "invite", unit, *([approve] if approve else []), *args)
    tokens = [w for w in text.split() if w.startswith("MINSHENG1.")]
    expect_equal(len(tokens), 1, f"one token in {text!r}")
    path = daemon.folder / f"token-{secrets.token_hex(4)}"
    path.write_text(tokens[0] + "\n")
    return path


def example(daemon, program, token, *args, rows=None):
    key = daemon.folder / (token.name + ".key")
    return subprocess.Popen(["/usr/bin/python3", EXAMPLES / program, "--token-file", token,
                             "--key-file", key, *args], text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)


def run(daemon, program, token, *args, status=0):
    p = example(daemon, program, token, *args)
    text = p.communicate(timeout=120 * SLOW)[0]
    expect_equal(p.returncode, status, f"{program} {args}: {text}")
    return text


class Follower:
    """subscriber.py --json, its lines as they come."""

    def __init__(self, daemon, token, *args):
        self.process = example(daemon, "subscriber.py", token, "--json", "--timeout", "120", *args)
        self.lines, self.text = [], ""
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        for line in self.process.stdout:
            self.text += line
            if line.startswith("{"):
                self.lines.append(json.loads(line))

    def wait_for(self, what, **fields):
        def found():
            for line in self.lines:
                if all(line.get(k) == v for k, v in fields.items()):
                    return line
            expect(self.process.poll() is None, f"subscriber.py ended: {self.text}")
            return None
        return wait_until(found, f"{what} {fields}: {self.text[-2000:]}", 30 * SLOW)

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.thread.join()


def test_examples(daemon):
    county, office = invite(daemon, "rencheng"), invite(daemon, "duchashi", "--role", "subscriber")
    text = run(daemon, "client.py", county, "measures")
    expect("canteens quantity" in text, f"its measures: {text}")
    text = run(daemon, "client.py", county, "push", "canteens", "3", "--as-of", "2022-02-28")
    expect("1 admitted" in text, f"a receipt: {text}")
    text = run(daemon, "client.py", county, "push", "canteens", "three", "--as-of", "2022-02-28",
               status=1)
    expect("'three' is no number" in text, f"a bad number: {text}")
    for program in ("client.py", "subscriber.py"):
        done = subprocess.run(["/usr/bin/python3", "-BS", EXAMPLES / program, "--help"],
                              capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
        expect(done.returncode == 0 and "--token-file" in done.stdout, f"help: {done.stderr}")

    follower = Follower(daemon, office)
    follower.wait_for("the snapshot", type="figure", measure="canteens", unit="jining", value=3)
    text = run(daemon, "client.py", county, "push", "canteens", "5", "--as-of", "2022-03-01")
    follower.wait_for("the city's total", type="total", measure="canteens", unit="jining", value=5)
    follower.wait_for("the county's", type="total", measure="canteens", unit="rencheng", value=5)

    # a fall without a reason is held, and that is an alert
    text = run(daemon, "client.py", county, "push", "canteens", "4", "--as-of", "2022-03-01",
               status=2)
    expect("hold" in text, f"a receipt: {text}")
    alert = follower.wait_for("the alert", type="alert", kind="hold", transition="raised",
                              measure="canteens", unit="rencheng")
    # months pass: lights and more alerts
    daemon.set_clock("2022-05-10T09:00:00+08:00")
    follower.wait_for("silence", type="alert", kind="silent", transition="raised")
    follower.stop()
    numbers = [line["number"] for line in follower.lines if line["type"] == "alert"]
    expect_equal(numbers, list(range(1, len(numbers) + 1)), "numbers of the alerts")

    replay = run(daemon, "subscriber.py", office, "--json", "--alerts-from", str(alert["number"]),
                 "--topic", "alert.", "--count", "2")
    again = [json.loads(line) for line in replay.splitlines() if '"alert"' in line]
    again = [line for line in again if line["type"] == "alert"]
    expect_equal(again[0], alert, "the alert, replayed")
    expect_equal(again[1]["number"], alert["number"] + 1, "the one after it")


def test_invitation_used_twice(daemon):
    """A token lets one key in; another one is refused."""
    token = invite(daemon, "yutai")
    run(daemon, "client.py", token, "measures")
    other = daemon.folder / "copy"
    other.write_text(token.read_text())
    text = run(daemon, "client.py", other, "measures", status=1)
    expect("invitation" in text or "邀请" in text, f"why: {text}")


def test_office_approves(daemon):
    """Unless the office said otherwise, a key waits for it."""
    waits = example(daemon, "client.py", invite(daemon, "yutai", approve=None), "measures")
    line = waits.stdout.readline()
    expect("minshengctl key approve '" in line, f"what the office types: {line}")
    key = line.split("'")[1]
    keys = [k for u in json.loads(ctl(daemon, "key", "list", "--json"))["reporters"]
            for k in u["keys"] if k["z85"] == key]
    expect_equal([k["state"] for k in keys], ["waiting"], "its state")
    ctl(daemon, "key", "approve", key)
    text = waits.communicate(timeout=60 * SLOW)[0]
    expect(waits.returncode == 0 and "canteens quantity" in text, f"let in: {text}")


def free_ports(count):
    """Below those that the kernel gives to whoever connects: nobody takes them meanwhile."""
    found, port = [], 12000 + os.getpid() % 4000 * 2
    while len(found) < count:
        with socket.socket() as s, contextlib.suppress(OSError):
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(("127.0.0.1", port))
            found.append(port)
        port += 1
    return found


def test_daemon_killed(daemon):
    """client.py and subscriber.py live through a crash: nothing lost, nothing twice."""
    text = daemon.config.read_text()
    for name, port in zip(("ingest", "enrol", "query", "feed"), free_ports(4)):
        text = text.replace(f"  {name}: tcp://127.0.0.1:*", f"  {name}: tcp://127.0.0.1:{port}")
    daemon.stop()
    daemon.config.write_text(text)
    daemon.start()
    county, office = invite(daemon, "rencheng"), invite(daemon, "duchashi", "--role", "subscriber")
    run(daemon, "client.py", county, "push", "canteens", "1", "--as-of", "2022-02-01")
    follower = Follower(daemon, office)
    follower.wait_for("the snapshot", type="figure", measure="canteens", unit="jining", value=1)
    daemon.kill()
    push = example(daemon, "client.py", county, "push", "canteens", "2", "--as-of", "2022-02-02")
    daemon.start()
    text = push.communicate(timeout=120 * SLOW)[0]
    expect(push.returncode == 0 and "1 admitted" in text, f"the push: {text}")
    follower.wait_for("the total", measure="canteens", unit="jining", value=2)
    follower.stop()
    status, text = daemon.http("GET", "/api/v1/programme")
    expect_equal(json.loads(text)["rows"], 2, "rows of the ledger")


main(test_examples, test_invitation_used_twice, test_office_approves, test_daemon_killed)
