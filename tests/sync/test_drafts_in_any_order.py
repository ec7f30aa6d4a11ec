"""Drafts made, taken back, published, pulled under and restarted with, in any order, beside a plain model."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from channeldesk.actions import reference
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop
from tests.sync.test_drafts import does, state, undo

Make = Callable[..., Laptop]
STEPS = 40
FIELDS = ("name", "category", "base_unit")


@dataclass
class Model:
    """What headquarters has, and the drafts on top of it: (undo, row, field, value) in their order."""

    hq: dict[tuple[bytes, str], str]
    drafts: list[tuple[object, bytes, str, str]] = field(default_factory=list)

    def shown(self) -> dict[tuple[bytes, str], str]:
        return self.hq | {(row, name): value for _, row, name, value in self.drafts}

    def take_back(self, at: int) -> None:
        """What builds on it goes with it: later values of the same field."""
        _, row, name, _ = self.drafts[at]
        later = self.drafts[at + 1 :]
        self.drafts = self.drafts[:at] + [one for one in later if (one[1], one[2]) != (row, name)]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_shown_is_headquarters_with_the_drafts_on_top(
    hq: Headquarters, laptop: Make, seed: int
) -> None:
    chance, hana = random.Random(seed), laptop("hana")
    hana.sync()
    rows = [bytes(row["id"]) for row in hana.rows("product")]
    model = Model({(row, name): hana.row("product", id=row)[name] for row in rows for name in FIELDS})
    for number in range(STEPS):
        match chance.choice(
            ("edit", "edit", "edit", "take back", "discard", "publish", "sync", "theirs", "reopen")
        ):
            case "edit":
                row, name, value = chance.choice(rows), chance.choice(FIELDS), f"v{number}"
                done = does(hana, reference.edit, "product", row, {name: value})
                model.drafts.append((done, row, name, value))
            case "take back" if model.drafts:
                at = chance.randrange(len(model.drafts))
                undo(hana, model.drafts[at][0])  # type: ignore[arg-type]
                model.take_back(at)
            case "discard" if model.drafts and chance.random() < 0.3:
                gone, kept = does(hana, reference.discard_all), list(model.drafts)
                if chance.random() < 0.5:
                    undo(hana, gone)
                else:
                    kept = []
                model.drafts = kept
            case "publish" if model.drafts and chance.random() < 0.4:
                done = does(hana, reference.publish)
                if chance.random() < 0.4:
                    undo(hana, done)
                else:
                    hana.sync()
                    model.hq, model.drafts = model.shown(), []
            case "sync":
                hana.sync()
            case "theirs":
                hq.execute("UPDATE product SET barcode = :b", {"b": str(number)})
                hana.sync()
                assert {row["barcode"] for row in hana.rows("product")} == {str(number)}
            case "reopen":
                hana.reopen()
        here = {(row, name): hana.row("product", id=row)[name] for row in rows for name in FIELDS}
        assert here == model.shown(), number
        assert state(hana)[1] == len(model.drafts)
    if model.drafts:
        does(hana, reference.discard_all)
    hana.sync()
    there = {(bytes(row["id"]), name): row[name] for row in hq.table("product") for name in FIELDS}
    assert there == model.hq
    assert (hana.waiting(), hana.inbox()) == (0, [])
