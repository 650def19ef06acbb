# SPDX-License-Identifier: GPL-2.0
"""The initial RAM disk: the guest's first process and the modules it loads
before the root file system is there. Kept per kernel until its parts change.
"""

import hashlib
import os
import stat

import kernel
import layout


class Cpio:
    """An archive of the "newc" format; no privileges are needed for its device nodes."""

    def __init__(self):
        self.parts, self.count = [], 0

    def add(self, name, mode, data=b"", rdev=(0, 0)):
        self.count += 1
        raw = name.encode() + b"\0"
        head = "070701" + "".join("%08x" % v for v in (
            self.count, mode, 0, 0, 1, 0, len(data), 0, 0, rdev[0], rdev[1], len(raw), 0))
        self._pad(head.encode() + raw)
        self._pad(data)

    def _pad(self, data):
        self.parts.append(data + b"\0" * (-len(data) % 4))

    def bytes(self):
        self.add("TRAILER!!!", 0)
        return b"".join(self.parts)


def build(k, extra=()):
    """The path of kernel @k's RAM disk, with modules @extra loaded as well."""
    with open(layout.AGENT, "rb") as f:
        agent = f.read()
    early = k.resolve(kernel.EARLY)
    names = {n for n, _ in early}
    late = [m for m in k.resolve(kernel.EARLY + kernel.LATE + tuple(extra)) if m[0] not in names]
    c = Cpio()
    for d in ("dev", "proc", "sys", "modules", "root"):
        c.add(d, stat.S_IFDIR | 0o755)
    c.add("dev/console", stat.S_IFCHR | 0o600, rdev=(5, 1))
    c.add("init", stat.S_IFREG | 0o755, agent)
    for part, modules in (("early", early), ("late", late)):
        for name, data in modules:
            c.add("modules/%s.ko" % name, stat.S_IFREG | 0o644, data)
        text = "".join("/modules/%s.ko\n" % n for n, _ in modules)
        c.add("modules/" + part, stat.S_IFREG | 0o644, text.encode())
    return keep(k.release, c.bytes())


def keep(release, data):
    """Write @data once; concurrent writers of the same content do no harm."""
    os.makedirs(layout.INITRDS, exist_ok=True)
    name = "%s-%s.cpio" % (release, hashlib.sha256(data).hexdigest()[:16])
    path = os.path.join(layout.INITRDS, name)
    if not os.path.exists(path):
        tmp = "%s.%d" % (path, os.getpid())
        with open(tmp, "wb") as f:
            f.write(data)
        os.rename(tmp, path)
    return path
