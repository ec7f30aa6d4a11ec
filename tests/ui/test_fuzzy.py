"""What the palette finds."""

import pytest

from ui.shell.fuzzy import best, initials, score


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("par", "Partners"),
        ("PART", "partners"),
        ("np", "New partner"),
        ("exp ter", "Export territory"),
        ("", "Any"),
    ],
)
def test_it_fits(typed: str, text: str) -> None:
    assert score(typed, text) is not None


@pytest.mark.parametrize(
    ("typed", "text"), [("xyz", "Partners"), ("srt", "Partners and more orders"), ("pp", "Trip")]
)
def test_it_does_not_fit(typed: str, text: str) -> None:
    assert score(typed, text) is None


def test_the_start_of_a_word_is_better_than_its_middle() -> None:
    assert score("or", "Orders")[0] > score("or", "New order")[0] > score("or", "Store")[0]  # type: ignore[index]


def test_chinese_by_pinyin_initials() -> None:
    assert initials("冲击钻") == "cjz"
    assert initials("Partners") == ""
    assert best("hb", "伙伴", initials("伙伴")) is not None
    assert best("伙", "伙伴") == (150.0 - 0.02, (0,))
