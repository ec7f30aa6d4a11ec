"""Every page, and every part of the gallery, is as somebody reviewed it.

Drawn where the reviewed pictures were drawn (the same Qt, fonts and font renderer), over a network, a day and
a minute that never move; elsewhere it is skipped with the reason. How to see what differs, and to keep it:
docs/pictures.md. Also here: nothing is cut off at 150 and 200 %.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.pictures import studio
from tests.pictures.__main__ import differences
from tests.pictures.looks import REVIEWED, SCALED

PATIENCE = 900  # seconds: a process for each, on a machine that is busy with the other tests
LARGEST = 4_000_000  # bytes of all reviewed pictures


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the network is made once for all processes."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "pictures"


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("look", REVIEWED)
def test_the_window_is_as_it_was_reviewed(look: str, shared: Path, tmp_path: Path) -> None:
    if reason := studio.other_ground():
        pytest.skip(f"the reviewed pictures were drawn with other parts of the system: {reason}")
    reviewed = json.loads(studio.GROUND_FILE.read_text("utf-8"))
    assert studio.ground()["qt"] == reviewed["qt"], "another Qt: python -m tests.pictures remake, and look"
    kept = os.environ.get("CHANNELDESK_PICTURES")
    studio.draw((look,), tmp_path / "now", shared)

    told = differences(look, tmp_path / "now" / look, Path(kept or tmp_path) / "differences" / look)

    assert not told, "\n".join(
        [*told, "Right as it is now? python -m tests.pictures remake (docs/pictures.md)"]
    )


@pytest.mark.timeout(PATIENCE)
@pytest.mark.parametrize("look", SCALED)
def test_nothing_is_cut_off_at_any_scale(look: str, shared: Path, tmp_path: Path) -> None:
    found = studio.draw((look,), tmp_path, shared)

    assert len(found) == len(list((tmp_path / look).glob("*.webp"))) > 15
    assert {page: cut for page, cut in found.items() if cut} == {}


def test_the_reviewed_pictures_are_small() -> None:
    files = list(studio.REVIEWED_FOLDER.rglob("*.webp"))

    assert {path.parent.name for path in files} == set(REVIEWED)
    assert sum(path.stat().st_size for path in files) < LARGEST
