"""A mapping as data. :mod:`channeldesk.exchange.read_mapping` makes it from a file and checks it.

A *spec* is a value description as it stands in the file: a constant, ``"$Column"``, a ``"{Column}"``
template or an inline table; :mod:`channeldesk.exchange.specs` turns it into a function of a row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Spec = Any


@dataclass(frozen=True)
class Column:
    """How the cells of one column are read."""

    name: str
    type: str = "text"
    required: bool = False
    empty: tuple[str, ...] = ()
    upper: bool = False
    whole_float: bool = False
    format: str = ""
    zone: str = "UTC"
    decimal: str = "."
    group: str = ""
    round: bool = False


@dataclass(frozen=True)
class Condition:
    """``column`` ``test`` ``value``, for example Quantity below 0."""

    column: str
    test: str
    value: Any


@dataclass(frozen=True)
class RowClass:
    """Rows that meet all conditions belong to the class; ``reject`` is the reason why they are not used."""

    name: str
    about: str
    when: tuple[Condition, ...]
    reject: str = ""


@dataclass(frozen=True)
class FileGroup:
    """Files of one layout, or rows that stand in the mapping itself."""

    name: str
    glob: str = ""
    separator: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    header: bool = True
    columns: tuple[Column, ...] = ()
    compute: tuple[tuple[str, Spec], ...] = ()
    amount: tuple[str, ...] = ()
    duplicates: str = ""
    classes: tuple[RowClass, ...] = ()
    expect_equal: tuple[tuple[str, str], ...] = ()
    rows: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Vote:
    """For each ``of``: the value that most rows give, ties to the one seen first."""

    name: str
    file: str
    of: Spec
    value: Spec
    report_several: bool = False


@dataclass(frozen=True)
class Lines:
    """Children of a grouped target: one per row."""

    entity: str
    parent: str
    number: str
    set: tuple[tuple[str, Spec], ...]


@dataclass(frozen=True)
class Target:
    """Rows of one entity made from a file group. ``key`` is the row's id in the source."""

    entity: str
    file: str
    key: Spec
    set: tuple[tuple[str, Spec], ...]
    once: bool = False
    adopt: tuple[str, ...] = ()
    keep: bool = False
    classes: tuple[str, ...] = ()
    when: tuple[Condition, ...] = ()
    same: tuple[str, ...] = ()
    lines: Lines | None = None
    months_of: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Mapping:
    """One source. ``file`` is where it was read from, for messages."""

    file: str
    source: str
    title: str
    about: str
    currency: str
    crosswalks: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, FileGroup] = field(default_factory=dict)
    votes: tuple[Vote, ...] = ()
    targets: tuple[Target, ...] = ()
