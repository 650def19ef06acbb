#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Put together what guests have counted of the driver's lines, and print it.

usage: driver_coverage.py FOLDER

FOLDER has a folder for each guest, with the counts that with-gcov left. A line counts as
reached when it ran in any guest. Prints a line per file, the total, and subtests:

    total       at least 85 percent of the lines are reached
    explained   each function that is not reached at all, or less than half, is named in
                tests/coverage-driver.txt, with the reason
    no-longer   and nothing else is: FILE FUNCTION REASON, where the function exists and
                has lines that are not reached

FOLDER/unreached.txt has each line that is not reached.
"""

import glob
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DRIVER = os.path.join(TOP, "drivers/gpu/drm/dxg")
REASONS = os.path.join(TOP, "tests/coverage-driver.txt")
LEAST = 85.0
PART = 0.5	# of a function's lines: what is reached less has to be explained


def objects():
    """The folder in which the coverage kernel's objects of the driver lie."""
    found = glob.glob(os.path.join(TOP, "build/linux/*/out-coverage/driver"))
    if len(found) != 1:
        sys.exit("driver_coverage: no coverage kernel: vm/build-debug-kernel --coverage makes it")
    return found[0]


def count(guest, notes, found):
    """Add what one guest has counted to {file: {line: reached}}."""
    with tempfile.TemporaryDirectory() as work:
        names = []
        for path in sorted(glob.glob(os.path.join(guest, "*.gcda"))):
            stem = os.path.basename(path)[:-len(".gcda")]
            if stem not in notes:
                continue
            shutil.copy2(path, work)
            shutil.copy2(notes[stem], work)
            names.append(stem + ".gcda")
        if not names:
            sys.exit("driver_coverage: nothing was counted in %s" % guest)
        p = subprocess.run(["gcov", "--json-format", *names], cwd=work, check=True, text=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        # Counts of another build say nothing about this one.
        if "mismatch" in p.stderr or "corrupted" in p.stderr:
            sys.exit("driver_coverage: %s: %s" % (guest, p.stderr.splitlines()[0]))
        for name in os.listdir(work):
            if name.endswith(".json.gz"):
                with gzip.open(os.path.join(work, name)) as f:
                    add(json.load(f), found)


def add(report, found):
    for source in report["files"]:
        m = re.search(r"drivers/gpu/drm/dxg/((?:compat/)?dxg_[a-z0-9_]+\.[ch])$", source["file"])
        if not m:
            continue
        lines = found.setdefault(m.group(1), {})
        for line in source["lines"]:
            number = line["line_number"]
            lines[number] = lines.get(number, False) or line["count"] > 0


def functions(path):
    """[(name, first line, last line)] of a file in kernel style: braces in the first column."""
    with open(path, encoding="utf-8") as f:
        text = f.read().splitlines()
    found, head = [], []
    begin = name = None
    for number, line in enumerate(text, 1):
        if begin is None and line == "{":
            m = re.search(r"(\w+)\s*\(", " ".join(head))
            begin, name = number - len(head), m.group(1) if m else None
        elif line == "}" and begin is not None:
            if name:
                found.append((name, begin, number))
            begin, head = None, []
        elif begin is None:
            head = head + [line] if line and not re.match(r"[#/}]|\s\*", line) else []
    return found


def percent(lines):
    return 100.0 * sum(lines.values()) / len(lines)


def reasons():
    """{(file, function): reason} of the committed list."""
    found = {}
    with open(REASONS, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            if not line.strip() or line.startswith("#"):
                continue
            fields = line.split(None, 2)
            if len(fields) < 3:
                sys.exit("%s:%d: want: FILE FUNCTION REASON" % (REASONS, number))
            found[tuple(fields[:2])] = fields[2].strip()
    return found


def unreached(found, out):
    """Write lines that are not reached; {(file, function): (reached, all)} of those that have some."""
    parts = {}
    for path in sorted(found):
        with open(os.path.join(DRIVER, path), encoding="utf-8") as f:
            text = f.read().splitlines()
        where = functions(os.path.join(DRIVER, path))
        for name, first, last in where:
            lines = {n: x for n, x in found[path].items() if first <= n <= last}
            if not lines or all(lines.values()):
                continue
            parts[path, name] = (sum(lines.values()), len(lines))
            for n in sorted(x for x, reached in lines.items() if not reached):
                out.write("%s:%d: %s: %s\n" % (path, n, name, text[n - 1].strip()))
    return parts


def subtest(name, bad):
    print("not ok %s %s" % (name, "; ".join(bad[:40])) if bad else "ok %s" % name)
    return bool(bad)


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.stderr.write("usage: driver_coverage.py FOLDER\n")
        return 2
    folder, found = sys.argv[1], {}
    notes = {os.path.basename(p)[:-len(".gcno")]: p
             for p in glob.glob(os.path.join(objects(), "**/dxg_*.gcno"), recursive=True)
             if "/tests/" not in p}
    guests = sorted(x.path for x in os.scandir(folder) if x.is_dir())
    if not guests:
        sys.exit("driver_coverage: no guest has counted anything: tests/coverage-driver")
    for guest in guests:
        count(guest, notes, found)
    for path in sorted(found):
        if found[path]:
            print("%6.1f %5d %s" % (percent(found[path]), len(found[path]), path))
    every = {(path, n): x for path, lines in found.items() for n, x in lines.items()}
    total = percent(every)
    print("%6.1f percent of %d lines: drivers/gpu/drm/dxg, in %d guests (%s)" %
          (total, len(every), len(guests), ", ".join(os.path.basename(x) for x in guests)))
    with open(os.path.join(folder, "unreached.txt"), "w", encoding="utf-8") as out:
        parts = unreached(found, out)
    told = reasons()
    wanted = {x for x, (reached, every) in parts.items() if reached < PART * every}
    bad = subtest("total", [] if total >= LEAST else ["%.1f of at least %.1f" % (total, LEAST)])
    bad |= subtest("explained", ["%s %s %d of %d" % (*x, *parts[x]) for x in sorted(wanted - set(told))])
    bad |= subtest("no-longer", ["%s %s" % x for x in sorted(set(told) - set(parts))])
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
