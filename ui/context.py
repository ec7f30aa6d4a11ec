"""What a page is given: who works here, how to ask and act, where to go, what to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from channeldesk.model.changes import Done
from ui.tasks import Tasks

_WRITERS = ("headquarters", "manager")


@dataclass(frozen=True)
class Context:
    """One per window.

    ``profile`` is the desk's; ``go(page id, key)`` opens a page, with a subject if it has one.

    ``say(text, tone)`` writes into the message bar (tones good, info, warning, bad); ``told(done)`` does it
    for a Done, with its undo. ``fail(error)`` shows an error that no part of the page can show.
    """

    profile: Any
    tasks: Tasks
    go: Callable[..., Any]
    say: Callable[..., None]
    told: Callable[[Done[Any]], None]
    fail: Callable[[BaseException], None]
    sync: Any = None
    """The window's :class:`ui.syncing.Syncing`; None in a window without rounds."""

    @property
    def writes(self) -> bool:
        """Whether headquarters takes what this role writes. Others are offered nothing to write: it would
        come back refused.
        """
        return self.profile.role in _WRITERS

    @property
    def arriving(self) -> bool:
        """Whether the first synchronisation is still to be completed: until then sums are not known."""
        return self.sync is not None and bool(self.sync.arriving)
