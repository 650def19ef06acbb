#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# usage: programs.sh PICTURE FOLDER
# PICTURE: a PNG. FOLDER: for results, seen by the host, too.
. "$(dirname "$0")/lib.sh"

PICTURE=$1 FOLDER=$2
TOOLS=$DXG_TOP/build/lib/tools
darkroom=$TOOLS/dxg-darkroom

# refuses NAME STATUS TEXT COMMAND...: ends with the status and one line with the text, and leaves no file.
refuses() {
	local name=$1 want=$2 text=$3 out status
	shift 3
	out=$("$@" 2>&1 >/dev/null)
	status=$?
	if [ "$status" = "$want" ] && grep -q -- "$text" <<< "$out" &&
		! compgen -G "$FOLDER/none*" > /dev/null; then
		ok "$name"
	else
		not_ok "$name" "status $status, [$out]"
	fi
}

# ---- the darkroom ----
for op in blur sharpen edge mandelbrot scale; do
	check "darkroom-$op" "$darkroom" --op $op --verify "$PICTURE" "$FOLDER/$op.png"
done
check darkroom-enlarge "$darkroom" --op scale --size 1537x901 --verify "$PICTURE" "$FOLDER/large.png"
check darkroom-one-pixel "$darkroom" --op scale --size 1x1 --verify "$PICTURE" "$FOLDER/one.png"
check darkroom-from-one-pixel "$darkroom" --op blur --verify "$FOLDER/one.png" "$FOLDER/one2.png"

head -c 100000 "$PICTURE" > "$FOLDER/short.png"
cp "$PICTURE" "$FOLDER/bad.png"
printf 'junk' | dd of="$FOLDER/bad.png" bs=1 seek=50000 conv=notrunc status=none
# A header that claims 16384 x 16384 pixels; its checksum is right.
printf '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x40\0\0\0\x40\0\x08\x02\0\0\0\x26\xaa\x87\xd3\0\0\x10\0IDAT\x78\x9c' > "$FOLDER/huge.png"
echo text > "$FOLDER/text.png"
refuses darkroom-truncated 1 short.png "$darkroom" --op blur "$FOLDER/short.png" "$FOLDER/none.png"
refuses darkroom-corrupt 1 bad.png "$darkroom" --op blur "$FOLDER/bad.png" "$FOLDER/none.png"
refuses darkroom-huge 1 'too many' "$darkroom" --op blur "$FOLDER/huge.png" "$FOLDER/none.png"
refuses darkroom-no-png 1 text.png "$darkroom" --op blur "$FOLDER/text.png" "$FOLDER/none.png"
refuses darkroom-no-file 1 absent "$darkroom" --op blur "$FOLDER/absent.png" "$FOLDER/none.png"
refuses darkroom-no-folder 1 none/ "$darkroom" --op blur "$FOLDER/one.png" "$FOLDER/none/x.png"
refuses darkroom-no-op 2 "no operation" "$darkroom" --op xyz "$PICTURE" "$FOLDER/none.png"
refuses darkroom-no-gpu 1 "No such" "$darkroom" --device /dev/dri/renderD200 --op blur "$PICTURE" \
	"$FOLDER/none.png"

# ---- the examples ----
is example-fill "$("$DXG_TOP/build/lib/examples/example-fill" 2>&1)" \
	"first word 0xc0ffee00, last word 0xc0ffee00"
is example-fences "$("$DXG_TOP/build/lib/examples/example-fences" 2>&1)" \
	"before go: Timer expired
after go: the fence is 7, the memory 42"
is example-share "$("$DXG_TOP/build/lib/examples/example-share" 2>&1)" \
	"the parent reads 0x5eed5eed, 0x5eed5eed"

# ---- the viewfinder ----
viewfinder=$TOOLS/dxg-viewfinder
shot="'$DXG_TOP/vm/hostctl' screenshot '$FOLDER/screen.png' > /dev/null"
refuses viewfinder-no-camera 1 "camera of this driver" "$viewfinder" --headless --frames 2
modprobe vivid
check camera wait_for test -e /dev/video0
mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
out=$("$viewfinder" --frames 12 --still --verify --picture "$FOLDER/scale.png" \
	--exec "$shot" --screen "$FOLDER/screen.png" 2>&1)
is viewfinder-status $? 0
matches viewfinder-frames "$out" "^frames: 12, dropped: [0-9]+,"
matches viewfinder-copies-nothing "$out" "^bytes copied by the program while frames ran: 0$"
matches viewfinder-dxg-copies-nothing "$out" "^bytes copied by dxg while frames ran: 0, beside [0-9]+ of"
# Twelve frames went by the host; all its messages together are shorter than one of them.
messages=$(sed -n 's/.*, beside \([0-9]*\) of messages.*/\1/p' <<< "$out")
check viewfinder-messages-hold-no-frame test "$messages" -gt 0 -a "$messages" -lt $((640 * 360 * 2))
matches viewfinder-camera-writes "$out" "^bytes written by the camera's driver: $((12 * 640 * 360 * 2))$"
matches viewfinder-display-copies "$out" \
	"^bytes copied by the display's driver to its video memory: $((12 * 1024 * 768 * 4))$"
matches viewfinder-last-frame "$out" "^last frame: all 786432 pixels equal"
matches viewfinder-screen "$out" "^screen: all 786432 pixels equal"
cp "$FOLDER/screen.png" "$FOLDER/old.png"
check viewfinder-other-sizes "$viewfinder" --frames 3 --size 1280x720 --camera-size 320x180 --verify \
	--exec "$shot" --screen "$FOLDER/screen.png"
check viewfinder-headless "$viewfinder" --headless --frames 3 --verify
check viewfinder-png "$viewfinder" --source png --picture "$PICTURE" --frames 3 --verify \
	--exec "$shot" --screen "$FOLDER/screen.png"
refuses viewfinder-no-display 1 "/dev/dri/card9: cannot open it" "$viewfinder" --display /dev/dri/card9
refuses viewfinder-not-a-camera 1 "cannot capture from it" "$viewfinder" --device /dev/video1 --headless
refuses viewfinder-no-mode 1 "of this size" "$viewfinder" --size 1000x700 --frames 2
refuses viewfinder-no-such-camera 1 "/dev/video77: cannot open it" "$viewfinder" --device /dev/video77
refuses viewfinder-no-gpu 1 "/dev/dri/renderD200: cannot open it" \
	"$viewfinder" --gpu /dev/dri/renderD200 --headless
refuses viewfinder-not-a-gpu 1 "/dev/null: cannot open it" "$viewfinder" --gpu /dev/null --headless
refuses viewfinder-no-picture 1 absent.png "$viewfinder" --picture "$FOLDER/absent.png"
refuses viewfinder-frames-zero 2 "bad value '0'" "$viewfinder" --frames 0
refuses viewfinder-frames-text 2 "bad value '5x'" "$viewfinder" --frames 5x
refuses viewfinder-size-small 2 "bad value '10x10'" "$viewfinder" --size 10x10
refuses viewfinder-size-odd 2 "bad value '641x480'" "$viewfinder" --size 641x480
refuses viewfinder-source-unknown 2 "bad value 'film'" "$viewfinder" --source film
refuses viewfinder-png-without-picture 2 "needs --picture" "$viewfinder" --source png
refuses viewfinder-png-with-camera 2 "has no --device" \
	"$viewfinder" --source png --picture "$PICTURE" --device /dev/video0
refuses viewfinder-headless-display 2 "has no --display" \
	"$viewfinder" --headless --display /dev/dri/card0
refuses viewfinder-argument 2 "unexpected argument" "$viewfinder" more
refuses viewfinder-differs 1 "pixels of the screen differ" "$viewfinder" --frames 3 --still \
	--screen "$FOLDER/old.png"

# ---- what the viewfinder uses goes while it runs ----
picture_changes() { [ "$(host display | sed -n 's/.* dirts \([0-9]*\).*/\1/p')" -gt "$1" ]; }
has_node() { compgen -G "$1" > /dev/null; }

# goes NAME TEXT COMMAND...: it ends with a message when COMMAND takes something away.
goes() {
	local name=$1 text=$2 log=$FOLDER/goes.txt pid status dirts
	shift 2
	dirts=$(host display | sed -n 's/.* dirts \([0-9]*\).*/\1/p')
	timeout 600 "$viewfinder" --frames 1000000 > "$log" 2>&1 &
	pid=$!
	wait_for picture_changes $((dirts + 8)) || echo "# $name: no pictures"
	# In a subshell: the port to the host has one user at a time.
	("$@") || echo "# $name: $* failed"
	wait $pid
	status=$?
	is "$name-status" $status 1
	matches "$name-says" "$(< "$log")" "$text"
	is "$name-lines" "$(grep -c '^dxg-viewfinder:' "$log")" 1
}

gone='(No such device|Input/output error|Operation canceled)'
goes gpu-goes "^dxg-viewfinder: /dev/dri/renderD[0-9]+: cannot [a-z' -]+: $gone" \
	host gpu remove gpu0 surprise
check gpu-returns host gpu add gpu0
check gpu-is-there wait_for has_node '/dev/dri/renderD*'
goes display-goes "^dxg-viewfinder: /dev/dri/card[0-9]+: cannot [a-z' -]+: " host display unplug
check display-returns host display plug
display_is_there() { "$viewfinder" --frames 1; }
check display-is-there wait_for display_is_there
unbind_camera() { echo vivid.0 > /sys/bus/platform/drivers/vivid/unbind; }
goes camera-goes "^dxg-viewfinder: /dev/video[0-9]+: cannot [a-z' -]+: " unbind_camera
echo vivid.0 > /sys/bus/platform/drivers/vivid/bind
check camera-is-there wait_for test -e /dev/video0
check viewfinder-after-all "$viewfinder" --frames 3 --still --verify \
	--exec "$shot" --screen "$FOLDER/screen.png"
finish
