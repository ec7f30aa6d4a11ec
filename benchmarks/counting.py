"""Counts what travels between a client and a server, headers and all, the same way for everybody."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

CHUNK = 256 * 1024


class Counter:
    """``url`` stands for the server's; ``sent`` and ``received`` are bytes as the client sees them."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}{parts.path}"
        self.sent = self.received = 0
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []
        self._run(self._accept)

    def take(self) -> int:
        """Bytes both ways since the last time this was asked."""
        total, self.sent, self.received = self.sent + self.received, 0, 0
        return total

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for one in self._open:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in self._threads:
            thread.join()
        for one in self._open:
            one.close()

    def _run(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, name="counting", daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._open += [client, server]
            self._run(self._pump, client, server, "sent")
            self._run(self._pump, server, client, "received")

    def _pump(self, source: socket.socket, target: socket.socket, name: str) -> None:
        try:
            while data := source.recv(CHUNK):
                setattr(self, name, getattr(self, name) + len(data))
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return


@contextmanager
def counting(address: str) -> Iterator[Counter]:
    counter = Counter(address)
    try:
        yield counter
    finally:
        counter.close()
