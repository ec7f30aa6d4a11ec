"""What a run of the program does with the profile, off the window's thread: each ends in an open desk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from channeldesk.model.notice import Notice, Problem

if TYPE_CHECKING:
    from channeldesk.desk import Desk, Talk
    from ui.first_run.sign_in import Wanted


class ProfileWork(QObject):
    """``options`` go to ``Desk.open`` and ``Desk.found``."""

    _saving = Signal(int, int)
    _restoring = Signal(object)
    """How far it is: step, how much is done, of how much."""
    _restored = Signal()
    _went = Signal(str, str)

    def __init__(self, folder: Path, options: dict[str, Any]) -> None:
        super().__init__()
        self._folder, self._options = folder, options
        self._desk: Desk | None = None
        self._passphrase = ""
        self._proven: Any = None
        """A sign-in whose tokens the profile is to keep once it is open."""
        self._key_left: Problem | None = None
        """A key that a key store did not give up, when the person left."""
        self._made = False
        """The profile was made in this run."""
        self._repaired: Sequence[Notice] = ()
        self._stop = Event()
        """A restore is not wanted any more."""
        self._done: Notice | None = None
        """What to tell in the next window."""

    def _look_for_left_key(self) -> None:
        from channeldesk.desk import Desk

        self._key_left = Desk.still_left(self._folder)

    def _close_desk(self) -> None:
        desk, self._desk = self._desk, None
        if desk is not None:
            desk.close()

    def _open(self, passphrase: str) -> Desk:
        from channeldesk.desk import Desk

        self._passphrase = passphrase
        opened = Desk.open(self._folder, passphrase=passphrase or None, **self._options)
        if self._proven is not None:
            opened.signed_in(self._proven)
            self._proven = None
        return opened

    def _repair(self) -> Desk:
        """Save what was not sent out of the damaged database; open the new one."""
        from channeldesk.desk import Desk

        self._close_desk()
        options = {"passphrase": self._passphrase or None, **self._options}
        told = Desk.repair(
            self._folder,
            progress=lambda table, done, of: self._saving.emit(done, of),
            anyway=True,
            **options,
        )
        self._repaired = told.notices() if told is not None else ()
        return Desk.open(self._folder, **options)

    def _rekey(self, passphrase: str) -> Desk:
        """Put the data under a new key, and open it."""
        from channeldesk.desk import Desk

        self._close_desk()
        self._passphrase = passphrase or self._passphrase
        options = {"passphrase": self._passphrase or None, **self._options}
        Desk.rekey(self._folder, **options)
        self._done = Notice("rekey.done")
        return Desk.open(self._folder, **options)

    def _restore(self, path: str, passphrase: str) -> Desk:
        """A profile out of a backup, open."""
        from channeldesk.desk import Desk

        self._passphrase = passphrase
        options = {"passphrase": passphrase or None, **self._options}
        self._stop.clear()
        from ui.widgets.step_bar import watched

        progress = watched(self._restoring.emit, self._stop)
        Desk.restore(Path(path), self._folder, progress=progress, **options)
        self._restored.emit()
        return Desk.open(self._folder, **options)

    def _create(self, wanted: Wanted, talk: Talk) -> Desk:
        from channeldesk.desk import Desk

        self._passphrase = wanted.passphrase

        def prove() -> Any:
            talk.begin()
            self._went.emit(talk.address, talk.code)
            return talk.wait()

        made = Desk.found(
            self._folder,
            wanted.server,
            prove,
            passphrase=wanted.passphrase or None,
            certificate_file=Path(wanted.certificates) if wanted.certificates else None,
            **self._options,
        )
        self._made = True
        return made

    def _left(self) -> Desk:
        self._close_desk()
        return self._open("")
