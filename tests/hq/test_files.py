"""Content of files at headquarters: in parts, verified, kept once, and read by nobody who may not."""

import hashlib
import threading
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from channeldesk.hq import blobs
from channeldesk.hq.database import Database
from channeldesk.hq.tables import attachment_content, blob, blob_chunk
from channeldesk.model.attachments import LARGEST_FILE
from channeldesk.model.ids import new_id
from channeldesk.model.tables import hq
from channeldesk.wire.files import CHUNK, proof
from tests.support.central import Laptop, Server, id_of, stored

CONTENT = bytes(range(256)) * 5_000  # 1.28 MB: two parts


class Sender:
    """A laptop that hands in files by hand."""

    def __init__(self, server: Server, database: Database, login: str = "east") -> None:
        self.laptop: Laptop = server.laptop(login)
        self.database, self.address = database, server.address

    def add(self, content: bytes = CONTENT, partner: str = "P-E", **fields: Any) -> bytes:
        """Pushes the row of a file; its content is not sent yet."""
        row_id = new_id()
        said = {
            "partner_id": id_of(self.database, "partner", code=partner).hex(),
            "file_name": "shelf.jpg",
            "media_type": "image/jpeg",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        } | fields
        result = self.laptop.one("attachment", row_id, "insert", set=said)
        assert result["status"] == "applied", result
        return row_id

    def ask(self, method: str, row_id: bytes, path: str = "", **options: Any) -> requests.Response:
        headers = self.laptop.headers | options.pop("headers", {})
        address = f"{self.address}/sync/v1/files/{row_id.hex()}{path}"
        return requests.request(method, address, headers=headers, timeout=30, **options)

    def begin(self, row_id: bytes) -> dict[str, Any]:
        answer = self.ask("POST", row_id, "/upload")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def part(self, row_id: bytes, offset: int, data: bytes) -> requests.Response:
        return self.ask("PUT", row_id, "/upload", params={"offset": offset}, data=data)

    def send(self, row_id: bytes, content: bytes = CONTENT) -> dict[str, Any]:
        standing = self.begin(row_id)
        while not standing["complete"]:
            at = standing["received"]
            answer = self.part(row_id, at, content[at : at + CHUNK])
            assert answer.status_code == 200, answer.text
            standing = answer.json()
        return standing


@pytest.fixture
def east(server: Server, database: Database) -> Sender:
    return Sender(server, database)


def count(database: Database, table: sa.Table) -> int:
    with database.snapshot() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_file_is_sent_in_parts_and_read_by_range(east: Sender, database: Database) -> None:
    row_id = east.add()
    assert code(east.ask("GET", row_id)) == (404, "file.not_stored")
    assert east.begin(row_id)["received"] == 0
    assert east.part(row_id, 0, CONTENT[:CHUNK]).json()["received"] == CHUNK
    assert stored(database, "attachment", row_id)["stored_at"] is None  # type: ignore[index]
    assert east.begin(row_id)["received"] == CHUNK
    assert east.part(row_id, CHUNK, CONTENT[CHUNK:]).json()["complete"]

    whole = east.ask("GET", row_id)
    assert (whole.status_code, whole.content) == (200, CONTENT)
    assert whole.headers["ETag"] == f'"{hashlib.sha256(CONTENT).hexdigest()}"'
    for asked, start, stop in (
        ("bytes=0-9", 0, 10),
        (f"bytes={CHUNK - 5}-{CHUNK + 4}", CHUNK - 5, CHUNK + 5),
        (f"bytes={len(CONTENT) - 3}-", len(CONTENT) - 3, len(CONTENT)),
        ("bytes=-7", len(CONTENT) - 7, len(CONTENT)),
        ("bytes=5-99999999", 5, len(CONTENT)),
    ):
        answer = east.ask("GET", row_id, headers={"Range": asked})
        assert (answer.status_code, answer.content) == (206, CONTENT[start:stop])
        assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(CONTENT)}"
    for beyond in (f"bytes={len(CONTENT)}-", "bytes=9-5", "bytes=-0"):
        assert code(east.ask("GET", row_id, headers={"Range": beyond})) == (416, "file.bad_range")
    for other in ("bytes=-", "lines=1-2", "bytes=0-1,4-5"):
        assert east.ask("GET", row_id, headers={"Range": other}).status_code == 200


def test_every_laptop_in_scope_learns_that_it_is_there(east: Sender, server: Server) -> None:
    row_id = east.add()
    boss = server.laptop("boss")
    assert boss.pull().rows["attachment"][row_id.hex()]["stored_at"] is None
    east.send(row_id)
    assert boss.pull().rows["attachment"][row_id.hex()]["stored_at"] > 0


def test_the_moment_of_arrival_is_headquarters_alone_to_say(east: Sender, database: Database) -> None:
    row_id = east.add(stored_at=5)
    result = east.laptop.one("attachment", row_id, "patch", base={"stored_at": None}, set={"stored_at": 7})
    assert result["row"]["stored_at"] is None
    base = {name: value for name, value in result["row"].items() if name != "id"}
    east.send(row_id)
    deleted = east.laptop.one("attachment", row_id, "delete", base=base)
    assert (deleted["status"], deleted["conflicts"]) == ("applied", [])


def test_gaps_repeats_and_too_much_are_refused(east: Sender, database: Database) -> None:
    row_id = east.add()
    assert code(east.part(row_id, 0, CONTENT[:10])) == (409, "file.gap")
    east.begin(row_id)
    assert east.part(row_id, 0, CONTENT[:CHUNK]).status_code == 200
    for offset, data in ((0, CONTENT[:CHUNK]), (CHUNK + 1, b"x"), (CHUNK, CONTENT[CHUNK:] + b"x")):
        answer = east.part(row_id, offset, data)
        assert (code(answer), answer.json()["params"]) == ((409, "file.gap"), {"expected": CHUNK})
    assert code(east.part(row_id, CHUNK, bytes(CHUNK + 1))) == (413, "file.part_too_large")
    assert code(east.part(row_id, -1, b"x")) == (422, "request.malformed")
    assert count(database, blob_chunk) == 1


def test_a_content_of_another_hash_is_forgotten_and_can_be_sent_again(
    east: Sender, database: Database
) -> None:
    row_id = east.add()
    wrong = b"x" + CONTENT[1:]
    east.begin(row_id)
    east.part(row_id, 0, wrong[:CHUNK])
    answer = east.part(row_id, CHUNK, wrong[CHUNK:]).json()
    assert (answer["received"], answer["complete"]) == (0, False)
    assert count(database, blob_chunk) == 0
    assert east.send(row_id)["complete"]


def test_a_verification_that_was_cut_off_is_made_up_for(east: Sender, database: Database) -> None:
    row_id = east.add()
    standing = east.begin(row_id)
    with database.write() as connection:  # as if the process had ended between last byte and verification
        (blob_id,) = connection.execute(sa.select(blob.c.id)).scalars()
        connection.execute(sa.insert(blob_chunk).values(blob_id=blob_id, position=0, data=CONTENT))
        connection.execute(sa.update(blob).values(received=len(CONTENT)))
    assert not standing["complete"]
    assert east.begin(row_id)["complete"]


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"size": 0}, (422, "file.bad_description")),
        ({"size": -5}, (422, "file.bad_description")),
        ({"size": LARGEST_FILE + 1}, (413, "file.too_large")),
        ({"sha256": "A" * 64}, (422, "file.bad_description")),
        ({"sha256": "../../etc/passwd"}, (422, "file.bad_description")),
    ],
)
def test_what_a_row_says_is_not_trusted(
    east: Sender, fields: dict[str, Any], refusal: tuple[int, str]
) -> None:
    row_id = east.add(**fields)
    assert code(east.ask("POST", row_id, "/upload")) == refusal


@pytest.mark.parametrize("login", ["west", "shop"])
def test_out_of_scope_looks_as_if_it_were_not_there(
    server: Server, database: Database, east: Sender, login: str
) -> None:
    row_id = east.add()
    east.send(row_id)
    other = Sender(server, database, login)
    for wanted in (row_id, new_id()):
        refusals = [
            other.ask("GET", wanted),
            other.ask("GET", wanted, headers={"Range": "bytes=0-3"}),
            other.ask("POST", wanted, "/upload"),
            other.ask("POST", wanted, "/proof", json={"sha256": "0" * 64}),
            other.part(wanted, 0, b"x"),
        ]
        assert {code(one) for one in refusals} == {(404, "file.unknown")}


def test_in_scope_others_read_and_only_the_sender_sends(
    server: Server, database: Database, east: Sender
) -> None:
    row_id = east.add()
    boss, view = (Sender(server, database, login) for login in ("boss", "view"))
    for other in (boss, view):
        assert code(other.ask("POST", row_id, "/upload")) == (403, "file.not_yours")
    east.send(row_id)
    for other in (boss, view):
        assert other.ask("GET", row_id).content == CONTENT


def test_a_deleted_file_is_read_by_nobody(east: Sender) -> None:
    row_id = east.add()
    east.send(row_id)
    east.laptop.one("attachment", row_id, "delete")
    assert code(east.ask("GET", row_id)) == (404, "file.unknown")


def test_to_know_a_hash_opens_nothing(server: Server, database: Database, east: Sender) -> None:
    secret = east.add()
    east.send(secret)
    thief = Sender(server, database, "west")
    forged = thief.add(partner="P-W")  # describes the same content, which it does not have
    standing = thief.begin(forged)
    assert (standing["received"], standing["complete"]) == (0, False)
    for guess in ("0" * 64, proof(standing["challenge"], [b""]), hashlib.sha256(CONTENT).hexdigest()):
        assert not thief.ask("POST", forged, "/proof", json={"sha256": guess}).json()["complete"]
    assert code(thief.ask("GET", forged)) == (404, "file.not_stored")

    unknown = thief.add(b"something else", partner="P-W")  # and nothing tells that the other one is known
    assert thief.begin(unknown).keys() == standing.keys()
    assert not thief.ask("POST", unknown, "/proof", json={"sha256": "0" * 64}).json()["complete"]


def test_the_same_content_is_sent_and_kept_once(server: Server, database: Database, east: Sender) -> None:
    east.send(east.add())
    west = Sender(server, database, "west")
    second = west.add(partner="P-W")
    challenge = west.begin(second)["challenge"]
    answer = west.ask("POST", second, "/proof", json={"sha256": proof(challenge, [CONTENT])})
    assert answer.json()["complete"]
    assert west.ask("GET", second).content == CONTENT
    third = west.add(partner="P-W", file_name="again.jpg")
    assert west.begin(third)["complete"]  # it may read that content already
    fourth = east.add(file_name="twice.jpg")
    east.send(fourth)
    assert (count(database, blob), count(database, blob_chunk)) == (1, 2)
    assert count(database, attachment_content) == 4


def test_one_sender_cannot_spoil_what_another_sends(server: Server, database: Database, east: Sender) -> None:
    mine = east.add()
    east.begin(mine)
    east.part(mine, 0, CONTENT[:CHUNK])
    west = Sender(server, database, "west")
    theirs = west.add(partner="P-W")
    west.begin(theirs)
    west.part(theirs, 0, bytes(CHUNK))
    assert east.part(mine, CHUNK, CONTENT[CHUNK:]).json()["complete"]
    assert not west.part(theirs, CHUNK, bytes(len(CONTENT) - CHUNK)).json()["complete"]
    assert east.ask("GET", mine).content == CONTENT


def test_another_content_under_the_same_row_is_asked_for_again(east: Sender) -> None:
    row_id = east.add()
    east.send(row_id)
    other = b"other" * 100
    said = {"sha256": hashlib.sha256(other).hexdigest(), "size": len(other)}
    base = {
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "size": len(CONTENT),
        "media_type": "image/jpeg",
    }
    assert east.laptop.one("attachment", row_id, "patch", base=base, set=said)["status"] == "merged"
    assert code(east.ask("GET", row_id)) == (404, "file.not_stored")
    assert east.begin(row_id)["received"] == 0
    east.send(row_id, other)
    assert east.ask("GET", row_id).content == other


def test_two_laptops_complete_the_same_content_at_once(
    server: Server, database: Database, east: Sender
) -> None:
    senders = [east, Sender(server, database, "west")]
    rows = [east.add(), senders[1].add(partner="P-W")]
    ready = threading.Barrier(2)
    answers: list[bool] = []

    def run(sender: Sender, row_id: bytes) -> None:
        ready.wait()
        answers.append(sender.send(row_id)["complete"])

    threads = [threading.Thread(target=run, args=one) for one in zip(senders, rows, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True, True]
    assert count(database, blob) == 1
    assert all(one.ask("GET", row).content == CONTENT for one, row in zip(senders, rows, strict=True))


def test_what_nobody_can_ask_for_is_swept(east: Sender, database: Database) -> None:
    kept, deleted, half = east.add(), east.add(b"deleted" * 9), east.add(b"half" * 9)
    east.send(kept)
    east.send(deleted, b"deleted" * 9)
    east.begin(half)
    east.laptop.one("attachment", deleted, "delete")
    with database.write() as connection:
        assert blobs.sweep(connection, 1) == 0
        later = sa.select(sa.func.max(hq.tables["attachment"].c.updated_at) + 1)
        assert blobs.sweep(connection, connection.execute(later).scalar_one()) == 2
    assert east.ask("GET", kept).content == CONTENT
    assert east.send(half, b"half" * 9)["complete"]
