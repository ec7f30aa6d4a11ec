"""What the computer says about things that move.

Linux: the desktop portal over D-Bus (``reduced-motion`` of the freedesktop settings, ``enable-animations`` of
GNOME's), and its signal when that changes. Windows: "Show animations". macOS: "Reduce motion". These two are
asked again when the program comes to the front, since one changes them in another window.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import SLOT, QObject, Qt, Slot
from PySide6.QtGui import QGuiApplication

Told = Callable[[bool], None]


class SystemMotion(QObject):
    """Tells ``told(reduces)`` once it knows and when it changes; nothing where the system says nothing."""

    def __init__(self, told: Told, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._told = told
        self._portal: Portal | None = None
        if sys.platform == "linux":
            self._portal = _portal(told, self)
        else:
            self._ask()
            _application().applicationStateChanged.connect(self._to_the_front)

    def _to_the_front(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._ask()

    def _ask(self) -> None:
        ask = {"win32": windows_reduces, "darwin": macos_reduces}.get(sys.platform)
        if ask is not None:
            self._told(ask())

    def close(self) -> None:
        if self._portal is not None:
            self._portal.close()
            self._portal = None
        elif sys.platform != "linux":
            _application().applicationStateChanged.disconnect(self._to_the_front)


def _application() -> QGuiApplication:
    found = QGuiApplication.instance()
    assert isinstance(found, QGuiApplication)
    return found


def windows_reduces() -> bool:
    """SPI_GETCLIENTAREAANIMATION."""
    shown = ctypes.c_int(1)
    asked: Any = ctypes.windll.user32.SystemParametersInfoW  # type: ignore[attr-defined, unused-ignore]
    return bool(asked(0x1042, 0, ctypes.byref(shown), 0)) and not shown.value


def macos_reduces() -> bool:
    """``[[NSWorkspace sharedWorkspace] accessibilityDisplayShouldReduceMotion]``."""
    name = ctypes.util.find_library("objc")
    if name is None:
        return False
    objc = ctypes.CDLL(name)
    objc.objc_getClass.restype = objc.sel_registerName.restype = ctypes.c_void_p
    objc.objc_getClass.argtypes = objc.sel_registerName.argtypes = [ctypes.c_char_p]
    send = ctypes.cast(objc.objc_msgSend, ctypes.c_void_p).value
    assert send is not None
    to_object = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(send)
    to_bool = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)(send)
    workspace = objc.objc_getClass(b"NSWorkspace")
    if not workspace:
        return False
    shared = to_object(workspace, objc.sel_registerName(b"sharedWorkspace"))
    return bool(to_bool(shared, objc.sel_registerName(b"accessibilityDisplayShouldReduceMotion")))


def _portal(told: Told, parent: QObject) -> Portal | None:
    try:
        return Portal(told, parent)
    except ImportError:  # a Qt without D-Bus
        return None


class Portal(QObject):
    """The settings of the desktop portal, asked without waiting for the answer."""

    _NAME, _PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
    _SETTINGS = "org.freedesktop.portal.Settings"
    _ASKED = (
        ("org.freedesktop.appearance", "reduced-motion", 1),
        ("org.gnome.desktop.interface", "enable-animations", False),
    )
    """Where, what, and the value that asks for less motion."""

    def __init__(self, told: Told, parent: QObject) -> None:
        from PySide6.QtDBus import QDBusConnection

        super().__init__(parent)
        self._told = told
        self._answers: dict[str, bool] = {}
        self._calls: dict[str, Any] = {}
        self._bus = QDBusConnection.sessionBus()
        self.connected = self._bus.isConnected() and self._bus.connect(  # type: ignore[call-overload]
            self._NAME, self._PATH, self._SETTINGS, "SettingChanged", self, SLOT("ask()")
        )
        self.ask()

    @Slot()
    def ask(self) -> None:
        if not self.connected:
            return
        from PySide6.QtDBus import QDBusMessage, QDBusPendingCallWatcher

        for space, key, _ in self._ASKED:
            message = QDBusMessage.createMethodCall(self._NAME, self._PATH, self._SETTINGS, "Read")
            message.setArguments([space, key])
            self._calls[key] = QDBusPendingCallWatcher(self._bus.asyncCall(message), self)
            self._calls[key].finished.connect(self._came)

    def _came(self, call: Any) -> None:
        key = next((key for key, one in self._calls.items() if one is call), None)
        call.deleteLater()
        if key is None:  # a later question for the same is on its way
            return
        del self._calls[key]
        arguments = call.reply().arguments()
        value = _plain(arguments[0]) if arguments and not call.isError() else None
        (less,) = (less for _, one, less in self._ASKED if one == key)
        self._answers[key] = value == less and value is not None
        self._told(any(self._answers.values()))

    def close(self) -> None:
        if self.connected:
            self._bus.disconnect(  # type: ignore[call-overload]
                self._NAME, self._PATH, self._SETTINGS, "SettingChanged", self, SLOT("ask()")
            )
        self.connected = False
        self._calls.clear()


def _plain(value: Any) -> Any:
    """``Read`` wraps its answer in a variant more than once."""
    while hasattr(value, "variant"):
        value = value.variant()
    return value
