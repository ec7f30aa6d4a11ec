"""Errors of a whole request: a notice and the HTTP status it travels with."""

from __future__ import annotations

from channeldesk.model.notice import Notice, Param, Problem


class Refusal(Problem):
    """The request is refused, nothing of it was applied. ``retry_after`` in seconds, where waiting helps."""

    def __init__(self, status: int, notice: Notice, retry_after: int | None = None) -> None:
        super().__init__(notice)
        self.status = status
        self.retry_after = retry_after


def refuse(status: int, code: str, /, **params: Param) -> Refusal:
    """Shorthand: ``raise refuse(409, "sync.gap", expected=4)``."""
    return Refusal(status, Notice(code, params))
