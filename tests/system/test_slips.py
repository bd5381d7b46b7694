#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Slips from draft to closing, by command and API, over a crash; and alerts traced to their rows."""
import json

from lib import Reporter, expect, expect_equal, main
from test_api import ctl, get
from test_openapi import Checker, document


def raise_lags(daemon):
    """Two counties that said something once, and nobody anything since."""
    for unit, value in (("rencheng", 1), ("yutai", 0)):
        r = Reporter(daemon, daemon.add_key(unit))
        r.hello()
        r.push([(value, "2022-02-28")], unit=unit)
    daemon.set_clock("2022-07-08T09:00:00+08:00")


DOCUMENT = {}


def fits(daemon, path, schema):
    if not DOCUMENT:
        DOCUMENT.update(document(daemon))
    answer = get(daemon, path)
    checker = Checker(DOCUMENT)
    checker.check(answer, {"$ref": f"#/components/schemas/{schema}"}, path)
    expect(not checker.faults, "; ".join(checker.faults[:8]))
    return answer


def refused(daemon, status, code, act, **fields):
    got, text = daemon.http("POST", "/api/v1/acts", {"id": f"{act}-{code}", "act": act, **fields})
    problem = json.loads(text)
    expect_equal((got, problem["type"]), (status, f"urn:minsheng:problem:{code}"), text)
    expect(problem["detail"], "what to do")


def draft_of(daemon, unit):
    slips = fits(daemon, "/api/v1/slips?state=draft&unit=" + unit, "Slips")["slips"]
    expect(slips, f"a draft for {unit}")
    return slips[0]


def test_life(daemon):
    raise_lags(daemon)
    draft = draft_of(daemon, "yutai")
    slip = draft["id"]
    expect(draft["rung"] in ("supervision", "interview") and draft["subjects"], draft)
    expect(draft["number"] is None and draft["about"]["zh"] and draft["about"]["en"], draft)
    refused(daemon, 404, "no-such-slip", "slip.issue", slip="2022-9999")
    refused(daemon, 409, "slip-draft", "slip.close", slip=slip)
    ctl(daemon, "slip", "discard", slip, status=2)
    said = ctl(daemon, "slip", "issue", slip, "--person", "王某", "--days", "5", lang="zh")
    expect("〔2022〕1号" in said and "2022-07-15" in said, said)
    ctl(daemon, "slip", "sign", slip, "--person", "王某")
    ctl(daemon, "slip", "extend", slip, "2022-07-18", "--why", "floods")
    daemon.kill()
    daemon.start()
    ctl(daemon, "slip", "reply", slip, "more people", "--evidence", "http://example.org/1")
    ctl(daemon, "slip", "verify", slip, "--why", "x", status=2)
    ctl(daemon, "slip", "verify", slip, "--return", "--days", "3", "--why", "no date")
    ctl(daemon, "slip", "reply", slip, "done by August")
    ctl(daemon, "slip", "verify", slip, "--accept", "--why", "seen")
    ctl(daemon, "slip", "close", slip)
    ctl(daemon, "slip", "close", slip, status=1)
    ctl(daemon, "slip", "reopen", slip, "--why", "nobody works there")
    one = fits(daemon, f"/api/v1/slips/{slip}", "SlipDetail")
    steps = [s["step"] for s in one["steps"] if s["step"] != "changed"]  # as the months went on
    expect_equal(steps, ["drafted", "issued", "signed", "extended", "replied", "returned", "replied",
                         "accepted", "closed", "reopened"], "its life")
    expect_equal([s["number"] for s in one["steps"]], list(range(1, len(one["steps"]) + 1)), "numbered")
    expect([s["paper_number"] for s in one["steps"] if s["step"] == "issued"] == [one["number"]], "paper")
    expect(all((s["alert"] is not None) == (s["alert_state"] == "open") for s in one["subjects"]),
           one["subjects"])
    expect(all(s["by"] for s in one["steps"] if s["step"] not in ("drafted", "changed")), "who")
    expect_equal((one["state"], one["person"], one["reply"]), ("issued", "王某", "done by August"), "now")
    for lang in ("zh", "en"):
        expect(slip in ctl(daemon, "slip", "list", "--state", "all", lang=lang), "listed")
        expect("done by August" in ctl(daemon, "slip", "show", slip, lang=lang), "shown")
    ctl(daemon, "slip", "show", "2022-9999", status=1)
    expect_equal(daemon.http("GET", "/api/v1/slips?state=moon")[0], 400, "no such state")
    expect_equal(daemon.http("GET", "/api/v1/slips/2022-9999")[0], 404, "no such slip")
    expect("OK" in ctl(daemon, "ledger", "verify"), "replay agrees")


def test_overdue(daemon):
    raise_lags(daemon)
    slip = draft_of(daemon, "yutai")["id"]
    ctl(daemon, "slip", "issue", slip, "--deadline", "2022-07-14")
    daemon.set_clock("2022-07-14T09:00:00+08:00")
    expect_equal(daemon.http("GET", "/api/v1/alerts/slip-overdue.yutai")[0], 404, "not yet")
    daemon.set_clock("2022-07-15T09:00:00+08:00")
    alert = get(daemon, "/api/v1/alerts/slip-overdue.yutai")
    expect_equal((alert["state"], alert["newest"]["evidence"]["count"]), ("open", 1), "overdue")
    expect(get(daemon, f"/api/v1/slips/{slip}")["overdue"], "it says so")
    ctl(daemon, "slip", "reply", slip, "late, but here")
    expect_equal(get(daemon, "/api/v1/alerts/slip-overdue.yutai")["state"], "resolved", "answered")
    expect("OK" in ctl(daemon, "ledger", "verify"), "replay agrees")


def test_trace(daemon):
    raise_lags(daemon)
    alerts = get(daemon, "/api/v1/alerts?limit=1000&state=all")["alerts"]
    kinds = set()
    for alert in alerts:
        trace = fits(daemon, f"/api/v1/alerts/{alert['id']}/trace", "AlertTrace")
        expect(trace["adds_up"] and trace["complete"], f"{alert['id']}: {trace}")
        expect(trace["entries"] and trace["steps"], alert["id"])
        detail = fits(daemon, f"/api/v1/alerts/{alert['id']}", "AlertDetail")
        why = detail["explanation"]
        expect((why is not None) == (alert["kind"] in ("behind", "overdue", "will-miss")), alert["id"])
        if why:
            expect(why["cause"] and why["plan"] and why["plan"] in why["text"]["zh"], why)
            shares = [float(p["share_percent"]) for p in why["contributors"]]
            expect_equal(shares, sorted(shares, reverse=True), "the most first")
            expect(not shares or 99.9 < sum(shares) < 100.1, f"{alert['id']}: {shares}")
        kinds.add(alert["kind"])
    expect({"behind", "silent"} <= kinds, kinds)
    alert = "behind.canteens.jining"
    behind = get(daemon, f"/api/v1/alerts/{alert}/trace")
    rows = [r for c in behind["cells"] for r in c["rows"] if r["counts"]]
    expect_equal(sum(int(r["value"]) for r in rows), int(behind["about"]["evidence"]["value"]), "the sum")
    shown = ctl(daemon, "alert", "trace", alert)
    expect(f"{rows[0]['position']}:{rows[0]['row']}" in shown and "adds up" in shown, shown)
    number = behind["steps"][0]["number"]
    expect(ctl(daemon, "alert", "trace", alert, "--number", str(number), lang="zh"), "zh")
    for lang, words in (("zh", "未报"), ("en", "no report from")):
        expect(words in ctl(daemon, "alert", "show", alert, lang=lang), "why")
    ctl(daemon, "alert", "trace", "behind.none.yutai", status=1)
    expect_equal(daemon.http("GET", "/api/v1/alerts/behind.none.yutai/trace")[0], 404, "no such alert")


if __name__ == "__main__":
    main(test_life, test_overdue, test_trace)
