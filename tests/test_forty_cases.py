"""Every case of the protocol's checklist has a test of its name, on SQLite and on PostgreSQL."""

import re
import subprocess
import sys
from collections import defaultdict

from tests.support.project import ROOT

CASES = range(1, 41)


def test_each_of_the_forty_cases_is_tested_on_both_databases() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-m", ""]
    listed = subprocess.run(
        [*command, "tests/sync", "tests/hq"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    found: dict[int, set[str]] = defaultdict(set)
    for line in listed.stdout.splitlines():
        match = re.search(r"::test_case_(\d+)_", line)
        if match is not None:
            found[int(match[1])] |= {kind for kind in ("sqlite", "postgresql") if kind in line}
    assert {case: found[case] for case in CASES} == {case: {"sqlite", "postgresql"} for case in CASES}
