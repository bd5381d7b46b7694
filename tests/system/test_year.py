#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The year's end with a real daemon: late rows, the signed close
and what refuses it, rows after it, an audit beside it, the proof that replays all of it, and the
catalogue of what is carried over."""
from lib import *
from test_openapi import Checker
import re

RATE = "inclusive-kindergarten-rate"
CLOSE = ["year", "close", "--document", "JN 2023-2", "--why", "the year is over"]


def get(daemon, path):
    status, text = daemon.http("GET", f"/api/v1/{path}")
    expect_equal(status, 200, text)
    return json.loads(text)


def ctl(daemon, *words, status=0):
    done = subprocess.run([BIN / "minshengctl", "--socket", daemon.ports["control"], "--lang", "en",
                           *words], capture_output=True, text=True, timeout=60 * SLOW)
    expect_equal(done.returncode, status, f"{words}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def verdicts(receipts):
    """[(verdict, code)] of the rows that were not simply admitted."""
    return [(e.verdict, e.code) for item in receipts.items for e in item.exceptions]


def measure(daemon, name):
    return next(m for m in get(daemon, "year")["measures"] if m["id"] == name)


def live_a_year(daemon):
    """December's figures; the reporter's session."""
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(60, "2022-02-28")])
    r.push([(520, "2022-02-28")], measure=RATE, uom="%", denominators=[550])
    daemon.set_clock("2023-01-04T09:00:00+08:00")
    expect_equal(verdicts(r.push([(97, "2022-12-31")])), [], "in the late window")
    expect_equal(verdicts(r.push([(99, "2023-01-01")])), [(2, 26)], "no day of the programme")
    return r


def test_year(daemon):
    r = live_a_year(daemon)
    expect_equal(get(daemon, "year")["state"], "late", "over, late rows are taken")
    expect("2023-01-15" in ctl(daemon, *CLOSE, status=1), "refused: the window's last day is named")
    daemon.set_clock("2023-01-16T09:00:00+08:00")
    expect_equal(verdicts(r.push([(98, "2022-12-31")])), [], "the catalogue names no last day")
    expect_equal(verdicts(r.push([(90, "2022-12-31")])), [(1, 29)], "less, and no reason")
    year = get(daemon, "year")
    expect_equal((year["state"], year["holds"], year["close"]), ("due", 1, None), "before the close")
    text = ctl(daemon, *CLOSE, status=1)
    expect("12" not in year["unpublished"] and "2022-12" in year["unpublished"], year["unpublished"])
    expect("not published" in text and "wait for the office: 1" in text, text)
    hold = get(daemon, "holds")["holds"][0]
    daemon.act("hold.reject", position=hold["position"], row=hold["row"], why="98 is right")
    expect_equal(get(daemon, "year")["holds"], 0, "settled before the close")

    ctl(daemon, *CLOSE, "--despite", "rehearsal: no month was published")
    expect("closed already" in ctl(daemon, *CLOSE, status=1), "only once")
    year = get(daemon, "year")
    close = year["close"]
    expect_equal((year["state"], close["document"], close["public_key"]),
                 ("closed", "JN 2023-2", year["signing_key"]), "closed")
    closed = measure(daemon, "canteens")["closed"]
    expect_equal((closed["value"], closed["goal"], closed["met"]), ("98", "100", False), "the result")
    expect(any(not i["done"] and i["closed"] for i in year["items"]), "items have results")
    check_rate(daemon)
    check_nothing_enters(daemon, r, closed)
    check_audits(daemon, closed)
    check_file(daemon, close)
    check_proof(daemon, close)
    check_carry_over(daemon)
    r.close()


def check_rate(daemon):
    """A ratio's result is its rate, with the two numbers beside it; they are what was signed."""
    told = measure(daemon, RATE)["closed"]
    expect_equal((told["value"], told["numerator"], told["denominator"]), ("94.55", "520", "550"), "rate")
    signed = json.loads(get(daemon, "year/close")["statement"])["measures"][RATE]
    expect_equal((signed["value"], signed["denominator"]), ("520", "550"), "signed")
    ctl(daemon, "year", "audit", RATE, "500", "--denominator", "550", "--document", "SJ 6", "--why", "seen")
    audit = measure(daemon, RATE)["audits"][0]
    expect_equal((audit["value"], audit["numerator"], audit["denominator"]), ("90.91", "500", "550"),
                 "audited")
    shown = ctl(daemon, "year", "show")
    expect("94.55 % (520/550)" in shown and "90.91 % (500/550)" in shown, shown)
    expect("100.0000" not in shown, "milestones as they are told everywhere")


def check_nothing_enters(daemon, r, closed):
    expect_equal(verdicts(r.push([(100, "2022-12-31")])), [(2, 47)], "rejected after the close")
    status, text = daemon.http("POST", "/api/v1/acts", {
        "id": "late-plan", "act": "plan.set", "why": "x", "measure": "canteens"})
    expect(status == 409 and "year-closed" in text, f"plans stay as they are: {status} {text}")
    expect_equal(measure(daemon, "canteens")["closed"], closed, "the result stays")


def check_audits(daemon, closed):
    ctl(daemon, "year", "audit", "canteens", "95", "--document", "SJ 5", "--why", "3 not accepted",
        "--met", "no")
    ctl(daemon, "year", "audit", "canteens", "40", "--unit", "rencheng", "--document", "SJ 5",
        "--why", "counted there")
    ctl(daemon, "year", "audit", "canteens", "40.5", "--document", "SJ 5", "--why", "x", status=1)
    ctl(daemon, "year", "audit", "nonsense", "4", "--document", "SJ 5", "--why", "x", status=1)
    m = measure(daemon, "canteens")
    expect_equal(m["closed"], closed, "closed and audited stand side by side")
    expect_equal([(a["unit"]["id"], a["value"], a["withdrawn"]) for a in m["audits"]],
                 [("jining", "95", False), ("rencheng", "40", False)], "audits")
    ctl(daemon, "year", "withdraw", "canteens", "--unit", "rencheng", "--why", "looked again")
    ctl(daemon, "year", "withdraw", "canteens", "--unit", "rencheng", "--why", "again", status=1)
    m = measure(daemon, "canteens")
    expect_equal([a["withdrawn"] for a in m["audits"]], [False, True], "withdrawn, and still told")
    checker = Checker(get(daemon, "openapi.json"))
    checker.check(get(daemon, "year"), {"$ref": "#/components/schemas/Year"}, "year")
    checker.check(get(daemon, "year/close"), {"$ref": "#/components/schemas/SignedClose"}, "close")
    expect(not checker.faults, f"as the document says: {checker.faults[:5]}")
    text = ctl(daemon, "year", "show")
    expect("SJ 5" in text and "(audit, withdrawn)" in text, text)


def check_file(daemon, close):
    path = daemon.folder / "close.json"
    ctl(daemon, "year", "export", path)
    socket_of_nobody = {"control": daemon.folder / "nobody"}
    key = close["public_key"]
    alone = type("Alone", (), {"ports": socket_of_nobody})
    expect("the signature holds" in ctl(alone, "year", "verify-close", path, "--key", key), "offline")
    ctl(alone, "year", "verify-close", path, "--key", "0" * 64, status=1)
    file = json.loads(path.read_text())
    statement = json.loads(file["statement"])
    expect_equal(statement["measures"]["canteens"]["value"], "98", "results are in it")
    file["statement"] = file["statement"].replace('"98"', '"99"', 1)
    path.write_text(json.dumps(file))
    expect("does not hold" in ctl(alone, "year", "verify-close", path, status=1), "changed by a digit")


def check_proof(daemon, close):
    """A replay needs no key: it checks the signature that the act carries."""
    expect("OK" in ctl(daemon, "ledger", "verify"), "the ledger gives the state")
    ctl(daemon, "ledger", "export", daemon.folder / "l.msl")
    ctl(daemon, "ledger", "replay", daemon.folder / "l.msl", "--store", daemon.folder / "again")
    daemon.stop()
    daemon.start()
    expect_equal(get(daemon, "year")["close"], close, "after a restart")


def check_carry_over(daemon):
    path = daemon.folder / "next.yaml"
    ctl(daemon, "year", "carry-over", CATALOGUE, "--id", "jining-2023", "--out", path)
    text = path.read_text()
    found = re.search(r"- id: canteens\n(?:.*\n)*?.*carried_from: jining-2022/canteens", text)
    expect(found and "target: 5" in found[0] and "base: 95" in found[0],
           f"the rest by the audit: {found and found[0]}")
    expect("invented: true" in text, "plans are labelled")
    done = subprocess.run([BIN / "minshengctl", "--lang", "en", "catalogue", "check", path],
                          capture_output=True, text=True)
    expect_equal(done.returncode, 0, f"the checker: {done.stdout[-3000:]}{done.stderr[-3000:]}")
    expect(measure(daemon, "canteens")["closed"]["value"] == "98", "the old result stays")


def test_open_year(daemon):
    """Before the close there is nothing to audit, to export or to carry over."""
    expect_equal(get(daemon, "year")["state"], "running", "March")
    expect("not over" in ctl(daemon, *CLOSE, status=1), "too early")
    expect("not closed" in ctl(daemon, "year", "audit", "canteens", "4", "--document", "d", "--why",
                               "w", status=1), "audit")
    ctl(daemon, "year", "export", daemon.folder / "close.json", status=1)
    ctl(daemon, "year", "carry-over", CATALOGUE, "--id", "x", "--out", daemon.folder / "n.yaml",
        status=1)
    expect("late rows until 2023-01-15" in ctl(daemon, "year", "show"), "shown")


if __name__ == "__main__":
    main(test_year, test_open_year)
