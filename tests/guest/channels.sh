#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# The echo channels, driven by the test module.
# usage: channels.sh MODULE normal|full
. "$(dirname "$0")/lib.sh"

MODULE=$1 TIER=$2
work=$(mktemp -d)
packets=5000 reopens=25 delays=3 flood=500
# One request floods with 64 MiB at most, and packets have up to 16 KiB.
[ "$TIER" = full ] && packets=100000 reopens=200 delays=10 flood=4000

check module load_dxgtest "$MODULE"
check two-channels wait_for has_channels 2

# traffic NAME WORD...: nothing is lost, reordered or changed; rings were full where they should.
traffic() {
	local name=$1 out
	shift
	if out=$(dxgtest traffic "$@" 2>&1); then
		ok "$name"
		echo "   $out"
	else
		not_ok "$name" "$out"
	fi
}

check ping dxgtest ping ch=1 count=100
check ping-second-channel dxgtest ping ch=2 count=100
check ping-direct dxgtest ping ch=1 count=100 direct=1

# Rings of 4 pages to 1 MiB, packets of 16 bytes to 16 KiB, all CPUs at once.
traffic ring-4 ch=1 ring=4 count=$((packets / 5)) seed=1
traffic ring-8 ch=1 ring=8 count=$((packets / 5)) seed=2 direct=1
traffic ring-64 ch=1 ring=64 count=$((packets / 5)) seed=3
traffic ring-256 ch=1 ring=256 count=$packets seed=4
traffic small-packets ch=1 ring=16 max=64 count=$packets seed=5
traffic many-senders ch=1 ring=16 senders=16 count=$((packets / 2)) seed=6

# The host sends while the guest does, and the guest reads slowly: both directions fill.
traffic flood ch=1 ring=8 count=$((packets / 5)) source=$flood seed=7
traffic flood-slow ch=1 ring=6 count=$((packets / 10)) source=$((flood / 2)) slow=200 \
	direct=1 seed=8
full=$(dxgtest traffic ch=1 ring=4 count=400 slow=300 direct=1 source=100 seed=9 |
	grep -o 'full [0-9]*')
if [ "${full#full }" -gt 0 ] 2> /dev/null; then ok guest-ring-was-full; else
	not_ok guest-ring-was-full "$full"; fi
queued=$(host channels | awk '$2 == "echo1" { for (i = 1; i < NF; i++) if ($i == "queued") print $(i + 1) }')
if [ "${queued:-0}" -gt 0 ]; then ok host-ring-was-full; else
	not_ok host-ring-was-full "[$queued] packets found it full"; fi
saved=$(host channels | awk '$2 == "echo1" { for (i = 1; i < NF; i++) if ($i == "saved") print $(i + 1) }')
if [ "${saved:-0}" -gt 0 ]; then ok interrupts-saved; else not_ok interrupts-saved "[$saved]"; fi

# Nothing but the host's word wakes a sender whose ring was full.
check room-is-told dxgtest room ch=1

# Two channels at the same time.
dxgtest traffic ch=2 ring=16 count=$((packets / 5)) seed=10 > "$work/second" 2>&1 &
second=$!
traffic first-of-two ch=1 ring=16 count=$((packets / 5)) seed=11
if wait $second; then ok second-of-two; else not_ok second-of-two "$(cat "$work/second")"; fi

check reopen dxgtest reopen ch=1 count=$reopens

# GPADLs: one message, several, and where the 16-bit length of the header wraps.
for pages in 1 2 26 27 28 55 512 1000 8190 8191 8192; do
	check "gpadl-$pages" dxgtest gpadl ch=1 pages=$pages
done
check gpadl-many dxgtest gpadl ch=2 pages=3 count=$((reopens * 4))

# Late answers into a guest that has nothing to do.
check delay-1 dxgtest delay ch=1 ms=1 count=$((delays * 10))
check delay-10 dxgtest delay ch=1 ms=10 count=$((delays * 5))
check delay-100 dxgtest delay ch=1 ms=100 count=$delays
check delay-1000 dxgtest delay ch=1 ms=1000 count=1

check mmio-1 dxgtest mmio ch=1 mib=1
check mmio-16 dxgtest mmio ch=1 mib=16
check mmio-256 dxgtest mmio ch=1 mib=256 step=8

check refused dxgtest refused ch=1

# Interrupts follow the CPU of the channel, also of an open one: the last of the answers must
# arrive on the CPU that was chosen after the first request.
device=$(awk '$1 == 1 { print $2 }' /sys/kernel/debug/dxgtest/channels)
set_cpu() { echo "$1" > "$(echo /sys/bus/vmbus/devices/"$device"/channels/*/cpu)"; }
# On a slow machine the last answer may come before the CPU is chosen: then with more time.
moves_to() {
	local job ms
	for ms in 500 2000 8000; do
		dxgtest delay ch=1 ms=$ms count=2 > "$work/moved" &
		job=$!
		wait_for set_cpu "$1" || { echo "the CPU cannot be set"; return 1; }
		wait $job || return 1
		! grep -q " cpu $1\$" "$work/moved" || return 0
	done
	cat "$work/moved"
	return 1
}
# Last to first: a channel that stays where it is cannot pass.
for cpu in $(seq $(($(nproc) - 1)) -1 0) $(($(nproc) - 1)); do
	check "interrupts-on-$cpu-$((++moves))" moves_to "$cpu"
done
finish
