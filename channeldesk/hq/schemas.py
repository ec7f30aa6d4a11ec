"""Shapes of requests and answers, for validation and for ``/openapi.json``. The pull's lines are described in
``docs/sync-protocol.md``.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

HexId = Annotated[
    str,
    Field(
        pattern="^[0-9a-f]{32}$",
        description="UUIDv7 without dashes",
        examples=["019a9f7c0b2e7c3d8f10a1b2c3d4e5f6"],
    ),
]


def _seen(name: str) -> str:
    """Databases refuse some characters that nobody sees, and a name is there to be read."""
    return "".join(sign for sign in name if sign.isprintable()).strip()


DeviceName = Annotated[
    str,
    AfterValidator(_seen),
    Field(max_length=200, description="of the laptop, for people to read", examples=["Li Wei's laptop"]),
]

MOST_KEPT = 300
"""Territories that a laptop names to narrow its copy: those at the top of what it keeps are enough."""


class Strict(BaseModel):
    """A request: fields nobody knows are refused."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """Why a request was refused."""

    code: str = Field(description="stable name of the reason", examples=["sync.gap"])
    params: dict[str, Any] = Field(description="values for the sentence", examples=[{"expected": 4}])
    text: str = Field(description="in English, for a reader that does not know the code")


class DeviceIn(Strict):
    id: HexId | None = Field(None, description="null registers a new device")
    name: DeviceName | None = None


class PasswordGrant(Strict):
    """Login and password of a user, and the device it signs in on."""

    grant_type: Literal["password"] = Field(description="which proof this is")
    login: str = Field(max_length=200, description="what the person signs in with", examples=["li.wei"])
    password: str = Field(max_length=1000, description="of the user")
    device: DeviceIn = DeviceIn()  # type: ignore[call-arg]


class RefreshGrant(Strict):
    """The refresh token of a device, for the next pair."""

    grant_type: Literal["refresh_token"] = Field(description="which proof this is")
    refresh_token: str = Field(max_length=200, description="of the last answer")
    request_id: HexId = Field(
        description="the same one when this request is repeated: the answer may be lost"
    )


class CodeGrant(Strict):
    """What the browser brought back from the sign-in page, and the verifier that only the laptop knows."""

    grant_type: Literal["authorization_code"] = Field(description="which proof this is")
    code: str = Field(max_length=200, description="from the redirect")
    code_verifier: str = Field(
        pattern="^[A-Za-z0-9._~-]{43,128}$", description="whose SHA-256 was the challenge (RFC 7636)"
    )
    redirect_uri: str = Field(max_length=200, description="as it stood in the address of the page")
    device: DeviceIn = DeviceIn()  # type: ignore[call-arg]


DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class DeviceCodeGrant(Strict):
    """The code with which a laptop without a browser asks whether its person is there (RFC 8628)."""

    grant_type: Literal["urn:ietf:params:oauth:grant-type:device_code"] = Field(
        description="which proof this is"
    )
    device_code: str = Field(max_length=200, description="of `/auth/v1/device_authorization`")
    device: DeviceIn = DeviceIn()  # type: ignore[call-arg]


TokenRequest = Annotated[
    PasswordGrant | RefreshGrant | CodeGrant | DeviceCodeGrant, Field(discriminator="grant_type")
]


class DeviceCodeRequest(Strict):
    """A laptop without a browser asks for a code to show."""

    name: DeviceName | None = None


class DeviceCodeAnswer(BaseModel):
    device_code: str = Field(description="opaque; for the laptop's own requests")
    user_code: str = Field(description="for the person to type", examples=["WDJB-MJHT"])
    verification_uri: str = Field(description="where it is typed", examples=["https://hq.example.com/device"])
    expires_in: int = Field(description="seconds until both codes end", examples=[600])
    interval: int = Field(description="seconds between two questions, at least", examples=[5])


class User(BaseModel):
    id: HexId
    login: str = Field(description="what the person signs in with", examples=["li.wei"])
    name: str = Field(description="as colleagues know the person", examples=["Li Wei"])
    role: str = Field(description="headquarters, manager, viewer or partner", examples=["manager"])
    language: str | None = Field(description="the person's language tag, if known", examples=["zh_CN"])


class Device(BaseModel):
    id: HexId
    prefix: str = Field(description="starts provisional numbers", examples=["K7"])
    last_mid: int = Field(description="the last mutation of this device that was answered")


class Company(BaseModel):
    name: str = Field(description="of the company", examples=["Example Tools"])
    currency: str = Field(description="ISO 4217 code of its books", examples=["CNY"])


class Contact(BaseModel):
    """What every contact renews, signed by headquarters (`docs/sync-protocol.md`, Leases and orders)."""

    lease: str = Field(description="how long this device may work without a contact; a signed statement")
    signing_key: str = Field(
        description="Ed25519, 32 bytes in hexadecimal digits; pinned at the first contact",
        examples=["5f" * 32],
    )


class Tokens(BaseModel):
    access_token: str = Field(description="opaque; send it as `Authorization: Bearer …`")
    expires_in: int = Field(description="seconds until the access token ends")
    refresh_token: str = Field(description="opaque; good for one refresh")
    ends_in: int = Field(description="seconds until the person has to sign in again")


class TokenAnswer(Tokens, Contact):
    user: User
    device: Device
    company: Company


class Order(BaseModel):
    """What headquarters ordered a device to do."""

    order: str | None = Field(description="a signed statement of the kind `wipe`; null: nothing")


class Obeyed(Strict):
    order: str = Field(max_length=1000, description="the statement that was obeyed")
    lease: str = Field(
        max_length=1000, description="the device's last one: only who opened its profile has it"
    )
    destroyed: int = Field(ge=0, description="edits and files that were not handed in", examples=[0])


class Noted(BaseModel):
    noted: bool = Field(description="false: nothing like that was ordered")


class Range(BaseModel):
    min: int = Field(description="oldest version still spoken", examples=[1])
    max: int = Field(description="newest version spoken", examples=[1])


class Territory(BaseModel):
    id: HexId
    code: str = Field(description="unique in the company", examples=["CN-E2"])
    name: str = Field(description="as people call it", examples=["East China 2"])


class Limits(BaseModel):
    push_mutations: int = Field(
        description="most mutations of one push; one longer transaction is taken alone", examples=[500]
    )
    push_bytes: int = Field(description="most bytes of an unpacked request body", examples=[4000000])


class AuditHead(BaseModel):
    """The newest entry of the audit trail: the laptop keeps it, and tells it with its next hello."""

    seq: int = Field(description="number of the entry", examples=[5210])
    hash: str = Field(description="its hash, over all entries before it", examples=["5f" * 32])
    witness: Literal["agrees", "differs", "shorter", "restored", "unknown"] | None = Field(
        description="how the head that the laptop told stands to the trail; null if it told none"
    )


class Hello(Contact):
    """Whom headquarters takes the caller for, and where the feed stands."""

    protocol: Range
    schema_: int = Field(
        alias="schema",
        serialization_alias="schema",
        description="version of the entities on the wire",
        examples=[1],
    )
    epoch: str = Field(
        description="changes when headquarters was restored from a backup",
        examples=["9f0c2d4e5b6a79881726354453627181"],
    )
    oldest_schema: int = Field(
        description="oldest version of the entities that a push may be written in", examples=[1]
    )
    news: bool = Field(description="whether a pull from the cursor given would bring anything")
    server_time: int = Field(description="headquarters' clock, milliseconds UTC", examples=[1795300000000])
    user: User
    device: Device
    company: Company
    scope: str = Field(description="changes with the set of units the user may see")
    territories: list[Territory] = Field(description="granted ones and all below them")
    head: int = Field(description="position of the newest entry in the feed", examples=[183422])
    oldest: int = Field(
        description="what was deleted up to this position may be forgotten: older cursors begin again",
        examples=[0],
    )
    limits: Limits
    audit: AuditHead
    order: str | None = Field(
        description="a signed statement: hand in what waits, then destroy everything; null is the usual"
    )


class Units(Strict):
    """Ids of units of replication by kind."""

    partner: list[HexId] = Field([], description="partners, with everything that belongs to them")
    territory: list[HexId] = Field([], description="territories, with their own settings")
    private: list[HexId] = Field([], description="the user's own drafts")
    global_: list[HexId] = Field(
        [], alias="global", description="what everybody holds, as one unit with the id 0"
    )


class Told(Strict):
    """What a laptop has of its user's scope."""

    complete: Units = Field(description="units of which every row is here")
    partial: Units = Field(description="units that are being filled, or shall be filled again")


Keep = Annotated[
    list[HexId],
    Field(
        max_length=MOST_KEPT, description="territories to which the laptop narrows its copy, with all below"
    ),
]
"""What a laptop wants of what it may have."""


class PullRequest(Strict):
    cursor: str | None = Field(
        None, max_length=2000, description="of the last mark or end, opaque; null at first"
    )
    schema_: int = Field(
        1, alias="schema", ge=1, description="version of the entities the laptop knows", examples=[1]
    )
    units: Told | None = Field(None, description="when the last answer asked for it, or some are partial")
    keep: Keep | None = None


class Mutation(Strict):
    """One change of one row."""

    mid: int = Field(ge=1, description="counts without gaps per device")
    uuid: HexId
    txn: HexId = Field(description="all mutations of one local transaction, or none, are applied")
    deps: list[HexId] = Field([], max_length=1000, description="uuids whose rejection blocks this one")
    entity: str = Field(max_length=100, description="the entity of the row", examples=["contact"])
    id: HexId
    op: Literal["insert", "patch", "delete"] = Field(
        description="what happened to the row", examples=["patch"]
    )
    base_rv: int = Field(
        0, ge=0, description="version of the row the person saw; 0 for a new one", examples=[183001]
    )
    base: dict[str, Any] = Field({}, description="as the person saw them, with those of their merge groups")
    set: dict[str, Any] = Field({}, description="the fields as they should be")
    inc: dict[str, int] = Field({}, description="counters, by how much")


class PushRequest(Strict):
    schema_: int = Field(
        1,
        alias="schema",
        ge=1,
        description="version of the entities the mutations are written in",
        examples=[1],
    )
    epoch: str = Field(
        max_length=100, description="of the last hello", examples=["9f0c2d4e5b6a79881726354453627181"]
    )
    mutations: list[Mutation] = Field(description="in the order of `mid`")


class Conflict(BaseModel):
    fields: list[str] = Field(description="decided together", examples=[["phone"]])
    base: dict[str, Any] = Field(description="what both started from", examples=[{"phone": "0571"}])
    mine: dict[str, Any] = Field(description="what this laptop sent", examples=[{"phone": "0572"}])
    theirs: dict[str, Any] = Field(description="what headquarters held", examples=[{"phone": "0573"}])
    policy: Literal["server", "client", "ask"] = Field(description="of these fields", examples=["ask"])
    result: Literal["mine", "theirs"] = Field(description="which side stands now", examples=["theirs"])


class Result(BaseModel):
    """The answer to one mutation."""

    mid: int = Field(description="of the mutation", examples=[42])
    uuid: HexId
    status: Literal["applied", "merged", "duplicate", "conflict", "rejected", "blocked"] = Field(
        description="see the table in docs/sync-protocol.md", examples=["merged"]
    )
    entity: str = Field(description="of the mutation", examples=["contact"])
    id: HexId
    rv: int = Field(description="version of the row now; 0 if there is none", examples=[183500])
    deleted: bool = Field(description="headquarters has no such row (any more), or it is out of scope")
    row: dict[str, Any] | None = Field(description="the row now, its visible fields")
    notice: Problem | None = Field(description="why it was rejected or blocked")
    conflicts: list[Conflict] = Field(description="fields set differently by somebody else")
    repeated: bool = Field(description="answered before; this is that answer")


class PushAnswer(BaseModel):
    epoch: str = Field(description="headquarters' epoch", examples=["9f0c2d4e5b6a79881726354453627181"])
    last_mid: int = Field(description="the device's last answered mutation", examples=[42])
    results: list[Result] = Field(description="one for each mutation, in order")


class DeviceRequest(Strict):
    name: DeviceName | None = None


class NewDevice(Tokens):
    """A device of its own for a profile that was copied or restored; its tokens replace the old ones."""

    device: Device


class TerritorySize(BaseModel):
    """Of a territory alone, without those below it."""

    id: HexId
    parent: HexId | None = Field(description="the territory above; it need not be among them")
    code: str = Field(examples=["CN-E2"], description="of the territory")
    name: str = Field(examples=["East China 2"], description="of the territory")
    partners: int = Field(description="partners in it", examples=[120])
    rows: int = Field(description="rows of the territory and its partners", examples=[48000])


class Sizes(BaseModel):
    shared: int = Field(description="rows that every laptop of this user has", examples=[5200])
    territories: list[TerritorySize] = Field(description="in sight, in the order of the tree")


class DigestRequest(Strict):
    cursor: str = Field(max_length=2000, description="of the last end")
    keep: Keep | None = None


class UnitDigest(BaseModel):
    kind: str = Field(description="global, private, territory or partner", examples=["partner"])
    id: HexId
    rows: int = Field(description="rows of the unit", examples=[1480])
    sum: str = Field(description="sum of a 64-bit hash of each row", examples=["9f0c2d4e5b6a7988"])


class DigestAnswer(BaseModel):
    current: bool = Field(description="false: there is news; pull first, nothing was compared")
    units: list[UnitDigest] = Field(description="every unit held that has rows")


class SalesTotal(BaseModel):
    """Confirmed order lines of one fiscal period in one currency. Amounts in minor units."""

    year: int | None = Field(description="null: outside the fiscal calendar")
    period: str = Field(examples=["2026-P11"], description="empty: outside the fiscal calendar")
    currency: str = Field(description="of the amounts", examples=["CNY"])
    orders: int = Field(description="orders with such lines", examples=[120])
    lines: int = Field(description="order lines", examples=[1480])
    quantity: int = Field(description="at scale 3")
    net: int = Field(description="in minor units, without tax", examples=[18542000])


class Totals(BaseModel):
    head: int = Field(description="position of the feed these totals hold for")
    sales: list[SalesTotal] = Field(description="by period and currency")


class Health(BaseModel):
    status: Literal["ok"] = Field(description="this process answers", examples=["ok"])
    company: str = Field(description="whose headquarters this is", examples=["Example Tools"])
    database: Literal["sqlite", "postgresql"] = Field(
        description="what it stands on", examples=["postgresql"]
    )
