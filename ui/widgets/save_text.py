"""A text made for another program, written where the person says, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from channeldesk.model.notice import Problem
from ui.context import Context
from ui.widgets.ask_where import ask_where

Told = Callable[[str], str]
"""What to say, from the name of the file."""


class SaveText(QObject):
    def __init__(self, parent: QWidget, context: Context) -> None:
        super().__init__(parent)
        self._parent, self._context = parent, context

    def ask_where(self, title: str, name: str, kind: str, text: str, told: Told) -> None:
        """``name`` is proposed with its ending; ``kind`` as of Qt's name filters."""
        suffix = name.rpartition(".")[2]
        ask_where(self._parent, title, name, partial(self.save, text, told), kind=kind, suffix=suffix)

    def save(self, text: str, told: Told, path: str) -> None:
        self._context.tasks.run(
            self,
            path,
            write_whole,
            Path(path),
            text,
            then=partial(self._saved, told),
            failed=self._context.fail,
        )

    def _saved(self, told: Told, name: str) -> None:
        self._context.say(told(name), "good")


def write_whole(path: Path, text: str) -> str:
    """Returns the file's name; raises Problem where it cannot be written. Off the window's thread."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(text.encode())
        part.replace(path)
    except OSError as error:
        raise Problem.of("file.cannot_write", name=path.name) from error
    finally:
        part.unlink(missing_ok=True)
    return path.name
