"""A survey from headquarters to a visit and back: published, asked, answered, and known to everybody who sees
the partner.
"""

import json

import pytest

from channeldesk.actions import reference, surveys, visit_tasks, visits
from channeldesk.model.notice import Problem
from channeldesk.queries import surveys as surveys_query
from channeldesk.queries import visit_tasks as tasks_query
from channeldesk.rules.surveys import ONE, YES, Answer
from tests.support.headquarters import Headquarters
from tests.sync.test_drafts import Make, does

QUESTION = {"line_number": 1, "question": "Shelf complete?", "answer_kind": "yes_no", "weight": 2}
CHOICE = {
    "line_number": 2,
    "question": "Tidy?",
    "answer_kind": "choice",
    "options": "Tidy = 100; Gaps = 40",
}


@pytest.fixture
def published(hq: Headquarters, laptop: Make) -> bytes:
    """By headquarters' staff, with a standard task."""
    hana = laptop("hana")
    hana.sync()
    survey = does(hana, reference.add, "survey", {"code": "S1", "name": "Store check"}).value
    for question in (QUESTION, CHOICE):
        does(hana, reference.add, "survey_question", {**question, "survey_id": survey})
    does(hana, reference.add, "task_template", {"code": "T1", "task": "Photo of the shelf"})
    does(hana, reference.publish)
    hana.sync()
    assert (hana.inbox(), hana.waiting()) == ([], 0)
    return bytes(survey)


def test_a_survey_is_published_answered_and_comes_to_everybody(
    hq: Headquarters, laptop: Make, published: bytes
) -> None:
    bo = laptop()
    bo.sync()
    plan = does(bo, visits.plan, bo.row("partner", code="P1")["id"], "2026-11-20").value
    does(bo, visits.check_in, plan)
    with bo.database.read() as connection:
        tasks = tasks_query.of_visit(connection, plan)
        (row,) = surveys_query.of_visit(connection, plan)
        first, second = (one.rule.id for one in surveys_query.questions(connection, published))
    assert [(one.task, one.origin) for one in tasks] == [("Photo of the shelf", "template")]
    assert (row.id, row.questions) == (published, 2)
    does(bo, visit_tasks.tick, tasks[0].id)
    answers = {first: Answer(YES), second: Answer(None, "Gaps")}
    response = does(bo, surveys.record, plan, published, answers).value
    bo.sync()

    assert (bo.inbox(), bo.waiting()) == ([], 0)
    assert hq.table("survey_response", id=response)[0]["score"] == 8_000
    assert {one["answer"] for one in hq.table("survey_answer")} == {None, "Gaps"}
    assert {one["value"] for one in hq.table("survey_answer")} == {ONE, None}
    assert hq.table("visit_task")[0]["done_at"] is not None
    again = laptop()
    again.sync()
    assert again.row("survey_response", id=response)["score"] == 8_000
    with again.database.read() as connection:
        assert surveys_query.answers(connection, response) == answers


@pytest.mark.parametrize(
    ("values", "field"),
    [({"options": "Tidy = 100"}, "options"), ({"options_local": "整洁"}, "options_local")],
)
def test_a_question_that_cannot_be_answered_is_not_even_a_draft(
    laptop: Make, published: bytes, values: dict[str, str], field: str
) -> None:
    hana = laptop("hana")
    hana.sync()
    question = {**CHOICE, "line_number": 3, "survey_id": published, **values}
    with pytest.raises(Problem) as caught:
        does(hana, reference.add, "survey_question", question)
    assert caught.value.notice.params["field"] == field


def test_headquarters_refuses_what_a_laptop_let_through(
    hq: Headquarters, laptop: Make, published: bytes
) -> None:
    hana = laptop("hana")
    hana.sync()
    hana.act("UPDATE survey_question SET options = 'Tidy = 900; Gaps' WHERE line_number = 2")
    hana.sync()
    (one,) = hana.inbox()
    assert json.loads(one["notice"])["code"] == "survey.bad_points"
    assert hq.table("survey_question", line_number=2)[0]["options"] == CHOICE["options"]
