#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Signing in: who may read and act over TCP, and every refusal on the way; users and links by
minshengctl; what the ledger keeps of it."""
import contextlib, http.client, json, os, pathlib, secrets, subprocess, time

from lib import BIN, Daemon, Reporter, expect, expect_equal, main, wait_until
from test_api import ctl

PASSWORD = "three plain words"
PROXY = "127.0.0.2"  # of this machine too, and the one that is trusted
WEB = f"""web:
  hosts: [minsheng.test, other.test]
  trusted_proxies: {PROXY}
  frame_ancestors: https://portal.test
"""


class Browser:
    """Keeps its cookies, and says what browsers say."""

    def __init__(self, daemon, host=None, proxy=False, headers=None):
        address, port = daemon.ports["http"].rsplit(":", 1)
        self.at, self.host, self.cookies, self.csrf = (address, int(port)), host, {}, None
        self.source = (PROXY, 0) if proxy else None
        self.headers = headers or {}
        self.origin = f"{'https' if proxy else 'http'}://{host or daemon.ports['http']}"

    def connect(self):
        return http.client.HTTPConnection(*self.at, timeout=20, source_address=self.source)

    def ask(self, method, path, body=None, **headers):
        """(status, JSON or text, headers)"""
        c = self.connect()
        sent = dict(self.headers, **({"Host": self.host} if self.host else {}))
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if method == "POST":
            sent.update({"Content-Type": "application/json", "Origin": self.origin})
            if self.csrf:
                sent["X-CSRF-Token"] = self.csrf
        sent.update({k.replace("_", "-"): v for k, v in headers.items()})
        sent = {k: v for k, v in sent.items() if v is not None}
        try:
            c.request(method, path, json.dumps(body) if body is not None else None, sent)
            answer = c.getresponse()
            text = answer.read().decode()
        finally:
            c.close()
        self.set = answer.headers.get_all("Set-Cookie") or []
        for line in self.set:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies.pop(name, None)
            if value:
                self.cookies[name] = value
        try:
            return answer.status, json.loads(text), answer.headers
        except ValueError:
            return answer.status, text, answer.headers

    def get(self, path, **headers):
        return self.ask("GET", path, **headers)

    def sign_in(self, user, password=PASSWORD, **headers):
        status, body, got = self.ask("POST", "/api/v1/session", {"user": user, "password": password}, **headers)
        if status == 200:
            self.csrf = body["csrf"]
        return status, body, got

    def act(self, act, **fields):
        return self.ask("POST", "/api/v1/acts", {"id": secrets.token_hex(8), "act": act, **fields})


def refused(answer, status, code):
    got, body, headers = answer
    expect_equal((got, body.get("type")), (status, f"urn:minsheng:problem:{code}"), str(body)[:300])
    expect(body["title"] and body["detail"] and "{" not in body["detail"], body)
    return headers


def add(daemon, name, role, *more, password=PASSWORD):
    done = subprocess.run([BIN / "minshengctl", "--socket", daemon.ports["control"], "--lang", "en", "user", "add", name,
                           "--role", role, "--password-file", "-", *more],
                          input=password + "\n", capture_output=True, text=True)
    return done


def people(daemon):
    for name, role, *more in (("look", "viewer"), ("yutai01", "unit", "--unit", "yutai"),
                              ("wang", "office", "--display", "王某"), ("ops", "operator")):
        done = add(daemon, name, role, *more)
        expect_equal(done.returncode, 0, done.stderr)


# --- who reads --------------------------------------------------------------------------------------
def test_reading(daemon):
    people(daemon)
    here = Browser(daemon)
    expect_equal(here.get("/api/v1/targets")[0], 200, "on this machine reading is open")
    session = here.get("/api/v1/session")[1]
    expect_equal((session["user"], session["reading"], session["csrf"], session["may"]),
                 (None, "open", None, []), session)
    # a proxy on this machine comes from loopback too: its headers, or its name for us, give it away
    for other in (Browser(daemon, "minsheng.test"),
                  Browser(daemon, headers={"X-Forwarded-For": "127.0.0.1"}),
                  Browser(daemon, headers={"Via": "1.1 proxy"}),
                  Browser(daemon, headers={"Forwarded": "for=127.0.0.1"}),
                  Browser(daemon, "minsheng.test", proxy=True)):
        for path in ("/api/v1/targets", "/api/v1/stream", "/metrics", "/api/v1/contacts", "/api/v1/openapi.json"):
            refused(other.get(path), 401, "sign-in-required")
        session = other.get("/api/v1/session")[1]
        expect_equal((session["user"], session["reading"]), (None, "closed"), session)
        for path in ("/", "/healthz", "/readyz"):
            expect_equal(other.get(path)[0], 200, f"{path} is for everybody")
    expect_equal(Browser(daemon, "evil.test").get("/api/v1/session")[0], 400, "a name that is not ours")
    policy = here.get("/")[2]["Content-Security-Policy"]
    expect("frame-ancestors 'self' https://portal.test" in policy, policy)


def test_session(daemon):
    people(daemon)
    b = Browser(daemon, "minsheng.test")
    status, session, _ = b.sign_in("WANG")
    expect_equal(status, 200, session)
    expect_equal(session["user"], {"name": "wang", "display": "王某", "role": "office", "unit": None}, "who")
    expect("slip.issue" in session["may"] and "key.add" not in session["may"], session["may"])
    expect(session["reading"] == "signed_in" and session["csrf"] and session["expires_at"], session)
    (cookie,) = b.set
    expect("HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "Secure" not in cookie, cookie)
    expect_equal(b.get("/api/v1/session")[1]["csrf"], session["csrf"], "the same token again")
    expect_equal(b.get("/api/v1/targets")[0], 200, "reading")
    # the cookie alone does nothing
    stranger = Browser(daemon, "minsheng.test")
    stranger.cookies = dict(b.cookies)
    refused(stranger.act("alert.comment"), 403, "csrf")
    stranger.csrf = "A" * 43
    refused(stranger.act("alert.comment"), 403, "csrf")
    stranger.csrf = session["csrf"]
    stranger.origin = "http://evil.test"
    refused(stranger.act("alert.comment"), 403, "foreign-origin")
    stranger.origin = "null"
    refused(stranger.act("alert.comment"), 403, "foreign-origin")
    stranger.origin = "http://minsheng.test"
    refused(stranger.ask("POST", "/api/v1/acts", {}, Sec_Fetch_Site="cross-site"), 403, "foreign-origin")
    expect_equal(stranger.act("alert.comment", alert="none", text="x")[0], 404, "the page itself may")
    # the end
    refused(b.ask("POST", "/api/v1/session/end", {}, X_CSRF_Token=None), 403, "csrf")
    status, session, _ = b.ask("POST", "/api/v1/session/end", {})
    expect_equal((status, session["user"], session["reading"]), (200, None, "closed"), session)
    expect(not b.cookies, b.cookies)
    refused(stranger.get("/api/v1/targets"), 401, "session-expired")
    expect_equal(daemon.metric("minsheng_posts_refused_total", 'why="csrf"'), 3, "counted")
    expect(daemon.metric("minsheng_posts_refused_total", 'why="foreign-origin"') == 3, "counted")


def test_wrong(daemon):
    people(daemon)
    b = Browser(daemon, "minsheng.test", proxy=True,
                headers={"X-Forwarded-For": "10.1.1.1", "X-Forwarded-Proto": "https"})

    def wrong(user, browser=b):
        began = time.monotonic()
        refused(browser.sign_in(user, "wrong password"), 401, "wrong-password")
        return time.monotonic() - began

    known, unknown = min(wrong("look") for _ in range(3)), min(wrong(f"no{i}") for i in range(3))
    expect(unknown > known / 3, f"an unknown name takes as long: {unknown:.3f} s, {known:.3f} s")
    refused(b.sign_in("look", "x" * 2000), 401, "wrong-password")
    wrong("look")
    wrong("look")
    # where comparing takes longer than the first wait, a later one comes in time
    tries = iter(lambda: b.sign_in("look", "wrong password"), None)
    headers = refused(next(t for t in tries if t[0] != 401), 429, "too-many-tries")
    expect(1 <= int(headers["Retry-After"]) <= 60, headers["Retry-After"])
    expect_equal(b.sign_in("wang")[0], 200, "another name may")
    expect(daemon.metric("minsheng_sign_ins_total", 'result="has-to-wait"') == 1, "counted")
    expect(daemon.metric("minsheng_sign_ins_total", 'result="wrong"') >= 8, "counted")
    wait_until(lambda: b.sign_in("look")[0] == 200, "after the wait the right password is taken", 30)
    # an address that tries many names
    many = Browser(daemon, "minsheng.test", proxy=True,
                   headers={"X-Forwarded-For": "1.2.3.4, 10.9.9.9", "X-Forwarded-Proto": "https"})
    tries = [many.sign_in(f"name{i}", "wrong password")[0] for i in range(22)]
    expect(429 in tries and tries[0] == 401, tries)
    expect_equal(b.sign_in("wang")[0], 200, "other addresses may")
    refused(b.ask("POST", "/api/v1/session", {"user": "look"}), 400, "bad-json")


# --- acts ---------------------------------------------------------------------------------------------
def test_roles(daemon):
    people(daemon)
    r = Reporter(daemon, daemon.add_key("yutai"))
    r.hello()
    r.push([(5, "2022-02-28")], unit="yutai")
    daemon.set_clock("2022-03-10T09:00:00+08:00")
    signed = {}
    for name in ("look", "yutai01", "wang", "ops"):
        signed[name] = Browser(daemon, "minsheng.test")
        expect_equal(signed[name].sign_in(name)[0], 200, name)
    verify = {"period": "2022-02", "measure": "canteens", "unit": "yutai", "why": "seen"}
    for name in ("look", "yutai01", "ops"):
        refused(signed[name].act("report.verify", **verify), 403, "role")
    refused(Browser(daemon, "minsheng.test").act("report.verify", **verify), 401, "sign-in-required")
    refused(Browser(daemon).act("report.verify", **verify), 401, "sign-in-required")
    status, body, _ = signed["wang"].act("report.verify", **verify)
    expect_equal(status, 200, body)
    event = json.loads(daemon.http("GET", f"/api/v1/events/{body['position']}/0")[1])
    expect("user:wang" in json.dumps(event), event)
    # a unit speaks for itself
    of = {"period": "2022-02", "measure": "canteens", "why": "two more"}
    refused(signed["yutai01"].act("report.object", unit="rencheng", **of), 403, "other-unit")
    refused(signed["yutai01"].act("report.object", **of), 403, "other-unit")
    expect_equal(signed["yutai01"].act("report.object", unit="yutai", **of)[0], 200, "its own figure")
    refused(signed["yutai01"].act("report.confirm", lead="minzheng", period="2022-02", unit="all"), 403, "other-unit")
    refused(signed["yutai01"].act("slip.sign", slip="2022-0001"), 403, "other-unit")
    refused(signed["yutai01"].act("narrative.write", item="1", period="2022-02", progress="x"), 403, "other-unit")
    # what the daemon notes itself, nobody says
    note = {"user": "look", "what": "added", "role": "office"}
    refused(signed["wang"].act("user.noted", **note), 403, "role")
    status, text = daemon.http("POST", "/api/v1/acts", {"id": "1", "act": "user.noted", **note})
    expect_equal(status, 403, text)
    # operation
    refused(signed["wang"].ask("POST", "/api/v1/clock", {"now": "2022-03-11T09:00:00+08:00"}), 403, "role")
    expect_equal(signed["ops"].ask("POST", "/api/v1/clock", {"now": "2022-03-11T09:00:00+08:00"})[0], 200, "clock")
    refused(signed["wang"].get("/api/v1/notify"), 403, "role")
    expect_equal(signed["ops"].get("/api/v1/notify")[0], 200, "channels")
    status, proof, _ = signed["wang"].ask("POST", "/api/v1/verify", {})
    expect(status == 200 and proof["ok"], f"the ledger with all this in it: {proof}")
    refused(signed["ops"].get("/api/v1/users"), 403, "local-only")
    refused(signed["ops"].get("/api/v1/ledger"), 403, "local-only")


def test_private(daemon):
    people(daemon)
    daemon.act("contact.set", unit="yutai", name="李某", phone="13800000000")
    for name, shown in (("look", "***"), ("yutai01", "***"), ("wang", "13800000000"), ("ops", "13800000000")):
        b = Browser(daemon, "minsheng.test")
        b.sign_in(name)
        contact = b.get("/api/v1/contacts")[1]["contacts"][0]
        expect_equal(contact["phone"], shown, name)
    expect_equal(Browser(daemon).get("/api/v1/contacts")[1]["contacts"][0]["phone"], "***", "nobody")


# --- ends ---------------------------------------------------------------------------------------------
def test_ends(daemon):
    people(daemon)
    b = Browser(daemon, "minsheng.test")

    def ended(*words, **more):
        expect_equal(b.sign_in("look", more.get("before", PASSWORD))[0], 200, "signs in")
        stream = http.client.HTTPConnection(*b.at, timeout=20)
        stream.request("GET", "/api/v1/stream", headers={"Host": "minsheng.test", "Cookie": "; ".join(
            f"{k}={v}" for k, v in b.cookies.items())})
        answer = stream.getresponse()
        expect_equal(answer.status, 200, "the stream")
        done = subprocess.run([BIN / "minshengctl", "--socket", daemon.ports["control"], *words], text=True,
                              input=more.get("password", "") + "\n", capture_output=True)
        expect_equal(done.returncode, 0, done.stderr)
        refused(b.get("/api/v1/targets"), 401, "session-expired")
        with contextlib.suppress(http.client.IncompleteRead):
            answer.read()  # until the daemon ends it
        stream.close()

    ended("user", "role", "look", "--role", "office")
    ended("user", "passwd", "look", "--password-file", "-", password="another password")
    refused(b.sign_in("look"), 401, "wrong-password")
    ended("user", "disable", "look", before="another password")
    refused(b.sign_in("look", "another password"), 401, "wrong-password")
    ctl(daemon, "user", "enable", "look")
    expect_equal(b.sign_in("look", "another password")[0], 200, "enabled again")
    expect("viewer" not in ctl(daemon, "user", "list").split("look")[1].split("\n")[0], "role kept")
    # accounts outlive the daemon, sessions do not
    daemon.kill()
    daemon.start()
    b = Browser(daemon, "minsheng.test", headers={})
    expect_equal(b.sign_in("look", "another password")[0], 200, "after a crash")
    path = daemon.folder / "users.json"
    expect_equal(path.stat().st_mode & 0o777, 0o600, "mode")
    expect("another password" not in path.read_text() and "$argon2id$" in path.read_text(), "hashes")
    events = daemon.http("GET", "/api/v1/events?entries=all&limit=1000")[1]
    expect("argon2" not in events and "another password" not in events, "no password in the ledger")
    notes = [e for e in json.loads(events)["events"] if "user.noted" in json.dumps(e)]
    expect(len(notes) >= 8, f"each change is noted: {len(notes)}")


def test_expiry(daemon):
    people(daemon)
    b = Browser(daemon, "minsheng.test")
    expect_equal(b.sign_in("look")[0], 200, "signs in")
    wait_until(lambda: b.get("/api/v1/targets")[0] == 401, "the session ends", 20)
    refused(b.get("/api/v1/targets"), 401, "session-expired")
    refused(b.act("alert.comment"), 401, "session-expired")


def test_file(daemon):
    people(daemon)
    daemon.stop()
    path = daemon.folder / "users.json"
    path.chmod(0o640)
    before = path.read_text()
    daemon.start()
    b = Browser(daemon, "minsheng.test")
    refused(b.sign_in("look"), 503, "users-file")
    done = add(daemon, "new", "viewer")
    expect(done.returncode == 1 and "0600" in done.stderr, done.stderr)
    expect_equal(path.read_text(), before, "nothing is written over it")
    daemon.stop()
    path.chmod(0o600)
    path.write_text(before[:-20])
    daemon.start()
    refused(Browser(daemon, "minsheng.test").sign_in("look"), 503, "users-file")


def test_ctl(daemon):
    for bad, words in ((("Wang", "office"), "2 to 32"), (("w", "office"), "2 to 32"), (("wang", "king"), "viewer"),
                       (("wang", "unit"), "unit"), (("wang", "office", "--unit", "yutai"), "unit"),
                       (("wang", "unit", "--unit", "nowhere"), "nowhere")):
        done = add(daemon, *bad)
        expect(done.returncode == 1 and words in done.stderr, f"{bad}: {done.stderr}")
    done = add(daemon, "wang", "office", password="short")
    expect(done.returncode == 1 and "10 characters" in done.stderr, done.stderr)
    done = add(daemon, "wang", "office", password="十个字的密码也是可以的")
    expect_equal(done.returncode, 0, done.stderr)
    done = add(daemon, "wang", "office")
    expect(done.returncode == 1 and "exists" in done.stderr, done.stderr)
    done = subprocess.run([BIN / "minshengctl", "user", "add", "x", "--role", "office", "--password", "secret"],
                          capture_output=True, text=True)
    expect_equal(done.returncode, 2, "no password on the command line")
    ctl(daemon, "user", "disable", "nobody", status=1)
    expect("wang" in ctl(daemon, "user", "list") and "督查室" in ctl(daemon, "user", "list", lang="zh"), "list")
    said = ctl(daemon, "event", "list", "--all", lang="zh")
    expect("更改用户" in said, said)


# --- links --------------------------------------------------------------------------------------------
def test_links(daemon):
    people(daemon)
    daemon.act("contact.set", unit="yutai", name="李某", phone="13800000000")
    address = ctl(daemon, "link", "new", "--for", "#/wall", "--days", "2", "--note", "hall").split()[0]
    expect("/#/wall?link=" in address, address)
    token = address.split("link=")[1]
    b = Browser(daemon, "minsheng.test")
    refused(b.get("/api/v1/targets", X_Minsheng_Link=token[:-2] + "AA"), 401, "link-ended")
    refused(b.get("/api/v1/targets", X_Minsheng_Link="x" + token[1:]), 401, "link-ended")
    expect_equal(b.get("/api/v1/targets", X_Minsheng_Link=token)[0], 200, "by header")
    expect_equal(b.get("/metrics", Authorization=f"Bearer {token}")[0], 200, "by the other header")
    refused(b.ask("POST", "/api/v1/session", {"link": token + "x"}), 401, "link-ended")
    status, session, _ = b.ask("POST", "/api/v1/session", {"link": token})
    expect_equal((status, session["user"], session["reading"], session["screen"]),
                 (200, None, "link", "#/wall"), session)
    expect("HttpOnly" in b.set[0] and "SameSite=Lax" in b.set[0] and "Secure" not in b.set[0], b.set)
    expect_equal(b.get("/api/v1/targets")[0], 200, "by cookie")
    expect_equal(b.get("/api/v1/contacts")[1]["contacts"][0]["phone"], "***", "no personal data")
    refused(b.act("alert.comment"), 401, "sign-in-required")
    refused(b.get("/api/v1/links"), 401, "sign-in-required")
    proxied = Browser(daemon, "minsheng.test", proxy=True,
                      headers={"X-Forwarded-For": "10.1.1.1", "X-Forwarded-Proto": "https"})
    proxied.ask("POST", "/api/v1/session", {"link": token})
    expect("SameSite=None; Secure; Partitioned" in proxied.set[0] and "__Host-" in proxied.set[0], proxied.set)
    expect_equal(proxied.get("/api/v1/targets")[0], 200, "in a frame")
    daemon.kill()
    daemon.start()
    b.at = Browser(daemon).at
    expect_equal(b.get("/api/v1/targets")[0], 200, "a wall goes on when the daemon was started again")
    # its end, by time
    daemon.set_clock("2022-03-03T08:59:59+08:00")
    expect_equal(b.get("/api/v1/targets")[0], 200, "until its second day is over")
    daemon.set_clock("2022-03-03T09:00:01+08:00")
    refused(b.get("/api/v1/targets"), 401, "link-ended")
    expect("expired" in ctl(daemon, "link", "list"), "listed")
    # and by hand, from the page
    office = Browser(daemon, "minsheng.test")
    office.sign_in("wang")
    status, link, _ = office.ask("POST", "/api/v1/links", {"for": "#/matrix", "days": 3})
    expect_equal((status, link["by"]), (200, "user:wang"), link)
    b.ask("POST", "/api/v1/session", {"link": link["token"]})
    expect_equal(b.get("/api/v1/targets")[0], 200, "the new one")
    ctl(daemon, "link", "revoke", link["link"])
    refused(b.get("/api/v1/targets"), 401, "link-ended")
    viewer = Browser(daemon, "minsheng.test")
    viewer.sign_in("look")
    refused(viewer.ask("POST", "/api/v1/links", {"for": "#/"}), 403, "role")
    refused(office.ask("POST", "/api/v1/links", {"for": "http://evil.test"}), 422, "bad-screen")
    refused(office.ask("POST", "/api/v1/links/revoke", {"link": "0" * 16}), 404, "no-such-link")
    ctl(daemon, "link", "new", "--days", "500", status=2)


# --- proxies ------------------------------------------------------------------------------------------
def test_proxy(daemon):
    people(daemon)
    b = Browser(daemon, "minsheng.test", proxy=True,
                headers={"X-Forwarded-For": "10.1.1.1", "X-Forwarded-Proto": "https"})
    refused(b.get("/api/v1/targets"), 401, "sign-in-required")
    expect_equal(b.sign_in("look")[0], 200, "through the proxy")
    expect("Secure" in b.set[0] and b.set[0].startswith("__Host-minsheng="), b.set)
    expect_equal(b.get("/api/v1/targets")[0], 200, "reads")
    b.origin = "http://minsheng.test"
    refused(b.act("alert.comment"), 403, "foreign-origin")
    # who only says that it is a proxy
    liar = Browser(daemon, "minsheng.test", headers={"X-Forwarded-For": "10.1.1.1", "X-Forwarded-Proto": "https"})
    liar.origin = "http://minsheng.test"
    expect_equal(liar.sign_in("look")[0], 200, "signs in")
    expect("Secure" not in liar.set[0], liar.set)


def test_start(daemon):
    def check(web, listen="127.0.0.1:0"):
        path = daemon.folder / "check.yaml"
        path.write_text(f"store: store2\nlisten:\n  http: {listen}\nweb:\n{web}")
        done = subprocess.run([BIN / "minshengd", "--check-config", "--config", path, "--lang", "en"],
                              capture_output=True, text=True)
        return done.returncode, done.stderr

    expect_equal(check("  hosts: a.test, b.test")[0], 0, "words")
    for web, word in (("  hosts: https://a.test", "without http"), ("  trusted_proxies: proxy", "no address"),
                      ("  trusted_proxies: 10.0.0.0/40", "no address"), ("  reading: maybe", "open, signed_in"),
                      ("  frame_ancestors: a.test", "https://"), ("  session_idle: 0", "out of range"),
                      ("  frame_ancestors: 'https://a.test;script-src'", "https://")):
        status, said = check(web)
        expect(status == 78 and word in said, f"{web}: {status} {said}")
    status, said = check("  root: ''", "0.0.0.0:8080")
    expect(status == 78 and "web.hosts" in said, said)
    expect_equal(check("  hosts: minsheng.test", "0.0.0.0:8080")[0], 0, "named")
    folder = daemon.folder / "page"
    folder.mkdir()
    (folder / "index.html").write_text("<p>mine</p>")
    daemon.stop()
    daemon.process = subprocess.Popen([BIN / "minshengd", "--config", daemon.config, "--web-root", folder],
                                      stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    daemon.log = open(os.devnull, "ab")
    (daemon.folder / "ports.json").unlink(missing_ok=True)
    daemon.ports = wait_until(daemon._ready, "ready", 30)
    expect_equal(Browser(daemon).get("/")[1], "<p>mine</p>", "--web-root")


if __name__ == "__main__":
    import sys
    tests = [test_reading, test_session, test_wrong, test_roles, test_private, test_ends, test_file, test_ctl,
             test_links, test_proxy, test_start]
    wanted = [t for t in tests + [test_expiry] if len(sys.argv) < 2 or t.__name__ in sys.argv[1:]]
    try:
        if [t for t in wanted if t != test_expiry]:
            main(*[t for t in wanted if t != test_expiry], extra=WEB)
    except SystemExit as e:
        if e.code:
            raise
    if test_expiry in wanted:
        main(test_expiry, extra=WEB + "  session_idle: 5\n  session_life: 1\n")
