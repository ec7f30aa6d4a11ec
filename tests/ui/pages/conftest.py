"""A window signed in to a running headquarters, for pages about synchronisation."""

import pytest

from ui.session import Session


@pytest.fixture
def session(online: Session) -> Session:
    return online
