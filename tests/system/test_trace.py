#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The synthetic year of `minshengd demo`: every alert that there ever was leads back to rows of the ledger
that make up what it says, by the API, and one of each kind by command."""
import os
import pathlib
import shutil
import subprocess

from lib import BIN, Daemon, expect, main
from test_api import ctl, get

KINDS = {"behind", "silent", "hold", "overdue"}


def play(folder):
    """The year, kept; a daemon on its store."""
    done = subprocess.run([BIN / "minshengd", "demo", "--check", "--keep", "--port", "0"], text=True,
                          capture_output=True, env={**os.environ, "TMPDIR": str(folder)}, timeout=300)
    expect(done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:])
    kept = pathlib.Path(done.stdout.strip().splitlines()[-1].split()[-1])
    if not kept.is_dir():
        kept = next(pathlib.Path(w) for w in done.stdout.split() if "minsheng-demo" in w and
                    pathlib.Path(w).is_dir())
    daemon = Daemon(folder / "after", clock="2023-01-31T09:00:00+08:00")
    shutil.move(kept / "store", daemon.folder / "store")
    shutil.copy(kept / "server.key", daemon.folder / "server.key")
    shutil.rmtree(kept)
    return daemon.start()


def alerts_of(daemon):
    cursor, alerts = "", []
    while cursor is not None:
        page = get(daemon, f"/api/v1/alerts?state=all&limit=500&cursor={cursor}" if cursor else
                   "/api/v1/alerts?state=all&limit=500")
        alerts += page["alerts"]
        cursor = page["next"]
    return alerts


def look(daemon):
    alerts, kinds, rows = alerts_of(daemon), {}, 0
    for alert in alerts:
        trace = get(daemon, f"/api/v1/alerts/{alert['id']}/trace")
        expect(trace["adds_up"] and trace["complete"], f"{alert['id']}: {str(trace)[:1500]}")
        expect(trace["entries"] and trace["steps"], alert["id"])
        counted = [r for c in trace["cells"] for r in c["rows"] if r["counts"]]
        rows += len(counted)
        if alert["kind"] == "behind" and len(trace["cells"]) == 1 and counted and \
                all(r["kind"] in ("total", "add") for r in counted):
            told = float(trace["cells"][0]["value"])
            expect(abs(sum(float(r["value"]) for r in counted) - told) < 1e-9, alert["id"])
        kinds.setdefault(alert["kind"], alert["id"])
    expect(KINDS <= set(kinds), f"kinds: {sorted(kinds)}")
    expect(len(alerts) > 50 and rows > 100, f"{len(alerts)} alerts, {rows} rows")
    for each in kinds.values():
        expect("adds up" in ctl(daemon, "alert", "trace", each), each)


def test_the_year(unused):
    daemon = play(unused.folder)
    try:
        look(daemon)
    finally:
        daemon.stop()


if __name__ == "__main__":
    main(test_the_year)
