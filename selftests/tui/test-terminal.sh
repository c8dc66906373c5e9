#!/usr/bin/env bash
# kstate-browse in a real terminal: tmux. What is on it is what the same keys give without one,
# and whatever ends the program leaves the terminal as it was.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/tui/lib.sh
. selftests/tui/lib.sh

servers=0
tmux=false
trap '$tmux kill-server 2>/dev/null || true; rm -rf "$work"' EXIT

# start COLSxROWS TERM COMMAND: a terminal that runs a command, and a client that is told of output. What
# a key sends may come in pieces on a loaded machine: ESCDELAY is the time that it may take, in ms.
start() {
	# One that is ending takes no session any more: each has a socket of its own.
	servers=$((servers + 1))
	tmux="tmux -L kstate-browse-$$-$servers -f /dev/null"
	$tmux new-session -d -s t -x "${1%x*}" -y "${1#*x}" \
		"cd '$work' && export LC_ALL=${locale-C.UTF-8} ESCDELAY=5000 TERM=$2; $3; echo over; exec cat"
	$tmux set-option -g window-size manual
	coproc EVENTS { exec $tmux -C attach-session -t t; }
	events=$EVENTS_PID
	exec 5<&"${EVENTS[0]}"
}

stop() {
	$tmux kill-server || true
	wait "$events" 2>/dev/null || true
}

# wait_until COMMAND...: until it succeeds; it is tried again after something was written to the terminal.
# What does not come at all is given up after a long time, which no load of a machine takes.
wait_until() {
	until "$@"; do
		read -r -t 300 -u 5 _ || return 1
		while read -r -t 0.01 -u 5 _; do :; done
	done
}

# pane_has REGEX [OPTION]: what is on the screen, as capture-pane writes it with the option.
pane_has() {
	$tmux capture-pane -p ${2+"$2"} -t t >pane.txt && grep -qE -e "$1" pane.txt
}

pane_is() {
	$tmux capture-pane -p -t t >pane.txt && cmp -s "$1" pane.txt
}

# shows REGEX [OPTION]
shows() {
	wait_until pane_has "$@"
}

keys() {
	$tmux send-keys -t t "$@"
}

# arrives SIZE SCRIPT ARGUMENT...: wait until the screen is that of the script, which has all of what the
# program counts and reads in the background.
arrives() {
	local size=$1 script=$2
	shift 2
	(cd "$work" && "$browse" --headless --size "$size" --script "$script" "$@") |
		sed -e '1d' -e '/^----$/,$d' >want.txt
	wait_until pane_is want.txt
}

# screen DESC REGEX SIZE SCRIPT ARGUMENT...: the screen comes to be that of the script; it has REGEX.
screen() {
	local desc=$1 regex=$2
	shift 2
	if arrives "$@"; then
		has "$desc" pane.txt "$regex"
	else
		fail "$desc" "$(diff -u want.txt pane.txt)"
	fi
}

test_views() {
	start 80x24 tmux-256color "'$browse' world"
	screen "the tree" 'preserved memory' 80x24 "" world
	keys j j j j j j j j x
	screen "bytes" 'bytes: dev' 80x24 jjjjjjjjx world
	keys q m
	screen "memory" 'memory: preserved' 80x24 jjjjjjjjxqm world
	keys q t
	screen "times" 'times: saving' 80x24 4 world
	keys q v
	screen "defects" 'defects: 0 .verified' 80x24 5 world
	keys q i
	screen "notes" '7 notes\]' 80x24 5qi world
	keys q '?'
	screen "help" 'one line up' 80x24 '5q?' world
	keys q d o d d Enter
	screen "differences" '6 diff\]' 80x24 '5qdodd<Enter>' world
	stop
}

test_keys() {
	start 80x24 tmux-256color "'$browse' many"
	screen "all sections are counted" 'sections  100' 80x24 "" many
	keys End
	screen "End" '103/104|104/104|105/105|106/106' 80x24 '<End>' many
	keys PageUp
	screen "a page up" '8[0-9]/10' 80x24 '<End><PgUp>' many
	keys Home Down Down Tab
	screen "the cursor keys and Tab" 'tree: sections' 80x24 '<Home><Down><Down><Tab>' many
	keys Escape
	keys /
	keys '@4'
	screen "searching while typing" '/@4' 80x24 '<Down><Down><Tab><Esc>/@4' many
	keys Enter
	stop
}

# A machine that has no time for more than one step of work between two looks for a key.
test_slow() {
	start 80x24 tmux-256color "KSTATE_BROWSE_SLICE_MS=0 '$browse' many"
	screen "all sections are counted, however slowly" 'sections  100' 80x24 "" many
	stop
}

test_sizes() {
	start 80x24 tmux-256color "'$browse' world"
	screen "80x24" 'preserved memory' 80x24 "" world
	$tmux resize-window -t t -x 40 -y 10
	screen "40x10" 'world +1/12 +defects: 0$' 40x10 "" world
	$tmux resize-window -t t -x 132 -y 43
	screen "132x43" '^ world {90}' 132x43 "" world
	stop
}

test_terminals() {
	local term
	for term in xterm xterm-256color linux vt100 screen; do
		start 80x24 $term "'$browse' world"
		screen "TERM=$term" 'preserved memory' 80x24 "" world
		stop
	done
	locale=C start 80x24 vt100 "'$browse' world"
	screen "a locale without UTF-8 is ASCII" 'preserved memory' 80x24 "" --ascii world
	stop
	start 80x24 no-such-terminal "'$browse' world"
	check "an unknown terminal is told of" shows 'does not know this terminal'
	stop
	start 80x24 xterm "'$browse' no-such-file"
	check "what cannot be opened is told of on the terminal as it was" shows \
		'kstate-browse: no-such-file: No such file'
	stop
}

test_colors() {
	local escape
	escape=$(printf '\033')
	start 80x24 xterm-256color "'$browse' world"
	check "256 colors" shows "$escape"'\[[0-9;]*48;5;' -e
	stop
	start 80x24 xterm "'$browse' --color never world"
	screen "a screen without colors" 'preserved memory' 80x24 "" world
	check "the cursor is seen without colors" shows "$escape"'\[[0-9;]*7m' -e
	has_not "--color never" pane.txt "$escape"'\[[0-9;]*[34][1-7]m'
	stop
}

test_mouse() {
	start 80x24 xterm-256color "'$browse' world"
	arrives 80x24 "" world || true
	$tmux send-keys -l -t t "$(printf '\033[<0;6;5M\033[<0;6;5m')"
	screen "a click" 'tree: memblock|tree: kexec-m' 80x24 '<Click:5,4>' world
	stop
}

state() {
	$tmux display-message -p -t t '#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_cursor_flag}'
}

# restored DESC COMMAND...: after that the terminal is as it was.
restored() {
	local desc=$1
	shift
	start 80x24 xterm-256color "stty -a >before; '$browse' world; stty -a >after"
	arrives 80x24 "" world || true
	"$@"
	if ! shows '^over'; then
		fail "$desc" "the program goes on"
	elif ! cmp -s "$work/before" "$work/after"; then
		fail "$desc" "$(diff -u "$work/before" "$work/after")"
	else
		is "$desc" "$(state)" "0 1 0 0"
	fi
	stop
}

send_signal() {
	local shell pid
	shell=$($tmux display-message -p -t t '#{pane_pid}')
	pid=$(pgrep -o -P "$shell") || return 0
	kill -"$1" "$pid"
}

test_restored() {
	local sig
	restored "q leaves the terminal as it was" keys q
	for sig in TERM INT HUP QUIT SEGV ABRT; do
		restored "so does SIG$sig" send_signal $sig
	done
}

tests() {
	make_images
	cd "$work"
	test_views
	test_keys
	test_slow
	test_sizes
	test_terminals
	test_colors
	test_mouse
	test_restored
}

tests 3>&1 >&2 | numbered
