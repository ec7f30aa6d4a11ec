"""Where pages begin: Qt alone cuts rows of tables in two and leaves headings behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument, QTextTable

Span = tuple[float, float]
"""Top and bottom of what belongs together."""


def page_starts(document: QTextDocument, height: float) -> list[float]:
    """The top of every page. A row of a table stays whole, a heading with what follows; what is higher than
    a page is cut between its lines.
    """
    starts = [0.0]
    for before, lines in _placed(_together(document)):
        if lines[-1][1] > starts[-1] + height and before > starts[-1]:
            starts.append(before)
        for one, following in pairwise(lines):
            if following[1] > starts[-1] + height:
                starts.append(_between(one, following))
    return starts


def _placed(groups: Sequence[list[Span]]) -> Iterator[tuple[float, list[Span]]]:
    """Each group with the place where a page could begin before it."""
    before = 0.0
    for group, following in pairwise([*groups, []]):
        yield before, group
        if following:
            before = _between(group[-1], following[0])


def _between(one: Span, following: Span) -> float:
    return (one[1] + following[0]) / 2


def _together(document: QTextDocument) -> list[list[Span]]:
    """The lines of the document by what stays on one page, from top to bottom."""
    found: list[list[Span]] = []
    last: QTextBlock | None = None
    for block in _told(document):
        row = _row(block)
        follows = last is not None and (_is_heading(last) or (row is not None and row == _row(last)))
        if follows:
            found[-1] += _lines(document, block)
        else:
            found.append(_lines(document, block))
        last = block
    return [_merged(one) for one in found]


def _told(document: QTextDocument) -> Iterator[QTextBlock]:
    """Blocks with text: the empty ones that Qt puts behind tables lie over their last rows."""
    block = document.begin()
    while block.isValid():
        if block.text():
            yield block
        block = block.next()


def _is_heading(block: QTextBlock) -> bool:
    return block.blockFormat().headingLevel() > 0


def _row(block: QTextBlock) -> tuple[int, int] | None:
    cursor = QTextCursor(block)
    table: QTextTable | None = cursor.currentTable()
    return None if table is None else (table.firstPosition(), table.cellAt(cursor).row())


def _lines(document: QTextDocument, block: QTextBlock) -> list[Span]:
    place, layout = document.documentLayout().blockBoundingRect(block), block.layout()
    down = place.top() - layout.boundingRect().top()
    rects = (layout.lineAt(at).rect() for at in range(layout.lineCount()))
    return [(down + one.top(), down + one.bottom()) for one in rects]


def _merged(lines: Sequence[Span]) -> list[Span]:
    """Lines of cells that stand beside each other are one."""
    found: list[Span] = []
    for top, bottom in sorted(lines):
        if found and top < found[-1][1] - 0.5:
            found[-1] = (found[-1][0], max(bottom, found[-1][1]))
        else:
            found.append((top, bottom))
    return found
