"""The map of the territory beside the list: the partners that the list's filter lets through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from channeldesk.queries.territory_map import MapPartner, TerritoryMap, territory_map
from channeldesk.queries.views import ListView
from ui.context import Context
from ui.i18n import formats, n, t, two_names
from ui.models.columns import Column, Kind
from ui.widgets.button import Button
from ui.widgets.key_row import KeyRow
from ui.widgets.map.frame import MapData, MapFrame
from ui.widgets.map.legend import ClassEntry
from ui.widgets.map.shapes import Mark
from ui.widgets.partners import map_figures as figures
from ui.widgets.partners import words


class TerritoryPane(QWidget):
    """``chosen`` carries the key of a list row, ``opened`` a partner's id; ``placeless_wanted``: show those
    that are on no map; ``cleared``: show all partners again.
    """

    chosen = Signal(object)
    opened = Signal(object)
    placeless_wanted = Signal()
    cleared = Signal()
    told = Signal(str, str)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._sees_owed = context.sees("receivable")
        self._colour = figures.CHANGE
        self._view = ListView()
        self._filtered: tuple[str, ...] = ()
        self._key: int | None = None
        self.found: TerritoryMap | None = None
        self.map = MapFrame(context.tasks)
        self.placeless = Button("", kind="link", icon="map-pin")
        self.placeless.hide()
        keys = KeyRow(
            [
                ("Up Down Left Right", t("the next partner that way")),
                ("PgDown", t("the next in the list")),
                ("Return", t("open")),
                ("+ -", t("nearer, further away")),
                ("0", t("show all")),
            ]
        )
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(keys, 1)
        foot.addWidget(self.placeless)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.map, 1)
        column.addLayout(foot)
        self.setFocusProxy(self.map)
        self.map.chosen.connect(self._chosen)
        self.map.opened.connect(self._opened)
        self.map.coloured.connect(self.colour_by)
        self.map.told.connect(self.told)
        self.map.face.pressed.connect(self._face_pressed)
        self.placeless.clicked.connect(self.placeless_wanted)

    def reload(self, view: ListView, filtered: Sequence[str]) -> None:
        """Ask for the partners of a view of the list; what is on screen stays until they are here.
        ``filtered``: the headings of the columns that the list is filtered by, which are not in sight now.
        """
        self._view, self._filtered = view, tuple(filtered)
        self._context.tasks.ask(self, "map", territory_map, view, then=self._came, failed=self._failed)

    def choose(self, key: int | None) -> None:
        """The list's cursor is there."""
        self._key = key
        self.map.view.choose(key)

    def colour_by(self, figure: Any) -> None:
        self._colour = figure
        if self.found is not None:
            self._show(self.found)

    def _came(self, found: TerritoryMap) -> None:
        self.found = found
        self._show(found)
        count = found.placeless
        self.placeless.setText(n("{count} partner has no place", "{count} partners have no place", count))
        self.placeless.setAccessibleName(self.placeless.text())
        self.placeless.setVisible(bool(count))

    def _failed(self, error: Exception) -> None:
        self.map.face.error(error)
        self.map.show_face()

    def _show(self, found: TerritoryMap) -> None:
        if not found.partners:
            self.map.face.empty(
                t("Nothing matches"), t("No partner fits these filters."), t("Clear filters"), "funnel"
            )
            self.map.show_face()
        elif found.placeless == len(found.partners):
            self.map.face.empty(
                t("None of these partners has a place"),
                t("Headquarters gives a partner its latitude and longitude. They arrive with a round."),
                t("Show them in the list"),
                "map-pin",
            )
            self.map.show_face()
        else:
            data = map_data(found, self._colour, self._context.arriving, self._sees_owed)
            if self._filtered:
                said = t("Filtered by {columns}.", columns=formats().listing(self._filtered))
                data = replace(data, note=f"{said} {data.note}")
            self.map.show_map(data)
            self.map.view.choose(self._key)

    def _face_pressed(self) -> None:
        if self.map.face.kind == "error":
            self.reload(self._view, self._filtered)
        elif self.found is not None and self.found.partners:
            self.placeless_wanted.emit()
        else:
            self.cleared.emit()

    def _chosen(self, key: int) -> None:
        self._key = key
        self.chosen.emit(key)

    def _opened(self, key: int) -> None:
        if self.found is not None:
            self.opened.emit(next(one.row for one in self.found.partners if one.row.key == key))


def map_data(found: TerritoryMap, colour: str, arriving: bool, sees_owed: bool) -> MapData:
    """The map of partners, coloured by a figure; while ``arriving`` no figure is known."""
    figure = figures.figure(found, colour)
    known = not arriving or colour in (figures.TIER, figures.CHANNEL)
    placed = [one for one in found.partners if one.place is not None]
    tints = {one.row.key: figure.tint(one) if known else "" for one in placed}
    largest = max((one.sales or 0 for one in placed), default=0)
    marks = [
        Mark(
            one.row.key,
            _name(one),
            one.place or (0, 0),
            tints[one.row.key],
            (one.sales or 0) / largest if largest > 0 and not arriving else 0.0,
            _tip(figure, one) if known else ((figure.title, t("still arriving")),),
            one.row.city or "",
            known and bool(one.row.sales_pending) and colour in (figures.SALES, figures.CHANGE),
        )
        for one in placed
    ]
    shades = list(tints.values())
    classes = [ClassEntry(tint, text, shades.count(tint)) for tint, text in figure.classes if known]
    classes.append(ClassEntry("", t("no figure"), shades.count("")))
    as_of = "" if found.as_of is None else t("as of {moment}", moment=formats().instant_short(found.as_of))
    unit = figure.unit if known else t("still arriving")
    return MapData(
        figure.title,
        " · ".join(filter(None, (unit, as_of))),
        figures.titles(found, sees_owed=sees_owed),
        colour,
        marks,
        [one for one in classes if one.count or one.tint],
        _columns(found, figure, known),
        found.partners,
        t("Larger points: more sales this period."),
    )


def _name(one: MapPartner) -> str:
    return two_names(one.row.name, one.row.name_local)[0]


def _tip(figure: figures.Figure, one: MapPartner) -> tuple[tuple[str, str], ...]:
    lines = [(figure.title, figure.text(one))]
    row = one.row
    if figure.id != figures.SALES:
        lines.append((t("Sales MTD"), formats().money(row.sales, row.currency, whole=True)))
    if figure.id == figures.CHANGE:
        lines.append((t("Sales before"), formats().money(one.sales_before, row.currency, whole=True)))
    if row.sales_pending and figure.id in (figures.SALES, figures.CHANGE):
        lines.append((t("Not confirmed"), formats().money(row.sales_pending, row.currency, whole=True)))
    if row.city:
        lines.append((t("City"), row.city))
    return tuple(lines)


def _columns(found: TerritoryMap, figure: figures.Figure, known: bool) -> list[Column]:
    """Of "show as table", copy and CSV: also of partners without a place."""

    def value(one: MapPartner) -> float | int | str | None:
        return figure.value(one) if known else None

    return [
        Column("name", t("Partner"), _name, width=200, stretch=True, sortable=False),
        Column("code", t("Code"), lambda one: one.row.code, width=100, sortable=False),
        Column("city", t("City"), lambda one: one.row.city, width=110, sortable=False),
        Column(
            "figure",
            figure.title,
            value,
            figure.kind,
            width=180,
            currency=found.currency,
            whole=True,
            sortable=False,
            provisional=lambda one: (
                words.sales_reason(one.row) if figure.id in (figures.SALES, figures.CHANGE) else ""
            ),
        ),
        _degrees("latitude", t("Latitude"), 0),
        _degrees("longitude", t("Longitude"), 1),
    ]


def _degrees(name: str, title: str, way: int) -> Column:
    def value(one: MapPartner) -> float | None:
        return None if one.place is None else one.place[way] / 1_000_000

    return Column(name, title, value, Kind.NUMBER, 100, decimals=4, sortable=False)
