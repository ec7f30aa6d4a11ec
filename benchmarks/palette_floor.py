"""The least a palette takes: a bare field whose completer looks through the same titles, all in memory.

``python -m benchmarks.palette_floor PROFILE ROUNDS`` prints milliseconds per key, by word.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import demo_profile, screen
from benchmarks.palette_client import chosen_words

if TYPE_CHECKING:
    from sqlalchemy import Connection


def main() -> None:
    from PySide6.QtCore import QStringListModel, Qt
    from PySide6.QtWidgets import QApplication, QCompleter, QLineEdit, QMainWindow

    desk = demo_profile.opened(Path(sys.argv[1]))
    titles, words = desk.ask(_titles), desk.ask(chosen_words)
    desk.close()
    application = QApplication(sys.argv[:1])
    window, field = QMainWindow(), QLineEdit()
    completer = QCompleter(QStringListModel(titles))
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    popup = completer.popup()
    assert popup is not None
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    field.setCompleter(completer)
    window.setCentralWidget(field)
    window.resize(1440, 900)
    window.show()
    application.processEvents()
    taken: dict[str, dict[str, Any]] = {}
    for _ in range(int(sys.argv[2])):
        for word in words:
            kept = taken.setdefault(word, {"ms": []})
            texts = [word[:at] for at in range(1, len(word) + 1)]
            for text in [*texts, *texts[-2::-1]]:
                started = time.perf_counter()
                field.setText(text)
                completer.setCompletionPrefix(text)
                completer.complete()
                screen.paint(popup)
                kept["ms"].append((time.perf_counter() - started) * 1000)
    popup.hide()
    print(json.dumps({"words": taken}))


def _titles(connection: Connection) -> list[str]:
    query = (
        "SELECT name FROM partner UNION ALL SELECT name_local FROM partner "
        "UNION ALL SELECT name FROM product UNION ALL SELECT sku FROM product "
        "UNION ALL SELECT number FROM sales_order"
    )
    return [text for (text,) in connection.exec_driver_sql(query) if text]


if __name__ == "__main__":
    main()
