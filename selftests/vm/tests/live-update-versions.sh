# shellcheck shell=dash disable=SC2154
# Descriptions that differ between the kernels: what is taken, what is refused, with which error.

boot1() {
	check "the writers register" insmod "$modules/kstate_versions.ko"
}

# case_right DESCRIPTION CASE ERROR
case_right() {
	dmesg_has "$1" "kstate_versions: right: $2: error $3 of $3, members as expected"
}

boot2() {
	check "every reader finds what it expects" insmod "$modules/kstate_versions.ko"
	case_right "an equal description restores all" "same description" 0
	case_right "version 2 takes version 1" "version 2 adds a field and deprecates another" 0
	case_right "a reader without the subsection takes the rest" "reader lacks the subsection" 0
	case_right "data without the subsection is taken" "data lacks the subsection" 0
	case_right "the order of fields does not matter" "fields in another order" 0
	case_right "newer data is refused with EOPNOTSUPP" "data newer than version_id" -95
	case_right "older data is refused with EOPNOTSUPP" "data older than min_version_id" -95
	case_right "a dropped field is refused with EPROTO" "data has a field that nobody deprecated" -71
	case_right "a missing field is refused with EPROTO" "data lacks a field of the same version" -71
	case_right "a resized field is refused with EPROTO" "field of another size under the same version" -71
	copy_tree "$debugfs/kstate" "$share/kstate"
}

verify() {
	local list=$share/list.txt
	"$tools/kstate-dump" list "$share" >"$list" || true
	has "kstate-dump lists a restored section" "$list" '^ *evolved.*restored'
	has "kstate-dump lists a refused section" "$list" '^ *newer.*failed'
}
