# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# bash completion of kstate-dump. The build puts in front of this file what the program says about
# itself: _kstate_dump_commands, "name:arguments:help" a line, and _kstate_dump_options, "option:argument:commands:help".

# The argument that the option $1 takes, as the program's help has it; fails if it takes none.
_kstate_dump_argument() {
	local line
	line=$(grep -e "^$1:" <<<"$_kstate_dump_options") || return 1
	line=${line#*:}
	[[ ${line%%:*} ]] || return 1
	echo "${line%%:*}"
}

# Options of every command, and those of the command $1.
_kstate_dump_flags() {
	local option commands
	while IFS=: read -r option _ commands _; do
		[[ -z $option ]] || [[ $commands && " $commands " != *" $1 "* ]] || echo "$option"
	done <<<"$_kstate_dump_options"
}

# Fields of the section $2 of the image $1, or of the live system: SECTION.FIELD, and what is in a
# field, from the depth of each line of the tree.
_kstate_dump_fields() {
	"${COMP_WORDS[0]}" -q show ${1:+"$1"} "$2" 2>/dev/null | awk '
		/^[^ ]/ { section = $1; if (shown++) exit }
		/^ / {
			match($0, /^ +/)
			depth = RLENGTH / 2
			path[depth] = $1
			name = section
			for (i = 1; i <= depth; i++)
				name = name (path[i] ~ /^\[/ ? "" : ".") path[i]
			print name
		}'
}

# Sections of the image $1, or of the live system; of a section that $2 names whole, its fields.
_kstate_dump_sections() {
	if [[ ${2-} == *.* ]]; then
		_kstate_dump_fields "$1" "${2%%.*}"
		return
	fi
	"${COMP_WORDS[0]}" -q list ${1:+"$1"} 2>/dev/null | awk 'NF && $1 == "section" { t = 1; next } !NF { t = 0 } t { print $1 }'
}

_kstate_dump_words() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_kstate_dump() {
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' given='' image='' i args
	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-*) args=$(_kstate_dump_argument "${COMP_WORDS[i]}") && [[ $args != \[* ]] && ((i++)) ;;
		*)
			if [[ ! $command ]]; then
				command=${COMP_WORDS[i]}
			else
				given=1 image=${COMP_WORDS[i]}
			fi
			;;
		esac
	done
	if [[ $previous == = ]] || [[ $word == --color=* ]]; then
		_kstate_dump_words "always auto never" "${word#--color=}"
		return
	fi
	if [[ $previous == -* ]] && args=$(_kstate_dump_argument "$previous") && [[ $args != \[* ]]; then
		case $args in
		DIR) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
		FILE) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
		SIZE) _kstate_dump_words "4K 16K 64K" "$word" ;;
		ok) _kstate_dump_words ok "$word" ;;
		esac
		return
	fi
	if [[ $word == -* ]]; then
		_kstate_dump_words "$(_kstate_dump_flags "$command")" "$word"
		return
	fi
	if [[ ! $command ]]; then
		_kstate_dump_words "$(cut -d: -f1 <<<"$_kstate_dump_commands")" "$word"
		return
	fi
	args=$(grep "^$command:" <<<"$_kstate_dump_commands" | cut -d: -f2) || return
	case $args in
	*COMMAND*) _kstate_dump_words "$(cut -d: -f1 <<<"$_kstate_dump_commands")" "$word" ;;
	*SECTION*)
		_kstate_dump_words "$(_kstate_dump_sections "$image" "$word")" "$word"
		[[ $given ]] || mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$word")
		;;
	*IMAGE* | *FILE*) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	esac
}

complete -o filenames -F _kstate_dump kstate-dump
