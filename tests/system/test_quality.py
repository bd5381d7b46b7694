#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Figures that look odd, from the row to the answer of a person, and the sample of a period: through
the API and by command, and drawn again here from the ledger's chain."""
import hashlib
import json
import math
import re
import shutil

from lib import CATALOGUE, Reporter, expect, expect_equal, main
from test_api import ctl, get

FLAG = "above.canteens.rencheng.2022-03"


def slip_of_the_finger(daemon):
    """900 canteens instead of 9: admitted, and flagged at the close."""
    daemon.set_clock("2022-04-01T09:00:00+08:00")
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(900, "2022-03-31")])
    daemon.set_clock("2022-04-06T09:00:00+08:00")
    expect_equal(get(daemon, "/api/v1/flags")["flags"], [], "the period is not closed")
    daemon.set_clock("2022-04-08T09:00:00+08:00")


def refused(daemon, status, code, act, **fields):
    got, text = daemon.http("POST", "/api/v1/acts", {"id": f"{act}-{code}", "act": act, **fields})
    expect_equal((got, json.loads(text)["type"]), (status, f"urn:minsheng:problem:{code}"), text)


def total(daemon):
    return get(daemon, "/api/v1/targets/canteens")["value"]


def test_flag(daemon):
    slip_of_the_finger(daemon)
    before = total(daemon)
    expect_equal(before, "900", "it counts")
    flags = get(daemon, "/api/v1/flags")["flags"]
    expect_equal([f["id"] for f in flags], [FLAG], "one flag")
    flag = get(daemon, f"/api/v1/flags/{FLAG}")["flag"]
    expect_equal((flag["code"], flag["rule"], flag["state"], flag["answer"]),
                 ("DQ15", "above", "open", None), "what it is")
    expect("900" in flag["text"]["zh"] and "900" in flag["text"]["en"], flag["text"])
    expect_equal(flag["inputs"][0], {"name": "value", "value": "900"}, "its numbers")
    alert = get(daemon, "/api/v1/alerts/quality.canteens.rencheng")
    expect_equal((alert["state"], alert["newest"]["severity"]), ("open", "info"), "its alert")
    doubts = [get(daemon, f"/api/v1/pace?target=canteens&unit={u}")["in_doubt"]
              for u in ("rencheng", "yutai")]
    expect_equal(doubts, [True, False], "whose delta is not to be compared")

    expect(FLAG in ctl(daemon, "flag", "list"), "the list")
    expect("times" in ctl(daemon, "flag", "show", FLAG), "one of them")
    ctl(daemon, "flag", "show", "above.canteens.rencheng.2022-02", status=1)
    ctl(daemon, "flag", "confirm", FLAG, status=2)
    ctl(daemon, "flag", "confirm", FLAG, "--why", "two zeros too many")
    ctl(daemon, "flag", "confirm", FLAG, "--why", "again", status=1)
    flag = get(daemon, f"/api/v1/flags/{FLAG}")["flag"]
    expect_equal((flag["state"], flag["answer"]["why"]), ("confirmed", "two zeros too many"), "answer")
    expect(flag["answer"]["by"].startswith("uid:"), flag["answer"])
    expect_equal(get(daemon, "/api/v1/alerts/quality.canteens.rencheng")["newest"]["severity"],
                 "yellow", "the figure is known to be wrong")
    refused(daemon, 404, "no-such-flag", "flag.explain", flag="above.nothing.2022-03", why="x")
    refused(daemon, 422, "bad-field", "flag.explain", flag=FLAG)
    expect_equal(total(daemon), before, "no answer changes a total")
    daemon.kill()
    daemon.start()
    expect_equal(get(daemon, f"/api/v1/flags/{FLAG}")["flag"]["state"], "confirmed", "kept")

    expect_equal(daemon.http("GET", "/api/v1/flags?rule=hop")[0], 400, "no such rule")
    expect_equal(get(daemon, "/api/v1/flags?rule=jump")["flags"], [], "another rule")
    expect_equal(len(get(daemon, "/api/v1/flags?period=2022-03&unit=rencheng")["flags"]), 1, "filters")


def draw_again(daemon, sample):
    """The lowest tickets of what was expected and not flagged."""
    owed = get(daemon, "/api/v1/reports?period=2022-03")["reports"]
    names = {f"{r['target']}.{r['unit']['id']}" for r in owed if r["state"] != "not-expected"}
    flagged = {f"{s['target']}.{s['unit']['id']}" for s in sample["samples"] if s["flagged"]}
    rest = sorted(names - flagged, key=lambda name: hashlib.blake2b(
        f"{sample['seed']} 2022-03 {name}".encode(), digest_size=32).digest())
    return len(names), rest[:math.isqrt(len(rest) - 1) + 1]


def test_sample(daemon):
    expect_equal(daemon.http("GET", "/api/v1/samples")[0], 404, "nothing is closed")
    slip_of_the_finger(daemon)
    sample = get(daemon, "/api/v1/samples")
    expect_equal((sample["period"], sample["flagged"]), ("2022-03-31", 1), "the newest period")
    expected, drawn = draw_again(daemon, sample)
    got = {f"{s['target']}.{s['unit']['id']}" for s in sample["samples"] if not s["flagged"]}
    expect_equal((sample["expected"], sample["drawn"]), (expected, len(drawn)), "how many")
    expect_equal(got, set(drawn), "which")
    shown = ctl(daemon, "sample", "show", "--period", "2022-03")
    expect(sample["seed"] in shown and "b2sum -l 256" in shown, shown)
    ctl(daemon, "sample", "show", "--period", "2022-13", status=2)
    ctl(daemon, "sample", "show", "--period", "2022-01", status=1)

    where = ("2022-03", "canteens", "rencheng")
    ctl(daemon, "sample", "result", *where, "differ", "--why", "x", status=1)
    ctl(daemon, "sample", "result", *where, "differ", "--found", "9", "--why", "went there")
    one = [s for s in get(daemon, "/api/v1/samples?period=2022-03")["samples"] if s["flagged"]][0]
    expect_equal((one["result"], one["found"], one["value"]), ("differ", "9", "900"), "what was found")
    expect_equal(one["inspected"]["why"], "went there", "why")
    refused(daemon, 404, "no-such-inspection", "sample.result", period="2022-03", measure="canteens",
            unit="rencheng", result="differ", found="9", inspection="2022-999", why="x")
    expect("OK" in ctl(daemon, "ledger", "verify"), "replay draws the same")


def draw_everything(daemon):
    """The same catalogue, but with a lot that takes all of them."""
    daemon.kill()
    copy = shutil.copytree(CATALOGUE.parent, daemon.folder / "catalogue") / CATALOGUE.name
    copy.write_text(re.sub(r"^quality:\n", "quality:\n  sample: 10000\n", copy.read_text(), flags=re.M))
    daemon.config.write_text(daemon.config.read_text().replace(str(CATALOGUE), str(copy)))
    daemon.start()


def test_sample_of_a_rate(daemon):
    """What was found of a rate is told as the rate, with the two numbers that it is made of."""
    draw_everything(daemon)
    rate = "inclusive-kindergarten-rate"
    daemon.set_clock("2022-04-01T09:00:00+08:00")
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(520, "2022-03-31")], measure=rate, uom="%", denominators=[550])
    daemon.set_clock("2022-04-08T09:00:00+08:00")

    def one():
        return [s for s in get(daemon, "/api/v1/samples?period=2022-03")["samples"]
                if (s["target"], s["unit"]["id"]) == (rate, "rencheng")][0]

    keys = ("value", "numerator", "denominator", "found", "found_numerator", "found_denominator")
    expect_equal([one()[k] for k in keys], ["94.55", "520", "550", None, None, None], "reported")
    where = ("2022-03", rate, "rencheng", "differ", "--why", "counted")
    ctl(daemon, "sample", "result", *where, "--found", "500")
    expect_equal([one()[k] for k in keys[3:]], ["90.91", "500", "550"], "of as many as were reported")
    ctl(daemon, "sample", "result", *where, "--found", "500", "--denominator", "600")
    expect_equal([one()[k] for k in keys[3:]], ["83.33", "500", "600"], "found")
    expect("83.33 % (500/600)" in ctl(daemon, "sample", "show", "--period", "2022-03"), "shown")


if __name__ == "__main__":
    main(test_flag, test_sample, test_sample_of_a_rate)
