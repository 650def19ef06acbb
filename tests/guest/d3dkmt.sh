#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# The flows of D3DKMT clients over the library.
# usage: d3dkmt.sh
. "$(dirname "$0")/lib.sh"

FLOWS=$DXG_TOP/build/lib/d3dkmt/tests/d3dkmt-flows

# flows BACKEND ARGUMENT...: each of the program's tests is a subtest, and so is its end.
flows() {
	local backend=$1 line plan=none lines=0 which=${!#}
	shift
	while read -r line; do
		case $line in
		"ok "*) ok "$backend-${line#ok }"; lines=$((lines + 1)) ;;
		"not ok "*) not_ok "$backend-${line#not ok }"; lines=$((lines + 1)) ;;
		1..*) plan=${line#1..} ;;
		*) echo "# $line" ;;
		esac
	done < <(DXG_BACKEND=$backend "$FLOWS" "$@" 2>&1)
	is "$backend-plan-${which#--}" "$lines" "$plan"
}

# ---- access: as the rules of packaging/ say, and nothing else ----
ROOT=$DXG_TOP/build/vm/root
RENDER=104
# It has to be told that a chroot is meant.
export SYSTEMD_IGNORE_CHROOT=1
for d in dev proc sys run; do
	mount --rbind "/$d" "$ROOT/$d" || not_ok "mount-$d"
done
for d in etc usr/lib/udev/rules.d; do
	mount -t tmpfs tmpfs "$ROOT/$d" || not_ok "mount-$d"
done
printf 'root:x:0:\nrender:x:%s:\n' $RENDER > "$ROOT/etc/group"
echo 'root:x:0:0::/:/bin/sh' > "$ROOT/etc/passwd"
cp "$DXG_TOP/packaging/70-dxg.rules" "$ROOT/usr/lib/udev/rules.d/"
check udev chroot "$ROOT" /usr/lib/systemd/systemd-udevd --daemon --resolve-names=early
check udev-trigger chroot "$ROOT" udevadm trigger --settle --action=add
for node in /dev/dri/renderD128 /dev/dxg /dev/dri/card0; do
	want="$RENDER 660"
	[ $node = /dev/dri/card0 ] && want="0 600"
	is "access-${node##*/}" "$(stat -c '%g %a' $node)" "$want"
done
tags=$(chroot "$ROOT" udevadm info --query=property --property=TAGS --value /dev/dri/renderD128)
matches access-uaccess "$tags" ':uaccess:'

# modprobe finds the driver for each device that it has bound, by packaging/dxg.conf alone.
resolved=0
for alias in /sys/bus/{pci,vmbus}/drivers/dxg/*/modalias; do
	[ "$(modprobe -C "$DXG_TOP/packaging/dxg.conf" -R "$(< "$alias")")" = dxg ] &&
		resolved=$((resolved + 1))
done
# Two GPUs are two functions and two channels, and there is the global one.
is modprobe-resolves $resolved 5

# One test is another user.
chmod 666 /dev/dri/renderD* /dev/dxg
flows render --table
is render-example "$("$DXG_TOP/build/lib/examples/example-d3dkmt" 2>&1)" \
	"the event came, the parent reads 0xd3d, 0xd3d"
# What /dev/dxg does of them.
DEV=(enumerate enumerate-room devices queues allocations allocations-wrong properties resource
	queries escapes statistics processes addresses submit hw-queue fences wait-before-signal
	update-addresses page-fault share two-adapters other-adapter fork fork-threads refused
	memory-forked memory-foreign memory-large resident-most many-objects
	killed-clients killed-waiting killed-in-requests exit-while-working sync-file
	sync-file-wrong sync-file-many sync-file-unshared machine-features share-fails)
flows dev "${DEV[@]}"
is dev-example "$(DXG_BACKEND=dev "$DXG_TOP/build/lib/examples/example-d3dkmt" 2>&1)" \
	"the event came, the parent reads 0xd3d, 0xd3d"
is wrong-backend "$(DXG_BACKEND=else "$FLOWS" enumerate | grep -c "^not ok enumerate .*0xffffffffc000000d")" 1
# The adapters go, for good.
flows render removed
flows dev removed
flows render no-adapter
flows dev no-adapter
finish
