"""Lists leave their free room to the names in them, and cut nothing else for it."""

from __future__ import annotations

import pytest

from channeldesk.model.i18n import Translator
from tests.support.demo_pages import ShowPage
from ui import paint
from ui.i18n import set_translator
from ui.models.columns import cell_text
from ui.models.table import TableModel
from ui.theme.fonts import BODY, MEDIUM, REGULAR
from ui.widgets.table_cells import PAD
from ui.widgets.table_view import TableView

USUAL, SMALL = (1440, 900), (1024, 700)
LISTS = [
    ("orders", "partner", USUAL),
    ("orders", "partner", SMALL),
    ("orders", "date", USUAL),
    ("performance", "name", USUAL),
    ("stock", "partner", USUAL),
    ("prices", "name", USUAL),
    ("prices", "name", SMALL),
    ("visits", "partner", USUAL),
    ("today", "partner", USUAL),
    ("trip", "partner", USUAL),
    ("trip", "partner", SMALL),
]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize(("page_id", "column_id", "size"), LISTS)
def test_names_and_days_are_whole(
    show_page: ShowPage, page_id: str, column_id: str, size: tuple[int, int], language: str
) -> None:
    set_translator(Translator(language))
    window = show_page(page_id, size=size)
    assert cut(window.findChildren(TableView), column_id) == []


def test_chinese_names_of_partners_are_whole_in_a_small_window(show_page: ShowPage) -> None:
    set_translator(Translator("zh_CN"))
    assert cut(show_page("partners", size=SMALL).findChildren(TableView), "name") == []


@pytest.mark.parametrize("size", [USUAL, SMALL])
@pytest.mark.parametrize("page_id", ["orders", "partners", "stock", "prices", "performance", "trip"])
def test_titles_of_columns_are_whole(show_page: ShowPage, page_id: str, size: tuple[int, int]) -> None:
    views = [one for one in show_page(page_id, size=size).findChildren(TableView) if one.isVisible()]
    assert views
    wrong = [
        (column.title, view.columnWidth(at))
        for view in views
        for at, column in enumerate(view.columns)
        if not view.isColumnHidden(at)
        and paint.width(column.title, BODY, MEDIUM if column.sortable else REGULAR) + 2 * PAD
        > view.columnWidth(at)
    ]
    assert wrong == []


def cut(views: list[TableView], column_id: str) -> list[str]:
    found, named = [], 0
    for view in views:
        model = view.model()
        for at, column in enumerate(view.columns):
            if column.id != column_id or not view.isVisible() or not isinstance(model, TableModel):
                continue
            rows = [row for place in range(min(model.rowCount(), 100)) if (row := model.row(place))]
            texts = [(cell_text(column, row), MEDIUM if column.is_strong(row) else REGULAR) for row in rows]
            named += len(texts)
            room = view.columnWidth(at) - 2 * PAD
            found += [text for text, weight in texts if paint.width(text, BODY, weight) > room]
    assert named, "a list with rows"
    return found
