"""Surveys: what an answer may be, what is missing, and the score.

The score is the share of the points that could be earned: sum(points x weight) / sum(weight) over the
answered questions that score. Points lie between 0 and 100 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from channeldesk.model import values
from channeldesk.model.notice import Notice, Problem, notice

WHOLE = 10_000
"""All points, in basis points."""
ONE: int = 10**values.QUANTITY_SCALE
YES, NO = ONE, 0
STEPS = (1, 2, 3, 4, 5)
"""Of a scale; the last is the best."""
_LARGEST = 10**12


@dataclass(frozen=True, slots=True)
class Option:
    """``points`` in basis points; None: choosing it does not enter the score."""

    text: str
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question as the rules know it. ``goal`` at scale 3."""

    id: bytes
    kind: str
    options: tuple[Option, ...] = ()
    goal: int | None = None
    weight: int = 1
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """``value`` at scale 3 (yes 1, no 0; a step; a number), ``text``: an option or words. One of them."""

    value: int | None = None
    text: str | None = None

    @property
    def empty(self) -> bool:
        return self.value is None and not (self.text or "").strip()


Answers = Mapping[bytes, Answer]
"""By the question's id."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one question adds: ``points`` (basis points) x ``weight``."""

    question: bytes
    points: int
    weight: int


@dataclass(frozen=True, slots=True)
class Score:
    """``score`` in basis points; None where no answered question scores."""

    score: int | None
    parts: tuple[Part, ...]


def read_options(text: str | None) -> tuple[Option, ...]:
    """Options as they are written: ``Tidy = 100; Gaps = 50; Other``. Raises Problem for points that are no
    whole number from 0 to 100, and for an option that stands there twice.
    """
    found: list[Option] = []
    for one in (text or "").replace("；", ";").split(";"):
        name, sign, points = one.rpartition("=") if "=" in one else (one, "", "")
        if not (sign or name.strip()):
            continue
        digits = points.strip().removesuffix("%").strip()
        if sign and not (digits.isascii() and digits.isdigit() and int(digits) <= 100):
            raise Problem.of("survey.bad_points", option=one.strip())
        if not name.strip() or name.strip() in (other.text for other in found):
            raise Problem.of("survey.bad_option", option=one.strip())
        found.append(Option(name.strip(), int(digits) * 100 if sign else None))
    return tuple(found)


def refuse_question(kind: str, options: str | None, local: str | None) -> tuple[str, Notice] | None:
    """What is wrong with a question of headquarters' staff: the field and why."""
    field = "options"
    try:
        known = read_options(options)
        field = "options_local"
        others = read_options(local)
    except Problem as problem:
        return field, problem.notice
    if kind == "choice" and len(known) < 2:
        return "options", notice("survey.too_few_options")
    if others and len(others) != len(known):
        return "options_local", notice("survey.other_options", count=len(known))
    return None


def refuse(question: Question, answer: Answer | None) -> Notice | None:
    """What is wrong with an answer, or with giving none."""
    if answer is None or answer.empty:
        return notice("survey.answer_needed") if question.needed else None
    value = answer.value
    match question.kind:
        case "yes_no" if value not in (YES, NO):
            return notice("survey.not_possible")
        case "scale" if value not in {step * ONE for step in STEPS}:
            return notice("survey.not_possible")
        case "choice" if answer.text not in {option.text for option in question.options}:
            return notice("survey.not_possible")
        case "number" if value is None or not 0 <= value <= _LARGEST:
            return notice("survey.number_range")
        case "text" if answer.text is None:
            return notice("survey.not_possible")
    return None


def refused(questions: Iterable[Question], answers: Answers) -> dict[bytes, Notice]:
    """Everything that keeps a survey from being recorded, by question."""
    told = {one.id: refuse(one, answers.get(one.id)) for one in questions}
    return {key: found for key, found in told.items() if found is not None}


def points(question: Question, answer: Answer) -> int | None:
    """What an answer earns, in basis points; None: it does not enter the score.

    Yes earns all, no nothing; the steps of a scale 0, 25, 50, 75 and 100 %; an option what it says; a number
    its share of the goal, at most all.
    """
    if answer.empty:
        return None
    match question.kind:
        case "yes_no":
            return WHOLE if answer.value == YES else 0
        case "scale" if answer.value is not None:
            return (answer.value // ONE - STEPS[0]) * WHOLE // (STEPS[-1] - STEPS[0])
        case "choice":
            return {one.text: one.points for one in question.options}.get(str(answer.text))
        case "number" if question.goal and answer.value is not None:
            return min(WHOLE, values.round_half_up(answer.value * WHOLE, question.goal))
    return None


def score(questions: Iterable[Question], answers: Answers) -> Score:
    """The score of these answers with what each question adds."""
    parts = []
    for question in questions:
        earned = points(question, answers.get(question.id, Answer()))
        if earned is not None and question.weight > 0:
            parts.append(Part(question.id, earned, question.weight))
    whole = sum(part.weight for part in parts)
    earned_all = sum(part.points * part.weight for part in parts)
    return Score(values.round_half_up(earned_all, whole) if whole else None, tuple(parts))
