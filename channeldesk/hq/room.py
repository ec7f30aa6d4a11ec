"""Waiting for one of few places: for what is slow on purpose or holds a connection for long."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import anyio
import anyio.to_thread

from channeldesk.hq.errors import Refusal
from channeldesk.model.notice import Notice

T = TypeVar("T")

SECONDS = 20.0
"""How long a pull or a sign-in waits for others; a laptop gives up after 30 s without a byte."""


@asynccontextmanager
async def entered(room: anyio.CapacityLimiter, who: object) -> AsyncIterator[None]:
    """Waits until others have left. Raises Refusal 503 before the laptop would give up by itself."""
    with anyio.move_on_after(SECONDS) as waiting:
        await room.acquire_on_behalf_of(who)
    if waiting.cancelled_caught:
        raise Refusal(503, Notice("hq.busy"), retry_after=5)
    try:
        yield
    finally:
        room.release_on_behalf_of(who)


async def worked(room: anyio.CapacityLimiter, work: Callable[[], T]) -> T:
    """Does ``work`` in a thread of its own, beside those of the requests."""
    async with entered(room, object()):
        return await anyio.to_thread.run_sync(work, limiter=anyio.CapacityLimiter(1))
