#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Ranks of villages, from rows on the wire to the answer; and none where a catalogue has none."""
from fractions import Fraction

import lib
from lib import BATCH, RECEIPTS, Reporter, expect, expect_equal, main, message, pb
from test_api import get
from test_openapi import Checker, document

lib.CATALOGUE = lib.ROOT / "catalogue/example-town.yaml"
PROGRAMME = b"qinghe-town-2022"


def villages(daemon):
    """Three villages, connected."""
    connected = {}
    for unit in ("dongzhuang", "xizhuang", "nanpo"):
        connected[unit] = Reporter(daemon, daemon.add_key(unit))
        connected[unit].hello(programme=PROGRAMME)
    return connected


def owed(villages, unit, day, water):
    """A month's rows of a village, all that it owes; its water is what counts."""
    r = villages[unit]
    r.push([(water, day)], unit=unit, measure="water", uom="户")
    for roads in ("roads-main", "roads-lanes"):
        r.push([(0, day)], unit=unit, measure=roads, uom="公里", decimals=2)
    b = pb.Batch(units=[unit.encode()])
    b.targets.add(id=b"hamlets-lit", uom="个".encode())
    b.value.append(0)
    b.as_of.append(lib.day(day))
    r.ask(message(BATCH, b.SerializeToString(), r.epoch, 1, r.next), RECEIPTS)
    r.next += 1


def planned(days):
    return Fraction(days, 365)


def test_ranks(daemon):
    daemon.set_clock("2022-03-01T09:00:00+08:00")
    r = villages(daemon)
    for unit, before, now in (("dongzhuang", 4, 12), ("xizhuang", 0, 5), ("nanpo", 30, 31)):
        owed(r, unit, "2022-01-31", before)
        owed(r, unit, "2022-02-28", now)
    daemon.set_clock("2022-03-10T09:00:00+08:00")
    answer = get(daemon, "/api/v1/ranking?period=2022-02&target=water")
    expect_equal(answer["by"], "delta", "what ranks")
    got = [(u["rank"], u["unit"]["id"]) for u in answer["units"]]
    # 8 of 40 and 5 of 25 are the same fifth, whatever went before; nanpo is far ahead and did little
    expect_equal(got, [(1, "dongzhuang"), (1, "xizhuang"), (3, "nanpo")], "ranks by what February added")
    score = (Fraction(1, 5) - planned(28)) * 100
    expect_equal(answer["units"][0]["score_points"], f"{float(round(score, 4)):.4f}", "the score")
    cell = answer["units"][2]["cells"][0]
    expect_equal((cell["added"], cell["goal"], cell["state"]), ("1", "35", "counted"), "the arithmetic")
    # all main measures: 2.75 km of roads are 275 of the smallest units, on which nothing was done
    answer = get(daemon, "/api/v1/ranking?period=2022-02")
    first = next(u for u in answer["units"] if u["unit"]["id"] == "dongzhuang")
    expect_equal({c["target"]: (c["state"], c["goal"]) for c in first["cells"]},
                 {"water": ("counted", "40"), "roads": ("counted", "2.75")}, "what counts")
    score = (Fraction(1, 5) - 2 * planned(28)) / 2 * 100
    expect_equal((first["counted"], first["score_points"]), (2, f"{float(round(score, 4)):.4f}"), "the mean")
    checker = Checker(document(daemon))
    for path in ("/api/v1/ranking", "/api/v1/ranking?period=2022-01", "/api/v1/ranking?target=roads"):
        checker.check(get(daemon, path), {"$ref": "#/components/schemas/Ranking"}, path)
    expect(not checker.faults, "; ".join(checker.faults))


def test_who_does_not_report_has_no_rank(daemon):
    daemon.set_clock("2022-03-01T09:00:00+08:00")
    r = villages(daemon)
    for unit in r:
        owed(r, unit, "2022-01-31", 4)
    owed(r, "dongzhuang", "2022-02-28", 5)
    owed(r, "nanpo", "2022-02-28", 9)
    daemon.set_clock("2022-03-02T09:00:00+08:00")
    r["nanpo"].push([(2, "2022-02-28")], unit="nanpo", measure="water", uom="户")  # falls without a reason: held
    daemon.set_clock("2022-03-10T09:00:00+08:00")
    answer = get(daemon, "/api/v1/ranking?period=2022-02&target=water")
    got = {u["unit"]["id"]: (u["rank"], u["state"]) for u in answer["units"]}
    expect_equal(got, {"dongzhuang": (1, "counted"), "xizhuang": (None, "silent"), "nanpo": (None, "held")},
                 "doubt and silence have no rank")


def test_months_that_are_not_closed(daemon):
    daemon.set_clock("2022-03-02T09:00:00+08:00")
    for path, status, name in (("period=2022-02", 404, "not-ranked-yet"), ("period=2022-12", 404, "not-ranked-yet"),
                               ("period=2019-01", 404, "not-ranked-yet"), ("period=x", 400, "bad-date"),
                               ("target=none", 404, "no-such-target")):
        problem = get(daemon, f"/api/v1/ranking?{path}", status)
        expect(status == 400 or problem["type"].endswith(name), f"{path}: {problem}")
        expect("{" not in problem["detail"], f"the words of {path}")


if __name__ == "__main__":
    main(test_ranks, test_who_does_not_report_has_no_rank, test_months_that_are_not_closed)
