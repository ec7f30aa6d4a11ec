"""What a person does with the tasks of the visit that is shown, as actions of its page."""

from __future__ import annotations

from channeldesk.actions import visit_tasks as actions
from channeldesk.queries.visit_tasks import TaskRow
from ui.page import Page
from ui.widgets.visits.visit_pane import VisitPane


class TaskWork:
    """Connects the pane's list; ``page`` acts, so that the message bar tells it and offers undo."""

    def __init__(self, page: Page, pane: VisitPane) -> None:
        self._page, self._pane = page, pane
        tasks = pane.tasks
        tasks.added.connect(self._added)
        tasks.ticked.connect(self._ticked)
        tasks.worded.connect(self._worded)
        tasks.removed.connect(self._removed)
        tasks.arranged.connect(self._arranged)

    def _added(self, text: str) -> None:
        if self._pane.form is not None:
            self._page.act(actions.add, self._pane.form.visit.id, text)

    def _ticked(self, task: TaskRow, done: bool) -> None:
        self._page.act(actions.tick, task.id, done)

    def _worded(self, task: TaskRow, text: str) -> None:
        self._page.act(actions.word, task.id, text)

    def _removed(self, task: TaskRow) -> None:
        self._page.act(actions.remove, task.id)

    def _arranged(self, order: list[bytes]) -> None:
        if self._pane.form is not None:
            self._page.act(actions.arrange, self._pane.form.visit.id, order)
