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
