#!/bin/sh
# Installs what the comparison needs and is missing: Debian packages, and DuckDB, polars,
# exceljs and SheetJS for node into the folder given.
set -eu
modules=$1
missing=
for package in sqlite3 python3 python3-pandas python3-openpyxl xlsx2csv libxml2-utils; do
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
	as_root=
	[ "$(id -u)" -eq 0 ] || as_root=sudo
	echo "the comparison needs these Debian packages; installing them:$missing" >&2
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
wanted=
for module in @duckdb/node-api nodejs-polars exceljs xlsx; do
	[ -d "$modules/node_modules/$module" ] || wanted="$wanted $module"
done
[ -n "$wanted" ] || exit 0
command -v npm >/dev/null || { echo "npm is not here: DuckDB, polars, exceljs and SheetJS are left out" >&2; exit 0; }
mkdir -p "$modules"
[ -f "$modules/package.json" ] || printf '{"private":true}\n' >"$modules/package.json"
npm install --silent --prefix "$modules" $wanted >&2
# npm leaves the native part out where it finds node a little old; it works all the same
case $(uname -sm) in
"Linux x86_64") native=nodejs-polars-linux-x64-gnu ;;
"Linux aarch64") native=nodejs-polars-linux-arm64-gnu ;;
*) native= ;;
esac
[ -z "$native" ] || [ -d "$modules/node_modules/$native" ] || npm install --silent --prefix "$modules" "$native" >&2
