"""A small crowd on a real PostgreSQL and two processes: no errors, and all hold what headquarters has."""

import json
from pathlib import Path

import pytest

from tests.benchmarks.test_command import run

SMALL = "--laptops 10 --real 1 --lines 400 --seconds 0.3 --every 0.6 --processes 2 --runs 3".split()


@pytest.mark.timeout(300)
def test_a_small_crowd_converges_without_errors(tmp_path: Path) -> None:
    done = run(tmp_path, "hq_load", *SMALL, "--json")

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    detail = result["detail"]
    assert (detail["errors"], detail["converged"]) == (0, True), done.stderr
    assert result["unit"] == "ms" and result["ours"] > result["floor"] > 0
    assert set(detail["rounds_per_s"]) == set(detail["ms"]["rush"]) == {"2"}
    assert set(detail["ms"]["steady"]["2"]) == {"p50", "p95", "p99"}
    assert detail["answers"]["applied"] > 0 and detail["laptops"] == 10
