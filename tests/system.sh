#!/bin/sh
# Builds the committed tree in another system, fresh from its archive, processes the sample there
# and runs tests: make check-debian13, make check-ubuntu [TESTS="unit ingest …"]. Needs root,
# debootstrap and the archive; nothing is mounted but /proc and terminals of its own.
# ROOT: the folder of that system, kept for the next time (default /tmp/onex-debian13, -ubuntu).
set -eu
NAME=${1:-debian13}
TESTS=${TESTS:-build/tests tests/ingest tests/rules tests/transform tests/report tests/onex tests/golden}
ROOT=${ROOT:-/tmp/onex-$NAME}
case $NAME in
debian13) suite=trixie components=main mirror=http://deb.debian.org/debian script= ;;
# 24.04; Debian 12's debootstrap does not know the name, and all of Ubuntu go by one script
ubuntu) suite=noble components=main,universe mirror=http://archive.ubuntu.com/ubuntu script=/usr/share/debootstrap/scripts/gutsy ;;
*) echo "system.sh: debian13 or ubuntu" >&2; exit 2 ;;
esac
MIRROR=${MIRROR:-$mirror}

[ "$(id -u)" -eq 0 ] || { echo "check-$NAME: run as root" >&2; exit 2; }
command -v debootstrap >/dev/null || apt-get install -y -qq debootstrap >/dev/null
[ -x "$ROOT/usr/bin/apt-get" ] ||
	debootstrap --variant=minbase --components="$components" "$suite" "$ROOT" "$MIRROR" $script >"$ROOT.log" 2>&1
cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
mountpoint -q "$ROOT/proc" || mount -t proc proc "$ROOT/proc"
mountpoint -q "$ROOT/dev/pts" || mount -t devpts -o newinstance,ptmxmode=0666 devpts "$ROOT/dev/pts"
trap 'umount "$ROOT/dev/pts" "$ROOT/proc"' EXIT

rm -rf "$ROOT/onex"
git clone -q . "$ROOT/onex"
chroot "$ROOT" sh -eu -c 'cd /onex
	sh tests/setup.sh test
	gcc --version | head -1
	make -s run
	make -s all units
	sh tests/run.sh '"$TESTS"
