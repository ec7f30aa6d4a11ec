"""A login manager on a bus of its own: it tells that the system sleeps, and knows who holds it awake."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.support.bus import private_bus

MANAGER = DBusAddress(
    "/org/freedesktop/login1", bus_name="org.freedesktop.login1", interface="org.freedesktop.login1.Manager"
)


class LoginManager:
    """``held`` says whether somebody delays sleep; ``asked`` what they said when they asked for it."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection
        self._reading: list[int] = []
        self._ended = threading.Event()
        self.asked: list[tuple[str, ...]] = []
        self._thread = threading.Thread(target=self._serve, name="login-manager")
        self._thread.start()

    def sleep(self, going: bool) -> None:
        self._connection.send(new_signal(MANAGER, "PrepareForSleep", "b", (going,)))

    @property
    def held(self) -> bool:
        """A lock is held while the other end of its pipe is open."""
        return any(not select.select([end], [], [], 0)[0] for end in self._reading)

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                message = self._connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            if message.header.message_type is not MessageType.method_call:
                continue
            if message.header.fields.get(HeaderFields.member) == "Inhibit":
                self.asked.append(tuple(message.body))
                reading, writing = os.pipe()
                self._connection.send(new_method_return(message, "h", (writing,)))
                os.close(writing)
                self._reading.append(reading)

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        for end in self._reading:
            os.close(end)
        self._connection.close()


@contextmanager
def login_manager() -> Iterator[tuple[LoginManager, str]]:
    """The manager and the address of its bus."""
    with private_bus() as address:
        connection: Any = open_dbus_connection(address, enable_fds=True)
        connection.send_and_get_reply(message_bus.RequestName("org.freedesktop.login1"))
        manager = LoginManager(connection)
        try:
            yield manager, address
        finally:
            manager.close()
