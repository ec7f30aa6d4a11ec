"""Growth is a share of something: the months it compares stand beside it."""

from __future__ import annotations

from datetime import date

from tests.support.demo_pages import ShowPage
from ui.models.columns import tooltip
from ui.pages.performance import PerformancePage
from ui.widgets.label import Elided


def test_growth_says_which_months_it_compares(show_page: ShowPage) -> None:
    page = show_page("performance").router.page
    assert isinstance(page, PerformancePage)
    assert page.answer is not None
    closed = date.fromisoformat(page.answer.sales.periods[-2].middle)
    months = f"{closed:%b %Y} on {closed.replace(year=closed.year - 1):%b %Y}".replace("Sep ", "Sept ")
    assert months in page.figures.growth.accessibleDescription()
    said = [one.text() for one in page.ranking.findChildren(Elided)]
    assert any(f"growth: {months}" in one for one in said)
    part = page.ranking.current()
    column = next(one for one in page.ranking.view.columns if one.id == "growth")
    assert part is not None and tooltip(column, part) == months
