"""Notices: what the program tells a person, as a code and parameters.

A rejection is decided at headquarters in one language and read on a laptop in another, so no sentence
travels: the code and its parameters do, and each reader's program writes the sentence. The English sentence
goes along as a fallback for a program too old to know the code.

Parameters are plain text and whole numbers, or one of the typed values below where the locale decides how
they look (money, dates, ...) or where the word itself is translated (:class:`Term`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of ``currency``."""

    type: ClassVar[str] = "money"
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Price:
    """A unit price at scale 4."""

    type: ClassVar[str] = "price"
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity at scale 3, with the unit's own code if it is to be shown."""

    type: ClassVar[str] = "quantity"
    amount: int
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share or tax rate in basis points."""

    type: ClassVar[str] = "rate"
    basis_points: int


@dataclass(frozen=True, slots=True)
class Day:
    """A business date, ISO text."""

    type: ClassVar[str] = "day"
    date: str


@dataclass(frozen=True, slots=True)
class When:
    """A business date, ISO text, and a minute after midnight on it if there is one."""

    type: ClassVar[str] = "when"
    date: str
    minute: int | None = None


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time, milliseconds since the epoch, UTC."""

    type: ClassVar[str] = "instant"
    at: int


@dataclass(frozen=True, slots=True)
class Term:
    """A word of our own that has a translation, such as the name of a status."""

    type: ClassVar[str] = "term"
    text: str


Param = str | int | Money | Price | Quantity | Rate | Day | When | Instant | Term
_TYPED: tuple[type[Any], ...] = (Money, Price, Quantity, Rate, Day, When, Instant, Term)
_TYPES: dict[str, type[Any]] = {kind.type: kind for kind in _TYPED}


def param_to_wire(value: Param) -> str | int | dict[str, str | int | None]:
    if isinstance(value, (str, int)):
        return value
    return {"type": value.type, **asdict(value)}


def param_from_wire(value: object) -> Param:
    """Read one parameter; a type of value this program does not know yet is shown as it came."""
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, Mapping):
        known = _TYPES.get(str(value.get("type")))
        if known is not None:
            try:
                made: Param = known(**{str(name): part for name, part in value.items() if name != "type"})
                return made
            except TypeError:
                pass
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class Notice:
    """One thing to tell a person: ``code`` names a template in :mod:`channeldesk.model.messages`.

    ``fallback`` is the English sentence as the sender wrote it; it is used only where the code is unknown
    and takes no part in comparison.
    """

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)
    fallback: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        for name, value in self.params.items():
            if not isinstance(value, (str, int, *_TYPED)):
                raise TypeError(f"parameter {name!r} of notice {self.code!r} cannot travel: {value!r}")
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def __hash__(self) -> int:
        return hash((self.code, frozenset(self.params.items())))

    def __reduce__(self) -> tuple[type[Notice], tuple[str, dict[str, Param], str]]:
        return Notice, (self.code, dict(self.params), self.fallback)

    def to_wire(self) -> dict[str, Any]:
        """The form that travels and is stored: ``{"code", "params", "text"}``, ready for JSON."""
        params = {name: param_to_wire(value) for name, value in self.params.items()}
        return {"code": self.code, "params": params, "text": self.english()}

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Notice:
        """Read what :meth:`to_wire` wrote, from this or any other version of the program."""
        params = {str(name): param_from_wire(value) for name, value in (wire.get("params") or {}).items()}
        return cls(str(wire["code"]), params, str(wire.get("text") or ""))

    def english(self) -> str:
        """The sentence in English, for logs, the command line and readers of unknown languages."""
        from channeldesk.model.messages import english

        return english(self)

    def __str__(self) -> str:
        return self.english()


def notice(code: str, /, **params: Param) -> Notice:
    """Shorthand: ``notice("order.no_lines", number="P-1")``."""
    return Notice(code, params)


class Problem(Exception):
    """Base of every error a person may see: a :class:`Notice`, and if there is one, the way out.

    ``remedy`` is the code of a message that says what to do; a window may put a button on it.
    Anything that is not a Problem is a defect and is shown as such.
    """

    def __init__(self, notice: Notice, remedy: str | None = None) -> None:
        super().__init__(notice, remedy)
        self.notice = notice
        self.remedy = remedy

    @classmethod
    def of(cls, code: str, /, *, remedy: str | None = None, **params: Param) -> Problem:
        """Make one from a code: ``raise Problem.of("value.not_a_number", text=text)``."""
        return cls(Notice(code, params), remedy)

    def __str__(self) -> str:
        return self.notice.english()
