# shellcheck shell=dash disable=SC2154
# A file handler and an FLB of LUO that no tool has a line of code for (the sample kstate_luo): their structs
# are read by type information, of the running kernel and its modules, or of the module's file.

# The statements that types do not make: whose data is which struct, how long arrays are, what is an address.
make_handlers() {
	cat >"$share/handlers" <<-EOF
		file  kstate-luo-sample-v1      struct kstate_luo_ser
		flb   kstate-luo-sample-bus-v1  struct kstate_luo_bus_ser
		count kstate_luo_ser rings      nr_rings
		at    kstate_luo_ser stats_pa   struct kstate_luo_stats_ser
		area  kstate_luo_ser pages      struct kstate_luo_page_ser nr_pages
	EOF
}

# look STAGE NAME ARGUMENT...: keep what kstate-dump says, and how it ends.
look() {
	local at=$share/$1.$2
	shift 2
	kstate-dump "$@" >"$at" 2>"$at.err"
	echo $? >"$at.status"
}

look_all() {
	local stage=$1 data
	shift
	look "$stage" show show -v --live LUO --handlers "$share/handlers" "$@"
	look "$stage" model get --live LUO.only.0x5.config.model --handlers "$share/handlers" "$@"
	look "$stage" count get --live LUO.only.0x5.stats_pa.done --handlers "$share/handlers" "$@"
	look "$stage" mem mem --live --handlers "$share/handlers" "$@"
	look "$stage" plain show --live LUO
	look "$stage" as show --live LUO.only.0x5 --as 'struct kstate_luo_ser' "$@"
	data=$(sed -n 's/^ *0x5.* data \(0x[0-9a-f]*\).*/\1/p' "$share/$stage.plain" | head -n 1)
	look "$stage" address show --live "${data:-0x0}" --as 'struct kstate_luo_ser' "$@"
}

boot1() {
	make_handlers
	check "the sample loads" insmod "$modules/kstate_luo.ko"
	check "its file is preserved, and a memfd beside it" luo hold only 0x5=open:/dev/kstate_luo 0x6=ram
	look_all 1
	cp "$modules/kstate_luo.ko" "$share"
}

boot2() {
	look 2 missing show --live LUO --handlers "$share/handlers"
	look_all 2 --btf "$share/kstate_luo.ko"
	check "the sample loads again" insmod "$modules/kstate_luo.ko"
	look_all 3
	is "LUO hands the memfd back" "$(luo retrieve only 0x6)" ram
}

# said STAGE WHAT: what --as says of the file, and of the address of its data.
said() {
	has "stage $1: $2: text" "$share/$1.$2" '^ *label +char\[16\] +only here$'
	has "stage $1: $2: an enum, by name" "$share/$1.$2" '^ *mode .*KSTATE_LUO_PAUSED \(2\)$'
	has "stage $1: $2: what a typed address leads to" "$share/$1.$2" '^ *model +char\[12\] +sample-9$'
	has "stage $1: $2: a negative number in it" "$share/$1.$2" '^ *level +s32 +-42$'
}

# What boot1() preserved. Before the kexec the kernel's structures have it, and its page tables lead to the
# handler and the FLB, which are the module's; types are of the running module. After it: of the module's
# file, and of the module again.
verify() {
	local stage
	for stage in 1 2 3; do
		said "$stage" as
		said "$stage" address
		has_not "stage $stage: without all that, nothing is guessed" "$share/$stage.plain" 'only here'
	done
	has "before: the handler of the module is known" "$share/1.plain" '^ *0x5 +kstate-luo-sample-v1, '
	for stage in 1 2 3; do
		has_not "stage $stage: which FLBs there are is known" "$share/$stage.show.err" 'not known: .*FLBs there are'
		said "$stage" show
		has "stage $stage: elements at the end" "$share/$stage.show" '^ *rings\[2\]\.cookie +u64 +3222019586$'
		has "stage $stage: what the file says an address leads to" "$share/$stage.show" '^ *done +u64 +123456789$'
		has "stage $stage: the last of the array in a vmalloc area" "$share/$stage.show" '^ *\[699\]\.pfn +u64 +7699$'
		has "stage $stage: bits of it" "$share/$stage.show" '^ *\[699\]\.pins +u32 +699$'
		is "stage $stage: one value, through a typed address" "$(cat "$share/$stage.model")" sample-9
		is "stage $stage: one value, through an address" "$(cat "$share/$stage.count")" 123456789
		has "stage $stage: its memory has an owner" "$share/$stage.mem" 'token 0x5'
	done
	for stage in 1 2 3; do
		has "stage $stage: the FLB is listed" "$share/$stage.show" '^ *kstate-luo-sample-bus-v1 +0x'
	done
	is "before: all of that is known" "$(cat "$share/1.show.status")" 0
	has "after: the kernel may have taken it back: what it holds is not known" \
		"$share/2.show.err" 'not known: .*FLB "kstate-luo-sample-bus-v1": what its data holds'
	has "without the module its struct is not known, and is said" "$share/2.missing.err" \
		'struct kstate_luo_ser: there is no such type in '
	is "and it is not passed over" "$(cat "$share/2.missing.status")" 6
}
