# SPDX-License-Identifier: GPL-2.0 OR MIT
# Shell functions of the guest's test scripts; sourced.
# shellcheck shell=bash

failures=0

# Report one subtest, with the seconds since the one before.
last_report=${EPOCHREALTIME/./}
ok() {
	local now=${EPOCHREALTIME/./} ms
	ms=$(((now - last_report) / 1000))
	last_report=$now
	printf 'ok %s (%d.%03d s)\n' "$1" $((ms / 1000)) $((ms % 1000))
}
not_ok() { local name=$1; shift; echo "not ok $name $*"; failures=$((failures + 1)); }

# check NAME COMMAND...: in a subshell; the subtest passes when the command does; its output says why not.
check() {
	local name=$1 text
	shift
	if text=$("$@" 2>&1); then
		ok "$name"
	else
		not_ok "$name" "[$*] ${text//$'\n'/; }"
	fi
}

# is NAME GOT WANT
is() {
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got [$2], want [$3]"; fi
}

# matches NAME TEXT REGEX
matches() {
	if grep -Eq -- "$3" <<< "$2"; then ok "$1"; else not_ok "$1" "[$2] has nothing like $3"; fi
}

# wait_for COMMAND...: until it succeeds, or PATIENCE is at its end. Seconds of patience cost
# nothing when it succeeds; machines may be slow, and have other things to do.
PATIENCE=120
wait_for() {
	local until=$((SECONDS + PATIENCE))
	until "$@" > /dev/null 2>&1; do
		[ "$SECONDS" -lt "$until" ] || return 1
		sleep 0.05
	done
}

# The end of a script: its status.
finish() { [ "$failures" = 0 ]; exit; }

host_port() {
	local name
	for name in /sys/class/virtio-ports/*/name; do
		if [ "$(< "$name")" = org.dxg.host ]; then
			name=${name%/name}
			echo "/dev/${name##*/}"
			return
		fi
	done
	return 1
}

# host WORD...: one control request; prints the answer, fails when it is an error.
host() {
	local line port
	if [ -z "$host_fd" ]; then
		port=$(host_port) || { echo "no port to the host"; return 1; }
		exec {host_fd}<> "$port" || return 1
	fi
	echo "$*" >&"$host_fd"
	while read -r -t "$PATIENCE" -u "$host_fd" line; do
		case $line in
		ok) return 0 ;;
		error:*) echo "$line"; return 1 ;;
		*) echo "$line" ;;
		esac
	done
	echo "the host did not answer"
	return 1
}
host_fd=

# dxgtest COMMAND...: one command of the test module; prints what it saw.
dxgtest() {
	local fd status=0
	exec {fd}<> /sys/kernel/debug/dxgtest/command || return 1
	echo "$*" >&"$fd" || status=1
	cat <&"$fd"
	exec {fd}>&-
	return $status
}

load_dxgtest() {
	mountpoint -q /sys/kernel/debug || mount -t debugfs debugfs /sys/kernel/debug
	[ -d /sys/kernel/debug/dxgtest ] || insmod "$1"
}

echo_channels() { wc -l < /sys/kernel/debug/dxgtest/channels; }
has_channels() { [ "$(echo_channels)" = "$1" ]; }

# The PCI functions of the GPUs, compute-only ones (008a) too, one address a line.
gpu_functions() {
	local d
	for d in /sys/bus/pci/devices/*; do
		[[ $(< "$d/vendor")$(< "$d/device") = 0x14140x008[ea] ]] && echo "${d##*/}"
	done
	true
}
has_gpus() { [ "$(gpu_functions | wc -l)" = "$1" ]; }

# The VMBus devices of a class, one instance a line.
vmbus_devices() {
	local d
	for d in /sys/bus/vmbus/devices/*; do
		[ "$(< "$d/class_id")" = "{$1}" ] && echo "${d##*/}"
	done
	true
}
