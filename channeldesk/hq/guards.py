"""Every route says who may call it; an application with one that does not is not made.

A guard is a dependency of a route that was marked by :func:`guard`. It lets somebody in; what they may see
and write, ``policy.access`` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

F = TypeVar("F", bound=Callable[..., object])

_MARK = "__guards_a_route__"


def guard(function: F) -> F:
    """Marks a dependency as what decides who may call a route."""
    setattr(function, _MARK, True)
    return function


@guard
def open_to_all() -> None:
    """For a route that needs no sign-in and tells nothing of the company's data."""


def check(routes: Iterable[BaseRoute]) -> None:
    """Raises TypeError, naming the routes that nobody guards."""
    unguarded = [getattr(one, "path", type(one).__name__) for one in _flat(routes) if not is_guarded(one)]
    if unguarded:
        raise TypeError(f"routes that do not say who may call them: {', '.join(unguarded)}")


def _flat(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """With the routes of routers that were included."""
    for one in routes:
        inner = getattr(one, "original_router", None)
        if inner is None:
            yield one
        else:
            yield from _flat(inner.routes)


def is_guarded(route: BaseRoute) -> bool:
    return isinstance(route, APIRoute) and _guards(route.dependant)


def _guards(dependant: Dependant) -> bool:
    return any(getattr(one.call, _MARK, False) or _guards(one) for one in dependant.dependencies)
