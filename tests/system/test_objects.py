#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Places and things that are counted by their ids: from a county's sheet through the wire to the
union, with the missing ones, double claims and checklists, by API and by command."""
import json
import os
import subprocess

import lib
from lib import BATCH, BIN, RECEIPTS, Reporter, day, expect, expect_equal, main, message, pb
from test_api import ctl, get
from test_openapi import Checker, document

lib.CATALOGUE = lib.ROOT / "tests/scenario/objects-town.yaml"
PROGRAMME = b"objects-town-2022"


def names(reporter, measure, unit, ids, as_of, value=None, kind=0, ref=None, uom="处"):
    """A row of the given ids; its receipt."""
    b = pb.Batch(units=[unit.encode()])
    b.targets.add(id=measure.encode(), uom=uom.encode(), decimals=0)
    b.value.append(len(ids) if value is None else value)
    b.kind.append(kind)
    b.as_of.append(day(as_of))
    b.object.row.extend([0] * len(ids))
    b.object.text.extend(i.encode() for i in ids)
    if ref:
        b.ref.row.append(0)
        b.ref.text.append(ref.encode())
    frame = message(BATCH, b.SerializeToString(), reporter.epoch, 1, reporter.next)
    reporter.next += 1
    return reporter.ask(frame, RECEIPTS).items[0]


def town(daemon):
    """North and South, connected, on 5 April."""
    daemon.set_clock("2022-04-05T09:00:00+08:00")
    both = []
    for unit in ("north", "south"):
        r = Reporter(daemon, daemon.add_key(unit))
        r.hello(programme=PROGRAMME)
        both.append(r)
    return both


def listed(daemon, target, state="all"):
    return [o["id"] for o in get(daemon, f"/api/v1/objects?target={target}&state={state}")["objects"]]


def test_union(daemon):
    north, south = town(daemon)
    names(north, "canteens", "north", ["c-1", "c-2"], "2022-03-31")
    names(south, "canteens", "south", ["c-2", "c-3"], "2022-03-31")
    all_of = get(daemon, "/api/v1/objects?target=canteens")
    s = all_of["summary"]
    expect_equal((s["counted"], s["doubled"], s["base"], s["lacking"]), (3, 1, 1, 3), "the summary")
    expect_equal(s["coverage_percent"], None, "no list, no coverage")
    double = get(daemon, "/api/v1/objects?target=canteens&state=doubled")["objects"]
    expect_equal([c["unit"]["id"] for c in double[0]["claims"]], ["north", "south"], "both are named")
    expect_equal(listed(daemon, "canteens", "counted"), ["c-1", "c-2", "c-3"], "who counts")
    expect_equal(listed(daemon, "canteens", "known"), ["c-2021", "c-old"], "who does not")
    expect_equal(get(daemon, "/api/v1/cells?target=canteens&unit=south")["cells"][0]["value"], "2",
                 "a unit's own")
    figures, _ = lib.snapshot(daemon, daemon.add_key("north", role="subscriber"))
    expect_equal(figures["canteens", "town"].value, 3, "the city on the wire")

    page = get(daemon, "/api/v1/objects?target=canteens&limit=2")
    expect_equal(len(page["objects"]), 2, "a page")
    rest = get(daemon, f"/api/v1/objects?target=canteens&limit=9&cursor={page['next']}")
    expect_equal(len(page["objects"]) + len(rest["objects"]), len(all_of["objects"]), "two pages")
    expect_equal(daemon.http("GET", "/api/v1/objects")[0], 400, "of which target")
    expect_equal(daemon.http("GET", "/api/v1/objects?target=canteens&state=x")[0], 400, "a bad state")
    expect_equal(daemon.http("GET", "/api/v1/objects?target=homes-coverage")[0], 404, "not by objects")
    expect_equal(daemon.http("GET", "/api/v1/objects/canteens/c-9")[0], 404, "nobody knows it")
    expect("c-2" in ctl(daemon, "object", "double", "canteens"), "by command")
    daemon.kill()
    daemon.start()
    expect_equal(listed(daemon, "canteens", "counted"), ["c-1", "c-2", "c-3"], "after a kill")


def test_names(daemon):
    """What may not count is refused, and the receipt says which it is."""
    north, _ = town(daemon)
    for ids, value, code, named in (
            (["c-1", "c-old"], None, 43, "c-old"), (["c-2021"], None, 44, "c-2021"),
            (["c-1", "c-1"], None, 40, "c-1"), (["c-1"], 2, 39, None), ([], 1, 38, None)):
        item = names(north, "canteens", "north", ids, "2022-03-31", value)
        e = item.exceptions[0]
        expect_equal((e.verdict, e.code), (2, code), f"{ids}")
        expect(named is None or named in e.text.decode(), e.text.decode())
    e = names(north, "homes", "north", ["t-2", "t-7"], "2022-03-31").exceptions[0]
    expect_equal((e.code, e.text.decode().startswith("t-7：")), (42, True), e.text.decode())
    expect_equal(listed(daemon, "canteens", "counted"), [], "nothing counts")


def test_coverage(daemon):
    north, south = town(daemon)
    names(north, "homes", "north", ["t-2"], "2022-03-31")
    names(south, "homes", "south", ["t-3"], "2022-03-31", kind=1, ref="s-1")
    expect_equal(listed(daemon, "homes", "missing"), ["t-4", "t-5"], "the missing ones")
    s = get(daemon, "/api/v1/objects?target=homes")["summary"]
    expect_equal((s["covered"], s["listed"], s["coverage_percent"]), (3, 5, "60.00"), "coverage")
    detail = get(daemon, "/api/v1/targets/homes")
    detail = detail.get("target", detail)
    expect_equal((detail["value"], detail["objects"]["missing"]), ("2", 2), "the target")
    expect_equal(get(daemon, "/api/v1/objects?target=homes&unit=south&state=missing")["objects"][0]
                 ["name"]["en"], "Fourth", "of a unit")
    out = ctl(daemon, "object", "missing", "homes")
    expect("t-4" in out and "t-2" not in out and "60.00" in out, out)
    daemon.set_clock("2022-04-07T09:00:00+08:00")
    names(south, "homes", "south", ["t-3", "t-4"], "2022-03-31")
    before = get(daemon, "/api/v1/objects?target=homes&valid_at=2022-03-31&known_at=2022-04-05")
    expect_equal(before["summary"]["covered"], 3, "as it was known")
    expect_equal(listed(daemon, "homes", "missing"), ["t-5"], "as it is")


def test_checklist(daemon):
    north, _ = town(daemon)
    names(north, "canteens", "north", ["c-1", "c-2"], "2022-03-31")
    ctl(daemon, "object", "check", "canteens", "c-1", "area=69.9", "kitchen=yes")
    expect("failed" in ctl(daemon, "object", "show", "canteens", "c-1"), "failed")
    ctl(daemon, "object", "check", "canteens", "c-1", "area=71", status=1)
    ctl(daemon, "object", "check", "canteens", "c-1", "area=71", "--why", "measured again")
    one = get(daemon, "/api/v1/objects/canteens/c-1")
    expect_equal((one["object"]["check"], one["checklist"][0]["value"], one["checklist"][0]["holds"]),
                 ("accepted", "71.0", True), "accepted")
    expect_equal([c["why"] for c in one["checks"]], [None, "measured again"], "both checks are kept")
    expect_equal(len(one["rows"]), 1, "its row")
    expect_equal(listed(daemon, "canteens", "lacking"), ["c-2"], "who lacks one")
    status, text = daemon.http("POST", "/api/v1/acts", {
        "id": "x", "act": "object.check", "measure": "canteens", "object": "c-1",
        "values": {"roof": True}})
    expect_equal((status, "unknown-check" in text), (422, True), text)


def test_document(daemon):
    """Answers are what the document of the API says."""
    north, south = town(daemon)
    names(north, "canteens", "north", ["c-1", "c-2"], "2022-03-31")
    names(south, "canteens", "south", ["c-2"], "2022-03-31", kind=1, ref="s-1")
    names(north, "homes", "north", ["t-2"], "2022-03-31")
    ctl(daemon, "object", "check", "canteens", "c-1", "area=71", "kitchen=yes", "--why", "x")
    d = document(daemon)
    checker = Checker(d)
    for path, addresses in {
            "/api/v1/objects": ("?target=canteens", "?target=homes&limit=2", "?target=squares"),
            "/api/v1/objects/{target}/{id}": ("/canteens/c-1", "/canteens/c-old", "/homes/t-2",
                                              "/homes/t-5", "/canteens/c-2021"),
            "/api/v1/targets/{id}": ("/homes", "/homes-coverage"),
            "/api/v1/events": ("?limit=50",)}.items():
        content = d["paths"][path]["get"]["responses"]["200"]["content"]
        for each in addresses:
            address = path.split("/{")[0] + each
            checker.check(get(daemon, address), content["application/json"]["schema"], address)
    expect(not checker.faults, "; ".join(checker.faults[:12]))
    rows = [e for e in get(daemon, "/api/v1/events?target=canteens")["events"]]
    expect_equal([e["objects"] for e in rows], [["c-1", "c-2"], ["c-2"]], "rows name their objects")
    expect_equal([c["unit"] for c in get(daemon, "/api/v1/cells?target=canteens")["cells"]],
                 ["north", "south"], "nobody reported the union")


def test_sheet(daemon):
    """The minsheng program: an invitation, a sheet, a file of lines."""
    daemon.set_clock("2022-04-05T09:00:00+08:00")
    folder = daemon.folder / "county"
    env = {**os.environ, "MINSHENG_FOLDER": str(folder)}

    def minsheng(*words, text=None, status=0):
        done = subprocess.run([BIN / "minsheng", "--lang", "en", *words], input=text, env=env,
                              capture_output=True, text=True, timeout=60)
        expect_equal(done.returncode, status, f"minsheng {words}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    token = json.loads(ctl(daemon, "--json", "unit", "invite", "north", "--auto-approve"))["token"]
    minsheng("enroll", text=token)
    sheet = daemon.folder / "june.csv"
    sheet.write_text("指标编码,截止日期,数值,对象编号\nhomes,2022-03-31,2,t-2； t-3\n"
                     "canteens,2022-03-31,3,c-1、c-2;c-3\n")
    minsheng("import", str(sheet))
    expect_equal(listed(daemon, "homes", "counted"), ["t-2", "t-3"], "from the sheet")
    expect_equal(listed(daemon, "canteens", "counted"), ["c-1", "c-2", "c-3"], "and the other row")
    for row, word in (("homes,2022-04-05,2,t-2;t-9", "t-9"), ("homes,2022-04-05,3,t-2;t-4", "3"),
                      ("canteens,2022-04-05,2,c-1;c-1", "c-1"), ("homes,2022-04-05,1,t-1", "t-1")):
        sheet.write_text(f"target,as_of,value,object\n{row}\n")
        expect(word in minsheng("import", str(sheet), "--dry-run", status=1), row)
    lines = daemon.folder / "more.jsonl"
    lines.write_text(json.dumps({"target": "canteens", "as_of": "2022-04-04", "value": 4,
                                 "objects": ["c-1", "c-2", "c-3", "c-4"]}) + "\n")
    minsheng("import", str(lines))
    minsheng("push", "homes", "1", "--kind", "add", "--ref", "n-1", "--object", "t-5",
             "--as-of", "2022-04-04")
    expect_equal(listed(daemon, "canteens", "counted"), ["c-1", "c-2", "c-3", "c-4"], "from lines")
    expect_equal(listed(daemon, "homes", "missing"), ["t-4"], "from a push")


if __name__ == "__main__":
    main(test_union, test_names, test_coverage, test_checklist, test_document, test_sheet,
         clock="2022-03-01T09:00:00+08:00")
