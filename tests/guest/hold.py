# SPDX-License-Identifier: GPL-2.0 OR MIT
"""Hold a render node open and query it until it is gone.

Prints "ready" after the first answers, "told ENODEV" when that came, and what
else came otherwise. Status 0 only in the former case.
"""

import ctypes
import errno
import fcntl
import glob
import os
import struct
import sys
import time

DRM_IOCTL_DXG_DEV_QUERY = 3 << 30 | 16 << 16 | ord("d") << 8 | 0x40
DEVICE_INFO = 0


def query(fd, kind, data):
    """One DEV_QUERY; @data is in and out."""
    buf = ctypes.create_string_buffer(data, len(data))
    arg = bytearray(struct.pack("<IIQ", kind, len(data), ctypes.addressof(buf)))
    fcntl.ioctl(fd, DRM_IOCTL_DXG_DEV_QUERY, arg)
    return buf.raw


def main():
    fd = os.open(sorted(glob.glob("/dev/dri/renderD*"))[0], os.O_RDWR)
    end = time.monotonic() + 600
    asked = 0
    while time.monotonic() < end:
        try:
            size = bytearray(struct.pack("<IIQ", DEVICE_INFO, 0, 0))
            fcntl.ioctl(fd, DRM_IOCTL_DXG_DEV_QUERY, size)
            query(fd, DEVICE_INFO, bytes(struct.unpack("<IIQ", size)[1]))
        except OSError as exc:
            if exc.errno == errno.ENODEV and asked:
                print("told ENODEV after %d queries" % asked)
                return 0
            print("query %d: %s" % (asked, exc))
            return 1
        asked += 1
        if asked == 3:
            print("ready", flush=True)
    print("never told")
    return 1


if __name__ == "__main__":
    sys.exit(main())
