# shellcheck shell=bash
# Lists of the project's files. Source it from the top of the checkout.

# The project's files: those that git has or would take; without git, all but build/.
files() {
	if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git ls-files -co --exclude-standard
	else
		find . -name build -prune -o -name .git -prune -o -type f -printf '%P\n'
	fi | while read -r file; do
		[ ! -f "$file" ] || echo "$file"
	done
}

c_files() {
	files | grep -E '\.[ch]$' || true
}

scripts() {
	local file first
	files | while read -r file; do
		IFS= read -r first <"$file" || true
		if [[ $file == *.sh || $first =~ ^'#!'.*sh$ ]]; then
			echo "$file"
		fi
	done 2>/dev/null
}

# changed FOLDER FILE...: set `todo` to the files that have no stamp in the folder, and `stamps` to those
# that they get when they are found to be good. A stamp is named by the file's checksum.
changed() {
	local folder=$1 sum file
	shift
	mkdir -p "$folder"
	todo=()
	stamps=()
	while read -r sum file; do
		[ ! -e "$folder/$sum" ] || continue
		todo+=("$file")
		stamps+=("$folder/$sum")
	done < <(sha256sum "$@")
}
