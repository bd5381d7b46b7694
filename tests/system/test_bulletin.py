#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The monthly bulletin with a real daemon: drafted, edited with its numbers locked, checked, signed,
published; from then on the same bytes, whatever comes later; corrections beside it; the same from a
ledger that was replayed elsewhere; what changed between two months; and how long it takes."""
import io
import re
import time
import xml.etree.ElementTree as xml
import zipfile

from lib import *
from test_api import ctl, get
from test_months import correct

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SIGN = ("--document", "Bulletin 3", "--name", "Zhang San", "--date", "2022-04-14")


def bulletin(daemon, month="2022-03", lang="en"):
    return get(daemon, f"/api/v1/bulletins/{month}?lang={lang}")


def sentence(b, section):
    return next(s for s in b["sentences"] if s["section"] == section)


def text_of(s):
    return "".join(p.get("text", p.get("value", "")) for p in s["pieces"])


def paper(daemon, form, month="2022-03"):
    """The bytes of a form."""
    c = Unix(daemon.ports["control"])
    c.request("GET", f"/api/v1/bulletins/{month}?format={form}&lang=en")
    answer = c.getresponse()
    body = answer.read()
    expect_equal(answer.status, 200, f"{form}: {body[:300]}")
    c.close()
    return body, dict(answer.getheaders())


def check(b, name):
    return next(c for c in b["checks"] if c["check"] == name)


def play(daemon):
    """Two months: reports, a red county, the first month published without a signature."""
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    daemon.set_clock("2022-03-02T09:00:00+08:00")
    r.push([(1, "2022-02-28")])
    daemon.set_clock("2022-04-02T09:00:00+08:00")
    r.push([(2, "2022-03-31")])
    daemon.set_clock("2022-04-14T09:00:00+08:00")
    for m in get(daemon, "/api/v1/months")["months"]:
        if m["month"] < "2022-03" and m["state"] == "ready":
            daemon.act("month.publish", period=m["month"], document=f"no. {m['month']}")
    return r


def test_from_draft_to_publication(daemon):
    r = play(daemon)
    status, text = daemon.http("GET", "/api/v1/bulletins/2022-11")
    expect_equal((status, json.loads(text)["type"]), (404, "urn:minsheng:problem:no-bulletin"), text)
    expect_equal(daemon.http("GET", "/api/v1/bulletins/2031-01")[0], 404, "no month of the programme")
    for form in ("html", "docx", "xlsx"):
        for month, kind in (("2021-12", "no-such-month"), ("2023-01", "no-such-month"), ("2022-11", "no-bulletin")):
            status, text = daemon.http("GET", f"/api/v1/bulletins/{month}?format={form}")
            expect_equal((status, json.loads(text)["type"]), (404, f"urn:minsheng:problem:{kind}"), text)
            expect(f"{month} " in json.loads(text)["detail"] or f"{month}，" in json.loads(text)["detail"], text)
    ctl(daemon, "bulletin", "show", "2031-01", status=1)

    b = bulletin(daemon)
    expect_equal((b["state"], b["signature"], b["publication"]), ("draft", None, None), "a draft")
    overall = {p["name"]: p["value"] for p in sentence(b, "overall")["pieces"] if "name" in p}
    lights = get(daemon, "/api/v1/months/2022-03")["lights"]
    expect_equal({k: int(overall[k]) for k in lights}, lights, "numbers are those of the month")
    expect(all(p["source"] is not None for s in b["sentences"] for p in s["pieces"] if "name" in p), "sources")
    expect_equal(check(b, "signed")["good"], False, "the list of checks knows")
    expect(check(b, "reports")["count"] > 100, "and who is missing")
    said = ctl(daemon, "bulletin", "check", "2022-03")
    expect(" ! signed" in said, said)

    # words are free, numbers are not: the refusal says which one
    draft = ctl(daemon, "bulletin", "draft", "2022-03", lang="zh")
    shown = re.search(r"\[overall\]\n(.*)\n", draft).group(1)
    expect(f"{{red={lights['red']}}}" in shown, shown)
    for change, field in ((shown.replace(f"{{red={lights['red']}}}", "7"), "red"),
                          (shown.replace(f"{{yellow={lights['yellow']}}}", "{yellow=99}"), "yellow")):
        status, text = daemon.http("POST", "/api/v1/acts", {
            "id": f"change-{field}", "act": "bulletin.edit", "period": "2022-03", "section": "overall",
            "text": change})
        expect(status == 422 and f"{{{field}}}" in text, f"{field}: {status} {text}")
    everything = "".join(f"，{{{k}}}项" for k in overall)
    for n, (text, code) in enumerate((("1" + everything[1:], "number-joined"), (everything + "{red}０", "number-joined"),
                                      (everything + "{x}", "number-unknown"), (everything + "{", "braces"),
                                      ("x" * 20000, "bad-text"), ("x" * 5000, "bad-text"), ("", "bad-text"))):
        status, said = daemon.http("POST", "/api/v1/acts", {"id": f"odd-{n}", "act": "bulletin.edit",
                                                           "period": "2022-03", "section": "overall", "text": text})
        expect(status in (400, 409, 413, 422) and code in said, f"{text[:40]}: {status} {said}")
    ctl(daemon, "bulletin", "edit", "2022-03", "lead", "--text-en", "{programme} {month=May}", status=1)
    ctl(daemon, "bulletin", "edit", "2022-03", "overall", "--text-en",
        "By {as_of}: " + " ".join(f"{{{k}}}" for k in ("total", "done", "reached", "green", "yellow", "red",
                                                       "none", "silent")) + ".", "--revision", "0")
    b = bulletin(daemon)
    expect(text_of(sentence(b, "overall")).startswith("By 31 March 2022: "), text_of(sentence(b, "overall")))
    expect_equal(sentence(bulletin(daemon, lang="zh"), "overall")["edited"], False, "each language its own")
    ctl(daemon, "bulletin", "edit", "2022-03", "demands", "--text-en", "x", "--revision", "7", status=1)
    ctl(daemon, "bulletin", "edit", "2022-03", "demands", "--text-en", "Do it by the 10th.")
    expect_equal(check(bulletin(daemon), "digits")["count"], 1, "a typed number is pointed at")
    ctl(daemon, "bulletin", "reset", "2022-03", "demands")

    # signed for what was seen; a figure that comes afterwards has to be signed again
    ctl(daemon, "bulletin", "publish", "2022-03", status=1)
    ctl(daemon, "bulletin", "sign", "2022-03", *SIGN, "--digest", "0" * 64, status=1)
    ctl(daemon, "bulletin", "sign", "2022-03", *SIGN, "--digest", bulletin(daemon)["digest"])
    b = bulletin(daemon)
    expect_equal((b["state"], b["signature"]["current"]), ("signed", True), "signed")
    r.push([(3, "2022-03-31")])
    expect_equal(bulletin(daemon)["signature"]["current"], False, "it changed since")
    ctl(daemon, "bulletin", "publish", "2022-03", status=1)
    ctl(daemon, "bulletin", "sign", "2022-03", *SIGN)
    expect("published" in ctl(daemon, "bulletin", "publish", "2022-03"), "published")

    # it stands: the same bytes later on, with other figures in the ledger
    b = bulletin(daemon)
    expect_equal((b["state"], b["publication"]["document"], b["publication"]["kept"], b["corrections"]),
                 ("published", "Bulletin 3", True, []), "as it was signed")
    expect_equal(b["publication"]["digest"], b["digest"], "what was published is what is shown")
    pages = {form: paper(daemon, form)[0] for form in ("html", "docx")}
    r.push([(9, "2022-04-10")])
    daemon.act("report.extend", unit="yutai", period="2022-04", until="2022-05-20")
    daemon.set_clock("2022-04-15T09:00:00+08:00")
    for form, body in pages.items():
        expect(paper(daemon, form)[0] == body, f"{form} at a later position")
    again = bulletin(daemon)
    expect_equal({k: again[k] for k in again if k != "position"}, {k: b[k] for k in b if k != "position"},
                 "its JSON too")
    ctl(daemon, "bulletin", "edit", "2022-03", "demands", "--text-en", "x", status=1)
    ctl(daemon, "bulletin", "sign", "2022-03", *SIGN, status=1)

    # what is corrected stands beside it
    correct(r, 1, "2022-03-31", "two were last year's")
    after = bulletin(daemon)
    expect_equal(after["sentences"], b["sentences"], "the text stands")
    one = next(c for c in after["corrections"] if c["unit"]["id"] == "rencheng")
    expect_equal((one["target"], one["published"]["value"], one["now"]["value"]), ("canteens", "3", "1"),
                 "then and now")
    page = paper(daemon, "html")[0].decode()
    expect("Corrected since" in page and "Corrected since" not in pages["html"].decode(), "at its end")
    body = lambda p: p[p.index("<h2>"):p.index('<p class="annex">')]
    expect_equal(body(page), body(pages["html"].decode()), "its body is what was published")
    expect("Corrected since" in ctl(daemon, "bulletin", "show", "2022-03").replace("corrected", "Corrected"),
           "on the terminal too")

    check_forms(daemon, page)
    check_replay(daemon)
    check_diff(daemon)


def check_forms(daemon, page):
    """A page that loads nothing, and a .docx whose parts are well-formed."""
    expect("style=" not in page and "<script" not in page and "http" not in page, "nothing from elsewhere")
    _, headers = paper(daemon, "html")
    policy = headers.get("Content-Security-Policy", "")
    expect("'sha256-" in policy and "unsafe-inline" not in policy, f"its style is named: {policy}")
    archive = zipfile.ZipFile(io.BytesIO(paper(daemon, "docx")[0]))
    expect_equal(archive.testzip(), None, "sound")
    parts = {n: xml.fromstring(archive.read(n)) for n in archive.namelist()}
    expect_equal({i.date_time for i in archive.infolist()}, {(1980, 1, 1, 0, 0, 0)}, "no clock in it")
    document = parts["word/document.xml"]
    styles = {s.get(f"{W}styleId") for s in parts["word/styles.xml"].iter(f"{W}style")}
    used = {s.get(f"{W}val") for k in ("pStyle", "rStyle") for s in document.iter(f"{W}{k}")}
    expect(used <= styles, f"styles that are none: {used - styles}")
    for table in document.iter(f"{W}tbl"):
        columns = len(list(table.find(f"{W}tblGrid")))
        heads = [r for r in table.iter(f"{W}tr") if r.find(f"{W}trPr/{W}tblHeader") is not None]
        expect_equal(len(heads), 1, "a head that is repeated")
        for row in table.iter(f"{W}tr"):
            width = sum(int((c.find(f"{W}tcPr/{W}gridSpan").get(f"{W}val"))
                            if c.find(f"{W}tcPr/{W}gridSpan") is not None else 1) for c in row.iter(f"{W}tc"))
            expect_equal(width, columns, "cells of a row")
    text = "".join(t.text or "" for t in document.iter(f"{W}t"))
    expect("By 31 March 2022" in text and "Zhang San" in text, text[:300])
    size = document.find(f".//{W}pgMar")
    expect_equal((size.get(f"{W}top"), size.get(f"{W}left")), ("2098", "1587"), "37 mm and 28 mm")


def check_replay(daemon):
    """The ledger elsewhere gives the same bulletin."""
    expect("OK" in ctl(daemon, "ledger", "verify"), "replay agrees")
    forms = ("json", "html", "docx")
    before = {f: paper(daemon, f)[0] for f in forms}
    file, rebuilt = daemon.folder / "ledger.msl", daemon.folder / "rebuilt"
    ctl(daemon, "ledger", "export", str(file))
    ctl(daemon, "ledger", "replay", str(file), "--store", str(rebuilt))
    daemon.kill()
    config = daemon.config.read_text()
    daemon.config.write_text(config.replace("store: store\n", f"store: {rebuilt}\n"))
    kept = {k: os.environ.get(k) for k in ("TZ", "LANG", "LC_ALL")}
    os.environ.update(TZ="America/New_York", LANG="tr_TR.UTF-8", LC_ALL="tr_TR.UTF-8")
    daemon.start()
    for k, v in kept.items():
        os.environ.pop(k) if v is None else os.environ.update({k: v})
    for f in forms:
        expect(paper(daemon, f)[0] == before[f], f"{f} from a replayed ledger")
    daemon.kill()
    daemon.config.write_text(config)
    daemon.start()


def check_diff(daemon):
    diff = get(daemon, "/api/v1/bulletins/2022-03/diff?from=2022-02")
    expect_equal((diff["from"]["month"], diff["to"]["month"]), ("2022-02", "2022-03"), "which months")
    order = ["new-red", "gone-red", "worse", "better", "first", "gone", "moved"]
    names = [c["change"] for c in diff["changes"]]
    expect(names == sorted(names, key=order.index) and names, names)
    for c in diff["changes"]:
        was, now = (c[k] and c[k]["light"] for k in ("from", "to"))
        expect((c["change"] == "new-red") == (now == "red" and was != "red"), f"{c}")
    city = [c for c in diff["changes"] if c["city"] and c["change"] == "new-red"]
    expect_equal(len([c for c in diff["changes"] if c["city"] and c["change"] == "gone-red"]) +
                 diff["to"]["red"] - diff["from"]["red"], len(city), "reds add up")
    expect_equal(get(daemon, "/api/v1/bulletins/2022-03/diff?from=2022-03")["changes"], [], "with itself")
    said = ctl(daemon, "bulletin", "diff", "2022-02", "2022-03")
    expect("2022-02" in said and "→" in said, said)
    expect_equal(daemon.http("GET", "/api/v1/bulletins/2022-03/diff")[0], 400, "from which?")


def test_time(daemon):
    """Any month of a whole year, in every form, far below two seconds."""
    done = subprocess.run([BIN / "minshengd", "demo", "--check", "--keep"], capture_output=True, text=True)
    expect_equal(done.returncode, 0, f"the demo: {done.stdout[-500:]}{done.stderr[-500:]}")
    folder = pathlib.Path(re.findall(r"/\S*/minsheng-demo-\w+", done.stdout + done.stderr)[-1])
    try:
        daemon.kill()
        daemon.config.write_text(daemon.config.read_text().replace("store: store\n",
                                                                   f"store: {folder / 'store'}\n"))
        daemon.start()
        slowest = {}
        for month in range(1, 13):
            for form in ("json", "html", "docx"):
                begun = time.monotonic()
                paper(daemon, form, f"2022-{month:02}")
                took = time.monotonic() - begun
                slowest[form] = max(slowest.get(form, 0), took)
        print("   slowest bulletin of the year: " + ", ".join(f"{f} {t * 1000:.0f} ms" for f, t in slowest.items()))
        expect(max(slowest.values()) < 2 * SLOW, f"{slowest}")
        daemon.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(test_from_draft_to_publication, test_time)
