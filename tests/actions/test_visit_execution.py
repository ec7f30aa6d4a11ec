"""Tasks and surveys of a visit: what is recorded, and that undo brings back what was."""

import pytest
import sqlalchemy as sa

from channeldesk.actions import surveys, visit_tasks, visits
from channeldesk.actions.tx import Tx
from channeldesk.desk import Desk
from channeldesk.model.changes import Done
from channeldesk.model.notice import Problem
from channeldesk.queries import surveys as surveys_query
from channeldesk.queries import visit_tasks as tasks_query
from channeldesk.queries.day_report import day_report
from channeldesk.queries.surveys import SurveyDraft, SurveyRow
from channeldesk.queries.visit_tasks import TaskRow
from channeldesk.rules.surveys import ONE, YES, Answer
from tests.support.demo_laptop import DAY, every, one


def undo(desk: Desk, done: Done[object]) -> None:
    assert done.undo is not None
    desk.act(done.undo.action)


@pytest.fixture
def partner(desk: Desk) -> bytes:
    """One at which no visit was closed."""
    sql = (
        "SELECT id FROM partner WHERE id NOT IN (SELECT partner_id FROM visit_plan) "
        "AND channel_type_id = (SELECT id FROM channel_type WHERE code = 'store') LIMIT 1"
    )
    found = desk.ask(lambda connection: connection.execute(sa.text(sql)).scalar())
    return bytes(found or desk.ask(one, "SELECT id FROM partner ORDER BY code DESC LIMIT 1"))


@pytest.fixture
def plan(desk: Desk, partner: bytes) -> bytes:
    return desk.act(visits.plan, partner, DAY, 9 * 60).value


def tasks(desk: Desk, plan_id: bytes) -> tuple[TaskRow, ...]:
    return desk.ask(tasks_query.of_visit, plan_id)


def words(desk: Desk, plan_id: bytes) -> list[str]:
    return [one.task for one in tasks(desk, plan_id)]


def test_a_list_is_written_ticked_worded_and_arranged(desk: Desk, plan: bytes) -> None:
    first, second = (
        desk.act(visit_tasks.add, plan, text).value for text in (" Hand over  leaflets ", "Train")
    )
    assert words(desk, plan) == ["Hand over leaflets", "Train"]
    assert all(task.provisional and task.origin == "own" for task in tasks(desk, plan))
    steps = (
        (visit_tasks.tick, first),
        (visit_tasks.word, second, "Train the new staff"),
        (visit_tasks.arrange, plan, [second, first]),
        (visit_tasks.remove, second),
    )
    for action, *args in steps:
        undo(desk, desk.act(action, *args))
        assert words(desk, plan) == ["Hand over leaflets", "Train"]
        assert not any(task.done for task in tasks(desk, plan))
    desk.act(visit_tasks.tick, first)
    desk.act(visit_tasks.arrange, plan, [second, first])
    assert [task.done for task in tasks(desk, plan)] == [False, True]
    desk.act(visit_tasks.tick, first, False)
    assert not any(task.done for task in tasks(desk, plan))


@pytest.mark.parametrize("text", ["  ", "x" * 201])
def test_a_task_has_words_and_not_too_many(desk: Desk, plan: bytes, text: str) -> None:
    with pytest.raises(Problem):
        desk.act(visit_tasks.add, plan, text)


def test_another_list_is_not_arranged(desk: Desk, plan: bytes) -> None:
    desk.act(visit_tasks.add, plan, "One")
    with pytest.raises(Problem) as caught:
        desk.act(visit_tasks.arrange, plan, [bytes(16)])
    assert caught.value.notice.code == "action.gone"


def test_checking_in_brings_standard_tasks_and_what_was_left_over(
    desk: Desk, partner: bytes, plan: bytes
) -> None:
    standard = desk.ask(every, "SELECT task FROM task_template WHERE channel_type_id IS NULL ORDER BY code")
    own = desk.act(visit_tasks.add, plan, "Own task").value
    checked = desk.act(visits.check_in, plan)
    expected = ["Own task", *(row[0] for row in standard)]
    assert words(desk, plan)[: len(expected)] == expected
    undo(desk, checked)
    assert words(desk, plan) == ["Own task"]
    desk.act(visits.check_in, plan)
    for task in tasks(desk, plan):
        if task.id != own:
            desk.act(visit_tasks.tick, task.id)
    desk.act(visits.close, plan)

    following = desk.act(visits.plan, partner, DAY, 15 * 60).value
    desk.act(visits.check_in, following)
    found = tasks(desk, following)
    assert (found[0].task, found[0].origin) == ("Own task", "carried")
    assert {task.origin for task in found[1:]} == {"template"}
    assert len({task.task for task in found}) == len(found)


def test_standard_tasks_come_in_the_local_language_where_it_is_wanted(desk: Desk, plan: bytes) -> None:
    desk.act(visits.check_in, plan, True)
    local = desk.ask(one, "SELECT task_local FROM task_template ORDER BY code LIMIT 1")
    assert local in words(desk, plan)


def test_the_day_report_counts_the_tasks_of_a_visit(desk: Desk, plan: bytes) -> None:
    desk.act(visits.check_in, plan)
    found = tasks(desk, plan)
    desk.act(visit_tasks.tick, found[0].id)
    visit = desk.act(visits.close, plan).value
    report = desk.ask(day_report, desk.profile.user_id, DAY)
    (done,) = (one for one in report.visits if one.id == visit)
    assert (done.tasks, done.tasks_done) == (len(found), 1)


@pytest.fixture
def survey(desk: Desk, plan: bytes) -> SurveyRow:
    found = desk.ask(surveys_query.of_visit, plan)
    return next(row for row in found if row.kind == "satisfaction")


def given(desk: Desk, survey: SurveyRow, step: int) -> dict[bytes, Answer]:
    answers = {}
    for asked in desk.ask(surveys_query.questions, survey.id):
        answer = {"scale": Answer(step * ONE), "yes_no": Answer(YES)}.get(asked.rule.kind)
        if answer is not None:
            answers[asked.rule.id] = answer
    return answers


def row_of(desk: Desk, plan: bytes, survey: SurveyRow) -> SurveyRow:
    found = desk.ask(surveys_query.of_visit, plan)
    return next(row for row in found if row.id == survey.id)


def test_a_survey_is_drafted_recorded_and_taken_back(desk: Desk, plan: bytes, survey: SurveyRow) -> None:
    assert (survey.begun, survey.answered) == (0, False)
    opened = desk.ask(surveys_query.opened, plan, survey.id)
    assert opened is not None
    draft = SurveyDraft(survey.id, plan, opened.partner_id, {opened.questions[0].rule.id: "4"})
    desk.act(surveys.keep_draft, draft)
    desk.act(surveys.keep_draft, draft)
    assert row_of(desk, plan, survey).begun == 1
    assert desk.ask(one, "SELECT count(*) FROM draft WHERE draft_kind = 'survey'") == 1

    done = desk.act(surveys.record, plan, survey.id, given(desk, survey, 4))
    assert done.notice is not None and done.notice.code == "survey.scored"
    row = row_of(desk, plan, survey)
    assert (row.score, row.begun, row.provisional) == ((3 * 7_500 + 10_000) // 4, 0, True)
    assert desk.ask(surveys_query.answers, done.value) == given(desk, survey, 4)
    assert len(set(desk.ask(every, "SELECT txn FROM outbox WHERE entity LIKE 'survey_%'"))) == 1

    undo(desk, done)
    assert (row_of(desk, plan, survey).answered, row_of(desk, plan, survey).begun) == (False, 1)
    assert desk.ask(one, "SELECT count(*) FROM survey_answer WHERE rv = 0") == 0
    desk.act(surveys.keep_draft, SurveyDraft(survey.id, plan, opened.partner_id, {}))
    assert desk.ask(one, "SELECT count(*) FROM draft WHERE draft_kind = 'survey'") == 0


def test_answered_again_the_later_one_counts(desk: Desk, plan: bytes, survey: SurveyRow) -> None:
    desk.act(surveys.record, plan, survey.id, given(desk, survey, 2))
    again = desk.act(surveys.record, plan, survey.id, given(desk, survey, 5))
    assert row_of(desk, plan, survey).score == 10_000
    assert len(desk.ask(every, "SELECT id FROM survey_response WHERE rv = 0")) == 2, "nothing is edited"
    undo(desk, again)
    assert row_of(desk, plan, survey).score == (3 * 2_500 + 10_000) // 4


def test_what_is_missing_or_cannot_be_is_refused(desk: Desk, plan: bytes, survey: SurveyRow) -> None:
    for answers in ({}, given(desk, survey, 6)):
        with pytest.raises(Problem):
            desk.act(surveys.record, plan, survey.id, answers)
    desk.act(visits.cancel, plan)
    with pytest.raises(Problem) as caught:
        desk.act(surveys.record, plan, survey.id, given(desk, survey, 4))
    assert caught.value.notice.code == "visit.not_open"


def test_only_surveys_of_the_day_are_offered(desk: Desk, plan: bytes, survey: SurveyRow) -> None:
    def end(tx: Tx) -> Done[None]:
        sql = "UPDATE survey SET valid_to = '2020-01-01' WHERE id = :id"
        tx.connection.execute(sa.text(sql), {"id": survey.id})
        return Done(None)

    desk.act(end)
    found = desk.ask(surveys_query.of_visit, plan)
    assert found and survey.id not in {row.id for row in found}
