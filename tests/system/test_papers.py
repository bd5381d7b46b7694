#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Papers: the ledger as a workbook and as text, a slip's letter, the meeting pack, over HTTP and by
command; the same position gives the same bytes, before and after a crash and in a replayed store."""
import csv
import io
import json
import os
import pathlib
import re
import zipfile
from xml.etree import ElementTree

from lib import BIN, Daemon, Reporter, expect, expect_equal, main
from test_api import ctl, get, tcp
from test_slips import draft_of, raise_lags

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SHEETS = ["总台账", "滞后清单", "县区情况", "报送情况", "事件明细", "对账", "督办通知", "说明"]


def column(place):
    n = 0
    for letter in re.match("[A-Z]+", place).group():
        n = 26 * n + ord(letter) - 64
    return n - 1


class Workbook:
    """What a spreadsheet would show, read part by part."""

    def __init__(self, data):
        self.zip = zipfile.ZipFile(io.BytesIO(data))
        expect_equal(self.zip.testzip(), None, "the archive is whole")
        strings = ElementTree.fromstring(self.zip.read("xl/sharedStrings.xml"))
        self.strings = ["".join(t.text or "" for t in s.iter(MAIN + "t")) for s in strings]
        book = ElementTree.fromstring(self.zip.read("xl/workbook.xml"))
        self.names = [s.get("name") for s in book.iter(MAIN + "sheet")]

    def part(self, name):
        return self.zip.read(f"xl/worksheets/sheet{self.names.index(name) + 1}.xml").decode()

    def rows(self, name):
        """Rows as lists of texts and numbers; the heads are the third."""
        rows = []
        for row in ElementTree.fromstring(self.part(name)).iter(MAIN + "row"):
            while len(rows) < int(row.get("r")) - 1:
                rows.append([])
            cells = []
            for cell in row.iter(MAIN + "c"):
                cells += [None] * (column(cell.get("r")) - len(cells))
                value = cell.find(MAIN + "v")
                if value is None:
                    cells.append(None)
                elif cell.get("t") == "s":
                    cells.append(self.strings[int(value.text)])
                else:
                    cells.append(float(value.text))
            rows.append(cells)
        return rows

    def table(self, name):
        """Rows as dicts by head."""
        rows = self.rows(name)
        return [dict(zip(rows[2], row)) for row in rows[3:]]


def fetch(daemon, path, status=200, headers=None):
    got, heads, body = tcp(daemon, path, headers)
    expect_equal(got, status, f"{path}: {body[:300]}")
    return heads, body


def refused(daemon, path, status, code, *words):
    heads, body = fetch(daemon, path, status)
    problem = json.loads(body)
    expect_equal(problem["type"], f"urn:minsheng:problem:{code}", path)
    for word in words:
        expect(word in problem["detail"], f"{word} in {problem['detail']}")
    return heads


def paragraphs(data):
    """The text of a .docx, a line for each paragraph."""
    text = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    return "\n".join("".join(re.findall(r"<w:t[^>]*>([^<]*)</w:t>", p)) for p in text.split("</w:p>"))


def fill(daemon):
    raise_lags(daemon)
    slip = draft_of(daemon, "yutai")["id"]
    # what a spreadsheet would take for a formula
    daemon.act("slip.issue", slip=slip, person="=cmd|'/c calc'!A0", days=5)
    return slip


# --- the workbook ---------------------------------------------------------------------------------
def test_ledger_sheet(daemon):
    fill(daemon)
    heads, data = fetch(daemon, "/api/v1/ledger-sheet?lang=zh")
    expect("filename*=UTF-8''%E5%B7%A5" in heads["Content-Disposition"], heads)
    expect("spreadsheetml" in heads["Content-Type"], heads)
    book = Workbook(data)
    expect_equal(book.names, SHEETS, "its sheets")
    row = next(r for r in book.table("总台账") if r["指标编码"] == "canteens" and r["单位编码"] == "yutai")
    expect_equal((row["累计完成"], row["单位"], row["牵头单位"], row["计量单位"]),
                 (0, "鱼台县", "市民政局", "处"), "a row")
    figure = next(u for u in get(daemon, "/api/v1/targets/canteens")["units"] if u["unit"] == "yutai")
    expect_equal(f"{row['差距/百分点']:.2f}", figure["gap_points"], "the gap that the API has")
    expect("✕" in row["正式亮灯"] or "?" in row["正式亮灯"], row["正式亮灯"])
    expect("演示值" in row["演示值标注"], "invented values are labelled")
    expect(any(r["单位"] == "鱼台县" and r["指标"].startswith("新建、改造老年人食堂")
               for r in book.table("滞后清单")), "what is behind")
    expect("不排名次" in book.rows("县区情况")[1][0] and "本月名次" not in book.rows("县区情况")[2],
           "nobody is ranked")
    months = next(r for r in book.table("报送情况") if r["单位编码"] == "rencheng")
    expect("✕" in months["2022-06"], months)
    events = book.table("事件明细")
    expect_equal(len(events), 2, "rows that came")
    expect_equal((events[0]["单位编码"], events[0]["数值"], events[0]["结果"]), ("rencheng", 1, "计入"), "one")
    slips = book.table("督办通知")
    expect(any((s["责任人"] or "").startswith("=cmd") for s in slips), "a text stays a text")
    notes = {r[0]: r[1] for r in book.rows("说明")[2:]}
    expect_equal(notes["台账序号"], heads["ETag"].strip('"').split(".")[0], "its position")
    check_form(book)


def check_form(book):
    for name in SHEETS:
        part = book.part(name)
        expect("<f>" not in part, f"no formula in {name}")
        expect('orientation="landscape"' in part and 'fitToHeight="0"' in part, f"the page of {name}")
        expect("台账序号" in part, f"the position in the footer of {name}")
        if name != "说明":
            expect("<pane " in part, f"panes of {name}")
    expect("<autoFilter" in book.part("总台账"), "a filter")
    expect("Print_Titles" in book.zip.read("xl/workbook.xml").decode(), "heads on each page")
    expect(all(i.date_time[0] == 1980 for i in book.zip.infolist()), "no time of this day")


def test_parts_and_days(daemon):
    fill(daemon)
    whole = Workbook(fetch(daemon, "/api/v1/ledger-sheet?lang=zh")[1])
    one = Workbook(fetch(daemon, "/api/v1/ledger-sheet?unit=yutai&lang=zh")[1])
    expect_equal({r["单位编码"] for r in one.table("总台账")}, {"yutai"}, "its own rows")
    lead = Workbook(fetch(daemon, "/api/v1/ledger-sheet?unit=minzheng&lang=zh")[1])
    expect_equal({r["牵头单位"] for r in lead.table("总台账")}, {"市民政局"}, "what it leads")
    old = Workbook(fetch(daemon, "/api/v1/ledger-sheet?valid_at=2022-02-28&known_at=2022-02-28&lang=zh")[1])
    expect(all(r["累计完成"] is None for r in old.table("总台账")), "nothing was known then")
    heads, data = fetch(daemon, "/api/v1/ledger-sheet?format=csv&lang=zh")
    expect(data.startswith(b"\xef\xbb\xbf") and b"\r\n" in data, "for Excel")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    expect_equal([(r["指标编码"], r["单位编码"]) for r in rows],
                 [(r["指标编码"], r["单位编码"]) for r in whole.table("总台账")], "the same rows")
    english = Workbook(fetch(daemon, "/api/v1/ledger-sheet?lang=en")[1])
    expect_equal((english.names[0], english.rows("Ledger")[2][0]), ("Ledger", "Item"), "in English")
    refused(daemon, "/api/v1/ledger-sheet?unit=nowhere", 404, "no-such-unit", "nowhere")
    refused(daemon, "/api/v1/ledger-sheet?format=docx", 400, "bad-choice", "xlsx csv")
    refused(daemon, "/api/v1/ledger-sheet?valid_at=x", 400, "bad-date")


# --- letters and packs ----------------------------------------------------------------------------
def test_slip_paper(daemon):
    slip = fill(daemon)
    heads, html = fetch(daemon, f"/api/v1/slips/{slip}/paper?lang=zh")
    expect("style-src 'sha256-" in heads["Content-Security-Policy"], "its own style, and nothing else")
    text = html.decode()
    issued = get(daemon, f"/api/v1/slips/{slip}")
    for part in ("鱼台县", issued["subjects"][0]["target_name"]["zh"], issued["number"], "回执", "演示值", "2022年7月15日"):
        expect(part in text, f"{part} in the letter")
    expect("草稿" not in text, "it is no draft")
    expect('class="mark"' in text, "a digital head")
    plain = fetch(daemon, f"/api/v1/slips/{slip}/paper?letterhead=none&lang=zh")[1].decode()
    expect('class="mark"' not in plain, "no head")
    docx = fetch(daemon, f"/api/v1/slips/{slip}/paper?format=docx&lang=zh")[1]
    expect("鱼台县：" in paragraphs(docx) and issued["number"] in paragraphs(docx), paragraphs(docx))
    draft = draft_of(daemon, "rencheng")["id"]
    expect("草稿" in fetch(daemon, f"/api/v1/slips/{draft}/paper?lang=zh")[1].decode(), "a draft says so")
    refused(daemon, "/api/v1/slips/2022-9999/paper", 404, "no-such-slip", "2022-9999")
    refused(daemon, f"/api/v1/slips/{slip}/paper?letterhead=red", 400, "bad-choice", "preprinted")
    refused(daemon, f"/api/v1/slips/{slip}/paper?format=xlsx", 400, "bad-choice", "html docx pdf")


def test_pack(daemon):
    fill(daemon)
    daemon.act("problem.open", title="用地未落实", text="两处选址未批", owner="zhujian", deadline="2022-07-21",
               item="1.1", measure="canteens")
    text = fetch(daemon, "/api/v1/packs/2022-Q2?lang=zh")[1].decode()
    expect(text.count("<svg ") >= 1 and "stroke-dasharray" in text, "curves")
    for part in ("2022年第二季度", "2022年6月30日", "提请会议决定", "研究解决：用地未落实", "牵头单位：市民政局"):
        expect(part in text, f"{part} in the pack")
    expect("style=" not in text, "no style that the policy would refuse")
    docx = paragraphs(fetch(daemon, "/api/v1/packs/2022-Q2?format=docx&lang=zh")[1])
    expect("用地未落实" in docx and "实际完成率" in docx, "the numbers of the curve as a table")
    refused(daemon, "/api/v1/packs/2022-Q5", 404, "no-such-quarter", "2022-Q5")
    refused(daemon, "/api/v1/packs/2030-Q1", 404, "no-such-quarter")
    refused(daemon, "/api/v1/packs/2022-Q4", 404, "no-pack", "2022-Q4")


def test_bulletin_forms(daemon):
    fill(daemon)
    expect(b"<html" in fetch(daemon, "/api/v1/bulletins/2022-06?format=html")[1], "a page")
    expect("民生实事" in paragraphs(fetch(daemon, "/api/v1/bulletins/2022-06?format=docx&lang=zh")[1]), "Word")
    book = Workbook(fetch(daemon, "/api/v1/bulletins/2022-06?format=xlsx&lang=zh")[1])
    expect("2022-06-30" in book.rows("总台账")[0][0] + book.rows("总台账")[1][0], "of the month's last day")
    expect_equal(get(daemon, "/api/v1/bulletins/2022-06")["month"], "2022-06", "JSON as before")
    refused(daemon, "/api/v1/bulletins/2022-12?format=docx", 404, "no-bulletin")
    refused(daemon, "/api/v1/bulletins/june?format=docx", 404, "no-such-month", "june")
    refused(daemon, "/api/v1/bulletins/2022-06?format=odt", 400, "bad-choice", "json html docx pdf xlsx")


# --- the same bytes -------------------------------------------------------------------------------
def papers(slip):
    return ["/api/v1/ledger-sheet?lang=zh", "/api/v1/ledger-sheet?format=csv&lang=en",
            f"/api/v1/slips/{slip}/paper?format=docx", f"/api/v1/slips/{slip}/paper?format=html",
            "/api/v1/packs/2022-Q2?format=html", "/api/v1/packs/2022-Q2?format=docx",
            "/api/v1/bulletins/2022-06?format=docx", "/api/v1/bulletins/2022-06?format=html"]


def all_of(daemon, slip):
    found = {}
    for path in papers(slip):
        heads, data = fetch(daemon, path)
        found[path] = (heads["ETag"], data)
    return found


def same(one, two, what):
    for path, (tag, data) in one.items():
        expect_equal(two[path][0], tag, f"the position of {path} {what}")
        expect(two[path][1] == data, f"{path} is the same {what}")


def test_same_bytes(daemon):
    slip = fill(daemon)
    first = all_of(daemon, slip)
    same(first, all_of(daemon, slip), "twice")
    for path, (tag, _) in first.items():
        fetch(daemon, path, 304, {"If-None-Match": tag})
    left = [n for n in os.listdir(daemon.folder / "store") if n.startswith(".paper-")]
    expect_equal(left, [], "no file stays behind")
    daemon.kill()
    daemon.start()
    same(first, all_of(daemon, slip), "after a crash")
    archive = daemon.folder / "ledger.msl"
    ctl(daemon, "ledger", "export", str(archive))
    other = Daemon(daemon.folder / "other", clock="2022-07-08T09:00:00+08:00")
    ctl(daemon, "ledger", "replay", str(archive), "--store", str(other.folder / "store"))
    with other:
        same(first, all_of(other, slip), "in a replayed store")


# --- without weasyprint, and by command -----------------------------------------------------------
def test_no_pdf(daemon):
    slip = fill(daemon)
    daemon.stop()
    path = os.environ["PATH"]
    os.environ["PATH"] = "/nowhere"
    try:
        daemon.start()
    finally:
        os.environ["PATH"] = path
    for paper in ("packs/2022-Q2", f"slips/{slip}", "bulletins/2022-06"):
        tail = "/paper" if "slips" in paper else ""
        refused(daemon, f"/api/v1/{paper}{tail}?format=pdf&lang=en", 501, "no-pdf", "apt install weasyprint")
    refused(daemon, "/api/v1/packs/2022-Q4?format=pdf", 404, "no-pack")


def test_commands(daemon):
    slip = fill(daemon)
    place = pathlib.Path(daemon.folder)
    ctl(daemon, "export", "ledger-sheet", str(place / "l.xlsx"), lang="zh")
    expect_equal(Workbook((place / "l.xlsx").read_bytes()).names, SHEETS, "a workbook")
    ctl(daemon, "export", "ledger-sheet", str(place / "l.csv"), "--unit", "yutai")
    expect((place / "l.csv").read_bytes().startswith(b"\xef\xbb\xbfItem,"), "text")
    ctl(daemon, "export", "events", str(place / "e.jsonl"), "--unit", "yutai")
    lines = [json.loads(line) for line in (place / "e.jsonl").read_text().splitlines()]
    expect_equal([e["unit"] for e in lines if e["row"] is not None], ["yutai"], "a line an event")
    ctl(daemon, "export", "series", str(place / "s.jsonl"), "--target", "canteens", "--unit", "yutai")
    lines = [json.loads(line) for line in (place / "s.jsonl").read_text().splitlines()]
    expect(any(r["day"] == "2022-06-30" and r["unit"] == "yutai" for r in lines), lines[:2])
    ctl(daemon, "pack", "save", "2022-Q2", "--html", str(place / "p.html"), "--docx", str(place / "p.docx"))
    expect("<svg" in (place / "p.html").read_text() and zipfile.is_zipfile(place / "p.docx"), "both")
    ctl(daemon, "slip", "paper", slip, "--docx", str(place / "s.docx"), "--letterhead", "preprinted", lang="zh")
    expect("鱼台县：" in paragraphs((place / "s.docx").read_bytes()), "a letter")
    ctl(daemon, "slip", "paper", slip, status=2)
    ctl(daemon, "slip", "paper", "2022-9999", "--docx", str(place / "x.docx"), status=1)
    ctl(daemon, "pack", "save", "2022-Q9", "--docx", str(place / "x.docx"), status=1)
    expect(not (place / "x.docx").exists(), "nothing is written where nothing was made")


if __name__ == "__main__":
    main(test_ledger_sheet, test_parts_and_days, test_slip_paper, test_pack, test_bulletin_forms,
         test_same_bytes, test_no_pdf, test_commands)
