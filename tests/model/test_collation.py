"""Names stand where people look for them: by pinyin, in Taiwan by Zhuyin, elsewhere by letters."""

import pytest

from channeldesk.model.collation import shown_name, sort_key

CITIES = [
    "上海",
    "重庆",
    "Zebra",
    "安达",
    "长沙",
    "昂立",
    "北京",
    "élan",
    "行动",
    "3M",
    "银行",
    "Bosch",
    "长江",
    "杭州",
]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh_CN", "3M Bosch élan Zebra 安达 昂立 北京 长江 长沙 重庆 杭州 上海 行动 银行"),
        ("zh_TW", "3M Bosch élan Zebra 北京 杭州 行动 长江 长沙 重庆 上海 安达 昂立 银行"),
        ("en", "3M Bosch élan Zebra 安达 昂立 北京 长江 长沙 重庆 杭州 上海 行动 银行"),
    ],
)
def test_names_are_ordered_as_a_telephone_book_is(language: str, expected: str) -> None:
    assert sorted(CITIES, key=lambda name: sort_key(name, language) or "") == expected.split()


def test_a_tone_decides_between_equal_sounds_and_a_shorter_name_comes_first() -> None:
    names = ["妈祖", "马钢", "麻城", "骂", "马"]
    assert sorted(names, key=lambda name: sort_key(name, "zh_CN") or "") == [
        "妈祖",
        "麻城",
        "马",
        "马钢",
        "骂",
    ]
    zhuyin = sorted(["國泰", "鍋爐", "果園", "過年"], key=lambda name: sort_key(name, "zh_TW") or "")
    assert zhuyin == ["鍋爐", "國泰", "果園", "過年"]


def test_case_accents_and_widths_do_not_matter() -> None:
    assert sort_key("Élan", "en") == sort_key("ELAN", "en") == sort_key("ｅｌａｎ", "zh_CN")


def test_any_text_has_a_place() -> None:
    for text in ("", "  ", "\n", "😀", "㐀 rare", "A上B 海C", "𠀀", "安" * 500):
        assert isinstance(sort_key(text, "zh_CN"), str)
        assert isinstance(sort_key(text, "zh_TW"), str)
    assert sort_key(None, "zh_CN") is None


def test_the_name_that_is_seen_is_the_one_that_counts() -> None:
    assert shown_name("Anda", "安达", "zh_CN") == "安达"
    assert shown_name("Anda", "安达", "en") == "Anda"
    assert shown_name("Anda", None, "zh_TW") == "Anda"
