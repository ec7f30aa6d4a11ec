"""What a count begins with, read in one go. Free of Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from channeldesk.model.ids import new_id
from channeldesk.queries import clock, find, stock, visits
from channeldesk.queries.count_drafts import CountDraft, count_draft
from channeldesk.queries.stock import CountLine

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True)
class OpenedCount:
    """``sheet`` holds what the books know and what the draft brought; ``resumed``: the draft was saved
    before. ``draft`` always has the id under which it is kept. ``visit``: the plan of the visit
    during which it is made.
    """

    name: str
    name_local: str | None
    sheet: tuple[CountLine, ...]
    draft: CountDraft
    resumed: bool
    as_of: int | None
    visit: bytes | None


def count_opened(connection: Connection, partner_id: bytes, user_id: bytes) -> OpenedCount | None:
    """The sheet of a partner with the person's unfinished count; None where the partner is not here."""
    names = find.partner_names(connection, partner_id)
    if names is None:
        return None
    kept = count_draft(connection, user_id, partner_id)
    sheet = stock.count_sheet(connection, partner_id)
    if kept is not None:
        known = {line.product_id for line in sheet}
        others = [line.product_id for line in kept.lines if line.product_id not in known]
        sheet += stock.lines_of(connection, partner_id, others)
    draft = kept or CountDraft(partner_id, id=new_id())
    visit = visits.under_way(connection, partner_id, user_id)
    return OpenedCount(*names, sheet, draft, kept is not None, clock.as_of(connection), visit)


def look_up(connection: Connection, partner_id: bytes, text: str) -> tuple[str, CountLine | None]:
    """What was typed and the product it names: by code first, then the best hit by name. A quantity may stand
    after a star.
    """
    code = text.partition("*")[0].strip()
    line = stock.scanned(connection, partner_id, code)
    if line is None and not code.isdigit():
        line = next(iter(stock.find_lines(connection, code, partner_id, 1)), None)
    return text, line
