"""Turns what the database engine says into what a person can act on."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc
from sqlcipher3 import dbapi2 as sqlcipher

from channeldesk.model.notice import Problem

_KNOWN = (
    ("database or disk is full", "store.disk_full", "remedy.free_space"),
    ("disk I/O error", "store.disk_error", "remedy.check_disk"),
    ("malformed", "store.damaged", "remedy.repair"),
    ("not a database", "store.damaged", "remedy.repair"),
    ("database is locked", "store.busy", "remedy.try_again"),
    ("readonly database", "store.read_only", "remedy.check_disk"),
)
_FILES = {
    errno.ENOSPC: ("store.disk_full", "remedy.free_space"),
    errno.EDQUOT: ("store.disk_full", "remedy.free_space"),
    errno.EFBIG: ("store.disk_full", "remedy.free_space"),
    errno.EIO: ("store.disk_error", "remedy.check_disk"),
    errno.EROFS: ("store.read_only", "remedy.check_disk"),
}
"""What the system says of files of our own beside the database."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise a :class:`Problem` for a fault of disk or file; everything else passes as it is, as a defect."""
    try:
        yield
    except exc.DatabaseError as error:
        problem = known(error.orig)
        if problem is None:
            raise
        raise problem from error
    except sqlcipher.DatabaseError as error:
        problem = known(error)
        if problem is None:
            raise
        raise problem from error
    except OSError as error:
        if error.errno not in _FILES:
            raise
        raise Problem.of(_FILES[error.errno][0], remedy=_FILES[error.errno][1]) from error


def known(error: BaseException | None) -> Problem | None:
    """The problem behind what the engine raised; None for a defect."""
    for words, code, remedy in _KNOWN:
        if words in str(error):
            return Problem.of(code, remedy=remedy)
    return None
