# SPDX-License-Identifier: GPL-2.0
"""The host's end of the channel to the guest's first process: frames, and the
message that lays out the guest's file systems and names the command.

vm/agent/proto.h and vm/agent/start.c are the other end.
"""

import os
import struct

import layout

HELLO = b"dxg-agent-1"
FRAME_MAX = 1 << 20
CREDIT = 64 << 10		# bytes of input on their way at most; the guest holds more

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_BIND = 1, 2, 4, 4096
P9 = "trans=virtio,version=9p2000.L,msize=512000,"
# Mounted anew in the guest: nothing of the build machine shows below these.
HIDDEN = ("/tmp", "/run", "/var/tmp", "/dev", "/proc", "/sys")


class ProtocolError(Exception):
    """The guest sent what is no frame."""


def frame(kind, data=b""):
    return struct.pack("<cI", kind, len(data)) + data


class Decoder:
    """Frames out of a byte stream."""

    def __init__(self):
        self.buffer = bytearray()

    def feed(self, data):
        self.buffer += data

    def restart(self):
        """The guest starts anew: what it began to send will not be finished."""
        self.buffer.clear()

    def __iter__(self):
        while len(self.buffer) >= 5:
            kind, size = struct.unpack_from("<cI", self.buffer)
            if size > FRAME_MAX:
                raise ProtocolError("a frame of %d bytes" % size)
            if len(self.buffer) < 5 + size:
                return
            data = bytes(self.buffer[5:5 + size])
            del self.buffer[:5 + size]
            yield kind, data


class Start:
    """The start message, word by word."""

    def __init__(self):
        self.words = []

    def add(self, *words):
        self.words += [os.fsencode(str(w)) for w in words]

    def mount(self, source, target, kind="", flags=0, data=""):
        self.add("mount", source, target, kind, flags, data)

    def frame(self):
        return frame(b"S", b"".join(w + b"\0" for w in self.words))


def hidden(path):
    return any(path == h or path.startswith(h + "/") for h in HIDDEN)


def file_systems(s, kernel, cwd):
    """The build machine's root, read-only, with the guest's own folders in it."""
    s.add("mkdir", "/machine")
    s.mount("root", "/machine", "9p", MS_RDONLY, P9 + "cache=loose")
    # A layer of empty folders gives mount points that the machine need not have.
    s.add("mkdir", "/layer/usr/lib/modules/" + kernel.release)
    s.add("mkdir", "/merged")
    s.mount("overlay", "/merged", "overlay", MS_RDONLY, "lowerdir=/layer:/machine")
    if not kernel.tree:
        s.mount("/machine" + os.path.realpath(kernel.modules),
                "/merged/usr/lib/modules/" + kernel.release, flags=MS_BIND)
    for d in ("/tmp", "/run", "/var/tmp"):
        s.mount("tmpfs", "/merged" + d, "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")
    for d in dict.fromkeys((os.path.realpath(layout.TOP), cwd)):
        if hidden(d) and not d.startswith(("/dev", "/proc", "/sys")) and d not in HIDDEN:
            s.add("mkdir", "/merged" + d)
            s.mount("/machine" + d, "/merged" + d, flags=MS_BIND)
    s.mount("scratch", "/merged" + os.path.realpath(layout.SCRATCH), "9p", 0, P9 + "cache=mmap")
    s.add("root", "/merged")
    for kind, where in (("tmpfs", "/dev/shm"), ("devpts", "/dev/pts")):
        s.add("mkdir", where)
        s.mount(kind, where, kind, 0, "mode=1777" if kind == "tmpfs" else "mode=620,ptmxmode=666")
    s.add("trymount", "debugfs", "/sys/kernel/debug")
    s.add("trymount", "tracefs", "/sys/kernel/tracing")
    s.add("trymount", "configfs", "/sys/kernel/config")
    for n, to in enumerate(("stdin", "stdout", "stderr")):
        s.add("symlink", "/proc/self/fd/%d" % n, "/dev/" + to)
    s.add("symlink", "/proc/self/fd", "/dev/fd")


def environment(s, boot):
    env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
           "HOME": "/tmp", "TERM": "dumb", "TMPDIR": "/tmp", "USER": "root", "LOGNAME": "root"}
    for name, value in os.environ.items():
        if name in ("TERM", "LANG") or name.startswith(("LC_", "DXG_", "IGT_")):
            env[name] = value
    env["DXG_SCRATCH"] = os.path.realpath(layout.SCRATCH)
    env["DXG_BOOT"] = str(boot)
    for name, value in env.items():
        s.add("env", name, value)


def start_message(kernel, command, cwd, boot, first, tty):
    """@first: commands to run before; @tty: (rows, columns) or None."""
    s = Start()
    file_systems(s, kernel, cwd)
    environment(s, boot)
    for words in first:
        s.add("pre", len(words), *words)
    s.add("cwd", cwd)
    if tty:
        s.add("tty", *tty)
    for a in command:
        s.add("arg", a)
    return s.frame()
