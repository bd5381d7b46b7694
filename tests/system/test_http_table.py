#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Raw HTTP requests, byte by byte, and the status that each has to get; slow and silent clients;
many connections. The daemon goes on after all of them."""
from lib import *

HOST = b"Host: localhost\r\n"


def address(daemon):
    host, port = daemon.ports["http"].rsplit(":", 1)
    return host, int(port)


def talk(daemon, data, seconds=WAIT_S):
    """All that comes back until the daemon closes, or has answered once."""
    with socket.create_connection(address(daemon), timeout=seconds) as s:
        s.sendall(data)
        got = b""
        while True:
            try:
                part = s.recv(65536)
            except (socket.timeout, ConnectionResetError):
                return got
            got += part
            if not part or b"\r\n\r\n" in got and len(got) >= wanted_length(got):
                return got


def wanted_length(got):
    head, _, _ = got.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return len(head) + 4 + int(line.split(b":")[1])
    return len(head) + 4


def status(answer):
    return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/") else 0


def request(line, headers=HOST, body=b""):
    return line + b" HTTP/1.1\r\n" + headers + b"\r\n" + body


TABLE = [  # what, bytes, statuses that are right; 0: the connection is closed
    ("plain", request(b"GET /healthz"), [200]),
    ("absolute target", request(b"GET http://localhost/healthz"), [200]),
    ("http/1.0", b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n", [200]),
    ("no host", request(b"GET /healthz", b""), [400]),
    ("foreign host", request(b"GET /healthz", b"Host: evil.example\r\n"), [400]),
    ("host that begins like ours", request(b"GET /healthz", b"Host: localhost.evil\r\n"), [400]),
    ("host with a port", request(b"GET /healthz", b"Host: 127.0.0.1:1\r\n"), [200]),
    ("two hosts", request(b"GET /healthz", HOST + b"Host: evil\r\n"), [400]),
    ("two lengths", request(b"POST /api/v1/acts", HOST + b"Content-Length: 2\r\n"
                            b"Content-Length: 3\r\n", b"{} "), [400]),
    ("length and chunks", request(b"POST /api/v1/acts", HOST + b"Content-Length: 2\r\n"
                                  b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n"), [400]),
    ("negative length", request(b"POST /api/v1/acts", HOST + b"Content-Length: -1\r\n"), [0, 400]),
    ("length beyond the bound", request(b"POST /api/v1/acts", HOST +
                                        b"Content-Length: 1073741824\r\n"), [0, 400, 413]),
    ("header beyond the bound", request(b"GET /healthz", HOST + b"X: " + b"x" * 20000 + b"\r\n"),
     [0, 400, 431]),
    ("line beyond the bound", request(b"GET /" + b"x" * 20000), [0, 400, 414]),
    ("unknown path", request(b"GET /api/v1/nothing"), [404]),
    ("path with a slash behind", request(b"GET /api/v1/targets/"), [404]),
    ("path upwards", request(b"GET /api/v1/../../etc/passwd"), [400, 404]),
    ("path upwards, encoded", request(b"GET /api/v1/targets/%2e%2e%2fetc"), [404]),
    ("NUL in the path", request(b"GET /api/v1/targets/a%00b"), [404]),
    ("long id", request(b"GET /api/v1/targets/" + b"a" * 300), [404]),
    ("bad percent", request(b"GET /api/v1/targets/%zz"), [400, 404]),
    ("id in Chinese", request(b"GET /api/v1/targets/%E9%A3%9F%E5%A0%82"), [404]),
    ("query without a value", request(b"GET /api/v1/targets?x"), [400]),
    ("unknown parameter", request(b"GET /api/v1/targets?x=1"), [400]),
    ("known parameter", request(b"GET /api/v1/targets?valid_at=2022-03-01"), [200]),
    ("bad date", request(b"GET /api/v1/targets?valid_at=2022-02-30"), [400]),
    ("wrong method", request(b"POST /api/v1/targets", HOST + b"Content-Length: 0\r\n"), [405]),
    ("delete", request(b"DELETE /api/v1/targets"), [405]),
    ("unknown method", request(b"BREW /healthz"), [0, 400, 501]),
    ("lower case method", request(b"get /healthz"), [0, 400, 501]),
    ("no HTTP at all", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", [0, 400]),
    ("version 3", b"GET /healthz HTTP/3.0\r\nHost: localhost\r\n\r\n", [0, 400]),
    ("head", request(b"HEAD /api/v1/targets"), [200]),
    ("acts take signing in", request(b"POST /api/v1/acts", HOST + b"Content-Length: 2\r\n", b"{}"), [401]),
    ("the clock too", request(b"POST /api/v1/clock", HOST + b"Content-Length: 2\r\n", b"{}"), [401]),
    ("and verify", request(b"POST /api/v1/verify", HOST + b"Content-Length: 2\r\n", b"{}"), [401]),
    ("header with a line folded", request(b"GET /healthz", HOST + b"X: a\r\n b\r\n"), [0, 200, 400]),
    ("NUL in a header", request(b"GET /healthz", HOST + b"X: a\0b\r\n"), [0, 200, 400]),
]


def test_table(daemon):
    wrong = []
    for what, data, right in TABLE:
        got = status(talk(daemon, data))
        if got not in right:
            wrong.append(f"{what}: {got}, wanted {right}")
        expect_equal(daemon.process.poll(), None, f"the daemon after: {what}")
    expect(not wrong, "; ".join(wrong))


def test_problem_is_json(daemon):
    head, _, body = talk(daemon, request(b"GET /api/v1/targets?x=1", HOST +
                                         b"Accept-Language: fr, en;q=0.8, zh;q=0.5\r\n")).partition(b"\r\n\r\n")
    expect(b"application/problem+json" in head, "its type")
    expect(b"Content-Language: en" in head, "its language")
    problem = json.loads(body)
    expect_equal(problem["status"], 400, "status")
    expect_equal(problem["errors"][0]["parameter"], "x", "the parameter")
    expect("valid_at" in problem["detail"], "what there is instead")


def test_pipelined(daemon):
    with socket.create_connection(address(daemon), timeout=WAIT_S) as s:
        s.sendall(request(b"GET /healthz") * 5)
        got = b""
        while got.count(b"HTTP/1.1 200") < 5:
            part = s.recv(65536)
            expect(part, f"closed after {got.count(b'HTTP/1.1 200')} answers")
            got += part


def test_half_a_request(daemon):
    """Who sends half a request, or nothing, holds nobody up."""
    held = [socket.create_connection(address(daemon), timeout=WAIT_S) for _ in range(20)]
    for s in held[:10]:
        s.sendall(b"GET /healthz HTTP/1.1\r\nHost: loc")
    expect_equal(status(talk(daemon, request(b"GET /healthz"))), 200, "others are answered")
    for s in held:
        s.close()


def test_bound(daemon):
    """Beyond the bound connections wait; they are served when others go."""
    held = [socket.create_connection(address(daemon), timeout=WAIT_S) for _ in range(12)]
    wait_until(lambda: daemon_counts(daemon), "the bound is counted")
    for s in held:
        s.close()
    wait_until(lambda: status(talk(daemon, request(b"GET /healthz"), 5)) == 200,
               "served again after the others left")


def daemon_counts(daemon):
    """Over a new connection that waits like all others, as soon as one place is free."""
    try:
        return daemon.metric("minsheng_http_connections_refused_total") > 0
    except (OSError, http.client.HTTPException):
        return False


if __name__ == "__main__":
    if sys.argv[1:] == ["bound"]:
        main(test_bound, extra="limits:\n  http_clients: 8\n")
    code = subprocess.run([sys.executable, __file__, "bound"]).returncode
    if code:
        sys.exit(code)
    main(test_table, test_problem_is_json, test_pipelined, test_half_a_request)
