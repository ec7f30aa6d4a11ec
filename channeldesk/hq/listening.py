"""Sockets that a server listens on, alone or with several processes."""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

from channeldesk.model.notice import Problem

BACKLOG = 2048


def listening_on(host: str, port: int) -> socket.socket:
    """A socket of one process. Raises Problem for an address that cannot be had."""
    listening = _bound(host, port)
    listening.listen(BACKLOG)
    listening.set_inheritable(True)
    return listening


def shared(host: str, port: int) -> socket.socket:
    """A socket to hand to several processes. Raises Problem for an address that cannot be had.

    On Linux each process that gets it has a queue of its own, and the system deals connections out evenly;
    from a common queue, as elsewhere, the first to wake takes all that came at once.
    """
    if not sys.platform.startswith("linux"):
        return listening_on(host, port)
    with listening_on(host, port) as probe:  # one that others listen on already can be had only by sharing it
        found = probe.getsockname()[1]
    return _Dealt(host, found)


class _Dealt(socket.socket):
    """Keeps the port; is never listened on itself. Sent to another process it becomes one that is."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(_family(host), socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._host = host
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.bind((host, port))

    def __reduce__(self) -> tuple[Any, ...]:
        return _dealt, (self._host, self.getsockname()[1])


def _dealt(host: str, port: int) -> socket.socket:
    own = _bound(host, port, reuse_port=True)
    own.listen(BACKLOG)
    return own


def _bound(host: str, port: int, *, reuse_port: bool = False) -> socket.socket:
    # Without the protocol's number asyncio leaves Nagle's algorithm on: 40 ms for a head and a body.
    bound = socket.socket(_family(host), socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":  # elsewhere the option would let two servers share a port
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if reuse_port:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        bound.bind((host, port))
    except (OSError, OverflowError) as error:  # taken, not of this machine, or no port at all
        bound.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise Problem.of("hq.cannot_listen", host=host, port=str(port), reason=reason) from error
    return bound


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
