#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR MIT
"""The PCI config space of the GPU functions: config.py COUNT

Each function names, at 0xC0, the instance GUID of a VMBus channel of the vGPU class, each a
different one; the host's interface version stands at 0xD0, its LUID at 0xD4, its capability
word at 0xDC. The guest's version and capabilities are written at 0xD0 and 0xD4 and change
what stands there for nobody but the host.
"""

import glob
import os
import struct
import sys
import uuid

VGPU = "{6e382d18-3336-4f4b-acc4-2b7703d4df4a}"


def read(path):
    with open(path, encoding="ascii") as f:
        return f.read().strip()


def words(fd, at, n):
    """Aligned 32-bit reads, as the driver makes them."""
    return [struct.unpack("<I", os.pread(fd, 4, at + 4 * i))[0] for i in range(n)]


def check_function(path, channels):
    """Returns the complaints about one function, and its GUID."""
    bad = []
    fd = os.open(os.path.join(path, "config"), os.O_RDWR)
    guid = uuid.UUID(bytes_le=struct.pack("<4I", *words(fd, 0xC0, 4)))
    if str(guid) not in channels:
        bad.append(f"GUID {guid} is no vGPU channel's instance")
    version, = words(fd, 0xD0, 1)
    low, high = words(fd, 0xD4, 2)
    caps, = words(fd, 0xDC, 1)
    if version != 40:
        bad.append(f"version {version}")
    if not low | high << 32:
        bad.append("LUID 0")
    if not caps & 1:
        bad.append(f"capabilities {caps:#x}: guest pages cannot be mapped")
    # The driver's own order: capabilities, version; both are write only.
    os.pwrite(fd, struct.pack("<I", 1), 0xD4)
    os.pwrite(fd, struct.pack("<I", 40), 0xD0)
    if words(fd, 0xD4, 2) != [low, high]:
        bad.append("the LUID changed when the guest wrote its capabilities")
    # Read-only: identity and what stands behind the header.
    for at in (0x08, 0xC0, 0xDC):
        before = words(fd, at, 1)
        os.pwrite(fd, struct.pack("<I", ~before[0] & 0xffffffff), at)
        if words(fd, at, 1) != before:
            bad.append(f"offset {at:#x} is writable")
    # The bytes of a word are those of the word.
    whole = struct.pack("<I", words(fd, 0xC0, 1)[0])
    if b"".join(os.pread(fd, 1, 0xC0 + i) for i in range(4)) != whole:
        bad.append("bytes and words differ at 0xc0")
    os.close(fd)
    return bad, guid, low | high << 32


def main():
    functions = [os.path.dirname(p) for p in glob.glob("/sys/bus/pci/devices/*/device")
                 if read(p) in ("0x008e", "0x008a")]
    channels = [os.path.basename(p) for p in glob.glob("/sys/bus/vmbus/devices/*")
                if read(os.path.join(p, "class_id")) == VGPU]
    bad, guids, luids = [], set(), set()
    for path in functions:
        found, guid, luid = check_function(path, channels)
        bad += [f"{os.path.basename(path)}: {text}" for text in found]
        guids.add(guid)
        luids.add(luid)
    want = int(sys.argv[1])
    if not len(functions) == len(guids) == len(luids) == len(channels) == want:
        bad.append(f"{len(functions)} functions, {len(guids)} GUIDs, {len(luids)} LUIDs, "
                   f"{len(channels)} channels; want {want}")
    print("\n".join(bad) or "fine")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
