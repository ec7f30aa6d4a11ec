"""The network is back: Qt's word for it, where the system has one. The rounds look for themselves as well."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal


class Network(QObject):
    """``back``: the world can be reached again, or a guest network's sign-in page was passed."""

    back = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._info = _information()
        self.known = self._info is not None
        if self._info is not None:
            self._info.reachabilityChanged.connect(self._changed)
            self._info.isBehindCaptivePortalChanged.connect(self._portal)

    def close(self) -> None:
        if self._info is not None:
            self._info.reachabilityChanged.disconnect(self._changed)
            self._info.isBehindCaptivePortalChanged.disconnect(self._portal)
            self._info = None

    def _changed(self, reachability: Any) -> None:
        if reachability.name in ("Online", "Site"):
            self.back.emit()

    def _portal(self, behind: bool) -> None:
        if not behind:
            self.back.emit()


def _information() -> Any:
    try:
        from PySide6.QtNetwork import QNetworkInformation
    except ImportError:  # a library that Qt's network part needs is not on this system
        return None
    if not QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
        return None
    return QNetworkInformation.instance()
