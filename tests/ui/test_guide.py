"""The user guide: the same chapters in every language, no dead links, no key that is not there."""

import ast
import re

import pytest

from channeldesk.model import guide
from channeldesk.model.guide import CHAPTERS, LANGUAGES, Chapter
from channeldesk.rules.rights import ROLES
from tests.support import project
from ui.pages import pages_for
from ui.session import FIRST_SYNC

PART = re.compile(r"#+ |!|- |\d+|\|")
"""How headings, pictures, list items and rows begin."""
KEY = re.compile(r"`([^`]+)`")
LIKE_A_KEY = re.compile(
    r"((Ctrl|Alt|Shift)\+)*([A-Z]|F\d+|[/.,=0+-]|PgDown|PgUp|Enter|Return|Space|Esc|Del|Delete|Tab|Home|End|Up|Down|Left|Right|Escape)"
)
LARGEST = 2_000_000  # bytes of all pictures
SAME = {
    "Return": "Enter",
    "Escape": "Esc",
    "Delete": "Del",
    "Slash": "/",
    "PageDown": "PgDown",
    "PageUp": "PgUp",
}


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def chapters(language: str) -> tuple[Chapter, ...]:
    return guide.read(language)


def test_every_chapter_has_the_same_parts_in_each_language() -> None:
    shapes = {
        language: [
            (one.name, [found[0] for line in one.text.splitlines() if (found := PART.match(line))])
            for one in guide.read(language)
        ]
        for language in LANGUAGES
    }
    first, *others = shapes.values()

    assert all(one == first for one in others)
    for language in LANGUAGES:
        files = {path.stem for path in (guide.FOLDER / language).iterdir()}
        assert files == set(CHAPTERS), "a file that the guide does not show"


def test_a_chapter_names_the_same_keys_in_each_language() -> None:
    keys = [[sorted(KEY.findall(one.text)) for one in guide.read(language)] for language in LANGUAGES]

    assert all(one == keys[0] for one in keys)


def test_links_and_pictures_lead_somewhere(language: str, chapters: tuple[Chapter, ...]) -> None:
    folder = guide.FOLDER / language
    for chapter in chapters:
        links = guide.LINK.findall(chapter.text)
        assert {target for _, target in links} <= {f"{name}.md" for name in CHAPTERS}, chapter.name
        assert all(text for text, _ in links)
        pictures = guide.read_pictures(language, chapter.text)
        assert all(data.startswith(b"\x89PNG") for data in pictures.values())
        assert all((folder / name).parent == folder / f"../pictures/{language}" for name in pictures)


def test_every_picture_is_shown_and_they_are_small() -> None:
    from ui.tour.guide import PICTURES

    named = {f"{language}/{name}.png" for language in LANGUAGES for name in PICTURES}
    shown = {
        name.removeprefix("../pictures/")
        for language in LANGUAGES
        for one in guide.read(language)
        for name in guide.PICTURE.findall(one.text)
    }
    files = list((guide.FOLDER / "pictures").rglob("*.png"))

    assert {f"{path.parent.name}/{path.name}" for path in files} == named == shown
    assert sum(path.stat().st_size for path in files) < LARGEST


@pytest.mark.parametrize("role", sorted(ROLES))
def test_every_page_has_a_chapter(role: str) -> None:
    pages = [*pages_for(ROLES[role]), FIRST_SYNC]

    assert [one.id for one in pages if one.id != "help" and one.chapter not in CHAPTERS] == []


def test_every_key_of_the_guide_is_one_of_the_window(chapters: tuple[Chapter, ...]) -> None:
    known = _keys_of_the_window()
    named = {key for chapter in chapters for key in KEY.findall(chapter.text)}

    assert {"Ctrl+Enter", "F1", "G"} <= named, "the pattern finds the keys"
    assert sorted(named - known) == []


def _keys_of_the_window() -> set[str]:
    """Keys of buttons and pages, of tables of keys, and those that a widget obeys itself."""
    found: set[str] = set()
    for path in (project.ROOT / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg in ("keys", "cap"):
                found |= _texts(node.value)
            elif isinstance(node, ast.Tuple) and len(node.elts) == 2:
                found |= {text for part in node.elts for text in _texts(part)}
            elif isinstance(node, ast.Dict):
                found |= {text for part in node.keys if part is not None for text in _texts(part)}
            elif isinstance(node, ast.Attribute) and node.attr.startswith("Key_"):
                found.add(node.attr.removeprefix("Key_"))
            elif isinstance(node, ast.JoinedStr) and "Alt+" in ast.unparse(node):
                found |= {f"Alt+{number}" for number in range(1, 10)}
    parts = {step for keys in found for step in keys.split(", ")} | {"Ctrl+F", "Ctrl+S", "Tab"}
    single = {_same(key) for key in parts}
    return {key for key in single if LIKE_A_KEY.fullmatch(key) or re.fullmatch(r"Ctrl\+/|Alt\+\d", key)}


def _texts(node: ast.expr) -> set[str]:
    return {
        one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def _same(key: str) -> str:
    *held, last = key.split("+")
    return "+".join([*held, SAME.get(last, last)])


def test_headings_are_found_before_texts() -> None:
    found, words = guide.search(guide.read("en"), "credit")

    assert words == ["credit"]
    assert (found[0].chapter.name, found[0].chapter.sections[found[0].section].title) == ("partner", "Credit")
    assert found[0].around == ""
    in_texts = [one for one in found if one.around]
    assert found[-len(in_texts) :] == in_texts, "texts after headings"
    assert any("credit" in one.around for one in in_texts)


def test_every_word_must_be_there_in_any_order_and_case() -> None:
    found, _ = guide.search(guide.read("en"), "DEALER order")

    assert found[0].chapter.name == "order_entry"
    assert guide.search(guide.read("en"), "dealer zebra")[0] == []
    assert guide.search(guide.read("en"), "  ")[0] == []


def test_chinese_is_found_by_characters_and_if_need_be_by_pairs() -> None:
    chapters = guide.read("zh_CN")
    found, words = guide.search(chapters, "口令")

    assert {one.chapter.name for one in found} == {"first_sync", "settings"}
    assert words == ["口令"]
    assert guide.search(chapters, "斑马")[0] == []
    found, words = guide.search(chapters, "订单驳回")
    assert words == ["订单", "单驳", "驳回"]
    assert "orders" in {one.chapter.name for one in found}


@pytest.mark.parametrize(
    ("wanted", "read"), [("en", "en"), ("zh_CN", "zh_CN"), ("zh_TW", "zh_CN"), ("qps", "en")]
)
def test_who_reads_which_language(wanted: str, read: str) -> None:
    assert guide.language_of(wanted) == read
