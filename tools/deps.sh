#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# deps.sh [run] [check] [web] [fuzz] [bench]: looks for what these groups need and installs what is missing
# from Debian. It looks for commands, headers, files and Python modules, not for packages, so that what was
# installed otherwise counts too. Where nothing is missing it does nothing, and says nothing.
set -u
cd "$(dirname "$0")/.." || exit 1

# group, kind (command, header, python, file), what is looked for, Debian package, what it is for
list='
run   command cc                       gcc                    the C compiler
run   command ar                       binutils               the archiver
run   header  stdlib.h                 libc6-dev              the C library
run   command protoc-c                 protobuf-c-compiler    C code from proto/minsheng.proto
run   header  protobuf-c/protobuf-c.h  libprotobuf-c-dev      protobuf messages
run   header  zmq.h                    libzmq3-dev            message queue
run   header  lmdb.h                   liblmdb-dev            storage
run   header  event2/event.h           libevent-dev           event loop and HTTP
run   header  sodium.h                 libsodium-dev          hashes and keys
run   header  yaml.h                   libyaml-dev            catalogue and configuration
run   header  jansson.h                libjansson-dev         JSON
run   header  curl/curl.h              libcurl4-openssl-dev   HTTP client
run   header  csv.h                    libcsv-dev             CSV
run   header  zip.h                    libzip-dev             .docx and .xlsx
run   header  expat.h                  libexpat1-dev          .xlsx in
run   header  xlsxwriter.h             libxlsxwriter-dev      .xlsx out
run   command node                     nodejs                 builds the page
run   command npm                      npm                    what the page is built with
check header  cmocka.h                 libcmocka-dev          unit tests
check command protoc                   protobuf-compiler      Python code from proto/minsheng.proto
check command python3                  python3-minimal        system tests
check command curl                     curl                   system tests
check python  google.protobuf          python3-protobuf       the example clients
check python  zmq                      python3-zmq            the example clients
check command promtool                 prometheus             checks /metrics
check command prometheus-alertmanager  prometheus-alertmanager  takes alerts in a test
check command nginx                    nginx-light            a proxy with TLS in a test
check command openssl                  openssl                a certificate for a test
check python  aiosmtpd                 python3-aiosmtpd       takes mails in a test
web   command chromium                 chromium               browser tests
web   file    /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc fonts-noto-cjk Chinese in their screenshots
fuzz  command clang                    clang                  the fuzzer
fuzz  command llvm-symbolizer          llvm                   names in its reports
'

has() {
	case $1 in
	command) command -v "$2" >/dev/null 2>&1 ;;
	file) [ -e "$2" ] ;;
	header) echo "#include <$2>" | ${CC:-cc} -E -x c -o /dev/null - 2>/dev/null ;;
	python) "$python" -c "import $2" 2>/dev/null ;;
	esac
}

# Debian's modules belong to Debian's Python.
python=python3
[ -x /usr/bin/python3 ] && python=/usr/bin/python3

groups=" ${*:-run} "
for group in $groups; do
	case $group in
	run | check | web | fuzz | bench) ;;
	*)
		echo "deps.sh: no group $group; there are run, check, web, fuzz, bench" >&2
		exit 2
		;;
	esac
done

missing() {
	while read -r group kind what package reason; do
		[[ -n $group && $groups == *" $group "* ]] || continue
		has "$kind" "$what" || printf '%s\t%s\t%s %s\n' "$package" "$reason" "$kind" "$what"
	done <<<"$list"
}

absent=$(missing)
[ -n "$absent" ] || exit 0
echo "Missing here:"
printf '%s\n' "$absent" | awk -F '\t' '{ printf "  %-22s %s (%s)\n", $1, $2, $3 }'
packages=$(printf '%s\n' "$absent" | cut -f 1 | sort -u | tr '\n' ' ')

if ! command -v apt-get >/dev/null 2>&1; then
	echo "This is no Debian: install the above with your system's own tools. Debian calls them:"
	echo "  $packages"
	exit 1
fi
root=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "Run this as root, then go on:  apt-get install $packages"
		exit 1
	fi
	root=sudo
fi

# Installs without questions and without what is only recommended.
install() {
	# shellcheck disable=SC2086 # the list is words
	$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages </dev/null
}

echo "Installing from Debian: ${root:+$root }apt-get install $packages"
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
# the lists of packages may be absent or old: fetch them where the first try fails
if ! install >"$log" 2>&1; then
	$root apt-get update -qq </dev/null >>"$log" 2>&1
	if ! install >>"$log" 2>&1; then
		tail -n 20 "$log" >&2
		echo "deps.sh: apt-get failed, see above" >&2
		exit 1
	fi
fi
hash -r
[ -x /usr/bin/python3 ] && python=/usr/bin/python3
absent=$(missing)
[ -z "$absent" ] && exit 0
echo "Still missing after the installation:" >&2
printf '%s\n' "$absent" | awk -F '\t' '{ printf "  %s: %s (%s)\n", $1, $2, $3 }' >&2
exit 1
