"""The part of a name that was meant is marked."""

import pytest

from ui.viewmodels.matching import matched


@pytest.mark.parametrize(
    ("name", "typed", "part"),
    [
        ("18V impact drill", "drill", "drill"),
        ("18V Impact Drill", "drill 18", "Drill"),
        ("12V 锂电冲击钻 套装", "cjz", "冲击钻"),
        ("12V 锂电冲击钻 套装", "冲击", "冲击"),
        ("12V 锂电冲击钻 套装", "chongji", "冲击"),
        ("杭州恒泰五金", "hzht", "杭州恒泰"),
        ("杭州恒泰五金", "P-10001", ""),
        ("saw blade", "cjz", ""),
        ("saw blade", "", ""),
    ],
)
def test_marked(name: str, typed: str, part: str) -> None:
    first, last = matched(name, typed)
    assert name[first:last] == part
