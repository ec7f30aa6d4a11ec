"""Texts and figures in each language; a text without translation fails here."""

import ast
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.model import values
from channeldesk.model.formats import formats_for
from channeldesk.model.i18n import Translator, best_language, pseudo
from channeldesk.model.messages import MESSAGES
from channeldesk.model.notice import (
    Day,
    Instant,
    Money,
    Notice,
    Price,
    Problem,
    Quantity,
    Rate,
    Term,
    When,
    notice,
)
from resources.translations import catalogue

ROOT = Path(__file__).resolve().parents[2]
ENGLISH, CHINESE = (Translator(name, "Asia/Shanghai", "CNY") for name in ("en", "zh_CN"))


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_every_text_is_translated_and_compiled(language: str) -> None:
    assert list(catalogue.faults(language)) == []


def test_the_check_notices_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    source = tmp_path / "channeldesk"
    source.mkdir()
    marked = 't("One {x}")', 'tc("verb", "Open")', 'n("{count} line", "{count} lines", 2)'
    (source / "a.py").write_text("\n".join(marked), "utf-8")

    def write(added: dict[str, str]) -> list[str]:
        catalogue.write("zh_CN", catalogue.update(catalogue.collect(), "zh_CN", added))
        return list(catalogue.faults("zh_CN"))

    assert len(write({})) == 3
    added = {"One {x}": "一 {y}", "Open": "打开", "{count} line": "{count} 行"}
    assert "other placeholders" in write(added)[0]
    assert write({"One {x}": "一 {x}"}) == []
    po = tmp_path / "zh_CN" / "LC_MESSAGES" / "channeldesk.po"
    po.write_text(po.read_text("utf-8").replace("打开", "开启"), "utf-8")
    assert "does not match" in next(catalogue.faults("zh_CN"))
    (source / "a.py").write_text("", "utf-8")
    assert write({}) == []
    assert "#~ msgid" in po.read_text("utf-8")
    (source / "a.py").write_text('t("One {x}")', "utf-8")
    assert write({}) == []


def test_every_code_in_the_program_has_a_template() -> None:
    unknown = []
    for path in [*(ROOT / "channeldesk").rglob("*.py"), *(ROOT / "ui").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            owner = getattr(getattr(node.func, "value", None), "id", "")
            if not (name in ("notice", "Notice") or (name == "of" and owner.endswith("Problem"))):
                continue
            codes = [node.args[0]] if node.args else []
            codes += [keyword.value for keyword in node.keywords if keyword.arg == "remedy"]
            unknown += [
                f"{path.relative_to(ROOT)}:{code.lineno} {code.value}"
                for code in codes
                if isinstance(code, ast.Constant) and str(code.value) not in MESSAGES
            ]
    assert unknown == []


def test_one_notice_in_three_languages() -> None:
    rejected = notice(
        "credit.exceeded",
        limit=Money(60_000_000, "CNY"),
        exceeded_by=Money(1_830_000, "CNY"),
        used=Money(61_830_000, "CNY"),
    )
    assert ENGLISH.notice(rejected) == (
        "Credit limit of ¥600,000.00 exceeded by ¥18,300.00; ¥618,300.00 would be used."
    )
    assert CHINESE.notice(rejected) == "超出信用额度 ¥18,300.00：额度 ¥600,000.00，将占用 ¥618,300.00。"
    assert "{" not in Translator("qps").notice(rejected)
    assert CHINESE.notice(Notice("from.the.future", fallback="All is red.")) == "All is red."


def test_terms_are_translated_where_they_are_shown() -> None:
    refused = notice("order.no_such_move", current=Term("Draft"), target=Term("Shipped"))
    assert CHINESE.notice(refused) == "状态为“草稿”的订单不能变为“已发货”。"
    assert ENGLISH.notice(refused) == "An order that is “Draft” cannot become “Shipped”."


def test_a_problem_says_what_to_do() -> None:
    assert ENGLISH.problem(Problem.of("order.no_lines")) == ("The order has no lines.", "")
    full = Problem(notice("order.no_lines"), "remedy.try_again")
    assert CHINESE.problem(full) == ("订单没有明细行。", "请稍后重试。")


def test_texts_counts_and_parameters() -> None:
    assert ENGLISH.text("{count} shown", count=12345) == "12,345 shown"
    assert ENGLISH.text("Braces {stay} without parameters") == "Braces {stay} without parameters"
    assert ENGLISH.plural("{count} line", "{count} lines", 1) == "1 line"
    assert ENGLISH.plural("{count} line", "{count} lines", 2) == "2 lines"
    assert ENGLISH.in_context("verb", "Open") == "Open"


def test_typed_values_in_both_notations() -> None:
    shown = [
        (Money(-123_450, "CNY"), "-¥1,234.50", "-¥1,234.50"),
        (Money(5, "USD"), "US$0.05", "US$0.05"),
        (Money(500, "CHF"), "CHF\xa05.00", "CHF\xa05.00"),
        (Money(5, "XQQ"), "XQQ\xa00.05", "XQQ\xa00.05"),
        (Price(6_425_001, "CNY"), "¥642.5001", "¥642.5001"),
        (Quantity(1_234_500, "kg"), "1,234.5\xa0kg", "1,234.5\xa0kg"),
        (Rate(1250), "12.5%", "12.5%"),
        (Day("2026-11-12"), "12 Nov 2026", "2026年11月12日"),
        (When("2026-11-12", 7 * 60 + 42), "Thu, 12 Nov 2026, 07:42", "2026年11月12日周四 07:42"),
        (When("2026-11-12"), "Thu, 12 Nov 2026", "2026年11月12日周四"),
        (Instant(1_794_440_520_000), "12 Nov 2026, 07:42", "2026年11月12日 07:42"),
    ]
    for value, english, chinese in shown:
        assert ENGLISH.formats.show(value) == english
        assert CHINESE.formats.show(value) == chinese


@time_machine.travel("2026-11-12T08:00:00Z", tick=False)
def test_dates_of_a_page() -> None:
    english, chinese, day = ENGLISH.formats, CHINESE.formats, date(2026, 11, 12)
    assert (english.day_full(day), chinese.day_full(day)) == ("Thursday, 12 November", "11月12日 星期四")
    assert (english.day_brief(day), chinese.day_brief(day)) == ("Thu 12 Nov", "11月12日周四")
    assert (english.day_short(day), chinese.day_short(day)) == ("12 Nov", "11月12日")
    assert (english.month(day), chinese.month(day)) == ("Nov 2026", "2026年11月")
    assert english.instant_short(1_794_440_520_000) == "12 Nov, 07:42"
    assert (english.ago(0, 5 * 3_600_000), chinese.ago(0, 5 * 3_600_000)) == ("5 hours ago", "5小时前")
    near = [ENGLISH.relative_day(date(2026, 11, 12 + ahead), day) for ahead in (0, 1, -1, 3, 12)]
    assert near == ["Today", "Tomorrow", "Yesterday", "Sun 15", "Tue 24 Nov"]
    assert ENGLISH.relative_day(date(2025, 11, 12), day) == "12 Nov 2025"
    assert ENGLISH.relative_day(date(2027, 1, 5), day) == "Tue 5 Jan"


@time_machine.travel("2026-11-12T08:00:00Z", tick=False)
def test_a_year_is_left_out_only_where_nobody_takes_it_for_another() -> None:
    english, chinese = ENGLISH.formats, CHINESE.formats
    assert [english.day_short(one) for one in ("2026-05-20", "2027-05-10")] == ["20 May", "10 May"]
    assert [english.day_short(one) for one in ("2026-05-01", "2025-11-12")] == ["1 May 2026", "12 Nov 2025"]
    assert chinese.day_short("2026-05-01") == "2026年5月1日"
    year_before = 1_794_440_520_000 - 365 * 86_400_000
    assert english.instant_short(year_before) == "12 Nov 2025"


def test_headline_figures() -> None:
    assert ENGLISH.formats.compact_money(486_000_000, "CNY") == "¥4.86M"
    assert CHINESE.formats.compact_money(486_000_000, "CNY") == "¥486万"
    assert ENGLISH.formats.percent(0.402) == "40.2%"
    assert ENGLISH.formats.money(123_450, "CNY", whole=True) == "¥1,235"
    assert ENGLISH.formats.amount(-123_450, "JPY") == "-123,450"
    assert ENGLISH.formats.number(-0.04, 1) == "0.0"


@pytest.mark.parametrize("language", ["en", "zh_CN", "zh_TW"])
@pytest.mark.parametrize(
    ("typed", "quantity"),
    [("12", 12_000), ("１，２３４.５", 1_234_500), (".5", 500), ("−3", -3_000), (" 7. ", 7_000)],
)
def test_what_people_type(language: str, typed: str, quantity: int) -> None:
    assert formats_for(language).read_quantity(typed) == quantity


@pytest.mark.parametrize("typed", ["", "-", ".", "1,5", "1,2345", "12,34", "1.2.3", "abc", "1e3", "٣"])
def test_what_may_mean_two_things_is_refused(typed: str) -> None:
    with pytest.raises(Problem) as caught:
        ENGLISH.formats.read_quantity(typed)
    assert caught.value.notice == notice("value.not_a_number", text=typed)


@given(st.integers(-(10**15), 10**15), st.sampled_from(["CNY", "USD", "JPY", "KWD", "CHF"]))
def test_what_is_shown_can_be_typed_back(amount: int, currency: str) -> None:
    for formats in (ENGLISH.formats, CHINESE.formats):
        assert formats.read_money(formats.money(amount, currency).replace("\xa0", ""), currency) == amount
        assert formats.read_quantity(formats.quantity(amount)) == amount
        assert formats.read_price(formats.price(amount)) == amount
        assert formats.read_rate(formats.rate(amount)) == amount


def test_dates_people_type() -> None:
    today = date(2026, 12, 1)
    english, chinese = ENGLISH.formats, CHINESE.formats
    for typed in ("2027-03-02", "2027/3/2", "2027年3月2日", "20270302"):
        assert english.read_day(typed, today) == chinese.read_day(typed, today) == date(2027, 3, 2)
    assert english.read_day("2/3", today) == date(2027, 3, 2)
    assert chinese.read_day("3-2", today) == date(2027, 3, 2)
    assert english.read_day("2.3.27", today) == date(2027, 3, 2)
    assert english.read_day("29/2", date(2027, 12, 1)) == date(2028, 2, 29)
    for typed in ("", "soon", "31/2", "2026-13-01", "29/2/2027"):
        with pytest.raises(Problem) as caught:
            english.read_day(typed, today)
        assert caught.value.notice.code == "value.not_a_date"


def test_pseudo_language_keeps_placeholders_and_grows() -> None:
    made = pseudo("Open {count} of &all")
    assert "{count}" in made
    assert "&" in made
    assert len(made) > len("Open {count} of &all") * 1.3
    assert "open" not in made.lower()
    assert Translator("qps").text("{count} shown", count=3).startswith("[3 ")


def test_traditional_chinese_is_written_with_its_own_characters() -> None:
    """Those that only the mainland writes have no place in the older encoding of Taiwan."""
    for message in catalogue.load("zh_TW"):
        for text in [message.string] if isinstance(message.string, str) else message.string:
            assert not text or text.encode("cp950")


def test_a_language_is_chosen_among_ours() -> None:
    assert best_language(["fr_FR", "zh-Hans-CN", "en"]) == "zh_CN"
    assert best_language(["zh-Hant-HK", "zh-Hans"]) == best_language(["zh_TW.UTF-8"]) == "zh_TW"
    assert best_language(["en_US.UTF-8"]) == "en"
    assert best_language(["fr"]) == "en"
    with pytest.raises(ValueError, match="fr"):
        Translator("fr")


def test_importing_texts_does_not_load_locale_data() -> None:
    code = "import sys, channeldesk.model.i18n; sys.exit('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60).returncode == 0


def test_minor_units_of_every_currency_can_be_shown() -> None:
    for currency in values.CURRENCIES:
        assert ENGLISH.formats.money(0, currency)


def test_nothing_to_count_has_a_sentence_of_its_own() -> None:
    lost, none = Notice("trust.wiped", {"count": 3}), Notice("trust.wiped", {"count": 0})
    for language in ("en", "zh_CN", "zh_TW"):
        told = Translator(language)
        assert "3" in told.notice(lost)
        assert "0" not in told.notice(none) and told.notice(none) != "trust.wiped"
    assert "every change of yours" in none.english()
