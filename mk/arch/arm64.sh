# shellcheck shell=bash disable=SC2034
# Sourced by kernel/build.sh and selftests/vm: what is arm64's own.

arch_kbuild=arm64	# ARCH of kbuild
arch_gnu=aarch64-linux-gnu
arch_debian=arm64
arch_target=Image	# of kbuild, the file that boots
arch_image=arch/arm64/boot/Image

# The machine: QEMU's "virt" has one PL011, the console; TAP and questions to QEMU go over ports on PCI.
# Emulating the architecture's own signature of pointers costs a third of the time.
arch_qemu=(qemu-system-aarch64 -M "virt,gic-version=3")
arch_cpu=max,pauth-impdef=on
arch_cmdline="console=ttyAMA0 kstate_tap=ttyS0 kstate_ask=ttyS1"
serial_ports=0

# arch_serial BACKEND: the arguments for one more serial port, in the array `serial`. The first one is
# the console.
arch_serial() {
	local id=port$serial_ports kind=${1%%:*}
	serial_ports=$((serial_ports + 1))
	if [ $serial_ports = 1 ]; then
		serial=(-serial "$1")
		return
	fi
	serial=(-chardev "$kind,id=$id,path=${1#*:}" -device "pci-serial,chardev=$id")
}
