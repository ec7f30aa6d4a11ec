"""Types into the command palette of a real window, in a process of its own.

``python -m benchmarks.palette_client PROFILE ROUNDS`` prints milliseconds per key, by word: from the key
until what it finds is painted. Each word is typed and taken back key by key.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import screen, window

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from sqlalchemy import Connection

    from ui.app import App

COUNTED = ("partner", "product", "sales_order")


def main() -> None:
    place, rounds = Path(sys.argv[1]), int(sys.argv[2])
    with window.opened(place) as app:
        ask = app.tasks.desk.ask
        rows = {name: ask(_count, name) for name in COUNTED}
        words = ask(chosen_words)
        app.window.activateWindow()
        taken: dict[str, dict[str, Any]] = {word: {"ms": [], "found": 0} for word in words}
        for turn in range(rounds + 1):
            for word in words:
                times, found = _type(app, word)
                if turn:  # the first round fills caches
                    taken[word]["ms"] += times
                    taken[word]["found"] = found
    print(json.dumps({"rows": rows, "words": taken}))


def chosen_words(connection: Connection) -> list[str]:
    """What people look for: names by their beginning, by initials, in Chinese; numbers; pages; nothing."""
    one = connection.exec_driver_sql
    name, local = one("SELECT name, name_local FROM partner ORDER BY code LIMIT 1 OFFSET 7").one()
    sku, product = one("SELECT sku, name FROM product ORDER BY sku LIMIT 1 OFFSET 99").one()
    number = one(
        "SELECT number FROM sales_order WHERE number IS NOT NULL ORDER BY id LIMIT 1 OFFSET 999"
    ).scalar_one()
    return [name[:9], local[:4], "hz", "wj", sku, product[:10], number, "performance", "nobody at all"]


def _count(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one())


def _type(app: App, word: str) -> tuple[list[float], int]:
    field, palette = app.window.top.field, app.window.palette_box
    field.setFocus()
    times, found = [], 0
    for at in range(2 * len(word)):
        started = time.perf_counter()
        press(field, word[at] if at < len(word) else None)
        screen.settle(app.tasks, palette, questions=True)
        times.append((time.perf_counter() - started) * 1000)
        if field.text() == word:
            found = len(palette.model.hits)
    if field.text():
        raise RuntimeError(f"{field.text()!r} is left of {word!r}")
    return times, found


def press(field: QWidget, sign: str | None) -> None:
    """One more character, as an input method gives it in any script; None takes the last one back."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QInputMethodEvent
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    if sign is None:
        QTest.keyClick(field, Qt.Key.Key_Backspace)
        return
    event = QInputMethodEvent()
    event.setCommitString(sign)
    QApplication.sendEvent(field, event)


if __name__ == "__main__":
    main()
