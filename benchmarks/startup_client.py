"""A window that opens and closes at once, measured in a process of its own.

``python -m benchmarks.startup_client floor`` or ``... ours PROFILE``. Times count from the moment in
``BENCHMARK_STARTED_NS`` (the monotonic clock all processes share), before the interpreter was started.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

STARTED_NS = "BENCHMARK_STARTED_NS"


def main() -> None:
    sample = floor() if sys.argv[1] == "floor" else ours(Path(sys.argv[2]))
    from benchmarks import memory

    print(json.dumps(sample | {"memory_mb": memory.peak_mb()}))


def since_start() -> float:
    return (time.monotonic_ns() - int(os.environ[STARTED_NS])) / 1e9


def floor() -> dict[str, Any]:
    """The least a window takes: a bare main window, painted once."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    application = QApplication(sys.argv[:1])

    class Window(QMainWindow):
        painted = False

        def paintEvent(self, event: Any) -> None:
            super().paintEvent(event)
            self.painted = True

    window = Window()
    window.resize(1440, 900)
    window.show()
    while not window.painted:
        application.processEvents()
    return {"s": since_start()}


def ours(place: Path) -> dict[str, Any]:
    """The program's own way to a window, until its first page shows what it knows."""
    parts = {"interpreter": since_start()}
    from PySide6.QtCore import QEvent, QObject

    from benchmarks import demo_profile, screen
    from ui.app import window_app

    parts["imports"] = since_start()
    desk = demo_profile.opened(place)
    parts["desk"] = since_start()
    app = window_app(desk)
    parts["window made"] = since_start()

    class Watch(QObject):
        first_paint = 0.0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and not self.first_paint:
                self.first_paint = since_start()
            return False

    watch = Watch()
    app.application.installEventFilter(watch)
    app.show()
    screen.settle(app.tasks, app.window)
    usable = since_start()
    page = app.window.router.here
    app.close()
    desk.close()
    parts |= {"first paint": watch.first_paint, "usable": usable}
    return {"s": usable, "page": page, "until": parts}


if __name__ == "__main__":
    main()
