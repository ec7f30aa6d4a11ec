"""The window's tests on other days than today: ``python -m tests.nightly.days --days 12``.

The demo network ends on the day of the run, so each day brings other orders, visits and levels. First come
the days that bite: a Monday, the ends of months and years, the spring festival, a leap day; then random ones.
"""

import argparse
import os
import random
import subprocess
import sys
from datetime import date, timedelta

BITING = ("2026-11-30", "2026-12-01", "2026-12-31", "2027-01-01", "2027-02-06", "2027-02-28", "2028-02-29")
TESTS = ("tests/ui", "tests/viewmodels", "tests/queries", "tests/demo", "tests/analytics")


def chosen(count: int, seed: int) -> list[str]:
    source = random.Random(seed)
    anywhere = [str(date(2026, 12, 1) + timedelta(days=source.randrange(1_500))) for _ in range(count)]
    return [*BITING, *anywhere][:count]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--day", action="append", help="this one, YYYY-MM-DD; may be given several times")
    parser.add_argument("tests", nargs="*", default=TESTS)
    asked = parser.parse_args()
    broken = []
    days = asked.day or chosen(asked.days, asked.seed)
    for day in days:
        command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-n", "logical", *asked.tests]
        print(f"== {day}", flush=True)
        if subprocess.run(command, env=os.environ | {"CHANNELDESK_TODAY": day}, check=False).returncode:
            broken.append(day)
    print(f"days: {len(days)}, broken: {len(broken)}{' ' if broken else ''}{' '.join(broken)}")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
