"""memory: what the window's process holds after the week's steps and a look at every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # imported by what is measured, so it imports next to nothing itself
    import argparse

    from benchmarks.outcome import Outcome

LIMIT_MB = 350


def add_options(parser: argparse.ArgumentParser) -> None:
    from benchmarks.demo_profile import SIZES

    parser.add_argument("--size", choices=SIZES, default="large", help="of the demo network in the profile")
    parser.add_argument("--pages", type=int, default=3, help="looks at every page (default %(default)s)")


def run(options: argparse.Namespace) -> Outcome:
    from benchmarks import screen, week
    from benchmarks.outcome import Outcome
    from benchmarks.process import measured
    from benchmarks.samples import interleave, median

    samples = interleave(
        {
            "ours": lambda: _final(week.lived(options.size, "--pages", options.pages)),
            "floor": lambda: _bare(measured("benchmarks.startup_client", "floor", environment=_started())),
        },
        options.runs,
        figure="mb",
    )
    ours, floor = samples["ours"], samples["floor"]
    resident = [one["resident_mb"] for one in ours]
    detail: dict[str, Any] = {
        "limit_mb": LIMIT_MB,
        "peak_mb": median(ours, "memory_mb"),
        "resident_mb": {stage: median(resident, stage) for stage in resident[0]},
        "order_lines": ours[0]["rows"],
        "samples_mb": {name: [one["mb"] for one in some] for name, some in samples.items()},
        "platform": screen.environment().get("QT_QPA_PLATFORM", ""),
    }
    return Outcome("MB", median(ours, "mb"), median(floor, "mb"), {}, detail)


def _started() -> dict[str, str]:
    import time

    from benchmarks import screen
    from benchmarks.startup_client import STARTED_NS

    return {**screen.environment(), STARTED_NS: str(time.monotonic_ns())}


def _final(sample: dict[str, Any]) -> dict[str, Any]:
    return sample | {"mb": sample["resident_mb"]["rested"]}


def _bare(sample: dict[str, Any]) -> dict[str, Any]:
    return sample | {"mb": sample["memory_mb"]}


def peak_mb() -> float:
    """The most memory this process ever held, in 10^6 bytes."""
    found = _status("VmHWM:")  # unlike getrusage it starts anew with each program
    if found:
        return found
    info = _process()
    return float(getattr(info, "peak_wset", info.rss)) / 1e6


def now_mb() -> float:
    """What it holds now."""
    return _status("VmRSS:") or float(_process().rss) / 1e6


def _status(name: str) -> float:
    """A line of what Linux tells of this process; 0 elsewhere."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            for line in file:
                if line.startswith(name):
                    return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    return 0.0


def _process() -> Any:
    import psutil  # type: ignore[import-untyped]

    return psutil.Process().memory_info()
