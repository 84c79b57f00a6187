#!/bin/sh
# Every stage of a small run under valgrind's memcheck: errors and definite leaks end it
# with 1, leaks of tests/lsan.supp's kind aside. B: build folder.
B=${B:-build}
command -v valgrind >/dev/null || { echo "valgrind is not here: apt install valgrind" >&2; exit 2; }
folder=$(mktemp -d) || exit 4
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/batch" "$folder/out"
cp -r tests/rules/base "$folder/batch/inbox" && mv "$folder/batch/inbox/notice.xml" "$folder/batch/" || exit 4
bad=0
for stage in ingest validate transform report; do
	valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite --suppressions=tests/faults/valgrind.supp \
		"$B/onex-$stage" --quiet -o "$folder/out" "$folder/batch" >"$folder/log" 2>&1
	status=$?
	echo "onex-$stage under valgrind: status $status, $(grep -c '^==' "$folder/log") lines"
	[ "$status" -eq 0 ] || { bad=1; head -40 "$folder/log"; }
done
exit $bad
