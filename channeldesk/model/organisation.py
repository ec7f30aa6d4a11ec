"""Organisation: territories, periods, rates, people, their roles and devices."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.changes import Topic
from channeldesk.model.declare import Entity, ForPartner, Kind, Shape, Type, Unit
from channeldesk.model.values import LARGEST, WHOLE

LONGEST_LOGIN = 200
"""Characters that the sign-in takes."""


class Role(
    Entity,
    name="role",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.ORGANISATION,
    rank=2,
    key=("code",),
    for_partner=ForPartner(),
):
    """What a kind of user may do. The codes are fixed: headquarters, manager, viewer, partner."""

    code: str = d.text(required=True)
    name: str = d.text(required=True)
    sees_sensitive: int = d.flag(about="receives the fields that declarations call sensitive")
    writes_reference: int = d.flag(about="may publish prices, products, policies and targets")
    writes_field: int = d.flag(default=True, about="may record visits, counts, orders and edits of partners")


class User(
    Entity,
    name="app_user",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.ORGANISATION,
    rank=4,
    key=("login",),
    sensitive=("email",),
    for_partner=ForPartner(hides=("login", "language", "approves"), concerns=("partner_id",)),
):
    """A person who signs in, or a salesperson named by history. Secrets live in ``credential``."""

    login: str = d.text(required=True, longest=LONGEST_LOGIN)
    name: str = d.text(required=True, longest=d.NAME)
    role_code: str = d.choice("headquarters", "manager", "viewer", "partner", default="manager")
    title: str | None = d.text(longest=d.NAME)
    email: str | None = d.text(longest=254, shape=Shape.EMAIL)
    language: str | None = d.text(about="language tag, for example zh_CN", shape=Shape.LANGUAGE)
    active: int = d.flag(default=True)
    partner_id: bytes | None = d.since(
        2, d.Field(Type.ID, target="partner", about="of the role partner: whose people the user is one of")
    )
    approves: int = d.since(4, d.flag(about="a manager who may approve what others ask for"))


class Credential(
    Entity,
    name="credential",
    kind=Kind.RECORD,
    unit=Unit.SERVER,
    topic=Topic.ORGANISATION,
    rank=5,
    key=("user_id",),
):
    """A user's password hash (Argon2id). Never leaves headquarters."""

    user_id: bytes = d.ref("app_user", required=True)
    password_hash: str = d.text(required=True)


class Territory(
    Entity,
    name="territory",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.ORGANISATION,
    rank=6,
    key=("code",),
    indexes=(("path",),),
    for_partner=ForPartner(concerns=("id",)),
):
    """A node of the territory tree. ``path`` is the codes from the root, each followed by ``/``."""

    code: str = d.text(required=True, longest=d.CODE)
    name: str = d.text(required=True, longest=d.NAME)
    parent_id: bytes | None = d.ref("territory")
    path: str = d.stamped(d.text(required=True, about="for example CN/CN-E/CN-E2/"))
    manager_id: bytes | None = d.ref("app_user")
    time_zone: str = d.text(
        required=True, default="UTC", about="IANA name; decides the business date", shape=Shape.TIME_ZONE
    )
    currency: str | None = d.currency()


class ScopeGrant(
    Entity,
    name="scope_grant",
    kind=Kind.REFERENCE,
    unit=Unit.PRIVATE,
    owner="user_id",
    topic=Topic.ORGANISATION,
    rank=8,
    key=("user_id", "territory_id"),
):
    """A user may see a territory and everything below it."""

    user_id: bytes = d.ref("app_user", required=True)
    territory_id: bytes = d.ref("territory", required=True)


class Device(
    Entity,
    name="device",
    kind=Kind.RECORD,
    unit=Unit.SERVER,
    topic=Topic.ORGANISATION,
    rank=9,
    key=("prefix",),
):
    """A laptop profile of a user. ``prefix`` starts its provisional numbers."""

    user_id: bytes = d.ref("app_user", required=True)
    prefix: str = d.text(required=True)
    name: str | None = d.text()
    last_mid: int = d.integer(required=True, default=0, about="number of the last mutation taken in")
    last_seen_at: int | None = d.instant()
    revoked: int = d.flag()


class FiscalPeriod(
    Entity,
    name="fiscal_period",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.ORGANISATION,
    rank=10,
    key=("code",),
    indexes=(("starts_on",),),
    for_partner=ForPartner(),
):
    """A month of the fiscal calendar; 4-4-5 and other calendars are rows, not code."""

    code: str = d.text(required=True, about="for example 2026-P11", longest=d.CODE)
    name: str = d.text(required=True, longest=d.NAME)
    year: int = d.integer(required=True, within=(1900, 2200))
    number: int = d.integer(required=True, about="1 to 12 (or 13) within the year", within=(1, 53))
    quarter: int = d.integer(required=True, within=(1, 4))
    starts_on: str = d.day(required=True)
    ends_on: str = d.day(required=True)
    trading_days: int = d.integer(required=True, within=(0, 366))


class ExchangeRate(
    Entity,
    name="exchange_rate",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.PRICES,
    rank=11,
    key=("currency", "base_currency", "valid_from"),
):
    """How much of the base currency one unit of a currency buys from a date on."""

    currency: str = d.currency(required=True)
    base_currency: str = d.currency(required=True)
    valid_from: str = d.day(required=True)
    rate: int = d.decimal(required=True, within=(1, LARGEST))


class TaxCode(
    Entity,
    name="tax_code",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.PRICES,
    rank=12,
    key=("code",),
    for_partner=ForPartner(),
):
    """A tax rate by name."""

    code: str = d.text(required=True, longest=d.CODE)
    name: str = d.text(required=True, longest=d.NAME)
    rate: int = d.rate(required=True, within=(0, WHOLE))


class ChannelType(
    Entity,
    name="channel_type",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.ORGANISATION,
    rank=13,
    key=("code",),
    for_partner=ForPartner(hides=("priority", "plan_share")),
):
    """Distributor, store, e-commerce and so on, with its group in the channel mix and the planned share."""

    code: str = d.text(required=True, longest=d.CODE)
    name: str = d.text(required=True, longest=d.NAME)
    name_local: str | None = d.text(longest=d.NAME)
    mix_group: str = d.choice("direct", "distribution", "emerging")
    priority: int = d.integer(required=True, default=0, within=(0, 999))
    plan_share: int = d.rate(required=True, default=0, about="planned share of revenue", within=(0, WHOLE))


class Tier(
    Entity,
    name="tier",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.ORGANISATION,
    rank=14,
    key=("code",),
    for_partner=ForPartner(),
):
    """A partner's standing: Registered, Silver, Gold."""

    code: str = d.text(required=True, longest=d.CODE)
    name: str = d.text(required=True, longest=d.NAME)
    name_local: str | None = d.text(longest=d.NAME)
    rank_number: int = d.integer(required=True, about="1 is the highest", within=(0, 999))
