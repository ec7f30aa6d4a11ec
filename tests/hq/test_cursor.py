"""A cursor is read as it was written, or not at all."""

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.hq.cursor import Cursor, Job

cursors = st.builds(
    Cursor,
    epoch=st.text("0123456789abcdef", max_size=32),
    viewer=st.text("0123456789abcdef", max_size=16),
    units=st.text("0123456789abcdef", max_size=16),
    schema=st.integers(1, 99),
    position=st.integers(0, 2**62),
    job=st.sampled_from(Job),
    place=st.tuples(st.sampled_from(["", "partner", "order_line", "~"]), st.sampled_from(["", "0a" * 16])),
)


@given(cursors)
def test_a_cursor_is_read_as_it_was_written(cursor: Cursor) -> None:
    assert Cursor.decode(cursor.encode()) == cursor


@given(cursors, st.data())
def test_a_garbled_cursor_tells_of_no_other_place(cursor: Cursor, data: st.DataObject) -> None:
    text = bytearray(cursor.encode().encode())
    place = data.draw(st.integers(0, len(text) - 1))
    text[place] ^= 1 << data.draw(st.integers(0, 6))
    assert Cursor.decode(text.decode()) in (None, cursor)


@given(st.none() | st.text())
def test_anything_else_is_no_cursor(text: str | None) -> None:
    assert Cursor.decode(text) is None
