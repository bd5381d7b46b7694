#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A real Prometheus Alertmanager (Debian: prometheus-alertmanager) takes what the daemon tells it:
what is open, changes of severity, what is over; after it was away and came back empty, too."""
import os, pathlib, sys
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from lib import *
import datetime, urllib.request

YEAR = 2022  # of the catalogue; the daemon's clock is set to the real time for the ends of alerts


def port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Alertmanager:
    def __init__(self, folder):
        self.folder, self.port, self.process = pathlib.Path(folder), port(), None
        self.url = f"http://127.0.0.1:{self.port}"
        (self.folder / "am.yml").write_text("route: {receiver: none}\nreceivers: [{name: none}]\n")

    def start(self):
        self.log = open(self.folder / "am.log", "ab")
        self.process = subprocess.Popen(
            ["prometheus-alertmanager", f"--config.file={self.folder}/am.yml",
             f"--storage.path={self.folder}/am-{secrets.token_hex(4)}", "--cluster.listen-address=",
             f"--web.listen-address=127.0.0.1:{self.port}"], stdout=self.log, stderr=self.log)
        wait_until(self.ready, "Alertmanager is ready", START_S)

    def ready(self):
        try:
            return urllib.request.urlopen(self.url + "/-/ready", timeout=2).status == 200
        except OSError:
            return False

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def alerts(self):
        """{(alert, severity): alert} that are active there."""
        with urllib.request.urlopen(self.url + "/api/v2/alerts?active=true", timeout=5) as answer:
            found = json.loads(answer.read())
        return {(a["labels"]["alert"], a["labels"]["severity"]): a for a in found
                if "alert" in a["labels"]}


SEVERITY = {"info": "info", "yellow": "warning", "red": "critical"}


def get(daemon, path):
    status, text = daemon.http("GET", "/api/v1/" + path)
    expect_equal(status, 200, path)
    return json.loads(text)


def open_alerts(daemon):
    found, cursor = [], ""
    while cursor is not None:
        page = get(daemon, "alerts?limit=1000" + (f"&cursor={cursor}" if cursor else ""))
        found, cursor = found + page["alerts"], page["next"]
    return {(a["id"], SEVERITY[a["severity"]]) for a in found}


def now(seconds=0):
    return (datetime.datetime.now().astimezone() + datetime.timedelta(seconds=seconds)).isoformat(
        timespec="milliseconds")


def agree(daemon, manager, what):
    wait_until(lambda: set(manager.alerts()) == open_alerts(daemon), what, 2 * WAIT_S)


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="test_alertmanager-"))
    managers = [Alertmanager(folder / str(i)) for i in range(2) if not (folder / str(i)).mkdir()]
    lines = "".join(f"  - name: am{i}\n    kind: alertmanager\n    url: {m.url}/\n"
                    for i, m in enumerate(managers))
    daemon = Daemon(folder / "daemon", clock=f"{YEAR}-03-01T09:00:00+08:00",
                    extra=f"public_url: https://ms.example\nnotify:\n{lines}")
    try:
        for m in managers:
            m.start()
        with daemon:
            county = Reporter(daemon, daemon.add_key("rencheng"))
            county.hello()
            county.push([(3, f"{YEAR}-01-31"), (5, f"{YEAR}-02-28")])
            county.push([(2, f"{YEAR}-02-28")])  # falls: it waits for the office
            county.close()
            daemon.set_clock(f"{YEAR}-07-20T09:00:00+08:00")
            daemon.set_clock(now(-130))  # never ahead of Alertmanager's own clock
            expect(len(open_alerts(daemon)) > 20, "there are alerts")
            for m in managers:
                agree(daemon, m, "both know what is open")
            some = managers[0].alerts()[sorted(managers[0].alerts())[0]]
            expect(some["labels"]["alertname"].startswith("Minsheng"), some["labels"])
            expect(some["annotations"]["summary"] and some["annotations"]["description"], "sentences")
            expect(some["generatorURL"].startswith("https://ms.example/#/alerts/"), "the link")
            begin, end = (datetime.datetime.fromisoformat(some[k].replace("Z", "+00:00"))
                          for k in ("startsAt", "endsAt"))
            left = end - datetime.datetime.now().astimezone() + datetime.timedelta(seconds=130)
            expect(datetime.timedelta(seconds=100) < left < datetime.timedelta(seconds=181),
                   f"it ends by itself after {left}")
            expect(begin.year >= YEAR, f"since {begin}")

            managers[1].stop()
            waiting = [i for i, _ in open_alerts(daemon) if i.startswith("hold.")]
            expect(waiting, "a row waits")
            hold = get(daemon, "holds")["holds"][0]
            daemon.act("hold.reject", position=hold["position"], row=hold["row"])
            expect(waiting[0] not in {i for i, _ in open_alerts(daemon)}, "it waits no more")
            agree(daemon, managers[0], "what is over is over there at once")
            daemon.set_clock(now(-66))
            agree(daemon, managers[0], "told again")
            managers[1].start()  # it knows nothing any more
            daemon.set_clock(now(-1))
            agree(daemon, managers[1], "and the one that was away")
            status, text = daemon.http("POST", "/api/v1/notify/test", {"channel": "am0"})
            expect_equal(status, 200, text)
            wait_until(lambda: (get(daemon, "notify")["channels"][0]["test"] or {}).get("ok"), "a test")
        print("ok test_alertmanager")
    finally:
        for m in managers:
            m.stop()


if __name__ == "__main__":
    main()
