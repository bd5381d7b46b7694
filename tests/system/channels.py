# SPDX-License-Identifier: MIT
"""What the tests of channels to the outside share: receivers that record, fail and hang, a daemon with
channels, and what it says about them."""
from lib import *
import base64, datetime, hashlib, hmac, http.server, threading

SECRETS = ["whsec_" + base64.b64encode(bytes([i]) * 32).decode() for i in (1, 2)]
START, CLOSED = "2022-03-01T09:00:00+08:00", "2022-03-08T09:00:00+08:00"


# --- receivers ------------------------------------------------------------------------------------
class Receiver:
    """An HTTP server that records what it gets. say(request) -> (status, body, headers)."""

    def __init__(self, status=204, body=b""):
        self.requests, self.say = [], lambda request: (status, body, {})
        self.hang, self.free = threading.Event(), threading.Event()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                outer.answer(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def answer(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        request = {"path": handler.path, "headers": dict(handler.headers), "body": body}
        self.requests.append(request)
        if self.hang.is_set():
            self.free.wait(60)
            return
        status, text, headers = self.say(request)
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(text)))
        with contextlib.suppress(OSError):
            handler.end_headers()
        with contextlib.suppress(OSError):  # it may have been killed meanwhile
            handler.wfile.write(text)

    def close(self):
        self.free.set()
        self.server.shutdown()
        self.server.server_close()


def numbers(receiver):
    return [json.loads(r["body"])["data"]["number"] for r in receiver.requests
            if "number" in json.loads(r["body"])["data"]]


def signed(request, secret):
    """The signature that this secret gives, as Standard Webhooks say."""
    h = {k.lower(): v for k, v in request["headers"].items()}
    key = base64.b64decode(secret[len("whsec_"):])
    text = f"{h['webhook-id']}.{h['webhook-timestamp']}.".encode() + request["body"]
    return "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


# --- a daemon with channels -----------------------------------------------------------------------
def secret_file(folder, name, text, mode=0o600):
    path = pathlib.Path(folder) / name
    path.write_text(text)
    path.chmod(mode)
    return path


def channel(**keys):
    return "  - " + "\n    ".join(f'{k}: "{v}"' for k, v in keys.items()) + "\n"


def with_channels(folder, *channels, extra=""):
    return Daemon(folder, clock=START, extra=extra + "notify:\n" + "".join(channels))


def hook(folder, receiver, name="hook", **more):
    secret_file(folder, f"{name}.secret", "\n".join(SECRETS) + "\n")
    keys = dict(name=name, kind="webhook", url=receiver.url + "/in", secret_file=f"{name}.secret",
                private="yes")
    return channel(**{**keys, **more})


def get(daemon, path):
    status, text = daemon.http("GET", "/api/v1/" + path)
    expect_equal(status, 200, path)
    return json.loads(text)


def rows(daemon, transitions=("raised", "severity", "resolved")):
    """The alert log, those that are told by default."""
    page, found = {"next": 1, "last": 1}, []
    while page["next"] <= page["last"]:
        page = get(daemon, f"alerts/log?limit=1000&from={page['next']}")
        found += [r for r in page["alerts"] if r["transition"] in transitions]
    return found


def state(daemon, name="hook"):
    return next(c for c in get(daemon, "notify")["channels"] if c["name"] == name)


def fits_document(daemon):
    """What the API says of channels is what its document says, to the last member."""
    from test_openapi import Checker
    document = json.loads(daemon.http("GET", "/api/v1/openapi.json")[1])
    checker = Checker(document)
    for path in ("notify", "notify/log"):
        answer = document["paths"]["/api/v1/" + path]["get"]["responses"]["200"]
        checker.check(get(daemon, path), answer["content"]["application/json"]["schema"], path)
    expect(not checker.faults, "; ".join(checker.faults))


def ctl(daemon, *words, status=0):
    done = subprocess.run([BIN / "minshengctl", "--socket", daemon.ports["control"], "--lang", "en",
                           *words], capture_output=True, text=True)
    expect_equal(done.returncode, status, f"minshengctl {words}: {done.stdout}{done.stderr}")
    return done.stdout


def time_of(text):
    return datetime.datetime.fromisoformat(text)


def latest_due(daemon, name="hook"):
    """Sets the clock to when all that waits is due."""
    due = max(time_of(i["due"]) for i in state(daemon, name)["waiting"])
    now = time_of(get(daemon, "programme")["time"])
    daemon.set_clock(max(due, now).isoformat(timespec="milliseconds"))


# --- running --------------------------------------------------------------------------------------
def run_all(*tests):
    """Each with a folder of its own; some only: their names as arguments."""
    failed = 0
    for test in tests:
        if sys.argv[1:] and test.__name__ not in sys.argv[1:]:
            continue
        folder = pathlib.Path(tempfile.mkdtemp(prefix=f"{test.__name__}-"))
        began = time.monotonic()
        try:
            test(folder)
            print(f"ok {test.__name__} {time.monotonic() - began:.1f} s")
            shutil.rmtree(folder, ignore_errors=True)
        except Exception:
            failed += 1
            traceback.print_exc(file=sys.stdout)
            log = folder / "daemon.log"
            print(f"not ok {test.__name__} ({folder})")
            print("".join("    " + l + "\n" for l in (log.read_text(errors="replace") if log.exists()
                                                     else "").splitlines()[-40:]))
    sys.stdout.flush()
    os._exit(1 if failed else 0)
