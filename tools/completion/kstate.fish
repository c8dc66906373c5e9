# SPDX-License-Identifier: GPL-2.0
# fish completion of one of the programs. The build puts in front of this file what the program says
# about itself, and its name for @P@ (in functions and variables, for @F@): _@F@_commands,
# "name:arguments:help" a line, if it has commands, and _@F@_options, "option:argument:commands:help".

# Words of the command line that are no options and no arguments of options: the command, then the rest.
function __@F@_words
	set -l skip 0
	for word in (commandline -opc)[2..-1]
		if test $skip = 1
			set skip 0
		else if string match -q -- '-*' $word
			set -l line (string match -- "$word:*" (string split \n -- $_@F@_options))
			set -l arg (string split -m 3 : -- $line)[2]
			test -n "$arg"; and not string match -q '\[*' -- $arg; and set skip 1
		else
			echo $word
		end
	end
end

# Is the command one of these? Without a command yet, any may come.
function __@F@_of
	set -l command (__@F@_words)[1]
	test -z "$command"; or contains -- $command (string split ' ' -- $argv[1])
end

function __@F@_list_commands
	for line in (string split \n -- $_@F@_commands)
		set -l part (string split -m 2 : -- $line)
		test -n "$part[1]"; and printf '%s\t%s\n' $part[1] $part[3]
	end
end

# Sections of the image on the command line, or of the live system.
function __@F@_sections
	set -l image (__@F@_words)[2]
	@P@ -q list $image 2>/dev/null |
		awk 'NF && $1 == "section" { t = 1; next } !NF { t = 0 } t { print $1 }'
end

function __@F@_takes
	set -l command (__@F@_words)[1]
	test -n "$command"; or return 1
	set -l line (string match -- "$command:*" (string split \n -- $_@F@_commands))
	string match -q -- "*$argv[1]*" (string split -m 2 : -- $line)[2]
end

complete -c @P@ -e
if set -q _@F@_commands
	complete -c @P@ -n 'test -z (__@F@_words)[1]' -a '(__@F@_list_commands)'
	complete -c @P@ -f -n '__@F@_takes COMMAND' -a '(__@F@_list_commands)'
	complete -c @P@ -n '__@F@_takes SECTION' -a '(__@F@_sections)'
end

for line in (string split \n -- $_@F@_options)
	set -l part (string split -m 3 : -- $line)
	test -n "$part[1]"; or continue
	set -l option -l (string sub -s 3 -- $part[1])
	string match -q -- '--*' $part[1]; or set option -s (string sub -s 2 -- $part[1])
	set -l takes
	switch "$part[2]"
		case ''
		case DIR
			set takes -x -a '(__fish_complete_directories)'
		case FILE
			set takes -r -F
		case SIZE
			set takes -x -a '4K 16K 64K'
		case WHEN '[=*'
			set takes -f -a 'always auto never'
			test "$part[2]" = WHEN; and set takes -x $takes[2..-1]
		case ok
			set takes -x -a ok
		case '*'
			set takes -x
	end
	set -l of
	test -n "$part[3]"; and set of -n "__@F@_of '$part[3]'"
	complete -c @P@ $option $takes $of -d "$part[4]"
end
