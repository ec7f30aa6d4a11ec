"""The command keeps its contract: one JSON object last, a table otherwise, a reason when it cannot run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import headquarters, stall, sync_server
from benchmarks.network import Size
from benchmarks.outcome import Outcome, as_table, short
from benchmarks.samples import interleave, median, percentile
from tests.support import project

SMALL = ("--rows", "600", "--partners", "10", "--products", "30", "--runs", "3", "--peers")
"""Without peers: what npm would install is no business of a test."""


def run(cache: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=project.ROOT,
        env={**os.environ, "CHANNELDESK_BENCHMARK_CACHE": str(cache)},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )


def test_first_sync_runs_against_a_real_server(tmp_path: Path) -> None:
    done = run(tmp_path, "first_sync", *SMALL, "--json")

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert list(result) == [
        "name", "unit", "ours", "floor", "ratio", "peers", "detail", "machine", "versions", "date"
    ]  # fmt: skip
    detail = result["detail"]
    assert result["ratio"] == pytest.approx(result["ours"] / result["floor"], rel=0.01)
    assert detail["rows"] > 600 and detail["bytes"] > 10_000 and detail["peak_memory_mb"] > 10
    assert {name: len(samples) for name, samples in detail["samples_s"].items()} == {
        "ours": 3, "floor": 3, "floor, indexes first": 3, "floor, encrypted": 3
    }  # fmt: skip
    assert "run 3 of 3" in done.stderr
    assert detail["longest_lock_ms"]["marked"] > 0
    assert set(detail["local_writes"]) >= {"count", "p50_ms", "p95_ms", "max_ms", "by_phase"}


@pytest.mark.parametrize(
    ("name", "options"),
    [("incremental_sync", ("--changes", "41")), ("push", ("--edits", "23")), ("idle_sync", ())],
)
def test_the_later_phases_end_with_equal_rows_on_both_sides(
    tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    done = run(tmp_path, name, *SMALL, *options, "--json")

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert (result["name"], result["unit"], result["peers"]) == (name, "s", {})
    assert {side: len(samples) for side, samples in result["detail"]["samples_s"].items()} == {
        "ours": 3, "floor": 3
    }  # fmt: skip
    assert result["detail"]["rows"] == 600 and result["detail"]["parts_s"]["greeted"] > 0


def test_bytes_are_counted_the_same_way_for_every_side(tmp_path: Path) -> None:
    done = run(tmp_path, "bytes", *SMALL, "--edits", "23", "--json")

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["unit"] == "bytes" and result["ours"] > 10
    for side in ("ours", "floor"):
        told = result["detail"][side]
        assert told["push_total"] == pytest.approx(told["push"] * 23, rel=0.01)


def test_the_cost_of_encryption_is_measured_against_the_same_engine_without_a_key(tmp_path: Path) -> None:
    sizes = ("--rows", "3000", "--partners", "10", "--products", "30", "--reads", "50", "--runs", "3")
    done = run(tmp_path, "encryption", *sizes, "--json")

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    detail = result["detail"]
    assert (result["unit"], result["floor"]) == ("ratio", 1.0)
    assert {step: detail[step]["limit"] for step in ("insert", "point", "grouped")} == {
        "insert": 1.5, "point": 1.3, "grouped": 1.1
    }  # fmt: skip
    for step in ("insert", "point", "grouped"):
        one = detail[step]
        assert one["ratio"] == pytest.approx(one["ours_s"] / one["floor_s"], rel=0.01)
    assert result["ours"] == detail[detail["dearest"]]["ratio"]
    assert detail["file_mb"]["ours"] > detail["file_mb"]["floor"], "pages keep room for their proof"


def test_the_cost_of_row_security_is_measured_against_the_same_reads_without_it(tmp_path: Path) -> None:
    sizes = ("--rows", "2000", "--people", "4", "--products", "30", "--runs", "3")
    done = run(tmp_path, "row_security", *sizes, "--json")

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    detail = result["detail"]
    assert (result["unit"], result["floor"]) == ("ratio", 1.0)
    assert detail["rows_in_sight"] > 500
    for step in ("first", "changes", "totals"):
        one = detail[step]
        assert one["ratio"] == pytest.approx(one["ours_s"] / one["floor_s"], rel=0.01)
    assert result["ours"] == detail[detail["dearest"]]["ratio"]


def test_the_window_is_watched_during_its_first_synchronisation_and_after_it(tmp_path: Path) -> None:
    database = headquarters.database(Size(lines=20_000, partners=10, products=30), tmp_path)
    with sync_server.running(database, log=tmp_path / "hq.log") as address:
        sample = stall.watched(address, tmp_path / "profile", "idle", 0.5)

    assert sample["lines"] == 20_000
    assert stall.judged(sample["sync"]).keys() == stall.judged(sample["still"]).keys()
    assert stall.judged(sample["still"])["max"] > 0


def test_an_unknown_name_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    done = run(tmp_path, "last_sync")

    assert done.returncode != 0
    assert "first_sync" in done.stderr


def test_a_benchmark_that_cannot_run_says_why(tmp_path: Path) -> None:
    blocked = tmp_path / "cache"
    blocked.write_text("a file where the cache should be")

    done = run(blocked, "first_sync", *SMALL, "--json")

    assert done.returncode != 0
    assert done.stdout == ""
    assert "first_sync cannot run" in done.stderr


def test_turns_alternate_and_the_warm_up_does_not_count(capsys: pytest.CaptureFixture[str]) -> None:
    order: list[str] = []

    def side(name: str) -> dict[str, float]:
        order.append(name)
        return {"s": float(len(order))}

    samples = interleave({"a": lambda: side("a"), "b": lambda: side("b")}, 3, figure="s")

    assert order == ["b", "a", "a", "b", "b", "a", "a", "b"]
    assert [one["s"] for one in samples["a"]] == [3.0, 6.0, 7.0]
    assert median(samples["b"], "s") == 5.0
    assert "warm-up: a" in capsys.readouterr().err


def test_fewer_than_three_runs_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        interleave({}, 2, figure="s")


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(one) for one in range(1, 101)]

    assert percentile(values, 95) == 95.0
    assert percentile(values, 50) == 50.0
    assert percentile([7.0], 95) == 7.0


def test_the_table_says_what_the_object_says() -> None:
    result = Outcome("s", 2.34567, 1.1, {"peer": 3.0}, {"rows": 5, "parts": {"imports": 0.123456}}).to_json(
        "x"
    )
    table = as_table(result)

    assert result["ratio"] == short(2.34567 / 1.1)
    assert "ours" in table and "2.346" in table and "imports  0.1235" in table


def test_an_order_is_priced_beside_its_bare_amounts(tmp_path: Path) -> None:
    done = run(tmp_path, "pricing", "--lines", "40", "--promotions", "60", "--runs", "3", "--json")

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    detail = result["detail"]
    assert (result["unit"], detail["limit_ms"], detail["lines"]) == ("ms", 100, 40)
    assert 0 < detail["given"] <= detail["considered"] <= 60
    assert 0 < detail["share_of_net"] < 1 and 0 < detail["promotions_ms"] < result["ours"]


def test_orders_are_routed_beside_the_greedy_split(tmp_path: Path) -> None:
    sizes = ("--orders", "20", "--sites", "6", "--batches", "2", "--seconds", "60")
    done = run(tmp_path, "routing", *sizes, "--runs", "3", "--json")

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    detail = result["detail"]
    assert (result["unit"], detail["proven_share"], detail["largest_gap_to_sending"]) == ("s", 1.0, 0.0)
    assert [len(one) for one in detail["seconds"]["ours"]] == [2, 2, 2] and len(detail["lines"]) == 2
    ours, greedy = detail["totals"]["ours"], detail["totals"]["floor"]
    for at in range(2):
        assert ours["sending"][at] + ours["unmet"][at] <= greedy["sending"][at] + greedy["unmet"][at]


def test_alerts_are_counted_beside_three_sigma(tmp_path: Path) -> None:
    done = run(tmp_path, "accuracy", "--seeds", "1", "--json")

    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    first = result["detail"]["alerts"][0]
    assert (first["variation"], first["fall"], first["season"]) == (0.12, 0.5, 0.0)
    assert result["ours"] == first["red"]["precision"] > 0.8
    assert first["red"]["recall"] > 0.8
    assert len(result["detail"]["alerts"]) == 8
