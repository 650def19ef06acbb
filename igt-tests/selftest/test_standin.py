#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The stand-in ends each kind of subtest as IGT does: text and exit code.

Usage: test_standin.py SAMPLE FIXTURE
"""
import os
import re
import signal
import subprocess
import sys
import time
import unittest

SAMPLE, FIXTURE = sys.argv[1:3]
SUBTESTS = """pass skip skip-text fail fail-u64 timeout hang numbered-0 numbered-1 ioctl
dynamic-pass dynamic-fail dynamic-none dynamic-skip child-pass child-fail child-crash child-left
helper interrupted crash abort""".split()


def run(*args, program=SAMPLE, **env):
    """Run with a clean environment; stdout and stderr as text."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith("IGT_")}
    return subprocess.run([program, *args], env=dict(keep, **env), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60)


def protocol(text):
    """The protocol's lines, without times."""
    lines = re.findall(r"^(?:Starting |Subtest |Dynamic subtest ).*$", text, re.M)
    return [re.sub(r" \(\d+\.\d{3}s\)$", "", line) for line in lines
            if not line.endswith(" failed.")]


class Outcome(unittest.TestCase):
    def expect(self, name, outcome, code, inside=()):
        result = run("--run-subtest", name)
        self.assertEqual(protocol(result.stdout),
                         [f"Starting subtest: {name}", *inside, f"Subtest {name}: {outcome}"])
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertRegex(result.stdout, r"^IGT-Version: \S+ \(\S+\) \(Linux: \S+ \S+\)\n")
        return result

    def test_pass(self):
        for name in ("pass", "numbered-1", "ioctl", "child-pass", "child-left", "helper",
                     "interrupted"):
            result = self.expect(name, "SUCCESS", 0)
            self.assertEqual(result.stderr, "")
            self.assertTrue(result.stdout.endswith("last fixture\n"))

    def test_skip(self):
        result = self.expect("skip", "SKIP", 77)
        self.assertIn("Test requirement: fixtures == 2\nthere is only one\n", result.stdout)
        self.assertIn("because\n", self.expect("skip-text", "SKIP", 77).stdout)

    def test_fail(self):
        result = self.expect("fail", "FAIL", 98)
        for text in ("Test assertion failure function", "Failed assertion: fixtures == 2\n",
                     "Last errno: 2, No such file or directory\n", "words 42\n",
                     "Subtest fail failed.\n**** DEBUG ****\n", "seen only when it fails\n",
                     "****  END  ****\n"):
            self.assertIn(text, result.stderr)
        self.assertNotIn("seen only when it fails", result.stdout)
        self.assertIn("error: 0x10000000000 !== 0x2", self.expect("fail-u64", "FAIL", 98).stderr)

    def test_timeout(self):
        self.assertIn("Timed out: a long sleep", self.expect("timeout", "FAIL", 98).stderr)

    def test_crash(self):
        result = self.expect("crash", "CRASH", -signal.SIGSEGV)
        self.assertIn("Received signal SIGSEGV.\n", result.stderr)

    def test_killed(self):
        with subprocess.Popen([SAMPLE, "--run-subtest", "hang"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as process:
            while "Starting" not in process.stdout.readline():
                pass
            process.send_signal(signal.SIGTERM)
            output = process.communicate(timeout=10)[0]
        self.assertEqual(process.returncode, -signal.SIGTERM)
        self.assertEqual(protocol(output), ["Subtest hang: CRASH"])

    def test_abort(self):
        result = run("--run-subtest", "abort")
        self.assertEqual(result.returncode, 112)
        self.assertIn("no way on", result.stderr)
        self.assertEqual(protocol(result.stdout), ["Starting subtest: abort"])

    def test_children(self):
        result = self.expect("child-fail", "FAIL", 98)
        self.assertIn("child 1 failed with exit status 98", result.stderr)
        result = self.expect("child-crash", "FAIL", 98)
        self.assertIn("child 0 died with signal 11", result.stderr)

    def test_left_child_is_gone(self):
        result = run("--run-subtest", "child-left")
        parent = re.search(r"left (\d+)", result.stdout).group(1)
        time.sleep(0.1)
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
                    group = file.read().rsplit(")", 1)[1].split()[2]
            except OSError:
                continue
            self.assertNotEqual(group, parent)

    def test_dynamic(self):
        self.expect("dynamic-pass", "SUCCESS", 0, [
            "Starting dynamic subtest: one", "Dynamic subtest one: SUCCESS",
            "Starting dynamic subtest: number-2", "Dynamic subtest number-2: SKIP"])
        self.expect("dynamic-fail", "FAIL", 98, [
            "Starting dynamic subtest: bad", "Dynamic subtest bad: FAIL",
            "Starting dynamic subtest: good", "Dynamic subtest good: SUCCESS"])
        self.expect("dynamic-none", "SKIP", 77)
        self.expect("dynamic-skip", "SKIP", 77, [
            "Starting dynamic subtest: one", "Dynamic subtest one: SKIP"])
        result = run("--run-subtest", "dynamic-fail", "--dynamic-subtest", "g*")
        self.assertEqual((result.returncode, protocol(result.stdout)), (0, [
            "Starting subtest: dynamic-fail", "Starting dynamic subtest: good",
            "Dynamic subtest good: SUCCESS", "Subtest dynamic-fail: SUCCESS"]))

    def test_sentinel(self):
        for name in ("pass", "crash"):
            result = run("--run-subtest", name, IGT_SENTINEL_ON_STDERR="1")
            self.assertEqual(protocol(result.stdout), protocol(result.stderr))
            self.assertEqual(len(protocol(result.stderr)), 2)


class Selection(unittest.TestCase):
    def test_list(self):
        result = run("--list-subtests")
        self.assertEqual((result.returncode, result.stdout.split()), (0, SUBTESTS))

    def test_testlist(self):
        self.assertEqual(run("--show-testlist").stdout.split()[:2],
                         ["igt@standin_sample@pass", "igt@standin_sample@skip"])

    def test_patterns(self):
        for pattern, names in (("pass,skip", ["pass", "skip"]),
                               ("numbered-*", ["numbered-0", "numbered-1"]),
                               ("numbered-*,!*-0", ["numbered-1"]),
                               ("numbered-?,pass,!pass", ["numbered-0", "numbered-1"])):
            started = re.findall(r"^Starting subtest: (.*)$",
                                 run("--run-subtest", pattern).stdout, re.M)
            self.assertEqual(started, names)

    def test_several_outcomes(self):
        self.assertEqual(run("--run-subtest", "pass,skip").returncode, 0)
        self.assertEqual(run("--run-subtest", "skip,skip-text").returncode, 77)
        result = run("--run-subtest", "fail,pass,skip")
        self.assertEqual(result.returncode, 98)
        self.assertEqual(len(protocol(result.stdout)), 6)

    def test_unknown(self):
        result = run("--run-subtest", "nosuch")
        self.assertEqual(result.returncode, 79)
        self.assertIn("Unknown subtest: nosuch", result.stderr)
        for args in (["--bogus"], ["extra"], ["--run-subtest"]):
            result = run(*args)
            self.assertEqual((result.returncode, result.stdout), (79, ""))
            self.assertIn("Usage: standin_sample", result.stderr)

    def test_information(self):
        self.assertEqual(run("--help-description").stdout,
                         "Every way in which a subtest can end.\n")
        self.assertEqual(run("--help").returncode, 0)
        self.assertTrue(run("--version").stdout.startswith("IGT-Version: "))
        text = run("--describe").stdout
        self.assertTrue(text.startswith("Every way in which a subtest can end.\n\nSUB pass "))
        self.assertEqual(text.count("SUB "), len(SUBTESTS))
        self.assertIn("  Nothing goes wrong.\n", text)
        self.assertEqual(run("--describe=fail*").stdout.count("SUB "), 2)


class Fixtures(unittest.TestCase):
    def outcome(self, how):
        result = run(program=FIXTURE, STANDIN_FIXTURE=how)
        return result.returncode, protocol(result.stdout), result

    def test_good(self):
        self.assertEqual(self.outcome("")[:2], (0, [
            "Starting subtest: one", "Subtest one: SUCCESS",
            "Starting subtest: two", "Subtest two: SUCCESS"]))

    def test_skip(self):
        code, lines, result = self.outcome("skip")
        self.assertEqual((code, lines), (77, ["Subtest one: SKIP", "Subtest two: SKIP"]))
        self.assertNotIn("ran", result.stdout)

    def test_fail(self):
        code, lines, result = self.outcome("fail")
        self.assertEqual((code, lines), (98, ["Subtest one: FAIL", "Subtest two: FAIL"]))
        self.assertIn("Test standin_fixture failed.\n", result.stderr)

    def test_fail_late(self):
        code, lines, _ = self.outcome("fail-late")
        self.assertEqual((code, lines[-1]), (98, "Subtest two: SUCCESS"))

    def test_listing_runs_no_fixture(self):
        result = run("--list-subtests", program=FIXTURE, STANDIN_FIXTURE="fail")
        self.assertEqual((result.returncode, result.stdout), (0, "one\ntwo\n"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
