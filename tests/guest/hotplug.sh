#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# GPUs come and go, politely and by surprise, while lspci reads all config spaces.
# usage: hotplug.sh GPUS normal|full
. "$(dirname "$0")/lib.sh"

GPUS=$1 TIER=$2
work=$(mktemp -d)
rounds=4
[ "$TIER" = full ] && rounds=50
last=gpu$((GPUS - 1))

check gpus-appear wait_for has_gpus "$GPUS"
before=$(gpu_functions)

( while [ ! -e "$work/stop" ]; do lspci -vvxxxx; echo $? >> "$work/lspci"; done > /dev/null 2>&1 ) &
reader=$!

plug_loop() {
	local i
	for ((i = 0; i < rounds; i++)); do
		host gpu remove $last $1 || return 1
		wait_for has_gpus $((GPUS - 1)) || { echo "round $i: still there"; return 1; }
		# A polite one has left when the guest has said so, which comes a moment later.
		wait_for host gpu add $last || { echo "round $i: $(host gpu add $last)"; return 1; }
		wait_for has_gpus "$GPUS" || { echo "round $i: not back"; return 1; }
	done
}
check polite plug_loop
check surprise plug_loop surprise
# At the next moment again, before the guest has seen it all.
for ((i = 0; i < rounds; i++)); do
	host gpu remove $last surprise > /dev/null && sleep 0.0$((i % 10)) && host gpu add $last > /dev/null
done
check settles wait_for has_gpus "$GPUS"
touch "$work/stop"
wait $reader
reads=$(wc -l < "$work/lspci")
if [ "$reads" -ge 3 ]; then ok lspci-kept-reading; else not_ok lspci-kept-reading "$reads times"; fi
is same-functions "$(gpu_functions)" "$before"
check config-space python3 "$(dirname "$0")/config.py" "$GPUS"
if out=$(host gpu remove nonsense); then not_ok unknown-gpu "$out"; else ok unknown-gpu; fi
if out=$(host gpu add $last); then not_ok gpu-twice "$out"; else ok gpu-twice; fi
finish
