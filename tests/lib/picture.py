#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A PNG picture of a screen is whole, of the size wanted, and shows something.

usage: picture.py FILE WIDTH,HEIGHT
"""

import struct
import sys
import zlib


def read_png(path):
    """Width, height and rows of (filter, bytes) of an 8-bit RGB or RGBA picture."""
    with open(path, "rb") as f:
        data = f.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG"
    at, head, packed, ended = 8, None, b"", False
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        crc, = struct.unpack(">I", data[at + 8 + size:at + 12 + size])
        assert crc == zlib.crc32(kind + body), f"bad checksum of {kind}"
        if kind == b"IHDR":
            head = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            packed += body
        ended |= kind == b"IEND"
        at += 12 + size
    assert head and ended, "not whole"
    width, height, depth, colour = head[:4]
    assert depth == 8 and colour in (2, 6), f"depth {depth}, colour type {colour}"
    return width, height, zlib.decompress(packed), {2: 3, 6: 4}[colour]


def main():
    width, height, raw, pixel = read_png(sys.argv[1])
    want = tuple(int(x) for x in sys.argv[2].replace(",", " ").split())
    assert (width, height) == want, f"{width}x{height}, want {want}"
    assert len(raw) == height * (width * pixel + 1), "not as many bytes as pixels"
    # Filters keep black black: bytes not 0, but for the filter's own and alpha, show something.
    stride = width * pixel + 1
    bright = 0
    for y in range(height):
        row = raw[y * stride + 1:(y + 1) * stride]
        if pixel == 4:
            row = bytes(b for i, b in enumerate(row) if i % 4 != 3)
        bright += len(row) - row.count(0)
    assert bright > 100, f"{bright} bytes are not black"
    print(f"{width}x{height}, {bright} bytes not black")


if __name__ == "__main__":
    try:
        main()
    except (AssertionError, OSError, zlib.error, struct.error) as e:
        sys.exit(f"picture: {e}")
