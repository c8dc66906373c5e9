# shellcheck shell=dash disable=SC2154
# The KUnit suites of kstate, run by the kernel itself at the end of its boot: after a cold boot, and
# after a live update, when there is an incoming image.

suites="kstate_stream kstate_types kstate_compat kstate_lifecycle kstate_show kstate_kho"

# The cases of a suite, one result for each, and whether the plan was kept. KUnit indents the cases
# of a suite by four columns and the parameters of a case by eight.
cases_of() {
	awk -v suite="$1" -v when="$2" '
		/^    1\.\./ { plan = substr($1, 4) }
		/^    (not )?ok / {
			nr++
			result = $1 == "ok" ? "ok" : "not ok"
			line = $0
			sub(/^ *(not )?ok [0-9]+ (- )?/, "", line)
			skip = line
			sub(/ #.*/, "", line)
			if (!sub(/.*# SKIP/, "# SKIP", skip))
				skip = ""
			print result " - " suite ": " line ", " when (skip == "" ? "" : " " skip)
			if (result != "ok")
				printf "%s", said
			said = ""
			next
		}
		/^ *# Subtest:/ { next }
		/^    ( *# |     *not ok )/ { said = said "# " $0 "\n" }
		END {
			ok = nr > 0 && nr == plan ? "ok" : "not ok"
			print ok " - " suite ": all " plan + 0 " cases have run, " when
		}
	' "$debugfs/kunit/$1/results" >&3
}

run_suites() {
	local suite
	for suite in $suites; do
		if [ -r "$debugfs/kunit/$suite/results" ]; then
			cases_of "$suite" "$1"
			copy_tree "$debugfs/kunit/$suite" "$share/boot$kstate_stage/$suite"
		else
			fail "$suite: all cases have run, $1" "the kernel has no such suite"
		fi
	done
}

boot1() {
	run_suites "cold boot"
	check "a module registers an object" insmod "$modules/kstate_test.ko"
}

boot2() {
	dmesg_has "an image came in" 'kstate: incoming image'
	run_suites "live update"
}
