#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Have so many MB of memory above 4 GiB, write a word of each 64th page, read it back: touch.py MB

The kernel hands out the memory above 4 GiB first; /proc/self/pagemap says whether it did.
"""

import mmap
import struct
import sys

size = int(sys.argv[1]) << 20
step = 64 * 4096
# Populated: the kernel finds and clears every page before this returns.
memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE)
for at in range(0, size, step):
    struct.pack_into("<Q", memory, at + 8, at ^ 0x5a5a5a5a)
bad = sum(struct.unpack_from("<Q", memory, at + 8)[0] != at ^ 0x5a5a5a5a
          for at in range(0, size, step))
with open("/proc/self/maps", encoding="ascii") as f:
    ranges = [[int(x, 16) for x in line.split()[0].split("-")] for line in f]
start = next(a for a, b in ranges if b - a == size)
high = 0
with open("/proc/self/pagemap", "rb", buffering=0) as f:
    for at in range(0, size, step):
        f.seek((start + at) // 4096 * 8)
        entry, = struct.unpack("<Q", f.read(8))
        high += bool(entry >> 63) and (entry & ((1 << 55) - 1)) >= 1 << 20
print(f"{bad} of {size // step} wrong, {high} above 4 GiB")
sys.exit(bad != 0 or high < size // step // 2)
