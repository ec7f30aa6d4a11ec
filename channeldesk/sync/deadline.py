"""Ends a request at its deadline, or soon after its cancelling, whatever the other end does.

A timeout of the socket counts from the last byte. Something that sends one byte a minute (a broken proxy, a
captive portal, an attack) outlives it, in the head of an answer or inside a piece of it, so from outside the
connection is shut. Nobody waits longer than promised.
"""

from __future__ import annotations

import _thread
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl

    import requests

GRACE = 3.0
"""Seconds that a cancelled round has for the step under way, so that most end between two steps."""
_LOOK = 0.25


class Connections:
    """The open connections of a session; :meth:`ending_after` shuts them when the time is over.

    Of each connection a second handle is kept, because the connection itself hands its socket on: to TLS, to
    the answer that is being read.
    """

    def __init__(self) -> None:
        self._twins: list[tuple[Any, socket.socket]] = []
        self._mutex = threading.Lock()
        self.late = False
        """Whether the last request was ended by its deadline."""
        self.cancelled = False
        """Whether it was because somebody did not want to wait for it any longer."""

    def watch(
        self,
        session: requests.Session,
        trusting: ssl.SSLContext | None = None,
        secured: Callable[[Any], None] = lambda connected: None,
    ) -> None:
        """From now on the session's connections are known here, those through a proxy too.

        ``trusting`` says whose certificates count, nothing else does; None: no server with TLS is spoken to.
        ``secured`` gets every connection that TLS was agreed on.
        """
        import urllib3
        from requests.adapters import HTTPAdapter
        from urllib3.connection import HTTPConnection, HTTPSConnection

        note = self._note

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return note(self, super()._new_conn())

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return note(self, super()._new_conn())

            def connect(self) -> None:
                super().connect()
                secured(self.sock)

        class PlainPool(urllib3.HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(urllib3.HTTPSConnectionPool):
            ConnectionCls = Secure

        pools: dict[str, Any] = {"http": PlainPool, "https": SecurePool}

        class Adapter(HTTPAdapter):
            def init_poolmanager(self, *args: Any, **options: Any) -> None:
                super().init_poolmanager(*args, **options, ssl_context=trusting)
                self.poolmanager.pool_classes_by_scheme = pools

            def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
                manager = super().proxy_manager_for(proxy, **options, ssl_context=trusting)
                manager.pool_classes_by_scheme = pools
                return manager

            def build_connection_pool_key_attributes(self, *args: Any, **options: Any) -> Any:
                place, _ = super().build_connection_pool_key_attributes(*args, **options)
                return place, {}

            def cert_verify(self, *args: Any) -> None:
                """The context decides; a bundle of this library's own has no say."""

        session.mount("http://", Adapter())
        if trusting is not None:
            session.mount("https://", Adapter())
        else:
            del session.adapters["https://"]

    def _note(self, connection: Any, made: socket.socket) -> socket.socket:
        with self._mutex:
            self._twins.append((connection, made.dup()))
        return made

    @contextmanager
    def ending_after(self, seconds: float, cancel: Callable[[], bool] | None = None) -> Iterator[None]:
        """Shuts every connection if the block lasts longer, or :data:`GRACE` longer than ``cancel`` wants it
        to; what reads from one gets an error or an end.
        """
        self.late = self.cancelled = False
        over = _thread.allocate_lock()
        over.acquire()
        # A bare thread: one of ``threading`` is waited for until it runs, longer than many an answer.
        _thread.start_new_thread(self._guard, (over, seconds, cancel))
        try:
            yield
        finally:
            over.release()
            self.forget()

    def _guard(self, over: _thread.LockType, seconds: float, cancel: Callable[[], bool] | None) -> None:
        last = time.monotonic() + seconds
        while (left := last - time.monotonic()) > 0:
            if over.acquire(timeout=left if cancel is None else min(left, _LOOK)):
                return
            if cancel is not None and cancel():
                last, cancel, self.cancelled = min(last, time.monotonic() + GRACE), None, True
        self.late = True
        with self._mutex:
            for _, twin in self._twins:
                with suppress(OSError):
                    twin.shutdown(socket.SHUT_RDWR)

    def forget(self, *, every: bool = False) -> None:
        """Lets go of connections that were closed: a second handle would keep them open."""
        with self._mutex:
            gone = [twin for connection, twin in self._twins if every or connection.sock is None]
            self._twins = [one for one in self._twins if one[1] not in gone]
        for twin in gone:
            twin.close()
