"""The gallery: every widget and chart in every state. Only where CHANNELDESK_DEVELOPER is set."""

from __future__ import annotations

from ui.context import Context
from ui.gallery import data, parts
from ui.page import Page, PageHeader
from ui.widgets.scroll import scrolling


class GalleryPage(Page):
    def __init__(self, context: Context) -> None:
        super().__init__(context)
        inside = parts.stacked([made() for made in parts.SECTIONS] + data.sections(context.tasks))
        self.content.addWidget(PageHeader("Gallery"))
        self.content.addWidget(scrolling(inside))
        self.show_content()
