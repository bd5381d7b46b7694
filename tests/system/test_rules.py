#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The Prometheus rules: promtool finds them sound, they fire when they should, and each measure that
they name is one of the daemon's."""
import re
from lib import *

RULES = ROOT / "packaging/prometheus"


def promtool(*words):
    done = subprocess.run(["promtool", *words], cwd=RULES, capture_output=True, text=True)
    expect_equal(done.returncode, 0, f"promtool {words}: {done.stdout}{done.stderr}")


def test_rules(daemon):
    promtool("check", "rules", "minsheng.rules.yml")
    promtool("test", "rules", "minsheng.rules.test.yml")


def test_names(daemon):
    reporter = Reporter(daemon, daemon.add_key("rencheng"))
    reporter.hello()
    reporter.push([(3, "2022-02-28")])
    # those of channels are told where there are channels
    sources = "".join(p.read_text() for p in (ROOT / "daemon").glob("notify*.c"))
    named_by = lambda: set(re.findall(r"^(minsheng_\w+)", daemon.http("GET", "/metrics")[1], re.M))
    there = wait_until(lambda: next((n for n in [named_by()] if "minsheng_unit_last_report_timestamp_seconds" in n), None),
                       "the figures among the measures")
    there |= set(re.findall(r'"(minsheng_notify_\w+)"', sources))
    named = set(re.findall(r"minsheng_\w+", (RULES / "minsheng.rules.yml").read_text()))
    expect(len(named) > 5, "measures in the rules")
    expect_equal(sorted(named - there), [], "measures that the daemon does not have")


if __name__ == "__main__":
    main(test_rules, test_names)
