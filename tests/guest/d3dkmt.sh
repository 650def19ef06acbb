#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR MIT
# The flows of D3DKMT clients over the library.
# usage: d3dkmt.sh
. "$(dirname "$0")/lib.sh"

FLOWS=$DXG_TOP/build/lib/d3dkmt/tests/d3dkmt-flows

# flows BACKEND ARGUMENT...: each of the program's tests is a subtest, and so is its end.
flows() {
	local backend=$1 line plan=none lines=0
	shift
	while read -r line; do
		case $line in
		"ok "*) ok "$backend-${line#ok }"; lines=$((lines + 1)) ;;
		"not ok "*) not_ok "$backend-${line#not ok }"; lines=$((lines + 1)) ;;
		1..*) plan=${line#1..} ;;
		*) echo "# $line" ;;
		esac
	done < <(DXG_BACKEND=$backend "$FLOWS" "$@" 2>&1)
	is "$backend-plan" "$lines" "$plan"
}

# One test is another user.
chmod 666 /dev/dri/renderD*
flows render --table
is render-example "$("$DXG_TOP/build/lib/examples/example-d3dkmt" 2>&1)" \
	"the event came, the parent reads 0xd3d, 0xd3d"
is wrong-backend "$(DXG_BACKEND=else "$FLOWS" enumerate | grep -c "^not ok enumerate .*0xffffffffc000000d")" 1
finish
