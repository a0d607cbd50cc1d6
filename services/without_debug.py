"""Takes out of shared libraries what only a debugger reads: `python without_debug.py FOLDER`.

The loader maps the segments that the program headers name. Some wheels are built with debug information, which comes
after the last segment, as the table of sections does, which nothing needs when a program runs.
"""

import struct
import sys
from pathlib import Path


def cut(path: Path) -> None:
    """Cut a 64-bit little-endian ELF file off after its last segment."""
    image = bytearray(path.read_bytes())
    if image[:6] != b"\x7fELF\x02\x01" or b".debug_info" not in image:
        return
    (first,) = struct.unpack_from("<Q", image, 32)
    size, number = struct.unpack_from("<HH", image, 54)
    headers = [struct.unpack_from("<QQQQ", image, first + n * size + 8) for n in range(number)]
    end = max(offset + length for offset, _, _, length in headers)
    struct.pack_into("<Q", image, 40, 0)
    struct.pack_into("<HHH", image, 58, 0, 0, 0)
    path.write_bytes(image[:end])


for library in Path(sys.argv[1]).rglob("*.so*"):
    cut(library)
