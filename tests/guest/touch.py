#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Have so many MB of memory, write a word of every 64th page and read it back: touch.py MB"""

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
print(f"{bad} of {size // step} wrong")
sys.exit(bad != 0)
