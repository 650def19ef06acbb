#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# Reboots the guest until it has booted N times more, a line in FOLDER/boots each: the GPU and VMBus are there each time.
# usage: reboot.sh N FOLDER
. "$(dirname "$0")/lib.sh"

wait_for has_gpus 1 || exit 1
dmesg | grep -q 'Vmbus version:5.3' || exit 1
echo "$DXG_BOOT" >> "$2/boots"
[ "$DXG_BOOT" = "$1" ] && exit 0
dmesg | grep -E 'WARNING:|BUG:' && exit 1
# sysrq resets at once; reboot() lets the drivers say good-bye to VMBus first.
case $((DXG_BOOT % 3)) in
0) echo b > /proc/sysrq-trigger ;;
*) python3 -c 'import ctypes; ctypes.CDLL(None).reboot(0x01234567)' ;;
esac
sleep 300
exit 1
