# shellcheck shell=bash
# Sourced by run.sh and shell.sh: the machine.

# KSTATE_VM_ARGS are further arguments for QEMU.
vm_accel=${KSTATE_VM_ACCEL:-tcg}
vm_memory=${KSTATE_VM_MEM:-1G}
# Without no_timer_check the kernel waits for a few ticks of an emulated timer, and panics if they do
# not come in time, which was seen on a machine under load.
vm_cmdline="console=ttyS0 kho=on liveupdate=on panic=-1 no_timer_check reserve_mem=64K:4096:kstate_mem"
vm_cmdline="$vm_cmdline ${KSTATE_VM_CMDLINE-}"

# The kernel that boots: that with the engine, unless whoever sources this decides otherwise.
vm_kernel=$B/kernel

# prepare_boot DIR: what the guest sees as /boot; a copy, so that a rebuild does not change it.
prepare_boot() {
	mkdir -p "$1"
	cp --reflink=auto "$vm_kernel/bzImage" "$1/bzImage"
	cp --reflink=auto "$B/vm/initramfs.cpio" "$1/initrd"
}

# qemu_command BOOT_DIR SHARE_DIR CMDLINE: sets the array `qemu`.
qemu_command() {
	local cpu=max args
	read -ra args <<<"${KSTATE_VM_ARGS-}"
	case $vm_accel in tcg*) ;; *) cpu=host ;; esac
	# shellcheck disable=SC2034 # for those who source this
	qemu=(qemu-system-x86_64 -accel "$vm_accel" -cpu "$cpu" -m "$vm_memory" -smp 2
		-nodefaults -no-reboot
		-kernel "$1/bzImage" -initrd "$1/initrd" -append "$vm_cmdline $3"
		-virtfs "local,path=$2,mount_tag=host,security_model=none"
		-virtfs "local,path=$1,mount_tag=boot,security_model=none,readonly=on"
		"${args[@]}")
}

need_vm() {
	local file
	for file in "$vm_kernel/bzImage" "$B/vm/initramfs.cpio"; do
		[ -f "$file" ] || { echo "no $file: make kernel, then make $B/vm/initramfs.cpio" >&2; exit 1; }
	done
}
