"""The fixtures over which pages are tested."""

from channeldesk.desk import Desk
from channeldesk.queries import partners, status
from tests.support.demo import DemoProfile


def test_the_demo_profile_holds_a_synchronised_territory(demo_desk: Desk) -> None:
    found = demo_desk.ask(status.status)
    assert len(demo_desk.ask(partners.keys)) > 5
    assert found.last_sync_at is not None
    assert (found.waiting, found.needs_you) == (0, 0)


def test_it_synchronises_again_while_headquarters_serves(demo_profile: DemoProfile) -> None:
    with demo_profile.serving(), demo_profile.open() as desk:
        again = desk.sync()
        assert (again.finished, again.pulled) == (True, 0)


def test_the_empty_profile_has_no_row(empty_profile: DemoProfile) -> None:
    with empty_profile.open() as desk:
        assert len(desk.ask(partners.keys)) == 0
        assert desk.ask(status.status).last_sync_at is None
