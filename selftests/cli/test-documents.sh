#!/usr/bin/env bash
# Every command on every sample, as JSON and YAML: valid, as the schema wants it, and all the same.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=selftests/cli/lib.sh
. selftests/cli/lib.sh

schema=tools/kstate-dump/kstate-dump-2.schema.json
kinds=(image big bad-crc odd kinds held names root root-v9 luo luo-core luo-kernel metadata memblock board tree many)
documents=0

# python_with MODULE: a python that has it; the system's own may where another does not.
python_with() {
	local python
	for python in python3 /usr/bin/python3; do
		if "$python" -c "import $1" 2>/dev/null; then
			echo "$python"
			return
		fi
	done
	return 1
}

# document DESCRIPTION ARGUMENT...: keep what is printed in each format, and look at the exit status.
document() {
	local desc=$1 format status statuses=
	shift
	documents=$((documents + 1))
	echo "$desc" >>"$work/documents/names"
	for format in json yaml; do
		[ ! -e "$work/made" ] || rm "$work/made"
		status=0
		"$dump" "--$format" "$@" >"$work/documents/$documents.$format" 2>"$work/err" </dev/null || status=$?
		statuses+="$status "
		[ ! -s "$work/err" ] || fail "$desc: $format: nothing on standard error" "$(cat "$work/err")"
	done
	case $statuses in
	"0 0 " | "1 1 " | "2 2 " | "3 3 " | "4 4 " | "5 5 " | "6 6 ") ;;
	*) fail "$desc: one exit status" "$statuses" ;;
	esac
}

# field_of SAMPLE: set `field`, for commands that need one.
field_of() {
	case $1 in
	odd) field=odd@7b.state ;;
	kinds) field=kinds@0.pair ;;
	held) field=held@0.disk ;;
	names) field='a long/name: {of}; 64 bytes "or" more, which no compiler would take as it is@ff.a b' ;;
	many) field=many@1.a ;;
	*) field=test@0.s ;;
	esac
}

# on_sample COMMAND USAGE NAME PATH: with the arguments that the command's usage line asks for.
on_sample() {
	local command=$1 usage=$2 name=$3 path=$4 field
	case $usage in
	"IMAGE [IMAGE]")
		document "$command of $name and a live update" "$command" "$path" selftests/data/live-update
		document "$command of $name and a live update, in full" "$command" -a "$path" selftests/data/live-update
		document "$command of $name and itself" "$command" "$path" "$path"
		;;
	"[IMAGE] SECTION"*) field_of "$name" && document "$command of $name" "$command" "$path" "$field" ;;
	*IMAGE* | "[FILE ...]") document "$command of $name" "$command" "$path" ;;
	*) return ;;
	esac
}

test_samples() {
	local command usage kind field
	for command in $("$dump" --list-commands); do
		[ "$command" != help ] || continue
		usage=$("$dump" help "$command" | sed -n "1s/.*\] $command *//p")
		for kind in "${kinds[@]}"; do
			on_sample "$command" "$usage" "$kind" "$work/$kind"
		done
		on_sample "$command" "$usage" "a real live update" selftests/data/live-update
		on_sample "$command" "$usage" "a core" "$work/world"
		on_sample "$command" "$usage" "a core with damage" "$work/world-bad"
		on_sample "$command" "$usage" "nothing" "$work/nosuch"
	done
	document "show of a section" show "$work/odd" odd@7b
	document "show of a field" show "$work/image" test@0.s
	document "show of LUO" show "$work/luo-core" LUO
	document "show of LUO of copied blobs" show "$work/tree" LUO
	document "show of LUO before the kexec" show "$work/luo-kernel" LUO
	document "show of a session" show "$work/luo-core" LUO.systemd
	document "show of a file" show "$work/luo-core" LUO.vm1.0x7
	document "an unknown file" show "$work/luo-core" LUO.vm1.8
	document "LUO where there is none" show "$work/image" LUO
	for field in first 'pair[1]' 'pair[1].label' many samples 'samples[3]' targets alias bits \
		bits.ranges 'bits.ranges[1]' linear page page.pfn area area.bytes secret secret.data; do
		document "get of $field" get "$work/kinds" "kinds.$field"
	done
	for field in ids 'ids[1]' 'ids[1].label' 'ids[1].index' owner owner.label nobody peers 'peers[1]' ring \
		'ring[0]' 'ring[0].bytes' disk 'disk[39]' 'disk[39].index' cpus cpus.ranges; do
		document "get of $field" get "$work/held" "held.$field"
	done
	for field in mac regs state state.name flags flags.names on took base label blob delta nothing; do
		document "get of $field" get "$work/odd" "odd@7b.$field"
	done
	document "catalog of a kernel" catalog "$work/bzimage"
	document "catalog of a kernel and its module" catalog "$work/vmlinux" "$work/module"
	document "catalog of a kernel that is cut" catalog "$work/cut"
	document "schema of a kernel" schema "$work/vmlinux"
	document "sections of a kernel" show "$work/vmlinux"
	document "catalog of two files" catalog selftests/data/live-update selftests/data/live-update/kstate/catalog
	document "schema of the catalog" schema selftests/data/live-update/kstate/catalog
	printf 'ignored test.test_v2 known\nlost nosuch\n' >"$work/waivers"
	document "check of what loads in part" check "$work/image" --next "$work/image"
	document "check with waivers" check "$work/image" --next "$work/image" --waivers "$work/waivers"
	document "check of what is refused" check "$work/kinds" --next "$work/image"
	document "check against a kernel" check "$work/tree" --next "$work/bzimage"
	document "check the other way round" check "$work/image" --next "$work/kinds" --reverse
	document "check against a kernel that is cut" check "$work/image" --next "$work/cut"
	document "a capture" capture -o "$work/made" "$work/tree"
	document "what a memfd holds" extract -o "$work/made" "$work/luo-core" vm1 0x7
	document "what a subtree holds" extract --sha256 -o "$work/made" "$work/tree" memblock
	document "a file that is not there" extract -o "$work/made" "$work/luo-core" vm1 99
	document "who has an address" mem "$work/world" --who 0x40004000
	document "who has an address that is free" mem "$work/world" --who 0x7000
	document "who has an address, without memory" mem "$work/tree" --who 0x4a40000
	document "version" version
	document "features" features
	document "features of a directory" features --sysroot "$work/live"
}

test_errors() {
	document "an unknown section" show "$work/image" nosuch
	document "an unknown command" nosuch
	document "an unknown option" --nosuch
	document "no KHO" list --sysroot "$work"
}

tests() {
	local kind python
	for kind in "${kinds[@]}"; do
		"$mkimage" "$kind" "$work/$kind" 20
	done
	for kind in vmlinux bzimage module; do
		"$mkimage" "$kind" "$work/$kind"
	done
	head -c 5000 "$work/bzimage" >"$work/cut"
	"$mkworld" good "$work/world"
	"$mkworld" bad "$work/world-bad"
	mkdir -p "$work/documents" "$work/live/sys/kernel"
	cp -r "$work/tree" "$work/live/sys/kernel/debug"
	if ! python=$(python_with json); then
		skip "documents are valid" "python3 is not installed"
		return
	fi
	if ! python=$(python_with "jsonschema, yaml"); then
		python=python3
		python3 -c "import jsonschema" 2>/dev/null ||
			skip "JSON documents conform to the schema" "python3-jsonschema is not installed"
		python3 -c "import yaml" 2>/dev/null ||
			skip "YAML documents are valid" "python3-yaml is not installed"
	fi
	test_samples
	test_errors
	"$python" selftests/cli/documents.py "$work/documents" "$schema" >&3
}

tests 3>&1 >&2 | numbered
