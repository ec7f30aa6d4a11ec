"""Everything that can need a person has a sentence, a meaning and a way out, and names people understand."""

import re
from pathlib import Path

import channeldesk.hq
import channeldesk.rules.orders
from channeldesk.model.declare import Type, replicated
from channeldesk.model.messages import MESSAGES
from channeldesk.model.notice import Notice
from channeldesk.rules.field_words import CHOICE_NAMES, ENTITY_NAMES, FIELD_NAMES
from channeldesk.rules.inbox_advice import REMEDY, advice, spoken

_REJECT = re.compile(r'reject\(\s*\w+,\s*"([a-z_.]+)"')
_NOTICE = re.compile(r'notice\(\s*"([a-z_]+\.[a-z_]+)"')
_WARNINGS = {"order.no_list_price"}
"""Said beside an order that is accepted."""


def rejections() -> set[str]:
    """The codes that headquarters rejects with, read from where it does."""
    folder = Path(channeldesk.hq.__file__).parent
    found = {code for path in folder.glob("*.py") for code in _REJECT.findall(path.read_text("utf-8"))}
    rules = Path(channeldesk.rules.orders.__file__).parent
    judges = [rules / "orders.py", rules / "promotions" / "checking.py", rules / "promotions" / "offers.py"]
    judged = {code for path in judges for code in _NOTICE.findall(path.read_text("utf-8"))}
    found |= judged | {"order.credit_exceeded", "credit.exceeded"}
    return found - _WARNINGS


def test_every_rejection_has_a_way_out() -> None:
    found = rejections()
    assert {"sync.out_of_scope", "order.price_below_floor", "sync.key_taken"} <= found
    assert found - REMEDY.keys() == set()


def test_everything_advised_is_a_message() -> None:
    for kind in ("conflict", "rejection", "set_aside"):
        codes = {*REMEDY, "sync.conflict", "sync.row_changed", "sync.row_set_aside", "unknown.code"}
        for code in codes:
            told = advice(kind, Notice(code))
            assert {told.means.code, told.remedy.code} <= MESSAGES.keys(), (kind, code)


def test_every_replicated_row_and_field_has_a_name_of_its_own() -> None:
    """Whatever could not be stored, or differs, is told by the name people know."""
    entities = {one.__entity__: one for one in replicated()}
    assert entities.keys() - ENTITY_NAMES.keys() == set()
    fields = {name for one in entities.values() for name in one.fields if name != "id"}
    assert fields - FIELD_NAMES.keys() == set()
    for one in entities.values():
        for name, field in one.fields.items():
            if field.type is Type.CHOICE:
                assert set(field.choices) <= CHOICE_NAMES[name].keys(), (one.__entity__, name)


def test_what_was_refused_as_a_request_is_told_as_what_the_person_did() -> None:
    for code, told in (("request.too_large", "inbox.too_large"), ("request.malformed", "inbox.unreadable")):
        notice = spoken(Notice(code, {"limit": 4_000_000, "detail": "mutations"}))
        assert notice == Notice(told)
        assert advice("rejection", notice).remedy.code == REMEDY[code]
