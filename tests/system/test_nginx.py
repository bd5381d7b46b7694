#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""packaging/nginx.conf with a real nginx, on loopback with a certificate of its own: who comes through
has to sign in, the cookie is for TLS alone, and events pass at once."""
import http.client, json, os, pathlib, re, shutil, signal, socket, ssl, subprocess, time

from lib import ROOT, Reporter, expect, expect_equal, main, wait_until
from test_signin import PASSWORD, Browser, add, people, refused

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
NAME = "minsheng.example.gov.cn"
WEB = f"web:\n  hosts: {NAME}\n  trusted_proxies: 127.0.0.1\n"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Nginx:
    """The example as it stands, but for addresses, files and the user that runs it."""

    def __init__(self, daemon):
        self.folder = daemon.folder / "nginx"
        self.folder.mkdir()
        self.plain, self.port = free_port(), free_port()
        text = (ROOT / "packaging/nginx.conf").read_text()
        for pattern, to in ((r"server 127\.0\.0\.1:8080;", f"server {daemon.ports['http']};"),
                            (r"listen 80;", f"listen 127.0.0.1:{self.plain};"),
                            (r"listen 443 ssl http2;", f"listen 127.0.0.1:{self.port} ssl http2;"),
                            (r"\n\tlisten \[::\].*", ""),
                            (r"/etc/nginx/minsheng\.", f"{self.folder}/minsheng.")):
            text, n = re.subn(pattern, to, text)
            expect(n, f"{pattern} stands in the example")
        places = "".join(f"{k}_temp_path {self.folder}/{k};\n"
                         for k in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (self.folder / "nginx.conf").write_text(
            f"daemon off;\nmaster_process off;\npid {self.folder}/nginx.pid;\nerror_log {self.folder}/error.log;\n"
            f"events {{}}\nhttp {{\naccess_log off;\n{places}{text}\n}}\n")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
                        "-keyout", self.folder / "minsheng.key", "-out", self.folder / "minsheng.crt"],
                       check=True, capture_output=True)
        self.tls = ssl.create_default_context(cafile=self.folder / "minsheng.crt")

    def __enter__(self):
        words = [NGINX, "-p", self.folder, "-c", self.folder / "nginx.conf", "-e", self.folder / "error.log"]
        checked = subprocess.run([*words, "-t"], capture_output=True, text=True)
        expect_equal(checked.returncode, 0, checked.stderr)
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self.answers, "nginx answers")
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)

    def answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False


class Tls(http.client.HTTPSConnection):
    """To the name, wherever nginx listens."""

    def __init__(self, nginx):
        super().__init__(NAME, nginx.port, timeout=20, context=nginx.tls)
        self.nginx = nginx

    def connect(self):
        self.sock = self.nginx.tls.wrap_socket(socket.create_connection(("127.0.0.1", self.nginx.port), 20),
                                               server_hostname=NAME)


class Outside(Browser):
    def __init__(self, daemon, nginx):
        super().__init__(daemon, f"{NAME}:{nginx.port}")
        self.nginx, self.origin = nginx, f"https://{NAME}:{nginx.port}"

    def connect(self):
        return Tls(self.nginx)


def test_all(daemon):
    people(daemon)
    with Nginx(daemon) as nginx:
        c = http.client.HTTPConnection("127.0.0.1", nginx.plain, timeout=20)
        c.request("GET", "/", headers={"Host": NAME})
        answer = c.getresponse()
        expect_equal((answer.status, answer.headers["Location"]), (301, f"https://{NAME}/"), "to TLS")
        b = Outside(daemon, nginx)
        # though nginx comes from loopback, and whatever the client says of itself
        for headers in ({}, {"X_Forwarded_For": "127.0.0.1"}, {"X_Real_IP": "127.0.0.1"},
                        {"X_Minsheng_Link": "x"}):
            got, body, answered = b.get("/api/v1/targets", **headers)
            expect_equal(got, 401, body)
        status, page, headers = b.get("/")
        expect(status == 200 and "max-age" in headers["Strict-Transport-Security"], headers.items())
        refused(b.sign_in("look", "wrong password"), 401, "wrong-password")
        expect_equal(b.sign_in("wang")[0], 200, "signs in")
        (cookie,) = b.set
        expect(cookie.startswith("__Host-minsheng=") and "; Secure" in cookie and "HttpOnly" in cookie, cookie)
        expect_equal(b.get("/api/v1/targets")[0], 200, "reads")
        expect_equal(b.act("alert.comment", alert="none", text="x")[0], 404, "acts")
        plain = b.origin
        b.origin = plain.replace("https", "http")
        refused(b.act("alert.comment", alert="none", text="x"), 403, "foreign-origin")
        b.origin = plain
        # the limit counts by the client's address, which nobody can write for himself
        tries = [b.sign_in(f"name{i}", "wrong password", X_Forwarded_For=f"10.0.0.{i}")[0] for i in range(25)]
        expect(429 in tries, tries)
        events_at_once(daemon, nginx, b)
        big = b.ask("POST", "/api/v1/acts", {"id": "x", "act": "alert.comment", "text": "x" * 200000})
        expect_equal(big[0], 413, big[1])
    # straight to the daemon, saying that TLS was there: the peer is the trusted one here, so it is
    # the proxy's own port that has to be closed to others; a name of loopback with these headers reads
    # nothing without signing in
    here = Browser(daemon, headers={"X-Forwarded-For": "10.1.1.1"})
    refused(here.get("/api/v1/targets"), 401, "sign-in-required")


def events_at_once(daemon, nginx, browser):
    c = Tls(nginx)
    c.request("GET", "/api/v1/stream", headers={
        "Host": browser.host, "Cookie": "; ".join(f"{k}={v}" for k, v in browser.cookies.items())})
    answer = c.getresponse()
    expect_equal((answer.status, answer.headers["Content-Type"].split(";")[0]), (200, "text/event-stream"), "stream")
    reporter = Reporter(daemon, daemon.add_key("yutai"))
    reporter.hello()
    began = time.monotonic()
    reporter.push([(5, "2022-02-28")], unit="yutai")
    seen = b""
    while b"event: figure" not in seen:
        line = answer.readline()
        expect(line, "the stream goes on")
        seen += line
    took = time.monotonic() - began
    expect(took < 3, f"an event took {took:.1f} s")
    c.close()


if __name__ == "__main__":
    main(test_all, extra=WEB)
