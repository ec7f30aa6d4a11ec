"""Three pages for tests of the frame."""

from __future__ import annotations

from channeldesk.model.changes import Topic
from ui.page import Page, PageHeader
from ui.pages import Entry

log: list[str] = []


class FirstPage(Page):
    topics = frozenset({Topic.PARTNERS})
    provisional = True

    def refresh(self) -> None:
        log.append("first")
        self.show_empty("Nothing here", "Make one.", "Make", "storefront")


class SecondPage(Page):
    topics = frozenset({Topic.ORDERS})

    def refresh(self) -> None:
        log.append("second")
        self.content.addWidget(PageHeader("Second"))
        self.show_content()


class DetailPage(Page):
    def refresh(self) -> None:
        log.append(f"detail {self.subject!r}")
        self.show_loading()


_HERE = "tests.ui.sample_pages"
PAGES = (
    Entry("first", "First", "storefront", f"{_HERE}:FirstPage", group=1, keys="G, F"),
    Entry("second", "Second", "article", f"{_HERE}:SecondPage", group=2, keys="G, S"),
    Entry("detail", "Detail", "article", f"{_HERE}:DetailPage", parent="first"),
)
