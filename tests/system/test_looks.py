#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Looks at a played year that change nothing: reconciliation, other thresholds, pace, and programs
that follow alerts and totals. What is answered is checked against what the rest of the API says."""
from lib import *
from fractions import Fraction
import datetime, re

PLAYED = "2023-03-01T09:00:00+08:00"  # after the demo's last day


def ctl(daemon, *words, status=0, lang="en"):
    done = subprocess.run([BIN / "minshengctl", "--socket", daemon.ports["control"], "--lang", lang,
                           *words], capture_output=True, text=True)
    expect_equal(done.returncode, status, f"minshengctl {words}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def get(daemon, path, status=200):
    got, text = daemon.http("GET", "/api/v1/" + path)
    expect_equal(got, status, f"{path}: {text[:300]}")
    return json.loads(text)


def head(daemon):
    p = get(daemon, "programme")
    return p["position"], p["chain"]


# --- reconciliation -------------------------------------------------------------------------------
def allowed(counted):
    return max(Fraction(1), abs(Fraction(counted)) * 2 / 100)


def check_row(daemon, row, period):
    """Difference and tolerance by hand; the rows that are named say what is claimed."""
    for s in row["shadows"]:
        if s["within"] is None:
            continue
        ratio = "numerator" in s
        ours, theirs = (f["numerator" if ratio else "value"] for f in (row["counted"], s))
        apart, most = Fraction(theirs) - Fraction(ours), allowed(ours)
        expect_equal(Fraction(s["difference"]), apart, f"difference of {row['target']}")
        expect_equal(Fraction(s["tolerance"]), most, f"tolerance of {row['target']}")
        within = abs(apart) <= most
        if ratio:
            below = Fraction(s["denominator"]) - Fraction(row["counted"]["denominator"])
            within &= abs(below) <= allowed(row["counted"]["denominator"])
        expect_equal(s["within"], within, f"{row['target']} of {row['unit']['id']} in {period}")
        o = s["origin"]
        expect(o["row"] is not None, f"the row of {row['target']}")
        event = get(daemon, f"events/{o['position']}/{o['row']}")["event"]
        expect_equal((event["target"], event["unit"], event["as_of"], event["verdict"]),
                     (row["target"], row["unit"]["id"], s["as_of"], "admitted"), "the row named")
        expect_equal(o["reporter"], event["reporter"], "who said it")


def test_reconciliation(daemon):
    compared = differ = 0
    for month in (f"2022-{m:02}" for m in range(1, 13)):
        answer = get(daemon, f"reconciliation?period={month}")
        expect_equal((answer["period"][:7], answer["compared"]), (month, len(answer["rows"])), month)
        for row in answer["rows"]:
            check_row(daemon, row, month)
            expect_equal(row["differs"], any(s["within"] is False for s in row["shadows"]), "differs")
            compared += sum(s["within"] is not None for s in row["shadows"])
            differ += row["differs"]
    expect(compared > 5 and differ > 0, f"{compared} compared, {differ} differ")


def test_open_mismatch(daemon):
    """A lead that says too much, at the edge of the tolerance and beyond: as the alert has it."""
    county, lead = (Reporter(daemon, daemon.add_key(u)) for u in ("rencheng", "minzheng"))
    county.hello()
    lead.hello()
    county.push([(200, "2022-02-28")])
    lead.push([(204, "2022-02-28")], unit="rencheng")
    daemon.set_clock("2022-03-10T09:00:00+08:00")
    row, = get(daemon, "reconciliation?period=2022-02&target=canteens&unit=rencheng")["rows"]
    expect_equal((row["shadows"][0]["within"], row["alert"]), (True, None), "2 % is within")
    lead.push([(205, "2022-02-28")], unit="rencheng")
    daemon.set_clock("2022-04-08T09:00:00+08:00")
    county.push([(200, "2022-03-31")])
    lead.push([(205, "2022-03-31")], unit="rencheng")
    daemon.set_clock("2022-04-20T09:00:00+08:00")
    row, = get(daemon, "reconciliation?period=2022-03&target=canteens&unit=rencheng")["rows"]
    expect_equal((row["shadows"][0]["within"], row["alert"], row["last_reporter"]["id"]),
                 (False, "mismatch.canteens.rencheng", "minzheng"), "5 of 200 is not")
    text = ctl(daemon, "reconcile", "--month", "2022-03")
    expect("mismatch.canteens.rencheng" in text and "✕ differ" in text, text)
    expect("✕ 不符" in ctl(daemon, "reconcile", "--month", "2022-03", lang="zh"), "in Chinese")
    ctl(daemon, "reconcile", "--month", "March", status=2)
    ctl(daemon, "reconcile", "--month", "2022-13", status=1)


# --- other thresholds -----------------------------------------------------------------------------
def test_preview_of_the_present(daemon):
    """The present thresholds change no light of the whole year: the stored inputs say all."""
    before = head(daemon)
    now = get(daemon, "lights/preview?yellow=10&red=30")
    p = get(daemon, "lights/preview?" + "&".join(f"{k}={v}" for k, v in now["present"].items()
                                                 if k != "relative"))
    expect_equal((p["changed"], p["changes"], p["before"]), (0, [], p["after"]), "nothing changes")
    expect(p["judged"] > 1000, f"{p['judged']} lights")
    expect_equal(head(daemon), before, "nothing was stored")


def test_preview(daemon):
    before = head(daemon)
    p = get(daemon, "lights/preview?yellow=2&red=5")
    expect_equal(p["changed"], len(p["changes"]), "count")
    expect(p["changed"] > 20, f"{p['changed']} change")
    order = ["done", "reached", "none", "green", "yellow", "red"]
    for c in p["changes"]:
        expect(order.index(c["to"]) > order.index(c["from"]), f"stricter means worse: {c}")
    for light in order:
        moved = sum((c["to"] == light) - (c["from"] == light) for c in p["changes"])
        expect_equal(p["after"][light] - p["before"][light], moved, f"count of {light}")
    wide = get(daemon, "lights/preview?yellow=90&red=100")
    expect(wide["after"]["yellow"] < wide["before"]["yellow"], "looser means fewer")
    month = get(daemon, "lights/preview?yellow=2&red=5&period=2022-08")
    august = [c for c in p["changes"] if c["period"] == "2022-08-31"]
    expect_equal(month["changes"], august, "one month")
    expect_equal(head(daemon), before, "nothing was stored")
    words = ("lights", "preview", "--yellow", "2", "--red", "5")
    text = ctl(daemon, *words)
    expect(f"{p['changed']} would change" in text and "→" in text, text[:400])
    expect("什么都没有保存" in ctl(daemon, *words, lang="zh"), "in Chinese")


def test_crossed(daemon):
    for query, code in (("yellow=30&red=10", "crossed-thresholds"),
                        ("yellow=10&red=10", "crossed-thresholds"),
                        ("yellow=-1&red=10", "bad-threshold"), ("yellow=1&red=101", "bad-threshold"),
                        ("yellow=1.234&red=10", "bad-threshold"), ("yellow=x&red=10", "bad-threshold"),
                        ("yellow=10&red=30&yellow_leave=11", "crossed-thresholds"),
                        ("yellow=10", "missing-parameter")):
        problem = get(daemon, "lights/preview?" + query, status=400)
        expect_equal(problem["type"].split(":")[-1], code, query)
    words = ("lights", "preview", "--yellow", "30", "--red", "10")
    expect("lower yellow" in ctl(daemon, *words, status=1), "what to do")
    expect("必须小于红灯" in ctl(daemon, *words, status=1, lang="zh"), "in Chinese")
    ctl(daemon, "lights", "preview", "--yellow", "5", status=2)
    expect("minshengctl lights preview --yellow" in ctl(daemon, "lights", "preview", "--help"), "help")


# --- pace -----------------------------------------------------------------------------------------
def test_pace(daemon):
    """The formulas again, from what the rest of the API says."""
    paced = 0
    for t in get(daemon, "targets?valid_at=2022-08-31")["targets"]:
        p = get(daemon, f"pace?target={t['id']}&valid_at=2022-08-31")
        expect_equal(p["gap_points"], t["gap_points"], f"gap of {t['id']}")
        if not p["paced"] or p["kind"] != "quantity" or p["met"]:
            continue
        paced += 1
        before = get(daemon, f"targets/{t['id']}?valid_at=2022-05-31")["value"] or "0"
        rate = (Fraction(p["value"] or 0) - Fraction(before)) / 92
        expect(abs(Fraction(p["recent"]["a_day"]) - rate) < Fraction(1, 1000), f"rate of {t['id']}")
        due = datetime.date.fromisoformat(p["forecast"]["due"])
        left = (due - datetime.date(2022, 8, 31)).days
        if left > 0:
            need = (Fraction(p["goal"]) - Fraction(p["value"] or 0)) / left
            expect(abs(Fraction(p["required"]["a_day"]) - need) < Fraction(1, 1000), "required")
        dates = [p["forecast"][k]["date"] for k in ("by_index", "by_rate")]
        known = sorted(d for d in dates if d)
        expect_equal(p["forecast"]["earliest"], known[0] if known else None, "earliest")
        expect_equal(p["forecast"]["latest"], known[1] if len(known) == 2 else None, "latest")
        check_parts(p)
    expect(paced > 10, f"{paced} targets with a pace")


def check_parts(p):
    parts, a = p["attribution"]["units"], p["attribution"]
    gross = sum(Fraction(u["shortfall"]) for u in parts)
    expect(abs(gross - Fraction(a["gross"])) < Fraction(1, 5), f"gross of {p['id']}")
    if gross > 0:
        whole = sum(Fraction(u["share_percent"]) for u in parts)
        expect(abs(whole - 100) < Fraction(1, 5), f"shares of {p['id']}: {whole}")


def test_pace_in_words(daemon):
    behind = [t["id"] for t in get(daemon, "targets?valid_at=2022-08-31")["targets"]
              if t["kind"] == "quantity" and (t["gap_points"] or "").startswith("-")]
    expect(behind, "somebody is behind")
    said = {"en": ("a month are needed", "(due 2022-"), "zh": ("须每月", "（期限 2022-")}
    for lang, words in said.items():
        text = ctl(daemon, "target", "show", behind[0], "--valid-at", "2022-08-31", lang=lang)
        for each in words:
            expect(each in text, f"{each} in {text[:600]}")
    get(daemon, "pace?target=none", status=404)
    get(daemon, "pace", status=400)


# --- watching -------------------------------------------------------------------------------------
class Watch:
    """minshengctl watch, its lines as they come."""

    def __init__(self, daemon, *words):
        self.process = subprocess.Popen([BIN / "minshengctl", "--socket", daemon.ports["control"],
                                         "--lang", "en", "watch", *words], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.text = b""

    def lines(self, at_least):
        def enough():
            self.text += self.process.stdout.read() or b""
            return self.text.count(b"\n") >= at_least
        wait_until(enough, f"{at_least} lines", 2 * WAIT_S)
        return [json.loads(line) for line in self.text.splitlines()]

    def end(self, number=signal.SIGINT):
        self.process.send_signal(number)
        expect_equal(self.process.wait(WAIT_S), 0, "a clean end")
        self.process.stdout.close()
        self.process.stderr.close()


def last_alert(daemon):
    return get(daemon, "alerts/log?limit=1")["last"]


def test_watch_whole_log(daemon):
    last = last_alert(daemon)
    expect(last > 100, f"{last} alerts in the year")
    w = Watch(daemon, "alerts", "--from", "1", "--json", "--count", str(last))
    numbers = [a["number"] for a in w.lines(last)]
    expect_equal(numbers, list(range(1, last + 1)), "each once, in order")
    expect_equal(w.process.wait(WAIT_S), 0, "ends after --count lines")
    text = ctl(daemon, "watch", "alerts", "--from", "7", "--count", "1", lang="zh")
    expect(text.startswith("#7  2022-"), text)
    ctl(daemon, "watch", "alerts", "--from", "x", status=2)
    ctl(daemon, "watch", "alerts", "--count", "0", status=2)


def test_watch_through_a_restart(daemon):
    """Live, over a daemon that is stopped and speaks again: no number is left out or comes twice."""
    w = Watch(daemon, "alerts", "--from", "1", "--json")
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(1, "2022-02-28")])
    daemon.set_clock("2022-03-10T09:00:00+08:00")
    first = last_alert(daemon)
    expect(first > 0, "alerts at the close")
    w.lines(first)
    r.close()
    daemon.stop()
    daemon.start()
    daemon.set_clock("2022-04-10T09:00:00+08:00")
    last = last_alert(daemon)
    expect(last > first, "more alerts after the restart")
    expect_equal([a["number"] for a in w.lines(last)], list(range(1, last + 1)), "each once")
    w.end()


def test_watch_totals(daemon):
    targets = get(daemon, "targets")["targets"]
    w = Watch(daemon, "totals", "--json")
    lines = w.lines(len(targets))
    expect_equal([(f["target"], f["unit"]) for f in lines], [(t["id"], "jining") for t in targets],
                 "the snapshot first")
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(3, "2022-02-28")])
    line = w.lines(len(targets) + 1)[len(targets)]
    expect_equal((line["target"], line["value"], line["as_of"]), ("canteens", "3", "2022-02-28"),
                 "live")
    w.end(signal.SIGTERM)
    text = ctl(daemon, "watch", "totals", "--count", "1", lang="zh")
    expect(re.search(r"，目标 \d", text) or "/" in text, text)
    w = Watch(daemon, "totals", "--from", "1", "--json", "--count", "1")
    expect_equal(w.lines(1)[0]["target"], "canteens", "what changed since a position")
    w.process.wait(WAIT_S)


def test_watch_without_daemon(daemon):
    daemon.stop()
    text = subprocess.run([BIN / "minshengctl", "--socket", daemon.ports["control"], "watch", "alerts"],
                          capture_output=True, text=True)
    expect_equal((text.returncode, text.stdout), (1, ""), "nobody answers")
    expect(text.stderr, "and it is said")


# --- running --------------------------------------------------------------------------------------
def played_year(*tests):
    """All on one store: that of a demo year, kept and served again."""
    done = subprocess.run([BIN / "minshengd", "demo", "--check", "--keep"], capture_output=True,
                          text=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    expect_equal(done.returncode, 0, done.stdout[-2000:] + done.stderr[-2000:])
    folder = pathlib.Path(re.findall(r"/\S*/minsheng-demo-\w+", done.stdout + done.stderr)[-1])
    daemon = Daemon(folder, clock=PLAYED)
    try:
        with daemon:
            daemon.set_clock(PLAYED.replace(":00+", ":01+"))  # the days since then have passed
            for test in tests:
                test(daemon)
                print(f"ok {test.__name__}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["year"]:
        played_year(test_reconciliation, test_preview_of_the_present, test_preview, test_crossed,
                    test_pace, test_pace_in_words, test_watch_whole_log)
        sys.exit(0)
    code = subprocess.run([sys.executable, __file__, "year"]).returncode
    if code:
        sys.exit(code)
    main(test_open_mismatch, test_watch_through_a_restart, test_watch_totals,
         test_watch_without_daemon)
