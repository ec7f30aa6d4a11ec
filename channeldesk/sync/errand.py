"""Why a round runs and what became of it: told to the schedule, kept in the history."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from channeldesk.sync.engine import RoundResult


class Reason(StrEnum):
    """What asked for a round."""

    START = "start"
    INTERVAL = "interval"
    WORK = "work"
    PERSON = "person"
    RECONNECT = "reconnect"
    SLEEP = "sleep"
    RESUME = "resume"
    RETRY = "retry"
    SIGN_IN = "sign_in"
    TRIP = "trip"
    CHECK = "check"
    """The copy on this laptop is to be compared with headquarters'."""
    COMMAND = "command"
    """The command line, perhaps from another process."""


@dataclass
class Errand:
    """One round under way. ``sent`` and ``received`` are bytes on the wire so far; ``result`` what it did,
    also when it fails.
    """

    reason: Reason = Reason.COMMAND
    sent: int = 0
    received: int = 0
    result: RoundResult = field(default_factory=RoundResult)

    @property
    def moved(self) -> bool:
        """Whether it changed anything, here or at headquarters."""
        done = self.result
        counted = done.pushed + done.pulled + done.conflicts + done.rejected + done.set_aside + done.dropped
        return bool(counted or done.changes)
