"""A proxy on loopback that cuts the wire where it is told to, and counts what passes."""

import socket
import threading
from contextlib import suppress
from types import TracebackType


class CuttingProxy:
    """Forwards to ``address`` ("http://host:port"). ``cut_up`` and ``cut_down``: bytes after which every
    connection is closed, once; None lets all pass. ``up`` and ``down`` count bytes, headers included.
    """

    def __init__(self, address: str) -> None:
        host, _, port = address.removeprefix("http://").partition(":")
        self._target = (host, int(port))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._closed = False
        self.up = self.down = 0
        self.cut_up: int | None = None
        self.cut_down: int | None = None
        self.address = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._start(self._accept)

    def __enter__(self) -> "CuttingProxy":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closed = True
        self._listening.close()
        self._cut()
        for thread in self._threads:
            thread.join(10)

    def reset(self) -> None:
        self.up = self.down = 0

    def _start(self, target: object, *args: object) -> None:
        thread = threading.Thread(target=target, args=args, name="cutting-proxy")  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        self._listening.settimeout(0.1)
        while not self._closed:
            try:
                near, _ = self._listening.accept()
            except OSError:
                continue
            near.settimeout(None)
            far = socket.create_connection(self._target)
            with self._lock:
                self._open |= {near, far}
            self._start(self._pump, near, far, True)
            self._start(self._pump, far, near, False)

    def _pump(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        try:
            while data := source.recv(64 * 1024):
                if self._over(len(data), up):
                    self._cut()
                    return
                target.sendall(data)
        except OSError:
            pass
        finally:
            for one in (source, target):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                with self._lock:
                    self._open.discard(one)
                one.close()

    def _over(self, size: int, up: bool) -> bool:
        with self._lock:
            if up:
                self.up += size
                over = self.cut_up is not None and self.up > self.cut_up
            else:
                self.down += size
                over = self.cut_down is not None and self.down > self.cut_down
            if over:
                self.cut_up = self.cut_down = None
            return over

    def _cut(self) -> None:
        with self._lock:
            open_ones = list(self._open)
        for one in open_ones:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
