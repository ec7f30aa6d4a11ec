"""What is left of a running round."""

from ui.viewmodels.round_progress import Left, RoundProgress


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_rows_bytes_and_time_that_are_left() -> None:
    clock = Clock()
    progress = RoundProgress(clock)
    progress.report("greeted", 0, 0, 30, 500)
    assert (progress.phase, progress.share, progress.left) == ("connecting", None, Left())
    progress.report("settled", 500, 2_000, 9_000, 700)
    assert (progress.phase, progress.share) == ("sending", 0.25)
    assert progress.left.bytes is None
    progress.report("pull started", 0, 10_000, 9_000, 1_000)
    clock.now = 2.0
    progress.report("marked", 4_000, 10_000, 9_000, 80_000)
    assert progress.share == 0.4
    assert progress.left == Left(6_000, 120_000, 3.0)
    clock.now = 60.0
    progress.report("marked", 4_000, 10_000, 9_000, 80_000)
    assert progress.left.seconds is None, "it stands still"
    progress.report("summarised", 10_000, 10_000, 9_000, 200_000)
    assert (progress.phase, progress.share) == ("computing", None)
    progress.clear()
    assert (progress.phase, progress.received) == ("connecting", 0)
