# Sourced by run: the rows of the console, in a real terminal of tmux.
#
# From key to frame is measured from outside: from the moment at which tmux is told of a key (press) to the moment at which the first
# frame had been written that answers it (KASE_FRAME_LOG), whatever the key waited for.

shopt -s lastpipe # where keys cannot be pressed all of it ends
frame_ms=16 worst_ms=50

terminal() { tmux -L "kase-bench-$$-$run" -f /dev/null "$@"; }
seen() { terminal capture-pane -p -t b; }

# console NAME ARGUMENTS...: a console in a terminal of its own, a server for each: one that ends may take a session with it.
console() {
	run=$1; shift
	command -v tmux >/dev/null || { say "there is no tmux, so the console is not measured"; return 1; }
	rm -f frames pressed
	terminal new-session -d -x "${COLUMNS_OF_BENCH:-120}" -y "${LINES_OF_BENCH:-40}" -s b -e KASE_PERSON=bench \
		-e "KASE_FRAME_LOG=$PWD/frames" "exec $build/kase open c.kase $*"
	pid=$(terminal display-message -p -t b '#{pane_pid}')
}

# It takes leave of its case, which the next one removes.
leave() {
	terminal kill-server
	while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
}

# waits SECONDS WHAT COMMAND...: until it is so; says WHAT, and leaves, where it is not.
waits() {
	local end=$((SECONDS + $1)) what=$2; shift 2
	until "$@"; do
		[ $SECONDS -lt $end ] || { say "$what"; seen >&2; leave; return 1; }
		sleep 0.05
	done
}
shows() { seen | grep -qF -- "$1"; }
has_rows() { awk '$4 > 0 { found = 1 } END { exit !found }' frames 2>/dev/null; }

# --- what is pressed: lines for press ----------------------------------------------------------------

keys() { local ms=$1 key; shift; for key; do echo "$ms $key"; done; } # keys MS KEY...
times() { local n=$1; shift; for ((; n > 0; n--)); do "$@"; done; }
letters() { # letters MS TEXT
	local at letter
	for ((at = 0; at < ${#2}; at++)); do
		letter=${2:at:1}
		[ "$letter" = ' ' ] && letter=Space
		echo "$1 $letter"
	done
}
# Until the last one has its frame; where that does not come, `latencies` shows it.
press() {
	local end
	"$build/tests/bench/press" "kase-bench-$$-$run" b >>pressed || die "keys could not be pressed"
	end=$((SECONDS + 5))
	until [ "$(tail -n 1 frames | cut -d' ' -f5)" -ge "$(wc -l <pressed)" ] || [ $SECONDS -ge $end ]; do sleep 0.02; done
}

# --- figures -----------------------------------------------------------------------------------------

# Milliseconds from each key to its frame, and the key.
latencies() {
	awk 'FNR == NR { written[NR] = $2; keys[NR] = $5 + 0; n = NR; next }
		{ while (i < n && keys[i] < FNR) i++
		  printf "%.3f %s\n", keys[i] < FNR ? 99999 : (written[i] - $1) / 1000, $2 }' i=1 frames pressed
}

quantile() { sort -n "$2" | awk -v q="$1" '{ v[NR] = $1 } END { at = int(NR * q + 0.5); print v[at < 1 ? 1 : at] }'; } # of a file's first column

# key_rows WHAT FILE PEAK: three rows of what `latencies` told.
key_rows() {
	local p50 p99 worst
	[ -s "$2" ] || { say "$1: no key was pressed, so nothing is measured"; return 1; }
	p50=$(quantile 0.5 "$2") p99=$(quantile 0.99 "$2") worst=$(quantile 1 "$2")
	key_row "key to frame, p50, $1" "$p50" 'a frame at 60 Hz' $frame_ms null "$3"
	key_row "key to frame, p99, $1" "$p99" 'a frame at 60 Hz' $frame_ms 1 "$3"
	key_row "key to frame, worst, $1" "$worst" 'three frames' $worst_ms 1 "$3"
	say "$1: $(wc -l <"$2") keys; the slowest: $(sort -rn "$2" | head -n 5 | tr '\n' ';')"
}
key_row() { # WHAT MS BESIDE BESIDE-MS LIMIT PEAK
	row "$1" "$(awk -v v="$2" 'BEGIN { printf "%.4f", v / 1000 }')" "$3" "$(awk -v v="$4" 'BEGIN { print v / 1000 }')" \
		"$(awk -v v="$2" -v b="$4" 'BEGIN { printf "%.3f", v / b }')" "$6" "$5"
}

peak_mib() { awk '/^VmHWM/ { printf "%.1f", $2 / 1024 }' "/proc/$pid/status"; }
ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; } # of processor time, of all its threads
waits_of() { cat "/proc/$pid"/task/*/status | awk '/^voluntary_ctxt_switches/ { n += $2 } END { print n }'; }
seconds_of() { awk -v t="$1" -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "%.3f", t / hz }'; }
uptime_s() { cut -d' ' -f1 /proc/uptime; }

# --- rows --------------------------------------------------------------------------------------------

# From the start of the process, on a case that has nothing yet, to the first rows; and from keys to frames while all kinds load.
bench_screen() {
	local i started
	rm -f first keys_loading
	for i in $(seq "$pairs"); do
		new_case
		console "$i" || return
		waits 30 "no rows came onto the screen in 30 s" has_rows || return
		{ times 40 keys 33 j; times 20 keys 33 NPage; times 10 keys 33 G g; keys 100 /; letters 100 svc-1; keys 200 BSpace Enter; } | press
		started=$(awk -v hz="$(getconf CLK_TCK)" '{ printf "%.0f", $22 / hz * 1e6 }' "/proc/$pid/stat")
		awk -v start="$started" '$4 > 0 { printf "%.3f\n", ($2 - start) / 1e6; exit }' frames >>first
		latencies >>keys_loading
		peak_mib >>peaks_loading; echo >>peaks_loading
		leave
	done
	row 'first rows on screen' "$(median <first)" 'what an analyst notices' 0.3 "$(median <first | awk '{ printf "%.3f", $1 / 0.3 }')" 0 1
	say "first rows, each: $(tr '\n' ' ' <first)"
	key_rows loading keys_loading "$(sort -n peaks_loading | tail -n 1)"
}

# What a person does with a list: a way through keys at the rate at which a key repeats, letters at that of fingers.
walk_list() {
	times 60 keys 33 j
	times 30 keys 33 NPage
	times 15 keys 33 k PPage
	times 10 keys 60 G g
	times 3 keys 250 '>' I
	times 3 keys 250 '<'
	keys 100 /; letters 100 svc-12; keys 300 Enter; times 20 keys 33 j; keys 200 Escape
	keys 100 /; letters 150 ab; keys 200 BSpace BSpace; keys 200 Escape
	local opens
	for opens in d y o l D d; do
		keys 100 j $opens; times 10 keys 33 NPage; keys 150 Tab Tab; times 5 keys 100 j; keys 300 q
	done
	keys 300 d J J J K K; keys 300 q
	keys 300 :; letters 60 events; keys 100 Enter; times 30 keys 33 NPage; keys 100 q
}

# From each letter of a filter over all pods to the rows that it leaves: the first frame with another number of them.
bench_filter() {
	local i
	rm -f filtered
	capture 'pods/*'
	for i in $(seq "$pairs"); do
		console "filter-$i" --offline || return
		waits 30 "no rows came onto the screen in 30 s" has_rows || return
		{ keys 300 /; times 3 eval 'letters 300 312; times 3 keys 300 BSpace'; keys 300 Escape; } | press
		awk 'FNR == NR { written[NR] = $2; rows[NR] = $4; n = NR; next } $2 == "/" || $2 == "Escape" { next }
			{ for (i = 1; i < n && written[i + 1] < $1; i++);
			  for (before = rows[i++]; i <= n && rows[i] == before; i++);
			  if (i <= n) printf "%.3f %s\n", (written[i] - $1) / 1000, $2 }' frames pressed >>filtered
		leave
	done
	key_row 'letter of a filter to its rows, p50' "$(quantile 0.5 filtered)" 'k9s, 20,000 pods' 210 1 0
	key_row 'letter of a filter to its rows, worst' "$(quantile 1 filtered)" 'k9s, 20,000 pods' 450 1 0
}

# CHURN_PODS pods are there, and change as fast as the server takes it, while keys are pressed.  Not among the rows that run unless
# asked for: BENCH_ROWS=storm.  It adds those pods to the cluster, where they are not there yet.
bench_storm() {
	local i storm before after began ended
	has_storm || return
	rm -f keys_storm
	rm -f share peaks_storm
	"$node" fill --pods "${CHURN_PODS:-20000}" --churn "${CHURN:-10m}" >/dev/null 2>&1 & storm=$!
	until_storming 300 || { say "there was no storm in 5 minutes"; kill $storm; return; }
	for i in $(seq "$pairs"); do
		new_case
		console "storm-$i" || break
		waits 60 "the pods were not listed in a minute" is_listed || break
		before=$(ticks) began=$(uptime_s)
		walk_list | press
		after=$(ticks) ended=$(uptime_s)
		latencies >>keys_storm
		echo "$before $after $began $ended" | awk -v hz="$(getconf CLK_TCK)" '{ printf "%.3f\n", ($2 - $1) / hz / ($4 - $3) }' >>share
		peak_mib >>peaks_storm; echo >>peaks_storm
		leave
	done
	kill $storm 2>/dev/null
	wait $storm 2>/dev/null
	[ -s keys_storm ] || return
	key_rows storm keys_storm "$(sort -n peaks_storm | tail -n 1)"
	row 'processors used, storm' "$(median <share)" 'one processor' 1 "$(median <share)" "$(sort -n peaks_storm | tail -n 1)"
}
is_listed() { seen | grep -q 'pods [0-9]* of [0-9]'; }
# Pods that are there already are asked for first, which changes nothing.
until_storming() { # SECONDS
	local end=$((SECONDS + $1)) before now
	now=$(version_of_pods)
	while [ $SECONDS -lt $end ]; do
		before=$now
		sleep 2
		now=$(version_of_pods)
		[ $((now - before)) -lt 200 ] || return 0
	done
	return 1
}
version_of_pods() { kubectl get --raw '/api/v1/pods?limit=1' | grep -o '"resourceVersion":"[0-9]*"' | head -n 1 | tr -dc 0-9; }

# A log of a million lines, of a pod that lives and goes on writing: paged through, searched and filtered.
bench_million() {
	local i pod container
	read -r pod container < <(kubectl get pods -A --field-selector status.phase=Running -o \
		jsonpath='{range .items[*]}{.metadata.namespace}/{.metadata.name} {.spec.containers[0].name}{"\n"}{end}' |
		grep "${MILLION_OF:-web}" | head -n 1)
	[ -n "$container" ] || { say "no pod of the cluster is called ${MILLION_OF:-web}, so a million lines are not measured"; return; }
	awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "2026-11-24T%02d:%02d:%02d.%03d000000Z {\"level\":\"info\",\"order\":%d,\"path\":\"/cart/%d\",\"status\":200}%s\n",
		i / 360000, i / 6000 % 60, i / 100 % 60, i % 100 * 10, i, i % 977, i == 700001 ? " needle" : "" }' >million.log
	rm -f keys_million
	for i in $(seq "$pairs"); do
		new_case
		"$build/kase" import c.kase million.log --subject "pod/$pod" --container "$container" --person bench >/dev/null 2>&1 ||
			die "the log could not be imported"
		console "million-$i" || return
		waits 30 "no rows came onto the screen in 30 s" has_rows || return
		{ letters 30 ":logs pod/$pod"; keys 30 Enter; } | press
		waits 30 "the lines did not come in 30 s" shows ' 1,000,' || return
		walk_log | press
		waits 60 "what was filtered was not found in a minute" shows '"order":700001' || return
		{ keys 100 '&'; keys 200 C; times 30 keys 33 j; keys 100 C; times 30 keys 33 NPage PPage; keys 200 G; times 50 keys 100 k j; } | press
		latencies >>keys_million
		peak_mib >>peaks_million; echo >>peaks_million
		leave
	done
	key_rows 'a million lines' keys_million "$(sort -n peaks_million | tail -n 1)"
}
walk_log() {
	times 200 keys 33 PPage
	times 20 keys 100 g G
	keys 33 g
	times 100 keys 33 NPage
	keys 100 /; letters 100 needle; keys 300 Enter; keys 100 n; times 10 keys 200 n N
	keys 100 '&'; times 50 keys 40 j k
}

# A console that nobody touches, for IDLE seconds, offline and on a cluster that is quiet: what it takes, and what wakes it.
bench_idle() {
	local how
	for how in --offline ''; do
		new_case
		"$build/kase" capture c.kase 'pods/*' --person bench >/dev/null 2>&1
		console "idle$how" $how || return
		waits 30 "no rows came onto the screen in 30 s" has_rows || return
		waits 60 "it did not come to rest in a minute" rests || return
		stand "${how:-live}"
		leave
	done
}
# No frame in three seconds.
rests() { awk -v now="$(uptime_s)" '{ last = $2 } END { exit last > (now - 3) * 1e6 }' frames; }
stand() {
	local name=${1#--} span=${IDLE:-60} used woken drawn
	used=$(ticks) woken=$(waits_of) drawn=$(wc -l <frames)
	sleep "$span"
	used=$(($(ticks) - used)) woken=$(($(waits_of) - woken)) drawn=$(($(wc -l <frames) - drawn))
	row "idle for $span s, $name" "$(seconds_of $used)" 'a tick of the clock' "$(seconds_of 1)" "$used" "$(peak_mib)" \
		"$([ "$name" = offline ] && echo 1)"
	row "wakes in $span s, $name" "$woken" "frames $drawn" 0 0 0
	say "idle, $name: $(seconds_of $used) s of processor, woken $woken times, $drawn frames in $span s"
}
