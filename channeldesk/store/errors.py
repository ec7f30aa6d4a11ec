"""Turns what the database engine says into what a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from channeldesk.model.notice import Problem

_KNOWN = (
    ("database or disk is full", "store.disk_full", "remedy.free_space"),
    ("disk I/O error", "store.disk_error", "remedy.check_disk"),
    ("malformed", "store.damaged", "remedy.repair"),
    ("not a database", "store.damaged", "remedy.repair"),
    ("database is locked", "store.busy", "remedy.try_again"),
    ("readonly database", "store.read_only", "remedy.check_disk"),
)


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


def known(error: BaseException | None) -> Problem | None:
    """The problem behind what the engine raised; None for a defect."""
    for words, code, remedy in _KNOWN:
        if words in str(error):
            return Problem.of(code, remedy=remedy)
    return None
