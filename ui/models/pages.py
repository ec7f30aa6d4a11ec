"""Which pages of rows are here, and which to fetch next. Free of Qt."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

PAGE = 100
KEPT = 60
AT_ONCE = 4


class Pages:
    """The rows of the pages seen last; older ones are forgotten, stale ones shown until the fresh ones are
    here.
    """

    def __init__(self) -> None:
        self._rows: OrderedDict[int, dict[int, Any]] = OrderedDict()
        self._stale: set[int] = set()
        self._wanted: list[int] = []
        self._coming: set[int] = set()
        self._old: dict[int, Any] = {}
        self._seen: tuple[int, ...] = ()
        """The pages looked at last: a screen of rows stands on one, or on two."""

    def row(self, page: int, key: int) -> Any | None:
        """The row if it is here, or what it was before a reload.

        Notes the page as wanted if it is not fresh.
        """
        if page not in self._seen[-1:]:
            self._seen = (*self._seen[-1:], page)
        found = self._rows.get(page)
        if found is None or page in self._stale:
            self._want(page)
        if found is None:
            return self._old.get(key)
        return found.get(key)

    def is_here(self, page: int) -> bool:
        return page in self._rows

    def next(self) -> list[int]:
        """Pages to fetch now: those looked at last; what was scrolled past is forgotten."""
        room = AT_ONCE - len(self._coming)
        chosen = self._wanted[-room:] if room > 0 else []
        self._wanted = [] if room > 0 else self._wanted[-AT_ONCE:]
        self._coming.update(chosen)
        return chosen

    def put(self, page: int, keys: Sequence[int], rows: Iterable[Any]) -> bool:
        """Keep a page that arrived; whether anything in it is new.

        Rows name their key; without that attribute they come in the keys' order.
        """
        listed = list(rows)
        if listed and hasattr(listed[0], "key") and isinstance(listed[0].key, int):
            found = {row.key: row for row in listed}
        else:
            found = dict(zip(keys, listed, strict=True))
        self._coming.discard(page)
        self._stale.discard(page)
        new = self._rows.get(page) != found
        self._rows[page] = found
        self._rows.move_to_end(page)
        while len(self._rows) > KEPT:
            self._stale.discard(self._rows.popitem(last=False)[0])
        return new

    def put_plain(self, page: int, rows: dict[int, Any]) -> None:
        """Keep rows that are at hand; they are never forgotten, since nobody could fetch them again."""
        self._rows[page] = rows

    @property
    def waiting(self) -> bool:
        """Whether pages were looked at that are not here."""
        return bool(self._wanted)

    def lost(self, page: int) -> None:
        """The page could not be fetched; it is asked for again when it is next looked at."""
        self._coming.discard(page)

    def stale(self) -> None:
        """What was looked at last is fetched again now, the rest as it comes into view; the rows stay."""
        self._stale.update(self._rows)
        self._coming.clear()
        for page in self._seen:
            self._want(page)

    def reset(self) -> None:
        """The keys changed: keep the rows only to bridge the moment until their pages are here again."""
        self._old = {key: row for page in self._rows.values() for key, row in page.items()}
        self._rows.clear()
        self._stale.clear()
        self._seen = ()
        self._wanted.clear()
        self._coming.clear()

    def _want(self, page: int) -> None:
        if page not in self._coming and (not self._wanted or self._wanted[-1] != page):
            if page in self._wanted:
                self._wanted.remove(page)
            self._wanted.append(page)
