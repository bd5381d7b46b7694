#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What comes back from a backup: an outbox from an older copy, two copies of one outbox, an epoch
that is used twice, a store of the daemon from an older copy. Nothing is lost that somebody still
holds, nothing counts twice, what is lost for good is said, and nobody runs in circles."""
from lib import *

WAIT = ["--wait", str(30 * SLOW)]


class Collector:
    """The minsheng program with a folder of its own."""

    def __init__(self, daemon, name, unit="rencheng"):
        self.folder, self.unit = daemon.folder / name, unit
        self.folder.mkdir()
        pair = daemon.add_key(unit)
        secret = self.folder / "key.secret"
        secret.write_bytes(pair[1] + b"\n")
        secret.chmod(0o600)
        self.public = pair[0].decode()
        self.point_to(daemon)

    def point_to(self, daemon):
        """Daemons of these tests come back on other ports."""
        (self.folder / "identity.json").write_text(json.dumps({
            "reporter": self.unit, "programme": "", "public_key": self.public,
            "server_key": daemon.ports["server_key"], "servers": [daemon.ports["ingest"]]}))

    def run(self, *args, rows=None, status=0):
        text = "".join(json.dumps(r) + "\n" for r in rows or [])
        done = subprocess.run([BIN / "minsheng", "--folder", self.folder, "--lang", "en", *args],
                              input=text, capture_output=True, text=True, timeout=90 * SLOW)
        expect_equal(done.returncode, status, f"{args}: {done.stdout}{done.stderr}")
        return done.stdout

    def report(self, rows, *args, status=0):
        """Imports rows and says what became of them."""
        return json.loads(self.run("import", "-", "--format", "jsonl", "--json", *(args or WAIT),
                                   rows=rows, status=status))

    def flush(self):
        return self.run("outbox", "flush", *WAIT)

    def status(self):
        return json.loads(self.run("status", "--json"))

    def copy_to(self, name):
        target = self.folder.parent / name
        shutil.copytree(self.folder, target)
        return target

    def restore_from(self, copy):
        shutil.rmtree(self.folder)
        shutil.copytree(copy, self.folder)


def total(value, as_of, measure="canteens"):
    return {"target": measure, "value": str(value), "as_of": as_of}


def add(value, as_of, ref, measure="sports-grounds"):
    return {"target": measure, "kind": "add", "value": str(value), "as_of": as_of, "ref": ref}


def city(daemon, measure):
    """What the whole city stands at."""
    status, text = daemon.http("GET", f"/api/v1/targets/{measure}")
    expect_equal(status, 200, text)
    return json.loads(text)["value"]


def rows_by_verdict(daemon):
    names = ("admitted", "hold", "reject", "duplicate", "conflict")
    return {n: int(daemon.metric("minsheng_rows_total", f'verdict="{n}"')) for n in names}


def expect_quiet(daemon):
    """Nobody was sent round in circles."""
    for code in ("gap", "conflict", "fenced", "busy", "no-hello", "credit"):
        expect(daemon.metric("minsheng_refused_total", f'code="{code}"') < 10, f"refusals {code}")
    expect(len(daemon.log_text().splitlines()) < 300, "the log is longer than there is to say")


def test_restored_outbox(daemon):
    """The copy is older than what was delivered since: rows that came after it are not sent again,
    new ones count."""
    c = Collector(daemon, "county")
    c.report([total(1, "2022-01-31"), add(2, "2022-01-31", "a1")])
    copy = c.copy_to("backup")
    c.report([total(3, "2022-02-10"), add(5, "2022-02-10", "a2")])
    c.restore_from(copy)
    got = c.report([total(4, "2022-02-20"), add(7, "2022-02-20", "a3")])
    expect_equal((got["receipted"], got["admitted"], got["waiting"]), (2, 2, 0), "after the restore")
    expect_equal((city(daemon, "canteens"), city(daemon, "sports-grounds")), ("4", "14"), "totals")
    expect_equal(rows_by_verdict(daemon)["admitted"], 6, "rows")
    # once more: the epoch of the restored outbox holds
    got = c.report([add(1, "2022-02-21", "a4")])
    expect_equal(got["admitted"], 1, "the next day")
    expect_quiet(daemon)


def test_restored_outbox_with_rows(daemon):
    """The copy still holds rows that were delivered since: they are sent again under another epoch,
    and the daemon knows them."""
    c = Collector(daemon, "county")
    c.report([total(1, "2022-01-31")])
    rows = [total(3, "2022-02-10"), add(5, "2022-02-10", "b1"), add(6, "2022-02-11", "b2"),
            total(4, "2022-02-20")]
    c.report(rows, "--no-wait")
    copy = c.copy_to("backup")
    c.flush()
    expect_equal((city(daemon, "canteens"), city(daemon, "sports-grounds")), ("4", "11"), "totals")
    c.restore_from(copy)
    c.flush()
    expect_equal((city(daemon, "canteens"), city(daemon, "sports-grounds")), ("4", "11"),
                 "totals after the rows came again")
    expect_equal(rows_by_verdict(daemon), {"admitted": 5, "hold": 0, "reject": 0, "duplicate": 4,
                                           "conflict": 0}, "rows")
    expect_equal(c.status()["waiting_rows"], 0, "rows that wait")
    expect_quiet(daemon)


def test_clones(daemon):
    """Two machines were made from one image: both deliver, each under an epoch of its own."""
    c = Collector(daemon, "county")
    c.report([add(1, "2022-01-31", "c0")])
    c.report([add(2, "2022-02-01", "c1")], "--no-wait")
    twin = Collector.__new__(Collector)
    twin.folder, twin.unit = c.copy_to("twin"), c.unit
    ours, theirs = [], []
    for i in range(5):
        ours.append(c.report([add(10, "2022-02-10", f"c-{i}")]))
        theirs.append(twin.report([add(100, "2022-02-10", f"t-{i}")]))
    expect(all(g["admitted"] == 1 and g["waiting"] == 0 for g in ours + theirs), "all are admitted")
    expect_equal(city(daemon, "sports-grounds"), str(1 + 2 + 50 + 500), "the total")
    expect_equal(rows_by_verdict(daemon)["duplicate"], 1, "the row that both held")
    expect_quiet(daemon)


def test_one_folder_twice(daemon):
    """A second process on the same folder is kept out, and says so."""
    c = Collector(daemon, "county")
    first = subprocess.Popen([BIN / "minsheng", "--folder", c.folder, "import", "-", "--format",
                              "jsonl", *WAIT], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    daemon.stop()  # so that it has to wait for its receipts
    first.stdin.write((json.dumps(total(1, "2022-01-31")) + "\n").encode())
    first.stdin.close()
    lock = c.folder / "outbox"
    wait_until(lock.exists, "the first one has its outbox")
    said = second_says(c)
    expect("held by" in said and "nothing was stored" in said, f"who holds it: {said}")
    first.kill()
    first.wait()
    daemon.start()
    c.point_to(daemon)
    c.report([total(1, "2022-01-31"), total(2, "2022-02-10")])
    expect_equal(city(daemon, "canteens"), "2", "the total")


def second_says(c):
    done = subprocess.run([BIN / "minsheng", "--folder", c.folder, "--lang", "en", "push",
                           "canteens", "9", "--as-of", "2022-01-31", "--wait", "1"],
                          capture_output=True, text=True, timeout=30 * SLOW)
    expect_equal(done.returncode, 75, f"a second process: {done.stderr}")
    return done.stderr


def test_fenced(daemon):
    """One epoch, two sessions: the older one hears that it is fenced, and nothing of it counts."""
    pair = daemon.add_key("rencheng")
    old, new = Reporter(daemon, pair), None
    old.hello()
    expect_equal(old.push([(1, "2022-01-31")]).expected, 2, "the first session")
    new = Reporter(daemon, pair, old.epoch)
    new.next = 2
    expect_equal(new.hello().expected, 2, "the second session")
    expect_equal(REFUSALS[old.receive(REFUSED)[1].code], "fenced", "the first one is told")
    expect(old.refused(old.batch([(9, "2022-02-10")])) in ("fenced", "no-hello"), "and goes on")
    expect_equal(new.push([(2, "2022-02-10")]).expected, 3, "the second one counts")
    # other bytes under a sequence that was used
    other = new.batch([(8, "2022-02-12")], first=2)
    refused = new.ask(other, REFUSED)
    expect_equal((REFUSALS[refused.code], refused.expected), ("conflict", 3), "other bytes")
    expect_equal(city(daemon, "canteens"), "2", "the total")
    figures = [a for a in open_alerts(daemon) if a["kind"] == "conflict"]
    expect_equal(len(figures), 1, "alerts of a conflict")


def open_alerts(daemon):
    status, text = daemon.http("GET", "/api/v1/alerts")
    expect_equal(status, 200, text)
    return json.loads(text)["alerts"]


def test_restored_store(daemon):
    """The daemon forgot what it had acknowledged: rows that nobody holds any more are a gap, which
    is recorded and alarmed; rows that are still held come again."""
    c, other = Collector(daemon, "county"), Collector(daemon, "other", "yutai")
    c.report([total(1, "2022-01-31")])
    other.report([total(1, "2022-01-31")])
    daemon.stop()
    shutil.copytree(daemon.folder / "store", daemon.folder / "store.backup")
    daemon.start()
    c.point_to(daemon)
    c.report([total(3, "2022-02-10"), total(4, "2022-02-11")])
    daemon.stop()
    shutil.rmtree(daemon.folder / "store")
    shutil.copytree(daemon.folder / "store.backup", daemon.folder / "store")
    daemon.start()
    c.point_to(daemon)
    other.point_to(daemon)
    expect_equal(city(daemon, "canteens"), "2", "the total that was restored")
    got = c.report([total(6, "2022-02-20")])
    expect_equal((got["admitted"], got["waiting"]), (1, 0), "the county goes on")
    got = other.report([total(2, "2022-02-20")])
    expect_equal((got["admitted"], got["waiting"]), (1, 0), "the one that lost nothing goes on")
    expect_equal(city(daemon, "canteens"), "8", "the total")
    gaps = [a for a in open_alerts(daemon) if a["kind"] == "gap"]
    expect_equal([a["unit"] for a in gaps], ["rencheng"], "alerts of a gap")
    got = c.report([total(7, "2022-02-21")])
    expect_equal(got["admitted"], 1, "and goes on")
    expect_equal(len([a for a in open_alerts(daemon) if a["kind"] == "gap"]), 1, "still one gap")
    status, text = daemon.http("POST", "/api/v1/verify", {})
    expect(status == 200 and json.loads(text)["ok"], f"the ledger is sound: {text}")
    expect_quiet(daemon)


main(test_restored_outbox, test_restored_outbox_with_rows, test_clones, test_one_folder_twice,
     test_fenced, test_restored_store)
