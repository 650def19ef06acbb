# SPDX-License-Identifier: GPL-2.0
"""Kernels of guests: found by name, asked for what they have, their modules
resolved with what they depend on.

A kernel is a folder as a package unpacks (boot/vmlinuz-RELEASE and
lib/modules/RELEASE) or a kernel build tree (arch/x86/boot/bzImage).
"""

import glob
import json
import lzma
import os
import re
import subprocess

import layout

# What every guest needs before its root is there, in the order of loading; the
# second list may come later, while the host is asked what to run.
EARLY = ("virtio_pci", "virtio_console")
LATE = ("9pnet_virtio", "9p", "overlay", "hv_vmbus", "pci_hyperv")
# Module, and what to call it when a kernel lacks it.
NEEDED = (
    ("virtio_pci", "virtio over PCI (CONFIG_VIRTIO_PCI)"),
    ("virtio_console", "virtio-serial ports (CONFIG_VIRTIO_CONSOLE)"),
    ("9pnet_virtio", "9p over virtio (CONFIG_NET_9P_VIRTIO)"),
    ("9p", "the 9p file system (CONFIG_9P_FS)"),
    ("overlay", "overlayfs (CONFIG_OVERLAY_FS)"),
    ("hv_vmbus", "Hyper-V's bus (CONFIG_HYPERV)"),
    ("pci_hyperv", "PCI over Hyper-V's bus (CONFIG_PCI_HYPERV)"),
    ("drm", "DRM (CONFIG_DRM; cloud flavours have none, use the normal flavour)"),
)


class KernelError(Exception):
    """One line: what is wrong with the kernel that was asked for."""


def norm(name):
    return name.replace("-", "_")


class Kernel:
    """One kernel: @image, @release, and @modules, the folder its modules lie in."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.image = self.release = self.modules = None
        self.tree = os.path.exists(os.path.join(folder, "include/config/kernel.release"))
        if self.tree:
            self._from_tree()
        else:
            self._from_package()
        self.builtin = self._builtin()
        self.files = self._files()

    def _from_tree(self):
        with open(os.path.join(self.folder, "include/config/kernel.release"),
                  encoding="ascii") as f:
            self.release = f.read().strip()
        self.image = os.path.join(self.folder, "arch/x86/boot/bzImage")
        self.modules = self.folder
        if not os.path.exists(self.image):
            raise KernelError("kernel %s: no arch/x86/boot/bzImage, it is not built" % self.folder)

    def _from_package(self):
        images = glob.glob(os.path.join(glob.escape(self.folder), "boot", "vmlinuz-*"))
        if len(images) != 1:
            raise KernelError("%s is no kernel: neither a build tree nor a folder with one "
                              "boot/vmlinuz-RELEASE" % self.folder)
        self.image = images[0]
        self.release = os.path.basename(images[0])[len("vmlinuz-"):]
        self.modules = os.path.join(self.folder, "lib/modules", self.release)
        if not os.path.isdir(self.modules):
            raise KernelError("%s has no lib/modules/%s" % (self.folder, self.release))

    def _builtin(self):
        found = set()
        try:
            with open(os.path.join(self.modules, "modules.builtin"), encoding="utf-8") as f:
                for line in f:
                    found.add(norm(os.path.basename(line.strip())[:-len(".ko")]))
        except FileNotFoundError:
            pass
        return found

    def _files(self):
        found = {}
        if self.tree:
            try:
                with open(os.path.join(self.modules, "modules.order"), encoding="utf-8") as f:
                    names = [re.sub(r"\.o$", ".ko", x.strip()) for x in f]
            except FileNotFoundError:
                names = []
            paths = [os.path.join(self.modules, n) for n in names]
        else:
            paths = [os.path.join(d, n) for d, _, names in os.walk(self.modules) for n in names]
        for p in paths:
            m = re.match(r"(.*)\.ko(\.xz|\.zst|\.gz)?$", os.path.basename(p))
            if m:
                found[norm(m.group(1))] = p
        return found

    def has(self, module):
        return module in self.builtin or module in self.files

    def check(self):
        """Refuse a kernel that no guest can run on."""
        missing = [text for name, text in NEEDED if not self.has(name)]
        if missing:
            raise KernelError("kernel %s lacks %s" % (self.release, "; ".join(missing)))

    def read(self, module):
        """The module's object file, decompressed."""
        path = self.files[module]
        if path.endswith(".zst"):
            return subprocess.run(["zstd", "-dqc", path], check=True, capture_output=True).stdout
        with open(path, "rb") as f:
            data = f.read()
        return lzma.decompress(data) if path.endswith(".xz") else data

    def resolve(self, modules):
        """[(name, object file)] of @modules and what they need, in loading order."""
        done = {}

        def add(name):
            if name in done or name in self.builtin:
                return
            if name not in self.files:
                raise KernelError("kernel %s has no module %s" % (self.release, name))
            data = self.read(name)
            done[name] = None
            for d in depends(data):
                add(d)
            order.append((name, data))
        order = []
        for m in modules:
            add(norm(m))
        return order


def depends(data):
    """What a module's object file says it depends on."""
    m = re.search(rb"\0depends=([^\0]*)\0", data)
    return [norm(x) for x in m.group(1).decode().split(",") if x] if m else []


def chosen():
    """What vm/fetch chose: {"default", "newest", "kernels"}; None before the first fetch."""
    try:
        with open(layout.VERSIONS, encoding="utf-8") as f:
            return json.load(f)
    except (OSError, ValueError):
        return None


def fetched():
    """Releases of complete kernels under build/."""
    return sorted(os.path.basename(os.path.dirname(p)) for p in
                  glob.glob(os.path.join(glob.escape(layout.KERNELS), "*", layout.STAMP)))


def built(kind):
    """The folder of the debug or coverage kernel, which vm/build-debug-kernel makes."""
    roots = glob.glob(os.path.join(glob.escape(layout.BUILD), "linux", "*", "out-%s/root" % kind))
    if not roots:
        raise KernelError("no %s kernel; vm/build-debug-kernel makes one" % kind)
    return max(roots, key=lambda r: numbers(r[len(layout.BUILD):]))


def find(name):
    """The Kernel for --kernel @name: "default", "newest", "debug", "coverage", a release or a folder."""
    v = chosen() or {}
    if name in ("debug", "coverage"):
        return Kernel(built(name))
    have = fetched()
    release = v.get(name, name) if name in ("default", "newest") else name
    if release in have:
        return Kernel(os.path.join(layout.KERNELS, release))
    if os.path.isdir(name):
        return Kernel(name)
    # A line such as 6.12 stands for its newest fetched release.
    line = [r for r in have if r.startswith(name + ".")]
    if line:
        return Kernel(os.path.join(layout.KERNELS, max(line, key=numbers)))
    raise KernelError("no kernel %s; there are: %s (vm/fetch --kernel RELEASE gets another)"
                      % (name, ", ".join(have) or "none"))


def numbers(release):
    return [int(x) for x in re.findall(r"\d+", release)]
