#!/bin/sh
# gcc's -fanalyzer, cppcheck and clang-tidy over the program's C code: lint.sh [FILE]...
# One line a tool with the number of what it says beyond lint.expected; 1 where that is more than none.
set -u
[ $# -gt 0 ] || set -- common/*.c ingest/*.c validate/*.c transform/*.c report/*.c onex/*.c
folder=$(mktemp -d) || exit 4
trap 'rm -rf "$folder"' EXIT
flags="-std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -I. -DONEX_VERSION=\"0\" -DONEX_DATADIR=\"/\" $(pkg-config --cflags \
	libxml-2.0 sqlite3 xlsxwriter libzip libcrypto libutf8proc)"
bad=0
grep -v '^#' tests/faults/lint.expected >"$folder/expected"
tell() {
	grep -E '(warning|error|style|performance|portability):' "$folder/$1" | sed "s|^$PWD/||" | sort -u >"$folder/said"
	grep -vE -f "$folder/expected" "$folder/said" >"$folder/left"
	echo "$1: $(wc -l <"$folder/left") (and $(grep -cE -f "$folder/expected" "$folder/said") that lint.expected explains)"
	[ ! -s "$folder/left" ] || { bad=1; cat "$folder/left"; }
}
for file in "$@"; do
	gcc $flags -O1 -fanalyzer -c -o /dev/null "$file" || true
done >"$folder/analyzer" 2>&1
tell analyzer
if command -v cppcheck >/dev/null; then
	cppcheck -q --std=c11 --enable=warning,performance,portability --inline-suppr --suppressions-list=tests/faults/cppcheck.supp \
		-I. -D_GNU_SOURCE --template='{file}:{line}: {severity}: {id}: {message}' "$@" >"$folder/cppcheck" 2>&1
	tell cppcheck
fi
if command -v clang-tidy >/dev/null; then
	# One process a file, as many as there are processors: about two seconds of processor each.
	export flags folder
	printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} sh -c \
		'clang-tidy --quiet "$1" -- $flags >"$folder/tidy-$(echo "$1" | tr / _)" 2>/dev/null' sh {}
	cat "$folder"/tidy-* >"$folder/clang-tidy"
	tell clang-tidy
fi
exit $bad
