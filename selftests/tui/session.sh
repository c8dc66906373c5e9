#!/usr/bin/env bash
# The session in the README: session.sh BROWSE prints it; session.sh --write README puts it there.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# step KEYS TEXT SCRIPT: what one sees after the script.
step() {
	printf '%s\n\n```\n' "$2"
	(cd selftests/data && "$browse" --headless --size 88x13 --script "$1" live-update) |
		sed -e '1d' -e '/^----$/,$d' -e 's/ *$//'
	printf '```\n\n'
}

# shellcheck disable=SC2016
session() {
	step '/test@<Enter>' 'The tree, and what the cursor is on (here after `/test@`, a search):'
	step '/test@<Enter><Tab>/p_ulong<Enter>x' \
		'`Tab` goes to the fields, `x` shows the bytes, and below whose they are (colors mark them):'
	step '3/kstate<Enter>' \
		'`3` is preserved memory by owner, `+` zooms; `Enter` goes to the owner, `F` to the bytes:'
	step '4' '`4` is how long each section took, `5` what is wrong, `6` what differs from another image, `?` all keys:'
}

if [ "${1-}" = --write ]; then
	browse=$(realpath "${B:-build}")/kstate-browse
	session >"$2.session"
	sed -i -e '/^<!-- session -->$/,/^<!-- end of the session -->$/{//!d}' \
		-e "/^<!-- session -->\$/r $2.session" "$2"
	rm "$2.session"
else
	browse=$(realpath "$1")
	session
fi
