"""week: the manager's week in the real window against a real headquarters: steps over their budget."""

from __future__ import annotations

import argparse
import statistics
from typing import Any

from benchmarks import demo_profile, screen, week_world
from benchmarks.outcome import CannotRun, Outcome
from benchmarks.process import measured
from benchmarks.say import say


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--size", choices=demo_profile.SIZES, default="large", help="of the demo network in the profile"
    )


def run(options: argparse.Namespace) -> Outcome:
    """``ours`` is how many steps are over their budget, ``floor`` how many there are."""
    samples = []
    for turn in range(options.runs + 1):
        sample = lived(options.size)
        steps = sample["steps"]
        waited = sum(step["machine"] for step in steps.values())
        say(f"{'warm-up' if turn == 0 else f'run {turn} of {options.runs}'}: {waited:.1f} s waited")
        if turn:
            samples.append(sample)
    steps = {name: _judged([one["steps"][name] for one in samples]) for name in samples[0]["steps"]}
    over = [name for name, step in steps.items() if step["over"]]
    detail = {
        "over_budget": over,
        "steps": steps,
        "order_lines": samples[0]["rows"],
        "peak_memory_mb": statistics.median(one["memory_mb"] for one in samples),
    }
    return Outcome("steps", float(len(over)), float(len(steps)), {}, detail)


def lived(size: str, *options: object) -> dict[str, Any]:
    """One week, from a fresh copy of both sides; all steps brought what they are for."""
    with week_world.running(week_world.folder(size)) as world:
        sample = measured(
            "benchmarks.week_client",
            world.profile,
            world.database,
            *options,
            environment=screen.environment(),
        )
    if sample["failed"]:
        raise CannotRun("\n".join(f"{name}: {why}" for name, why in sample["failed"].items()))
    return sample


def _judged(times: list[dict[str, Any]]) -> dict[str, Any]:
    """A step by its slowest run where that is over the budget, else by medians."""
    worst = max(times, key=lambda one: (one["over"], one["machine"]))
    middle = {name: statistics.median(one[name] for one in times) for name in ("machine", "person")}
    return worst | middle | {"slowest_machine": worst["machine"]}
