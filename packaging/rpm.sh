#!/usr/bin/env bash
# rpm.sh FOLDER: RPM packages of the commit that is checked out, below FOLDER. Where rpm's database does not
# know what is installed (on Debian), RPM_FLAGS=--nodeps.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=$(realpath -m "$1")
read -ra flags <<<"${RPM_FLAGS-}"
rm -rf "$folder"
packaging/dist.sh "$folder/SOURCES" >/dev/null
exec env -u MAKEFLAGS -u MAKELEVEL -u B -u V rpmbuild -ba "${flags[@]}" --define "_topdir $folder" \
	--define "kstate_version $(cat VERSION)" packaging/rpm/kstate.spec
