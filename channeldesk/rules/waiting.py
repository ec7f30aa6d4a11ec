"""Which unsent edits wait for others: for a row that headquarters does not have yet, or for an edit they
build on. An edit builds on an earlier one of its row where it starts from a value that the earlier one wrote:
headquarters, which never saw that value, would take it for a disagreement between two people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Protocol

Row = tuple[str, bytes]


class Edit(Protocol):
    """One change of one row: ``base`` and ``changes`` by wire field, ``op`` insert, patch or delete."""

    @property
    def txn(self) -> bytes: ...
    @property
    def row(self) -> Row: ...
    @property
    def op(self) -> str: ...
    @property
    def base(self) -> Mapping[str, Any]: ...
    @property
    def changes(self) -> Mapping[str, Any]: ...
    def references(self) -> Collection[bytes]:
        """Ids of its row and of the rows that it points at."""


class Waiting:
    """Edits in the order in which they were recorded."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self._edits = list(edits)
        self._of_txn: dict[bytes, list[int]] = defaultdict(list)
        self._at: dict[bytes, set[bytes]] = defaultdict(set)
        self._naming: dict[tuple[Row, str | None], list[int]] = defaultdict(list)
        for place, edit in enumerate(self._edits):
            self._of_txn[edit.txn].append(place)
            for row_id in edit.references():
                self._at[row_id].add(edit.txn)
            for name in (None, *edit.base.keys() | edit.changes.keys()):
                self._naming[edit.row, name].append(place)

    def on(self, rows: Iterable[bytes], txns: Iterable[bytes] = ()) -> set[bytes]:
        """Transactions that touch or point at ``rows``, besides ``txns``, and all that wait for one of them:
        because it makes a row they point at, or because they build on it.
        """
        found: set[bytes] = set()
        seen: dict[tuple[Row, str | None], int] = {}
        coming = set(txns).union(*(self._at.get(row_id, ()) for row_id in rows))
        while coming:
            found |= coming
            places = [place for txn in coming for place in self._of_txn.get(txn, ())]
            coming = set()
            for place in places:
                edit = self._edits[place]
                if edit.op == "insert":
                    coming |= self._at[edit.row[1]]
                for name in (None,) if edit.op == "delete" else edit.changes:
                    key = edit.row, name
                    later = (
                        one for one in self._naming[key] if place < one < seen.get(key, len(self._edits))
                    )
                    coming |= {self._edits[one].txn for one in later}
                    seen[key] = min(place, seen.get(key, place))
            coming -= found
        return found
