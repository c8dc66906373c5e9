#!/usr/bin/env bash
# dist.sh FOLDER [COMMIT]: the source of a commit (HEAD) as FOLDER/kstate-VERSION.tar.gz. The same commit
# gives the same bytes: git archive sorts, and takes times from the commit.
set -euo pipefail

folder=$1 commit=${2:-HEAD}
if ! git rev-parse --git-dir >/dev/null 2>&1; then
	echo "dist: this is no checkout of git; the file that this tree came in is the source" >&2
	exit 1
fi
version=$(git show "$commit:VERSION")
case $commit in v*) [ "$commit" = "v$version" ] || { echo "dist: $commit has version $version" >&2; exit 1; } ;; esac
mkdir -p "$folder"
git -c tar.umask=0022 archive --format=tar --prefix="kstate-$version/" "$commit^{commit}" |
	gzip -n -9 >"$folder/kstate-$version.tar.gz"
echo "$folder/kstate-$version.tar.gz"
