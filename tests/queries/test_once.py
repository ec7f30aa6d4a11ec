"""What several parts of one answer ask for is read once, and never kept beyond that answer."""

import sqlalchemy as sa

from channeldesk.actions.transaction import Transaction
from channeldesk.desk import Desk
from channeldesk.model.changes import Done
from channeldesk.queries import clock, periods
from channeldesk.queries.once import once

STATE = "company_currency"


def test_an_answer_reads_it_once_and_the_next_one_anew(desk: Desk) -> None:
    read = []

    @once
    def currency(connection: sa.Connection, key: str) -> str | None:
        read.append(key)
        return clock.state(connection, key)

    def answer(connection: sa.Connection) -> tuple[str | None, str | None]:
        return currency(connection, STATE), currency(connection, STATE)

    assert desk.ask(answer) == ("CNY", "CNY")
    assert read == [STATE]
    with desk.database.apply() as connection:
        connection.exec_driver_sql("UPDATE local_state SET value = 'HKD' WHERE key = ?", (STATE,))
    assert desk.ask(answer) == ("HKD", "HKD")
    assert read == [STATE, STATE]


def test_other_arguments_are_another_question(desk: Desk) -> None:
    def answer(connection: sa.Connection) -> list[int]:
        return [len(periods.window(connection, count).periods) for count in (1, 3, 1)]

    assert desk.ask(answer) == [1, 3, 1]


def test_an_action_sees_what_it_has_just_written(desk: Desk) -> None:
    def change(tx: Transaction) -> Done[tuple[str | None, str | None]]:
        before = clock.state(tx.connection, STATE)
        tx.connection.exec_driver_sql("UPDATE local_state SET value = 'HKD' WHERE key = ?", (STATE,))
        return Done((before, clock.state(tx.connection, STATE)))

    assert desk.act(change).value == ("CNY", "HKD")


def test_nothing_is_left_of_an_answer_that_failed(desk: Desk) -> None:
    def fails(connection: sa.Connection) -> None:
        clock.state(connection, STATE)
        raise LookupError

    for _ in range(3):  # every reader of the pool
        try:
            desk.ask(fails)
        except LookupError:
            continue
    with desk.database.apply() as connection:
        connection.exec_driver_sql("UPDATE local_state SET value = 'HKD' WHERE key = ?", (STATE,))
    for _ in range(3):
        with desk.database.read() as connection:
            assert clock.state(connection, STATE) == "HKD"
