"""Surveys of a visit: which there are, how far they are, and what was answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from channeldesk.queries import marks
from channeldesk.rules.surveys import Answer, Option, Question, read_options

COUNTS = """NOT EXISTS (SELECT 1 FROM survey_response later
    WHERE later.survey_id = r.survey_id AND later.partner_id = r.partner_id
      AND coalesce(later.plan_id, later.answered_on) = coalesce(r.plan_id, r.answered_on)
      AND (later.answered_at, later.id) > (r.answered_at, r.id))"""
"""SQL over ``r``: the response was not answered again during the same visit."""


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A survey at a visit. ``begun``: answers of a draft; ``answered_at`` and ``score`` of the response that
    counts, None before there is one; ``before``: the score at the partner's visit before.
    """

    id: bytes
    name: str
    name_local: str | None
    kind: str
    questions: int
    begun: int
    answered_at: int | None
    score: int | None
    before: int | None
    provisional: bool

    @property
    def answered(self) -> bool:
        return self.answered_at is not None


_ROWS = f"""
SELECT s.id, s.name, s.name_local, s.survey_kind AS kind,
       (SELECT count(*) FROM survey_question q WHERE q.survey_id = s.id) AS questions,
       coalesce((SELECT (SELECT count(*) FROM json_each(d.body, '$.answers')) FROM draft d
        WHERE d.draft_kind = 'survey' AND d.body ->> '$.plan' = :plan_hex
          AND d.body ->> '$.survey' = lower(hex(s.id)) LIMIT 1), 0) AS begun,
       r.answered_at, r.score,
       (SELECT e.score FROM survey_response e WHERE e.survey_id = s.id AND e.partner_id = :partner
         AND e.plan_id IS NOT :plan AND e.answered_at < coalesce(r.answered_at, 9e18)
         ORDER BY e.answered_at DESC, e.id DESC LIMIT 1) AS before,
       r.id IS NOT NULL AND {marks.provisional("survey_response", "r")} AS provisional
FROM survey s
LEFT JOIN survey_response r
  ON r.survey_id = s.id AND r.partner_id = :partner AND r.plan_id = :plan AND {COUNTS}
WHERE r.id IS NOT NULL OR (:open AND (s.valid_from IS NULL OR s.valid_from <= :day)
      AND (s.valid_to IS NULL OR s.valid_to >= :day)
      AND EXISTS (SELECT 1 FROM survey_question q WHERE q.survey_id = s.id))
ORDER BY s.code
"""


def of_visit(connection: sa.Connection, plan_id: bytes, *, offered: bool = True) -> tuple[SurveyRow, ...]:
    """What can be answered on the day of the visit (unless nothing is ``offered`` any more), and what was."""
    plan = connection.execute(
        sa.text("SELECT partner_id, planned_on FROM visit_plan WHERE id = :id"), {"id": plan_id}
    ).first()
    if plan is None:
        return ()
    binds = {
        "plan": plan_id,
        "plan_hex": plan_id.hex(),
        "partner": plan.partner_id,
        "day": plan.planned_on,
        "open": int(offered),
    }
    found = connection.execute(sa.text(_ROWS), binds)
    return tuple(SurveyRow(**row._asdict() | {"provisional": bool(row.provisional)}) for row in found)


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it is shown: ``rule`` judges answers; ``options_local`` in the order of its options."""

    rule: Question
    text: str
    text_local: str | None
    options_local: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SurveyDraft:
    """Answers as they were typed, by question; kept until the survey is recorded."""

    survey_id: bytes
    plan_id: bytes
    partner_id: bytes
    typed: Mapping[bytes, str]
    id: bytes | None = None

    def body(self) -> str:
        """The JSON that is saved: all but the ids that have columns of their own."""
        answers = {question.hex(): text for question, text in self.typed.items()}
        values = {"survey": self.survey_id.hex(), "plan": self.plan_id.hex(), "answers": answers}
        return json.dumps(values, ensure_ascii=False, sort_keys=True)


@dataclass(frozen=True, slots=True)
class OpenedSurvey:
    """Everything that the form needs. ``earlier``: what counts so far, when it is answered again."""

    id: bytes
    name: str
    name_local: str | None
    kind: str
    partner_id: bytes
    partner: str
    partner_local: str | None
    plan_id: bytes
    questions: tuple[AskedQuestion, ...]
    draft: SurveyDraft
    earlier: Mapping[bytes, Answer]
    answered_at: int | None


_OPENED = """
SELECT s.name, s.name_local, s.survey_kind AS kind, n.partner_id, coalesce(p.name, '') AS partner,
       p.name_local AS partner_local
FROM survey s, visit_plan n LEFT JOIN partner p ON p.id = n.partner_id
WHERE s.id = :survey AND n.id = :plan
"""
_LATEST = f"""
SELECT r.id, r.answered_at FROM survey_response r
WHERE r.survey_id = :survey AND r.partner_id = :partner AND r.plan_id = :plan AND {COUNTS}
"""


def opened(connection: sa.Connection, plan_id: bytes, survey_id: bytes) -> OpenedSurvey | None:
    """A survey to be answered at a visit; None where one of them is gone."""
    binds: dict[str, object] = {"survey": survey_id, "plan": plan_id}
    row = connection.execute(sa.text(_OPENED), binds).first()
    if row is None:
        return None
    latest = connection.execute(sa.text(_LATEST), binds | {"partner": row.partner_id}).first()
    kept = draft(connection, plan_id, survey_id)
    return OpenedSurvey(
        id=survey_id,
        name=row.name,
        name_local=row.name_local,
        kind=row.kind,
        partner_id=bytes(row.partner_id),
        partner=row.partner,
        partner_local=row.partner_local,
        plan_id=plan_id,
        questions=questions(connection, survey_id),
        draft=kept or SurveyDraft(survey_id, plan_id, bytes(row.partner_id), {}),
        earlier=answers(connection, latest.id) if latest is not None else {},
        answered_at=latest.answered_at if latest is not None else None,
    )


def questions(connection: sa.Connection, survey_id: bytes) -> tuple[AskedQuestion, ...]:
    """In the order of the survey."""
    found = connection.execute(
        sa.text("SELECT * FROM survey_question WHERE survey_id = :id ORDER BY line_number, id"),
        {"id": survey_id},
    )
    return tuple(
        AskedQuestion(
            Question(
                bytes(row.id),
                row.answer_kind,
                read_options(row.options),
                row.goal,
                row.weight,
                bool(row.needed),
            ),
            row.question,
            row.question_local,
            tuple(option.text for option in read_options(row.options_local)),
        )
        for row in found
    )


def options_shown(question: AskedQuestion, local: bool) -> tuple[tuple[Option, str], ...]:
    """The options with what each is called."""
    names = question.options_local if local and question.options_local else ()
    own = tuple(option.text for option in question.rule.options)
    return tuple(zip(question.rule.options, names if len(names) == len(own) else own, strict=True))


def draft(connection: sa.Connection, plan_id: bytes, survey_id: bytes) -> SurveyDraft | None:
    """What was answered and not recorded yet."""
    row = connection.execute(
        sa.text(
            "SELECT id, partner_id, body FROM draft WHERE draft_kind = 'survey' "
            "AND body ->> '$.plan' = :plan AND body ->> '$.survey' = :survey ORDER BY rowid LIMIT 1"
        ),
        {"plan": plan_id.hex(), "survey": survey_id.hex()},
    ).first()
    if row is None:
        return None
    typed = json.loads(row.body).get("answers") or {}
    kept = {bytes.fromhex(question): str(text) for question, text in typed.items()}
    return SurveyDraft(survey_id, plan_id, row.partner_id, kept, bytes(row.id))


def answers(connection: sa.Connection, response_id: bytes) -> dict[bytes, Answer]:
    """What was answered, by question."""
    found = connection.execute(
        sa.text("SELECT question_id, value, answer FROM survey_answer WHERE response_id = :id"),
        {"id": response_id},
    )
    return {bytes(row.question_id): Answer(row.value, row.answer) for row in found}
