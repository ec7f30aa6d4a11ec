"""A desk over plain functions, for parts of the window that need no database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from channeldesk.model.changes import Changes, Done


class PlainDesk:
    """A desk over plain functions: queries get None for a connection, actions None for a transaction."""

    def __init__(self) -> None:
        self.callbacks: list[Callable[[Changes], None]] = []

    def ask(self, query: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        return query(None, *args, **kw)

    def act(self, action: Callable[..., Any], *args: Any, **kw: Any) -> Done[Any]:
        done: Done[Any] = action(None, *args, **kw)
        for callback in self.callbacks:
            callback(done.changes)
        return done

    def subscribe(self, callback: Callable[[Changes], None]) -> Callable[[], None]:
        self.callbacks.append(callback)

        def stop() -> None:
            self.callbacks.remove(callback)

        return stop
