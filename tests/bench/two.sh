# Sourced by run: two consoles on one case in a storm.
#
# How far apart they show a change, before and after the first of them is killed, and how long it takes until the second shows a
# change that is made then.  Not among the rows that run unless asked for: BENCH_ROWS=two, with CHANGES=100 unless told.

# apart WHAT QUANTILE
apart() {
	local seconds
	seconds=$(awk '$1 == "apart" { print $2 / 1000 }' times | sort -n |
		awk -v at="$2" '{ v[NR] = $1 } END { print v[int(NR * at + 0.5)] }')
	row "two consoles apart, $1" "$seconds" 'a tenth of a second' 0.1 "$(awk "BEGIN { printf \"%.3f\", $seconds / 0.1 }")" 0 1
}

bench_two() {
	local over late
	command -v tmux >/dev/null || { say "there is no tmux, so two consoles are not measured"; return; }
	rm -f times
	KASE_CHANGES=${CHANGES:-100} KASE_TIMES=$PWD/times top_builddir=$build "$here/../cluster/two" >&2 ||
		{ say "two consoles did not show the same"; return; }
	apart median 0.5
	apart p99 0.99
	apart worst 1
	over=$(awk '$1 == "over" { print $2 / 1000 }' times)
	late=$(awk '$1 == "late" { print $2 / 1000 }' times)
	row 'a change after a kill is shown' "$over" 'since it was made' "$late" "$(awk "BEGIN { printf \"%.3f\", $over / $late }")" 0
}
