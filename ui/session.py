"""An open desk in its window: settings, rounds, signing in again, the check of the data.

It connects the parts of the frame with the desk; pages know nothing of it. The order of ending: the window
goes, questions and actions end (:meth:`ui.app.App.close`), then the caller closes the desk, which ends the
rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, QObject, QSettings, QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from channeldesk.actions.settings import keep_folder, put
from channeldesk.model.changes import Changes, Topic
from channeldesk.model.i18n import best_language
from channeldesk.model.notice import Notice, Problem
from channeldesk.model.settings import SETTINGS
from channeldesk.queries.clock import known_zone
from channeldesk.queries.settings import settings
from ui.app import App
from ui.errors import explain
from ui.first_run.beginning import Beginning, beginning
from ui.guarding import Guarding
from ui.heap import Heap
from ui.i18n import t, tn
from ui.locking import Lock
from ui.pages import FIRST_SYNC, PAGES, Entry
from ui.shell.repair import REPAIRABLE, RepairOffer, RepairReport
from ui.syncing import Syncing
from ui.theme import theme
from ui.theme.motion import motion
from ui.widgets.ask_where import last

if TYPE_CHECKING:
    from channeldesk.desk import Desk
    from channeldesk.store.integrity import Integrity
    from ui.first_run.keep_first import KeepFirst
    from ui.network import Network
    from ui.power import Power
    from ui.shell.window import Window
    from ui.system_motion import SystemMotion

_CHECK_AFTER_MS = 1_500


class Session(QObject):
    """``app`` is the application with its window. ``start`` begins the rounds and the check."""

    repair_wanted = Signal()
    rekey_wanted = Signal(str)
    """A new key; carries the passphrase that opens the profile, if one was typed."""
    """The person wants the damaged data repaired: whoever holds the desk closes it and does that."""

    def __init__(
        self,
        desk: Desk,
        *,
        pages: Sequence[Entry] = PAGES,
        begin: Beginning | None = None,
        place: QSettings | None = None,
        app: App | None = None,
    ) -> None:
        """``begin``: what the window needs first, where it was read already; ``place`` keeps its geometry.
        ``app`` is an application whose window stands and waits for the desk.
        """
        super().__init__()
        self.desk = desk
        known = begin or desk.ask(beginning)
        self.chosen, self.first = dict(known.chosen), known.first
        self.syncing = Syncing(desk, self)
        if self.first:
            self.syncing.expect_first()
        self._window: Window | None = None
        self.guarding = Guarding(desk, self)
        self.lock = Lock(desk, self._sign_in, self)
        self._before_sleep: set[str] = set()
        """What is still to be done before the laptop may sleep: "lock", "round"."""
        self.repairable = False
        """Whether somebody answers ``repair_wanted``."""
        self._offered = False
        self.keep_first: KeepFirst | None = None
        self._power: Power | None = None
        self._motion: SystemMotion | None = None
        self._network: Network | None = None
        profile = desk.profile
        language, scheme = self._language(), self.chosen["colours"]
        self.app = app or App(
            None, profile, (*pages, FIRST_SYNC), language=language, scheme=scheme, settings=place
        )
        self.heap = Heap(self.app.tasks, self)
        self.app.take(desk, profile, language=language, scheme=scheme, zone=known.zone, prepare=self._prepare)
        motion.choose(self.chosen["motion"])
        last.folder = known.folder
        last.moved.connect(self._keep_folder)
        self.app.preference.connect(self._keep)
        self.app.closed.connect(self._closed)
        self.app.tasks.changed.connect(self._moved)
        self.app.tasks.failed.connect(self._failed)
        self.syncing.follow(self.app.tasks)
        self.guarding.follow(self.app.tasks)
        self.lock.follow(self.app.tasks)
        self.lock.after(self.chosen["auto_lock"])
        self.syncing.changed.connect(self._show)
        self.syncing.changed.connect(self._look_for_damage)
        self.syncing.changed.connect(self.guarding.look_whether_wiped)
        self.syncing.arrived.connect(self._arrived)
        self.syncing.sign_in_wanted.connect(self._sign_in_wanted)
        self._show()

    def show(self) -> None:
        """The window, on its first page or on the first synchronisation."""
        self.app.show(FIRST_SYNC.id if self.first else "")

    def start(self) -> None:
        """Rounds by themselves from now on, and one check of the data once the window stands."""
        offline = self.chosen["work_offline"] == "yes"
        if (
            self.first
            and not offline
            and self._window is not None
            and self._window.router.context is not None
        ):
            from ui.first_run.keep_first import KeepFirst

            self.keep_first = KeepFirst(
                self, lambda: self._window, self._window.router.context, self._begin_rounds
            )
            self.keep_first.start()
        else:
            self._begin_rounds()
        QTimer.singleShot(0, self, self._watch_system)
        QTimer.singleShot(_CHECK_AFTER_MS, self, self._check)
        if self.desk.log_torn and self._window is not None:
            self._window.messages.tell(tn(Notice("store.log_torn")), "warning")
        elif self.desk.key_left is not None and self._window is not None:
            self._window.messages.tell(explain(self.desk.key_left).brief, "warning")

    def _begin_rounds(self) -> None:
        self.syncing.start(offline=self.chosen["work_offline"] == "yes")

    def set_offline(self, offline: bool) -> None:
        """Work offline, or again with headquarters; kept with the settings."""
        self._put("work_offline", "yes" if offline else "no")

    def choose_language(self, language: str) -> None:
        """What the person chose before there was a window; kept with the settings."""
        self._put("language", language)

    # the frame

    def _prepare(self, window: Window) -> None:
        """Connect a window: the first one, and each that another language builds."""
        self._window = window
        assert window.router.context is not None
        window.router.context = replace(
            window.router.context,
            sync=self.syncing,
            rekey=self.rekey_wanted.emit,
            only_reads=self.guarding.only_reads,
        )
        window.top.sync.sync_wanted.connect(self._sync_pressed)
        window.top.sync.opened.connect(self._state_pressed)
        window.arriving.progress_wanted.connect(self._state_pressed)
        window.router.moved.connect(self.heap.moved)
        self.guarding.prepare(window, self._sync_pressed)
        self.lock.prepare(window)
        window.top.sync.attention_wanted.connect(self._open_inbox)
        window.add_action(
            t("Synchronise now"), "arrows-clockwise", self._sync_pressed, keys="F9", also="sync"
        )
        window.add_action(
            t("Work offline, or online again"), "cloud-slash", self._toggle_offline, keys="Ctrl+Shift+O"
        )
        if "trip" in window.router.entries:
            window.add_action(
                t("Prepare the trip pack"), "briefcase", partial(window.router.go, "trip", "now"), also="trip"
            )
        if "day_report" in window.router.entries:
            window.add_action(
                t("Day report"), "file-text", partial(window.router.go, "day_report"), also="report"
            )
        self._ask_territories()
        self._show()

    def _ask_territories(self) -> None:
        from channeldesk.queries.reference import territories

        if self._window is not None:
            self._window.tasks.ask(self, "territories", territories, then=self._territories_came)
            self._window.tasks.ask(self, "zone", known_zone, then=self.app.set_zone)

    def _territories_came(self, territories: Any) -> None:
        """The deepest ones that hold partners: what is above them says nothing more."""
        if self._window is None:
            return
        held = [one for one in territories if one.partners]
        below = [one.depth for one in held[1:]] + [0]
        deepest = [one for one, depth in zip(held, below, strict=False) if depth <= one.depth]
        self._window.top.set_territories([one.name for one in deepest])

    def _show(self) -> None:
        window = self._window
        if window is None:
            return
        state, facts = self.syncing.state, self.syncing.facts
        window.top.sync.show_state(state)
        window.nav.set_count("inbox", state.attention)
        window.nav.set_count("reference", facts.unpublished if facts is not None else 0)
        waiting = self.syncing.first.waiting_pages() if self.syncing.first is not None else frozenset()
        for page, item in window.nav.items.items():
            item.set_waiting(page in waiting)
        window.arriving.show_first(self.syncing.first if self.syncing.started else None)

    def _arrived(self, moved: Changes) -> None:
        """Rows of some kind are complete: open pages may show them before the round ends."""
        if self._window is not None:
            self._window.router.changed(moved)
            self._ask_territories()

    def _moved(self, changes: Changes) -> None:
        if Topic.SETTINGS in changes:
            self.app.tasks.ask(self, "settings", settings, then=self._settings_came)
        if Topic.ORGANISATION in changes:
            self._ask_territories()

    def _sync_pressed(self) -> None:
        if self.syncing.needs_sign_in:
            self._sign_in()
        elif self.syncing.offline:
            self.set_offline(False)
        else:
            self.syncing.sync_now()

    def _state_pressed(self) -> None:
        """What stands behind the indicator."""
        if self._window is None:
            return
        if self.syncing.needs_sign_in:
            self._sign_in()
        elif self.syncing.state.first:
            self._window.router.go(FIRST_SYNC.id)
        elif "rounds" in self._window.router.entries:
            self._window.router.go("rounds")

    def _toggle_offline(self) -> None:
        self.set_offline(not self.syncing.offline)

    def _open_inbox(self) -> None:
        if self._window is not None and "inbox" in self._window.router.entries:
            self._window.router.go("inbox")

    def _closed(self) -> None:
        """The window is gone; a round may still end."""
        self._window = None
        self.heap.close()
        self.guarding.close()
        self.lock.close()
        for part in (self._power, self._network, self._motion):
            if part is not None:
                part.close()
        self._power = self._network = self._motion = None

    # what the system tells

    def _watch_system(self) -> None:
        from ui.network import Network
        from ui.power import Power
        from ui.system_motion import SystemMotion

        if self._window is None:
            return
        self._motion = SystemMotion(motion.system_says, self)
        self._power, self._network = Power(self), Network(self)
        self._network.back.connect(self.syncing.network_back)
        self._power.falling_asleep.connect(self._falls_asleep)
        self._power.woke.connect(self.lock.woke)
        self._power.woke.connect(self.syncing.woke)
        self.lock.settled.connect(partial(self._done_before_sleep, "lock"))
        self.syncing.rested.connect(partial(self._done_before_sleep, "round"))

    def _falls_asleep(self) -> None:
        self._before_sleep = {"lock", "round"}
        self.lock.before_sleep()
        self.syncing.before_sleep()

    def _done_before_sleep(self, done: str) -> None:
        self._before_sleep.discard(done)
        if not self._before_sleep and self._power is not None:
            self._power.ready()

    # settings

    def _keep(self, name: str, value: str) -> None:
        """The person chose in the menu of the window."""
        self._put({"scheme": "colours"}.get(name, name), value)

    def _keep_folder(self, folder: str) -> None:
        if self._window is not None:
            self.app.tasks.act(keep_folder, folder)

    def _put(self, code: str, value: str) -> None:
        """A value that is no option (the made-up language of translators) holds for this run only."""
        declared = SETTINGS.get(code)
        if declared is not None and value in dict(declared.options) and self.chosen.get(code) != value:
            self.chosen[code] = value
            self.app.tasks.act(put, code, value)
            self._apply()

    def _settings_came(self, chosen: dict[str, str]) -> None:
        self.chosen = dict(chosen)
        self._apply()

    def _apply(self) -> None:
        """Let the window and the rounds be as the settings say."""
        self.syncing.work_offline(self.chosen["work_offline"] == "yes")
        self.lock.after(self.chosen["auto_lock"])
        motion.choose(self.chosen["motion"])
        if theme.scheme != self.chosen["colours"]:
            theme.apply(self.chosen["colours"])
        QTimer.singleShot(0, self, self._apply_language)

    def _apply_language(self) -> None:
        """Builds the window again, so never from within one of its own widgets."""
        self.app.set_language(self._language())

    def _language(self) -> str:
        known = self.desk.profile.language or ""
        return best_language(
            [one for one in (self.chosen["language"], known, QLocale.system().name()) if one]
        )

    # signing in again

    def _sign_in_wanted(self, notice: Notice | None) -> None:
        if self._window is not None:
            self._window.messages.tell(tn(notice or Notice("sync.sign_in_needed")), "warning")

    def _sign_in(self, over: QWidget | None = None) -> QDialog:
        from ui.first_run.again import SignInAgain

        dialog = SignInAgain(over or self.app.window, self.app.tasks, self.desk.profile)
        dialog.open()
        return dialog

    # the check of the data

    def _check(self) -> None:
        self.desk.check_integrity(self.app.tasks.relay(self, self._judge))

    def _judge(self, found: Integrity) -> None:
        if found.damaged and self._window is not None:
            self._window.show_error(Problem.of("store.damaged", remedy="remedy.repair"))
            self._offer_repair()

    def _failed(self, error: BaseException) -> None:
        """A question met a damaged page before the check did."""
        if isinstance(error, Problem) and error.notice.code in REPAIRABLE:
            self._offer_repair()

    def _look_for_damage(self) -> None:
        problem = self.syncing.status.problem
        if problem is not None and problem.code in REPAIRABLE:
            self._offer_repair()

    def _offer_repair(self) -> None:
        """Once: who chose "Later" is asked again at the next start."""
        if self.repairable and not self._offered and self._window is not None:
            self._offered = True
            offer = RepairOffer(self._window)
            offer.wanted.connect(self.repair_wanted)
            offer.open()

    def tell_repair(self, notices: Sequence[Notice]) -> None:
        """What a repair before this window saved."""
        if self._window is not None:
            RepairReport(self._window, notices).open()
