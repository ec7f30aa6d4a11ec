"""The tree of territories while a person chooses what to keep: what is ticked, and how much that is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from enum import Enum

from channeldesk.queries.kept import Territory


class Tick(Enum):
    NONE, PART, ALL = range(3)


class KeepTree:
    """A ticked territory takes everything below it along. Those at the top of what is ticked are kept."""

    def __init__(self, territories: Sequence[Territory], chosen: Collection[bytes] | None) -> None:
        self.territories = list(territories)
        self._of = {one.id: one for one in territories}
        self._below: dict[bytes | None, list[Territory]] = {}
        for one in territories:
            above = one.parent if one.parent in self._of else None
            self._below.setdefault(above, []).append(one)
        self._ticked: set[bytes] = set()
        for one in territories if chosen is None else (self._of[i] for i in chosen if i in self._of):
            self._ticked |= set(self._branch(one.id))

    @property
    def tops(self) -> list[Territory]:
        return self._below.get(None, [])

    def below(self, territory: bytes) -> list[Territory]:
        return self._below.get(territory, [])

    def _branch(self, territory: bytes) -> Iterator[bytes]:
        yield territory
        for one in self.below(territory):
            yield from self._branch(one.id)

    def tick(self, territory: bytes, on: bool) -> None:
        """With everything below it; what lies above is whole only while all of it is ticked."""
        branch = set(self._branch(territory))
        self._ticked = self._ticked | branch if on else self._ticked - branch
        above = self._of[territory].parent
        while above is not None and above in self._of:
            whole = all(one.id in self._ticked for one in self.below(above))
            if not on or not whole:
                self._ticked.discard(above)
            elif not self._of[above].partners:
                self._ticked.add(above)
            above = self._of[above].parent

    def tick_all(self, on: bool) -> None:
        self._ticked = set(self._of) if on else set()

    def state(self, territory: bytes) -> Tick:
        branch = set(self._branch(territory))
        ticked = branch & self._ticked
        return Tick.ALL if ticked == branch else Tick.PART if ticked else Tick.NONE

    @property
    def everything(self) -> bool:
        return self._ticked == set(self._of)

    @property
    def chosen(self) -> list[bytes] | None:
        """What to keep: None for everything."""
        if self.everything:
            return None
        return [
            one.id for one in self.territories if one.id in self._ticked and one.parent not in self._ticked
        ]

    def sums(self, territory: bytes) -> tuple[int, int | None]:
        """Partners and rows of a territory with everything below it."""
        return self._sum(self._branch(territory))

    def kept(self) -> tuple[int, int | None]:
        """Partners and rows of what is ticked."""
        return self._sum(self._ticked)

    def _sum(self, ids: Collection[bytes] | Iterator[bytes]) -> tuple[int, int | None]:
        found = [self._of[one] for one in ids]
        rows = [one.rows for one in found]
        known = None if any(one is None for one in rows) else sum(one or 0 for one in rows)
        return sum(one.partners for one in found), known
