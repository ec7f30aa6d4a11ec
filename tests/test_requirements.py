"""The locked requirements: everything by hash, nothing about where packages come from."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support import project

TEXT = ("", ".cfg", ".ini", ".json", ".mako", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml")
INDEX = re.compile(
    r"--(extra-)?index-(url)|--trusted-(host)|pypi\.org|pythonhosted\.org|\"resolved\": *\"http",
    re.IGNORECASE,
)


def _entries(name: str) -> list[str]:
    """One text per locked package: its pin, its marker, its hashes."""
    text = (project.ROOT / "requirements" / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return re.split(r"\n(?=\S)", "\n".join(lines))


def _pins(name: str) -> dict[str, set[str]]:
    """Name to versions: two of them where newer Pythons take a newer version."""
    pins: dict[str, set[str]] = {}
    for entry in _entries(name):
        requirement = Requirement(entry.split(" \\")[0])
        version = str(requirement.specifier).removeprefix("==")
        pins.setdefault(canonicalize_name(requirement.name), set()).add(version)
    return pins


@pytest.mark.parametrize("name", ["run.txt", "dev.txt"])
def test_every_package_is_pinned_by_hash_and_names_no_place(name: str) -> None:
    for entry in _entries(name):
        assert re.match(r"[a-z0-9-]+==[^ ]+( ; [^\\]+)? \\\n", entry), f"not a pinned package: {entry}"
        assert "--hash=sha256:" in entry
        assert "://" not in entry


def test_the_locks_hold_what_the_project_asks_for() -> None:
    table = project.SETTINGS["project"]
    run, dev = _pins("run.txt"), _pins("dev.txt")
    asked = [(text, run) for text in table["dependencies"]]
    asked += [(text, dev) for text in table["optional-dependencies"]["dev"]]

    for text, pins in asked:
        requirement = Requirement(text)
        versions = pins[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version) for version in versions), text


def test_what_is_tested_is_what_runs() -> None:
    dev = _pins("dev.txt")

    assert {name: versions for name, versions in _pins("run.txt").items() if dev.get(name) != versions} == {}


def test_no_file_names_a_package_index_or_a_home_folder() -> None:
    home = f"{Path.home()}/"
    found = []
    for path in project.files(*TEXT):
        text = path.read_text(encoding="utf-8", errors="replace")
        if INDEX.search(text) or (len(home) > 4 and home in text):
            found.append(str(path.relative_to(project.ROOT)))

    assert found == []
