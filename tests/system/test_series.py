#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A measure month by month: what stood, what was planned, what is forecast; for the city and a unit,
as of a day and as known then; and what a row of the ledger changed."""
from fractions import Fraction

from lib import Reporter, expect, expect_equal, main
from test_api import get
from test_openapi import Checker, document


def series(daemon, query):
    return {r["day"]: r for r in get(daemon, f"/api/v1/series?{query}")["rows"]}


def test_series(daemon):
    daemon.set_clock("2022-03-01T09:00:00+08:00")
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(1, "2022-01-31")])
    r.push([(3, "2022-02-28")])
    daemon.set_clock("2022-03-10T09:00:00+08:00")
    rows = series(daemon, "target=canteens&unit=rencheng")
    expect_equal(list(rows)[:3], ["2022-01-31", "2022-02-28", "2022-03-10"], "month ends, then the newest day")
    expect_equal([rows[d]["value"] for d in list(rows)[:3]], ["1", "3", "3"], "what stood")
    goal = int(rows["2022-02-28"]["goal"])
    share = Fraction(300, goal)
    expect_equal(rows["2022-02-28"]["done_percent"], f"{float(share):.2f}", "its share of the goal")
    expect(rows["2022-02-28"]["light"] is not None, "February was judged")
    expect_equal(rows["2022-03-10"]["light"], None, "March was not")
    expect_equal(list(rows)[-1], "2022-12-31", "to the end of the year")

    # the rate of the last three months, from their end on: 3 in 69 days of the year
    end = rows["2022-12-31"]
    low, high = Fraction(end["forecast_low_percent"]), Fraction(end["forecast_high_percent"])
    pace = get(daemon, "/api/v1/pace?target=canteens&unit=rencheng")
    by_rate = (3 + Fraction(pace["recent"]["a_day"]) * 296) * 100 / goal
    expect(low <= high, "the lower one is not above the higher one")
    expect(min(abs(by_rate - low), abs(by_rate - high)) < Fraction(1, 10),
           f"one of {low}, {high} is the rate's {float(by_rate):.2f}")
    expect_equal(end["value"], None, "what is to come has no value")
    expect_equal(rows["2022-03-10"]["forecast_low_percent"], None, "what was has no forecast")

    # looking back: nothing later shows, and what is then to come is forecast
    back = series(daemon, "target=canteens&unit=rencheng&valid_at=2022-01-31")
    expect_equal(back["2022-01-31"]["value"], "1", "as of January")
    expect_equal(back["2022-02-28"]["value"], None, "February was to come")
    # a stretch
    some = series(daemon, "target=canteens&unit=rencheng&from=2022-02-01&to=2022-02-28")
    expect_equal(list(some), ["2022-02-28"], "from and to")
    # all measures: closed periods alone
    every = get(daemon, "/api/v1/series?unit=rencheng")["rows"]
    expect(len({x["target"] for x in every}) > 20, "all of them")
    # January was over before the ledger began
    expect_equal({x["day"] for x in every}, {"2022-02-28"}, "closed periods")
    # the same as known on a day: before February was closed nothing was judged, then it was as now
    early = get(daemon, "/api/v1/series?unit=rencheng&known_at=2022-03-01")["rows"]
    expect_equal(early, [], "nothing was closed on the first of March")
    daemon.set_clock("2022-03-20T09:00:00+08:00")
    r.push([(4, "2022-03-19")])
    closed = get(daemon, "/api/v1/series?unit=rencheng")["rows"]
    known = get(daemon, "/api/v1/series?unit=rencheng&known_at=2022-03-19")["rows"]
    brief = lambda rows: {(x["target"], x["day"]): (x["value"], x["light"]) for x in rows}
    expect_equal(brief(known), brief(closed), "judged as known then, and not judged anew since")
    # the city, which nobody reports
    city = series(daemon, "target=canteens")
    expect_equal(city["2022-02-28"]["value"], "3", "the city's sum")
    checker = Checker(document(daemon))
    checker.check(get(daemon, "/api/v1/series?target=canteens"), {"$ref": "#/components/schemas/Series"}, "series")
    expect_equal(checker.faults, [], "as documented")
    for path in ("?target=none", "?unit=none"):
        expect_equal(daemon.http("GET", f"/api/v1/series{path}")[0], 404, path)
    expect_equal(daemon.http("GET", "/api/v1/series?target=canteens&from=yesterday")[0], 400, "no day")


def test_change(daemon):
    """A correction: before, after, and the hashes on either side."""
    daemon.set_clock("2022-03-01T09:00:00+08:00")
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(1, "2022-02-28")])
    first = get(daemon, "/api/v1/events?target=canteens&unit=rencheng")["events"][-1]
    daemon.set_clock("2022-03-03T09:00:00+08:00")
    r.push([(4, "2022-02-28")])
    second = get(daemon, "/api/v1/events?target=canteens&unit=rencheng")["events"][-1]
    daemon.set_clock("2022-03-05T09:00:00+08:00")
    one = get(daemon, f"/api/v1/events/{first['position']}/{first['row']}")
    two = get(daemon, f"/api/v1/events/{second['position']}/{second['row']}")
    expect_equal((one["change"]["before"]["value"], one["change"]["after"]["value"]), (None, "1"), "the first row")
    expect_equal((two["change"]["before"]["value"], two["change"]["after"]["value"]), ("1", "4"), "the second")
    after = get(daemon, f"/api/v1/events/{first['position'] + 1}/0")
    expect_equal(after["previous_hash"], one["hash"], "the chain goes on")
    expect_equal(after["change"], None, "a tick moves no figure")
    expect(one["hash"] != one["previous_hash"], "an entry moves the chain")


main(test_series, test_change)
