#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Print a C file that holds d3dkmthk.h to the tables of the /dev/dxg interface.

usage: abi_asserts.py STRUCTS.tsv IOCTLS.tsv

Each size, offset and command word of the tables becomes an assertion. Flag words are
plain integers in the header, so that bit fields and the members that stand for all
bits are only counted as part of their word.
"""

import sys


def rows(path):
    with open(path, encoding="utf-8") as f:
        for line in f:
            if not line.startswith("#"):
                yield line.rstrip("\n").split("\t")


def main():
    structs = list(rows(sys.argv[1]))
    # A struct of nothing but bits, or a bare handle or status, is an integer in the header.
    words = {s for s, *_ in structs} - {s for s, _, field, off, *_ in structs
                                        if "." not in off and field != "value"}
    words |= {"struct d3dkmthandle", "struct ntstatus"}
    print('#include <stddef.h>\n#include "d3dkmthk.h"\n#ifdef __cplusplus\n'
          '#define CHECK(x) static_assert(x, #x)\n#else\n'
          '#define CHECK(x) _Static_assert(x, #x)\n#endif')
    done = set()
    for struct, size, field, offset, width, kind in structs:
        if struct in words:
            continue
        if struct not in done:
            done.add(struct)
            print("CHECK(sizeof(%s) == %s);" % (struct, size))
        if "." in offset or kind.startswith("char[") or field.endswith(".value"):
            continue
        print("CHECK(offsetof(%s, %s) == %s);" % (struct, field, offset))
        if kind not in ("(struct view)", "(union)") and not field.startswith("reserved."):
            print("CHECK(sizeof(((%s *)0)->%s) == %s);" % (struct, field, width))
    for _, name, _, word, _, implemented, _ in rows(sys.argv[2]):
        if implemented == "yes":
            print("CHECK(%s == %s);" % (name, word))


main()
