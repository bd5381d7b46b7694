#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The matrix: what each cell says, and which are empty."""
from lib import Reporter, expect, expect_equal, main
from test_api import get


def matrix(daemon, day):
    m = get(daemon, f"/api/v1/matrix?valid_at={day}")
    units = [u["id"] for u in m["units"]]
    rows = {r["target"]: r for r in m["rows"]}
    return m, lambda target, unit: rows[target]["cells"][units.index(unit)] if unit else rows[target]["city"]


def test_cells(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(3, "2022-01-31"), (5, "2022-02-28")])
    m, cell = matrix(daemon, "2022-02-28")
    expect_equal((len(m["projects"]), len(m["units"]), len(m["rows"])), (15, 15, len(m["targets"])), "its size")
    head = next(t for t in m["targets"] if t["id"] == "canteens")
    expect_equal((head["project"], head["lead"]["id"]), ("1", "minzheng"), "what a row is headed by")
    c = cell("canteens", "rencheng")  # 9 canteens
    expect_equal((c["value"], c["done_percent"], c["change_points"], c["as_of"]),
                 ("5", "55.56", "22.22", "2022-02-28"), "a cell, and what February added")
    gap = float(c["done_percent"]) - float(c["planned_percent"])
    expect(abs(gap - float(c["gap_points"])) < 0.011, f"the gap {c['gap_points']} is from the plan {c['planned_percent']}")
    c = cell("canteens", "yutai")
    expect_equal((c["value"], c["done_percent"], c["change_points"], c["as_of"]), (None, None, None, None),
                 "nothing reported is not zero")
    expect_equal(cell("canteens", "qufu-culture"), None, "a quota of nothing is no task")
    expect_equal(cell("pocket-parks", "yutai"), None, "outside of the scope there is none")
    expect_equal(cell("canteens", None)["change_points"], "2.00", "the city's change")


def test_the_first_month(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(3, "2022-01-31")])
    _, cell = matrix(daemon, "2022-01-31")
    expect_equal(cell("canteens", "rencheng")["change_points"], "33.33", "all of it is new")
    _, cell = matrix(daemon, "2022-02-15")
    expect_equal(cell("canteens", "rencheng")["change_points"], "0.00", "and nothing since")


if __name__ == "__main__":
    main(test_cells, test_the_first_month)
