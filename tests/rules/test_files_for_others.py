"""Calendar files and contact cards, read back by a reader that takes nothing but what the standards allow."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channeldesk.model.notice import Problem
from channeldesk.rules.calendar_file import Appointment, calendar_file
from channeldesk.rules.contact_cards import Card, contact_cards
from channeldesk.rules.content_lines import document, escaped, structured
from tests.support import content_lines as reader

NOW = 1_795_334_400_000
VISIT = Appointment(
    id=bytes(range(16)),
    title="拜访 Hengtai; Hardware, Hangzhou",
    day="2026-11-23",
    start=540,
    minutes=45,
    zone="Asia/Shanghai",
    about="Open invoices\nand a \\ display rack",
    address="12 Long Road, 310000 杭州, CN",
    place=(30_280_240, -120_124_080),
    created_at=NOW - 90_000,
    changed_at=NOW - 60_000,
)
CARD = Card(
    bytes(16), "王小明; junior", "杭州恒泰五金机电有限公司", "Owner, buyer", "+86 571 8888",
    "wang@hengtai.cn", "12 Long Road; door 3", "310000", "杭州", "CN",
)  # fmt: skip


def events(*visits: Appointment, now: int = NOW) -> list[dict[str, tuple[dict[str, str], str]]]:
    lines = reader.read(calendar_file(visits, now).encode())
    assert lines[0] == ("BEGIN", {}, "VCALENDAR") and lines[-1] == ("END", {}, "VCALENDAR")
    assert ("VERSION", {}, "2.0") in lines
    return reader.parts(lines, "VEVENT")


def plain(text: str) -> str:
    """What is left of a text: line ends of one kind, no other control characters."""
    lines = "\n".join(text.splitlines())
    return "".join(one for one in lines if one in "\n\t" or not (one < " " or "\x7f" <= one < "\xa0"))


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("a;b,c\\n\r\nd")
@example("\\;")
@example("客户" * 60)
@example("\u3000x\u00a0" * 30)
@example("🏭" * 40)
def test_any_text_comes_back(text: str) -> None:
    raw = document([("SUMMARY", escaped(text)), ("ADR;TYPE=work", structured((text, None, "x")))]).encode()
    (_, _, one), (_, params, other) = reader.read(raw)
    assert reader.text(one) == plain(text)
    assert params == {"TYPE": "work"}
    assert reader.fields(other) == [plain(text), "", "x"]


def test_a_visit_with_a_time() -> None:
    (found,) = events(VISIT)
    values = {name: value for name, (_, value) in found.items()}
    assert values["DTSTART"] == "20261123T010000Z", "nine o'clock in Shanghai"
    assert values["DTEND"] == "20261123T014500Z"
    assert (values["DTSTAMP"], values["LAST-MODIFIED"]) == ("20261122T080000Z", "20261122T075900Z")
    assert values["UID"] == "00010203-0405-0607-0809-0a0b0c0d0e0f"
    assert values["GEO"] == "30.280240;-120.124080"
    assert reader.text(values["SUMMARY"]) == VISIT.title
    assert reader.text(values["DESCRIPTION"]) == VISIT.about
    assert reader.text(values["LOCATION"]) == VISIT.address


def test_a_visit_at_any_time_takes_the_day_and_blocks_nothing() -> None:
    (found,) = events(replace(VISIT, start=None, day="2026-12-31", about=None, address="", place=None))
    assert found["DTSTART"] == ({"VALUE": "DATE"}, "20261231")
    assert found["DTEND"] == ({"VALUE": "DATE"}, "20270101")
    assert found["TRANSP"] == ({}, "TRANSPARENT")
    assert not {"GEO", "LOCATION", "DESCRIPTION"} & found.keys()


def test_a_later_file_wins_over_an_earlier_one() -> None:
    (first,), (second,) = events(VISIT), events(replace(VISIT, start=600), now=NOW + 5_000)
    assert first["UID"] == second["UID"]
    assert int(first["SEQUENCE"][1]) < int(second["SEQUENCE"][1])


def test_the_clock_of_the_partner_counts_on_both_sides_of_summer_time() -> None:
    berlin = replace(VISIT, zone="Europe/Berlin")
    winter, summer = events(replace(berlin, day="2026-10-26"), replace(berlin, day="2026-10-24"))
    assert (winter["DTSTART"][1], summer["DTSTART"][1]) == ("20261026T080000Z", "20261024T070000Z")
    with pytest.raises(Problem):
        calendar_file([replace(VISIT, zone="Nowhere/Else")], NOW)


def test_no_visit_makes_an_empty_calendar() -> None:
    assert events() == []


def test_a_card_says_who_where_and_how_to_reach_them() -> None:
    second = Card(bytes([1] * 16), "Li", "Dali")
    lines = reader.read(contact_cards([CARD, second]).encode())
    whole, short = reader.parts(lines, "VCARD")
    assert lines[:2] == [("BEGIN", {}, "VCARD"), ("VERSION", {}, "4.0")], "the version comes first"
    assert reader.text(whole["FN"][1]) == CARD.name
    assert reader.fields(whole["N"][1]) == ["", CARD.name, "", "", ""]
    assert reader.text(whole["ORG"][1]) == CARD.company
    assert reader.text(whole["TITLE"][1]) == CARD.job_title
    assert whole["TEL"] == ({"TYPE": "work", "VALUE": "text"}, "+86 571 8888")
    assert whole["EMAIL"] == ({"TYPE": "work"}, "wang@hengtai.cn")
    assert reader.fields(whole["ADR"][1]) == ["", "", CARD.street, "杭州", "", "310000", "CN"]
    assert whole["UID"][1] == "urn:uuid:00000000-0000-0000-0000-000000000000"
    assert set(short) == {"VERSION", "PRODID", "UID", "KIND", "FN", "N", "ORG"}
