#!/bin/sh
# Runs the fuzz targets, one after the other, each for SECONDS (60) on one core: run.sh [TARGET]...
# B: the build folder with fuzz/TARGET. Findings and the grown corpus stay in $B/fuzz-TARGET;
# one line a target says what was done: executions, edges covered, seconds by the clock and of processor.
# An input that takes UNIT_SECONDS (20) counts as a hang; more where the machine may be halted meanwhile.
set -u
B=${B:-build-fuzz}
SECONDS_EACH=${SECONDS_EACH:-60}
mkdir -p "$B/seeds"
/usr/bin/python3 tests/fuzz/seeds.py "$B/seeds" || exit 4
[ $# -gt 0 ] || set -- $(cd "$B/fuzz" && ls)
bad=0
for target in "$@"; do
	mkdir -p "$B/fuzz-$target/corpus"
	log="$B/fuzz-$target/log"
	started=$(date +%s)
	(
		"$B/fuzz/$target" -max_total_time="$SECONDS_EACH" -max_len=65536 -timeout="${UNIT_SECONDS:-20}" -rss_limit_mb=2048 \
			-print_final_stats=1 -artifact_prefix="$B/fuzz-$target/" "$B/fuzz-$target/corpus" "$B/seeds/$target" \
			"tests/fuzz/corpus/$target" >"$log" 2>&1
		status=$?
		times >"$log.times"
		exit "$status"
	)
	status=$?
	processor=$(awk 'NR == 2 { gsub(/[ms]/, " "); print int($1 * 60 + $2 + $3 * 60 + $4) }' "$log.times")
	executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	edges=$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)
	printf '%-12s %10s executions, %6s edges, %5d s, %5s s of processor, status %d\n' "$target" "${executions:-?}" \
		"${edges:-?}" $(($(date +%s) - started)) "${processor:-?}" "$status"
	if [ "$status" -ne 0 ]; then
		bad=1
		grep -m3 -E 'SUMMARY|promise is broken|ERROR' "$log"
	fi
done
exit "$bad"
