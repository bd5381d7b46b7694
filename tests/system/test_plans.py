#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Plans and quotas by version, and the lights that came of them: the road through the API and
minshengctl, with a real daemon."""
from lib import *

DECIDED = ("--document", "No. 31", "--approver", "Li Si", "--why", "two months of rain")


def ctl(daemon, *words, status=0, lang="en"):
    done = subprocess.run([BIN / "minshengctl", "--socket", daemon.ports["control"], "--lang", lang,
                           *words], capture_output=True, text=True)
    expect_equal(done.returncode, status, f"minshengctl {words}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def get(daemon, path, status=200):
    got, text = daemon.http("GET", "/api/v1/" + path)
    expect_equal(got, status, f"{path}: {text[:300]}")
    return json.loads(text)


def unit_of(daemon, unit):
    return next(u for u in get(daemon, "targets/canteens")["units"] if u["unit"] == unit)


def light(daemon, period, unit="rencheng"):
    one, = get(daemon, f"lights?target=canteens&unit={unit}&period={period}")["lights"]
    return one


def month(reporter, daemon, value, day, close):
    daemon.set_clock(close[:8] + "01T09:00:00+08:00")
    reporter.push([(value, day)])
    daemon.set_clock(close + "T09:00:00+08:00")


def test_plans(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    month(r, daemon, 0, "2022-02-28", "2022-03-09")
    quota = float(unit_of(daemon, "rencheng")["goal"])

    # the catalogue's own is version 0
    mine, = get(daemon, "plans?target=canteens")["targets"]
    expect_equal((mine["rebaselines"], mine["plan_in_force"]), (0, 0), "as in the catalogue")
    expect_equal([p["version"] for p in mine["plans"]], [0], "one version")
    expect("none was decided anew" in ctl(daemon, "plan", "show"), "nothing yet")

    # refused: into a closed month, and without a reason
    text = ctl(daemon, "plan", "set", "canteens", "2022-12-31=100", "--effective", "2022-02-28", *DECIDED,
               status=1)
    expect("closed" in text, text)
    text = ctl(daemon, "plan", "set", "canteens", "2022-12-31=100", "--effective", "2022-02-28", *DECIDED,
               status=1, lang="zh")
    expect("不改写以往的亮灯" in text, text)
    ctl(daemon, "plan", "set", "canteens", "2022-12-31=100", "--effective", "2022-03-01",
        "--document", "No. 31", "--approver", "Li Si", status=2)
    text = ctl(daemon, "plan", "set", "canteens", "2022-06-30=50", "2022-09-30=40",
               "--effective", "2022-03-01", *DECIDED, status=1)
    expect("never falls" in text, text)
    expect_equal(light(daemon, "2022-02")["plan"], 0, "still the first")

    # a new one: nothing is due before the last quarter
    text = ctl(daemon, "plan", "set", "canteens", "2022-09-30=0", "2022-12-31=100",
               "--effective", "2022-03-01", *DECIDED)
    expect("version 1" in text, text)
    month(r, daemon, 0, "2022-03-31", "2022-04-09")
    month(r, daemon, 0, "2022-04-30", "2022-05-10")
    month(r, daemon, 0, "2022-05-31", "2022-06-09")
    may = light(daemon, "2022-05")
    expect_equal((may["plan"], may["current"]["light"]), (1, "green"), "by the plan in force")
    expect(may["original"]["light"] in ("yellow", "red"), f"by the first one: {may['original']}")
    city = get(daemon, "targets/canteens")
    expect_equal(city["plan"], {"id": "No. 31", "invented": False, "version": 1, "rebaselines": 1},
                 "the plan beside the gap")
    expect_equal(city["trajectory"]["knots"][1]["day"], "2022-09-30", "its knots")
    text = ctl(daemon, "target", "show", "canteens")
    expect("version 1 is in force" in text and "(first plan: " in text, text)
    then = get(daemon, "targets?valid_at=2022-02-28")["targets"]
    expect_equal(next(t for t in then if t["id"] == "canteens")["plan"]["version"], 0, "as of then")
    mine, = get(daemon, "plans?target=canteens")["targets"]
    expect_equal([(p["version"], p["document"], p["approver"], p["why"]) for p in mine["plans"]],
                 [(0, None, None, None), (1, "No. 31", "Li Si", "two months of rain")], "versions")
    expect(mine["plans"][1]["by"] and mine["plans"][1]["at"] and mine["plans"][1]["decided_position"],
           "who, when, where")
    text = ctl(daemon, "plan", "show", "canteens", lang="zh")
    expect("第 1 版（现行）" in text and "No. 31" in text, text)

    # quotas from a file; one line is wrong, and what stands before it is done
    path = daemon.folder / "quotas.yaml"
    path.write_text("canteens: {rencheng: %d, yutai: 0}\nbeds-for-nobody: {rencheng: 1}\n" % (quota * 2))
    text = ctl(daemon, "quota", "set", "--file", str(path), "--effective", "2022-06-01", *DECIDED,
               status=1)
    expect("line 2" in text and "canteens version 1" in text, text)
    month(r, daemon, int(quota), "2022-06-30", "2022-07-09")
    expect_equal(float(unit_of(daemon, "rencheng")["goal"]), quota * 2, "the new quota")
    june = light(daemon, "2022-06")
    expect_equal((june["quota"], june["original"]["light"], june["current"]["light"]),
                 (1, "reached", "green"), "by the new quota, and by the first")
    # what had been planned for February is done by now
    expect_equal(light(daemon, "2022-02")["settled"] is not None,
                 light(daemon, "2022-02")["current"]["light"] in ("yellow", "red"), "settled")
    expect("reached" in ctl(daemon, "lights", "list", "--target", "canteens", "--unit", "rencheng"), "ctl")
    text = ctl(daemon, "quota", "show", "canteens")
    expect(f"rencheng={quota * 2:g}" in text and "yutai=0" in text, text)
    ctl(daemon, "quota", "set", "canteens", "yutai=-", "--effective", "2022-07-01", *DECIDED)
    expect_equal(unit_of(daemon, "yutai")["goal"], None, "not broken down")

    # missing reports leave the total between two ends
    gap = city["interval"]
    expect(gap is None or int(gap["low"]) <= int(gap["high"]), f"{gap}")
    r.close()
    daemon.stop()
    daemon.start()
    expect_equal(get(daemon, "plans?target=canteens")["targets"][0]["quota_in_force"], 2, "after a restart")
    ctl(daemon, "ledger", "verify")


def test_verified(daemon):
    """The goal is reached; the office verifies it; a new row takes that back."""
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    goal = int(unit_of(daemon, "rencheng")["goal"])
    month(r, daemon, goal, "2022-02-28", "2022-03-09")
    expect_equal(light(daemon, "2022-02")["current"]["light"], "reached", "not verified yet")
    daemon.act("report.verify", measure="canteens", unit="rencheng", period="2022-02", why="visited")
    feb = light(daemon, "2022-02")
    expect_equal((feb["current"]["light"], feb["first"]["light"], feb["restated"]), ("done", "reached", 1),
                 "verified")
    r.push([(goal + 1, "2022-02-28", )])
    expect_equal(light(daemon, "2022-02")["current"]["light"], "reached", "a new row")


main(test_plans, test_verified)
