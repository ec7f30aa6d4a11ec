"""The program's window from nothing: opens the profile off the window's thread, asks for what is missing."""

from __future__ import annotations

import argparse
import gc
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale, Qt, QTimer, Signal

from channeldesk.model.i18n import LANGUAGES, Translator, best_language
from channeldesk.model.notice import Problem
from ui import errors
from ui.app import make_application
from ui.first_run.opening import Opening, forget, place_of, remember
from ui.first_run.profile_work import ProfileWork
from ui.i18n import language, set_translator, t, tn
from ui.outside import open_address
from ui.theme import theme

if TYPE_CHECKING:
    from channeldesk.desk import Desk, Talk
    from ui.first_run.beginning import Beginning
    from ui.first_run.gate import Gate
    from ui.first_run.sign_in import Wanted
    from ui.session import Session

_QUIET_MS = 800
"""A profile usually opens faster than this; then nothing is shown before the window."""
_LOOK_AGAIN_MS = 50
_COLLECT_AGAIN_MS = 5_000
"""At the latest: a sign-in takes its time."""
_COLLECT_EVERY = 20_000
"""New objects; Python's own 700 cost a tenth of opening a page."""


def main(arguments: list[str]) -> int:
    """``--profile DIR`` names the profile's folder. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="channeldesk", description="The window of ChannelDesk.")
    parser.add_argument(
        "--profile",
        type=Path,
        metavar="DIR",
        help="the profile's folder, made at the first sign-in (default: this user's own place)",
    )
    parser.add_argument(
        "--language", choices=sorted(LANGUAGES), help="language of the sign-in; afterwards it is a setting"
    )
    asked = parser.parse_args(arguments)
    run = begin(asked.profile, asked.language or "")
    application = make_application()
    run.ended.connect(application.quit)
    run.opened.connect(collect_again)
    QTimer.singleShot(_COLLECT_AGAIN_MS, collect_again)
    code = application.exec()
    run.finish()
    return code


def collect_again() -> None:
    """The door turned it off. What is loaded by now stays, so nobody need look through it again, and an
    answer of thousands of rows is no reason to look for garbage dozens of times.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(_COLLECT_EVERY)
        gc.enable()


def begin(folder: Path | None = None, language: str = "", **options: Any) -> Run:
    """The run under way in a Qt application that is yet to be executed; ``options`` as of :class:`Run`."""
    make_application()
    speak(language or best_language(QLocale.system().uiLanguages()))
    theme.apply()
    if folder is None:
        from channeldesk.desk import usual_folder

        folder = usual_folder()
    run = Run(folder, **options)
    run.start()
    return run


def speak(language: str) -> None:
    set_translator(Translator(language))


def _code(error: BaseException | None) -> str:
    return error.notice.code if isinstance(error, Problem) else ""


class Run(ProfileWork):
    """One run of the program: from the profile's folder to the closed desk."""

    opened = Signal()
    """The window stands, its first page has its answers, rounds begin."""
    ended = Signal()
    """The person closed the window, or gave up before there was one."""
    _came = Signal(object, object)

    def __init__(
        self, folder: Path, *, open_page: Callable[[str], bool] = open_address, **options: Any
    ) -> None:
        """``options`` go to ``Desk.open`` and ``Desk.found``: tests hand in a key store, and a browser."""
        super().__init__(folder, options)
        self._open_page = open_page
        self._talk: Talk | None = None
        self._wanted: Wanted | None = None
        self._by_code = self._admitting = self._given_up = False
        self._language = ""
        self.gate: Gate | None = None
        self._opening: Opening | None = None
        self.session: Session | None = None
        self._thread: threading.Thread | None = None
        self._unhook: Callable[[], None] | None = errors.install_hook(self._escaped)
        self._came.connect(self._arrived)
        self._saving.connect(self._show_saving)
        self._went.connect(self._show_talk)
        self._restoring.connect(self._show_restoring)
        self._restored.connect(self._show_restored)
        self._slow = QTimer(self, interval=_QUIET_MS, singleShot=True)
        self._slow.timeout.connect(self._show_opening)

    def start(self) -> None:
        """Open the profile; ask for what is missing."""
        self._opening = Opening(self._folder)
        self._opening.closed.connect(self._give_up)
        self._opening.show(self._begin_opening)

    def _begin_opening(self) -> None:
        if not self._given_up:
            self._slow.start()
            self._work(self._open, "")

    def _give_up(self) -> None:
        self._given_up = True
        self.ended.emit()

    def finish(self) -> None:
        """End everything in its order: window, questions and actions, rounds, database, lock."""
        self._slow.stop()
        if self.session is not None:
            self.session.app.close()
        if self._opening is not None:
            self._opening.drop()
        if self.gate is not None:
            self._close_gate()
        self._call_off()
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._desk is not None:
            self._desk.close()
            self._desk = None
        self._forget_hook()

    # off the window's thread

    def _work(self, work: Callable[..., Desk], *args: Any) -> None:
        def run() -> None:
            try:
                from ui.first_run.beginning import beginning

                self._desk = work(*args)
                begin = self._desk.ask(beginning)
            except Exception as error:
                self._look_for_left_key()
                self._came.emit(None, error)
            else:
                self._came.emit(begin, None)

        self._thread = threading.Thread(target=run, name="open-profile", daemon=True)
        self._thread.start()

    # on the window's thread

    def _arrived(self, begin: Beginning | None, error: BaseException | None) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._slow.stop()
        if self._given_up:
            return
        if begin is not None:
            self._show_window(begin)
        elif error is not None:
            self._show_problem(error)
            self._gate().add_note(self._key_left)

    def _show_problem(self, error: BaseException) -> None:
        from ui.widgets.step_bar import Stopped

        forget(self._folder)
        if isinstance(error, Stopped) or _code(error) == "profile.not_found":
            self._gate().ask_sign_in()
        elif _code(error) == "sign_in.cancelled":
            self._called_off()
        else:
            errors.log_error(error)
            self._gate().show_problem(error)

    def _show_window(self, begin: Beginning) -> None:
        from ui.session import Session

        assert self._desk is not None
        place = place_of(self._folder)
        self._forget_hook()
        waiting = self._opening.hand_over() if self._opening is not None else None
        self.session = Session(self._desk, begin=begin, place=place, app=waiting)
        if not self._passphrase:
            self.session.app.closed.connect(partial(remember, place, self._desk.profile))
        if self._language:
            self.session.choose_language(self._language)
        self.session.app.closed.connect(self.ended)
        self.session.repairable = True
        self.session.repair_wanted.connect(self._close_and_repair, Qt.ConnectionType.QueuedConnection)
        self.session.guarding.signed_out.connect(self._close_signed_out, Qt.ConnectionType.QueuedConnection)
        self.session.rekey_wanted.connect(self._close_and_rekey, Qt.ConnectionType.QueuedConnection)
        self.session.guarding.wiped.connect(self._close_wiped, Qt.ConnectionType.QueuedConnection)
        self.session.app.show_frame()
        self._close_gate()
        QTimer.singleShot(0, self, self._show_page)

    def _show_page(self) -> None:
        """After the frame is painted: the first page's code is loaded only now."""
        if self.session is not None:
            self.session.show()
            self._begin_rounds()
            if self._made:
                self._made = False
                self.session.guarding.offer_recovery()
            if self._repaired:
                self.session.tell_repair(self._repaired)
                self._repaired = ()
            if self._done is not None:
                self.session.app.window.messages.tell(tn(self._done), "good")
                self._done = None

    def _begin_rounds(self) -> None:
        """Rounds and checks wait for the first page's answers: they would hold each other up."""
        if self.session is None or not self.session.app.window.isVisible():
            return
        if not self.session.app.tasks.answered:
            QTimer.singleShot(_LOOK_AGAIN_MS, self, self._begin_rounds)
            return
        self.session.start()
        self.opened.emit()

    def _gate(self) -> Gate:
        if self.gate is None:
            from ui.first_run.gate import Gate

            if self._opening is not None:
                self._opening.drop()
            self.gate = Gate()
            self.gate.sign_in_wanted.connect(self._sign_in)
            self.gate.passphrase_given.connect(self._unlock)
            self.gate.admission_wanted.connect(self._admit)
            self.gate.again_wanted.connect(self._again)
            self.gate.repair_wanted.connect(self._begin_repair)
            self.gate.restore_wanted.connect(self._begin_restore)
            self.gate.restore_stopped.connect(self._stop.set)
            self.gate.language_chosen.connect(self._speak)
            self.gate.waiting.open_wanted.connect(self._open_again)
            self.gate.waiting.code_wanted.connect(self._sign_in_by_code)
            self.gate.waiting.cancelled.connect(self._call_off)
            self.gate.closed.connect(self.ended)
            self.gate.show()
        return self.gate

    def _close_gate(self) -> None:
        gate, self.gate = self.gate, None
        if gate is not None:
            gate.closed.disconnect(self.ended)
            gate.hide()
            gate.deleteLater()

    def _show_opening(self) -> None:
        text = t("Opening your data")
        if self._opening is None or not self._opening.show_busy(text):
            self._gate().show_busy(text)

    def _sign_in(self, wanted: Wanted) -> None:
        import platform

        from channeldesk.desk import talk

        self._wanted = wanted
        self._talk = talk(wanted.way, wanted.server, language=language(), device_name=platform.node())
        self._work(self._create, wanted, self._talk)

    def _show_talk(self, address: str, code: str) -> None:
        self._gate().show_talk(address, code)
        if not code:
            self._open_again()

    def _open_again(self) -> None:
        if self._talk is not None and not self._open_page(self._talk.address):
            self._gate().waiting.show_no_browser()

    def _sign_in_by_code(self) -> None:
        """Instead of the browser that is waited for."""
        self._by_code = True
        self._call_off()

    def _call_off(self) -> None:
        if self._talk is not None:
            self._talk.cancel()

    def _called_off(self) -> None:
        self._talk = None
        by_code, self._by_code = self._by_code, False
        if self._admitting:
            (partial(self._admit, "code") if by_code else self._again)()
        elif by_code and self._wanted is not None:
            self._sign_in(replace(self._wanted, way="code"))
        else:
            self._gate().ask_sign_in()

    def _begin_restore(self, path: str, passphrase: str) -> None:
        self._work(self._restore, path, passphrase)

    def _show_restoring(self, told: tuple[str, int, int]) -> None:
        self._gate().show_restoring(told)

    def _show_restored(self) -> None:
        gate = self._gate()
        gate.restored()
        gate.show_busy(t("Opening your data"))

    def _unlock(self, passphrase: str) -> None:
        self._work(self._open, passphrase)

    def _admit(self, way: str = "browser") -> None:
        """Headquarters says who it is, then the passphrase is asked for again."""
        self._admitting = True
        self._gate().show_busy(t("Opening your data"))
        self._work(self._admitted, way, language())

    def _admitted(self, way: str, spoken: str) -> Desk:
        from channeldesk.desk import Desk, talk

        def prove(mine: Any) -> Any:
            self._talk = talk(way, mine.server, login=mine.login, language=spoken, device_id=mine.device_id)
            self._talk.begin()
            self._went.emit(self._talk.address, self._talk.code)
            return self._talk.wait()

        self._proven = Desk.readmit(self._folder, prove)
        self._admitting = False
        return self._open("")

    def _again(self) -> None:
        self._gate().show_busy(t("Opening your data"))
        self._work(self._open, "")

    def _close_and_repair(self) -> None:
        """From the open window: it goes, the gate shows how far the repair is, another window comes."""
        session, self.session = self.session, None
        self._unhook = errors.install_hook(self._escaped)
        self._begin_repair()
        self._drop(session)

    def _close_signed_out(self) -> None:
        """What comes next is what a start of the program would show."""
        session, self.session = self.session, None
        self._unhook = errors.install_hook(self._escaped)
        self._gate().show_busy(t("Signing out"))
        self._drop(session)
        self._work(self._left)

    def _close_and_rekey(self, passphrase: str) -> None:
        """Nobody may have the profile open meanwhile: the window goes, and another one comes."""
        session, self.session = self.session, None
        self._unhook = errors.install_hook(self._escaped)
        self._gate().show_busy(t("Putting your data under a new key"))
        self._drop(session)
        self._work(self._rekey, passphrase)

    def _close_wiped(self, problem: Problem) -> None:
        """The window goes first: it holds what is to be destroyed. Then the desk, which removes the files."""
        session, self.session = self.session, None
        self._unhook = errors.install_hook(self._escaped)
        self._gate().show_busy(t("Destroying the data of this laptop, as headquarters ordered"))
        self._drop(session)

        def close() -> Desk:
            if self._desk is not None:
                self._desk.close()
                self._desk = None
            raise problem

        self._work(close)

    def _drop(self, session: Session | None) -> None:
        if session is not None:
            session.app.closed.disconnect(self.ended)
            session.app.close()
            session.app.deleteLater()
            session.deleteLater()

    def _begin_repair(self) -> None:
        self._show_saving(0, 0)
        self._work(self._repair)

    def _show_saving(self, done: int, of: int) -> None:
        if self._thread is not None or not of:
            self._gate().show_busy(
                t("Saving what was not sent yet: {done} of {of}", done=done, of=of)
                if of
                else t("Saving what was not sent yet")
            )

    def _speak(self, language: str) -> None:
        """Build the gate again in another language; what was typed stays."""
        before, self._language = self.gate, language
        speak(language)
        theme.apply()
        self.gate = None
        made = self._gate()
        if before is not None:
            made.setGeometry(before.geometry())
            made.take_over(before)
            before.closed.disconnect(self.ended)
            before.hide()
            before.deleteLater()

    def _escaped(self, error: BaseException) -> None:
        errors.log_error(error)
        self._gate().show_problem(error)

    def _forget_hook(self) -> None:
        unhook, self._unhook = self._unhook, None
        if unhook is not None:
            unhook()
