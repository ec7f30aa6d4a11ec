"""The house of docs/architecture.md: every room in its place, files short enough, nothing heavy at start."""

import re
import subprocess
import sys

import pytest

from tests.support import project

LONGEST = 450  # lines
HEAVY = ("pandas", "scipy", "statsmodels", "pyqtgraph", "channeldesk.model.mapped")
QT = ("PySide6", "shiboken6", "pyqtgraph")


def _loaded_after(statements: list[str]) -> set[str]:
    """The modules in memory after the statements, in an interpreter of their own."""
    code = "\n".join([*statements, "import sys", "print(*sys.modules, sep='\\n')"])
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project.ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_every_room_of_the_engine_stands() -> None:
    single_files = {path.stem for path in (project.ROOT / "channeldesk").glob("[!_]*.py")}

    assert sorted(project.packages("channeldesk") | single_files) == project.ROOMS


def test_the_guide_names_every_room() -> None:
    guide = (project.ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {*project.ROOMS, *project.packages("ui"), "migrations", "resources", "benchmarks", "installer"}

    assert [room for room in sorted(rooms) if not re.search(rf"\b{room}(/|`|\.py)", guide)] == []


def test_every_decision_stands_in_the_index() -> None:
    folder = project.ROOT / "docs" / "decisions"
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    index = (folder / "README.md").read_text(encoding="utf-8")

    assert re.findall(r"\((\d{4}-[\w-]+\.md)\)", index) == pages
    assert [page[:4] for page in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]


def test_no_file_is_too_long_to_read() -> None:
    lengths = {
        str(path.relative_to(project.ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in project.files(".py")
    }

    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("channeldesk.desk", (*HEAVY, "PySide6", "channeldesk.hq")),
        ("channeldesk.cli", (*HEAVY, "PySide6", "fastapi")),
        ("ui.app", (*HEAVY, "channeldesk.hq")),
        ("channeldesk.analytics.routing", (*HEAVY, "numpy")),
    ],
)
def test_start_loads_nothing_heavy(module: str, absent: tuple[str, ...]) -> None:
    assert sorted(_loaded_after([f"import {module}"]).intersection(absent)) == []


@pytest.mark.parametrize("parent", ["channeldesk", "ui/viewmodels"])
def test_the_engine_and_the_view_models_work_without_qt(parent: str) -> None:
    statements = [f"import {name}" for name in project.modules(parent)]

    assert sorted(_loaded_after(statements).intersection(QT)) == []
