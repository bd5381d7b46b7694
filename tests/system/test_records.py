#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the office keeps: each kind written by command or act, refused with words, read back by the API
and by command, and the same after a crash. Phone numbers stay on the machine."""
import json
import os
import subprocess
import urllib.parse

from lib import BIN, expect, expect_equal, main
from test_api import ctl, get, tcp


def listed(daemon, path):
    """Ids, in order."""
    kind = path.split("/")[3].split("?")[0]
    return [each["id"] for each in get(daemon, path)[kind]]


def refused(daemon, words, *parts):
    """A command that the daemon refuses, and what it says of it."""
    for lang, part in zip(("en", "zh"), parts):
        done = subprocess.run([BIN / "minshengctl", "--socket", daemon.ports["control"], "--lang", lang,
                               *words], capture_output=True, text=True)
        expect_equal(done.returncode, 1, f"{words}: {done.stdout}{done.stderr}")
        expect(part in done.stderr, f"{words}: {part} in {done.stderr}")


def test_narratives(daemon):
    daemon.set_clock("2022-07-08T09:00:00+08:00")
    place = os.path.join(os.environ.get("TMPDIR", "/tmp"), f"progress-{os.getpid()}.txt")
    with open(place, "w") as f:
        f.write("已开办 32 家。\n其余在建。\n")
    said = ctl(daemon, "narrative", "write", "1.1", "2022-06", "--progress", "@" + place, "--next", "再开 6 家")
    expect("1.1" in said and "written" in said, said)
    one = get(daemon, "/api/v1/narratives/2022-06.1.1")
    expect_equal((one["progress"], one["problem"], one["next"], one["unit"]["id"]),
                 ("已开办 32 家。\n其余在建。", None, "再开 6 家", "minzheng"), "as it was written")
    expect_equal((one["due"], one["late_days"]), ("2022-07-08", 0), "in time")
    missing = ctl(daemon, "narrative", "missing", "2022-06")
    expect("30 items owe one, 1 have it" in missing and "1.2 " in missing, missing)
    daemon.set_clock("2022-07-12T09:00:00+08:00")
    ctl(daemon, "narrative", "write", "1.1", "2022-06", "--progress", "已开办 33 家")
    ctl(daemon, "narrative", "write", "1.2", "2022-06", "--progress", "x")
    one = get(daemon, "/api/v1/narratives/2022-06.1.1")
    expect_equal([s["said"]["progress"] for s in one["log"]],
                 ["已开办 32 家。\n其余在建。", "已开办 33 家"], "both texts")
    page = get(daemon, "/api/v1/narratives?period=2022-06&limit=1")
    expect_equal([n["id"] for n in page["narratives"]], ["2022-06.1.1"], "a page")
    page = get(daemon, "/api/v1/narratives?period=2022-06-30&limit=1")
    expect_equal([n["id"] for n in page["narratives"]], ["2022-06.1.1"], "a month by its last day")
    expect_equal(page["next"], "2022-06.1.1", "goes on")
    c = page["completeness"]
    expect_equal((c["expected"], c["written"], c["late"], len(c["missing"])), (30, 2, 1, 28), "of June")
    expect_equal(c["missing"][0]["late_days"], 2, "working days")
    expect_equal(listed(daemon, "/api/v1/narratives?unit=minzheng&cursor=2022-06.1.1"), ["2022-06.1.2"],
                 "the next page")
    refused(daemon, ["narrative", "write", "1.1", "2022-08", "--progress", "x"], "has not begun", "还没有开始")
    refused(daemon, ["narrative", "write", "99.9", "2022-06", "--progress", "x"], "item: ", "事项（item）")
    ctl(daemon, "narrative", "write", "1.1", "2022-06", status=2)
    shown = ctl(daemon, "narrative", "show", "1.1", "2022-06", lang="zh")
    expect("本期进展：已开办 33 家" in shown and "已开办 32 家。…" in shown, shown)


def test_problem(daemon):
    daemon.set_clock("2022-07-01T09:00:00+08:00")
    ctl(daemon, "problem", "open", "--title", "食堂用地", "--text", "土地未批", "--owner", "zhujian",
        "--deadline", "2022-07-10", "--item", "1.1", "--unit", "yutai")
    daemon.act("problem.open", title="经费", text="缺口", owner="minzheng", deadline="2022-12-01")
    p = get(daemon, "/api/v1/problems/2022-001")
    expect_equal((p["number"], p["state"], p["due"], p["overdue"]),
                 ("协调-2022-001", "open", "2022-07-11", False), "a Sunday becomes a Monday")
    daemon.set_clock("2022-07-12T09:00:00+08:00")
    expect_equal(listed(daemon, "/api/v1/problems?overdue=true"), ["2022-001"], "overdue")
    table = ctl(daemon, "problem", "list", "--overdue")
    expect("协调-2022-001" in table and "2022-07-10  1" in table and "经费" not in table, table)
    ctl(daemon, "problem", "extend", "2022-001", "--deadline", "2022-07-20", "--why", "汛期")
    expect_equal(listed(daemon, "/api/v1/problems?overdue=true"), [], "no longer")
    ctl(daemon, "problem", "assign", "协调-2022-001", "--owner", "minzheng", "--why", "职责调整")
    ctl(daemon, "problem", "update", "2022-001", "--note", "已会商")
    daemon.set_clock("2022-07-21T09:00:00+08:00")
    ctl(daemon, "problem", "close", "2022-001", "--outcome", "已批复")
    refused(daemon, ["problem", "close", "2022-001", "--outcome", "x"], "problem.reopen", "已办结")
    refused(daemon, ["problem", "extend", "2022-009", "--deadline", "2022-08-01", "--why", "x"],
            "no problem of this number", "没有这个编号")
    ctl(daemon, "problem", "extend", "2022-002", "--deadline", "2022-12-31", status=2)
    p = get(daemon, "/api/v1/problems/2022-001")
    expect_equal((p["state"], p["ended"], p["late_days"], p["extended"], p["owner"]["id"]),
                 ("closed", "2022-07-21", 1, 1, "minzheng"), "closed late")
    expect_equal([s["act"] for s in p["log"]], ["problem.open", "problem.extend", "problem.assign",
                                                "problem.update", "problem.close"], "its life")
    expect_equal((p["log"][1]["why"], p["log"][1]["said"]), ("汛期", {"deadline": "2022-07-20"}), "a step")
    expect(p["log"][1]["by"].startswith("uid:"), p["log"][1])
    expect_equal(listed(daemon, "/api/v1/problems?state=closed"), ["2022-001"], "by state")
    expect_equal(listed(daemon, "/api/v1/problems?unit=yutai"), ["2022-001"], "by unit")
    expect_equal(listed(daemon, "/api/v1/problems?unit=minzheng"), ["2022-001", "2022-002"], "by owner")
    before = get(daemon, "/api/v1/problems/2022-001")
    daemon.kill()
    daemon.start()
    after = get(daemon, "/api/v1/problems/2022-001")
    expect_equal(after["log"], before["log"], "after a crash")
    ctl(daemon, "problem", "reopen", "2022-001", "--why", "批复被撤回", "--deadline", "2022-08-01")
    expect_equal(listed(daemon, "/api/v1/problems?state=open"), ["2022-001", "2022-002"], "open again")


def test_inspection(daemon):
    daemon.set_clock("2022-07-01T09:00:00+08:00")
    ctl(daemon, "inspection", "plan", "--date", "2022-07-12", "--object", "鱼台三家食堂", "--unit", "yutai",
        "--measure", "canteens", "--sample", "s-12")
    refused(daemon, ["inspection", "record", "2022-001", "--inspectors", "张三", "--text", "x"],
            "later than today", "不能晚于今天")
    daemon.set_clock("2022-07-13T09:00:00+08:00")
    ctl(daemon, "inspection", "record", "2022-001", "--inspectors", "张三,李四", "--reported", "8",
        "--found", "6", "--text", "两家未开门")
    i = get(daemon, "/api/v1/inspections/2022-001")
    expect_equal((i["inspectors"], i["difference"], i["sample"], i["state"]),
                 (["张三", "李四"], "-2", "s-12", "recorded"), "found against reported")
    expect_equal(listed(daemon, "/api/v1/inspections?item=1.1"), ["2022-001"], "by the target's item")
    ctl(daemon, "inspection", "follow", "2022-001", "--note", "一家已开门")
    ctl(daemon, "inspection", "close", "2022-001", "--outcome", "均已开门")
    shown = ctl(daemon, "inspection", "show", "2022-001")
    expect("difference: -2" in shown and "follow-up: 一家已开门" in shown, shown)


def test_meeting(daemon):
    daemon.set_clock("2022-06-20T09:00:00+08:00")
    ctl(daemon, "portfolio", "set", "李某", "--title", "副市长", "--projects", "1,2", "--from", "2022-01-01")
    refused(daemon, ["portfolio", "set", "王某", "--title", "副市长", "--items", "1.1", "--from", "2022-03-01"],
            "in charge of item 1.1", "李某")
    expect("副市长 李某\n" in ctl(daemon, "meeting", "lacking", "2022-Q2"), "no meeting yet")
    ctl(daemon, "meeting", "plan", "--date", "2022-06-28", "--quarter", "2022-Q2", "--chair", "李某",
        "--topics", "养老食堂,托育")
    expect("李某 (planned)" in ctl(daemon, "meeting", "lacking", "2022-Q2"), "planned")
    refused(daemon, ["decision", "add", "2022-001", "--text", "x", "--owner", "zhujian", "--deadline",
                     "2022-07-31"], "has not been held", "还没有召开")
    daemon.set_clock("2022-06-28T18:00:00+08:00")
    ctl(daemon, "meeting", "hold", "2022-001", "--participants", "民政局,住建局", "--minutes", "议定两项")
    ctl(daemon, "decision", "add", "2022-001", "--text", "交付用地", "--owner", "zhujian", "--deadline",
        "2022-07-10", "--item", "1.1")
    ctl(daemon, "decision", "add", "2022-001", "--text", "落实经费", "--owner", "minzheng", "--deadline",
        "2022-12-01")
    expect_equal(ctl(daemon, "meeting", "lacking", "2022-Q2"), "none\n", "held")
    daemon.set_clock("2022-07-12T09:00:00+08:00")
    late = ctl(daemon, "decision", "list", "--overdue")
    expect("2022-001.01" in late and "2022-001.02" not in late, late)
    ctl(daemon, "decision", "done", "2022-001.01", "--outcome", "已交付")
    ctl(daemon, "decision", "cancel", "2022-001.02", "--why", "并入预算")
    m = get(daemon, "/api/v1/meetings/2022-001")
    expect_equal([d["state"] for d in m["decisions"]], ["done", "cancelled"], "decisions")
    expect_equal((m["form"], m["topics"], m["number"]), ("meeting", ["养老食堂", "托育"], "会议-2022-001"), "it")
    expect_equal(m["decisions"][0]["owner"]["name"]["zh"], "市住房城乡建设局", "named")
    shown = ctl(daemon, "meeting", "show", "会议-2022-001", lang="zh")
    expect("交付用地" in shown and "市住房城乡建设局" in shown, shown)
    ctl(daemon, "portfolio", "end", "李某", "--from", "2022-01-01", "--to", "2022-06-30", "--why", "调整")
    who = get(daemon, "/api/v1/portfolio?item=1.1&on=2022-06-30")["portfolio"]
    expect_equal([w["person"] for w in who], ["李某"], "in charge on the last day")
    expect_equal(listed(daemon, "/api/v1/portfolio?item=1.1&on=2022-07-01"), [], "and not on the next")
    expect("调整" in ctl(daemon, "portfolio", "show", "2022-01-01.李某"), "its life")


def test_contacts(daemon):
    ctl(daemon, "contact", "set", "yutai", "张三", "--role", "联络员", "--phone", "13812345678",
        "--email", "zhang@example.gov.cn")
    expect("13812345678" in ctl(daemon, "contact", "list"), "on the machine")
    path = "/api/v1/contacts/" + urllib.parse.quote("yutai.张三")
    for address in ("/api/v1/contacts", path, "/api/v1/events"):
        status, _, body = tcp(daemon, address)
        text = body.decode()
        expect_equal(status, 200, text)
        expect("13812345678" not in text and "zhang@" not in text, f"{address}: {text}")
    expect_equal(get(daemon, path)["phone"], "13812345678", "over the control socket")
    expect('"***"' in tcp(daemon, path)[2].decode(), "there is one")
    ctl(daemon, "contact", "set", "yutai", "张三", "--phone", "13900000000", status=1)
    ctl(daemon, "contact", "set", "yutai", "张三", "--phone", "13900000000", "--why", "换号")
    ctl(daemon, "contact", "remove", "yutai", "张三", "--why", "调离")
    expect_equal(listed(daemon, "/api/v1/contacts?state=open"), [], "gone")
    removed = get(daemon, path)
    expect_equal((removed["phone"], removed["state"]), (None, "removed"), "with its numbers")
    expect_equal([s["why"] for s in removed["log"]], [None, "换号", "调离"], "who did what, and why")


def test_bad_questions(daemon):
    for path, status in (("/api/v1/problems?state=x", 400), ("/api/v1/problems?item=99", 404),
                         ("/api/v1/problems?overdue=yes", 400), ("/api/v1/problems/2022-001", 404),
                         ("/api/v1/narratives?period=2022", 400), ("/api/v1/meetings?quarter=2022", 400),
                         ("/api/v1/portfolio?on=yesterday", 400), ("/api/v1/contacts?item=1.1", 400)):
        problem = get(daemon, path, status)
        expect(problem["title"] and problem["detail"], path)
    status, text = daemon.http("POST", "/api/v1/acts", {"id": "x1", "act": "problem.open", "titel": "x"})
    problem = json.loads(text)
    expect_equal((status, problem["type"]), (422, "urn:minsheng:problem:unknown-field"), text)
    expect("titel" in problem["detail"], text)
    ctl(daemon, "ledger", "verify")


if __name__ == "__main__":
    main(test_narratives, test_problem, test_inspection, test_meeting, test_contacts, test_bad_questions)
