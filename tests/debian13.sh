#!/bin/sh
# Builds the committed tree in a fresh Debian 13 (trixie), processes the sample there and runs
# tests: make check-debian13 [TESTS="unit ingest …"]. Needs root, debootstrap and Debian's
# archive; nothing is mounted but /proc.
# ROOT: the folder of that system, kept for the next time (default /tmp/onex-debian13).
set -eu
ROOT=${ROOT:-/tmp/onex-debian13}
TESTS=${TESTS:-build/tests tests/ingest tests/rules tests/transform tests/report tests/onex}
MIRROR=${MIRROR:-http://deb.debian.org/debian}

[ "$(id -u)" -eq 0 ] || { echo "check-debian13: run as root" >&2; exit 2; }
command -v debootstrap >/dev/null || apt-get install -y -qq debootstrap >/dev/null
[ -x "$ROOT/usr/bin/apt-get" ] || debootstrap --variant=minbase trixie "$ROOT" "$MIRROR" >"$ROOT.log" 2>&1
cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
mountpoint -q "$ROOT/proc" || mount -t proc proc "$ROOT/proc"
trap 'umount "$ROOT/proc"' EXIT

rm -rf "$ROOT/onex"
git clone -q . "$ROOT/onex"
chroot "$ROOT" sh -eu -c 'cd /onex
	sh tests/setup.sh test
	gcc --version | head -1
	make -s run
	make -s all units
	sh tests/run.sh '"$TESTS"
