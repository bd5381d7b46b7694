#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What people do about alerts: by command, seen through the API, and still there after a crash."""
import json

from lib import Reporter, expect, expect_equal, main
from test_api import ctl, get

ALERT = "silent.rencheng"


def raise_alert(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(3, "2022-01-31")])
    daemon.set_clock("2022-04-10T09:00:00+08:00")
    alert = get(daemon, f"/api/v1/alerts/{ALERT}")
    expect_equal((alert["state"], alert["acknowledged"], alert["assigned"], alert["silenced"]),
                 ("open", None, None, None), "untouched")
    return alert


def refused(daemon, status, code, act, **fields):
    got, text = daemon.http("POST", "/api/v1/acts", {"id": f"{act}-{code}", "act": act, **fields})
    problem = json.loads(text)
    expect_equal((got, problem["type"]), (status, f"urn:minsheng:problem:{code}"), text)
    expect(problem["detail"], "what to do")


def look(daemon):
    alert = get(daemon, f"/api/v1/alerts/{ALERT}")
    by = alert["acknowledged"]["by"]
    expect(by.startswith("uid:"), by)
    expect_equal(alert["acknowledged"]["why"], "rang them", "why")
    expect_equal(alert["assigned"]["to"], "minzheng", "who has it")
    expect_equal(alert["silenced"]["until"], "2022-04-13T00:00:00.000+08:00", "a day to its end")
    steps = [row["transition"] for row in alert["log"]]
    expect_equal(steps[-4:], ["acknowledged", "assigned", "commented", "silenced"], "the log")
    row = alert["log"][-2]
    expect_equal((row["by"], row["why"], row["to"], row["until"]), (by, "it rains", None, None),
                 "a comment")
    expect("it rains" in row["text"]["zh"] and "it rains" in row["text"]["en"], row["text"])
    return alert


def test_life(daemon):
    before = raise_alert(daemon)
    ctl(daemon, "alert", "ack", ALERT, status=2)
    ctl(daemon, "alert", "silence", ALERT, "--why", "x", status=2)
    ctl(daemon, "alert", "ack", ALERT, "--why", "rang them")
    ctl(daemon, "alert", "ack", ALERT, "--why", "again", status=1)
    ctl(daemon, "alert", "assign", ALERT, "minzheng", "--why", "theirs")
    ctl(daemon, "alert", "comment", ALERT, "it rains")
    ctl(daemon, "alert", "silence", "--kind", "silent", "--unit", "rencheng", "--until", "2022-04-12",
        "--why", "floods")
    after = look(daemon)
    expect_equal(after["newest"]["text"], before["newest"]["text"], "what it is about stays")
    listed = ctl(daemon, "alert", "list", "--unit", "rencheng")
    for word in ("acknowledged: uid:", "assigned: minzheng", "silent until: 2022-04-1"):
        expect(word in listed, listed)
    refused(daemon, 404, "no-such-alert", "alert.ack", alert="silent.nobody", why="x")
    refused(daemon, 422, "bad-until", "alert.silence", alert=ALERT, why="x", until="2022-01-01")
    daemon.kill()
    daemon.start()
    look(daemon)
    daemon.set_clock("2022-04-14T09:00:00+08:00")
    steps = [row["transition"] for row in get(daemon, f"/api/v1/alerts/{ALERT}")["log"]]
    expect_equal(steps[-2:], ["silence-ends", "silence-expired"], "notice, and the end")
    ctl(daemon, "alert", "unsilence", ALERT, "--why", "x", status=1)
    ctl(daemon, "alert", "silence", ALERT, "--until", "2022-04-30", "--why", "floods")
    ctl(daemon, "alert", "unsilence", ALERT, "--why", "the water has gone")
    expect_equal(get(daemon, f"/api/v1/alerts/{ALERT}")["silenced"], None, "lifted")
    expect("OK" in ctl(daemon, "ledger", "verify"), "replay agrees")


def test_groups(daemon):
    raise_alert(daemon)
    plain = get(daemon, "/api/v1/alerts?limit=1000")
    expect("groups" not in plain, "only where asked for")
    for by in ("lead", "project"):
        answer = get(daemon, f"/api/v1/alerts?limit=1&group={by}")
        expect_equal(sum(g["count"] for g in answer["groups"]), len(plain["alerts"]), by)
        expect(all(g["count"] == g["info"] + g["yellow"] + g["red"] for g in answer["groups"]), by)
    expect_equal(daemon.http("GET", "/api/v1/alerts?group=moon")[0], 400, "no such group")
    expect(ctl(daemon, "alert", "list", "--group", "project").strip(), "groups")


if __name__ == "__main__":
    main(test_life, test_groups)
