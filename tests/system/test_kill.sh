#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Nothing is lost and nothing counts twice, whoever is killed: see torture.c. `make torture` plays
# it with a million rows and 20 crashes of the daemon.
set -eu
tools=${MINSHENG_TOOLS:-build/tests/system}
cd "$(dirname "$0")/../.."
if [ -n "${SAN:-}" ]; then
	exec "$tools/torture" --rows 6000 --kills 2 --reporter-kills 4
fi
exec "$tools/torture" --rows 60000 --kills 4 --reporter-kills 12
