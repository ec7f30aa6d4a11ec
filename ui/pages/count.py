"""Counting stock at a partner by scanner or keyboard. Subject: the partner's id; "" asks for the partner.

What is counted saves itself as a draft, so that neither another page nor a crash loses it.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit

from channeldesk.actions import stock as actions
from channeldesk.model.changes import Done, Topic
from channeldesk.queries import drafts
from channeldesk.queries.count_drafts import CountDraft
from channeldesk.queries.drafts import DraftRow
from ui.context import Context
from ui.i18n import formats, n, t, two_names
from ui.page import Page, PageHeader
from ui.viewmodels.count_loading import ANYWHERE, OpenedCount, count_opened
from ui.viewmodels.count_loading import Wanted as WantedPlace
from ui.viewmodels.order_entry import Wanted
from ui.viewmodels.stock_count import StockCount
from ui.widgets.choice import Choice
from ui.widgets.crumbs import Crumbs
from ui.widgets.orders.choose_partner import ChoosePartner
from ui.widgets.stock.count_form import CountForm

_SAVE_MS = 300


class CountPage(Page):
    topics = frozenset({Topic.PARTNERS, Topic.PRODUCTS})
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.form: CountForm | None = None
        self._partner: bytes | None = None
        self._place: WantedPlace = ANYWHERE
        self._visit: bytes | None = None
        self._drafts: tuple[DraftRow, ...] = ()
        self._silent = False
        self._saving = QTimer(self, interval=_SAVE_MS, singleShot=True)
        self._saving.timeout.connect(self.save)
        self.crumbs = Crumbs()
        self.crumbs.chosen.connect(self._crumb)
        self.place = Choice(t("Count"))
        self.place.chosen.connect(self._place_chosen)
        self.place.hide()
        self.header = PageHeader(t("Stock count"), self.place, crumbs=self.crumbs)
        self.choose = ChoosePartner(context.tasks)
        self.choose.chosen.connect(self._chosen)
        self.content.addWidget(self.header)
        self.content.addWidget(self.choose, 1)
        self.setFocusProxy(self.choose)
        context.tasks.done.connect(self._done)

    # what is shown

    def open(self, subject: Any) -> None:
        wanted = subject or None
        if self.form is not None and wanted == self._partner:
            return
        self.leave_count()
        self._partner, self._place = wanted, ANYWHERE
        self.subject = subject
        self.stale = True

    def refresh(self) -> None:
        if self._partner is None:
            self._ask_partner()
        elif self.form is None:
            self.show_loading()
            user = self.context.profile.user_id
            self.ask(count_opened, self._partner, user, self._place, then=self._opened)

    def _ask_partner(self) -> None:
        self._name(t("Stock count"), [("stock", t("Stock")), ("", t("Stock count"))])
        self.place.hide()
        self.choose.show()
        self.show_content()
        self.setFocusProxy(self.choose)
        self.ask(drafts.drafts, self.context.profile.user_id, "count", then=self._drafts_came)

    def _drafts_came(self, found: tuple[DraftRow, ...]) -> None:
        self._drafts = found
        self.choose.show_drafts(found)

    def _opened(self, found: OpenedCount | None) -> None:
        if self._partner is None:
            return  # asked for before the person went elsewhere
        if found is None:
            self.show_empty(
                t("This partner is no longer here"),
                t("It was removed meanwhile, or belongs to another territory now."),
                t("Count at another partner"),
                "storefront",
            )
            return
        self.set_as_of(found.as_of)
        self._visit = found.visit
        self._show_places(found)
        self.form = CountForm(
            self.context.tasks, StockCount(found.sheet, found.draft, found.currency, found.limit)
        )
        self.form.changed.connect(self._saving.start)
        self.form.told.connect(self.context.say)
        self.form.pane.record.clicked.connect(self.record)
        self.form.pane.discard.clicked.connect(self.discard)
        self.choose.hide()
        self.content.addWidget(self.form, 1)
        name, second = two_names(found.name, found.name_local)
        self._name(name, [("stock", t("Stock")), ("partner", name), ("", t("Stock count"))])
        products = n("{count} product on the sheet", "{count} products on the sheet", len(found.sheet))
        self.header.note.set_text(" · ".join(filter(None, (second, products))))
        here = QApplication.focusWidget()
        had_focus = here is None or self.isAncestorOf(here) or not isinstance(here, QLineEdit)
        self.setFocusProxy(self.form)
        self.show_content()
        if had_focus and self.isVisible():
            self.form.setFocus()
        silent, self._silent = self._silent, False
        if found.resumed and not silent:
            counted = len(found.draft.lines)
            self.context.say(
                n(
                    "Your count goes on: {count} product counted.",
                    "Your count goes on: {count} products counted.",
                    counted,
                ),
                "info",
            )

    def _show_places(self, found: OpenedCount) -> None:
        where = found.draft.warehouse_id
        options: list[tuple[object, str]] = [
            (one.id, two_names(one.name, one.name_local)[0]) for one in found.places
        ]
        options.append((None, t("everything there")))
        self.place.set_options(options, where)
        self.place.setVisible(bool(found.places))
        self.place.setToolTip(
            t("Each warehouse has a count of its own; what you began in another one is kept.")
        )

    def _place_chosen(self, where: object) -> None:
        """What was counted elsewhere is a draft; it goes on when that place is chosen again."""
        if self.form is not None:
            self.form.finish_edit()
        self.leave_count()
        self._place = (where if isinstance(where, bytes) else None,)
        self.refresh()

    def _name(self, title: str, crumbs: list[tuple[object, str]]) -> None:
        self.header.title.setText(title)
        self.header.note.set_text("")
        self.crumbs.set(crumbs)

    # keeping

    def save(self) -> None:
        """Keep what was counted so far."""
        self._saving.stop()
        if self.form is not None:
            self.act(actions.keep_draft, self.form.count.draft, then=self._saved)

    def _saved(self, _done: Done[CountDraft]) -> None:
        from channeldesk.queries.clock import now_ms

        if self.form is not None:
            self.form.pane.saved.set_text(t("Draft saved {time}", time=formats().time(now_ms())))

    def leave_count(self) -> None:
        """Keep the draft and clear the form."""
        if self._saving.isActive():
            self.save()
        self._drop()

    def _drop(self) -> None:
        self._saving.stop()
        if self.form is not None:
            self.setFocusProxy(self.choose)
            self.form.hide()
            self.content.removeWidget(self.form)
            self.form.deleteLater()
        self.form = None

    def holds_work(self) -> bool:
        return self.form is not None

    def may_leave(self) -> bool:
        if self.form is not None:
            self.form.finish_edit()
        if self._saving.isActive():
            self.save()
        return True

    # what the person does

    def record(self) -> None:
        """Record what was counted; the message bar takes it back until it is sent."""
        form = self.form
        if form is None:
            return
        form.finish_edit()
        if not form.count.lines:
            self.context.say(t("Nothing was counted yet."), "warning")
            return
        lacking = len(form.count.lacking)
        if lacking:
            form.ask_reason()
            told = n(
                "{count} product that differs needs a reason first.",
                "{count} products that differ need a reason first.",
                lacking,
            )
            self.context.say(told, "warning")
            return
        form.pane.record.setEnabled(False)
        self.save()
        draft = form.count.draft
        self.act(
            actions.record_count,
            draft.partner_id,
            form.count.lines,
            warehouse_id=draft.warehouse_id,
            visit_id=draft.visit_id,
            note=draft.note,
            draft_id=draft.id,
            then=self._recorded,
            failed=self._refused,
        )

    def _recorded(self, _done: Done[actions.CountRecorded]) -> None:
        """During a visit, back to it: the next thing is done from there."""
        if self._visit is not None:
            self._gone("visits", self._visit)
        else:
            self._gone("stock", self._partner)

    def _refused(self, error: Exception) -> None:
        if self.form is not None:
            self.form.pane.record.setEnabled(True)
        self.context.fail(error)

    def discard(self) -> None:
        """Throw the draft away; the message bar brings it back."""
        form = self.form
        if form is None:
            return
        self._saving.stop()
        draft = form.count.draft
        if draft.lines or draft.note:
            self.save()
            self.act(actions.discard_draft, draft.id)
        self._gone("stock", self._partner)

    def _gone(self, page_id: str, subject: Any = None) -> None:
        self._drop()
        self._partner = None
        self.subject = ""
        self.stale = True
        self.go(page_id, subject)

    def _done(self, done: Done[Any]) -> None:
        """A count was taken back before it was sent: it is on the form again."""
        if isinstance(done.value, actions.CountTakenBack) and done.value.draft_id is not None:
            self._silent = True  # the message bar says that it was taken back
            self.go("count", done.value.partner_id)

    def _chosen(self, wanted: Wanted) -> None:
        of_draft = {one.id: one.partner_id for one in self._drafts}
        partner = of_draft.get(wanted.draft_id) if wanted.draft_id is not None else wanted.partner_id
        if partner is not None:
            self.go("count", partner)

    def _crumb(self, key: object) -> None:
        if key == "partner":
            self.go("partner", self._partner)
        else:
            self.go("stock", self._partner)

    def face_pressed(self) -> None:
        if self.face.kind == "empty":
            self.go("count", "")
        else:
            super().face_pressed()

    # Qt's side: Ctrl+Z is the form's while it has a step to take back

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._is_undo(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_undo(event) and self.form is not None:
            self.form.undo()
        elif event.key() == Qt.Key.Key_Escape and self.form is not None:
            self.form.setFocus()
        else:
            super().keyPressEvent(event)

    def _is_undo(self, event: QEvent) -> bool:
        undo = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)
        return undo and self.form is not None and self.form.can_undo
