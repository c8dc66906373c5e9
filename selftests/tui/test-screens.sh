#!/usr/bin/env bash
# Screens of every view, key and size, to the letter. `make golden-browse` writes them again.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/tui/lib.sh
. selftests/tui/lib.sh

scripts=

# screens NAME SIZE SCRIPT ARGUMENT...: what the script makes of ARGUMENT...
screens() {
	local name=$1 size=$2 script=$3 status=0
	shift 3
	scripts+=$script
	"$browse" --headless --size "$size" --script "$script" "$@" >"$work/out" 2>"$work/err" ||
		status=$?
	cat "$work/err" >>"$work/out"
	echo "exit status $status" >>"$work/out"
	same "$name" "$name.txt" <"$work/out"
}

# Every view, from the narrowest terminal to a wide one, and with ASCII alone.
test_views() {
	local size views=(
		"tree|world|"
		"details|world|jjjjjjjj<Tab>jjjjjjjjjj"
		"bytes|world|jjjjjjjjx<Down><Right><Right><Right><Right><Right>"
		"page|world|:0x40044200<Enter>"
		"memory|world|3"
		"times|world|4"
		"defects|world-bad|5"
		"diff|image|6"
		"notes|live|7"
		"help|image|?"
		"luo|luo-core|<Down><Down><Down><Down><Down><Right><Down>"
	)
	for size in 40x10 60x16 80x24 132x43; do
		for view in "${views[@]}"; do
			IFS='|' read -r name image script <<<"$view"
			if [ "$name" = diff ]; then
				screens "$name-$size" "$size" "<Screen>" odd image
			else
				screens "$name-$size" "$size" "$script" "$image"
			fi
		done
	done
	screens ascii 80x24 '<Screen>3<Screen>q4<Screen>' --ascii world
	screens tiny 9x2 '<Screen><Size:80x24><Screen><Size:3x30><Screen><Size:300x3>' image
}

test_moving() {
	screens lines 80x16 'j<Screen><Down><Screen>k<Screen><Up><Screen>' world
	screens pages 80x10 '<PgDn><Screen><^F><Screen><Space><Screen><PgUp><Screen><^B><Screen>' many
	screens ends 80x10 '<End><Screen><Home><Screen>G<Screen>g<Screen>' many
	screens branches 80x16 'j<Left><Screen>l<Screen><Left><Right><Screen><Enter><Screen>' world
	screens panes 80x16 'jjjj<Tab><Screen><Tab><Screen>l<Screen>h<Screen><Enter>' image
	screens bytes-moves 80x16 '/kinds@<Enter>x<End><Screen><Home><PgDn><Up><Left><Screen>2<Screen>' kinds
	screens back 80x16 '3<Screen>4<Screen>h<Screen><Backspace>' world
	screens quit 80x16 '?<Screen>q<Screen>q<Screen>' image
	screens mouse 80x16 '<Click:6,4><Screen><Click:60,5><Screen><WheelDown:1,1><Screen><WheelUp:1,1>' world
	screens resize 80x24 'jjjjjjjj<Size:40x10><Screen><Size:132x43><Screen><Size:60x16>' world
}

test_finding() {
	screens search 80x16 '/be<Screen>nch<Screen><Esc><Screen>/vm<Enter><Screen>n<Screen>N' luo-core
	screens search-values 80x16 '/port<Space>7<Enter><Screen><Tab>/port<Space>7<Enter>' kinds
	screens search-none 80x16 '/nowhere<Enter>' world
	screens search-end 80x16 'G/KHO<Enter><Screen>n<Screen>' world
	screens filter 80x16 '&@1<Enter><Screen>&<Backspace><Backspace>@2f<Enter><Screen><Esc>' many
	screens filter-lines 80x16 '?&cursor<Enter><Screen>&<^U><Enter>' image
	screens sort 80x16 's<Screen>s<Screen>s<Screen>s<Screen>s' world
	screens goto 80x24 ':1074020864<Enter><Screen>:0x40044200<Enter><Screen>:12x<Enter>' world
	screens goto-map 80x24 ':0x4a3f000<Enter><Screen>:0x1<Enter>' tree
	screens follow 80x24 '/dev@7b<Enter><Tab>/ring<Enter>F<Screen><Backspace><Screen>' world
	screens follow-bytes 80x24 '/dev@7b<Enter>xF<Screen>' world
	screens owner 80x24 '3/ring<Enter><Screen><Enter><Screen>' world
	screens place 80x24 '5<Enter><Screen>' bad-crc
}

test_views_keys() {
	screens zoom 20x8 '3+<Screen>=<Screen>-<Screen><Right><Down><Screen><PgDn><Screen><End><Screen>' world
	screens zoom-side 80x16 'm<Tab><Screen>' tree
	screens times-keys 80x16 't-<Screen><Tab><Screen>s<Screen><Enter>' live
	screens hex-keys 80x16 '/kinds@<Enter>x<Screen>/slots<Enter><Screen><Enter>' kinds
	screens letters 80x16 'm<Screen>1v<Screen>1i<Screen>1d<Screen><Esc>1x<Screen>' image
	screens redraw 40x10 '<^L>' image
	screens cancel 80x16 '?<Esc><Screen>/test<^C><Screen>' image
	screens whole 40x10 'j<Tab>jjjjjj<Screen>w<Screen>w<Screen><Size:60x24><Screen><Esc>' world
	screens whole-kinds 60x16 'jjj<Tab>G<Screen>w<Screen>/0<Enter><Screen>y<^U>whole.txt<Enter>' kinds
	screens whole-views 60x16 '3w<Screen>1jjjjjjjjxw<Screen>14w<Screen>?w' world
	screens help-key 80x24 '<F1><Screen>?<Screen>' image
	screens unknown-key 80x16 'Z<Screen>é<Screen><^Z><Screen><Del><Screen>4&<Screen>' world
	screens bytes-of-blob 80x24 'jjx<Screen>' world
	screens bytes-nowhere 80x16 'jjjx<Screen>Gx' tree
	screens stop 80x16 '5<Cancel><Screen>' many
}

# Nothing is followed that is not there; what can be read is shown.
test_damaged() {
	screens bad-crc 80x16 'jjj<Tab><Screen>5' bad-crc
	screens cut 80x16 '<Screen>' cut
	screens cut-core 80x24 '<Screen>5' world-cut
	screens cut-tree 80x24 'jjjjjjjjjjjj<Screen>5' tree-cut
	screens names 80x24 '<Screen>jjj<Tab>' names
	screens odd 80x30 'jjj<Tab>' odd
	screens kinds 100x70 'jjj<Tab>jjjjjjjjj' kinds
	: >"$work/empty"
	screens empty 80x16 '<Screen>' empty
	screens diff-first 80x16 'r<Screen>q<Screen>r' image live
	screens missing 80x16 '<Screen>' no-such-file
}

test_export() {
	"$browse" --headless --script 'jjjy<^U>out.txt<Enter>y<^U>out.json<Enter>' image >screens 2>&1
	same "text of a section" export.txt <out.txt
	"$B/kstate-dump" show -p image test@0 >show.json
	check "JSON of a section is that of show" cmp show.json out.json
	is "nobody else may read it" "$(stat -c %a out.txt)" 600
	screens export-twice 80x16 'y<^U>out.txt<Enter>' image
	screens export-proposed 80x24 'y<Screen>z<Screen><Backspace><Screen>' image
	mkdir -p paths/a{b,c}dir paths/é1 paths/è2
	touch paths/abdir/f'[1]'.txt
	screens complete 80x16 'y<^U>paths/a<Tab><Screen>b<Tab><Screen><Tab><Screen><^U>paths/no<Tab>' image
	screens complete-utf8 80x16 'y<^U>paths/<Tab><Screen>é<Tab><Screen><Esc>dworld-b<Tab>' image
	screens export-default 80x16 'y<Screen><Esc>' image
	"$browse" --headless --script '3y<^U>mem.json<Enter>q6<^U>image<Enter>y<^U>diff.json<Enter>q5y<^U>verify.json<Enter>q4y<^U>list.json<Enter>' tree >screens 2>&1
	for command in mem diff verify list; do
		check "JSON of $command is a document" python3 -c '
import json, sys
assert json.load(open(sys.argv[1] + ".json"))["command"] == sys.argv[1]' $command
	done
}

# A tree that changes, seen as the live system.
test_live() {
	local root=$work/root debug
	debug=$root/sys/kernel/debug
	mkdir -p "$root/sys/kernel"
	cp -rL tree "$debug"
	mkfifo keys
	"$browse" --headless --size 80x16 --script - --sysroot "$root" <keys >out 2>err &
	exec 4>keys
	printf '/registered\n<Enter><Screen>' >&4
	wait_for 'registered'
	sed -i 's/registered$/saved/' "$debug/kstate/out/sections"
	printf 'r<Screen><Tick><Screen>' >&4
	exec 4>&-
	wait $!
	same "changes are marked until the next look" live.txt <out
	rm -rf "$debug"
	screens live-gone 80x16 '<Screen>' --sysroot root
}

# wait_for TEXT: until it is in "out"; what does not come at all is given up after a long time.
wait_for() {
	grep -qm1 "$1" < <(timeout 300 tail -n +1 -f out)
}

# The session in the README is what the program draws now; make session-browse records it.
test_readme() {
	(cd "$top" && selftests/tui/session.sh "$browse") >session
	sed -n '/^<!-- session -->$/,/^<!-- end of the session -->$/p' "$top/README.md" | sed '1d;$d' >readme
	check "the session in the README is up to date" diff -u readme session
}

test_every_key() {
	local key missing=
	while read -r key; do
		case $scripts in *"$key"*) ;; *) missing+=" $key" ;; esac
	done < <("$browse" --list keys)
	is "every key is pressed in one of the screens" "$missing" ""
}

tests() {
	top=$PWD
	make_images
	cd "$work"
	test_views
	test_moving
	test_finding
	test_views_keys
	test_damaged
	test_export
	test_live
	test_readme
	test_every_key
}

tests 3>&1 >&2 | numbered
