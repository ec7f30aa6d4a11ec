"""A desktop portal on a bus of its own: it answers what the person set, and tells when that changes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jeepney import DBusAddress, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.support.bus import private_bus

_NAME = "org.freedesktop.portal.Desktop"
_SETTINGS = DBusAddress(
    "/org/freedesktop/portal/desktop", bus_name=_NAME, interface="org.freedesktop.portal.Settings"
)


class Portal:
    """``values`` by namespace and key, each with its type: ``("b", False)``. What is not there is unknown."""

    def __init__(self, connection: DBusConnection, values: dict[tuple[str, str], tuple[str, Any]]) -> None:
        self.values = dict(values)
        self._connection = connection
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="portal")
        self._thread.start()

    def change(self, space: str, key: str, value: tuple[str, Any]) -> None:
        self.values[space, key] = value
        self._connection.send(new_signal(_SETTINGS, "SettingChanged", "ssv", (space, key, value)))

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                message = self._connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            if message.header.message_type is not MessageType.method_call:
                continue
            value = self.values.get(message.body)
            if value is None:
                self._connection.send(new_error(message, "org.freedesktop.portal.Error.NotFound"))
            else:
                self._connection.send(new_method_return(message, "v", (("v", value),)))

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self._connection.close()


@contextmanager
def portal(values: dict[tuple[str, str], tuple[str, Any]]) -> Iterator[tuple[Portal, str]]:
    """The portal and the address of its bus."""
    with private_bus() as address:
        connection = open_dbus_connection(address)
        connection.send_and_get_reply(message_bus.RequestName(_NAME))
        made = Portal(connection, values)
        try:
            yield made, address
        finally:
            made.close()
