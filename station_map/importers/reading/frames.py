"""What the reader's process tells its parent: length-prefixed JSON frames on a pipe.

JSON, not pickle or marshal: the child handled a stranger's file, so nothing it sends may
be able to run code or crash the parent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

_LENGTH: Final = 4
MAX_FRAME_BYTES: Final = 512 << 20


def _as_text(value: object) -> str:
    """Dates and times, the only other things a cell can be, as ISO text."""
    return str(value)


def write_frame(stream: BinaryIO, frame: Mapping[str, Any]) -> None:
    """Send one frame. Lone surrogates become "?": they are no text."""
    body = json.dumps(frame, ensure_ascii=False, default=_as_text).encode("utf-8", "replace")
    stream.write(len(body).to_bytes(_LENGTH, "big"))
    stream.write(body)


def read_frames(stream: BinaryIO) -> Iterator[dict[str, Any]]:
    """Frames until the pipe ends; a frame cut short ends them too."""
    while len(head := stream.read(_LENGTH)) == _LENGTH:
        length = int.from_bytes(head, "big")
        if length > MAX_FRAME_BYTES:
            return
        body = stream.read(length)
        if len(body) < length:
            return
        yield json.loads(body)
