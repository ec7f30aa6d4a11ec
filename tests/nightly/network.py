"""A bad network between laptop and server processes: ``python -m tests.nightly.network --seeds 100``.

Each seed is a bad day: edits, orders and rounds through the proxy with short deadlines, then quiet, and all
must have arrived once. No round may hang.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from tests.support import postgres, processes
from tests.support.headquarters import Headquarters, furnished
from tests.support.rounds import Laptop
from tests.sync.test_bad_network import work_in_a_bad_network


def run(kind: str, seeds: int, seed: int, folder: Path) -> tuple[Counter[str], list[str]]:
    """What the network did how often, and what broke."""
    met: Counter[str] = Counter()
    broken: list[str] = []
    with ExitStack() as stack:
        server = stack.enter_context(postgres.running()) if kind == "postgresql" else None
        for number in range(seeds):
            place = folder / str(number)
            place.mkdir()
            with ExitStack() as day:
                url = day.enter_context(furnished(kind, place, lambda: server))  # type: ignore[arg-type, return-value]
                hq = Headquarters(url)
                day.callback(hq.close)
                hq.address = day.enter_context(processes.headquarters(url))
                one = Laptop(hq, place / "laptop", "bo")
                day.callback(one.close)
                name = f"{seed}-{kind}-{number}"
                try:
                    met += work_in_a_bad_network(hq, one, name, rounds=random.Random(name).randint(6, 20))
                except AssertionError as error:
                    broken.append(f"{name}: {error}")
                    print(f"BROKEN {broken[-1]}", flush=True)
            if (number + 1) % 10 == 0:
                print(f"{kind}: {number + 1} days, {len(broken)} broken", flush=True)
    return met, broken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    parser.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    asked = parser.parse_args()
    kinds = ("sqlite", "postgresql") if asked.database == "both" else (asked.database,)
    print(f"network: --seeds {asked.seeds} --seed {asked.seed} --database {asked.database}", flush=True)
    total: Counter[str] = Counter()
    broken: list[str] = []
    for kind in kinds:
        with tempfile.TemporaryDirectory(prefix="channeldesk-network-") as folder:
            met, wrong = run(kind, asked.seeds // len(kinds), asked.seed, Path(folder))
        total += met
        broken += wrong
    for what, count in sorted(total.items()):
        print(f"{count:6} {what}")
    print(f"requests {total.total()}, days {asked.seeds}, broken {len(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
