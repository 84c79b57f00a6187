#!/bin/sh
# Makes $B/onex_VERSION_ARCH.deb from a staged installation. Called by `make deb`.
set -eu
umask 022
stage=$B/deb
architecture=$(dpkg --print-architecture)
package=$B/onex_${VERSION}_$architecture.deb
# The time inside the package: the last commit's, else this file's; never the clock.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y "$0")}
export SOURCE_DATE_EPOCH

rm -rf "$stage" "$B/shlibs"
$MAKE --no-print-directory -s B="$B" PREFIX=/usr DESTDIR="$stage" STRIP_FLAG=-s install

mkdir -p "$B/shlibs/debian" "$stage/DEBIAN"
printf 'Source: onex\n\nPackage: onex\nArchitecture: any\n' > "$B/shlibs/debian/control"
root=$(realpath "$stage")
depends=$(cd "$B/shlibs" && dpkg-shlibdeps -O "$root"/usr/bin/onex* | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { echo "packaging/deb.sh: no Depends found" >&2; exit 4; }

size=$(du -sk "$stage/usr" | cut -f1)
cat > "$stage/DEBIAN/control" <<EOF
Package: onex
Version: $VERSION
Architecture: $architecture
Maintainer: onex maintainers <maintainers@localhost>
Installed-Size: $size
Depends: $depends
Suggests: sqlite3
Section: misc
Priority: optional
Description: batch pipeline for the 1+X certificate pilot
 Reads what schools and cities send for a batch of applications (CSV, XLSX, XLS,
 XML), judges them by the rules of the notice, counts, divides the subsidy to the
 fen and writes workbooks whose every figure leads back to a cell.
EOF
cp LICENSE "$stage/usr/share/doc/onex/copyright"
gzip -9n "$stage/usr/share/doc/onex/CHANGELOG.md"
mv "$stage/usr/share/doc/onex/CHANGELOG.md.gz" "$stage/usr/share/doc/onex/changelog.gz"
chmod -R u=rwX,go=rX "$stage"
(cd "$stage" && find usr -type f | LC_ALL=C sort | tr '\n' '\0' | xargs -0 md5sum) > "$stage/DEBIAN/md5sums"
chmod 644 "$stage/DEBIAN/md5sums"
find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group -b "$stage" "$package" >/dev/null
echo "$package"
