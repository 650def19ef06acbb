# SPDX-License-Identifier: MIT
# What guests need for the lists of igt-tests/lists; sourced.
# shellcheck shell=bash

# What other parts of the kernel say when memory is made to fail.
NO_MEMORY=('debugfs: out of free dentries, can not create '
	'ioremap memtype_reserve failed -12'
	'kmemleak: Cannot allocate a scan area'
	'drm_sched_init: Failed to setup GPU scheduler--out of memory')

# igt_needs GPUS LIST...: sets GUEST_OPTIONS, of vm/run, and RUN_OPTIONS, of run-guest.
# shellcheck disable=SC2034 # both are for who sources this
igt_needs() {
	local gpus=$1 n
	shift
	GUEST_OPTIONS=() RUN_OPTIONS=()
	case " $* " in
	*" prime"*)						# to share buffers with
		GUEST_OPTIONS=(--module vgem --module vivid --module hyperv_drm --host-option video=on)
		RUN_OPTIONS=(--timeout 1200) ;;
	# A display to show what /dev/dxg has. Storms take as long as the machine is slow.
	*" compat "*)
		GUEST_OPTIONS=(--module hyperv_drm --host-option video=on)
		RUN_OPTIONS=(--timeout 1200) ;;
	# Either GPU may be the first: all have hardware queues.
	*" compat-any "*)
		for ((n = 0; n < gpus; n++)); do
			GUEST_OPTIONS+=(--host-option "gpu$n.hwsch=on")
		done ;;
	*" large "*) GUEST_OPTIONS=(--memory 6G) ;;
	*" debug "*) RUN_OPTIONS=("${NO_MEMORY[@]/#/--allow=}") ;;
	*" nohw "*) GUEST_OPTIONS=(--host-option gpu0.hwsch=off) ;;
	# A host that answers every message, and takes guest memory by GPADL only.
	*" plain "*) GUEST_OPTIONS=(--host-option async=off --host-option caps=0) ;;
	esac
	# Neither violations nor objects left on the host after any test, but where the host is not told
	# because memory or requests fail.
	[[ " $* " = *" debug "* ]] || RUN_OPTIONS+=(--ledger)
	# What the kernel says of a host that is made to lie.
	case " $* " in
	*" faults "*) RUN_OPTIONS+=(--allow 'host broke the protocol'
		--allow 'dxg_port_violation: .* callbacks suppressed') ;;
	esac
}
