"""Partners and their people."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.changes import Topic
from channeldesk.model.declare import Entity, ForPartner, Kind, Policy, Unit


class Partner(
    Entity,
    name="partner",
    kind=Kind.RECORD,
    unit=Unit.PARTNER,
    owner="id",
    topic=Topic.PARTNERS,
    rank=20,
    key=("code",),
    groups=(
        ("credit_limit", "currency"),
        ("latitude", "longitude"),
        ("address", "city", "postal_code", "country"),
    ),
    policies={"stage": Policy.ASK, "delivery_note": Policy.ASK, "payment_days": Policy.SERVER},
    sensitive=("credit_limit", "payment_days"),
    search=("name", "name_local", "code", "city"),
    indexes=(("territory_id",), ("name",), ("code",)),
    for_partner=ForPartner(hides=("custom",)),
):
    """A dealer, distributor, store or reseller: the unit in which everything else is replicated."""

    code: str | None = d.text(about="the business key, unique at headquarters")
    name: str = d.text(required=True)
    name_local: str | None = d.text(about="the name in the partner's own script")
    channel_type_id: bytes | None = d.ref("channel_type")
    tier_id: bytes | None = d.ref("tier")
    parent_id: bytes | None = d.ref("partner", about="the distributor a sub-dealer buys from")
    territory_id: bytes = d.ref("territory", required=True)
    stage: str = d.choice("prospect", "onboarding", "active", "dormant", "left", default="active")
    currency: str = d.currency(required=True)
    credit_limit: int | None = d.money(about="null: no limit agreed; 0: prepayment only")
    payment_days: int | None = d.integer()
    phone: str | None = d.text()
    email: str | None = d.text()
    address: str | None = d.text()
    city: str | None = d.text()
    postal_code: str | None = d.text()
    country: str | None = d.text()
    latitude: int | None = d.decimal()
    longitude: int | None = d.decimal()
    tax_number: str | None = d.text()
    delivery_note: str | None = d.text()
    joined_on: str | None = d.day()
    custom: str = d.document(about="the customer's own fields")


class Contact(
    Entity,
    name="contact",
    kind=Kind.RECORD,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.CONTACTS,
    rank=22,
    policies={"note": Policy.ASK},
    search=("name", "phone", "email"),
    indexes=(("partner_id",),),
    for_partner=ForPartner(hides=("note",), writes=("insert", "patch", "delete")),
):
    """A person at a partner."""

    partner_id: bytes = d.ref("partner", required=True)
    name: str = d.text(required=True)
    job_title: str | None = d.text()
    phone: str | None = d.text()
    email: str | None = d.text()
    main: int = d.flag(about="the first person to call")
    consent: int = d.flag(about="agreed to be contacted")
    note: str | None = d.text()
