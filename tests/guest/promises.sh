#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# Kill busy clients; let the host fall silent amidst work; unload the driver while it is silent.
# usage: promises.sh DRIVER ROUNDS
. "$(dirname "$0")/lib.sh"

DRIVER=$1
export DXG_ROUNDS=$2 DXG_HOSTCTL=$DXG_TOP/build/vm/hostctl
nodes() { find /dev/dri -name 'renderD*' 2>/dev/null | wc -l; }
has_nodes() { [ "$(nodes)" = "$1" ]; }
objects() { host gpupv objects | sed -n 's/^objects //p'; }
has_objects() { [ "$(objects)" = "$1" ]; }

mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
check starts wait_for has_nodes 1
before=$(objects)
check killed "$DXG_TOP/build/igt/dxg_finite" --run-subtest killed
check silence "$DXG_TOP/build/igt/dxg_finite" --run-subtest silence
# Nothing that the host keeps to itself holds the module.
check unloads timeout 300 rmmod dxg
check speaks host gpupv clear
check loads insmod "$DRIVER"
check works wait_for has_nodes 1
check objects wait_for has_objects "$before"
finish
