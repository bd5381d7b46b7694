#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Answers that are kept: many who ask the same cost one computation, nobody gets an older answer than
they asked for, and what is not the same for everybody is never kept."""
from lib import *


def ask(daemon, path, **headers):
    """(answer as JSON, ETag)"""
    c = Unix(daemon.ports["control"])
    try:
        c.request("GET", path, None, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = c.getresponse()
        text = answer.read().decode()
        return answer.status, json.loads(text) if text else None, answer.getheader("ETag")
    finally:
        c.close()


def counted(daemon):
    return (daemon.metric("minsheng_http_answers_total", 'from="kept"'),
            daemon.metric("minsheng_http_answers_total", 'from="computed"'))


def after_a_second(daemon, fn):
    """What fn did to the counters; /metrics is made anew once a second."""
    before = counted(daemon)
    fn()
    return lambda kept, computed: wait_until(
        lambda: counted(daemon) == (before[0] + kept, before[1] + computed),
        f"{kept} kept and {computed} computed, besides {before}: {counted(daemon)}")


def commit(daemon, reporter, value):
    reporter.push([(value, "2022-02-28")])
    return ask(daemon, "/api/v1/targets")[1]["position"]


def test_once(daemon):
    def many():
        for path in ("/api/v1/targets?valid_at=2022-02-28&known_at=now",
                     "/api/v1/targets?known_at=now&valid_at=2022-02-28") * 5:
            expect_equal(ask(daemon, path), ask(daemon, path), "the same again")
    after_a_second(daemon, many)(19, 1)


def test_never_older(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    first = commit(daemon, r, 1)
    old = ask(daemon, "/api/v1/targets/canteens")
    expect_equal((old[1]["position"], old[1]["value"]), (first, "1"), "the first figure")
    second = commit(daemon, r, 2)
    enough = ask(daemon, "/api/v1/targets/canteens", X_Minsheng_Enough=str(first))
    expect_equal(enough, old, "what is enough was there already")
    expect_equal(ask(daemon, "/api/v1/targets/canteens", X_Minsheng_Enough=str(first),
                     If_None_Match=old[2])[0], 304, "which its reader holds")
    new = ask(daemon, "/api/v1/targets/canteens", X_Minsheng_Enough=str(second))
    expect_equal((new[1]["position"], new[1]["value"]), (second, "2"), "too old for who knows more")
    commit(daemon, r, 3)
    expect_equal(ask(daemon, "/api/v1/targets/canteens")[1]["value"], "3", "who says nothing gets the newest")
    for nonsense in ("", "0", "-1", "x", "99999999999999999999"):
        expect_equal(ask(daemon, "/api/v1/targets/canteens", X_Minsheng_Enough=nonsense)[1]["value"], "3",
                     f"nonsense {nonsense!r}")


def test_apart(daemon):
    """Languages, parameters and paths do not get each other's answers."""
    zh = ask(daemon, "/api/v1/slips?unit=rencheng", Accept_Language="zh")
    en = ask(daemon, "/api/v1/slips?unit=rencheng", Accept_Language="en")
    expect(zh[2] != en[2], "one tag a language")
    position = str(ask(daemon, "/api/v1/units")[1]["position"])
    odd = ask(daemon, "/api/v1/units/rencheng%20zh", X_Minsheng_Enough=position)
    expect_equal(odd[0], 404, "a path that is none")
    ask(daemon, "/api/v1/portfolio?person=a%26unit=rencheng", X_Minsheng_Enough=position)
    twice = ask(daemon, "/api/v1/portfolio?person=a&unit=nowhere", X_Minsheng_Enough=position)
    expect_equal(twice[0], 404, "a value that looks like two parameters")


def test_private(daemon):
    def many():
        for _ in range(3):
            expect_equal(ask(daemon, "/api/v1/contacts", X_Minsheng_Enough="1")[0], 200, "contacts")
            expect_equal(ask(daemon, "/api/v1/users", X_Minsheng_Enough="1")[0], 200, "users")
    before = daemon.metric("minsheng_http_answers_kept_bytes")
    after_a_second(daemon, many)(0, 0)
    expect_equal(daemon.metric("minsheng_http_answers_kept_bytes"), before, "nothing of it is kept")


def heads_of(daemon, parameters):
    host, port = daemon.ports["http"].rsplit(":", 1)
    s = socket.create_connection((host, int(port)))
    s.settimeout(WAIT_S)
    s.sendall(f"GET /api/v1/stream{parameters} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    return s


def read_until(s, position):
    """What the stream says up to the head of that position."""
    text = ""
    while f"id: {position}\n" not in text or not text.endswith("\n\n\r\n"):
        part = s.recv(65536).decode()
        expect(part, "the stream ended")
        text += part
    s.close()
    return text


def test_burst(daemon):
    """Commits that come close together are told as one, the figures as they stand in the end."""
    whole, heads = heads_of(daemon, ""), heads_of(daemon, "?events=head")
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    for value in range(1, 41):
        here = commit(daemon, r, value)
    text, only = read_until(whole, here), read_until(heads, here)
    expect(text.count("event: head") < 40, f"{text.count('event: head')} heads for 40 commits and more")
    last = text.rindex('"unit":"rencheng"')
    expect('"value":"40"' in text[text.rindex("data: ", 0, last):text.index("\n", last)], "the newest figure")
    expect("event: figure" not in only and "event: head" in only, "heads only")
    expect_equal(ask(daemon, "/api/v1/stream?events=some")[0], 400, "no such choice")


if __name__ == "__main__":
    main(test_once, test_never_older, test_apart, test_private, test_burst)
