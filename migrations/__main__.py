"""``python -m migrations SIDE "why"``: write the next revision of a side from what its models declare."""

from __future__ import annotations

import sys
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

HERE = Path(__file__).parent


def main(side: str, message: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE / side))
    number = 1 + max((int(file.name[:4]) for file in (HERE / side / "versions").glob("[0-9]*.py")), default=0)
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")


if __name__ == "__main__":
    main(*sys.argv[1:])
