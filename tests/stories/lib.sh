# Sourced by the stories: the real program in a terminal of tmux, on a socket of its own.
#
# A story is a list of functions, each a sentence, that go on where the one before ended.  What is waited for has a deadline;
# what is not as it should be is said, with the screen, and fails the function it happens in.
set -uo pipefail

kase=$(realpath "${top_builddir:-.}")/kase
export LC_ALL=C.UTF-8 KASE_PERSON=ana@bastion
unset NO_COLOR TMUX
work=$(mktemp -d "${TMPDIR:-/tmp}/kase-story-XXXXXX")
export XDG_STATE_HOME=$work/state
deadline_s=${KASE_DEADLINE_S:-30}
bad=0

tm() { tmux -S "$work/tmux" -f /dev/null "$@"; }

tidy_up() {
	tm kill-server 2>/dev/null
	rm -rf "$work"
}
trap tidy_up EXIT

if ! command -v tmux >/dev/null; then
	echo "1..0 # SKIP there is no tmux here"
	exit 0
fi

# terminal COLUMNS LINES: a shell in a terminal of this size that lets programs set title and clipboard.
terminal() {
	tm new-session -d -x "$1" -y "$2" -s story "env PS1='shell> ' bash --norc --noprofile"
	tm set -s set-clipboard on
	tm set -g status off
	tm resize-window -x "$1" -y "$2"
	shows 'shell>'
}

type_in() { tm send-keys -t story -l -- "$1"; }
press() { tm send-keys -t story "$@"; }
command_line() { type_in "$1" && press Enter; }
screen() { tm capture-pane -p -t story; }
asked() { tm display-message -p -t story "$1"; }
size() { tm resize-window -t story -x "$1" -y "$2"; }

wrong() {
	echo "# wrong: $1"
	[ $bad = 1 ] || screen | sed 's/^/# | /; /^# | [│ ]*$/d'
	bad=1
}

# until_true COMMAND...: 0 once it is so, 1 after the deadline.
until_true() {
	local end=$((SECONDS + deadline_s))

	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.05
	done
	return 0
}

has() { screen | grep -qF -- "$1"; }
has_not() { ! has "$1"; }
is() { [ "$(asked "$1")" = "$2" ]; }
shows() { until_true has "$1" || wrong "never shown: $1"; }
loses() { until_true has_not "$1" || wrong "still shown: $1"; }
becomes() { until_true is "$1" "$2" || wrong "$1 is $(asked "$1"), not $2"; }
same() { [ "$2" = "$3" ] || wrong "$1: $(printf '\n%s\n---\n%s' "$2" "$3" | sed 's/^/# /')"; }

# The rows of the table, without what comes and goes with time: border, cursor and age.
rows() {
	screen | sed -nE 's/^[│ ]*[▸†]? +((payments|platform|storefront) .*[^ ]) +[0-9]+[smhd] *│?$/\1/p' |
		sed -E 's/ +/ /g'
}

rows_count() { [ "$(rows | wc -l)" = "$1" ]; }
rows_same() { [ "$(rows)" = "$1" ]; }
rows_are() { until_true rows_same "$1" || same rows "$(rows)" "$1"; }

# run FUNCTION...: TAP.
run() {
	local n=0 name

	echo "1..$#"
	for name; do
		n=$((n + 1)) bad=0
		"$name"
		[ $bad = 0 ] || printf 'not '
		echo "ok $n - $name"
	done
}
