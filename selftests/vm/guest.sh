# shellcheck shell=dash disable=SC1091,SC2034,SC2119,SC2120,SC2154
# What the stages of a test can use in the guest, and how a stage runs. See selftests/README.md.

. /lib/kstate/tap.sh

# Ports to the host; where they are is a matter of the architecture.
tap=/dev/${kstate_tap:-ttyS1}
ask=/dev/${kstate_ask:-ttyS2}

# The folder that the guest and the host share: here and in verify() it has the same name.
share=/host

# dmesg_has DESCRIPTION REGEX: a line of this boot's kernel log matches.
dmesg_has() {
	dmesg >/tmp/dmesg
	has "$1" /tmp/dmesg "$2"
}

# copy_tree FROM TO: copy a tree of debugfs. Its files state a size of 0, so they are read to
# their end; files that can only be written are left out.
copy_tree() {
	local file
	(cd "$1" && find . -type f -perm -400) | while read -r file; do
		mkdir -p "$2/${file%/*}"
		cat "$1/$file" >"$2/$file" || diag "cannot copy $1/$file"
	done
}

# dump_memory NAME [FORMAT]: have QEMU write this machine's memory to NAME beside the test's logs; the
# test sets `monitor`.
dump_memory() {
	local answer
	exec 4<>"$ask"
	stty -F "$ask" raw -echo
	echo "dump $1 ${2:-elf}" >&4
	read -r answer <&4
	exec 4>&-
	[ "$answer" = "done" ]
}

# kexec_load [ARGUMENT...]: load the kernel of the next stage; arguments go to its command line.
kexec_load() {
	local next
	next=$(sed "s/kstate_stage=[0-9]*/kstate_stage=$((kstate_stage + 1))/" /proc/cmdline)
	kexec -s -l /boot/image --initrd=/boot/initrd --command-line="$next $*"
}

# Close the TAP channel, which waits until the host has all of it, and leave this kernel.
leave() {
	exec 3>&-
	sync
	"$@"
	exec 3>"$tap"
}

go_to_next_stage() {
	[ "$(cat /sys/kernel/kexec/loaded 2>/dev/null || cat /sys/kernel/kexec_loaded)" = 1 ] || kexec_load
	leave kexec -e -x
	fail "kexec to the next stage" "kexec -e returned"
	poweroff -f
}

run_stage() {
	local stage=$1
	stty -F "$tap" raw
	exec 3>"$tap"
	. /boot/test.sh
	echo "stage $stage begins" >&3
	"boot$stage"
	echo "stage $stage ends" >&3
	if type "boot$((stage + 1))" >/dev/null 2>&1; then
		go_to_next_stage
	fi
	leave poweroff -f
}
