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
check camera wait_for 10 test -e /dev/video0
out=$("$viewfinder" --frames 12 --still --verify --picture "$FOLDER/scale.png" \
	--exec "$shot" --screen "$FOLDER/screen.png" 2>&1)
is viewfinder-status $? 0
matches viewfinder-frames "$out" "^frames: 12, dropped: 0,"
matches viewfinder-copies-nothing "$out" "^bytes copied by the program while frames ran: 0$"
matches viewfinder-last-frame "$out" "^last frame: all 786432 pixels equal"
matches viewfinder-screen "$out" "^screen: all 786432 pixels equal"
check viewfinder-other-sizes "$viewfinder" --frames 3 --size 1280x720 --camera-size 320x180 --verify \
	--exec "$shot" --screen "$FOLDER/screen.png"
check viewfinder-headless "$viewfinder" --headless --frames 3 --verify
check viewfinder-png "$viewfinder" --source png --picture "$PICTURE" --frames 3 --verify \
	--exec "$shot" --screen "$FOLDER/screen.png"
refuses viewfinder-no-display 1 "/dev/dri/card9: cannot open it" "$viewfinder" --display /dev/dri/card9
refuses viewfinder-not-a-camera 1 "cannot capture from it" "$viewfinder" --device /dev/video1 --headless
refuses viewfinder-no-mode 1 "of this size" "$viewfinder" --size 1000x700 --frames 2
finish
