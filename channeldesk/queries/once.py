"""What several parts of one answer ask for is read once: a page's figures share their periods and rates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

P = ParamSpec("P")
T = TypeVar("T")
_KEY = "answer"


@contextmanager
def answering(connection: sa.Connection) -> Iterator[None]:
    """One answer, from one snapshot: what it reads cannot change within this block, nor be kept beyond it.

    Never around writing, which would go on seeing what was there before.
    """
    connection.info[_KEY] = {}
    try:
        yield
    finally:
        del connection.info[_KEY]


def once(
    read: Callable[Concatenate[sa.Connection, P], T],
) -> Callable[Concatenate[sa.Connection, P], T]:
    """A query whose answer is kept while :func:`answering`; elsewhere it reads each time.

    Its arguments are hashable, and nobody changes what it returns.
    """

    @wraps(read)
    def found(connection: sa.Connection, /, *args: P.args, **kw: P.kwargs) -> T:
        known = connection.info.get(_KEY)
        if known is None:
            return read(connection, *args, **kw)
        asked = (read, args, tuple(kw.items()))
        if asked not in known:
            known[asked] = read(connection, *args, **kw)
        answer: T = known[asked]
        return answer

    return found
