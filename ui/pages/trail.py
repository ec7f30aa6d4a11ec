"""The audit trail of this laptop: who changed what when, what headquarters answered, whether it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from channeldesk.model.changes import Topic
from channeldesk.queries import trail, trail_list
from channeldesk.queries.trail import TrailChecked, Witnessed
from channeldesk.queries.trail_list import TrailChange
from ui.context import Context
from ui.i18n import formats, t, tn
from ui.page import Page, PageHeader, section
from ui.widgets.ask_where import ask_where
from ui.widgets.button import Button
from ui.widgets.face import Face
from ui.widgets.list_table import ListTable
from ui.widgets.notes import Notes
from ui.widgets.search import SearchField
from ui.widgets.trail import words
from ui.widgets.trail.columns import columns
from ui.widgets.trail.dialog import ChangeDialog

_FORMS = {"CSV (*.csv)": "csv", "NDJSON (*.ndjson)": "ndjson"}


class TrailPage(Page):
    topics = frozenset({Topic.SYNC})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.verify = Button(
            t("Verify"), icon="shield-check", tip=t("Whether an entry was changed or is gone")
        )
        self.proof = Button(
            t("Export with hashes"), icon="export", tip=t("All entries, so that others can verify them")
        )
        self.search = SearchField(t("Search what changed"), keys="/")
        self.search.setFixedWidth(220)
        self.verdict, self.why = Notes(), Notes()
        self.table = ListTable(
            context.tasks,
            t("Audit trail"),
            columns(),
            trail_list.keys,
            trail_list.rows,
            sort="at",
            descending=True,
            views="trail",
        )
        self.verify.clicked.connect(self._verify)
        self.proof.clicked.connect(self._ask_where)
        self.table.search_with(self.search)
        self.table.current.connect(self._follow)
        self.table.opened.connect(self._open)
        self.table.told.connect(context.say)
        self.table.set_empty(self._empty)
        for notes in (self.verdict, self.why):
            notes.hide()
        about = t("On this laptop, in the last half year")
        self.content.addWidget(PageHeader(t("Audit trail"), self.proof, self.verify))
        self.content.addWidget(self.verdict)
        self.content.addWidget(section(t("Changes"), about, self.search, self.table.tools))
        self.content.addWidget(self.table, 1)
        self.content.addWidget(self.why)
        self.setFocusProxy(self.table)

    def refresh(self) -> None:
        self.show_content()
        self.table.reload()

    def _follow(self, row: TrailChange | None) -> None:
        told = words.notes(row) if row is not None else []
        self.why.fill(told)
        self.why.setVisible(bool(told))

    def _open(self, row: TrailChange) -> None:
        self.dialog = ChangeDialog(self, self.context, row)
        self.dialog.open()

    def _empty(self, face: Face, filtered: bool) -> None:
        if filtered:
            face.empty(t("Nothing matches"), t("No change fits."), t("Clear filters"), "funnel")
        else:
            face.empty(
                t("Nothing was changed on this laptop yet"),
                t("Every change of yours and every answer of headquarters is noted here."),
                icon="list-checks",
            )

    # whether it is whole

    def _verify(self) -> None:
        self.verify.setEnabled(False)
        self.ask(_checked, then=self._verified, failed=self._failed)

    def _verified(self, found: tuple[TrailChecked, dict[str, Witnessed]]) -> None:
        self.verify.setEnabled(True)
        checked, witnessed = found
        if checked.broken is None:
            whole = t(
                "The trail is whole: {count} entries, none changed and none missing.", count=checked.entries
            )
            notes = [("check-circle", whole)]
        else:
            first = t("{count} entries before it are as they were written.", count=checked.entries)
            notes = [("warning", f"{tn(checked.broken)} {first}")]
        if checked.start:
            gone = t("Older entries went after half a year: {count}.", count=checked.start)
            notes.append(("clock-counter-clockwise", gone))
        notes += [_witnessed(name, one) for name, one in sorted(witnessed.items(), reverse=True)]
        self.verdict.fill(notes)
        self.verdict.show()

    def _failed(self, error: Exception) -> None:
        self.verify.setEnabled(True)
        self.proof.setEnabled(True)
        self.context.fail(error)

    # handing it out

    def _ask_where(self) -> None:
        title, kind = t("Export with hashes"), ";;".join(_FORMS)
        ask_where(self, title, "audit-trail.csv", self.hand_out, kind=kind, suffix="csv")

    def hand_out(self, path: str) -> None:
        self.proof.setEnabled(False)
        self.context.say(t("Exporting the audit trail"), "info")
        self.context.tasks.run(
            self, "proof", _hand_out, self.context.tasks.desk, path, then=self._handed, failed=self._failed
        )

    def _handed(self, count: int) -> None:
        self.proof.setEnabled(True)
        self.context.say(t("Exported {count} entries with their hashes", count=count), "good")


def _checked(connection: Any) -> tuple[TrailChecked, dict[str, Witnessed]]:
    return trail.check(connection), trail.witnessed(connection)


def _hand_out(desk: Any, path: str) -> int:
    form = "ndjson" if path.lower().endswith(".ndjson") else "csv"
    return int(desk.hand_out_trail(Path(path), form))


def _witnessed(name: str, one: Witnessed) -> tuple[str, str]:
    """What this laptop can testify of headquarters' own trail."""
    at, seq = formats().instant_short(one.at), one.seq
    if name == "disputed":
        text = t(
            "Headquarters' trail is not the one of {at} any more (entry {seq}): tell its audit.",
            at=at,
            seq=seq,
        )
        return "warning", text
    text = t("This laptop witnessed headquarters' trail up to entry {seq} on {at}.", at=at, seq=seq)
    return "shield-check", text
