"""What surely lies in one warehouse of a partner."""

from channeldesk.rules.stock_places import holding, known_at

A, B = b"a" * 16, b"b" * 16


def test_a_warehouse_holds_its_own_word_and_what_moved_in_it_since() -> None:
    stock = holding({A: [(10, 5), (20, 7)], B: [(15, 9)]}, {A: [(18, 1), (25, -2)], B: [(16, -4)]})
    assert [known_at(stock, A, at, alone=False) for at in (9, 10, 19, 30)] == [
        None,
        (10, 5),
        (10, 6),
        (20, 5),
    ]
    assert known_at(stock, B, 30, alone=False) == (15, 5)
    assert known_at(holding({B: [(15, 9)]}, {A: [(18, 3)]}), A, 30, alone=False) is None


def test_what_left_from_nobody_knows_where_each_may_lack_and_what_came_so_none_has() -> None:
    stock = holding({A: [(10, 5)], B: [(20, 9)]}, {None: [(15, -2), (25, 3)]})
    assert (known_at(stock, A, 18, False), known_at(stock, A, 30, False)) == ((10, 3), (10, 5))
    assert known_at(stock, B, 30, False) == (20, 9)
    assert known_at(holding({A: [(10, 5)]}, {None: [(25, 3)]}), A, 30, alone=True) == (10, 8)


def test_a_word_of_everything_is_of_the_only_warehouse_and_of_none_of_several() -> None:
    stock = holding({A: [(10, 5)], None: [(20, 7)]}, {A: [(22, -1)], None: [(23, -2)]})
    assert known_at(stock, A, 30, alone=True) == (20, 4)
    assert known_at(stock, A, 30, alone=False) is None
    assert known_at(stock, A, 19, alone=False) == (10, 5)
