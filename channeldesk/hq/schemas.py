"""Shapes of requests and answers, for validation and for ``/openapi.json``. The pull's lines are described in
``docs/sync-protocol.md``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

HexId = Annotated[
    str,
    Field(
        pattern="^[0-9a-f]{32}$",
        description="UUIDv7 without dashes",
        examples=["019a9f7c0b2e7c3d8f10a1b2c3d4e5f6"],
    ),
]


class Strict(BaseModel):
    """A request: fields nobody knows are refused."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """Why a request was refused."""

    code: str = Field(examples=["sync.gap"])
    params: dict[str, Any] = Field(examples=[{"expected": 4}])
    text: str = Field(description="in English, for a reader that does not know the code")


class DeviceIn(Strict):
    id: HexId | None = Field(None, description="null registers a new device")
    name: str | None = Field(None, max_length=200, examples=["Li Wei's laptop"])


class TokenRequest(Strict):
    """Login and password of a user, and the device it signs in on."""

    login: str = Field(max_length=200, examples=["li.wei"])
    password: str = Field(max_length=1000)
    device: DeviceIn = DeviceIn()  # type: ignore[call-arg]


class User(BaseModel):
    id: HexId
    login: str
    name: str
    role: str = Field(examples=["manager"])
    language: str | None = Field(examples=["zh_CN"])


class Device(BaseModel):
    id: HexId
    prefix: str = Field(description="starts provisional numbers", examples=["K7"])
    last_mid: int = Field(description="the last mutation of this device that was answered")


class Company(BaseModel):
    name: str
    currency: str = Field(examples=["CNY"])


class TokenAnswer(BaseModel):
    access_token: str = Field(description="opaque; send it as `Authorization: Bearer …`")
    expires_in: int = Field(description="seconds")
    user: User
    device: Device
    company: Company


class Range(BaseModel):
    min: int
    max: int


class Territory(BaseModel):
    id: HexId
    code: str
    name: str


class Limits(BaseModel):
    push_mutations: int
    push_bytes: int


class Hello(BaseModel):
    """Whom headquarters takes the caller for, and where the feed stands."""

    protocol: Range
    schema_: int = Field(alias="schema", serialization_alias="schema")
    epoch: str
    server_time: int
    user: User
    device: Device
    company: Company
    scope: str = Field(description="changes with the set of units the user may see")
    territories: list[Territory] = Field(description="granted ones and all below them")
    head: int
    oldest: int
    limits: Limits


class PullRequest(Strict):
    cursor: str | None = Field(None, max_length=2000, description="of the last mark or end; null at first")
    schema_: int = Field(1, alias="schema", ge=1)


class Mutation(Strict):
    """One change of one row."""

    mid: int = Field(ge=1, description="counts without gaps per device")
    uuid: HexId
    txn: HexId = Field(description="all mutations of one local transaction, or none, are applied")
    deps: list[HexId] = Field([], max_length=1000, description="uuids whose rejection blocks this one")
    entity: str = Field(max_length=100, examples=["contact"])
    id: HexId
    op: Literal["insert", "patch", "delete"]
    base_rv: int = Field(0, ge=0)
    base: dict[str, Any] = Field({}, description="the fields as the person saw them")
    set: dict[str, Any] = Field({}, description="the fields as they should be")
    inc: dict[str, int] = Field({}, description="counters, by how much")


class PushRequest(Strict):
    schema_: int = Field(1, alias="schema", ge=1)
    epoch: str = Field(max_length=100)
    mutations: list[Mutation]


class Conflict(BaseModel):
    fields: list[str]
    base: dict[str, Any]
    mine: dict[str, Any]
    theirs: dict[str, Any]
    policy: Literal["server", "client", "ask"]
    result: Literal["mine", "theirs"]


class Result(BaseModel):
    """The answer to one mutation."""

    mid: int
    uuid: HexId
    status: Literal["applied", "merged", "duplicate", "conflict", "rejected", "blocked"]
    entity: str
    id: HexId
    rv: int
    deleted: bool = Field(description="headquarters has no such row (any more), or it is out of scope")
    row: dict[str, Any] | None = Field(description="the row now, its visible fields")
    notice: Problem | None
    conflicts: list[Conflict]
    repeated: bool = Field(description="answered before; this is that answer")


class PushAnswer(BaseModel):
    epoch: str
    last_mid: int
    results: list[Result]


class SalesTotal(BaseModel):
    """Confirmed order lines of one fiscal period in one currency. Amounts in minor units."""

    year: int | None = Field(description="null: outside the fiscal calendar")
    period: str = Field(examples=["2026-P11"], description="empty: outside the fiscal calendar")
    currency: str
    orders: int
    lines: int
    quantity: int = Field(description="at scale 3")
    net: int


class Totals(BaseModel):
    head: int = Field(description="position of the feed these totals hold for")
    sales: list[SalesTotal]


class Health(BaseModel):
    status: Literal["ok"]
    company: str
    database: Literal["sqlite", "postgresql"]
