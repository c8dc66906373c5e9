# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
# bash completion of kstate-browse. The build puts in front of this file what the program says about
# itself: _kstate_browse_options, "option:argument::help" a line.

# The argument that the option $1 takes, as the program's help has it; fails if it takes none.
_kstate_browse_argument() {
	local line
	line=$(grep -e "^$1:" <<<"$_kstate_browse_options") || return 1
	line=${line#*:}
	[[ ${line%%:*} ]] || return 1
	echo "${line%%:*}"
}

_kstate_browse_words() {
	mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

_kstate_browse() {
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} args
	COMPREPLY=()
	if [[ $previous == = ]] || [[ $word == --color=* ]]; then
		_kstate_browse_words "always auto never" "${word#--color=}"
		return
	fi
	if [[ $previous == -* ]] && args=$(_kstate_browse_argument "$previous"); then
		case $args in
		DIR) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
		FILE) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
		SIZE) _kstate_browse_words "4K 16K 64K" "$word" ;;
		WHEN) _kstate_browse_words "always auto never" "$word" ;;
		esac
		return
	fi
	if [[ $word == -* ]]; then
		_kstate_browse_words "$(cut -d: -f1 <<<"$_kstate_browse_options")" "$word"
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}

complete -o filenames -F _kstate_browse kstate-browse
