#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# The driver comes and goes: bound and unbound, loaded and unloaded, its channels
# withdrawn at each step of its start, its GPU removed under those who use it.
# usage: driver-loops.sh DRIVER BINDS LOADS
. "$(dirname "$0")/lib.sh"

DRIVER=$1 BINDS=$2 LOADS=$3
PCI=/sys/bus/pci/drivers/dxg

nodes() { find /dev/dri -name 'renderD*' 2>/dev/null | wc -l; }
has_nodes() { [ "$(nodes)" = "$1" ]; }
unloaded() { [ ! -e /sys/module/dxg ]; }
objects() { host gpupv objects | sed -n 's/^objects //p'; }
left_behind() { host gpupv objects | sed -n 's/^left-behind //p'; }
has_objects() { [ "$(objects)" = "$1" ]; }

check starts wait_for has_nodes 1
address=$(gpu_functions)
before=$(objects)

bind_loop() {
	local i
	for ((i = 0; i < BINDS; i++)); do
		echo "$address" > $PCI/unbind || return 1
		has_nodes 0 || { echo "round $i: a node is left"; return 1; }
		echo "$address" > $PCI/bind || return 1
		wait_for has_nodes 1 || { echo "round $i: no node"; return 1; }
	done
}
check "bind-unbind" bind_loop
is bind-unbind-objects "$(objects)" "$before"

load_loop() {
	local i
	for ((i = 0; i < LOADS; i++)); do
		rmmod dxg || return 1
		wait_for has_objects 0 || { echo "round $i: $(objects) objects in the host"; return 1; }
		insmod "$DRIVER" || return 1
		wait_for has_nodes 1 || { echo "round $i: no node"; return 1; }
	done
}
check load-unload load_loop
is load-unload-objects "$(objects)" "$before"
is left-behind "$(left_behind)" 0

# Withdraw a channel instead of its answer number AFTER; the driver must bear it, unload, and
# start again when the channel is back.
rescind_at() {
	local channel=$1 after=$2
	rmmod dxg || return 1
	host fault add "rescind:channel=$channel,after=$after" || return 1
	insmod "$DRIVER" || return 1
	# Time for the start to meet it: the rule is gone from the list's unhit ones.
	PATIENCE=5 wait_for fault_hit || { host fault clear; return 3; }
	sleep 0.2
	host fault clear || return 1
	rmmod dxg || return 1
	wait_for unloaded || return 1
	host gpu remove gpu0 surprise > /dev/null
	wait_for has_gpus 0 || { echo "the function stays"; return 1; }
	if [ "$channel" = gpupv ]; then wait_for host offer gpupv || return 1; fi
	host gpu add gpu0 || return 1
	wait_for has_gpus 1 || { echo "the function does not come back"; return 1; }
	insmod "$DRIVER" || return 1
	wait_for has_nodes 1 || { echo "no node afterwards"; return 1; }
}
fault_hit() { host fault list | grep -Eq 'hits [1-9]|, [1-9][0-9]* hits'; }

for channel in gpupv vgpu-gpu0; do
	steps=0
	for ((after = 0; after < 8; after++)); do
		text=$(rescind_at $channel $after 2>&1)
		case $? in
		0) ok "rescind-$channel-$after"; steps=$((steps + 1)) ;;
		3) break ;;	# the start needs no more answers than that
		*) not_ok "rescind-$channel-$after" "$text" ;;
		esac
		wait_for has_nodes 1 || break
	done
	if [ $steps -ge 1 ]; then ok "rescind-$channel-steps"; else not_ok "rescind-$channel-steps" none; fi
	wait_for has_nodes 1
done

# Eight processes use the node while the GPU goes: each is told ENODEV and none hangs.
work=$(mktemp -d)
for i in 1 2 3 4 5 6 7 8; do
	timeout 700 python3 "$(dirname "$0")/hold.py" > "$work/$i" 2>&1 &
done
ready() { [ "$(cat "$work"/* | grep -c ready)" = 8 ]; }
check holders-ready wait_for ready
check surprise host gpu remove gpu0 surprise
wait
is holders-told "$(cat "$work"/* | grep -c 'told ENODEV')" 8
check unloads-after rmmod dxg
wait_for has_objects 0
is objects-at-end "$(objects)" 0
finish
