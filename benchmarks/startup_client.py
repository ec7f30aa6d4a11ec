"""A window that opens and closes at once, measured in a process of its own.

``python -m benchmarks.startup_client floor`` or ``... ours PROFILE``. Times count from the moment in
``BENCHMARK_STARTED_NS`` (the monotonic clock all processes share), before the interpreter was started.
"""

from __future__ import annotations

import gc
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


def ours(place: Path, passphrase: str = "", **options: Any) -> dict[str, Any]:
    """The program's own way to a window, until its first page shows what it knows. ``passphrase`` is typed at
    once where it is asked for; ``options``: a key store other than a file.
    """
    parts = {"interpreter": since_start()}
    gc.disable()  # as the door does, like the next two
    from channeldesk.trust import redaction
    from ui import system_libraries

    redaction.to_stderr()
    system_libraries.require(display=True)
    from PySide6.QtCore import QEvent, QObject, QTimer

    from benchmarks import demo_profile, screen
    from ui.app import make_application
    from ui.first_run import start

    parts["imports"] = since_start()

    class Watch(QObject):
        paints, first_paint = False, 0.0

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint and not self.paints:
                self.paints = True
                QTimer.singleShot(0, self.painted)
            return False

        def painted(self) -> None:
            """The event loop goes on when all that could be seen has been painted."""
            self.first_paint = since_start()

    watch = Watch()
    make_application().installEventFilter(watch)
    run = start.begin(place, **{"keyring": demo_profile.FileStore(place), **options})
    screen.wait_for(lambda: run.session is not None or run.gate is not None)
    if run.gate is not None and passphrase:
        gate = run.gate
        screen.wait_for(gate.passphrase.isVisible)
        parts["asked"] = since_start()
        gate.passphrase_given.emit(passphrase)
        screen.wait_for(lambda: run.session is not None)
    if run.session is None:
        raise RuntimeError("the profile did not open")
    app = run.session.app
    parts["window made"] = since_start()
    screen.wait_for(lambda: app.window.router.page is not None)
    screen.settle(app.tasks, app.window, questions=True)
    usable = since_start()
    screen.settle(app.tasks, app.window)
    drawn = since_start()
    page = app.window.router.here
    run.finish()
    if not watch.first_paint:
        raise RuntimeError("nothing was painted")
    parts |= {"first paint": watch.first_paint, "usable": usable, "charts drawn": drawn}
    return {"s": usable, "page": page, "until": parts}


if __name__ == "__main__":
    main()
