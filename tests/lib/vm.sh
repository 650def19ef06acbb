# SPDX-License-Identifier: MIT
# Shell functions of the cases that boot guests; sourced.
# shellcheck shell=bash

. "$DXG_TOP/tests/guest/lib.sh"

GUEST=$DXG_TOP/tests/guest
LAST=		# the name of the last guest
WITH_DRIVER=	# not empty: guests load the driver before their command
rm -rf "${DXG_CASE_DIR:?}"
mkdir -p "$DXG_TOP/build/scratch" "$DXG_CASE_DIR"
# Writable in the guest at the same place; gone when the case ends.
SHARED=$(mktemp -d "$DXG_TOP/build/scratch/test-$DXG_CASE-XXXXXX") || exit 1
trap 'rm -rf "$SHARED"' EXIT

# vm NAME [OPTION]... -- COMMAND...: run COMMAND in a guest of this case's kernel; its logs are
# NAME.console, NAME.host and NAME.kernel in the case's folder. The status is vm/run's. A guest
# that hangs is ended, and shows its logs, a little before the case's own time is over.
vm() {
	LAST=$1
	shift
	local options=() driver=() status start=$EPOCHREALTIME
	[ -n "${WITH_DRIVER-}" ] || driver=(--no-driver)
	while [ "$1" != -- ]; do options+=("$1"); shift; done
	shift
	rm -f "$SHARED/$LAST.kernel"
	"$DXG_TOP/vm/run" --kernel "$DXG_KERNEL" ${DXG_PLUGIN:+--plugin "$DXG_PLUGIN"} \
		--timeout $((DXG_CASE_TIMEOUT * 9 / 10)) "${driver[@]}" --console "$DXG_CASE_DIR/$LAST.console" \
		--host-log "$DXG_CASE_DIR/$LAST.host" "${options[@]}" \
		-- "$GUEST/with-log" "$SHARED/$LAST.kernel" "$@"
	status=$?
	[ -f "$SHARED/$LAST.kernel" ] && mv "$SHARED/$LAST.kernel" "$DXG_CASE_DIR/"
	echo "guest $LAST: status $status, $(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $start }") s"
	return $status
}

# logs [CHECK-LOGS-OPTION]...: the logs of the last guest hold nothing that must not be there.
# shellcheck disable=SC2120
logs() {
	"$DXG_TOP/tests/lib/check-logs" --kernel "$DXG_KERNEL" --name "$LAST" \
		--folder "$DXG_CASE_DIR" "$@" || failures=$((failures + 1))
}

# guest NAME [OPTION]... -- COMMAND...: vm, where status 0 and clean logs are wanted.
guest() {
	vm "$@"
	is "$1-status" $? 0
	logs
}

# The test module for this case's kernel: builds it when it is not there; prints its path.
dxgtest_module() {
	local out=build/modules-test/$DXG_KERNEL
	(cd "$DXG_TOP" && vm/build-module "$DXG_KERNEL" tests/guest/dxgtest "$out") \
		> "$DXG_CASE_DIR/module.log" 2>&1 || { cat "$DXG_CASE_DIR/module.log" >&2; return 1; }
	if grep -Eiw 'warning|error' "$DXG_CASE_DIR/module.log" >&2; then return 1; fi
	echo "$DXG_TOP/$out/dxgtest.ko"
}

# The module that exports dma-bufs of all kinds, as dxgtest_module.
peer_module() {
	local out=build/dmabuf_peer/$DXG_KERNEL
	(cd "$DXG_TOP" && vm/build-module "$DXG_KERNEL" igt-tests/dmabuf_peer "$out") \
		> "$DXG_CASE_DIR/peer.log" 2>&1 || { cat "$DXG_CASE_DIR/peer.log" >&2; return 1; }
	if grep -Eiw 'warning|error' "$DXG_CASE_DIR/peer.log" >&2; then return 1; fi
	echo "$DXG_TOP/$out/dmabuf_peer.ko"
}

# Build the driver for this case's kernel, where vm/run finds it, without a warning; from now on
# guests load it.
with_driver() {
	"$DXG_TOP/vm/build-driver" "$DXG_KERNEL" > "$DXG_CASE_DIR/driver.log" 2>&1 ||
		{ cat "$DXG_CASE_DIR/driver.log" >&2; return 1; }
	if grep -Ei 'warning:|error:' "$DXG_CASE_DIR/driver.log" >&2; then return 1; fi
	WITH_DRIVER=1
}
