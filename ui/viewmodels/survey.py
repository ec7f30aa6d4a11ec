"""A survey being answered: what was typed, what is wrong with it, and the score so far. Free of Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from channeldesk.model.notice import Notice, Problem
from channeldesk.queries.surveys import OpenedSurvey, SurveyDraft
from channeldesk.rules.surveys import NO, ONE, YES, Answer, Question, Score, refuse, score

YES_WORD, NO_WORD = "yes", "no"


@dataclass(frozen=True)
class SurveyOf:
    """Which survey at which planned visit."""

    plan_id: bytes
    survey_id: bytes


class SurveyForm:
    """``typed`` is what the draft keeps: yes, no, a step, an option, or what was typed.

    Answered again, the form begins with what counts so far. ``read`` and ``show`` are numbers of the reader's
    language.
    """

    def __init__(self, opened: OpenedSurvey, read: Callable[[str], int], show: Callable[[int], str]) -> None:
        self.opened = opened
        self._read = read
        self.questions = tuple(asked.rule for asked in opened.questions)
        known = {one.id: one for one in self.questions}
        self.typed: dict[bytes, str] = {key: text for key, text in opened.draft.typed.items() if key in known}
        if not self.typed:
            given = opened.earlier.items()
            self.typed = {key: written(known[key], one, show) for key, one in given if key in known}

    @property
    def draft(self) -> SurveyDraft:
        return replace(self.opened.draft, typed=dict(self.typed))

    @property
    def resumed(self) -> bool:
        return bool(self.opened.draft.typed)

    def write(self, question: bytes, text: str) -> None:
        """What was typed or chosen; nothing takes the answer away."""
        if text.strip():
            self.typed[question] = text
        else:
            self.typed.pop(question, None)

    def answer(self, question: Question) -> Answer:
        """Raises Problem for a number that is none."""
        return read_answer(question, self.typed.get(question.id, ""), self._read)

    @property
    def answers(self) -> dict[bytes, Answer]:
        """What can be understood."""
        found = {}
        for question in self.questions:
            try:
                answer = self.answer(question)
            except Problem:
                continue
            if not answer.empty:
                found[question.id] = answer
        return found

    def wrong(self, question: Question) -> Notice | None:
        """What keeps this question from being recorded."""
        try:
            return refuse(question, self.answer(question))
        except Problem as problem:
            return problem.notice

    @property
    def first_wrong(self) -> Question | None:
        return next((one for one in self.questions if self.wrong(one) is not None), None)

    @property
    def answered(self) -> int:
        return len(self.answers)

    @property
    def score(self) -> Score:
        return score(self.questions, self.answers)


def read_answer(question: Question, typed: str, read: Callable[[str], int]) -> Answer:
    """What was typed as an answer. Raises Problem for a number that is none."""
    text = typed.strip()
    if not text:
        return Answer()
    match question.kind:
        case "yes_no":
            return Answer({YES_WORD: YES, NO_WORD: NO}.get(text))
        case "scale":
            return Answer(int(text) * ONE if text.isascii() and text.isdigit() else None)
        case "number":
            return Answer(read(text))
    return Answer(None, text)


def written(question: Question, answer: Answer, show: Callable[[int], str]) -> str:
    """An answer as it would be typed."""
    if answer.value is None:
        return answer.text or ""
    match question.kind:
        case "yes_no":
            return YES_WORD if answer.value == YES else NO_WORD
        case "scale":
            return str(answer.value // ONE)
    return show(answer.value)
