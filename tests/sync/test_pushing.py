"""Pushing: exactly once, in order, one bad row blocks nothing else. Cases 9 to 18, 20, 23 and 24."""

import json
import threading
from collections.abc import Callable

import pytest

from channeldesk.sync import inbox
from channeldesk.sync.transport import Busy, Offline, Refused
from channeldesk.wire import SCHEMA
from tests.support.headquarters import Headquarters
from tests.support.rounds import Laptop, converged

Make = Callable[..., Laptop]


def test_case_10_a_lost_answer_makes_one_order_and_the_same_answer(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    order = bo.place_order()
    bo.transport.lose_push_answer = True
    with pytest.raises(Offline):
        bo.sync()
    assert bo.waiting() == 2
    result = bo.sync()
    assert result.pushed == 2
    assert bo.transport.pushes[0] == bo.transport.pushes[1]
    (at_hq,) = hq.table("sales_order", id=order)
    assert at_hq["status"] == "accepted"
    assert bo.row("sales_order", id=order)["number"] == at_hq["number"]
    assert len(hq.table("order_line", order_id=order)) == 1


def test_case_10_sent_twice_in_parallel_is_one_order_and_one_answer(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    order = bo.place_order()
    answers: list[dict] = []
    both = threading.Barrier(2)

    def send() -> None:
        from channeldesk.sync.transport import HttpTransport

        transport = HttpTransport(hq.address, bo.session.token)
        both.wait()
        answers.append(transport.push(request))
        transport.close()

    bo.transport.lose_push_answer = True
    bo.transport.before_push = lambda: None
    steps = bo.round().steps()
    assert [next(steps).name, next(steps).name] == ["greeted", "frozen"]
    steps.close()
    from channeldesk.store import outbox

    with bo.database.read() as connection:
        mutations = outbox.batch(connection, 500, 4_000_000)
    request = {"schema": SCHEMA, "epoch": bo.transport.hello()["epoch"]}
    request["mutations"] = [m.to_wire() for m in mutations]
    threads = [threading.Thread(target=send, name=f"send-{n}") for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    plain = [[{k: v for k, v in r.items() if k != "repeated"} for r in a["results"]] for a in answers]
    assert plain[0] == plain[1]
    assert sorted(a["results"][0]["repeated"] for a in answers) == [False, True]
    assert len(hq.table("sales_order", id=order)) == 1
    bo.transport.lose_push_answer = False
    bo.sync()
    assert bo.waiting() == 0


def test_case_11_a_gap_is_refused_with_the_expected_number(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    for number in range(5):
        bo.act(f"UPDATE partner SET city = 'C{number}' WHERE code = 'P1'")
        bo.insert("contact", partner_id=bo.row("partner", code="P1")["id"], name=f"N{number}")
    steps = bo.round().steps()
    next(steps), next(steps)
    steps.close()
    from channeldesk.store import outbox

    with bo.database.read() as connection:
        mutations = [m.to_wire() for m in outbox.batch(connection, 500, 4_000_000)]
    request = {"schema": SCHEMA, "epoch": bo.transport.hello()["epoch"], "mutations": mutations[:3]}
    bo.transport.inner.push(request)
    with pytest.raises(Refused) as refused:
        bo.transport.inner.push({**request, "mutations": mutations[4:]})
    assert refused.value.notice.code == "sync.gap"
    assert refused.value.notice.params["expected"] == 4
    names = {row["name"] for row in hq.table("contact")}
    assert not {"N3", "N4"} & names
    bo.sync()
    assert {"N0", "N1", "N2", "N3", "N4"} <= {row["name"] for row in hq.table("contact")}


def test_case_12_one_invalid_of_ten_goes_to_the_inbox_and_nine_apply(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    partner = bo.row("partner", code="P1")["id"]
    for number in range(10):
        if number == 2:
            bo.insert("promise", partner_id=partner, promised="x", due_on="no date")
        else:
            bo.insert("contact", partner_id=partner, name=f"N{number}")
    result = bo.sync()
    assert (result.pushed, result.rejected) == (9, 1)
    assert len([r for r in hq.table("contact") if r["name"].startswith("N")]) == 9
    assert hq.table("promise") == []
    (item,) = bo.inbox()
    assert (item["kind"], item["entity"]) == ("rejection", "promise")
    assert json.loads(item["notice"])["text"]
    assert len(bo.rows("promise")) == 1, "the person's row is still there"


def test_case_13_a_rejected_order_waits_with_its_lines_and_is_resent(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    order = bo.place_order(price=400_0000)
    bo.act("UPDATE sales_order SET note = 'soon' WHERE id = :id", id=order)
    result = bo.sync()
    assert result.rejected == 1
    (item,) = bo.inbox()
    assert json.loads(item["notice"])["code"] == "order.price_below_floor"
    assert len(json.loads(item["mutations"])) == 2, "its line waits with it"
    assert hq.table("sales_order") == []
    assert hq.table("order_line") == []
    bo.act(
        "UPDATE order_line SET unit_price = 5000000, net = 100000, tax = 13000 WHERE order_id = :id", id=order
    )
    bo.act("UPDATE sales_order SET net = 100000, tax = 13000, total = 113000 WHERE id = :id", id=order)
    bo.sync()
    assert hq.table("sales_order") == [], "an order about which the person has not decided stays behind"
    with bo.database.write() as connection:
        inbox.resend(connection, bytes(item["id"]), now_ms=0)
    assert bo.sync().rejected == 0
    (at_hq,) = hq.table("sales_order")
    assert (at_hq["status"], at_hq["net"], at_hq["note"]) == ("accepted", 100000, "soon")
    assert bo.inbox() == []
    assert bo.waiting() == 0
    converged(bo, entities=("sales_order", "order_line"))


def test_case_13_what_depends_on_a_rejected_order_waits_as_well(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    order = bo.place_order(price=400_0000)
    same = {
        "partner_id": bo.row("partner", code="P1")["id"],
        "product_id": bo.row("product", sku="SAW")["id"],
    }
    bo.insert(
        "stock_movement",
        **same,
        order_id=order,
        movement_kind="sale",
        quantity=-1000,
        happened_at=1,
        happened_on="2026-11-21",
    )
    bo.sync()
    assert hq.table("stock_movement") == []
    assert bo.waiting() == 1
    (item,) = bo.inbox()
    with bo.database.write() as connection:
        inbox.discard(connection, bytes(item["id"]), now_ms=0)
    assert bo.rows("sales_order") == []
    assert bo.rows("order_line") == []


def test_case_14_busy_three_times_drains_by_itself(hq: Headquarters, laptop: Make) -> None:
    from channeldesk.sync.backoff import Backoff
    from channeldesk.sync.schedule import Line, Scheduler, SyncStatus

    bo = laptop()
    bo.sync()
    bo.act("UPDATE partner SET city = 'Hangzhou' WHERE code = 'P1'")
    bo.transport.busy = 3
    seen: list[SyncStatus] = []
    done = threading.Event()
    scheduler = Scheduler(
        lambda progress, cancel, errand: bo.round().run(progress, cancel),
        on_status=seen.append,
        on_result=lambda result: done.set(),
        backoff=Backoff(first=0.02, longest=0.1),
    )
    scheduler.start()
    scheduler.request()
    assert done.wait(20)
    scheduler.stop()
    assert hq.table("partner", code="P1")[0]["city"] == "Hangzhou"
    assert bo.waiting() == 0
    assert sum(status.line is Line.OFFLINE and not status.running for status in seen) == 3
    assert seen[-1].line is Line.ONLINE


def test_busy_is_told_with_what_headquarters_asked_for(hq: Headquarters, laptop: Make) -> None:
    from channeldesk.sync.backoff import Backoff

    bo = laptop()
    bo.transport.busy = 1
    with pytest.raises(Busy):
        bo.sync()
    assert Backoff().failed(retry_after=40.0) >= 40.0


def test_case_15_an_edit_while_the_earlier_one_is_in_flight_survives(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    bo.act("UPDATE partner SET city = 'first' WHERE code = 'P1'")
    bo.transport.before_push = lambda: bo.act("UPDATE partner SET city = 'second' WHERE code = 'P1'")
    bo.sync()
    assert bo.row("partner", code="P1")["city"] == "second"
    assert hq.table("partner", code="P1")[0]["city"] == "first"
    bo.transport.before_push = None
    result = bo.sync()
    assert result.conflicts == 0
    assert hq.table("partner", code="P1")[0]["city"] == "second"
    converged(bo)


def test_case_16_created_and_deleted_offline_never_shows(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    row_id = bo.insert("contact", partner_id=bo.row("partner", code="P1")["id"], name="Nobody")
    bo.act("DELETE FROM contact WHERE id = :id", id=row_id)
    assert bo.sync().pushed == 0
    hq.execute("SELECT 1")
    assert all(row["name"] != "Nobody" for row in hq.table("contact"))
    assert bo.transport.pushes == []


def test_case_17_a_hundred_edits_are_one_write_against_the_first_base(hq: Headquarters, laptop: Make) -> None:
    bo = laptop()
    bo.sync()
    before = bo.row("partner", code="P1")["rv"]
    for number in range(100):
        bo.act(f"UPDATE partner SET phone = '{number}' WHERE code = 'P1'")
    bo.sync()
    (push,) = bo.transport.pushes
    (mutation,) = push["mutations"]
    assert (mutation["base"], mutation["base_rv"]) == ({"phone": "0571"}, before)
    assert hq.table("partner", code="P1")[0]["phone"] == "99"


def test_case_18_different_fields_are_both_kept(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    ann.sync(), bo.sync()
    ann.act("UPDATE contact SET phone = '2' WHERE name = 'Owner of Hengtai'")
    bo.act("UPDATE contact SET email = 'new@b.cn' WHERE name = 'Owner of Hengtai'")
    ann.sync(), bo.sync(), ann.sync()
    (row,) = hq.table("contact", name="Owner of Hengtai")
    assert (row["phone"], row["email"]) == ("2", "new@b.cn")
    assert ann.inbox() == bo.inbox() == []
    converged(ann, bo)


def test_case_19_one_field_set_differently_converges_and_keeps_the_loser(
    hq: Headquarters, laptop: Make
) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    ann.sync(), bo.sync()
    ann.act("UPDATE partner SET phone = 'ann' WHERE code = 'P1'")
    bo.act("UPDATE partner SET phone = 'bo', city = 'Ningbo' WHERE code = 'P1'")
    ann.sync()
    assert bo.sync().conflicts == 1
    ann.sync()
    converged(ann, bo)
    assert bo.row("partner", code="P1")["phone"] == "ann"
    assert bo.row("partner", code="P1")["city"] == "Ningbo", "the other field is kept"
    (item,) = bo.inbox()
    (conflict,) = json.loads(item["fields"])
    assert (conflict["base"], conflict["mine"], conflict["theirs"]) == (
        {"phone": "0571"},
        {"phone": "bo"},
        {"phone": "ann"},
    )
    with bo.database.write() as connection:
        inbox.decide(connection, bytes(item["id"]), {"phone": "bo"}, now_ms=0)
    bo.sync(), ann.sync()
    converged(ann, bo)
    assert ann.row("partner", code="P1")["phone"] == "bo"


def test_case_19_fields_of_a_group_are_decided_together(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    ann.sync(), bo.sync()
    ann.act("UPDATE partner SET currency = 'EUR' WHERE code = 'P1'")
    bo.act("UPDATE partner SET credit_limit = 5 WHERE code = 'P1'")
    ann.sync(), bo.sync(), ann.sync()
    (row,) = hq.table("partner", code="P1")
    assert (row["currency"], row["credit_limit"]) == ("EUR", 10_000_00)
    (item,) = bo.inbox()
    assert set(json.loads(item["fields"])[0]["fields"]) == {"currency", "credit_limit"}
    converged(ann, bo)


def test_case_20_the_same_value_is_no_conflict(hq: Headquarters, laptop: Make) -> None:
    ann, bo = laptop("ann"), laptop("bo")
    ann.sync(), bo.sync()
    for one in (ann, bo):
        one.act("UPDATE partner SET phone = 'same' WHERE code = 'P1'")
        assert one.sync().conflicts == 0
    ann.sync()
    assert ann.inbox() == bo.inbox() == []
    converged(ann, bo)


def test_case_23_clocks_decide_nothing(hq: Headquarters, laptop: Make) -> None:
    year = 366 * 86_400_000
    ann = laptop("ann", now_ms=lambda: hq.now_ms() + year)
    bo = laptop("bo", now_ms=lambda: hq.now_ms() - year)
    ann.sync(), bo.sync()
    ann.act("UPDATE partner SET phone = 'ann', city = 'A' WHERE code = 'P1'")
    bo.act("UPDATE partner SET phone = 'bo', email = 'B' WHERE code = 'P1'")
    bo.sync(), ann.sync(), bo.sync()
    (row,) = hq.table("partner", code="P1")
    assert (row["phone"], row["city"], row["email"]) == ("bo", "A", "B"), "who arrives first stands"
    assert len(ann.inbox()) == 1
    converged(ann, bo)
    real = hq.now_ms
    hq.stop()
    hq.now_ms = lambda: real() - 3_600_000
    hq.start()
    bo.act("UPDATE partner SET phone = 'later' WHERE code = 'P1'")
    bo.sync(), ann.sync()
    assert ann.row("partner", code="P1")["phone"] == "later"
    converged(ann, bo)


def test_case_24_counters_add_up(hq: Headquarters, laptop: Make) -> None:
    partner = hq.id_of("partner", code="P1")
    promise = hq.insert("promise", partner_id=partner, promised="rack", due_on="2026-12-01", postponed=0)
    ann, bo = laptop("ann"), laptop("bo")
    ann.sync(), bo.sync()
    ann.act("UPDATE promise SET postponed = postponed - 3")
    bo.act("UPDATE promise SET postponed = postponed - 2")
    ann.sync(), bo.sync(), ann.sync()
    assert hq.table("promise", id=promise)[0]["postponed"] == -5
    assert ann.inbox() == bo.inbox() == []
    converged(ann, bo)


def test_case_32_another_user_over_a_full_outbox_is_never_pushed_as(hq: Headquarters, laptop: Make) -> None:
    from channeldesk.model.notice import Problem
    from channeldesk.sync.session import sign_in
    from channeldesk.sync.transport import HttpTransport
    from tests.support.headquarters import PASSWORD
    from tests.support.rounds import Faulty

    bo = laptop("bo")
    bo.sync()
    bo.act("UPDATE partner SET phone = 'bo' WHERE code = 'P1'")
    other = sign_in(hq.address, "ann", PASSWORD)
    own = bo.transport
    bo.transport = Faulty(HttpTransport(hq.address, other.token))
    with pytest.raises(Problem) as refused:
        bo.sync()
    assert refused.value.notice.code == "sync.other_user"
    bo.transport.close()
    assert bo.transport.pushes == []
    assert bo.waiting() == 1
    assert hq.table("partner", code="P1")[0]["phone"] == "0571"
    bo.transport = own
    bo.sync()
    assert hq.table("partner", code="P1")[0]["phone"] == "bo"
    by = hq.table("partner", code="P1")[0]["updated_by"]
    assert bytes(by) == bo.session.user_id


def test_two_rounds_at_once_settle_an_answer_once(hq: Headquarters, laptop: Make) -> None:
    bo, ann = laptop(), laptop("ann")
    bo.sync(), ann.sync()
    ann.act("UPDATE partner SET phone = 'hers' WHERE code = 'P1'")
    ann.sync()
    bo.act("UPDATE partner SET phone = 'his' WHERE code = 'P1'")
    slow = bo.round().steps()  # of a worker whose program was killed
    while next(slow).name != "answered":
        pass
    bo.sync()
    hq.execute("UPDATE partner SET phone = 'newest' WHERE code = 'P1'")
    bo.sync()
    for _ in slow:
        pass
    assert bo.row("partner", code="P1")["phone"] == "newest"
    assert len(bo.inbox()) == 1


def test_a_step_and_a_deletion_in_one_transaction_are_no_conflict(hq: Headquarters, laptop: Make) -> None:
    bo, partner = laptop(), hq.id_of("partner", code="P1")
    hq.insert("promise", partner_id=partner, promised="Shelf", due_on="2026-12-01")
    bo.sync()
    bo.act("UPDATE promise SET postponed = postponed + 1", "DELETE FROM promise")
    bo.sync()
    assert (bo.inbox(), hq.table("promise")) == ([], [])


def test_a_yes_in_a_custom_field_where_a_number_was(hq: Headquarters, laptop: Make) -> None:
    hq.execute("UPDATE partner SET custom = :c WHERE code = 'P1'", {"c": '{"a":1}'})
    bo = laptop("bo")
    bo.sync()
    bo.act("UPDATE partner SET custom = :c WHERE code = 'P1'", c='{"a":true}')
    bo.sync()
    assert json.loads(hq.table("partner", code="P1")[0]["custom"])["a"] is True
