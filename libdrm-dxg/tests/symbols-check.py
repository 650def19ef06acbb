#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The library exports what its symbols file lists, no more and no less.

A symbol that is missing breaks programs; one too many becomes an ABI that
nobody meant to promise.
"""
import argparse
import subprocess
import sys

# What linkers add by themselves.
LINKER = {"_init", "_fini", "_edata", "_end", "__bss_start"}


def exported(nm, lib):
    """Names that the dynamic symbol table of LIB defines."""
    text = subprocess.run([nm, "--dynamic", "--defined-only", "--format=posix", lib],
                          check=True, stdout=subprocess.PIPE, text=True).stdout
    names = {line.split()[0].split("@")[0] for line in text.splitlines() if line.strip()}
    return names - LINKER


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lib", required=True)
    parser.add_argument("--symbols-file", required=True)
    parser.add_argument("--nm", required=True)
    args = parser.parse_args()

    with open(args.symbols_file, encoding="ascii") as file:
        listed = [line.strip() for line in file if line.strip() and not line.startswith("#")]
    bad = False
    if listed != sorted(set(listed)):
        print("the symbols file is not sorted or names a symbol twice")
        bad = True
    there = exported(args.nm, args.lib)
    if not there:
        print("the library exports nothing: is this the right file?")
        bad = True
    for name in sorted(set(listed) - there):
        print(f"missing: {name}")
        bad = True
    for name in sorted(there - set(listed)):
        print(f"exported but not listed: {name}")
        bad = True
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
