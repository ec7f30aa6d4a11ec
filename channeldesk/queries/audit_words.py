"""What people type to look through an audit trail, at headquarters and on the laptop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from channeldesk.model.notice import Problem

_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Span:
    """``since`` and ``until``: days or instants in ISO form; ``zone``: whose days, null: this computer's."""

    since: str | None = None
    until: str | None = None
    zone: str | None = None

    def of(self, at: sa.ColumnElement[int]) -> Iterator[sa.ColumnElement[bool]]:
        """Conditions on a column in ms UTC. Raises Problem for what is no date."""
        if self.since is not None:
            yield at >= self._moment(self.since, 0)
        if self.until is not None:
            yield at < self._moment(self.until, 1)

    def _moment(self, text: str, days: int) -> int:
        """Of a day its begin, or the begin of the one ``days`` later; of an instant just that."""
        try:
            found = datetime.fromisoformat(text.strip())
            if len(text.strip()) <= 10:
                found += timedelta(days=days)
            if found.tzinfo is None and self.zone is not None:
                found = found.replace(tzinfo=ZoneInfo(self.zone))
            return int(found.timestamp() * 1000)
        except (ValueError, OverflowError):
            raise Problem.of("value.not_a_date", text=text) from None


ANY_TIME = Span()


def row_id(text: str) -> bytes:
    """An id as people copy it. Raises Problem for what is none."""
    digits = text.strip().lower().replace("-", "")
    if len(digits) != 32 or not _HEX.issuperset(digits):
        raise Problem.of("audit.bad_row", text=text)
    return bytes.fromhex(digits)


def as_in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
