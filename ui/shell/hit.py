"""A line of the palette."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Hit:
    """One thing to choose. ``run`` is called without arguments; ``places`` are the letters that matched."""

    title: str
    icon: str
    run: Callable[[], Any]
    detail: str = ""
    keys: str = ""
    also: str = ""
    """Another name it is found by."""
    places: tuple[int, ...] = ()
    score: float = 0.0
