# SPDX-License-Identifier: MIT
"""Turn a kernel log with KTAP in it, or several, into one line per test.

usage: ktap.py LOG

Prints "ok SUITE.TEST", "not ok SUITE.TEST" or "skip SUITE.TEST REASON", with
the parameter's name behind a parameterised test. Status 1 when a test failed,
when a plan promised more than came, or when there was no test at all.
"""

import re
import sys

RESULT = re.compile(r"^(?P<indent> *)(?P<not>not )?ok (?P<nr>\d+)(?: -)? ?(?P<name>[^#]*?)"
                    r"(?: *# *(?P<directive>SKIP)(?P<why>.*))?(?: *#.*)?$")
PLAN = re.compile(r"^(?P<indent> *)1\.\.(?P<n>\d+)$")
SUBTEST = re.compile(r"^(?P<indent> *)# Subtest: (?P<name>.*)$")
CLOCK = re.compile(r"^\[ *\d+\.\d+\] ?")


def slug(name):
    return re.sub(r"\s+", "-", name.strip())


class Reader:
    """The tree of a KTAP log: a line's depth is its indentation, four columns a level."""

    def __init__(self):
        self.open = []		# names of the subtests we are in, outermost first
        self.planned = {}	# path -> tests promised
        self.seen = {}		# path -> tests that came
        self.results = []

    def line(self, text):
        if text.startswith("KTAP version "):
            self.end()
            return
        m = SUBTEST.match(text)
        if m:
            self.open = self.open[:max(len(m["indent"]) // 4 - 1, 0)] + [slug(m["name"])]
            return
        m = PLAN.match(text)
        if m:
            path = tuple(self.open[:len(m["indent"]) // 4])
            self.planned[path] = int(m["n"])
            return
        m = RESULT.match(text)
        if m:
            self.result(m)

    def end(self):
        """Another log begins, or there is no more: no promise is left to be kept."""
        for path, n in self.planned.items():
            if self.seen.get(path, 0) != n:
                self.results.append(("not ok", path + ("complete",) if path else ("plan.complete",),
                                     f"{self.seen.get(path, 0)} of {n} tests came"))
        self.open, self.planned, self.seen = [], {}, {}

    def result(self, m):
        depth = len(m["indent"]) // 4
        parent = tuple(self.open[:depth])
        self.seen[parent] = self.seen.get(parent, 0) + 1
        path = parent + (slug(m["name"]),)
        inner = self.open[:depth + 1]
        self.open = self.open[:depth]
        if tuple(inner) == path and self.seen.get(path):
            # Closes a suite or a parameterised test: its parts were counted. One that
            # fails though all its parts passed failed in its own set-up.
            if m["not"] and all(r[0] != "not ok" for r in self.results
                                if r[1][:len(path)] == path):
                self.results.append(("not ok", path, "set-up or exit"))
            return
        kind = "not ok" if m["not"] else "skip" if m["directive"] else "ok"
        self.results.append((kind, path, (m["why"] or "").strip()))


def main(argv):
    if len(argv) != 1:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    reader = Reader()
    with open(argv[0], encoding="utf-8", errors="replace") as f:
        for line in f:
            reader.line(CLOCK.sub("", line.rstrip("\n")))
    reader.end()
    bad = 0
    for kind, path, why in reader.results:
        print(f"{kind} {'.'.join(path)} {why}".rstrip())
        bad += kind == "not ok"
    if not reader.results:
        print("ktap: no test in the log", file=sys.stderr)
        return 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
