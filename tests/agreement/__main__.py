"""Laptop and headquarters agree to the cent: ``python -m tests.agreement --orders 10000 --seed 1``.

Random orders with random promotions, some lines at agreed prices, and returns of random parts of them: placed
on a real laptop, judged by a real server. Prints what occurred; ends with 1 when the two disagree.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from random import Random

from tests.agreement.clerk import Clerk, credited, overdrawn
from tests.agreement.company import opened

_ROUND = 250


def run(folder: Path, count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """What occurred, and what is wrong."""
    random = Random(seed)
    with opened(folder, random) as company:
        clerk = Clerk(company, random)
        for _ in range(0, count, _ROUND):
            clerk.orders(min(_ROUND, count))
            clerk.returns(min(_ROUND, count) // 3)
        return clerk.seen, [*clerk.wrong, *credited(company), *overdrawn(company)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.agreement")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seen, wrong = run(Path(folder), options.orders, options.seed)
    for name, count in sorted(seen.items()):
        print(f"{count:>9,} {name}")
    for one in wrong[:50]:
        print(one)
    print(f"seed {options.seed}: {len(wrong)} disagreements")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
