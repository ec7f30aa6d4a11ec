"""What headquarters keeps of sign-ins: only hashes of what opens anything."""

from __future__ import annotations

import sqlalchemy as sa

from channeldesk.model.tables import Id, hq

refresh_token = sa.Table(
    "refresh_token",
    hq,
    sa.Column("token_hash", sa.LargeBinary(32), primary_key=True, comment="SHA-256; the token is not kept"),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("device_id", Id, nullable=False),
    sa.Column("issued_at", sa.BigInteger, nullable=False),
    sa.Column("signed_in_at", sa.BigInteger, nullable=False, comment="when the person last proved who it is"),
    sa.Column("used_at", sa.BigInteger),
    sa.Column("request_id", Id, comment="of the request that used it: the same one gets the same answer"),
)
sa.Index("ix_refresh_token_device_id", refresh_token.c.device_id)

sign_in_tally = sa.Table(
    "sign_in_tally",
    hq,
    sa.Column("key", sa.LargeBinary(32), primary_key=True, comment="keyed hash of whose tries are counted"),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("tried_at", sa.BigInteger, nullable=False),
    sa.Column("blocked_until", sa.BigInteger, nullable=False),
    sa.Column("proved_at", sa.BigInteger, comment="when the person last proved who it is from this place"),
)
sa.Index("ix_sign_in_tally_tried_at", sign_in_tally.c.tried_at)

authorization_code = sa.Table(
    "authorization_code",
    hq,
    sa.Column("code_hash", sa.LargeBinary(32), primary_key=True, comment="SHA-256; the code is not kept"),
    sa.Column("user_id", Id, nullable=False),
    sa.Column("challenge", sa.Text, nullable=False, comment="RFC 7636, S256"),
    sa.Column("redirect_uri", sa.Text, nullable=False),
    sa.Column("ends_at", sa.BigInteger, nullable=False),
)
sa.Index("ix_authorization_code_ends_at", authorization_code.c.ends_at)

device_code = sa.Table(
    "device_code",
    hq,
    sa.Column(
        "code_hash", sa.LargeBinary(32), primary_key=True, comment="SHA-256 of what the laptop asks with"
    ),
    sa.Column(
        "typed_hash", sa.LargeBinary(32), nullable=False, comment="keyed hash of what the person types"
    ),
    sa.Column("name", sa.Text, comment="of the laptop, as it says"),
    sa.Column("user_id", Id, comment="who proved to be there; null until then"),
    sa.Column("asked_at", sa.BigInteger, nullable=False, comment="when the laptop last asked"),
    sa.Column("ends_at", sa.BigInteger, nullable=False),
)
sa.Index("ix_device_code_typed_hash", device_code.c.typed_hash, unique=True)
sa.Index("ix_device_code_ends_at", device_code.c.ends_at)

device_order = sa.Table(
    "device_order",
    hq,
    sa.Column("device_id", Id, primary_key=True),
    sa.Column("statement", sa.Text, nullable=False, comment="signed: what the device shall do"),
    sa.Column("at_once", sa.SmallInteger, nullable=False, comment="1: nothing more is taken from it"),
    sa.Column("ordered_at", sa.BigInteger, nullable=False),
    sa.Column("obeyed_at", sa.BigInteger, comment="when the device said that it did it"),
    sa.Column("destroyed", sa.Integer, comment="edits and files that it had not handed in"),
)
