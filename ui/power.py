"""The laptop goes to sleep and wakes up, where the system tells.

Linux: logind's ``PrepareForSleep`` over D-Bus; a delay lock gives a round a few seconds before the system
sleeps. Windows: ``WM_POWERBROADCAST``. macOS tells Cocoa programs only, so there no round runs before sleep.
Waking is noticed everywhere, since the wall clock jumps between two ticks of a timer. Where nothing tells
anything, rounds run at their interval as ever.
"""

from __future__ import annotations

import ctypes
import sys
import time
from typing import Any

from PySide6.QtCore import (
    SLOT,
    QAbstractNativeEventFilter,
    QByteArray,
    QCoreApplication,
    QObject,
    QTimer,
    Signal,
    Slot,
)

from ui.i18n import t

_TICK_MS = 5_000
_SLEPT_S = 30.0
"""A gap between two ticks that no busy window explains."""
_PREPARE = SLOT("prepare(bool)")
_HOLD_MS = 4_000
"""At the most: logind waits five seconds unless it was set otherwise."""


class Power(QObject):
    """``falling_asleep``, then ``ready()`` as soon as nothing more is to be done; ``woke`` afterwards."""

    falling_asleep = Signal()
    woke = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._last = time.time()
        self._clock = QTimer(self, interval=_TICK_MS)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        self._let_go = QTimer(self, interval=_HOLD_MS, singleShot=True)
        self._let_go.timeout.connect(self._release)
        self._system = _system(self)

    def ready(self) -> None:
        """Nothing more is to be done before the system sleeps."""
        if self._let_go.isActive():
            self._release()

    def _release(self) -> None:
        self._let_go.stop()
        if self._system is not None:
            self._system.release()

    def close(self) -> None:
        self._clock.stop()
        self._release()
        if self._system is not None:
            self._system.close()
            self._system = None

    def tell(self, going: bool) -> None:
        """The system told: it falls asleep, or it woke."""
        if going:
            self._let_go.start()
            self.falling_asleep.emit()
        else:
            self._woke()

    def _woke(self) -> None:
        self._let_go.stop()
        self._last = time.time()
        if self._system is not None:
            self._system.hold()
        self.woke.emit()

    def _tick(self) -> None:
        now = time.time()
        slept = now - self._last > _SLEPT_S
        self._last = now
        if slept:
            self._woke()


def _system(power: Power) -> Any:
    """What tells on this system; None where nothing does."""
    try:
        if sys.platform == "win32":
            return Windows(power)
        return Logind(power) if sys.platform == "linux" else None
    except ImportError:  # a Qt without these parts
        return None


class Logind(QObject):
    """The signal of systemd's login manager, and the lock that delays sleep while it is held."""

    _NAME, _PATH = "org.freedesktop.login1", "/org/freedesktop/login1"
    _MANAGER = "org.freedesktop.login1.Manager"

    def __init__(self, power: Power) -> None:
        from PySide6.QtDBus import QDBusConnection

        super().__init__(power)
        self._power = power
        self._held: Any = None
        self._call: Any = None
        self._bus = QDBusConnection.systemBus()
        self.connected = self._bus.isConnected() and self._bus.connect(  # type: ignore[call-overload]
            self._NAME,
            self._PATH,
            self._MANAGER,
            "PrepareForSleep",
            self,
            _PREPARE,
        )
        self.hold()

    @Slot(bool)
    def prepare(self, going: bool) -> None:
        self._power.tell(going)

    def hold(self) -> None:
        """Ask for a delay lock; without one the system just does not wait."""
        if not self.connected or self._held is not None:
            return
        from PySide6.QtDBus import QDBusMessage, QDBusPendingCallWatcher

        message = QDBusMessage.createMethodCall(self._NAME, self._PATH, self._MANAGER, "Inhibit")
        message.setArguments(
            ["sleep", "ChannelDesk", t("Sends what you did before the computer sleeps"), "delay"]
        )
        self._call = QDBusPendingCallWatcher(self._bus.asyncCall(message), self)
        self._call.finished.connect(self._came)

    def _came(self, call: Any) -> None:
        reply = call.reply()
        arguments = reply.arguments()
        self._held = arguments[0] if arguments and not call.isError() else None
        call.deleteLater()
        self._call = None

    def release(self) -> None:
        self._held = None

    def close(self) -> None:
        if self.connected:
            self._bus.disconnect(  # type: ignore[call-overload]
                self._NAME, self._PATH, self._MANAGER, "PrepareForSleep", self, _PREPARE
            )
        self.release()


class Windows(QAbstractNativeEventFilter):
    """``WM_POWERBROADCAST`` comes to every top-level window."""

    _MESSAGE, _SUSPEND, _RESUME = 0x218, 4, 18

    def __init__(self, power: Power) -> None:
        super().__init__()
        self._power = power
        application = QCoreApplication.instance()
        assert application is not None
        application.installNativeEventFilter(self)

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview[int], message: int
    ) -> tuple[bool, int]:
        if bytes(kind) == b"windows_generic_MSG":  # type: ignore[arg-type]
            told = _Message.from_address(int(message))
            if told.message == self._MESSAGE and told.wparam in (self._SUSPEND, self._RESUME):
                if told.wparam == self._SUSPEND:  # answered only when the data is covered
                    self._power.tell(True)
                else:
                    QTimer.singleShot(0, self._power, self._woke)
        return False, 0

    def _woke(self) -> None:
        self._power.tell(False)

    def hold(self) -> None:
        """Windows waits for nobody."""

    def release(self) -> None:
        """Nothing is held."""

    def close(self) -> None:
        application = QCoreApplication.instance()
        if application is not None:
            application.removeNativeEventFilter(self)


class _Message(ctypes.Structure):
    """The beginning of Windows' MSG."""

    _fields_ = (
        ("window", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("wparam", ctypes.c_size_t),
        ("lparam", ctypes.c_ssize_t),
    )
