#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Alerts to the outside: receivers here record, fail, hang, and are gone; the daemon is killed in the
middle. Each row of the alert log arrives, with the same id where it comes twice."""
from channels import *
import collections


def test_events(folder):
    """Every row once, in order, signed with both secrets, as CloudEvents."""
    receiver = Receiver()
    with with_channels(folder, hook(folder, receiver), extra="public_url: https://ms.example\n") as d:
        d.set_clock(CLOSED)
        d.set_clock("2022-04-15T09:00:00+08:00")
        told = rows(d)
        expect(len(told) > 20, f"only {len(told)} alerts")
        wait_until(lambda: len(receiver.requests) >= len(told), "all have arrived")
        expect_equal(numbers(receiver), [r["number"] for r in told], "numbers, in order")
        for request, row in zip(receiver.requests, told):
            event, headers = json.loads(request["body"]), request["headers"]
            expect_equal(event["specversion"], "1.0", "specversion")
            expect_equal(event["id"], headers["webhook-id"], "the id of both standards")
            expect_equal(event["sequence"], f"{row['number']:020}", "sequence")
            expect_equal(event["severitytext"], {"info": "INFO", "yellow": "WARN", "red": "ERROR"}
                         [row["severity"]], "severity")
            kind = {"severity": "updated"}.get(row["transition"], row["transition"])
            expect_equal(event["type"], f"cn.minsheng.alert.{kind}.v1", "type")
            expect_equal(event["data"]["text"], row["text"], "the sentence")
            expect_equal(event["data"]["link"], f"https://ms.example/#/alerts/{row['id']}", "link")
            expect_equal(headers["Content-Type"].split(";")[0], "application/cloudevents+json", "form")
            expect_equal(headers["webhook-signature"].split(" "),
                         [signed(request, s) for s in SECRETS], "signatures")
        ids = [r["headers"]["webhook-id"] for r in receiver.requests]
        expect_equal(len(set(ids)), len(ids), "ids differ")
        d.wait_metric("minsheng_notifications_total", 'channel="hook",result="delivered"', len(told))
        expect(SECRETS[0] not in d.log_text() + ctl(d, "notify", "list", "--json"), "no secret is told")
        d.stop()
        kept = json.loads((folder / "store/notify.json").read_text())["channels"]["hook"]
        expect(kept["position"] >= told[-1]["number"] and not kept["waiting"], f"what is kept: {kept}")
        got = len(receiver.requests)
        d.start()  # nothing is repeated
        d.set_clock("2022-05-15T09:00:00+08:00")
        wait_until(lambda: len(receiver.requests) >= len(rows(d)), "the rest has arrived")
        expect_equal(numbers(receiver), [r["number"] for r in rows(d)], "none twice, none left out")
        expect(len(receiver.requests) > got, "there was something new")
    receiver.close()


def test_a_day_of_500(folder):
    """Nothing is lost, nobody else waits; dead letters at the end, sent by a retry."""
    bad, good = Receiver(500, b"out of order"), Receiver()
    few = dict(kinds="silent", units="yutai, rencheng, zoucheng, such-unit")
    with with_channels(folder, hook(folder, bad, **few), hook(folder, good, "good", **few)) as d:
        d.set_clock(CLOSED)
        wanted = [r["number"] for r in rows(d) if r["kind"] == "silent" and r["unit"] in few["units"]]
        expect(len(wanted) == 3, f"{len(wanted)} alerts")
        wait_until(lambda: len(good.requests) == len(wanted), "the other channel is not delayed")
        for tries in range(1, 10):
            wait_until(lambda: [i["tries"] for i in state(d)["waiting"]] == [tries] * len(wanted),
                       f"try {tries} of each")
            fits_document(d)
            latest_due(d)
        expect("no such-unit" in d.log_text(), "a filter that names nobody is told of")
        s = wait_until(lambda: len(state(d)["dead"]) == len(wanted) and state(d), "all are given up")
        told = wanted
        expect_equal(sorted(i["from"] for i in s["dead"]), told, "what is dead")
        expect(all((i["tries"], i["status"], i["why"]) == (10, 500, "out of order") for i in s["dead"]),
               "its reason is kept")
        expect_equal(len(bad.requests), 10 * len(told), "tries")
        expect("dead" in ctl(d, "notify", "list") and "out of order" in ctl(d, "notify", "log", "hook"),
               "people see it")
        d.wait_metric("minsheng_notify_dead", 'channel="hook"', len(told))
        fits_document(d)
        first = {r["headers"]["webhook-id"] for r in bad.requests}
        d.stop()
        d.start()  # dead letters outlive it
        bad.say, bad.requests = lambda request: (200, b"", {}), []
        ctl(d, "notify", "retry", "hook")
        wait_until(lambda: len(bad.requests) == len(told), "they arrive")
        expect_equal({r["headers"]["webhook-id"] for r in bad.requests}, first, "with the same ids")
        wait_until(lambda: not state(d)["dead"] and state(d)["state"] == "ok", "none is dead")
    bad.close()
    good.close()


def test_killed_in_the_middle(folder):
    """kill -9 while messages are on their way: each row arrives; a repeat has the same id and text."""
    receiver, seen = Receiver(), threading.Semaphore(0)

    def slowly(request):
        seen.release()
        time.sleep(0.004)
        return 200, b"", {}
    receiver.say = slowly
    with with_channels(folder, hook(folder, receiver, since="start")) as d:
        for _ in range(3):
            d.set_clock(CLOSED)
            for _ in range(9):
                seen.acquire(timeout=WAIT_S)
            d.kill()
            d.start()
        told = [r["number"] for r in rows(d)]
        wait_until(lambda: set(numbers(receiver)) >= set(told), "every row has arrived", 2 * WAIT_S)
        by_number = collections.defaultdict(set)
        for request in receiver.requests:
            event = json.loads(request["body"])
            by_number[event["data"]["number"]].add((request["headers"]["webhook-id"],
                                                    request["body"]))
        expect_equal(sorted(by_number), told, "these and no others")
        expect(all(len(v) == 1 for v in by_number.values()), "a repeat is the same message")
    receiver.close()


def test_gone(folder):
    """410 switches a channel off, visibly; a retry switches it on again and nothing is lost."""
    receiver = Receiver(410, b"no longer here")
    with with_channels(folder, hook(folder, receiver)) as d:
        d.set_clock(CLOSED)
        wait_until(lambda: state(d)["state"] == "disabled", "it is off")
        expect_equal(len(receiver.requests), 1, "one try")
        d.wait_metric("minsheng_notify_disabled", 'channel="hook"', 1)
        expect("is gone (410)" in d.log_text(), "the log says so")
        d.stop()
        d.start()
        d.set_clock("2022-04-08T09:00:00+08:00")
        wait_until(lambda: state(d)["behind"] > 0, "the log goes on")
        expect_equal((len(receiver.requests), state(d)["state"]), (1, "disabled"), "it stays off")
        receiver.say, receiver.requests = lambda request: (200, b"", {}), []
        ctl(d, "notify", "retry", "hook")
        wait_until(lambda: len(receiver.requests) == len(rows(d)), "all arrive")
        expect_equal(numbers(receiver), [r["number"] for r in rows(d)], "none is left out")
    receiver.close()


def test_hanging(folder):
    """A receiver that never answers, and a name that leads nowhere: others are not delayed, the
    daemon answers and ends promptly."""
    bad, good = Receiver(), Receiver()
    bad.hang.set()
    nowhere = type("", (), {"url": "http://nothing.invalid"})
    with with_channels(folder, hook(folder, bad), hook(folder, good, "good"),
                       hook(folder, nowhere, "nowhere")) as d:
        d.set_clock(CLOSED)
        wait_until(lambda: len(good.requests) >= len(rows(d)), "the good one has all")
        expect_equal(len(bad.requests), 1, "one is on its way")
        wait_until(lambda: state(d, "nowhere")["last"], "the name leads nowhere")
        expect("resolve" in state(d, "nowhere")["last"]["answer"], "and that is told")
        began = time.monotonic()
        d.stop()
        expect(time.monotonic() - began < 5 * SLOW, "it ends at once")
    bad.close()
    good.close()


def test_private_addresses(folder):
    """A name may not lead into one's own network, unless that is allowed; a secret that others may
    read is refused; retry reads it again."""
    receiver = Receiver()
    one = hook(folder, receiver, private="no")
    two = hook(folder, receiver, "open")
    secret_file(folder, "open.secret", SECRETS[0], 0o644)
    with with_channels(folder, one, two) as d:
        expect("private address" in ctl(d, "notify", "test", "hook", status=1), "it is refused")
        expect_equal(state(d, "open")["state"], "broken", "a secret that others may read")
        expect("0600" in d.log_text(), "the log says why")
        ctl(d, "notify", "test", "open", status=1)
        expect_equal(receiver.requests, [], "nothing was sent")
        secret_file(folder, "open.secret", SECRETS[0])
        ctl(d, "notify", "retry", "open")
        wait_until(lambda: state(d, "open")["state"] == "ok", "it is read again")
        receiver.say = lambda request: (201, "收到 thanks".encode(), {})
        expect("201 收到 thanks" in ctl(d, "notify", "test", "open"), "the receiver's own answer")
        expect_equal(len(receiver.requests), 1, "the test")
        ctl(d, "notify", "test", "none", status=1)
    receiver.close()


def test_slowed_down(folder):
    """Retry-After is honoured."""
    receiver = Receiver()
    receiver.say = lambda request: (429, b"slowly", {"Retry-After": "600"})
    with with_channels(folder, hook(folder, receiver)) as d:
        d.set_clock(CLOSED)
        wait_until(lambda: state(d)["last"], "one try")
        d.set_clock("2022-03-08T09:09:59+08:00")
        ctl(d, "notify", "list")
        expect_equal(len(receiver.requests), 1, "it waits")
        receiver.say = lambda request: (200, b"", {})
        d.set_clock("2022-03-08T09:10:01+08:00")
        wait_until(lambda: len(receiver.requests) == 1 + len(rows(d)), "then all go")
    receiver.close()


def test_silence(folder):
    """What is in silence is not sent, and counted."""
    receiver = Receiver()
    with with_channels(folder, hook(folder, receiver, kinds="silent",
                                    transitions="raised, severity, resolved, updated")) as d:
        d.set_clock(CLOSED)
        d.act("alert.silence", kind="silent", unit="yutai", until="2022-06-30", why="floods")
        d.set_clock("2022-04-08T09:00:00+08:00")
        told = [r for r in rows(d, ("raised", "severity", "resolved", "updated")) if r["kind"] == "silent"]
        kept = [r for r in told if r["in_silence"]]
        expect(kept, "there is something in silence")
        d.wait_metric("minsheng_notifications_total", 'channel="hook",result="silenced"', len(kept))
        wait_until(lambda: len(receiver.requests) == len(told) - len(kept), "the others arrive")
        expect(not {r["number"] for r in kept} & set(numbers(receiver)), "none of the silent ones")
    receiver.close()


if __name__ == "__main__":
    run_all(test_events, test_a_day_of_500, test_killed_in_the_middle, test_gone, test_hanging,
            test_private_addresses, test_slowed_down, test_silence)
