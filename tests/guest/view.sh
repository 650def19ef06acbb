#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# What the guest sees of the partition.
# usage: view.sh CPUS GPUS MEGABYTES
. "$(dirname "$0")/lib.sh"

CPUS=$1 GPUS=$2 MEGABYTES=$3
VGPU=6e382d18-3336-4f4b-acc4-2b7703d4df4a
GLOBAL=dde9cbc0-5060-4436-9448-ea1254a5d177
VPCI=44c4f61d-4444-4400-9d52-802e27ede19f

has_devices() {
	has_gpus "$GPUS" && [ "$(vmbus_devices $VGPU | wc -l)" = "$GPUS" ] &&
		[ "$(vmbus_devices $GLOBAL | wc -l)" = 1 ]
}

log=$(dmesg)
matches detected "$log" 'Hypervisor detected: Microsoft Hyper-V'
matches vmbus-version "$log" 'Vmbus version:5\.3'
is cpus "$(nproc)" "$CPUS"

# Memory: what the kernel and the MMIO window take is less than a fifth and 400 MB.
total=$(($(awk '/^MemTotal/ { print $2 }' /proc/meminfo) / 1024))
if [ $total -ge $((MEGABYTES * 8 / 10 - 400)) ] && [ $total -le "$MEGABYTES" ]; then
	ok memory-size
else
	not_ok memory-size "$total MB of $MEGABYTES"
fi
if [ "$MEGABYTES" -gt 4096 ]; then
	matches memory-above-4g "$(cat /proc/iomem)" '^[1-9a-f][0-9a-f]{8}-[0-9a-f]+ : System RAM'
	check memory-touch python3 "$(dirname "$0")/touch.py" 512
fi
window=0
while IFS='- ' read -r from to _ name; do
	[[ $name == VMBUS* ]] && window=$(((0x$to - 0x$from + 1) >> 20))
done < <(sed 's/^ *//' /proc/iomem)
if [ $window -ge 256 ]; then ok mmio-window; else not_ok mmio-window "$window MiB"; fi

# The bus finds its devices while the guest goes on.
check devices-appear wait_for has_devices
is vmbus-global "$(vmbus_devices $GLOBAL | wc -l)" 1
is vmbus-vgpu "$(vmbus_devices $VGPU | wc -l)" "$GPUS"
is vmbus-vpci "$(vmbus_devices $VPCI | wc -l)" "$GPUS"
is vmbus-channels "$(ls -d /sys/bus/vmbus/devices/*/channels/* | wc -l)" $((2 * GPUS + 1))

listed=$(lspci -nn -D | grep '\[1414:008[ea]\]')
is lspci "$(grep -c . <<< "$listed")" "$GPUS"
# The host's table has a compute-only one in every fourth place.
is lspci-compute-only "$(grep -c '\[1414:008a\]' <<< "$listed")" $((GPUS / 4))
is own-domains "$(cut -d: -f1 <<< "$listed" | sort -u | wc -l)" "$GPUS"
is no-domain-zero "$(grep -c '^0000:' <<< "$listed")" 0

check config-space python3 "$(dirname "$0")/config.py" "$GPUS"
# Each vPCI bus is driven by the distribution's own driver.
drivers=$(for d in $(vmbus_devices $VPCI); do
	readlink "/sys/bus/vmbus/devices/$d/driver"
done | sed 's,.*/,,' | sort | uniq -c | xargs)
is vpci-driver "$drivers" "$GPUS hv_pci"
echo "window $window MiB, memory $total MB"
finish
