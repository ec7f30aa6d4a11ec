"""One connection to headquarters for rounds that follow each other closely, as those after a person's edits
do. It spares them the ways there and back that opening one takes: one, and two more with TLS.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from channeldesk.sync.network import way_out
from channeldesk.sync.transport import Cancel, HttpTransport, Renew

KEPT_SECONDS = 10.0
"""Shorter than any server or proxy keeps a silent connection, so that nothing is sent into a closed one."""


class Line:
    """``to`` gives one transport at a time; a caller that fails leaves nothing behind."""

    def __init__(self) -> None:
        self._kept: tuple[str, HttpTransport] | None = None
        self._left: tuple[float, float, tuple[str, ...]] = (0.0, 0.0, ())

    @contextmanager
    def to(
        self, server: str, token: str, renew: Renew | None = None, cancel: Cancel | None = None
    ) -> Iterator[HttpTransport]:
        """A transport with its counters at zero; its connection is kept for a moment afterwards."""
        transport = self._take(server, token)
        transport.renew, transport.cancel = renew, cancel
        try:
            yield transport
        except BaseException:
            transport.close()
            raise
        self._kept, self._left = (server, transport), _now()

    def close(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept[1].close()

    def _take(self, server: str, token: str) -> HttpTransport:
        kept = self._kept
        if kept is None or kept[0] != server or not self._is_fresh():
            self.close()
            return HttpTransport(server, token)
        self._kept, transport = None, kept[1]
        transport.token, transport.bytes_sent, transport.bytes_received = token, 0, 0
        return transport

    def _is_fresh(self) -> bool:
        """Not after a sleep, which one of the clocks may not have counted, nor on another network."""
        steady, wall, ways = _now()
        return (
            0 <= steady - self._left[0] < KEPT_SECONDS
            and 0 <= wall - self._left[1] < KEPT_SECONDS
            and ways == self._left[2]
        )


def _now() -> tuple[float, float, tuple[str, ...]]:
    return time.monotonic(), time.time(), way_out()
