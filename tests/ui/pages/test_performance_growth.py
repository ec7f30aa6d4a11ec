"""What a figure of sales covers stands beside it, and the same figure is the same on every page."""

from __future__ import annotations

from datetime import date

from channeldesk.desk import Desk
from tests.support import day_of_work, disputes
from tests.support.demo_pages import ShowPage
from tests.support.headquarters import Headquarters
from ui.models.columns import tooltip
from ui.pages.partners import PartnersPage
from ui.pages.performance import PerformancePage
from ui.pages.today import TodayPage
from ui.widgets.label import Elided, Label


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


def test_today_performance_and_partners_tell_the_same_month(
    show_page: ShowPage, headquarters: Headquarters, demo_desk: Desk
) -> None:
    """With an order that waits for headquarters in it, and one that was refused not."""
    disputes.make(demo_desk, headquarters)
    day_of_work.work(demo_desk)
    today = show_page("today").router.page
    performance = show_page("performance").router.page
    partners = show_page("partners").router.page
    assert isinstance(today, TodayPage) and isinstance(performance, PerformancePage)
    assert isinstance(partners, PartnersPage) and partners.table.figures is not None
    assert performance.answer is not None
    now, sum_of = performance.answer.sales.current, partners.table.figures.cells["sales"].text()
    assert now is not None and now.net is not None and now.pending
    figure, sales = today.month.figure, performance.figures.sales
    assert sales.accessibleName() == f"Net sales: {figure.accessibleName()}"
    stands = {one.text() for one in today.month.findChildren(Label)}
    assert sales.accessibleDescription().partition("% ")[0] in " ".join(stands)
    assert sum_of == f"{round(now.net / 100):,}"
