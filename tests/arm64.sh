#!/bin/sh
# Builds the committed tree for another processor with Debian's cross compiler, processes the
# sample batches under qemu and compares every output with those of this machine's build:
# make check-arm64 (ARCH=s390x: a big-endian one). Needs root, debootstrap and Debian's archive;
# nothing is mounted but /proc. B: this machine's build.
# ROOT: a Debian 12 of this machine's kind with the other's libraries, kept for the next time.
set -eu
ARCH=${ARCH:-arm64}
B=${B:-build}
ROOT=${ROOT:-/tmp/onex-cross}
MIRROR=${MIRROR:-http://deb.debian.org/debian}
case $ARCH in
arm64) triplet=aarch64-linux-gnu emulator=qemu-aarch64-static ;;
s390x) triplet=s390x-linux-gnu emulator=qemu-s390x-static ;;
*) echo "check-arm64: ARCH is arm64 or s390x" >&2; exit 2 ;;
esac

[ "$(id -u)" -eq 0 ] || { echo "check-arm64: run as root" >&2; exit 2; }
command -v debootstrap >/dev/null || apt-get install -y -qq debootstrap >/dev/null
[ -x "$ROOT/usr/bin/apt-get" ] || debootstrap --variant=minbase bookworm "$ROOT" "$MIRROR" >"$ROOT.log" 2>&1
cp /etc/resolv.conf "$ROOT/etc/resolv.conf"
mountpoint -q "$ROOT/proc" || mount -t proc proc "$ROOT/proc"
trap 'umount "$ROOT/proc"' EXIT
chroot "$ROOT" sh -eu -c "dpkg --add-architecture $ARCH
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq
	apt-get install -y -qq --no-install-recommends make git pkg-config gcc-$triplet libc6-dev-$ARCH-cross qemu-user-static \
		libcsv-dev:$ARCH libxml2-dev:$ARCH libsqlite3-dev:$ARCH libxlsxwriter-dev:$ARCH libzip-dev:$ARCH libssl-dev:$ARCH \
		libutf8proc-dev:$ARCH zlib1g-dev:$ARCH >/dev/null"

rm -rf "$ROOT/onex"
git clone -q . "$ROOT/onex"
# The front starts the stages as programs of their own, which an emulator does not follow:
# each is a script that starts its own emulator.
chroot "$ROOT" sh -eu -c "cd /onex
	export PKG_CONFIG_LIBDIR=/usr/lib/$triplet/pkgconfig:/usr/share/pkgconfig
	make -s CC=$triplet-gcc AR=$triplet-ar B=build all
	mkdir build/real
	for stage in ingest validate transform report; do
		mv build/onex-\$stage build/real/
		printf '#!/bin/sh\nONEX_HOME=/onex exec $emulator /onex/build/real/%s \"\$@\"\n' onex-\$stage >build/onex-\$stage
		chmod +x build/onex-\$stage
	done
	for batch in samples/*/notice.xml; do
		ONEX_HOME=/onex $emulator build/onex run --quiet --force \${batch%/notice.xml}
	done"

# The same commit here: the digest of its files is in the outputs.
here=$(mktemp -d)
git clone -q . "$here/onex"
for batch in samples/*/notice.xml; do
	name=$(basename "${batch%/notice.xml}")
	ONEX_HOME="$here/onex" "$B/onex" run --quiet --force "$here/onex/samples/$name"
	diff -r "$here/onex/samples/$name/out" "$ROOT/onex/samples/$name/out"
	echo "$ARCH: samples/$name: $(wc -l <"$here/onex/samples/$name/out/manifest-sha256.txt") outputs are the same, byte by byte"
done
rm -rf "$here"
