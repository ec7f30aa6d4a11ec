"""A count under way: the sheet, what was found, what differs, and every step back.

Free of Qt. Products come from ``queries.count_sheet``: the sheet to begin with, ``scanned`` for each code
scanned or typed. ``draft`` is what is saved while the person counts, ``lines`` what is recorded in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from channeldesk.model.notice import Problem
from channeldesk.model.values import QUANTITY_SCALE
from channeldesk.queries.count_drafts import CountDraft, CountedLine
from channeldesk.queries.count_sheet import CountLine
from channeldesk.rules.counts import Limit, Line, Verdict, judge
from channeldesk.rules.stock import Variance, variance

ONE = 10**QUANTITY_SCALE


@dataclass(frozen=True, slots=True)
class CountRow:
    """A row of the sheet. ``counted`` None: not counted yet, which is not zero."""

    line: CountLine
    counted: int | None
    reason: str | None
    reason_code: str | None = None

    @property
    def variance(self) -> Variance | None:
        """Difference to the books; None before it was counted, or where the books knew nothing."""
        return None if self.counted is None else variance(self.counted, self.line.expected)

    @property
    def differs(self) -> bool:
        found = self.variance
        return found is not None and found.difference != 0

    @property
    def judged(self) -> Line | None:
        """As the rules look at it; None before it was counted."""
        if self.counted is None:
            return None
        return Line(self.counted, self.line.expected, self.line.price, self.reason_code, self.reason)


class StockCount:
    """The form's state. ``rows`` keep the order of the sheet; products that were not on it come last."""

    def __init__(
        self, sheet: Iterable[CountLine], draft: CountDraft, currency: str = "", limit: Limit | None = None
    ) -> None:
        """``currency``: the partner's; ``limit``: above which differences need reasons and an approval."""
        self.currency, self.limit = currency, limit
        self._lines: dict[bytes, CountLine] = {line.product_id: line for line in sheet}
        self._draft = draft
        self._before: list[CountDraft] = []
        self.current: bytes | None = next(iter(self._lines), None)

    @property
    def draft(self) -> CountDraft:
        """What is kept while counting."""
        return self._draft

    @property
    def lines(self) -> tuple[CountedLine, ...]:
        """What is recorded."""
        return self._draft.lines

    @property
    def rows(self) -> tuple[CountRow, ...]:
        found = {one.product_id: one for one in self._draft.lines}
        return tuple(
            CountRow(line, None, None)
            if (counted := found.get(line.product_id)) is None
            else CountRow(line, counted.quantity, counted.reason, counted.reason_code)
            for line in self._lines.values()
        )

    @property
    def counted(self) -> int:
        """How many products were counted, of ``len(rows)``."""
        return len(self._draft.lines)

    @property
    def differing(self) -> tuple[CountRow, ...]:
        """Rows that differ from the books, the largest difference first."""
        rows = [row for row in self.rows if row.differs]
        return tuple(sorted(rows, key=lambda row: -abs(row.variance.difference if row.variance else 0)))

    @property
    def verdict(self) -> Verdict:
        """What the differences come to, and what that asks for."""
        return judge((one for row in self.rows if (one := row.judged) is not None), self.currency, self.limit)

    @property
    def lacking(self) -> tuple[CountRow, ...]:
        """Rows that need a reason before the count can be recorded, the largest difference first."""
        if not self.verdict.waits:
            return ()
        return tuple(row for row in self.differing if row.judged is not None and not row.judged.explained)

    @property
    def left(self) -> tuple[CountRow, ...]:
        """Rows of the sheet that nobody has counted."""
        return tuple(row for row in self.rows if row.counted is None)

    def scan(self, line: CountLine, quantity: int = ONE) -> None:
        """One more of a product was found: as a scanner counts, piece by piece."""
        self._lines.setdefault(line.product_id, line)
        before = next((one.quantity for one in self.lines if one.product_id == line.product_id), 0)
        self.set(line.product_id, before + quantity)

    def set(self, product_id: bytes, quantity: int | None) -> None:
        """The quantity found (scale 3); None takes it back: not counted. Raises Problem below zero."""
        if quantity is not None and quantity < 0:
            raise Problem.of("count.negative")
        self.current = product_id
        kept = {one.product_id: one for one in self.lines}
        if quantity is None:
            kept.pop(product_id, None)
        else:
            before = kept.get(product_id, CountedLine(product_id, quantity))
            kept[product_id] = replace(before, quantity=quantity)
        self._change(replace(self._draft, lines=tuple(kept.values())))

    def as_expected(self, product_id: bytes) -> None:
        """It is as the books say; nothing happens where they say nothing, or less than nothing."""
        expected = self._lines[product_id].expected
        if expected is not None and expected >= 0:
            self.set(product_id, expected)

    def explain(self, product_id: bytes, reason: str) -> None:
        """Why a counted product differs, in words."""
        self._explained(product_id, lambda one: replace(one, reason=reason.strip() or None))

    def choose_reason(self, product_id: bytes, code: str | None) -> None:
        """Why it differs, of the list; words beside it stay."""
        self._explained(product_id, lambda one: replace(one, reason_code=code))

    def _explained(self, product_id: bytes, why: Callable[[CountedLine], CountedLine]) -> None:
        lines = (why(one) if one.product_id == product_id else one for one in self.lines)
        self._change(replace(self._draft, lines=tuple(lines)))

    def write_note(self, note: str) -> None:
        self._change(replace(self._draft, note=note.strip() or None))

    def saved_as(self, draft_id: bytes | None) -> None:
        """The id under which the draft is kept."""
        self._draft = replace(self._draft, id=draft_id)

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    def undo(self) -> bool:
        """One step back; False when there is none."""
        if not self._before:
            return False
        self._draft = replace(self._before.pop(), id=self._draft.id)
        return True

    def _change(self, draft: CountDraft) -> None:
        if draft != self._draft:
            self._before.append(self._draft)
            self._draft = draft
