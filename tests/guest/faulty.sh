#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# The host's failure switches as the guest meets them: echo1 answers one packet with garbage,
# echo2 swallows one. The test module must notice both.
# usage: faulty.sh MODULE
. "$(dirname "$0")/lib.sh"

check module load_dxgtest "$1"
check two-channels wait_for has_channels 2
if out=$(dxgtest traffic ch=1 ring=8 count=50 senders=1 2>&1); then
	not_ok garbage-is-seen "$out"
else
	matches garbage-is-seen "$out" 'errors [1-9]'
fi
if out=$(dxgtest traffic ch=2 ring=8 count=50 senders=1 2>&1); then
	not_ok loss-is-seen "$out"
else
	matches loss-is-seen "$out" 'errors [1-9].* is next'
fi
check ping-afterwards dxgtest ping ch=2 count=10
host fault list
finish
