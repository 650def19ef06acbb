#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The table of entry points is the same in the code, the text and the symbols file.

usage: table-check.py ENTRIES_H README SYMBOLS IOCTLS_TSV
"""
import re
import sys

SUPPORT = {"FULL": "full", "PARTIAL": "partial", "NONE": "`STATUS_NOT_SUPPORTED`"}


def read(name):
    with open(name, encoding="utf-8") as file:
        return file.read()


def main():
    entries, readme, symbols, ioctls = map(read, sys.argv[1:5])
    code = {}
    for nr, name, support, why in re.findall(
            r'X\((0x\w+), (\w+), (?:IN|IO),\s*\\?\s*\w+,\s*(\w+), \\\s*((?:"[^"]*"\s*\\?\s*)+)\)', entries):
        code["D3DKMT" + name] = (int(nr, 16), SUPPORT[support],
                                 "".join(re.findall(r'"([^"]*)"', why)))
    text = {m[1]: (m[2].strip(), m[3].strip())
            for m in re.finditer(r"^\| `(D3DKMT\w+)` \| ([^|]*) \| ([^|]*) ?\|$", readme, re.M)}
    bad = []
    if len(code) != entries.count("\tX("):
        bad.append(f"{entries.count(chr(9) + 'X(')} rows in the code, {len(code)} understood")
    for name, (_, support, why) in code.items():
        if text.get(name) != (support, why):
            bad.append(f"{name}: the code says {support}, {why}; the text {text.get(name)}")
    bad += [f"{name}: only in the text" for name in text.keys() - code.keys()]
    listed = set(re.findall(r"^D3DKMT\w+$", symbols, re.M))
    bad += [f"{name}: in one of table and symbols only" for name in listed ^ code.keys()]

    # Every number of the interface, holes included, under the name that clients look for.
    numbers = {row[0]: row for row in code.values()}
    by_number = {row[0]: name for name, row in code.items()}
    for line in ioctls.splitlines():
        cells = line.split("\t")
        if not cells[0].startswith("0x"):
            continue
        number = int(cells[0], 16)
        if number not in numbers:
            bad.append(f"{cells[0]}: no entry")
        elif cells[6].startswith("D3DKMT") and by_number[number] != cells[6]:
            bad.append(f"{cells[0]}: {by_number[number]}, but clients ask for {cells[6]}")
        if number in numbers and cells[5] == "no" and code[by_number[number]][1] != SUPPORT["NONE"]:
            bad.append(f"{cells[0]}: not there, but {by_number[number]} promises something")
    print("\n".join(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
