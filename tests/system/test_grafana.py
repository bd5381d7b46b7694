#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The Grafana dashboards: whole, without addresses of anybody's, every query sound, and every measure,
label, path and column that they name is one of the daemon's."""
from lib import *
import re

BOARDS = sorted((ROOT / "packaging/grafana").glob("*.json"))
VARIABLES = {"$__rate_interval": "5m", "${target}": "canteens", "$target": "canteens", "$unit": ".*"}
SUFFIX = re.compile(r"_(bucket|sum|count)$")


def boards():
    return {p.name: json.loads(p.read_text(encoding="utf-8")) for p in BOARDS}


def targets(board):
    return [(p["title"], t) for p in board["panels"] for t in p.get("targets", [])]


def filled(text):
    for mark, value in VARIABLES.items():
        text = text.replace(mark, value)
    return text


def test_whole(daemon):
    expect_equal(sorted(boards()), ["minsheng-operator.json", "minsheng-overview.json"], "the dashboards")
    for name, board in boards().items():
        ids = [p["id"] for p in board["panels"]]
        expect_equal(len(ids), len(set(ids)), f"ids of the panels of {name}")
        expect(not re.search(r"https?://|localhost|\d+\.\d+\.\d+\.\d+", json.dumps(board)), f"{name} has an address")
        sources = {v["name"] for v in board["templating"]["list"] if v["type"] == "datasource"}
        used = set(re.findall(r'"uid": "\$\{(\w+)\}"', json.dumps(board)))
        expect_equal(used - sources, set(), f"{name}: data sources are variables")
        cells = [(x, y) for p in board["panels"] for g in [p["gridPos"]]
                 for x in range(g["x"], g["x"] + g["w"]) for y in range(g["y"], g["y"] + g["h"])]
        expect(len(cells) == len(set(cells)) and max(x for x, _ in cells) < 24, f"{name}: panels do not overlap")


def test_queries(daemon):
    """promtool reads every expression."""
    exprs = [filled(t["expr"]) for b in boards().values() for _, t in targets(b) if "expr" in t]
    expect(len(exprs) > 30, f"only {len(exprs)} queries")
    rules = {"groups": [{"name": "all", "rules": [{"record": f"q{i}", "expr": e} for i, e in enumerate(exprs)]}]}
    file = daemon.folder / "queries.yml"
    file.write_text(json.dumps(rules))  # JSON is YAML
    done = subprocess.run(["promtool", "check", "rules", str(file)], capture_output=True, text=True)
    expect_equal(done.returncode, 0, done.stdout + done.stderr)


def measures(daemon):
    """{name: labels} of /metrics, those of channels from the sources: they are told where there are channels."""
    there = {}
    for line in daemon.http("GET", "/metrics")[1].splitlines():
        found = re.match(r"(minsheng_\w+)(?:\{(.*)\})? ", line)
        if found:
            there.setdefault(SUFFIX.sub("", found[1]), set()).update(re.findall(r'(\w+)="', found[2] or ""))
    for source in (ROOT / "daemon").glob("notify*.c"):
        for name in re.findall(r'"(minsheng_notif\w+)"', source.read_text()):
            there[name] = {"channel", "result"}
    return there


def test_names(daemon):
    reporter = Reporter(daemon, daemon.add_key("rencheng"))
    reporter.hello()
    reporter.push([(3, "2022-02-28")])
    wait_until(lambda: "minsheng_unit_last_report_timestamp_seconds" in daemon.http("GET", "/metrics")[1], "the figures")
    there = measures(daemon)
    for name, board in boards().items():
        for variable in board["templating"]["list"]:
            for measure, label in re.findall(r"label_values\((\w+), (\w+)\)", variable.get("definition", "")):
                expect(label in there[measure], f"{name}: {measure} has a label {label}")
        for title, t in targets(board):
            named = [SUFFIX.sub("", n) for n in re.findall(r"minsheng_\w+", t.get("expr", ""))]
            expect_equal([n for n in named if n not in there], [], f"{name}, {title}: measures that are not there")
            labels = set(re.findall(r"{{(\w+)}}", t.get("legendFormat", "")))
            labels |= set(re.findall(r'(\w+)(?:=|=~)"', t.get("expr", "")))
            expect(not named or labels <= set().union(*(there[n] for n in named)), f"{name}, {title}: labels {labels}")


def test_series(daemon):
    """What Infinity asks for is there, with the columns that it takes."""
    asked = 0
    for name, board in boards().items():
        for title, t in targets(board):
            if "url" not in t:
                continue
            status, text = daemon.http("GET", filled(t["url"]))
            expect_equal(status, 200, f"{name}, {title}: {t['url']}")
            rows = json.loads(text)[t["root_selector"]]
            expect(rows and all(c["selector"] in rows[0] for c in t["columns"]), f"{name}, {title}: columns")
            asked += 1
    expect(asked > 0, "one panel reads the ledger itself")


def differences(daemon):
    """Gauges of units and alerts that are not what the API says."""
    units = json.loads(daemon.http("GET", "/api/v1/units")[1])["units"]
    opened = json.loads(daemon.http("GET", "/api/v1/programme")[1])["open_alerts"]
    wanted = {("minsheng_unit_lights", f'unit="{u["id"]}",light="{k}"'): n for u in units for k, n in u["lights"].items()}
    wanted.update({("minsheng_unit_reports", f'unit="{u["id"]}",state="{k}"'): n
                   for u in units for k, n in u["reports"].items() if k != "expected"})
    wanted.update({("minsheng_alerts_open", f'severity="{k}"'): n for k, n in opened.items()})
    text = daemon.http("GET", "/metrics")[1]
    return [(k, n) for k, n in wanted.items() if f"{k[0]}{{{k[1]}}} {n}\n" not in text]


def test_figures(daemon):
    """The gauges of figures are those of the API, and follow the ledger."""
    reporter = Reporter(daemon, daemon.add_key("rencheng"))
    reporter.hello()
    for value in (3, 5):
        reporter.push([(value, "2022-02-28")])
        wait_until(lambda: daemon.metric("minsheng_target_actual", 'target="canteens"') == value, f"canteens at {value}")
    daemon.set_clock("2022-07-20T09:00:00+08:00")
    wait_until(lambda: not differences(daemon), "gauges as the API has them")
    expect(daemon.metric("minsheng_unit_reports", 'unit="yutai",state="missing"') > 0, "something is missing")


if __name__ == "__main__":
    main(test_whole, test_queries, test_names, test_series, test_figures)
