#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""PDF by weasyprint, where it is installed: the same bytes twice, nobody waits behind it, a client that
leaves ends it, and only so many may wait."""
import http.client
import json
import os
import pathlib
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from lib import expect, expect_equal, main, wait_until
from test_api import ctl
from test_papers import fetch, fill

PDF_S = 180  # two busy cores take their time


def ask(daemon, path):
    """A connection that waits for its answer."""
    host, port = daemon.ports["http"].rsplit(":", 1)
    c = http.client.HTTPConnection(host, int(port), timeout=PDF_S)
    c.request("GET", path)
    return c


def children(daemon):
    """Processes that the daemon started and that still run."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == daemon.process.pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def test_pdf(daemon):
    slip = fill(daemon)
    place = pathlib.Path(daemon.folder)
    for name in ("one", "two"):
        ctl(daemon, "slip", "paper", slip, "--pdf", str(place / name), lang="zh")
    one = (place / "one").read_bytes()
    expect(one.startswith(b"%PDF-") and len(one) > 5000, f"{len(one)} bytes")
    expect(one == (place / "two").read_bytes(), "the same bytes")


def test_nobody_waits(daemon):
    slip = fill(daemon)
    waiting = [ask(daemon, f"/api/v1/slips/{slip}/paper?format=pdf") for _ in range(12)]
    wait_until(lambda: children(daemon), "weasyprint runs")
    expect_equal(fetch(daemon, "/api/v1/ledger-sheet?format=csv")[1][:3], b"\xef\xbb\xbf", "made meanwhile")
    waiting += [ask(daemon, f"/api/v1/slips/{slip}/paper?format=pdf") for _ in range(8)]
    last = waiting[-1].getresponse()
    expect_equal((last.status, last.headers["Retry-After"]), (503, "5"), "too many")
    expect_equal(json.loads(last.read())["type"], "urn:minsheng:problem:papers-busy", "and says so")
    for c in waiting:
        c.close()
    wait_until(lambda: not children(daemon), "who is not wanted any more ends")
    wait_until(lambda: fetch(daemon, "/api/v1/ledger-sheet?format=csv")[0], "there is room again")
    expect_equal(int(daemon.metric("minsheng_papers_total", 'result="refused"')), 4, "counted")


def test_stop_ends_it(daemon):
    slip = fill(daemon)
    c = ask(daemon, f"/api/v1/slips/{slip}/paper?format=pdf")
    child = wait_until(lambda: children(daemon), "weasyprint runs")[0]
    daemon.stop()
    expect(not os.path.exists(f"/proc/{child}"), "it ended with the daemon")
    c.close()


if __name__ == "__main__":
    if shutil.which("weasyprint") is None:
        print("skipped: weasyprint is not installed (apt install weasyprint fonts-noto-cjk)")
        sys.exit(0)
    main(test_pdf, test_nobody_waits, test_stop_ends_it)
