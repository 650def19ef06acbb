#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# The distribution's hyperv_drm on the host's synthetic video device.
# usage: display.sh DRAW FOLDER on|off
# DRAW: the guest-draw program. FOLDER: for pictures, seen by the host, too. on, off: whether the
# host wants DIRT messages.
. "$(dirname "$0")/lib.sh"

DRAW=$1 FOLDER=$2 DIRT=$3
HOSTCTL=$DXG_TOP/vm/hostctl
DRIVER=/sys/bus/vmbus/drivers/hyperv_drm

status() { host display; }	# in a subshell only: guest-draw needs the port
field() { status | sed -n "s/.* $1 \([^ ]*\).*/\1/p"; }
active() { [ "$(field active)" = 1 ]; }
inactive() { [ "$(field active)" = 0 ]; }
crc_is() { [ "$(field crc)" = "$1" ]; }
crc_is_not() { local crc; crc=$(field crc); [ "$crc" ] && [ "$crc" != "$1" ]; }

# draw NAME SIZE SOURCE...: each of its checks is a subtest.
draw() {
	local name=$1 line what lines=0
	shift
	while read -r line; do
		what=${line#not }
		what=${what#ok }
		what=${what%% (*}
		what=$name-${what// /-}
		case $line in
		"ok "*) ok "$what"; lines=$((lines + 1)) ;;
		"not ok "*) not_ok "$what" "$line" ;;
		*) echo "# $line" ;;
		esac
	done < <("$DRAW" --host "$HOSTCTL" --folder "$FOLDER" "$@" 2>&1)
	# Four for the card, twelve for each source.
	is "$name-checks" $lines $((4 + 12 * ($# - 1)))
}

for m in udmabuf vgem; do modprobe -q $m; done
modprobe hyperv_drm
check on-screen wait_for active
is protocol "$(field version)" 3.5
is preferred-mode "$(field size)" 1024x768

# The console. Its cursor blinks, so it goes first; the screen is drawn by a worker: black,
# three bytes a pixel.
empty=$(python3 -c 'import zlib; print("%08x" % zlib.crc32(bytes(1024 * 768 * 3)))')
printf '\033[?25l\033[2J\033[H' > /dev/tty0
check console-black wait_for crc_is "$empty"
echo "the quick brown fox" > /dev/tty0
check console-text wait_for crc_is_not "$empty"
printf '\033[2J\033[H' > /dev/tty0
check console-clear wait_for crc_is "$empty"

draw small 1024x768 dumb vgem udmabuf
draw large 1920x1080 dumb
if [ "$DIRT" = on ]; then
	check dirt-told [ "$(field dirts)" -gt 20 ]
else
	is no-dirt-told "$(field dirts)" 0
fi

# A driver that goes takes the screen with it; the next one has its own.
device=$(basename "$(readlink -f "$DRIVER"/*-*)")
for i in 1 2 3; do
	check "unbind-$i" sh -c "echo $device > $DRIVER/unbind"
	check "screen-off-$i" wait_for inactive
	check "bind-$i" sh -c "echo $device > $DRIVER/bind"
	check "screen-on-$i" wait_for active
done

# The device goes while its card is open, and comes back when that is closed.
for card in /dev/dri/card*; do
	[ "$(basename "$(readlink -f "/sys/class/drm/${card##*/}/device/driver")")" = hyperv_drm ] && break
done
exec 5<> "$card"
check unplug "$HOSTCTL" display unplug
check unplugged wait_for test ! -e "$card"
is nothing-on-screen "$("$HOSTCTL" screenshot none.png 2>&1)" "error: the display is unplugged"
check plug "$HOSTCTL" display plug
exec 5>&-
check plugged wait_for active
draw again 1024x768 dumb
is refused "$(field refused)" 0
finish
