#!/bin/sh
# Installs the Debian packages that are missing: `setup.sh build` what building
# and running need, `setup.sh test` what the tests need besides.
set -eu
build="gcc make pkg-config libcsv-dev libxml2-dev libsqlite3-dev libxlsxwriter-dev libzip-dev libssl-dev libutf8proc-dev zlib1g-dev"
tests="libcmocka-dev libgmp-dev libfreexl-dev sqlite3 libxml2-utils python3 python3-openpyxl python3-xlrd libreoffice-calc-nogui poppler-utils fonts-noto-cjk chromium chromium-driver libasan8 libubsan1 strace unzip dpkg-dev groff-base git"
# Ubuntu has no Chromium but as a snap: the tests that look with it are skipped there.
! grep -q '^ID=ubuntu' /etc/os-release || tests=$(echo "$tests" | sed 's/ chromium chromium-driver//')
case "${1:-build}" in
build) wanted="$build" ;;
test) wanted="$build $tests" ;;
*) echo "usage: setup.sh [build|test]" >&2; exit 2 ;;
esac

missing=
for package in $wanted; do
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || { echo "These packages are missing and sudo is not here; install them as root:$missing" >&2; exit 4; }
	as_root=sudo
fi
echo "onex needs these Debian packages (${1:-build}); installing them:$missing"
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
