# shellcheck shell=dash disable=SC2034,SC2154
# Live updates in a row while lists change, and objects come and go, all the time: whoever looks finds each
# list whole, and nothing that was promised is lost. KSTATE_CHURN=20 KSTATE_VM_TIMEOUT=2400 makes it 20 in a row.

control=$debugfs/kstate/out/control
cmdline="kunit.enable=0 kstate_churn=${KSTATE_CHURN:-2}"

rounds() {
	sed -n 's/.*kstate_churn=\([0-9]*\).*/\1/p' /proc/cmdline
}

# Everybody looks at live objects while they change.
look() {
	local i
	for i in 1 2 3 4 5 6 7 8; do
		cat "$debugfs/kstate/out/sections" >/tmp/sections || return
		echo prepare >"$control" || return
		echo save >"$control" || return
		kstate-dump show -j >/tmp/shown || return
	done
	echo abort >"$control"
}

churn() {
	check "all that was promised is there, and whole, update $1" \
		insmod "$modules/kstate_churn.ko" updates="$1"
	check "whoever looks finds it whole, update $1" look
	is "the permanent ones were restored, update $1" \
		"$(grep -c '^churn .* restored$' "$debugfs/kstate/in/sections" 2>/dev/null)" \
		"$([ "$1" = 0 ] || echo 8)"
}

# The stages of a test are functions: one for each update that is asked for.
stage_functions() {
	local i last
	last=$(rounds)
	for i in $(seq 2 $((${last:-${KSTATE_CHURN:-2}} + 1))); do
		eval "boot$i() { churn $((i - 1)); }"
	done
}

boot1() {
	churn 0
	kexec_load
	is "memory is prepared while they change" "$(cat "$control")" prepared
}

stage_functions
