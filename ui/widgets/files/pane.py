"""The files of a partner or a visit: add by button, drop or paste; open, save, rename, remove, try again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from channeldesk.actions import attachments as actions
from channeldesk.model.changes import Done
from channeldesk.model.notice import Problem
from channeldesk.queries.clock import now_ms
from ui.context import Context
from ui.errors import explain, log_error
from ui.i18n import formats, n, t
from ui.outside import is_covered, open_file
from ui.page import section
from ui.viewmodels.files import FileEntry, FilesOf, read
from ui.widgets.ask_where import ask_where, open_dialog
from ui.widgets.button import QUIET, Button
from ui.widgets.entrance import Entrance
from ui.widgets.face import Face
from ui.widgets.files import pictures, words
from ui.widgets.files.drops import Drops, image_in, paths_in
from ui.widgets.files.edit_dialog import FileDialog, ShareDialog
from ui.widgets.files.fetching import Fetching
from ui.widgets.files.file_list import HIGH, FileList
from ui.widgets.label import Elided, Label

_SHOWN = 3
"""Lines of the compact form before it scrolls."""


class FilesPane(Entrance):
    """``show_files`` says whose. ``compact`` is a section beside other things, without a bar of buttons."""

    def __init__(
        self,
        context: Context,
        dropping: str,
        *,
        compact: bool = False,
        on: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """``dropping`` is said while files are held over it, or over the whole of ``on``."""
        super().__init__(parent)
        self._context, self._compact = context, compact
        self._files: Any = getattr(context.tasks.desk, "files", None)
        self._writes = context.may("attachment")
        self._writing: list[QWidget] = []
        self.of: FilesOf | None = None
        self._stale = True
        self._wanted: bytes | None = None
        self.list = FileList()
        self.moving = self.list.items.moving
        self.fetching = Fetching(context.tasks, self._files, self.moving, self)
        self.fetching.moved.connect(self.list.items.touch)
        self.fetching.arrived.connect(self._arrived)
        self.fetching.failed.connect(self._not_arrived)
        self.add = Button(t("Add files"), icon="paperclip", keys="F" if compact else "A")
        self.told = Label("", "caption", wrap=True)
        """What happened last, until the person does something else."""
        self.about = Label("", "caption", wrap=True)
        self._make_compact() if compact else self._make_whole()
        if not self._writes:
            for part in self._writing:
                part.hide()
        self.list.opened.connect(self.open)
        self.list.save_wanted.connect(self.save)
        self.list.edit_wanted.connect(self.edit)
        self.list.remove_wanted.connect(self.remove)
        self.list.menu_wanted.connect(self._show_menu)
        self.list.stop_wanted.connect(self.stop)
        self.list.current.connect(self._follow)
        self.add.clicked.connect(self.choose)
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.activated.connect(self.paste)
        self.drops = Drops(on or self, dropping)
        self.drops.enabled = False
        self.drops.dropped.connect(self._take)
        self.setFocusProxy(self.list)

    def _make_whole(self) -> None:
        self._open = Button(t("Open"), icon="arrow-square-out", cap="Return")
        self._save = Button(t("Save as"), icon="download-simple", cap="Ctrl+S")
        self._edit = Button(t("Name and note"), icon="pencil-simple", cap="F2")
        self._remove = Button(t("Remove"), icon="trash", cap="Del")
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.add)
        for button, wanted in self._tools():
            button.clicked.connect(partial(self._for_current, wanted))
            bar.addWidget(button)
        bar.addSpacing(8)
        hint = Elided(t("Drop files here, or paste a picture"), "hint", whole=True)
        bar.addWidget(hint, 1)
        bar.addStretch(0)
        self._writing = [self.add, self._edit, self._remove, hint]
        self.face = Face()
        self.face.pressed.connect(self.choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addLayout(bar)
        column.addWidget(self.list, 1)
        column.addWidget(self.face, 1)
        column.addWidget(self.told)
        column.addWidget(self.about)

    def _make_compact(self) -> None:
        self.add.setText(t("Add"))
        self.add.kind = QUIET
        told = t("Drop a file here, or paste a picture") if self._writes else t("No files yet")
        self._none = Label(told, "caption", "tertiary")
        self._writing = [self.add]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(section(t("Files"), "", self.add))
        column.addWidget(self._none)
        column.addWidget(self.list)
        column.addWidget(self.told)
        self.list.setFixedHeight(0)

    def _tools(self) -> list[tuple[Button, Callable[[FileEntry], None]]]:
        if self._compact:
            return []
        return [
            (self._open, self.open),
            (self._save, self.save),
            (self._edit, self.edit),
            (self._remove, self.remove),
        ]

    # what is shown

    def show_files(self, of: FilesOf | None) -> None:
        """These files; asked for when they are looked at. None: nothing can be added either."""
        if of != self.of:
            self.of = of
            self.drops.enabled = of is not None and self._writes
            self.list.fill((), of is not None and of.of_visit)
            self._say("")
            self._placed(())
        self.reload()

    def reload(self) -> None:
        """Ask again; what is on screen stays until the answer is here."""
        self._stale = True
        if self.of is not None and self._files is not None and self.isVisible():
            self._stale = False
            me = self._context.profile.user_id
            self._context.tasks.ask(
                self, "files", read, self._files, self.of, me, then=self._came, failed=self._failed
            )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.reload()

    def _came(self, entries: Sequence[FileEntry]) -> None:
        if self.of is None:
            return
        self.list.fill(entries, self.of.of_visit, self._wanted)
        self._wanted = None
        self._placed(entries)

    def _placed(self, entries: Sequence[FileEntry]) -> None:
        self.list.setVisible(bool(entries))
        for button, _ in self._tools():
            button.setEnabled(bool(entries))
        if self._compact:
            self._none.setVisible(not entries)
            self.list.setFixedHeight(min(_SHOWN, len(entries)) * HIGH)
            return
        self.face.setVisible(not entries)
        if not entries:
            self.face.empty(
                t("No files yet"),
                t("Photos, contracts, price lists: drop them here, paste a picture, or choose files.")
                if self._writes
                else "",
                t("Add files") if self._writes else "",
                "paperclip",
            )

    def _follow(self, entry: FileEntry | None) -> None:
        """A sentence about the file under the cursor."""
        told = words.explained(entry, self.moving) if entry is not None and not self._compact else ""
        self.about.setText(told)
        self.about.set_tint("bad" if entry is not None and entry.notice else "secondary")
        self.about.setVisible(bool(told))

    def _failed(self, error: Exception) -> None:
        log_error(error)
        told = explain(error)
        self._say(" ".join(filter(None, (told.happened, told.meaning, told.remedy))), "bad")

    def _say(self, text: str, tint: str = "secondary") -> None:
        self.told.set_tint(tint)
        self.told.setText(text)
        self.told.setVisible(bool(text))

    # adding

    def choose(self) -> None:
        """Ask which files."""
        dialog = open_dialog(self, t("Add files"), several=True)
        dialog.filesSelected.connect(self.add_paths)
        dialog.open()

    def paste(self) -> None:
        """Files or a picture from the clipboard."""
        self._take(QGuiApplication.clipboard().mimeData())

    def _take(self, mime: QMimeData) -> None:
        paths, image = paths_in(mime), image_in(mime)
        if self.of is None or self._files is None or not self._writes:
            return
        if paths:
            self.add_paths(paths)
        elif image is not None:
            moment = formats().local(now_ms())
            name = t("Picture {moment}", moment=f"{moment:%Y-%m-%d %H.%M.%S}")
            self._run(
                "add",
                pictures.take_in_image,
                self._files,
                image,
                name,
                self.of.of_visit,
                then=partial(self._taken, self.of),
            )
        else:
            self._context.say(t("There is neither a file nor a picture to add."), "info")

    def add_paths(self, paths: Sequence[str | Path]) -> None:
        """Keep these files, then name them; each that cannot be kept is told of."""
        if self.of is None or self._files is None or not paths or not self._writes:
            return
        self._context.tasks.run(
            self,
            "add",
            pictures.take_in,
            self._files,
            [Path(path) for path in paths],
            self.of.of_visit,
            then=partial(self._taken, self.of),
            failed=self._failed,
            progress=self._reading,
        )

    def _reading(self, report: tuple[int, int, str]) -> None:
        number, count, name = report
        if count > 1:
            self._say(t("Adding {name}, {number} of {count}", name=name, number=number + 1, count=count))
        else:
            self._say(t("Adding {name}", name=name))

    def _taken(self, of: FilesOf, found: tuple[list[tuple[Any, bytes | None]], list[Problem]]) -> None:
        taken, problems = found
        self._say("")
        if taken:
            self._context.tasks.act(
                actions.add_many,
                of.partner_id,
                taken,
                plan_id=of.plan_id,
                visit_id=of.visit_id,
                then=self._added,
                failed=self._failed,
            )
        if problems:
            told = [explain(problem) for problem in problems[:3]]
            lines = [" ".join(filter(None, (one.happened, one.remedy))) for one in told]
            if len(problems) > 3:
                lines.append(n("and {count} more", "and {count} more", len(problems) - 3))
            self._say("\n".join(lines), "bad")

    def _added(self, done: Done[tuple[bytes, ...]]) -> None:
        self._wanted = done.value[0]
        self.reload()

    # one file

    def _for_current(self, wanted: Callable[[FileEntry], None]) -> None:
        entry = self.list.entry()
        if entry is not None:
            wanted(entry)

    def open(self, entry: FileEntry) -> None:
        """With the system's program; what is not here is fetched first, what failed is tried again."""
        self._say("")
        if entry.here and not entry.opens:
            self._say(words.not_opened(), "warning")
        elif entry.here and entry.state != "failed":
            row = entry.row
            self._run(f"open {row.sha256}", self._files.lend, row.sha256, row.file_name, then=self._lent)
        elif entry.fetchable:
            self._fetch(entry, "open")
        elif entry.state == "failed":
            self._run("retry", self._files.retry, entry.row.attachment_id, then=self._retried)
        else:
            self._say(words.explained(entry, self.moving), "bad" if entry.state == "lost" else "secondary")

    def save(self, entry: FileEntry) -> None:
        """A copy where the person wants it."""
        self._say("")
        if entry.fetchable:
            self._fetch(entry, "save")
        elif entry.here:
            ask_where(self, t("Save as"), entry.row.file_name, partial(self.save_to, entry))
        else:
            self._say(words.explained(entry, self.moving), "secondary")

    def save_to(self, entry: FileEntry, path: str) -> None:
        self._run("save", self._files.save, entry.row.sha256, Path(path), then=partial(self._saved, path))

    def edit(self, entry: FileEntry) -> None:
        if self._may_change(entry):
            FileDialog(self, self._context, entry.row).open()

    def remove(self, entry: FileEntry) -> None:
        """Undo brings it back."""
        if self._may_change(entry):
            self._context.tasks.act(actions.remove, entry.row.attachment_id, failed=self._failed)

    def share(self, entry: FileEntry) -> None:
        """After a question: it cannot be taken back."""
        if self._may_share(entry):
            ShareDialog(self, self._context, entry.row).open()

    def _may_share(self, entry: FileEntry) -> bool:
        return self._writes and not entry.row.shared

    def _may_change(self, entry: FileEntry) -> bool:
        """The people of a partner change what they added themselves."""
        return self._writes and (entry.row.mine or not self._context.is_partner)

    def stop(self) -> None:
        """Ends fetching; what had arrived stays."""
        self.fetching.stop()
        self.reload()

    def _fetch(self, entry: FileEntry, then: str) -> None:
        self._say("")
        self.fetching.fetch(entry, then)

    def _arrived(self, entry: FileEntry, then: str) -> None:
        self.reload()
        if then:
            (self.open if then == "open" else self.save)(entry)

    def _not_arrived(self, error: Exception) -> None:
        self._failed(error)
        self.reload()

    def _lent(self, path: Path) -> None:
        if is_covered(self):
            self._run("take back", self._files.take_back, then=self._taken_back)
        elif not open_file(path):
            self._say(t("No program of this computer opens this kind of file. Save it instead."), "warning")

    def _taken_back(self, _nothing: object) -> None:
        self._say(t("The data was locked before the file opened. Open it again."), "warning")

    def _saved(self, path: str, _nothing: object) -> None:
        self._context.say(t("Saved as {name}", name=Path(path).name), "good")

    def _retried(self, _nothing: object) -> None:
        self.reload()

    def _show_menu(self, entry: FileEntry, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        items = [(t("Open"), "Return", self.open), (t("Save as"), "Ctrl+S", self.save)]
        if self._may_share(entry):
            items.append((t("Share with the partner"), "", self.share))
        if self._may_change(entry):
            items += [(t("Name and note"), "F2", self.edit), (t("Remove"), "Del", self.remove)]
        for text, keys, wanted in items:
            action = menu.addAction(text)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(partial(self._chosen, wanted, entry))
        menu.popup(place)

    def _chosen(self, wanted: Callable[[FileEntry], None], entry: FileEntry, _checked: bool = False) -> None:
        wanted(entry)

    def _run(self, key: str, work: Callable[..., Any], *args: Any, then: Callable[[Any], Any]) -> None:
        self._context.tasks.run(self, key, work, *args, then=then, failed=self._failed)
