"""Runs seeds, counts what happened, and says how to repeat what failed."""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import queue
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.storm import deciding, oracles
from tests.storm.profile import Killed
from tests.storm.stage import Stage, set_up
from tests.storm.world import Options, World


@dataclass
class Outcome:
    """Of one seed. ``problem`` is None when every promise held."""

    seed: int
    trace_hash: str
    counts: Counter[str] = field(default_factory=Counter)
    problem: str | None = None
    story: list[str] = field(default_factory=list)


def one_seed(stage: Stage, seed: int, options: Options, *, tell: bool = False) -> Outcome:
    world = World(seed, stage, options, lines=[] if tell else None)
    problem = None
    with world:
        try:
            world.run()
            world.settle()
            oracles.check(world, resolved=False)
            if deciding.decide_everything(world):
                world.settle()
                oracles.check(world, resolved=True)
            world.compare_digests()
        except (Exception, Killed) as error:
            problem = (
                "".join(traceback.format_exception(error)) if tell else f"{type(error).__name__}: {error}"
            )
        if problem is not None:
            gc.collect()  # streams that were cut end while their database still stands
    world.counts["seeds"] += 1
    return Outcome(seed, world.trace_hash, world.counts, problem, world.lines or [])


@contextmanager
def staged(database: str, *, http: bool) -> Iterator[Stage]:
    """A stage over ``sqlite`` or ``postgresql``; the PostgreSQL server is this process's own."""
    if database == "sqlite":
        with set_up(http=http) as stage:
            yield stage
        return
    from tests.support import postgres

    with postgres.running() as server, set_up(server, http=http) as stage:
        yield stage


def run(
    seeds: Iterable[int], options: Options, *, jobs: int = 1, database: str = "sqlite", http: bool = False
) -> Iterator[Outcome]:
    """Outcomes as they come. With several ``jobs`` each process has a stage of its own."""
    if jobs == 1:
        with staged(database, http=http) as stage:
            for seed in seeds:
                yield one_seed(stage, seed, options)
        return
    context = multiprocessing.get_context("spawn")
    waiting, results = context.Queue(), context.Queue()
    for seed in [*seeds, *[None] * jobs]:
        waiting.put(seed)
    parts = (waiting, results, options, database, http)
    workers = [context.Process(target=_work, args=parts, daemon=True) for _ in range(jobs)]
    for worker in workers:
        worker.start()
    try:
        yield from _outcomes(results, workers)
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()


def _outcomes(results: Any, workers: list[Any]) -> Iterator[Outcome]:
    left = len(workers)
    while left:
        try:
            outcome = results.get(timeout=10)
        except queue.Empty:
            if sum(worker.is_alive() for worker in workers) < left:
                raise RuntimeError("a worker ended before its seeds did") from None
            continue
        if outcome is None:
            left -= 1
        else:
            yield outcome


def _work(waiting: Any, results: Any, options: Options, database: str, http: bool) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # its folder in memory goes with it
    with staged(database, http=http) as stage:
        while (seed := waiting.get()) is not None:
            results.put(one_seed(stage, seed, options))
    results.put(None)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    parser.add_argument("--seeds", type=int, help="how many, from --seed on (100)")
    parser.add_argument("--seed", type=int, help="one seed, or the first with --seeds")
    parser.add_argument("--laptops", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--without", action="append", default=[], help="operations and faults to leave out")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--http", action="store_true", help="a real server instead of the routes' functions")
    parser.add_argument("--verbose", action="store_true", help="tell the story of a seed")
    parser.add_argument("--keep-going", action="store_true", help="do not stop at the tenth failure")
    asked = parser.parse_args()
    options = Options(laptops=asked.laptops, without=tuple(asked.without))
    if asked.verbose:
        with staged(asked.database, http=asked.http) as stage:
            outcome = one_seed(stage, asked.seed or 0, options, tell=True)
        print("\n".join(outcome.story))
        print(outcome.problem or "every promise held", outcome.trace_hash)
        return 1 if outcome.problem else 0
    first = asked.seed or 0
    count = asked.seeds or (100 if asked.seed is None else 1)
    return report(
        run(range(first, first + count), options, jobs=asked.jobs, database=asked.database, http=asked.http),
        asked,
    )


def report(outcomes: Iterator[Outcome], asked: argparse.Namespace) -> int:
    started, total, failed = time.monotonic(), Counter[str](), []
    parts = ["python -m tests.storm", f"--laptops {asked.laptops}", f"--database {asked.database}"]
    repeat = " ".join(
        [*parts, *(["--http"] if asked.http else []), *(f"--without '{n}'" for n in asked.without)]
    )
    for outcome in outcomes:
        total += outcome.counts
        if total["seeds"] % 500 == 0:
            print(f"{total['seeds']} seeds in {time.monotonic() - started:.0f} s", flush=True)
        if outcome.problem:
            failed.append(outcome.seed)
            print(f"seed {outcome.seed} failed: {outcome.problem[:600]}")
            print(f"  {repeat} --seed {outcome.seed} --verbose", flush=True)
            if len(failed) == 10 and not asked.keep_going:
                break
    seconds = time.monotonic() - started
    for name, number in sorted(total.items()):
        print(f"{number:9,} {name}")
    print(f"{total['seeds']} seeds in {seconds:.1f} s, {len(failed)} failed: {failed}")
    return 1 if failed else 0
