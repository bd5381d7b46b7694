#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The demo year, replayed elsewhere: another folder, another language, another time zone, other group
sizes. State, figures and alerts have to be the same, byte for byte; a file that was cut short or in
which one bit is another leaves nothing behind."""
from lib import *
import re

HASHES = ("chain", "state", "figures", "alerts")
HERE = {"LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8", "TZ": "Asia/Shanghai"}
ELSEWHERE = {"LC_ALL": "C", "LANG": "C", "TZ": "America/St_Johns"}


def run(*command, env=None, status=0):
    done = subprocess.run(list(command), capture_output=True, env={**os.environ, **(env or {})},
                          timeout=300 * SLOW)
    text = (done.stdout + done.stderr).decode(errors="replace")
    expect_equal(done.returncode, status, f"{command}: {text[-2000:]}")
    return done.stdout.decode(errors="replace")


def ctl(*words, env=None, status=0):
    return run(BIN / "minshengctl", *words, env=env, status=status)


def hashes(text):
    proof = json.loads(text)
    expect(proof["ok"] and proof["decided_otherwise"] == 0, text)
    return {name: proof[name] for name in HASHES}


def alert_log(folder):
    """Every row of the alert log, as the API tells it: the very bytes."""
    daemon, pages = Daemon(folder), []
    with daemon:
        while True:
            number = sum(len(json.loads(page)["alerts"]) for page in pages) + 1
            status, text = daemon.http("GET", f"/api/v1/alerts/log?from={number}&limit=500")
            expect_equal(status, 200, text)
            if not json.loads(text)["alerts"]:
                return b"".join(page.encode() for page in pages)
            pages.append(text)


def served_elsewhere(folder, store):
    """The folder of a daemon whose store is a copy of that one."""
    folder.mkdir()
    shutil.copytree(store, folder / "store")
    return alert_log(folder)


def test_other_machine(folder, store):
    file = folder / "ledger.msl"
    ctl("ledger", "export", file, "--store", store, env=HERE)
    before = hashes(ctl("ledger", "verify", "--store", store, "--json", env=HERE))
    ours = served_elsewhere(folder / "here", store)
    expect(len(ours) > 100000, "a year has alerts")
    for group in ("1000", "7"):
        rebuilt = folder / f"rebuilt-{group}"
        after = hashes(ctl("ledger", "replay", file, "--store", rebuilt, "--group", group, "--json",
                           env=ELSEWHERE))
        expect_equal(after, before, f"groups of {group}")
        proof = hashes(ctl("ledger", "verify", "--store", rebuilt, "--json", env=ELSEWHERE))
        expect_equal(proof, before, "the rebuilt store proves itself")
        again = folder / f"again-{group}.msl"
        ctl("ledger", "export", again, "--store", rebuilt, env=ELSEWHERE)
        expect(again.read_bytes() == file.read_bytes(), "the same file comes out of it")
    theirs = served_elsewhere(folder / "there", folder / "rebuilt-7")
    expect(theirs == ours, "the alert log as the API tells it, byte for byte")
    print(f"   alert log of the demo year: {before['alerts']}")


def test_from_a_daemon(folder, store):
    """The same file comes out of a daemon that runs."""
    daemon = Daemon(folder / "here")
    with daemon:
        run(BIN / "minshengctl", "--socket", daemon.ports["control"], "ledger", "export",
            folder / "running.msl")
        run(BIN / "minshengctl", "ledger", "export", folder / "busy.msl", "--store",
            folder / "here/store", status=1)
    file, whole = folder / "ledger.msl", (folder / "running.msl").read_bytes()
    # the last entries may be ticks that came since; up to there they are the same
    expect(whole.startswith(file.read_bytes()[:-44]), "entry by entry")
    expect(not (folder / "busy.msl").exists(), "what failed leaves no file")


def test_damage(folder, store):
    whole = (folder / "ledger.msl").read_bytes()
    for what, data in (("cut", whole[:-10]), ("half", whole[:len(whole) // 2]), ("empty", b""),
                       ("bit", whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]),
                       ("end", whole[:-1] + bytes([whole[-1] ^ 1])), ("more", whole + b"x"),
                       ("text", b"something else\n")):
        bad = folder / f"{what}.msl"
        bad.write_bytes(data)
        ctl("ledger", "replay", bad, "--store", folder / what, status=1)
        expect(not (folder / what).exists(), f"{what}: nothing is left of it")
    ctl("ledger", "replay", folder / "ledger.msl", "--store", folder / "rebuilt-7", status=1)
    ctl("ledger", "export", folder / "ledger.msl", "--store", store, status=1)
    ctl("ledger", "replay", folder / "absent.msl", "--store", folder / "absent", status=1)


def main_replay():
    text = run(BIN / "minshengd", "demo", "--check", "--keep", env=HERE)
    demo = pathlib.Path(re.findall(r"/\S*/minsheng-demo-\w+", text)[-1])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="replay-"))
    try:
        for test in (test_other_machine, test_from_a_daemon, test_damage):
            test(folder, demo / "store")
            print(f"ok {test.__name__}")
    finally:
        shutil.rmtree(demo, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


main_replay()
