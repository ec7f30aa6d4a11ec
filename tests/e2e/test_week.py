"""The manager's week with real keys and mouse presses in the real program against a real server.

Each step is judged by its clicks and by what it brought, on the laptop and, where it was sent, at
headquarters; its seconds are told beside their budget and judged by the benchmark ``week`` on a million
lines.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from benchmarks import screen, week_world
from benchmarks.process import measured
from tests.support.demo_pages import demo_template as demo_template

pytestmark = pytest.mark.real_clock
STEPS = (
    "trip_pack",
    "planned_week",
    "brief",
    "check_in",
    "count_40",
    "order",
    "promise",
    "day_report",
    "evening_sync",
    "conflict",
    "bulk_edit_20",
)


@pytest.fixture(scope="module")
def week(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    made = tmp_path_factory.mktemp("week") / "made"
    shutil.copytree(demo_template, made)
    (key,) = json.loads((made / "keys.json").read_text("utf-8")).values()
    (made / "profile" / "benchmark.key").write_text(key, "ascii")
    with week_world.running(made) as world:
        both, shown = (world.profile, world.database), screen.environment()
        lived = measured("benchmarks.week_client", *both, environment=shown)
        log = world.database.with_name("server.log").read_text("utf-8")
    assert log == "", "headquarters complained"
    return lived


@pytest.mark.parametrize("name", STEPS)
def test_a_step_of_the_week_within_its_clicks(week: dict[str, Any], name: str) -> None:
    step = week["steps"].get(name)
    assert step is not None, "\n".join(week["failed"].values())
    seconds = step["machine"] if step["whose"] == "program" else step["person"]
    clicks = f"{step['clicks']} of {step['budget_clicks']} clicks, {step['keys']} keys typed"
    told = f"{seconds:.1f} of {step['budget_seconds']:g} s of the {step['whose']}"
    print(f"{name}: {clicks}, {told} ({step['machine']:.2f} s waited)")
    assert step["clicks"] <= step["budget_clicks"]


def test_the_week_is_whole_and_nothing_complained(week: dict[str, Any]) -> None:
    assert not week["failed"]
    assert tuple(week["steps"]) == STEPS
    assert week["complaints"] == []
