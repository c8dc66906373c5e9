#!/usr/bin/env bash
# What make install installs: complete, usable by strangers, and gone after make uninstall.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

# Examples have the bars of a UTF-8 locale.
export LC_ALL=C.UTF-8

dest=$work/dest
data=$PWD/selftests/data

test_files() {
	local file
	for file in bin/kstate-dump lib/libkstate-dump.a lib/libkstate-dump.so lib/pkgconfig/libkstate-dump.pc \
		include/kstate-dump.h include/kstate-dump/node.h share/man/man8/kstate-dump.8 \
		share/man/man5/kstate-image.5 share/bash-completion/completions/kstate-dump \
		share/zsh/site-functions/_kstate-dump share/fish/vendor_completions.d/kstate-dump.fish \
		lib/systemd/system/kstate-metrics.timer share/doc/kstate/README.md share/doc/kstate/docs/fleet.md \
		share/doc/kstate/COPYING share/doc/kstate/LICENSES/GPL-2.0 share/kstate-dump/kstate-dump-2.schema.json; do
		check "$file is installed" test -s "$dest/usr/$file"
	done
	is "the library is named by its SONAME" \
		"$(objdump -p "$dest/usr/lib/libkstate-dump.so" | awk '/SONAME/ { print $2 }')" \
		"$(readlink "$dest/usr/lib/libkstate-dump.so")"
	is "programs are linked with what the version says" \
		"$(readlink "$dest/usr/lib/$(readlink "$dest/usr/lib/libkstate-dump.so")")" \
		"libkstate-dump.so.$("$dest/usr/bin/kstate-dump" version | awk '/libkstate-dump/ { print $2 }')"
}

# What else has the version: VERSION is where it is changed.
test_version() {
	local version number
	version=$(cat VERSION)
	number=$(printf '#include <kstate-dump/version.h>\nKSTD_VERSION_NUMBER KSTD_VERSION\n' |
		gcc -E -P -Ilibkstate-dump/include -xc - | tail -n 1)
	is "the header's number is VERSION" "$((${number%\"*\"}))" \
		"$(awk -F. '{ print $1 * 1000000 + $2 * 1000 + $3 }' VERSION)"
	is "the header's text, too" "$(grep -o '"[^"]*"' <<<"$number")" "\"$version\""
	is "the Debian package's" "$(sed -n '1s/^kstate (\(.*\)-[^-]*) .*/\1/p' packaging/debian/changelog)" "$version"
	has "CHANGELOG.md has it" CHANGELOG.md "^## ${version//./\\.}( |\$)"
	is "installed units run the installed program" \
		"$(sed -n 's/^ExecStart=\([^ ]*\) .*/\1/p' "$dest/usr/lib/systemd/system/kstate-metrics.service")" \
		"/usr/bin/kstate-dump"
}

# What the packages are built with is what mk/packages says.
test_build_depends() {
	local missing='' package
	for package in $(mk/deps.sh --list fast); do
		case $package in gcc | make | libc6-dev | perl | pkg-config) continue ;; esac
		grep -qE "^ +$package( <!nocheck>)?,?\$" packaging/debian/control || missing+=" $package"
	done
	is "Build-Depends has all of mk/packages" "$missing" ""
}

# What is optimized as one program has names that are random, unless they are given.
test_reproducible() {
	local build
	for build in one two; do
		make -s --no-print-directory B="$work/$build" LIB_SRC=libkstate-dump/src/about.c \
			"$work/$build/libkstate-dump.a" >/dev/null
	done
	is "two builds of the static library are the same" \
		"$(cmp "$work/one/libkstate-dump.a" "$work/two/libkstate-dump.a" 2>&1)" ""
}

# The example is compiled as its comment says, against what is installed.
test_example() {
	export PKG_CONFIG_PATH=$dest/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$dest
	# shellcheck disable=SC2046
	check "the example compiles" gcc -std=c99 -Wall -Wextra -Werror -o "$work/example" \
		libkstate-dump/docs/example.c $(pkg-config --cflags --libs libkstate-dump)
	is "the example runs" "$(LD_LIBRARY_PATH=$dest/usr/lib "$work/example" "$data/live-update/kstate/in/image")" \
		"test@0 31"
	LD_LIBRARY_PATH=$dest/usr/lib "$work/example" "$work/nosuch" 2>"$work/err" && status=0 || status=$?
	is "the example says what is wrong" "$status $(cat "$work/err")" "1 $work/nosuch: No such file or directory"
}

test_lint() {
	local page
	for page in "$B"/man/*.[58]; do
		if command -v mandoc >/dev/null; then
			is "${page##*/}: mandoc finds nothing" \
				"$(mandoc -Tlint -W warning "$page" 2>/dev/null | grep -v 'outdated mandoc.db' || true)" ""
		else
			skip "${page##*/}: mandoc finds nothing" "mandoc is not installed"
		fi
		if man --version >/dev/null 2>&1; then
			is "${page##*/}: man has no warnings" \
				"$(man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >/dev/null)" ""
		else
			skip "${page##*/}: man has no warnings" "man is not installed"
		fi
	done
}

# The page has every command and option, that of the format every name of the ABI header.
test_complete() {
	local missing='' name
	for name in $("$dump" --list-commands); do
		grep -q "^\.It Ic $name " "$B/man/kstate-dump.8" || missing+=" $name"
	done
	while IFS=: read -r name _; do
		[[ $name != --* ]] || grep -q "Fl -${name#--}\b" "$B/man/kstate-dump.8" || missing+=" $name"
	done < <("$dump" --list completion)
	is "every command and option is in the page" "$missing" ""
	missing=''
	for name in $(sed -n '/define KSTATE_ABI_PROPS/,/^$/p; /define KSTATE_ABI_KINDS/,/^$/p; /define KSTATE_ABI_SIGNS/,/^$/p; /define KSTATE_ABI_HINTS/,/^$/p' \
		kernel/include/linux/kho/abi/kstate.h | grep -o '"[a-z-]*"' | tr -d '"'); do
		grep -qwF -- "$name" tools/man/kstate-image.5 || missing+=" $name"
	done
	is "every name of the format is in its page" "$missing" ""
}

# The examples of a page: each line after "$ " is run in selftests/data, and prints what follows.
test_examples() {
	local page=$1 number=0 command
	rm -rf "$work/examples"
	mkdir "$work/examples"
	awk -v dir="$work/examples" '
		/^\.\\" example/ { n++ }
		/^\.Bd/ { on = n > done }
		/^\.Ed/ { if (on) done = n; on = 0 }
		on && /^\$ / { print substr($0, 3) > (dir "/" n ".command"); next }
		on && !/^\.Bd/ { print > (dir "/" n ".want") }
	' "$page"
	for command in "$work"/examples/*.command; do
		number=$((number + 1))
		(cd "$data" && PATH=$dest/usr/bin:$PATH bash "$command") >"$work/got" 2>"$work/err" || true
		is "${page##*/}: example $number" "$(cat "$work/got")" "$(cat "${command%.command}.want")"
	done
	check "${page##*/} has examples" test "$number" -gt 2
}

# complete WORD...: what the shell offers for the last of them.
complete_words() {
	(
		# shellcheck disable=SC1090,SC1091
		. "$dest/usr/share/bash-completion/completions/kstate-dump"
		COMP_WORDS=("$dest/usr/bin/kstate-dump" "$@")
		COMP_CWORD=$#
		_kstate_dump || true
		printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
	)
}

test_completion() {
	is "commands are completed" "$(complete_words s)" "schema show "
	is "options are completed" "$(complete_words --ver)" "--verbose --version "
	is "options of a command are for it" "$(complete_words get x --as-)" "--as-is "
	is "and for no other" "$(complete_words show x --as- | tr -d ' ')" ""
	is "words of an option are completed" "$(complete_words --color = n)" "never "
	is "directories are completed" "$(complete_words --sysroot "$data/li")" "$data/live-update "
	is "files are completed" "$(complete_words info "$data/RE")" "$data/README.md "
	is "files of kernels are completed" "$(complete_words catalog x "$data/RE")" "$data/README.md "
	is "sections of an image are completed" "$(complete_words show "$data/live-update" te | tr ' ' '\n' | sort -u | tr -d '\n')" "test@0"
	is "fields of a section are completed" "$(complete_words get "$data/live-update" test@0.test)" "test@0.test_v2 test@0.test_v2.i "
	is "commands are completed after help" "$(complete_words help hex)" "hexdump "
	is "the word after an option's argument is the command" "$(complete_words --sysroot / hexd)" "hexdump "
}

# zsh_words WORD...: what its completion offers for the last of them. The functions of zsh's completion are
# replaced by some that print what they are given.
zsh_words() {
	zsh -f -c '
		compadd() { shift $((${@[(i)--]})); print -rl -- $@ }
		compset() { [[ $PREFIX == ${2}* ]] && PREFIX=${PREFIX#$2} }
		_describe() { print -rl -- ${(P)argv[-1]} }
		_files() { print -r -- "files $*" }
		_message() { print -r -- "message $*" }
		file=$1; shift
		offer() { local -a words; words=(build/kstate-dump "$@"); local CURRENT=$(($# + 1)) PREFIX=$argv[-1]; . $file }
		offer "$@"' zsh "$dest/usr/share/zsh/site-functions/_kstate-dump" "$@" | grep -e "^${*: -1}" -e '^files' -e '^[a-z]*$'
}

test_zsh() {
	local page=$dest/usr/share/zsh/site-functions/_kstate-dump
	if ! command -v zsh >/dev/null; then
		skip "completion of zsh" "zsh is not installed"
		return
	fi
	is "zsh finds its file" "$(head -n 1 "$page")" "#compdef kstate-dump"
	is "zsh: commands come with their help" "$(zsh_words hexd)" "$(printf '%s\n' \
		'hexdump:the bytes of payloads, and which field they belong to' 'files ')"
	is "zsh: options of a command are for it" "$(zsh_words get x --as-)" \
		"--as-is:bytes and text as they are, without a newline"
	is "zsh: and for no other" "$(zsh_words show x --as-)" ""
	is "zsh: directories are offered where one is wanted" "$(zsh_words --sysroot x)" "files -/"
}

# fish_words TEXT: what fish offers for this beginning of a line.
fish_words() {
	HOME=$work PATH=$dest/usr/bin:$PATH fish --no-config -c "
		source $dest/usr/share/fish/vendor_completions.d/kstate-dump.fish; complete -C '$1'" 2>&1
}

test_fish() {
	if ! command -v fish >/dev/null; then
		skip "completion of fish" "fish is not installed"
		return
	fi
	is "fish: commands come with their help" "$(fish_words 'kstate-dump hexd')" \
		$'hexdump\tthe bytes of payloads, and which field they belong to'
	is "fish: options of a command are for it" "$(fish_words 'kstate-dump get x --as-')" \
		$'--as-is\tbytes and text as they are, without a newline'
	is "fish: and for no other" "$(fish_words 'kstate-dump show x --as-')" ""
	is "fish: sections of an image are completed" "$(fish_words "kstate-dump show $data/live-update test@")" "test@0"
}

# Texts of the tables stand in quotes of three shells.
test_quotes() {
	local program
	for program in kstate-dump kstate-browse kstate-trace; do
		[ ! -x "$B/$program" ] || is "$program: no character of its tables means something to a shell" \
			"$("$B/$program" --list completion | sed 's/^[a-z_]*="$//; s/^"$//' | grep '["$`\\]' || true)" ""
	done
}

# Every exported function says what it returns and since when.
test_comments() {
	is "every function that returns something says what" "$(awk '
		/^\/\*\*/ { said = 0 }
		/^ \* Return: / { said = 1 }
		/^[a-z].*[ *]kstd_[a-z0-9_]+\(/ {
			if (!said && !/^void/ && !/^enum kstd_(type|style) /) print FILENAME ": " $0
		}' libkstate-dump/include/kstate-dump.h libkstate-dump/include/kstate-dump/*.h)" ""
}

test_trace() {
	local file missing='' name
	if [ ! -x "$B/kstate-trace" ]; then
		skip "kstate-trace" "it is not built: clang or bpftool is missing"
		return
	fi
	for file in bin/kstate-trace share/man/man8/kstate-trace.8 share/bash-completion/completions/kstate-trace \
		share/kstate-trace/kstate-trace-1.schema.json; do
		check "$file is installed" test -s "$dest/usr/$file"
	done
	while IFS=: read -r name _; do
		[[ $name != --* ]] || grep -q "Fl -${name#--}\b" "$B/man/kstate-trace.8" || missing+=" $name"
	done < <("$B/kstate-trace" --list completion)
	is "every option of kstate-trace is in its page" "$missing" ""
	test_examples "$B/man/kstate-trace.8"
	is "its commands are completed" "$(complete_trace b)" "boot "
	is "its options, too" "$(complete_trace --bu)" "--budget "
	is "those of a command are for it" "$(complete_trace boot --interv | tr -d ' ')" ""
	is "recorded events are files" "$(complete_trace --replay "$data/trace/sa")" "$data/trace/save.trace "
}

complete_trace() {
	(
		# shellcheck disable=SC1090,SC1091
		. "$dest/usr/share/bash-completion/completions/kstate-trace"
		COMP_WORDS=("$dest/usr/bin/kstate-trace" "$@")
		COMP_CWORD=$#
		_kstate_trace || true
		printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
	)
}

test_browse() {
	local file key missing='' name
	if [ ! -x "$B/kstate-browse" ]; then
		skip "kstate-browse" "it is not built: ncurses is missing"
		return
	fi
	for file in bin/kstate-browse share/man/man8/kstate-browse.8 share/bash-completion/completions/kstate-browse; do
		check "$file is installed" test -s "$dest/usr/$file"
	done
	while IFS=: read -r name _; do
		[[ $name != --* ]] || grep -q "Fl -${name#--}\b" "$B/man/kstate-browse.8" || missing+=" $name"
	done < <("$B/kstate-browse" --list completion)
	is "every option of kstate-browse is in its page" "$missing" ""
	missing=''
	mandoc -T ascii "$B/man/kstate-browse.8" | col -b >"$work/page"
	while read -r key; do
		key=${key#<}
		key=${key%>}
		grep -qF -- "${key/^/Ctrl-}" "$work/page" || missing+=" $key"
	done < <("$B/kstate-browse" --list keys)
	is "every key of kstate-browse is in its page" "$missing" ""
	is "its options are completed" "$(complete_browse --ref)" "--refresh "
	is "words of --color are completed" "$(complete_browse --color=n)" "never "
	is "images are files" "$(complete_browse "$data/RE")" "$data/README.md "
}

complete_browse() {
	(
		# shellcheck disable=SC1090,SC1091
		. "$dest/usr/share/bash-completion/completions/kstate-browse"
		COMP_WORDS=("$dest/usr/bin/kstate-browse" "$@")
		COMP_CWORD=$#
		_kstate_browse || true
		printf '%s\n' "${COMPREPLY[@]}" | sort | tr '\n' ' '
	)
}

tests() {
	check "make install works" make -s --no-print-directory install B="$B" DESTDIR="$dest" PREFIX=/usr
	test_files
	test_version
	test_build_depends
	test_reproducible
	test_example
	test_lint
	test_complete
	test_examples "$B/man/kstate-dump.8"
	test_examples "$B/man/kstate-image.5"
	test_completion
	test_zsh
	test_fish
	test_quotes
	test_trace
	test_browse
	test_comments
	check "make uninstall works" make -s --no-print-directory uninstall B="$B" DESTDIR="$dest" PREFIX=/usr
	is "nothing is left" "$(find "$dest" ! -type d; find "$dest" -type d -name '*kstate*')" ""
}

tests 3>&1 >&2 | numbered
