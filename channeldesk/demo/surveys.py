"""Two surveys and standard tasks of the demo company, tasks of its visits, and what was answered there."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

from channeldesk.demo.fieldwork import Field
from channeldesk.demo.organisation import CHINA_TIME, Organisation
from channeldesk.demo.world import Batch, World, batch, moment
from channeldesk.rules.surveys import ONE, Answer, Question, read_options, score

SURVEYS = (
    ("STORE", "Store check", "门店检查", "store"),
    ("SAT", "Satisfaction of the dealer", "经销商满意度", "satisfaction"),
)
QUESTIONS = {
    "STORE": (
        ("Is our shelf complete?", "本品货架是否齐全？", "yes_no", None, None, None, 2, 1),
        (
            "How tidy is the shelf?",
            "货架整洁程度？",
            "choice",
            "Tidy = 100; Some gaps = 50; Untidy = 0",
            "整洁 = 100; 有缺口 = 50; 凌乱 = 0",
            None,
            1,
            1,
        ),
        ("Metres of shelf for our products", "本品陈列长度（米）", "number", None, None, 4 * ONE, 1, 1),
        ("Are all price tags right?", "价签是否全部正确？", "yes_no", None, None, None, 1, 1),
        (
            "How well do the staff know our products?",
            "店员对产品的了解程度？",
            "scale",
            None,
            None,
            None,
            1,
            1,
        ),
        ("What do competitors offer at the moment?", "竞品目前有哪些活动？", "text", None, None, None, 0, 0),
    ),
    "SAT": (
        ("How content are you with deliveries?", "您对交货是否满意？", "scale", None, None, None, 1, 1),
        ("How content are you with our service?", "您对服务是否满意？", "scale", None, None, None, 1, 1),
        ("How content are you with your margin?", "您对毛利是否满意？", "scale", None, None, None, 1, 1),
        ("Would you recommend us?", "您会推荐我们吗？", "yes_no", None, None, None, 1, 1),
        ("What should we do better?", "我们应如何改进？", "text", None, None, None, 0, 0),
    ),
}
"""By survey: question, in Chinese, kind, options, the same in Chinese, goal, weight, needed."""
STANDARD = (
    ("10-PHOTO", "Photo of the shelf", "拍摄陈列照片", None),
    ("20-PRICES", "Check price tags", "检查价签", None),
    ("30-DEMO", "Demo tool charged and clean", "样机充电、清洁", "store"),
)
"""Code, task, in Chinese, channel type."""
TASKS = (
    "Hand over the autumn leaflet",
    "新店员产品培训",
    "Ask for the window place",
    "Collect two defective chargers",
    "核对本月对账单",
    "Show the new laser level",
)
SAID = ("Buy two, get one free on batteries", "竞品买赠活动", "Nothing new", "5 % off on grinders", "暂无")
WISHED = ("Faster answers on claims", "加快返利结算", "More demo tools", "培训再多一些", "Smaller packs")
_ANSWERED_DAYS, _TASK_DAYS = 150, 75


class Surveys:
    """Made after field work; its own random source leaves everything else as it is."""

    def __init__(self, world: World, organisation: Organisation) -> None:
        self._world, self._source = world, world.random("surveys")
        born = moment(date(world.start.year - 1, 1, 4), 9 * 60, CHINA_TIME)

        def stamp(entity: str) -> dict[str, Any]:
            return {"id": world.id(entity, born), "created_at": born, "updated_at": born}

        surveys = [
            stamp("survey")
            | {"code": code, "name": name, "name_local": local, "survey_kind": kind, "valid_from": None}
            for code, name, local, kind in SURVEYS
        ]
        self._ids = {row["code"]: row["id"] for row in surveys}
        questions = [
            stamp("survey_question")
            | {
                "survey_id": self._ids[code],
                "line_number": number,
                "question": question,
                "question_local": local,
                "answer_kind": kind,
                "options": options,
                "options_local": options_local,
                "goal": goal,
                "weight": weight,
                "needed": needed,
            }
            for code, asked in QUESTIONS.items()
            for number, (question, local, kind, options, options_local, goal, weight, needed) in enumerate(
                asked, 1
            )
        ]
        self._rules = {
            code: tuple(_rule(row) for row in questions if row["survey_id"] == self._ids[code])
            for code in QUESTIONS
        }
        standard = [
            stamp("task_template")
            | {
                "code": code,
                "task": task,
                "task_local": local,
                "channel_type_id": organisation.channel_types[kind] if kind else None,
            }
            for code, task, local, kind in STANDARD
        ]
        self.reference = (
            batch("survey", surveys),
            batch("survey_question", questions),
            batch("task_template", standard),
        )

    def of_visits(self, made: Field) -> tuple[Batch, ...]:
        """What was answered in the last months, and tasks of past and planned visits."""
        tasks: list[dict[str, Any]] = []
        responses: list[dict[str, Any]] = []
        answers: list[dict[str, Any]] = []
        today = self._world.today
        for visit in made.visits:
            ago = (today - date.fromisoformat(visit["visited_on"])).days
            if visit["outcome"] == "not_met":
                continue
            for code, share in (("STORE", 0.6), ("SAT", 0.25)):
                if ago <= _ANSWERED_DAYS and self._source.random() < share:
                    self._answer(code, visit, responses, answers)
        for plan in made.plans:
            ago = (today - date.fromisoformat(plan["planned_on"])).days
            if ago <= (_TASK_DAYS if plan["state"] == "done" else 0):
                self._tasks(plan, tasks)
        return (
            batch("visit_task", tasks),
            batch("survey_response", responses),
            batch("survey_answer", answers),
        )

    def _tasks(self, plan: dict[str, Any], tasks: list[dict[str, Any]]) -> None:
        done = plan["state"] == "done"
        at = int(plan["created_at"])
        words = self._source.sample(TASKS, self._source.randint(1, 2))
        if done:
            words = [task for _, task, _, kind in STANDARD if kind is None] + words
        for number, task in enumerate(words, 1):
            ticked = done and self._source.random() < 0.85
            tasks.append(
                self._row("visit_task", at, plan["user_id"])
                | {
                    "partner_id": plan["partner_id"],
                    "plan_id": plan["id"],
                    "line_number": number,
                    "task": task,
                    "origin": "template" if done and number <= 2 else "own",
                    "done_at": plan["checked_in_at"] + number * 240_000 if ticked else None,
                }
            )

    def _answer(
        self,
        code: str,
        visit: dict[str, Any],
        responses: list[dict[str, Any]],
        answers: list[dict[str, Any]],
    ) -> None:
        at = int(visit["checked_out_at"]) - self._source.randint(2, 9) * 60_000
        mood = self._source.gauss(0.72, 0.17)
        given = {rule.id: _given(rule, self._source, mood, code) for rule in self._rules[code]}
        given = {key: one for key, one in given.items() if not one.empty}
        response = self._row("survey_response", at, visit["user_id"]) | {
            "partner_id": visit["partner_id"],
            "survey_id": self._ids[code],
            "plan_id": visit["plan_id"],
            "user_id": visit["user_id"],
            "answered_on": visit["visited_on"],
            "answered_at": at,
            "score": score(self._rules[code], given).score,
        }
        responses.append(response)
        answers += [
            self._row("survey_answer", at, visit["user_id"])
            | {
                "response_id": response["id"],
                "partner_id": visit["partner_id"],
                "question_id": question,
                "value": one.value,
                "answer": one.text,
            }
            for question, one in given.items()
        ]

    def _row(self, entity: str, at: int, user: bytes) -> dict[str, Any]:
        return {
            "id": self._world.id(entity, at),
            "created_at": at,
            "created_by": user,
            "updated_at": at,
            "updated_by": None,
        }


def _rule(row: dict[str, Any]) -> Question:
    options = read_options(row["options"])
    return Question(row["id"], row["answer_kind"], options, row["goal"], row["weight"], bool(row["needed"]))


def _given(rule: Question, source: Random, mood: float, code: str) -> Answer:
    """Better where the mood is better."""
    luck = min(1.0, max(0.0, mood + source.gauss(0, 0.18)))
    match rule.kind:
        case "yes_no":
            return Answer(ONE if luck > 0.45 else 0)
        case "scale":
            return Answer((1 + round(luck * 4)) * ONE)
        case "choice":
            return Answer(None, rule.options[min(2, int((1 - luck) * 3))].text)
        case "number":
            return Answer(round(luck * 10) * ONE // 2)
    return Answer(None, source.choice(SAID if code == "STORE" else WISHED) if source.random() < 0.5 else None)
