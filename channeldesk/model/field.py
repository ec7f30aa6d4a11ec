"""Field work: visits planned and closed, promises."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.changes import Topic
from channeldesk.model.declare import Entity, Kind, Policy, Unit


class VisitPlan(
    Entity,
    name="visit_plan",
    kind=Kind.RECORD,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.VISITS,
    rank=45,
    groups=(("planned_on", "start_minute", "duration_minutes"),),
    policies={"state": Policy.CLIENT, "checked_in_at": Policy.CLIENT},
    indexes=(("partner_id", "planned_on"), ("user_id", "planned_on")),
):
    """A visit being planned or under way. Closing it writes a ``visit``."""

    partner_id: bytes = d.ref("partner", required=True)
    user_id: bytes = d.ref("app_user", required=True)
    planned_on: str = d.day(required=True)
    start_minute: int | None = d.integer(about="minutes after midnight, local time")
    duration_minutes: int | None = d.integer()
    purpose: str | None = d.text()
    state: str = d.choice("planned", "under_way", "done", "cancelled", default="planned")
    checked_in_at: int | None = d.instant()


class Visit(
    Entity,
    name="visit",
    kind=Kind.FACT,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.VISITS,
    rank=46,
    indexes=(("partner_id", "visited_on"),),
):
    """A closed visit: never edited afterwards. To correct it is to tell it anew; the later telling counts."""

    partner_id: bytes = d.ref("partner", required=True)
    plan_id: bytes | None = d.ref("visit_plan")
    user_id: bytes = d.ref("app_user", required=True)
    visited_on: str = d.day(required=True)
    checked_in_at: int | None = d.instant()
    checked_out_at: int | None = d.instant()
    outcome: str = d.choice("met", "not_met", "order_taken", "issue_open", default="met")
    note: str | None = d.text()
    latitude: int | None = d.decimal()
    longitude: int | None = d.decimal()


class Promise(
    Entity,
    name="promise",
    kind=Kind.RECORD,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.PROMISES,
    rank=47,
    policies={"promised": Policy.ASK},
    indexes=(("partner_id",), ("due_on",)),
):
    """Something promised to a partner, with a date."""

    partner_id: bytes = d.ref("partner", required=True)
    visit_id: bytes | None = d.ref("visit")
    owner_id: bytes | None = d.ref("app_user")
    promised: str = d.text(required=True)
    due_on: str = d.day(required=True)
    done_on: str | None = d.day()
    postponed: int = d.counter(about="how often the date was moved")
