"""One process owns a profile. The lock is the operating system's, so it dies with the process, however."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

from channeldesk.model.notice import Instant, Problem

_FILE = "lock"
_LOCKED_BYTE = 1 << 20
"""Windows bars others from reading what is locked, so the lock lies far behind the text."""


@dataclass(frozen=True)
class Holder:
    """Who holds a profile; ``since`` in milliseconds UTC."""

    pid: int
    host: str
    since: int


class ProfileLock:
    """Taken by :func:`acquire`, given back by :meth:`release`, by the block's end, or with the process."""

    def __init__(self, file: IO[str]) -> None:
        self._file: IO[str] | None = file

    def release(self) -> None:
        if self._file is not None:
            self._file.truncate(0)
            _unlock(self._file)
            self._file.close()
            self._file = None

    def __enter__(self) -> ProfileLock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def acquire(folder: Path) -> ProfileLock:
    """Own the profile in ``folder``.

    Raises :class:`Problem` naming the process that does already, or when the folder cannot be written.
    """
    try:
        file = (folder / _FILE).open("a+", encoding="utf-8")
    except OSError as error:
        raise Problem.of("store.read_only", remedy="remedy.check_disk") from error
    if not _lock(file):
        file.close()
        raise _locked(holder(folder))
    file.truncate(0)
    me = Holder(os.getpid(), socket.gethostname(), time.time_ns() // 1_000_000)
    file.write(json.dumps(asdict(me)))
    file.flush()
    return ProfileLock(file)


def holder(folder: Path) -> Holder | None:
    """Who wrote the lock's text, if anybody. Whether the lock is held, only :func:`acquire` says."""
    try:
        return Holder(**json.loads((folder / _FILE).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _locked(by: Holder | None) -> Problem:
    if by is None:
        return Problem.of("profile.locked_by_unknown", remedy="remedy.close_other")
    since = Instant(by.since)
    return Problem.of(
        "profile.locked", pid=str(by.pid), host=by.host, since=since, remedy="remedy.close_other"
    )


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[str]) -> bool:
        file.seek(_LOCKED_BYTE)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        file.seek(0)
        return True

    def _unlock(file: IO[str]) -> None:
        file.seek(_LOCKED_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(file: IO[str]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
