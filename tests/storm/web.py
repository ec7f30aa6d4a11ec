"""Headquarters behind a real server on loopback, in a thread of this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from channeldesk.hq.app import Settings, create_app
from channeldesk.sync.transport import HttpTransport
from tests.storm.office import PUSH_MUTATIONS, Office

_PATIENCE = 20.0
"""Seconds for the server to start or to stop."""


@dataclass
class WebOffice(Office):
    """``hang_up`` ends what laptops are reading, since a server waits for them when it stops."""

    hang_up: Callable[[], None] = lambda: None
    address: str = ""
    _server: uvicorn.Server | None = field(default=None, repr=False)
    _thread: threading.Thread | None = field(default=None, repr=False)

    def _start(self) -> None:
        super()._start()
        app = create_app(Settings(self.url, push_mutations=PUSH_MUTATIONS, now_ms=self.clock))
        port = int(self.address.rsplit(":", 1)[1]) if self.address else 0
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="on")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="storm headquarters")
        self._thread.start()
        deadline = time.monotonic() + _PATIENCE
        while not self._server.started:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.005)
        self.address = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def _stop(self) -> None:
        self.hang_up()
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(_PATIENCE)
            assert not self._thread.is_alive(), "the server did not stop"
            self._server = self._thread = None

    def restart(self, meanwhile: Callable[[], str | None] = lambda: None) -> None:
        self._stop()
        super().restart(meanwhile)

    def close(self) -> None:
        self._stop()
        super().close()

    def transport(self) -> Any:
        return HttpTransport(self.address, "")
