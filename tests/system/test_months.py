#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A month of the office with real daemons: reports come, leads confirm, a county objects, the office
extends, returns, verifies, publishes, and a correction restates what was published."""
import json

from lib import Reporter, batch_body, day, expect, expect_equal, main, message, BATCH, RECEIPTS, pb
from test_api import ctl, get


def month(daemon, name="2022-03"):
    return get(daemon, f"/api/v1/months/{name}")


def report(daemon, target="canteens", unit="rencheng", period="2022-03"):
    listed = get(daemon, f"/api/v1/reports?period={period}&unit={unit}")["reports"]
    return next(r for r in listed if r["target"] == target)


def row_of(answer, unit):
    return next(r for r in answer["units"] if r["unit"]["id"] == unit)


def correct(reporter, value, as_of, reason):
    """A figure with the reason of a correction."""
    body = pb.Batch(units=[b"rencheng"], value=[value], as_of=[day(as_of)])
    body.targets.add(id=b"canteens", uom="处".encode())
    body.reason.row.append(0)
    body.reason.text.append(reason.encode())
    reporter.send(message(BATCH, body.SerializeToString(), reporter.epoch, 1, reporter.next))
    reporter.next += 1
    return reporter.receive(RECEIPTS)


def refused(daemon, status, code, act, **fields):
    got, text = daemon.http("POST", "/api/v1/acts", {"id": f"{act}-{code}", "act": act, **fields})
    problem = json.loads(text)
    expect_equal((got, problem["type"]), (status, f"urn:minsheng:problem:{code}"), text)


def test_a_month(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    daemon.set_clock("2022-04-02T09:00:00+08:00")
    r.push([(2, "2022-03-31")])
    one = report(daemon)
    expect_equal((one["value"], one["state"], one["review"]["state"], one["due"]),
                 ("2", "on-time", "submitted", "2022-04-06"), "what came")
    expect_equal(month(daemon)["state"], "reporting", "the month")

    # a month by its last day, as answers print it; another day is none
    expect_equal(report(daemon, period="2022-03-31"), report(daemon), "by its last day")
    expect_equal(month(daemon, "2022-03-31")["month"], "2022-03", "in a path too")
    status, text = daemon.http("GET", "/api/v1/reports?period=2022-03-30")
    expect_equal((status, json.loads(text)["type"]), (400, "urn:minsheng:problem:bad-date"), text)

    # a due day is moved for one county, by command
    ctl(daemon, "report", "extend", "--period", "2022-03", "--unit", "yutai", "--until", "2022-04-15",
        "--why", "floods")
    expect_equal(report(daemon, unit="yutai")["due"], "2022-04-15", "moved")
    daemon.set_clock("2022-04-07T09:00:00+08:00")
    expect_equal(report(daemon, unit="yutai")["state"], "due", "not silent yet")
    expect_equal(report(daemon, unit="jiaxiang")["state"], "missing", "silent")
    periods = [get(daemon, f"/api/v1/alerts/silent.{u}")["newest"]["period"] for u in ("yutai", "jiaxiang")]
    expect_equal(periods, ["2022-02-28", "2022-03-31"], "yutai is silent for the month before alone")

    # the lead lets its day pass
    expect_equal((month(daemon)["confirm"], month(daemon)["object"]), ("2022-04-11", "2022-04-13"), "days")
    daemon.set_clock("2022-04-12T09:00:00+08:00")
    alert = get(daemon, "/api/v1/alerts/unconfirmed.minzheng")
    expect_equal(alert["state"], "open", "the lead's own lateness")
    expect_equal(alert["newest"]["evidence"]["items"], "1.1", "which items")
    expect("1.1" in alert["newest"]["text"]["en"], alert["newest"]["text"])
    expect(row_of(month(daemon), "minzheng")["unconfirmed"], "marked")
    status, _ = daemon.http("GET", "/api/v1/reports?period=2022-03&state=nonsense")
    expect_equal(status, 400, "a state that there is not")

    # returned, reported again, confirmed, objected to, answered, verified
    ctl(daemon, "report", "return", "--period", "2022-03", "--target", "canteens", "--unit", "rencheng",
        "--why", "no list")
    expect_equal(report(daemon)["review"]["why"], "no list", "the county sees why")
    owed = next(o for o in get(daemon, "/api/v1/units/rencheng")["owed"] if o["target"] == "canteens")
    expect_equal(owed["review"]["state"], "returned", "on its own page too")
    expect_equal(get(daemon, "/api/v1/alerts/returned.rencheng")["state"], "open", "and is told")
    r.push([(3, "2022-03-31")])
    expect_equal(get(daemon, "/api/v1/alerts/returned.rencheng")["state"], "resolved", "it came again")
    ctl(daemon, "report", "confirm", "--period", "2022-03", "--lead", "minzheng", "--unit", "all")
    expect_equal(get(daemon, "/api/v1/alerts/unconfirmed.minzheng")["state"], "resolved", "confirmed")
    ctl(daemon, "report", "confirm", "--period", "2022-03", "--lead", "minzheng", "--unit", "all", status=1)
    ctl(daemon, "report", "object", "--period", "2022-03", "--target", "canteens", "--unit", "rencheng",
        "--why", "one more")
    expect_equal(month(daemon)["reports"]["objections_open"], 1, "waits")
    daemon.set_clock("2022-04-14T09:00:00+08:00")
    ctl(daemon, "publish", "2022-03", "--document", "no. 3", status=1)
    ctl(daemon, "report", "answer", "--period", "2022-03", "--target", "canteens", "--unit", "rencheng",
        "--why", "counted in April")
    ctl(daemon, "report", "verify", "--period", "2022-03", "--target", "canteens", "--unit", "rencheng")
    cell = next(u for u in get(daemon, "/api/v1/targets/canteens")["units"] if u["unit"] == "rencheng")
    expect_equal(cell["review"], "verified", "the figure carries its mark")
    listed = ctl(daemon, "report", "list", "--period", "2022-03", "--state", "verified")
    expect("rencheng" in listed or "Rencheng" in listed or "任城" in listed, listed)

    # a quota of 0 is no task: nothing of nothing is neither all nor ahead of plan
    idle = next(u for u in get(daemon, "/api/v1/targets/canteens")["units"] if u["unit"] == "qufu-culture")
    expect_equal((float(idle["goal"]), idle["done_percent"], idle["gap_points"], idle["light"]),
                 (0, None, None, "none"), "no task")
    for light in get(daemon, "/api/v1/lights?target=canteens&unit=qufu-culture")["lights"]:
        expect_equal((light["done_percent"], light["gap_points"]), (None, None), "nor in the past")

    # months in their order; the first one was judged before
    out = json.loads(ctl(daemon, "month", "list", "--json"))
    for name in [m["month"] for m in out["months"] if m["month"] < "2022-03"]:
        if daemon.http("POST", "/api/v1/acts", {"id": f"p{name}", "act": "month.publish", "period": name,
                                                "document": "earlier"})[0] == 200:
            expect_equal(month(daemon, name)["state"], "published", name)
    said = ctl(daemon, "publish", "2022-03", "--document", "no. 3", "--why", "as every month")
    expect("note: figures missing: " in said, f"what it lacks: {said}")
    published = month(daemon)
    expect_equal((published["state"], published["publication"]["document"], published["publication"]["early"]),
                 ("published", "no. 3", False), "signed")
    expect_equal(len(published["publication"]["chain"]), 64, "the ledger at that moment")
    item = next(i for i in published["items"] if i["item"] == "1.1")
    expect_equal((item["lead"]["id"], item["reports"]["verified"], item["reports"]["objections"]),
                 ("minzheng", 1, 1), "by item")
    expect_equal(sum(i["reports"]["expected"] for i in published["items"]), published["reports"]["expected"],
                 "items make up the city")
    refused(daemon, 409, "published-already", "month.publish", period="2022-03", document="x")
    expect_equal(report(daemon, unit="jiaxiang")["state"], "locked-missing", "never came")

    # closed: without a reason it waits for the office, with one it restates the month
    r.push([(1, "2022-03-31")])
    expect_equal(get(daemon, "/api/v1/holds")["holds"][0]["code"], "period-closed", "held")
    correct(r, 1, "2022-03-31", "two were last year's")
    one = report(daemon)
    expect_equal((one["value"], one["restated"], one["review"]["state"], one["review"]["taken_back"]),
                 ("1", True, "submitted", "verified"), "restated, and to be confirmed again")
    shown = ctl(daemon, "month", "show", "2022-03")
    for word in ("no. 3", "counted in April", "floods"):
        expect(word in shown, shown)
    expect("OK" in ctl(daemon, "ledger", "verify"), "replay agrees")
    daemon.kill()
    daemon.start()
    expect_equal(month(daemon)["state"], "published", "after a crash")


def test_refusals(daemon):
    refused(daemon, 422, "bad-period", "report.confirm", period="2031-01", lead="minzheng", unit="all")
    refused(daemon, 422, "nothing-chosen", "report.verify", period="2022-01")
    refused(daemon, 422, "unknown-item", "report.verify", period="2022-01", item="99")
    for path, status in (("/api/v1/months/2031-01", 404), ("/api/v1/months/x", 404),
                         ("/api/v1/reports?item=99", 404), ("/api/v1/reports?unit=nobody", 404)):
        expect_equal(daemon.http("GET", path)[0], status, path)
    ctl(daemon, "report", "extend", "--period", "2022-03", status=2)
    ctl(daemon, "month", "show", "March", status=2)


if __name__ == "__main__":
    main(test_a_month, test_refusals)
