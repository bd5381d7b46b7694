#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Digests to chat bots and by mail, and the faults of a configuration of channels."""
from channels import *
import email, email.policy, logging, re, ssl, urllib.parse, warnings

BOTS = {"wecom": (b'{"errcode":0,"errmsg":"ok"}', b'{"errcode":45009,"errmsg":"too often: t0ken"}'),
        "dingtalk": (b'{"errcode":0,"errmsg":"ok"}', b'{"errcode":130101,"errmsg":"send too fast"}'),
        "feishu": (b'{"code":0,"msg":"success"}', b'{"code":11232,"msg":"frequency limited"}')}
PATHS = {"wecom": "/cgi-bin/webhook/send?key=", "dingtalk": "/robot/send?access_token=",
         "feishu": "/open-apis/bot/v2/hook/"}


def bot_text(kind, request):
    body = json.loads(request["body"])
    if kind == "wecom":
        return body["markdown"]["content"]
    if kind == "dingtalk":
        return body["markdown"]["text"]
    card = body["card"]
    return card["header"]["title"]["content"] + "\n" + card["elements"][0]["text"]["content"]


def check_bot_signature(kind, request):
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(request["path"]).query)
    expect("t0ken" in request["path"], "the token is in the address")
    if kind == "dingtalk":
        stamp = query["timestamp"][0]
        mac = hmac.new(b"SECret", f"{stamp}\nSECret".encode(), hashlib.sha256)
        expect_equal(query["sign"][0], base64.b64encode(mac.digest()).decode(), "DingTalk's signature")
    if kind == "feishu":
        body = json.loads(request["body"])
        mac = hmac.new(f"{body['timestamp']}\nSECret".encode(), b"", hashlib.sha256)
        expect_equal(body["sign"], base64.b64encode(mac.digest()).decode(), "Feishu's signature")


def test_bots(folder):
    """Digests in each bot's own form, cut at a whole line; a failure told in a 200 is one."""
    receivers, channels = {}, []
    secret_file(folder, "bot.secret", "t0ken\nSECret\n")
    for kind, (fine, _) in BOTS.items():
        receivers[kind] = r = Receiver(200, fine)
        channels.append(channel(name=kind, kind=kind, url=r.url + PATHS[kind], secret_file="bot.secret",
                                private="yes", prefix="督查"))
    with with_channels(folder, *channels, extra="public_url: https://ms.example\n") as d:
        d.set_clock("2022-04-08T09:00:00+08:00")
        for kind, r in receivers.items():
            wait_until(lambda: r.requests, f"{kind}'s digest")
            expect_equal(len(r.requests), 1, f"one message of {kind}")
            text = bot_text(kind, r.requests[0])
            check_bot_signature(kind, r.requests[0])
            expect("督查 民生实事预警" in text, f"title: {text[:80]}")
            expect("https://ms.example/#/alerts?from=1&to=" in text, "the link")
        text = bot_text("wecom", receivers["wecom"].requests[0])
        lines = [line for line in text.splitlines() if line.startswith("- ")]
        expect(len(text.encode()) <= 4096, f"{len(text.encode())} bytes")
        left, to = re.search(r"还有 (\d+) 条", text), int(re.search(r"&to=(\d+)", text)[1])
        told = [r for r in rows(d) if r["number"] <= to]
        sentences = {r["text"]["zh"] for r in told}
        expect_equal(len(lines) + int(left[1] if left else 0), len({r["id"] for r in told}),
                     "the rest is told")
        expect(left is not None, "it was cut")
        expect(all(re.sub("^- . ", "", line) in sentences for line in lines), "only whole lines")
        for kind, r in receivers.items():
            r.say = lambda request, k=kind: (200, BOTS[k][1], {})
        d.set_clock("2022-05-09T09:00:00+08:00")
        for kind in receivers:
            s = wait_until(lambda: state(d, kind)["counts"]["failed"] and state(d, kind), "it failed")
            expect_equal((s["state"], s["last"]["ok"], len(s["waiting"])), ("failing", False, 1), kind)
        expect("t0ken" not in d.log_text() + ctl(d, "notify", "list") + ctl(d, "notify", "log") +
               json.dumps(get(d, "notify")), "the token is told nowhere")
    for r in receivers.values():
        r.close()


# --- mail -----------------------------------------------------------------------------------------
class Post:
    """A real SMTP server that keeps what it gets; with a certificate: STARTTLS and a login."""

    def __init__(self, folder=None):
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        warnings.simplefilter("ignore")
        self.mails, self.logins, options = [], [], {}
        if folder:
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                            "-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-subj",
                            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True,
                           capture_output=True)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(folder / "cert.pem", folder / "key.pem")

            def login(server, session, envelope, mechanism, data):
                self.logins.append((data.login, data.password))
                fine = data.password == b"pass word"
                return AuthResult(success=fine, handled=fine)
            options = dict(tls_context=context, require_starttls=True, authenticator=login,
                           auth_required=True)
        self.controller = Controller(self, hostname="127.0.0.1", port=self.free_port(), **options)
        self.controller.start()
        self.url = f"smtp://localhost:{self.controller.port}"

    @staticmethod
    def free_port():
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            return s.getsockname()[1]

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, email.message_from_bytes(
            envelope.content, policy=email.policy.default)))
        return "250 kept as 4711"

    def close(self):
        self.controller.stop()


def parts(mail):
    return [p.get_content() for p in mail.iter_parts()]


def test_mail(folder):
    """A digest for the day that closes the month, new reds at once; what people and programs read."""
    post = Post()
    mail = channel(name="office", kind="smtp", url=post.url, mail_from="ms@example.gov.cn",
                   mail_to="a@example.gov.cn, b@example.gov.cn", digest="monthly 08:30")
    with with_channels(folder, mail, extra="public_url: https://ms.example\n") as d:
        expect("250" in ctl(d, "notify", "test", "office"), "the test is taken")
        sender, receivers, test = post.mails.pop()
        expect_equal((sender, receivers), ("ms@example.gov.cn", ["a@example.gov.cn", "b@example.gov.cn"]),
                     "who")
        d.set_clock("2022-03-08T08:29:00+08:00")
        d.set_clock("2022-03-08T08:31:00+08:00")
        digest = wait_until(lambda: [m for *_, m in post.mails if ".red@" not in m["Message-ID"]],
                            "the digest")[0]
        expect("民生实事预警" in digest["Subject"], digest["Subject"])
        text, html = parts(digest)
        for row in rows(d):
            expect(row["text"]["zh"] in text, f"{row['text']['zh']} is in the text")
        expect("<li>" in html and "https://ms.example/#/alerts?from=1&amp;to=" in html, "the HTML part")
        expect("minsheng.example.gov.cn>" in digest["List-Id"], digest["List-Id"])
        expect("2022-03" in digest["References"], "the month's thread")
        expect_equal(digest["Date"].datetime.isoformat()[:10], rows(d)[-1]["at"][:10], "date")
        d.set_clock("2022-04-08T08:00:00+08:00")  # March is over since the 7th: its holidays are free
        fresh = [r for r in rows(d) if r["severity"] == "red" and r["at"] > "2022-04"
                 and r["transition"] in ("raised", "severity")]
        wait_until(lambda: not state(d, "office")["waiting"] and
                   any("2022-04" in m["References"] for *_, m in post.mails), "April's digest")
        reds = [m for *_, m in post.mails if ".red@" in m["Message-ID"]]
        for row in fresh:
            expect(any(row["text"]["zh"] in parts(m)[0] for m in reds), "a new red has a mail at once")
        ids = [m["Message-ID"] for *_, m in post.mails]
        expect_equal(len(set(ids)), len(ids), "ids differ")
    post.close()


def test_mail_with_login(folder):
    """STARTTLS with a certificate that is checked, and a password from a file."""
    post = Post(pathlib.Path(folder))
    secret_file(folder, "mail.secret", "pass word\n")
    secret_file(folder, "bad.secret", "wrong\n")
    keys = dict(kind="smtp", url=post.url, mail_from="ms@example.gov.cn", mail_to="a@example.gov.cn",
                user="ms", secret_file="mail.secret", language="en")
    with with_channels(folder, channel(name="right", ca_file="cert.pem", **keys),
                       channel(name="no-ca", **keys),
                       channel(name="wrong", ca_file="cert.pem",
                               **{**keys, "secret_file": "bad.secret"})) as d:
        expect("250 kept as 4711" in ctl(d, "notify", "test", "right"), "the server's own answer")
        expect_equal(post.logins, [(b"ms", b"pass word")], "the login")
        expect("certificate" in ctl(d, "notify", "test", "no-ca", status=1), "an unknown certificate")
        told = ctl(d, "notify", "test", "wrong", status=1)
        expect("535" in told, f"a wrong password: {told}")
        expect_equal(len(post.mails), 1, "one mail")
        expect("pass word" not in d.log_text() + ctl(d, "notify", "list", "--json"), "no password is told")
    post.close()


def test_bad_configuration(folder):
    """Every fault with its file, line and column."""
    d = Daemon(folder, extra="notify:\n  - name: Hook 1\n    kind: webhook\n    url: ftp://x\n"
               "  - name: b\n    kind: pigeon\n  - name: c\n    kind: smtp\n    url: smtp://x\n"
               "    quiet: 22-7\n    colour: red\n  - name: b\n    kind: smtp\n  - name: d\n    kind: wecom\n    severity: pink\n"
               "    kinds: behind, begind\n    digest: soon\n    secret_file: x\n  - five\n")
    done = subprocess.run([BIN / "minshengd", "--check-config", "--config", d.config],
                          capture_output=True, text=True, env={**os.environ, "MINSHENG_LANG": "en"})
    expect_equal(done.returncode, 78, done.stdout + done.stderr)
    text = d.config.read_text().splitlines()
    for what in ("Hook 1", "pigeon", "22-7", "colour", "pink", "behind, begind", "soon", "five"):
        line = next(i for i, t in enumerate(text, 1) if what in t)
        column = text[line - 1].index(what) + 1
        expect(f":{line}:{column}: " in done.stderr, f"{what} at {line}:{column} in:\n{done.stderr}")
    expect("mail_from" in done.stderr and "taken" in done.stderr, done.stderr)


if __name__ == "__main__":
    run_all(test_bots, test_mail, test_mail_with_login, test_bad_configuration)
