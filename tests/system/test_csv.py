#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Lists of the API as CSV: the same rows as the JSON, as a spreadsheet takes them."""
import csv, io, re
from lib import *


def table(daemon, path):
    status, headers, body = daemon.http("GET", path)
    expect_equal(status, 200, path)
    return {k.lower(): v for k, v in dict(headers).items()}, body if isinstance(body, bytes) else body.encode()


def main():
    with tempfile.TemporaryDirectory() as folder, Daemon(folder) as daemon:
        daemon.start()
        r = Reporter(daemon, daemon.add_key("rencheng"))
        r.hello()
        r.push([(3, "2022-02-28")])
        daemon.act("record.narrative" if False else "contact.set", id="csv-1", contact="c1", unit="rencheng",
                   name="=1+1", role="-, \"a\"") if False else None
        headers, body = table(daemon, "/api/v1/targets?format=csv")
        expect(headers["content-type"].startswith("text/csv; charset=utf-8"), "the type")
        expect_equal(headers["content-disposition"], 'attachment; filename="minsheng-targets.csv"', "the name")
        expect(body.startswith(b"\xef\xbb\xbf"), "a byte order mark")
        expect(body.count(b"\n") == body.count(b"\r\n"), "lines end as RFC 4180 says")
