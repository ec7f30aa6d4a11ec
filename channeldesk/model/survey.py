"""Surveys that headquarters publishes, and what was answered at partners; tasks of visits."""

from __future__ import annotations

from channeldesk.model import declare as d
from channeldesk.model.changes import Topic
from channeldesk.model.declare import CODE, NAME, Entity, Kind, Policy, Unit

LONGEST_QUESTION = 300
LONGEST_ANSWER = 2_000
LONGEST_TASK = 200
_NEW = 3
"""The version of the wire's schema that brought these entities."""


class Survey(
    Entity,
    name="survey",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.VISITS,
    rank=36,
    key=("code",),
):
    """A set of questions to be answered at partners while it is valid."""

    code: str = d.since(_NEW, d.text(required=True, longest=CODE))
    name: str = d.since(_NEW, d.text(required=True, longest=NAME))
    name_local: str | None = d.since(_NEW, d.text(longest=NAME))
    survey_kind: str = d.since(_NEW, d.choice("store", "mystery", "satisfaction", default="store"))
    valid_from: str | None = d.since(_NEW, d.day())
    valid_to: str | None = d.since(_NEW, d.day())


class SurveyQuestion(
    Entity,
    name="survey_question",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.VISITS,
    rank=37,
    parent="survey_id",
    key=("survey_id", "line_number"),
):
    """One question. ``rules.surveys`` says what an answer may be and what it adds to the score."""

    survey_id: bytes = d.since(_NEW, d.ref("survey", required=True))
    line_number: int = d.since(_NEW, d.integer(required=True, within=(1, 200)))
    question: str = d.since(_NEW, d.text(required=True, longest=LONGEST_QUESTION))
    question_local: str | None = d.since(_NEW, d.text(longest=LONGEST_QUESTION))
    answer_kind: str = d.since(
        _NEW, d.choice("yes_no", "scale", "choice", "number", "text", default="yes_no")
    )
    options: str | None = d.since(
        _NEW, d.text(longest=1_000, about="of a choice, with points from 0 to 100: Tidy = 100; Gaps = 50")
    )
    options_local: str | None = d.since(_NEW, d.text(longest=1_000, about="the same options, in their order"))
    goal: int | None = d.since(
        _NEW, d.quantity(within=(1, 10**12), about="the number that earns all points; empty: not scored")
    )
    weight: int = d.since(
        _NEW, d.integer(required=True, default=1, within=(0, 100), about="in the score; 0: not scored")
    )
    needed: int = d.since(_NEW, d.flag(default=True, about="the survey cannot be recorded without it"))


class TaskTemplate(
    Entity,
    name="task_template",
    kind=Kind.REFERENCE,
    unit=Unit.GLOBAL,
    topic=Topic.VISITS,
    rank=38,
    key=("code",),
):
    """A task that every visit gets when it begins, at partners of one channel type or at all."""

    code: str = d.since(_NEW, d.text(required=True, longest=CODE))
    task: str = d.since(_NEW, d.text(required=True, longest=LONGEST_TASK))
    task_local: str | None = d.since(_NEW, d.text(longest=LONGEST_TASK))
    channel_type_id: bytes | None = d.since(_NEW, d.ref("channel_type", about="empty: at all partners"))
    valid_from: str | None = d.since(_NEW, d.day())
    valid_to: str | None = d.since(_NEW, d.day())


class VisitTask(
    Entity,
    name="visit_task",
    kind=Kind.RECORD,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.VISITS,
    rank=46,
    policies={"task": Policy.ASK, "done_at": Policy.CLIENT},
    indexes=(("plan_id",),),
):
    """Something to do during a planned visit."""

    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True))
    plan_id: bytes = d.since(_NEW, d.ref("visit_plan", required=True))
    line_number: int = d.since(_NEW, d.integer(required=True, default=1, about="its place in the list"))
    task: str = d.since(_NEW, d.text(required=True, longest=LONGEST_TASK))
    origin: str = d.since(
        _NEW,
        d.choice("own", "template", "carried", default="own", about="carried: left over from the last visit"),
    )
    done_at: int | None = d.since(_NEW, d.instant())


class SurveyResponse(
    Entity,
    name="survey_response",
    kind=Kind.FACT,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.VISITS,
    rank=48,
    indexes=(("partner_id", "answered_at"), ("plan_id",)),
):
    """A survey as it was answered once. Answered again during the same visit, the later one counts."""

    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True))
    survey_id: bytes = d.since(_NEW, d.ref("survey", required=True))
    plan_id: bytes | None = d.since(_NEW, d.ref("visit_plan", about="during which planned visit"))
    user_id: bytes = d.since(_NEW, d.ref("app_user", required=True))
    answered_on: str = d.since(_NEW, d.day(required=True))
    answered_at: int = d.since(_NEW, d.instant(required=True))
    score: int | None = d.since(
        _NEW, d.rate(about="of the points that could be earned; empty: no question scores")
    )


class SurveyAnswer(
    Entity,
    name="survey_answer",
    kind=Kind.FACT,
    unit=Unit.PARTNER,
    owner="partner_id",
    topic=Topic.VISITS,
    rank=49,
    parent="response_id",
    indexes=(("response_id",), ("question_id",)),
):
    """The answer to one question; questions without an answer have none."""

    response_id: bytes = d.since(_NEW, d.ref("survey_response", required=True))
    partner_id: bytes = d.since(_NEW, d.ref("partner", required=True))
    question_id: bytes = d.since(_NEW, d.ref("survey_question", required=True))
    value: int | None = d.since(
        _NEW, d.quantity(about="yes 1, no 0; the step of a scale, from 1 to 5; a number")
    )
    answer: str | None = d.since(_NEW, d.text(longest=LONGEST_ANSWER, about="the chosen option, or a text"))
