"""Surveys: what an answer may be, what is missing, and the score."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from channeldesk.model.notice import Problem
from channeldesk.rules.surveys import (
    NO,
    ONE,
    WHOLE,
    YES,
    Answer,
    Option,
    Question,
    points,
    read_options,
    refuse,
    refuse_question,
    refused,
    score,
)

TIDY = (Option("Tidy", 10_000), Option("Gaps", 5_000), Option("Other"))
ASKED = (
    Question(b"1", "yes_no", weight=2),
    Question(b"2", "choice", TIDY),
    Question(b"3", "number", goal=4 * ONE),
    Question(b"4", "scale", weight=0),
    Question(b"5", "text", needed=False),
)


def test_options_are_read_as_they_are_written() -> None:
    assert read_options("Tidy = 100; Gaps=50 %；Other;") == TIDY
    assert read_options(None) == read_options(" ; ") == ()
    assert read_options("a = b = 7") == (Option("a = b", 700),)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tidy = 101", "survey.bad_points"),
        ("Tidy = -1", "survey.bad_points"),
        ("Tidy = ½", "survey.bad_points"),
        ("Tidy =", "survey.bad_points"),
        ("= 50", "survey.bad_option"),
        ("Tidy; Tidy = 3", "survey.bad_option"),
    ],
)
def test_options_that_cannot_be_are_told(text: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        read_options(text)
    assert caught.value.notice.code == code
    assert refuse_question("choice", text, None) is not None


def test_a_question_of_the_staff() -> None:
    assert refuse_question("yes_no", None, None) is None
    assert refuse_question("choice", "a; b", "甲; 乙") is None
    for options, local, field in (("a", None, "options"), ("a; b", "甲", "options_local")):
        found = refuse_question("choice", options, local)
        assert found is not None and found[0] == field


def test_the_score_is_the_weighted_share_of_the_points() -> None:
    answers = {
        b"1": Answer(YES),
        b"2": Answer(None, "Gaps"),
        b"3": Answer(3 * ONE),
        b"4": Answer(5 * ONE),
        b"5": Answer(None, "words"),
    }
    found = score(ASKED, answers)
    assert [(one.question, one.points, one.weight) for one in found.parts] == [
        (b"1", 10_000, 2),
        (b"2", 5_000, 1),
        (b"3", 7_500, 1),
    ]
    assert found.score == (2 * 10_000 + 5_000 + 7_500) // 4
    assert refused(ASKED, answers) == {}


def test_what_is_not_scored_leaves_the_score_alone() -> None:
    assert score(ASKED, {b"2": Answer(None, "Other"), b"4": Answer(ONE)}).score is None
    assert score(ASKED, {}).score is None
    assert score(ASKED, {b"1": Answer(NO)}).score == 0


def test_a_number_earns_at_most_all() -> None:
    assert points(ASKED[2], Answer(9 * ONE)) == WHOLE
    assert points(Question(b"", "number"), Answer(9 * ONE)) is None


@pytest.mark.parametrize(("step", "earned"), [(1, 0), (2, 2_500), (3, 5_000), (5, 10_000)])
def test_steps_of_a_scale(step: int, earned: int) -> None:
    assert points(Question(b"", "scale"), Answer(step * ONE)) == earned


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (Question(b"", "yes_no"), Answer(2 * ONE)),
        (Question(b"", "scale"), Answer(6 * ONE)),
        (Question(b"", "scale"), Answer(ONE + 1)),
        (Question(b"", "choice", TIDY), Answer(None, "Dirty")),
        (Question(b"", "number"), Answer(-1)),
        (Question(b"", "number"), Answer(None, "many")),
        (Question(b"", "text"), Answer(ONE)),
    ],
)
def test_answers_that_cannot_be(question: Question, answer: Answer) -> None:
    found = refuse(question, answer)
    assert found is not None and found.code != "survey.answer_needed"


def test_what_is_missing_is_told_question_by_question() -> None:
    assert set(refused(ASKED, {b"2": Answer(None, "  ")})) == {b"1", b"2", b"3", b"4"}
    assert refuse(ASKED[4], None) is None


_steps = st.integers(1, 5).map(lambda step: Answer(step * ONE))


@given(
    st.lists(
        st.tuples(st.integers(0, 100), st.one_of(st.none(), _steps)),
        max_size=12,
    )
)
def test_any_score_lies_between_the_worst_and_the_best_answer(
    asked: list[tuple[int, Answer | None]],
) -> None:
    questions = [
        Question(bytes([at]), "scale", weight=weight, needed=False) for at, (weight, _) in enumerate(asked)
    ]
    answers = {bytes([at]): answer for at, (_, answer) in enumerate(asked) if answer is not None}
    found = score(questions, answers)
    if found.score is None:
        assert not found.parts
    else:
        earned = [part.points for part in found.parts]
        assert min(earned) <= found.score <= max(earned)
