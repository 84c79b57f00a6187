#!/bin/sh
# Line and branch coverage of the program's C code, from the build folder $1: the sum, then each
# file with its uncovered branches, the worst first.
command -v gcovr >/dev/null || { echo "gcovr is not here: apt install gcovr" >&2; exit 2; }
gcovr --root . --object-directory "$1" --branches --exclude 'tests/' --exclude 'samples/' --print-summary \
	--txt "$1/branches.txt" --exclude-throw-branches "$1" 2>/dev/null | grep -E '^(lines|functions|branches):'
sort -k4 -n "$1/branches.txt" | awk '$4 ~ /%$/ && $1 ~ /\.c$/ { print $4, $1 }' | sort -n | head -15
