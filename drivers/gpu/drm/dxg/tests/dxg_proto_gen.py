#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Make dxg_proto_check.h from the table of wire structures.

usage: dxg_proto_gen.py TABLE > dxg_proto_check.h
       dxg_proto_gen.py --check TABLE HEADER     fail when HEADER is not what TABLE gives

One assertion for each member's offset and size and for each structure's size.
A structure whose last member is an array of varying length has no size of its
own: the host's counts one element, ours none.
"""
import sys

HEAD = """/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Holds the structures of dxg_proto.h to the table of the wire format.
 *
 * Made by tests/dxg_proto_gen.py from Documentation/gpu/dxg-wire-structs.tsv;
 * change the table and run it again.
 */
#ifndef _DXG_PROTO_CHECK_H_
#define _DXG_PROTO_CHECK_H_

#include <linux/build_bug.h>
#include <linux/stddef.h>

#include "dxg_proto.h"

#define DXGP_AT(type, member, offset) \\
	static_assert(offsetof(struct type, member) == (offset))
#define DXGP_BYTES(type, member, bytes) \\
	static_assert(sizeof_field(struct type, member) == (bytes))
#define DXGP_SIZE(type, bytes) \\
	static_assert(sizeof(struct type) == (bytes))"""

TAIL = """
#undef DXGP_AT
#undef DXGP_BYTES
#undef DXGP_SIZE

#endif /* _DXG_PROTO_CHECK_H_ */
"""


def generate(table):
    structs = {}
    with open(table, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.startswith("#") or line.startswith("struct\t"):
                continue
            fields = line.rstrip("\n").split("\t")
            if len(fields) != 6:
                sys.exit(f"{table}:{number}: {len(fields)} fields, not 6")
            structs.setdefault(fields[0], []).append(
                (int(fields[1]), fields[2], int(fields[3]), int(fields[4])))
    out = [HEAD]
    for name, members in structs.items():
        out.append("")
        for _, member, offset, size in members:
            out.append(f"DXGP_AT({name}, {member}, {offset});")
            if size:
                out.append(f"DXGP_BYTES({name}, {member}, {size});")
        if all(size for _, _, _, size in members):
            out.append(f"DXGP_SIZE({name}, {members[0][0]});")
    return "\n".join(out) + "\n" + TAIL


def main(argv):
    if len(argv) == 2:
        sys.stdout.write(generate(argv[1]))
    elif len(argv) == 4 and argv[1] == "--check":
        with open(argv[3], encoding="utf-8") as header:
            if header.read() != generate(argv[2]):
                sys.exit(f"{argv[3]} is not what {argv[2]} gives")
    else:
        sys.exit(__doc__)


main(sys.argv)
