"""Times between the states of an order."""

from hypothesis import given
from hypothesis import strategies as st

from channeldesk.rules.order_times import STAGES, percentile, stages


@given(st.dictionaries(st.sampled_from(STAGES), st.none() | st.integers(0, 10**13)))
def test_stages_stand_in_their_order_and_take_no_less_than_nothing(moments: dict[str, int | None]) -> None:
    found = stages(moments)
    assert [one.name for one in found] == [name for name in STAGES if moments.get(name) is not None]
    assert [one.took is None for one in found] == [at == 0 for at in range(len(found))]
    assert all(one.took is None or one.took >= 0 for one in found)


@given(st.lists(st.integers(), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_least_that_so_many_do_not_exceed(values: list[int], share: int) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(one <= (found or 0) for one in values) * 100 >= share * len(values)
    assert sum(one < (found or 0) for one in values) * 100 < share * len(values)


def test_of_nothing_there_is_none() -> None:
    assert percentile([], 50) is None
