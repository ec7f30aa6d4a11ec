"""Laptop and headquarters say the same of random orders and returns, to the cent."""

import os
from pathlib import Path

from tests.agreement.__main__ import run


def test_laptop_and_headquarters_agree_to_the_cent(tmp_path: Path) -> None:
    seed = int(os.environ.get("CHANNELDESK_SEED", "1"))
    seen, wrong = run(tmp_path, 120, seed)
    assert wrong == [], f"seed {seed}"
    assert seen["order accepted"] > 60
    assert seen["return accepted"] > 10
    assert seen["discounts"] > 100
