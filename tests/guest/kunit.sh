#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# Run the driver's KUnit suites, whose module is loaded, and print their results. They have a
# host of their own: that of the machine is let go.
# usage: kunit.sh
kunit=/sys/kernel/debug/kunit vmbus=/sys/bus/vmbus/drivers/dxg
mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
for device in "$vmbus"/*-*; do
	[ ! -e "$device" ] || echo "${device##*/}" > "$vmbus/unbind"
done
for suite in "$kunit"/dxg*; do
	[ -e "$suite/run" ] || { echo "not ok kunit no suites"; exit 1; }
	echo 1 > "$suite/run"
	cat "$suite/results"
done
# A kernel that does not run them writes plans only.
grep -q '^ \+ok' "$kunit"/dxg*/results || { echo "not ok kunit no test has run"; exit 1; }
