"""The locked requirements: everything by hash, nothing about where packages come from."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
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


def _imported(*places: str) -> Iterator[str]:
    """The top-level names that the files of some folders import, at their head or later."""
    for path in project.files(".py"):
        if path.relative_to(project.ROOT).parts[0] in places:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from (alias.name.split(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    yield node.module.split(".")[0]


@pytest.mark.parametrize(
    ("places", "extras"),
    [
        (("channeldesk", "ui", "migrations", "resources", "main.py"), ()),
        (("tests", "benchmarks"), ("dev",)),
    ],
)
def test_whatever_is_imported_is_asked_for(places: tuple[str, ...], extras: tuple[str, ...]) -> None:
    table = project.SETTINGS["project"]
    asked = [
        *table["dependencies"],
        *(text for name in extras for text in table["optional-dependencies"][name]),
    ]
    names = {canonicalize_name(Requirement(text).name) for text in asked}
    own = {"channeldesk", "ui", "migrations", "resources", "benchmarks", "tests", "main"}
    providers = packages_distributions()
    unasked = {
        name
        for name in set(_imported(*places)) - own - sys.stdlib_module_names
        if names.isdisjoint(map(canonicalize_name, providers.get(name, ())))
    }

    assert sorted(unasked) == []


def test_no_file_names_a_package_index_or_a_home_folder() -> None:
    home = f"{Path.home()}/"
    found = []
    for path in project.files(*TEXT):
        text = path.read_text(encoding="utf-8", errors="replace")
        if INDEX.search(text) or (len(home) > 4 and home in text):
            found.append(str(path.relative_to(project.ROOT)))

    assert found == []
