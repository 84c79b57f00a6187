#!/bin/sh
# Runs every test program and ends with `N passed, N failed`. A program speaks TAP;
# one that ends badly without a `not ok`, or says nothing, counts as a failure. What
# a program skips (`ok 3 - what # SKIP why`) is printed and counts as neither.
# B: build folder. Arguments: only tests whose path contains one of them.
set -u
B=${B:-build}
export B
passed=0
failed=0
skipped=0
# Leaks of libraries that are known, on a sanitized build.
LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$PWD/tests/lsan.supp:print_suppressions=0}
export LSAN_OPTIONS
log=$(mktemp -d) || exit 4
trap 'rm -rf "$log"' EXIT

wanted() {
	[ $# -eq 1 ] && return 0
	path=$1
	shift
	for word in "$@"; do
		case $path in *"$word"*) return 0 ;; esac
	done
	return 1
}

tests=$(ls "$B"/tests/test_* tests/*/test_*.sh tests/*/test_*.py 2>/dev/null | grep -v '\.o$' | grep -v '\.d$')
for path in $tests; do
	[ -f "$path" ] || continue
	wanted "$path" "$@" || continue
	case $path in
	*.py) /usr/bin/python3 "$path" >"$log/out" 2>"$log/err" </dev/null ;;
	*.sh) sh "$path" >"$log/out" 2>"$log/err" </dev/null ;;
	*) "$path" >"$log/out" 2>"$log/err" </dev/null ;;
	esac
	status=$?
	left=$(grep -c '^ok .*# SKIP' "$log/out")
	good=$(($(grep -c '^ok ' "$log/out") - left))
	bad=$(grep -c '^not ok ' "$log/out")
	if [ "$bad" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$((good + left))" -eq 0 ]; }; then
		bad=1
		echo "not ok - $path ended with status $status after $good tests"
	fi
	passed=$((passed + good))
	failed=$((failed + bad))
	skipped=$((skipped + left))
	printf '%-44s %5d passed, %d failed\n' "$path" "$good" "$bad"
	grep '^ok .*# SKIP' "$log/out" | sed 's/^ok [0-9]* - /  skipped: /'
	if [ "$bad" -ne 0 ]; then
		grep -A12 '^not ok ' "$log/out" | head -60
		tail -20 "$log/err"
	fi
done
[ "$skipped" -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
