# shellcheck shell=bash
# Sourced by fetch.sh, build.sh and selftests/bare.sh: places and messages.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${KSTATE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kstate}
# shellcheck disable=SC2034 # these are for those who source this
readonly min_minor=2 # of 7.N: the oldest kernel that the overlay is made for
# shellcheck disable=SC2034
overlay_sh=$top/kernel/overlay.sh

say() {
	printf 'kernel: %s\n' "$*" >&2
}

die() {
	printf 'kernel: %s\n' "$@" >&2
	exit 1
}

# Only one at a time works in the cache; the lock ends with the process. A child has its parent's.
lock_cache() {
	[ -z "${KSTATE_CACHE_LOCKED-}" ] || return 0
	export KSTATE_CACHE_LOCKED=1
	mkdir -p "$cache" || die "cannot make the cache folder $cache; KSTATE_CACHE= names another"
	exec 9>"$cache/lock"
	flock -n 9 && return
	say "waiting for another build that uses $cache"
	flock 9
}

# need_space MIB WHAT: is that much free where the cache is?
need_space() {
	local free
	free=$(df -Pm "$cache" | awk 'NR == 2 { print $4 }')
	[ "$free" -ge "$1" ] ||
		die "$2 needs $1 MiB in $cache, and $free MiB are free" \
			"make room, or set KSTATE_CACHE to a folder on a bigger disk, and run it again"
}

# The version that a kernel tree's Makefile states.
tree_version() {
	awk -F ' *= *' '
		$1 == "VERSION" { v = $2 } $1 == "PATCHLEVEL" { p = $2 }
		$1 == "SUBLEVEL" { s = $2 } $1 == "EXTRAVERSION" { print v "." p "." s $2; exit }
	' "$1/Makefile"
}

# Addresses of Debian's main archive, as this host's apt has them.
archive_uris() {
	# shellcheck disable=SC2016 # apt expands these
	apt-get indextargets --no-release-info --format '$(RELEASE) $(METAKEY) $(REPO_URI)' |
		awk '$1 ~ /^(bookworm|trixie|forky|sid|(old)?stable|testing|unstable)(-backports)?$/ &&
			$2 ~ /^main\// && !seen[$3]++ { print $3 }'
}
