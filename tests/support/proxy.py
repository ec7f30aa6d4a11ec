"""A bad network between laptop and server: a TCP proxy that knows just enough of HTTP.

Every connection carries one request (the proxy asks both ends to close after it), and each request meets one
fate, chosen from the seed and its number: so a run is repeated as far as threads allow.
"""

import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

FATES = (
    "refuse",  # closed before a byte of the request is read
    "lose request",  # read, never passed on
    "lose answer",  # passed on and answered; the answer is lost
    "reset answer",  # the same, with a reset in place of an end
    "truncate",  # the answer ends somewhere
    "truncate request",  # the server gets the start of the request only
    "drip",  # the answer comes a few bytes at a time
    "drip request",
    "drip without end",  # ... and so slowly that only a deadline ends it
    "stall",  # the answer stops somewhere, the connection stays open
    "delay",  # late
    "repeat",  # delivered twice, one after the other
    "repeat at once",  # delivered twice at the same time
    "repeat later",  # delivered again after some of the following requests
)
_LONGEST = 20.0
"""Seconds after which a thread gives up whatever it was doing: no test waits that long."""


class Proxy:
    """Listens on a port of its own; ``calm`` lets everything through from then on."""

    def __init__(
        self, address: str, seed: str, *, chance: float = 0.6, fates: tuple[str, ...] = FATES
    ) -> None:
        self._upstream = address.removeprefix("http://").split(":")
        self._seed, self._chance, self._fates = seed, chance, fates
        self.met: Counter[str] = Counter()
        self._number = 0
        self._old: list[tuple[int, bytes]] = []
        self._mutex = threading.Lock()
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._start(self._accept)

    def calm(self) -> None:
        self._chance = 0.0

    def move(self, address: str) -> None:
        """The server is somewhere else now."""
        self._upstream = address.removeprefix("http://").split(":")

    def close(self) -> None:
        self._ended.set()
        with suppress(OSError):  # wakes the accept
            socket.create_connection(self._listening.getsockname()).close()
        self._listening.close()
        for thread in self._threads:
            thread.join(_LONGEST)

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, name="proxy", daemon=True)
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()

    def _accept(self) -> None:
        while not self._ended.is_set():
            connection, _ = self._listening.accept()
            self._start(self._serve, connection)

    def _choose(self) -> tuple[str, random.Random]:
        with self._mutex:
            self._number += 1
            rng = random.Random(f"{self._seed} {self._number}")
            fate = rng.choice(self._fates) if rng.random() < self._chance else "pass"
            self.met[fate] += 1
            return fate, rng

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(_LONGEST)
            if self._ended.is_set():
                return
            fate, rng = self._choose()
            if fate == "refuse":
                return
            request = _request(client)
            if request is None or fate == "lose request":
                return
            self._deliver_old()
            if fate == "repeat later":
                with self._mutex:
                    self._old.append((self._number + rng.randint(1, 6), request))
            if fate == "repeat at once":
                self._start(self._deliver, request)
            if fate == "repeat":
                self._deliver(request)
            if fate == "delay":
                self._ended.wait(rng.uniform(0.05, 0.6))
            with self._ask(request, fate, rng) as server:
                self._answer(client, server, fate, rng)

    def _deliver_old(self) -> None:
        with self._mutex:
            due = [request for number, request in self._old if number <= self._number]
            self._old = [one for one in self._old if one[0] > self._number]
        for request in due:
            self._deliver(request)

    def _deliver(self, request: bytes) -> None:
        """Once more; nobody reads the answer."""
        with suppress(OSError), self._ask(request, "pass", random.Random(0)) as server:
            while server.recv(65536):
                pass

    @contextmanager
    def _ask(self, request: bytes, fate: str, rng: random.Random) -> Iterator[socket.socket]:
        with socket.create_connection((self._upstream[0], int(self._upstream[1])), _LONGEST) as server:
            if fate == "truncate request":
                server.sendall(request[: rng.randrange(1, len(request))])
                server.shutdown(socket.SHUT_WR)
            elif fate == "drip request":
                for piece in _pieces(request, 40, rng):
                    server.sendall(piece)
                    self._ended.wait(0.002)
            else:
                server.sendall(request)
            yield server

    def _answer(self, client: socket.socket, server: socket.socket, fate: str, rng: random.Random) -> None:
        if fate in ("lose answer", "reset answer"):
            while server.recv(65536):
                pass
            if fate == "reset answer":
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            return
        left = rng.choice((rng.randrange(1, 400), rng.randrange(1, 20_000), rng.randrange(1, 200_000)))
        if fate == "drip without end":
            left = rng.randrange(1, 300)
        while data := server.recv(65536):
            if fate in ("truncate", "stall", "drip without end") and len(data) >= left:
                client.sendall(data[:left])
                self._hold(client, data[left:], fate)
                return
            left -= len(data)
            if fate == "drip":
                for piece in _pieces(data, 60, rng):
                    client.sendall(piece)
                    self._ended.wait(0.002)
            else:
                client.sendall(data)

    def _hold(self, client: socket.socket, rest: bytes, fate: str) -> None:
        """Ends the connection, or keeps it open for as long as the other end bears it."""
        until = time.monotonic() + _LONGEST
        if fate == "truncate":
            return
        for byte in rest or b"\0":
            if self._ended.wait(0.05) or time.monotonic() > until or _is_gone(client):
                return
            if fate == "drip without end":
                client.sendall(bytes([byte]))
        while not self._ended.wait(0.05) and time.monotonic() < until and not _is_gone(client):
            pass


def _request(client: socket.socket) -> bytes | None:
    """One whole request, changed so that both ends close after it; None if the client goes away."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(65536)
        if not more:
            return None
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    lines = [one for one in head.split(b"\r\n") if not one.lower().startswith(b"connection:")]
    length = next((int(one.split(b":")[1]) for one in lines if one.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        more = client.recv(65536)
        if not more:
            return None
        body += more
    return b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body


def _pieces(data: bytes, most: int, rng: random.Random) -> Iterator[bytes]:
    """At most ``most`` pieces of different sizes."""
    size = max(1, len(data) // most)
    start = 0
    while start < len(data):
        stop = start + rng.randint(1, 2 * size)
        yield data[start:stop]
        start = stop


def _is_gone(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1, socket.MSG_PEEK) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        client.settimeout(_LONGEST)
