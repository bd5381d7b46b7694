#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Sheets handed in over HTTP: every trap of real spreadsheets, tried and stored, the rows with faults
given back, and what must never get in."""
from concurrent.futures import ThreadPoolExecutor
from lib import *
from workbook import column, xlsx
import io
import urllib.parse
import zipfile

HEAD = ["单位", "指标编码", "截止日期", "数值", "备注"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def post(daemon, body, unit="rencheng", name="6月台账.xlsx", **query):
    """(status, answer)"""
    asked = urllib.parse.urlencode({"unit": unit, "name": name, "lang": "zh", **query})
    c = Unix(daemon.ports["control"])
    try:
        c.request("POST", f"/api/v1/imports?{asked}", body)
        answer = c.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        c.close()


def get(daemon, path):
    c = Unix(daemon.ports["control"])
    try:
        c.request("GET", path)
        answer = c.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        c.close()


def by_row(table):
    return {r["row"]: r for r in table["rows"]}


def codes(row):
    return [f["code"] for f in row["findings"]]


def csv(*lines, encoding="utf-8"):
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def only(daemon, value, expected, target="canteens"):
    """The row of one figure, tried."""
    status, table = post(daemon, csv("指标编码,截止日期,数值", f'{target},2022-02-28,"{value}"'), name="x.csv")
    row = by_row(table)[2]
    wrong = [f["code"] for f in row["findings"] if f["level"] == "error"]
    got = wrong or row["value"]
    expect_equal(got, expected, f"{value!r}")
    return row


def test_figures(daemon):
    only(daemon, "3", "3")
    only(daemon, "３", "3")
    only(daemon, "1,234", "1234")
    only(daemon, "1，234", "1234")
    only(daemon, "1,23", ["commas"])
    only(daemon, "3处", "3")
    only(daemon, "3 处", "3")
    row = only(daemon, "3户", ["value-unit"])
    expect_equal(row["findings"][0]["suggest"], "3", "what to write")
    row = only(daemon, "3.4万", ["unit-multiplier"])
    expect_equal(row["findings"][0]["suggest"], "34000", "3.4万")
    expect("34000" in row["findings"][0]["message"], row["findings"][0]["message"])
    only(daemon, "56%", ["percent"])
    only(daemon, "三", ["bad-cell"])
    only(daemon, "56%", ["ratio-percent"], target="public-kindergarten-rate")
    for nothing in ("—", "/", "无", ""):
        status, table = post(daemon, csv("指标编码,截止日期,数值", f"canteens,2022-02-28,{nothing}"), name="x.csv")
        expect_equal((table["counts"]["rows"], table["counts"]["nothing"]), (0, 1), f"{nothing!r} is no report")
    status, table = post(daemon, csv("指标编码,截止日期,数值（万处）", "canteens,2022-02-28,0.0002"), name="x.csv")
    expect_equal(by_row(table)[2]["value"], "2", "ten thousands by the heading")
    status, table = post(daemon, csv("指标编码,截止日期,数值", "canteen,2022-02-28,2"), name="x.csv")
    expect_equal(by_row(table)[2]["findings"][0]["suggest"], "canteens", "a name that is nearly right")


def test_days(daemon):
    for text in ("2022-2-28", "2022.2.28", "2022/2/28", "2月28日", "44620", "截至2月底", "截至2022年2月底", "2022年2月",
                 "20220228", "2022-02-28 00:00:00", "２０２２年２月２８日"):
        status, table = post(daemon, csv("指标编码,截止日期,数值", f"canteens,{text},3"), name="x.csv")
        expect_equal(by_row(table)[2].get("as_of"), "2022-02-28", text)
    status, table = post(daemon, csv("任城区民生实事台账（截至2022年2月底）,,", "指标编码,数值,备注", "canteens,3,x"), name="x.csv")
    expect_equal(by_row(table)[3]["as_of"], "2022-02-28", "of the title")
    status, table = post(daemon, csv("指标编码,数值,备注", "canteens,3,x"), name="x.csv", day="2022-02")
    expect_equal(by_row(table)[2]["as_of"], "2022-02-28", "of the request")


def test_text_files(daemon):
    lines = ["单位;指标编码;截止日期;数值", "任城区;canteens;2022-02-28;3"]
    for encoding, wanted in (("gb18030", "GB18030"), ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16LE")):
        status, table = post(daemon, csv(*lines, encoding=encoding), name="x.csv")
        expect_equal((status, table["detected"]["encoding"], table["detected"]["delimiter"]), (200, wanted, ";"), encoding)
        expect_equal(by_row(table)[2]["unit"], "rencheng", encoding)
    status, table = post(daemon, csv("台账\t\t", "\t\t", "Value\tAS_OF\ttarget", "3\t2022-02-28\tcanteens"), name="x.csv")
    expect_equal((table["detected"]["heading"], by_row(table)[4]["value"]), (3, "3"), "titles, and any order")
    status, table = post(daemon, csv("指标编码,截止日期,数值", "canteens,2022-02-28,3", "合计,,4"), name="x.csv")
    expect_equal((table["counts"]["rows"], codes(by_row(table)[3])), (1, ["sum-mismatch"]), "sums are compared")
    status, table = post(daemon, csv("指标编码,截止日期,数值", "canteens,2022-02-28,3", "合计,,3"), name="x.csv")
    expect_equal((table["counts"]["rows"], table["counts"]["sums"], 3 in by_row(table)), (1, 1, False), "and fit")
    status, table = post(daemon, csv("指标,日子,数目", "canteens,2022-02-28,3"), name="x.csv", columns="target,as_of,value", heading=1)
    expect_equal((status, by_row(table)[2]["value"]), (200, "3"), "columns by hand")


def test_workbooks(daemon):
    rows = [["2022年民生实事台账"], [], HEAD,
            ["任城区", "canteens", {"v": 44620, "s": 1}, {"v": "3.0000000000000004"}, None],
            [None, "homes-adapted", None, {"v": 12, "f": "6*2"}, "x"]]
    status, table = post(daemon, xlsx(rows, merges=["A4:A5", "C4:C5", "A1:E1"], styles=[0, 14], names=("空", "二月")))
    expect_equal(status, 200, str(table)[:300])
    expect_equal((table["detected"]["format"], table["detected"]["sheet"], table["detected"]["merged"]),
                 ("xlsx", "二月", 2), "what was found")
    got = by_row(table)
    expect_equal((got[4]["as_of"], got[4]["value"], got[4]["unit"]), ("2022-02-28", "3", "rencheng"), "a date by its style")
    expect_equal((got[5]["as_of"], got[5]["value"]), ("2022-02-28", "12"), "filled down, and a formula's value")
    expect_equal([n["code"] for n in table["notes"]], ["formulas"], "it is said")
    rows = [HEAD, ["任城区", "canteens", {"v": 43158, "s": 1}, 3]]
    status, table = post(daemon, xlsx(rows, date1904=True, styles=[0, 164], formats=["yyyy/m/d;@"], shared=True))
    expect_equal(by_row(table)[2]["as_of"], "2022-02-28", "counted from 1904")


def test_no_sheets(daemon):
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as z:
        z.writestr("word/document.xml", "<x/>")
    bad = xlsx([HEAD, ["任城区", "canteens", "2022-02-28", 3]], before='<!DOCTYPE x [<!ENTITY a "b">]>')
    for name, body, words in (("a.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(100), "图片"), ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为 .xlsx"),
                              ("a.xlsx", other.getvalue(), "Word"), ("a.xlsx", b"PK\x03\x04" + bytes(50), "损坏"), ("a.xlsx", bad, "损坏"),
                              ("a.csv", b"\xff\xd8\xff\xe0" + bytes(9), "图片"), ("a.csv", bytes(300), "文本"),
                              ("a.xlsx", xlsx([]), "没有内容"), ("a.csv", csv("a,b", "1,2"), "指标编码"), ("a.pdf", b"%PDF-1.4", "PDF")):
        status, table = post(daemon, body, name=name)
        expect_equal(status, 422, f"{name} {words}")
        expect(words in table["detail"], f"{words}: {table['detail']}")
        expect_equal(table["counts"]["rows"], 0, name)
    status, table = post(daemon, b"", name="a.csv")
    expect_equal((status, table["type"]), (400, "urn:minsheng:problem:empty-sheet"), "nothing")
    status, table = post(daemon, csv("指标编码,截止日期,数值"), unit="nowhere")
    expect_equal(status, 404, "no such unit")


def resident(daemon):
    for line in pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) >> 10
    return 0


def test_bombs(daemon):
    before, begun = resident(daemon), time.monotonic()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx([HEAD]))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for each in old.namelist():
            if "sheet1" not in each:
                z.writestr(each, old.read(each))
        with z.open("xl/worksheets/sheet1.xml", "w") as f:
            f.write(b"<worksheet><sheetData>")
            for _ in range(300):
                f.write(b" " * (1 << 20))
    status, table = post(daemon, out.getvalue())
    expect_equal(status, 422, "a bomb")
    expect("解开后过大" in table["detail"], table["detail"])
    if not os.environ.get("SAN"):
        expect(time.monotonic() - begun < 20, f"{time.monotonic() - begun} s")
        expect(resident(daemon) - before < 100, f"{before} MiB became {resident(daemon)}")


def test_traps(daemon):
    """Small workbooks that ask for much: a number of a thousand digits, days beyond the calendar, and merged
    ranges over everything."""
    for number in ("0." + "0" * 3000 + "1", "9" * 3000, "-0." + "0" * 200 + "1e-40", "1e-99999999999999999999"):
        status, table = post(daemon, xlsx([HEAD, ["任城区", "canteens", "2022-02-28", {"v": number}]]))
        expect_equal((status, table["counts"]["error"]), (422, 1), number[:20])
    for day in ("9" * 30, "-" + "9" * 30, "2958466", "-1", "0"):
        for since_1904 in (False, True):
            sheet = xlsx([HEAD, ["任城区", "canteens", {"v": day, "s": 0}, {"v": 3}]], styles=(14,), date1904=since_1904)
            expect_equal(post(daemon, sheet)[0], 422, f"{day} since {1904 if since_1904 else 1900}")
    before = resident(daemon)
    wide = [[{"v": 1}] * 200] + [[{"v": 1}]] * 20000
    for rows, merges in ((wide, [f"{column(c)}1:{column(c)}60000" for c in range(200)]),
                         ([HEAD] + [["x"]] * 20000, ["A1:A60000"] * 10000)):
        status, table = post(daemon, xlsx(rows, merges=merges))
        expect_equal(status, 422, str(table)[:200])
        expect("解开后过大" in table["detail"], table["detail"])
    if not os.environ.get("SAN"):
        expect(resident(daemon) - before < 200, f"{before} MiB became {resident(daemon)}")


def test_at_once(daemon):
    """The same sheet from several windows at once: its rows are stored one time."""
    sheet = csv("指标编码,截止日期,数值", "canteens,2022-02-28,3")
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: post(daemon, sheet, name="a.csv", dry_run="false"), range(6)))
    expect_equal([a[0] for a in answers], [200] * 6, str(answers)[:300])
    kept = {a[1]["receipt"]["position"] for a in answers if a[1]["receipt"]}
    expect(len(kept) == 1, f"one act: {kept}")
    events = json.loads(daemon.http("GET", "/api/v1/events?target=canteens&unit=rencheng")[1])["events"]
    expect_equal(len(events), 1, "one row")


def test_what_would_become_of_it(daemon):
    county = Reporter(daemon, daemon.add_key("rencheng"))
    county.hello()
    county.push([(9, "2022-01-31")])
    before = json.loads(daemon.http("GET", "/api/v1/programme")[1])["position"]
    head = "指标编码,截止日期,数值,更正原因"
    status, table = post(daemon, csv(head, "canteens,2022-01-31,9,", "canteens,2022-02-28,6,", "homes-adapted,2022-02-28,5,",
                                     "canteens,2022-07-31,50,", "elderly-none,2022-02-28,5,"), name="x.csv")
    got = by_row(table)
    expect_equal(status, 422, "one row is wrong")
    expect_equal([got[i]["state"] for i in (2, 3, 4, 5, 6)], ["unchanged", "warning", "changed", "warning", "error"], "states")
    expect_equal((got[3]["verdict"], codes(got[3])), ("hold", ["decrease"]), "it falls")
    expect("date-future" in codes(got[5]) and "jump" in codes(got[5]), str(codes(got[5])))
    expect_equal((got[2]["stands"], got[3]["before"]), ("9", "9"), "what stands")
    expect_equal((table["counts"]["ok"], table["counts"]["error"], table["dry_run"]), (4, 1, True), "counts")
    expect_equal(table["errors"][0]["row"], 6, "the list of faults")
    status, table = post(daemon, csv(head, "canteens,2022-02-28,6,少算", "yutai,2022-02-28,1,"), name="x.csv", dry_run="false")
    expect_equal((status, table["receipt"]), (422, None), "all or nothing")
    after = json.loads(daemon.http("GET", "/api/v1/programme")[1])["position"]
    expect_equal(after, before, "nothing was stored")


def test_as_it_was_tried(daemon):
    """Each row meets the verdict that the dry run told, those that follow from rows before it included."""
    county = Reporter(daemon, daemon.add_key("rencheng"))
    county.hello()
    county.push([(9, "2022-01-31")])
    sheet = csv("指标编码,截止日期,数值,口径,流水号,更正原因", "canteens,2022-01-31,9,,,", "canteens,2022-02-28,12,,,",
                "canteens,2022-02-25,13,,,", "homes-adapted,2022-02-28,4,新增,a,", "homes-adapted,2022-02-27,5,新增,a,",
                "homes-adapted,2022-02-28,4,新增,a,", "homes-adapted,2022-02-28,2,新增,b,", "canteens,2022-02-27,3,,,数错",
                "canteens,2021-12-31,1,,,", "canteens,2022-06-30,20,,,")
    tried = by_row(post(daemon, sheet, name="x.csv", partial="true")[1])
    status, table = post(daemon, sheet, name="x.csv", partial="true", dry_run="false")
    expect_equal(status, 200, str(table)[:300])
    got = {n: r["verdict"] for n, r in by_row(table).items()}
    expect_equal(got, {n: r["verdict"] for n, r in tried.items()}, "verdicts")
    expect_equal(set(got.values()) - {None}, {"admitted", "hold", "reject", "duplicate", "conflict"}, f"all kinds: {got}")


def test_other_units(daemon):
    status, table = post(daemon, csv("单位,指标编码,截止日期,数值", "鱼台县,canteens,2022-02-28,3"), name="x.csv")
    expect_equal((status, codes(by_row(table)[2])), (422, ["other-unit"]), "another county's row")
    status, table = post(daemon, csv("单位,指标编码,截止日期,数值", "鱼台县,canteens,2022-02-28,3"), unit="minzheng", name="x.csv")
    expect_equal((status, by_row(table)[2]["state"]), (200, "changed"), "its lead may")


def test_stored_once(daemon):
    good = csv("指标编码,截止日期,数值", "canteens,2022-02-28,70", "homes-adapted,2022-02-28,3.4万")
    status, table = post(daemon, good, name="二月.csv", dry_run="false", partial="true")
    expect_equal(status, 200, str(table)[:300])
    receipt = table["receipt"]
    expect_equal((receipt["admitted"], receipt["repeated"], table["counts"]["error"]), (1, False, 1), "the row that is right")
    expect(any(l["target"] == "canteens" and not l["official"] for l in table["lights"]), f"lights: {table['lights']}")
    events = json.loads(daemon.http("GET", "/api/v1/events?entries=all&limit=5")[1])["events"]
    act = [e for e in events if e["position"] == receipt["position"]]
    expect(act, f"the act is in the ledger: {events}")
    cell = json.loads(daemon.http("GET", "/api/v1/cells?target=canteens&unit=rencheng")[1])["cells"][0]
    expect_equal(cell["value"], "70", "it counts")
    again = post(daemon, good, name="二月.csv", dry_run="false", partial="true")[1]["receipt"]
    expect_equal((again["position"], again["repeated"]), (receipt["position"], True), "the same again")
    head = json.loads(daemon.http("GET", "/api/v1/programme")[1])["position"]
    expect_equal(head, receipt["through"], "and nothing more is in the ledger")
    # the rows with faults come back, and go in once they are mended
    status, headers, book = get(daemon, table["report"])
    expect_equal((status, headers["Content-Type"]), (200, XLSX), "a workbook")
    status, back = post(daemon, book, name="错误行.xlsx")
    expect_equal((status, back["counts"]["rows"], [codes(r) for r in back["rows"]]), (422, 1, [["unit-multiplier"]]), "as it was")
    status, headers, text = get(daemon, table["report"].replace("xlsx", "csv"))
    expect("3.4万" in text.decode("utf-8-sig") and "34000" in text.decode(), text.decode())
    status, back = post(daemon, text.replace("3.4万".encode(), b"34000"), name="错误行.csv", dry_run="false")
    expect_equal((status, back["counts"]["rows"]), (200, 1), str(back)[:300])
    expect_equal(daemon.metric("minsheng_imports_total", 'result="repeated"'), 1, "counted")


def test_proof_and_outboxes(daemon):
    for n in range(20):
        status, table = post(daemon, csv("指标编码,截止日期,数值", f"canteens,2022-02-28,{n + 1}"), name=f"{n}.csv", dry_run="false")
        expect_equal(status, 200, str(table)[:200])
    pair = daemon.add_key("rencheng")
    for n in range(16):  # that many outboxes, and sheets are none
        county = Reporter(daemon, pair)
        county.hello()
        county.push([(30 + n, "2022-02-28")])
    other = Reporter(daemon, daemon.add_key("rencheng"))
    other.epoch = b"minsheng-imports"
    other.send(message(HELLO, pb.Hello(programme=b"jining-2022").SerializeToString(), other.epoch))
    kind, body, _ = other.receive(REFUSED)
    expect_equal(REFUSALS[body.code], "body", "nobody else uses the epoch of imports")
    status, text = daemon.http("POST", "/api/v1/verify")
    proof = json.loads(text)
    expect_equal((proof["ok"], proof["decided_otherwise"]), (True, 0), text)


def test_many_rows(daemon):
    rows = [HEAD] + [["任城区", "canteens", "2022-02-28", i, "备注"] for i in range(50000)]
    book = xlsx(rows, shared=True)
    before, begun = resident(daemon), time.monotonic()
    status, table = post(daemon, book)
    took = time.monotonic() - begun
    expect_equal(table["counts"]["rows"], 50000, str(table)[:300])
    expect(not table["all_rows"], "not all are told")
    if not os.environ.get("SAN"):
        expect(took < 15, f"{took:.1f} s")
    status, table = post(daemon, xlsx(rows + rows[1:3]))
    expect_equal(status, 422, "one too many")
    print(f"50 000 rows: {took:.2f} s, {before} -> {resident(daemon)} MiB")


def test_signed_in(daemon):
    """Over TCP: nobody without a session, a unit's user for that unit alone; the ledger says who it was."""
    address = daemon.ports["http"].removeprefix("http://")
    sheet = csv("指标编码,截止日期,数值", "canteens,2022-02-28,3")
    added = daemon.http("POST", "/api/v1/users", {"id": "u1", "do": "add", "name": "wang", "display": "王", "role": "unit",
                                                  "unit": "rencheng", "password": "correct horse battery"})
    expect_equal(added[0], 200, added[1])

    def ask(method, path, body=None, headers=()):
        c = http.client.HTTPConnection(address, timeout=60)
        try:
            c.request(method, path, body, dict(headers))
            answer = c.getresponse()
            return answer.status, answer.headers, json.loads(answer.read())
        finally:
            c.close()

    path = "/api/v1/imports?unit={}&name=x.csv&dry_run={}"
    expect_equal(ask("POST", path.format("rencheng", "true"), sheet)[0], 401, "nobody is signed in")
    status, headers, said = ask("POST", "/api/v1/session", json.dumps({"user": "wang", "password": "correct horse battery"}),
                                {"Content-Type": "application/json"})
    expect_equal(status, 200, str(said))
    cookie = headers["Set-Cookie"].split(";")[0]
    signed = {"Cookie": cookie, "X-CSRF-Token": said["csrf"]}
    expect_equal(ask("POST", path.format("rencheng", "true"), sheet, {"Cookie": cookie})[0], 403, "no token")
    expect_equal(ask("POST", path.format("yutai", "true"), sheet, signed)[0], 403, "another unit")
    status, _, table = ask("POST", path.format("rencheng", "false"), sheet, signed)
    expect_equal((status, table["receipt"]["admitted"]), (200, 1), str(table)[:300])
    expect_equal(ask("GET", f"/api/v1/imports/{table['import']}")[0], 401, "others may not look at it")
    expect_equal(ask("GET", f"/api/v1/imports/{table['import']}", headers=signed)[0], 200, "who handed it in may")
    status, _, event = ask("GET", f"/api/v1/events/{table['receipt']['position']}/0")
    expect("user:wang" in json.dumps(event), str(event)[:400])


def test_template(daemon):
    county = Reporter(daemon, daemon.add_key("rencheng"))
    county.hello()
    county.push([(9, "2022-01-31")])
    status, headers, text = get(daemon, "/api/v1/template?unit=rencheng&month=2022-02&lang=zh")
    lines = text.decode("utf-8-sig").splitlines()
    line = next(l for l in lines if ",canteens," in l)
    expect(line.startswith("任城区,1.1,canteens,") and ",9,2022-02-28," in line, line)
    filled = "\r\n".join([lines[0], line.replace(",2022-02-28,,", ",2022-02-28,11,")])
    status, table = post(daemon, filled.encode(), name="t.csv")
    expect_equal((status, table["rows"][0]["value"], table["notes"]), (200, "11", []), str(table)[:400])
    status, headers, book = get(daemon, "/api/v1/template?unit=rencheng&month=2022-02&format=xlsx")
    expect_equal((status, headers["Content-Type"]), (200, XLSX), "as a workbook")
    status, table = post(daemon, book, name="t.xlsx")
    expect_equal((status, table["counts"]["rows"], table["counts"]["nothing"] > 5), (200, 0, True), str(table)[:300])


if __name__ == "__main__":
    main(test_figures, test_days, test_text_files, test_workbooks, test_no_sheets, test_bombs, test_traps, test_at_once,
         test_what_would_become_of_it, test_as_it_was_tried, test_other_units, test_stored_once, test_proof_and_outboxes, test_many_rows,
         test_signed_in, test_template)
