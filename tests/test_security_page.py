"""The page about security names proofs: they exist, and so do the commands and pages it points at."""

import re

import pytest

from channeldesk.cli.parser import build
from tests.support import project

PAGE = (project.ROOT / "docs" / "security.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`((?:tests|requirements)/[\w/.]+(?:::\w+)?)`", PAGE)))


@pytest.mark.parametrize("named", NAMED)
def test_every_proof_that_is_named_exists(named: str) -> None:
    path, _, test = named.partition("::")
    found = project.ROOT / path
    assert found.exists()
    if test:
        assert f"def {test}(" in found.read_text("utf-8")


def test_there_are_proofs() -> None:
    assert len(NAMED) > 25


def test_every_page_that_it_points_at_exists() -> None:
    pages = set(re.findall(r"\]\(([\w-]+\.md)", PAGE))
    assert not [one for one in pages if not (project.ROOT / "docs" / one).exists()]


@pytest.mark.parametrize(
    "command",
    [
        "hq serve --tls-cert a --tls-key b --proxy 10.0.0.1",
        "sign-in https://hq a --certificates f",
        "hq sign-in",
        "hq lease --days 14",
        "hq device revoke K7",
        "hq device wipe K7 --at-once",
        "hq device list",
        "hq user deactivate li",
        "hq restored",
        "hq audit verify",
        "backup f",
        "rekey",
    ],
)
def test_every_command_that_it_names_is_understood(command: str) -> None:
    build().parse_args(command.split())
