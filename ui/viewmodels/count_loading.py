"""What a count begins with, read in one go. Free of Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from channeldesk.model.ids import new_id
from channeldesk.queries import clock, count_sheet, find, visits
from channeldesk.queries.count_drafts import CountDraft, count_drafts
from channeldesk.queries.count_limits import limit_of
from channeldesk.queries.count_sheet import CountLine, CountPlace
from channeldesk.rules.counts import Limit

if TYPE_CHECKING:
    from sqlalchemy import Connection


Wanted = tuple[()] | tuple[bytes | None]
"""Nothing, or where to count."""
ANYWHERE: Wanted = ()


@dataclass(frozen=True)
class OpenedCount:
    """``sheet`` holds what the books know and what the draft brought; ``resumed``: the draft was saved
    before. ``draft`` always has the id under which it is kept. ``visit``: the plan of the visit
    during which it is made. ``places``: warehouses to choose from. ``currency``, ``limit``: what
    differences are measured by.
    """

    name: str
    name_local: str | None
    sheet: tuple[CountLine, ...]
    draft: CountDraft
    resumed: bool
    as_of: int | None
    visit: bytes | None
    places: tuple[CountPlace, ...]
    currency: str = ""
    limit: Limit | None = None


def count_opened(
    connection: Connection, partner_id: bytes, user_id: bytes, wanted: Wanted = ANYWHERE
) -> OpenedCount | None:
    """The sheet of a partner with the person's unfinished count; None where the partner is not here.

    ``wanted``: the warehouse, or None to count everything; else where the person counted last, or where
    something is known to lie.
    """
    names = find.partner_names(connection, partner_id)
    if names is None:
        return None
    drafts = count_drafts(connection, user_id, partner_id)
    places = count_sheet.places(connection, partner_id)
    used = next((one.id for one in places if one.used), None)
    where = wanted[0] if wanted else drafts[0].warehouse_id if drafts else used
    kept = next((one for one in drafts if one.warehouse_id == where), None)
    sheet = count_sheet.count_sheet(connection, partner_id, where)
    if kept is not None:
        known = {line.product_id for line in sheet}
        others = [line.product_id for line in kept.lines if line.product_id not in known]
        sheet += count_sheet.lines_of(connection, partner_id, others, where)
    draft = kept or CountDraft(partner_id, warehouse_id=where, id=new_id())
    visit = visits.under_way(connection, partner_id, user_id)
    as_of = clock.as_of(connection)
    measure = limit_of(connection, partner_id)
    return OpenedCount(*names, sheet, draft, kept is not None, as_of, visit, places, *measure)


def look_up(
    connection: Connection, partner_id: bytes, text: str, warehouse_id: bytes | None = None
) -> tuple[str, CountLine | None]:
    """What was typed and the product it names: by code first, then the best hit by name. A quantity may stand
    after a star.
    """
    code = text.partition("*")[0].strip()
    line = count_sheet.scanned(connection, partner_id, code, warehouse_id)
    if line is None and not code.isdigit():
        line = next(iter(count_sheet.find_lines(connection, code, partner_id, warehouse_id, 1)), None)
    return text, line
