"""From an exception to what a person reads: what happened, what it means for the data, what to do.

A :class:`~channeldesk.model.notice.Problem` speaks for itself. Anything else is a defect of the program: it
is logged with its trace, and the person gets a sentence, the certainty that the data is as before, and
details to copy.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from channeldesk import __version__
from channeldesk.model.notice import Notice, Problem
from ui.i18n import t, tn

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Explained:
    """An error in the reader's language; ``detail`` is for the support desk, in English, to be copied."""

    happened: str
    meaning: str
    remedy: str
    detail: str
    defect: bool = False

    @property
    def brief(self) -> str:
        """What happened and what to do."""
        return " ".join(filter(None, (self.happened, self.remedy)))


def explain(error: BaseException) -> Explained:
    """Words for any exception."""
    detail = _detail(error)
    if isinstance(error, Problem):
        remedy = tn(Notice(error.remedy)) if error.remedy else ""
        return Explained(tn(error.notice), "", remedy, detail)
    if isinstance(error, PermissionError):
        return Explained(
            t("The file could not be written: access was denied."),
            t("Nothing in your data has changed."),
            t("Choose another folder, or close the program that has the file open."),
            detail,
        )
    if isinstance(error, OSError):
        return Explained(
            t("A file or device could not be used."),
            t("Nothing in your data has changed."),
            t("Check that the disk has room and is connected, then try again."),
            detail,
        )
    return Explained(
        t("Something went wrong inside the program."),
        t("The step was not carried out; your saved data is as before."),
        t("Try again. If it happens again, copy the details and send them to support."),
        detail,
        defect=True,
    )


def log_error(error: BaseException) -> None:
    """Defects with their trace, expected problems as a line."""
    if isinstance(error, Problem):
        _log.info("told the person: %s", error)
    else:
        _log.error("defect: %s", error, exc_info=(type(error), error, error.__traceback__))


def install_hook(show: Callable[[BaseException], None]) -> Callable[[], None]:
    """Show (which also logs) what escapes from slots, where it would vanish.

    Returns how to take the hook off.
    """
    before = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            before(kind, error, trace)
            return
        try:
            show(error)
        except Exception:
            log_error(error)
            _log.exception("the error could not be shown")

    def remove() -> None:
        sys.excepthook = before

    sys.excepthook = hook
    return remove


def _detail(error: BaseException) -> str:
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    system = f"ChannelDesk {__version__}, Python {sys.version.split()[0]}, {sys.platform}"
    return f"{system}\n\n{''.join(lines)}"
