#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What minshengctl says to somebody who types it wrong, and the forms in which days are typed."""
from lib import *


def ctl(daemon, *words, status=0, lang="en"):
    done = subprocess.run([BIN / "minshengctl", "--socket", daemon.ports["control"], "--lang", lang,
                           *words], capture_output=True, text=True)
    expect_equal(done.returncode, status, f"minshengctl {words}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def test_help(daemon):
    whole = ctl(daemon, "--help")
    for head in ("Looking:", "The month:", "Plans:", "Records:", "The ledger:"):
        expect(head in whole, head)
    noun = ctl(daemon, "alert", "--help")
    expect("alert ack" in noun and "slip list" not in noun, noun)
    half = ctl(daemon, "alert", status=2)
    expect("the command goes on: alert" in half.splitlines()[-1], half)
    unknown = ctl(daemon, "alert", "lst", status=2)
    expect_equal(len(unknown.splitlines()), 1, unknown)
    expect("alert list" in unknown and "minshengctl --help" in unknown, unknown)
    expect("nothing follows status, but there is: extra" in
           ctl(daemon, "status", "extra", status=2).splitlines()[-1], "a whole sentence")


def test_what_is_wrong(daemon):
    for words, said in ((["--yellow", "abc", "--red", "15"], "not: abc"),
                        (["--yellow", "-5", "--red", "15"], "not: -5"),
                        ([], "--yellow"), (["--yellow", "5"], "--red")):
        expect(said in ctl(daemon, "lights", "preview", *words, status=2), f"{words}")
    expect("no light was judged for 2022-12" in
           ctl(daemon, "lights", "preview", "--yellow", "5", "--red", "15", "--period", "2022年12月",
               status=1), "nothing to compare")
    said = ctl(daemon, "report", "extend", "--period", "2022-06", "--unit", "yutai", "--until", "soon",
               "--why", "floods", status=1)
    expect("a day such as 2022-06-30" in said and "(--until)" in said, said)
    said = ctl(daemon, "report", "extend", "--period", "2022-06", "--unit", "yutai", "--until", "soon",
               "--why", "floods", status=1, lang="zh")
    expect("日期，如2022-06-30" in said and "（--until）" in said, said)
    for words in (["year", "verify-close", "/nofile"], ["catalogue", "check", "/nofile"]):
        expect("there is no such file: /nofile" in ctl(daemon, *words, status=1), f"{words}")
    expect("exists; --force" in ctl(daemon, "year", "export", __file__, status=1), "not overwritten")
    expect("nobody is recorded" in ctl(daemon, "meeting", "lacking", "2022-Q1"), "an empty portfolio")


def test_days(daemon):
    ctl(daemon, "clock", "set", "2022/3/2")
    for day in ("2022-2-28", "2022/2/28", "2022.2.28", "2022年2月28日"):
        expect("as of 2022-02-28" in ctl(daemon, "target", "show", "canteens", "--valid-at", day), day)
    expect("2022-06" in ctl(daemon, "month", "show", "2022年6月"), "a month")
    head = ctl(daemon, "target", "show", "canteens")
    expect("nothing reported" in head and "( %)" not in head and "gap  points" not in head, head)


def test_events(daemon):
    daemon.set_clock("2022-03-03T09:00:00+08:00")
    expect("a day began" not in ctl(daemon, "event", "list"), "days are left out")
    expect("a day began" in ctl(daemon, "event", "list", "--all"), "but for --all")
    shown = ctl(daemon, "event", "show", "1", lang="zh")
    expect("位置" in shown and "position" not in shown, shown)


def test_a_lead(daemon):
    """What it may report, and the city's figure by --unit."""
    env = dict(os.environ, MINSHENG_FOLDER=str(daemon.folder / "lead"))

    def minsheng(*words, text=None):
        done = subprocess.run([BIN / "minsheng", "--lang", "en", *words], input=text, env=env,
                              capture_output=True, text=True, timeout=60)
        expect_equal(done.returncode, 0, f"minsheng {words}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    invited = ctl(daemon, "--json", "unit", "invite", "guangdian", "--auto-approve")
    minsheng("enroll", text=json.loads(invited.splitlines()[0])["token"])
    shown = minsheng("status", "--measures")
    expect("cable-tv-households  Households with free cable TV" in shown, shown)
    minsheng("push", "cable-tv-households", "120", "--unit", "jining", "--as-of", "2022-02-28")
    _, text = daemon.http("GET", "/api/v1/targets/cable-tv-households")
    expect_equal(json.loads(text)["value"], "120", "the city's figure")


if __name__ == "__main__":
    main(test_help, test_what_is_wrong, test_days, test_events, test_a_lead)
