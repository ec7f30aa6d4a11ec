"""Who may import whom: the contracts hold here, and each of them refuses what it is there to refuse."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import project

LINT = "from importlinter.cli import lint_imports_command as run; run(['--no-cache', '--no-logo'])"


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )


def test_everyone_imports_only_whom_they_may() -> None:
    done = _lint(project.ROOT)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house with empty rooms and the real contracts."""
    folder = tmp_path_factory.mktemp("house")
    (folder / "pyproject.toml").write_bytes((project.ROOT / "pyproject.toml").read_bytes())
    rooms = [f"channeldesk/{room}" for room in project.ROOMS]
    names = ("comparing", "images", "journal", "orphans", "units")
    protected = [f"channeldesk/store/{name}" for name in names]
    for package in ["channeldesk", *protected, "ui", "ui/pages", "ui/viewmodels", *rooms]:
        (folder / package).mkdir(parents=True, exist_ok=True)
        (folder / package / "__init__.py").touch()
    (folder / "ui/pages/orders.py").touch()
    (folder / "ui/pages/partners.py").touch()
    return folder


@contextmanager
def _importing(house: Path, file: str, imported: str) -> Iterator[None]:
    """A file of the house imports something, for the length of the block."""
    path = house / file
    before = path.read_bytes() if path.exists() else None
    new_room = not path.parent.exists()
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"import {imported}\n")
    yield
    if before is None:
        path.unlink()
    else:
        path.write_bytes(before)
    if new_room:
        path.parent.rmdir()


@pytest.mark.parametrize(
    ("file", "imported"),
    [
        ("channeldesk/analytics/trend.py", "pandas"),
        ("channeldesk/hq/views.py", "channeldesk.analytics"),
        ("channeldesk/rules/prices.py", "channeldesk.model"),
        ("channeldesk/sync/apply.py", "channeldesk.store.images"),
        ("channeldesk/queries/partners.py", "sqlalchemy"),
        ("ui/app.py", "channeldesk.queries"),
        ("ui/pages/orders.py", "PySide6.QtWidgets"),
    ],
)
def test_an_allowed_import_is_kept(house: Path, file: str, imported: str) -> None:
    with _importing(house, file, imported):
        done = _lint(house)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "imported"),
    [
        ("channeldesk/rules/prices.py", "channeldesk.store"),
        ("channeldesk/rules/prices.py", "sqlalchemy"),
        ("channeldesk/rules/prices.py", "time"),
        ("channeldesk/model/partner.py", "channeldesk.rules"),
        ("channeldesk/model/partner.py", "ui.viewmodels"),
        ("channeldesk/model/partner.py", "PySide6.QtCore"),
        ("channeldesk/store/summaries.py", "channeldesk.hq"),
        ("channeldesk/store/summaries.py", "channeldesk.store.images"),
        ("channeldesk/actions/orders.py", "channeldesk.store.images"),
        ("channeldesk/desk/open.py", "channeldesk.hq"),
        ("channeldesk/hq/judge.py", "channeldesk.actions"),
        ("channeldesk/hq/judge.py", "channeldesk.store"),
        ("channeldesk/hq/judge.py", "channeldesk.sync"),
        ("channeldesk/queries/partners.py", "channeldesk.store"),
        ("channeldesk/analytics/trend.py", "channeldesk.store"),
        ("channeldesk/exchange/csv.py", "channeldesk.store"),
        ("channeldesk/newcomer/__init__.py", "channeldesk.model"),
        ("ui/app.py", "channeldesk.hq"),
        ("ui/app.py", "channeldesk.store"),
        ("ui/app.py", "sqlalchemy"),
        ("ui/app.py", "pandas"),
        ("ui/app.py", "requests"),
        ("ui/app.py", "keyring"),
        ("ui/viewmodels/order.py", "PySide6.QtCore"),
        ("ui/viewmodels/order.py", "pyqtgraph"),
        ("ui/pages/orders.py", "ui.pages.partners"),
    ],
)
def test_a_forbidden_import_is_refused(house: Path, file: str, imported: str) -> None:
    with _importing(house, file, imported):
        done = _lint(house)

    assert done.returncode == 1
    assert "BROKEN" in done.stdout, done.stdout + done.stderr
