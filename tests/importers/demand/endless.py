"""A reader that never stops talking; run by test_reader.py."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    while True:
        sys.stdout.buffer.write(b"\xff" * 65_536)
