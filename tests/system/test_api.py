#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The API and minshengctl against a real daemon: figures as of a day and as known on a day, ETags,
pages, acts and who may do them, the clock, the proof, metrics."""
from lib import *
import base64


def get(daemon, path, status=200):
    got, text = daemon.http("GET", path)
    expect_equal(got, status, f"{path}: {text[:300]}")
    return json.loads(text)


def tcp(daemon, path, headers=None, method="GET"):
    """(status, headers, body) over TCP."""
    host, port = daemon.ports["http"].rsplit(":", 1)
    c = http.client.HTTPConnection(host, int(port), timeout=WAIT_S)
    try:
        c.request(method, path, headers=headers or {})
        answer = c.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        c.close()


def canteens(daemon, query=""):
    return get(daemon, f"/api/v1/targets/canteens{query}")


def test_valid_and_known(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(2, "2022-01-31")])
    daemon.set_clock("2022-03-10T09:00:00+08:00")
    r.push([(3, "2022-01-31"), (5, "2022-02-28")])  # a later figure of the same day, and a new one
    expect_equal(canteens(daemon)["value"], "5", "now")
    expect_equal(canteens(daemon, "?valid_at=2022-01-31")["value"], "3", "on 31 January, as known now")
    expect_equal(canteens(daemon, "?valid_at=2022-01-31&known_at=2022-03-05")["value"], "2",
                 "on 31 January, as known on 5 March")
    expect_equal(canteens(daemon, "?known_at=2022-02-01")["value"], None, "nothing was known yet")
    problem = get(daemon, "/api/v1/targets?known_at=2022-03-10&lang=en", 400)
    expect_equal(problem["errors"][0]["parameter"], "known_at", "a day that is not over")
    points = get(daemon, "/api/v1/history?target=canteens&unit=rencheng")["points"]
    expect_equal([(p["as_of"], p["value"]) for p in points],
                 [("2022-01-31", "2"), ("2022-01-31", "3"), ("2022-02-28", "5")], "its history")


def test_forms_of_values(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    body = pb.Batch(units=[b"rencheng"], value=[5], denominator=[7], as_of=[day("2022-02-28")])
    body.targets.add(id=b"public-kindergarten-rate", uom="%".encode())
    r.ask(message(BATCH, body.SerializeToString(), r.epoch, 1, 1), RECEIPTS)
    t = get(daemon, "/api/v1/targets/public-kindergarten-rate")
    if t["numerator"] is not None:
        expect_equal((t["numerator"], t["denominator"]), ("5", "7"), "a ratio's parts")
        expect(t["value"].startswith("71."), f"its rate in per cent: {t['value']}")
    all_targets = get(daemon, "/api/v1/targets")["targets"]
    expect_equal(len(all_targets), 77, "targets")
    for t in all_targets:
        expect(t["plan"]["id"] and isinstance(t["plan"]["invented"], bool), f"the plan of {t['id']}")
        expect_equal(len(t["goal"].split(".")[1]) if t["kind"] == "milestone" else 4, 4,
                     f"decimals of {t['id']}")


def test_etag(daemon):
    status, headers, body = tcp(daemon, "/api/v1/targets")
    tag = headers["ETag"]
    expect_equal(tag.strip('"').split(".")[2:], ["now", "zh"], "what it depends on")
    status, again, empty = tcp(daemon, "/api/v1/targets", {"If-None-Match": tag})
    expect_equal((status, empty, again["ETag"]), (304, b"", tag), "not modified")
    status, other, _ = tcp(daemon, "/api/v1/targets", {"Accept-Language": "en"})
    expect(other["ETag"] != tag, "another language, another tag")
    status, head, empty = tcp(daemon, "/api/v1/targets", method="HEAD")
    expect_equal((status, empty, head["Content-Length"]), (200, b"", str(len(body))), "HEAD")
    daemon.add_key("yutai")
    expect_equal(tcp(daemon, "/api/v1/targets", {"If-None-Match": tag})[0], 200, "the ledger moved")


def pages(daemon, path, name):
    """All pages of a list, by the cursor in the body; the Link header has to agree."""
    found, cursor = [], ""
    while True:
        status, headers, body = tcp(daemon, path + cursor)
        expect_equal(status, 200, path)
        page = json.loads(body)
        found += page[name]
        if page["next"] is None:
            expect("Link" not in headers, "no link at the end")
            return found
        expect(f"cursor={page['next']}>" in headers["Link"], "the link of the next page")
        cursor = f"&cursor={page['next']}"


def test_pages(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(1, "2022-01-31"), (2, "2022-02-28")])
    r.push([(2, "2022-02-28")], measure="nursery-classes", uom="个")
    lead = Reporter(daemon, daemon.add_key("minzheng"))
    lead.hello()
    lead.push([(4, "2022-02-28")])
    daemon.set_clock("2022-06-20T09:00:00+08:00")
    for path, name in [("/api/v1/cells?", "cells"), ("/api/v1/alerts?state=all&", "alerts"),
                       ("/api/v1/events?", "events"),
                       ("/api/v1/history?target=canteens&unit=rencheng&", "points")]:
        whole = get(daemon, f"{path}limit=1000")[name]
        expect(len(whole) >= 2, f"{name}: there is something to page through")
        expect_equal(pages(daemon, f"{path}limit=1" if name != "alerts" else f"{path}limit=7", name),
                     whole, f"{name} page by page")
    log = get(daemon, "/api/v1/alerts/log?limit=5")
    expect_equal([a["number"] for a in log["alerts"]], [1, 2, 3, 4, 5], "the log")
    expect_equal(log["next"], 6, "where to go on")
    end = get(daemon, f"/api/v1/alerts/log?from={log['last'] + 1}")
    expect_equal((end["alerts"], end["next"]), ([], log["last"] + 1), "the end of the log")


def test_acts(daemon):
    status, text = daemon.http("POST", "/api/v1/acts", {"id": "1", "act": "no-such"})
    expect_equal((status, json.loads(text)["type"]), (422, "urn:minsheng:problem:unknown-act"), "unknown")
    request = {"id": "2", "act": "unit.invite", "unit": "yutai", "nonce": "00" * 16}
    first = daemon.http("POST", "/api/v1/acts", request)
    again = daemon.http("POST", "/api/v1/acts", request)
    expect_equal((first[0], again[0]), (200, 200), f"{first} {again}")
    expect_equal(json.loads(again[1])["position"], json.loads(first[1])["position"], "the same act")
    status, text = daemon.http("POST", "/api/v1/acts", ["no object"])
    expect_equal(status, 400, text)
    event = get(daemon, f"/api/v1/events/{json.loads(first[1])['position']}/0")["event"]
    expect_equal((event["entry"], event["act"]["by"].split(" ")[0]), ("act", f"uid:{os.getuid()}"),
                 "who did it")
    expect("nonce" not in event["act"], "the ledger knows no secrets")


def test_rights(daemon):
    """Another user may look, and not act."""
    if os.getuid() != 0:
        return
    os.chmod(daemon.folder, 0o755)
    os.chmod(daemon.ports["control"], 0o666)
    # the folders above belong to root alone: step in first, then become somebody else
    script = ("import os, sys; os.chdir(os.path.dirname(sys.argv[1]))\n"
              "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
              "import http.client, socket\n"
              "c = http.client.HTTPConnection('localhost'); c.sock = socket.socket(socket.AF_UNIX)\n"
              "c.sock.connect(os.path.basename(sys.argv[1]))\n"
              "c.request('GET', '/api/v1/targets'); r = c.getresponse(); r.read(); print(r.status)\n"
              "c.request('POST', '/api/v1/acts', '{}'); print(c.getresponse().status)\n")
    done = subprocess.run([sys.executable, "-c", script, daemon.ports["control"]],
                          capture_output=True, text=True)
    expect_equal(done.stdout.split(), ["200", "403"], f"another user {done.stderr}")


def test_clock_and_verify(daemon):
    daemon.set_clock("2022-04-01T09:00:00+08:00")
    expect_equal(get(daemon, "/api/v1/programme")["time"], "2022-04-01T09:00:00.000+08:00", "the clock")
    status, text = daemon.http("POST", "/api/v1/clock", {"now": "2022-03-01T09:00:00+08:00"})
    expect_equal(status, 409, text)
    status, text = daemon.http("POST", "/api/v1/clock", {"now": "noon"})
    expect_equal(status, 400, text)
    status, text = daemon.http("POST", "/api/v1/verify", {})
    proof = json.loads(text)
    expect(status == 200 and proof["ok"] and proof["state"] == proof["stored"], text)
    expect_equal(proof["chain"], get(daemon, "/api/v1/programme")["chain"], "the chain")


def test_metrics(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(3, "2022-02-28")])
    text = wait_until(lambda: with_actual(daemon), "the figure is in /metrics")
    done = subprocess.run(["promtool", "check", "metrics"], input=text, text=True, capture_output=True)
    expect_equal((done.returncode, done.stdout + done.stderr), (0, ""), "promtool")
    for line in ['minsheng_target_goal{target="canteens"} 100', "minsheng_target_planned_ratio{",
                 'minsheng_target_light{target="canteens",light="none"} 1',
                 'minsheng_unit_last_report_timestamp_seconds{unit="rencheng"}']:
        expect(line in text, line)


def with_actual(daemon):
    text = daemon.http("GET", "/metrics")[1]
    return text if 'minsheng_target_actual{target="canteens"} 3\n' in text else None


def ctl(daemon, *words, status=0, lang="en"):
    done = subprocess.run([BIN / "minshengctl", "--socket", daemon.ports["control"], "--lang", lang,
                           *words], capture_output=True, text=True)
    expect_equal(done.returncode, status, f"minshengctl {words}: {done.stdout}{done.stderr}")
    return done.stdout


def test_ctl(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(5, "2022-02-28")])
    r.push([(2, "2022-02-28")])  # falls: held
    for words in (["status"], ["catalogue", "show"], ["target", "list"], ["target", "show", "canteens"],
                  ["unit", "list"], ["unit", "keys", "rencheng"], ["key", "list"], ["hold", "list"],
                  ["event", "list"], ["alert", "list"], ["alert", "log"]):
        for lang in ("zh", "en"):
            expect(ctl(daemon, *words, lang=lang).strip(), f"{words} says something")
        json.loads(ctl(daemon, *words, "--json"))
    expect(" 2    5 " in ctl(daemon, "hold", "list"), "held, and what stands now")
    hold = json.loads(ctl(daemon, "hold", "list", "--json"))["holds"][0]
    place = f"{hold['position']}:{hold['row']}"
    ctl(daemon, "hold", "release", place, status=2)
    ctl(daemon, "hold", "release", place, "--why", "checked")
    ctl(daemon, "hold", "release", place, "--why", "checked", status=1)
    expect_equal(canteens(daemon)["value"], "2", "the row counts now")
    fingerprint = json.loads(ctl(daemon, "key", "list", "--json"))
    key = next(k for u in fingerprint["reporters"] for k in u["keys"])
    ctl(daemon, "key", "revoke", *key["fingerprint"].split(" "), "--why", "test")
    expect("revoked" in ctl(daemon, "unit", "keys", "rencheng"), "the key is revoked")
    expect("已吊销" in ctl(daemon, "unit", "keys", "rencheng", lang="zh"), "in Chinese too")
    ctl(daemon, "key", "approve", *key["fingerprint"].split(" "), status=1)
    ctl(daemon, "unit", "keys", "nope", status=1)
    shown = ctl(daemon, "event", "list", "--all")
    for words in ("its link is up", "added a key of rencheng", "released the held row of " + place,
                  "loaded a catalogue"):
        expect(words in shown, f"{words}: {shown}")
    first = json.loads(ctl(daemon, "event", "list", "--limit", "2", "--json"))["events"]
    expect_equal([e["entry"] for e in first][-1:], ["act"], "the newest page")
    expect("older" in ctl(daemon, "event", "list", "--limit", "2"), "how to see more")
    expect("loaded a catalogue" in ctl(daemon, "event", "show", "1"), "an entry in words")
    ctl(daemon, "event", "list", "--limit", "x", status=2)
    ctl(daemon, "event", "list", "--from", "x", status=2)
    page = ctl(daemon, "event", "list", "--from", "1", "--limit", "1")
    expect("--from 2:0" in page, f"how to see the next: {page}")
    expect("OK" in ctl(daemon, "ledger", "verify"), "the proof")
    ctl(daemon, "clock", "set", "2022-03-02T09:00:00+08:00")
    ctl(daemon, "target", "show", "none", status=1)
    ctl(daemon, "clock", "set", "2022-03-03", status=0)
    expect_equal(json.loads(ctl(daemon, "clock", "set", "2022-03-03", "17:30", "--json"))["now"][:22],
                 "2022-03-03T17:30:00.00", "local time of the programme")
    ctl(daemon, "clock", "set", "tomorrow", status=2)
    ctl(daemon, "nonsense", status=2)
    expect(ctl(daemon, "--version").startswith("minshengctl "), "the version")
    expect("ROW --why TEXT\n" in ctl(daemon, "hold", "reject", "--help"), "what is required")
    alerts = json.loads(ctl(daemon, "alert", "list", "--json"))["alerts"]
    order = [["red", "yellow", "info"].index(a["severity"]) for a in alerts]
    expect_equal(order, sorted(order), "red first")
    ctl(daemon, "target", "show", status=2)
    ctl(daemon, "status", "--nonsense", status=2)
    expect("minshengctl hold release" in ctl(daemon, "hold", "release", "--help"), "help with examples")
    ctl(daemon, "catalogue", "check", str(CATALOGUE))
    bad = daemon.folder / "bad.yaml"
    bad.write_text("programme: 1\n")
    ctl(daemon, "catalogue", "check", str(bad), status=78)


def test_token(daemon):
    """The token as PROTOCOL.md has it lets a key in, once."""
    text = ctl(daemon, "unit", "invite", "yutai", "--items", "1.1", "--ttl", "2d").strip()
    version, _, data = text.partition(".")
    token = json.loads(base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)))
    expect_equal((version, token["v"], token["unit"], token["items"], token["role"]),
                 ("MINSHENG1", 1, "yutai", ["1.1"], "reporter"), "the token")
    expect_equal((token["enrol"], token["server_key"]),
                 (daemon.ports["enrol"], daemon.ports["server_key"]), "where to, and whom to trust")
    pair = zmq.curve_keypair()
    peer = Peer(daemon, "enrol", pair)
    body = pb.Enrol(nonce=bytes.fromhex(token["nonce"]), public_key=zmq.utils.z85.decode(pair[0]),
                    software=b"test").SerializeToString()
    expect_equal(peer.ask(message(ENROL, body), ENROL_REPLY).state, 2, "waits for the office")
    keys = json.loads(ctl(daemon, "key", "list", "--json"))["reporters"]
    waiting = [k for u in keys for k in u["keys"] if k["state"] == "waiting"]
    ctl(daemon, "key", "approve", *waiting[0]["fingerprint"].split(" "))
    expect_equal(peer.ask(message(ENROL, body), ENROL_REPLY).state, 1, "admitted")
    Reporter(daemon, pair).hello()
    ctl(daemon, "key", "approve", *waiting[0]["fingerprint"].split(" "), status=1)


def test_offline_verify(daemon):
    r = Reporter(daemon, daemon.add_key("rencheng"))
    r.hello()
    r.push([(5, "2022-02-28")])
    control = daemon.ports["control"]
    online = json.loads(ctl(daemon, "ledger", "verify", "--json"))
    r.close()
    daemon.stop()
    done = subprocess.run([BIN / "minshengctl", "ledger", "verify", "--json", "--store",
                           daemon.folder / "store"], capture_output=True, text=True)
    offline = json.loads(done.stdout)
    expect(offline["ok"] and offline["entries"] >= online["entries"], done.stderr)
    done = subprocess.run([BIN / "minshengctl", "--socket", control, "status"], capture_output=True)
    expect_equal((done.returncode, done.stdout), (1, b""), "nobody answers")


def test_system_clock(daemon):
    """With the system's clock nobody can set it."""
    status, text = daemon.http("POST", "/api/v1/clock", {"now": "2040-01-01T00:00:00Z"})
    expect_equal(status, 409, text)


if __name__ == "__main__":
    if sys.argv[1:] == ["system"]:
        main(test_system_clock, clock=None)
    code = subprocess.run([sys.executable, __file__, "system"]).returncode
    if code:
        sys.exit(code)
    main(test_valid_and_known, test_forms_of_values, test_etag, test_pages, test_acts, test_rights,
         test_clock_and_verify, test_metrics, test_ctl, test_token, test_offline_verify)
