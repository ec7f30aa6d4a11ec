"""Taking an order at the keyboard. Subject: a partner's id or a :class:`Wanted`; "" asks for the partner.

What is keyed saves itself as a draft, so that neither another page nor a crash loses it.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from channeldesk.actions import orders as actions
from channeldesk.model.changes import Done, Topic
from channeldesk.model.notice import Notice
from channeldesk.queries import drafts
from channeldesk.queries.orders import OrderDetail
from channeldesk.queries.partner_page import own
from ui.context import Context
from ui.errors import explain
from ui.i18n import formats, own_name, t, tn
from ui.page import Page, PageHeader
from ui.viewmodels.order_entry import OrderEntry, Wanted
from ui.viewmodels.order_loading import Opened, opened
from ui.widgets.button import Button
from ui.widgets.chip import Chip
from ui.widgets.crumbs import Crumbs
from ui.widgets.orders import words
from ui.widgets.orders.choose_partner import ChoosePartner
from ui.widgets.orders.form import EntryForm
from ui.widgets.orders.templates import Templates

_SAVE_MS = 600
_ROOMY = 1120
"""Width from which tier and type of the partner stand beside its name."""


class OrderEntryPage(Page):
    topics = frozenset(
        {Topic.PARTNERS, Topic.PRODUCTS, Topic.PRICES, Topic.STOCK, Topic.ORDERS, Topic.RECEIVABLES}
    )
    provisional = True

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.entry: OrderEntry | None = None
        self.form: EntryForm | None = None
        self._wanted = Wanted()
        self._revised: OrderDetail | None = None
        self._visit: bytes | None = None
        self._silent = False
        self._saving = QTimer(self, interval=_SAVE_MS, singleShot=True)
        self._saving.timeout.connect(self.save)
        self.crumbs = Crumbs()
        self.crumbs.chosen.connect(self._crumb)
        self.take_all = Button(t("Take all suggestions"), icon="magic-wand", keys="F4")
        self.take_all.clicked.connect(self._take_all)
        self.templates = Templates(context)
        self.header = PageHeader(t("New order"), self.templates, self.take_all, crumbs=self.crumbs)
        self.choose = ChoosePartner(context.tasks)
        self.choose.chosen.connect(self._choose)
        self.content.addWidget(self.header)
        self.content.addWidget(self.choose, 1)
        self.setFocusProxy(self.choose)
        context.tasks.done.connect(self._done)

    # what is shown

    def open(self, subject: Any) -> None:
        wanted = subject if isinstance(subject, Wanted) else Wanted(subject or None)
        if self.entry is not None and subject == self.subject:
            return
        self.leave_entry()
        self._wanted = wanted
        self.subject = subject
        self.stale = True

    def refresh(self) -> None:
        if self._wanted == Wanted():
            if self.context.is_partner:
                self.ask(own, then=self._for_itself)
            else:
                self._ask_partner()
            return
        mine = self.context.profile.user_id
        if self.entry is None:
            self.show_loading()
            self.ask(opened, self._wanted, mine, key="open", then=self._opened)
            return
        wanted = Wanted(self.entry.context.partner_id, anew=True)
        products = [one.product_id for one in self.entry.lines]
        self.ask(opened, wanted, mine, products, key="open", then=self._opened)

    def _for_itself(self, partner_id: bytes | None) -> None:
        """A partner's own people order for nobody else."""
        if partner_id is not None:
            self._wanted = Wanted(partner_id)
            self.refresh()
        else:
            self._ask_partner()

    def _ask_partner(self) -> None:
        self._name(t("New order"), [("orders", t("Orders")), ("", t("New order"))])
        self.take_all.hide()
        self.templates.show_form(None)
        self.choose.show()
        self.show_content()
        self.setFocusProxy(self.choose)
        self.ask(drafts.drafts, self.context.profile.user_id, "order", then=self.choose.show_drafts)

    def _opened(self, found: Opened | None) -> None:
        if found is None:
            self.show_empty(
                t("This is no longer here"),
                t("The partner, draft or order was removed meanwhile, or belongs to another territory now."),
                t("Take another order"),
            )
            return
        if self.entry is not None and self.form is not None:
            self.entry.update(found.context)
            self.form.update_prices()
        else:
            self._begin(found)
        self.set_as_of(found.context.as_of)
        self._explain_missing()

    def _begin(self, found: Opened) -> None:
        self.entry = OrderEntry(found.context, found.draft, explained=found.explained)
        self.form = EntryForm(self.context.tasks, self.entry)
        self.form.changed.connect(self._changed)
        self.form.told.connect(self._told)
        self.form.pane.place_wanted.connect(self.place)
        self.form.pane.discard_wanted.connect(self.discard)
        self._revised, self._visit = found.revised, found.visit
        self.choose.hide()
        self.content.addWidget(self.form, 1)
        self._head(self.entry)
        self.take_all.show()
        self.templates.show_form(self.form)
        here = QApplication.focusWidget()
        elsewhere = isinstance(here, QLineEdit) and not self.isAncestorOf(here)
        self.setFocusProxy(self.form)
        self.show_content()
        self.form.show()
        if not elsewhere:  # who types into the search meanwhile goes on there
            self.form.setFocus()
        self._say_saved(found.saved_at)
        silent, self._silent = self._silent, False
        if found.saved_at is not None and not silent:
            moment = formats().instant_short(found.saved_at)
            self.context.say(t("Your draft of {moment} goes on.", moment=moment), "info")

    def _head(self, entry: OrderEntry) -> None:
        facts = entry.context
        name, _ = words.two_names(facts.name, facts.name_local)
        last = t("Put right") if entry.revises is not None else t("New order")
        self._name(name, [("orders", t("Orders")), ("partner", name), ("", last)])
        kinds: tuple[str, ...] = ()
        roomy = self.width() >= _ROOMY
        self.templates.setText(t("Templates") if roomy else "")
        if roomy:
            kinds = (
                own_name(facts.tier, facts.tier_local),
                own_name(facts.channel_type, facts.channel_type_local),
            )
        chips = [Chip(text) for text in kinds if text]
        if self._revised is not None:
            reasons = "\n".join(tn(one) for one in self._revised.reasons)
            number = self._revised.order.number
            chips.append(Chip(t("Rejected {number}", number=number), "bad", tip=reasons))
        elif entry.revises is None:
            tip = t("Headquarters gives the order its own number when it accepts it.")
            chips.append(Chip(t("Provisional {number}", number=facts.number), "provisional", tip=tip))
        self.header.set_chips(*chips)
        parts = []
        if facts.prices.lists:
            parts.append(t("price list {list}", list=facts.prices.lists[0].code))
        if facts.payment_days is not None:
            parts.append(t("pays in {days} days", days=facts.payment_days))
        self.header.note.set_text(" · ".join(parts))

    def _name(self, title: str, crumbs: list[tuple[object, str]]) -> None:
        self.header.title.setText(title)
        self.header.note.set_text("")
        self.header.set_chips()
        self.crumbs.set(crumbs)

    def _explain_missing(self) -> None:
        from channeldesk.queries.order_entry import explained

        entry = self.entry
        missing = entry.missing() if entry is not None else ()
        if entry is not None and missing:
            self.ask(explained, entry.context.prices, missing, key="explain", then=self._explained)

    def _explained(self, found: Any) -> None:
        if self.entry is not None and self.form is not None:
            self.entry.explain(found)
            self.form.show_entry()

    # keeping

    def _changed(self) -> None:
        self._saving.start()
        self._explain_missing()

    def save(self) -> None:
        """Keep what was keyed so far."""
        self._saving.stop()
        entry = self.entry
        if entry is not None and (entry.draft.lines or entry.stored):
            entry.stored = True
            self.act(actions.keep_draft, entry.draft, then=self._saved)

    def _saved(self, _done: Done[Any]) -> None:
        from channeldesk.queries.clock import now_ms

        self._say_saved(now_ms())

    def _say_saved(self, at_ms: int | None) -> None:
        if self.form is not None:
            text = t("Draft saved {time}", time=formats().time(at_ms)) if at_ms is not None else ""
            self.form.pane.saved.set_text(text)

    def leave_entry(self) -> None:
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
        self.form = self.entry = None
        self.templates.show_form(None)

    def holds_work(self) -> bool:
        return self.form is not None

    def may_leave(self) -> bool:
        if self.form is not None:
            self.form.finish_edit()
        if self._saving.isActive():
            self.save()
        return True

    # what the person does

    def place(self) -> None:
        """Place the order, or send the corrected one again."""
        entry, form = self.entry, self.form
        if entry is None or form is None:
            return
        form.finish_edit()
        if entry.empty:
            self.context.say(tn(Notice("order.no_lines")), "warning")
            return
        if wrong := form.pane.finish():
            self.context.say(t("Not placed. {reason}", reason=wrong), "warning")
            return
        form.pane.place.setEnabled(False)
        self.save()
        if entry.revises is not None:
            self.act(actions.revise, entry.revises, entry.to_place, then=self._placed, failed=self._refused)
        else:
            self.act(actions.place, entry.to_place, then=self._placed, failed=self._refused)

    def _placed(self, done: Done[actions.OrderPlaced]) -> None:
        """During a visit, back to it: the next thing is done from there."""
        if self._visit is not None:
            self._gone("visits", self._visit)
        else:
            self._gone("orders", done.value.order_id)

    def _refused(self, error: Exception) -> None:
        """Say why, and go to the first line that is wrong."""
        if self.form is None:
            return
        self.form.pane.place.setEnabled(True)
        reasons = error.reasons if isinstance(error, actions.NotSendable) else ()
        line = next((one.params["line"] for one in reasons if "line" in one.params), None)
        if isinstance(line, int):
            self.form.go_to_ordered(line)
        told = explain(error)
        if told.defect:
            self.context.fail(error)
        else:
            self.context.say(told.brief, "bad")

    def discard(self) -> None:
        """Throw the draft away; the message bar brings it back."""
        entry = self.entry
        if entry is None:
            return
        if entry.stored:
            self.save()
            self.act(actions.discard_draft, entry.draft.id)
        self._gone("orders")

    def _gone(self, page_id: str, subject: Any = None) -> None:
        self._drop()
        self._wanted = Wanted()
        self.subject = ""
        self.stale = True
        self.go(page_id, subject)

    def _done(self, done: Done[Any]) -> None:
        """An order was taken back before it was sent: its lines are on the form again."""
        if isinstance(done.value, actions.TakenBack) and done.value.draft_id is not None:
            self._silent = True  # the message bar says that the order was taken back
            self.go("order_entry", Wanted(draft_id=done.value.draft_id))

    def undo(self) -> None:
        if self.form is not None:
            self.form.undo()

    def _take_all(self) -> None:
        if self.form is not None:
            self.form.take_all()

    def _told(self, text: str, tone: str) -> None:
        can_undo = tone == "good" and self.entry is not None and self.entry.can_undo
        self.context.say(text, tone, undo=self.undo if can_undo else None)

    def _choose(self, wanted: Wanted) -> None:
        self.go("order_entry", wanted)

    def _crumb(self, key: object) -> None:
        if key == "partner" and self.entry is not None:
            self.go("partner", self.entry.context.partner_id)
        else:
            self.go("orders")

    def face_pressed(self) -> None:
        if self.face.kind == "empty":
            self.go("order_entry", "")
        else:
            super().face_pressed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = event.size().width() >= _ROOMY
        if self.entry is not None and roomy != (event.oldSize().width() >= _ROOMY):
            self._head(self.entry)

    # Qt's side: Ctrl+Z is the form's while it has a step to take back

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._is_undo(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_undo(event):
            self.undo()
        elif event.key() == Qt.Key.Key_Escape and self.form is not None:
            self.form.setFocus()
        else:
            super().keyPressEvent(event)

    def _is_undo(self, event: QEvent) -> bool:
        undo = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Undo)
        return undo and self.entry is not None and self.entry.can_undo
