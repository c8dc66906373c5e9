# shellcheck shell=bash disable=SC2034
# Sourced by kernel/build.sh and selftests/vm: what is x86-64's own.

arch_kbuild=x86		# ARCH of kbuild
arch_gnu=x86_64-linux-gnu
arch_debian=amd64
arch_target=bzImage	# of kbuild, the file that boots
arch_image=arch/x86/boot/bzImage

# The machine: its console, and the first of the serial ports beside that, TAP and questions to QEMU.
# Without no_timer_check the kernel waits for a few ticks of an emulated timer, and panics if they do
# not come in time, which was seen on a machine under load.
arch_qemu=(qemu-system-x86_64)
arch_cmdline="console=ttyS0 no_timer_check kstate_tap=ttyS1 kstate_ask=ttyS2"

# arch_serial BACKEND: the arguments for one more serial port, in the array `serial`.
arch_serial() {
	serial=(-serial "$1")
}
