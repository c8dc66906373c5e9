# shellcheck shell=bash disable=SC2154
# Sourced by fetch.sh and mk/sysroot.sh: packages of this host's Debian archive, and nothing of its own apt
# is changed. `apt` is the folder of the lists and logs; `apt_options` are further arguments.

apt_options=()

keyring() {
	local file
	for file in /usr/share/keyrings/debian-archive-keyring.{gpg,pgp}; do
		[ ! -f "$file" ] || { echo "$file"; return; }
	done
	echo "kernel: no keyring of the Debian archive: install debian-archive-keyring" >&2
	return 1
}

# apt with a state of its own: the host's lists, sources and pins are neither read nor changed.
private_apt() {
	local cmd=$1
	shift
	"$cmd" -q -o Dir::Etc::SourceList="$apt/etc/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
		-o Dir::Etc::Preferences=/dev/null -o Dir::State::Lists="$apt/lists" \
		-o Dir::Cache="$apt/cache" -o APT::Sandbox::User="$(id -un)" \
		-o Acquire::Languages=none -o Acquire::Retries=3 -o APT::Get::List-Cleanup=true \
		"${apt_options[@]}" "$@"
}

# Read what a suite of the archive at an address holds.
update_lists() {
	local uri=$1 suite=$2
	mkdir -p "$apt/etc" "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/log"
	echo "deb [signed-by=$(keyring)] $uri $suite main" >"$apt/etc/sources.list"
	private_apt apt-get update --error-on=any >"$apt/log/update" 2>&1
}
