#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What else may come to the door: headers that lie or come twice, sessions of others, files that were
edited, a unit's user who speaks for another unit, and personal data by any path."""
import http.client, json, socket

from lib import expect, expect_equal, main
from test_signin import PASSWORD, PROXY, WEB, Browser, add, people, refused

SECRETS = ("13800000000", "li@secret.test", "wecom-of-li")


def raw(daemon, *lines, body=b"", source=None):
    """A request as it stands: (status, JSON or text)."""
    address, port = daemon.ports["http"].rsplit(":", 1)
    with socket.create_connection((address, int(port)), 20, source) as s:
        head = "\r\n".join([*lines, "Connection: close", f"Content-Length: {len(body)}", "", ""])
        s.sendall(head.encode() + body)
        answer = http.client.HTTPResponse(s)
        answer.begin()
        text = answer.read().decode()
    try:
        return answer.status, json.loads(text)
    except ValueError:
        return answer.status, text


def reading(daemon, *lines, **more):
    return raw(daemon, "GET /api/v1/session HTTP/1.1", *lines, **more)


# --- the way in ---------------------------------------------------------------------------------------
def test_hosts(daemon):
    port = daemon.ports["http"].rsplit(":", 1)[1]
    for host in (f"127.0.0.1:{port}", "LocalHost", f"localhost:{port}", f"[::1]:{port}", "[::1]"):
        status, said = reading(daemon, f"Host: {host}")
        expect_equal((status, said["reading"]), (200, "open"), host)
    for host in ("MINSHENG.test", f"minsheng.test:{port}"):
        status, said = reading(daemon, f"Host: {host}")
        expect_equal((status, said["reading"]), (200, "closed"), host)
    for host in ("minsheng.test.", "localhost.", "localhost.evil.test", "evil.test", "127.0.0.1.evil.test", "127.0.0.2",
                 "localhost@evil.test", "evil.test:80@localhost", "[::1", "[::1]x", "localhost:80@evil.test", "minsheng.test:x",
                 "[::2]", " ", "2130706433", "127.1",
                 "minsheng.test@evil.test", "xminsheng.test"):
        status, _ = reading(daemon, f"Host: {host}")
        expect_equal(status, 400, host)
    expect_equal(raw(daemon, "GET /api/v1/session HTTP/1.1")[0], 400, "none")
    expect_equal(reading(daemon, "Host: localhost", "Host: minsheng.test")[0], 400, "two")
    for header in ("X-Forwarded-For: ", "x-real-ip: 127.0.0.1", "FORWARDED: for=1.2.3.4", "X-Forwarded-Host: a.test"):
        status, said = reading(daemon, "Host: localhost", header)
        expect_equal((status, said["reading"]), (200, "closed"), header)


def tried(daemon, name, *headers):
    return raw(daemon, "POST /api/v1/session HTTP/1.1", "Host: minsheng.test", "Content-Type: application/json", *headers,
               body=json.dumps({"user": name, "password": "wrong password"}).encode(), source=(PROXY, 0))[0]


def test_limits(daemon):
    """Neither another spelling of a name nor another spelling of an address is another one."""
    people(daemon)
    spelled = ["wang", "WANG", "Wang", "wAng", "waNg", "wanG"] * 2
    got = [tried(daemon, name, f"X-Forwarded-For: 10.0.0.{i}") for i, name in enumerate(spelled)]
    expect(got[:5] == [401] * 5 and 429 in got, f"case: {got}")
    for name in (" wang", "wang ", "wang\t", "wang\n", "ｗang", "w\u0430ng", "王", "x" * 500, ""):
        expect_equal(tried(daemon, name, "X-Forwarded-For: 10.0.1.1"), 401, repr(name))
    expect("\nwang" not in daemon.log_text() and "wang\\n" in daemon.log_text(), "a name makes no line of its own in the log")
    # a proxy may add a line of its own behind the client's; a /64 is one address, and so is IPv4 as IPv6
    spellings = (lambda i: ("X-Forwarded-For: 1.2.%d.4" % i, "X-Forwarded-For: 10.3.3.3"),
                 lambda i: ("X-Forwarded-For: 2001:db8::%x" % i,),
                 lambda i: ("X-Forwarded-For: %s10.4.4.4" % ("::ffff:" * (i % 2)),))
    for n, spelling in enumerate(spellings):
        got = [tried(daemon, f"n{n}.{i}", *spelling(i)) for i in range(24)]
        expect(got[:20] == [401] * 20 and 429 in got, f"one address, {spelling(7)}: {got}")


def test_bodies(daemon):
    people(daemon)
    b = Browser(daemon, "minsheng.test")
    for body in (None, [], "x", 7, {}, {"user": "look"}, {"user": 1, "password": 2}, {"user": ["look"], "password": PASSWORD},
                 {"user": {"name": "look"}, "password": PASSWORD}, {"link": 7}):
        refused(b.ask("POST", "/api/v1/session", body), 400, "bad-json")
    for body in (b"{", b"\xff\xfe{}", b'{"user": "look\\u0000x", "password": "x"}', b"[" * 100000, b"user=look&password=x"):
        status, said = raw(daemon, "POST /api/v1/session HTTP/1.1", "Host: minsheng.test", body=body)
        expect_equal((status, said["type"]), (400, "urn:minsheng:problem:bad-json"), body[:30])
    for path in ("/api/v1/session", "/api/v1/acts", "/api/v1/links", "/api/v1/session/end"):
        status, said = raw(daemon, f"POST {path} HTTP/1.1", "Host: minsheng.test", body=b" " * (1 << 20))
        expect(status in (401, 413), f"{path}: {status}")
    status, said = raw(daemon, "POST /api/v1/session HTTP/1.1", "Host: minsheng.test", body=b" " * (1 << 20))
    expect_equal(status, 413, str(said))
    for cookie in ("minsheng=", "minsheng=" + "A" * 9000, "; ".join(f"c{i}=1" for i in range(500)), "minsheng", "=;=;;"):
        expect_equal(b.get("/api/v1/targets", Cookie=cookie)[0], 401, cookie[:30])


# --- sessions -----------------------------------------------------------------------------------------
def test_sessions(daemon):
    people(daemon)
    b, other = Browser(daemon, "minsheng.test"), Browser(daemon, "minsheng.test")
    b.cookies["minsheng"] = fixed = "A" * 43
    expect_equal(b.sign_in("wang")[0], 200, "with a cookie that somebody else has put there")
    expect(b.cookies["minsheng"] != fixed, "the session has a name of its own")
    other.sign_in("wang")
    mine, b.csrf = b.csrf, other.csrf
    expect(mine != other.csrf, "each session has its own code")
    refused(b.act("alert.comment", alert="none", text="x"), 403, "csrf")
    b.csrf = mine
    for origin in ("null", "http://minsheng.test:81", "http://minsheng.test.evil.test", "http://x@minsheng.test", "minsheng.test",
                   "http://localhost", "file://", "http://minsheng.test/"):
        b.origin = origin
        refused(b.act("alert.comment", alert="none", text="x"), 403, "foreign-origin")
    b.origin = "http://minsheng.test"
    for site in ("cross-site", "same-site", "SAME-ORIGIN", ""):
        refused(b.ask("POST", "/api/v1/acts", {}, Sec_Fetch_Site=site), 403, "foreign-origin")
    refused(Browser(daemon, "minsheng.test").sign_in("wang", Origin="http://evil.test"), 403, "foreign-origin")
    # a second sign-in in the same browser ends the first one
    before = dict(b.cookies)
    expect_equal(b.sign_in("look")[0], 200, "somebody else at the same desk")
    old = Browser(daemon, "minsheng.test")
    old.cookies = before
    refused(old.get("/api/v1/targets"), 401, "session-expired")
    expect_equal(other.get("/api/v1/targets")[0], 200, "another browser stays")
    expect_equal(daemon.http("GET", "/api/v1/session")[0], 200, "the socket")
    # no GET does anything
    for path in ("/api/v1/acts", "/api/v1/session/end", "/api/v1/links/revoke", "/api/v1/clock"):
        expect_equal(b.get(path)[0], 405, path)


def test_links(daemon):
    people(daemon)
    office, b = Browser(daemon, "minsheng.test"), Browser(daemon, "minsheng.test")
    office.sign_in("wang")
    token = office.ask("POST", "/api/v1/links", {"for": "#/wall", "days": 1})[1]["token"]
    head, code = token.split(".")
    for bad in (head, head + ".", "." + code, token[:-1], token + "A", head[:-1] + "." + code, token.replace(".", ".."), "",
                head + "A" * 400 + "." + code, code + "." + head, "é" + token, token.upper(), f"{head}=.{code}"):
        if bad != token:
            status, said = raw(daemon, "GET /api/v1/targets HTTP/1.1", "Host: minsheng.test", f"X-Minsheng-Link: {bad}")
            expect_equal((status, said["type"]), (401, "urn:minsheng:problem:link-ended"), bad[:60])
    expect_equal(b.ask("POST", "/api/v1/session", {"link": token})[0], 200, "a good one")
    for path in ("/api/v1/acts", "/api/v1/imports?unit=yutai&name=x.csv", "/api/v1/links", "/api/v1/clock", "/api/v1/verify",
                 "/api/v1/notify/test"):
        refused(b.ask("POST", path, {"id": "1", "act": "slip.issue"}, X_CSRF_Token=""), 401, "sign-in-required")
    for path in ("/api/v1/links", "/api/v1/notify", "/api/v1/notify/log"):
        refused(b.get(path), 401, "sign-in-required")


# --- whose it is --------------------------------------------------------------------------------------
def test_other_units(daemon):
    """Each act that a unit's user has, about another unit, in each way to say so."""
    people(daemon)
    u = Browser(daemon, "minsheng.test")
    u.sign_in("yutai01")
    problem = daemon.act("problem.open", title="t", text="t", owner="rencheng", deadline="2022-05-01", item="1.1")
    own = daemon.act("problem.open", title="t", text="t", owner="yutai", deadline="2022-05-01", item="1.1")
    contact = {"name": "李某", "phone": "1", "why": "x"}
    month = {"period": "2022-02", "measure": "canteens", "why": "x"}
    told = {"item": "1.1", "period": "2022-02", "progress": "x"}
    raised = {"title": "t", "text": "t", "owner": "yutai", "deadline": "2022-05-01", "item": "1.1"}
    tries = [("contact.set", contact), ("contact.remove", contact), ("report.object", month), ("narrative.write", told),
             ("problem.open", raised), ("report.confirm", {"period": "2022-02", "unit": "yutai", "measure": "canteens"}),
             ("slip.sign", {}), ("slip.reply", {"text": "x"}), ("flag.explain", {"text": "x"})]
    field = {"report.confirm": "lead", "problem.open": "raiser", "slip.sign": "slip", "slip.reply": "slip", "flag.explain": "flag"}
    for act, fields in tries:
        for other in ("rencheng", "YUTAI", " yutai", "yutai ", "370827", "鱼台县", "", None, 7, ["yutai"], {"id": "yutai"}, True):
            status, said, _ = u.act(act, **{**fields, field.get(act, "unit"): other})
            expect(status in (403, 422) and (status == 403 or other in (7, True, None) or isinstance(other, (list, dict))),
                   f"{act} {other!r}: {status} {said}")
    for one in (problem["record"], problem.get("number"), f"P-{problem['record']}"):
        refused(u.act("problem.update", problem=one, note="x"), 403, "other-unit")
    expect_equal(u.act("problem.update", problem=own["record"], note="x")[0], 200, "its own")
    refused(u.act("problem.assign", problem=own["record"], owner="rencheng", why="x"), 403, "role")
    expect_equal(u.act("contact.set", unit="yutai", **contact)[0], 200, "its own")
    # a member that comes twice, and the id of an act that somebody else has done
    status, said = raw(daemon, "POST /api/v1/acts HTTP/1.1", "Host: minsheng.test", f"Cookie: minsheng={u.cookies['minsheng']}",
                       f"X-CSRF-Token: {u.csrf}",
                       body='{"id": "q", "act": "contact.set", "unit": "yutai", "unit": "rencheng", "name": "x", "phone": "1"}'.encode())
    expect_equal((status, said["type"]), (400, "urn:minsheng:problem:bad-json"), str(said))
    for act in ("rows.import", "user.noted", "link.noted", "enrol", "no.such", "", "slip.issue\n"):
        refused(u.act(act, unit="yutai"), 403, "role")
    kept = {"by": "user:wang", "unit": "yutai", "name": "王某", "phone": "1"}
    status, said, _ = u.act("contact.set", **kept)
    expect_equal(status, 200, said)
    event = daemon.http("GET", f"/api/v1/events/{said['position']}/0")[1]
    expect("user:yutai01" in event and "user:wang" not in event, f"nobody says who he is: {event}")


def test_personal_data(daemon):
    """A viewer, a unit and a link find it by no path at all."""
    people(daemon)
    phone, email, wecom = SECRETS
    daemon.act("contact.set", unit="yutai", name="李某", phone=phone, email=email, wecom=wecom)
    daemon.act("contact.set", unit="yutai", name="李某", phone=phone, email=email, wecom=wecom, title="科长")
    office = Browser(daemon, "minsheng.test")
    office.sign_in("wang")
    link = office.ask("POST", "/api/v1/links", {"for": "#/"})[1]["token"]
    paths = [p for p, v in office.get("/api/v1/openapi.json")[1]["paths"].items() if "get" in v and "stream" not in p]
    paths = [p for p in paths if "{" not in p] + ["/api/v1/contacts/yutai.%E6%9D%8E%E6%9F%90", "/api/v1/units/yutai"]
    paths += ["/api/v1/events?entries=all&limit=1000", "/api/v1/events?entries=all&format=csv", "/api/v1/contacts?format=csv"]
    head = json.loads(daemon.http("GET", "/api/v1/targets")[1])["position"]
    paths += [f"/api/v1/events/{n}/0" for n in range(1, head + 1)]
    for name in ("look", "yutai01", None):
        b = Browser(daemon, "minsheng.test", headers={} if name else {"X-Minsheng-Link": link})
        expect(name is None or b.sign_in(name)[0] == 200, name)
        c = b.connect()
        for path in paths:
            sent = {"Host": "minsheng.test", "Cookie": "; ".join(f"{k}={v}" for k, v in b.cookies.items()), **b.headers}
            c.request("GET", path, headers=sent)
            text = c.getresponse().read().decode(errors="replace")
            expect(not any(s in text for s in SECRETS), f"{name} finds personal data in {path}")
        c.close()
    expect(phone in json.dumps(office.get("/api/v1/contacts")[1]), "the office does")


# --- the file -----------------------------------------------------------------------------------------
def test_edited_file(daemon):
    people(daemon)
    path = daemon.folder / "users.json"
    good = json.loads(path.read_text())

    def start_with(change):
        daemon.stop()
        edited = json.loads(json.dumps(good))
        change(edited["users"])
        path.write_text(json.dumps(edited))
        daemon.start()
        return Browser(daemon, "minsheng.test").sign_in("look")

    def unit_of(name, unit):
        def change(users):
            next(u for u in users if u["name"] == name)["unit"] = unit
        return change

    refused(start_with(lambda users: users.reverse()), 503, "users-file")
    refused(start_with(lambda users: users.append(users[-1])), 503, "users-file")
    refused(start_with(unit_of("yutai01", "")), 503, "users-file")
    refused(start_with(unit_of("wang", "yutai")), 503, "users-file")
    refused(start_with(lambda users: users[0].pop("password")), 503, "users-file")
    expect_equal(start_with(lambda users: None)[0], 200, "as it was")
    daemon.stop()
    path.unlink()
    daemon.start()
    refused(Browser(daemon, "minsheng.test").sign_in("look"), 401, "wrong-password")
    expect_equal(add(daemon, "look", "viewer").returncode, 0, "begun anew")


if __name__ == "__main__":
    main(test_hosts, test_limits, test_bodies, test_sessions, test_links, test_other_units, test_personal_data,
         test_edited_file, extra=WEB)
