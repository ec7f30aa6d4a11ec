"""Documents as PDF: nothing is cut in two or lost, however the pages fall."""

import pytest

from tests.support import pdf_text
from ui.theme import DARK_SCHEME, LIGHT_SCHEME, theme
from ui.widgets.paper import Paper, pdf

pytestmark = pytest.mark.usefixtures("qapp")


def pages(html: str, *, across: bool = False) -> list[str]:
    content = pdf(Paper("Report", f"<html><body>{html}</body></html>", "Demo Tools", across=across))
    return ["".join(one.split()) for one in pdf_text.pages(content)]


def rows(count: int, above: int) -> str:
    lines = "<p>above</p>" * above
    one = (
        "<h2>Head{0}.</h2><table width='100%'><tr><td>Name{0}.<br/>二{0}.</td><td>Side{0}.</td></tr></table>"
    )
    return lines + "".join(one.format(number) for number in range(count))


@pytest.mark.parametrize("above", range(0, 40, 3))
def test_a_heading_stays_with_its_row_and_a_row_is_whole(above: int) -> None:
    found = pages(rows(40, above))
    assert len(found) > 2
    for number in range(40):
        parts = [f"Head{number}.", f"Name{number}.", f"二{number}.", f"Side{number}."]
        assert sum(one.count(part) for one in found for part in parts) == 4, "once each"
        assert any(all(part in one for part in parts) for one in found)


@pytest.mark.parametrize("across", [False, True])
def test_what_is_higher_than_a_page_goes_on_at_the_next_line(across: bool) -> None:
    long = "<br/>".join(f"Line{number}." for number in range(150))
    for html in (f"<h2>Remark</h2><p>{long}</p>", f"<table><tr><td>{long}</td><td>beside</td></tr></table>"):
        found = pages(html, across=across)
        assert len(found) > 2
        told = "".join(found)
        counts = [told.count(f"Line{number}.") for number in range(150)]
        assert min(counts) == 1
        assert sum(counts) - 150 < len(found), "Qt writes the line before the first once more, clipped away"
        for number, one in enumerate(found, 1):
            assert f"Page{number}of{len(found)}" in one
            assert one.count("DemoTools") == 1


def test_an_empty_document_is_one_page() -> None:
    assert pages("") == ["DemoToolsPage1of1"]


def test_paper_is_white_whatever_the_window_wears() -> None:
    paper = Paper("Report", "<p>text</p>", "")
    made = []
    for scheme in (LIGHT_SCHEME, DARK_SCHEME):
        theme.apply(scheme)
        made.append(pdf_text.streams(pdf(paper)))
    theme.apply(LIGHT_SCHEME)
    assert made[0] == made[1]
