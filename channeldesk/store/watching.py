"""Long work inside the engine that somebody watches, and may stop at any of its small steps by raising."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

Moved = Callable[[int, int], None]
"""Called with how much is done and how much there is, in a unit of its own."""


def unwatched(done: int, of: int) -> None:
    """For whoever waits for the end."""


class Watch:
    """Carries what a watcher raised past the engine, which only knows that it was stopped.

    ``with Watch(moved) as watch:`` around the engine's work, which calls :meth:`moved` at every step.
    """

    def __init__(self, moved: Moved) -> None:
        self._moved = moved
        self._raised: BaseException | None = None

    def moved(self, done: int, of: int) -> int:
        """Nought: go on, as the engine's handlers have it."""
        try:
            self._moved(done, of)
        except BaseException as error:
            self._raised = error
            raise
        return 0

    def __enter__(self) -> Watch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._raised is not None and error is not self._raised:
            raise self._raised from None
