"""The least a jump takes: a bare table with texts at hand, scrolled and painted.

``python -m benchmarks.scroll_floor ROWS JUMPS`` prints milliseconds per jump.
"""

from __future__ import annotations

import json
import random
import sys
import time
from typing import Any

from benchmarks import memory, screen

COLUMNS = 8


def main() -> None:
    from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
    from PySide6.QtWidgets import QApplication, QTableView

    rows, count = int(sys.argv[1]), int(sys.argv[2])
    application = QApplication(sys.argv[:1])

    class Model(QAbstractTableModel):
        def rowCount(self, parent: Any = None) -> int:
            return rows

        def columnCount(self, parent: Any = None) -> int:
            return COLUMNS

        def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> str | None:
            return f"{index.row()} {index.column()}" if role == Qt.ItemDataRole.DisplayRole else None

    model, view = Model(), QTableView()
    view.setModel(model)
    view.resize(1200, 800)
    view.show()
    application.processEvents()
    choose, bar, taken = random.Random(1), view.verticalScrollBar(), []
    for _ in range(count):
        place = choose.randint(0, bar.maximum())
        started = time.perf_counter()
        bar.setValue(place)
        screen.paint(view)
        taken.append((time.perf_counter() - started) * 1000)
    print(json.dumps({"again": taken, "memory_mb": memory.peak_mb()}))


if __name__ == "__main__":
    main()
