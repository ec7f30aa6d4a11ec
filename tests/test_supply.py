"""What the program is made of: a bill with licences, and an audit that does not take silence for yes."""

import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from packaging.requirements import Requirement

from tests.support import project

FOLDER = project.ROOT / "requirements"


def _tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _run(tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(FOLDER / f"{tool}.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)


def test_the_bill_names_every_locked_package_with_an_allowed_licence(tmp_path: Path) -> None:
    done = _run("bill", str(tmp_path / "sbom.json"))
    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "sbom.json").read_text("utf-8"))
    assert (told["bomFormat"], told["metadata"]["component"]["name"]) == ("CycloneDX", "channeldesk")
    text = (FOLDER / "run.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and line[0] not in "# "]
    locked = {str(Requirement(line.removesuffix("\\")).specifier): line for line in lines}
    assert {one["version"] for one in told["components"]} == {version[2:] for version in locked}
    assert len(told["components"]) == len(lines)
    for one in told["components"]:
        assert one["licenses"][0]["expression"]
        assert any("hashes" in place for place in one["externalReferences"]), one["name"]
    assert str(project.ROOT) not in json.dumps(told)


def test_a_licence_that_nobody_looked_up_or_that_binds_others_fails(tmp_path: Path) -> None:
    locked = tmp_path / "locked.txt"
    locked.write_text("no-such-package==1.0\nrequests==2.34.2\n", encoding="utf-8")
    done = _run("bill", str(tmp_path / "sbom.json"), "--locked", str(locked))
    assert (done.returncode, done.stderr) == (1, "no-such-package 1.0: licence unknown\n")


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("LGPL-3.0-only OR GPL-2.0-only", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("GPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("MIT AND (GPL-2.0-only OR SSPL-1.0)", False),
        ("what its author likes", False),
        ("", False),
    ],
)
def test_a_choice_of_licences_is_allowed_if_one_way_through_it_is(expression: str, allowed: bool) -> None:
    assert _tool("bill").allows(expression) is allowed


class _Advisories(BaseHTTPRequestHandler):
    """Speaks as an OSV service does; ``known`` are packages with an advisory."""

    def do_POST(self) -> None:
        server: Any = self.server
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = asked["package"]["name"]
        ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}]
        package = {"name": name, "ecosystem": "PyPI"}
        affected = [{"package": package, "ranges": ranges}]
        one = {"id": "X-1", "summary": "bad", "aliases": [], "affected": affected}
        body = json.dumps({"vulns": [one]} if name in server.known else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def service() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Advisories)
    server.known = {"jinja2"}
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _audited(service: Any, locked: Path, *more: str) -> tuple[int, list[str]]:
    done = _run(
        "audit",
        "--osv-url",
        f"http://127.0.0.1:{service.server_port}/v1/query",
        "--locked",
        str(locked),
        *more,
    )
    return done.returncode, done.stdout.splitlines()


def test_findings_of_the_service_fail_the_audit(service: Any, tmp_path: Path) -> None:
    locked = tmp_path / "locked.txt"
    locked.write_text(
        "# note\nrequests==2.34.2 \\\n    --hash=sha256:00\nnumpy==2.4.6 ; python_version < '3.12' \\\n"
        "    --hash=sha256:00\nnumpy==2.5.5 ; python_version >= '3.12' \\\n    --hash=sha256:00\n",
        encoding="utf-8",
    )
    assert _audited(service, locked) == (0, ["3 packages audited, 0 findings"])
    service.known.add("requests")
    found = ["requests 2.34.2: X-1, mended in 99.0", "3 packages audited, 1 findings"]
    assert _audited(service, locked) == (1, found)


def test_a_service_that_does_not_know_what_everybody_knows_is_not_believed(
    service: Any, tmp_path: Path
) -> None:
    service.known.clear()
    locked = tmp_path / "locked.txt"
    locked.write_text("requests==2.34.2\n", encoding="utf-8")
    told = ["not audited: no advisory service can be reached"]
    assert _audited(service, locked) == (1, told)
    assert _audited(service, locked, "--offline-is-fine") == (0, told)
