# SPDX-License-Identifier: GPL-2.0
# zsh completion of one of the programs. The build puts in front of this file what the program says
# about itself, and its name for @F@: _@F@_commands, "name:arguments:help" a line, if it has commands,
# and _@F@_options, "option:argument:commands:help" a line.

emulate -L zsh
setopt extendedglob

local line word args command='' image='' previous=$words[CURRENT-1] i
local -a part shown
local -A argument of

for line in "${(@f)_@F@_options}"; do
	[[ $line == -* ]] || continue
	part=("${(@s.:.)line}")
	argument[$part[1]]=$part[2]
	of[$part[1]]=$part[3]
done

for ((i = 2; i < CURRENT; i++)); do
	word=$words[i]
	if [[ $word == -- ]]; then
		_command_names -e
		return
	elif [[ $word == -* ]]; then
		[[ -z ${argument[$word]-} || ${argument[$word]} == \[* ]] || ((i++))
	elif [[ -z $command ]]; then
		command=$word
	else
		image=$word
	fi
done

if compset -P '--color='; then
	compadd -- always auto never
	return
fi

args=${argument[$previous]-}
if [[ $previous == -* && -n $args && $args != \[* ]]; then
	case $args in
	DIR) _files -/ ;;
	FILE) _files ;;
	WHEN) compadd -- always auto never ;;
	ok) compadd -- ok ;;
	SIZE) compadd -- 4K 16K 64K ;;
	*) _message "$args" ;;
	esac
	return
fi

if [[ $PREFIX == -* ]]; then
	for line in "${(@f)_@F@_options}"; do
		part=("${(@s.:.)line}")
		[[ $line == -* ]] || continue
		[[ -z $part[3] || " $part[3] " == *" ${command:-live} "* || -z $command ]] || continue
		shown+=("$part[1]:${(j.:.)part[4,-1]}")
	done
	_describe -o option shown
	return
fi

for line in "${(@f)_@F@_commands-}"; do
	[[ -n $line ]] || continue
	part=("${(@s.:.)line}")
	shown+=("$part[1]:${(j.:.)part[3,-1]}")
	[[ $part[1] != $command ]] || args=$part[2]
done
if [[ -z $command ]]; then
	((${#shown})) && _describe command shown
	_files
	return
fi
case $args in
*COMMAND*) _describe command shown ;;
*SECTION*)
	compadd -- ${(f)"$($words[1] -q list ${image:+$image} 2>/dev/null |
		awk 'NF && $1 == "section" { t = 1; next } !NF { t = 0 } t { print $1 }')"}
	[[ -n $image ]] || _files
	;;
*IMAGE* | *FILE*) _files ;;
esac
