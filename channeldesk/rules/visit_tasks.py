"""Which tasks a visit begins with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewTask:
    """``origin``: template or carried."""

    task: str
    origin: str


def to_begin_with(there: Iterable[str], left: Iterable[str], standard: Iterable[str]) -> tuple[NewTask, ...]:
    """What is left over from the last visit, then the standard tasks; nothing twice, and nothing that is
    there already, whatever its capitals and blanks.
    """
    return tuple(_fresh({plain(one) for one in there}, left, standard))


def _fresh(known: set[str], left: Iterable[str], standard: Iterable[str]) -> Iterator[NewTask]:
    for origin, tasks in (("carried", left), ("template", standard)):
        for task in tasks:
            if plain(task) not in known:
                known.add(plain(task))
                yield NewTask(task, origin)


def plain(task: str) -> str:
    """How tasks are compared."""
    return " ".join(task.split()).casefold()
