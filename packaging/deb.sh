#!/usr/bin/env bash
# deb.sh FOLDER: Debian packages of the commit that is checked out, in FOLDER; dpkg-buildpackage makes them.
# DEB_BUILD_OPTIONS=nocheck leaves the tests out.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=$1 version=$(cat VERSION)
rm -rf "$folder"
packaging/dist.sh "$folder" >/dev/null
mv "$folder/kstate-$version.tar.gz" "$folder/kstate_$version.orig.tar.gz"
tar -C "$folder" -xzf "$folder/kstate_$version.orig.tar.gz"
cp -a "$folder/kstate-$version/packaging/debian" "$folder/kstate-$version/debian"
cd "$folder/kstate-$version"
# What is built here is a release, wherever this folder lies.
exec env -u MAKEFLAGS -u MAKELEVEL -u B -u V GIT_CEILING_DIRECTORIES="$PWD/.." dpkg-buildpackage -us -uc
