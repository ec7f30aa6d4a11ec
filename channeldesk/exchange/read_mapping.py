"""Mapping files: found, read and checked, so that a mistake is named before the first row is read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from channeldesk.exchange import cells, conditions, reader
from channeldesk.exchange.mapping import (
    Column,
    Condition,
    FileGroup,
    Lines,
    Mapping,
    RowClass,
    Spec,
    Target,
    Vote,
)
from channeldesk.exchange.problems import MappingProblem
from channeldesk.exchange.section import Section
from channeldesk.model.entities import ENTITIES
from channeldesk.model.notice import Problem
from channeldesk.model.values import minor_units

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "mappings"
FORMAT = 1


def sources() -> list[str]:
    """The names of the mappings that come with the program."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def find_mapping(source: str) -> Mapping:
    """A mapping that comes with the program; 'online-retail' and 'online_retail' are the same."""
    path = FOLDER / f"{source.replace('-', '_')}.toml"
    if path.parent != FOLDER or not path.is_file():
        raise MappingProblem.of("mapping.unknown_source", source=source, known=", ".join(sources()))
    return read_mapping(path)


def read_mapping(path: Path) -> Mapping:
    """Reads and checks one file. Raises :class:`MappingProblem` with the place of the first mistake."""
    try:
        with path.open("rb") as stream:
            text = tomllib.load(stream)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingProblem.of("mapping.not_toml", file=path.name, detail=str(error)) from None
    root = Section(text, path.name)
    if root.whole("format") != FORMAT:
        raise root.problem("mapping.other_format", "format", known=str(FORMAT))
    files = {name: _group(name, part) for name, part in root.tables("files").items()}
    mapping = Mapping(
        file=path.name,
        source=root.text("source"),
        title=root.text("title"),
        about=root.text("about", ""),
        currency=_currency(root),
        crosswalks={name: part.everything() for name, part in root.tables("crosswalks").items()},
        files=files,
        votes=tuple(_vote(name, part, files) for name, part in root.tables("votes").items()),
        targets=tuple(_target(part, files) for part in root.list_of_tables("targets")),
    )
    root.done()
    return mapping


def _currency(root: Section) -> str:
    currency = root.text("currency")
    try:
        minor_units(currency)
    except Problem:
        raise root.problem("mapping.unknown_value", "currency", text=currency, known="ISO 4217") from None
    return currency


def _group(name: str, part: Section) -> FileGroup:
    rows = tuple(row.everything() for row in part.list_of_tables("rows"))
    inline = list(dict.fromkeys(key for row in rows for key in row))
    group = FileGroup(
        name=name,
        glob="" if rows else part.text("glob"),
        separator=part.text("separator", ","),
        quote=part.text("quote", '"'),
        encoding=part.one_of("encoding", tuple(reader.ENCODINGS), "utf-8"),
        header=part.flag("header", True),
        columns=(
            tuple(Column(key) for key in inline)
            if rows
            else tuple(_column(key, one) for key, one in part.tables("columns").items())
        ),
        compute=tuple(part.section("compute").everything().items()),
        amount=part.texts("amount"),
        duplicates=part.text("duplicates", ""),
        classes=tuple(_class(one) for one in part.list_of_tables("classes")),
        expect_equal=tuple((pair[0], pair[1]) for pair in part.lists("expect_equal")),
        rows=rows,
    )
    part.done()
    return group


def _column(name: str, part: Section) -> Column:
    column = Column(
        name=name,
        type=part.one_of("type", cells.TYPES, "text"),
        required=part.flag("required", False),
        empty=part.texts("empty"),
        upper=part.flag("upper", False),
        whole_float=part.flag("whole_float", False),
        format=part.text("format", ""),
        zone=part.text("zone", "UTC"),
        decimal=part.one_of("decimal", (".", ","), "."),
        group=part.one_of("group", ("", ",", ".", " ", "'"), ""),
        round=part.flag("round", False),
    )
    if column.type in ("day", "instant") and not column.format:
        raise part.problem("mapping.no_format", "format")
    part.done()
    return column


def _class(part: Section) -> RowClass:
    made = RowClass(part.text("name"), part.text("about", ""), _conditions(part), part.text("reject", ""))
    part.done()
    return made


def _conditions(part: Section) -> tuple[Condition, ...]:
    made = []
    for one in part.list_of_tables("when"):
        column = one.text("column")
        test = next((test for test in conditions.TESTS if test in one), None)
        if test is None:
            raise one.problem("mapping.no_test", "when", known=", ".join(conditions.TESTS))
        made.append(Condition(column, test, one.any(test)))
        one.done()
    return tuple(made)


def _vote(name: str, part: Section, files: dict[str, FileGroup]) -> Vote:
    vote = Vote(
        name=name,
        file=part.one_of("file", tuple(files)),
        of=part.any("of"),
        value=part.any("value"),
        report_several=part.flag("report_several", False),
    )
    part.done()
    return vote


def _target(part: Section, files: dict[str, FileGroup]) -> Target:
    entity = part.one_of("entity", tuple(ENTITIES))
    months = tuple((one[0], one[1]) for one in part.lists("months_of"))
    target = Target(
        entity=entity,
        file="" if months else part.one_of("file", tuple(files)),
        key="" if months else part.any("key"),
        set=() if months else _set(part, entity),
        once=part.flag("once", False),
        adopt=part.texts("adopt"),
        keep=part.flag("keep", False),
        classes=part.texts("classes"),
        when=_conditions(part),
        same=part.texts("same"),
        lines=_lines(part.section("lines")) if "lines" in part else None,
        months_of=months,
    )
    if months and entity != "fiscal_period":
        raise part.problem("mapping.unknown_value", "months_of", text=entity, known="fiscal_period")
    part.done()
    return target


def _lines(part: Section) -> Lines:
    entity = part.one_of("entity", tuple(ENTITIES))
    fields = tuple(ENTITIES[entity].fields)
    lines = Lines(
        entity=entity,
        parent=part.one_of("parent", fields),
        number=part.one_of("number", fields),
        set=_set(part, entity),
    )
    part.done()
    return lines


def _set(part: Section, entity: str) -> tuple[tuple[str, Spec], ...]:
    """The fields to fill; unknown ones are refused. Missing ones are found when the target is compiled."""
    values: dict[str, Any] = part.section("set").everything()
    for name in values:
        if name not in ENTITIES[entity].fields:
            known = ", ".join(ENTITIES[entity].fields)
            raise part.problem("mapping.unknown_key", f"set.{name}", known=known)
    return tuple(values.items())
