"""The end of a backfill where two rounds meet."""

from pathlib import Path

from channeldesk.store import derive
from tests.support import laptop


def test_a_round_that_begins_to_fill_while_another_ends_leaves_no_index_out(tmp_path: Path) -> None:
    """The worker of a killed program lives on for a moment."""
    with laptop.opened(tmp_path / "cache.db") as database:
        with database.apply() as connection:
            derive.drop_secondary_indexes(connection)
        ending = derive.complete(database)
        next(ending)
        with database.apply() as connection:
            derive.drop_secondary_indexes(connection)
        list(ending)
        with database.read() as connection:
            assert not derive.suspended(connection)
            assert derive.missing_indexes(connection) == []
            assert not any(derive.compare(connection).values())
