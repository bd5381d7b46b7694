#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Lists of the API as CSV: the rows of the JSON, in a form that a spreadsheet takes as it is meant."""
import csv, io, urllib.request
from channels import ctl
from lib import *


def fetch(daemon, path):
    with urllib.request.urlopen(f"http://{daemon.ports['http']}{path}", timeout=WAIT_S) as answer:
        return {k.lower(): v for k, v in answer.headers.items()}, answer.read()


def table(body):
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_same_rows(daemon):
    reporter = Reporter(daemon, daemon.add_key("rencheng"))
    reporter.hello()
    reporter.push([(3, "2022-02-28")])
    headers, body = fetch(daemon, "/api/v1/targets?format=csv")
    expect(headers["content-type"].startswith("text/csv; charset=utf-8"), "the type")
    today = json.loads(fetch(daemon, "/api/v1/targets")[1])["valid_at"]
    expect_equal(headers["content-disposition"], f'attachment; filename="jining-2022-targets-{today}.csv"', "its name")
    expect_equal(headers["x-minsheng-rows"], str(body.count(b"\n") - 1), "rows, as the header says")
    expect(body.startswith(b"\xef\xbb\xbf"), "a byte order mark")
    expect_equal(body.count(b"\n"), body.count(b"\r\n"), "ends of lines")
    rows = table(body)
    wanted = json.loads(fetch(daemon, "/api/v1/targets?format=json")[1])["targets"]
    expect_equal([r["id"] for r in rows], [t["id"] for t in wanted], "the rows")
    expect_equal([r["name.zh"] for r in rows], [t["name"]["zh"] for t in wanted], "members of members")
    canteens = next(r for r in rows if r["id"] == "canteens")
    expect_equal((canteens["value"], canteens["silent"]), ("3", "false"), "a figure")
    lower = [r["gap_points"] for r in rows if r["gap_points"].startswith("-")]
    expect(all(float(x) < 0 for x in lower), "numbers below zero stay numbers")


def test_all_pages(daemon):
    """All pages come as one table; with a limit, that many, and where to go on."""
    reporter = Reporter(daemon, daemon.add_key("rencheng"))
    reporter.hello()
    for first in range(0, 1200, 100):
        reporter.push([(first + i, "2022-02-28") for i in range(1, 101)])
    headers, body = fetch(daemon, "/api/v1/events?format=csv&entries=batches")
    rows = table(body)
    expect(len(rows) >= 1200, f"{len(rows)} rows are more than a page")
    expect("link" not in headers and "x-minsheng-cut" not in headers, "nothing was cut")
    expect_equal(len({(r["position"], r["row"]) for r in rows}), len(rows), "each row once")
    headers, body = fetch(daemon, "/api/v1/events?format=csv&entries=batches&limit=7")
    part, rest = table(body), headers["link"].split("<")[1].split(">")[0]
    expect_equal((len(part), headers["x-minsheng-cut"]), (7, "yes"), "a part, and that it is one")
    expect("-part.csv" in headers["content-disposition"], "its name says so too")
    more = table(fetch(daemon, rest)[1])
    keys = [(r["position"], r["row"]) for r in part + more]
    expect_equal(keys, [(r["position"], r["row"]) for r in rows[:14]], "the next part goes on behind it")


def test_every_table(daemon):
    """Each path whose document offers text/csv gives the rows of its JSON."""
    reporter = Reporter(daemon, daemon.add_key("rencheng"))
    reporter.hello()
    reporter.push([(3, "2022-02-28")])
    daemon.set_clock("2022-07-20T09:00:00+08:00")
    paths = json.loads(fetch(daemon, "/api/v1/openapi.json")[1])["paths"]
    lists = [p for p, m in paths.items() if "table_format" in json.dumps(m.get("get", {}).get("parameters", []))]
    fill = {"{id}": "rencheng", "{period}": "2022-06"}
    asked = 0
    for path in lists:
        for mark, value in fill.items():
            path = path.replace(mark, value)
        query = {"/api/v1/history": "target=canteens&unit=rencheng&"}.get(path, "")
        status, text = daemon.http("GET", f"{path}?{query}limit=1000" if "/alerts/log" in path else f"{path}?{query}lang=en")
        if status != 200:
            continue  # ranking is off, nothing is counted by ids, links are for those who signed in
        answer = json.loads(text)
        counts = [len(v) for v in answer.values() if isinstance(v, list)]
        status, body = daemon.http("GET", f"{path}?{query}format=csv")
        expect_equal((status, body[:1]), (200, "\ufeff"), f"{path}: {body[:200]}")
        wide = list(csv.reader(io.StringIO(body[1:], newline="")))
        expect(all(len(r) == len(wide[0]) for r in wide), f"{path}: lines of one length")
        expect(answer.get("next") or max(len(wide) - 1, 0) in counts, f"{path}: {len(wide) - 1} rows of {counts}")
        asked += 1
    expect(asked > 20, f"only {asked} lists were asked for")


def test_no_formulas(daemon):
    daemon.set_clock("2022-07-08T09:00:00+08:00")
    ctl(daemon, "narrative", "write", "1.1", "2022-06", "--progress", '=HYPERLINK("http://x","y"),\n第二行')
    row = table(fetch(daemon, "/api/v1/narratives?format=csv")[1])[0]
    text = next(v for k, v in row.items() if "HYPERLINK" in (v or ""))
    expect(text.startswith("'=HYPERLINK(\"http://x\",\"y\"),\n"), f"a text that looks like a formula: {text!r}")


def test_choices(daemon):
    status, text = daemon.http("GET", "/api/v1/targets?format=xml")
    expect_equal((status, json.loads(text)["errors"][0]["code"]), (400, "bad-choice"), "another format")
    expect_equal(daemon.http("GET", "/api/v1/programme?format=csv")[0], 400, "what is no list")


if __name__ == "__main__":
    main(test_same_rows, test_all_pages, test_every_table, test_no_formulas, test_choices)
