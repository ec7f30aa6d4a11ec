"""The least a page takes: a bare window that puts up another plain page with a table, and paints it.

``python -m benchmarks.page_open_floor ROUNDS`` prints milliseconds per opening.
"""

from __future__ import annotations

import json
import sys
import time

from benchmarks import memory, screen

PAGES, ROWS, COLUMNS = 8, 40, 8


def main() -> None:
    from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QTableWidget, QTableWidgetItem

    application = QApplication(sys.argv[:1])
    window, stack = QMainWindow(), QStackedWidget()
    for page in range(PAGES):
        table = QTableWidget(ROWS, COLUMNS)
        for row in range(ROWS):
            for column in range(COLUMNS):
                table.setItem(row, column, QTableWidgetItem(f"{page} {row} {column}"))
        stack.addWidget(table)
    window.setCentralWidget(stack)
    window.resize(1440, 900)
    window.show()
    application.processEvents()
    taken = []
    for _ in range(int(sys.argv[1])):
        for page in range(1, PAGES + 1):
            started = time.perf_counter()
            stack.setCurrentIndex(page % PAGES)
            screen.paint(window)
            taken.append((time.perf_counter() - started) * 1000)
    print(json.dumps({"again": taken, "memory_mb": memory.peak_mb()}))


if __name__ == "__main__":
    main()
