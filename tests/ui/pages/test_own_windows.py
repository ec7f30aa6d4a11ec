"""No part of a page is shown as a window of its own while the page is made."""

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from channeldesk.desk import Desk
from tests.support.demo_pages import ShowPage, settle
from tests.support.own_windows import own_windows
from tests.ui.pages.test_orders_list import buyer
from tests.ui.pages.test_publications import drafted as drafted
from tests.ui.pages.test_reference_bulk import office as office
from tests.ui.pages.test_reference_bulk import page as page
from tests.ui.pages.test_reference_bulk import settled
from ui.viewmodels.prices import PricesView


@pytest.mark.parametrize("page_id", ["partner", "sell", "prices"])
def test_a_page_opens_without_windows_beside_it(
    qtbot: QtBot, show_page: ShowPage, demo_desk: Desk, page_id: str
) -> None:
    subjects: dict[str, Any] = {"partner": buyer(demo_desk), "prices": PricesView("promotions")}
    window = show_page("today")
    with own_windows() as seen:
        window.router.go(page_id, subjects.get(page_id))
        settle(qtbot, window)
        if page_id == "partner":
            opened: Any = window.router.page
            opened.tabs.choose("receivables")
            settle(qtbot, window)
    assert seen == []


def test_rows_of_a_draft_open_where_they_are(qtbot: QtBot, page: Any, drafted: Any) -> None:
    drafted.show_rows[0].click()
    with own_windows() as seen:
        drafted.outs[0].click()
        settled(qtbot, page)
    assert seen == []
    assert drafted.outs[0].isVisible()
    drafted.reject()
