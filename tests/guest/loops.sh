#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# Offers and rescinds in loops: with the channel idle, open, and full of packets; the VMBus
# and PCI drivers unloaded and loaded again, where they are modules.
# usage: loops.sh MODULE normal|full
. "$(dirname "$0")/lib.sh"

MODULE=$1 TIER=$2
work=$(mktemp -d)
rounds=10 reloads=2
[ "$TIER" = full ] && rounds=200 reloads=20

check module load_dxgtest "$MODULE"
check two-channels wait_for has_channels 2

offer_loop() {
	local i
	for ((i = 0; i < rounds; i++)); do
		host rescind echo2 || return 1
		wait_for has_channels 1 || { echo "round $i: still there"; return 1; }
		host offer echo2 || return 1
		wait_for has_channels 2 || { echo "round $i: not back"; return 1; }
		dxgtest ping ch=2 ring=$((4 + i)) direct=$((i & 1)) || { echo "round $i"; return 1; }
	done
}
check offer-rescind-reopen offer_loop

# Taken away under traffic: the sender gets ENODEV, nothing hangs.
busy_loop() {
	local i job
	for ((i = 0; i < rounds / 2; i++)); do
		dxgtest traffic ch=2 ring=8 count=100000 > "$work/busy" 2>&1 &
		job=$!
		sleep 0.3
		host rescind echo2 || return 1
		wait $job && { echo "round $i: the traffic ended well"; cat "$work/busy"; return 1; }
		grep -q 'No such device' "$work/busy" || { cat "$work/busy"; return 1; }
		wait_for has_channels 1 || { echo "round $i: still there"; return 1; }
		host offer echo2 || return 1
		wait_for has_channels 2 || { echo "round $i: not back"; return 1; }
		dxgtest ping ch=2 || return 1
	done
}
check rescind-under-traffic busy_loop

# The other channel is fine all the time.
check other-channel dxgtest traffic ch=1 ring=8 count=500

# Unload and load the drivers.
if [ -d /sys/module/hv_vmbus/holders ]; then
	reload_vmbus() {
		local i
		for ((i = 0; i < reloads; i++)); do
			rmmod dxgtest pci_hyperv hv_vmbus || return 1
			modprobe hv_vmbus && modprobe pci-hyperv && insmod "$MODULE" || return 1
			wait_for has_channels 2 || { echo "round $i: $(echo_channels) channels"; return 1; }
			wait_for has_gpus 1 || { echo "round $i: no GPU"; return 1; }
			dxgtest ping ch=1 || return 1
		done
	}
	check reload-vmbus reload_vmbus
	reload_pci() {
		local i
		for ((i = 0; i < reloads * 2; i++)); do
			rmmod pci_hyperv || return 1
			has_gpus 0 || { echo "round $i: the GPU stays"; return 1; }
			modprobe pci-hyperv || return 1
			wait_for has_gpus 1 || { echo "round $i: no GPU"; return 1; }
		done
	}
	check reload-pci reload_pci
else
	echo "skip reload-vmbus the driver is built into this kernel"
	echo "skip reload-pci the driver is built into this kernel"
fi
check traffic-at-the-end dxgtest traffic ch=1 ring=16 count=1000 source=100
finish
