# shellcheck shell=bash
# Sourced by run.sh and shell.sh: the machine.

# shellcheck source=mk/arch/x86_64.sh
. "mk/arch/${ARCH:=x86_64}.sh"

# KSTATE_VM_ARGS are further arguments for QEMU.
vm_accel=${KSTATE_VM_ACCEL:-tcg}
vm_memory=${KSTATE_VM_MEM:-1G}
vm_cmdline="$arch_cmdline kho=on liveupdate=on panic=-1 reserve_mem=64K:4096:kstate_mem ${KSTATE_VM_CMDLINE-}"

# The kernel that boots: that with the engine, unless whoever sources this decides otherwise.
vm_kernel=$B/kernel

# prepare_boot DIR: what the guest sees as /boot; a copy, so that a rebuild does not change it.
prepare_boot() {
	mkdir -p "$1"
	cp --reflink=auto "$vm_kernel/image" "$1/image"
	cp --reflink=auto "$B/vm/initramfs.cpio" "$1/initrd"
}

# qemu_command BOOT_DIR SHARE_DIR CMDLINE: sets the array `qemu`.
qemu_command() {
	local cpu=${arch_cpu:-max} args
	read -ra args <<<"${KSTATE_VM_ARGS-}"
	case $vm_accel in tcg*) ;; *) cpu=host ;; esac
	# shellcheck disable=SC2034 # for those who source this
	qemu=("${arch_qemu[@]}" -accel "$vm_accel" -cpu "$cpu" -m "$vm_memory" -smp 2
		-nodefaults -no-reboot
		-kernel "$1/image" -initrd "$1/initrd" -append "$vm_cmdline $3"
		-virtfs "local,path=$2,mount_tag=host,security_model=none"
		-virtfs "local,path=$1,mount_tag=boot,security_model=none,readonly=on"
		"${args[@]}")
}

need_vm() {
	local file
	for file in "$vm_kernel/image" "$B/vm/initramfs.cpio"; do
		[ -f "$file" ] || { echo "no $file: make kernel, then make $B/vm/initramfs.cpio" >&2; exit 1; }
	done
}
