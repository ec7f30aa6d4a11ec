"""Names of files from anywhere, made safe for everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channeldesk.rules.files import clean_name, ending, may_be_opened, renamed


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("photo.jpg", "photo.jpg"),
        ("/home/li/a b.pdf", "a b.pdf"),
        ("C:\\Users\\li\\合同.docx", "合同.docx"),
        ("../../etc/passwd", "passwd"),
        ("folder/", "folder"),
        ('a<b>:"c|?*.txt', "a_b___c___.txt"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("line\nbreak\x00.txt", "linebreak.txt"),
        ("  spaces   inside .txt ", "spaces inside .txt"),
        ("CON.txt", "_CON.txt"),
        ("...", ""),
        ("", ""),
        ("e\u0301.txt", "é.txt"),
    ],
)
def test_a_name_without_folders_and_traps(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_a_long_name_keeps_its_ending() -> None:
    clean = clean_name("长" * 500 + ".pdf")
    assert len(clean) <= 200
    assert clean.endswith("….pdf")
    assert len(clean_name("x" * 500)) == 200


@given(st.text(max_size=400))
def test_every_name_is_safe_and_stays_as_it_is_the_second_time(name: str) -> None:
    clean = clean_name(name)
    assert len(clean) <= 200
    assert not set(clean) & set('/\\<>:"|?*\0\n\r')
    assert clean == clean.strip(". ")
    assert clean_name(clean) == clean


def test_programs_are_not_opened_by_a_click() -> None:
    assert [
        name for name in ("a.exe", "b.PDF", "c.pdf.JS", "README", "d.desktop", "e.jpg") if may_be_opened(name)
    ] == [
        "b.PDF",
        "README",
        "e.jpg",
    ]
    assert (ending(".bashrc"), ending("a.TAR"), ending("none")) == ("", "tar", "")


def test_a_new_name_keeps_the_kind() -> None:
    assert renamed("a.pdf", "Contract 2026") == "Contract 2026.pdf"
    assert renamed("a.pdf", "b.txt") == "b.txt"
    assert renamed("a", "b") == "b"
    assert renamed("a.pdf", "  ") == ""
