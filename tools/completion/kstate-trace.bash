# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# bash completion of kstate-trace. The build puts in front of this file what the program says about
# itself: _kstate_trace_commands, "name:arguments:help" a line, and _kstate_trace_options, "option:argument:commands:help".

# The argument that the option $1 takes, as the program's help has it; fails if it takes none.
_kstate_trace_argument() {
	local line
	line=$(grep -e "^$1:" <<<"$_kstate_trace_options") || return 1
	line=${line#*:}
	[[ ${line%%:*} ]] || return 1
	echo "${line%%:*}"
}

# Options of every command, and those of the command $1; live is the default.
_kstate_trace_flags() {
	local option commands
	while IFS=: read -r option _ commands _; do
		[[ -z $option ]] || [[ $commands && " $commands " != *" ${1:-live} "* ]] || echo "$option"
	done <<<"$_kstate_trace_options"
}

_kstate_trace_words() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_kstate_trace() {
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' i args
	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		--)
			mapfile -t COMPREPLY < <(compgen -c -- "$word")
			return
			;;
		-*) _kstate_trace_argument "${COMP_WORDS[i]}" >/dev/null && ((i++)) ;;
		*) [[ $command ]] || command=${COMP_WORDS[i]} ;;
		esac
	done
	if [[ $previous == -* ]] && args=$(_kstate_trace_argument "$previous"); then
		case $args in
		DIR) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
		FILE) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
		SIZE) _kstate_trace_words "64K 1M 16M" "$word" ;;
		esac
		return
	fi
	if [[ $word == -* ]]; then
		_kstate_trace_words "$(_kstate_trace_flags "$command")" "$word"
	elif [[ ! $command || $command == help ]]; then
		_kstate_trace_words "$(cut -d: -f1 <<<"$_kstate_trace_commands")" "$word"
	elif [[ $command == boot ]]; then
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}

complete -o filenames -F _kstate_trace kstate-trace
