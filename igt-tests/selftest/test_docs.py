#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Each subtest is documented, each documented subtest exists, and no field is forgotten.

Usage: test_docs.py HEADER SOURCES PROGRAM...

SOURCES is the folder with PROGRAM.c of each program. Documentation is in IGT's form:
comments with TEST, SUBTEST and Description; "%s" in a name stands for the words
of the list "arg[1]:" of the same comment, the second one for arg[2] and so on. The
subtests that there are, generated ones included, are what --list-subtests says.

HEADER is the interface; dxg_abi.c must name each field of it that must be zero, and send a bad
value in each field that can have one.
"""
import fnmatch
import itertools
import os
import re
import subprocess
import sys
import unittest

HEADER, SOURCES, PROGRAMS = sys.argv[1], sys.argv[2], sys.argv[3:]
MANDATORY = ("Category", "Mega feature", "Sub-category", "Functionality")

# Structures behind the pointer of DEV_QUERY that have fields which must be zero.
QUERIES = ("feature", "clock")

# Structures that are only returned, and the array that others have: each of those is tested.
OUT = ("device_info", "engine", "mem_region", "array")

# Fields of which every value is a good one, and why.
ANY = {
    "engines, count": "the room for elements, which may be more than there are",
    "mem_regions, count": "the room for elements, which may be more than there are",
    "feature, feature": "a number of the host's, which it may not know",
    "vm_reserve, driver_protection": "opaque",
    "vm_bind_op, driver_protection": "opaque",
    "bo_alloc, host_flags": "opaque",
    "bo_set_property, priority": "in the host's unit, which judges it",
    "bo_set_property, supported_segments": "the host's own segments, which judges them",
    "bo_set_property, preferred_segments": "the host's own segments, which judges them",
    "submit, va": "an address of the GPU, which says what is wrong with it: dxg_reset",
    "fence_create, value": "a value",
    "fence_wait, timeout_ns": "a time, that may be past",
}


def source(program):
    with open(os.path.join(SOURCES, os.path.basename(program) + ".c"), encoding="utf-8") as f:
        return f.read()


def blocks(text):
    """Comments that document tests, each as lines without the stars."""
    for comment in re.findall(r"/\*\*\n(.*?)\*/", text, re.S):
        lines = [re.sub(r"^\s*\* ?", "", x).rstrip() for x in comment.splitlines()]
        if any(re.match(r"(SUB)?TEST:", x) for x in lines):
            yield lines


def arguments(lines):
    """{number: [word]} of the lists of a comment."""
    found, number = {}, None
    for line in lines:
        m = re.match(r"arg\[(\d+)\]:", line)
        if m:
            number = int(m.group(1))
            found[number] = []
        m = re.match(r"@([\w-]+):\s*(\S.*)?$", line)
        if m and number:
            found[number].append((m.group(1), m.group(2)))
    return found


def documented(text):
    """[(name, description or None)] of all subtests, and what is wrong with the form."""
    names, wrong = [], []
    for lines in blocks(text):
        args = arguments(lines)
        wrong += [f"@{w}: no description" for x in args.values() for w, what in x if not what]
        for i, line in enumerate(lines):
            m = re.match(r"SUBTEST:\s*(\S+)$", line)
            if not m:
                continue
            following = lines[i + 1] if i + 1 < len(lines) else ""
            if not re.match(r"Description:\s*\S", following):
                wrong.append(f"{m.group(1)}: no description")
            pattern = m.group(1)
            count = pattern.count("%s")
            words = [[w for w, _ in args.get(n + 1, [])] for n in range(count)]
            if not all(words):
                wrong.append(f"{pattern}: no list for its words")
            names += [pattern.replace("%s", "{}").format(*x) for x in itertools.product(*words)]
    return names, wrong


class Documentation(unittest.TestCase):
    def test_all_subtests(self):
        self.assertTrue(PROGRAMS)
        for program in PROGRAMS:
            with self.subTest(program=os.path.basename(program)):
                names, wrong = documented(source(program))
                self.assertEqual(wrong, [])
                self.assertEqual(len(names), len(set(names)), "documented twice")
                out = subprocess.run([program, "--list-subtests"], stdout=subprocess.PIPE,
                                     text=True, check=True, timeout=60).stdout.split()
                self.assertTrue(out)
                self.assertEqual(sorted(set(out) - set(names)), [], "not documented")
                self.assertEqual(sorted(set(names) - set(out)), [], "there is no such subtest")

    def test_coverage(self):
        path = os.path.join(SOURCES, "../../README.md")
        with open(path, encoding="utf-8") as f:
            text = f.read()
        named = re.findall(r"`(dxg_\w+)@([\w*-]+)`", text)
        self.assertGreater(len(named), 60)
        programs = {os.path.basename(x): x for x in PROGRAMS}
        lists = {}
        for program, pattern in named:
            with self.subTest(test=f"{program}@{pattern}"):
                if program not in lists:
                    lists[program] = subprocess.run(
                        [programs[program], "--list-subtests"], stdout=subprocess.PIPE, text=True,
                        check=True, timeout=60).stdout.split()
                self.assertTrue(fnmatch.filter(lists[program], pattern), "there is no such test")

    def test_head(self):
        for program in PROGRAMS:
            with self.subTest(program=os.path.basename(program)):
                heads = [x for x in blocks(source(program)) if x[0].startswith("TEST:")]
                self.assertEqual(len(heads), 1, "one comment begins with TEST")
                self.assertEqual(heads[0][0], "TEST: " +
                                 os.path.basename(program).replace("_", " ", 1))
                for key in MANDATORY:
                    self.assertTrue(any(re.match(key + r":\s*\S", x) for x in heads[0]), key)

    def test_fields_that_must_be_zero(self):
        with open(HEADER, encoding="utf-8") as f:
            text = f.read()
        fields = set()
        for name, body in re.findall(r"^struct drm_dxg_(\w+) \{\n(.*?)^\};", text, re.S | re.M):
            if name in QUERIES:
                continue
            fields |= {f"{name}, {x}" for x in
                       re.findall(r"@(\w+): MBZ\.(?: Returned\b| \*/)", body)}
        self.assertGreater(len(fields), 40)
        abi = next(x for x in PROGRAMS if os.path.basename(x) == "dxg_abi")
        there = set(re.findall(r"(?:FIELD|ELEMENT)\((\w+, \w+), 0\)", source(abi)))
        self.assertEqual(sorted(fields - there), [])

    def test_bad_values(self):
        with open(HEADER, encoding="utf-8") as f:
            text = f.read()
        wanted = set()
        for name, body in re.findall(r"^struct drm_dxg_(\w+) \{\n(.*?)^\};", text, re.S | re.M):
            if name in OUT:
                continue
            for kind, field in re.findall(r"^\t(?:struct )?(\w+) (\w+)(?:\[\w+\])?;", body, re.M):
                what = re.search(rf"@{field}: (Returned)?", body)
                self.assertTrue(what, f"{name}.{field} has no comment")
                if kind == "drm_dxg_array":
                    wanted |= {f"{name}, {field}.count", f"{name}, {field}.array"}
                elif not what.group(1):
                    wanted.add(f"{name}, {field}")
        self.assertGreater(len(wanted), 150)
        abi = next(x for x in PROGRAMS if os.path.basename(x) == "dxg_abi")
        there = set(re.findall(r"\b(?:FIELD|(?:BAD_)?ELEMENT|BAD)\((\w+, [\w.]+),", source(abi)))
        there |= set(re.findall(r"\b(?:BAD_OF|BAD_ELEMENT_OF)\(\w+, \w+,\s+(\w+, [\w.]+),",
                                source(abi)))
        self.assertEqual(sorted(wanted - there - set(ANY)), [], "no bad value is sent")
        self.assertEqual(sorted(set(ANY) & there), [], "a bad value is sent after all")
        self.assertEqual(sorted(set(ANY) - wanted), [], "there is no such field")
        self.assertEqual(sorted(there - wanted - {"type, member"}), [], "not in the header")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
