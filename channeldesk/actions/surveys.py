"""Answering surveys: a draft while they are filled in, facts once they are recorded."""

from __future__ import annotations

from collections.abc import Mapping

from channeldesk.actions import write
from channeldesk.actions.tx import Tx
from channeldesk.model.changes import Changes, Done, Topic, Undo
from channeldesk.model.notice import Notice, Problem, Rate
from channeldesk.model.survey import LONGEST_ANSWER
from channeldesk.queries import clock
from channeldesk.queries.surveys import SurveyDraft, draft, questions
from channeldesk.rules.surveys import Answer, refused, score

_MOVED: Changes = frozenset({Topic.VISITS, Topic.SYNC})
_DRAFTS: Changes = frozenset({Topic.SYNC})


def keep_draft(tx: Tx, kept: SurveyDraft) -> Done[None]:
    """Saves without a word what was answered so far; a draft without answers ends."""
    known = draft(tx.connection, kept.plan_id, kept.survey_id)
    if known is not None and known.id is not None:
        if kept.typed:
            write.patch(tx, "draft", known.id, {"body": kept.body()})
        else:
            write.remove(tx, "draft", known.id)
    elif kept.typed:
        values = {"user_id": tx.user_id, "draft_kind": "survey", "partner_id": kept.partner_id}
        write.insert(tx, "draft", values | {"body": kept.body()})
    return Done(None, _DRAFTS)


def discard(tx: Tx, plan_id: bytes, survey_id: bytes) -> Done[None]:
    """Throw away what was answered and not recorded."""
    known = draft(tx.connection, plan_id, survey_id)
    if known is None or known.id is None:
        return Done(None)
    row = write.remove(tx, "draft", known.id)

    def back(tx: Tx) -> Done[None]:
        write.restore(tx, "draft", row)
        return Done(None, _MOVED)

    undo = Undo(Notice("undo.survey_discarded"), back)
    return Done(None, _MOVED, Notice("survey.discarded"), undo)


def record(tx: Tx, plan_id: bytes, survey_id: bytes, given: Mapping[bytes, Answer]) -> Done[bytes]:
    """The survey as answered; the value is the response's id. It is never edited: answered again, the later
    one counts. Raises Problem, with the question at fault, for an answer that is missing or cannot be.
    """
    plan = write.existing(tx, "visit_plan", plan_id)
    survey = write.existing(tx, "survey", survey_id)
    if plan["state"] == "cancelled":
        raise Problem.of("visit.not_open")
    asked = [one.rule for one in questions(tx.connection, survey_id)]
    answers = {one.id: given[one.id] for one in asked if one.id in given and not given[one.id].empty}
    for notice in refused(asked, answers).values():
        raise Problem(notice)
    if not answers:
        raise Problem.of("survey.nothing_answered")
    found = score(asked, answers)
    response_id = write.insert(
        tx,
        "survey_response",
        {
            "partner_id": plan["partner_id"],
            "survey_id": survey_id,
            "plan_id": plan_id,
            "user_id": tx.user_id,
            "answered_on": tx.today(clock.zone_of(tx.connection, plan["partner_id"])),
            "answered_at": tx.now_ms(),
            "score": found.score,
        },
    )
    rows = [
        {
            "id": tx.new_id(),
            "response_id": response_id,
            "partner_id": plan["partner_id"],
            "question_id": question,
            "value": one.value,
            "answer": None if one.text is None else one.text.strip()[:LONGEST_ANSWER],
        }
        for question, one in answers.items()
    ]
    write.insert_many(tx, "survey_answer", rows)
    known = draft(tx.connection, plan_id, survey_id)
    kept = write.remove(tx, "draft", known.id) if known is not None and known.id is not None else None

    def back(tx: Tx) -> Done[None]:
        write.withdraw(tx, "survey_answer", [row["id"] for row in rows])
        write.withdraw(tx, "survey_response", [response_id])
        if kept is not None:
            write.restore(tx, "draft", kept)
        return Done(None, _MOVED)

    told = Notice("survey.recorded", {"survey": survey["name"]})
    if found.score is not None:
        told = Notice("survey.scored", {"survey": survey["name"], "score": Rate(found.score)})
    undo = Undo(Notice("undo.survey_recorded"), back, unsent=("survey_response", response_id))
    return Done(response_id, _MOVED, told, undo)
