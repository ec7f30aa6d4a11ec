"""Limits of differences, as headquarters would set them."""

from channeldesk.desk import Desk
from channeldesk.model.ids import new_id


def set_limit(desk: Desk, amount: int, share: int | None = None) -> None:
    """For every currency; ``amount`` in minor units, ``share`` in basis points."""
    no_limit(desk)
    with desk.database.apply() as connection:
        for (currency,) in connection.exec_driver_sql("SELECT DISTINCT currency FROM partner").all():
            connection.exec_driver_sql(
                "INSERT INTO count_limit (id, rv, currency, amount, share) VALUES (?, 1, ?, ?, ?)",
                (new_id(), currency, amount, share),
            )


def no_limit(desk: Desk) -> None:
    """Without those that the demo brings."""
    with desk.database.apply() as connection:
        connection.exec_driver_sql("DELETE FROM count_limit")
