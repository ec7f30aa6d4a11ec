"""The pure parts of the map: the projection, gathering and spreading points, classes of figures."""

from itertools import combinations
from math import cos, dist, isclose, pi, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.rules.classes import class_of, round_edges, rounded
from channeldesk.rules.gathering import gather, nearest_towards, pushed_apart, spread
from channeldesk.rules.mercator import POLE, Projection, around
from channeldesk.rules.route import metres

HANGZHOU, NINGBO = (30_250_000, 120_170_000), (29_870_000, 121_540_000)
SUVA, APIA = (-18_140_000, 178_440_000), (-13_830_000, -171_770_000)

latitudes = st.floats(-80, 80)
longitudes = st.floats(-180, 179.999)
spots = st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=1, max_size=60)


@given(st.builds(Projection, st.floats(-70, 70), longitudes), latitudes, longitudes)
def test_a_place_comes_back_from_the_map(projection: Projection, latitude: float, longitude: float) -> None:
    back = projection.back(projection.spot(latitude, longitude))

    assert isclose(back[0], latitude, abs_tol=1e-9)
    assert isclose((back[1] - longitude + 180) % 360, 180, abs_tol=1e-7)


@given(st.floats(-75, 75), st.floats(-170, 170), latitudes.filter(lambda one: abs(one) < 78))
def test_small_shapes_keep_their_angles_at_every_latitude(middle: float, east: float, at: float) -> None:
    """A step north and a step east of the same length on the ground are of the same length on the map."""
    projection = Projection(middle, east)
    here = projection.spot(at, east)
    north = dist(here, projection.spot(at + 1e-4, east))
    aside = dist(here, projection.spot(at, east + 1e-4 / cos(radians(at))))

    assert isclose(north, aside, rel_tol=1e-4)


def test_lengths_are_true_in_the_middle_and_told_elsewhere() -> None:
    projection = around([HANGZHOU, NINGBO])
    one, other = projection.of(HANGZHOU), projection.of(NINGBO)

    assert isclose(dist(one, other), metres(HANGZHOU, NINGBO), rel_tol=0.001)
    far = (60_000_000, HANGZHOU[1]), (60_010_000, HANGZHOU[1])
    drawn = dist(*map(projection.of, far)) / projection.stretch(projection.of(far[0])[1])
    assert isclose(drawn, metres(*far), rel_tol=0.001)


def test_a_territory_across_the_date_line_keeps_together() -> None:
    projection = around([SUVA, APIA])

    assert isclose(dist(projection.of(SUVA), projection.of(APIA)), metres(SUVA, APIA), rel_tol=0.01)
    assert -180 <= projection.longitude < 180


def test_the_poles_are_not_infinitely_far() -> None:
    projection = Projection()

    assert projection.spot(90, 0) == projection.spot(POLE, 0)
    assert around([]) == Projection()


@given(spots, st.floats(1, 80))
def test_everybody_is_in_exactly_one_group(points: list[tuple[float, float]], reach: float) -> None:
    groups = gather(points, reach)

    assert sorted(at for group in groups for at in group.members) == list(range(len(points)))
    for group in groups:
        first = points[group.members[0]]
        assert all(dist(first, points[at]) <= 2 * reach + 1e-6 for at in group.members)
    begun = [points[group.members[0]] for group in groups]
    assert all(dist(one, other) > 0 for one, other in combinations(begun, 2))


@pytest.mark.parametrize("count", [1, 2, 3, 6, 7, 40, 300])
def test_what_is_spread_does_not_touch(count: int) -> None:
    steps = spread(count, 20)

    assert len(steps) == count
    assert all(dist(one, other) >= 20 - 1e-6 for one, other in combinations(steps, 2))
    assert max(dist(step, (0, 0)) for step in steps) <= 20 * count**0.5, "and stays together"


@given(st.lists(st.tuples(st.integers(-30, 30), st.integers(-30, 30)), min_size=1, max_size=6, unique=True))
def test_discs_make_room_for_each_other(points: list[tuple[int, int]]) -> None:
    stand = pushed_apart([(float(x), float(y)) for x, y in points], [6.0] * len(points), 2, rounds=400)

    assert all(dist(one, other) >= 13.5 for one, other in combinations(stand, 2))


def test_who_stands_free_is_not_moved() -> None:
    points = [(0.0, 0.0), (4.0, 0.0), (100.0, 0.0)]

    assert pushed_apart(points, [5, 5, 5], 2) == [(-4.0, 0.0), (8.0, 0.0), (100.0, 0.0)]


def test_an_arrow_finds_the_nearest_that_way() -> None:
    points = [(0.0, 0.0), (10.0, 1.0), (8.0, 9.0), (-5.0, 0.0), (0.0, 30.0)]

    assert nearest_towards(points, points[0], (1, 0)) == 1
    assert nearest_towards(points, points[0], (-1, 0)) == 3
    assert nearest_towards(points, points[0], (0, 1)) == 2
    assert nearest_towards(points, points[0], (0, -1)) == -1


@given(st.lists(st.floats(0.001, 1e9), max_size=50), st.integers(2, 5))
def test_classes_have_round_edges_in_their_order(values: list[float], count: int) -> None:
    edges = round_edges(values, count)

    assert len(edges) < count
    assert list(edges) == sorted(set(edges))
    for edge in edges:
        assert edge == rounded(edge)
        assert f"{edge:e}"[0] in "125"
    found = {class_of(value, edges) for value in values}
    assert not values or found == set(range(len(edges) + 1)), "no class is empty"


def test_a_value_on_an_edge_begins_a_class() -> None:
    assert [class_of(value, (15, 30)) for value in (0, 14, 15, 30, 31)] == [0, 0, 1, 2, 2]
    assert round_edges([], 5) == round_edges([7, 7, 7], 5) == ()
    assert rounded(0) == 0
    assert isclose(rounded(-pi), -2)
