"""Known vulnerabilities in the locked packages, as far as an advisory service can be asked.

    python requirements/audit.py            fails too when no service could be asked
    python requirements/audit.py --offline-is-fine

pip-audit calls a package that a service does not know sound, and a mirror of packages knows no advisories. So
a release that is known to be vulnerable is asked for first: who does not name it is no advisory service.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
KNOWN_BAD = "jinja2==2.10"
"""Vulnerable for years and for good."""
SERVICES = ("pypi", "osv")
SECONDS = 240


def asked(packages: Path, *options: str) -> list[dict[str, Any]] | None:
    """What pip-audit says of each package; None: the service could not be asked."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--requirement",
        str(packages),
        "--disable-pip",
        "--no-deps",
    ]
    told = [*command, "--format", "json", "--progress-spinner", "off", "--timeout", "10", *options]
    try:
        done = subprocess.run(told, capture_output=True, text=True, check=False, timeout=SECONDS)
        found: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
        return found
    except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return None


def service(folder: Path, *options: str) -> tuple[str, ...] | None:
    """The options of the first service that knows what everybody knows."""
    probe = folder / "known.txt"
    probe.write_text(KNOWN_BAD + "\n", encoding="utf-8")
    for name in SERVICES:
        chosen = ("--vulnerability-service", name, *options)
        if any(one.get("vulns") for one in asked(probe, *chosen) or []):
            return chosen
    return None


def pins(locked: Path) -> str:
    """Names and versions alone: markers and hashes are not the service's business."""
    lines = locked.read_text(encoding="utf-8").splitlines()
    found = {line.split(" ")[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}
    return "".join(f"{one}\n" for one in sorted(found))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="audit", description="Look for known vulnerabilities.")
    parser.add_argument("--offline-is-fine", action="store_true", help="do not fail without a service")
    parser.add_argument("--locked", type=Path, nargs="*", default=[FOLDER / "run.txt", FOLDER / "dev.txt"])
    parser.add_argument("--osv-url", help="another OSV service, for a company that keeps one")
    wanted = parser.parse_args(arguments)
    more = ("--osv-url", wanted.osv_url) if wanted.osv_url else ()
    with tempfile.TemporaryDirectory(prefix="channeldesk-audit-") as name:
        folder = Path(name)
        chosen = service(folder, *more)
        if chosen is None:
            print("not audited: no advisory service can be reached")
            return 0 if wanted.offline_is_fine else 1
        wrong, count = set(), 0
        for locked in wanted.locked:
            for number, some in enumerate(_apart(pins(locked))):
                packages = folder / f"{number}-{locked.name}"
                packages.write_text(some, encoding="utf-8")
                found = asked(packages, *chosen)
                if found is None:
                    print("not audited to the end: the advisory service fell silent")
                    return 1
                count += len(found)
                wrong |= {line for one in found for line in _told(one)}
    for line in sorted(wrong):
        print(line)
    print(f"{count} packages audited, {len(wrong)} findings")
    return 1 if wrong else 0


def _apart(text: str) -> list[str]:
    """A package that is locked in two versions is asked for in two turns: one file may hold one."""
    turns: list[dict[str, str]] = [{}]
    for line in text.splitlines():
        name = line.partition("==")[0]
        turn = next((one for one in turns if name not in one), None)
        if turn is None:
            turns.append(turn := {})
        turn[name] = line
    return ["".join(f"{line}\n" for line in turn.values()) for turn in turns]


def _told(one: dict[str, Any]) -> list[str]:
    """A package that the service does not know is a finding as well: nobody vouches for it."""
    if "skip_reason" in one:
        return [f"{one['name']}: {one['skip_reason']}"]
    head = f"{one['name']} {one['version']}"
    return [
        f"{head}: {bad['id']}, mended in {', '.join(bad['fix_versions']) or 'nothing'}"
        for bad in one["vulns"]
    ]


if __name__ == "__main__":
    sys.exit(main())
