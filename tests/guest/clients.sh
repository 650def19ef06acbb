#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# Third-party programs against the driver's nodes.
# usage: clients.sh ROOT GPUS
#
# ROOT holds the distribution's programs with all they need; the driver is loaded.
. "$(dirname "$0")/lib.sh"

ROOT=$1 GPUS=$2

nodes() { find /dev/dri -name 'renderD*' | sort; }
has_nodes() { [ "$(nodes | wc -l)" = "$1" ]; }

check render-nodes wait_for has_nodes "$GPUS"

for d in dev proc sys; do
	mount --rbind "/$d" "$ROOT/$d" || not_ok "mount-$d"
done
mount -t tmpfs tmpfs "$ROOT/tmp"

# Run a program in the root; its output is in $text, its status in $status.
client() {
	text=$(timeout -k 5 600 chroot "$ROOT" env -i PATH=/usr/bin HOME=/tmp XDG_RUNTIME_DIR=/tmp \
		LC_ALL=C "$@" 2>&1 < /dev/null)
	status=$?
}

# A crash is a status above 128, a hang is timeout's 124.
survives() {
	if [ $status = 124 ] || [ $status -gt 127 ]; then
		not_ok "$1" "status $status: ${text:0:400}"
	else
		ok "$1"
	fi
}

# libdrm's own tool: one device per adapter, by its PCI ids, with its render node.
client drmdevice
is drmdevice-status $status 0
is drmdevice-adapters "$(sed -n 's/^--- Devices reported \([0-9]*\) ---$/\1/p' <<< "$text")" "$GPUS"
# Each device is described, and again for each of its two nodes when that is opened.
is drmdevice-ids "$(grep -cE 'vendor_id +1414|device_id +008e' <<< "$text")" $((6 * GPUS))
for n in $(nodes); do
	matches "drmdevice-${n##*/}" "$text" "nodes\\[2\\] $n\$"
done

# It asks for modes, which a render-only device has none of, and must take the refusal.
mapfile -t all < <(nodes)
client drm_info "${all[@]}"
survives drm_info

# Mesa knows no driver for a kernel driver of this name: it must end up in software.
client eglinfo -B
survives eglinfo
matches eglinfo-software "$text" 'llvmpipe|softpipe|swrast'

client vulkaninfo --summary
survives vulkaninfo
matches vulkaninfo-software "$text" 'llvmpipe'

# They left nothing behind that keeps the driver.
check driver-unloads rmmod dxg
finish
