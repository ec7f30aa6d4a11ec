"""Value specs to functions of a row.

====================================  =============================================================
spec                                  value
====================================  =============================================================
``"USD"``, ``30``                     the constant
``"$Reseller"``                       the column's value, or null
``"R-{ResellerKey}"``                 text with values in it; null when one of them is null
``{crosswalk = "x", of = spec}``      what the crosswalk says; ``else`` where it says nothing
``{key = "partner", of = spec}``      the id of our row with that foreign id; null for null
``{vote = "v", of = spec}``           what most rows say
``{first = [spec, …]}``               the first that is not null
``{before = "@", of = spec}``         the text up to a mark
``{day_of = "$Column"}``              the business date of an instant column
``{month_of = spec}``                 '2011-06' of a date
``{product = ["$A", "$B"]}``          quantity x price as money, rounded half up
``{sum = "line field"}``              of a grouped target: the sum over its lines
====================================  =============================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from channeldesk.exchange.mapping import FileGroup, Spec
from channeldesk.exchange.problems import MappingProblem, RowProblem
from channeldesk.model.notice import notice
from channeldesk.model.values import line_net

Function = Callable[[list[Any]], Any]
Resolve = Callable[[str, str], bytes | None]
"""Our row's id for (entity, foreign id), or None."""

KINDS = ("crosswalk", "key", "vote", "first", "before", "day_of", "month_of", "product", "sum")
_HOLE = re.compile(r"\{([^{}]+)\}")


@dataclass
class Context:
    """What specs may look at besides the row. ``votes`` fills while files are scanned."""

    mapping_file: str
    currency: str
    crosswalks: Mapping[str, Mapping[str, Any]]
    resolve: Resolve
    votes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def problem(self, code: str, **params: str) -> MappingProblem:
        return MappingProblem(notice(code, file=self.mapping_file, **params))


@dataclass
class Layout:
    """Column names to places in a row of values: the file's own first, then the computed ones."""

    group: FileGroup
    places: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        names = [column.name for column in self.group.columns] + [name for name, _ in self.group.compute]
        self.places = {name: place for place, name in enumerate(names)}

    def place(self, name: str, context: Context) -> int:
        try:
            return self.places[name]
        except KeyError:
            raise context.problem("mapping.unknown_column", where=self.group.name, name=name) from None


def compiled(spec: Spec, layout: Layout, context: Context) -> Function:
    """The function of one spec. Raises :class:`MappingProblem` for a spec that makes no sense here."""
    if isinstance(spec, str):
        return _text(spec, layout, context)
    if not isinstance(spec, dict):
        return lambda values: spec
    kind = next((kind for kind in KINDS if kind in spec), None)
    of = compiled(spec["of"], layout, context) if "of" in spec else None
    match kind:
        case "crosswalk" if of:
            return _crosswalk(spec, of, context)
        case "key" if of:
            return _key(spec["key"], of, context)
        case "vote" if of:
            counted = context.votes.setdefault(spec["vote"], {})
            return lambda values: counted.get(str(of(values)))
        case "before" if of:
            mark = spec["before"]
            return lambda values: None if (text := of(values)) is None else str(text).split(mark)[0]
        case "first":
            return _first([compiled(part, layout, context) for part in spec["first"]])
        case "day_of":
            return _day_of(spec["day_of"], layout, context)
        case "month_of":
            date = compiled(spec["month_of"], layout, context)
            return lambda values: None if (text := date(values)) is None else str(text)[:7]
        case "product":
            return _product(spec["product"], layout, context)
    raise context.problem("mapping.unknown_spec", where=layout.group.name, spec=str(spec))


def _text(spec: str, layout: Layout, context: Context) -> Function:
    if spec.startswith("$"):
        place = layout.place(spec[1:], context)
        return lambda values: values[place]
    names = _HOLE.findall(spec)
    if not names:
        return lambda values: spec
    places = [layout.place(name, context) for name in names]
    if spec == "{" + names[0] + "}":
        (only,) = places
        return lambda values: None if values[only] is None else str(values[only])
    template = _HOLE.sub("{}", spec)

    def fill(values: list[Any]) -> str | None:
        parts = [values[place] for place in places]
        return None if None in parts else template.format(*parts)

    return fill


def _crosswalk(spec: dict[str, Any], of: Function, context: Context) -> Function:
    name = spec["crosswalk"]
    table = context.crosswalks.get(name)
    if table is None:
        raise context.problem("mapping.unknown_crosswalk", where="crosswalk", name=name)
    optional, otherwise = "else" in spec, spec.get("else")
    otherwise = None if otherwise == "" else otherwise

    def translate(values: list[Any]) -> Any:
        value = of(values)
        if value is None:
            return otherwise
        found = table.get(str(value))
        if found is None and not optional:
            raise RowProblem.of("row.not_in_crosswalk", crosswalk=name, text=str(value)[:80])
        return otherwise if found is None else found

    return translate


def _key(entity: str, of: Function, context: Context) -> Function:
    resolve = context.resolve

    def look_up(values: list[Any]) -> bytes | None:
        foreign = of(values)
        if foreign is None:
            return None
        found = resolve(entity, foreign)
        if found is None:
            raise RowProblem.of("row.unknown_key", entity=entity, text=str(foreign)[:80])
        return found

    return look_up


def _first(parts: list[Function]) -> Function:
    def choose(values: list[Any]) -> Any:
        return next((value for part in parts if (value := part(values)) is not None), None)

    return choose


def _day_of(spec: str, layout: Layout, context: Context) -> Function:
    name = spec.removeprefix("$")
    column = next((column for column in layout.group.columns if column.name == name), None)
    if column is None or column.type != "instant":
        raise context.problem("mapping.not_an_instant", where=layout.group.name, name=name)
    place, zone = layout.place(name, context), ZoneInfo(column.zone)
    known: dict[int, str] = {}

    def day(values: list[Any]) -> str | None:
        at = values[place]
        if at is None:
            return None
        if at not in known:
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)
            known[at] = moment.astimezone(zone).date().isoformat()
        return known[at]

    return day


def _product(spec: list[str], layout: Layout, context: Context) -> Function:
    quantity, price = (layout.place(name.removeprefix("$"), context) for name in spec)
    currency = context.currency

    def multiply(values: list[Any]) -> int:
        return line_net(values[quantity], values[price], currency)

    return multiply
