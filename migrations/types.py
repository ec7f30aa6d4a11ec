"""Column types for revisions: what a revision meant when it was written must not change afterwards."""

from __future__ import annotations

import sqlalchemy as sa

ID = sa.LargeBinary(16).with_variant(sa.Uuid(), "postgresql")
DAY = sa.String(10).with_variant(sa.Date(), "postgresql")
