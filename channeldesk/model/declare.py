"""How an entity is declared, once.

Kind, unit of replication, merge groups, conflict policy, sensitive fields and search fields stand on the
entity; storage on both sides, synchronisation, rights, import, export and the generated documentation read
them from here. A declaration is a plain class: no storage library is imported, so that the path to the
first usable window stays short.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, ClassVar

from channeldesk.model.changes import Topic


class Kind(StrEnum):
    """By whom and how rows of an entity may change."""

    REFERENCE = "reference"
    """Written by headquarters staff, read-only on a manager's laptop."""
    FACT = "fact"
    """Appended by whoever saw it, never edited afterwards."""
    RECORD = "record"
    """Edited by several people; merges field by field against its base."""
    REQUEST = "request"
    """Asked on the laptop, decided at headquarters; provisional until then."""


class Unit(StrEnum):
    """The unit of replication a row belongs to."""

    GLOBAL = "global"
    TERRITORY = "territory"
    PARTNER = "partner"
    PRIVATE = "private"
    SERVER = "server"
    """Stays at headquarters: never replicated."""


class Policy(StrEnum):
    """Who wins when two people set the same field (or group) to different values."""

    SERVER = "server"
    CLIENT = "client"
    ASK = "ask"


Within = tuple[int, int] | None
CODE, NAME = 60, 200
"""Characters of a code, and of what something is called."""


class Shape(StrEnum):
    """What a text has to look like; ``rules.field_limits`` knows how."""

    CURRENCY = "currency"
    TIME_ZONE = "time_zone"
    LANGUAGE = "language"
    EMAIL = "email"


class Type(StrEnum):
    """What a field holds. Storage and wire forms per type are listed in ``tables`` and ``wire``."""

    ID = "id"
    REF = "ref"
    TEXT = "text"
    INTEGER = "integer"
    MONEY = "money"
    PRICE = "price"
    QUANTITY = "quantity"
    RATE = "rate"
    DECIMAL = "decimal"
    COUNTER = "counter"
    DAY = "day"
    INSTANT = "instant"
    FLAG = "flag"
    CHOICE = "choice"
    DOCUMENT = "document"


@dataclass(frozen=True)
class Field:
    """One declared field. ``name`` is filled in from the class body."""

    type: Type
    required: bool = False
    target: str | None = None
    choices: tuple[str, ...] = ()
    default: Any = None
    about: str = ""
    indexed: bool = False
    stamped: bool = False
    """Written by headquarters alone, whatever a laptop sends, and no reason for a conflict."""
    name: str = ""
    since: int = 1
    """Version of the wire's schema that brought the field (``wire.SCHEMA``)."""
    longest: int | None = None
    """Characters of a text; None: as many as headquarters takes."""
    within: Within = None
    """The least and the most of a number as it is stored; None: as far as headquarters can count."""
    shape: Shape | None = None


def since(version: int, declared: Any) -> Any:
    """The declared field as one that came with a later version of the wire's schema."""
    return replace(declared, since=version)


def stamped(declared: Any) -> Any:
    """The declared field as one that headquarters alone writes."""
    return replace(declared, stamped=True)


def text(
    *,
    required: bool = False,
    default: str | None = None,
    about: str = "",
    indexed: bool = False,
    longest: int | None = None,
    shape: Shape | None = None,
) -> Any:
    """Free text, or a code."""
    declared = Field(Type.TEXT, required, default=default, about=about, indexed=indexed)
    return replace(declared, longest=longest, shape=shape)


def currency(*, required: bool = False) -> Any:
    """A currency's code (ISO 4217)."""
    return text(required=required, shape=Shape.CURRENCY)


def integer(
    *, required: bool = False, default: int | None = None, about: str = "", within: Within = None
) -> Any:
    """A whole number without unit scale."""
    return Field(Type.INTEGER, required, default=default, about=about, within=within)


def money(
    *, required: bool = False, default: int | None = None, about: str = "", within: Within = None
) -> Any:
    """An amount in minor units of the row's currency."""
    return Field(Type.MONEY, required, default=default, about=about, within=within)


def price(*, required: bool = False, about: str = "", within: Within = None) -> Any:
    """A price per base unit: currency units at scale 4."""
    return Field(Type.PRICE, required, about=about, within=within)


def quantity(
    *, required: bool = False, default: int | None = None, about: str = "", within: Within = None
) -> Any:
    """A quantity in the product's base unit at scale 3."""
    return Field(Type.QUANTITY, required, default=default, about=about, within=within)


def rate(
    *, required: bool = False, default: int | None = None, about: str = "", within: Within = None
) -> Any:
    """A rate in basis points (1300 = 13 %)."""
    return Field(Type.RATE, required, default=default, about=about, within=within)


def decimal(*, required: bool = False, about: str = "", within: Within = None) -> Any:
    """A number kept as an integer at scale 6: coordinates, exchange rates."""
    return Field(Type.DECIMAL, required, about=about, within=within)


def counter(*, about: str = "") -> Any:
    """A whole number that travels as increments, so that two people's additions add up."""
    return Field(Type.COUNTER, True, default=0, about=about)


def day(*, required: bool = False, about: str = "", indexed: bool = False) -> Any:
    """A business date in the territory's time zone."""
    return Field(Type.DAY, required, about=about, indexed=indexed)


def instant(*, required: bool = False, about: str = "") -> Any:
    """A moment: milliseconds since 1970-01-01 UTC."""
    return Field(Type.INSTANT, required, about=about)


def flag(*, default: bool = False, about: str = "") -> Any:
    """Yes or no, stored as 0 or 1."""
    return Field(Type.FLAG, True, default=int(default), about=about)


def choice(*choices: str, required: bool = True, default: str | None = None, about: str = "") -> Any:
    """One of a closed list of codes."""
    return Field(Type.CHOICE, required, choices=choices, default=default, about=about)


def document(*, about: str = "") -> Any:
    """A JSON object whose keys are fields of their own in merge, rights and conflicts (``custom.key``)."""
    return Field(Type.DOCUMENT, True, default="{}", about=about)


def ref(target: str, *, required: bool = False, about: str = "", indexed: bool = False) -> Any:
    """The id of a row of another entity. Enforced at headquarters, tolerated when missing on a laptop."""
    return Field(Type.REF, required, target=target, about=about, indexed=indexed)


@dataclass(frozen=True)
class ForPartner:
    """What the people of a partner (the role ``partner``) get of an entity: rows of their own partner, and of
    the company's what concerns it.
    """

    hides: tuple[str, ...] = ()
    """Fields that stay away from them, beside the sensitive ones."""
    writes: tuple[str, ...] = ()
    """Of insert, patch, delete."""
    authored: tuple[str, ...] = ()
    """Of these, those of rows that the person itself recorded; insert: of a row that is, or was, there."""
    concerns: tuple[str, ...] = ()
    """References that must be empty or name what is the partner's own; ``id``: the row is that itself."""
    flag: str | None = None
    """Rows with this flag only. Once set it stays: what somebody was given cannot be taken back."""

    @property
    def sole_concern(self) -> str | None:
        """The reference by which a row concerns a partner, where it is one."""
        return self.concerns[0] if len(self.concerns) == 1 else None


SYSTEM_FIELDS = (
    Field(Type.ID, True, name="id", about="UUIDv7, made where the row is made"),
    Field(Type.INSTANT, False, name="created_at", about="when it was recorded"),
    Field(Type.REF, False, target="app_user", name="created_by", about="who recorded it"),
    Field(Type.INSTANT, False, name="updated_at", about="when headquarters last wrote it"),
    Field(Type.REF, False, target="app_user", name="updated_by", about="who changed it last"),
)
"""Fields of every synchronised row. ``rv`` (server version) and ``deleted`` belong to storage."""

ENTITIES: dict[str, type[Entity]] = {}
"""Every entity by name, in order of rank (parents before children), filled by importing the area modules."""


class Entity:
    """Base of every declaration. Class keywords say what is true for the whole entity.

    ``unit`` with ``owner``: the unit of replication and the field that names it (``id`` for the unit's own
    row). A row whose owner is null stays at headquarters. ``rank`` orders a backfill. ``exact``: rows
    that leave the same fields of ``key`` empty are the same too.
    """

    __entity__: ClassVar[str] = ""
    kind: ClassVar[Kind]
    unit: ClassVar[Unit]
    owner: ClassVar[str | None]
    rank: ClassVar[int]
    topic: ClassVar[Topic]
    key: ClassVar[tuple[str, ...]]
    exact: ClassVar[bool]
    groups: ClassVar[tuple[tuple[str, ...], ...]]
    policies: ClassVar[dict[str, Policy]]
    sensitive: ClassVar[frozenset[str]]
    search: ClassVar[tuple[str, ...]]
    indexes: ClassVar[tuple[tuple[str, ...], ...]]
    parent: ClassVar[str | None]
    fields: ClassVar[dict[str, Field]]
    for_partner: ClassVar[ForPartner | None]
    stamped: ClassVar[frozenset[str]]
    """Fields that headquarters writes, beside those of every row."""

    def __init_subclass__(
        cls,
        *,
        name: str,
        kind: Kind,
        unit: Unit,
        topic: Topic,
        rank: int,
        owner: str | None = None,
        key: tuple[str, ...] = (),
        exact: bool = False,
        groups: tuple[tuple[str, ...], ...] = (),
        policies: dict[str, Policy] | None = None,
        sensitive: tuple[str, ...] = (),
        search: tuple[str, ...] = (),
        indexes: tuple[tuple[str, ...], ...] = (),
        parent: str | None = None,
        for_partner: ForPartner | None = None,
    ) -> None:
        super().__init_subclass__()
        cls.__entity__, cls.kind, cls.unit, cls.topic, cls.rank = name, kind, unit, topic, rank
        cls.owner, cls.key, cls.groups, cls.search, cls.indexes = owner, key, groups, search, indexes
        cls.policies, cls.sensitive, cls.parent = policies or {}, frozenset(sensitive), parent
        cls.for_partner, cls.exact = for_partner, exact
        own = {n: replace(f, name=n) for n, f in vars(cls).items() if isinstance(f, Field)}
        cls.fields = {f.name: f for f in SYSTEM_FIELDS} | own
        cls.stamped = frozenset(name for name, field in own.items() if field.stamped)
        for field_name in own:
            delattr(cls, field_name)
        cls._check()
        ENTITIES[name] = cls
        ordered = sorted(ENTITIES.items(), key=lambda item: (item[1].rank, item[0]))
        ENTITIES.clear()
        ENTITIES.update(ordered)

    @classmethod
    def _check(cls) -> None:
        known = set(cls.fields)
        named = {*cls.key, *cls.policies, *cls.sensitive, *cls.search, *([cls.owner] if cls.owner else [])}
        for group in (*cls.groups, *cls.indexes):
            named |= set(group)
        if cls.for_partner is not None:
            named |= {*cls.for_partner.hides, *cls.for_partner.concerns}
            named |= {cls.for_partner.flag} if cls.for_partner.flag else set()
        if unknown := named - known:
            raise TypeError(f"{cls.__name__} names fields that it does not declare: {sorted(unknown)}")
        if cls.unit in (Unit.PARTNER, Unit.TERRITORY, Unit.PRIVATE) and cls.owner is None:
            raise TypeError(f"{cls.__name__} belongs to a {cls.unit} and must name its owner field")
        if cls.parent is not None and cls.parent not in known:
            raise TypeError(f"{cls.__name__}: parent {cls.parent} is not a field")

    @classmethod
    def policy_of(cls, field_name: str) -> Policy:
        """The conflict policy of a field; ``custom.key`` follows its document; headquarters by default."""
        return cls.policies.get(field_name, cls.policies.get(field_name.split(".")[0], Policy.SERVER))

    @classmethod
    def hidden(cls, field_name: str) -> bool:
        """Whether some role does not get the field: then a laptop does without it."""
        hides = cls.for_partner.hides if cls.for_partner is not None else ()
        return field_name in cls.sensitive or field_name in hides

    @classmethod
    def versions(cls) -> set[int]:
        """Versions of the wire's schema that brought fields, or with its first ones the whole entity."""
        return {field.since for field in cls.fields.values() if field not in SYSTEM_FIELDS}

    @classmethod
    def synced(cls) -> bool:
        return cls.unit is not Unit.SERVER


def replicated() -> list[type[Entity]]:
    """Entities that travel to laptops, parents before children."""
    return [entity for entity in ENTITIES.values() if entity.synced()]
