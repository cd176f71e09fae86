"""A slow mobile line to a server on this machine: a forwarder that waits and meters.

The browser's own throttling does not reach its service workers; this does, because everything
goes through it. Figures are those of "Fast 3G" in Chromium's developer tools.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

LATENCY_S: Final = 0.5625
DOWN_BYTES_S: Final = 1.6e6 / 8 * 0.9
UP_BYTES_S: Final = 0.75e6 / 8 * 0.9
_CHUNK: Final = 2_048


class _Meter:
    """One direction of the line, shared by all connections."""

    def __init__(self, bytes_s: float) -> None:
        self._bytes_s = bytes_s
        self._free_at = 0.0

    def due(self, size: int) -> float:
        """The loop's time at which the last of `size` bytes is through."""
        now = asyncio.get_running_loop().time()
        self._free_at = max(now, self._free_at) + size / self._bytes_s
        return self._free_at


class SlowLine:
    """Forwards 127.0.0.1:`port` to `upstream`; a request's way there takes `LATENCY_S`."""

    def __init__(self, upstream: int) -> None:
        self.port = 0
        self._upstream = upstream
        self._up, self._down = _Meter(UP_BYTES_S), _Meter(DOWN_BYTES_S)

    async def serve(self, ready: threading.Event, end: asyncio.Event) -> None:
        """Listen until `end`."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await end.wait()
        server.close()
        passing = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in passing:
            task.cancel()
        await asyncio.gather(*passing, return_exceptions=True)

    async def _connected(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        # Cancelled at the end, when nobody is waiting for it any more.
        with suppress(asyncio.CancelledError):
            await self._join(near, to_near)

    async def _join(self, near: asyncio.StreamReader, to_near: asyncio.StreamWriter) -> None:
        far, to_far = await asyncio.open_connection("127.0.0.1", self._upstream)
        try:
            await asyncio.gather(
                self._pass(near, to_far, self._up, LATENCY_S),
                self._pass(far, to_near, self._down, 0.0),
            )
        finally:
            to_far.close()
            to_near.close()

    async def _pass(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, meter: _Meter, wait: float
    ) -> None:
        """Bytes of one direction, each chunk when the line has carried it."""
        loop = asyncio.get_running_loop()
        with suppress(ConnectionError):
            while chunk := await source.read(_CHUNK):
                await asyncio.sleep(meter.due(len(chunk)) + wait - loop.time())
                sink.write(chunk)
                await sink.drain()
        with suppress(OSError):
            sink.write_eof()


@contextmanager
def slow_line(upstream: int) -> Iterator[int]:
    """A slow line to a port of this machine while the block runs; gives its own port."""
    line = SlowLine(upstream)
    loop = asyncio.new_event_loop()
    end = asyncio.Event()
    ready = threading.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(line.serve(ready, end),))
    thread.start()
    ready.wait()
    try:
        yield line.port
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()
