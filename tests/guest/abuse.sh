#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# Malformed input: each kind refused, the host alive. The host's log is checked by the caller.
# usage: abuse.sh MODULE
. "$(dirname "$0")/lib.sh"

check module load_dxgtest "$1"
check two-channels wait_for has_channels 2
for what in hypercalls messages rings msrs; do
	before=$(host violations | awk '{ print $2 }')
	dxgtest abuse ch=2 other=1 what=$what | sed "s/^\(ok\|not ok\) /\1 $what-/"
	after=$(host violations | awk '{ print $2 }')
	# Refused hypercalls are answered with a status, which is not held against the guest.
	echo "   $what: $((after - before)) violations"
	host violations expect $((after - before)) > /dev/null
done
check traffic-afterwards dxgtest traffic ch=1 ring=8 count=500
check traffic-of-victim dxgtest traffic ch=2 ring=8 count=500
finish
