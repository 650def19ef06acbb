# SPDX-License-Identifier: GPL-2.0
"""Debian packages without installing them: a private apt state that verifies
signatures as apt always does, and folders into which packages are unpacked.

The archive is the one that this machine's apt settings name; the releases are
chosen here. Nothing outside the state folder is written.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.parse

BASE = "trixie"			# the release that guests and tools come from
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# Left out of unpacked folders: nothing here reads them.
NOT_UNPACKED = ("./usr/share/doc", "./usr/share/man", "./usr/share/locale", "./usr/share/info",
                "./usr/share/lintian")


# Sources whose packages come from the backports where those have them newer.
NEWER = "src:qemu src:seabios src:linux src:linux-signed-amd64"


class FetchError(Exception):
    """One line that says what could not be had, and where."""


def clean_env():
    env = dict(os.environ, LC_ALL="C.UTF-8", DEBIAN_FRONTEND="noninteractive")
    env.pop("APT_CONFIG", None)
    return env


def version_at_least(a, b):
    """Debian version order: a >= b."""
    return subprocess.run(["dpkg", "--compare-versions", a, "ge", b], check=False).returncode == 0


def newest(versions):
    best = None
    for v in versions:
        if best is None or version_at_least(v, best):
            best = v
    return best


def _archives_from_lists():
    """What apt itself says of the package lists it has: they know their origin."""
    try:
        out = subprocess.run(
            ["apt-get", "indextargets", "--format",
             "$(CREATED_BY)|$(ORIGIN)|$(LABEL)|$(REPO_URI)|$(COMPONENT)"],
            env=clean_env(), capture_output=True, text=True, check=False).stdout
    except FileNotFoundError as exc:
        raise FetchError("no apt-get on this machine: a Debian system is needed") from exc
    found = {}
    for line in out.splitlines():
        part = line.split("|")
        if len(part) != 5 or part[0] != "Packages" or part[4] != "main" or part[1] != "Debian":
            continue
        kind = "security" if "Security" in part[2] else "main"
        found.setdefault(kind, part[3])
    return found


def _source_entries():
    """(URI, suite) of every "deb" entry in apt's source files, both formats."""
    etc = "/etc/apt"
    for path in ["%s/sources.list" % etc] + sorted(glob.glob("%s/sources.list.d/*.list" % etc)):
        try:
            text = open(path, encoding="utf-8", errors="replace").read()
        except OSError:
            continue
        for line in text.splitlines():
            m = re.match(r"\s*deb\s+(?:\[[^]]*\]\s*)?(\S+)\s+(\S+)\s+.*\bmain\b", line)
            if m:
                yield m.group(1), m.group(2)
    for path in sorted(glob.glob("%s/sources.list.d/*.sources" % etc)):
        try:
            text = open(path, encoding="utf-8", errors="replace").read()
        except OSError:
            continue
        text = "\n".join(x for x in text.splitlines() if not x.startswith("#"))
        for stanza in re.split(r"\n\s*\n", text):
            field = {k.lower(): v.split() for k, v in
                     re.findall(r"(?m)^([A-Za-z-]+):((?:.*)(?:\n[ \t].*)*)", stanza)}
            if "deb" not in field.get("types", []) or field.get("enabled", ["yes"])[0] == "no":
                continue
            if "main" not in field.get("components", []):
                continue
            for uri in field.get("uris", []):
                for suite in field.get("suites", []):
                    yield uri, suite


def _archives_from_sources():
    """By the suites' names, for a machine whose package lists are not there."""
    names = r"(stable|oldstable|testing|unstable|sid|bookworm|trixie|forky)"
    found = {}
    for uri, suite in _source_entries():
        path = urllib.parse.urlsplit(uri).path.rstrip("/")
        if not re.fullmatch(names + r"(-updates|-security|-backports|/updates)?", suite):
            continue
        security = suite.endswith(("-security", "/updates")) or path.endswith("debian-security")
        found.setdefault("security" if security else "main", uri)
    return found


def machine_archives():
    """{"main": URI[, "security": URI]} as this machine's apt settings have them."""
    found = _archives_from_lists()
    for kind, uri in _archives_from_sources().items():
        found.setdefault(kind, uri)
    if "main" not in found:
        raise FetchError("apt's settings (/etc/apt/sources.list*) name no Debian archive")
    return found


class Progress:
    """One line for a step of more than a few seconds: how far, and its seconds at the end."""

    def __init__(self, what, poll=None):
        self.what, self.poll = what, poll
        self.start = self.said = time.monotonic()
        self.tty = sys.stderr.isatty()
        self.stop = threading.Event()
        self.thread = None

    def __enter__(self):
        print("%s ..." % self.what, file=sys.stderr, flush=True)
        if self.poll:
            self.thread = threading.Thread(target=self._run, daemon=True)
            self.thread.start()
        return self

    def _run(self):
        while not self.stop.wait(1 if self.tty else 5):
            self.show(self.poll())

    def show(self, text):
        now = time.monotonic()
        if self.tty:
            print("\r\033[K  %s" % text, end="", file=sys.stderr, flush=True)
        elif now - self.said >= 4:
            self.said = now
            print("  %s" % text, file=sys.stderr, flush=True)

    def __exit__(self, kind, value, trace):
        self.stop.set()
        if self.thread:
            self.thread.join()
        if self.tty:
            print("\r\033[K", end="", file=sys.stderr)
        if kind is None:
            print("%s: %.0f s" % (self.what, time.monotonic() - self.start), file=sys.stderr,
                  flush=True)


def need_space(path, size):
    """Refuse early when the disk cannot take @size more bytes at @path."""
    os.makedirs(path, exist_ok=True)
    st = os.statvfs(path)
    have = st.f_bavail * st.f_frsize
    if have < size:
        raise FetchError("no disk space: %d MB are needed in %s, %d MB are free"
                         % (size >> 20, path, have >> 20))


class Apt:
    """apt-get and apt-cache on a state of their own under @state."""

    def __init__(self, state, release=BASE):
        self.state, self.release = os.path.abspath(state), release
        self.debs = os.path.join(self.state, "cache", "archives")
        self.config = os.path.join(self.state, "apt.conf")
        self.archives = None

    def _write_config(self):
        # The machine's ways to reach an archive (proxies, retries, certificates), nothing else.
        dump = subprocess.run(["apt-config", "dump"], env=clean_env(), capture_output=True,
                              text=True, check=False).stdout
        keep = [x for x in dump.splitlines()
                if x.startswith("Acquire::") and "::IndexTargets" not in x]
        s = self.state
        keep += ['Dir::Etc::%s "%s";' % x for x in (
            ("SourceList", s + "/sources.list"), ("SourceParts", "/dev/null"),
            ("PreferencesParts", "/dev/null"), ("Preferences", s + "/preferences"),
            ("Parts", "/dev/null"), ("Main", "/dev/null"))]
        keep += ['Dir::State "%s";' % s, 'Dir::State::Lists "%s/lists";' % s,
                 'Dir::State::status "%s/status";' % s, 'Dir::Cache "%s/cache";' % s,
                 'Dir::Log "%s";' % s,
                 'APT::Architecture "amd64";', 'APT::Architectures { "amd64"; };',
                 'APT::Install-Recommends "false";', 'APT::Get::Assume-Yes "true";',
                 'APT::Get::AllowUnauthenticated "false";', 'APT::Sandbox::User "";',
                 'Acquire::Languages "none";', 'Acquire::Retries "2";',
                 'Debug::NoLocking "true";', 'Dpkg::Use-Pty "false";']
        with open(self.config, "w", encoding="utf-8") as f:
            f.write("\n".join(keep) + "\n")
        with open(s + "/preferences", "w", encoding="utf-8") as f:
            f.write("Package: %s\nPin: release n=%s-backports\nPin-Priority: 500\n"
                    % (NEWER, self.release))

    def _write_sources(self, optional):
        lines = []

        def add(kind, suite):
            if kind in self.archives:
                lines.append("deb [signed-by=%s arch=amd64] %s %s main"
                             % (KEYRING, self.archives[kind], suite))
        add("main", self.release)
        # Only a release that is out has more than its main suite.
        if self.release != BASE:
            optional = False
        else:
            add("main", self.release + "-backports")
        if optional:
            add("main", self.release + "-updates")
            add("security", self.release + "-security")
        with open(self.state + "/sources.list", "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")

    def run(self, tool, *args, check=True):
        """Run apt's @tool; its output. FetchError with apt's first complaint otherwise."""
        env = clean_env()
        env["APT_CONFIG"] = self.config
        p = subprocess.run([tool] + list(args), env=env, capture_output=True, text=True,
                           check=False, cwd=self.state, stdin=subprocess.DEVNULL)
        if check and p.returncode:
            raise FetchError(self._complaint(tool, args, p))
        return p.stdout

    def _complaint(self, tool, args, p):
        bad = [x.strip() for x in (p.stderr + p.stdout).splitlines()
               if re.match(r"\s*(E:|Err:|W: Failed)", x)]
        text = bad[0] if bad else "%s %s: exit status %d" % (tool, args[0], p.returncode)
        where = self.archives["main"] if self.archives else self.state
        return "%s (archive %s)" % (re.sub(r"\s+", " ", re.sub(r"^(E|W):\s*", "", text)), where)

    def update(self):
        """Read the package lists anew."""
        if not os.path.exists(KEYRING):
            raise FetchError("no %s: install debian-archive-keyring" % KEYRING)
        self.archives = machine_archives()
        for d in ("lists/partial", "cache/archives/partial"):
            os.makedirs(os.path.join(self.state, d), exist_ok=True)
        open(self.state + "/status", "w", encoding="utf-8").close()
        self._write_config()
        with Progress("package lists of %s from %s" % (self.release, self.archives["main"])):
            self._write_sources(True)
            try:
                self.run("apt-get", "update", "-o", "APT::Update::Error-Mode=any")
            except FetchError as first:
                # A mirror need not carry the updates and security suites; the others it must.
                self._write_sources(False)
                self.run("apt-get", "update", "-o", "APT::Update::Error-Mode=any")
                print("  without the updates and security suites: %s" % first, file=sys.stderr)

    def versions(self, *packages):
        """{package: [versions on offer]}"""
        found = {p: [] for p in packages}
        for line in self.run("apt-cache", "madison", *packages).splitlines():
            part = [x.strip() for x in line.split("|")]
            if len(part) == 3 and part[0] in found:
                found[part[0]].append(part[1])
        return found

    def names(self, pattern):
        """Names of packages that match the whole of @pattern."""
        return [x for x in self.run("apt-cache", "pkgnames").split() if re.fullmatch(pattern, x)]

    def closure(self, packages):
        """[(url, file name, size)] of the packages and all they depend on."""
        # apt prints no URI for what lies in its cache, and then the rest would pass for all of
        # it: it is asked with an empty cache.
        none = os.path.join(self.state, "empty")
        os.makedirs(os.path.join(none, "partial"), exist_ok=True)
        out = self.run("apt-get", "install", "--print-uris", "-o", "Dir::Cache::Archives=" + none,
                       *packages)
        found = re.findall(r"(?m)^'(\S+)' (\S+) (\d+)", out)
        if not found:
            raise FetchError("apt resolves nothing for %s" % " ".join(packages))
        return [(u, n, int(s)) for u, n, s in found]

    def download(self, what, packages, alone=False):
        """Download @packages, with all they depend on unless @alone; the files' paths."""
        if alone:
            out = self.run("apt-get", "download", "--print-uris", *packages)
            files = [(u, n, int(s)) for u, n, s in re.findall(r"(?m)^'(\S+)' (\S+) (\d+)", out)]
        else:
            files = self.closure(packages)
        total = sum(f[2] for f in files)
        paths = [os.path.join(self.debs, f[1]) for f in files]
        missing = sum(f[2] for f, p in zip(files, paths) if not os.path.exists(p))
        need_space(self.debs, missing + (32 << 20))

        def so_far():
            have = 0
            for n in [f[1] for f in files]:
                for p in (os.path.join(self.debs, n), os.path.join(self.debs, "partial", n)):
                    try:
                        have += os.stat(p).st_size
                        break
                    except OSError:
                        pass
            return "%d of %d MB" % (have >> 20, total >> 20)
        title = "download %s: %d packages, %d MB" % (what, len(files), total >> 20)
        with Progress(title, so_far):
            if alone:
                # "apt-get download" verifies as install does, but writes to its folder.
                env = clean_env()
                env["APT_CONFIG"] = self.config
                p = subprocess.run(["apt-get", "-qq", "download"] + list(packages), env=env,
                                   capture_output=True, text=True, check=False, cwd=self.debs,
                                   stdin=subprocess.DEVNULL)
                if p.returncode:
                    raise FetchError(self._complaint("apt-get", ["download"], p))
            else:
                self.run("apt-get", "-qq", "--download-only", "install", *packages)
        for p in paths:
            if not os.path.exists(p):
                raise FetchError("package file %s did not arrive" % p)
        return paths


def unpack(what, debs, folder):
    """Unpack package files beside @folder; the new folder's name for rename_into_place().

    A merged /usr is laid out first, as the packages expect it.
    """
    tmp = folder + ".new"
    shutil.rmtree(tmp, ignore_errors=True)
    need_space(os.path.dirname(folder), sum(os.path.getsize(d) for d in debs) * 4)
    for d in ("bin", "sbin", "lib", "lib64"):
        os.makedirs(os.path.join(tmp, "usr", d))
        os.symlink("usr/" + d, os.path.join(tmp, d))
    done = [0]
    with Progress("unpack %s" % what, lambda: "%d of %d packages" % (done[0], len(debs))):
        for deb in debs:
            _unpack_one(deb, tmp)
            done[0] += 1
    return tmp


def _unpack_one(deb, folder):
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as src:
        dst = subprocess.run(
            ["tar", "-x", "--no-same-owner", "--keep-directory-symlink", "-C", folder]
            + ["--exclude=" + x for x in NOT_UNPACKED],
            stdin=src.stdout, capture_output=True, text=True, check=False)
        err = src.stderr.read().decode(errors="replace")
        src.wait()
    if dst.returncode or src.returncode:
        line = (dst.stderr + err).strip().splitlines()
        raise FetchError("cannot unpack %s into %s: %s" % (os.path.basename(deb), folder,
                                                          line[0] if line else "tar failed"))


def rename_into_place(tmp, folder):
    """The last step of a fetch: what is at @folder is complete."""
    old = folder + ".old"
    shutil.rmtree(old, ignore_errors=True)
    if os.path.exists(folder):
        os.rename(folder, old)
    os.rename(tmp, folder)
    shutil.rmtree(old, ignore_errors=True)
