#!/bin/sh
# Installs what the comparison needs and is missing: Debian packages, and DuckDB and
# polars for node into the folder given.
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
if [ -d "$modules/node_modules/@duckdb/node-api" ] && [ -d "$modules/node_modules/nodejs-polars" ]; then exit 0; fi
command -v npm >/dev/null || { echo "npm is not here: DuckDB and polars are left out" >&2; exit 0; }
mkdir -p "$modules"
[ -f "$modules/package.json" ] || printf '{"private":true}\n' >"$modules/package.json"
npm install --silent --prefix "$modules" @duckdb/node-api nodejs-polars >&2
# npm leaves the native part out where it finds node a little old; it works all the same
case $(uname -sm) in
"Linux x86_64") native=nodejs-polars-linux-x64-gnu ;;
"Linux aarch64") native=nodejs-polars-linux-arm64-gnu ;;
*) native= ;;
esac
[ -z "$native" ] || [ -d "$modules/node_modules/$native" ] || npm install --silent --prefix "$modules" "$native" >&2
